package llm_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/llm"
	"tabletalk/internal/llm/llmtest"
)

func startPlain(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// failing gives one error after the other, then answers.
type failing struct {
	llm.Provider
	errs  []error
	calls int
}

func (f *failing) Stream(context.Context, llm.Request, func(llm.Event)) (*llm.Response, error) {
	f.calls++
	if f.calls <= len(f.errs) {
		return nil, f.errs[f.calls-1]
	}
	return &llm.Response{}, nil
}

func (f *failing) Limits() []llm.Limit { return nil }

// patience with a clock of its own.
func patience(waits *[]time.Duration) llm.Patience {
	now := time.Date(2025, 6, 18, 0, 0, 0, 0, time.UTC)
	p := llm.UsualPatience()
	p.Clock = func() time.Time { return now }
	p.Sleep = func(_ context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		now = now.Add(d)
		return nil
	}
	return p
}

func kind(k llm.Kind, after time.Duration) error { return &llm.Error{Kind: k, After: after} }

func TestSteadyAsksAgainWhereThatCanHelp(t *testing.T) {
	for name, c := range map[string]struct {
		errs  []error
		calls int
		ok    bool
		least time.Duration
	}{
		"at once":               {nil, 1, true, 0},
		"after a cut answer":    {[]error{kind(llm.Cut, 0)}, 2, true, 300 * time.Millisecond},
		"when it is told to":    {[]error{kind(llm.Limited, 3*time.Second)}, 2, true, 3 * time.Second},
		"not hours later":       {[]error{kind(llm.Limited, time.Hour)}, 1, false, 0},
		"not with a wrong key":  {[]error{kind(llm.Denied, 0)}, 1, false, 0},
		"not what makes none":   {[]error{kind(llm.Garbled, 0)}, 1, false, 0},
		"three times at most":   {[]error{kind(llm.Overloaded, 0), kind(llm.Overloaded, 0), kind(llm.Overloaded, 0)}, 3, false, 900 * time.Millisecond},
		"not who has given up":  {[]error{context.Canceled}, 1, false, 0},
		"twice, then it is let": {[]error{kind(llm.Broken, 0), kind(llm.Unreachable, 0)}, 3, true, 900 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			f, waits := &failing{errs: c.errs}, []time.Duration{}
			again := 0
			_, err := llm.NewSteady(f, patience(&waits)).Stream(t.Context(), llm.Request{}, func(e llm.Event) {
				if e.Again {
					again++
				}
			})
			if f.calls != c.calls || (err == nil) != c.ok || again != c.calls-1 {
				t.Errorf("%d calls, told %d times, %v", f.calls, again, err)
			}
			var all time.Duration
			for _, w := range waits {
				all += w
			}
			if all < c.least {
				t.Errorf("waited %v", waits)
			}
		})
	}
}

func TestAServerThatKeepsFailingIsLeftAlone(t *testing.T) {
	var waits []time.Duration
	p := patience(&waits)
	f := &failing{errs: []error{kind(llm.Broken, 0), kind(llm.Broken, 0), kind(llm.Broken, 0), kind(llm.Broken, 0), kind(llm.Broken, 0)}}
	s := llm.NewSteady(f, p)
	for range 3 {
		if _, err := s.Stream(t.Context(), llm.Request{}, nil); err == nil {
			t.Fatal("it answered")
		}
	}
	_, err := s.Stream(t.Context(), llm.Request{}, nil)
	var e *llm.Error
	if !errors.As(err, &e) || e.Kind != llm.Resting || f.calls != 5 {
		t.Errorf("%d calls, %v", f.calls, err)
	}
	if err := p.Sleep(t.Context(), 2*time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stream(t.Context(), llm.Request{}, nil); err != nil {
		t.Errorf("after a while: %v", err)
	}
}

// Failures count while they are close together.
func TestAFailureNowAndThenIsNoReasonToRest(t *testing.T) {
	var waits []time.Duration
	p := patience(&waits)
	p.Attempts = 1
	f := &failing{}
	for range 9 {
		f.errs = append(f.errs, kind(llm.Broken, 0))
	}
	s := llm.NewSteady(f, p)
	for range 9 {
		if _, err := s.Stream(t.Context(), llm.Request{}, nil); err == nil || s.Health(t.Context()).State != llm.Failing {
			t.Fatalf("%v, %+v", err, s.Health(t.Context()))
		}
		if err := p.Sleep(t.Context(), 20*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if f.calls != 9 {
		t.Errorf("%d calls", f.calls)
	}
}

// paper is a board.
type paper map[string][]byte

func (p paper) Get(_ context.Context, key string) ([]byte, bool) { raw, ok := p[key]; return raw, ok }

func (p paper) Set(_ context.Context, key string, value []byte, _ time.Duration) { p[key] = value }

// What one program was told, others with the same key know.
func TestWhatAServerSaysIsSharedByABoard(t *testing.T) {
	broken := []error{kind(llm.Broken, 0), kind(llm.Broken, 0), kind(llm.Broken, 0), kind(llm.Broken, 0), kind(llm.Broken, 0)}
	for name, c := range map[string]struct {
		errs  []error
		asked int // questions of the first program
		kind  llm.Kind
		state llm.State
		until time.Duration
	}{
		"a limit":         {[]error{kind(llm.Limited, time.Hour)}, 1, llm.Limited, llm.Waiting, time.Hour},
		"many failures":   {broken, 2, llm.Resting, llm.Rests, time.Minute},
		"a failure":       {[]error{kind(llm.Denied, 0)}, 1, "", llm.Unasked, 0},
		"a limit of none": {[]error{kind(llm.Limited, 0), kind(llm.Limited, 0), kind(llm.Limited, 0)}, 1, "", llm.Unasked, 0},
	} {
		t.Run(name, func(t *testing.T) {
			board, p := paper{}, patience(&[]time.Duration{})
			first, second := &failing{errs: c.errs}, &failing{}
			one, two := llm.NewSteady(first, p).Shared(board, "x"), llm.NewSteady(second, p).Shared(board, "x")
			for range c.asked {
				if _, err := one.Stream(t.Context(), llm.Request{}, nil); err == nil {
					t.Fatal("it answered")
				}
			}
			h := two.Health(t.Context())
			if h.State != c.state || (h.Until != nil) != (c.kind != "") {
				t.Errorf("%+v", h)
			}
			_, err := two.Stream(t.Context(), llm.Request{}, nil)
			var e *llm.Error
			if got := errors.As(err, &e); got != (c.kind != "") || got && e.Kind != c.kind || second.calls != map[bool]int{true: 0, false: 1}[got] {
				t.Errorf("%d calls, %v", second.calls, err)
			}
			if other := llm.NewSteady(second, p).Shared(board, "y"); other.Health(t.Context()).State != llm.Unasked {
				t.Error("another key is held, too")
			}
			if err := p.Sleep(t.Context(), c.until+time.Second); err != nil {
				t.Fatal(err)
			}
			if _, err := two.Stream(t.Context(), llm.Request{}, nil); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestAUsedUpLimitIsForAll(t *testing.T) {
	inBoth(t, func(t *testing.T, format string) {
		reset := time.Now().Add(time.Minute).UTC().Format(time.RFC3339)
		s := llmtest.Start(t, func(*llmtest.Call) llmtest.Reply {
			return llmtest.Reply{Blocks: []llm.Block{{Text: "ok"}}, Fault: &llmtest.Fault{Header: map[string]string{
				"Anthropic-Ratelimit-Requests-Remaining": "0", "Anthropic-Ratelimit-Requests-Reset": reset}}}
		})
		p := provider(t, format, s.Base(format))
		if _, err := p.Stream(t.Context(), request(), nil); err != nil {
			t.Fatal(err)
		}
		_, err := p.Stream(t.Context(), request(), nil)
		var e *llm.Error
		if !errors.As(err, &e) || e.Kind != llm.Limited || e.After < 30*time.Second || len(s.Calls()) != 1 {
			t.Errorf("%d requests, %v", len(s.Calls()), err)
		}
	})
}

func TestWhatACallCosts(t *testing.T) {
	models, err := llm.LoadModels([]byte(`[{"match":"mine-*","context":1000,"output":10,"input_price":1}]`))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		model string
		usage llm.Usage
		want  int64
	}{
		"a short prompt":   {"claude-haiku-5-5", llm.Usage{Input: 10_000, Output: 1000}, 1500},
		"a long one":       {"claude-haiku-5-5", llm.Usage{Input: 200_000, Output: 1000}, 102_500},
		"what was kept":    {"claude-sonnet-5-5", llm.Usage{CacheRead: 1000, CacheWrite: 100}, 450},
		"rounded up":       {"claude-haiku-5-5", llm.Usage{Input: 1}, 1},
		"of one's own":     {"mine-1", llm.Usage{Input: 7}, 7},
		"a server at home": {"llama3.2:3b", llm.Usage{Input: 1 << 20}, 0},
	} {
		if got := models.Find(c.model).Micros(c.usage); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	_, err = llm.LoadModels([]byte(`[{"match":"[","context":1}]`))
	if diff := cmp.Diff(true, err != nil); diff != "" {
		t.Error("a broken pattern was taken")
	}
}
