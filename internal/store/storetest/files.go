package storetest

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/dataset"
	"tabletalk/internal/ingest"
	"tabletalk/internal/session"
	"tabletalk/internal/table"
)

func addFileAndRead(t *testing.T, b *bench) {
	s := b.session(t)
	f := b.file(s.ID, "orders", "customers")
	f.Receipt = &ingest.Receipt{Format: "csv", RowsRead: 3, RowsRejected: 1, HeaderRow: 1, Delimiter: ",",
		Rejected: []ingest.Reject{{Line: 4, Reason: "too many fields", Text: "a,b,c"}}, Notes: []ingest.Note{{Code: "renamed_column", Text: "…"}}}
	f.Error = &dataset.Problem{Code: "partly", Message: "One row was left out.", Hint: "See the receipt."}
	ok(t, b.AddFile(b.ctx, f))
	got, err := b.File(b.ctx, s.Workspace, f.ID)
	ok(t, err)
	same(t, f, *got)
	one, err := b.Table(b.ctx, s.Workspace, f.Tables[1].ID)
	ok(t, err)
	same(t, f.Tables[1], *one)
	_, err = b.File(b.ctx, otherWorkspace, f.ID)
	wants(t, err, "file_not_found")
	_, err = b.Table(b.ctx, otherWorkspace, f.Tables[0].ID)
	wants(t, err, "table_not_found")
	list, err := b.Tables(b.ctx, s.ID)
	ok(t, err)
	same(t, f.Tables, list)
}

func addFileAllOrNothing(t *testing.T, b *bench) {
	s := b.session(t)
	ok(t, b.AddFile(b.ctx, b.file(s.ID, "orders")))
	f := b.file(s.ID, "fine", "orders")
	wants(t, b.AddFile(b.ctx, f), "table_exists")
	_, err := b.File(b.ctx, s.Workspace, f.ID)
	wants(t, err, "file_not_found")
	_, err = b.Table(b.ctx, s.Workspace, f.Tables[0].ID)
	wants(t, err, "table_not_found")
	got, err := b.Session(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	same(t, int64(2), got.Version)
}

func tableNames(t *testing.T, b *bench) {
	s, other := b.session(t), b.session(t)
	ok(t, b.AddFile(b.ctx, b.file(s.ID, "Größe")))
	wants(t, b.AddFile(b.ctx, b.file(s.ID, "GRÖßE")), "table_exists")
	ok(t, b.AddFile(b.ctx, b.file(other.ID, "größe")))
}

func filesOfMissingSession(t *testing.T, b *bench) {
	missing := id()
	wants(t, b.AddFile(b.ctx, b.file(missing, "orders")), "session_not_found")
	_, _, err := b.Files(b.ctx, missing, session.Page{})
	wants(t, err, "session_not_found")
	_, err = b.Tables(b.ctx, missing)
	wants(t, err, "session_not_found")
	wants(t, b.DeleteFile(b.ctx, missing, id()), "session_not_found")
	wants(t, b.SetProfile(b.ctx, missing, "bb", nil, nil), "table_not_found")
	_, err = b.Profile(b.ctx, missing)
	wants(t, err, "table_not_found")
}

func filePages(t *testing.T, b *bench) {
	s := b.session(t)
	var want []dataset.File
	for i := range 5 {
		f := b.file(s.ID, fmt.Sprintf("b%d", i), fmt.Sprintf("a%d", i))
		ok(t, b.AddFile(b.ctx, f))
		want = append([]dataset.File{f}, want...)
		b.clock.forward(time.Second)
	}
	first, next, err := b.Files(b.ctx, s.ID, session.Page{Limit: 3})
	ok(t, err)
	rest, end, err := b.Files(b.ctx, s.ID, session.Page{Limit: 3, Cursor: next})
	ok(t, err)
	same(t, want, append(first, rest...))
	same(t, "", end)
}

func deleteFile(t *testing.T, b *bench) {
	s, other := b.session(t), b.session(t)
	f := b.file(s.ID, "orders")
	ok(t, b.AddFile(b.ctx, f))
	wants(t, b.DeleteFile(b.ctx, other.ID, f.ID), "file_not_found")
	got, err := b.Session(b.ctx, other.Workspace, other.ID)
	ok(t, err)
	same(t, int64(1), got.Version)
	ok(t, b.DeleteFile(b.ctx, s.ID, f.ID))
	wants(t, b.DeleteFile(b.ctx, s.ID, f.ID), "file_not_found")
	list, err := b.Tables(b.ctx, s.ID)
	ok(t, err)
	same(t, []dataset.Table{}, list)
	ok(t, b.AddFile(b.ctx, b.file(s.ID, "orders"))) // the name is free again
}

func profile(t *testing.T, b *bench) {
	s := b.session(t)
	f := b.file(s.ID, "orders")
	ok(t, b.AddFile(b.ctx, f))
	got, err := b.Profile(b.ctx, f.Tables[0].ID)
	ok(t, err)
	same(t, []byte(nil), got)
	columns := []catalog.Column{{Name: "amount", Type: table.Float, Role: catalog.Measure}}
	wants(t, b.SetProfile(b.ctx, f.Tables[0].ID, "other content", columns, nil), "table_not_found")
	ok(t, b.SetProfile(b.ctx, f.Tables[0].ID, "bb", columns, []byte(`{"rows": 3}`)))
	got, err = b.Profile(b.ctx, f.Tables[0].ID)
	ok(t, err)
	same(t, []byte(`{"rows": 3}`), got)
	one, err := b.Table(b.ctx, s.Workspace, f.Tables[0].ID)
	ok(t, err)
	same(t, columns, one.Columns)
	same(t, true, one.Profiled)
}

func typesOfStatistics(t *testing.T, b *bench) {
	s := b.session(t)
	f := b.file(s.ID, "orders")
	mean := 1.5
	f.Tables[0].Columns = []catalog.Column{
		{Name: "n", Type: table.Integer, Stats: catalog.Stats{Min: int64(math.MinInt64), Max: int64(math.MaxInt64),
			Top: []catalog.Count{{Value: int64(1<<53 + 1), Rows: 2}}, Samples: []table.Value{int64(0), nil}}},
		{Name: "f", Type: table.Float, Stats: catalog.Stats{Min: float64(1), Max: 1e300, Mean: &mean}},
		{Name: "d", Type: table.Decimal, Stats: catalog.Stats{Min: table.Exact("0.10"), Max: table.Exact("12345678901234567890.12")}},
		{Name: "t", Type: table.Date, Stats: catalog.Stats{Min: "2024-01-31", Max: "2024-12-31"}},
		{Name: "b", Type: table.Boolean, Stats: catalog.Stats{Min: false, Max: true}},
	}
	ok(t, b.AddFile(b.ctx, f))
	got, err := b.Table(b.ctx, s.Workspace, f.Tables[0].ID)
	ok(t, err)
	same(t, f.Tables[0], *got)
}

func hostileText(t *testing.T, b *bench) {
	s := b.session(t)
	f := b.file(s.ID, "orders")
	f.Name = "a\x00b\xffc'; DROP TABLE files; --"
	f.Tables[0].Name = "t\x00\xff"
	f.Receipt = &ingest.Receipt{Notes: []ingest.Note{{Text: "nul \x00 in a note"}}}
	ok(t, b.AddFile(b.ctx, f))
	got, err := b.File(b.ctx, s.Workspace, f.ID)
	ok(t, err)
	same(t, "a\uFFFDb\uFFFDc'; DROP TABLE files; --", got.Name)
	same(t, "nul \x00 in a note", got.Receipt.Notes[0].Text)
	long := b.file(s.ID, "long")
	long.Name = strings.Repeat("ä", 100_000)
	ok(t, b.AddFile(b.ctx, long))
}

func blobsInUse(t *testing.T, b *bench) {
	s := b.session(t)
	ok(t, b.AddFile(b.ctx, b.file(s.ID, "orders", "customers")))
	keys := []string{"indexes/orders", "tables/nowhere", "tables/customers.parquet", "tables/customers.parquet"}
	for i := range 1000 {
		keys = append(keys, fmt.Sprintf("tables/%d", i))
	}
	used, err := b.BlobKeysInUse(b.ctx, keys)
	ok(t, err)
	same(t, []string{"indexes/orders", "tables/customers.parquet"}, used)
	used, err = b.BlobKeysInUse(b.ctx, nil)
	ok(t, err)
	same(t, 0, len(used))
}

func blobsReleased(t *testing.T, b *bench) {
	s, other := b.session(t), b.session(t)
	f, twin := b.file(s.ID, "orders", "alone"), b.file(other.ID, "orders")
	ok(t, b.AddFile(b.ctx, f))
	ok(t, b.AddFile(b.ctx, twin))
	ok(t, b.DeleteFile(b.ctx, s.ID, f.ID))
	released := func() []string {
		keys, err := b.ReleasedBlobs(b.ctx, b.clock.now(), 10)
		ok(t, err)
		return keys
	}
	same(t, []string{"indexes/alone", "tables/alone.parquet"}, released())
	early, err := b.ReleasedBlobs(b.ctx, b.clock.now().Add(-time.Second), 10)
	ok(t, err)
	same(t, []string{}, early)
	again := b.file(s.ID, "alone") // the same content comes back
	ok(t, b.AddFile(b.ctx, again))
	same(t, []string{}, released())
	ok(t, b.DeleteSession(b.ctx, other.Workspace, other.ID))
	same(t, []string{"indexes/orders", "tables/orders.parquet"}, released())
	ok(t, b.ForgetBlobs(b.ctx, released()))
	same(t, []string{}, released())
}

func blobsOfNoTable(t *testing.T, b *bench) {
	s := b.session(t)
	ok(t, b.AddFile(b.ctx, b.file(s.ID, "orders")))
	keys := []string{"tables/lost.parquet", "tables/orders.parquet", "indexes/orders", "", "tables/lost.parquet"}
	n, err := b.ReleaseBlobs(b.ctx, keys)
	ok(t, err)
	same(t, 1, n)
	released := func() []string {
		keys, err := b.ReleasedBlobs(b.ctx, b.clock.now(), 10)
		ok(t, err)
		return keys
	}
	same(t, []string{"tables/lost.parquet"}, released())
	n, err = b.ReleaseBlobs(b.ctx, keys)
	ok(t, err)
	same(t, 0, n) // it waits already
	same(t, "tables/lost.parquet", keys[0])
	ok(t, b.AddFile(b.ctx, b.file(s.ID, "lost"))) // its table comes after all
	same(t, []string{}, released())
	n, err = b.ReleaseBlobs(b.ctx, nil)
	ok(t, err)
	same(t, 0, n)
}
