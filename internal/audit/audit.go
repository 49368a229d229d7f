package audit

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"tabletalk/internal/session"
)

// Entry is one line of the book.
type Entry struct {
	ID        string    `json:"id"`
	Workspace string    `json:"workspace_id"`
	ActorID   string    `json:"actor_id,omitempty" doc:"Who did it; missing where nobody was logged in"`
	Actor     string    `json:"actor,omitempty" doc:"Their address, while they have an account"`
	Action    string    `json:"action" example:"delete-session"`
	Object    string    `json:"object,omitempty" doc:"The id of what it was done to"`
	Outcome   string    `json:"outcome" doc:"ok, or the code of the problem"`
	RequestID string    `json:"request_id,omitempty"`
	Address   string    `json:"address,omitempty" doc:"Where it came from, hashed"`
	CreatedAt time.Time `json:"created_at"`
}

// Filter asks for a part of the book; what is empty is not asked for.
type Filter struct {
	Actor, Action, Object, Outcome string
	Text                           string // anywhere in an entry
	After, Before                  time.Time
}

// Store keeps the book.
type Store interface {
	AddEntry(ctx context.Context, e Entry) error
	Entries(ctx context.Context, workspace string, f Filter, p session.Page) (list []Entry, next string, err error)
	// ForgetEntries removes what was written before a time.
	ForgetEntries(ctx context.Context, before time.Time) error
}

// Book is the audit log.
type Book struct {
	store Store
	log   *slog.Logger
	now   func() time.Time
}

// NewBook makes a Book.
func NewBook(s Store, log *slog.Logger, now func() time.Time) *Book {
	return &Book{store: s, log: log, now: now}
}

// Write adds an entry. What was done is done: where it cannot be written the
// log says so.
func (b *Book) Write(ctx context.Context, e Entry) {
	e.ID, e.CreatedAt = uuid.Must(uuid.NewV7()).String(), b.now().UTC().Truncate(time.Microsecond)
	if e.Workspace == "" {
		e.Workspace = session.DefaultWorkspace
	}
	if err := b.store.AddEntry(context.WithoutCancel(ctx), e); err != nil {
		b.log.ErrorContext(ctx, "an entry of the audit log was not written", "action", e.Action, "outcome", e.Outcome, "cause", err.Error())
	}
}

// Read gives entries of a workspace, newest first.
func (b *Book) Read(ctx context.Context, workspace string, f Filter, p session.Page) ([]Entry, string, error) {
	return b.store.Entries(ctx, workspace, f, p)
}

// Forget removes entries that are older than a time allows; none where it is
// zero.
func (b *Book) Forget(ctx context.Context, keep time.Duration) error {
	if keep <= 0 {
		return nil
	}
	return b.store.ForgetEntries(ctx, b.now().Add(-keep))
}
