package dataset

import (
	"context"

	"tabletalk/internal/fault"
)

// Stored is how many bytes of uploads and tables there are.
type Stored struct {
	Session   int64
	Owner     int64 // in all sessions of the session's owner
	Workspace int64 // in all sessions of the session's workspace
}

// roomFor says whether what a file needs may still be stored in its session.
// Error: quota_reached.
func (s *Service) roomFor(ctx context.Context, f *File, uploads []*Staged) error {
	var need int64
	for _, st := range uploads {
		need += st.size
	}
	return s.quota(ctx, f.SessionID, need)
}

// quota says whether so many bytes more may be stored. What is stored is what
// was uploaded and the tables that questions see.
func (s *Service) quota(ctx context.Context, sessionID string, need int64) error {
	if sessionID == "" || s.limits.SessionBytes <= 0 && s.limits.OwnerBytes <= 0 && s.limits.WorkspaceBytes <= 0 {
		return nil
	}
	stored, err := s.store.StoredBytes(ctx, sessionID)
	if err != nil {
		return err
	}
	for _, q := range []struct {
		used, limit    int64
		whose, setting string
	}{
		{stored.Session, s.limits.SessionBytes, "this session", "max-session-bytes"},
		{stored.Owner, s.limits.OwnerBytes, "all of your sessions together", "max-user-bytes"},
		{stored.Workspace, s.limits.WorkspaceBytes, "the whole workspace", "max-workspace-bytes"},
	} {
		if q.limit > 0 && q.used+need > q.limit {
			return fault.New(fault.TooLarge, "quota_reached", "There is no room for %d bytes more: %d are stored in %s, and the limit is %d (%s).", need, q.used, q.whose, q.limit, q.setting).
				WithHint("Delete files or sessions that are no longer needed, or ask the operator to raise %s.", q.setting).At("dataset.Import")
		}
	}
	return nil
}
