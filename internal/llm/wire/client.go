package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"tabletalk/internal/llm"
)

// Options are the limits of one call. Zero takes the usual ones.
type Options struct {
	Connect time.Duration // until there is a connection
	Idle    time.Duration // between two pieces of an answer, and before the first
	Bytes   int64         // of an answer
	Clock   func() time.Time
}

func (o Options) orUsual() Options {
	if o.Connect == 0 {
		o.Connect = 5 * time.Second
	}
	if o.Idle == 0 {
		o.Idle = 45 * time.Second
	}
	if o.Bytes == 0 {
		o.Bytes = 8 << 20
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return o
}

// Client sends requests; its errors are *llm.Error. The libraries of both
// formats take it for an HTTP client.
type Client struct {
	http  *http.Client
	guard *guard
}

// NewClient makes a Client.
func NewClient(o Options) *Client {
	o = o.orUsual()
	base := &http.Transport{
		Proxy:       http.ProxyFromEnvironment,
		DialContext: (&net.Dialer{Timeout: o.Connect, KeepAlive: 30 * time.Second}).DialContext,
		// An answer is read as it was sent: a limit on its bytes is one on memory.
		DisableCompression: true, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: o.Connect, MaxIdleConnsPerHost: 4, IdleConnTimeout: 90 * time.Second,
	}
	g := &guard{Options: o, base: base}
	return &Client{guard: g, http: &http.Client{
		Transport:     g,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Host is the name of the server at an address, for people; "" where it is none.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// Do sends a request.
func (c *Client) Do(req *http.Request) (*http.Response, error) { return c.http.Do(req) }

// Names reads a list of models, which both formats write alike.
func (c *Client) Names(ctx context.Context, address string, header map[string]string) ([]string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &llm.Error{Kind: llm.Rejected, Err: err}
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, llm.Failure(ctx, err)
	}
	defer resp.Body.Close()
	return decodeNames(resp.Body)
}

// guard is the road of all calls with one key.
type guard struct {
	Options
	base   http.RoundTripper
	mu     sync.Mutex
	since  time.Time // when the server said so
	until  time.Time // nobody asks before: a limit is used up
	limits []llm.Limit
}

// errSilent is why a call was given up that had gone quiet.
var errSilent = errors.New("nothing came for too long")

// RoundTrip sends a request and gives a response only where it is the start
// of an answer.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if wait := g.resting(); wait > 0 {
		return nil, &llm.Error{Kind: llm.Limited, After: wait, Err: errors.New("the server's limit is used up")}
	}
	caller := req.Context()
	ctx, giveUp := context.WithCancelCause(caller)
	req, err := g.record(req.WithContext(ctx))
	if err != nil {
		giveUp(nil)
		return nil, err
	}
	w := &watched{guard: g, caller: caller, ctx: ctx, end: giveUp, left: g.Bytes}
	w.silence = time.AfterFunc(g.Idle, func() { giveUp(errSilent) })
	resp, err := g.base.RoundTrip(req)
	if err != nil {
		err = w.failure(err)
		w.stop()
		return nil, err
	}
	g.heed(resp)
	w.ReadCloser, resp.Body = resp.Body, w
	if err := refusal(req, resp, g.Clock()); err != nil {
		_ = w.Close() // what it held is in the error
		return nil, err
	}
	return resp, nil
}

// heed remembers that a limit is used up, for all calls with this key.
func (g *guard) heed(resp *http.Response) {
	now := g.Clock()
	wait, ok := retryAfter(resp.Header, now)
	g.mu.Lock()
	defer g.mu.Unlock()
	if list := limits(resp.Header, now); len(list) > 0 {
		g.limits = list
	}
	if ok {
		g.since, g.until = now, now.Add(wait)
	}
}

// Limits are what the server said of its limits with its last answer, and the
// time before which it wants no more calls.
func (c *Client) Limits() []llm.Limit {
	g := c.guard
	g.mu.Lock()
	defer g.mu.Unlock()
	list := slices.Clone(g.limits)
	if g.left() > 0 {
		list = append(list, llm.Limit{Name: "calls", Reset: g.until})
	}
	return list
}

// resting is how long nobody may ask.
func (g *guard) resting() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.left()
}

// left is how long it is until then; a clock that was set back says nothing.
func (g *guard) left() time.Duration {
	now := g.Clock()
	if now.Before(g.since) {
		return 0
	}
	return g.until.Sub(now)
}

// record tells what is about to leave.
func (g *guard) record(req *http.Request) (*http.Request, error) {
	sent := llm.Sent{At: g.Clock(), To: req.URL.Scheme + "://" + req.URL.Host + req.URL.Path}
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, &llm.Error{Kind: llm.Rejected, Err: err}
		}
		_ = req.Body.Close() // it was read whole
		sent.Body = body
		req.Body = io.NopCloser(strings.NewReader(string(body)))
		req.GetBody = nil // nothing is sent twice behind our back
	}
	llm.Recorded(req.Context(), sent)
	return req, nil
}

// refusal says why a response is no answer; nil where it is the start of one.
func refusal(req *http.Request, resp *http.Response, now time.Time) error {
	if resp.StatusCode != http.StatusOK {
		return refused(resp, now)
	}
	if coding := resp.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return garbled(resp, fmt.Errorf("the answer is packed (%s), which was not asked for", coding))
	}
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	want := "text/event-stream"
	if req.Method == http.MethodGet {
		want = "application/json"
	}
	if err != nil || kind != want {
		return garbled(resp, fmt.Errorf("the answer is %q, not %s", resp.Header.Get("Content-Type"), want))
	}
	return nil
}

func garbled(resp *http.Response, err error) error {
	return &llm.Error{Kind: llm.Garbled, Status: resp.StatusCode, RequestID: requestID(resp), Err: err}
}

func requestID(resp *http.Response) string {
	for _, name := range []string{"Request-Id", "X-Request-Id"} {
		if id := resp.Header.Get(name); id != "" && len(id) <= 200 {
			return id
		}
	}
	return ""
}

// watched is the body of an answer. Its errors are *llm.Error, too.
type watched struct {
	io.ReadCloser
	guard   *guard
	caller  context.Context
	ctx     context.Context
	end     context.CancelCauseFunc
	silence *time.Timer
	left    int64
}

// Read reads on, and gives up where nothing comes.
func (w *watched) Read(p []byte) (int, error) {
	if w.left <= 0 {
		return 0, &llm.Error{Kind: llm.Garbled, Err: fmt.Errorf("the answer has more than %d bytes", w.guard.Bytes)}
	}
	n, err := w.ReadCloser.Read(p[:min(int64(len(p)), w.left)])
	w.left -= int64(n)
	switch {
	case err == nil:
		w.silence.Reset(w.guard.Idle)
	case !errors.Is(err, io.EOF):
		w.silence.Stop()
		err = w.failure(err)
		var e *llm.Error
		if errors.As(err, &e) && e.Kind == llm.Unreachable { // an answer had begun
			err = &llm.Error{Kind: llm.Cut, Err: e.Err}
		}
	}
	return n, err
}

// failure makes an error of what went wrong on the way.
func (w *watched) failure(err error) error {
	switch {
	case w.caller.Err() != nil:
		return w.caller.Err()
	case errors.Is(context.Cause(w.ctx), errSilent):
		return &llm.Error{Kind: llm.Stalled, Err: errSilent}
	}
	return &llm.Error{Kind: llm.Unreachable, Err: err}
}

// Close ends the call, whether it was read to its end or not.
func (w *watched) Close() error {
	err := w.ReadCloser.Close()
	w.stop()
	return err
}

func (w *watched) stop() {
	w.silence.Stop()
	w.end(nil)
}
