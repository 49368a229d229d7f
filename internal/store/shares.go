package store

import (
	"context"
	"database/sql"
	"errors"

	"tabletalk/internal/session"
)

// belongs gives the session of an object of each kind.
var belongs = map[session.Kind]string{
	session.OfSession: `SELECT $1`,
	session.OfFile:    `SELECT session_id FROM files WHERE id = $1`,
	session.OfTable:   `SELECT session_id FROM tables WHERE id = $1`,
	session.OfQuery:   `SELECT session_id FROM queries WHERE id = $1`,
	session.OfJob:     `SELECT session_id FROM jobs WHERE id = $1`,
}

// Right gives what a person may do with the active session that an object
// belongs to.
func (s *Store) Right(ctx context.Context, workspace, person string, of session.Kind, id string) (session.Right, string, error) {
	var owner, sessionID, role string
	err := s.read.QueryRowContext(ctx, `SELECT s.id, s.owner_id, coalesce(h.role, '') FROM sessions s
		LEFT JOIN shares h ON h.session_id = s.id AND h.user_id = $2
		WHERE s.id = (`+belongs[of]+`) AND s.workspace_id = $3 AND s.status = 'active' AND s.expires_at > $4`,
		text(id), text(person), text(workspace), micros(s.now())).Scan(&sessionID, &owner, &role)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return session.None, "", nil
	case err != nil:
		return session.None, "", s.fail("store.Right", err)
	case owner == person && person != "":
		return session.Own, sessionID, nil
	}
	return session.RightOf(role), sessionID, nil
}

// Share gives a user of the session's workspace a right to it; its owner has
// all of them already.
func (s *Store) Share(ctx context.Context, workspace, id, userID string, r session.Right) error {
	return s.inTx(ctx, "store.Share", func(tx *sql.Tx) error {
		if err := s.live(ctx, tx, workspace, id); err != nil {
			return err
		}
		now := micros(s.now())
		return change(ctx, tx, noUser(), `INSERT INTO shares (session_id, user_id, role, created_at, updated_at)
			SELECT s.id, u.id, $1, $2, $2 FROM users u JOIN sessions s ON s.workspace_id = u.workspace_id
			WHERE u.id = $3 AND s.id = $4 AND s.workspace_id = $5 AND s.owner_id <> u.id
			ON CONFLICT (session_id, user_id) DO UPDATE SET role = excluded.role, updated_at = excluded.updated_at`,
			r.Role(), now, text(userID), text(id), text(workspace))
	})
}

// Unshare takes a right back.
func (s *Store) Unshare(ctx context.Context, workspace, id, userID string) error {
	err := change(ctx, s.write, missing("share", "The session is not shared with that user."), `DELETE FROM shares
		WHERE session_id = $1 AND user_id = $2 AND session_id IN (SELECT id FROM sessions WHERE workspace_id = $3)`, text(id), text(userID), text(workspace))
	return s.fail("store.Unshare", err)
}

// SharesOf lists with whom a session is shared, in the order in which that
// began.
func (s *Store) SharesOf(ctx context.Context, workspace, id string) ([]session.Share, error) {
	list := []session.Share{}
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		var v session.Share
		var created int64
		if err := rows.Scan(&v.UserID, &v.Email, &v.Name, &v.Role, &created); err != nil {
			return err
		}
		v.CreatedAt = fromMicros(created)
		list = append(list, v)
		return nil
	}, `SELECT u.id, u.email, u.name, h.role, h.created_at FROM shares h JOIN users u ON u.id = h.user_id JOIN sessions s ON s.id = h.session_id
		WHERE h.session_id = $1 AND s.workspace_id = $2 ORDER BY h.created_at, u.id`, text(id), text(workspace))
	return list, s.fail("store.SharesOf", err)
}
