package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tabletalk/internal/export"
)

type exportInput struct {
	ID      string `path:"id"`
	Format  string `query:"format" default:"csv" enum:"csv,xlsx,json,ndjson,parquet"`
	RawText bool   `query:"raw_text" doc:"CSV: write text as it is, even where a spreadsheet would run it as a formula"`
}

type exportOutput struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        func(huma.Context)
}

func (s *Server) exportTable(ctx context.Context, in *exportInput) (*exportOutput, error) {
	rows, err := s.exports.TableRows(ctx, who(ctx).Workspace, in.ID)
	return s.export(in, rows, err)
}

func (s *Server) exportAnswer(ctx context.Context, in *exportInput) (*exportOutput, error) {
	rows, err := s.exports.AnswerRows(ctx, who(ctx).Workspace, in.ID)
	return s.export(in, rows, err)
}

// export streams rows as a file.
func (s *Server) export(in *exportInput, req export.Request, err error) (*exportOutput, error) {
	if err != nil {
		return nil, err
	}
	if req.Format, err = export.ParseFormat(in.Format); err != nil {
		return nil, err
	}
	req.Options.RawText = in.RawText
	out := &exportOutput{Type: export.ContentType(req.Format), Disposition: attachment(export.FileName(req.Name, req.Format))}
	out.Body = func(c huma.Context) {
		r, w := humago.Unwrap(c)
		s.metrics.exports.WithLabelValues(string(req.Format)).Inc()
		s.writeExport(w, r, req)
	}
	return out, nil
}

// writeExport writes the file. A failure before the first byte is a problem;
// after it the connection is cut, so that half a file does not look whole.
func (s *Server) writeExport(w http.ResponseWriter, r *http.Request, req export.Request) {
	first := &firstByte{w: w}
	err := export.Write(r.Context(), first, req)
	if err == nil {
		return
	}
	p := problemOf(err)
	noteProblem(r.Context(), p)
	if first.written {
		s.log.ErrorContext(r.Context(), "export broken off", "request_id", requestID(r.Context()), "code", p.Code, "cause", p.Error())
		panic(http.ErrAbortHandler)
	}
	w.Header().Del("Content-Disposition")
	writeProblem(w, r, p)
}

type firstByte struct {
	w       io.Writer
	written bool
}

// Write writes, and remembers that it did.
func (f *firstByte) Write(b []byte) (int, error) {
	f.written = f.written || len(b) > 0
	return f.w.Write(b)
}

// attachment is the Content-Disposition of a file: its name in ASCII for old
// clients and as it is for all others (RFC 6266).
func attachment(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, ascii, strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
}
