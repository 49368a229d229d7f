package conversation_test

import (
	"strings"
	"sync"
	"testing"

	"tabletalk/internal/app"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/llmtest"
)

func TestBudgetsEndInTheAnswerWithout(t *testing.T) {
	persona := llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}, llmtest.Text("Done."))
	for setting, c := range map[string]struct {
		value string
		calls int
	}{
		"model-max-calls":      {"1", 1},
		"model-max-cost":       {"0.0001", 0},
		"model-max-tokens":     {"1000", 0},
		"model-day-cost":       {"0.000001", 0},
		"model-month-cost":     {"0.000001", 0},
		"model-user-day-cost":  {"0.000001", 0},
		"model-user-day-calls": {"1", 1},
	} {
		t.Run(setting, func(t *testing.T) {
			th, s := with(t, persona, "--"+setting, c.value)
			a := th.ask("average age by region")
			if len(a.Notices) != 1 || a.Notices[0].Code != "model_budget" || !strings.Contains(a.Notices[0].Text, setting) || a.Reader != "offline" || a.Result == nil {
				t.Errorf("%+v, %v", a, a.Notices)
			}
			if n := len(s.Calls()); n != c.calls {
				t.Errorf("%d calls", n)
			}
		})
	}
}

// Questions at once share what is left: each holds what it may need before the
// first call, and gives back what it did not spend.
func TestQuestionsAtOnceDoNotOverspend(t *testing.T) {
	persona := llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}, llmtest.Text("Done."))
	th, s := with(t, persona, "--model-user-day-calls", "3")
	var people sync.WaitGroup
	for range 6 {
		people.Go(func() {
			if _, err := th.send(th.request("average age by region")); err != nil {
				t.Error(err)
			}
		})
	}
	people.Wait()
	held := len(s.Calls())
	if held < 2 || held > 3 {
		t.Errorf("%d calls by questions at once", held)
	}
	for range 2 { // what was held and not spent is there for the next one
		a := th.ask("number of people by region")
		if n := len(s.Calls()); n != 3 || len(a.Notices) != 1 || !strings.Contains(a.Notices[0].Text, "model-user-day-calls") {
			t.Errorf("%d calls, %+v", n, a.Notices)
		}
	}
}

func TestWhatAPersonTookIsTold(t *testing.T) {
	th, _ := with(t, llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}, llmtest.Text("Done.")), "--model-user-day-calls", "9")
	a := th.ask("average age by region")
	yours, err := th.app.Conversations.Yours(t.Context(), app.Workspace, "ann")
	if err != nil || yours.Calls != 2 || yours.MostCalls != 9 || yours.USD != a.Model.CostUSD || yours.USD <= 0 || yours.Most != 2 {
		t.Errorf("%+v, %v", yours, err)
	}
	if others, err := th.app.Conversations.Yours(t.Context(), app.Workspace, "bob"); err != nil || others.Calls != 0 {
		t.Errorf("%+v, %v", others, err)
	}
}
