package dataset

import (
	"context"
	"maps"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
	"tabletalk/internal/table"
)

// Change is what a new version of a file is, or would be.
type Change struct {
	Before *File
	After  *File // stored unless it was only tried
	Drift  []Drift
	Rows   []*table.Rows // the first of each table afterwards, where it was only tried
}

// Trial asks for a change to be tried only: nothing is stored, and the first
// rows of every table are given.
type Trial struct {
	Only bool
	Rows int
}

// Reread reads what was uploaded again with other decisions. The tables keep
// their names and ids; the version before is kept. Errors: source_not_kept,
// file_changed, and those of Import.
func (s *Service) Reread(ctx context.Context, workspace, fileID string, d ingest.Decisions, try Trial) (*Change, error) {
	old, unlock, err := s.changing(ctx, workspace, fileID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	sources := old.Origin.Sources
	if len(sources) == 0 && old.Kind != Appended {
		return nil, fault.New(fault.Conflict, "source_not_kept", "What was uploaded as %q is not kept, so it cannot be read again.", old.Name).
			WithHint("Upload the file again as a new version, with the decisions.").At("dataset.Reread")
	}
	if old.Kind == Appended {
		return nil, fault.New(fault.Conflict, "file_appended", "%q was put together from several uploads, which cannot be read again at once.", old.Name).
			WithHint("Bring the version before back, read that again, and append the others then.").At("dataset.Reread")
	}
	path, err := s.blobs.Path(ctx, sources[0].Key)
	if err != nil {
		return nil, err
	}
	draft, err := s.readFor(ctx, old, readJob{name: old.Name, key: sources[0].SHA256, from: path, decisions: d})
	if err != nil {
		return nil, err
	}
	defer draft.discard()
	next := s.following(old, Reread)
	next.fill(draft, old.Tables)
	next.Origin.Sources = sources
	return s.change(ctx, old, next, draft, nil, try)
}

// Replace puts an upload in place of what a file holds: its tables keep their
// names and ids. The decisions of the version before hold again as far as they
// were not taken anew.
func (s *Service) Replace(ctx context.Context, workspace, fileID string, st *Staged, try Trial) (*Change, error) {
	defer st.Discard()
	old, unlock, err := s.changing(ctx, workspace, fileID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	draft, err := s.readFor(ctx, old, readJob{name: old.Name, key: st.SHA256, from: st.Path, decisions: st.decisions, expect: old.Origin.Decisions.Types})
	if err != nil {
		return nil, err
	}
	defer draft.discard()
	next := s.following(old, Replaced)
	next.Name, next.Size, next.SHA256 = st.name, st.size, st.SHA256
	next.fill(draft, old.Tables)
	return s.change(ctx, old, next, draft, []*Staged{st}, try)
}

// changing reads a file that is to be changed and keeps others from changing
// tables of its session at the same time.
func (s *Service) changing(ctx context.Context, workspace, fileID string) (*File, func(), error) {
	f, err := s.store.File(ctx, workspace, fileID)
	if err != nil {
		return nil, nil, err
	}
	unlock := s.names.lock(f.SessionID)
	if f, err = s.store.File(ctx, workspace, fileID); err != nil {
		unlock()
		return nil, nil, err
	}
	if f.Status != Completed {
		unlock()
		return nil, nil, fault.New(fault.Conflict, "file_not_ready", "%q is not read yet, or could not be read.", f.Name).
			WithHint("Wait until it is completed, or upload it again.").At("dataset.Change")
	}
	return f, unlock, nil
}

// following is a file in the state that comes next, without its tables.
func (s *Service) following(old *File, kind Kind) *File {
	next := *old
	next.Kind, next.UpdatedAt, next.Origin = kind, s.clock().UTC(), Origin{}
	return &next
}

// readFor reads a file whose tables may have the names of those before.
func (s *Service) readFor(ctx context.Context, old *File, r readJob) (*draft, error) {
	var err error
	if r.taken, err = s.taken(ctx, old.SessionID, old.ID); err != nil {
		return nil, err
	}
	return s.read(ctx, r)
}

// change stores the next state of a file, or shows it.
func (s *Service) change(ctx context.Context, old, next *File, d *draft, uploads []*Staged, try Trial) (*Change, error) {
	c := &Change{Before: old, After: next, Drift: driftOf(old.Tables, next.Tables)}
	if try.Only {
		return c, s.show(ctx, c, d, try.Rows)
	}
	next.Origin.Drift = c.Drift
	release, err := s.roomFor(ctx, next, uploads, old.Tables)
	if err != nil {
		return nil, err
	}
	defer release()
	err = s.commit(ctx, next, d, uploads, func(ctx context.Context) (err error) {
		next.Version, err = s.store.ChangeFile(ctx, *next, old.Version, false)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.tellFile(ctx, next)
	s.profileAll(next.Tables)
	return c, nil
}

// show reads the first rows of tables that are not stored.
func (s *Service) show(ctx context.Context, c *Change, d *draft, n int) error {
	for i, t := range c.After.Tables {
		rows, err := s.firstRows(ctx, engine.Table{Name: t.Name, Path: d.path(i), SHA256: t.SHA256}, n, 0)
		if err != nil {
			return err
		}
		c.Rows = append(c.Rows, rows)
	}
	return nil
}

// Append reads an upload and puts its rows behind those of a table. Errors:
// schema_drift where columns of both are of types that do not go together;
// append_several where the upload holds several tables; those of Import.
func (s *Service) Append(ctx context.Context, workspace, tableID string, st *Staged, try Trial) (*Change, error) {
	return s.appendRows(ctx, workspace, tableID, st, try, "")
}

func (s *Service) appendRows(ctx context.Context, workspace, tableID string, st *Staged, try Trial, stream string) (*Change, error) {
	defer st.Discard()
	t, err := s.store.Table(ctx, workspace, tableID)
	if err != nil {
		return nil, err
	}
	old, unlock, err := s.changing(ctx, workspace, t.FileID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if t = tableOf(old, tableID); t == nil {
		return nil, fault.New(fault.Conflict, "file_changed", "The table is not in the file any more.").At("dataset.Append")
	}
	more, err := s.readFor(ctx, old, appendJob(old, t, st, stream != ""))
	if err != nil {
		return nil, err
	}
	defer more.discard()
	whole, err := s.behind(ctx, *t, more, st.name)
	if err != nil {
		return nil, err
	}
	defer whole.discard()
	next := s.appended(old, t, whole, more)
	next.Origin.Stream = stream
	next.Origin.Sources = append(next.Origin.Sources, old.Origin.Sources...)
	return s.changeTable(ctx, old, next, whole, st, try)
}

// appendJob reads rows for a table: texts stay texts, days and months stand in
// the order of the table, and what was decided for the table holds for them.
// Rows that a machine sends are read as the table has them in every column.
func appendJob(old *File, t *Table, st *Staged, exactly bool) readJob {
	d := st.decisions
	if d.DateOrder == "" && old.Receipt != nil {
		d.DateOrder = old.Receipt.DateOrder
	}
	if d.DateOrder == "" {
		d.DateOrder = old.Origin.Decisions.DateOrder
	}
	if d.DecimalMark == "" {
		d.DecimalMark = old.Origin.Decisions.DecimalMark
	}
	if d.Nulls == nil {
		d.Nulls = old.Origin.Decisions.Nulls
	}
	if d.Twice == "" {
		d.Twice = old.Origin.Decisions.Twice
	}
	expect := maps.Clone(old.Origin.Decisions.Types)
	if expect == nil {
		expect = map[string]table.Type{}
	}
	for _, c := range t.Columns {
		if c.Type == table.String && !hollow(*t, c.Name) || exactly {
			expect[c.Name] = c.Type
		}
	}
	return readJob{name: st.name, key: st.SHA256, from: st.Path, decisions: d, expect: expect}
}

// behind writes the rows of a draft behind those of a table.
func (s *Service) behind(ctx context.Context, t Table, more *draft, name string) (*draft, error) {
	if len(more.res.Tables) != 1 {
		return nil, fault.New(fault.Invalid, "append_several", "%q holds %d tables; rows are appended from one.", name, len(more.res.Tables)).
			WithHint("Choose one with decisions.sheet and decisions.range, or have a text read as one with decisions.tables: one.").At("dataset.Append")
	}
	add := more.res.Tables[0]
	if err := fitting(t, Table{Rows: add.Rows, Columns: add.Columns}); err != nil {
		return nil, err
	}
	path, err := s.blobs.Path(ctx, t.BlobKey)
	if err != nil {
		return nil, err
	}
	spec := ingest.AppendSpec{Name: t.Name, Dir: engine.JobDir, Limits: s.limits.Ingest, Parts: []ingest.RowsPart{
		{File: engine.JobFile(0), Rows: t.Rows, Columns: t.Columns}, {File: engine.JobFile(1), Rows: add.Rows, Columns: add.Columns}}}
	job := engine.Job{Kind: ingest.KindAppend, Body: spec, Read: []string{path, more.path(0)}, Key: t.SHA256 + add.SHA256, Timeout: s.limits.ImportTimeout}
	return s.draft(ctx, job, ingest.Decisions{})
}

// appended is a file in which one table has more rows.
func (s *Service) appended(old *File, t *Table, whole, more *draft) *File {
	next := s.following(old, Appended)
	next.Origin.Decisions = old.Origin.Decisions
	r := more.res.Receipt
	if r.DateOrder == "" && old.Receipt != nil {
		r.DateOrder = old.Receipt.DateOrder
	}
	next.Receipt = &r
	next.Tables = append([]Table{}, old.Tables...)
	for i := range next.Tables {
		if n := &next.Tables[i]; n.ID == t.ID {
			w := whole.res.Tables[0]
			n.Rows, n.Columns, n.SHA256, n.Bytes, n.BlobKey, n.IndexKey, n.Profiled = w.Rows, w.Columns, w.SHA256, w.Bytes, "tables/"+w.SHA256+".parquet", "", false
		}
	}
	return next
}

// changeTable is change for a file of which one table is new.
func (s *Service) changeTable(ctx context.Context, old, next *File, whole *draft, st *Staged, try Trial) (*Change, error) {
	c := &Change{Before: old, After: next, Drift: driftOf(old.Tables, next.Tables)}
	at := changedTable(old, next)
	one := *next
	one.Tables = next.Tables[at : at+1 : at+1]
	if try.Only {
		c.After = &one
		return c, s.show(ctx, c, whole, try.Rows)
	}
	release, err := s.roomFor(ctx, next, []*Staged{st}, old.Tables)
	if err != nil {
		return nil, err
	}
	defer release()
	uploads := []*Staged{st}
	if next.Origin.Stream != "" {
		uploads = nil // rows that were posted are not kept beside the table
	}
	amend := next.Origin.Stream != "" && next.Origin.Stream == old.Origin.Stream
	err = s.commit(ctx, &one, whole, uploads, func(ctx context.Context) (err error) {
		next.Origin.Sources, next.Origin.Drift = one.Origin.Sources, c.Drift
		next.Version, err = s.store.ChangeFile(ctx, *next, old.Version, amend)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.tellFile(ctx, next)
	s.profileAll(one.Tables)
	return c, nil
}

// changedTable finds the table that holds other content than before.
func changedTable(old, next *File) int {
	for i, t := range next.Tables {
		if was := tableOf(old, t.ID); was == nil || was.SHA256 != t.SHA256 {
			return i
		}
	}
	return 0
}

func tableOf(f *File, id string) *Table {
	for i := range f.Tables {
		if f.Tables[i].ID == id {
			return &f.Tables[i]
		}
	}
	return nil
}

// Versions lists the versions of a file, newest first.
func (s *Service) Versions(ctx context.Context, workspace, fileID string) ([]Version, error) {
	return s.store.Versions(ctx, workspace, fileID)
}

// Restore brings an earlier version of a file back. Error: version_not_found.
func (s *Service) Restore(ctx context.Context, workspace, fileID string, number int64) (*File, error) {
	f, unlock, err := s.changing(ctx, workspace, fileID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if number != f.Version {
		if err := s.store.RestoreVersion(ctx, *f, f.Version, number); err != nil {
			return nil, err
		}
	}
	if f, err = s.store.File(ctx, workspace, fileID); err != nil {
		return nil, err
	}
	for _, t := range f.Tables {
		s.tried.Delete(t.ID + t.SHA256)
	}
	s.tellFile(ctx, f)
	s.profileAll(f.Tables)
	return f, nil
}

// Undo brings the version before the current one back. Error: nothing_to_undo.
func (s *Service) Undo(ctx context.Context, workspace, fileID string) (*File, error) {
	list, err := s.store.Versions(ctx, workspace, fileID)
	if err != nil {
		return nil, err
	}
	seen := false
	for _, v := range list {
		if seen {
			return s.Restore(ctx, workspace, fileID, v.Number)
		}
		seen = v.Current
	}
	return nil, fault.New(fault.Conflict, "nothing_to_undo", "There is no version before this one.").At("dataset.Undo")
}

// DeleteVersion forgets an earlier version; its content goes later. Errors:
// version_current, version_not_found.
func (s *Service) DeleteVersion(ctx context.Context, workspace, fileID string, number int64) error {
	f, err := s.store.File(ctx, workspace, fileID)
	if err != nil {
		return err
	}
	if number == f.Version {
		return fault.New(fault.Conflict, "version_current", "That version is what the file holds now.").
			WithHint("Bring another one back first, or delete the file.").At("dataset.DeleteVersion")
	}
	return s.store.DeleteVersion(ctx, f.SessionID, f.ID, number)
}

// VersionRows gives the first rows of every table of a version.
func (s *Service) VersionRows(ctx context.Context, workspace, fileID string, number int64, n int) (*Version, []*table.Rows, error) {
	list, err := s.store.Versions(ctx, workspace, fileID)
	if err != nil {
		return nil, nil, err
	}
	for i := range list {
		if v := &list[i]; v.Number == number {
			rows, err := s.rowsOfTables(ctx, v.Tables, n)
			return v, rows, err
		}
	}
	return nil, nil, fault.New(fault.NotFound, "version_not_found", "The file has no such version.").At("dataset.VersionRows")
}

func (s *Service) rowsOfTables(ctx context.Context, tables []Table, n int) ([]*table.Rows, error) {
	var list []*table.Rows
	for _, t := range tables {
		path, err := s.blobs.Path(ctx, t.BlobKey)
		if err != nil {
			return nil, err
		}
		rows, err := s.firstRows(ctx, engine.Table{Name: t.Name, Path: path, SHA256: t.SHA256}, n, 0)
		if err != nil {
			return nil, err
		}
		list = append(list, rows)
	}
	return list, nil
}
