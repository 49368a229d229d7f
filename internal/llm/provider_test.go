package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/llm"
	"tabletalk/internal/llm/anthropic"
	"tabletalk/internal/llm/llmtest"
	"tabletalk/internal/llm/openai"
	"tabletalk/internal/llm/wire"
)

// provider asks a server in one of the formats, and waits for it.
func provider(t *testing.T, format, url string) llm.Provider {
	t.Helper()
	return waiting(t, format, url, time.Minute)
}

// waiting gives up a server that says nothing for so long.
func waiting(t *testing.T, format, url string, idle time.Duration) llm.Provider {
	t.Helper()
	models, err := llm.LoadModels(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := wire.NewClient(wire.Options{Idle: idle, Bytes: 4 << 20})
	if format == llmtest.OpenAI {
		return openai.New(openai.Options{URL: url, Key: llmtest.Key, Models: models, Wire: client})
	}
	return anthropic.New(anthropic.Options{URL: url, Key: llmtest.Key, Models: models, Wire: client})
}

// inBoth runs a test over both formats.
func inBoth(t *testing.T, do func(t *testing.T, format string)) {
	for _, format := range []string{llmtest.Anthropic, llmtest.OpenAI} {
		t.Run(format, func(t *testing.T) { do(t, format) })
	}
}

func request() llm.Request {
	return llm.Request{
		Model: "claude-sonnet-5-5", MaxTokens: 500, System: []string{"You read questions.", "Tables: sales"},
		Tools:    []llm.Tool{{Name: "run_query", Description: "Runs a plan.", Schema: json.RawMessage(`{"type":"object","properties":{"plan":{"type":"string"}},"required":["plan"]}`)}},
		Messages: []llm.Message{llm.Say(llm.User, "How many sales?")},
	}
}

func call(id, name, input string) llm.Block {
	return llm.Block{Call: &llm.Call{ID: id, Name: name, Input: json.RawMessage(input)}}
}

func TestAnAnswerOfTextAndCallsComesWhole(t *testing.T) {
	blocks := []llm.Block{{Text: "Grüße: I look at “sales” €€ first."}, call("call_a", "run_query", `{"plan":"sales | count() as \"n\" — ünï"}`), call("call_b", "run_query", `{}`)}
	inBoth(t, func(t *testing.T, format string) {
		s := llmtest.Start(t, func(*llmtest.Call) llmtest.Reply { return llmtest.Reply{Blocks: blocks} })
		var heard strings.Builder
		r, err := provider(t, format, s.Base(format)).Stream(t.Context(), request(), func(e llm.Event) { heard.WriteString(e.Text) })
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(blocks, r.Blocks); diff != "" {
			t.Error(diff)
		}
		if r.Stop != llm.WantsTool || heard.String() != blocks[0].Text || r.Usage.All() == 0 || r.Usage.Estimated {
			t.Errorf("stop %s, heard %q, usage %+v", r.Stop, heard.String(), r.Usage)
		}
	})
}

func TestAConversationGoesOnWithWhatTheServerGave(t *testing.T) {
	inBoth(t, func(t *testing.T, format string) {
		s := llmtest.Start(t, func(c *llmtest.Call) llmtest.Reply {
			if c.N == 1 {
				return llmtest.Reply{Blocks: []llm.Block{llmtest.Think("hm"), call("call_a", "run_query", `{"plan":"sales"}`), call("call_b", "run_query", `not json`)}}
			}
			return llmtest.Reply{Blocks: []llm.Block{{Text: "Done."}}}
		})
		p, req := provider(t, format, s.Base(format)), request()
		first, err := p.Stream(t.Context(), req, nil)
		if err != nil {
			t.Fatal(err)
		}
		results := llm.Message{Role: llm.User, Blocks: []llm.Block{{Result: &llm.Result{CallID: "call_a", Text: "2 rows"}}, {Result: &llm.Result{CallID: "call_b", Text: "no JSON", Failed: true}}}}
		req.Messages = append(req.Messages, llm.Message{Role: llm.Assistant, Blocks: first.Blocks}, results)
		second, err := p.Stream(t.Context(), req, nil)
		if err != nil || second.Text() != "Done." || second.Stop != llm.Done {
			t.Fatalf("%+v, %v", second, err)
		}
		if format == llmtest.Anthropic && (first.Usage.CacheWrite == 0 || second.Usage.CacheRead == 0) {
			t.Errorf("the prompt was not kept: %+v then %+v", first.Usage, second.Usage)
		}
		want := "not json"
		if format == llmtest.Anthropic { // whose library empties it
			want = "{}"
		}
		if got := string(first.Calls()[1].Input); got != want {
			t.Errorf("what was no JSON came as %q", got)
		}
	})
}

func TestWhatASmallServerDoesOtherwise(t *testing.T) {
	s := llmtest.Start(t, func(*llmtest.Call) llmtest.Reply {
		return llmtest.Reply{Tokens: llmtest.NoTokens, Stop: llm.Done, Blocks: []llm.Block{llmtest.Think(""), call("", "run_query", `"{\"plan\":\"sales\"}"`), call("", "run_query", ``)}}
	})
	r, err := provider(t, llmtest.OpenAI, s.Base(llmtest.OpenAI)).Stream(t.Context(), request(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []llm.Block{call("call_1_0", "run_query", `{"plan":"sales"}`), call("call_1_1", "run_query", `{}`)}
	if diff := cmp.Diff(want, r.Blocks); diff != "" {
		t.Error(diff)
	}
	if r.Stop != llm.WantsTool || !r.Usage.Estimated || r.Usage.Input == 0 {
		t.Errorf("stop %s, usage %+v", r.Stop, r.Usage)
	}
}

// Every way to spoil an answer, at every place: there is an error of the
// right kind, or the whole answer, and never half of one.
func TestASpoiledAnswerIsNoAnswer(t *testing.T) {
	blocks := []llm.Block{{Text: "The strongest region is West, by far and for a long time."}, call("call_a", "run_query", `{"plan":"sales | count()"}`)}
	kinds := map[llmtest.How]llm.Kind{
		llmtest.Closes: llm.Cut, llmtest.Resets: llm.Cut, llmtest.Stalls: llm.Stalled, llmtest.HalfLine: llm.Cut, llmtest.HalfRune: llm.Cut,
		llmtest.Overloads: llm.Overloaded, llmtest.Fails: llm.Broken, llmtest.Nonsense: llm.Garbled, llmtest.Twice: llm.Garbled, llmtest.Disorder: llm.Garbled, llmtest.Strange: "",
	}
	inBoth(t, func(t *testing.T, format string) {
		for how, kind := range kinds {
			for _, at := range []llmtest.Place{llmtest.AtStart, llmtest.InText, llmtest.AtEnd} {
				t.Run(string(how)+" "+string(at), func(t *testing.T) {
					s := llmtest.Start(t, func(*llmtest.Call) llmtest.Reply {
						return llmtest.Reply{Blocks: blocks, Fault: &llmtest.Fault{How: how, At: at}}
					})
					idle := time.Minute
					if how == llmtest.Stalls {
						idle = 200 * time.Millisecond
					}
					r, err := waiting(t, format, s.Base(format), idle).Stream(t.Context(), request(), nil)
					judge(t, format, kind, how, r, err)
				})
			}
		}
	})
}

func judge(t *testing.T, format string, kind llm.Kind, how llmtest.How, r *llm.Response, err error) {
	t.Helper()
	var e *llm.Error
	if err == nil && (kind == "" || format == llmtest.OpenAI && (how == llmtest.Twice || how == llmtest.Disorder)) {
		if r.Text() == "" || len(r.Calls()) != 1 {
			t.Errorf("half an answer: %+v", r)
		}
		return // this format has nothing that could be out of order
	}
	if !errors.As(err, &e) || r != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	// Chat completions has one kind of error event, which may be behind a
	// comment, and half a line is no JSON there.
	chat := format == llmtest.OpenAI && (e.Kind == llm.Broken || e.Kind == llm.Cut)
	if e.Kind != kind && !(chat && e.Retryable()) {
		t.Errorf("%s: %v", e.Kind, err)
	}
}

func TestARefusalSaysWhatCanBeDone(t *testing.T) {
	for name, c := range map[string]struct {
		fault llmtest.Fault
		want  llm.Error
		retry bool
	}{
		"later":               {llmtest.Fault{Status: 429, Header: map[string]string{"Retry-After": "2"}}, llm.Error{Kind: llm.Limited, Status: 429, After: 2 * time.Second}, true},
		"much later":          {llmtest.Fault{Status: 429, Header: map[string]string{"Retry-After": "3600"}}, llm.Error{Kind: llm.Limited, Status: 429, After: time.Hour}, true},
		"garbage":             {llmtest.Fault{Status: 429, Header: map[string]string{"Retry-After": "soon"}}, llm.Error{Kind: llm.Limited, Status: 429}, true},
		"a spending limit":    {llmtest.Fault{Status: 429, Body: `{"error":{"type":"rate_limit_error","message":"monthly spend limit reached"}}`}, llm.Error{Kind: llm.Unpaid, Status: 429}, false},
		"overloaded":          {llmtest.Fault{Status: 529}, llm.Error{Kind: llm.Overloaded, Status: 529}, true},
		"an HTML page":        {llmtest.Fault{Status: 502, Body: "<html>bad gateway</html>"}, llm.Error{Kind: llm.Broken, Status: 502}, true},
		"loading":             {llmtest.Fault{Status: 503}, llm.Error{Kind: llm.Overloaded, Status: 503}, true},
		"a wrong key":         {llmtest.Fault{Status: 401}, llm.Error{Kind: llm.Denied, Status: 401}, false},
		"a forbidden model":   {llmtest.Fault{Status: 403}, llm.Error{Kind: llm.Denied, Status: 403}, false},
		"no credit":           {llmtest.Fault{Status: 402}, llm.Error{Kind: llm.Unpaid, Status: 402}, false},
		"an unknown model":    {llmtest.Fault{Status: 404}, llm.Error{Kind: llm.Missing, Status: 404}, false},
		"too long":            {llmtest.Fault{Status: 413}, llm.Error{Kind: llm.Rejected, Status: 413}, false},
		"a bad request":       {llmtest.Fault{Status: 400, Body: `{"error":{"message":"no"}}`}, llm.Error{Kind: llm.Rejected, Status: 400}, false},
		"a redirect":          {llmtest.Fault{Status: 302, Header: map[string]string{"Location": "http://127.0.0.1:1/"}}, llm.Error{Kind: llm.Garbled, Status: 302}, false},
		"a page for a login":  {llmtest.Fault{Status: 200, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>"}, llm.Error{Kind: llm.Garbled, Status: 200}, false},
		"JSON, not a stream":  {llmtest.Fault{Status: 200, Body: "{}"}, llm.Error{Kind: llm.Garbled, Status: 200}, false},
		"a packed answer":     {llmtest.Fault{Status: 200, Header: map[string]string{"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}, Body: "\x1f\x8b"}, llm.Error{Kind: llm.Garbled, Status: 200}, false},
		"not even headers":    {llmtest.Fault{Silent: true}, llm.Error{Kind: llm.Stalled}, true},
		"ten megabytes":       {llmtest.Fault{Status: 200, Header: map[string]string{"Content-Type": "text/event-stream"}, Body: strings.Repeat(": nothing\n\n", 1<<20)}, llm.Error{Kind: llm.Garbled}, false},
		"a line without end":  {llmtest.Fault{Status: 200, Header: map[string]string{"Content-Type": "text/event-stream"}, Body: "data: " + strings.Repeat("x", 5<<20)}, llm.Error{Kind: llm.Garbled}, false},
		"a key that is wrong": {llmtest.Fault{Status: 401, Body: "your key " + llmtest.Key + " is wrong"}, llm.Error{Kind: llm.Denied, Status: 401}, false},
	} {
		t.Run(name, func(t *testing.T) {
			inBoth(t, func(t *testing.T, format string) {
				s := llmtest.Start(t, func(*llmtest.Call) llmtest.Reply { return llmtest.Reply{Fault: &c.fault} })
				idle := time.Minute
				if c.fault.Silent {
					idle = 200 * time.Millisecond
				}
				r, err := waiting(t, format, s.Base(format), idle).Stream(t.Context(), request(), nil)
				var e *llm.Error
				if !errors.As(err, &e) || r != nil {
					t.Fatalf("%+v, %v", r, err)
				}
				if got := (llm.Error{Kind: e.Kind, Status: e.Status, After: e.After}); got != c.want || e.Retryable() != c.retry {
					t.Errorf("got %+v, retryable %v; cause %.200s", got, e.Retryable(), err)
				}
				if n := len(s.Calls()); n != 1 {
					t.Errorf("%d requests", n)
				}
				if strings.Contains(llm.Sentence(err), llmtest.Key) {
					t.Error("the key is in the sentence")
				}
			})
		})
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	inBoth(t, func(t *testing.T, format string) {
		for _, url := range []string{"http://127.0.0.1:1", "http://no-such-host.invalid", "https://127.0.0.1:1"} {
			_, err := provider(t, format, url).Stream(t.Context(), request(), nil)
			var e *llm.Error
			if !errors.As(err, &e) || e.Kind != llm.Unreachable {
				t.Errorf("%s: %v", url, err)
			}
		}
	})
}

func TestWhoGivesUpEndsTheRequest(t *testing.T) {
	inBoth(t, func(t *testing.T, format string) {
		left := make(chan struct{})
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
			close(left)
		})
		s := startPlain(t, h)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(20*time.Millisecond, cancel)
		_, err := provider(t, format, s).Stream(ctx, request(), nil)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		<-left
	})
}

// Nothing is left of calls that were given up.
func TestWhoGivesUpLeavesNothingBehind(t *testing.T) {
	inBoth(t, func(t *testing.T, format string) {
		s := llmtest.Start(t, func(*llmtest.Call) llmtest.Reply {
			return llmtest.Reply{Blocks: []llm.Block{{Text: "The strongest region is West, by far."}}, Fault: &llmtest.Fault{How: llmtest.Stalls, At: llmtest.AtEnd}}
		})
		p, before := provider(t, format, s.Base(format)), runtime.NumGoroutine()
		for range 30 {
			ctx, cancel := context.WithCancel(t.Context())
			if _, err := p.Stream(ctx, request(), func(llm.Event) { cancel() }); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before+15; runtime.Gosched() {
			if time.Now().After(end) {
				t.Fatalf("%d goroutines, and %d before", runtime.NumGoroutine(), before)
			}
		}
	})
}

func TestWhatIsSentIsTold(t *testing.T) {
	inBoth(t, func(t *testing.T, format string) {
		s := llmtest.Start(t, func(*llmtest.Call) llmtest.Reply { return llmtest.Reply{Blocks: []llm.Block{{Text: "ok"}}} })
		var told []llm.Sent
		ctx := llm.Record(t.Context(), func(x llm.Sent) { told = append(told, x) })
		if _, err := provider(t, format, s.Base(format)).Stream(ctx, request(), nil); err != nil {
			t.Fatal(err)
		}
		if len(told) != 1 || string(told[0].Body) != string(s.Calls()[0].Body) || !strings.HasPrefix(told[0].To, s.URL) || strings.Contains(string(told[0].Body), llmtest.Key) {
			t.Errorf("%+v", told)
		}
	})
}

func TestModelsAreListed(t *testing.T) {
	inBoth(t, func(t *testing.T, format string) {
		s := llmtest.Start(t, nil)
		s.Offers = []string{"a", "b"}
		got, err := provider(t, format, s.Base(format)).Models(t.Context())
		if diff := cmp.Diff([]string{"a", "b"}, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
	})
}
