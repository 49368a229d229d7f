package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"

	"tabletalk/internal/definition"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

const definitionColumns = `d.id, d.workspace_id, d.session_id, d.shape, d.document, d.created_at, d.updated_at`

// AddDefinition stores a definition and raises the version of the sessions
// that it is for.
func (s *Store) AddDefinition(ctx context.Context, d definition.Definition, limit int) error {
	const op = "store.AddDefinition"
	document, err := s.codec.pack(d.Meaning)
	if err != nil {
		return s.fail(op, err)
	}
	err = s.inTx(ctx, op, func(tx *sql.Tx) error {
		if err := s.raiseFor(ctx, tx, d); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM definitions WHERE scope_id = $1`, scopeOf(d)).Scan(&n); err != nil {
			return err
		}
		if n >= limit {
			return fault.New(fault.Conflict, "too_many_definitions", "There are already %d definitions, the limit max-definitions.", limit).
				WithHint("Delete some that are not needed.")
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO definitions
			(id, workspace_id, session_id, scope_id, identity, document, shape, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			d.ID, text(d.Workspace), sql.NullString{String: text(d.SessionID), Valid: d.SessionID != ""}, scopeOf(d), identity(d), document, d.Shape,
			micros(d.CreatedAt), micros(d.UpdatedAt))
		return err
	})
	return definedOnce(err)
}

// Definition gives a definition that is for a session.
func (s *Store) Definition(ctx context.Context, workspace, sessionID, id string) (*definition.Definition, error) {
	const op = "store.Definition"
	if err := s.live(ctx, s.read, workspace, sessionID); err != nil {
		return nil, s.fail(op, err)
	}
	row := s.read.QueryRowContext(ctx, `SELECT `+definitionColumns+` FROM definitions d
		WHERE d.id = $1 AND d.scope_id IN ($2, $3)`, text(id), text(sessionID), text(workspace))
	d, err := s.scanDefinition(func(into ...any) error { return one(row, noDefinition(), into...) })
	if err != nil {
		return nil, s.fail(op, err)
	}
	return &d, nil
}

// Definitions lists those of a session and of its workspace, newest first.
func (s *Store) Definitions(ctx context.Context, workspace, sessionID string, p session.Page) ([]definition.Definition, string, error) {
	const op = "store.Definitions"
	limit, from, err := pageOf(p)
	if err != nil {
		return nil, "", err
	}
	if err := s.live(ctx, s.read, workspace, sessionID); err != nil {
		return nil, "", s.fail(op, err)
	}
	list, err := s.definitionList(ctx, `SELECT `+definitionColumns+` FROM definitions d WHERE d.scope_id IN ($1, $2)
		AND (d.created_at < $3 OR (d.created_at = $3 AND d.id < $4))
		ORDER BY d.created_at DESC, d.id DESC LIMIT $5`, text(sessionID), text(workspace), from.at, from.id, limit+1)
	if err != nil {
		return nil, "", s.fail(op, err)
	}
	list, next := paged(list, limit, func(d definition.Definition) position { return position{micros(d.CreatedAt), d.ID} })
	return list, next, nil
}

// AllDefinitions gives everything that is for a session, oldest first.
func (s *Store) AllDefinitions(ctx context.Context, workspace, sessionID string) ([]definition.Definition, error) {
	list, err := s.definitionList(ctx, `SELECT `+definitionColumns+` FROM definitions d WHERE d.scope_id IN ($1, $2)
		ORDER BY d.created_at, d.id`, text(sessionID), text(workspace))
	return list, s.fail("store.AllDefinitions", err)
}

// ChangeDefinition stores what a definition says now.
func (s *Store) ChangeDefinition(ctx context.Context, d definition.Definition) error {
	const op = "store.ChangeDefinition"
	document, err := s.codec.pack(d.Meaning)
	if err != nil {
		return s.fail(op, err)
	}
	return definedOnce(s.inTx(ctx, op, func(tx *sql.Tx) error {
		if err := s.raiseFor(ctx, tx, d); err != nil {
			return err
		}
		return change(ctx, tx, noDefinition(), `UPDATE definitions SET identity = $1, document = $2, shape = $3, updated_at = $4
			WHERE id = $5 AND scope_id = $6`, identity(d), document, d.Shape, micros(d.UpdatedAt), text(d.ID), scopeOf(d))
	}))
}

// DeleteDefinition takes a definition back.
func (s *Store) DeleteDefinition(ctx context.Context, d definition.Definition) error {
	return s.inTx(ctx, "store.DeleteDefinition", func(tx *sql.Tx) error {
		if err := s.raiseFor(ctx, tx, d); err != nil {
			return err
		}
		return change(ctx, tx, noDefinition(), `DELETE FROM definitions WHERE id = $1 AND scope_id = $2`, text(d.ID), scopeOf(d))
	})
}

// raiseFor raises the version of the sessions that a definition is for. It is
// the first statement of a change, so that changes of one scope wait for each
// other.
func (s *Store) raiseFor(ctx context.Context, tx *sql.Tx, d definition.Definition) error {
	if d.SessionID != "" {
		if err := s.live(ctx, tx, d.Workspace, d.SessionID); err != nil {
			return err
		}
		return s.raise(ctx, tx, d.SessionID)
	}
	now := micros(s.now())
	_, err := tx.ExecContext(ctx, `UPDATE sessions SET version = version + 1,
		updated_at = CASE WHEN updated_at < $1 THEN $1 ELSE updated_at + 1 END
		WHERE workspace_id = $2 AND status = 'active' AND expires_at > $3`, now, text(d.Workspace), now)
	return err
}

func scopeOf(d definition.Definition) string {
	if d.SessionID != "" {
		return text(d.SessionID)
	}
	return text(d.Workspace)
}

// identity is a definition's key in a length that every index can hold.
func identity(d definition.Definition) string {
	sum := sha256.Sum256([]byte(d.Key()))
	return hex.EncodeToString(sum[:])
}

func definedOnce(err error) error {
	if fault.Is(err, "exists") {
		return fault.New(fault.Conflict, "definition_exists", "The phrase or column is already defined.").
			WithHint("Change or delete the definition that there is.").At("store.AddDefinition").Because(err)
	}
	return err
}

func noDefinition() *fault.Error { return missing("definition", "There is no such definition.") }

func (s *Store) definitionList(ctx context.Context, query string, args ...any) ([]definition.Definition, error) {
	list := []definition.Definition{}
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		d, err := s.scanDefinition(rows.Scan)
		list = append(list, d)
		return err
	}, query, args...)
	return list, err
}

func (s *Store) scanDefinition(scan func(...any) error) (definition.Definition, error) {
	var d definition.Definition
	var of sql.NullString
	var document []byte
	var created, updated int64
	if err := scan(&d.ID, &d.Workspace, &of, &d.Shape, &document, &created, &updated); err != nil {
		return d, err
	}
	d.SessionID, d.CreatedAt, d.UpdatedAt = of.String, fromMicros(created), fromMicros(updated)
	return d, s.codec.unpack(document, &d.Meaning)
}
