package store

import (
	"context"
	"database/sql"
	"time"

	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

const sessionColumns = `s.id, s.workspace_id, s.owner_id, s.name, s.status, s.version, s.created_at, s.updated_at, s.expires_at`

// CreateSession stores a new session. A workspace that does not exist is
// not_found, an id that exists a conflict.
func (s *Store) CreateSession(ctx context.Context, v session.Session, allowed func(owned int) error) error {
	return s.inTx(ctx, "store.CreateSession", func(tx *sql.Tx) error {
		if allowed != nil { // those of one workspace are counted one after the other
			if _, err := tx.ExecContext(ctx, `UPDATE workspaces SET updated_at = updated_at WHERE id = $1`, text(v.Workspace)); err != nil {
				return err
			}
			n, err := s.sessionsOf(ctx, tx, v.Workspace, v.Owner)
			if err == nil {
				err = allowed(n)
			}
			if err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO sessions
			(id, workspace_id, owner_id, name, status, version, created_at, updated_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			v.ID, v.Workspace, text(v.Owner), text(v.Name), string(v.Status), v.Version,
			micros(v.CreatedAt), micros(v.UpdatedAt), micros(v.ExpiresAt))
		return err
	})
}

// Session gives an active session of the workspace.
func (s *Store) Session(ctx context.Context, workspace, id string) (*session.Session, error) {
	row := s.read.QueryRowContext(ctx, `SELECT `+sessionColumns+` FROM sessions s
		WHERE s.id = $1 AND s.workspace_id = $2 AND s.status = 'active' AND s.expires_at > $3`,
		text(id), text(workspace), micros(s.now()))
	var r sessionRow
	if err := one(row, noSession(), r.fields()...); err != nil {
		return nil, s.fail("store.Session", err)
	}
	return r.session(), nil
}

// Sessions lists the active sessions of a workspace, newest first: those that
// a person owns or shares, with what they are there, or all for nobody.
func (s *Store) Sessions(ctx context.Context, workspace, person string, p session.Page) ([]session.Session, string, error) {
	limit, from, err := pageOf(p)
	if err != nil {
		return nil, "", err
	}
	list := []session.Session{}
	err = each(ctx, s.read, func(rows *sql.Rows) error {
		var r sessionRow
		if err := rows.Scan(append(r.fields(), &r.v.Role)...); err != nil {
			return err
		}
		list = append(list, *r.session())
		return nil
	}, `SELECT `+sessionColumns+`, CASE WHEN $6 = '' THEN '' WHEN s.owner_id = $6 THEN 'owner' ELSE coalesce(h.role, '') END
		FROM sessions s LEFT JOIN shares h ON h.session_id = s.id AND h.user_id = $6
		WHERE s.workspace_id = $1 AND s.status = 'active' AND s.expires_at > $2
		  AND ($6 = '' OR s.owner_id = $6 OR h.user_id IS NOT NULL)
		  AND (s.created_at < $3 OR (s.created_at = $3 AND s.id < $4))
		ORDER BY s.created_at DESC, s.id DESC LIMIT $5`,
		text(workspace), micros(s.now()), from.at, from.id, limit+1, text(person))
	if err != nil {
		return nil, "", s.fail("store.Sessions", err)
	}
	list, next := paged(list, limit, func(v session.Session) position { return position{micros(v.CreatedAt), v.ID} })
	return list, next, nil
}

// sessionsOf counts the active sessions that a person owns.
func (s *Store) sessionsOf(ctx context.Context, q querier, workspace, owner string) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM sessions WHERE workspace_id = $1 AND owner_id = $2 AND status = 'active' AND expires_at > $3`,
		text(workspace), text(owner), micros(s.now())).Scan(&n)
	return n, err
}

// UpdateSession stores name, status and end of a session that was read
// before. A session that somebody changed since (its UpdatedAt is another) is
// a conflict: read it again.
func (s *Store) UpdateSession(ctx context.Context, v session.Session) error {
	const op = "store.UpdateSession"
	old := micros(v.UpdatedAt)
	now := max(micros(s.now()), old+1)
	return s.inTx(ctx, op, func(tx *sql.Tx) error {
		lacking := fault.New(fault.Conflict, "session_changed", "Somebody else changed the session at the same time.").
			WithHint("Load it again and repeat the change.")
		err := change(ctx, tx, lacking, `UPDATE sessions SET name = $1, status = $2, expires_at = $3, updated_at = $4
			WHERE id = $5 AND workspace_id = $6 AND updated_at = $7 AND status = 'active' AND expires_at > $8`,
			text(v.Name), string(v.Status), micros(v.ExpiresAt), now, v.ID, v.Workspace, old, micros(s.now()))
		if err != error(lacking) {
			return err
		}
		return s.whyUnchanged(ctx, tx, v, lacking)
	})
}

// whyUnchanged tells a session that is not there from one that was changed.
func (s *Store) whyUnchanged(ctx context.Context, q querier, v session.Session, changed *fault.Error) error {
	var n int
	row := q.QueryRowContext(ctx, `SELECT 1 FROM sessions
		WHERE id = $1 AND workspace_id = $2 AND status = 'active' AND expires_at > $3`, v.ID, v.Workspace, micros(s.now()))
	if err := one(row, noSession(), &n); err != nil {
		return err
	}
	return changed
}

// DeleteSession removes a session, expired or not, with everything it owns.
// The content of its tables is released (see ReleasedBlobs).
func (s *Store) DeleteSession(ctx context.Context, workspace, id string) error {
	return s.inTx(ctx, "store.DeleteSession", func(tx *sql.Tx) error {
		// Whoever is adding a file to it finishes first, and no other begins.
		if err := change(ctx, tx, noSession(), `UPDATE sessions SET status = 'expired' WHERE id = $1 AND workspace_id = $2`,
			text(id), text(workspace)); err != nil {
			return err
		}
		if err := s.release(ctx, tx, `SELECT t.blob_key, t.index_key FROM tables t JOIN sessions s ON s.id = t.session_id
			WHERE s.id = $1 AND s.workspace_id = $2
			UNION SELECT b.blob_key, '' FROM file_blobs b JOIN files f ON f.id = b.file_id JOIN sessions s ON s.id = f.session_id
			WHERE s.id = $1 AND s.workspace_id = $2`, text(id), text(workspace)); err != nil {
			return err
		}
		return change(ctx, tx, noSession(), `DELETE FROM sessions WHERE id = $1 AND workspace_id = $2`, text(id), text(workspace))
	})
}

// ExpiredSessions gives sessions that have ended, those that ended first at
// the front, at most limit.
func (s *Store) ExpiredSessions(ctx context.Context, now time.Time, limit int) ([]session.Session, error) {
	list, err := s.sessionList(ctx, `SELECT `+sessionColumns+` FROM sessions s
		WHERE s.expires_at <= $1 ORDER BY s.expires_at, s.id LIMIT $2`, micros(now), limit)
	return list, s.fail("store.ExpiredSessions", err)
}

// RaiseVersion says that data or definitions of a session changed.
func (s *Store) RaiseVersion(ctx context.Context, workspace, id string) error {
	return s.inTx(ctx, "store.RaiseVersion", func(tx *sql.Tx) error {
		if err := s.live(ctx, tx, workspace, id); err != nil {
			return err
		}
		return s.raise(ctx, tx, id)
	})
}

// raise counts the version of an active session up and touches it.
func (s *Store) raise(ctx context.Context, q querier, id string) error {
	now := micros(s.now())
	return change(ctx, q, noSession(), `UPDATE sessions SET version = version + 1,
		updated_at = CASE WHEN updated_at < $1 THEN $1 ELSE updated_at + 1 END
		WHERE id = $2 AND status = 'active' AND expires_at > $3`, now, text(id), now)
}

// live says whether a session is there; an empty workspace means any.
func (s *Store) live(ctx context.Context, q querier, workspace, id string) error {
	var n int
	row := q.QueryRowContext(ctx, `SELECT 1 FROM sessions WHERE id = $1 AND ($2 = '' OR workspace_id = $2)
		AND status = 'active' AND expires_at > $3`, text(id), text(workspace), micros(s.now()))
	return one(row, noSession(), &n)
}

func (s *Store) sessionList(ctx context.Context, query string, args ...any) ([]session.Session, error) {
	list := []session.Session{}
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		var r sessionRow
		if err := rows.Scan(r.fields()...); err != nil {
			return err
		}
		list = append(list, *r.session())
		return nil
	}, query, args...)
	return list, err
}

// sessionRow is a session as it is stored.
type sessionRow struct {
	v                      session.Session
	status                 string
	created, updated, ends int64
}

func (r *sessionRow) fields() []any {
	return []any{&r.v.ID, &r.v.Workspace, &r.v.Owner, &r.v.Name, &r.status, &r.v.Version, &r.created, &r.updated, &r.ends}
}

func (r *sessionRow) session() *session.Session {
	r.v.Status = session.Status(r.status)
	r.v.CreatedAt, r.v.UpdatedAt, r.v.ExpiresAt = fromMicros(r.created), fromMicros(r.updated), fromMicros(r.ends)
	return &r.v
}
