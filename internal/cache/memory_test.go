package cache_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"tabletalk/internal/cache"
	"tabletalk/internal/cache/cachetest"
)

// handClock is otter's clock, moved by hand; it has no ticks.
type handClock struct{ nanos atomic.Int64 }

func (c *handClock) NowNano() int64                      { return c.nanos.Load() }
func (c *handClock) Tick(time.Duration) <-chan time.Time { return nil }

func TestMemory(t *testing.T) {
	cachetest.Run(t, func(t *testing.T) cachetest.Bench {
		clock := &handClock{}
		m, err := cache.NewMemoryWithClock(64<<20, clock)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = m.Close() })
		return cachetest.Bench{Cache: m, Lapse: func(_ *testing.T, _ string, ttl time.Duration) { clock.nanos.Add(int64(ttl)) }}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	const maximum = 1 << 20
	m, err := cache.NewMemory(maximum)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	value := make([]byte, 10_000)
	for i := range 1000 {
		m.Set(t.Context(), fmt.Sprint(i), value, time.Hour)
	}
	m.CleanUp()
	if got := m.Bytes(); got > maximum || got == 0 {
		t.Fatalf("the cache holds %d bytes of at most %d", got, maximum)
	}
	m.Set(t.Context(), "huge", make([]byte, maximum), time.Hour)
	if _, ok := m.Get(t.Context(), "huge"); ok {
		t.Fatal("a value larger than the cache was kept")
	}
}

func TestMemoryOfNothing(t *testing.T) {
	m, err := cache.NewMemory(0)
	if err != nil {
		t.Fatal(err)
	}
	m.Set(t.Context(), "a", []byte("1"), time.Hour)
	m.DeletePrefix(t.Context(), "a")
	if _, ok := m.Get(t.Context(), "a"); ok || m.Bytes() != 0 {
		t.Fatal("a cache of no bytes kept something")
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkMemoryGet(b *testing.B) {
	m, err := cache.NewMemory(64 << 20)
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	m.Set(b.Context(), "key", make([]byte, 10_000), time.Hour)
	for b.Loop() {
		m.Get(b.Context(), "key")
	}
}
