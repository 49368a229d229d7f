package conversation_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/llm"
	"tabletalk/internal/llm/llmtest"
	"tabletalk/internal/question"
)

// Whatever befalls the model's server, the person has the answer that there is
// without it, with a notice; and where asking again helps, the model's.
func TestTroubleWithTheServerEndsInAnAnswer(t *testing.T) {
	good := []llmtest.Reply{{Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}, llmtest.Text("It is [[r1:region=South.average age]]. That is all.")}
	spoiled := func(r llmtest.Reply, f llmtest.Fault) llmtest.Reply { r.Fault = &f; return r }
	var persona llmtest.Persona
	th, s := with(t, func(c *llmtest.Call) llmtest.Reply { return persona(c) })
	for name, c := range map[string]struct {
		fault  llmtest.Fault
		first  bool // of the call that proposes a plan; otherwise of the text
		times  int
		reader string
		calls  int
	}{
		"cut in the text, once":      {llmtest.Fault{How: llmtest.Closes, At: llmtest.InText}, false, 1, "model", 3},
		"cut in a call, once":        {llmtest.Fault{How: llmtest.HalfLine, At: llmtest.InText}, true, 1, "model", 3},
		"reset at the end, once":     {llmtest.Fault{How: llmtest.Resets, At: llmtest.AtEnd}, true, 1, "model", 3},
		"cut every time":             {llmtest.Fault{How: llmtest.Closes, At: llmtest.InText}, true, 9, "offline", 3},
		"overloaded, then not":       {llmtest.Fault{Status: 529}, true, 2, "model", 4},
		"overloaded in the stream":   {llmtest.Fault{How: llmtest.Overloads, At: llmtest.InText}, false, 1, "model", 3},
		"out of order":               {llmtest.Fault{How: llmtest.Disorder, At: llmtest.InText}, true, 9, "offline", 1},
		"a request it cannot take":   {llmtest.Fault{Status: 400, Body: "x"}, true, 9, "offline", 1},
		"a wrong key":                {llmtest.Fault{Status: 401}, true, 9, "offline", 1},
		"the key is lost meanwhile":  {llmtest.Fault{Status: 401}, false, 9, "offline", 2},
		"a page of a proxy":          {llmtest.Fault{Status: 200, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>"}, true, 9, "offline", 1},
		"events that nobody knows":   {llmtest.Fault{How: llmtest.Strange, At: llmtest.InText}, true, 9, "model", 2},
		"told to come back directly": {llmtest.Fault{Status: 429, Header: map[string]string{"Retry-After": "0"}}, true, 1, "model", 3},
	} {
		t.Run(name, func(t *testing.T) {
			left := c.times
			persona = func(call *llmtest.Call) llmtest.Reply {
				n := min(call.Turns(), 1)
				if c.first == (n == 0) && left > 0 {
					left--
					return spoiled(good[n], c.fault)
				}
				return good[n]
			}
			req := th.request("average age by region")
			req.NoCache = true
			before := len(s.Calls())
			told := ""
			a, err := th.app.Conversations.Ask(t.Context(), req, hear(&told))
			if err != nil || a.Status != question.Answered || len(a.Result.Rows) != 2 {
				t.Fatalf("%+v, %v", a, err)
			}
			if a.Reader != c.reader || (len(a.Notices) == 1) != (c.reader == "offline") {
				t.Errorf("reader %s, notices %v", a.Reader, a.Notices)
			}
			if n := len(s.Calls()) - before; n != c.calls {
				t.Errorf("%d requests", n)
			}
			if c.reader == "model" && (a.Model.Text != "It is 41. That is all." || told != "It is 41. ") {
				t.Errorf("text %q, told %q", a.Model.Text, told)
			}
			persona = llmtest.Script(good...) // a success in between: failures in a row would let the server rest
			if _, err := th.send(req); err != nil {
				t.Fatal(err)
			}
			for _, n := range a.Notices {
				if strings.Contains(n.Text, "html") || strings.Contains(n.Text, s.URL) || strings.Contains(n.Text, llmtest.Key) {
					t.Errorf("the notice tells too much: %s", n.Text)
				}
			}
		})
	}
}

// A server that falls silent is asked again.
func TestSilenceIsGivenUp(t *testing.T) {
	th, s := with(t, func(c *llmtest.Call) llmtest.Reply {
		if c.Turns() > 0 {
			return llmtest.Text("Done.")
		}
		r := llmtest.Reply{Blocks: []llm.Block{llmtest.Query("call_1", bestPlan)}}
		if c.N == 1 {
			r.Fault = &llmtest.Fault{How: llmtest.Stalls, At: llmtest.InText}
		}
		return r
	}, "--model-idle", "1s")
	if a := th.ask("average age by region"); a.Reader != "model" || len(s.Calls()) < 3 {
		t.Errorf("%d calls, %v", len(s.Calls()), a.Notices)
	}
}

// A person who leaves ends the request to the model, and keeps no answer.
func TestWhoLeavesEndsTheRequest(t *testing.T) {
	begun := make(chan struct{})
	th, _ := with(t, func(*llmtest.Call) llmtest.Reply {
		close(begun)
		return llmtest.Reply{Blocks: []llm.Block{{Text: "wait"}}, Fault: &llmtest.Fault{How: llmtest.Stalls}}
	})
	ctx, leave := context.WithCancel(t.Context())
	go func() { <-begun; leave() }()
	a, err := th.app.Conversations.Ask(ctx, th.request("average age by region"), nil)
	if !errors.Is(err, context.Canceled) || a != nil {
		t.Errorf("%+v, %v", a, err)
	}
}

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

func TestTimeForOneQuestionEnds(t *testing.T) {
	th, _ := with(t, func(*llmtest.Call) llmtest.Reply { return llmtest.Reply{Fault: &llmtest.Fault{Silent: true}} }, "--model-timeout", "1s")
	started := time.Now()
	a := th.ask("average age by region")
	if a.Reader != "offline" || len(a.Notices) != 1 || !strings.Contains(a.Notices[0].Text, "model-timeout") {
		t.Errorf("after %s: %+v", time.Since(started), a.Notices)
	}
}
