//go:build cgo && linux

package attack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tabletalk/client"
)

// small mounts a disk of so many bytes. Where that is not allowed the test is
// skipped.
func small(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("none", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes))
	if err != nil && os.Geteuid() == 0 && os.Getenv("CI") == "true" {
		t.Fatalf("a disk of its own cannot be mounted: %v", err)
	}
	if err != nil {
		t.Skipf("a disk of its own cannot be mounted, which takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all of a disk but so many bytes. What it returns gives them back.
func fill(t *testing.T, dir string, leave int64) func() {
	t.Helper()
	var room syscall.Statfs_t
	if err := syscall.Statfs(dir, &room); err != nil {
		t.Fatal(err)
	}
	f, err := os.CreateTemp(dir, "ballast")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, io.LimitReader(zeroReader{}, int64(room.Bavail)*room.Bsize-leave)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(f.Name()); err != nil {
			t.Error(err)
		}
	}
}

// zeroReader is a source of zeros without end.
type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// noise is a table that hardly packs.
func noise(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("a,b,c\n")
	r := rand.New(rand.NewPCG(1, 2))
	for range rows {
		fmt.Fprintf(&b, "%016x,%016x,%d\n", r.Uint64(), r.Uint64(), r.Int64())
	}
	return b.Bytes()
}

// A full disk is told as such at every stage of an upload, leaves nothing
// behind, harms nobody who asks, and is over when there is room again.
func TestDiskFull(t *testing.T) {
	h := openIn(t, small(t, 64<<20), asWorker, "local")
	content := noise(60_000)
	for _, c := range []struct {
		stage, name string
		content     []byte
		leave       int64
	}{
		{"no room for anything", "tiny.csv", text("a,b\n1,2\n"), 0},
		{"arriving", "arriving.csv", content, int64(len(content)) / 2},
		{"reading", "reading.csv", content, int64(len(content)) * 5 / 4},
		{"unpacking", "unpacking.csv.gz", packed(content), int64(len(content)) * 3 / 4},
		{"reading a workbook", "book.xlsx", workbook(sheet("", noiseRows(60_000)), "worksheets/sheet1.xml"), 2 << 20},
	} {
		t.Run(c.stage, func(t *testing.T) {
			before := h.stored(t)
			empty := fill(t, h.dir, c.leave)
			a := h.offer(t, c.name, c.content)
			if a.String() != "507 storage_full" {
				t.Errorf("got %s %.300s", a, a.body)
			}
			h.healthy(t, c.stage, a)
			empty()
			h.leaves(t, c.stage, before)
			if a := h.offer(t, c.name, c.content); a.status != http.StatusOK {
				t.Errorf("with room again: %s %.300s", a, a.body)
			}
		})
	}
	h.rested(t)
}

// noiseRows are rows of a sheet that hardly pack.
func noiseRows(n int) string {
	var b strings.Builder
	r := rand.New(rand.NewPCG(3, 4))
	for i := range n {
		fmt.Fprintf(&b, `<row r="%d"><c r="A%d" t="inlineStr"><is><t>%016x</t></is></c><c r="B%d"><v>%d</v></c></row>`, i+1, i+1, r.Uint64(), i+1, r.Int64())
	}
	return b.String()
}

// stored are the files that the server keeps, by name.
func (h *house) stored(t *testing.T) map[string]bool {
	t.Helper()
	kept := map[string]bool{}
	h.walk(t, "blobs", func(path string, _ int64) { kept[path] = true })
	return kept
}

// walk visits the files of a folder of the data; what is removed meanwhile is
// not there.
func (h *house) walk(t *testing.T, folder string, visit func(path string, size int64)) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(h.dir, "data", folder), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil {
			visit(path, info.Size())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// leaves checks that a refused file left nothing: no content beside what was
// stored before, and nothing that arrived.
func (h *house) leaves(t *testing.T, what string, before map[string]bool) {
	t.Helper()
	for path := range h.stored(t) {
		if !before[path] {
			t.Errorf("%.60q left %s", what, filepath.Base(path))
		}
	}
	if left := staged(t, h.dir); len(left) > 0 {
		t.Errorf("%.60q left %v", what, left)
	}
}

// watched is the body of an upload that looks at the disk whenever more of it
// is asked for.
type watched struct {
	io.Reader
	look func()
}

func (w watched) Read(p []byte) (int, error) {
	w.look()
	return w.Reader.Read(p[:min(len(p), 256<<10)])
}

// However large an upload is, the limit and a little more of it are ever on
// disk.
func TestTooLargeNeverFillsTheDisk(t *testing.T) {
	h := open(t, asWorker)
	before, most := h.stored(t), int64(0)
	look := func() {
		sum := int64(0)
		h.walk(t, "work", func(_ string, size int64) { sum += size })
		most = max(most, sum)
	}
	const head = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"large.csv\"\r\n\r\na,b\n"
	body := io.MultiReader(strings.NewReader(head), io.LimitReader(zeroReader{}, 5*uploadBytes), strings.NewReader("\r\n--b--\r\n"))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.base+"/api/v1/files/upload", watched{body, look})
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	a := h.send(t, r)
	if a.String() != "413 upload_too_large" || !strings.Contains(a.body, "max-upload-bytes") {
		t.Errorf("got %s %.300s", a, a.body)
	}
	if most < uploadBytes/2 || most > uploadBytes+1<<20 {
		t.Errorf("%d bytes were on disk; the limit is %d", most, uploadBytes)
	}
	h.healthy(t, "too large", a)
	h.leaves(t, "too large", before)
}

// Two files of one name are two tables of two names, together and one after
// the other.
func TestTwoUploadsOfOneName(t *testing.T) {
	h := open(t, asWorker)
	c := client.New(h.base, nil)
	of := func(content string) client.File {
		return client.File{Name: "same.csv", Content: strings.NewReader(content)}
	}
	first, err := c.Upload(t.Context(), "", of("a\n1\n"), of("a\n2\n"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.Upload(t.Context(), first.SessionID, of("a\n3\n"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range append(first.Files, second.Files...) {
		names[f.Tables[0].Name] = true
		if f.Name != "same.csv" {
			t.Errorf("the file is called %q", f.Name)
		}
	}
	if len(names) != 3 {
		t.Errorf("the tables are called %v", names)
	}
	for name := range names {
		if a := h.sql(t, first.SessionID, `SELECT count(*) FROM "`+name+`"`); !strings.Contains(a.body, "[[1]]") {
			t.Errorf("%s: %s", name, a.body)
		}
	}
}
