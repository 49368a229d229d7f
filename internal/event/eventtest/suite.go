package eventtest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/event"
	"tabletalk/internal/fault"
)

// patience bounds how long a test waits for an event that never comes.
const patience = 10 * time.Second

// Run runs the suite; open gives an empty bus.
func Run(t *testing.T, open func(t *testing.T) event.Bus) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, event.Bus)
	}{
		{"a watcher is told", told},
		{"sessions are apart", apart},
		{"several watchers", several},
		{"go on after a number", goOn},
		{"the newest only", newest},
		{"numbers grow", numbersGrow},
		{"what is gone is told as lost", lost},
		{"a slow watcher is dropped with a marker", slow},
		{"the end of a context", endOfContext},
		{"forget", forget},
		{"close", closeBus},
		{"too large", tooLarge},
		{"at once", atOnce},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

func publish(t *testing.T, b event.Bus, session string, names ...string) {
	t.Helper()
	for _, name := range names {
		e, err := event.New(name, session, map[string]string{"name": name})
		if err == nil {
			err = b.Publish(t.Context(), e)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func subscribe(t *testing.T, b event.Bus, session string, after int64) <-chan event.Event {
	t.Helper()
	c, err := b.Subscribe(t.Context(), session, after)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// next waits for one event.
func next(t *testing.T, c <-chan event.Event) event.Event {
	t.Helper()
	select {
	case e, ok := <-c:
		if !ok {
			t.Fatal("the channel was closed")
		}
		return e
	case <-time.After(patience):
		t.Fatal("no event came")
	}
	return event.Event{}
}

func types(t *testing.T, c <-chan event.Event, n int) []string {
	t.Helper()
	var list []string
	for range n {
		list = append(list, next(t, c).Type)
	}
	return list
}

// ended waits for the channel to be closed and gives what came before.
func ended(t *testing.T, c <-chan event.Event) []event.Event {
	t.Helper()
	var list []event.Event
	limit := time.After(patience)
	for {
		select {
		case e, ok := <-c:
			if !ok {
				return list
			}
			list = append(list, e)
		case <-limit:
			t.Fatal("the channel was not closed")
		}
	}
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("differs (-want +got):\n%s", d)
	}
}

func told(t *testing.T, b event.Bus) {
	c := subscribe(t, b, "s", event.Newest)
	publish(t, b, "s", "status")
	e := next(t, c)
	same(t, `{"name":"status"}`, string(e.Data))
	same(t, "s", e.SessionID)
	if e.Seq <= 0 || e.Seq >= 1<<53 {
		t.Fatalf("number %d", e.Seq)
	}
}

func apart(t *testing.T, b event.Bus) {
	one, other := subscribe(t, b, "one", event.Newest), subscribe(t, b, "other", event.Newest)
	publish(t, b, "one", "a")
	publish(t, b, "other", "b")
	publish(t, b, "one", "c")
	same(t, []string{"a", "c"}, types(t, one, 2))
	same(t, []string{"b"}, types(t, other, 1))
}

func several(t *testing.T, b event.Bus) {
	one, other := subscribe(t, b, "s", event.Newest), subscribe(t, b, "s", event.Newest)
	publish(t, b, "s", "a", "b")
	same(t, []string{"a", "b"}, types(t, one, 2))
	same(t, []string{"a", "b"}, types(t, other, 2))
}

func goOn(t *testing.T, b event.Bus) {
	publish(t, b, "s", "a", "b", "c")
	c := subscribe(t, b, "s", 0)
	next(t, c)
	second := next(t, c)
	publish(t, b, "s", "d")
	same(t, []string{"c", "d"}, types(t, c, 2))
	again := subscribe(t, b, "s", second.Seq)
	publish(t, b, "s", "e")
	same(t, []string{"c", "d", "e"}, types(t, again, 3))
}

func newest(t *testing.T, b event.Bus) {
	publish(t, b, "s", "old")
	c := subscribe(t, b, "s", event.Newest)
	publish(t, b, "s", "new")
	same(t, []string{"new"}, types(t, c, 1))
}

func numbersGrow(t *testing.T, b event.Bus) {
	c := subscribe(t, b, "s", 0)
	last := int64(0)
	for i := range 50 {
		publish(t, b, "s", fmt.Sprint(i))
		e := next(t, c)
		if e.Seq <= last {
			t.Fatalf("%d after %d", e.Seq, last)
		}
		last = e.Seq
	}
}

func lost(t *testing.T, b event.Bus) {
	publish(t, b, "s", "first")
	first := next(t, subscribe(t, b, "s", 0))
	for i := range 2000 {
		publish(t, b, "s", fmt.Sprint(i))
	}
	c := subscribe(t, b, "s", first.Seq)
	marker := next(t, c)
	same(t, event.Lost, marker.Type)
	e := next(t, c)
	if e.Seq <= marker.Seq || marker.Seq <= first.Seq {
		t.Fatalf("numbers %d, lost up to %d, %d", first.Seq, marker.Seq, e.Seq)
	}
	if e.Type == "0" {
		t.Fatal("two thousand events were kept")
	}
	for e.Type != "1999" {
		e = next(t, c)
	}
}

func slow(t *testing.T, b event.Bus) {
	c := subscribe(t, b, "s", event.Newest)
	fast := subscribe(t, b, "s", event.Newest)
	for i := range 300 {
		publish(t, b, "s", fmt.Sprint(i))
		same(t, fmt.Sprint(i), next(t, fast).Type)
	}
	list := ended(t, c)
	marker := list[len(list)-1]
	same(t, event.Lost, marker.Type)
	same(t, list[len(list)-2].Seq, marker.Seq)
	again := subscribe(t, b, "s", marker.Seq) // nothing is missing after going on
	same(t, fmt.Sprint(len(list)-1), next(t, again).Type)
}

func endOfContext(t *testing.T, b event.Bus) {
	ctx, cancel := context.WithCancel(t.Context())
	c, err := b.Subscribe(ctx, "s", event.Newest)
	if err != nil {
		t.Fatal(err)
	}
	stays := subscribe(t, b, "s", event.Newest)
	cancel()
	same(t, 0, len(ended(t, c)))
	publish(t, b, "s", "a")
	same(t, []string{"a"}, types(t, stays, 1))
}

func forget(t *testing.T, b event.Bus) {
	c := subscribe(t, b, "s", event.Newest)
	publish(t, b, "s", "secret")
	next(t, c)
	b.Forget(t.Context(), "s")
	same(t, 0, len(ended(t, c)))
	again := subscribe(t, b, "s", 0)
	publish(t, b, "s", "after")
	same(t, []string{"after"}, types(t, again, 1))
}

func closeBus(t *testing.T, b event.Bus) {
	c := subscribe(t, b, "s", event.Newest)
	for range 2 {
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	same(t, 0, len(ended(t, c)))
	if err := b.Publish(t.Context(), event.Event{SessionID: "s"}); !fault.IsKind(err, fault.Unavailable) {
		t.Fatalf("Publish on a closed bus gives %v", err)
	}
	if _, err := b.Subscribe(t.Context(), "s", 0); !fault.IsKind(err, fault.Unavailable) {
		t.Fatalf("Subscribe on a closed bus gives %v", err)
	}
}

func tooLarge(t *testing.T, b event.Bus) {
	e, err := event.New("big", "s", strings.Repeat("x", 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Publish(t.Context(), e); !fault.Is(err, "event_too_large") {
		t.Fatalf("Publish gives %v", err)
	}
}

// atOnce has publishers and watchers come and go: a watcher that stays sees
// every event once and in order.
func atOnce(t *testing.T, b event.Bus) {
	c := subscribe(t, b, "s", event.Newest)
	const publishers, each = 4, 10
	var all sync.WaitGroup
	for range publishers {
		all.Go(func() {
			for range each {
				if err := b.Publish(t.Context(), event.Event{SessionID: "s", Type: "x"}); err != nil {
					t.Error(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				if _, err := b.Subscribe(ctx, "s", 0); err != nil {
					t.Error(err)
				}
				cancel()
			}
		})
	}
	last := int64(0)
	for range publishers * each {
		e := next(t, c)
		if e.Seq <= last || e.Type != "x" {
			t.Fatalf("%s %d after %d", e.Type, e.Seq, last)
		}
		last = e.Seq
	}
	all.Wait()
}
