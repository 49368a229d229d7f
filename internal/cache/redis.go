package cache

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"tabletalk/internal/redislink"
)

const (
	redisPrefix  = "tabletalk:cache:"
	redisMaximum = 8 << 20 // larger values are not kept
	redisScan    = 500     // keys of one look
)

// Redis is a cache that several nodes share. When Redis does not answer,
// every Get is a miss and the product goes on.
type Redis struct {
	link   *redislink.Link
	closed atomic.Bool
}

var _ Cache = (*Redis)(nil)

// NewRedis makes a cache at the other end of a link, which stays its owner's.
func NewRedis(link *redislink.Link) *Redis { return &Redis{link: link} }

// Get gives a value. No answer from Redis is a miss.
func (r *Redis) Get(ctx context.Context, key string) ([]byte, bool) {
	if !r.worth() {
		return nil, false
	}
	value, err := r.link.Get(ctx, redisPrefix+key).Bytes()
	r.link.Report(ctx, err)
	return value, err == nil
}

// Set keeps the value, if Redis answers and the value is not too large.
func (r *Redis) Set(ctx context.Context, key string, value []byte, ttl time.Duration) {
	if !r.worth() {
		return
	}
	if ttl < time.Millisecond || len(value) > redisMaximum {
		r.link.Report(ctx, r.link.Del(ctx, redisPrefix+key).Err())
		return
	}
	r.link.Report(ctx, r.link.Set(ctx, redisPrefix+key, value, ttl).Err())
}

// DeletePrefix forgets every key that starts with prefix. What cannot be
// reached ends with its time; keys carry versions, so it is not asked for.
func (r *Redis) DeletePrefix(ctx context.Context, prefix string) {
	if !r.worth() {
		return
	}
	pattern := redisPrefix + globEscaper().Replace(prefix) + "*"
	var cursor uint64
	for {
		keys, next, err := r.link.Scan(ctx, cursor, pattern, redisScan).Result()
		if err == nil && len(keys) > 0 {
			err = r.link.Unlink(ctx, keys...).Err()
		}
		if r.link.Report(ctx, err); err != nil || next == 0 {
			return
		}
		cursor = next
	}
}

// Close implements Cache; the link is closed by whoever opened it.
func (r *Redis) Close() error {
	r.closed.Store(true)
	return nil
}

func (r *Redis) worth() bool { return !r.closed.Load() && r.link.Worth() }

func globEscaper() *strings.Replacer {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)
}
