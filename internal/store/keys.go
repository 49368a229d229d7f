package store

import (
	"context"
	"database/sql"

	"tabletalk/internal/account"
	"tabletalk/internal/fault"
)

const keyColumns = `k.id, k.user_id, k.name, k.hash, k.hint, k.scope, k.used_at, k.expires_at, k.created_at`

// AddKey stores a key; a user may have so many at most.
func (s *Store) AddKey(ctx context.Context, k account.Key, most int) error {
	return s.inTx(ctx, "store.AddKey", func(tx *sql.Tx) error {
		if err := change(ctx, tx, noUser(), `UPDATE users SET updated_at = updated_at WHERE id = $1`, k.UserID); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM api_keys WHERE user_id = $1 AND expires_at > $2`, k.UserID, micros(s.now())).Scan(&n); err != nil {
			return err
		}
		if n >= most {
			return fault.New(fault.Conflict, "too_many_keys", "You have %d keys, which is the most (max-user-keys).", n).WithHint("Delete one that is not needed.")
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO api_keys (id, user_id, name, hash, hint, scope, used_at, expires_at, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $8)`,
			k.ID, k.UserID, text(k.Name), k.Hash, k.Hint, string(k.Scope), micros(k.ExpiresAt), micros(k.CreatedAt))
		return err
	})
}

// KeyByHash gives a key that is not over, with its user, if active.
func (s *Store) KeyByHash(ctx context.Context, hash string) (*account.Key, *account.User, error) {
	var k keyRow
	var u userRow
	row := s.read.QueryRowContext(ctx, `SELECT `+keyColumns+`, `+userColumns+` FROM api_keys k JOIN users u ON u.id = k.user_id
		WHERE k.hash = $1 AND k.expires_at > $2 AND u.active = $3`, hash, micros(s.now()), true)
	if err := one(row, noKey(), append(k.fields(), u.fields()...)...); err != nil {
		return nil, nil, s.fail("store.KeyByHash", err)
	}
	return k.key(), u.user(), nil
}

// KeysOf lists the keys of a user, newest first.
func (s *Store) KeysOf(ctx context.Context, userID string) ([]account.Key, error) {
	list := []account.Key{}
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		var r keyRow
		if err := rows.Scan(r.fields()...); err != nil {
			return err
		}
		list = append(list, *r.key())
		return nil
	}, `SELECT `+keyColumns+` FROM api_keys k WHERE k.user_id = $1 AND k.expires_at > $2 ORDER BY k.created_at DESC, k.id DESC`, text(userID), micros(s.now()))
	return list, s.fail("store.KeysOf", err)
}

// UsedKey notes that a key was used.
func (s *Store) UsedKey(ctx context.Context, id string) error {
	_, err := s.write.ExecContext(ctx, `UPDATE api_keys SET used_at = $1, updated_at = $1 WHERE id = $2`, micros(s.now()), text(id))
	return s.fail("store.UsedKey", err)
}

// DeleteKey takes a key back.
func (s *Store) DeleteKey(ctx context.Context, userID, id string) error {
	err := change(ctx, s.write, noKey(), `DELETE FROM api_keys WHERE id = $1 AND user_id = $2`, text(id), text(userID))
	return s.fail("store.DeleteKey", err)
}

func noKey() *fault.Error { return missing("key", "There is no such key.") }

type keyRow struct {
	v                   account.Key
	scope               string
	used, ends, created int64
}

func (r *keyRow) fields() []any {
	return []any{&r.v.ID, &r.v.UserID, &r.v.Name, &r.v.Hash, &r.v.Hint, &r.scope, &r.used, &r.ends, &r.created}
}

func (r *keyRow) key() *account.Key {
	r.v.Scope = account.Scope(r.scope)
	r.v.UsedAt, r.v.ExpiresAt, r.v.CreatedAt = zeroable(r.used), fromMicros(r.ends), fromMicros(r.created)
	return &r.v
}
