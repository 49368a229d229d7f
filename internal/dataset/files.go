package dataset

import (
	"context"
	"fmt"
	"io"
	"os"

	"tabletalk/internal/engine"
	"tabletalk/internal/session"
	"tabletalk/internal/table"
)

// File gives one file of the workspace.
func (s *Service) File(ctx context.Context, workspace, id string) (*File, error) {
	return s.store.File(ctx, workspace, id)
}

// Files lists the files of a session, newest first.
func (s *Service) Files(ctx context.Context, workspace, sessionID string, p session.Page) (list []File, next string, err error) {
	if _, err := s.sessions.Session(ctx, workspace, sessionID); err != nil {
		return nil, "", err
	}
	return s.store.Files(ctx, sessionID, p)
}

// Tables lists the tables of a session.
func (s *Service) Tables(ctx context.Context, workspace, sessionID string) ([]Table, error) {
	if _, err := s.sessions.Session(ctx, workspace, sessionID); err != nil {
		return nil, err
	}
	return s.store.Tables(ctx, sessionID)
}

// Table gives one table of the workspace.
func (s *Service) Table(ctx context.Context, workspace, id string) (*Table, error) {
	return s.store.Table(ctx, workspace, id)
}

// Profile gives the profile of a table as JSON; nil while it is not computed.
func (s *Service) Profile(ctx context.Context, workspace, tableID string) ([]byte, error) {
	t, err := s.store.Table(ctx, workspace, tableID)
	if err != nil {
		return nil, err
	}
	return s.store.Profile(ctx, t.ID)
}

// Preview gives rows of a table in the order of its file.
func (s *Service) Preview(ctx context.Context, workspace, tableID string, limit, offset int) (*table.Rows, error) {
	t, err := s.store.Table(ctx, workspace, tableID)
	if err != nil {
		return nil, err
	}
	path, err := s.blobs.Path(ctx, t.BlobKey)
	if err != nil {
		return nil, err
	}
	return s.firstRows(ctx, engine.Table{Name: t.Name, Path: path, SHA256: t.SHA256}, limit, offset)
}

// firstRows reads rows of one table in their order.
func (s *Service) firstRows(ctx context.Context, t engine.Table, limit, offset int) (*table.Rows, error) {
	limit, offset = max(limit, 0), max(offset, 0)
	q := engine.Query{SQL: fmt.Sprintf("SELECT * FROM %s LIMIT %d OFFSET %d", quoteID(t.Name), limit, offset), MaxRows: max(limit, 1)}
	return s.engine.Query(ctx, []engine.Table{t}, q)
}

// DeleteFile removes a file with its tables. Their content goes later, unless
// another table names it then.
func (s *Service) DeleteFile(ctx context.Context, workspace, id string) error {
	f, err := s.store.File(ctx, workspace, id)
	if err != nil {
		return err
	}
	if err := s.store.DeleteFile(ctx, f.SessionID, f.ID); err != nil {
		return err
	}
	for _, t := range f.Tables {
		s.tried.Delete(t.ID + t.SHA256)
	}
	s.Forget(f.SessionID)
	return nil
}

// Forget drops what is held in memory of a session that changed or is gone.
func (s *Service) Forget(sessionID string) { s.opened.drop(sessionID) }

// Original gives what was uploaded, as it came. The caller closes it.
func (s *Service) Original(ctx context.Context, src Source) (io.ReadCloser, error) {
	path, err := s.blobs.Path(ctx, src.Key)
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}
