package store

import (
	"context"
	"database/sql"
	"math"
	"strings"
	"time"

	"tabletalk/internal/audit"
	"tabletalk/internal/session"
)

var _ audit.Store = (*Store)(nil)

// AddEntry adds an entry to the audit log.
func (s *Store) AddEntry(ctx context.Context, e audit.Entry) error {
	_, err := s.write.ExecContext(ctx, `INSERT INTO audit (id, workspace_id, actor_id, action, object, outcome, request_id, address, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
		e.ID, text(e.Workspace), text(e.ActorID), text(e.Action), text(e.Object), text(e.Outcome), text(e.RequestID), text(e.Address), micros(e.CreatedAt))
	return s.fail("store.AddEntry", err)
}

// Entries lists entries of a workspace, newest first.
func (s *Store) Entries(ctx context.Context, workspace string, f audit.Filter, p session.Page) ([]audit.Entry, string, error) {
	limit, from, err := pageOf(p)
	if err != nil {
		return nil, "", err
	}
	list := []audit.Entry{}
	err = each(ctx, s.read, func(rows *sql.Rows) error {
		var e audit.Entry
		var created int64
		if err := rows.Scan(&e.ID, &e.Workspace, &e.ActorID, &e.Actor, &e.Action, &e.Object, &e.Outcome, &e.RequestID, &e.Address, &created); err != nil {
			return err
		}
		e.CreatedAt = fromMicros(created)
		list = append(list, e)
		return nil
	}, `SELECT a.id, a.workspace_id, a.actor_id, coalesce(u.email, ''), a.action, a.object, a.outcome, a.request_id, a.address, a.created_at
		FROM audit a LEFT JOIN users u ON u.id = a.actor_id
		WHERE a.workspace_id = $1 AND (a.created_at < $2 OR (a.created_at = $2 AND a.id < $3))
		  AND ($4 = '' OR a.actor_id = $4) AND ($5 = '' OR a.action = $5) AND ($6 = '' OR a.object = $6) AND ($7 = '' OR a.outcome = $7)
		  AND a.created_at >= $8 AND a.created_at < $9
		  AND ($10 = '' OR lower(a.action || ' ' || a.object || ' ' || a.outcome || ' ' || a.request_id || ' ' || a.actor_id || ' ' || coalesce(u.email, '')) LIKE $10 ESCAPE '!')
		ORDER BY a.created_at DESC, a.id DESC LIMIT $11`,
		text(workspace), from.at, from.id, text(f.Actor), text(f.Action), text(f.Object), text(f.Outcome), edge(f.After, 0), edge(f.Before, math.MaxInt64), holding(f.Text), limit+1)
	if err != nil {
		return nil, "", s.fail("store.Entries", err)
	}
	list, next := paged(list, limit, func(e audit.Entry) position { return position{micros(e.CreatedAt), e.ID} })
	return list, next, nil
}

// ForgetEntries removes what was written before a time.
func (s *Store) ForgetEntries(ctx context.Context, before time.Time) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM audit WHERE created_at < $1`, micros(before))
	return s.fail("store.ForgetEntries", err)
}

// holding is the pattern of what holds a text, whatever its letters' case; none
// for no text.
func holding(part string) string {
	if part == "" {
		return ""
	}
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(text(part))) + "%"
}

// edge is a time that may be missing.
func edge(t time.Time, otherwise int64) int64 {
	if t.IsZero() {
		return otherwise
	}
	return micros(t)
}
