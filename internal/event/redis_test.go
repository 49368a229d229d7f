package event_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"tabletalk/internal/event"
	"tabletalk/internal/event/eventtest"
	"tabletalk/internal/fault"
	"tabletalk/internal/redislink"
	"tabletalk/internal/testservers"
)

func redisBus(t *testing.T, url string) *event.Redis {
	t.Helper()
	link, err := redislink.Open(url, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	b := event.NewRedis(link)
	t.Cleanup(func() { _, _ = b.Close(), link.Close() })
	return b
}

func TestRedis(t *testing.T) {
	server := testservers.Redis(t)
	n := 0
	eventtest.Run(t, func(t *testing.T) event.Bus {
		n++
		return redisBus(t, fmt.Sprintf("%s?db=%d", server.URL(), n))
	})
}

// TestRedisBetweenNodes has two buses on one server.
func TestRedisBetweenNodes(t *testing.T) {
	server := testservers.Redis(t)
	one, other := redisBus(t, server.URL()), redisBus(t, server.URL())
	c, err := one.Subscribe(t.Context(), "s", event.Newest)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b"} {
		if err := other.Publish(t.Context(), event.Event{SessionID: "s", Type: name}); err != nil {
			t.Fatal(err)
		}
		if e := read(t, c); e.Type != name {
			t.Fatalf("got %s, want %s", e.Type, name)
		}
	}
	other.Forget(t.Context(), "s")
	if e, open := <-c; open {
		t.Fatalf("got %v of a session that another node forgot", e)
	}
}

// TestRedisOutage: while Redis is away publishing fails at once and watchers
// stay; when it is back, they are told that something was lost, and go on.
func TestRedisOutage(t *testing.T) {
	server := testservers.Redis(t)
	b := redisBus(t, server.URL())
	watch := func() <-chan event.Event {
		c, err := b.Subscribe(t.Context(), "s", event.Newest)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	before := watch()
	if err := b.Publish(t.Context(), event.Event{SessionID: "s", Type: "a"}); err != nil {
		t.Fatal(err)
	}
	if e := read(t, before); e.Type != "a" {
		t.Fatalf("got %v", e)
	}
	server.Stop() // and with it, its events
	for range 100 {
		if err := b.Publish(t.Context(), event.Event{SessionID: "s", Type: "b"}); !fault.Is(err, "redis_unavailable") {
			t.Fatalf("Publish gives %v", err)
		}
	}
	during := watch()
	server.Start(t)
	publishUntilBack(t, b)
	if e := read(t, before); e.Type != event.Lost {
		t.Fatalf("got %v, want %s", e, event.Lost)
	}
	for _, c := range []<-chan event.Event{before, during} {
		e := read(t, c)
		if e.Type == event.Lost {
			e = read(t, c)
		}
		if e.Type != "c" {
			t.Fatalf("got %v after the outage", e)
		}
	}
}

// publishUntilBack tries until the rest after the outage is over.
func publishUntilBack(t *testing.T, b *event.Redis) {
	t.Helper()
	for t.Context().Err() == nil {
		err := b.Publish(t.Context(), event.Event{SessionID: "s", Type: "c"})
		if err == nil {
			return
		}
		if !fault.Is(err, "redis_unavailable") {
			t.Fatal(err)
		}
	}
}
