package app

import (
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tabletalk/internal/api"
	"tabletalk/internal/engine/worker"
	"tabletalk/internal/fault"
)

// readyTime is what every part may take to say that it works.
const readyTime = 2 * time.Second

// Ready asks every part whether it works.
func (a *App) Ready(ctx context.Context) api.Readiness { return a.ready(ctx) }

// ready asks every part whether it works. Layers around the engine that this
// system lacks, and a Redis that is away, are told but keep nobody out.
func (a *App) ready(ctx context.Context) api.Readiness {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	r := api.Readiness{Ready: true, Checks: map[string]api.Check{}}
	err := a.store.Ready(ctx)
	r.Checks["store"] = part(err)
	r.Ready = err == nil
	r.Checks["engine"] = api.Check{OK: true, Detail: a.engine.Version(), Facts: map[string]any{"workers": a.engine.Workers()}}
	r.Checks["sandbox"] = a.sandbox()
	if a.redis != nil {
		r.Checks["redis"] = part(a.redis.Ready(ctx))
	}
	return r
}

// part words an error without what is for the log only.
func part(err error) api.Check {
	if err == nil {
		return api.Check{OK: true}
	}
	return api.Check{Detail: fault.Of(err).Message}
}

// sandbox lists the layers around a worker; it is whole where none is missing.
func (a *App) sandbox() api.Check {
	p := api.Check{OK: true, Facts: map[string]any{}}
	for _, l := range a.engine.Report() {
		p.Facts[l.Name] = state(l)
		p.OK = p.OK && l.Active
	}
	if !p.OK {
		p.Detail = "some layers are not available on this system"
	}
	return p
}

// state says in a word or two whether a layer stands.
func state(l worker.Layer) string {
	switch {
	case !l.Active:
		return strings.TrimSuffix("missing: "+l.Detail, ": ")
	case l.Detail == "":
		return "on"
	}
	return l.Detail
}

// measure adds what only the assembly can see to the metrics.
func (a *App) measure(reg *prometheus.Registry) {
	gauge := func(name, help string, read func() float64) {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
	}
	count := func(name, help string, read func(worker.Stats) int64) {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(read(a.engine.Stats())) }))
	}
	gauge("tabletalk_workers", "Worker processes that live.", func() float64 { return float64(a.engine.Workers()) })
	gauge("tabletalk_workers_busy", "Worker processes that compute or read.", func() float64 { return float64(a.engine.Stats().Busy()) })
	count("tabletalk_worker_crashes_total", "Worker processes that died over their input.", func(s worker.Stats) int64 { return s.Crashed })
	count("tabletalk_worker_kills_total", "Worker processes that had to be killed at the end of their time.", func(s worker.Stats) int64 { return s.Killed })
	count("tabletalk_quarantined_total", "Inputs that were refused, for they had ended two workers.", func(s worker.Stats) int64 { return s.Refused })
	if m, ok := a.cache.(interface{ Bytes() int64 }); ok {
		gauge("tabletalk_cache_bytes", "Memory of the answers that are kept in the process.", func() float64 { return float64(m.Bytes()) })
	}
}
