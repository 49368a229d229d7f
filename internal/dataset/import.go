package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"tabletalk/internal/catalog"
	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
)

// Import reads staged files into a session and gives them as they are stored.
// A bad file that comes alone is its fault, and nothing is stored; among
// others it is stored as failed, with the reason. The staged bytes are removed
// in every case. progress may be nil.
//
// A file is visible with all its tables or not at all: its Parquet and its
// value indexes are in the blob store before the one transaction that names
// them; where that never comes they are released, and deleted later.
func (s *Service) Import(ctx context.Context, workspace, sessionID string, staged []*Staged, progress func(name string, p engine.Progress)) ([]File, error) {
	defer discardAll(staged)
	if progress == nil {
		progress = func(string, engine.Progress) {}
	}
	if _, err := s.sessions.Session(ctx, workspace, sessionID); err != nil {
		return nil, err
	}
	defer s.names.lock(sessionID)()
	var files []File
	for _, st := range staged {
		f, err := s.importOne(ctx, sessionID, st, func(p engine.Progress) { progress(st.name, p) })
		if err != nil && (len(staged) == 1 || !aboutFile(err)) {
			return files, err
		}
		if err != nil {
			if f, err = s.failed(ctx, sessionID, st, err); err != nil {
				return files, err
			}
		}
		files = append(files, *f)
	}
	return files, nil
}

// ImportOne is Import for a file that comes alone.
func (s *Service) ImportOne(ctx context.Context, workspace, sessionID string, st *Staged) (*File, error) {
	files, err := s.Import(ctx, workspace, sessionID, []*Staged{st}, nil)
	if err != nil {
		return nil, err
	}
	return &files[0], nil
}

func discardAll(staged []*Staged) {
	for _, st := range staged {
		st.Discard()
	}
}

// aboutFile reports whether an error is the file's own: others after it may
// still be read.
func aboutFile(err error) bool {
	k := fault.Of(err).Kind
	return k == fault.Invalid || k == fault.TooLarge || k == fault.Timeout
}

// importOne reads one file and stores it.
func (s *Service) importOne(ctx context.Context, sessionID string, st *Staged, progress func(engine.Progress)) (*File, error) {
	res, err := s.read(ctx, sessionID, st, progress)
	if err != nil {
		return nil, err
	}
	f := s.newFile(sessionID, st)
	f.Status, f.Receipt = Completed, &res.Receipt
	for _, t := range res.Tables {
		f.Tables = append(f.Tables, s.newTable(f, t))
	}
	if err := s.commit(ctx, f, st, res); err != nil {
		return nil, err
	}
	st.Discard()
	for _, t := range f.Tables {
		s.profileLater(t)
	}
	return f, nil
}

// read lets a worker read the file.
func (s *Service) read(ctx context.Context, sessionID string, st *Staged, progress func(engine.Progress)) (*ingest.Result, error) {
	tables, err := s.store.Tables(ctx, sessionID)
	if err != nil {
		return nil, err
	}
	out := filepath.Join(st.dir, "out")
	if err := os.Mkdir(out, 0o700); err != nil {
		return nil, storageError("dataset.Import", err)
	}
	spec := ingest.Spec{Name: st.name, File: engine.JobFile(0), Dir: engine.JobDir, Limits: s.limits.Ingest}
	for _, t := range tables {
		spec.Taken = append(spec.Taken, t.Name)
	}
	answer, err := s.engine.Import(ctx, engine.Job{Kind: ingest.KindIngest, Body: spec, Read: []string{st.Path}, Dir: out, Key: st.SHA256, Timeout: s.limits.ImportTimeout, Progress: progress})
	if err != nil {
		return nil, err
	}
	res, err := ingest.DecodeResult(answer)
	if err != nil {
		return nil, fmt.Errorf("dataset.Import: %w", err)
	}
	return res, nil
}

func (s *Service) newFile(sessionID string, st *Staged) *File {
	now := s.clock().UTC()
	return &File{ID: newID(), SessionID: sessionID, Name: st.name, Size: st.size, SHA256: st.SHA256, Tables: []Table{}, CreatedAt: now, UpdatedAt: now}
}

func (s *Service) newTable(f *File, t ingest.Table) Table {
	return Table{ID: newID(), SessionID: f.SessionID, FileID: f.ID, Name: t.Name, Rows: t.Rows, Columns: t.Columns,
		SHA256: t.SHA256, Bytes: t.Bytes, BlobKey: "tables/" + t.SHA256 + ".parquet", CreatedAt: f.CreatedAt}
}

// commit puts the content away and then stores the file.
func (s *Service) commit(ctx context.Context, f *File, st *Staged, res *ingest.Result) error {
	out := filepath.Join(st.dir, "out")
	var keys []string
	for i := range res.Tables {
		key, err := writeIndex(filepath.Join(out, fmt.Sprintf("index-%d", i)), res.Tables[i].Values)
		if err != nil {
			return storageError("dataset.Import", err)
		}
		f.Tables[i].IndexKey = key
		keys = append(keys, f.Tables[i].BlobKey, key)
	}
	if err := s.putAndAdd(ctx, f, out, res); err != nil {
		if _, late := s.store.ReleaseBlobs(context.WithoutCancel(ctx), keys); late != nil {
			s.log.ErrorContext(ctx, "content of a failed import is left until the next start", "error", late)
		}
		return err
	}
	return nil
}

func (s *Service) putAndAdd(ctx context.Context, f *File, out string, res *ingest.Result) error {
	for i, t := range res.Tables {
		if f.Tables[i].IndexKey != "" {
			if err := s.blobs.Put(ctx, f.Tables[i].IndexKey, filepath.Join(out, fmt.Sprintf("index-%d", i))); err != nil {
				return err
			}
		}
		if err := s.blobs.Put(ctx, f.Tables[i].BlobKey, filepath.Join(out, filepath.Base(t.File))); err != nil {
			return err
		}
	}
	return s.store.AddFile(ctx, *f)
}

// writeIndex builds the value index and gives the key of its content; none for
// a table without values.
func writeIndex(path string, values []catalog.ColumnValues) (key string, err error) {
	if len(values) == 0 {
		return "", nil
	}
	b, err := catalog.BuildIndex(values).MarshalBinary()
	if err != nil || len(b) == 0 {
		return "", err
	}
	sum := sha256.Sum256(b)
	return "index/" + hex.EncodeToString(sum[:]), os.WriteFile(path, b, 0o600)
}

// failed stores a file that could not be read, with the reason.
func (s *Service) failed(ctx context.Context, sessionID string, st *Staged, cause error) (*File, error) {
	e := fault.Of(cause)
	f := s.newFile(sessionID, st)
	f.Status, f.Error = Failed, &Problem{Code: e.Code, Message: e.Message, Hint: e.Hint}
	return f, s.store.AddFile(ctx, *f)
}
