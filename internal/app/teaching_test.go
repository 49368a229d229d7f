package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/client"
	"tabletalk/internal/eval"
)

const shopOrders = `order_id,region,revenue,profit,ordered_at
1,North,100,10,2025-01-05
2,South,50,-5,2025-02-07
3,North,30,3,2025-03-01
`

// ask asks without the words of earlier answers in between.
func (h *house) ask(t *testing.T, session, text string) *client.Answer {
	t.Helper()
	a, err := h.Ask(t.Context(), client.Question{SessionID: session, Query: text, Now: "2025-06-18"})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return a
}

func (h *house) shop(t *testing.T) string {
	t.Helper()
	u, err := h.Upload(t.Context(), "", file("orders.csv", shopOrders))
	if err != nil {
		t.Fatal(err)
	}
	h.app.Datasets.Wait()
	return u.SessionID
}

// What is taught counts for the next question, also for one that was refused
// or answered before, and not when it is taken back.
func TestTeaching(t *testing.T) {
	h, ctx := open(t), t.Context()
	session := h.shop(t)
	tests := []struct {
		question string
		taught   client.Definition
		rows     string
	}{
		{"total zorp", client.Definition{Kind: "synonym", Phrase: "zorp", Column: "profit"}, "[[8]]"},
		{"total revenue in upcountry", client.Definition{Kind: "synonym", Phrase: "upcountry", Column: "region", Value: "north"}, "[[130]]"},
		{"basket worth", client.Definition{Kind: "metric", Phrase: "basket worth", Text: "sum(revenue) / count(distinct order_id)"}, "[[60]]"},
		{"how many loss-making orders", client.Definition{Kind: "filter", Phrase: "loss making", Text: "profit < 0"}, "[[1]]"},
		{"how bad is it", client.Definition{Kind: "answer", Phrase: "How bad is it?", Text: `orders | min(profit) as "worst"`}, "[[-5]]"},
	}
	for _, tt := range tests {
		before := fmt.Sprint(h.ask(t, session, tt.question).Result)
		d, err := h.Define(ctx, session, tt.taught)
		if err != nil {
			t.Fatalf("%s: %v", tt.question, err)
		}
		a := h.ask(t, session, tt.question)
		if a.Status != "answered" || a.Cached || fmt.Sprint(a.Result.Rows) != tt.rows {
			t.Errorf("%s, taught: %s %+v", tt.question, a.Explanation, a.Result)
		}
		if err := h.DeleteDefinition(ctx, session, d.ID); err != nil {
			t.Error(err)
		}
		if after := fmt.Sprint(h.ask(t, session, tt.question).Result); after != before {
			t.Errorf("%s, taken back: %s, before %s", tt.question, after, before)
		}
	}
}

// A workspace's definition is for its other sessions, too; a session's is not.
func TestTeachingHasAScope(t *testing.T) {
	h, ctx := open(t), t.Context()
	one, other := h.shop(t), h.shop(t)
	for _, scope := range []string{"session", "workspace"} {
		d, err := h.Define(ctx, one, client.Definition{Kind: "synonym", Scope: scope, Phrase: "zorp", Column: "profit"})
		if err != nil {
			t.Fatal(err)
		}
		if a := h.ask(t, other, "total zorp"); (a.Status == "answered") != (scope == "workspace") {
			t.Errorf("%s: the other session says %s: %s", scope, a.Status, a.Explanation)
		}
		list, err := h.Definitions(ctx, other, client.List{})
		if err != nil || (len(list.Items) == 1) != (scope == "workspace") {
			t.Errorf("%s: %v %+v", scope, err, list)
		}
		if d, err = h.ChangeDefinition(ctx, one, d.ID, map[string]any{"column": "revenue"}); err != nil || d.Column != "revenue" || d.Phrase != "zorp" {
			t.Errorf("%s: changed to %+v: %v", scope, d, err)
		}
		if a := h.ask(t, one, "total zorp"); a.Result == nil || fmt.Sprint(a.Result.Rows) != "[[180]]" {
			t.Errorf("%s: changed: %s", scope, a.Explanation)
		}
		if err := h.DeleteDefinition(ctx, one, d.ID); err != nil {
			t.Error(err)
		}
	}
	_, err := h.Define(ctx, one, client.Definition{Kind: "synonym", Phrase: "zorp", Column: "nothing"})
	wants(t, err, 422, "plan_unknown_column")
}

// A hidden column is not asked about, and one that is an id is not summed up.
func TestTeachingWhatAColumnIsFor(t *testing.T) {
	h := open(t)
	session := h.shop(t)
	if _, err := h.Define(t.Context(), session, client.Definition{Kind: "column", Column: "profit", Hidden: true}); err != nil {
		t.Fatal(err)
	}
	if a := h.ask(t, session, "total profit by region"); strings.Contains(a.SQL, "profit") {
		t.Errorf("a hidden column: %s", a.Explanation)
	}
	if _, err := h.Define(t.Context(), session, client.Definition{Kind: "column", Column: "revenue", Aggregate: "avg"}); err != nil {
		t.Fatal(err)
	}
	if a := h.ask(t, session, "revenue by region"); !strings.Contains(a.Explanation, "verage") {
		t.Errorf("averaged by default: %s", a.Explanation)
	}
}

// casesAreAskedAgain writes what was confirmed in a session and has it asked
// in another session, where the engine reads the questions by itself; only
// what their words do not say is taught.
func (h *house) casesAreAskedAgain(t *testing.T, sessionID, column string) {
	t.Helper()
	if _, err := h.Define(t.Context(), sessionID, client.Definition{Kind: "synonym", Phrase: "zorp", Column: "profit"}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Define(t.Context(), sessionID, client.Definition{Kind: "answer", Phrase: "total zorp", Text: `orders | sum(profit) as "zo|rp"`}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	_, text := h.get(t, "/api/v1/sessions/"+sessionID+"/cases")
	if !strings.Contains(text, "Revenue by region?") || !strings.Contains(text, column) || strings.Count(text, `"kind":"answer"`) != 2 {
		t.Errorf("the cases are\n%s", text)
	}
	for name, content := range map[string]string{"cases.txt": text, "orders.csv": shopOrders} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sets, err := eval.Load("", filepath.Join(dir, "cases.txt"))
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]eval.Verdict{}
	product := eval.Product{Sessions: h.app.Sessions, Datasets: h.app.Datasets, Definitions: h.app.Definitions, Conversations: h.app.Conversations}
	if _, err := eval.Run(t.Context(), product, sets[0], eval.Options{Each: func(_ string, turn eval.Turn, o eval.Outcome) { verdicts[turn.Text] = o.Verdict }}); err != nil {
		t.Fatal(err)
	}
	want := map[string]eval.Verdict{"total zorp": eval.Right, "Revenue by region?": eval.Right}
	if diff := cmp.Diff(want, verdicts); diff != "" {
		t.Error(diff)
	}
}

// An answer that is right is remembered for its question, unless the question
// means something else on another day or after another question.
func TestConfirmedAnswers(t *testing.T) {
	h, ctx := open(t), t.Context()
	session := h.shop(t)
	first := h.ask(t, session, "revenue by region")
	other, err := h.Ask(ctx, client.Question{SessionID: session, Query: "Revenue by region?", Plan: []byte(`{"v":1,"kind":"table","from":{"table":"orders"},"group":[{"as":"region","expr":{"op":"col","col":{"name":"region"}}}],"measures":[{"as":"mean","expr":{"op":"avg","args":[{"op":"col","col":{"name":"revenue"}}]}}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	learned, err := h.Feedback(ctx, other.QueryID, "up")
	if err != nil || !learned.Remembered {
		t.Fatalf("%+v %v", learned, err)
	}
	a := h.ask(t, session, "revenue by region")
	if a.Cached || a.Result.Columns[1].Name != "mean" || a.Confidence != "high" {
		t.Errorf("confirmed, but it says %s %+v", a.Explanation, a.Result.Columns)
	}
	if !slices.ContainsFunc(a.Assumptions, func(as client.Assumption) bool { return as.Code == "confirmed" && len(as.Alternatives) == 1 }) {
		t.Errorf("it is not said that it was confirmed: %+v", a.Assumptions)
	}
	h.casesAreAskedAgain(t, session, `mean`)
	if learned, err = h.Feedback(ctx, other.QueryID, "down"); err != nil || learned.Remembered {
		t.Errorf("%+v %v", learned, err)
	}
	if a = h.ask(t, session, "revenue by region"); a.Explanation != first.Explanation {
		t.Errorf("forgotten, but it says %s", a.Explanation)
	}
	a = h.ask(t, session, "revenue this year")
	if learned, err = h.Feedback(ctx, a.QueryID, "up"); err != nil || learned.Remembered || learned.Why == "" {
		t.Errorf("a question about this year: %+v %v", learned, err)
	}
	after, err := h.Ask(ctx, client.Question{SessionID: session, ConversationID: first.ConversationID, Query: "and only in the north"})
	if err != nil || after.Status != "answered" {
		t.Fatalf("%+v %v", after, err)
	}
	if learned, err = h.Feedback(ctx, after.QueryID, "up"); err != nil || learned.Remembered || learned.Why == "" {
		t.Errorf("a question that continues another: %+v %v", learned, err)
	}
}
