package limit

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"tabletalk/internal/redislink"
)

const prefix = "tabletalk:limit:"

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
	link     *redislink.Link
	take     *redis.Script
	giveBack *redis.Script
	local    *Memory
}

// NewRedis makes a limiter at the other end of a link.
func NewRedis(link *redislink.Link) *Redis {
	return &Redis{link: link, take: redis.NewScript(script), giveBack: redis.NewScript(backScript), local: NewMemory(time.Now)}
}

// Take takes one of the burst, and gives how long to wait where none is left.
func (r *Redis) Take(ctx context.Context, key string, burst int, per time.Duration) time.Duration {
	if !r.link.Worth() {
		return r.local.Take(ctx, key, burst, per)
	}
	one := per / time.Duration(max(burst, 1))
	wait, err := r.take.Run(ctx, r.link, []string{prefix + key}, one.Microseconds(), per.Microseconds()).Int64()
	r.link.Report(ctx, err)
	if err != nil {
		return r.local.Take(ctx, key, burst, per)
	}
	return time.Duration(wait) * time.Microsecond
}

// Return gives one of the burst back.
func (r *Redis) Return(ctx context.Context, key string, burst int, per time.Duration) {
	r.local.Return(ctx, key, burst, per)
	if !r.link.Worth() {
		return
	}
	one := per / time.Duration(max(burst, 1))
	r.link.Report(ctx, r.giveBack.Run(ctx, r.link, []string{prefix + key}, one.Microseconds()).Err())
}

// Forget gives back all that was taken.
func (r *Redis) Forget(ctx context.Context, key string) {
	r.local.Forget(ctx, key)
	if !r.link.Worth() {
		return
	}
	r.link.Report(ctx, r.link.Del(ctx, prefix+key).Err())
}
