//go:build linux || darwin

package blob

import (
	"math"

	"golang.org/x/sys/unix"
)

func freeBytes(dir string) int64 {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return -1
	}
	size := uint64(s.Bsize)
	if size == 0 || s.Bavail > math.MaxInt64/size {
		return math.MaxInt64
	}
	return int64(s.Bavail * size)
}
