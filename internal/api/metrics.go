package api

import (
	"net/http"
	"strconv"
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
