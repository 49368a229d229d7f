package blob

import "context"

// Store keeps files. A key is a relative path of our own making
// ("tables/<sha256>.parquet"), never a name somebody gave.
type Store interface {
	// Put moves the local file into the store under key: complete and synced
	// when it returns, or not there. A key that exists is left as it is, for
	// keys are made from content.
	Put(ctx context.Context, key, file string) error
	// Path gives a local path of the content. Error: not_found.
	Path(ctx context.Context, key string) (string, error)
	Delete(ctx context.Context, key string) error
	// Free gives the bytes left, or -1 where that is not known.
	Free(ctx context.Context) int64
}
