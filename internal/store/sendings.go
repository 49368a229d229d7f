package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"

	"tabletalk/internal/conversation"
	"tabletalk/internal/llm/agent"
)

var _ conversation.Ledger = (*Store)(nil)

// day is when spending is counted together, in days since 1970, UTC.
func day(t time.Time) int64 { return t.UTC().Unix() / int64((24 * time.Hour).Seconds()) }

// AddSent keeps the requests that were sent for a question, and adds up what
// they cost.
func (s *Store) AddSent(ctx context.Context, r conversation.Sendings) error {
	const op = "store.AddSent"
	document, err := s.codec.pack(r)
	if err != nil {
		return s.fail(op, err)
	}
	return s.inTx(ctx, op, func(tx *sql.Tx) error {
		now := micros(s.now())
		if _, err := tx.ExecContext(ctx, `INSERT INTO model_spending (workspace_id, day, micros, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
			ON CONFLICT (workspace_id, day) DO UPDATE SET micros = model_spending.micros + excluded.micros, updated_at = excluded.updated_at`,
			r.Workspace, day(r.CreatedAt), r.Spent.Micros, now); err != nil {
			return err
		}
		if err := addSpent(ctx, tx, r, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO sendings (id, workspace_id, session_id, subject_id, document, created_at, updated_at)
			SELECT $1, $2, $3, $4, $5, $6, $7 WHERE EXISTS (SELECT 1 FROM sessions WHERE id = $3 AND workspace_id = $2)`,
			uuid.Must(uuid.NewV7()).String(), r.Workspace, text(r.SessionID), text(r.QueryID), document, micros(r.CreatedAt), now)
		return err
	})
}

// addSpent adds up what the asker has spent.
func addSpent(ctx context.Context, tx *sql.Tx, r conversation.Sendings, now int64) error {
	if r.Person == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO model_people (workspace_id, user_id, day, calls, micros, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
		ON CONFLICT (workspace_id, user_id, day) DO UPDATE SET calls = model_people.calls + excluded.calls, micros = model_people.micros + excluded.micros,
		updated_at = excluded.updated_at`, text(r.Workspace), text(r.Person), day(r.CreatedAt), r.Spent.Calls, r.Spent.Micros, now)
	return err
}

// SpentBy sums the calls and the cost of a person on one day.
func (s *Store) SpentBy(ctx context.Context, workspace, person string, at time.Time) (calls, micros int64, err error) {
	row := s.read.QueryRowContext(ctx, `SELECT CAST(coalesce(sum(calls), 0) AS BIGINT), CAST(coalesce(sum(micros), 0) AS BIGINT) FROM model_people
		WHERE workspace_id = $1 AND user_id = $2 AND day = $3`, text(workspace), text(person), day(at))
	err = row.Scan(&calls, &micros)
	return calls, micros, s.fail("store.SpentBy", err)
}

// SentFor gives what was sent for a question of the workspace; nil where
// nothing was.
func (s *Store) SentFor(ctx context.Context, workspace, queryID string) (*conversation.Sendings, error) {
	const op = "store.SentFor"
	if _, err := s.Query(ctx, workspace, queryID); err != nil {
		return nil, err
	}
	var all *conversation.Sendings
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		var document []byte
		if err := rows.Scan(&document); err != nil {
			return err
		}
		one := conversation.Sendings{}
		if err := s.codec.unpack(document, &one); err != nil {
			return err
		}
		if all != nil {
			one.Requests, one.Spent, one.Shared = append(all.Requests, one.Requests...), all.Spent.Add(one.Spent), all.Shared.Add(one.Shared)
		}
		all = &one
		return nil
	}, `SELECT document FROM sendings WHERE subject_id = $1 AND workspace_id = $2 ORDER BY created_at, id`, text(queryID), text(workspace))
	return all, s.fail(op, err)
}

// SpentSince sums what a workspace spent, by whole days.
func (s *Store) SpentSince(ctx context.Context, workspace string, since time.Time) (int64, error) {
	var sum int64
	row := s.read.QueryRowContext(ctx, `SELECT CAST(coalesce(sum(micros), 0) AS BIGINT) FROM model_spending WHERE workspace_id = $1 AND day >= $2`,
		text(workspace), day(since))
	return sum, s.fail("store.SpentSince", row.Scan(&sum))
}

// SessionEgress is what a workspace and a session allow; empty where nobody
// said anything.
func (s *Store) SessionEgress(ctx context.Context, workspace, sessionID string) (ofWorkspace, ofSession agent.Egress, err error) {
	err = each(ctx, s.read, func(rows *sql.Rows) error {
		var of sql.NullString
		var e string
		if err := rows.Scan(&of, &e); err != nil {
			return err
		}
		if of.Valid {
			ofSession = agent.Egress(e)
		} else {
			ofWorkspace = agent.Egress(e)
		}
		return nil
	}, `SELECT session_id, egress FROM egress_limits WHERE workspace_id = $1 AND scope_id IN ($1, $2)`, text(workspace), text(sessionID))
	return ofWorkspace, ofSession, s.fail("store.SessionEgress", err)
}

// SetEgress says what a session, or with an empty id the workspace, allows.
func (s *Store) SetEgress(ctx context.Context, workspace, sessionID string, e agent.Egress) error {
	const op = "store.SetEgress"
	scope, of := workspace, sql.NullString{String: text(sessionID), Valid: sessionID != ""}
	if of.Valid {
		scope = sessionID
	}
	return s.inTx(ctx, op, func(tx *sql.Tx) error {
		if of.Valid {
			if err := s.live(ctx, tx, workspace, sessionID); err != nil {
				return err
			}
		}
		if e == "" {
			_, err := tx.ExecContext(ctx, `DELETE FROM egress_limits WHERE scope_id = $1 AND workspace_id = $2`, text(scope), text(workspace))
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO egress_limits (scope_id, workspace_id, session_id, egress, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
			ON CONFLICT (scope_id) DO UPDATE SET egress = excluded.egress, updated_at = excluded.updated_at`,
			text(scope), text(workspace), of, string(e), micros(s.now()))
		return err
	})
}
