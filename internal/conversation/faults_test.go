package conversation_test

import (
	"strings"
	"testing"

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
		"model-day-cost":       {"0.000001", 2}, // the first question is let through: nothing was spent yet
		"model-month-cost":     {"0.000001", 2},
		"model-user-day-cost":  {"0.000001", 2},
		"model-user-day-calls": {"1", 2},
	} {
		t.Run(setting, func(t *testing.T) {
			th, s := with(t, persona, "--"+setting, c.value)
			a := th.ask("average age by region")
			if c.calls == 2 {
				a = th.ask("number of people by region")
			}
			if len(a.Notices) != 1 || a.Notices[0].Code != "model_budget" || !strings.Contains(a.Notices[0].Text, setting) || a.Reader != "offline" || a.Result == nil {
				t.Errorf("%+v, %v", a, a.Notices)
			}
			if n := len(s.Calls()); n != c.calls {
				t.Errorf("%d calls", n)
			}
		})
	}
}
