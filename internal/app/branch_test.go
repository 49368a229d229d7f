package app_test

import (
	"fmt"
	"testing"

	"tabletalk/client"
)

// An earlier question is asked in other words, also after a restart: a new
// conversation begins with what was asked before it, and the old one stays as
// it is.
func TestAnEarlierQuestionIsEdited(t *testing.T) {
	everywhereKept(t, earlierEdited)
}

func earlierEdited(t *testing.T, open func(*testing.T) *house) {
	h, ctx := open(t), t.Context()
	session := h.shop(t)
	first := h.ask(t, session, "revenue by region")
	say := func(q client.Question) *client.Answer {
		t.Helper()
		q.SessionID = session
		a, err := h.Ask(ctx, q)
		if err != nil || a.Status != "answered" {
			t.Fatalf("%s: %+v %v", q.Query, a, err)
		}
		return a
	}
	second := say(client.Question{Query: "only in 2024", ConversationID: first.ConversationID})
	third := say(client.Question{Query: "by month", ConversationID: first.ConversationID})
	h.close(t)
	h = open(t)
	edited := say(client.Question{Query: "only in the north", Edits: second.QueryID})
	if edited.ConversationID == first.ConversationID || fmt.Sprint(edited.Result.Rows) != "[[North 130]]" {
		t.Errorf("edited: %s %v", edited.Explanation, edited.Result.Rows)
	}
	h.close(t)
	h = open(t)
	if next := say(client.Question{Query: "undo", ConversationID: edited.ConversationID}); next.SQL != first.SQL {
		t.Errorf("before the edited one: %s", next.SQL)
	}
	old, err := h.SessionQueries(ctx, session, first.ConversationID, client.List{})
	if err != nil || len(old.Items) != 3 || old.Items[0].QueryID != third.QueryID {
		t.Errorf("the old conversation: %v %+v", err, old)
	}
	branch, err := h.SessionQueries(ctx, session, edited.ConversationID, client.List{})
	if err != nil || len(branch.Items) != 3 || branch.Items[2].Query != first.Query || branch.Items[2].QueryID == first.QueryID {
		t.Errorf("the new conversation: %v %+v", err, branch)
	}
	alone := say(client.Question{Query: "revenue by region in 2025", Edits: first.QueryID})
	if all, err := h.SessionQueries(ctx, session, alone.ConversationID, client.List{}); err != nil || len(all.Items) != 1 {
		t.Errorf("in place of the first: %v %+v", err, all)
	}
	other := h.shop(t)
	_, err = h.Ask(ctx, client.Question{SessionID: other, Query: "by month", Edits: second.QueryID})
	wants(t, err, 404, "query_not_found")
}
