package client

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"
)

// File is a file to send.
type File struct {
	Name    string
	Content io.Reader
}

// Uploaded says what became of an upload.
type Uploaded struct {
	SessionID  string       `json:"session_id"`
	Files      []FileResult `json:"files"`
	TotalFiles int          `json:"total_files"`
	TotalSize  int64        `json:"total_size"`
}

// FileResult is a file as the server keeps it.
type FileResult struct {
	ID        string    `json:"id"`
	SessionID string    `json:"session_id"`
	Name      string    `json:"name"`
	Status    string    `json:"status"` // pending, processing, completed, failed
	Size      int64     `json:"size"`
	Tables    []Table   `json:"tables"`
	Receipt   *Receipt  `json:"receipt"`
	Error     *Failure  `json:"error"`
	CreatedAt time.Time `json:"created_at"`
}

// Failure says why a file could not be read.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// Receipt tells what was understood of a file.
type Receipt struct {
	Format       string `json:"format"`
	RowsRead     int64  `json:"rows_read"`
	RowsRejected int64  `json:"rows_rejected"`
	Encoding     string `json:"encoding"`
	Delimiter    string `json:"delimiter"`
	HeaderRow    int    `json:"header_row"`
	Notes        []Note `json:"notes"`
}

// Note is something to know about how a file was read.
type Note struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Table is a table of a session.
type Table struct {
	ID        string   `json:"id"`
	SessionID string   `json:"session_id"`
	FileID    string   `json:"file_id"`
	Name      string   `json:"name"`
	Rows      int64    `json:"rows"`
	Columns   []Column `json:"columns"`
	SHA256    string   `json:"sha256"`
	Profiled  bool     `json:"profiled"`
}

// Column is a column of a table or of a result.
type Column struct {
	Name     string  `json:"name"`
	Type     string  `json:"type"`
	Nullable bool    `json:"nullable"`
	Role     string  `json:"role"`
	Unit     *string `json:"unit"`
}

// Upload sends files in one request, into a new session where none is named.
// The contents are streamed.
func (c *Client) Upload(ctx context.Context, sessionID string, files ...File) (*Uploaded, error) {
	return c.UploadWith(ctx, sessionID, files)
}

// UploadWith is Upload with headers, for example a Key.
func (c *Client) UploadWith(ctx context.Context, sessionID string, files []File, headers ...Header) (*Uploaded, error) {
	r, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() { w.CloseWithError(writeForm(form, sessionID, files)) }() //nolint:errcheck // it never fails
	defer r.Close()                                                     //nolint:errcheck // ends the writer where the server did not read all
	res, err := c.send(ctx, http.MethodPost, "/files/upload", r, append(headers, Header{"Content-Type", form.FormDataContentType()}))
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	out := &Uploaded{}
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		return nil, fmt.Errorf("client: decode the answer: %w", err)
	}
	return out, nil
}

func writeForm(form *multipart.Writer, sessionID string, files []File) error {
	if sessionID != "" {
		if err := form.WriteField("session_id", sessionID); err != nil {
			return err
		}
	}
	for _, f := range files {
		w, err := form.CreateFormFile("files", f.Name)
		if err != nil {
			return err
		}
		if _, err := io.Copy(w, f.Content); err != nil {
			return err
		}
	}
	return form.Close()
}

// Samples loads the server's sample data into a new session.
func (c *Client) Samples(ctx context.Context) (*Uploaded, error) {
	out := &Uploaded{}
	return out, c.Do(ctx, http.MethodPost, "/samples", nil, out)
}

// File gives a file with its receipt.
func (c *Client) File(ctx context.Context, id string) (*FileResult, error) {
	out := &FileResult{}
	return out, c.Do(ctx, http.MethodGet, "/files/"+url.PathEscape(id), nil, out)
}

// DeleteFile deletes a file and its tables.
func (c *Client) DeleteFile(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodDelete, "/files/"+url.PathEscape(id), nil, nil)
}

// Table gives a table with its columns.
func (c *Client) Table(ctx context.Context, id string) (*Table, error) {
	out := &Table{}
	return out, c.Do(ctx, http.MethodGet, "/tables/"+url.PathEscape(id), nil, out)
}

// Preview gives some rows of a table.
func (c *Client) Preview(ctx context.Context, id string, limit, offset int) (*Result, error) {
	out := &Result{}
	return out, c.Do(ctx, http.MethodGet, fmt.Sprintf("/tables/%s/preview?limit=%d&offset=%d", url.PathEscape(id), limit, offset), nil, out)
}

// Profile gives what the columns of a table hold, as the server's JSON.
func (c *Client) Profile(ctx context.Context, id string) (json.RawMessage, error) {
	var out json.RawMessage
	return out, c.Do(ctx, http.MethodGet, "/tables/"+url.PathEscape(id)+"/profile", nil, &out)
}

// ExportTable gives a whole table as a file: csv, xlsx, json, ndjson or
// parquet. The caller closes it.
func (c *Client) ExportTable(ctx context.Context, id, format string) (io.ReadCloser, error) {
	return c.export(ctx, "/tables/"+url.PathEscape(id)+"/export?format="+url.QueryEscape(format))
}

// ExportAnswer gives the rows of an answer as a file. The caller closes it.
func (c *Client) ExportAnswer(ctx context.Context, id, format string) (io.ReadCloser, error) {
	return c.export(ctx, "/queries/"+url.PathEscape(id)+"/export?format="+url.QueryEscape(format))
}

func (c *Client) export(ctx context.Context, path string) (io.ReadCloser, error) {
	res, err := c.send(ctx, http.MethodGet, path, nil, nil)
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}
