package api

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/gzhttp"

	"tabletalk/internal/session"
)

// house wraps the routes in what every request passes, from the outside in:
// compression, the visit (id, log line, metrics, recovery), headers, Host and
// Origin, who asks, and time limits on reading the body.
func (s *Server) house(routes http.Handler) (http.Handler, error) {
	h := s.whole(routes)
	h = s.timeBody(h)
	h = s.identify(h)
	h = s.guard(h)
	h = secureHeaders(h)
	h = s.visit(h)
	zip, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.ContentTypes(compressible()))
	if err != nil {
		return nil, fmt.Errorf("api: compression: %w", err)
	}
	tight, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.ContentTypes(compressible()), gzhttp.EnableZstd(false), gzhttp.CompressionLevel(gzip.BestCompression))
	if err != nil {
		return nil, fmt.Errorf("api: compression: %w", err)
	}
	plain, assets := zip(h), tight(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/assets/") { // asked for once: browsers keep them
			assets(w, r)
			return
		}
		plain(w, r)
	}), nil
}

// compressible are the media types worth compressing. An event stream is not
// among them: each event must leave at once.
func compressible() []string {
	return []string{
		"application/json", problemType, "application/openapi+json", "application/manifest+json",
		"text/html", "text/css", "text/javascript", "application/javascript", "text/plain", "image/svg+xml",
	}
}

// visit is what is known of one request while it is served.
type visit struct {
	id      string
	problem *Problem
	who     Identity
	right   session.Right // to the session that the request is about
	agent   string
	address string
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{}
}

func requestID(ctx context.Context) string { return visitOf(ctx).id }

func noteProblem(ctx context.Context, p *Problem) { visitOf(ctx).problem = p }

// visit gives the request its id, recovers from panics, writes the one log
// line and counts.
func (s *Server) visit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		v := &visit{id: givenID(r), agent: r.UserAgent(), address: s.addressOf(r)}
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
		a := &answer{ResponseWriter: w}
		a.Header().Set("X-Request-Id", v.id)
		s.metrics.busy.Inc()
		defer func() {
			s.metrics.busy.Dec()
			s.finish(a, r, v, recover())
			s.record(a, r, v, time.Since(start))
		}()
		next.ServeHTTP(a, r)
	})
}

// finish sends what a handler left unsent, and answers for one that panicked.
func (s *Server) finish(a *answer, r *http.Request, v *visit, panicked any) {
	if panicked == nil {
		a.send()
		return
	}
	if err, ok := panicked.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		s.record(a, r, v, 0)
		panic(panicked)
	}
	s.log.ErrorContext(r.Context(), "panic while serving", "request_id", v.id, "route", routeOf(r), "panic", fmt.Sprint(panicked), "stack", string(debug.Stack()))
	if a.sent {
		s.record(a, r, v, 0)
		panic(http.ErrAbortHandler) // half an answer must not look whole
	}
	a.status = 0
	v.problem = newProblem(http.StatusInternalServerError, "internal", "Something went wrong on our side.", "Try again; if it happens again, tell the operator the request id.")
	writeProblem(a, r, v.problem)
}

// record writes the request's log line and its metrics. What was asked and
// what was answered are in neither.
func (s *Server) record(a *answer, r *http.Request, v *visit, took time.Duration) {
	route := routeOf(r)
	s.metrics.seen(r.Method, route, a.status, took)
	level, attrs := slog.LevelInfo, []slog.Attr{
		slog.String("method", methodOf(r.Method)), slog.String("route", route), slog.Int("status", a.status),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000), slog.String("request_id", v.id),
	}
	if v.who.person() != "" {
		attrs = append(attrs, slog.String("user", s.pseudonym(v.who.ID)))
	}
	if quiet(route) {
		level = slog.LevelDebug
	}
	if v.problem != nil {
		attrs = append(attrs, slog.String("code", v.problem.Code))
		if a.status >= http.StatusInternalServerError {
			level = slog.LevelError
			attrs = append(attrs, slog.String("cause", v.problem.Error()))
		}
	}
	s.log.LogAttrs(r.Context(), level, "request", attrs...)
}

// addressOf gives where a request comes from: what a proxy of ours says, or
// the other end of the connection.
func (s *Server) addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
	for i := len(hops) - 1; i >= 0 && s.proxies[host]; i-- {
		ip, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		host = ip.Unmap().String()
	}
	return host
}

// quiet routes are asked every few seconds by machines.
func quiet(route string) bool {
	return route == "GET /healthz" || route == "GET /readyz" || route == "GET /metrics"
}

// routeOf gives the pattern that matched, never the path: a path holds ids and
// whatever a stranger typed.
func routeOf(r *http.Request) string {
	if r.Pattern == "" || r.Pattern == "/" {
		return "other"
	}
	return r.Pattern
}

func methodOf(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// givenID takes over an id that a proxy in front gave, where it is plain.
func givenID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	if len(id) >= 8 && len(id) <= 64 && plain(id) {
		return id
	}
	return newID()
}

func plain(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func newID() string {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.NewString()
	}
	return id.String()
}

// answer holds the status back until the first byte, so that a handler that
// fails while encoding can still be answered for.
type answer struct {
	http.ResponseWriter
	status int
	sent   bool
}

// WriteHeader remembers the status; informational ones pass at once, and so
// does the one that turns the connection into another.
func (a *answer) WriteHeader(status int) {
	if status == http.StatusSwitchingProtocols {
		a.status, a.sent = status, true
	}
	if status >= 100 && status < 200 {
		a.ResponseWriter.WriteHeader(status)
		return
	}
	if a.status == 0 {
		a.status = status
	}
}

// Write sends the status and then the bytes.
func (a *answer) Write(b []byte) (int, error) {
	a.send()
	return a.ResponseWriter.Write(b)
}

// Flush sends what was written so far.
func (a *answer) Flush() {
	a.send()
	if f, ok := a.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) send() {
	if a.sent {
		return
	}
	a.sent = true
	if a.status == 0 {
		a.status = http.StatusOK
	}
	a.ResponseWriter.WriteHeader(a.status)
}
