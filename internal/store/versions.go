package store

import (
	"context"
	"database/sql"
	"slices"

	"tabletalk/internal/dataset"
	"tabletalk/internal/fault"
)

// SameFiles gives the completed files of a session whose upload had the same
// content, newest first.
func (s *Store) SameFiles(ctx context.Context, sessionID, sha256 string) ([]dataset.File, error) {
	const op = "store.SameFiles"
	list := []dataset.File{}
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		var r fileRow
		if err := rows.Scan(r.fields()...); err != nil {
			return err
		}
		f, err := r.file(s.codec)
		list = append(list, f)
		return err
	}, `SELECT `+fileColumns+` FROM files f WHERE f.session_id = $1 AND f.sha256 = $2 AND f.status = $3
		ORDER BY f.created_at DESC, f.id DESC LIMIT 20`, text(sessionID), text(sha256), string(dataset.Completed))
	if err != nil {
		return nil, s.fail(op, err)
	}
	return list, s.fail(op, s.fillTables(ctx, list))
}

// storedVersion is an earlier version as it is kept: with the keys of its
// content, which a client does not see.
type storedVersion struct {
	dataset.Version
	Tables []storedTable `json:"tables"`
}

type storedTable struct {
	dataset.Table
	BlobKey  string `json:"blob_key"`
	IndexKey string `json:"index_key"`
}

func (s *Store) packVersion(v dataset.Version) ([]byte, error) {
	kept := storedVersion{Version: v, Tables: []storedTable{}}
	for _, t := range v.Tables {
		kept.Tables = append(kept.Tables, storedTable{t, t.BlobKey, t.IndexKey})
	}
	return s.codec.pack(kept)
}

func (s *Store) unpackVersion(b []byte) (dataset.Version, error) {
	var kept storedVersion
	err := s.codec.unpack(b, &kept)
	v := kept.Version
	v.Current, v.Tables = false, []dataset.Table{}
	for _, t := range kept.Tables {
		t.Table.BlobKey, t.Table.IndexKey = t.BlobKey, t.IndexKey
		typeColumns(t.Columns)
		v.Tables = append(v.Tables, t.Table)
	}
	return v, err
}

// ChangeFile puts a new state in place of the one with the number from.
func (s *Store) ChangeFile(ctx context.Context, f dataset.File, from int64, amend bool) (number int64, err error) {
	err = s.inTx(ctx, "store.ChangeFile", func(tx *sql.Tx) error {
		old, err := s.leave(ctx, tx, f, from, !amend)
		if err != nil {
			return err
		}
		if f.Version = from; !amend {
			row := tx.QueryRowContext(ctx, `SELECT 1 + max(number) FROM file_versions WHERE file_id = $1`, f.ID)
			if err := row.Scan(&f.Version); err != nil {
				return err
			}
		}
		number = f.Version
		if err := s.enter(ctx, tx, f); err != nil || !amend {
			return err
		}
		_, err = s.putReleased(ctx, tx, old.Keys(), releasedAgain)
		return err
	})
	return number, err
}

// RestoreVersion brings an earlier version back.
func (s *Store) RestoreVersion(ctx context.Context, f dataset.File, from, number int64) error {
	return s.inTx(ctx, "store.RestoreVersion", func(tx *sql.Tx) error {
		var document []byte
		row := tx.QueryRowContext(ctx, `SELECT document FROM file_versions WHERE file_id = $1 AND number = $2`, text(f.ID), number)
		if err := one(row, noVersion(), &document); err != nil {
			return err
		}
		v, err := s.unpackVersion(document)
		if err != nil {
			return err
		}
		if _, err := s.leave(ctx, tx, f, from, true); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM file_versions WHERE file_id = $1 AND number = $2`, text(f.ID), number); err != nil {
			return err
		}
		f.Take(v)
		for i := range f.Tables {
			f.Tables[i].Profiled = false // the profile itself is not kept
		}
		return s.enter(ctx, tx, f)
	})
}

// leave takes the tables of a file away and keeps the state with them as an
// earlier version. It gives that state.
func (s *Store) leave(ctx context.Context, tx *sql.Tx, f dataset.File, from int64, keep bool) (dataset.Version, error) {
	none := dataset.Version{}
	if err := s.raise(ctx, tx, f.SessionID); err != nil {
		return none, err
	}
	old, err := s.fileIn(ctx, tx, f.SessionID, f.ID)
	if err != nil {
		return none, err
	}
	if old.Version != from {
		return none, fault.New(fault.Conflict, "file_changed", "Somebody else changed the file at the same time.").
			WithHint("Look at it again and repeat the change.")
	}
	v := old.AsVersion()
	if keep {
		document, err := s.packVersion(v)
		if err != nil {
			return none, err
		}
		now := micros(s.now())
		if _, err := tx.ExecContext(ctx, `INSERT INTO file_versions (file_id, number, document, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5)`, f.ID, from, document, micros(v.CreatedAt), now); err != nil {
			return none, err
		}
		if err := s.holdBlobs(ctx, tx, f.ID, from, v.Keys()); err != nil {
			return none, err
		}
	} else if _, err := tx.ExecContext(ctx, `DELETE FROM file_blobs WHERE file_id = $1 AND number = $2`, f.ID, from); err != nil {
		return none, err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM tables WHERE file_id = $1`, f.ID)
	return v, err
}

// enter stores the state that a file is in now.
func (s *Store) enter(ctx context.Context, tx *sql.Tx, f dataset.File) error {
	p, err := s.packFile(f)
	if err != nil {
		return err
	}
	if err := change(ctx, tx, noFile(), `UPDATE files SET name = $1, size = $2, sha256 = $3, status = $4, receipt = $5, problem = $6,
		version = $7, kind = $8, origin = $9, updated_at = $10 WHERE id = $11`, text(f.Name), f.Size, f.SHA256, string(f.Status), p.receipt, p.problem,
		f.Version, string(f.Kind), p.origin, micros(s.now()), f.ID); err != nil {
		return err
	}
	return s.addContent(ctx, tx, f)
}

// addContent stores the tables of a file and what it was made from.
func (s *Store) addContent(ctx context.Context, tx *sql.Tx, f dataset.File) error {
	if err := s.addTables(ctx, tx, f); err != nil {
		return err
	}
	var sources []string
	for _, src := range f.Origin.Sources {
		sources = append(sources, src.Key)
	}
	return s.holdBlobs(ctx, tx, f.ID, f.Version, sources)
}

// holdBlobs says that a version of a file needs content.
func (s *Store) holdBlobs(ctx context.Context, tx *sql.Tx, fileID string, number int64, keys []string) error {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	now := micros(s.now())
	for _, key := range slices.Compact(keys) {
		if key == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO file_blobs (file_id, number, blob_key, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $4) ON CONFLICT (file_id, number, blob_key) DO NOTHING`, fileID, number, key, now); err != nil {
			return err
		}
	}
	return s.reclaim(ctx, tx, keys)
}

// fileIn reads a file with its tables inside a transaction.
func (s *Store) fileIn(ctx context.Context, tx *sql.Tx, sessionID, id string) (*dataset.File, error) {
	var r fileRow
	row := tx.QueryRowContext(ctx, `SELECT `+fileColumns+` FROM files f WHERE f.id = $1 AND f.session_id = $2`, text(id), text(sessionID))
	if err := one(row, noFile(), r.fields()...); err != nil {
		return nil, err
	}
	f, err := r.file(s.codec)
	if err != nil {
		return nil, err
	}
	f.Tables, err = s.tablesFrom(ctx, tx, `SELECT `+tableColumns+` FROM tables t WHERE t.file_id = $1 ORDER BY t.position`, f.ID)
	return &f, err
}

// Versions gives all versions of a file, newest first.
func (s *Store) Versions(ctx context.Context, workspace, fileID string) ([]dataset.Version, error) {
	const op = "store.Versions"
	f, err := s.File(ctx, workspace, fileID)
	if err != nil {
		return nil, err
	}
	list := []dataset.Version{f.AsVersion()}
	err = each(ctx, s.read, func(rows *sql.Rows) error {
		var document []byte
		if err := rows.Scan(&document); err != nil {
			return err
		}
		v, err := s.unpackVersion(document)
		if v.Number != f.Version {
			list = append(list, v)
		}
		return err
	}, `SELECT document FROM file_versions WHERE file_id = $1`, f.ID)
	slices.SortFunc(list, func(a, b dataset.Version) int { return int(b.Number - a.Number) })
	return list, s.fail(op, err)
}

// DeleteVersion forgets an earlier version and releases its content.
func (s *Store) DeleteVersion(ctx context.Context, sessionID, fileID string, number int64) error {
	return s.inTx(ctx, "store.DeleteVersion", func(tx *sql.Tx) error {
		if err := s.live(ctx, tx, "", sessionID); err != nil {
			return err
		}
		if err := change(ctx, tx, noVersion(), `DELETE FROM file_versions WHERE file_id = $1 AND number = $2
			AND file_id IN (SELECT id FROM files WHERE session_id = $3)`, text(fileID), number, text(sessionID)); err != nil {
			return err
		}
		if err := s.release(ctx, tx, `SELECT blob_key, '' FROM file_blobs WHERE file_id = $1 AND number = $2`, text(fileID), number); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM file_blobs WHERE file_id = $1 AND number = $2`, text(fileID), number)
		return err
	})
}

func noVersion() *fault.Error {
	return missing("version", "The file has no such earlier version.")
}
