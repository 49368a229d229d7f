//go:build cgo

package dataset_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/blob"
	"tabletalk/internal/catalog"
	"tabletalk/internal/dataset"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/fault"
	"tabletalk/internal/ingest"
	"tabletalk/internal/ingest/jobs"
	"tabletalk/internal/session"
)

// TestMain makes the test binary its own worker, as the real one is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "engine-worker" {
		os.Exit(worker.Main(context.Background(), jobs.Handlers()))
	}
	os.Exit(m.Run())
}

// pool is shared: starting workers is what tests wait for.
var pool = sync.OnceValues(func() (*worker.Pool, error) {
	return worker.NewPool(worker.Config{})
})

// house is a service over real workers and real files, and a store in memory.
type house struct {
	*dataset.Service
	store *memory
	dir   string
	blobs string
}

func newHouse(t *testing.T, limits dataset.Limits) *house {
	t.Helper()
	p, err := pool()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{store: newMemory(), dir: t.TempDir(), blobs: t.TempDir()}
	disk, err := blob.OpenDisk(h.blobs)
	if err != nil {
		t.Fatal(err)
	}
	h.Service, err = dataset.New(dataset.Config{Store: h.store, Sessions: h.store, Blobs: disk, Engine: p, Dir: h.dir, Limits: limits,
		Clock: func() time.Time { return time.Date(2025, 6, 15, 12, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		_ = disk.Close()
	})
	return h
}

func (h *house) stage(t *testing.T, name, text string) *dataset.Staged {
	t.Helper()
	st, err := h.Stage(t.Context(), name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func (h *house) add(t *testing.T, name, text string) dataset.File {
	t.Helper()
	f, err := h.ImportOne(t.Context(), "w", "s", h.stage(t, name, text))
	if err != nil {
		t.Fatal(err)
	}
	return *f
}

// files counts what is on disk below a directory.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

const orders = "order_id,customer_id,amount,region\n1,1,10.50,North\n2,1,20.00,South\n3,2,5.25,North\n4,3,7.00,East\n"
const customers = "customer_id,name\n1,Ann\n2,Bob\n3,Cid\n"

func TestImportOpenPreview(t *testing.T) {
	h := newHouse(t, dataset.Limits{})
	f := h.add(t, "orders.csv", orders)
	if f.Status != dataset.Completed || len(f.Tables) != 1 || f.Tables[0].Name != "orders" || f.Tables[0].Rows != 4 {
		t.Fatalf("file %+v", f)
	}
	h.add(t, "customers.csv", customers)
	h.Wait()
	o, err := h.Open(t.Context(), "w", "s")
	if err != nil {
		t.Fatal(err)
	}
	if o.Catalog.Table("orders") == nil || o.Catalog.Table("customers") == nil || len(o.Tables) != 2 || len(o.Sources) != 2 {
		t.Fatalf("opened %+v", o)
	}
	if o.Catalog.Table("orders").Values == nil {
		t.Error("the value index is missing")
	}
	want := []catalog.Join{{Many: catalog.ColumnRef{Table: "orders", Column: "customer_id"}, One: catalog.ColumnRef{Table: "customers", Column: "customer_id"}, Unique: true, Inclusion: 1}}
	if diff := cmp.Diff(want, o.Catalog.Joins); diff != "" {
		t.Errorf("joins (-want +got):\n%s", diff)
	}
	again, err := h.Open(t.Context(), "w", "s")
	if err != nil || again != o {
		t.Errorf("an unchanged session was opened again (%v)", err)
	}
	rows, err := h.Preview(t.Context(), "w", f.Tables[0].ID, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows.Values) != 2 || rows.Values[0][0] != int64(2) || rows.Values[0][3] != "South" {
		t.Errorf("preview %v", rows.Values)
	}
	if left := files(t, h.dir); len(left) != 0 {
		t.Errorf("staging holds %v", left)
	}
}

func TestOpenForeignSession(t *testing.T) {
	h := newHouse(t, dataset.Limits{})
	h.add(t, "orders.csv", orders)
	if _, err := h.Open(t.Context(), "other", "s"); !fault.IsKind(err, fault.NotFound) {
		t.Errorf("open of a foreign session: %v", err)
	}
	if _, err := h.Import(t.Context(), "other", "s", []*dataset.Staged{h.stage(t, "a.csv", orders)}, nil); !fault.IsKind(err, fault.NotFound) {
		t.Errorf("import into a foreign session: %v", err)
	}
	if left := files(t, h.dir); len(left) != 0 {
		t.Errorf("staging holds %v", left)
	}
}

func TestProfileFollows(t *testing.T) {
	h := newHouse(t, dataset.Limits{})
	f := h.add(t, "orders.csv", orders)
	h.Wait()
	b, err := h.Profile(t.Context(), "w", f.Tables[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ingest.DecodeProfile(b)
	if err != nil {
		t.Fatal(err)
	}
	if p.Rows != 4 || len(p.Columns) != 4 || p.Columns[2].Quantiles == nil || len(p.Columns[2].Histogram) == 0 || p.Columns[3].Lengths == nil {
		t.Errorf("profile %s", b)
	}
}

func TestSameNameSameContent(t *testing.T) {
	h := newHouse(t, dataset.Limits{})
	a, b := h.add(t, "orders.csv", orders), h.add(t, "Orders.csv", orders)
	if b.Tables[0].Name != "orders_2" || a.Tables[0].SHA256 != b.Tables[0].SHA256 {
		t.Fatalf("names %s %s, contents %s %s", a.Tables[0].Name, b.Tables[0].Name, a.Tables[0].SHA256, b.Tables[0].SHA256)
	}
	h.Wait()
	kept := len(files(t, h.blobs))
	if kept != 3 { // the table, its values, and what was uploaded
		t.Errorf("%d blobs for one content", kept)
	}
	if n := b.Receipt.Notes; len(n) == 0 || n[len(n)-1].Code != "same_content" || !strings.Contains(n[len(n)-1].Text, "orders.csv") {
		t.Errorf("notes %v do not say that the content is known", n)
	}
	again := h.add(t, "orders.csv", orders)
	if n := again.Receipt.Notes; again.ID != a.ID || !again.Known || len(n) == 0 || n[len(n)-1].Code != "same_file" {
		t.Errorf("the same file again is %+v", again)
	}
	if tables, err := h.Tables(t.Context(), "w", "s"); err != nil || len(tables) != 2 {
		t.Errorf("%v, %d tables", err, len(tables))
	}
	if err := h.DeleteFile(t.Context(), "w", a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Preview(t.Context(), "w", b.Tables[0].ID, 5, 0); err != nil {
		t.Errorf("the other file: %v", err)
	}
	if err := h.DeleteFile(t.Context(), "w", b.ID); err != nil {
		t.Fatal(err)
	}
	// Whoever uploads the same at this moment finds it: it is deleted later,
	// by what looks whether a table names it then.
	if n := len(files(t, h.blobs)); n != kept {
		t.Errorf("%d blobs, want %d", n, kept)
	}
}

func TestContentOfAFailedImportIsReleased(t *testing.T) {
	h := newHouse(t, dataset.Limits{})
	h.store.broken = errors.New("the database went away")
	_, err := h.ImportOne(t.Context(), "w", "s", h.stage(t, "orders.csv", orders))
	if !errors.Is(err, h.store.broken) {
		t.Fatalf("error %v", err)
	}
	put := files(t, h.blobs)
	if len(put) == 0 || len(h.store.released) != len(put) {
		t.Errorf("put %v, released %v", put, h.store.released)
	}
	if left := files(t, h.dir); len(left) != 0 {
		t.Errorf("staging holds %v", left)
	}
}

func TestBadFiles(t *testing.T) {
	h := newHouse(t, dataset.Limits{})
	_, err := h.Import(t.Context(), "w", "s", []*dataset.Staged{h.stage(t, "empty.csv", "")}, nil)
	if !fault.Is(err, "file_empty") {
		t.Errorf("a bad file alone: %v", err)
	}
	list, err := h.Import(t.Context(), "w", "s", []*dataset.Staged{h.stage(t, "good.csv", orders), h.stage(t, "bad.csv", "\x7fELF\x02\x01\x01"), h.stage(t, "more.csv", customers)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range list {
		line := fmt.Sprintf("%s %s", f.Name, f.Status)
		if f.Error != nil {
			line += " " + f.Error.Code
		}
		got = append(got, line)
	}
	want := []string{"good.csv completed", "bad.csv failed format_unsupported", "more.csv completed"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if left := files(t, h.dir); len(left) != 0 {
		t.Errorf("staging holds %v", left)
	}
}

func TestStageLimits(t *testing.T) {
	h := newHouse(t, dataset.Limits{UploadBytes: 10})
	if _, err := h.Stage(t.Context(), "x.csv", strings.NewReader("0123456789")); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
	_, err := h.Stage(t.Context(), "x.csv", strings.NewReader("0123456789A"))
	if !fault.Is(err, "upload_too_large") || !strings.Contains(err.Error(), "max-upload-bytes") {
		t.Errorf("one byte more: %v", err)
	}
	gone := errors.New("the client went away")
	_, err = h.Stage(t.Context(), "x.csv", io.MultiReader(strings.NewReader("012"), failing{gone}))
	if !errors.Is(err, gone) {
		t.Errorf("broken upload: %v", err)
	}
	if n := len(files(t, h.dir)); n != 1 {
		t.Errorf("%d files are staged, 1 was accepted", n)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestCleanRemovesLeftovers(t *testing.T) {
	h := newHouse(t, dataset.Limits{})
	f := h.add(t, "orders.csv", orders)
	h.Wait()
	up := filepath.Join(h.dir, "up-crashed", "out")
	if err := os.MkdirAll(up, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(up, "table-1.parquet"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := h.Clean(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := files(t, h.dir); len(left) != 0 {
		t.Errorf("staging holds %v", left)
	}
	if _, err := h.Preview(t.Context(), "w", f.Tables[0].ID, 1, 0); err != nil {
		t.Errorf("the table that is needed: %v", err)
	}
}

func TestImportsAtOnce(t *testing.T) {
	h := newHouse(t, dataset.Limits{})
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			st, err := h.Stage(context.Background(), "t.csv", strings.NewReader(fmt.Sprintf("%s%d,1,1,West\n", orders, 10+i)))
			if err == nil {
				_, err = h.ImportOne(context.Background(), "w", "s", st)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	tables, err := h.Tables(t.Context(), "w", "s")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, x := range tables {
		names = append(names, x.Name)
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"t", "t_2", "t_3", "t_4"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestSafeName(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"orders.csv", "orders.csv"},
		{"../../etc/passwd", "passwd"},
		{`C:\Users\ann\a.csv`, "a.csv"},
		{"a\x00b\nc.csv", "abc.csv"},
		{"\u202Egnp.csv", "gnp.csv"},
		{"", "file"}, {"..", "file"}, {"a/", "file"}, {" \t ", "file"},
		{strings.Repeat("ä", 4096) + ".csv", strings.Repeat("ä", 125) + ".csv"},
		{"bad\xffbyte.csv", "bad\uFFFDbyte.csv"},
	} {
		if got := dataset.SafeName(c.in); got != c.want {
			t.Errorf("SafeName(%.40q) = %.60q, want %.60q", c.in, got, c.want)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	f.Add("a/b\\c\x00.csv")
	f.Fuzz(func(t *testing.T, in string) {
		got := dataset.SafeName(in)
		if got == "" || len(got) > 255 || strings.ContainsAny(got, "/\\\x00\n\r\u202e") || !bytes.Equal([]byte(got), bytes.ToValidUTF8([]byte(got), nil)) {
			t.Errorf("SafeName(%q) = %q", in, got)
		}
	})
}

var _ dataset.Sessions = (*memory)(nil)
var _ dataset.Store = (*memory)(nil)
var _ session.Page
