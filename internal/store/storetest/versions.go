package storetest

import (
	"testing"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/dataset"
	"tabletalk/internal/ingest"
	"tabletalk/internal/session"
	"tabletalk/internal/table"
)

// after gives a file in its next state: the first table holds something else,
// the others are gone.
func after(f dataset.File, content string) dataset.File {
	f.Kind, f.SHA256 = dataset.Replaced, content
	f.Receipt = &ingest.Receipt{Format: "csv", RowsRead: 9, Notes: []ingest.Note{}}
	f.Origin = dataset.Origin{Sources: []dataset.Source{{Key: "sources/" + content, Name: "b.csv", Size: 3, SHA256: content}},
		Drift: []dataset.Drift{{Table: "orders", Column: "n", Change: dataset.Added, After: table.Integer}}}
	t := f.Tables[0]
	t.SHA256, t.BlobKey, t.IndexKey, t.Rows = content, "tables/"+content+".parquet", "", 9
	t.Columns = []catalog.Column{{Name: "n", Type: table.Integer, Stats: catalog.Stats{Max: int64(1<<53 + 1)}}}
	f.Tables = []dataset.Table{t}
	return f
}

func changeAndRestore(t *testing.T, b *bench) {
	s := b.session(t)
	f := b.file(s.ID, "orders", "customers")
	ok(t, b.AddFile(b.ctx, f))
	b.clock.forward(time.Minute)
	next := after(f, "cc")
	n, err := b.ChangeFile(b.ctx, next, 1, false)
	ok(t, err)
	same(t, int64(2), n)
	next.Version, next.UpdatedAt = 2, b.clock.now()
	got, err := b.File(b.ctx, s.Workspace, f.ID)
	ok(t, err)
	same(t, next, *got)
	list, err := b.Versions(b.ctx, s.Workspace, f.ID)
	ok(t, err)
	first := f.AsVersion()
	first.Current = false
	same(t, []dataset.Version{next.AsVersion(), first}, list)
	_, err = b.Versions(b.ctx, otherWorkspace, f.ID)
	wants(t, err, "file_not_found")

	ok(t, b.RestoreVersion(b.ctx, next, 2, 1))
	got, err = b.File(b.ctx, s.Workspace, f.ID)
	ok(t, err)
	same(t, f.Tables, got.Tables)
	same(t, int64(1), got.Version)
	wants(t, b.RestoreVersion(b.ctx, *got, 1, 7), "version_not_found")
	n, err = b.ChangeFile(b.ctx, after(*got, "dd"), 1, false) // a number is given once
	ok(t, err)
	same(t, int64(3), n)
	ok(t, b.DeleteVersion(b.ctx, s.ID, f.ID, 2))
	wants(t, b.DeleteVersion(b.ctx, s.ID, f.ID, 2), "version_not_found")
	wants(t, b.DeleteVersion(b.ctx, b.session(t).ID, f.ID, 1), "version_not_found")
	list, err = b.Versions(b.ctx, s.Workspace, f.ID)
	ok(t, err)
	same(t, 2, len(list))
}

func changeTwice(t *testing.T, b *bench) {
	s := b.session(t)
	f := b.file(s.ID, "orders")
	ok(t, b.AddFile(b.ctx, f))
	_, err := b.ChangeFile(b.ctx, after(f, "cc"), 1, false)
	ok(t, err)
	_, err = b.ChangeFile(b.ctx, after(f, "dd"), 1, false)
	wants(t, err, "file_changed")
	got, err := b.File(b.ctx, s.Workspace, f.ID)
	ok(t, err)
	same(t, "cc", got.Tables[0].SHA256)
	gone := f
	gone.ID = id()
	_, err = b.ChangeFile(b.ctx, after(gone, "ee"), 1, false)
	wants(t, err, "file_not_found")
	// A new state may not take the name of another file's table.
	ok(t, b.AddFile(b.ctx, b.file(s.ID, "taken")))
	clash := after(*got, "ff")
	clash.Tables[0].Name = "Taken"
	_, err = b.ChangeFile(b.ctx, clash, 2, false)
	wants(t, err, "table_exists")
	list, err := b.Versions(b.ctx, s.Workspace, f.ID)
	ok(t, err)
	same(t, 2, len(list))
}

func amend(t *testing.T, b *bench) {
	s := b.session(t)
	f := b.file(s.ID, "orders")
	ok(t, b.AddFile(b.ctx, f))
	n, err := b.ChangeFile(b.ctx, after(f, "cc"), 1, false)
	ok(t, err)
	again, err := b.ChangeFile(b.ctx, after(f, "dd"), n, true)
	ok(t, err)
	same(t, n, again)
	list, err := b.Versions(b.ctx, s.Workspace, f.ID)
	ok(t, err)
	same(t, 2, len(list))
	same(t, "dd", list[0].Tables[0].SHA256)
	b.clock.forward(time.Second)
	keys, err := b.ReleasedBlobs(b.ctx, b.clock.now(), 10)
	ok(t, err)
	same(t, []string{"sources/cc", "tables/cc.parquet"}, keys)
}

func contentOfVersions(t *testing.T, b *bench) {
	s := b.session(t)
	f := b.file(s.ID, "orders")
	f.Origin.Sources = []dataset.Source{{Key: "sources/aa", SHA256: "aa"}}
	ok(t, b.AddFile(b.ctx, f))
	_, err := b.ChangeFile(b.ctx, after(f, "cc"), 1, false)
	ok(t, err)
	all := []string{"indexes/orders", "sources/aa", "sources/cc", "tables/cc.parquet", "tables/orders.parquet"}
	used, err := b.BlobKeysInUse(b.ctx, all)
	ok(t, err)
	same(t, all, used)
	ok(t, b.DeleteVersion(b.ctx, s.ID, f.ID, 1))
	b.clock.forward(time.Second)
	keys, err := b.ReleasedBlobs(b.ctx, b.clock.now(), 10)
	ok(t, err)
	same(t, []string{"indexes/orders", "sources/aa", "tables/orders.parquet"}, keys)
	ok(t, b.ForgetBlobs(b.ctx, keys))
	ok(t, b.DeleteSession(b.ctx, s.Workspace, s.ID))
	b.clock.forward(time.Second)
	keys, err = b.ReleasedBlobs(b.ctx, b.clock.now(), 10)
	ok(t, err)
	same(t, []string{"sources/cc", "tables/cc.parquet"}, keys)
}

func sameContent(t *testing.T, b *bench) {
	s, other := b.session(t), b.session(t)
	f, g := b.file(s.ID, "orders"), b.file(s.ID)
	g.Status = dataset.Failed
	ok(t, b.AddFile(b.ctx, f))
	ok(t, b.AddFile(b.ctx, g))
	ok(t, b.AddFile(b.ctx, b.file(other.ID, "orders")))
	list, err := b.SameFiles(b.ctx, s.ID, "aa")
	ok(t, err)
	same(t, []dataset.File{f}, list)
	list, err = b.SameFiles(b.ctx, s.ID, "other")
	ok(t, err)
	same(t, []dataset.File{}, list)
	_, _, err = b.Files(b.ctx, s.ID, session.Page{})
	ok(t, err)
}
