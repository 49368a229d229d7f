package ingest

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/worker"
)

// The kinds of jobs that this package does in a worker.
const (
	KindIngest  = "ingest"
	KindProfile = "profile"
)

// Handlers are what a worker process needs to do this package's jobs.
func Handlers() map[string]worker.JobHandler {
	return map[string]worker.JobHandler{
		KindIngest: func(ctx context.Context, db *sql.Conn, body json.RawMessage, progress func(engine.Progress)) (any, error) {
			var spec Spec
			if err := json.Unmarshal(body, &spec); err != nil {
				return nil, fmt.Errorf("ingest job: %w", err)
			}
			return Work(ctx, db, spec, progress)
		},
		KindProfile: func(ctx context.Context, db *sql.Conn, body json.RawMessage, progress func(engine.Progress)) (any, error) {
			var spec ProfileSpec
			if err := json.Unmarshal(body, &spec); err != nil {
				return nil, fmt.Errorf("profile job: %w", err)
			}
			return Profile(ctx, db, spec, progress)
		},
	}
}
