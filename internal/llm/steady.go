package llm

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Patience says how often, and how long apart, a call is made again.
type Patience struct {
	Attempts int           // in all; usually 3
	Base     time.Duration // before the second attempt; doubled for each one after it
	Longest  time.Duration // a server that wants to be asked later than this is not waited for
	Failures int           // so many in a row within Window, and the provider rests
	Window   time.Duration
	Sleep    func(ctx context.Context, d time.Duration) error
	Clock    func() time.Time
}

// UsualPatience is what the product uses.
func UsualPatience() Patience {
	return Patience{Attempts: 3, Base: 600 * time.Millisecond, Longest: 20 * time.Second, Failures: 5, Window: time.Minute, Sleep: sleep, Clock: time.Now}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Steady is a Provider that asks again where that can help, and that rests
// after many failures, so that a server in trouble is left alone and people
// do not wait for it.
type Steady struct {
	Provider
	patience Patience
	board    Board // nil where nobody else asks
	key      string
	mu       sync.Mutex
	failures []time.Time
	health   Health
}

// NewSteady makes a provider patient.
func NewSteady(p Provider, patience Patience) *Steady {
	return &Steady{Provider: p, patience: patience}
}

// Stream asks until there is an answer, or asking again cannot help.
func (s *Steady) Stream(ctx context.Context, req Request, on func(Event)) (*Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := s.try(ctx, req, on)
		if err == nil {
			return resp, nil
		}
		wait, again := s.wait(ctx, attempt, err)
		if !again {
			return nil, err
		}
		if s.patience.Sleep(ctx, wait) != nil {
			return nil, err
		}
		if on != nil {
			on(Event{Again: true, Lost: lost(err)})
		}
	}
}

// try asks once, if the server may be asked.
func (s *Steady) try(ctx context.Context, req Request, on func(Event)) (*Response, error) {
	if err := s.held(ctx); err != nil {
		return nil, err
	}
	begun := s.patience.Clock()
	resp, err := s.Provider.Stream(ctx, req, on)
	s.note(err, begun)
	s.post(ctx, err)
	return resp, err
}

func lost(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Lost()
}

// wait says how long to wait before the next attempt, if there is one.
func (s *Steady) wait(ctx context.Context, attempt int, err error) (time.Duration, bool) {
	var e *Error
	if !errors.As(err, &e) || !e.Retryable() || attempt >= s.patience.Attempts || e.After > s.patience.Longest || ctx.Err() != nil {
		return 0, false
	}
	wait := s.patience.Base << (attempt - 1)
	wait = max(e.After, wait/2+rand.N(wait/2+1)) // those who failed together do not come back together
	if end, ok := ctx.Deadline(); ok && time.Until(end) < wait {
		return 0, false
	}
	return wait, true
}

// note remembers a failure of the server, and forgets them all at a success.
func (s *Steady) note(err error, begun time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.patience.Clock()
	s.health.ends(err, now, now.Sub(begun))
	var e *Error
	switch {
	case err == nil:
		s.failures = nil
	case errors.As(err, &e) && e.Retryable():
		s.failures = slices.DeleteFunc(s.failures, func(at time.Time) bool { return now.Sub(at) >= s.patience.Window })
		s.failures = append(s.failures, now)
	}
}

// resting reports whether the last failures came so close together that the
// server is left alone.
func (s *Steady) resting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rests()
}

func (s *Steady) rests() bool {
	n := len(s.failures)
	if n < s.patience.Failures {
		return false
	}
	since := s.patience.Clock().Sub(s.failures[n-1])
	return since >= 0 && since < s.patience.Window // a clock that was set back says nothing
}
