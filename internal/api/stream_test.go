package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/client"
	"tabletalk/internal/conversation"
)

// theatre serves a door whose questions are answered by a script.
func theatre(t *testing.T, script func(ctx context.Context, say func(string)) error) *client.Client {
	t.Helper()
	s := door(t, func(o *Options) {
		o.Sessions = anySession{}
		o.Limits.Heartbeat = 5 * time.Millisecond
		o.Asker = asker{ask: func(ctx context.Context, _ conversation.Request, emit func(conversation.Event)) (*conversation.Answer, error) {
			if err := script(ctx, func(stage string) { emit(conversation.Event{Type: "status", Data: map[string]string{"stage": stage}}) }); err != nil {
				return nil, err
			}
			return &conversation.Answer{QueryID: "q"}, nil
		}}
	})
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return client.New(h.URL, h.Client())
}

var anyQuestion = client.Question{SessionID: "s", Query: "x"}

func TestStreamGoesOnWhereItBroke(t *testing.T) {
	meanwhile := make(chan struct{})
	c := theatre(t, func(_ context.Context, say func(string)) error {
		say("one")
		say("two")
		<-meanwhile
		say("three")
		return nil
	})
	var got []string
	var last string
	broken := errors.New("broken")
	err := c.Stream(t.Context(), anyQuestion, "", func(e client.Event) error {
		last = e.ID
		got = append(got, string(e.Data))
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	close(meanwhile)
	err = c.Stream(t.Context(), anyQuestion, last, func(e client.Event) error {
		got = append(got, e.Type)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`{"stage":"one"}`, "status", "status", "done"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestStreamIsCancelledWhenNobodyReads(t *testing.T) {
	ended := make(chan error, 1)
	c := theatre(t, func(ctx context.Context, say func(string)) error {
		say("begun")
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	})
	gone := errors.New("gone")
	if err := c.Stream(t.Context(), anyQuestion, "", func(client.Event) error { return gone }); !errors.Is(err, gone) {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestStreamBeatsWhileItWorks(t *testing.T) {
	enough := make(chan struct{})
	s := door(t, func(o *Options) {
		o.Sessions = anySession{}
		o.Limits.Heartbeat = time.Millisecond
		o.Asker = asker{ask: func(context.Context, conversation.Request, func(conversation.Event)) (*conversation.Answer, error) {
			<-enough
			return &conversation.Answer{}, nil
		}}
	})
	h := httptest.NewServer(s)
	defer h.Close()
	res, err := h.Client().Post(h.URL+"/api/v1/query/stream", "application/json", strings.NewReader(`{"session_id":"s","query":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // it is read to its end
	var text []byte
	buf := make([]byte, 256)
	for !strings.Contains(string(text), ": still working\n\n") {
		n, err := res.Body.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, buf[:n]...)
	}
	close(enough)
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream; charset=utf-8" {
		t.Errorf("media type %q", kind)
	}
}

func TestStreamEndsWithAProblem(t *testing.T) {
	c := theatre(t, func(context.Context, func(string)) error { return errors.New("secret") })
	var events []client.Event
	if err := c.Stream(t.Context(), anyQuestion, "", func(e client.Event) error { events = append(events, e); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(events) != 1 || events[0].Type != "error" {
		t.Fatalf("%v", events)
	}
	var p Problem
	if err := json.Unmarshal(events[0].Data, &p); err != nil {
		t.Fatal(err)
	}
	if p.Code != "internal" || p.RequestID == "" || strings.Contains(string(events[0].Data), "secret") {
		t.Errorf("%s", events[0].Data)
	}
}

func TestStreamSurvivesAPanic(t *testing.T) {
	c := theatre(t, func(context.Context, func(string)) error { panic("secret") })
	var last string
	if err := c.Stream(t.Context(), anyQuestion, "", func(e client.Event) error { last = e.Type; return nil }); err != nil || last != "error" {
		t.Errorf("%v, last event %q", err, last)
	}
}

func TestRunsAreForgotten(t *testing.T) {
	all := newRuns()
	for i := range keepRuns + 10 {
		r := newRun(newID(), "w", "", func() {})
		all.findOrAdd(r)
		r.end("done", i)
		all.settle(r)
	}
	if len(all.byID) != keepRuns || len(all.settled) != keepRuns {
		t.Errorf("%d and %d are kept, want %d", len(all.byID), len(all.settled), keepRuns)
	}
	for _, r := range all.byID {
		if all.find("other", r.id) != nil {
			t.Fatal("another workspace found the run")
		}
		if all.find("w", r.id) != r {
			t.Fatal("its own workspace did not find the run")
		}
		break
	}
}

func TestEventIDs(t *testing.T) {
	for text, want := range map[string]int{"abc.3": 3, "abc.0": 0, "abc": -1, "abc.x": -1, "abc.-1": -1, "": -1} {
		id, seq := splitEventID(text)
		if want < 0 && id != "" || want >= 0 && (id != "abc" || seq != want) {
			t.Errorf("%q: %q %d", text, id, seq)
		}
	}
}

func TestStreamOfTheSameKeyIsTheSameAnswer(t *testing.T) {
	asked := 0
	s := door(t, func(o *Options) {
		o.Sessions = anySession{}
		o.Asker = asker{ask: func(context.Context, conversation.Request, func(conversation.Event)) (*conversation.Answer, error) {
			asked++
			return &conversation.Answer{QueryID: "q"}, nil
		}}
	})
	send := func(body string) string {
		r := httptest.NewRequest("POST", "/api/v1/query/stream", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "k")
		return serve(s, r).Body.String()
	}
	first := send(`{"session_id":"s","query":"x"}`)
	if second := send(`{"session_id":"s","query":"x"}`); second != first || !strings.Contains(first, "event: done") || asked != 1 {
		t.Errorf("asked %d times\n%s\n%s", asked, first, second)
	}
	if other := send(`{"session_id":"s","query":"y"}`); !strings.Contains(other, "idempotency_mismatch") {
		t.Errorf("%s", other)
	}
}
