package limit_test

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"tabletalk/internal/limit"
	"tabletalk/internal/limit/limittest"
	"tabletalk/internal/testservers"
)

func TestMemory(t *testing.T) {
	limittest.Run(t, func(*testing.T) limittest.Limiter { return limit.NewMemory(time.Now) })
}

// What was taken comes back evenly.
func TestComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := limit.NewMemory(time.Now)
		for range 2 {
			l.Take(t.Context(), "a", 2, time.Minute)
		}
		time.Sleep(30 * time.Second)
		if wait := l.Take(t.Context(), "a", 2, time.Minute); wait != 0 {
			t.Errorf("half a period later one is free, not after %s", wait)
		}
		if wait := l.Take(t.Context(), "a", 2, time.Minute); wait != 30*time.Second {
			t.Errorf("the next waits %s", wait)
		}
	})
}

func TestRedis(t *testing.T) {
	server := testservers.Redis(t)
	limittest.Run(t, func(t *testing.T) limittest.Limiter {
		l := open(t, server.URL())
		for _, key := range []string{"a", "b"} {
			l.Forget(t.Context(), key)
		}
		return l
	})
	t.Run("two nodes count together", func(t *testing.T) {
		one, two := open(t, server.URL()), open(t, server.URL())
		one.Forget(t.Context(), "shared")
		one.Take(t.Context(), "shared", 1, time.Hour)
		if two.Take(t.Context(), "shared", 1, time.Hour) == 0 {
			t.Error("the other node knows nothing of it")
		}
	})
}

// Without Redis limits are counted in the process.
func TestWithoutRedis(t *testing.T) {
	limittest.Run(t, func(t *testing.T) limittest.Limiter { return open(t, "unix:///nowhere/redis.sock") })
}

func open(t *testing.T, url string) *limit.Redis {
	t.Helper()
	l, err := limit.NewRedis(url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}
