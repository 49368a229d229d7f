package cache_test

import (
	"log/slog"
	"testing"
	"time"

	"tabletalk/internal/cache"
	"tabletalk/internal/cache/cachetest"
	"tabletalk/internal/redislink"
	"tabletalk/internal/testservers"
)

func openRedis(t *testing.T, url string, now func() time.Time) (*cache.Redis, *redislink.Link) {
	t.Helper()
	link, err := redislink.Open(url, slog.New(slog.DiscardHandler), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = link.Close() })
	return cache.NewRedis(link), link
}

func TestRedis(t *testing.T) {
	server := testservers.Redis(t)
	cachetest.Run(t, func(t *testing.T) cachetest.Bench {
		r, link := openRedis(t, server.URL(), time.Now)
		if err := link.FlushDB(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		return cachetest.Bench{Cache: r, Lapse: func(t *testing.T, key string, ttl time.Duration) {
			t.Helper()
			left, err := link.PTTL(t.Context(), cache.RedisPrefix+key).Result()
			if err != nil || left <= 0 || left > ttl {
				t.Fatalf("%s lives for another %v (%v), want at most %v", key, left, err, ttl)
			}
			if err := link.PExpireAt(t.Context(), cache.RedisPrefix+key, time.Unix(1, 0)).Err(); err != nil {
				t.Fatal(err)
			}
		}}
	})
}

// TestRedisOutage: with Redis gone, everything is a miss at once; with Redis
// back, the cache works again.
func TestRedisOutage(t *testing.T) {
	server := testservers.Redis(t)
	now := time.Now()
	r, _ := openRedis(t, server.URL(), func() time.Time { return now })
	ctx := t.Context()
	r.Set(ctx, "a", []byte("1"), time.Hour)
	server.Stop()
	for range 20 {
		if _, ok := r.Get(ctx, "a"); ok {
			t.Fatal("a stopped server answered")
		}
		r.Set(ctx, "b", []byte("2"), time.Hour)
		r.DeletePrefix(ctx, "a")
		now = now.Add(redislink.Rest / 3)
	}
	server.Start(t)
	now = now.Add(redislink.Rest)
	r.Set(ctx, "a", []byte("3"), time.Hour)
	if got, ok := r.Get(ctx, "a"); !ok || string(got) != "3" {
		t.Fatalf("after the outage a is %q (%v)", got, ok)
	}
}

func TestRedisKeepsNothingHuge(t *testing.T) {
	server := testservers.Redis(t)
	r, _ := openRedis(t, server.URL(), time.Now)
	r.Set(t.Context(), "a", []byte("old"), time.Hour)
	r.Set(t.Context(), "a", make([]byte, cache.RedisMaximum+1), time.Hour)
	if _, ok := r.Get(t.Context(), "a"); ok {
		t.Fatal("a huge value was kept, or the old one was")
	}
}
