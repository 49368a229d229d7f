package event

import (
	"context"
	"sync"
	"time"

	"tabletalk/internal/fault"
)

// maxLogs bounds how many sessions have a log; of those that nobody watches
// the one that was quiet longest goes.
const maxLogs = 4096

// Local is a Bus within the process. It has no goroutine of its own.
type Local struct {
	mu     sync.Mutex
	logs   map[string]*sessionLog
	last   int64 // the highest number given
	floor  int64 // events up to here are gone for sessions without a log
	closed bool
	max    int
}

var _ Bus = (*Local)(nil)

// NewLocal makes a bus. Numbers start from the clock, so that they go on
// growing when the program is started again.
func NewLocal(now func() time.Time) *Local {
	start := now().UnixMicro()
	return &Local{logs: map[string]*sessionLog{}, last: start, floor: start, max: maxLogs}
}

// sessionLog is the last events of one session and who watches it.
type sessionLog struct {
	events   []Event
	floor    int64 // events up to here are gone
	watchers map[*watcher]struct{}
}

// Publish implements Bus.
func (l *Local) Publish(_ context.Context, e Event) error {
	if len(e.Data) > maxData {
		return tooLarge()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return closedBus()
	}
	l.last++
	e.Seq = l.last
	log := l.log(e.SessionID)
	log.events = append(log.events, e)
	if over := len(log.events) - kept; over > 0 {
		log.floor = log.events[over-1].Seq
		log.events = append(log.events[:0:0], log.events[over:]...)
	}
	for w := range log.watchers {
		if !w.tell(e) {
			delete(log.watchers, w)
		}
	}
	return nil
}

// Subscribe implements Bus.
func (l *Local) Subscribe(ctx context.Context, sessionID string, after int64) (<-chan Event, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, closedBus()
	}
	log := l.log(sessionID)
	var past []Event
	if after != Newest {
		past = log.since(sessionID, after)
	}
	w := newWatcher(past, l.last)
	log.watchers[w] = struct{}{}
	context.AfterFunc(ctx, func() { l.leave(sessionID, w) })
	return w.events, nil
}

// since gives the kept events above a number, after a marker where some are
// gone.
func (g *sessionLog) since(sessionID string, after int64) []Event {
	var past []Event
	if after < g.floor && after > 0 {
		past = append(past, Event{Seq: g.floor, Type: Lost, SessionID: sessionID})
	}
	for _, e := range g.events {
		if e.Seq > after {
			past = append(past, e)
		}
	}
	return past
}

// Forget implements Bus.
func (l *Local) Forget(_ context.Context, sessionID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if log := l.logs[sessionID]; log != nil {
		log.end()
		delete(l.logs, sessionID)
	}
}

// Close ends all watchers. It is safe to call twice.
func (l *Local) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, log := range l.logs {
		log.end()
	}
	clear(l.logs)
	return nil
}

// leave ends a watcher whose context ended.
func (l *Local) leave(sessionID string, w *watcher) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if log := l.logs[sessionID]; log != nil {
		delete(log.watchers, w)
		if len(log.watchers) == 0 && len(log.events) == 0 {
			delete(l.logs, sessionID)
		}
	}
	w.end()
}

// log gives a session's log, making it, and room for it, where needed.
func (l *Local) log(sessionID string) *sessionLog {
	log := l.logs[sessionID]
	if log == nil {
		if len(l.logs) >= l.max {
			l.evict()
		}
		log = &sessionLog{floor: l.floor, watchers: map[*watcher]struct{}{}}
		l.logs[sessionID] = log
	}
	return log
}

// evict drops the log without watchers that was quiet longest. A session
// that has no log any more may have lost events up to now.
func (l *Local) evict() {
	quietest, at := "", l.last+1
	for id, log := range l.logs {
		if len(log.watchers) == 0 && log.newest() < at {
			quietest, at = id, log.newest()
		}
	}
	if log := l.logs[quietest]; log != nil {
		l.floor = max(l.floor, log.newest())
		delete(l.logs, quietest)
	}
}

func (g *sessionLog) newest() int64 {
	if len(g.events) == 0 {
		return 0
	}
	return g.events[len(g.events)-1].Seq
}

func (g *sessionLog) end() {
	for w := range g.watchers {
		w.end()
	}
	clear(g.watchers)
}

// watcher is one subscription. Its channel has one place more than is ever
// used for events: the marker for the slow.
type watcher struct {
	events chan Event
	seq    int64 // told last
	ended  bool
}

// newWatcher makes a watcher that is told the past first; with it, it knows
// everything up to seq.
func newWatcher(past []Event, seq int64) *watcher {
	w := &watcher{events: make(chan Event, len(past)+buffered+1), seq: seq}
	for _, e := range past {
		w.events <- e
	}
	return w
}

// tell hands an event over without waiting. A watcher that is too far behind
// is told so and ended: false. The caller holds the lock of the bus.
func (w *watcher) tell(e Event) bool {
	if w.ended {
		return false
	}
	if len(w.events) < cap(w.events)-1 {
		w.events <- e
		w.seq = e.Seq
		return true
	}
	w.events <- Event{Seq: w.seq, Type: Lost, SessionID: e.SessionID}
	w.end()
	return false
}

func (w *watcher) end() {
	if !w.ended {
		w.ended = true
		close(w.events)
	}
}

func tooLarge() error {
	return fault.New(fault.TooLarge, "event_too_large", "The event is too large to be told.").At("event.Publish")
}

func closedBus() error {
	return fault.New(fault.Unavailable, "shutting_down", "The server is shutting down.").At("event")
}
