package cachetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tabletalk/internal/cache"
)

// Bench is an empty cache under test.
type Bench struct {
	Cache cache.Cache
	// Lapse lets the whole life of a key pass. It fails the test where the
	// key would live longer than ttl.
	Lapse func(t *testing.T, key string, ttl time.Duration)
}

// Run runs the suite.
func Run(t *testing.T, open func(t *testing.T) Bench) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Bench)
	}{
		{"get and set", getAndSet},
		{"a value is kept as it was", keepsACopy},
		{"the end of a life", lapse},
		{"no life at all", noLife},
		{"delete by prefix", deletePrefix},
		{"prefixes that look like patterns", patterns},
		{"any bytes", anyBytes},
		{"an ended context", endedContext},
		{"at once", atOnce},
		{"closed", closed},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

func has(t *testing.T, b Bench, key, want string) {
	t.Helper()
	got, ok := b.Cache.Get(t.Context(), key)
	if !ok || string(got) != want {
		t.Fatalf("%q gives %q (%v), want %q", key, got, ok, want)
	}
}

func lacks(t *testing.T, b Bench, key string) {
	t.Helper()
	if got, ok := b.Cache.Get(t.Context(), key); ok {
		t.Fatalf("%q gives %q, want a miss", key, got)
	}
}

func (b Bench) set(t *testing.T, key, value string) {
	t.Helper()
	b.Cache.Set(t.Context(), key, []byte(value), time.Hour)
}

func getAndSet(t *testing.T, b Bench) {
	lacks(t, b, "a")
	b.set(t, "a", "1")
	has(t, b, "a", "1")
	b.set(t, "a", "2")
	has(t, b, "a", "2")
	b.set(t, "empty", "")
	has(t, b, "empty", "")
	lacks(t, b, "A")
}

func keepsACopy(t *testing.T, b Bench) {
	value := []byte("value")
	b.Cache.Set(t.Context(), "a", value, time.Hour)
	value[0] = 'X'
	has(t, b, "a", "value")
}

func lapse(t *testing.T, b Bench) {
	b.Cache.Set(t.Context(), "short", []byte("1"), time.Minute)
	b.Cache.Set(t.Context(), "long", []byte("2"), 24*time.Hour)
	has(t, b, "short", "1")
	b.Lapse(t, "short", time.Minute)
	lacks(t, b, "short")
	has(t, b, "long", "2")
}

func noLife(t *testing.T, b Bench) {
	for _, ttl := range []time.Duration{0, -time.Second} {
		b.set(t, "a", "old")
		b.Cache.Set(t.Context(), "a", []byte("new"), ttl)
		lacks(t, b, "a")
	}
}

func deletePrefix(t *testing.T, b Bench) {
	for i := range 1200 {
		b.set(t, fmt.Sprintf("s1/%d", i), "x")
	}
	b.set(t, "s10/1", "stays")
	b.set(t, "other", "stays")
	b.Cache.DeletePrefix(t.Context(), "s1/")
	for _, i := range []int{0, 1, 599, 1199} {
		lacks(t, b, fmt.Sprintf("s1/%d", i))
	}
	has(t, b, "s10/1", "stays")
	has(t, b, "other", "stays")
	b.Cache.DeletePrefix(t.Context(), "")
	lacks(t, b, "other")
}

func patterns(t *testing.T, b Bench) {
	for _, prefix := range []string{"*", "a?", "[ab]", `back\slash`, "a*b", "[^x]", "]"} {
		b.set(t, prefix+"1", "goes")
		b.set(t, "abx-stays", "stays")
		b.Cache.DeletePrefix(t.Context(), prefix)
		lacks(t, b, prefix+"1")
		has(t, b, "abx-stays", "stays")
	}
}

func anyBytes(t *testing.T, b Bench) {
	for _, key := range []string{"\x00\xff\r\n", strings.Repeat("k", 5000), "ключ", ""} {
		b.set(t, key, "\x00\xff\r\n"+key)
		has(t, b, key, "\x00\xff\r\n"+key)
	}
}

func endedContext(t *testing.T, b Bench) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.Cache.Set(ctx, "a", []byte("1"), time.Hour)
	b.Cache.Get(ctx, "a")
	b.Cache.DeletePrefix(ctx, "b")
	b.set(t, "c", "3") // and the cache goes on
	has(t, b, "c", "3")
}

func atOnce(t *testing.T, b Bench) {
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := range 50 {
				key := fmt.Sprintf("k%d", i%7)
				b.Cache.Set(t.Context(), key, []byte(key), time.Hour)
				if got, ok := b.Cache.Get(t.Context(), key); ok && string(got) != key {
					t.Errorf("%s gives %q", key, got)
				}
				if w == 0 {
					b.Cache.DeletePrefix(t.Context(), "k3")
				}
			}
		})
	}
	all.Wait()
}

func closed(t *testing.T, b Bench) {
	b.set(t, "a", "1")
	if err := b.Cache.Close(); err != nil {
		t.Fatal(err)
	}
	lacks(t, b, "a")
	b.Cache.DeletePrefix(t.Context(), "a")
}
