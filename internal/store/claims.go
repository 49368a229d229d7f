package store

import (
	"context"
	"database/sql"
	"errors"

	"tabletalk/internal/dataset"
)

// Claim keeps room free, unless allowed says that it is not there: what is
// stored and what others claimed is counted in the same transaction, one at a
// time for a workspace.
func (s *Store) Claim(ctx context.Context, c dataset.Claim, allowed func(dataset.Stored) error) error {
	const op = "store.Claim"
	return s.inTx(ctx, op, func(tx *sql.Tx) error {
		row := tx.QueryRowContext(ctx, `SELECT owner_id, workspace_id FROM sessions WHERE id = $1`, text(c.SessionID))
		if err := row.Scan(&c.Owner, &c.Workspace); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE workspaces SET updated_at = updated_at WHERE id = $1`, text(c.Workspace)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM claims WHERE id = $1 OR until <= $2`, text(c.ID), micros(s.now())); err != nil {
			return err
		}
		stored, err := taken(ctx, tx, c.Place)
		if err == nil {
			err = allowed(stored)
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO claims (id, session_id, owner_id, workspace_id, holder, size, until) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			text(c.ID), text(c.SessionID), text(c.Owner), text(c.Workspace), text(c.Holder), c.Bytes, micros(c.Until))
		return err
	})
}

// Unclaim gives room back.
func (s *Store) Unclaim(ctx context.Context, id string) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM claims WHERE id = $1`, text(id))
	return s.fail("store.Unclaim", err)
}

// UnclaimAll gives back what a process claimed that is not there any more.
func (s *Store) UnclaimAll(ctx context.Context, holder string) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM claims WHERE holder = $1 AND holder <> ''`, text(holder))
	return s.fail("store.UnclaimAll", err)
}

// taken counts what is stored or claimed: in a session, in all sessions of its
// owner, and in all of its workspace. What was uploaded counts, and the tables
// that questions see.
func taken(ctx context.Context, q querier, p dataset.Place) (v dataset.Stored, err error) {
	row := q.QueryRowContext(ctx, `SELECT CAST(coalesce(sum(CASE WHEN x.id = $1 THEN x.size ELSE 0 END), 0) AS BIGINT),
			CAST(coalesce(sum(CASE WHEN x.owner_id = $2 THEN x.size ELSE 0 END), 0) AS BIGINT), CAST(coalesce(sum(x.size), 0) AS BIGINT) FROM (
		SELECT s.id, s.owner_id, f.size FROM sessions s JOIN files f ON f.session_id = s.id WHERE f.status <> 'failed' AND s.workspace_id = $3
		UNION ALL SELECT s.id, s.owner_id, t.size FROM sessions s JOIN tables t ON t.session_id = s.id WHERE s.workspace_id = $3
		UNION ALL SELECT c.session_id, c.owner_id, c.size FROM claims c WHERE c.workspace_id = $3) x`, text(p.SessionID), text(p.Owner), text(p.Workspace))
	err = row.Scan(&v.Session, &v.Owner, &v.Workspace)
	return v, err
}
