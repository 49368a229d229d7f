package worker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
)

// Pool is the engine as a set of worker processes. It implements
// engine.Engine.
type Pool struct {
	cfg     Config
	log     *slog.Logger
	home    *home
	starter *starter
	slots   *semaphore.Weighted // workers that run something
	imports *semaphore.Weighted
	bad     *quarantine
	counts  *counters
	first   readyReply // of the first worker: version and layers

	ctx  context.Context // ends with the pool
	stop context.CancelFunc
	wg   sync.WaitGroup // waiters of processes, the warmer, the reaper

	mu      sync.Mutex
	blank   [2][]*process    // ready for queries, and for a job
	warming [2]chan struct{} // closed when the blank worker is there that is being made
	idle    []*process       // opened over tables; the last used last
	live    map[*process]bool
	sets    map[string]*setGate
	closed  bool
}

// setGate lets a number of queries over the same tables run at once.
type setGate struct {
	sem   *semaphore.Weighted
	users int
}

// NewPool starts a pool and its first worker, which tells what the system
// offers. The caller closes the pool.
func NewPool(cfg Config) (*Pool, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	h, err := newHome(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("directory of engine workers: %w", err)
	}
	p := &Pool{
		cfg: cfg, log: cfg.Log, home: h, starter: newStarter(cfg.Command),
		slots:   semaphore.NewWeighted(int64(cfg.MaxWorkers)),
		imports: semaphore.NewWeighted(int64(cfg.MaxImports)),
		bad:     newQuarantine(),
		counts:  &counters{},
		live:    map[*process]bool{}, sets: map[string]*setGate{},
	}
	p.ctx, p.stop = context.WithCancel(context.Background())
	w, err := p.startFirst()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start an engine worker: %w", err), p.Close())
	}
	p.first = w.ready
	p.keepBlank(w)
	p.warm(forJob)
	p.wg.Go(p.reap)
	return p, nil
}

// startFirst starts a worker, without namespaces where one that has them does
// not come up.
func (p *Pool) startFirst() (*process, error) {
	w, err := p.start(p.ctx, p.cfg.querySetup)
	if err != nil && p.starter.isIsolated() {
		p.starter.plain(err)
		w, err = p.start(p.ctx, p.cfg.querySetup)
	}
	return w, err
}

// Close ends every worker and removes what they leave. Queries that run are
// stopped.
func (p *Pool) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	list := p.live
	p.live, p.blank, p.idle = map[*process]bool{}, [2][]*process{}, nil
	p.mu.Unlock()
	p.stop()
	for w := range list {
		w.end()
	}
	p.wg.Wait()
	p.starter.close()
	return p.home.remove()
}

// Version names the engine and its release.
func (p *Pool) Version() string { return p.first.Version }

// Report says which layers stand around a worker.
func (p *Pool) Report() []Layer {
	return slices.Concat(everywhere(), p.starter.layers(), p.first.Layers)
}

// purpose is what a worker is for. It never changes.
type purpose int

const (
	forQueries purpose = iota
	forJob
)

// start makes a worker for what the setup says and introduces it.
func (p *Pool) start(ctx context.Context, about func(room string) setup) (*process, error) {
	if !p.hold() {
		return nil, errStopped()
	}
	defer p.wg.Done()
	room, err := p.home.newRoom()
	if err != nil {
		return nil, err
	}
	w, err := p.starter.start(room)
	if err != nil {
		_ = os.RemoveAll(room)
		return nil, err
	}
	s := about(room)
	w.grace, w.job, w.counts = p.cfg.Grace, s.Job, p.counts
	p.counts.started.Add(1)
	p.wg.Go(w.wait)
	if !p.admit(w) {
		w.end()
		return nil, errStopped()
	}
	if err := w.introduce(ctx, s); err != nil {
		p.end(w)
		if w.exit != nil {
			return nil, fmt.Errorf("%w (%v): %s", err, w.exit, w.stderr.String())
		}
		return nil, err
	}
	return w, nil
}

// hold keeps Close waiting until the caller calls wg.Done, unless the pool is
// closed already.
func (p *Pool) hold() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.wg.Add(1)
	return true
}

func (p *Pool) admit(w *process) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.live[w] = true
	}
	return !p.closed
}

// end ends a worker and forgets it.
func (p *Pool) end(w *process) {
	p.mu.Lock()
	delete(p.live, w)
	p.mu.Unlock()
	w.end()
}

func errStopped() error {
	return fault.New(fault.Unavailable, "engine_stopped", "The server is shutting down.").WithHint("Try again in a moment.")
}

// acquire gives a worker that has the tables open. The caller releases it.
func (p *Pool) acquire(ctx context.Context, tables []engine.Table) (*process, error) {
	key := setKey(tables)
	if err := p.enter(ctx, key); err != nil {
		return nil, err
	}
	w, err := p.worker(ctx, key, tables)
	if err != nil {
		p.leave(key)
		return nil, err
	}
	return w, nil
}

// enter waits for a turn: first among the queries over the same tables, then
// among all, so that one session cannot stand in everybody's way.
func (p *Pool) enter(ctx context.Context, key string) error {
	wait, cancel := context.WithTimeout(ctx, p.cfg.QueueTime)
	defer cancel()
	gate := p.gate(key)
	err := gate.sem.Acquire(wait, 1)
	if err == nil {
		if err = p.slots.Acquire(wait, 1); err == nil {
			return nil
		}
		gate.sem.Release(1)
	}
	p.ungate(key)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fault.New(fault.TooMany, "engine_busy", "Too many queries are running; this one waited %s (worker-queue-timeout).", p.cfg.QueueTime).
		WithHint("Try again in a moment.").Because(err)
}

func (p *Pool) leave(key string) {
	p.slots.Release(1)
	p.mu.Lock()
	gate := p.sets[key]
	p.mu.Unlock()
	gate.sem.Release(1)
	p.ungate(key)
}

func (p *Pool) gate(key string) *setGate {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.sets[key]
	if g == nil {
		g = &setGate{sem: semaphore.NewWeighted(int64(p.cfg.PerSet))}
		p.sets[key] = g
	}
	g.users++
	return g
}

func (p *Pool) ungate(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if g := p.sets[key]; g != nil {
		if g.users--; g.users == 0 {
			delete(p.sets, key)
		}
	}
}

// worker finds an idle worker over the tables, or opens a blank one.
func (p *Pool) worker(ctx context.Context, key string, tables []engine.Table) (*process, error) {
	if w := p.takeIdle(key); w != nil {
		return w, nil
	}
	w, err := p.openBlank(ctx, tables, p.cfg.LoadBytes)
	if crashed(err) && p.cfg.LoadBytes > 0 {
		p.log.Warn("tables could not be read into memory and stay on disk", "error", fault.Of(err).Err)
		w, err = p.openBlank(ctx, tables, -1)
	}
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	w.key, w.base = key, residentBytes(w.cmd.Process.Pid)
	return w, nil
}

func (p *Pool) openBlank(ctx context.Context, tables []engine.Table, load int64) (*process, error) {
	w, err := p.takeBlank(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.open(ctx, w, tables, load); err != nil {
		p.end(w)
		return nil, err
	}
	return w, nil
}

func (p *Pool) takeIdle(key string) *process {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, w := range slices.Backward(p.idle) {
		if w.key == key && !w.gone() {
			p.idle = slices.Delete(p.idle, i, i+1)
			return w
		}
	}
	return nil
}

// takeBlank gives a worker without tables and has the next one made. The
// workers that idled longest go when there are too many.
func (p *Pool) takeBlank(ctx context.Context) (*process, error) {
	defer p.warmLater(forQueries, breath)
	for _, old := range p.surplus() {
		p.end(old)
	}
	if w := p.pickBlank(forQueries); w != nil {
		return w, nil
	}
	return p.start(ctx, p.cfg.querySetup)
}

// pickBlank takes a blank worker, if one lives.
func (p *Pool) pickBlank(what purpose) *process {
	for {
		p.mu.Lock()
		if len(p.blank[what]) == 0 {
			p.mu.Unlock()
			return nil
		}
		w := p.blank[what][0]
		p.blank[what] = p.blank[what][1:]
		p.mu.Unlock()
		if !w.gone() {
			return w
		}
		p.end(w)
	}
}

// surplus takes the idle workers that must make room for another one.
func (p *Pool) surplus() (surplus []*process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 && p.opened()-len(surplus) >= p.cfg.MaxWorkers {
		surplus = append(surplus, p.idle[0])
		p.idle = p.idle[1:]
	}
	return surplus
}

// opened counts the workers that hold tables; the caller has the lock.
func (p *Pool) opened() int {
	n := 0
	for w := range p.live {
		if w.key != "" {
			n++
		}
	}
	return n
}

// warm makes a blank worker in the background when one is missing.
func (p *Pool) warm(what purpose) { p.warmLater(what, 0) }

// warmLater is warm after a while, in which the processors belong to others.
func (p *Pool) warmLater(what purpose, pause time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.warming[what] != nil || len(p.blank[what]) >= p.wanted(what) {
		return
	}
	made := make(chan struct{})
	p.warming[what] = made
	p.wg.Go(func() {
		select {
		case <-time.After(pause):
		case <-p.ctx.Done():
		}
		ok := p.makeBlank(what)
		p.mu.Lock()
		p.warming[what] = nil
		p.mu.Unlock()
		close(made)
		if ok {
			p.warm(what)
		}
	})
}

// makeBlank starts a worker ahead of time.
func (p *Pool) makeBlank(what purpose) bool {
	about := p.cfg.querySetup
	if what == forJob {
		about = p.cfg.rehearsedSetup
	}
	w, err := p.start(p.ctx, about)
	if err == nil {
		p.keepBlank(w)
	} else if p.ctx.Err() == nil {
		p.log.Warn("no engine worker could be started ahead of time", "error", err)
	}
	return err == nil
}

// awaitWarm waits for the blank worker that is being made, if one is.
func (p *Pool) awaitWarm(ctx context.Context, what purpose) {
	p.mu.Lock()
	made := p.warming[what]
	p.mu.Unlock()
	if made == nil {
		return
	}
	select {
	case <-made:
	case <-ctx.Done():
	}
}

// wanted is how many blank workers are kept ready.
func (p *Pool) wanted(what purpose) int {
	if what == forJob {
		return p.cfg.ImportWarm
	}
	return p.cfg.Warm
}

func (p *Pool) keepBlank(w *process) {
	what := forQueries
	if w.job {
		what = forJob
	}
	p.mu.Lock()
	keep := !p.closed && len(p.blank[what]) < p.wanted(what)
	if keep {
		p.blank[what] = append(p.blank[what], w)
	}
	p.mu.Unlock()
	if !keep {
		p.end(w)
	}
}

// open gives a worker its tables; those of up to load bytes it reads into
// memory.
func (p *Pool) open(ctx context.Context, w *process, tables []engine.Table, load int64) error {
	list, err := furnish(w.room, tables)
	if err != nil {
		return fmt.Errorf("bring tables to a worker: %w", err)
	}
	_, err = w.do(ctx, call{
		kind: frameOpen, message: openRequest{Tables: list, InMemory: load}, timeout: startTimeout,
		expired: func() error { return openTimeout() },
		frame:   func(byte, []byte) error { return errFrame },
	})
	return err
}

// release takes a worker back, or ends one that should not go on.
func (p *Pool) release(w *process) {
	key := w.key
	keep := !w.doomed && !w.gone() && residentBytes(w.cmd.Process.Pid) <= w.base+p.cfg.KeepBytes
	p.mu.Lock()
	keep = keep && !p.closed
	if keep {
		w.used = time.Now()
		p.idle = append(p.idle, w)
	}
	p.mu.Unlock()
	if !keep {
		p.end(w)
	}
	p.leave(key)
}

// reap ends workers that idle for too long.
func (p *Pool) reap() {
	tick := time.NewTicker(max(p.cfg.MaxIdle/4, 10*time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-p.ctx.Done():
			return
		case now := <-tick.C:
			for _, w := range p.takeStale(now.Add(-p.cfg.MaxIdle)) {
				p.end(w)
			}
			p.warm(forQueries)
			p.warm(forJob)
		}
	}
}

func (p *Pool) takeStale(before time.Time) []*process {
	p.mu.Lock()
	defer p.mu.Unlock()
	var stale []*process
	p.idle = slices.DeleteFunc(p.idle, func(w *process) bool {
		old := w.gone() || w.used.Before(before)
		if old {
			stale = append(stale, w)
		}
		return old
	})
	for what := range p.blank {
		p.blank[what] = slices.DeleteFunc(p.blank[what], func(w *process) bool {
			gone := w.gone()
			if gone {
				stale = append(stale, w)
			}
			return gone
		})
	}
	return stale
}

// setKey is one text for the same tables under the same names, in any order.
func setKey(tables []engine.Table) string {
	lines := make([]string, len(tables))
	for i, t := range tables {
		lines[i] = fmt.Sprintf("%q %q", t.Name, t.SHA256)
		if t.SHA256 == "" { // then only the place tells tables apart
			lines[i] += fmt.Sprintf(" %q", t.Path)
		}
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, l := range lines {
		_, _ = fmt.Fprintln(h, l)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func queryTimeout(limit time.Duration, setting string) error {
	return fault.New(fault.Timeout, "query_timeout", "The query took longer than it may: %s (%s).", limit, setting).
		WithHint("Ask for less at once: a shorter period, fewer groups, or a filter.")
}

func openTimeout() error {
	return fault.New(fault.Timeout, "query_timeout", "Opening the tables took longer than %s.", startTimeout).
		WithHint("Try again; if it happens again, tell the operator.")
}

// crashed reports whether err says that a worker died over its input.
func crashed(err error) bool { return errors.Is(err, errCrash) }
