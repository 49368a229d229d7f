package dataset

import (
	"context"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
)

// ProfileKind is the kind of the jobs that look closely at a large table; their
// subject is the file.
const ProfileKind = "profile"

// profileAll computes the profiles of new tables in the background.
func (s *Service) profileAll(tables []Table) {
	for _, t := range tables {
		s.profileLater(t)
	}
}

// profileLater has the profile of a new table computed: of a large one by a
// job, which others can see and end; of any other in the background, at once.
// A table is tried once in the life of a Service.
func (s *Service) profileLater(t Table) {
	if _, begun := s.tried.LoadOrStore(t.ID+t.SHA256, true); begun {
		return
	}
	if t.Rows >= s.limits.ProfileJobRows {
		_, err := s.profileJob(s.life, t, false)
		s.profileFailed(t, err)
		return
	}
	s.work.Go(func() { s.profileFailed(t, s.profile(s.life, t, nil)) })
}

// profileFailed logs why a profile is not there, where that is not as it should be.
func (s *Service) profileFailed(t Table, err error) {
	if err != nil && s.life.Err() == nil && !fault.IsKind(err, fault.NotFound) {
		s.log.ErrorContext(s.life, "a profile could not be computed", "table", t.ID, "error", err)
	}
}

func (s *Service) profileJob(ctx context.Context, t Table, again bool) (jobID string, err error) {
	jobID, err = s.store.AddProfileJob(ctx, t, newID(), again)
	if err == nil && s.wake != nil {
		s.wake()
	}
	return jobID, err
}

// ProfileAgain lets a job compute the profile of a table, whatever became of
// one before, and gives its id.
func (s *Service) ProfileAgain(ctx context.Context, workspace, tableID string) (jobID string, err error) {
	t, err := s.store.Table(ctx, workspace, tableID)
	if err != nil {
		return "", err
	}
	return s.profileJob(ctx, *t, true)
}

// ProfileTable is what a job of ProfileKind does. It may be done again. A table
// that is gone, or holds other content than when the job was added, is left as
// it is: what changed it added a job.
func (s *Service) ProfileTable(ctx context.Context, workspace, tableID, content string, progress func(engine.Progress)) error {
	t, err := s.store.Table(ctx, workspace, tableID)
	if err == nil && t.SHA256 == content {
		err = s.profile(ctx, *t, progress)
	}
	if fault.IsKind(err, fault.NotFound) {
		return nil
	}
	return err
}

// profile computes and stores the profile of one table, when it is its turn.
func (s *Service) profile(ctx context.Context, t Table, progress func(engine.Progress)) error {
	if err := s.profiles.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.profiles.Release(1)
	path, err := s.blobs.Path(ctx, t.BlobKey)
	if err != nil {
		return err
	}
	spec := ingest.ProfileSpec{File: engine.JobFile(0), Rows: t.Rows, Columns: t.Columns}
	answer, err := s.engine.Import(ctx, engine.Job{Kind: ingest.KindProfile, Body: spec, Read: []string{path}, Key: t.SHA256, Timeout: s.limits.ProfileTimeout, Background: true, Progress: progress})
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
