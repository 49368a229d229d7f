package cache

import (
	"context"
	"time"
)

// Cache keeps byte values under string keys until they expire.
type Cache interface {
	Get(ctx context.Context, key string) ([]byte, bool)
	Set(ctx context.Context, key string, value []byte, ttl time.Duration)
	// DeletePrefix forgets every key that starts with prefix.
	DeletePrefix(ctx context.Context, prefix string)
	Close() error
}
