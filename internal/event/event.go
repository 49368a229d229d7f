package event

import (
	"context"
	"encoding/json"
)

// Event is one thing that happened in a session.
type Event struct {
	// Seq grows along a session, also over restarts, with gaps. It fits the
	// numbers of JavaScript. The bus gives it.
	Seq       int64           `json:"seq"`
	Type      string          `json:"type"`
	SessionID string          `json:"session_id"`
	Data      json.RawMessage `json:"data,omitempty"`
}

// New makes an event of a session with v as its data.
func New(kind, sessionID string, v any) (Event, error) {
	data, err := json.Marshal(v)
	return Event{Type: kind, SessionID: sessionID, Data: data}, err
}

// Lost is the type of the marker that a watcher gets instead of events that
// are not there any more, or that it was too slow for: read the state again.
// Its Seq is where to go on from.
const Lost = "lost"

// Newest asks Subscribe for what happens from now on.
const Newest int64 = -1

// Limits of a bus.
const (
	kept     = 256      // events of a session
	maxData  = 64 << 10 // bytes of an event's data
	buffered = 64       // events that a watcher may be behind
)

// Bus carries events.
type Bus interface {
	// Publish gives the event a number and tells it to everybody who watches
	// its session. It never waits for a watcher. Errors: event_too_large;
	// unavailable where the bus is another server that does not answer.
	Publish(ctx context.Context, e Event) error
	// Subscribe gives the events of a session with a Seq above after, and
	// then those to come; Newest leaves out the past. Where events after
	// that number are gone already, the first one is Lost. The channel is
	// closed when ctx or the bus ends, or, after a Lost, when the watcher
	// does not keep up.
	Subscribe(ctx context.Context, sessionID string, after int64) (<-chan Event, error)
	// Forget drops the events of a session that is gone and ends its
	// watchers.
	Forget(ctx context.Context, sessionID string)
	Close() error
}
