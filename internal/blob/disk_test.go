package blob_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"tabletalk/internal/blob"
	"tabletalk/internal/blob/blobtest"
	"tabletalk/internal/fault"
)

func disk(t *testing.T) (*blob.Disk, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs")
	d, err := blob.OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d, dir
}

func TestDisk(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store {
		d, _ := disk(t)
		return d
	})
}

// names lists every file below a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			list = append(list, e.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func put(t *testing.T, d *blob.Disk, key, content string) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staged")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return d.Put(t.Context(), key, path)
}

func TestDiskLeavesNoUnfinishedFiles(t *testing.T) {
	d, dir := disk(t)
	if err := put(t, d, "tables/a", "x"); err != nil {
		t.Fatal(err)
	}
	if err := d.Put(t.Context(), "tables/b", t.TempDir()); err == nil {
		t.Fatal("a folder was stored")
	}
	if got := names(t, dir); !slices.Equal(got, []string{"a"}) {
		t.Fatalf("files %v", got)
	}
}

func TestDiskCleansUpAfterACrash(t *testing.T) {
	d, dir := disk(t)
	if err := put(t, d, "tables/a", "x"); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * time.Hour)
	for name, at := range map[string]time.Time{".put-old": old, ".put-new": time.Now(), ".put-me-new": time.Now()} {
		path := filepath.Join(dir, "tables", name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	again, err := blob.OpenDisk(dir, blob.As("me"))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got := names(t, dir); !slices.Equal(got, []string{".put-new", "a"}) {
		t.Fatalf("files %v", got)
	}
}

// TestDiskLinksLeadNowhere puts links where a store would follow them.
func TestDiskLinksLeadNowhere(t *testing.T) {
	d, dir := disk(t)
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "out")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if err := os.Symlink(filepath.Join(outside, "secret"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"out/secret", "link"} {
		if path, err := d.Path(t.Context(), key); err == nil {
			t.Errorf("Path of %s leads to %s", key, path)
		}
	}
	if err := put(t, d, "out/new", "x"); err == nil {
		t.Error("content was stored outside")
	}
	if err := d.Delete(t.Context(), "out/secret"); err == nil {
		t.Error("a file outside was deleted")
	}
	if got := names(t, outside); !slices.Equal(got, []string{"secret"}) {
		t.Fatalf("files outside: %v", got)
	}
}

// TestDiskCopiesWhatHasAnotherName: whoever holds the other name must not be
// able to change the content.
func TestDiskCopiesWhatHasAnotherName(t *testing.T) {
	d, _ := disk(t)
	dir := t.TempDir()
	file, other := filepath.Join(dir, "staged"), filepath.Join(dir, "other")
	if err := os.WriteFile(file, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(file, other); err != nil {
		t.Skipf("no hard links here: %v", err)
	}
	if err := d.Put(t.Context(), "tables/a", file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	path, err := d.Path(t.Context(), "tables/a")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "content" {
		t.Fatalf("content %q, %v", got, err)
	}
}

func TestDiskExpireSparesWhatWasPutAgain(t *testing.T) {
	d, _ := disk(t)
	ctx := t.Context()
	if err := put(t, d, "tables/a", "x"); err != nil {
		t.Fatal(err)
	}
	path, err := d.Path(ctx, "tables/a")
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(-time.Minute)
	if err := put(t, d, "tables/a", "x"); err != nil { // the same content comes again
		t.Fatal(err)
	}
	if gone, err := d.Expire(ctx, "tables/a", before); gone || err != nil {
		t.Fatalf("gone %v, %v: content that was just put again", gone, err)
	}
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	if gone, err := d.Expire(ctx, "tables/a", before); !gone || err != nil {
		t.Fatalf("gone %v, %v: content that nobody put since", gone, err)
	}
	if gone, err := d.Expire(ctx, "tables/a", before); !gone || err != nil {
		t.Fatalf("gone %v, %v: content that is not there", gone, err)
	}
	if _, err := d.Path(ctx, "tables/a"); !fault.IsKind(err, fault.NotFound) {
		t.Fatalf("Path gives %v", err)
	}
}

func TestDiskKnowsItsFreeSpace(t *testing.T) {
	d, _ := disk(t)
	if n := d.Free(t.Context()); n <= 0 {
		t.Fatalf("%d bytes free", n)
	}
}

// TestDiskTakesFromAnotherFileSystem: where moving is impossible, the content
// is copied.
func TestDiskTakesFromAnotherFileSystem(t *testing.T) {
	d, dir := disk(t)
	elsewhere, err := os.MkdirTemp("/dev/shm", "tabletalk")
	if err != nil {
		t.Skipf("no second file system to move from: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(elsewhere) })
	file := filepath.Join(elsewhere, "staged")
	if err := os.WriteFile(file, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	if os.Rename(file, filepath.Join(dir, "probe")) == nil {
		t.Skip("/dev/shm is the same file system")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Put(ctx, "tables/a", file); !errors.Is(err, context.Canceled) {
		t.Fatalf("copying in an ended context gives %v", err)
	}
	if got := names(t, dir); len(got) != 0 {
		t.Fatalf("a refused Put left %v", got)
	}
	if err := d.Put(t.Context(), "tables/a", file); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("the staged file is still there: %v", err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"a"}) {
		t.Fatalf("files %v", got)
	}
}

func TestDiskFaults(t *testing.T) {
	for _, test := range []struct {
		err  error
		want fault.Kind
	}{
		{&os.PathError{Op: "write", Path: "/secret/path", Err: syscall.ENOSPC}, fault.StorageFull},
		{&os.PathError{Op: "open", Path: "/secret/path", Err: fs.ErrNotExist}, fault.NotFound},
		{&os.PathError{Op: "open", Path: "/secret/path", Err: fs.ErrPermission}, fault.Internal},
	} {
		f := fault.Of(blob.Failed(test.err))
		if f.Kind != test.want || strings.Contains(f.Message+f.Hint, "secret") {
			t.Errorf("%v gives %s %q", test.err, f.Kind, f.Message)
		}
	}
}
