package limit

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"tabletalk/internal/fault"
)

const (
	prefix  = "tabletalk:limit:"
	timeout = 250 * time.Millisecond
	rest    = time.Second // after a failure Redis is left alone for so long
)

// script is Memory.Take by the clock of Redis: all nodes share one.
const script = `local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local at = tonumber(redis.call('GET', KEYS[1]) or '0')
if at < now then at = now end
local following = at + tonumber(ARGV[1])
local wait = following - tonumber(ARGV[2]) - now
if wait > 0 then return wait end
redis.call('SET', KEYS[1], string.format('%.0f', following), 'PX', math.ceil((following - now) / 1000))
return 0`

// backScript is Memory.Return; a key that is gone has nothing to give back.
const backScript = `local at = redis.call('GET', KEYS[1])
if at then redis.call('SET', KEYS[1], string.format('%.0f', tonumber(at) - tonumber(ARGV[1])), 'KEEPTTL') end
return 0`

// Redis counts for several nodes. When Redis does not answer, each counts for
// itself: limits are never off.
type Redis struct {
	client   *redis.Client
	take     *redis.Script
	giveBack *redis.Script
	local    *Memory
	log      *slog.Logger
	until    atomic.Int64 // Redis is left alone until then
}

// NewRedis makes a limiter at an address like redis://HOST:PORT/DB. It does
// not wait for Redis to answer. Error: redis_url.
func NewRedis(url string, log *slog.Logger) (*Redis, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		// The reason may hold the password; the hint says all there is to say.
		return nil, fault.New(fault.Invalid, "redis_url", "The address of Redis cannot be used.").
			WithHint("Give redis://HOST:PORT/DB, rediss://HOST:PORT/DB or unix://PATH as --redis-url.").At("limit.NewRedis")
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = timeout, timeout, timeout, timeout
	o.MaxRetries, o.DialerRetries, o.ContextTimeoutEnabled = -1, 1, true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &Redis{client: redis.NewClient(o), take: redis.NewScript(script), giveBack: redis.NewScript(backScript), local: NewMemory(time.Now), log: log}, nil
}

// Take takes one of the burst, and gives how long to wait where none is left.
func (r *Redis) Take(ctx context.Context, key string, burst int, per time.Duration) time.Duration {
	if r.resting() {
		return r.local.Take(ctx, key, burst, per)
	}
	one := per / time.Duration(max(burst, 1))
	wait, err := r.take.Run(ctx, r.client, []string{prefix + key}, one.Microseconds(), per.Microseconds()).Int64()
	if err != nil {
		r.failed(ctx, err)
		return r.local.Take(ctx, key, burst, per)
	}
	return time.Duration(wait) * time.Microsecond
}

// Return gives one of the burst back.
func (r *Redis) Return(ctx context.Context, key string, burst int, per time.Duration) {
	r.local.Return(ctx, key, burst, per)
	if r.resting() {
		return
	}
	one := per / time.Duration(max(burst, 1))
	if err := r.giveBack.Run(ctx, r.client, []string{prefix + key}, one.Microseconds()).Err(); err != nil {
		r.failed(ctx, err)
	}
}

// Forget gives back all that was taken.
func (r *Redis) Forget(ctx context.Context, key string) {
	r.local.Forget(ctx, key)
	if r.resting() {
		return
	}
	if err := r.client.Del(ctx, prefix+key).Err(); err != nil {
		r.failed(ctx, err)
	}
}

// Close ends the connections.
func (r *Redis) Close() error { return r.client.Close() }

func (r *Redis) resting() bool { return time.Now().UnixNano() < r.until.Load() }

func (r *Redis) failed(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	if now := time.Now(); r.until.Swap(now.Add(rest).UnixNano()) < now.Add(-2*rest).UnixNano() {
		r.log.WarnContext(ctx, "Redis does not answer; limits are counted in this process", "cause", err.Error())
	}
}
