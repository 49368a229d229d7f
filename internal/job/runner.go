package job

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"tabletalk/internal/event"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

const (
	usualLook = 2 * time.Second // between two looks for jobs that others added
	lease     = 30 * time.Second
	beat      = 5 * time.Second        // how often a holder says that it lives
	tellEvery = 250 * time.Millisecond // between two events of progress
	tries     = 3                      // at a job whose process died
)

// Progress says how far a job is.
type Progress struct {
	Stage       string
	Done, Total int64
}

// Work does one kind of jobs. It is done again where the process died.
type Work func(ctx context.Context, j Job, report func(Progress)) error

// Kind is how one kind of jobs is done. Jobs of one kind never wait for those
// of another.
type Kind struct {
	Work    Work
	Workers int                              // jobs at once; 1
	Gone    func(ctx context.Context, j Job) // told of every job that was cancelled; may be nil
}

// Options are what a Runner is made of. Events may be nil. A job of a kind that
// is not there is left to a program that knows it.
type Options struct {
	Store  Store
	Node   string // names this process and the one that had its data folder before
	Kinds  map[string]Kind
	Look   time.Duration
	Events event.Bus
	Log    *slog.Logger
}

// Runner takes jobs and does them. It is started once and stopped once.
type Runner struct {
	o     Options
	wake  map[string]chan struct{} // by kind
	end   context.CancelFunc
	group sync.WaitGroup

	mu      sync.Mutex
	running map[string]context.CancelFunc
}

// NewRunner makes a Runner.
func NewRunner(o Options) *Runner {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Look <= 0 {
		o.Look = usualLook
	}
	r := &Runner{o: o, wake: map[string]chan struct{}{}, end: func() {}, running: map[string]context.CancelFunc{}}
	for kind := range o.Kinds {
		r.wake[kind] = make(chan struct{}, 1)
	}
	return r
}

// Start takes up what the process before left, and then whatever comes.
func (r *Runner) Start(ctx context.Context) error {
	n, err := r.o.Store.ReleaseJobs(ctx, r.o.Node)
	if err != nil {
		return err
	}
	if n > 0 {
		r.o.Log.InfoContext(ctx, "jobs of the process before are taken up again", "jobs", n)
	}
	ctx, r.end = context.WithCancel(context.WithoutCancel(ctx))
	for name, kind := range r.o.Kinds {
		for range max(kind.Workers, 1) {
			r.group.Go(func() { r.loop(ctx, name) })
		}
	}
	return nil
}

// Stop breaks off what is being done and waits; it is done again after the
// next start. It is safe to call twice, and unstarted.
func (r *Runner) Stop() {
	r.end()
	r.group.Wait()
}

// Wake says that there is something to do.
func (r *Runner) Wake() {
	for kind := range r.wake {
		r.wakeOne(kind)
	}
}

func (r *Runner) wakeOne(kind string) {
	select {
	case r.wake[kind] <- struct{}{}:
	default:
	}
}

// Job gives a job of the workspace.
func (r *Runner) Job(ctx context.Context, workspace, id string) (*Job, error) {
	return r.o.Store.Job(ctx, workspace, id)
}

// Jobs lists jobs, newest first.
func (r *Runner) Jobs(ctx context.Context, workspace, person, sessionID string, p session.Page) ([]Job, string, error) {
	return r.o.Store.Jobs(ctx, workspace, person, sessionID, p)
}

// Cancel ends a job. One that runs on another node ends within seconds.
func (r *Runner) Cancel(ctx context.Context, workspace, id string) (*Job, error) {
	j, err := r.o.Store.CancelJob(ctx, workspace, id)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	stop := r.running[id]
	r.mu.Unlock()
	if stop != nil {
		stop()
	}
	if j.Status == Cancelled {
		r.gone(ctx, *j)
	}
	return j, nil
}

func (r *Runner) gone(ctx context.Context, j Job) {
	if gone := r.o.Kinds[j.Kind].Gone; gone != nil {
		gone(ctx, j)
	}
	r.tell(ctx, j)
}

func (r *Runner) loop(ctx context.Context, kind string) {
	tick := time.NewTicker(r.o.Look)
	defer tick.Stop()
	for {
		for r.one(ctx, kind) {
		}
		select {
		case <-ctx.Done():
			return
		case <-r.wake[kind]:
		case <-tick.C:
		}
	}
}

// one does one job of a kind; false where there was none.
func (r *Runner) one(ctx context.Context, kind string) bool {
	j, err := r.o.Store.ClaimJob(ctx, r.o.Node, kind, lease)
	if err != nil {
		if ctx.Err() == nil {
			r.o.Log.ErrorContext(ctx, "jobs could not be looked for", "cause", err.Error())
		}
		return false
	}
	if j == nil {
		return false
	}
	r.wakeOne(kind) // there may be more, for the others
	r.do(ctx, j)
	return ctx.Err() == nil
}

// do does a job and stores how it ended. A job that is broken off because the
// program ends stays as it is.
func (r *Runner) do(ctx context.Context, j *Job) {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	r.mu.Lock()
	r.running[j.ID] = cancel
	r.mu.Unlock()
	h := &holding{r: r, job: *j, cancel: cancel}
	r.tell(ctx, *j)
	stop := h.keep(work)
	err := r.work(work, *j, h.report)
	stop()
	r.mu.Lock()
	delete(r.running, j.ID)
	r.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	end := h.ended(err, work.Err() != nil)
	if err := r.o.Store.EndJob(ctx, r.o.Node, end); err != nil {
		r.o.Log.ErrorContext(ctx, "the end of a job could not be stored", "job", j.ID, "cause", err.Error())
		return
	}
	if end.Status == Cancelled {
		r.gone(ctx, end)
		return
	}
	r.tell(ctx, end)
}

func (r *Runner) work(ctx context.Context, j Job, report func(Progress)) error {
	if j.Attempts > tries {
		return fault.New(fault.Invalid, "job_gave_up", "The job was begun %d times and never came to its end.", tries).
			WithHint("Try it with a smaller file, or tell the operator.")
	}
	return r.o.Kinds[j.Kind].Work(ctx, j, report)
}

// tell publishes the state of a job.
func (r *Runner) tell(ctx context.Context, j Job) {
	if r.o.Events == nil {
		return
	}
	e, err := event.New("job", j.SessionID, j)
	if err == nil {
		err = r.o.Events.Publish(ctx, e)
	}
	if err != nil && ctx.Err() == nil {
		r.o.Log.DebugContext(ctx, "an event was not told", "cause", err.Error())
	}
}

// holding is a job while it is done here.
type holding struct {
	r      *Runner
	cancel context.CancelFunc

	mu   sync.Mutex
	job  Job
	told time.Time
}

// report takes progress; it is told now and then, and at every new stage.
func (h *holding) report(p Progress) {
	h.mu.Lock()
	fresh := h.job.Stage != p.Stage
	h.job.Stage, h.job.Done, h.job.Total = p.Stage, p.Done, p.Total
	tell := fresh || time.Since(h.told) >= tellEvery
	if tell {
		h.told = time.Now()
	}
	j := h.job
	h.mu.Unlock()
	if tell {
		h.r.tell(context.Background(), j)
	}
}

// keep says now and then that the holder lives, until stop is called.
func (h *holding) keep(ctx context.Context) (stop func()) {
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		tick := time.NewTicker(beat)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-ctx.Done():
				return
			case <-tick.C:
				h.hold(ctx)
			}
		}
	})
	return func() { close(done); group.Wait() }
}

func (h *holding) hold(ctx context.Context) {
	h.mu.Lock()
	j := h.job
	h.mu.Unlock()
	lost, err := h.r.o.Store.HoldJob(ctx, h.r.o.Node, j, lease)
	if err != nil && ctx.Err() == nil {
		h.r.o.Log.ErrorContext(ctx, "a job could not be held", "job", j.ID, "cause", err.Error())
	}
	if lost {
		h.cancel()
	}
}

// ended gives the job as it is at its end.
func (h *holding) ended(err error, cancelled bool) Job {
	h.mu.Lock()
	defer h.mu.Unlock()
	j := h.job
	switch {
	case err == nil:
		j.Status = Completed
		if j.Total > 0 {
			j.Done = j.Total
		}
	case cancelled || errors.Is(err, context.Canceled):
		j.Status = Cancelled
	default:
		f := fault.Of(err)
		j.Status, j.Error = Failed, &Problem{Code: f.Code, Message: f.Message, Hint: f.Hint}
		if f.Kind == fault.Internal {
			h.r.o.Log.Error("a job failed", "job", j.ID, "kind", j.Kind, "cause", err.Error())
		}
	}
	return j
}
