package session

import (
	"context"
	"time"
)

// Status of a session.
type Status string

// The statuses. An expired or deleted session looks like a missing one.
const (
	Active  Status = "active"
	Expired Status = "expired"
)

// DefaultWorkspace is the workspace that a fresh installation has, and
// LocalOwner the one person of an installation without accounts.
const (
	DefaultWorkspace = "00000000-0000-7000-8000-000000000001"
	LocalOwner       = "00000000-0000-7000-8000-000000000002"
)

// Session is one data session.
type Session struct {
	ID        string    `json:"id"`
	Workspace string    `json:"workspace_id"`
	Owner     string    `json:"owner_id"`
	Name      string    `json:"name"`
	Status    Status    `json:"status"`
	Version   int64     `json:"version"` // grows with every change of data or definitions: part of cache keys
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Role      string    `json:"role,omitempty" enum:"owner,editor,viewer" doc:"What the asker may do; missing where nobody logs in"`
}

// Page asks for a part of a list, newest first. Limit is 1 to 200.
type Page struct {
	Limit  int
	Cursor string // opaque; empty for the first page
}

// Store is what sessions need of a database. A missing, deleted or expired
// session, or one of another workspace, is not_found.
type Store interface {
	// CreateSession stores a new one, unless allowed refuses the number of those
	// that its owner has; nil allows any.
	CreateSession(ctx context.Context, s Session, allowed func(owned int) error) error
	Session(ctx context.Context, workspace, id string) (*Session, error)
	// Sessions lists those of a workspace that a person owns or shares; all of
	// them for nobody in particular.
	Sessions(ctx context.Context, workspace, person string, p Page) (list []Session, next string, err error)
	// UpdateSession stores name, status and expires_at of a session that was
	// read before; one that changed since (UpdatedAt differs) is a conflict.
	UpdateSession(ctx context.Context, s Session) error
	// DeleteSession removes a session, ended or not, with all it owns, and
	// remembers the content that may no longer be needed.
	DeleteSession(ctx context.Context, workspace, id string) error
	ExpiredSessions(ctx context.Context, now time.Time, limit int) ([]Session, error)
	Shares
}
