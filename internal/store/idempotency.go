package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"

	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

const (
	replyAge  = 24 * time.Hour   // how long a reply is remembered
	busyAge   = 15 * time.Minute // after this a request is taken to have died with its process
	maxKeyLen = 255
)

var _ session.Idempotency = (*Store)(nil)

// Begin claims an attempt, or gives the reply of the earlier one. Of two at
// the same moment exactly one gets the claim.
func (s *Store) Begin(ctx context.Context, a session.Attempt) (claim string, earlier *session.Reply, err error) {
	if !validKey(a.Key) {
		return "", nil, fault.New(fault.Malformed, "idempotency_key", "The Idempotency-Key is not usable.").
			WithHint("Send 1 to %d visible ASCII characters, for example a UUID.", maxKeyLen).At("store.Begin")
	}
	mine := uuid.Must(uuid.NewV7()).String()
	err = s.inTx(ctx, "store.Begin", func(tx *sql.Tx) error {
		claim, earlier = "", nil
		got, err := s.claim(ctx, tx, a, mine)
		if err != nil {
			return err
		}
		if got {
			claim = mine
			return nil
		}
		earlier, err = s.earlier(ctx, tx, a)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	return claim, earlier, nil
}

// claim takes a key that is new, outdated, or whose request died.
func (s *Store) claim(ctx context.Context, tx *sql.Tx, a session.Attempt, claim string) (bool, error) {
	now := s.now()
	res, err := tx.ExecContext(ctx, `INSERT INTO idempotency_keys
		(workspace_id, route, idem_key, body_hash, claim, done, status, content_type, body, busy_until, expires_at, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, 0, '', NULL, $7, $8, $9, $9)
		ON CONFLICT (workspace_id, route, idem_key) DO UPDATE SET body_hash = excluded.body_hash, claim = excluded.claim,
			done = excluded.done, status = 0, content_type = '', body = NULL, busy_until = excluded.busy_until,
			expires_at = excluded.expires_at, created_at = excluded.created_at, updated_at = excluded.updated_at
		WHERE idempotency_keys.expires_at <= $9 OR
			(NOT idempotency_keys.done AND idempotency_keys.busy_until <= $9 AND idempotency_keys.body_hash = excluded.body_hash)`,
		a.Workspace, a.Route, a.Key, a.BodyHash, claim, false,
		micros(now.Add(busyAge)), micros(now.Add(replyAge)), micros(now))
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func (s *Store) earlier(ctx context.Context, tx *sql.Tx, a session.Attempt) (*session.Reply, error) {
	var hash string
	var done bool
	var packed []byte
	var r session.Reply
	err := tx.QueryRowContext(ctx, `SELECT body_hash, done, status, content_type, body FROM idempotency_keys
		WHERE workspace_id = $1 AND route = $2 AND idem_key = $3`, a.Workspace, a.Route, a.Key).
		Scan(&hash, &done, &r.Status, &r.ContentType, &packed)
	switch {
	case err != nil:
		return nil, err
	case hash != a.BodyHash:
		return nil, fault.New(fault.Invalid, "idempotency_mismatch", "This Idempotency-Key was used with another request body.").
			WithHint("Use a new key for a new request.")
	case !done:
		return nil, fault.New(fault.Conflict, "idempotency_busy", "The first request with this Idempotency-Key is still running.").
			WithHint("Try again in a few seconds.")
	}
	r.Body, err = s.codec.unpackBytes(packed)
	return &r, err
}

// Finish keeps the reply under the claim.
func (s *Store) Finish(ctx context.Context, a session.Attempt, claim string, r session.Reply) error {
	packed, err := s.codec.packBytes(r.Body)
	if err != nil {
		return s.fail("store.Finish", err)
	}
	now := s.now()
	err = change(ctx, s.write, lostClaim(), `UPDATE idempotency_keys SET done = $1, status = $2, content_type = $3, body = $4,
		expires_at = $5, updated_at = $6 WHERE workspace_id = $7 AND route = $8 AND idem_key = $9 AND claim = $10`,
		true, r.Status, text(r.ContentType), packed, micros(now.Add(replyAge)), micros(now), a.Workspace, a.Route, a.Key, claim)
	return s.fail("store.Finish", err)
}

// Abandon frees the key of a request that had no effect.
func (s *Store) Abandon(ctx context.Context, a session.Attempt, claim string) error {
	err := change(ctx, s.write, lostClaim(), `DELETE FROM idempotency_keys
		WHERE workspace_id = $1 AND route = $2 AND idem_key = $3 AND claim = $4 AND NOT done`, a.Workspace, a.Route, a.Key, claim)
	return s.fail("store.Abandon", err)
}

// ForgetReplies removes replies that are older than a day.
func (s *Store) ForgetReplies(ctx context.Context) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM idempotency_keys WHERE expires_at <= $1`, micros(s.now()))
	return s.fail("store.ForgetReplies", err)
}

func lostClaim() *fault.Error {
	return fault.New(fault.Conflict, "idempotency_lost", "Another request with the same Idempotency-Key took over.").
		WithHint("Ask for the result instead of sending the request again.")
}

func validKey(key string) bool {
	if key == "" || len(key) > maxKeyLen {
		return false
	}
	for _, c := range []byte(key) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}
