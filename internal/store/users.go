package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"tabletalk/internal/account"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

var _ account.Store = (*Store)(nil)

const userColumns = `u.id, u.workspace_id, u.email, u.name, u.role, u.active, u.password, coalesce(u.subject, ''), u.seen_at, u.created_at, u.updated_at`

// AddUser stores a user, uses a link up where one is named, and gives them the
// sessions of the local user where they take over; all or nothing.
func (s *Store) AddUser(ctx context.Context, u account.User, link string, takeOver bool) error {
	return s.inTx(ctx, "store.AddUser", func(tx *sql.Tx) error {
		if link != "" {
			if err := s.useLink(ctx, tx, link); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO users
			(id, workspace_id, email, email_key, name, role, active, password, subject, seen_at, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $10)`,
			u.ID, u.Workspace, text(u.Email), mailKey(u.Email), text(u.Name), string(u.Role), u.Active, u.Password, orNull(u.Subject), micros(u.CreatedAt))
		if err != nil || !takeOver {
			return s.mailTaken(err)
		}
		_, err = tx.ExecContext(ctx, `UPDATE sessions SET owner_id = $1 WHERE owner_id = $2 AND workspace_id = $3`, u.ID, session.LocalOwner, u.Workspace)
		return err
	})
}

// mailTaken names what is there once.
func (s *Store) mailTaken(err error) error {
	if fault.Is(s.fail("", err), "exists") {
		return fault.New(fault.Conflict, "email_taken", "There is already an account with that address.").
			WithHint("Log in, or ask for a link that sets a new password.").Because(err)
	}
	return err
}

func mailKey(email string) string { return account.MailKey(text(email)) }

func orNull(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// User gives a user.
func (s *Store) User(ctx context.Context, id string) (*account.User, error) {
	return s.userWhere(ctx, "store.User", `u.id = $1`, text(id))
}

// UserByEmail gives the user with an address.
func (s *Store) UserByEmail(ctx context.Context, email string) (*account.User, error) {
	return s.userWhere(ctx, "store.UserByEmail", `u.email_key = $1`, mailKey(email))
}

// UserBySubject gives the user whom a provider knows.
func (s *Store) UserBySubject(ctx context.Context, subject string) (*account.User, error) {
	return s.userWhere(ctx, "store.UserBySubject", `u.subject = $1`, text(subject))
}

func (s *Store) userWhere(ctx context.Context, op, condition string, args ...any) (*account.User, error) {
	var r userRow
	row := s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users u WHERE `+condition, args...)
	if err := one(row, noUser(), r.fields()...); err != nil {
		return nil, s.fail(op, err)
	}
	return r.user(), nil
}

// Users lists the users of a workspace, newest first.
func (s *Store) Users(ctx context.Context, workspace string, p session.Page) ([]account.User, string, error) {
	limit, from, err := pageOf(p)
	if err != nil {
		return nil, "", err
	}
	list := []account.User{}
	err = each(ctx, s.read, func(rows *sql.Rows) error {
		var r userRow
		if err := rows.Scan(r.fields()...); err != nil {
			return err
		}
		list = append(list, *r.user())
		return nil
	}, `SELECT `+userColumns+` FROM users u WHERE u.workspace_id = $1 AND (u.created_at < $2 OR (u.created_at = $2 AND u.id < $3))
		ORDER BY u.created_at DESC, u.id DESC LIMIT $4`, text(workspace), from.at, from.id, limit+1)
	if err != nil {
		return nil, "", s.fail("store.Users", err)
	}
	list, next := paged(list, limit, func(u account.User) position { return position{micros(u.CreatedAt), u.ID} })
	return list, next, nil
}

// ChangeUser stores what can change of a user. The last active administrator
// stays one.
func (s *Store) ChangeUser(ctx context.Context, u account.User) error {
	return s.inTx(ctx, "store.ChangeUser", func(tx *sql.Tx) error {
		var before string
		row := tx.QueryRowContext(ctx, `SELECT CASE WHEN active THEN role ELSE '' END FROM users WHERE id = $1`, u.ID)
		if err := one(row, noUser(), &before); err != nil {
			return err
		}
		err := change(ctx, tx, noUser(), `UPDATE users SET email = $1, email_key = $2, name = $3, role = $4, active = $5, password = $6, subject = $7, updated_at = $8
			WHERE id = $9`, text(u.Email), mailKey(u.Email), text(u.Name), string(u.Role), u.Active, u.Password, orNull(u.Subject), micros(u.UpdatedAt), u.ID)
		if err != nil {
			return s.mailTaken(err)
		}
		if before != string(account.Admin) || u.Role == account.Admin && u.Active {
			return nil
		}
		return s.stillAdministered(ctx, tx, u.Workspace)
	})
}

// stillAdministered refuses to leave a workspace that has users without an
// administrator. Two who leave at once meet at the row of the workspace.
func (s *Store) stillAdministered(ctx context.Context, tx *sql.Tx, workspace string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE workspaces SET updated_at = $1 WHERE id = $2`, micros(s.now()), workspace); err != nil {
		return err
	}
	n, err := administrators(ctx, tx, workspace)
	if err != nil || n > 0 {
		return err
	}
	return fault.New(fault.Conflict, "last_admin", "The last administrator cannot leave.").WithHint("Make somebody else an administrator first.")
}

// Workspace gives the id of the workspace with a name, a new one where there is
// none.
func (s *Store) Workspace(ctx context.Context, name string) (id string, err error) {
	err = s.inTx(ctx, "store.Workspace", func(tx *sql.Tx) error {
		// Two who make the same one meet at the row of the first workspace.
		if _, err := tx.ExecContext(ctx, `UPDATE workspaces SET updated_at = updated_at WHERE id = $1`, session.DefaultWorkspace); err != nil {
			return err
		}
		row := tx.QueryRowContext(ctx, `SELECT id FROM workspaces WHERE name = $1 ORDER BY created_at LIMIT 1`, text(name))
		if err := row.Scan(&id); !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		id = uuid.Must(uuid.NewV7()).String()
		_, err := tx.ExecContext(ctx, `INSERT INTO workspaces (id, name, created_at, updated_at) VALUES ($1, $2, $3, $3)`, id, text(name), micros(s.now()))
		return err
	})
	return id, err
}

// Workspaces lists all workspaces, oldest first.
func (s *Store) Workspaces(ctx context.Context) (list []account.Workspace, err error) {
	err = each(ctx, s.read, func(rows *sql.Rows) error {
		var w account.Workspace
		err := rows.Scan(&w.ID, &w.Name)
		list = append(list, w)
		return err
	}, `SELECT id, name FROM workspaces ORDER BY created_at, id`)
	return list, s.fail("store.Workspaces", err)
}

// Administrators counts the active ones of a workspace.
func (s *Store) Administrators(ctx context.Context, workspace string) (int, error) {
	n, err := administrators(ctx, s.read, workspace)
	return n, s.fail("store.Administrators", err)
}

func administrators(ctx context.Context, q querier, workspace string) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM users WHERE workspace_id = $1 AND role = $2 AND active = $3`, text(workspace), string(account.Admin), true).Scan(&n)
	return n, err
}

// SetPassword stores a password's hash, uses a link up, and ends all logins
// but one.
func (s *Store) SetPassword(ctx context.Context, id, hash, link, keepLogin string) error {
	return s.inTx(ctx, "store.SetPassword", func(tx *sql.Tx) error {
		if link != "" {
			if err := s.useLink(ctx, tx, link); err != nil {
				return err
			}
		}
		if err := change(ctx, tx, noUser(), `UPDATE users SET password = $1, updated_at = $2 WHERE id = $3`, hash, micros(s.now()), text(id)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM links WHERE user_id = $1 AND purpose = $2`, text(id), string(account.Reset)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM logins WHERE user_id = $1 AND id <> $2`, text(id), text(keepLogin))
		return err
	})
}

// DeleteUser removes a user with logins, keys and shares. Their sessions were
// removed before.
func (s *Store) DeleteUser(ctx context.Context, id string) error {
	return s.inTx(ctx, "store.DeleteUser", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM model_people WHERE user_id = $1`, text(id)); err != nil {
			return err
		}
		return change(ctx, tx, noUser(), `DELETE FROM users WHERE id = $1`, text(id))
	})
}

func noUser() *fault.Error {
	return fault.New(fault.NotFound, "user_not_found", "There is no such user.").WithHint("Check the address, or ask an administrator to invite them.")
}

type userRow struct {
	v                      account.User
	role                   string
	seen, created, updated int64
}

func (r *userRow) fields() []any {
	return []any{&r.v.ID, &r.v.Workspace, &r.v.Email, &r.v.Name, &r.role, &r.v.Active, &r.v.Password, &r.v.Subject, &r.seen, &r.created, &r.updated}
}

func (r *userRow) user() *account.User {
	r.v.Role = account.Role(r.role)
	r.v.SeenAt, r.v.CreatedAt, r.v.UpdatedAt = zeroable(r.seen), fromMicros(r.created), fromMicros(r.updated)
	return &r.v
}

// zeroable reads a time that may never have been.
func zeroable(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return fromMicros(n)
}
