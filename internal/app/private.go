package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"tabletalk/internal/fault"
)

// private is a file with secrets, readable by its owner alone.
type private struct{ path, setting string }

// read gives the content; there is none where there is no file. Errors:
// secret_readable, secret_unreadable.
func (p private) read() ([]byte, error) {
	info, err := os.Stat(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, p.unreadable(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fault.New(fault.Invalid, "secret_readable", "Others on this machine can read the secret file %s.", p.path).
			WithHint("Take the rights of others away: chmod 600. Who has read it can make tokens and open what is kept; put a new secret in its place.").At("app.private")
	}
	text, err := os.ReadFile(p.path)
	if err != nil {
		return nil, p.unreadable(err)
	}
	return text, nil
}

// write puts the content in the place of the one before, whole or not at all.
// Error: secret_unwritable.
func (p private) write(content []byte) error {
	dir := filepath.Dir(p.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return p.unwritable(err)
	}
	f, err := os.CreateTemp(dir, filepath.Base(p.path)+".new-*") // for the owner alone
	if err != nil {
		return p.unwritable(err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), p.path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return p.unwritable(err)
	}
	syncDir(dir)
	return nil
}

// syncDir makes a new name last; not every system can.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

func (p private) unreadable(err error) error {
	return fault.New(fault.Unavailable, "secret_unreadable", "The secret file cannot be read.").WithHint("Check --%s and its rights.", p.setting).At("app.private").Because(err)
}

func (p private) unwritable(err error) error {
	return fault.New(fault.Unavailable, "secret_unwritable", "The secret file cannot be written.").WithHint("Check --data and --%s.", p.setting).At("app.private").Because(err)
}
