package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Session is a data session.
type Session struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Conversation is a thread of questions.
type Conversation struct {
	ID        string    `json:"id"`
	SessionID string    `json:"session_id"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`
}

// CreateSession makes a session.
func (c *Client) CreateSession(ctx context.Context, name string, headers ...Header) (*Session, error) {
	out := &Session{}
	return out, c.Do(ctx, http.MethodPost, "/sessions", map[string]string{"name": name}, out, headers...)
}

// Session gives a session.
func (c *Client) Session(ctx context.Context, id string) (*Session, error) {
	out := &Session{}
	return out, c.Do(ctx, http.MethodGet, "/sessions/"+url.PathEscape(id), nil, out)
}

// Sessions lists sessions.
func (c *Client) Sessions(ctx context.Context, l List) (*Page[Session], error) {
	return list[Session](ctx, c, "/sessions", l, nil)
}

// RenameSession renames a session.
func (c *Client) RenameSession(ctx context.Context, id, name string) (*Session, error) {
	out := &Session{}
	return out, c.Do(ctx, http.MethodPatch, "/sessions/"+url.PathEscape(id), map[string]string{"name": name}, out)
}

// ExtendSession lets a session live for so many hours from now; 0 means its
// usual life.
func (c *Client) ExtendSession(ctx context.Context, id string, hours int) (*Session, error) {
	body := map[string]int{}
	if hours > 0 {
		body["hours"] = hours
	}
	out := &Session{}
	return out, c.Do(ctx, http.MethodPost, "/sessions/"+url.PathEscape(id)+"/extend", body, out)
}

// DeleteSession deletes a session and all that it holds.
func (c *Client) DeleteSession(ctx context.Context, id string) error {
	return c.Do(ctx, http.MethodDelete, "/sessions/"+url.PathEscape(id), nil, nil)
}

// SessionFiles lists the files of a session.
func (c *Client) SessionFiles(ctx context.Context, id string, l List) (*Page[FileResult], error) {
	return list[FileResult](ctx, c, "/sessions/"+url.PathEscape(id)+"/files", l, nil)
}

// Join is how two tables belong together; Says tells it in words.
type Join struct {
	Many struct{ Table, Column string } `json:"many"`
	One  struct{ Table, Column string } `json:"one"`
	Says string                         `json:"says"`
}

// SessionJoins lists how the tables of a session belong together.
func (c *Client) SessionJoins(ctx context.Context, id string) (*Page[Join], error) {
	return list[Join](ctx, c, "/sessions/"+url.PathEscape(id)+"/joins", List{}, nil)
}

// SessionTables lists the tables of a session.
func (c *Client) SessionTables(ctx context.Context, id string) (*Page[Table], error) {
	return list[Table](ctx, c, "/sessions/"+url.PathEscape(id)+"/tables", List{}, nil)
}

// Conversations lists the conversations of a session.
func (c *Client) Conversations(ctx context.Context, id string, l List) (*Page[Conversation], error) {
	return list[Conversation](ctx, c, "/sessions/"+url.PathEscape(id)+"/conversations", l, nil)
}

// SessionQueries lists the questions of a session, or of one conversation.
func (c *Client) SessionQueries(ctx context.Context, id, conversationID string, l List) (*Page[Answer], error) {
	more := url.Values{}
	if conversationID != "" {
		more.Set("conversation_id", conversationID)
	}
	return list[Answer](ctx, c, "/sessions/"+url.PathEscape(id)+"/queries", l, more)
}
