package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

type streamInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"The same key attaches to the same answer"`
	Last string `header:"Last-Event-ID" maxLength:"100" doc:"Goes on after this event of an answer that was being received"`
	Body questionBody
}

func (in *streamInput) session() string { return in.Body.SessionID }

type streamOutput struct {
	Type   string `header:"Content-Type"`
	Buffer string `header:"X-Accel-Buffering"`
	Body   func(huma.Context)
}

// stream answers a question as server-sent events. The answer is made by a
// run of its own that writes into a log; this request reads the log. A client
// that lost its connection goes on where it was; when nobody reads for
// streamGrace, the run is cancelled.
func (s *Server) stream(ctx context.Context, in *streamInput) (*streamOutput, error) {
	run, after, err := s.findRun(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &streamOutput{Type: "text/event-stream; charset=utf-8", Buffer: "no"}
	out.Body = func(c huma.Context) {
		r, w := humago.Unwrap(c)
		defer run.leave(run.enter())
		ctx, stop := s.staying(r.Context(), in.Body.SessionID)
		defer stop()
		s.follow(ctx, w, run, after)
	}
	return out, nil
}

// findRun finds the run that a client asks to go on with, or starts one.
func (s *Server) findRun(ctx context.Context, in *streamInput) (*run, int, error) {
	workspace := who(ctx).scope()
	if in.Last != "" {
		id, after := splitEventID(in.Last)
		if run := s.runs.find(workspace, id); run != nil {
			return run, after, nil
		}
		return nil, 0, fault.New(fault.NotFound, "stream_gone", "The events of that answer are no longer kept.").
			WithHint("Read GET /queries/{id}, or ask again without Last-Event-ID.")
	}
	req, err := s.request(ctx, in.Body)
	if err != nil {
		return nil, 0, err
	}
	if err := s.may(ctx, session.Edit, session.OfSession, in.Body.SessionID); err != nil {
		return nil, 0, err
	}
	id, print := newID(), fingerprint("POST /query/stream", in.Body)
	if in.Key != "" {
		id = fingerprint(workspace, in.Key)[:32]
	}
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	run, there := s.runs.findOrAdd(newRun(id, workspace, print, cancel))
	if there {
		cancel()
		return run, 0, run.same(print)
	}
	s.startRun(life, run, req)
	return run, 0, nil
}

// startRun answers in the background until done, cancelled, or the house
// closes.
func (s *Server) startRun(ctx context.Context, r *run, req conversation.Request) {
	stop := context.AfterFunc(s.life, r.cancel)
	s.working.Go(func() {
		defer stop()
		defer r.cancel()
		defer func() {
			if p := recover(); p != nil {
				s.log.ErrorContext(ctx, "panic while answering", "request_id", requestID(ctx), "panic", fmt.Sprint(p))
				s.endRun(ctx, r, nil, fault.New(fault.Internal, "internal", "Something went wrong on our side."))
			}
		}()
		a, err := s.asker.Ask(ctx, req, func(e conversation.Event) {
			if e.Type != "done" && e.Type != "error" {
				r.add(e.Type, e.Data)
			}
		})
		s.endRun(ctx, r, a, err)
	})
}

// endRun writes the last event and counts the answer.
func (s *Server) endRun(ctx context.Context, r *run, a *conversation.Answer, err error) {
	if _, err := s.answered(a, err); err != nil {
		p := *problemOf(err)
		p.RequestID = requestID(ctx)
		if p.Status >= http.StatusInternalServerError {
			s.log.ErrorContext(ctx, "answering failed", "request_id", p.RequestID, "code", p.Code, "cause", p.Error())
		}
		r.end("error", p)
	} else {
		r.end("done", a)
	}
	s.runs.settle(r)
}

// follow writes the run's events after the given one until the last, with a
// comment now and then so that nobody in between takes the line for dead.
func (s *Server) follow(ctx context.Context, w http.ResponseWriter, run *run, after int) {
	beat := time.NewTicker(s.limits.Heartbeat)
	defer beat.Stop()
	write := eventWriter(w)
	if !write([]byte("retry: 1000\n\n")) {
		return
	}
	for {
		text, last, ended, wake := run.since(after)
		if len(text) > 0 && !write(text) {
			return
		}
		if after = last; ended {
			return
		}
		select {
		case <-wake:
		case <-beat.C:
			if !write([]byte(": still working\n\n")) {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// eventWriter begins a stream of events and gives what sends a batch of them
// at once; false where the client is gone or too slow.
func eventWriter(w http.ResponseWriter) func(text []byte) bool {
	rc := http.NewResponseController(w)
	w.WriteHeader(http.StatusOK)
	return func(text []byte) bool {
		_ = rc.SetWriteDeadline(time.Now().Add(writeTime)) // a writer without deadlines is written to without one
		_, err := w.Write(text)
		return err == nil && rc.Flush() == nil
	}
}

// writeTime is what a client may take to accept one batch of events.
const writeTime = 30 * time.Second

// event is one event in the form in which it is sent.
func eventText(id string, seq int, name string, data any) []byte {
	body, err := json.Marshal(data)
	if err != nil {
		name, body = "error", []byte(`{"status":500,"code":"internal","detail":"An event could not be written."}`)
	}
	return fmt.Appendf(nil, "id: %s.%d\nevent: %s\ndata: %s\n\n", id, seq, name, body)
}

// splitEventID reads what eventText wrote; nonsense finds no run.
func splitEventID(text string) (id string, seq int) {
	id, n, _ := strings.Cut(text, ".")
	seq, err := strconv.Atoi(n)
	if err != nil || seq < 0 {
		return "", 0
	}
	return id, seq
}

// fingerprint tells requests apart without keeping what they say.
func fingerprint(parts ...any) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for _, p := range parts {
		_ = enc.Encode(p) // a hash takes everything, and the parts were decoded from JSON
	}
	return hex.EncodeToString(h.Sum(nil))
}
