//go:build !unix

package blob

import (
	"errors"
	"io/fs"
	"os"
)

// contentMode lets content be deleted, which a read-only file here does not.
const contentMode = 0o600

var errQuota = errors.New("quota")

// linkedTwice says yes where it is not known: the file is copied then.
func linkedTwice(fs.FileInfo) bool { return true }

// syncFolder has nothing to do here: the system syncs names by itself.
func syncFolder(*os.File) error { return nil }
