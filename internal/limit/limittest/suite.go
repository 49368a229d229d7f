package limittest

import (
	"context"
	"testing"
	"time"
)

// Limiter is what is tested.
type Limiter interface {
	Take(ctx context.Context, key string, burst int, per time.Duration) time.Duration
	Return(ctx context.Context, key string, burst int, per time.Duration)
	Forget(ctx context.Context, key string)
}

// Run runs the suite. A period of an hour does not go by meanwhile.
func Run(t *testing.T, fresh func(t *testing.T) Limiter) {
	t.Run("a burst and no more", func(t *testing.T) {
		l := fresh(t)
		for range 5 {
			if wait := l.Take(t.Context(), "a", 5, time.Hour); wait != 0 {
				t.Fatalf("one of the burst has to wait %s", wait)
			}
		}
		wait := l.Take(t.Context(), "a", 5, time.Hour)
		if wait <= 10*time.Minute || wait > 12*time.Minute {
			t.Errorf("the sixth waits %s, want the fifth part of an hour", wait)
		}
		if again := l.Take(t.Context(), "a", 5, time.Hour); again > wait {
			t.Errorf("waiting makes it longer: %s, then %s", wait, again)
		}
	})
	t.Run("keys are apart", func(t *testing.T) {
		l := fresh(t)
		l.Take(t.Context(), "a", 1, time.Hour)
		if wait := l.Take(t.Context(), "b", 1, time.Hour); wait != 0 {
			t.Errorf("b waits %s for a", wait)
		}
	})
	t.Run("given back", func(t *testing.T) {
		l := fresh(t)
		for range 3 {
			if wait := l.Take(t.Context(), "a", 1, time.Hour); wait != 0 {
				t.Fatalf("it waits %s for what was given back", wait)
			}
			l.Return(t.Context(), "a", 1, time.Hour)
		}
		l.Return(t.Context(), "b", 1, time.Hour)
		l.Take(t.Context(), "b", 1, time.Hour)
		if l.Take(t.Context(), "b", 1, time.Hour) == 0 {
			t.Error("what was never taken was given back")
		}
	})
	t.Run("forgotten", func(t *testing.T) {
		l := fresh(t)
		l.Take(t.Context(), "a", 1, time.Hour)
		if l.Take(t.Context(), "a", 1, time.Hour) == 0 {
			t.Fatal("the second did not wait")
		}
		l.Forget(t.Context(), "a")
		if wait := l.Take(t.Context(), "a", 1, time.Hour); wait != 0 {
			t.Errorf("it waits %s for what was forgotten", wait)
		}
	})
}
