package worker

import (
	"os"
	"path/filepath"
	"testing"

	"tabletalk/internal/engine"
)

func TestFurnish(t *testing.T) {
	room := t.TempDir()
	if err := os.Mkdir(tablesDir(room), 0o700); err != nil {
		t.Fatal(err)
	}
	store := t.TempDir()
	near, far := filepath.Join(store, "near"), elsewhere(t)
	link := filepath.Join(store, "link")
	for _, f := range []string{near, far} {
		if err := os.WriteFile(f, []byte("content"), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(near, link); err != nil {
		t.Fatal(err)
	}
	list, err := furnish(room, []engine.Table{{Name: "a", Path: near}, {Name: "b", Path: far}, {Name: "c", Path: link}})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"a", "b", "c"} {
		path := filepath.Join(tablesDir(room), list[i].File)
		data, err := os.ReadFile(path)
		info, _ := os.Lstat(path)
		if err != nil || string(data) != "content" || list[i].Name != name || !info.Mode().IsRegular() {
			t.Errorf("%s: %q, %v", name, data, err)
		}
	}
	original, _ := os.Stat(near)
	linked, _ := os.Stat(filepath.Join(tablesDir(room), list[0].File))
	if !os.SameFile(original, linked) {
		t.Error("a file on the same disk was copied")
	}
	if _, err := furnish(room, []engine.Table{{Name: "d", Path: filepath.Join(store, "missing")}}); err == nil {
		t.Error("a missing file is brought")
	}
}

// elsewhere names a file on another disk than the tests' directory, where the
// system has one.
func elsewhere(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "furnish-")
	if err != nil {
		return filepath.Join(t.TempDir(), "far")
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "far")
}
