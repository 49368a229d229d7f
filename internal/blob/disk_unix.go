//go:build unix

package blob

import (
	"io/fs"
	"os"
	"syscall"
)

// contentMode keeps content from being changed by accident.
const contentMode = 0o400

var errQuota error = syscall.EDQUOT

// linkedTwice reports whether the file has another name somewhere.
func linkedTwice(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && s.Nlink > 1
}

func syncFolder(f *os.File) error { return f.Sync() }
