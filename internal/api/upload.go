package api

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tabletalk/internal/dataset"
	"tabletalk/internal/fault"
)

const (
	uploadPath = "/files/upload"
	drainBytes = 64 << 20 // of a refused body, so that the client gets to read why
	drainTime  = 10 * time.Second
	fieldBytes = 1 << 10 // of a form field that is not a file
)

// uploadInput reaches past huma to the request itself: the body is read from
// the socket part by part and never held whole.
type uploadInput struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same key gives the first answer again"`
	Raw rawRequest
}

type rawRequest struct{ r *http.Request }

// Resolve keeps the request.
func (x *rawRequest) Resolve(ctx huma.Context) []error {
	x.r, _ = humago.Unwrap(ctx)
	return nil
}

// Uploaded says what became of an upload.
type Uploaded struct {
	SessionID  string `json:"session_id"`
	Files      []File `json:"files"`
	TotalFiles int    `json:"total_files"`
	TotalSize  int64  `json:"total_size"`
}

type uploadOutput struct{ Body Uploaded }

// upload stages every file while it arrives, and imports them when the whole
// form is there: until then nothing is visible, and a client that goes away
// leaves nothing.
func (s *Server) upload(ctx context.Context, in *uploadInput) (*uploadOutput, error) {
	form, err := s.receive(ctx, in.Raw.r)
	defer form.discard()
	if err != nil {
		drain(in.Raw.r.Body)
		return nil, err
	}
	return s.importAll(ctx, form)
}

// form is a multipart form whose files lie on disk.
type form struct {
	session string
	parts   []part
	bytes   int64
}

// part is one file of a form, or why it could not be taken.
type part struct {
	name   string
	staged Staged
	err    error
}

func (f *form) discard() {
	for _, p := range f.parts {
		if p.staged != nil {
			p.staged.Discard()
		}
	}
}

// receive reads the form. An error ends it; a file that is only too large for
// itself is noted with its part.
func (s *Server) receive(ctx context.Context, r *http.Request) (*form, error) {
	f := &form{}
	if err := s.announced(r.ContentLength); err != nil {
		return f, err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return f, notMultipart(err)
	}
	for {
		p, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // a wrapped one is a form that ends too early
			break
		}
		if err != nil {
			return f, brokenOff(err)
		}
		if err := s.take(ctx, f, p); err != nil {
			return f, err
		}
	}
	drain(r.Body)
	if len(f.parts) == 0 {
		return f, fault.New(fault.Invalid, "no_files", "The form holds no file.").WithHint("Send one or more parts named files.")
	}
	return f, nil
}

// announced refuses an upload that says itself that it is too large.
func (s *Server) announced(size int64) error {
	if most := s.limits.UploadBytes; most > 0 && size > most+int64(1<<20) {
		return tooLarge(most)
	}
	return nil
}

func tooLarge(most int64) error {
	return fault.New(fault.TooLarge, "upload_too_large", "The upload is larger than %d MiB, the most that one may have.", most>>20).
		WithHint("Send less at once, or raise the setting max-upload-bytes.")
}

func notMultipart(err error) error {
	return &Problem{Type: "urn:tabletalk:problem:unsupported_media_type", Title: http.StatusText(http.StatusUnsupportedMediaType), Status: http.StatusUnsupportedMediaType,
		Code: "unsupported_media_type", Detail: "An upload is a multipart/form-data request.", Hint: "Send one or more parts named files.", cause: err}
}

// brokenOff tells a form that is wrong from one that did not arrive.
func brokenOff(err error) error {
	var f *fault.Error
	switch {
	case errors.As(err, &f):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fault.New(fault.Malformed, "upload_stalled", "The upload stopped arriving.").WithHint("Try again on a better connection; the setting is upload-idle.").Because(err)
	}
	return fault.New(fault.Malformed, "upload_incomplete", "The upload did not arrive whole.").WithHint("Send it again.").Because(err)
}

// take takes one part of the form.
func (s *Server) take(ctx context.Context, f *form, p *multipart.Part) error {
	defer p.Close() //nolint:errcheck // reading it to its end tells everything
	switch {
	case p.FormName() == "session_id" && p.FileName() == "":
		id, err := io.ReadAll(io.LimitReader(p, fieldBytes))
		if err != nil {
			return brokenOff(err)
		}
		if f.session = string(id); f.session == "" {
			return nil
		}
		return s.owned(ctx, f.session)
	case p.FormName() == "files" || p.FormName() == "file" || p.FormName() == "files[]":
		return s.stage(ctx, f, p)
	}
	return nil // unknown fields are ignored; NextPart skips what was not read
}

// stage writes a file to disk as it comes.
func (s *Server) stage(ctx context.Context, f *form, p *multipart.Part) error {
	if len(f.parts) >= s.limits.UploadFiles {
		return fault.New(fault.TooLarge, "too_many_files", "One upload may hold %d files.", s.limits.UploadFiles).WithHint("Send them in several uploads.")
	}
	in := &metered{r: p, left: s.limits.UploadBytes - f.bytes, most: s.limits.UploadBytes, count: s.metrics.received.Add}
	if s.limits.UploadBytes <= 0 {
		in.left = 1 << 62
	}
	staged, err := s.intake.Stage(ctx, p.FileName(), in)
	f.bytes += in.n
	if in.err != nil {
		return brokenOff(in.err)
	}
	if err != nil && (fault.IsKind(err, fault.Internal) || fault.IsKind(err, fault.StorageFull) || fault.IsKind(err, fault.TooLarge) || ctx.Err() != nil) {
		return err
	}
	f.parts = append(f.parts, part{name: p.FileName(), staged: staged, err: err})
	return nil
}

// metered counts what is read, ends at the limit, and keeps the error of the
// connection apart from those of the disk.
type metered struct {
	r     io.Reader
	n     int64
	left  int64
	most  int64
	err   error
	count func(float64)
}

// Read reads and counts.
func (m *metered) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	m.n += int64(n)
	m.left -= int64(n)
	m.count(float64(n))
	if err != nil && !errors.Is(err, io.EOF) {
		m.err = err
	}
	if m.left < 0 {
		m.err = tooLarge(m.most)
		return 0, m.err
	}
	return n, err
}

// importAll reads the staged files into the session. One bad file among good
// ones is listed as failed; where none was good the upload is refused, and a
// session that was made for it is gone again.
func (s *Server) importAll(ctx context.Context, f *form) (*uploadOutput, error) {
	workspace, made := who(ctx).Workspace, false
	if f.session == "" {
		made = true
		v, err := s.sessions.Create(ctx, workspace, who(ctx).ID, "")
		if err != nil {
			return nil, err
		}
		f.session = v.ID
	}
	out, first := s.importEach(ctx, f)
	if first != nil && made {
		_ = s.sessions.Delete(context.WithoutCancel(ctx), workspace, f.session) // an empty session does no harm and expires
	}
	if first != nil {
		p := *problemOf(first)
		if len(out.Files) > 1 {
			p.Files = out.Files
		}
		return nil, &p
	}
	return &uploadOutput{Body: out}, nil
}

// importEach imports one file after the other. The error is the first one,
// given where no file was good.
func (s *Server) importEach(ctx context.Context, f *form) (out Uploaded, first error) {
	out = Uploaded{SessionID: f.session, Files: []File{}, TotalFiles: len(f.parts)}
	good := 0
	for _, p := range f.parts {
		file, err := s.importPart(ctx, f.session, p)
		s.metrics.files.WithLabelValues(string(file.Status)).Inc()
		out.Files = append(out.Files, file)
		out.TotalSize += file.Size
		if err == nil {
			good++
		} else if first == nil {
			first = err
		}
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
	}
	if good > 0 {
		first = nil
	}
	return out, first
}

func (s *Server) importPart(ctx context.Context, session string, p part) (File, error) {
	if p.err == nil {
		f, err := s.intake.Import(ctx, who(ctx).Workspace, session, p.staged)
		if err == nil {
			return fileOf(*f), nil
		}
		p.err = err
	}
	e := fault.Of(p.err)
	bad := File{Name: p.name, SessionID: session, Status: dataset.Failed, Tables: []Table{}, Error: &dataset.Problem{Code: e.Code, Message: e.Message, Hint: e.Hint}}
	if p.staged != nil {
		bad.Name, bad.Size = p.staged.Name(), p.staged.Size()
	}
	return bad, p.err
}

// drain reads the rest of a body, within reason.
func drain(body io.Reader) {
	end := time.Now().Add(drainTime)
	buf := make([]byte, 64<<10)
	for n := 0; n < drainBytes && time.Now().Before(end); {
		k, err := body.Read(buf)
		if n += k; err != nil {
			return
		}
	}
}
