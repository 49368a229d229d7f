package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
)

// Import implements engine.Engine.
func (p *Pool) Import(ctx context.Context, job engine.Job) (json.RawMessage, error) {
	or(&job.Timeout, p.cfg.ImportTimeout)
	body, err := json.Marshal(job.Body)
	if err != nil {
		return nil, fmt.Errorf("engine: body of a job: %w", err)
	}
	if job.Dir != "" && !filepath.IsAbs(job.Dir) || slices.ContainsFunc(job.Read, func(f string) bool { return !filepath.IsAbs(f) }) {
		return nil, fmt.Errorf("engine: a job of kind %q names relative paths", job.Kind)
	}
	key := jobKey(job, body)
	if err := p.bad.check(key); err != nil {
		p.counts.refused.Add(1)
		return nil, err
	}
	if err := p.imports.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer p.imports.Release(1)
	if !p.hold() {
		return nil, errStopped()
	}
	defer p.wg.Done()
	answer, err := p.work(ctx, job, body)
	if err != nil {
		return nil, p.explain(ctx, key, importTimeout(job.Timeout), err)
	}
	return answer, nil
}

// breath is how long after a process was taken the next one is begun: what a
// job left is being stored, or a question opens its tables, and somebody waits.
const breath = 50 * time.Millisecond

// work has a process do the job. One that was dead before it got the job is
// replaced once. The next process is made ready after this one has ended, for
// until then the processors are its own.
func (p *Pool) work(ctx context.Context, job engine.Job, body json.RawMessage) (json.RawMessage, error) {
	defer p.warmLater(forJob, breath)
	w, err := p.jobWorker(ctx, job.Background)
	if err != nil {
		return nil, err
	}
	answer, err := p.workOn(ctx, w, job, body)
	if !errors.Is(err, errUnsent) {
		return answer, err
	}
	if w, err = p.start(ctx, p.cfg.importSetup); err != nil {
		return nil, err
	}
	return p.workOn(ctx, w, job, body)
}

// jobWorker gives a process that has done nothing yet. What nobody waits for
// leaves the one that is ready to others, and begins after that one is.
func (p *Pool) jobWorker(ctx context.Context, background bool) (*process, error) {
	if background {
		p.awaitWarm(ctx, forJob)
		return p.start(ctx, p.cfg.backgroundSetup)
	}
	if w := p.pickBlank(forJob); w != nil {
		return w, nil
	}
	return p.start(ctx, p.cfg.importSetup)
}

// workOn gives the process its files, has it do the job, ends it, and only
// then takes what it left.
func (p *Pool) workOn(ctx context.Context, w *process, job engine.Job, body json.RawMessage) (json.RawMessage, error) {
	defer p.wg.Go(func() { p.end(w) })
	if err := supply(w.room, job.Read); err != nil {
		return nil, fmt.Errorf("bring files to a job: %w", err)
	}
	if !job.Background {
		defer time.AfterFunc(p.cfg.yieldAfter, func() { w.yield(p.cfg.ImportNice) }).Stop()
	}
	data, err := w.do(ctx, call{
		kind: frameJob, message: jobRequest{Kind: job.Kind, Body: body}, timeout: job.Timeout,
		expired: func() error { return importTimeout(job.Timeout) },
		frame:   progressOf(job),
	})
	answer := slices.Clone(data)
	gone := make(chan struct{})
	go func() { defer close(gone); w.kill() }()
	if err == nil && job.Answered != nil {
		job.Answered(answer)
	}
	<-gone
	unsupply(w.room, job.Read)
	if err != nil || job.Dir == "" {
		return answer, err
	}
	if err := collect(w.room, job.Dir); err != nil {
		return nil, fmt.Errorf("take what a job left: %w", err)
	}
	return answer, nil
}

func progressOf(job engine.Job) func(byte, []byte) error {
	return func(kind byte, data []byte) error {
		var progress engine.Progress
		if kind != frameProgress || json.Unmarshal(data, &progress) != nil {
			return errFrame
		}
		if job.Progress != nil {
			job.Progress(progress)
		}
		return nil
	}
}

func importTimeout(limit time.Duration) error {
	return fault.New(fault.Timeout, "import_timeout", "Reading the file took longer than it may: %s (import-timeout).", limit).
		WithHint("Split the file, or ask the operator to raise the limit.")
}
