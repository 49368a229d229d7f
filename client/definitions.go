package client

import (
	"context"
	"net/http"
	"net/url"
)

// Definition is something that people taught. Kind is one of synonym, metric,
// filter, column, answer and forbidden; Scope is session or workspace.
type Definition struct {
	ID        string `json:"id,omitempty"`
	Kind      string `json:"kind"`
	Scope     string `json:"scope,omitempty"`
	Phrase    string `json:"phrase,omitempty"`
	Table     string `json:"table,omitempty"`
	Column    string `json:"column,omitempty"`
	Value     string `json:"value,omitempty"`
	Text      string `json:"text,omitempty"`
	Role      string `json:"role,omitempty"`
	Aggregate string `json:"aggregate,omitempty"`
	Hidden    bool   `json:"hidden,omitempty"`
	Fits      bool   `json:"fits,omitempty"` // false where the session's tables have changed since
}

func definitionsOf(sessionID string) string {
	return "/sessions/" + url.PathEscape(sessionID) + "/definitions"
}

// Definitions lists what is taught for a session.
func (c *Client) Definitions(ctx context.Context, sessionID string, l List) (*Page[Definition], error) {
	return list[Definition](ctx, c, definitionsOf(sessionID), l, nil)
}

// Define teaches something.
func (c *Client) Define(ctx context.Context, sessionID string, d Definition, headers ...Header) (*Definition, error) {
	out := &Definition{}
	return out, c.Do(ctx, http.MethodPost, definitionsOf(sessionID), d, out, headers...)
}

// ChangeDefinition changes the given fields of a definition.
func (c *Client) ChangeDefinition(ctx context.Context, sessionID, id string, fields map[string]any) (*Definition, error) {
	out := &Definition{}
	return out, c.Do(ctx, http.MethodPatch, definitionsOf(sessionID)+"/"+url.PathEscape(id), fields, out)
}

// DeleteDefinition takes a definition back.
func (c *Client) DeleteDefinition(ctx context.Context, sessionID, id string) error {
	return c.Do(ctx, http.MethodDelete, definitionsOf(sessionID)+"/"+url.PathEscape(id), nil, nil)
}
