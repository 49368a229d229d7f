package api

import (
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics count what is served. Labels hold only words of our own: patterns
// of routes, statuses, kinds of outcome.
type metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	busy      prometheus.Gauge
	questions *prometheus.CounterVec
	thinking  prometheus.Histogram
	files     *prometheus.CounterVec
	received  prometheus.Counter
	exports   *prometheus.CounterVec
}

// newMetrics makes the counters and registers them, with those of the
// process, at the given registry.
func newMetrics(reg *prometheus.Registry) *metrics {
	m := &metrics{
		registry:  reg,
		requests:  counters("tabletalk_http_requests_total", "Requests by method, route and status.", "method", "route", "status"),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tabletalk_http_request_duration_seconds", Help: "Time from request to the end of the answer.", Buckets: buckets()}, []string{"method", "route"}),
		busy:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "tabletalk_http_requests_in_flight", Help: "Requests being served."}),
		questions: counters("tabletalk_questions_total", "Questions by outcome, reader, and whether the cache had the answer.", "status", "reader", "cached"),
		thinking:  prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tabletalk_question_duration_seconds", Help: "Time from question to answer.", Buckets: buckets()}),
		files:     counters("tabletalk_uploaded_files_total", "Files uploaded, by how they ended.", "status"),
		received:  prometheus.NewCounter(prometheus.CounterOpts{Name: "tabletalk_uploaded_bytes_total", Help: "Bytes of uploaded files."}),
		exports:   counters("tabletalk_exports_total", "Exports by format.", "format"),
	}
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, m.durations, m.busy, m.questions, m.thinking, m.files, m.received, m.exports)
	return m
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func buckets() []float64 {
	return []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}
}

func (m *metrics) seen(method, route string, status int, took time.Duration) {
	method = methodOf(method)
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.durations.WithLabelValues(method, route).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// counted answers /metrics to those who may read it; to others there is
// nothing at that address, or a problem that names the setting.
func (s *Server) counted(who Counters) http.Handler {
	counters := s.metrics.handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case who.For == "off":
			s.nothing(w, r)
		case who.For == "open", fromHere(r), who.knows(r):
			counters.ServeHTTP(w, r)
		default:
			s.refuse(w, r, newProblem(http.StatusForbidden, "metrics_not_open", "The metrics are for the machine of this server, and for programs with its token.",
				"Send the token of metrics-token as a bearer token, or ask the operator to set metrics to open."))
		}
	})
}

// fromHere reports whether a program of this machine asks, and not a proxy for
// somebody else.
func fromHere(r *http.Request) bool {
	for _, h := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback()
}

func (c Counters) knows(r *http.Request) bool {
	kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return c.Token != "" && strings.EqualFold(kind, "Bearer") && subtle.ConstantTimeCompare([]byte(token), []byte(c.Token)) == 1
}
