package api

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
	"tabletalk/internal/table"
)

func TestHostNames(t *testing.T) {
	s := door(t, nil)
	for host, status := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "LOCALHOST:1": 200, "127.0.0.1:9": 200, "[::1]:8080": 200, "[::1]": 200, "localhost.": 200,
		"evil.test": 421, "evil.test:8080": 421, "localhost.evil.test": 421, "127.0.0.1.evil.test": 421, "": 421, "0.0.0.0:80": 421, "[::2]": 421, "a b": 421,
	} {
		r := httptest.NewRequest("GET", "/healthz", nil)
		r.Host = host
		w := serve(s, r)
		if w.Code != status {
			t.Errorf("host %q: %d, want %d", host, w.Code, status)
		}
		if status == 421 {
			checkProblem(t, w, 421, "host_not_allowed")
		}
	}
}

// Who names no hosts lets nobody in; all of them must be asked for.
func TestNoHostsMeansNobody(t *testing.T) {
	for _, tt := range []struct {
		hosts  []string
		status int
	}{{nil, 421}, {[]string{}, 421}, {[]string{AnyHost}, 200}} {
		w := serve(door(t, func(o *Options) { o.Hosts = tt.hosts }), httptest.NewRequest("GET", "http://evil.test/healthz", nil))
		if w.Code != tt.status {
			t.Errorf("hosts %q: %d, want %d", tt.hosts, w.Code, tt.status)
		}
	}
}

func TestOrigins(t *testing.T) {
	s := door(t, nil)
	tests := []struct{ name, method, origin, site, code string }{
		{"a program", "POST", "", "", "no_samples"},
		{"the page", "POST", "http://localhost:8080", "same-origin", "no_samples"},
		{"another page", "POST", "http://evil.test", "cross-site", "origin_not_allowed"},
		{"an old browser", "POST", "http://evil.test", "", "origin_not_allowed"},
		{"another port", "POST", "http://localhost:9999", "same-site", "origin_not_allowed"},
		{"nowhere", "POST", "null", "", "origin_not_allowed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "http://localhost:8080/api/v1/samples", nil)
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			if tt.site != "" {
				r.Header.Set("Sec-Fetch-Site", tt.site)
			}
			w := serve(s, r)
			if !strings.Contains(w.Body.String(), `"`+tt.code+`"`) {
				t.Errorf("got %d %s, want %s", w.Code, w.Body, tt.code)
			}
		})
	}
}

func TestHeadersAreOnEveryAnswer(t *testing.T) {
	s := door(t, nil)
	for _, path := range []string{"/", "/docs", "/docs/docs.js", "/openapi.json", "/metrics", "/healthz", "/api/v1/auth/me", "/api/v1/nothing", "/assets/app-1a2b.js"} {
		h := serve(s, httptest.NewRequest("GET", path, nil)).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; worker-src 'self'; connect-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
			"X-Content-Type-Options":  "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if h.Get("X-Request-Id") == "" {
			t.Errorf("%s: no request id", path)
		}
	}
}

func TestPage(t *testing.T) {
	s := door(t, nil)
	tests := []struct {
		path, kind, cache, body string
		status                  int
	}{
		{"/", "text/html; charset=utf-8", "no-cache", "<title>page", 200},
		{"/index.html", "text/html; charset=utf-8", "no-cache", "<title>page", 200},
		{"/sessions/some-id", "text/html; charset=utf-8", "no-cache", "<title>page", 200},
		{"/assets/app-1a2b.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "1", 200},
		{"/assets/app-gone.js", "", "no-store", "route_not_found", 404},
		{"/favicon.ico", "", "no-store", "route_not_found", 404},
		{"/docs", "text/html; charset=utf-8", "", "HTTP API", 200},
		{"/docs/", "text/html; charset=utf-8", "", "HTTP API", 200},
		{"/docs/docs.css", "text/css; charset=utf-8", "", ":root", 200},
	}
	for _, tt := range tests {
		w := serve(s, httptest.NewRequest("GET", tt.path, nil))
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.body) || w.Header().Get("Cache-Control") != tt.cache {
			t.Errorf("%s: %d, cache %q, %.80s", tt.path, w.Code, w.Header().Get("Cache-Control"), w.Body)
		}
		if tt.kind != "" && w.Header().Get("Content-Type") != tt.kind {
			t.Errorf("%s: media type %q, want %q", tt.path, w.Header().Get("Content-Type"), tt.kind)
		}
	}
}

// The policy forbids what other hosts offer, so the pages of ours must not
// ask for it.
func TestDocsAskNobodyElse(t *testing.T) {
	s := door(t, nil)
	for _, path := range []string{"/docs", "/docs/docs.js", "/docs/docs.css"} {
		body := serve(s, httptest.NewRequest("GET", path, nil)).Body.String()
		for _, bad := range []string{"http://", "https://", "innerHTML", "style=", "onclick", "<style", "@import"} {
			if strings.Contains(body, bad) {
				t.Errorf("%s holds %q", path, bad)
			}
		}
	}
}

func TestCompression(t *testing.T) {
	r := httptest.NewRequest("GET", "/openapi.json", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := serve(door(t, nil), r)
	if w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("not compressed: %v", w.Header())
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || !strings.Contains(string(text), `"openapi"`) {
		t.Errorf("%v: %.40s", err, text)
	}
}

// asker answers as a test wants it.
type asker struct {
	Asker
	ask func(ctx context.Context, req conversation.Request, emit func(conversation.Event)) (*conversation.Answer, error)
}

func (a asker) Ask(ctx context.Context, req conversation.Request, emit func(conversation.Event)) (*conversation.Answer, error) {
	return a.ask(ctx, req, emit)
}

// Check is the one of the house: it needs no rooms.
func (a asker) Check(req conversation.Request) error {
	return conversation.New(conversation.Config{}).Check(req)
}

// anySession has every session.
type anySession struct{ Sessions }

func (anySession) Get(_ context.Context, workspace, id string) (*session.Session, error) {
	return &session.Session{ID: id, Workspace: workspace}, nil
}

func ask(body string) *http.Request {
	r := httptest.NewRequest("POST", "/api/v1/query/process", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

func TestFaultsBecomeProblems(t *testing.T) {
	kinds := map[fault.Kind]int{
		fault.Malformed: 400, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409, fault.TooLarge: 413,
		fault.Invalid: 422, fault.TooMany: 429, fault.Internal: 500, fault.Unavailable: 503, fault.Timeout: 504, fault.StorageFull: 507, "unheard_of": 500,
	}
	for kind, status := range kinds {
		s := door(t, func(o *Options) {
			o.Asker = asker{ask: func(context.Context, conversation.Request, func(conversation.Event)) (*conversation.Answer, error) {
				return nil, fault.New(kind, "some_code", "A sentence.").WithHint("A hint.").Because(errors.New("secret path /var/lib"))
			}}
		})
		w := serve(s, ask(`{"session_id":"s","query":"x"}`))
		checkProblem(t, w, status, "some_code")
		if strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), "A hint.") {
			t.Errorf("%s: %s", kind, w.Body)
		}
	}
}

func TestFailuresOfOursAreProblems(t *testing.T) {
	tests := map[string]func() (*conversation.Answer, error){
		"a plain error": func() (*conversation.Answer, error) { return nil, errors.New("secret") },
		"a panic":       func() (*conversation.Answer, error) { panic("secret") },
		"an answer that is no JSON": func() (*conversation.Answer, error) {
			return &conversation.Answer{Result: &conversation.Result{Rows: [][]table.Value{{math.NaN()}}}}, nil
		},
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			s := door(t, func(o *Options) {
				o.Asker = asker{ask: func(context.Context, conversation.Request, func(conversation.Event)) (*conversation.Answer, error) {
					return answer()
				}}
			})
			w := serve(s, ask(`{"session_id":"s","query":"x"}`))
			checkProblem(t, w, 500, "internal")
			if strings.Contains(w.Body.String(), "secret") {
				t.Errorf("the cause left the house: %s", w.Body)
			}
		})
	}
}

func TestNobodyWithoutAnIdentity(t *testing.T) {
	s := door(t, func(o *Options) {
		o.Gate = func(*http.Request) (Identity, error) {
			return Identity{}, fault.New(fault.Unauthenticated, "not_logged_in", "Log in first.")
		}
	})
	w := serve(s, httptest.NewRequest("GET", "/api/v1/auth/me", nil))
	checkProblem(t, w, 401, "not_logged_in")
	if w.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Error("a 401 without WWW-Authenticate")
	}
	if w := serve(s, httptest.NewRequest("GET", "/healthz", nil)); w.Code != 200 {
		t.Errorf("healthz asked who asks: %d", w.Code)
	}
}

func TestMetricsHoldNothingOfUsers(t *testing.T) {
	s := door(t, nil)
	serve(s, httptest.NewRequest("GET", "/api/v1/files/canary-id?x=canary", nil))
	serve(s, httptest.NewRequest("CANARY", "/canary/path", nil))
	r := httptest.NewRequest("GET", "/metrics", nil)
	r.RemoteAddr = "127.0.0.1:40000"
	body := serve(s, r).Body.String()
	if strings.Contains(strings.ToLower(body), "canary") {
		t.Error("a stranger's word is in the metrics")
	}
	if !strings.Contains(body, `tabletalk_http_requests_total{method="GET",route="GET /api/v1/files/{id}"`) {
		t.Errorf("the route was not counted:\n%.2000s", body)
	}
}

func TestWhoReadsMetrics(t *testing.T) {
	const token = "0123456789abcdef0123456789abcdef"
	for name, c := range map[string]struct {
		who    Counters
		from   string
		header [2]string
		status int
	}{
		"this machine":                    {Counters{}, "127.0.0.1:1", [2]string{}, 200},
		"this machine, over IPv6":         {Counters{For: "local"}, "[::1]:1", [2]string{}, 200},
		"a neighbour":                     {Counters{For: "local"}, "192.0.2.7:1", [2]string{}, 403},
		"a stranger, by a proxy here":     {Counters{For: "local"}, "127.0.0.1:1", [2]string{"X-Forwarded-For", "192.0.2.7"}, 403},
		"a stranger who says to be here":  {Counters{For: "local"}, "192.0.2.7:1", [2]string{"X-Forwarded-For", "127.0.0.1"}, 403},
		"a program with the token":        {Counters{For: "local", Token: token}, "192.0.2.7:1", [2]string{"Authorization", "Bearer " + token}, 200},
		"a program with another token":    {Counters{For: "local", Token: token}, "192.0.2.7:1", [2]string{"Authorization", "Bearer " + token[1:]}, 403},
		"no token where there is none":    {Counters{For: "local"}, "192.0.2.7:1", [2]string{"Authorization", "Bearer "}, 403},
		"everybody":                       {Counters{For: "open"}, "192.0.2.7:1", [2]string{}, 200},
		"nobody, not even with the token": {Counters{For: "off", Token: token}, "127.0.0.1:1", [2]string{"Authorization", "Bearer " + token}, 404},
	} {
		t.Run(name, func(t *testing.T) {
			s := door(t, func(o *Options) { o.Counters = c.who })
			r := httptest.NewRequest("GET", "/metrics", nil)
			r.RemoteAddr = c.from
			if c.header[0] != "" {
				r.Header.Set(c.header[0], c.header[1])
			}
			w := serve(s, r)
			if w.Code != c.status || strings.Contains(w.Body.String(), "go_goroutines") != (c.status == 200) {
				t.Errorf("got %d, want %d", w.Code, c.status)
			}
		})
	}
}
