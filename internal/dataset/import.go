package dataset

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"tabletalk/internal/catalog"
	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
	"tabletalk/internal/table"
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

// importOne reads one file and stores it. One that is in the session already,
// by name and content, is given as it is there.
func (s *Service) importOne(ctx context.Context, sessionID string, st *Staged, progress func(engine.Progress)) (*File, error) {
	f := s.newFile(sessionID, st)
	known, twin, err := s.known(ctx, f)
	if known != nil || err != nil {
		return known, err
	}
	if _, err := s.roomFor(ctx, f, []*Staged{st}, nil); err != nil { // Discard gives it back
		return nil, err
	}
	r := readJob{name: st.name, key: st.SHA256, from: st.Path, decisions: st.decisions, progress: progress}
	if r.taken, err = s.taken(ctx, sessionID, ""); err != nil {
		return nil, err
	}
	d, err := s.read(ctx, r)
	if err != nil {
		return nil, err
	}
	defer d.discard()
	f.fill(d, nil)
	if _, err := s.roomFor(ctx, f, []*Staged{st}, nil); err != nil {
		return nil, err
	}
	if twin != "" {
		f.Receipt.Notes = append(f.Receipt.Notes, ingest.Note{Code: "same_content", Text: fmt.Sprintf("The file holds the same as %q, which is in the session already.", twin)})
	}
	if err := s.commit(ctx, f, d, []*Staged{st}, func(ctx context.Context) error { return s.store.AddFile(ctx, *f) }); err != nil {
		return nil, err
	}
	st.Discard()
	s.tellFile(ctx, f)
	s.profileAll(f.Tables)
	return f, nil
}

// known finds the file that is uploaded again; twin is the name of another
// with the same content. Other decisions make it another file.
func (s *Service) known(ctx context.Context, f *File) (known *File, twin string, err error) {
	list, err := s.store.SameFiles(ctx, f.SessionID, f.SHA256)
	if err != nil {
		return nil, "", err
	}
	for _, old := range list {
		if old.Name == f.Name && f.Origin.Decisions.IsZero() && (old.Kind == Uploaded || old.Kind == Reread) {
			old.Known = true
			r := *old.Receipt
			r.Notes = append(r.Notes[:len(r.Notes):len(r.Notes)], ingest.Note{Code: "same_file", Text: "The file was in the session already; it was not added again."})
			old.Receipt = &r
			return &old, "", nil
		}
		twin = old.Name
	}
	return nil, twin, nil
}

// taken gives the names of the session's tables but those of one file.
func (s *Service) taken(ctx context.Context, sessionID, but string) ([]string, error) {
	tables, err := s.store.Tables(ctx, sessionID)
	var names []string
	for _, t := range tables {
		if t.FileID != but {
			names = append(names, t.Name)
		}
	}
	return names, err
}

// readJob is one file to be read by a worker.
type readJob struct {
	name      string
	key       string // what names the bytes
	from      string // where they are
	taken     []string
	decisions ingest.Decisions
	expect    map[string]table.Type
	progress  func(engine.Progress)
}

// draft is a file that was read and not stored: its tables lie in a folder of
// their own.
type draft struct {
	dir       string
	res       *ingest.Result
	indexes   []string // keys of the tables' value indexes; "" where there are no values
	decisions ingest.Decisions
}

func (d *draft) discard() { _ = os.RemoveAll(d.dir) }

func (d *draft) index(i int) string { return filepath.Join(d.dir, fmt.Sprintf("index-%d", i)) }

// left is the folder of what the job left, apart from what is made here.
func (d *draft) left() string { return filepath.Join(d.dir, "left") }

func (d *draft) path(i int) string {
	return filepath.Join(d.left(), filepath.Base(d.res.Tables[i].File))
}

// read lets a worker read a file. The caller discards the draft.
func (s *Service) read(ctx context.Context, r readJob) (*draft, error) {
	spec := ingest.Spec{Name: r.name, File: engine.JobFile(0), Dir: engine.JobDir, Taken: r.taken, Decisions: r.decisions, Expect: r.expect, Limits: s.limits.Ingest}
	job := engine.Job{Kind: ingest.KindIngest, Body: spec, Read: []string{r.from}, Key: r.key, Timeout: s.limits.ImportTimeout, Progress: r.progress}
	if made := fmt.Sprintf("%+v", r.decisions); !r.decisions.IsZero() {
		job.Key += hashOf([]byte(made))
	}
	return s.draft(ctx, job, r.decisions)
}

// draft runs a job that leaves tables.
func (s *Service) draft(ctx context.Context, job engine.Job, decisions ingest.Decisions) (*draft, error) {
	const op = "dataset.Import"
	dir, err := os.MkdirTemp(s.dir, "out-")
	if err != nil {
		return nil, storageError(op, err)
	}
	d := &draft{dir: dir, decisions: decisions}
	d.decisions.Password = "" // is not kept
	if err := os.Mkdir(d.left(), 0o700); err != nil {
		d.discard()
		return nil, storageError(op, err)
	}
	job.Dir = d.left()
	var wrong error
	job.Answered = func(answer json.RawMessage) { wrong = d.take(answer) }
	_, err = s.engine.Import(ctx, job)
	if err = cmp.Or(err, wrong); err != nil {
		d.discard()
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	s.log.DebugContext(ctx, "step", "after", op)
	return d, nil
}

// take reads what a job answered, and builds the value indexes beside its files.
func (d *draft) take(answer json.RawMessage) (err error) {
	if d.res, err = ingest.DecodeResult(answer); err != nil {
		return err
	}
	d.indexes = make([]string, len(d.res.Tables))
	for i, t := range d.res.Tables {
		if d.indexes[i], err = writeIndex(d.index(i), t.Values); err != nil {
			return storageError("dataset.Import", err)
		}
	}
	return nil
}

func (s *Service) newFile(sessionID string, st *Staged) *File {
	now := s.clock().UTC()
	f := &File{ID: newID(), SessionID: sessionID, Name: st.name, Size: st.size, SHA256: st.SHA256, Tables: []Table{},
		Version: 1, Kind: Uploaded, CreatedAt: now, UpdatedAt: now}
	f.Origin.Decisions = st.decisions
	f.Origin.Decisions.Password = ""
	return f
}

// fill gives a file the tables of a draft. Those that had a table of the name
// before take its place.
func (f *File) fill(d *draft, before []Table) {
	f.Status, f.Error, f.Receipt = Completed, nil, &d.res.Receipt
	f.Origin.Decisions = d.decisions
	f.Tables = []Table{}
	for _, t := range d.res.Tables {
		if len(before) == 1 && len(d.res.Tables) == 1 {
			t.Name = before[0].Name // the one table of the file keeps its name
		}
		n := Table{ID: newID(), SessionID: f.SessionID, FileID: f.ID, Name: t.Name, Rows: t.Rows, Columns: t.Columns,
			SHA256: t.SHA256, Bytes: t.Bytes, BlobKey: "tables/" + t.SHA256 + ".parquet", CreatedAt: f.UpdatedAt}
		if old := named(before, n.Name); old != nil {
			n.ID, n.CreatedAt = old.ID, old.CreatedAt
		}
		f.Tables = append(f.Tables, n)
	}
}

// commit puts the content away, what was uploaded included, and then lets the
// file be stored.
func (s *Service) commit(ctx context.Context, f *File, d *draft, uploads []*Staged, add func(context.Context) error) error {
	err := s.putAll(ctx, f, d, uploads)
	if err == nil {
		err = add(ctx)
	}
	if err == nil {
		return nil
	}
	s.letGo(ctx, f.AsVersion())
	return err
}

// letGo releases the content of a version that did not come.
func (s *Service) letGo(ctx context.Context, v Version) {
	if _, late := s.store.ReleaseBlobs(context.WithoutCancel(ctx), v.Keys()); late != nil {
		s.log.ErrorContext(ctx, "content of a failed import is left until the next start", "error", late)
	}
}

// putsAtATime is how much of one file is put away at once: most of the time
// the disk is waited for.
const putsAtATime = 4

// putAll puts away tables, their value indexes and what was uploaded.
func (s *Service) putAll(ctx context.Context, f *File, d *draft, uploads []*Staged) error {
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(putsAtATime)
	for i := range d.res.Tables {
		all.Go(func() error { return s.blobs.Put(ctx, f.Tables[i].BlobKey, d.path(i)) })
		all.Go(func() error { return s.putIndex(ctx, f, d, i) })
	}
	all.Go(func() error { return s.putSources(ctx, f, uploads) })
	return all.Wait()
}

func (s *Service) putIndex(ctx context.Context, f *File, d *draft, i int) error {
	key := d.indexes[i]
	if f.Tables[i].IndexKey = key; key == "" {
		return nil
	}
	return s.blobs.Put(ctx, key, d.index(i))
}

// putSources keeps what was uploaded, so that it can be read again.
func (s *Service) putSources(ctx context.Context, f *File, uploads []*Staged) error {
	for _, st := range uploads {
		if s.limits.DropUploads {
			return nil
		}
		if err := s.keepSource(ctx, f, st); err != nil {
			return err
		}
	}
	return nil
}

// keepSource keeps one upload as it came.
func (s *Service) keepSource(ctx context.Context, f *File, st *Staged) error {
	src := Source{Key: "sources/" + st.SHA256, Name: st.name, Size: st.size, SHA256: st.SHA256}
	for _, t := range f.Tables {
		if t.SHA256 == st.SHA256 { // a Parquet file that was kept as it came
			src.Key = t.BlobKey
		}
	}
	f.Origin.Sources = append(f.Origin.Sources, src)
	if strings.HasPrefix(src.Key, "tables/") {
		return nil
	}
	if st.sync != nil {
		if err := st.sync(); err != nil {
			return storageError("dataset.Import", err)
		}
	}
	return s.blobs.Put(ctx, src.Key, st.Path)
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
	return "index/" + hashOf(b), os.WriteFile(path, b, 0o600)
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// failed stores a file that could not be read, with the reason.
func (s *Service) failed(ctx context.Context, sessionID string, st *Staged, cause error) (*File, error) {
	e := fault.Of(cause)
	f := s.newFile(sessionID, st)
	f.Status, f.Error = Failed, &Problem{Code: e.Code, Message: e.Message, Hint: e.Hint}
	return f, s.store.AddFile(ctx, *f)
}
