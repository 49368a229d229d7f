package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Question is a question, or with Plan an option that an answer offered.
type Question struct {
	SessionID      string          `json:"session_id"`
	Query          string          `json:"query,omitempty"`
	ConversationID string          `json:"conversation_id,omitempty"`
	Edits          string          `json:"edits,omitempty"` // an earlier question that this one stands in for
	Plan           json.RawMessage `json:"plan,omitempty"`
	Now            string          `json:"now,omitempty"`
	Reader         string          `json:"reader,omitempty"`
	UseCache       *bool           `json:"use_cache,omitempty"`
}

// Answer is what a question ended in. Status says which: answered, clarify or
// refused.
type Answer struct {
	QueryID        string          `json:"query_id"`
	ConversationID string          `json:"conversation_id"`
	SessionID      string          `json:"session_id"`
	Query          string          `json:"query"`
	Status         string          `json:"status"`
	Result         *Result         `json:"result"`
	Explanation    string          `json:"explanation"`
	Confidence     string          `json:"confidence"`
	Reasons        []string        `json:"reasons"`
	Assumptions    []Assumption    `json:"assumptions"`
	Ignored        []string        `json:"ignored"`
	Notes          []string        `json:"notes"`
	Question       string          `json:"question"`
	Options        []Option        `json:"options"`
	Reason         string          `json:"reason"`
	Words          []string        `json:"words"`
	Near           []string        `json:"near"`
	Try            []string        `json:"try"`
	Followups      []string        `json:"followups"`
	SQL            string          `json:"sql"`
	Plan           json.RawMessage `json:"plan"`
	Chart          json.RawMessage `json:"chart"`
	Reader         string          `json:"reader"`
	Cached         bool            `json:"cached"`
	ElapsedMS      int64           `json:"elapsed_ms"`
	Feedback       string          `json:"feedback"`
}

// Result is rows under columns.
type Result struct {
	Columns   []Column `json:"columns"`
	Rows      [][]any  `json:"rows"`
	RowCount  int64    `json:"row_count"`
	Truncated bool     `json:"truncated"`
}

// Assumption is something the question did not say.
type Assumption struct {
	Code         string   `json:"code"`
	Text         string   `json:"text"`
	Alternatives []Option `json:"alternatives"`
}

// Option is another reading. Plan can be posted back as Question.Plan; an
// alternative of an assumption has none.
type Option struct {
	Label     string          `json:"label"`
	ValueHint string          `json:"value_hint"`
	Plan      json.RawMessage `json:"plan"`
}

// Ask asks a question.
func (c *Client) Ask(ctx context.Context, q Question, headers ...Header) (*Answer, error) {
	out := &Answer{}
	return out, c.Do(ctx, http.MethodPost, "/query/process", q, out, headers...)
}

// SQL runs one read-only SELECT.
func (c *Client) SQL(ctx context.Context, sessionID, sql string) (*Answer, error) {
	out := &Answer{}
	return out, c.Do(ctx, http.MethodPost, "/query/sql", map[string]string{"session_id": sessionID, "sql": sql}, out)
}

// Query gives an answer that was given before.
func (c *Client) Query(ctx context.Context, id string) (*Answer, error) {
	out := &Answer{}
	return out, c.Do(ctx, http.MethodGet, "/queries/"+url.PathEscape(id), nil, out)
}

// Rerun computes an answer again.
func (c *Client) Rerun(ctx context.Context, id string) (*Answer, error) {
	out := &Answer{}
	return out, c.Do(ctx, http.MethodPost, "/queries/"+url.PathEscape(id)+"/rerun", nil, out)
}

// Learned says what a person's opinion of an answer changed.
type Learned struct {
	Remembered bool   `json:"remembered"` // the question has this answer from now on
	Why        string `json:"why"`
}

// Feedback says whether an answer was right: up, down or none.
func (c *Client) Feedback(ctx context.Context, id, feedback string) (*Learned, error) {
	out := &Learned{}
	return out, c.Do(ctx, http.MethodPost, "/queries/"+url.PathEscape(id)+"/feedback", map[string]string{"feedback": feedback}, out)
}

// Suggest gives questions that would work and begin with what was typed. With
// a conversation, which may be empty, they may go on from its last question.
func (c *Client) Suggest(ctx context.Context, sessionID, conversationID, typed string) ([]string, error) {
	var out struct {
		Suggestions []string `json:"suggestions"`
	}
	q := url.Values{"session_id": {sessionID}, "conversation_id": {conversationID}, "q": {typed}}
	return out.Suggestions, c.Do(ctx, http.MethodGet, "/query/suggest?"+q.Encode(), nil, &out)
}

// Event is one step of an answer: status, plan, sql, result, text,
// assumption, clarify, usage, done or error.
type Event struct {
	ID   string
	Type string
	Data json.RawMessage
}

// Stream asks a question and calls each with every step as it comes, until
// the answer is done, each gives an error, or the line breaks. With the id of
// the last event received, the same call goes on where it broke.
func (c *Client) Stream(ctx context.Context, q Question, last string, each func(Event) error) error {
	text, err := json.Marshal(q)
	if err != nil {
		return fmt.Errorf("client: encode the request: %w", err)
	}
	headers := []Header{{"Content-Type", "application/json"}, {"Accept", "text/event-stream"}}
	if last != "" {
		headers = append(headers, Header{"Last-Event-ID", last})
	}
	res, err := c.send(ctx, http.MethodPost, "/query/stream", bytes.NewReader(text), headers)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // it was read, or is no longer wanted
	return readEvents(res.Body, each)
}

// readEvents reads server-sent events as this server writes them: one line of
// data each.
func readEvents(r io.Reader, each func(Event) error) error {
	lines := bufio.NewReaderSize(r, 64<<10)
	var e Event
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("client: the events broke off: %w", err)
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch name {
		case "id":
			e.ID = value
		case "event":
			e.Type = value
		case "data":
			e.Data = json.RawMessage(value)
		case "":
			if e.Type == "" {
				continue
			}
			if err := each(e); err != nil {
				return err
			}
			e = Event{}
		}
	}
}
