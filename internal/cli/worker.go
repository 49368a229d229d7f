package cli

import (
	"context"

	"tabletalk/internal/engine/worker"
	"tabletalk/internal/ingest/jobs"
)

type workerCommand struct{}

// Run computes for a server until it closes the pipe.
func (workerCommand) Run(ctx context.Context) error {
	return status(worker.Main(ctx, jobs.Handlers()))
}
