package store

import (
	"context"
	"database/sql"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/dataset"
	"tabletalk/internal/fault"
)

const tableColumns = `t.id, t.session_id, t.file_id, t.name, t.row_count, t.column_list, t.sha256, t.size,
	t.blob_key, t.index_key, t.profiled, t.created_at`

// addTables stores the tables of a new file. Content that had been released
// is wanted again.
func (s *Store) addTables(ctx context.Context, tx *sql.Tx, f dataset.File) error {
	var content []string
	for i, t := range f.Tables {
		columns, err := s.codec.pack(t.Columns)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO tables (id, session_id, file_id, position, name, name_key, row_count,
			column_list, sha256, size, blob_key, index_key, profiled, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)`,
			t.ID, f.SessionID, f.ID, i, text(t.Name), text(strings.ToLower(t.Name)), t.Rows,
			orEmpty(columns), t.SHA256, t.Bytes, t.BlobKey, t.IndexKey, t.Profiled, micros(t.CreatedAt))
		if causeOf(err) == causeUnique {
			return fault.New(fault.Conflict, "table_exists", "The session already has a table named %q.", t.Name).
				WithHint("Give the table another name.").Because(err)
		}
		if err != nil {
			return err
		}
		content = append(content, t.BlobKey, t.IndexKey)
	}
	return s.reclaim(ctx, tx, content)
}

// Tables gives all tables of a session, in the order in which they came.
func (s *Store) Tables(ctx context.Context, sessionID string) ([]dataset.Table, error) {
	if err := s.live(ctx, s.read, "", sessionID); err != nil {
		return nil, s.fail("store.Tables", err)
	}
	list, err := s.tableList(ctx, `SELECT `+tableColumns+` FROM tables t
		WHERE t.session_id = $1 ORDER BY t.created_at, t.file_id, t.position`, text(sessionID))
	return list, s.fail("store.Tables", err)
}

// Table gives a table of the workspace.
func (s *Store) Table(ctx context.Context, workspace, id string) (*dataset.Table, error) {
	list, err := s.tableList(ctx, `SELECT `+tableColumns+` FROM tables t JOIN sessions s ON s.id = t.session_id
		WHERE t.id = $1 AND s.workspace_id = $2 AND s.status = 'active' AND s.expires_at > $3`,
		text(id), text(workspace), micros(s.now()))
	if err == nil && len(list) == 0 {
		err = noTable()
	}
	if err != nil {
		return nil, s.fail("store.Table", err)
	}
	return &list[0], nil
}

// SetProfile stores the columns with their statistics and raises the
// session's version, for what is known of the columns guides answers.
func (s *Store) SetProfile(ctx context.Context, tableID, sha256 string, columns []catalog.Column, profile []byte) error {
	const op = "store.SetProfile"
	list, err := s.codec.pack(columns)
	if err != nil {
		return s.fail(op, err)
	}
	packed, err := s.codec.packBytes(profile)
	if err != nil {
		return s.fail(op, err)
	}
	return s.inTx(ctx, op, func(tx *sql.Tx) error {
		var sessionID string
		row := tx.QueryRowContext(ctx, `UPDATE tables SET column_list = $1, profile = $2, profiled = $3, updated_at = $4
			WHERE id = $5 AND sha256 = $6 RETURNING session_id`, orEmpty(list), packed, true, micros(s.now()), text(tableID), text(sha256))
		if err := one(row, noTable(), &sessionID); err != nil {
			return err
		}
		return s.raise(ctx, tx, sessionID)
	})
}

// Profile gives what SetProfile stored; nil where there is none yet.
func (s *Store) Profile(ctx context.Context, tableID string) ([]byte, error) {
	var packed []byte
	row := s.read.QueryRowContext(ctx, `SELECT t.profile FROM tables t JOIN sessions s ON s.id = t.session_id
		WHERE t.id = $1 AND s.status = 'active' AND s.expires_at > $2`, text(tableID), micros(s.now()))
	if err := one(row, noTable(), &packed); err != nil {
		return nil, s.fail("store.Profile", err)
	}
	profile, err := s.codec.unpackBytes(packed)
	return profile, s.fail("store.Profile", err)
}

func (s *Store) tableList(ctx context.Context, query string, args ...any) ([]dataset.Table, error) {
	return s.tablesFrom(ctx, s.read, query, args...)
}

func (s *Store) tablesFrom(ctx context.Context, q querier, query string, args ...any) ([]dataset.Table, error) {
	list := []dataset.Table{}
	err := each(ctx, q, func(rows *sql.Rows) error {
		var t dataset.Table
		var columns []byte
		var created int64
		if err := rows.Scan(&t.ID, &t.SessionID, &t.FileID, &t.Name, &t.Rows, &columns, &t.SHA256, &t.Bytes,
			&t.BlobKey, &t.IndexKey, &t.Profiled, &created); err != nil {
			return err
		}
		t.CreatedAt = fromMicros(created)
		if err := s.codec.unpack(columns, &t.Columns); err != nil {
			return err
		}
		typeColumns(t.Columns)
		list = append(list, t)
		return nil
	}, query, args...)
	return list, err
}

// orEmpty keeps a column that may not be null from being null.
func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
