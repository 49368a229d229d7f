//go:build !linux && !darwin && !windows

package blob

// freeBytes is not known here.
func freeBytes(string) int64 { return -1 }
