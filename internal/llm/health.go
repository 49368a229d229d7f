package llm

import (
	"context"
	"errors"
	"time"
)

// Limit is what a server said of one of its limits with its last answer.
type Limit struct {
	Name      string    `json:"name" doc:"As the server calls it: requests, input-tokens"`
	Most      int64     `json:"limit"`
	Remaining int64     `json:"remaining"`
	Reset     time.Time `json:"resets_at"`
}

// State says in a word how a server does.
type State string

// The states.
const (
	Unasked State = "unasked" // nobody asked it since the start
	Well    State = "well"
	Failing State = "failing" // the last call failed
	Waiting State = "limited" // it takes no more calls before a time
	Rests   State = "resting" // it is left alone for a while: it failed too often
)

// Health is how calls of one server ended, since this process began.
type Health struct {
	State     State      `json:"state" enum:"unasked,well,failing,limited,resting"`
	Calls     int        `json:"calls"`
	Failures  int        `json:"failures"`
	LastOK    *time.Time `json:"last_success_at,omitempty"`
	LastFail  *time.Time `json:"last_failure_at,omitempty"`
	Why       string     `json:"last_failure,omitempty" doc:"In a few words; nothing that the server wrote"`
	LatencyMS int64      `json:"latency_ms" doc:"From the request to the end of the last whole answer"`
	Until     *time.Time `json:"asked_again_at,omitempty" doc:"Where it is limited or left alone: when it is asked again"`
	Limits    []Limit    `json:"limits,omitempty" doc:"As the server told with its last answer"`
}

// ends counts a call that ended; the caller holds the lock. A caller who gave
// up says nothing about the server.
func (h *Health) ends(err error, at time.Time, took time.Duration) {
	var e *Error
	switch {
	case err == nil:
		h.Calls, h.LastOK, h.LatencyMS = h.Calls+1, &at, took.Milliseconds()
	case errors.As(err, &e):
		h.Calls, h.Failures, h.LastFail, h.Why = h.Calls+1, h.Failures+1, &at, Sentence(err)
	}
}

// Health tells how calls ended, and whether the server may be asked now: calls
// are those of this process, the state is that of all who share a board.
func (s *Steady) Health(ctx context.Context) Health {
	limits, others := s.Limits(), s.paused(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	h, now := s.health, s.patience.Clock()
	h.Limits = limits
	failed := h.LastFail != nil && (h.LastOK == nil || h.LastFail.After(*h.LastOK))
	h.State = Unasked
	switch {
	case s.rests():
		until := s.failures[len(s.failures)-1].Add(s.patience.Window)
		h.State, h.Until = Rests, &until
	case usedUp(limits, now) != nil:
		h.State, h.Until = Waiting, usedUp(limits, now)
	case others.Kind == Resting:
		h.State, h.Until = Rests, &others.Until
	case others.Kind == Limited:
		h.State, h.Until = Waiting, &others.Until
	case failed:
		h.State = Failing
	case h.LastOK != nil:
		h.State = Well
	}
	return h
}

// usedUp is when the last of the limits of which nothing is left begins anew;
// nil where there is none.
func usedUp(limits []Limit, now time.Time) (until *time.Time) {
	for i := range limits {
		if l := &limits[i]; l.Remaining == 0 && l.Reset.After(now) && (until == nil || l.Reset.After(*until)) {
			until = &l.Reset
		}
	}
	return until
}
