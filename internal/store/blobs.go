package store

import (
	"context"
	"database/sql"
	"slices"
	"time"
)

// blobChunk bounds the placeholders of one statement.
const blobChunk = 400

// BlobKeysInUse gives which of the keys some table still needs, sorted.
func (s *Store) BlobKeysInUse(ctx context.Context, keys []string) ([]string, error) {
	used, err := inUse(ctx, s.read, keys)
	return used, s.fail("store.BlobKeysInUse", err)
}

func inUse(ctx context.Context, q querier, keys []string) ([]string, error) {
	var used []string
	for chunk := range slices.Chunk(keys, blobChunk) {
		in := places(1, len(chunk))
		err := each(ctx, q, func(rows *sql.Rows) error {
			var key string
			err := rows.Scan(&key)
			used = append(used, key)
			return err
		}, `SELECT blob_key FROM tables WHERE blob_key IN (`+in+`)
			UNION SELECT index_key FROM tables WHERE index_key IN (`+in+`)
			UNION SELECT blob_key FROM file_blobs WHERE blob_key IN (`+in+`)`, anys(chunk)...)
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(used)
	return slices.Compact(used), nil
}

// ReleaseBlobs says that content is not needed, but for what some table names,
// and gives how many keys are released by this. It is for content whose table
// never came.
func (s *Store) ReleaseBlobs(ctx context.Context, keys []string) (n int, err error) {
	err = s.inTx(ctx, "store.ReleaseBlobs", func(tx *sql.Tx) error {
		used, err := inUse(ctx, tx, keys)
		if err != nil {
			return err
		}
		n, err = s.putReleased(ctx, tx, slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
			_, found := slices.BinarySearch(used, key)
			return found
		}), `DO NOTHING`)
		return err
	})
	return n, err
}

// ReleasedBlobs gives keys that were released before a time and that no table
// names, at most limit. Delete their content, then call ForgetBlobs: a crash
// in between only means that it is done again.
func (s *Store) ReleasedBlobs(ctx context.Context, before time.Time, limit int) ([]string, error) {
	list := []string{}
	err := each(ctx, s.read, func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		list = append(list, key)
		return err
	}, `SELECT r.blob_key FROM released_blobs r WHERE r.updated_at <= $1
		AND NOT EXISTS (SELECT 1 FROM tables t WHERE t.blob_key = r.blob_key)
		AND NOT EXISTS (SELECT 1 FROM tables t WHERE t.index_key = r.blob_key)
		AND NOT EXISTS (SELECT 1 FROM file_blobs f WHERE f.blob_key = r.blob_key)
		ORDER BY r.updated_at, r.blob_key LIMIT $2`, micros(before), limit)
	return list, s.fail("store.ReleasedBlobs", err)
}

// ForgetBlobs says that the content of released keys is gone.
func (s *Store) ForgetBlobs(ctx context.Context, keys []string) error {
	return s.inTx(ctx, "store.ForgetBlobs", func(tx *sql.Tx) error { return s.reclaim(ctx, tx, keys) })
}

// release remembers the keys that a query gives as no longer needed by what
// is about to be deleted.
func (s *Store) release(ctx context.Context, tx *sql.Tx, query string, args ...any) error {
	var keys []string
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var blob, index string
		err := rows.Scan(&blob, &index)
		keys = append(keys, blob, index)
		return err
	}, query, args...)
	if err != nil {
		return err
	}
	_, err = s.putReleased(ctx, tx, keys, releasedAgain)
	return err
}

// releasedAgain lets content that was released before wait from now on.
const releasedAgain = `DO UPDATE SET updated_at = excluded.updated_at`

// putReleased puts keys on the released ones and gives how many it changed.
func (s *Store) putReleased(ctx context.Context, tx *sql.Tx, keys []string, again string) (n int, err error) {
	slices.Sort(keys) // see reclaim
	now := micros(s.now())
	for _, key := range slices.Compact(keys) {
		if key == "" {
			continue
		}
		res, err := tx.ExecContext(ctx, `INSERT INTO released_blobs (blob_key, created_at, updated_at) VALUES ($1, $2, $2)
			ON CONFLICT (blob_key) `+again, key, now)
		if err != nil {
			return n, err
		}
		changed, err := res.RowsAffected()
		if err != nil {
			return n, err
		}
		n += int(changed)
	}
	return n, nil
}

// reclaim takes keys off the released ones, one by one in the order in which
// release puts them on: two of these never wait for each other in a circle.
func (s *Store) reclaim(ctx context.Context, tx *sql.Tx, keys []string) error {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if _, err := tx.ExecContext(ctx, `DELETE FROM released_blobs WHERE blob_key = $1`, key); err != nil {
			return err
		}
	}
	return nil
}
