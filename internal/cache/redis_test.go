package cache_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"tabletalk/internal/cache"
	"tabletalk/internal/cache/cachetest"
	"tabletalk/internal/fault"
	"tabletalk/internal/testservers"
)

func openRedis(t *testing.T, url string, log *slog.Logger) *cache.Redis {
	t.Helper()
	r, err := cache.NewRedis(url, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func TestRedis(t *testing.T) {
	server := testservers.Redis(t)
	cachetest.Run(t, func(t *testing.T) cachetest.Bench {
		r := openRedis(t, server.URL(), slog.New(slog.DiscardHandler))
		if err := r.Client().FlushDB(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		return cachetest.Bench{Cache: r, Lapse: func(t *testing.T, key string, ttl time.Duration) {
			t.Helper()
			left, err := r.Client().PTTL(t.Context(), cache.RedisPrefix+key).Result()
			if err != nil || left <= 0 || left > ttl {
				t.Fatalf("%s lives for another %v (%v), want at most %v", key, left, err, ttl)
			}
			if err := r.Client().PExpireAt(t.Context(), cache.RedisPrefix+key, time.Unix(1, 0)).Err(); err != nil {
				t.Fatal(err)
			}
		}}
	})
}

// TestRedisOutage: with Redis gone, everything is a miss at once and is said
// once; with Redis back, the cache works again.
func TestRedisOutage(t *testing.T) {
	server := testservers.Redis(t)
	log, said := recorder()
	r := openRedis(t, server.URL(), log)
	now := time.Now()
	r.SetClock(func() time.Time { return now })
	ctx := t.Context()
	r.Set(ctx, "a", []byte("1"), time.Hour)
	server.Stop()
	for range 20 {
		if _, ok := r.Get(ctx, "a"); ok {
			t.Fatal("a stopped server answered")
		}
		r.Set(ctx, "b", []byte("2"), time.Hour)
		r.DeletePrefix(ctx, "a")
		now = now.Add(cache.RedisRest / 3)
	}
	if !fault.Is(r.Ready(ctx), "redis_unavailable") {
		t.Fatal("a stopped server is ready")
	}
	server.Start(t)
	now = now.Add(cache.RedisRest)
	r.Set(ctx, "a", []byte("3"), time.Hour)
	if got, ok := r.Get(ctx, "a"); !ok || string(got) != "3" {
		t.Fatalf("after the outage a is %q (%v)", got, ok)
	}
	if got := said(); got != "WARN Redis does not answer; going on without its cache\nINFO Redis answers again\n" {
		t.Fatalf("the log says:\n%s", got)
	}
}

// TestRedisThatHangs: a server that accepts and says nothing costs one
// timeout, not one each.
func TestRedisThatHangs(t *testing.T) {
	server := testservers.Redis(t)
	log, said := recorder()
	r := openRedis(t, server.URL(), log)
	now := time.Now()
	r.SetClock(func() time.Time { return now })
	r.Set(t.Context(), "a", []byte("1"), time.Hour)
	server.Pause()
	defer server.Resume()
	for range 1000 { // at half a second each this would take minutes
		if _, ok := r.Get(t.Context(), "a"); ok {
			t.Fatal("a paused server answered")
		}
	}
	if got := strings.Count(said(), "\n"); got != 1 {
		t.Fatalf("%d lines of log", got)
	}
}

func TestRedisAskersWhoGoAwaySayNothing(t *testing.T) {
	server := testservers.Redis(t)
	log, said := recorder()
	r := openRedis(t, server.URL(), log)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.Get(ctx, "a")
	if got := said(); got != "" {
		t.Fatalf("the log says %s", got)
	}
}

func TestRedisKeepsNothingHuge(t *testing.T) {
	server := testservers.Redis(t)
	r := openRedis(t, server.URL(), slog.New(slog.DiscardHandler))
	r.Set(t.Context(), "a", []byte("old"), time.Hour)
	r.Set(t.Context(), "a", make([]byte, cache.RedisMaximum+1), time.Hour)
	if _, ok := r.Get(t.Context(), "a"); ok {
		t.Fatal("a huge value was kept, or the old one was")
	}
}

func TestRedisAddress(t *testing.T) {
	for _, url := range []string{"", "http://x", "redis://:hunter2@[bad", "redis://u:hunter2@h/notanumber"} {
		_, err := cache.NewRedis(url, slog.New(slog.DiscardHandler))
		if !fault.Is(err, "redis_url") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q gives %v", url, err)
		}
	}
}

// recorder is a log and what it said: level and message.
func recorder() (*slog.Logger, func() string) {
	var mu sync.Mutex
	var out bytes.Buffer
	h := &lines{write: func(s string) {
		mu.Lock()
		defer mu.Unlock()
		out.WriteString(s)
	}}
	return slog.New(h), func() string {
		mu.Lock()
		defer mu.Unlock()
		return out.String()
	}
}

type lines struct{ write func(string) }

func (l *lines) Enabled(context.Context, slog.Level) bool { return true }
func (l *lines) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *lines) WithGroup(string) slog.Handler            { return l }
func (l *lines) Handle(_ context.Context, r slog.Record) error {
	l.write(r.Level.String() + " " + r.Message + "\n")
	return nil
}
