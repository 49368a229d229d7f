package conversation_test

import (
	"slices"
	"strings"
	"testing"

	"tabletalk/internal/conversation"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/llmtest"
	"tabletalk/internal/question"
)

// with gives a thread whose questions a model reads, too.
func with(t *testing.T, p llmtest.Persona, settings ...string) (*thread, *llmtest.Server) {
	t.Helper()
	return withFormat(t, llmtest.Anthropic, p, settings...)
}

func withFormat(t *testing.T, format string, p llmtest.Persona, settings ...string) (*thread, *llmtest.Server) {
	t.Helper()
	s := llmtest.Start(t, p)
	return talk(t, append([]string{"--model-provider", format, "--model-url", s.Base(format), "--model", "claude-haiku-5-5",
		"--model-key", llmtest.Key, "--model-egress", "results", "--query-max-rows", "100"}, settings...)...), s
}

const (
	byRegion  = `people | by region | avg(age) as "average age" unit '' | order "average age" desc`
	bestPlan  = `people | by region | avg(age) as "average age" | order "average age" desc`
	countPlan = `people | count() as "number of people"`
)

func TestAModelThatAgreesMakesAnAnswerSurer(t *testing.T) {
	for _, format := range []string{llmtest.Anthropic, llmtest.OpenAI} {
		t.Run(format, func(t *testing.T) {
			th, s := withFormat(t, format, llmtest.Script(
				llmtest.Reply{Blocks: []llm.Block{llmtest.Think("by region"), llmtest.Query("call_1", bestPlan)}},
				llmtest.Text("The oldest on average are those of [[r1:row1.region]], with [[r1:row1.average age]]."),
			))
			a := th.ask("average age by region")
			if a.Reader != "model" || a.Model == nil || a.Model.Agrees == nil || !*a.Model.Agrees || a.Other != nil || len(a.Notices) > 0 {
				t.Fatalf("%+v, %+v", a, a.Model)
			}
			if a.Model.Text != "The oldest on average are those of South, with 41." || a.Confidence != "high" || a.Model.Calls != 2 || a.Model.CostUSD <= 0 && format == llmtest.Anthropic {
				t.Errorf("%q, %s, %+v", a.Model.Text, a.Confidence, a.Model)
			}
			if len(s.Calls()) != 2 || !slices.Contains(th.events, "usage") {
				t.Errorf("%d calls, events %v", len(s.Calls()), th.events)
			}
		})
	}
}

func TestAModelThatReadsOtherwiseIsShownBesideOurs(t *testing.T) {
	th, _ := with(t, llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", countPlan)}}, llmtest.Text("There are [[r1:number of people]] people.")))
	a := th.ask("average age by region")
	if a.Reader != "model" || *a.Model.Agrees || a.Confidence != "medium" || a.Other == nil {
		t.Fatalf("%+v, %+v", a, a.Model)
	}
	if a.Model.Text != "There are 4 people." || len(a.Other.Result.Rows) != 2 || a.Other.Plan == nil || !strings.Contains(a.Other.Says, "age") {
		t.Errorf("%q, %+v", a.Model.Text, a.Other)
	}
	again, err := th.send(conversation.Request{Workspace: th.request("").Workspace, SessionID: th.session, Plan: a.Other.Plan})
	if err != nil || again.Model != nil || len(again.Result.Rows) != 2 {
		t.Errorf("the other reading, chosen: %+v, %v", again, err)
	}
}

func TestAModelAnswersWhatIsNotUnderstoodWithoutIt(t *testing.T) {
	th, _ := with(t, llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", countPlan)}}, llmtest.Text("[[r1:number of people]] in all.")))
	a := th.ask("zorp the quux of blarg")
	if a.Status != question.Answered || a.Reader != "model" || a.Model.Agrees != nil || a.Confidence != "low" || len(a.Reasons) != 2 {
		t.Errorf("%+v, %+v", a, a.Model)
	}
}

// hear writes down the sentences that a person is told, as they stand in the
// end.
func hear(told *string) func(conversation.Event) {
	return func(e conversation.Event) {
		data, ok := e.Data.(map[string]any)
		if !ok || e.Type != "text" {
			return
		}
		if data["reset"] == true {
			*told = ""
		}
		if delta, ok := data["delta"].(string); ok {
			*told += delta
		}
	}
}

// A small model gets one tool and little to read.
func TestASmallModelIsAskedBriefly(t *testing.T) {
	th, s := withFormat(t, llmtest.OpenAI, llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}, llmtest.Text("Done.")), "--model", "SmolLM2-135M")
	a := th.ask("average age by region")
	c := s.Calls()[0]
	if len(c.Tools) != 1 || len(c.Messages[0].Blocks[0].Text) > 300 || !strings.Contains(c.Messages[0].Blocks[0].Text, "by region") || a.Reader != "model" || a.Model.CostUSD != 0 {
		t.Errorf("%d tools, %s, %+v", len(c.Tools), c.Messages[0].Blocks[0].Text, a.Model)
	}
}
