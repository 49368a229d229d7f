package storetest

import (
	"testing"
	"time"

	"tabletalk/internal/conversation"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/agent"
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
