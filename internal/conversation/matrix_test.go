package conversation_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"tabletalk/internal/app"
	"tabletalk/internal/conversation"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/llmtest"
	"tabletalk/internal/question"
)

// clock is the time of a test: what waits only moves it on.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	waited time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) sleep(_ context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.waited = c.now.Add(d), c.waited+d
	return nil
}

// record keeps a log, to which others write meanwhile.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

// take gives what was written, and forgets it.
func (r *record) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.text.Reset()
	return r.text.String()
}

// bench is a thread with a model, a clock of its own, and a log that is read.
type bench struct {
	*thread
	*llmtest.Server
	clock   *clock
	log     *record
	persona llmtest.Persona
}

func newBench(t *testing.T, format string, settings ...string) *bench {
	t.Helper()
	b := &bench{clock: &clock{now: time.Now().Round(0)}, log: &record{}}
	b.Server = llmtest.Start(t, func(c *llmtest.Call) llmtest.Reply { return b.persona(c) })
	p := llm.UsualPatience()
	p.Clock, p.Sleep = b.clock.Now, b.clock.sleep
	logger := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	b.thread = talkIn(t, logger, []app.Option{app.WithPatience(p)}, append([]string{"--model-provider", format, "--model-url", b.Base(format),
		"--model", "claude-haiku-5-5", "--model-key", llmtest.Key, "--model-egress", "results", "--query-max-rows", "100", "--model-day-cost", "0", "--model-month-cost", "0"}, settings...)...)
	return b
}

// outcome is what becomes of an answer that something befell.
type outcome int

const (
	again    outcome = iota + 1 // the call is made again, three times at most
	without                     // nobody asks again
	harmless                    // it is an answer all the same
)

// befalls is a row of the matrix.
type befalls struct {
	name     string
	how      llmtest.How   // spoils an answer at every place, or
	fault    llmtest.Fault // comes in place of an answer, or
	said     llmtest.Persona
	then     outcome
	chat     outcome // of chat completions, where it is another one
	reader   string  // of what was said
	code     string  // of the notice; empty is model_unavailable
	chatCode string  // of chat completions, which have no word for it
	calls    int     // of what was said
	waits    time.Duration
}

// status is an answer of HTTP's.
func status(code int, body string, header ...string) llmtest.Fault {
	f := llmtest.Fault{Status: code, Body: body, Header: map[string]string{}}
	for i := 0; i < len(header); i += 2 {
		f.Header[header[i]] = header[i+1]
	}
	return f
}

var (
	proposes = llmtest.Reply{Blocks: []llm.Block{{Text: "I look at it."}, llmtest.Query("call_1", bestPlan)}}
	tells    = llmtest.Text("It is [[r1:region=South.average age]]. That is all.")
)

// said is a model that says one thing, and then goes on as it should.
func said(r llmtest.Reply) llmtest.Persona { return llmtest.Script(r, proposes, tells) }

// tokensAs computes and tells, and says of its tokens something else.
func tokensAs(t llmtest.Tokens) llmtest.Persona {
	one, two := proposes, tells
	one.Tokens, two.Tokens = t, t
	return llmtest.Script(one, two)
}

// matrix is everything that may befall a call.
func matrix() []befalls {
	const html, stream = "<html>log in</html>", "text/event-stream"
	call := func(input string) llmtest.Reply {
		return llmtest.Reply{Blocks: []llm.Block{{Call: &llm.Call{ID: "call_0", Name: "run_query", Input: []byte(input)}}}}
	}
	return []befalls{
		{name: "connection reset", how: llmtest.Resets, then: again},
		{name: "clean end before the last event", how: llmtest.Closes, then: again},
		{name: "cut inside a character", how: llmtest.HalfRune, then: again},
		{name: "cut inside a line", how: llmtest.HalfLine, then: again},
		{name: "second message_start", how: llmtest.Twice, then: without, chat: harmless},
		{name: "piece before its start, wrong index", how: llmtest.Disorder, then: without, chat: harmless},
		{name: "unknown event", how: llmtest.Strange, then: harmless},
		{name: "unknown piece, unknown part", how: llmtest.Novel, then: harmless},
		{name: "error event: overloaded", how: llmtest.Overloads, then: again},
		{name: "error event: internal", how: llmtest.Fails, then: again},
		{name: "no JSON in an event", how: llmtest.Nonsense, then: without, chat: again},

		{name: "200 with JSON", fault: status(200, "{}"), then: without},
		{name: "200 with HTML", fault: status(200, html, "Content-Type", "text/html"), then: without},
		{name: "302", fault: status(302, "", "Location", "http://127.0.0.1:1/"), then: without},
		{name: "packed body", fault: status(200, "\x1f\x8b", "Content-Type", stream, "Content-Encoding", "gzip"), then: without},
		{name: "429, retry-after 0", fault: status(429, "", "Retry-After", "0"), then: again},
		{name: "429, retry-after 2", fault: status(429, "", "Retry-After", "2"), then: again, waits: 2 * time.Second},
		{name: "429, retry-after 3600", fault: status(429, "", "Retry-After", "3600"), then: without},
		{name: "429, retry-after in the past", fault: status(429, "", "Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"), then: again},
		{name: "429, retry-after in ten years", fault: status(429, "", "Retry-After", "Fri, 21 Oct 2135 07:28:00 GMT"), then: without},
		{name: "429, retry-after garbage", fault: status(429, "", "Retry-After", "soon"), then: again},
		{name: "429 without retry-after", fault: status(429, ""), then: again},
		{name: "429, the limit of spending", fault: status(429, `{"error":{"type":"rate_limit_error","message":"monthly spend limit"}}`), then: without},
		{name: "529", fault: status(529, ""), then: again},
		{name: "500", fault: status(500, ""), then: again},
		{name: "502 with HTML", fault: status(502, html), then: again},
		{name: "503", fault: status(503, ""), then: again},
		{name: "504", fault: status(504, ""), then: again},
		{name: "408", fault: status(408, ""), then: again},
		{name: "409", fault: status(409, ""), then: again},
		{name: "400, the grammar of tools is too large", fault: status(400, `{"error":{"message":"compiled grammar is too large"}}`), then: without},
		{name: "400, a parameter is not supported", fault: status(400, `{"error":{"message":"temperature is deprecated"}}`), then: without},
		{name: "401, which repeats the key", fault: status(401, "no such key: "+llmtest.Key), then: without},
		{name: "402", fault: status(402, ""), then: without},
		{name: "403", fault: status(403, ""), then: without},
		{name: "404", fault: status(404, ""), then: without},
		{name: "413", fault: status(413, ""), then: without},

		{name: "refusal", said: llmtest.Script(llmtest.Reply{Stop: llm.Refused, Blocks: []llm.Block{{Text: "I will not."}}}), reader: "offline", code: "model_refused", calls: 1},
		{name: "max_tokens inside a call", said: llmtest.Script(llmtest.Reply{Stop: llm.CutShort, Blocks: []llm.Block{{Text: "I look."}, llmtest.Query("call_0", bestPlan)}}, proposes, tells), reader: "model", calls: 3},
		{name: "max_tokens inside the only call", said: said(llmtest.Reply{Stop: llm.CutShort, Blocks: proposes.Blocks[1:]}), reader: "offline", code: "model_no_answer", calls: 1},
		{name: "pause_turn", said: said(llmtest.Reply{Stop: llm.Unknown, Blocks: []llm.Block{{Text: "wait"}}}), reader: "offline", calls: 1},
		{name: "the context is full", said: said(llmtest.Reply{Stop: llm.TooLong, Blocks: []llm.Block{{Text: "so"}}}), reader: "offline", code: "model_budget", chatCode: "model_unavailable", calls: 1},
		{name: "tokens: null", said: tokensAs(llmtest.NullTokens), reader: "model", calls: 2},
		{name: "tokens: none", said: tokensAs(llmtest.NoTokens), reader: "model", calls: 2},
		{name: "tokens: negative", said: tokensAs(llmtest.NegativeTokens), reader: "model", calls: 2},
		{name: "10 MB of text", said: llmtest.Script(proposes, llmtest.Text(strings.Repeat("much to say and ", 10<<16))), reader: "offline", calls: 2},
		{name: "500 calls in one turn", said: llmtest.Parallel(500, bestPlan), reader: "offline", code: "model_budget", calls: 1},
		{name: "a call with no JSON", said: said(call("{{{")), reader: "model", calls: 3},
		{name: "a call with JSON of another kind", said: said(call(`{"plan":7}`)), reader: "model", calls: 3},
		{name: "an unknown tool", said: said(llmtest.Reply{Blocks: []llm.Block{llmtest.Tool("call_0", "read_file", map[string]any{"path": "/etc/passwd"})}}), reader: "model", calls: 3},
		{name: "the same plan for ever", said: llmtest.Looper(bestPlan), reader: "offline", code: "model_budget", calls: 8},
	}
}

// at is where something befalls an answer: of the message that proposes a plan
// or of the one that tells the result.
type at struct {
	place llmtest.Place
	turn  int
}

// places are those at which a row happens.
func (row befalls) places() map[string]at {
	switch {
	case row.said != nil:
		return map[string]at{"": {}}
	case row.how == "":
		return map[string]at{"instead of a plan": {turn: 0}, "instead of the text": {turn: 1}}
	case row.how == llmtest.Novel: // which is nothing before a message begins
		return map[string]at{"in the text": {llmtest.InText, 1}, "after the last piece": {llmtest.AtEnd, 1}}
	}
	return map[string]at{"before the first event": {llmtest.AtStart, 0}, "in the text": {llmtest.InText, 1}, "in a call": {llmtest.InText, 0}, "after the last piece": {llmtest.AtEnd, 1}}
}

// Whatever befalls a call, a person has the answer that there is without a
// model, with a notice, or the whole answer of the model. Nothing is shown
// twice, nothing is asked too often, and no log holds the key.
func TestWhateverBefallsACall(t *testing.T) {
	for _, format := range []string{llmtest.Anthropic, llmtest.OpenAI} {
		t.Run(format, func(t *testing.T) {
			b := newBench(t, format)
			for _, row := range matrix() {
				if format == llmtest.OpenAI {
					row.then, row.code = cmp.Or(row.chat, row.then), cmp.Or(row.chatCode, row.code)
				}
				for name, where := range row.places() {
					for _, times := range []int{1, 99} {
						if times == 1 && row.then != again {
							continue // only where asking again can help
						}
						t.Run(row.name+" "+name+map[int]string{1: " once", 99: ""}[times], func(t *testing.T) { b.row(t, row, where, times) })
					}
				}
			}
		})
	}
}

// row plays one row at one place.
func (b *bench) row(t *testing.T, row befalls, where at, times int) {
	b.persona = row.persona(where, times)
	reader, calls := row.expected(where.turn, times)
	b.clock.jump(48 * time.Hour) // what was before is forgotten
	before, waited := len(b.Calls()), b.clock.waited
	req, told := b.request("average age by region"), ""
	req.NoCache = true
	a, err := b.app.Conversations.Ask(t.Context(), req, hear(&told))
	if err != nil || a.Status != question.Answered {
		t.Fatalf("%+v, %v", a, err)
	}
	if got := plainRows(a.Result); !reflect.DeepEqual(got, [][]any{{"South", 41.0}, {"North", 27.5}}) {
		t.Errorf("%v", got)
	}
	if n := len(b.Calls()) - before; n != calls || a.Reader != reader {
		t.Errorf("%d requests, reader %s, not %d and %s; %v", n, a.Reader, calls, reader, a.Notices)
	}
	b.shown(t, row, a, told)
	if a.Model.Calls > 8 || a.Model.CostUSD > 0.1 || row.said != nil && reader == "model" && a.Model.InputTokens == 0 {
		t.Errorf("the budget: %+v", a.Model)
	}
	if w := b.clock.waited - waited; w < row.waits*time.Duration(min(times, 2)) || w > 2*(row.waits+1200*time.Millisecond) {
		t.Errorf("waited %s", w)
	}
	if strings.Contains(b.log.take(), llmtest.Key) {
		t.Error("the key is in the log")
	}
}

// shown judges what a person sees.
func (b *bench) shown(t *testing.T, row befalls, a *conversation.Answer, told string) {
	t.Helper()
	if a.Reader == "model" {
		if a.Model.Text != "It is 41. That is all." || told != "It is 41. " || len(a.Notices) > 0 {
			t.Errorf("text %q, told %q, notices %v", a.Model.Text, told, a.Notices)
		}
		return
	}
	code := cmp.Or(row.code, "model_unavailable")
	if told != "" || a.Model.Text != "" || len(a.Notices) != 1 || a.Notices[0].Code != code {
		t.Fatalf("text %q, told %q, notices %v", a.Model.Text, told, a.Notices)
	}
	for _, secret := range []string{"html", b.URL, llmtest.Key, "deprecated", "spend"} {
		if strings.Contains(a.Notices[0].Text, secret) {
			t.Errorf("the notice tells too much: %s", a.Notices[0].Text)
		}
	}
}

// persona does what the row says, at a place and so many times.
func (row befalls) persona(where at, times int) llmtest.Persona {
	if row.said != nil {
		return row.said
	}
	left := times
	return func(c *llmtest.Call) llmtest.Reply {
		turn := min(c.Turns(), 1)
		r := []llmtest.Reply{proposes, tells}[turn]
		if turn == 0 && where.place == llmtest.InText {
			r.Blocks = r.Blocks[1:] // so that the middle is one of the call
		}
		if turn == where.turn && left > 0 {
			left--
			f := row.fault
			f.How, f.At = row.how, where.place
			r.Fault = &f
		}
		return r
	}
}

// expected is who answers, and after how many requests.
func (row befalls) expected(turn, times int) (reader string, calls int) {
	switch {
	case row.said != nil:
		return row.reader, row.calls
	case row.then == harmless:
		return "model", 2
	case row.then == without:
		return "offline", turn + 1
	case times == 1:
		return "model", 3
	}
	return "offline", turn + 3
}

func plainRows(r *conversation.Result) (rows [][]any) {
	for _, row := range r.Rows {
		rows = append(rows, []any(row))
	}
	return rows
}

// A server that is not there, or is another one, is no model.
func TestAServerThatCannotBeReached(t *testing.T) {
	foreign := httptest.NewUnstartedServer(http.NotFoundHandler())
	foreign.Config.ErrorLog = log.New(io.Discard, "", 0)
	foreign.StartTLS()
	t.Cleanup(foreign.Close)
	for name, url := range map[string]string{
		"connection refused": "http://127.0.0.1:1", "no such name": "https://no-such-host.invalid",
		"a certificate of nobody": foreign.URL, "no TLS": "https" + strings.TrimPrefix(httpServer(t), "http"),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, llmtest.Anthropic, "--model-url", url)
			a := b.ask("average age by region")
			if a.Reader != "offline" || len(a.Result.Rows) != 2 || len(a.Notices) != 1 || a.Notices[0].Code != "model_unavailable" || strings.Contains(a.Notices[0].Text, "127.0.0.1") {
				t.Errorf("%+v, %v", a, a.Notices)
			}
		})
	}
}

func httpServer(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	return s.URL
}

// A server that falls silent, before or in an answer, is asked again. How
// often depends on how busy this machine is.
func TestSilenceIsGivenUp(t *testing.T) {
	for name, f := range map[string]llmtest.Fault{
		"no headers": {Silent: true}, "before the first event": {How: llmtest.Stalls}, "in the text": {How: llmtest.Stalls, At: llmtest.InText}, "after the last piece": {How: llmtest.Stalls, At: llmtest.AtEnd},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, llmtest.Anthropic, "--model-idle", "1s")
			b.persona = befalls{fault: f, how: f.How}.persona(at{f.At, 0}, 1)
			if a := b.ask("average age by region"); a.Reader != "model" || len(b.Calls()) < 3 {
				t.Errorf("%d calls, %v", len(b.Calls()), a.Notices)
			}
		})
	}
}

// A question has its time, whether its server says nothing or something every
// now and then.
func TestTimeForOneQuestionEnds(t *testing.T) {
	for name, f := range map[string]llmtest.Fault{"silent": {Silent: true}, "slow": {How: llmtest.Drips}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, llmtest.OpenAI, "--model-timeout", "1s")
			b.persona = befalls{fault: f, how: f.How}.persona(at{}, 99)
			a := b.ask("average age by region")
			if a.Reader != "offline" || len(a.Notices) != 1 || !strings.Contains(a.Notices[0].Text, "model-timeout") {
				t.Errorf("%+v", a.Notices)
			}
		})
	}
}

// A clock that jumps neither lets a server be asked too early nor never again.
func TestTheClockJumps(t *testing.T) {
	b := newBench(t, llmtest.OpenAI)
	limited := func(*llmtest.Call) llmtest.Reply {
		f := status(429, "", "Retry-After", "3600")
		return llmtest.Reply{Fault: &f}
	}
	for i, step := range []struct {
		jump    time.Duration
		persona llmtest.Persona
		calls   int
		reader  string
	}{
		{0, limited, 1, "offline"}, {59 * time.Minute, wellRead, 0, "offline"}, {2 * time.Minute, wellRead, 2, "model"},
		{0, limited, 1, "offline"}, {-48 * time.Hour, wellRead, 2, "model"}, {96 * time.Hour, wellRead, 2, "model"},
	} {
		b.clock.jump(step.jump)
		b.persona = step.persona
		req, before := b.request("average age by region"), len(b.Calls())
		req.NoCache = true
		if a, err := b.send(req); err != nil || a.Reader != step.reader || len(b.Calls())-before != step.calls {
			t.Errorf("step %d: %d calls, %+v, %v", i, len(b.Calls())-before, a, err)
		}
	}
}

// A person who leaves ends the request to the model, and keeps no answer.
func TestWhoLeavesEndsTheRequest(t *testing.T) {
	begun := make(chan struct{})
	b := newBench(t, llmtest.Anthropic)
	b.persona = func(*llmtest.Call) llmtest.Reply {
		close(begun)
		return llmtest.Reply{Blocks: []llm.Block{{Text: "wait"}}, Fault: &llmtest.Fault{How: llmtest.Stalls}}
	}
	ctx, leave := context.WithCancel(t.Context())
	go func() { <-begun; leave() }()
	a, err := b.app.Conversations.Ask(ctx, b.request("average age by region"), nil)
	if !errors.Is(err, context.Canceled) || a != nil {
		t.Errorf("%+v, %v", a, err)
	}
}
