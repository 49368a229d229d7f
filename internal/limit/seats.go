package limit

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	"tabletalk/internal/redislink"
)

const (
	seatPrefix = "tabletalk:seats:"
	seatLease  = 30 * time.Second // a node that died gives its seats back after so long
	seatRenew  = 10 * time.Second
)

// sitScript takes a seat unless all are taken by others whose lease is not over.
const sitScript = `local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`

// Seats are what several nodes hold at once, by key. Without Redis everybody
// gets one: each node counts for itself.
type Seats struct {
	link *redislink.Link
	sit  *redis.Script
}

// Seats gives the seats that are counted at the same Redis.
func (r *Redis) Seats() *Seats { return &Seats{link: r.link, sit: redis.NewScript(sitScript)} }

// Sit takes one of so many seats, unless all are taken; leave gives it back
// and must be called.
func (s *Seats) Sit(ctx context.Context, key string, most int) (leave func(), ok bool) {
	id := uuid.NewString()
	if !s.hold(ctx, key, id, most) {
		return nil, false
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	go s.keep(ctx, key, id, most)
	return func() {
		stop()
		s.leave(context.WithoutCancel(ctx), key, id)
	}, true
}

// keep renews the lease until the seat is left.
func (s *Seats) keep(ctx context.Context, key, id string, most int) {
	tick := time.NewTicker(seatRenew)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.hold(ctx, key, id, most)
		}
	}
}

func (s *Seats) hold(ctx context.Context, key, id string, most int) bool {
	if !s.link.Worth() {
		return true
	}
	n, err := s.sit.Run(ctx, s.link, []string{seatPrefix + key}, id, most, seatLease.Milliseconds()).Int()
	s.link.Report(ctx, err)
	return err != nil || n == 1
}

func (s *Seats) leave(ctx context.Context, key, id string) {
	if s.link.Worth() {
		s.link.Report(ctx, s.link.ZRem(ctx, seatPrefix+key, id).Err())
	}
}
