package ingest

import (
	"context"

	"tabletalk/internal/fault"
)

func isJSON(head []byte) bool { return false }

func readJSON(ctx context.Context, j *job) error {
	return fault.New(fault.Invalid, "format_unsupported", "JSON is not read yet.")
}
