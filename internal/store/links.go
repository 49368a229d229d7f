package store

import (
	"context"
	"database/sql"

	"tabletalk/internal/account"
	"tabletalk/internal/fault"
)

const linkColumns = `id, hash, purpose, workspace_id, coalesce(user_id, ''), coalesce(login_id, ''), email, role, expires_at, created_at`

// AddLink stores a link; one that sets up or resets stands in place of the
// earlier ones.
func (s *Store) AddLink(ctx context.Context, l account.Link) error {
	return s.inTx(ctx, "store.AddLink", func(tx *sql.Tx) error {
		if l.Purpose == account.SetUp || l.Purpose == account.Reset {
			if _, err := tx.ExecContext(ctx, `DELETE FROM links WHERE purpose = $1 AND workspace_id = $2 AND coalesce(user_id, '') = $3`,
				string(l.Purpose), l.Workspace, l.UserID); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO links (id, hash, purpose, workspace_id, user_id, login_id, email, role, expires_at, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`,
			l.ID, l.Hash, string(l.Purpose), l.Workspace, orNull(l.UserID), orNull(l.LoginID), text(l.Email), string(l.Role), micros(l.ExpiresAt), micros(l.CreatedAt))
		return err
	})
}

// Link gives a link that was not used and is not over.
func (s *Store) Link(ctx context.Context, hash string, purpose account.Purpose) (*account.Link, error) {
	l, err := s.linkOf(ctx, s.read, hash, purpose)
	return l, s.fail("store.Link", err)
}

// TakeLink uses a link up: of two at once one gets it.
func (s *Store) TakeLink(ctx context.Context, hash string, purpose account.Purpose) (l *account.Link, err error) {
	err = s.inTx(ctx, "store.TakeLink", func(tx *sql.Tx) error {
		if l, err = s.linkOf(ctx, tx, hash, purpose); err != nil {
			return err
		}
		return s.useLink(ctx, tx, hash)
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

func (s *Store) linkOf(ctx context.Context, q querier, hash string, purpose account.Purpose) (*account.Link, error) {
	var r linkRow
	row := q.QueryRowContext(ctx, `SELECT `+linkColumns+` FROM links WHERE hash = $1 AND purpose = $2 AND expires_at > $3`, hash, string(purpose), micros(s.now()))
	if err := one(row, spent(), r.fields()...); err != nil {
		return nil, err
	}
	return r.link(), nil
}

func (s *Store) useLink(ctx context.Context, q querier, hash string) error {
	return change(ctx, q, spent(), `DELETE FROM links WHERE hash = $1 AND expires_at > $2`, hash, micros(s.now()))
}

// Invitations lists those that nobody used yet, newest first.
func (s *Store) Invitations(ctx context.Context, workspace string) ([]account.Link, error) {
	list := []account.Link{}
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		var r linkRow
		if err := rows.Scan(r.fields()...); err != nil {
			return err
		}
		list = append(list, *r.link())
		return nil
	}, `SELECT `+linkColumns+` FROM links WHERE workspace_id = $1 AND purpose = $2 AND expires_at > $3 ORDER BY created_at DESC, id DESC`,
		text(workspace), string(account.Invite), micros(s.now()))
	return list, s.fail("store.Invitations", err)
}

// DeleteInvitation takes an invitation back.
func (s *Store) DeleteInvitation(ctx context.Context, workspace, id string) error {
	err := change(ctx, s.write, missing("link", "There is no such invitation."), `DELETE FROM links WHERE id = $1 AND workspace_id = $2 AND purpose = $3`,
		text(id), text(workspace), string(account.Invite))
	return s.fail("store.DeleteInvitation", err)
}

func spent() *fault.Error {
	return fault.New(fault.Invalid, "link_invalid", "The link is not valid, was used, or its time is over.").WithHint("Ask for a new one.")
}

type linkRow struct {
	v             account.Link
	purpose, role string
	ends, created int64
}

func (r *linkRow) fields() []any {
	return []any{&r.v.ID, &r.v.Hash, &r.purpose, &r.v.Workspace, &r.v.UserID, &r.v.LoginID, &r.v.Email, &r.role, &r.ends, &r.created}
}

func (r *linkRow) link() *account.Link {
	r.v.Purpose, r.v.Role = account.Purpose(r.purpose), account.Role(r.role)
	r.v.ExpiresAt, r.v.CreatedAt = fromMicros(r.ends), fromMicros(r.created)
	return &r.v
}
