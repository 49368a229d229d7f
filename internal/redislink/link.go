package redislink

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
	timeout = 500 * time.Millisecond // a slow Redis is worse than none

	// Rest is how long Redis is left alone after a failure.
	Rest = time.Second
)

// Link is a connection, with what is known of the other end. Whoever asks
// Redis asks Worth before and tells Report after.
type Link struct {
	*redis.Client
	log *slog.Logger
	now func() time.Time

	mu    sync.Mutex
	down  bool
	until time.Time // no attempt before
}

// Open makes a link to an address like redis://HOST:PORT/DB. It does not wait
// for Redis to answer. Error: redis_url.
func Open(url string, log *slog.Logger, now func() time.Time) (*Link, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		// The reason may hold the password; the hint says all there is to say.
		return nil, fault.New(fault.Invalid, "redis_url", "The address of Redis cannot be used.").
			WithHint("Give redis://HOST:PORT/DB, rediss://HOST:PORT/DB or unix://PATH as --redis-url.").At("redislink.Open")
	}
	logging.Disable() // an outage is told once, by us
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = timeout, timeout, timeout, timeout
	o.MaxRetries, o.DialerRetries, o.ContextTimeoutEnabled = -1, 1, true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &Link{Client: redis.NewClient(o), log: log, now: now}, nil
}

// Worth says whether it is worth asking: after a failure nobody waits for
// Redis until the rest is over, and then one asker tries.
func (l *Link) Worth() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.down {
		return true
	}
	if l.now().Before(l.until) {
		return false
	}
	l.until = l.now().Add(Rest)
	return true
}

// Report notes how an attempt went. An asker who went away says nothing about
// Redis, and that a key is not there is an answer.
func (l *Link) Report(ctx context.Context, err error) {
	if ctx.Err() != nil || errors.Is(err, redis.ErrClosed) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.down
	l.down = err != nil && !answered(err)
	if l.down {
		l.until = l.now().Add(Rest)
	}
	switch {
	case l.down && !was:
		l.log.WarnContext(ctx, "Redis does not answer; this node goes on by itself", "cause", err.Error())
	case was && !l.down:
		l.log.InfoContext(ctx, "Redis answers again")
	}
}

// answered reports an error that Redis itself gave and that says nothing about
// its health: a key that is not there, a reply to one command. A server that
// loads, or has no master, is as good as away.
func answered(err error) bool {
	var reply redis.Error
	if !errors.As(err, &reply) {
		return false
	}
	for _, away := range []string{"LOADING ", "MASTERDOWN ", "CLUSTERDOWN ", "NOAUTH ", "WRONGPASS "} {
		if strings.HasPrefix(reply.Error(), away) {
			return false
		}
	}
	return true
}

// Ready says whether Redis answers. It is a detail for the operator: without
// Redis the product works. Error: redis_unavailable.
func (l *Link) Ready(ctx context.Context) error {
	err := l.Ping(ctx).Err()
	l.Report(ctx, err)
	if err != nil {
		return Unavailable("redislink.Ready").Because(err)
	}
	return nil
}

// Unavailable is the error of what cannot be done without Redis.
func Unavailable(where string) *fault.Error {
	return fault.New(fault.Unavailable, "redis_unavailable", "Redis does not answer.").At(where)
}
