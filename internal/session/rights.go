package session

import (
	"context"
	"time"

	"tabletalk/internal/fault"
)

// Right is what a person may do with a session; each includes those below it.
type Right int

// The rights. A viewer reads everything; an editor asks, uploads and teaches;
// an owner shares and deletes.
const (
	None Right = iota
	View
	Edit
	Own
)

// Role names a right as people know it.
func (r Right) Role() string {
	switch r {
	case Own:
		return "owner"
	case Edit:
		return "editor"
	case View:
		return "viewer"
	}
	return ""
}

// RightOf gives the right of a role.
func RightOf(role string) Right {
	for _, r := range []Right{View, Edit, Own} {
		if r.Role() == role {
			return r
		}
	}
	return None
}

// Kind is what belongs to a session.
type Kind string

// The kinds.
const (
	OfSession Kind = "session"
	OfFile    Kind = "file"
	OfTable   Kind = "table"
	OfQuery   Kind = "query"
	OfJob     Kind = "job"
)

// Share is a session that somebody shares with somebody.
type Share struct {
	UserID    string    `json:"user_id"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Role      string    `json:"role" enum:"editor,viewer"`
	CreatedAt time.Time `json:"created_at"`
}

// Shares keeps who may do what.
type Shares interface {
	// Right gives what a person may do with the active session that an object
	// belongs to; None where there is no such object, or nothing that they may.
	Right(ctx context.Context, workspace, person string, of Kind, id string) (r Right, sessionID string, err error)
	// Share gives a user of the session's workspace a right to it. Errors:
	// session_not_found, user_not_found.
	Share(ctx context.Context, workspace, id, userID string, r Right) error
	// Unshare takes it back. Error: share_not_found.
	Unshare(ctx context.Context, workspace, id, userID string) error
	SharesOf(ctx context.Context, workspace, id string) ([]Share, error)
}

// Object is something that belongs to a session.
type Object struct {
	Kind Kind
	ID   string
}

// Allow says whether a person may do something with the session that an object
// belongs to, and gives all that they may. What they may not even look at is
// missing. Errors: <kind>_not_found, session_read_only, not_owner.
func (s *Service) Allow(ctx context.Context, workspace, person string, need Right, of Object) (Right, error) {
	r, _, err := s.o.Store.Right(ctx, workspace, person, of.Kind, of.ID)
	switch {
	case err != nil:
		return None, err
	case r == None:
		return None, missing(of.Kind)
	case r >= need:
		return r, nil
	case need == Own:
		return r, fault.New(fault.Forbidden, "not_owner", "Only the owner of the session may do that.").At("session.Allow")
	}
	return r, fault.New(fault.Forbidden, "session_read_only", "You may look at this session, but not change it.").
		WithHint("Ask its owner to make you an editor.").At("session.Allow")
}

// missing is the same fault that the object's own store gives.
func missing(of Kind) error {
	what := string(of)
	if of == OfQuery {
		what = "question"
	}
	return fault.New(fault.NotFound, string(of)+"_not_found", "There is no such %s.", what).WithHint("It may have been deleted or have expired.").At("session.Allow")
}

// Share lets a user of the workspace view or edit a session. Errors:
// role_invalid, session_not_found, user_not_found.
func (s *Service) Share(ctx context.Context, workspace, id, userID, role string) error {
	r := RightOf(role)
	if r != View && r != Edit {
		return fault.New(fault.Invalid, "role_invalid", "A session is shared with an editor or a viewer.").At("session.Share")
	}
	return s.o.Store.Share(ctx, workspace, id, userID, r)
}

// Unshare takes a share back. Error: share_not_found.
func (s *Service) Unshare(ctx context.Context, workspace, id, userID string) error {
	return s.o.Store.Unshare(ctx, workspace, id, userID)
}

// Shares lists with whom a session is shared.
func (s *Service) Shares(ctx context.Context, workspace, id string) ([]Share, error) {
	return s.o.Store.SharesOf(ctx, workspace, id)
}

// DeleteOwned removes all sessions of a person with everything in them.
func (s *Service) DeleteOwned(ctx context.Context, workspace, owner string) error {
	cursor := ""
	for {
		list, next, err := s.o.Store.Sessions(ctx, workspace, owner, Page{Limit: batch, Cursor: cursor})
		if err != nil {
			return err
		}
		for _, v := range list {
			if v.Owner != owner {
				continue
			}
			if err := s.remove(ctx, v); err != nil && !fault.IsKind(err, fault.NotFound) {
				return err
			}
		}
		if cursor = next; next == "" {
			return nil
		}
	}
}
