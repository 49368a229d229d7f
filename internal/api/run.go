package api

import (
	"context"
	"sync"
	"time"

	"tabletalk/internal/fault"
)

// streamGrace is how long a run goes on while nobody reads it.
const streamGrace = time.Second

// run is one answer being made, as a log of events that any number of
// requests may read from any place.
type run struct {
	id, workspace, print string
	cancel               context.CancelFunc

	mu      sync.Mutex
	events  [][]byte
	bytes   int
	ended   bool
	wake    chan struct{} // closed when something was added
	readers int
	alone   *time.Timer
}

func newRun(id, workspace, print string, cancel context.CancelFunc) *run {
	return &run{id: id, workspace: workspace, print: print, cancel: cancel, wake: make(chan struct{})}
}

// same refuses another question under the same key.
func (r *run) same(print string) error {
	if r.print == print {
		return nil
	}
	return keyReused()
}

func keyReused() error {
	return fault.New(fault.Invalid, "idempotency_mismatch", "This Idempotency-Key was used for another request.").WithHint("Make a new key for every new request.")
}

func (r *run) add(name string, data any) { r.append(name, data, false) }
func (r *run) end(name string, data any) { r.append(name, data, true) }

func (r *run) append(name string, data any, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	text := eventText(r.id, len(r.events)+1, name, data)
	r.events = append(r.events, text)
	r.bytes += len(text)
	r.ended = last
	close(r.wake)
	r.wake = make(chan struct{})
}

// since gives the text of all events after one, the number of the last, and
// whether that was the end; wake is closed when there is more.
func (r *run) since(after int) (text []byte, last int, ended bool, wake <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := min(after, len(r.events)); i < len(r.events); i++ {
		text = append(text, r.events[i]...)
	}
	return text, len(r.events), r.ended, r.wake
}

// enter counts a reader in; leave, given what enter gave, counts it out.
func (r *run) enter() struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readers++
	if r.alone != nil {
		r.alone.Stop()
		r.alone = nil
	}
	return struct{}{}
}

func (r *run) leave(struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.readers--; r.readers == 0 && !r.ended {
		r.alone = time.AfterFunc(streamGrace, r.cancel)
	}
}

// runs are the runs in progress and those that ended a short while ago.
type runs struct {
	mu      sync.Mutex
	byID    map[string]*run
	settled []settled
	bytes   int
}

type settled struct {
	run *run
	at  time.Time
}

// What is kept of ended runs, for clients that come back.
const (
	keepRuns     = 256
	keepRunBytes = 64 << 20
	keepRunTime  = 2 * time.Minute
)

func newRuns() *runs { return &runs{byID: map[string]*run{}} }

func (s *runs) find(workspace, id string) *run {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.byID[id]; r != nil && r.workspace == workspace {
		return r
	}
	return nil
}

// findOrAdd gives the run that has the id already, or adds this one.
func (s *runs) findOrAdd(r *run) (_ *run, there bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.byID[r.id]; old != nil && old.workspace == r.workspace {
		return old, true
	}
	s.byID[r.id] = r
	return r, false
}

// settle keeps an ended run for a while and forgets the oldest ones.
func (s *runs) settle(r *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.settled = append(s.settled, settled{r, now})
	s.bytes += r.bytes
	for len(s.settled) > 1 && s.crowded(now) {
		old := s.settled[0].run
		s.settled = s.settled[1:]
		s.bytes -= old.bytes
		delete(s.byID, old.id)
	}
}

func (s *runs) crowded(now time.Time) bool {
	return len(s.settled) > keepRuns || s.bytes > keepRunBytes || now.Sub(s.settled[0].at) > keepRunTime
}
