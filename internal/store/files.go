package store

import (
	"context"
	"database/sql"

	"tabletalk/internal/dataset"
	"tabletalk/internal/session"
)

const fileColumns = `f.id, f.session_id, f.name, f.size, f.sha256, f.status, f.receipt, f.problem, f.version, f.kind, f.origin, f.created_at, f.updated_at`

// AddFile stores a file with its tables in one transaction and raises the
// session's version. A table name that the session has already is a conflict.
func (s *Store) AddFile(ctx context.Context, f dataset.File) error {
	p, err := s.packFile(f)
	if err != nil {
		return s.fail("store.AddFile", err)
	}
	return s.inTx(ctx, "store.AddFile", func(tx *sql.Tx) error { return s.addFile(ctx, tx, f, p) })
}

func (s *Store) addFile(ctx context.Context, tx *sql.Tx, f dataset.File, p fileParts) error {
	if err := s.raise(ctx, tx, f.SessionID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO files
		(id, session_id, name, size, sha256, status, receipt, problem, version, kind, origin, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		f.ID, f.SessionID, text(f.Name), f.Size, f.SHA256, string(f.Status), p.receipt, p.problem, f.Version, string(f.Kind), p.origin,
		micros(f.CreatedAt), micros(f.UpdatedAt))
	if err != nil {
		return err
	}
	return s.addContent(ctx, tx, f)
}

type fileParts struct{ receipt, problem, origin []byte }

func (s *Store) packFile(f dataset.File) (p fileParts, err error) {
	if p.receipt, err = s.codec.pack(f.Receipt); err != nil {
		return p, err
	}
	if p.problem, err = s.codec.pack(f.Error); err != nil {
		return p, err
	}
	p.origin, err = s.codec.pack(f.Origin)
	return p, err
}

// File gives a file of the workspace with its tables.
func (s *Store) File(ctx context.Context, workspace, id string) (*dataset.File, error) {
	row := s.read.QueryRowContext(ctx, `SELECT `+fileColumns+` FROM files f JOIN sessions s ON s.id = f.session_id
		WHERE f.id = $1 AND s.workspace_id = $2 AND s.status = 'active' AND s.expires_at > $3`,
		text(id), text(workspace), micros(s.now()))
	var r fileRow
	if err := one(row, noFile(), r.fields()...); err != nil {
		return nil, s.fail("store.File", err)
	}
	list := make([]dataset.File, 1)
	var err error
	if list[0], err = r.file(s.codec); err != nil {
		return nil, s.fail("store.File", err)
	}
	if err := s.fillTables(ctx, list); err != nil {
		return nil, s.fail("store.File", err)
	}
	return &list[0], nil
}

// Files lists a session's files with their tables, newest first, in three
// statements however many there are.
func (s *Store) Files(ctx context.Context, sessionID string, p session.Page) ([]dataset.File, string, error) {
	const op = "store.Files"
	limit, from, err := pageOf(p)
	if err != nil {
		return nil, "", err
	}
	if err := s.live(ctx, s.read, "", sessionID); err != nil {
		return nil, "", s.fail(op, err)
	}
	list := []dataset.File{}
	err = each(ctx, s.read, func(rows *sql.Rows) error {
		var r fileRow
		if err := rows.Scan(r.fields()...); err != nil {
			return err
		}
		f, err := r.file(s.codec)
		list = append(list, f)
		return err
	}, `SELECT `+fileColumns+` FROM files f WHERE f.session_id = $1
		AND (f.created_at < $2 OR (f.created_at = $2 AND f.id < $3))
		ORDER BY f.created_at DESC, f.id DESC LIMIT $4`, text(sessionID), from.at, from.id, limit+1)
	if err != nil {
		return nil, "", s.fail(op, err)
	}
	list, next := paged(list, limit, func(f dataset.File) position { return position{micros(f.CreatedAt), f.ID} })
	return list, next, s.fail(op, s.fillTables(ctx, list))
}

// DeleteFile removes a file with its tables, raises the session's version
// and releases the content of the tables.
func (s *Store) DeleteFile(ctx context.Context, sessionID, id string) error {
	return s.inTx(ctx, "store.DeleteFile", func(tx *sql.Tx) error {
		if err := s.raise(ctx, tx, sessionID); err != nil {
			return err
		}
		if err := s.release(ctx, tx, `SELECT blob_key, index_key FROM tables WHERE file_id = $1 AND session_id = $2
			UNION SELECT b.blob_key, '' FROM file_blobs b JOIN files f ON f.id = b.file_id WHERE f.id = $1 AND f.session_id = $2`,
			text(id), text(sessionID)); err != nil {
			return err
		}
		return change(ctx, tx, noFile(), `DELETE FROM files WHERE id = $1 AND session_id = $2`, text(id), text(sessionID))
	})
}

// fillTables reads the tables of all files in one statement.
func (s *Store) fillTables(ctx context.Context, files []dataset.File) error {
	if len(files) == 0 {
		return nil
	}
	ids, at := make([]string, len(files)), make(map[string]int, len(files))
	for i, f := range files {
		ids[i], at[f.ID] = f.ID, i
	}
	list, err := s.tableList(ctx, `SELECT `+tableColumns+` FROM tables t
		WHERE t.file_id IN (`+places(1, len(ids))+`) ORDER BY t.file_id, t.position`, anys(ids)...)
	for _, t := range list {
		f := &files[at[t.FileID]]
		f.Tables = append(f.Tables, t)
	}
	return err
}

// fileRow is a file as it is stored.
type fileRow struct {
	v                dataset.File
	status           string
	kind             string
	receipt, problem []byte
	origin           []byte
	created, updated int64
}

func (r *fileRow) fields() []any {
	return []any{&r.v.ID, &r.v.SessionID, &r.v.Name, &r.v.Size, &r.v.SHA256, &r.status, &r.receipt, &r.problem, &r.v.Version, &r.kind, &r.origin, &r.created, &r.updated}
}

func (r *fileRow) file(c *codec) (dataset.File, error) {
	r.v.Status, r.v.Kind, r.v.Tables = dataset.Status(r.status), dataset.Kind(r.kind), []dataset.Table{}
	r.v.CreatedAt, r.v.UpdatedAt = fromMicros(r.created), fromMicros(r.updated)
	if err := c.unpack(r.receipt, &r.v.Receipt); err != nil {
		return r.v, err
	}
	if err := c.unpack(r.origin, &r.v.Origin); err != nil {
		return r.v, err
	}
	return r.v, c.unpack(r.problem, &r.v.Error)
}
