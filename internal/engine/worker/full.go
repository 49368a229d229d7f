package worker

import (
	"errors"
	"strings"
	"syscall"

	"tabletalk/internal/fault"
)

// full names a full disk, whatever it was taken for: what could not be written
// to the end looks damaged to whoever reads it. Any other error stays as it
// is. The engine tells of it in words only.
func full(err error) error {
	if err == nil || !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EDQUOT) && !strings.Contains(err.Error(), "No space left on device") {
		return err
	}
	return fault.New(fault.StorageFull, "storage_full", "The disk of the server is full.").
		WithHint("Delete something that is not needed, or ask the operator for more space.").Because(err)
}
