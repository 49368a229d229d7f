package dataset

import (
	"context"
	"encoding/json"

	"tabletalk/internal/engine"
	"tabletalk/internal/event"
	"tabletalk/internal/fault"
)

// ImportKind is the kind of the jobs that read an upload; their subject is the
// file.
const ImportKind = "import"

// Later is a file that is read by a job.
type Later struct {
	File  File
	JobID string
}

// ImportLater keeps staged files and leaves it to jobs to read them. The files
// are there at once, as processing. The staged bytes are removed or kept as
// what was uploaded.
func (s *Service) ImportLater(ctx context.Context, workspace, sessionID string, staged []*Staged) ([]Later, error) {
	defer discardAll(staged)
	if _, err := s.sessions.Session(ctx, workspace, sessionID); err != nil {
		return nil, err
	}
	var list []Later
	for _, st := range staged {
		f := s.newFile(sessionID, st)
		f.Status = Processing
		if _, err := s.roomFor(ctx, f, []*Staged{st}, nil); err != nil { // discardAll gives it back
			return list, err
		}
		l := Later{File: *f, JobID: newID()}
		err := s.keepSource(ctx, &l.File, st)
		if err == nil {
			err = s.store.AddFileLater(ctx, l.File, l.JobID)
		}
		if err != nil {
			s.letGo(ctx, l.File.AsVersion())
			return list, err
		}
		s.tellFile(ctx, &l.File)
		list = append(list, l)
	}
	return list, nil
}

// ImportFile is what a job of ImportKind does. It may be done again: a file
// that was read before, or is gone, is left as it is.
func (s *Service) ImportFile(ctx context.Context, workspace, fileID string, progress func(engine.Progress)) error {
	f, err := s.store.File(ctx, workspace, fileID)
	if fault.IsKind(err, fault.NotFound) {
		return nil
	}
	if err != nil || f.Status != Processing {
		return err
	}
	err = s.readLater(ctx, f, progress)
	if err == nil || ctx.Err() != nil {
		return err
	}
	e := fault.Of(err)
	f.Status, f.Tables, f.Receipt, f.Error = Failed, nil, nil, &Problem{Code: e.Code, Message: e.Message, Hint: e.Hint}
	if _, late := s.store.ChangeFile(ctx, *f, f.Version, true); late != nil && !fault.IsKind(late, fault.NotFound) {
		return late
	}
	s.tellFile(ctx, f)
	return err
}

// readLater reads a file that is kept, and stores its tables.
func (s *Service) readLater(ctx context.Context, f *File, progress func(engine.Progress)) error {
	if len(f.Origin.Sources) == 0 {
		return fault.New(fault.Internal, "internal", "What was uploaded is not there any more.").At("dataset.ImportFile")
	}
	src := f.Origin.Sources[0]
	path, err := s.blobs.Path(ctx, src.Key)
	if err != nil {
		return err
	}
	defer s.names.lock(f.SessionID)()
	d, err := s.readFor(ctx, f, readJob{name: f.Name, key: src.SHA256, from: path, decisions: f.Origin.Decisions, progress: progress})
	if err != nil {
		return err
	}
	defer d.discard()
	f.fill(d, nil)
	release, err := s.roomFor(ctx, f, nil, nil)
	if err != nil {
		return err
	}
	defer release()
	if s.limits.DropUploads {
		f.Origin.Sources = nil
	}
	err = s.commit(ctx, f, d, nil, func(ctx context.Context) error {
		_, err := s.store.ChangeFile(ctx, *f, f.Version, true)
		return err
	})
	if err != nil {
		return err
	}
	s.tellFile(ctx, f)
	s.profileAll(f.Tables)
	return nil
}

// DropFile removes a file that is not read and will not be: its job was
// cancelled.
func (s *Service) DropFile(ctx context.Context, workspace, fileID string) error {
	f, err := s.store.File(ctx, workspace, fileID)
	if fault.IsKind(err, fault.NotFound) || err == nil && f.Status != Processing {
		return nil
	}
	if err != nil {
		return err
	}
	f.Status = Failed
	f.Error = &Problem{Code: "job_cancelled", Message: "The file was not read: its job was cancelled."}
	s.tellFile(ctx, f)
	return s.DeleteFile(ctx, workspace, fileID)
}

// tellFile says that a file came into another state.
func (s *Service) tellFile(ctx context.Context, f *File) {
	s.tell(ctx, f.SessionID, "file", struct {
		ID      string   `json:"id"`
		Name    string   `json:"name"`
		Status  Status   `json:"status"`
		Version int64    `json:"version"`
		Error   *Problem `json:"error,omitempty"`
	}{f.ID, f.Name, f.Status, f.Version, f.Error})
}

// tell publishes an event. Events are a convenience: one that cannot be told
// is missed.
func (s *Service) tell(ctx context.Context, sessionID, kind string, v any) {
	if s.events == nil {
		return
	}
	data, err := json.Marshal(v)
	if err == nil {
		err = s.events.Publish(ctx, event.Event{Type: kind, SessionID: sessionID, Data: data})
	}
	if err != nil && ctx.Err() == nil {
		s.log.DebugContext(ctx, "an event was not told", "cause", err.Error())
	}
}
