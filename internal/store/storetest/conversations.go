package storetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/conversation"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/session"
	"tabletalk/internal/table"
)

// answer makes an unstored answer.
func (b *bench) answer(sessionID, conversationID string) conversation.Answer {
	return conversation.Answer{QueryID: id(), SessionID: sessionID, ConversationID: conversationID, Query: "total amount",
		Status: question.Answered, Assumptions: []conversation.Assumption{}, Ignored: []string{}, Notes: []string{},
		Provenance: conversation.Provenance{Tables: []conversation.Source{}}, CreatedAt: b.clock.now()}
}

func conversationLife(t *testing.T, b *bench) {
	s, other := b.session(t), b.session(t)
	c := b.conversation(t, s.ID)
	got, err := b.Conversation(b.ctx, s.ID, c.ID)
	ok(t, err)
	same(t, c, *got)
	_, err = b.Conversation(b.ctx, other.ID, c.ID)
	wants(t, err, "conversation_not_found")
	wants(t, b.RenameConversation(b.ctx, other.ID, c.ID, "x"), "conversation_not_found")
	wants(t, b.DeleteConversation(b.ctx, other.ID, c.ID), "conversation_not_found")
	b.clock.forward(time.Second)
	ok(t, b.RenameConversation(b.ctx, s.ID, c.ID, "Second"))
	got, err = b.Conversation(b.ctx, s.ID, c.ID)
	ok(t, err)
	c.Name, c.UpdatedAt = "Second", b.clock.now()
	same(t, c, *got)
	a := b.answer(s.ID, c.ID)
	ok(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}))
	ok(t, b.DeleteConversation(b.ctx, s.ID, c.ID))
	_, err = b.Query(b.ctx, s.Workspace, a.QueryID)
	wants(t, err, "query_not_found")
	c.SessionID = id()
	wants(t, b.BeginConversation(b.ctx, session.DefaultWorkspace, c), "session_not_found")
}

func conversationPages(t *testing.T, b *bench) {
	s := b.session(t)
	var want []conversation.Conversation
	for range 5 {
		want = append([]conversation.Conversation{b.conversation(t, s.ID)}, want...)
		b.clock.forward(time.Second)
	}
	first, next, err := b.Conversations(b.ctx, s.ID, session.Page{Limit: 4})
	ok(t, err)
	rest, end, err := b.Conversations(b.ctx, s.ID, session.Page{Limit: 4, Cursor: next})
	ok(t, err)
	same(t, want, append(first, rest...))
	same(t, "", end)
}

func beginConversation(t *testing.T, b *bench) {
	s := b.session(t)
	now := b.clock.now()
	c := conversation.Conversation{ID: id(), SessionID: s.ID, Name: "First", CreatedAt: now, UpdatedAt: now}
	a := b.answer(s.ID, c.ID)
	wants(t, b.BeginConversation(b.ctx, otherWorkspace, c, conversation.Kept{Answer: a}), "session_not_found")
	ok(t, b.BeginConversation(b.ctx, s.Workspace, c, conversation.Kept{Answer: a}))
	got, err := b.Conversation(b.ctx, s.ID, c.ID)
	ok(t, err)
	same(t, c, *got)
	kept, err := b.Query(b.ctx, s.Workspace, a.QueryID)
	ok(t, err)
	same(t, a, *kept)
	// An answer that cannot be kept leaves no conversation without one.
	second := c
	second.ID = id()
	a.ConversationID = second.ID
	wants(t, b.BeginConversation(b.ctx, s.Workspace, second, conversation.Kept{Answer: a}), "exists")
	_, err = b.Conversation(b.ctx, s.ID, second.ID)
	wants(t, err, "conversation_not_found")
}

func answerComesBack(t *testing.T, b *bench) {
	s := b.session(t)
	c := b.conversation(t, s.ID)
	unit := "USD"
	a := b.answer(s.ID, c.ID)
	a.Query, a.Intent, a.Explanation, a.Confidence = "tötal \x00 amount", "aggregate", "Total amount.", "high"
	a.Result = &conversation.Result{Columns: []conversation.ResultColumn{{Name: "region", Type: table.String}, {Name: "total", Type: table.Decimal, Unit: &unit}},
		Rows: [][]table.Value{{"North", table.Exact("12.50")}, {nil, nil}}, RowCount: 2}
	a.Assumptions = []conversation.Assumption{{Code: "default_aggregate", Text: "Total.", Span: &plan.Span{Start: 0, End: 5},
		Alternatives: []conversation.Alternative{{Label: "average", ValueHint: "2.15 M", Patch: []conversation.Patch{{Op: "replace", Path: "", Value: &plan.Plan{V: 1, Kind: plan.Scalar, From: plan.From{Table: "orders"}}}}}}}}
	a.SQL, a.PlanText, a.Reader, a.ElapsedMS = "SELECT 1", "orders | sum(amount)", "offline", 12
	a.Plan = &plan.Plan{V: 1, Kind: plan.Scalar, From: plan.From{Table: "orders"}}
	a.Chart = json.RawMessage(`{"mark":"bar"}`)
	a.Provenance = conversation.Provenance{Tables: []conversation.Source{{ID: "t", Name: "orders", SHA256: "aa", Rows: 3}}, Engine: "duckdb", Now: "2025-03-30"}
	b.clock.forward(time.Second)
	ok(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}))
	got, err := b.Query(b.ctx, s.Workspace, a.QueryID)
	ok(t, err)
	same(t, a, *got)
	_, err = b.Query(b.ctx, otherWorkspace, a.QueryID)
	wants(t, err, "query_not_found")
	touched, err := b.Conversation(b.ctx, s.ID, c.ID)
	ok(t, err)
	same(t, b.clock.now(), touched.UpdatedAt)
}

func typesOfValues(t *testing.T, b *bench) {
	s := b.session(t)
	c := b.conversation(t, s.ID)
	a := b.answer(s.ID, c.ID)
	a.Result = &conversation.Result{RowCount: -1, Truncated: true,
		Columns: []conversation.ResultColumn{{Type: table.Integer}, {Type: table.Float}, {Type: table.Decimal}, {Type: table.Boolean}, {Type: table.Datetime}},
		Rows: [][]table.Value{
			{int64(1<<53 + 1), float64(3), table.Exact("1.10"), true, "2024-01-31T10:00:00"},
			{table.Exact("123456789012345678901234567890"), 0.1, table.Exact("-5"), false, "12"},
			{int64(-1), 1e21, nil, nil, nil},
		}}
	ok(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}))
	got, err := b.Query(b.ctx, s.Workspace, a.QueryID)
	ok(t, err)
	same(t, a.Result, got.Result)
}

func queryPages(t *testing.T, b *bench) {
	s := b.session(t)
	first, second := b.conversation(t, s.ID), b.conversation(t, s.ID)
	var all, mine []string
	for i := range 6 {
		c := first
		if i%2 == 1 {
			c = second
		}
		a := b.answer(s.ID, c.ID)
		ok(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}))
		all = append(all, a.QueryID)
		if c == second {
			mine = append(mine, a.QueryID)
		}
		b.clock.forward(time.Second)
	}
	slices.Reverse(all)
	slices.Reverse(mine)
	same(t, all, b.walkQueries(t, s.ID, "", 4))
	same(t, mine, b.walkQueries(t, s.ID, second.ID, 2))
	other := b.session(t)
	_, _, err := b.Queries(b.ctx, other.ID, second.ID, session.Page{})
	wants(t, err, "conversation_not_found")
	_, _, err = b.Queries(b.ctx, id(), "", session.Page{})
	wants(t, err, "session_not_found")
}

func (b *bench) walkQueries(t *testing.T, sessionID, conversationID string, limit int) []string {
	t.Helper()
	var ids []string
	cursor := ""
	for range 100 {
		list, next, err := b.Queries(b.ctx, sessionID, conversationID, session.Page{Limit: limit, Cursor: cursor})
		ok(t, err)
		for _, a := range list {
			ids = append(ids, a.QueryID)
		}
		if cursor = next; cursor == "" {
			return ids
		}
	}
	t.Fatal("the pages have no end")
	return nil
}

// largeAnswers stores three answers of 9 MB that do not pack: two are too
// many for a page.
func largeAnswers(t *testing.T, b *bench) {
	s := b.session(t)
	c := b.conversation(t, s.ID)
	random := rand.New(rand.NewPCG(1, 2))
	var want []string
	for range 3 {
		a := b.answer(s.ID, c.ID)
		var noise bytes.Buffer
		for noise.Len() < 12<<20 {
			fmt.Fprintf(&noise, "%016x%016x", random.Uint64(), random.Uint64())
		}
		a.Result = &conversation.Result{Columns: []conversation.ResultColumn{{Name: "x", Type: table.String}}, Rows: [][]table.Value{{noise.String()}}, RowCount: 1}
		a.Query = "large"
		ok(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}))
		want = append([]string{a.QueryID}, want...)
		b.clock.forward(time.Second)
	}
	list, next, err := b.Queries(b.ctx, s.ID, "", session.Page{Limit: 10})
	ok(t, err)
	if len(list) == 3 || next == "" {
		t.Fatalf("%d answers of 12 MB on one page", len(list))
	}
	same(t, want, b.walkQueries(t, s.ID, "", 10))
}

func turns(t *testing.T, b *bench) {
	s := b.session(t)
	c := b.conversation(t, s.ID)
	var want []conversation.Turn
	for i := range 7 {
		a := b.answer(s.ID, c.ID)
		a.Query = strings.Repeat("q", i+1)
		a.Plan = &plan.Plan{V: 1, Kind: plan.Scalar, From: plan.From{Table: fmt.Sprintf("t%d", i)}}
		turn := question.Turn{Text: a.Query, Plan: a.Plan, Sure: question.Confidence(a.Confidence), Keys: []question.Key{{Column: plan.Col{Table: "orders", Name: "region"}, Type: table.String, Cut: true,
			Values: []table.Value{"North", nil, int64(1<<53 + 1), float64(2), table.Exact("1.50"), true, "12"}}}}
		switch i {
		case 2:
			a.Status = question.Refused
		case 3: // answered in words
			a.Plan = nil
		case 4:
			a.Plan, a.Intent = nil, conversation.StartedOver
			turn = question.Turn{Text: a.Query, Sure: turn.Sure}
			want = append(want, conversation.Turn{QueryID: a.QueryID, Turn: turn})
		default:
			want = append(want, conversation.Turn{QueryID: a.QueryID, Turn: turn})
		}
		if a.Plan != nil {
			a.PlanText = a.Plan.String()
		}
		ok(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a, Keys: turn.Keys}))
		b.clock.forward(time.Second)
	}
	got, err := b.Turns(b.ctx, c.ID, 10)
	ok(t, err)
	same(t, want, got)
	got, err = b.Turns(b.ctx, c.ID, 2)
	ok(t, err)
	same(t, want[3:], got)

	before, err := b.Before(b.ctx, s.Workspace, want[3].QueryID, 10)
	ok(t, err)
	same(t, 5, len(before))
	same(t, want[1].QueryID, before[1].Answer.QueryID)
	same(t, want[1].Keys, before[1].Keys)
	before, err = b.Before(b.ctx, s.Workspace, want[1].QueryID, 10)
	ok(t, err)
	same(t, 1, len(before))
	before, err = b.Before(b.ctx, otherWorkspace, want[3].QueryID, 10)
	ok(t, err)
	same(t, 0, len(before))
}

func feedback(t *testing.T, b *bench) {
	s := b.session(t)
	c := b.conversation(t, s.ID)
	a := b.answer(s.ID, c.ID)
	ok(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}))
	ok(t, b.SetFeedback(b.ctx, s.Workspace, a.QueryID, "right"))
	got, err := b.Query(b.ctx, s.Workspace, a.QueryID)
	ok(t, err)
	same(t, "right", got.Feedback)
	wants(t, b.SetFeedback(b.ctx, otherWorkspace, a.QueryID, "wrong"), "query_not_found")
	wants(t, b.SetFeedback(b.ctx, s.Workspace, id(), "wrong"), "query_not_found")
}

func queriesMustBelong(t *testing.T, b *bench) {
	s, other := b.session(t), b.session(t)
	c := b.conversation(t, other.ID)
	a := b.answer(s.ID, c.ID)
	wants(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}), "conversation_not_found")
	a = b.answer(other.ID, c.ID)
	wants(t, b.AddQuery(b.ctx, otherWorkspace, conversation.Kept{Answer: a}), "session_not_found")
	ok(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}))
	wants(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}), "exists")
}
