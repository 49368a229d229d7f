package cli

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/ingest"
)

type workerCommand struct{}

// Run computes for a server until it closes the pipe.
func (workerCommand) Run(ctx context.Context) error {
	return status(worker.Main(ctx, map[string]worker.JobHandler{
		ingest.KindIngest: job(ingest.Work),
	}))
}

// job makes a handler of a function that takes a typed specification.
func job[S, R any](do func(context.Context, *sql.Conn, S, func(engine.Progress)) (R, error)) worker.JobHandler {
	return func(ctx context.Context, db *sql.Conn, body json.RawMessage, progress func(engine.Progress)) (any, error) {
		var spec S
		if err := json.Unmarshal(body, &spec); err != nil {
			return nil, fmt.Errorf("read the job: %w", err)
		}
		return do(ctx, db, spec, progress)
	}
}
