package blobtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tabletalk/internal/blob"
	"tabletalk/internal/fault"
)

// Run runs the suite; open gives an empty store.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, blob.Store)
	}{
		{"put and read", putAndRead},
		{"put moves the file", putMoves},
		{"put of what is there", putAgain},
		{"put of nothing", putNothing},
		{"put at once", putAtOnce},
		{"an ended context leaves nothing", endedContext},
		{"bad keys", badKeys},
		{"missing content", missing},
		{"delete", remove},
		{"large content", large},
		{"free space", free},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// staged writes a file as an upload would.
func staged(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staged")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func put(t *testing.T, s blob.Store, key, content string) {
	t.Helper()
	if err := s.Put(t.Context(), key, staged(t, content)); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s blob.Store, key string) string {
	t.Helper()
	path, err := s.Path(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func putAndRead(t *testing.T, s blob.Store) {
	for key, content := range map[string]string{"tables/aa.parquet": "one", "tables/bb.parquet": "", "top": "two", "a/b/c/d": "deep"} {
		put(t, s, key, content)
		if got := read(t, s, key); got != content {
			t.Fatalf("%s holds %q, want %q", key, got, content)
		}
	}
}

func putMoves(t *testing.T, s blob.Store) {
	path := staged(t, "content")
	if err := s.Put(t.Context(), "tables/a", path); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Fatalf("the staged file is still there: %v", err)
	}
}

func putAgain(t *testing.T, s blob.Store) {
	put(t, s, "tables/a", "first")
	path := staged(t, "second")
	if err := s.Put(t.Context(), "tables/a", path); err != nil {
		t.Fatal(err)
	}
	if got := read(t, s, "tables/a"); got != "first" {
		t.Fatalf("content became %q", got)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Fatalf("the staged file is still there: %v", err)
	}
}

func putNothing(t *testing.T, s blob.Store) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(staged(t, "elsewhere"), link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	for _, file := range []string{filepath.Join(dir, "missing"), dir, link} {
		if err := s.Put(t.Context(), "tables/a", file); err == nil {
			t.Errorf("%s was stored", filepath.Base(file))
		}
		if _, err := s.Path(t.Context(), "tables/a"); !fault.IsKind(err, fault.NotFound) {
			t.Errorf("after a refused Put, Path gives %v", err)
		}
	}
}

func putAtOnce(t *testing.T, s blob.Store) {
	const many = 16
	files := make([]string, many)
	for i := range files {
		files[i] = staged(t, "same")
	}
	errs := make([]error, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() { errs[i] = s.Put(t.Context(), fmt.Sprintf("new/folder/%d", i%2), files[i]) })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, s, "new/folder/1"); got != "same" {
		t.Fatalf("content %q", got)
	}
}

func endedContext(t *testing.T, s blob.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	// Either it is refused and nothing is there, or moving needed no waiting
	// and it is there whole.
	err := s.Put(ctx, "tables/a", staged(t, "content"))
	_, missing := s.Path(t.Context(), "tables/a")
	if (err == nil) != (missing == nil) {
		t.Fatalf("Put says %v and Path says %v", err, missing)
	}
}

func badKeys(t *testing.T, s blob.Store) {
	for _, key := range []string{"", "/", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", ".hidden", "a/.put-x", "A",
		"a b", "a\\b", "a\x00b", "ä", "c:x", strings.Repeat("a", 256)} {
		if err := s.Put(t.Context(), key, staged(t, "x")); err == nil {
			t.Errorf("Put took the key %q", key)
		}
		if _, err := s.Path(t.Context(), key); err == nil {
			t.Errorf("Path took the key %q", key)
		}
		if err := s.Delete(t.Context(), key); err == nil {
			t.Errorf("Delete took the key %q", key)
		}
	}
}

func missing(t *testing.T, s blob.Store) {
	put(t, s, "tables/a", "x")
	for _, key := range []string{"tables/b", "nowhere/at/all", "tables"} {
		if _, err := s.Path(t.Context(), key); !fault.IsKind(err, fault.NotFound) {
			t.Errorf("Path of %q gives %v", key, err)
		}
	}
}

func remove(t *testing.T, s blob.Store) {
	put(t, s, "tables/a", "x")
	put(t, s, "tables/b", "y")
	for range 2 { // the second time there is nothing to do
		if err := s.Delete(t.Context(), "tables/a"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Path(t.Context(), "tables/a"); !fault.IsKind(err, fault.NotFound) {
		t.Fatalf("Path of deleted content gives %v", err)
	}
	if got := read(t, s, "tables/b"); got != "y" {
		t.Fatalf("its neighbour holds %q", got)
	}
	put(t, s, "tables/a", "again")
	if got := read(t, s, "tables/a"); got != "again" {
		t.Fatalf("content %q", got)
	}
}

func large(t *testing.T, s blob.Store) {
	content := make([]byte, 8<<20)
	if _, err := rand.Read(content); err != nil {
		t.Fatal(err)
	}
	put(t, s, "tables/large", string(content))
	if read(t, s, "tables/large") != string(content) {
		t.Fatal("content changed")
	}
}

func free(t *testing.T, s blob.Store) {
	if n := s.Free(t.Context()); n < -1 {
		t.Fatalf("%d bytes free", n)
	}
}
