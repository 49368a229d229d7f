package blob

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"

	"tabletalk/internal/fault"
)

// maxKey bounds a key, so that it fits every file system and object store.
const maxKey = 255

// tempPrefix begins the names of unfinished files; no key begins a part so.
// The name of who writes follows.
const tempPrefix = ".put-"

// Disk keeps content as files under one folder. Every access goes through an
// os.Root, so that neither a key nor a link leads out of it.
type Disk struct {
	root  *os.Root
	dir   string
	owner string
	log   *slog.Logger

	mu sync.RWMutex // writers: Put's last step and Delete
}

var _ Store = (*Disk)(nil)

// Option changes how a Disk is opened.
type Option func(*Disk)

// As names who writes: what it left unfinished before is removed at once. No
// other process at the folder has the name.
func As(owner string) Option { return func(d *Disk) { d.owner = owner } }

// WithLog tells the steps of a Put, at the level of debug.
func WithLog(log *slog.Logger) Option { return func(d *Disk) { d.log = log } }

// OpenDisk opens a folder, making it where it is missing, and removes what an
// interrupted Put left behind. Close it.
func OpenDisk(dir string, opts ...Option) (*Disk, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, failed("blob.OpenDisk", err)
	}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return nil, failed("blob.OpenDisk", err)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, failed("blob.OpenDisk", err)
	}
	d := &Disk{root: root, dir: abs, log: slog.New(slog.DiscardHandler)}
	for _, o := range opts {
		o(d)
	}
	if err := d.clean(); err != nil {
		_ = root.Close()
		return nil, failed("blob.OpenDisk", err)
	}
	return d, nil
}

// Close ends the use of the folder.
func (d *Disk) Close() error { return d.root.Close() }

// staleAge tells an unfinished file that was left behind from one that
// another process is writing at this moment.
const staleAge = time.Hour

func (d *Disk) clean() error {
	return fs.WalkDir(d.root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || !strings.HasPrefix(e.Name(), tempPrefix) {
			return err
		}
		if d.owner != "" && strings.HasPrefix(e.Name(), d.temp("")) {
			return d.root.Remove(name)
		}
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < staleAge {
			return nil // gone already, or still being written
		}
		return d.root.Remove(name)
	})
}

// temp is the name of an unfinished file.
func (d *Disk) temp(id string) string { return tempPrefix + d.owner + "-" + id }

// Put moves the file into the store under key. On the same file system
// nothing is copied. It is on disk, name included, when Put returns. Content
// that is there already counts as put now, which Expire respects.
// Errors: a bad key is internal; a full disk is storage_full.
func (d *Disk) Put(ctx context.Context, key, file string) error {
	if err := validKey(key); err != nil {
		return failed("blob.Put", err)
	}
	if d.exists(key) && d.touch(key) == nil {
		return failed("blob.Put", os.Remove(file))
	}
	if err := d.makeDirs(path.Dir(key)); err != nil {
		return failed("blob.Put", err)
	}
	temp := path.Join(path.Dir(key), d.temp(uuid.NewString()))
	if err := d.take(ctx, temp, file); err != nil {
		_ = d.root.Remove(temp)
		return failed("blob.Put", err)
	}
	d.log.DebugContext(ctx, "step", "after", "blob.take")
	if err := d.place(temp, key); err != nil {
		_ = d.root.Remove(temp)
		return failed("blob.Put", err)
	}
	d.log.DebugContext(ctx, "step", "after", "blob.place")
	return nil
}

// take brings the file's content under the temporary name, synced. A link is
// refused and a file with a second name is copied, for whoever holds the other
// name could still change the content.
func (d *Disk) take(ctx context.Context, temp, file string) error {
	info, err := os.Lstat(file)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("only a regular file can be stored")
	}
	if !linkedTwice(info) && os.Rename(file, filepath.Join(d.dir, filepath.FromSlash(temp))) == nil {
		return d.seal(temp)
	}
	if err := d.copy(ctx, temp, file); err != nil {
		return err
	}
	return os.Remove(file)
}

// seal makes a moved file read-only and syncs it.
func (d *Disk) seal(temp string) error {
	info, err := d.root.Lstat(temp)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("only a regular file can be stored")
	}
	f, err := d.root.Open(temp)
	if err != nil {
		return err
	}
	if info.Mode().Perm() != contentMode { // a change would have to be synced, too
		err = f.Chmod(contentMode)
	}
	return errors.Join(err, f.Sync(), f.Close(), d.touch(temp))
}

func (d *Disk) copy(ctx context.Context, temp, file string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, contentMode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, &reader{ctx, in})
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// place gives the temporary file its name and syncs the folder.
func (d *Disk) place(temp, key string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.root.Rename(temp, key); err != nil {
		return err
	}
	return d.syncDir(path.Dir(key))
}

// makeDirs makes the folders of a key and syncs the parents of new ones. One
// that is a link out of the root is an error of Stat.
func (d *Disk) makeDirs(dir string) error {
	_, err := d.root.Stat(dir)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := d.makeDirs(path.Dir(dir)); err != nil {
		return err
	}
	if err := d.root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return d.syncDir(path.Dir(dir))
}

// Path gives the local path of the content.
func (d *Disk) Path(_ context.Context, key string) (string, error) {
	if err := validKey(key); err != nil {
		return "", failed("blob.Path", err)
	}
	info, err := d.root.Lstat(key)
	if err != nil {
		return "", failed("blob.Path", err)
	}
	if !info.Mode().IsRegular() {
		return "", failed("blob.Path", fs.ErrNotExist)
	}
	return filepath.Join(d.dir, filepath.FromSlash(key)), nil
}

// Delete removes content; what is not there is no error.
func (d *Disk) Delete(_ context.Context, key string) error {
	_, err := d.remove(key, time.Time{})
	return failed("blob.Delete", err)
}

// Expire removes content unless it was put, for the first time or again,
// after before. It reports whether the content is gone. Whoever deletes what
// nobody names any more uses it, so that an upload of the same content at the
// same moment keeps it.
func (d *Disk) Expire(_ context.Context, key string, before time.Time) (gone bool, err error) {
	gone, err = d.remove(key, before)
	return gone, failed("blob.Expire", err)
}

func (d *Disk) remove(key string, before time.Time) (bool, error) {
	if err := validKey(key); err != nil {
		return false, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	info, err := d.root.Lstat(key)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil || (!before.IsZero() && info.ModTime().After(before)) {
		return false, err
	}
	if err := d.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	return true, d.syncDir(path.Dir(key))
}

// olderChunk is how many keys Older gives at once.
const olderChunk = 400

// Older gives the keys of all content that was last put before a time, some at
// a time, in no order that is promised.
func (d *Disk) Older(ctx context.Context, before time.Time, each func(keys []string) error) error {
	var keys []string
	err := fs.WalkDir(d.root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err = errors.Join(err, ctx.Err()); err != nil || !e.Type().IsRegular() || validKey(name) != nil {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.ModTime().Before(before) {
			return nil
		}
		if keys = append(keys, name); err != nil || len(keys) < olderChunk {
			return err
		}
		err, keys = each(keys), nil
		return err
	})
	if err == nil && len(keys) > 0 {
		err = each(keys)
	}
	return failed("blob.Older", err)
}

// Free gives the bytes that are left for this program.
func (d *Disk) Free(context.Context) int64 { return freeBytes(d.dir) }

func (d *Disk) exists(name string) bool {
	_, err := d.root.Lstat(name)
	return err == nil
}

// touch says that the content was put now. It waits for a removal that is
// under way, and fails after it.
func (d *Disk) touch(name string) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	now := time.Now()
	return d.root.Chtimes(name, now, now)
}

func (d *Disk) syncDir(dir string) error {
	f, err := d.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(syncFolder(f), f.Close())
}

// validKey accepts what our own code makes: lower-case parts of letters,
// digits, dots, dashes and underscores, none beginning with a dot.
func validKey(key string) error {
	if key == "" || len(key) > maxKey {
		return errors.New("a key has 1 to 255 bytes")
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || part[0] == '.' {
			return errors.New("a key is made of parts that do not begin with a dot")
		}
		for _, c := range []byte(part) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
				return errors.New("a key holds lower-case letters, digits, dots, dashes and underscores")
			}
		}
	}
	return nil
}

// failed makes the fault of an error; nil stays nil.
func failed(op string, err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fault.New(fault.NotFound, "content_not_found", "The content is not there any more.").At(op).Because(err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, errQuota):
		return fault.New(fault.StorageFull, "storage_full", "The disk of the server is full.").
			WithHint("Delete something that is not needed, or ask the operator for more space.").At(op).Because(err)
	}
	return fault.New(fault.Internal, "internal", "Something went wrong on our side.").
		WithHint("Try again; if it happens again, tell the operator the request id.").At(op).Because(err)
}

// reader stops reading when the context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
