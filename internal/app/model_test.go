package app_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/config"
	"tabletalk/internal/conversation"
	"tabletalk/internal/llm/llmtest"
	"tabletalk/internal/question"
)

// withModel sets a model that a test plays.
func withModel(s *llmtest.Server) func(*config.Config) {
	return func(c *config.Config) {
		c.ModelProvider, c.ModelURL, c.Model, c.ModelKey = llmtest.Anthropic, s.URL, "claude-haiku-5-5", llmtest.Key
		c.ModelEgress, c.ModelDayCost, c.ModelMonthCost = "results", 0, 0
	}
}

// There is one compiler behind both readers: the plan of a golden answer, when
// a model proposes it, gives the same SQL, rows and sentences.
func TestTheIdealModelGivesTheSameAnswers(t *testing.T) {
	plans := map[string]string{}
	h := open(t, withModel(llmtest.Start(t, llmtest.Ideal(plans))))
	asked := 0
	for _, pattern := range []string{"samples_*", "tips", "titanic", "mpg", "northwind_orders"} {
		files, err := filepath.Glob("testdata/golden/" + pattern + ".txt")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { asked += h.parity(t, readGolden(t, file), plans) })
		}
	}
	if asked < 80 {
		t.Errorf("only %d questions were asked", asked)
	}
}

// parity asks the questions of a golden file with both readers.
func (h *house) parity(t *testing.T, g questions, plans map[string]string) (asked int) {
	session := h.goldenSession(t, g.files)
	before := map[string]string{} // the conversation, by reader
	for _, p := range g.parts {
		if p.verb == "" {
			continue
		}
		if p.verb == "ask" {
			clear(before)
		}
		answer := func(reader string) *conversation.Answer {
			req := goldenRequest(t, session, before[reader], g.now, p.asked)
			req.Reader, req.NoCache = reader, true
			a, err := h.app.Conversations.Ask(t.Context(), req, nil)
			if err != nil {
				t.Fatalf("%s: %v", p.asked, err)
			}
			before[reader] = a.ConversationID
			return a
		}
		ours := answer("offline")
		if ours.Status == question.Answered && ours.Plan != nil {
			plans[p.asked] = ours.PlanText
		}
		theirs := answer("model")
		if theirs.Model == nil || ours.Status != question.Answered {
			continue // a question about the conversation, or nothing to compare
		}
		asked++
		if theirs.Reader != "model" || theirs.Model.Agrees == nil || !*theirs.Model.Agrees || len(theirs.Notices) > 0 {
			t.Errorf("%s: reader %s, %+v, %v", p.asked, theirs.Reader, theirs.Model, theirs.Notices)
		}
		if diff := cmp.Diff([]any{ours.SQL, ours.Result.Rows, ours.Explanation, ours.PlanText}, []any{theirs.SQL, theirs.Result.Rows, theirs.Explanation, theirs.PlanText}); diff != "" {
			t.Errorf("%s:\n%s", p.asked, diff)
		}
	}
	return asked
}

// Without leave nothing is sent; what is meant for one session never holds for
// all because it was named in the wrong place.
func TestWhatMayBeSentIsSaidWithCare(t *testing.T) {
	s := llmtest.Start(t, llmtest.Lazy("no"))
	h := open(t, withModel(s), func(c *config.Config) { c.ModelEgress = settings(t, c.Data).ModelEgress })
	session := h.up(t, "staff.csv", "name,salary\nAnn Smith,1\nBob Jones,2\n").SessionID
	ask := func(reader string) error {
		return h.Do(t.Context(), "POST", "/query/process", map[string]any{"session_id": session, "query": "average salary", "reader": reader}, &struct{}{})
	}
	if err := ask("auto"); err != nil || len(s.Calls()) > 0 {
		t.Errorf("%d calls, %v", len(s.Calls()), err)
	}
	wants(t, ask("model"), 422, "model_not_allowed")
	err := h.Do(t.Context(), "PUT", "/model/egress", map[string]any{"session_id": session, "egress": "results"}, nil)
	wants(t, err, 422, "invalid_request")
	if n := len(s.Calls()); n > 0 {
		t.Errorf("%d calls", n)
	}
}
