package event_test

import (
	"fmt"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tabletalk/internal/event"
	"tabletalk/internal/event/eventtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLocal(t *testing.T) {
	eventtest.Run(t, func(t *testing.T) event.Bus {
		b := event.NewLocal(time.Now)
		t.Cleanup(func() { _ = b.Close() })
		return b
	})
}

func read(t *testing.T, c <-chan event.Event) event.Event {
	t.Helper()
	select {
	case e := <-c:
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("no event came")
	}
	return event.Event{}
}

// TestLocalRestart: a watcher who comes back after a restart with an old
// number is told that it missed something.
func TestLocalRestart(t *testing.T) {
	clock := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	first := event.NewLocal(func() time.Time { return clock })
	if err := first.Publish(t.Context(), event.Event{SessionID: "s", Type: "a"}); err != nil {
		t.Fatal(err)
	}
	c, err := first.Subscribe(t.Context(), "s", 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := read(t, c).Seq
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := event.NewLocal(func() time.Time { return clock.Add(time.Second) })
	defer second.Close()
	c, err = second.Subscribe(t.Context(), "s", seen)
	if err != nil {
		t.Fatal(err)
	}
	if e := read(t, c); e.Type != event.Lost {
		t.Fatalf("got %s, want %s", e.Type, event.Lost)
	}
	if err := second.Publish(t.Context(), event.Event{SessionID: "s", Type: "b"}); err != nil {
		t.Fatal(err)
	}
	if e := read(t, c); e.Type != "b" || e.Seq <= seen {
		t.Fatalf("got %s %d after %d", e.Type, e.Seq, seen)
	}
}

// TestLocalIsBounded has more sessions than are kept.
func TestLocalIsBounded(t *testing.T) {
	b := event.NewLocal(time.Now)
	defer b.Close()
	b.SetMaxLogs(10)
	watched, err := b.Subscribe(t.Context(), "s0", event.Newest)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if err := b.Publish(t.Context(), event.Event{SessionID: fmt.Sprintf("s%d", i), Type: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.Logs(); n > 10 {
		t.Fatalf("%d logs of at most 10", n)
	}
	if e := read(t, watched); e.Type != "x" {
		t.Fatalf("the watched session lost its log: %v", e)
	}
	c, err := b.Subscribe(t.Context(), "s5", 1)
	if err != nil {
		t.Fatal(err)
	}
	if e := read(t, c); e.Type != event.Lost {
		t.Fatalf("got %s, want %s", e.Type, event.Lost)
	}
}
