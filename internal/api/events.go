package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tabletalk/internal/event"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

const socketPath = "/ws"

// Event is one thing that happened in a session, as a client sees it.
type Event struct {
	Seq       int64           `json:"seq" doc:"Grows along a session: go on with ?after= this number"`
	Type      string          `json:"type" doc:"job, file, progress, profile, session_expiring; lost: some events are gone, read the state again"`
	SessionID string          `json:"session_id"`
	Data      json.RawMessage `json:"data,omitempty"`
}

// EventsInput asks for the events of a session.
type EventsInput struct {
	SessionID string `query:"session_id" required:"true" minLength:"1"`
	After     int64  `query:"after" default:"-1" minimum:"-1" doc:"Go on after this number; 0 gives all that are kept, -1 only what happens from now on"`
	Last      string `header:"Last-Event-ID" maxLength:"100" doc:"As after; what a browser sends when it connects again"`
}

// from gives the number after which a client goes on.
func (in *EventsInput) from() int64 {
	if n, err := strconv.ParseInt(in.Last, 10, 64); err == nil && n >= 0 {
		return n
	}
	return in.After
}

// follows opens the events of a session that is the asker's.
func (s *Server) follows(ctx context.Context, in *EventsInput) (<-chan event.Event, error) {
	if err := s.may(ctx, session.View, session.OfSession, in.SessionID); err != nil {
		return nil, err
	}
	if s.events == nil {
		return nil, fault.New(fault.Unavailable, "events_off", "This server tells no events.")
	}
	return s.events.Subscribe(ctx, in.SessionID, in.from())
}

// watch sends the events of a session as server-sent events.
func (s *Server) watch(ctx context.Context, in *EventsInput) (*streamOutput, error) {
	ctx, stop := s.staying(ctx, in.SessionID)
	end := context.AfterFunc(s.watching, stop)
	events, err := s.follows(ctx, in)
	if err != nil {
		stop()
		end()
		return nil, err
	}
	out := &streamOutput{Type: "text/event-stream; charset=utf-8", Buffer: "no"}
	out.Body = func(c huma.Context) {
		defer end()
		defer stop()
		_, w := humago.Unwrap(c)
		s.sendEvents(ctx, w, events)
	}
	return out, nil
}

func (s *Server) sendEvents(ctx context.Context, w http.ResponseWriter, events <-chan event.Event) {
	beat := time.NewTicker(s.limits.Heartbeat)
	defer beat.Stop()
	write := eventWriter(w)
	ok := write([]byte("retry: 1000\n\n"))
	for ok {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			ok = write([]byte(": nothing new\n\n"))
		case e, more := <-events:
			if !more {
				return
			}
			ok = write(sseOf(e))
		}
	}
}

// sseOf writes an event as a server-sent one.
func sseOf(e event.Event) []byte {
	body, err := json.Marshal(Event(e))
	if err != nil {
		return nil
	}
	return fmt.Appendf(nil, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, strings.Map(oneLine, e.Type), body)
}

func oneLine(r rune) rune {
	if r < ' ' {
		return -1
	}
	return r
}

// socket sends the events of a session over a WebSocket. A page of another
// origin is refused: it could otherwise listen with the visitor's rights.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	in, err := socketInput(r)
	var conn *websocket.Conn
	ctx, stop := s.staying(r.Context(), in.about())
	defer stop()
	defer context.AfterFunc(s.watching, stop)()
	var events <-chan event.Event
	if err == nil {
		events, err = s.follows(ctx, in)
	}
	if err != nil {
		s.refuse(w, r, problemOf(err))
		return
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a writer without deadlines has none to take away
	conn, err = websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return // it was answered: no handshake, or a page of another origin
	}
	defer conn.CloseNow() //nolint:errcheck // it was closed properly before, or cannot be
	conn.SetReadLimit(1 << 10)
	s.talk(conn.CloseRead(ctx), conn, events)
}

// talk sends events until the client or the house ends it.
func (s *Server) talk(ctx context.Context, conn *websocket.Conn, events <-chan event.Event) {
	beat := time.NewTicker(s.limits.Heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			_ = conn.Close(websocket.StatusGoingAway, "the server is shutting down")
			return
		case <-beat.C:
			if timed(ctx, conn.Ping) != nil {
				return
			}
		case e, more := <-events:
			if !more {
				_ = conn.Close(websocket.StatusTryAgainLater, "connect again")
				return
			}
			body, err := json.Marshal(Event(e))
			if err != nil {
				continue
			}
			if timed(ctx, func(ctx context.Context) error { return conn.Write(ctx, websocket.MessageText, body) }) != nil {
				return
			}
		}
	}
}

// timed bounds how long a client may take to accept something.
func timed(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	return do(ctx)
}

// about gives the session of a request that may not have been understood.
func (in *EventsInput) about() string {
	if in == nil {
		return ""
	}
	return in.SessionID
}

func socketInput(r *http.Request) (*EventsInput, error) {
	q := r.URL.Query()
	in := &EventsInput{SessionID: q.Get("session_id"), After: event.Newest}
	if text := q.Get("after"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < -1 {
			return nil, fault.New(fault.Invalid, "invalid_request", "The parameter after is not a number of an event.")
		}
		in.After = n
	}
	return in, nil
}

// progressOf gives what tells the watchers of a session how far an upload is,
// a few times a second.
func (s *Server) progressOf(ctx context.Context, sessionID string) func(file string, stage string, done, total int64) {
	last, stageBefore := time.Time{}, ""
	return func(file, stage string, done, total int64) {
		if s.events == nil || stage == stageBefore && time.Since(last) < progressEvery {
			return
		}
		last, stageBefore = time.Now(), stage
		e, err := event.New("progress", sessionID, map[string]any{"file": file, "stage": stage, "done": done, "total": total})
		if err == nil {
			err = s.events.Publish(ctx, e)
		}
		if err != nil {
			s.log.DebugContext(ctx, "an event was not told", "cause", err.Error())
		}
	}
}

const progressEvery = 250 * time.Millisecond
