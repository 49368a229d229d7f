package conversation_test

import (
	"encoding/json"
	"strings"
	"testing"

	"tabletalk/internal/app"
	"tabletalk/internal/conversation"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/llmtest"
	"tabletalk/internal/question"
)

// stepsIn gives a thread whose first model is one server, and whose second is
// another one that speaks the other format.
func stepsIn(t *testing.T, first, second llmtest.Persona, settings ...string) (*thread, *llmtest.Server, *llmtest.Server) {
	t.Helper()
	other := llmtest.Start(t, second)
	th, s := with(t, first, append([]string{"--model-fallback", "qwen3:8b", "--model-fallback-provider", llmtest.OpenAI,
		"--model-fallback-url", other.Base(llmtest.OpenAI), "--model-fallback-key", llmtest.Key}, settings...)...)
	return th, s, other
}

var wellRead = llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}, llmtest.Text("It is [[r1:region=South.average age]]."))

func TestAnotherModelStepsIn(t *testing.T) {
	broken := func(*llmtest.Call) llmtest.Reply { return llmtest.Reply{Fault: &llmtest.Fault{Status: 401}} }
	refuses := func(*llmtest.Call) llmtest.Reply { return llmtest.Reply{Stop: llm.Refused} }
	for name, c := range map[string]struct {
		first, second llmtest.Persona
		reader        string
		notices       []string
		asked         int // the second one
	}{
		"a wrong key":         {broken, wellRead, "model", []string{"model_fallback"}, 2},
		"a refusal":           {refuses, wellRead, "model", []string{"model_fallback"}, 2},
		"both have a problem": {broken, broken, "offline", []string{"model_fallback", "model_unavailable"}, 1},
		"no trouble":          {wellRead, broken, "model", nil, 0},
		"found no answer":     {llmtest.Lazy("I do not know."), wellRead, "offline", []string{"model_no_answer"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			th, first, second := stepsIn(t, c.first, c.second)
			a := th.ask("average age by region")
			var codes []string
			for _, n := range a.Notices {
				codes = append(codes, n.Code)
			}
			if a.Status != question.Answered || a.Reader != c.reader || strings.Join(codes, " ") != strings.Join(c.notices, " ") || len(second.Calls()) != c.asked {
				t.Fatalf("reader %s, notices %v, the second was asked %d times", a.Reader, a.Notices, len(second.Calls()))
			}
			if c.asked == 0 {
				return
			}
			if a.Model.Name != "qwen3:8b" || !strings.Contains(a.Notices[0].Text, "qwen3:8b was asked instead") {
				t.Errorf("%+v, %v", a.Model, a.Notices)
			}
			sent, err := th.app.Conversations.Sent(t.Context(), app.Workspace, a.QueryID)
			if err != nil || len(sent.Requests) != len(first.Calls())+len(second.Calls()) {
				t.Fatalf("%+v, %v", sent, err)
			}
			if r := sent.Requests; r[0].Model == r[len(r)-1].Model || !strings.HasPrefix(r[0].To, first.URL) || !strings.HasPrefix(r[len(r)-1].To, second.URL) {
				t.Errorf("%+v", r)
			}
		})
	}
}

// Both models together have the budget of one question.
func TestABudgetHoldsForBothModels(t *testing.T) {
	calls := 0
	persona := func(c *llmtest.Call) llmtest.Reply {
		if calls++; calls == 2 {
			return llmtest.Reply{Fault: &llmtest.Fault{Status: 401}}
		}
		return llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}
	}
	th, first, second := stepsIn(t, persona, persona, "--model-max-calls", "3")
	a := th.ask("average age by region")
	if a.Reader != "offline" || len(first.Calls()) != 2 || len(second.Calls()) != 1 || len(a.Notices) != 2 || !strings.Contains(a.Notices[1].Text, "model-max-calls") {
		t.Errorf("%d and %d calls, %v", len(first.Calls()), len(second.Calls()), a.Notices)
	}
	if a.Model.Calls != 3 {
		t.Errorf("%+v", a.Model)
	}
}

func TestTheStateOfTheModels(t *testing.T) {
	th, first, _ := stepsIn(t, func(c *llmtest.Call) llmtest.Reply {
		if c.N == 1 {
			return llmtest.Text("ready")
		}
		return llmtest.Reply{Fault: &llmtest.Fault{Status: 429, Header: map[string]string{"Retry-After": "3000"}}}
	}, wellRead)
	first.Offers = []string{"claude-haiku-5-5", "another"}
	c := th.app.Conversations
	states := func() (list []llm.State) {
		t.Helper()
		state, err := c.ModelState(t.Context(), app.Workspace, "")
		if err != nil || len(state.Voices) != 2 {
			t.Fatalf("%+v, %v", state, err)
		}
		for _, v := range state.Voices {
			list = append(list, v.Health.State)
		}
		return list
	}
	if got := states(); got[0] != llm.Unasked || got[1] != llm.Unasked {
		t.Errorf("before anything: %v", got)
	}
	tested, err := c.TestModel(t.Context(), app.Workspace)
	if err != nil || !tested.OK || len(tested.Models) != 2 || tested.CostUSD <= 0 || tested.Fallback == nil || !tested.Fallback.OK {
		t.Errorf("%+v, %v", tested, err)
	}
	if got := states(); got[0] != llm.Well || got[1] != llm.Well {
		t.Errorf("after a test: %v", got)
	}
	th.ask("average age by region")
	if got := states(); got[0] != llm.Waiting || got[1] != llm.Well {
		t.Errorf("after a refusal: %v", got)
	}
	state, err := c.ModelState(t.Context(), app.Workspace, "")
	if err != nil || state.DayUSD <= 0 || state.Voices[0].Health.Until == nil || state.Voices[0].Health.Why == "" || state.Voices[0].Known.Prices.Input == 0 {
		t.Errorf("%+v, %v", state, err)
	}
	if known, err := c.KnownModels(); err != nil || len(known) < 5 {
		t.Errorf("%v, %v", known, err)
	}
}

// A workspace's own key is what its server is asked with; nobody can read it
// again, and the one of the settings is used once it is taken back.
func TestAKeyOfAWorkspace(t *testing.T) {
	const own = "sk-of-the-workspace-7f3a"
	th, s := with(t, wellRead)
	s.Lenient = true
	c := th.app.Conversations
	set := func(key string) *conversation.ModelState {
		t.Helper()
		state, err := c.SetModelKey(t.Context(), app.Workspace, "model", key)
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	if got := set(own).Voices[0].OwnKey; got != "…7f3a" {
		t.Errorf("shown as %q", got)
	}
	if a := th.ask("average age by region"); a.Reader != "offline" || len(a.Notices) != 1 { // the server knows another one
		t.Errorf("%+v", a.Notices)
	}
	s.Accept(own)
	if a := th.ask("average age by region"); a.Reader != "model" {
		t.Errorf("%+v", a.Notices)
	}
	raw, err := json.Marshal(set(own))
	if err != nil || strings.Contains(string(raw), own) {
		t.Errorf("%s, %v", raw, err)
	}
	s.Accept(llmtest.Key)
	if set("").Voices[0].OwnKey != "" || th.ask("number of people by region").Reader != "model" {
		t.Error("the key of the settings is not used again")
	}
	for setting, key := range map[string]string{"model": "with a space", "model-fallback": own} {
		if _, err := c.SetModelKey(t.Context(), app.Workspace, setting, key); err == nil {
			t.Errorf("%s: %s was taken", setting, key)
		}
	}
}
