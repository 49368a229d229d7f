package store

import (
	"context"
	"database/sql"
	"errors"

	"tabletalk/internal/account"
	"tabletalk/internal/fault"
)

// AddLogin begins a login with the hash of its first long token.
func (s *Store) AddLogin(ctx context.Context, l account.Login, hash string) error {
	return s.inTx(ctx, "store.AddLogin", func(tx *sql.Tx) error {
		at := micros(l.CreatedAt)
		if err := change(ctx, tx, noUser(), `UPDATE users SET seen_at = $1 WHERE id = $2 AND active = $3`, at, l.UserID, true); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO logins (id, user_id, agent, address, idle_until, expires_at, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`, l.ID, l.UserID, text(l.Agent), l.Address, micros(l.IdleUntil), micros(l.ExpiresAt), at)
		if err != nil {
			return err
		}
		return addLoginToken(ctx, tx, hash, l.ID, at)
	})
}

func addLoginToken(ctx context.Context, tx *sql.Tx, hash, loginID string, at int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO login_tokens (hash, login_id, used_at, created_at, updated_at) VALUES ($1, $2, 0, $3, $3)`, hash, loginID, at)
	return err
}

// Exchange makes one long token of another. One that was exchanged before ends
// its login, unless the same exchange is made again soon and nobody has gone
// on from it.
func (s *Store) Exchange(ctx context.Context, x account.Exchange) (*account.Exchanged, error) {
	var out account.Exchanged
	err := s.inTx(ctx, "store.Exchange", func(tx *sql.Tx) error {
		out = account.Exchanged{}
		// Two at once meet here; the second sees what the first has done.
		if _, err := tx.ExecContext(ctx, `UPDATE login_tokens SET updated_at = updated_at WHERE hash = $1`, x.Old); err != nil {
			return err
		}
		var r userRow
		var used int64
		row := tx.QueryRowContext(ctx, `SELECT t.used_at, l.id, `+userColumns+` FROM login_tokens t JOIN logins l ON l.id = t.login_id JOIN users u ON u.id = l.user_id
			WHERE t.hash = $1 AND l.expires_at > $2 AND l.idle_until > $2 AND u.active = $3`, x.Old, micros(x.Now), true)
		if err := one(row, noLogin(), append([]any{&used, &out.LoginID}, r.fields()...)...); err != nil {
			return err
		}
		out.User = *r.user()
		return s.exchange(ctx, tx, x, used, &out)
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

func (s *Store) exchange(ctx context.Context, tx *sql.Tx, x account.Exchange, used int64, out *account.Exchanged) error {
	now := micros(x.Now)
	if used != 0 {
		again, err := s.sameAgain(ctx, tx, x, used)
		if err != nil || again {
			return err
		}
		out.Reused = true
		_, err = tx.ExecContext(ctx, `DELETE FROM logins WHERE id = $1`, out.LoginID)
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE login_tokens SET used_at = $1, updated_at = $1 WHERE hash = $2`, now, x.Old); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE logins SET idle_until = $1, updated_at = $2 WHERE id = $3`, micros(x.IdleUntil), now, out.LoginID); err != nil {
		return err
	}
	return addLoginToken(ctx, tx, x.New, out.LoginID, now)
}

func (s *Store) sameAgain(ctx context.Context, tx *sql.Tx, x account.Exchange, used int64) (bool, error) {
	if micros(x.Now)-used > x.Grace.Microseconds() {
		return false, nil
	}
	var next int64
	err := tx.QueryRowContext(ctx, `SELECT used_at FROM login_tokens WHERE hash = $1`, x.New).Scan(&next)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return next == 0, err
}

// Standing gives the user of a login that is not over, if active.
func (s *Store) Standing(ctx context.Context, loginID string) (*account.User, error) {
	var r userRow
	row := s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM logins l JOIN users u ON u.id = l.user_id
		WHERE l.id = $1 AND l.expires_at > $2 AND l.idle_until > $2 AND u.active = $3`, text(loginID), micros(s.now()), true)
	if err := one(row, noLogin(), r.fields()...); err != nil {
		return nil, s.fail("store.Standing", err)
	}
	return r.user(), nil
}

// LoginsOf lists where a user is logged in, newest first.
func (s *Store) LoginsOf(ctx context.Context, userID string) ([]account.Login, error) {
	list := []account.Login{}
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		var l account.Login
		var idle, ends, created, updated int64
		if err := rows.Scan(&l.ID, &l.UserID, &l.Agent, &l.Address, &idle, &ends, &created, &updated); err != nil {
			return err
		}
		l.IdleUntil, l.ExpiresAt, l.CreatedAt, l.UsedAt = fromMicros(idle), fromMicros(ends), fromMicros(created), fromMicros(updated)
		list = append(list, l)
		return nil
	}, `SELECT id, user_id, agent, address, idle_until, expires_at, created_at, updated_at FROM logins
		WHERE user_id = $1 AND expires_at > $2 AND idle_until > $2 ORDER BY created_at DESC, id DESC`, text(userID), micros(s.now()))
	return list, s.fail("store.LoginsOf", err)
}

// EndLogin ends one login of a user.
func (s *Store) EndLogin(ctx context.Context, userID, loginID string) error {
	err := change(ctx, s.write, noLogin(), `DELETE FROM logins WHERE id = $1 AND user_id = $2`, text(loginID), text(userID))
	return s.fail("store.EndLogin", err)
}

// EndLogins ends all logins of a user.
func (s *Store) EndLogins(ctx context.Context, userID string) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM logins WHERE user_id = $1`, text(userID))
	return s.fail("store.EndLogins", err)
}

// ForgetEnded removes logins, links and keys whose time is over, and what is
// kept of exchanges that nobody could repeat.
func (s *Store) ForgetEnded(ctx context.Context) error {
	now := micros(s.now())
	return s.inTx(ctx, "store.ForgetEnded", func(tx *sql.Tx) error {
		for _, statement := range []string{
			`DELETE FROM logins WHERE expires_at <= $1 OR idle_until <= $1`,
			`DELETE FROM links WHERE expires_at <= $1`,
			`DELETE FROM api_keys WHERE expires_at <= $1`,
		} {
			if _, err := tx.ExecContext(ctx, statement, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func noLogin() *fault.Error { return missing("login", "There is no such login.") }
