package cache

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"

	"tabletalk/internal/fault"
)

const (
	redisPrefix  = "tabletalk:cache:"
	redisTimeout = 500 * time.Millisecond // a slow cache is worse than none
	redisRest    = time.Second            // after a failure Redis is left alone for so long
	redisMaximum = 8 << 20                // larger values are not kept
	redisScan    = 500                    // keys of one look
)

// Redis is a cache that several nodes share. When Redis does not answer,
// every Get is a miss and the product goes on; an outage is logged once, and
// so is its end.
type Redis struct {
	client *redis.Client
	log    *slog.Logger
	now    func() time.Time

	mu    sync.Mutex
	down  bool
	until time.Time // no attempt before
}

var _ Cache = (*Redis)(nil)

// NewRedis makes a cache at an address like redis://HOST:PORT/DB. It does not
// wait for Redis to answer. Error: redis_url.
func NewRedis(url string, log *slog.Logger) (*Redis, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		// The reason may hold the password; the hint says all there is to say.
		return nil, fault.New(fault.Invalid, "redis_url", "The address of Redis cannot be used.").
			WithHint("Give redis://HOST:PORT/DB, rediss://HOST:PORT/DB or unix://PATH as --redis-url.").At("cache.NewRedis")
	}
	logging.Disable() // an outage is told once, by us
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = redisTimeout, redisTimeout, redisTimeout, redisTimeout
	o.MaxRetries, o.DialerRetries, o.ContextTimeoutEnabled = -1, 1, true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &Redis{client: redis.NewClient(o), log: log, now: time.Now}, nil
}

// Get gives a value. No answer from Redis is a miss.
func (r *Redis) Get(ctx context.Context, key string) ([]byte, bool) {
	if !r.open() {
		return nil, false
	}
	value, err := r.client.Get(ctx, redisPrefix+key).Bytes()
	if errors.Is(err, redis.Nil) {
		r.report(ctx, nil)
		return nil, false
	}
	r.report(ctx, err)
	return value, err == nil
}

// Set keeps the value, if Redis answers and the value is not too large.
func (r *Redis) Set(ctx context.Context, key string, value []byte, ttl time.Duration) {
	if !r.open() {
		return
	}
	if ttl < time.Millisecond || len(value) > redisMaximum {
		r.report(ctx, r.client.Del(ctx, redisPrefix+key).Err())
		return
	}
	r.report(ctx, r.client.Set(ctx, redisPrefix+key, value, ttl).Err())
}

// DeletePrefix forgets every key that starts with prefix. What cannot be
// reached ends with its time; keys carry versions, so it is not asked for.
func (r *Redis) DeletePrefix(ctx context.Context, prefix string) {
	if !r.open() {
		return
	}
	pattern := redisPrefix + globEscaper().Replace(prefix) + "*"
	var cursor uint64
	for {
		keys, next, err := r.client.Scan(ctx, cursor, pattern, redisScan).Result()
		if err == nil && len(keys) > 0 {
			err = r.client.Unlink(ctx, keys...).Err()
		}
		if r.report(ctx, err); err != nil || next == 0 {
			return
		}
		cursor = next
	}
}

// Ready says whether Redis answers. It is a detail for the operator: without
// Redis the product works.
func (r *Redis) Ready(ctx context.Context) error {
	err := r.client.Ping(ctx).Err()
	r.report(ctx, err)
	if err != nil {
		return fault.New(fault.Unavailable, "redis_unavailable", "Redis does not answer.").At("cache.Ready").Because(err)
	}
	return nil
}

// Close ends the connections.
func (r *Redis) Close() error { return r.client.Close() }

// open says whether it is worth asking: after a failure nobody waits for
// Redis until the rest is over, and then one asker tries.
func (r *Redis) open() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.down {
		return true
	}
	if r.now().Before(r.until) {
		return false
	}
	r.until = r.now().Add(redisRest)
	return true
}

// report notes how an attempt went. An asker who went away says nothing
// about Redis.
func (r *Redis) report(ctx context.Context, err error) {
	if ctx.Err() != nil || errors.Is(err, redis.ErrClosed) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.down
	r.down = err != nil
	if r.down {
		r.until = r.now().Add(redisRest)
	}
	switch {
	case r.down && !was:
		r.log.WarnContext(ctx, "Redis does not answer; going on without its cache", "cause", err.Error())
	case was && !r.down:
		r.log.InfoContext(ctx, "Redis answers again")
	}
}

func globEscaper() *strings.Replacer {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)
}
