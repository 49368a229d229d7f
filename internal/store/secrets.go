package store

import (
	"context"
	"database/sql"

	"tabletalk/internal/fault"
	"tabletalk/internal/vault"
)

var _ vault.Store = (*Store)(nil)

// PutSecret stores a sealed secret in the place of the one before.
func (s *Store) PutSecret(ctx context.Context, v vault.Secret) error {
	_, err := s.write.ExecContext(ctx, `INSERT INTO secrets (workspace_id, name, sealed, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (workspace_id, name) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at`,
		text(v.Workspace), text(v.Name), v.Sealed, micros(v.UpdatedAt))
	return s.fail("store.PutSecret", err)
}

// Secret gives a sealed secret.
func (s *Store) Secret(ctx context.Context, p vault.Place) (*vault.Secret, error) {
	v := vault.Secret{Place: p}
	var updated int64
	row := s.read.QueryRowContext(ctx, `SELECT sealed, updated_at FROM secrets WHERE workspace_id = $1 AND name = $2`, text(p.Workspace), text(p.Name))
	if err := one(row, noSecret(), &v.Sealed, &updated); err != nil {
		return nil, s.fail("store.Secret", err)
	}
	v.UpdatedAt = fromMicros(updated)
	return &v, nil
}

// Secrets lists the sealed secrets of a workspace, or of all, by name.
func (s *Store) Secrets(ctx context.Context, workspace string) ([]vault.Secret, error) {
	list := []vault.Secret{}
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		var v vault.Secret
		var updated int64
		err := rows.Scan(&v.Workspace, &v.Name, &v.Sealed, &updated)
		v.UpdatedAt = fromMicros(updated)
		list = append(list, v)
		return err
	}, `SELECT workspace_id, name, sealed, updated_at FROM secrets WHERE $1 = '' OR workspace_id = $1 ORDER BY workspace_id, name`, text(workspace))
	return list, s.fail("store.Secrets", err)
}

// DeleteSecret forgets a secret.
func (s *Store) DeleteSecret(ctx context.Context, p vault.Place) error {
	err := change(ctx, s.write, noSecret(), `DELETE FROM secrets WHERE workspace_id = $1 AND name = $2`, text(p.Workspace), text(p.Name))
	return s.fail("store.DeleteSecret", err)
}

// ResealSecret stores a secret under another key, if it is still the same.
func (s *Store) ResealSecret(ctx context.Context, v vault.Secret, sealed []byte) error {
	_, err := s.write.ExecContext(ctx, `UPDATE secrets SET sealed = $1 WHERE workspace_id = $2 AND name = $3 AND sealed = $4`,
		sealed, text(v.Workspace), text(v.Name), v.Sealed)
	return s.fail("store.ResealSecret", err)
}

func noSecret() *fault.Error { return missing("secret", "There is no such secret.") }
