package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/ingest"
)

// Handlers are what a worker process needs to do the jobs of ingest.
func Handlers() map[string]worker.JobHandler {
	return map[string]worker.JobHandler{
		worker.Rehearsal: func(ctx context.Context, db *sql.Conn, body json.RawMessage, _ func(engine.Progress)) (any, error) {
			var dir string
			if err := json.Unmarshal(body, &dir); err != nil {
				return nil, fmt.Errorf("rehearsal: %w", err)
			}
			return nil, ingest.Rehearse(ctx, db, dir)
		},
		ingest.KindIngest: func(ctx context.Context, db *sql.Conn, body json.RawMessage, progress func(engine.Progress)) (any, error) {
			var spec ingest.Spec
			if err := json.Unmarshal(body, &spec); err != nil {
				return nil, fmt.Errorf("ingest job: %w", err)
			}
			return ingest.Work(ctx, db, spec, progress)
		},
		ingest.KindAppend: func(ctx context.Context, db *sql.Conn, body json.RawMessage, progress func(engine.Progress)) (any, error) {
			var spec ingest.AppendSpec
			if err := json.Unmarshal(body, &spec); err != nil {
				return nil, fmt.Errorf("append job: %w", err)
			}
			return ingest.Append(ctx, db, spec, progress)
		},
		ingest.KindProfile: func(ctx context.Context, db *sql.Conn, body json.RawMessage, progress func(engine.Progress)) (any, error) {
			var spec ingest.ProfileSpec
			if err := json.Unmarshal(body, &spec); err != nil {
				return nil, fmt.Errorf("profile job: %w", err)
			}
			return ingest.Profile(ctx, db, spec, progress)
		},
	}
}
