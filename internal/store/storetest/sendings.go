package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/agent"
	"tabletalk/internal/session"
)

func (b *bench) sent(t *testing.T, workspace, sessionID, queryID string, micros int64) conversation.Sendings {
	t.Helper()
	s := conversation.Sendings{
		Workspace: workspace, SessionID: sessionID, QueryID: queryID, Purpose: "question", Where: "localhost", Model: "m", Egress: agent.Values,
		Shared: agent.Shared{Tables: 1}, Spent: agent.Spent{Calls: 1, Usage: llm.Usage{Input: 7}, Micros: micros},
		Requests: []conversation.Sending{{At: b.clock.now(), To: "http://localhost/v1", Body: `{"a":"ä"}`}}, CreatedAt: b.clock.now(),
	}
	ok(t, b.AddSent(b.ctx, s))
	return s
}

func whatWasSent(t *testing.T, b *bench) {
	s := b.session(t)
	c := b.conversation(t, s.ID)
	a := b.answer(s.ID, c.ID)
	ok(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}))
	q := a.QueryID
	first := b.sent(t, s.Workspace, s.ID, q, 40)
	got, err := b.SentFor(b.ctx, s.Workspace, q)
	ok(t, err)
	first.Workspace = ""
	same(t, first, *got)
	b.sent(t, s.Workspace, s.ID, q, 2)
	got, err = b.SentFor(b.ctx, s.Workspace, q)
	ok(t, err)
	same(t, 2, len(got.Requests))
	same(t, agent.Spent{Calls: 2, Usage: llm.Usage{Input: 14}, Micros: 42}, got.Spent)
	same(t, 2, got.Shared.Tables)
	_, err = b.SentFor(b.ctx, otherWorkspace, q)
	wants(t, err, "query_not_found")

	b.sent(t, s.Workspace, s.ID, "of a question that is not there", 1)
	today, err := b.SpentSince(b.ctx, s.Workspace, b.clock.now())
	ok(t, err)
	same(t, int64(43), today)
	for _, person := range []string{"ann", "ann", "bob", ""} {
		sent := conversation.Sendings{Workspace: s.Workspace, Person: person, Spent: agent.Spent{Calls: 2, Micros: 5}, CreatedAt: b.clock.now()}
		ok(t, b.AddSent(b.ctx, sent))
	}
	calls, cost, err := b.SpentBy(b.ctx, s.Workspace, "ann", b.clock.now())
	ok(t, err)
	same(t, [2]int64{4, 10}, [2]int64{calls, cost})
	calls, cost, err = b.SpentBy(b.ctx, s.Workspace, "ann", b.clock.now().Add(24*time.Hour))
	ok(t, err)
	same(t, [2]int64{}, [2]int64{calls, cost})
	ok(t, b.DeleteSession(b.ctx, s.Workspace, s.ID))
	b.clock.forward(48 * time.Hour)
	spent, err := b.SpentSince(b.ctx, s.Workspace, b.clock.now().Add(-72*time.Hour))
	ok(t, err)
	same(t, int64(63), spent)
	none, err := b.SpentSince(b.ctx, s.Workspace, b.clock.now())
	ok(t, err)
	same(t, int64(0), none)
}

// Money and calls are held once, whoever asks at the same time, until they are
// given back or their time is over.
func whatIsHeld(t *testing.T, b *bench) {
	const most = 5
	workspace := session.DefaultWorkspace
	h := func(id string) conversation.Hold {
		return conversation.Hold{ID: id, Workspace: workspace, Person: "ann", At: b.clock.now(), Until: b.clock.now().Add(time.Minute)}
	}
	full := fault.New(fault.TooMany, "full", "No more.")
	one := func(s conversation.Spending) (calls, micros int64, err error) {
		if s.PersonCalls >= most {
			return 0, 0, full
		}
		return 1, 10, nil
	}
	var held atomic.Int64
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			switch err := b.Hold(b.ctx, h(fmt.Sprint(i)), one); {
			case err == nil:
				held.Add(1)
			case !fault.Is(err, "full"):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	same(t, int64(most), held.Load())
	seen := func(want conversation.Spending) {
		t.Helper()
		var got conversation.Spending
		wants(t, b.Hold(b.ctx, h("looks"), func(s conversation.Spending) (int64, int64, error) { got = s; return 0, 0, full }), "full")
		same(t, want, got)
	}
	seen(conversation.Spending{Day: 50, Month: 50, PersonCalls: 5, PersonMicros: 50})
	for i := range 8 {
		ok(t, b.Unhold(b.ctx, fmt.Sprint(i)))
	}
	seen(conversation.Spending{})
	ok(t, b.AddSent(b.ctx, conversation.Sendings{Workspace: workspace, Person: "ann", Spent: agent.Spent{Calls: 2, Micros: 7}, CreatedAt: b.clock.now()}))
	ok(t, b.Hold(b.ctx, h("left behind"), one))
	seen(conversation.Spending{Day: 17, Month: 17, PersonCalls: 3, PersonMicros: 17})
	b.clock.forward(2 * time.Minute)
	seen(conversation.Spending{Day: 7, Month: 7, PersonCalls: 2, PersonMicros: 7})
}

func whatMayBeSent(t *testing.T, b *bench) {
	s := b.session(t)
	is := func(workspace, session agent.Egress) {
		t.Helper()
		w, o, err := b.SessionEgress(b.ctx, s.Workspace, s.ID)
		ok(t, err)
		same(t, [2]agent.Egress{workspace, session}, [2]agent.Egress{w, o})
	}
	is("", "")
	ok(t, b.SetEgress(b.ctx, s.Workspace, "", agent.Results))
	ok(t, b.SetEgress(b.ctx, s.Workspace, s.ID, agent.Schema))
	is(agent.Results, agent.Schema)
	ok(t, b.SetEgress(b.ctx, s.Workspace, s.ID, agent.Off))
	is(agent.Results, agent.Off)
	ok(t, b.SetEgress(b.ctx, s.Workspace, s.ID, ""))
	ok(t, b.SetEgress(b.ctx, s.Workspace, "", ""))
	is("", "")
	wants(t, b.SetEgress(b.ctx, otherWorkspace, s.ID, agent.Results), "session_not_found")
}
