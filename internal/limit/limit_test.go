package limit_test

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"

	"tabletalk/internal/limit"
	"tabletalk/internal/limit/limittest"
	"tabletalk/internal/redislink"
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

// Two nodes share the seats of a key; a seat that was left, or whose node died,
// is free again.
func TestSeats(t *testing.T) {
	server := testservers.Redis(t)
	one, two := open(t, server.URL()).Seats(), open(t, server.URL()).Seats()
	leave, ok := one.Sit(t.Context(), "ann", 2)
	_, second := two.Sit(t.Context(), "ann", 2)
	if !ok || !second {
		t.Fatal("there are two seats")
	}
	if _, ok := two.Sit(t.Context(), "ann", 2); ok {
		t.Error("a third sits on two")
	}
	if _, ok := two.Sit(t.Context(), "bob", 1); !ok {
		t.Error("keys are not apart")
	}
	leave()
	if _, ok := two.Sit(t.Context(), "ann", 2); !ok {
		t.Error("a seat that was left is taken")
	}
	o, err := redis.ParseURL(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	direct := redis.NewClient(o)
	defer direct.Close() //nolint:errcheck // it was only written
	if err := direct.ZAdd(t.Context(), "tabletalk:seats:dead", redis.Z{Score: 1, Member: "a node that died"}).Err(); err != nil {
		t.Fatal(err)
	}
	if _, ok := one.Sit(t.Context(), "dead", 1); !ok {
		t.Error("the seat of a dead node is taken")
	}
}

// Without Redis everybody gets a seat: the process counts for itself.
func TestSeatsWithoutRedis(t *testing.T) {
	s := open(t, "unix:///nowhere/redis.sock").Seats()
	for range 3 {
		leave, ok := s.Sit(t.Context(), "a", 1)
		if !ok {
			t.Fatal("nobody sits without Redis")
		}
		leave()
	}
}

// Without Redis limits are counted in the process.
func TestWithoutRedis(t *testing.T) {
	limittest.Run(t, func(t *testing.T) limittest.Limiter { return open(t, "unix:///nowhere/redis.sock") })
}

func open(t *testing.T, url string) *limit.Redis {
	t.Helper()
	link, err := redislink.Open(url, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = link.Close() })
	return limit.NewRedis(link)
}
