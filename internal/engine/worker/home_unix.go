//go:build unix

package worker

import (
	"os"

	"golang.org/x/sys/unix"
)

// lock takes the file for this process, or reports that another has it. It is
// free again when the file closes, however the process ends.
func lock(f *os.File) bool { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil }
