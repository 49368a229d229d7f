package dataset

import (
	"context"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
)

// profileAll computes the profiles of new tables in the background.
func (s *Service) profileAll(tables []Table) {
	for _, t := range tables {
		s.profileLater(t)
	}
}

// profileLater computes the profile of a new table in the background.
// A table is tried once in the life of a Service.
func (s *Service) profileLater(t Table) {
	if _, begun := s.tried.LoadOrStore(t.ID+t.SHA256, true); begun {
		return
	}
	s.work.Go(func() {
		if err := s.profiles.Acquire(s.life, 1); err != nil {
			return
		}
		defer s.profiles.Release(1)
		err := s.profile(s.life, t)
		if err != nil && s.life.Err() == nil && !fault.IsKind(err, fault.NotFound) {
			s.log.ErrorContext(s.life, "a profile could not be computed", "table", t.ID, "error", err)
		}
	})
}

// profile computes and stores the profile of one table.
func (s *Service) profile(ctx context.Context, t Table) error {
	path, err := s.blobs.Path(ctx, t.BlobKey)
	if err != nil {
		return err
	}
	spec := ingest.ProfileSpec{File: engine.JobFile(0), Rows: t.Rows, Columns: t.Columns}
	answer, err := s.engine.Import(ctx, engine.Job{Kind: ingest.KindProfile, Body: spec, Read: []string{path}, Key: t.SHA256, Timeout: s.limits.ProfileTimeout, Background: true})
	if err != nil {
		return err
	}
	res, err := ingest.DecodeProfile(answer)
	if err != nil {
		return err
	}
	if err := s.store.SetProfile(ctx, t.ID, t.SHA256, res.Merge(t.Columns), answer); err != nil {
		return err
	}
	s.tell(ctx, t.SessionID, "profile", struct {
		Table string `json:"table_id"`
	}{t.ID})
	return nil
}
