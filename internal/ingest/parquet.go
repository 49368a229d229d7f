package ingest

import (
	"context"

	"tabletalk/internal/fault"
)

func readParquet(ctx context.Context, j *job) error {
	return fault.New(fault.Invalid, "format_unsupported", "Parquet is not read yet.")
}
