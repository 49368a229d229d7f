package app_test

import (
	"fmt"
	"slices"
	"testing"

	"tabletalk/client"
)

// A question that can mean several things is asked back, each meaning with
// what it gives; the one that is chosen goes on with the conversation.
func TestClarifyAndChoose(t *testing.T) {
	h, ctx := open(t), t.Context()
	session := h.shop(t)
	for _, cached := range []bool{false, true} {
		var events []string
		q := client.Question{SessionID: session, Query: "show me performance", Now: "2025-06-18"}
		if err := h.Stream(ctx, q, "", func(e client.Event) error { events = append(events, e.Type); return nil }); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(events, "clarify") || slices.Contains(events, "text") {
			t.Errorf("cached %v: the events are %v", cached, events)
		}
	}
	a := h.ask(t, session, "show me performance")
	if a.Status != "clarify" || a.Question == "" || a.Result != nil || len(a.Options) < 2 || len(a.Options) > 4 {
		t.Fatalf("%+v", a)
	}
	for _, o := range a.Options {
		if o.Label == "" || o.ValueHint == "" || len(o.Plan) == 0 {
			t.Errorf("option %+v", o)
		}
	}
	chosen, err := h.Ask(ctx, client.Question{SessionID: session, ConversationID: a.ConversationID, Query: a.Query, Plan: a.Options[0].Plan})
	if err != nil || chosen.Status != "answered" || chosen.ConversationID != a.ConversationID || chosen.Query != a.Query {
		t.Fatalf("chosen: %+v %v", chosen, err)
	}
	next, err := h.Ask(ctx, client.Question{SessionID: session, ConversationID: a.ConversationID, Query: "only in the north"})
	if err != nil || next.Status != "answered" || fmt.Sprint(next.Result.Rows) == fmt.Sprint(chosen.Result.Rows) {
		t.Errorf("after the choice: %+v %v", next, err)
	}
	learned, err := h.Feedback(ctx, chosen.QueryID, "up")
	if err != nil || !learned.Remembered {
		t.Fatalf("%+v %v", learned, err)
	}
	if again := h.ask(t, session, "show me performance"); again.Status != "answered" || again.SQL != chosen.SQL {
		t.Errorf("after it was confirmed: %s %s", again.Status, again.Explanation)
	}
}
