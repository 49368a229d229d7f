package worker

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tabletalk/internal/engine"
)

// home is the directory of one pool below the configured one. Homes of pools
// that died with their process are removed by the next pool.
type home struct {
	dir  string
	lock *os.File
}

const (
	homePrefix = "pool-"
	lockName   = "lock"
)

func newHome(parent string) (*home, error) {
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return nil, err
	}
	removeAbandoned(parent)
	dir, err := os.MkdirTemp(parent, homePrefix)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	lock(f)
	return &home{dir: dir, lock: f}, nil
}

// removeAbandoned deletes homes that nobody holds. One that has no lock file
// yet is being made at this moment.
func removeAbandoned(parent string) {
	list, _ := filepath.Glob(filepath.Join(parent, homePrefix+"*"))
	for _, dir := range list {
		f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if lock(f) {
			_ = os.RemoveAll(dir)
		}
		_ = f.Close()
	}
}

func (h *home) remove() error {
	err := os.RemoveAll(h.dir)
	_ = h.lock.Close()
	return err
}

// newRoom makes the private directory of a worker: for spill, for the tables
// of queries, for what a job reads and what it leaves.
func (h *home) newRoom() (string, error) {
	dir, err := os.MkdirTemp(h.dir, "w-")
	if err != nil {
		return "", err
	}
	for _, sub := range []string{tempDir(dir), tablesDir(dir), inDir(dir), outDir(dir)} {
		if err := os.Mkdir(sub, 0o700); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// furnish links the tables' files into a room. A link keeps a file readable
// when the store deletes it meanwhile, and tells a statement nothing of where
// the store is. Where the room is on another disk, the file is copied.
func furnish(room string, tables []engine.Table) ([]openTable, error) {
	list := make([]openTable, len(tables))
	for i, t := range tables {
		name := fmt.Sprintf("%d.parquet", i)
		if err := bring(t.Path, filepath.Join(tablesDir(room), name)); err != nil {
			return nil, err
		}
		list[i] = openTable{Name: t.Name, File: name}
	}
	return list, nil
}

// supply links the files that a job reads into its room.
func supply(room string, files []string) error {
	for i, f := range files {
		if err := bring(f, filepath.Join(room, engine.JobFile(i))); err != nil {
			return err
		}
	}
	return nil
}

// unsupply takes the files of a job out of its room: they have one name again,
// and whoever gave them may move them.
func unsupply(room string, files []string) {
	for i := range files {
		_ = os.Remove(filepath.Join(room, engine.JobFile(i)))
	}
}

// errOddFile says that a job left something that no job of ours leaves.
var errOddFile = errors.New("worker: a job left something that is not a file")

// collect moves what a job left in its room to dir. The process must be gone:
// it could exchange a file for a link, or go on writing to it. What is not a
// plain file under one name is refused, for the server will open it; folders
// stay behind.
func collect(room, dir string) error {
	list, err := os.ReadDir(outDir(room))
	if err != nil {
		return err
	}
	for _, e := range list {
		from := filepath.Join(outDir(room), e.Name())
		info, err := os.Lstat(from)
		if err != nil {
			return err
		}
		if info.IsDir() {
			continue // a job's own affair; it goes with the room
		}
		if !info.Mode().IsRegular() || manyNames(info) {
			return fmt.Errorf("%w: %s", errOddFile, info.Mode())
		}
		to := filepath.Join(dir, e.Name())
		if os.Rename(from, to) == nil {
			continue
		}
		if err := copyFile(from, to, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func bring(from, to string) error {
	from, err := filepath.EvalSymlinks(from)
	if err != nil {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	return copyFile(from, to, 0o400)
}

func copyFile(from, to string, mode os.FileMode) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(dst, src); err != nil {
		_ = dst.Close()
		return err
	}
	return dst.Close()
}
