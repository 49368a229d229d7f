package redislink_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"tabletalk/internal/fault"
	"tabletalk/internal/redislink"
	"tabletalk/internal/testservers"
)

func open(t *testing.T, url string, log *slog.Logger, now func() time.Time) *redislink.Link {
	t.Helper()
	l, err := redislink.Open(url, log, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// ask is an attempt as every user of a link makes it.
func ask(ctx context.Context, l *redislink.Link) (asked bool, err error) {
	if !l.Worth() {
		return false, nil
	}
	err = l.Get(ctx, "nothing").Err()
	l.Report(ctx, err)
	return true, err
}

// TestOutage: an outage and its end are said once, and Redis is asked again
// when it has rested.
func TestOutage(t *testing.T) {
	server := testservers.Redis(t)
	log, said := recorder()
	now := time.Now()
	l := open(t, server.URL(), log, func() time.Time { return now })
	ask(t.Context(), l)
	server.Stop()
	tries := 0
	for range 21 {
		if asked, _ := ask(t.Context(), l); asked {
			tries++
		}
		now = now.Add(redislink.Rest / 4)
	}
	if tries != 6 {
		t.Errorf("a stopped server was asked %d times in five rests, want 6", tries)
	}
	if !fault.Is(l.Ready(t.Context()), "redis_unavailable") {
		t.Error("a stopped server is ready")
	}
	server.Start(t)
	now = now.Add(redislink.Rest)
	if asked, _ := ask(t.Context(), l); !asked || l.Ready(t.Context()) != nil {
		t.Error("a server that is back is not asked, or not ready")
	}
	if got := said(); got != "WARN Redis does not answer; this node goes on by itself\nINFO Redis answers again\n" {
		t.Errorf("the log says:\n%s", got)
	}
}

// TestServerThatHangs: a server that accepts and says nothing costs one
// timeout, not one each.
func TestServerThatHangs(t *testing.T) {
	server := testservers.Redis(t)
	log, said := recorder()
	now := time.Now()
	l := open(t, server.URL(), log, func() time.Time { return now })
	ask(t.Context(), l)
	server.Pause()
	defer server.Resume()
	tries := 0
	for range 1000 {
		if asked, _ := ask(t.Context(), l); asked {
			tries++
		}
	}
	if lines := strings.Count(said(), "\n"); tries != 1 || lines != 1 {
		t.Fatalf("%d tries, %d lines of log, want one of each", tries, lines)
	}
}

func TestAskersWhoGoAwaySayNothing(t *testing.T) {
	server := testservers.Redis(t)
	log, said := recorder()
	l := open(t, server.URL(), log, time.Now)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ask(ctx, l); err == nil {
		t.Fatal("somebody who went away got an answer")
	}
	if got := said(); got != "" || !l.Worth() {
		t.Fatalf("Redis is held to be away; the log says %q", got)
	}
}

func TestAddress(t *testing.T) {
	for _, url := range []string{"", "http://x", "redis://:hunter2@[bad", "redis://u:hunter2@h/notanumber"} {
		_, err := redislink.Open(url, slog.New(slog.DiscardHandler), time.Now)
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
