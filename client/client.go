package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Client speaks to one server.
type Client struct {
	base  string
	http  *http.Client
	token string
}

// New makes a client of the server at an address like
// "http://127.0.0.1:8080". A nil http.Client means http.DefaultClient.
func New(address string, h *http.Client) *Client {
	if h == nil {
		h = http.DefaultClient
	}
	return &Client{base: strings.TrimSuffix(address, "/"), http: h}
}

// As gives a client that asks with an access token or an API key.
func (c *Client) As(token string) *Client {
	other := *c
	other.token = token
	return &other
}

// Error is a problem document: why the server did not do it.
type Error struct {
	Status    int          `json:"status"`
	Code      string       `json:"code"` // stable: what programs decide by
	Title     string       `json:"title"`
	Detail    string       `json:"detail"`
	Hint      string       `json:"hint"`
	RequestID string       `json:"request_id"`
	Files     []FileResult `json:"files"` // of an upload with no good file
}

// Error gives the sentence and the hint.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Detail
	}
	return e.Detail + " " + e.Hint
}

// Header is an additional header of a request.
type Header struct{ Name, Value string }

// Key makes a creating request safe to repeat: the same key gives the first
// answer again.
func Key(key string) Header { return Header{"Idempotency-Key", key} }

// Do sends a request with a JSON body, or none, and decodes the answer into
// out unless that is nil. The path is below /api/v1, or absolute with a host's
// root where it starts with "//".
func (c *Client) Do(ctx context.Context, method, path string, body, out any, headers ...Header) error {
	var r io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("client: encode the request: %w", err)
		}
		r = bytes.NewReader(text)
		headers = append(headers, Header{"Content-Type", "application/json"})
	}
	res, err := c.send(ctx, method, path, r, headers)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	if out == nil {
		_, err := io.Copy(io.Discard, res.Body)
		return err
	}
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		return fmt.Errorf("client: decode the answer: %w", err)
	}
	return nil
}

// Send sends a request of any kind and gives a response that succeeded; the
// caller closes its body. Paths are those of Do.
func (c *Client) Send(ctx context.Context, method, path string, body io.Reader, headers ...Header) (*http.Response, error) {
	return c.send(ctx, method, path, body, headers)
}

// send gives a response that succeeded; the caller closes its body.
func (c *Client) send(ctx context.Context, method, path string, body io.Reader, headers []Header) (*http.Response, error) {
	address := c.base + "/api/v1" + path
	if root, ok := strings.CutPrefix(path, "//"); ok {
		address = c.base + "/" + root
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for _, h := range headers {
		req.Header.Set(h.Name, h.Value)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	if res.StatusCode >= 300 {
		defer res.Body.Close() //nolint:errcheck // the error is what counts
		return nil, problem(res)
	}
	return res, nil
}

// problem reads an error. What is no problem document came from something in
// between; its text is of no use.
func problem(res *http.Response) error {
	e := &Error{}
	err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(e)
	if err != nil || e.Code == "" {
		e = &Error{Code: "no_problem_document", Detail: "The server answered " + res.Status + "."}
	}
	e.Status = res.StatusCode
	return e
}

// List asks for one page of a list. The cursor is that of the page before,
// empty for the first; limit 0 leaves the size to the server.
type List struct {
	Limit  int
	Cursor string
}

func (l List) query(more url.Values) string {
	q := url.Values{}
	for k, v := range more {
		q[k] = v
	}
	if l.Limit > 0 {
		q.Set("limit", fmt.Sprint(l.Limit))
	}
	if l.Cursor != "" {
		q.Set("cursor", l.Cursor)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// Page is one page of a list, newest first. Next is empty on the last one.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next_cursor"`
}

func list[T any](ctx context.Context, c *Client, path string, l List, more url.Values) (*Page[T], error) {
	out := &Page[T]{}
	return out, c.Do(ctx, http.MethodGet, path+l.query(more), nil, out)
}
