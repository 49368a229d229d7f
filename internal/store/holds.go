package store

import (
	"context"
	"database/sql"

	"tabletalk/internal/conversation"
)

// Hold keeps calls and money free for a question, as many as granted says of
// what was spent: that is counted, with what is held for others, in the same
// transaction, one at a time for a workspace.
func (s *Store) Hold(ctx context.Context, h conversation.Hold, granted func(conversation.Spending) (calls, micros int64, err error)) error {
	return s.inTx(ctx, "store.Hold", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE workspaces SET updated_at = updated_at WHERE id = $1`, text(h.Workspace)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM model_holds WHERE id = $1 OR until <= $2`, text(h.ID), micros(s.now())); err != nil {
			return err
		}
		spent, err := spending(ctx, tx, h)
		if err != nil {
			return err
		}
		calls, cost, err := granted(spent)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO model_holds (id, workspace_id, user_id, calls, micros, until) VALUES ($1, $2, $3, $4, $5, $6)`,
			text(h.ID), text(h.Workspace), text(h.Person), calls, cost, micros(h.Until))
		return err
	})
}

// Unhold gives back what was kept free and not spent.
func (s *Store) Unhold(ctx context.Context, id string) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM model_holds WHERE id = $1`, text(id))
	return s.fail("store.Unhold", err)
}

// spending counts what is spent or held on the day of a hold and in its month.
func spending(ctx context.Context, q querier, h conversation.Hold) (v conversation.Spending, err error) {
	today := h.At.UTC()
	row := q.QueryRowContext(ctx, `SELECT CAST(coalesce(sum(CASE WHEN x.day >= $3 THEN x.micros ELSE 0 END), 0) AS BIGINT), CAST(coalesce(sum(x.micros), 0) AS BIGINT) FROM (
		SELECT day, micros FROM model_spending WHERE workspace_id = $1 AND day >= $2
		UNION ALL SELECT $3, micros FROM model_holds WHERE workspace_id = $1) x`, text(h.Workspace), day(today.AddDate(0, 0, 1-today.Day())), day(today))
	if err := row.Scan(&v.Day, &v.Month); err != nil || h.Person == "" {
		return v, err
	}
	row = q.QueryRowContext(ctx, `SELECT CAST(coalesce(sum(x.calls), 0) AS BIGINT), CAST(coalesce(sum(x.micros), 0) AS BIGINT) FROM (
		SELECT calls, micros FROM model_people WHERE workspace_id = $1 AND user_id = $2 AND day = $3
		UNION ALL SELECT calls, micros FROM model_holds WHERE workspace_id = $1 AND user_id = $2) x`, text(h.Workspace), text(h.Person), day(today))
	return v, row.Scan(&v.PersonCalls, &v.PersonMicros)
}
