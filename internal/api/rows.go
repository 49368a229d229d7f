package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"tabletalk/internal/dataset"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
)

const rowsPath = "/tables/{id}/rows"

type rowsInput struct {
	ID  string `path:"id"`
	Raw rawRequest
}

type rowsOutput struct {
	Body struct {
		Table        Table           `json:"table" doc:"As it is now"`
		RowsAdded    int64           `json:"rows_added"`
		RowsRejected int64           `json:"rows_rejected"`
		Rejected     []ingest.Reject `json:"rejected,omitempty" doc:"The first of them, by the lines that were sent"`
		Notes        []ingest.Note   `json:"notes"`
		Batches      int             `json:"batches" doc:"Questions saw whole batches only"`
		Version      int64           `json:"version" doc:"Of the file: all batches together are one"`
	}
}

// rows puts lines behind a table while they come.
func (s *Server) rows(ctx context.Context, in *rowsInput) (*rowsOutput, error) {
	kind, _, _ := mime.ParseMediaType(in.Raw.r.Header.Get("Content-Type")) // one that is broken is none of these
	csv := kind == "text/csv"
	if !csv && kind != "application/x-ndjson" && kind != "application/jsonl" {
		drain(in.Raw.r.Body)
		return nil, &Problem{Type: "urn:tabletalk:problem:unsupported_media_type", Title: http.StatusText(http.StatusUnsupportedMediaType), Status: http.StatusUnsupportedMediaType,
			Code: "unsupported_media_type", Detail: "Rows are lines of JSON or CSV.", Hint: "Send application/x-ndjson, or text/csv with the names of the columns in the first line."}
	}
	body := &rowsBody{in: metered{r: in.Raw.r.Body, count: s.metrics.received.Add}}
	got, err := s.streams.AppendLines(ctx, who(ctx).Workspace, in.ID, csv, body)
	if err != nil {
		return nil, body.refused(got, err)
	}
	out := &rowsOutput{}
	b := &out.Body
	b.Table, b.RowsAdded, b.RowsRejected, b.Rejected = tableOf(*got.Table), got.Rows, got.Rejected, got.Rejects
	b.Notes, b.Batches, b.Version = orEmpty(got.Notes), got.Batches, got.Version
	return out, nil
}

// rowsBody is a body that may still be read when its request is answered: the
// next line may be long in coming.
type rowsBody struct {
	mu   sync.Mutex
	in   metered
	over bool
}

// Read reads; what ends the connection is said in our words.
func (b *rowsBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return 0, io.ErrClosedPipe
	}
	n, err := b.in.Read(p)
	if b.in.err != nil {
		err = brokenOff(b.in.err)
	}
	return n, err
}

// refused ends the reading, and says of an error what was added before it.
func (b *rowsBody) refused(got *dataset.Streamed, err error) error {
	if b.mu.TryLock() { // nobody waits for the next line
		b.over = true
		drain(b.in.r)
		b.mu.Unlock()
	}
	f := fault.Of(err)
	if got == nil || got.Batches == 0 || f.Kind == fault.Internal {
		return err
	}
	return fault.New(f.Kind, f.Code, "%s %d rows before it were added.", f.Message, got.Rows).WithHint("%s", f.Hint).Because(err)
}

// rowsForm describes the lines.
func rowsForm() *huma.RequestBody {
	text := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/x-ndjson": text, "text/csv": text}}
}
