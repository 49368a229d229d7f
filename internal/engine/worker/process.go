package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"tabletalk/internal/engine/duckdb"
	"tabletalk/internal/fault"
)

// process is one worker, seen from the server. One call runs at a time.
type process struct {
	cmd    *exec.Cmd
	pipe   *pipe
	files  [2]*os.File // our ends
	room   string
	stderr *tail
	grace  time.Duration
	counts *counters
	ready  readyReply

	key    string // of the tables it was opened over
	used   time.Time
	base   int64 // memory held when its tables were open
	job    bool
	doomed bool // it answered that it must not be used again

	done chan struct{} // closed when the process is gone
	exit error         // valid after done
}

// startTimeout bounds the time to the first answer of a worker.
const startTimeout = 20 * time.Second

// launch starts the command with a pair of pipes. It runs on the thread that
// every worker is started from.
func launch(command []string, room string, isolated bool) (*process, error) {
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirIn.Close()
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		_ = ourOut.Close()
		return nil, err
	}
	defer theirOut.Close()
	p := &process{room: room, stderr: &tail{}, files: [2]*os.File{ourIn, ourOut}, done: make(chan struct{})}
	p.pipe = newPipe(ourIn, ourOut)
	p.cmd = exec.Command(command[0], command[1:]...)
	p.cmd.Dir, p.cmd.Env, p.cmd.Stderr = room, environment(), p.stderr
	p.cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	attributes(p.cmd, isolated)
	if err := p.cmd.Start(); err != nil {
		p.closeFiles()
		return nil, err
	}
	return p, nil
}

// wait reaps the process; it runs in a goroutine of its own.
func (p *process) wait() {
	p.exit = p.cmd.Wait()
	close(p.done)
}

func (p *process) closeFiles() {
	for _, f := range p.files {
		_ = f.Close()
	}
}

func (p *process) gone() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// end kills the process, waits for it and removes what it leaves.
func (p *process) end() {
	p.kill()
	p.closeFiles()
	_ = os.RemoveAll(p.room)
}

// kill ends the process and waits until it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// yield lets other processes go first from now on.
func (p *process) yield(nice int) {
	if !p.gone() {
		yield(p.cmd.Process.Pid, nice)
	}
}

// introduce tells a new process what it is and waits until it is ready.
func (p *process) introduce(ctx context.Context, s setup) error {
	return p.calling(ctx, startTimeout, func() error {
		if err := p.pipe.send(frameSetup, s); err != nil {
			return err
		}
		kind, data, err := p.pipe.read()
		if err != nil {
			return err
		}
		if kind != frameReady {
			return replyFault(data)
		}
		return json.Unmarshal(data, &p.ready)
	})
}

// calling runs one exchange under a deadline, for exchanges that cannot be
// asked to stop: the process is killed instead.
func (p *process) calling(ctx context.Context, limit time.Duration, exchange func() error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = p.cmd.Process.Kill() })()
	err := exchange()
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// call is a request that streams frames back and can be stopped on the way.
type call struct {
	kind    byte
	message any
	timeout time.Duration
	// expired makes the error when the timeout passes.
	expired func() error
	// frame takes what comes before the end; its error stops the call.
	frame func(kind byte, data []byte) error
}

// errUnsent says that the worker never got the request.
var errUnsent = errors.New("worker: request not sent")

// do runs a call. A process that does not stop when it is asked to is killed
// after the grace.
func (p *process) do(ctx context.Context, c call) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := p.stopper(ctx, c)
	defer s.close()
	if err := p.pipe.send(c.kind, c.message); err != nil {
		if reason := s.why(); reason != nil {
			return nil, reason
		}
		return nil, errors.Join(errUnsent, err)
	}
	for {
		kind, data, err := p.pipe.read()
		switch {
		case err != nil:
			return nil, p.lost(s, err)
		case kind == frameEnd:
			if reason := s.failure(); reason != nil {
				return nil, reason
			}
			return data, nil
		case kind == frameFault:
			return nil, p.failed(s, data)
		case s.why() == nil:
			if err := c.frame(kind, data); err != nil {
				s.stop(stopError{err})
			}
		}
	}
}

// failed reads a fault reply; a fault that stopping caused is that stop.
func (p *process) failed(s *stopper, data []byte) error {
	var r faultReply
	if err := json.Unmarshal(data, &r); err != nil {
		p.doomed = true
		return err
	}
	p.doomed = p.doomed || r.Poisoned
	if reason := s.why(); reason != nil {
		return reason
	}
	return r.fault()
}

// lost says why the pipe ended: we killed the process, or it died by itself.
func (p *process) lost(s *stopper, cause error) error {
	_ = p.cmd.Process.Kill()
	<-p.done
	p.doomed = true
	if reason := s.why(); reason != nil {
		return reason
	}
	return p.crash(cause)
}

// crash is the fault of a process that died by itself.
func (p *process) crash(cause error) error {
	last := p.stderr.String()
	detail := fmt.Errorf("%w (%v): %s", cause, p.exit, last)
	if outOfMemory(last) {
		return p.memoryExceeded().Because(errors.Join(errCrash, detail))
	}
	return fault.New(fault.Invalid, "engine_crashed", "The engine broke down over this.").
		WithHint("Nothing else was harmed. Ask for it in another way.").Because(errors.Join(errCrash, detail))
}

// outOfMemory reads the last words of a process. A thread that cannot begin
// has found no room for its stack.
func outOfMemory(last string) bool {
	for _, sign := range []string{"bad_alloc", "cannot allocate memory", "out of memory", "Out of Memory", "pthread_create failed", "failed to create new OS thread"} {
		if strings.Contains(last, sign) {
			return true
		}
	}
	return false
}

func (p *process) memoryExceeded() *fault.Error {
	if !p.job {
		return duckdb.MemoryExceeded()
	}
	return fault.New(fault.Invalid, "import_memory_exceeded", "Reading the file needs more memory than it may use (import-memory).").
		WithHint("Split the file, or ask the operator to raise the limit.")
}

// errCrash marks faults of a process that died by itself.
var errCrash = errors.New("worker: the process died")

func replyFault(data []byte) error {
	var r faultReply
	if err := json.Unmarshal(data, &r); err != nil {
		return errFrame
	}
	return r.fault()
}

// stopError is what the receiver of frames failed with.
type stopError struct{ error }

func (e stopError) Unwrap() error { return e.error }

// stopper asks a worker to stop, once, and kills it when it does not.
type stopper struct {
	p      *process
	mu     sync.Mutex
	reason error
	closed bool
	timers []*time.Timer
	unhook func() bool
	told   chan struct{} // closed when the worker was asked to stop; nil before
}

func (p *process) stopper(ctx context.Context, c call) *stopper {
	s := &stopper{p: p}
	s.mu.Lock() // a timeout that has passed already waits for the fields
	defer s.mu.Unlock()
	s.timers = []*time.Timer{time.AfterFunc(c.timeout, func() { s.stop(c.expired()) })}
	s.unhook = context.AfterFunc(ctx, func() { s.stop(ctx.Err()) })
	return s
}

// stop keeps the first reason. The grace runs before the request is written:
// a worker that reads nothing any more would hold the writer up.
func (s *stopper) stop(reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.reason != nil {
		return
	}
	s.reason = reason
	s.timers = append(s.timers, time.AfterFunc(s.p.grace, func() {
		s.p.counts.killed.Add(1)
		_ = s.p.cmd.Process.Kill()
	}))
	s.told = make(chan struct{})
	go func() {
		defer close(s.told)
		_ = s.p.pipe.write(frameCancel, nil)
	}()
}

func (s *stopper) why() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reason
}

// failure is why for a call that reached its end all the same: only what the
// receiver said still counts then.
func (s *stopper) failure() error {
	var e stopError
	if errors.As(s.why(), &e) {
		return e
	}
	return nil
}

// close ends the watch. It waits for a request to stop that is on its way, so
// that it cannot reach the worker in the middle of the next call.
func (s *stopper) close() {
	s.unhook()
	s.mu.Lock()
	s.closed = true
	told, timers := s.told, s.timers
	s.mu.Unlock()
	if told != nil {
		<-told // the kill after the grace still stands, should nobody read it
	}
	for _, t := range timers {
		t.Stop()
	}
}

// tail keeps the last words of a process for the log.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailBytes = 2048

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.buf) < tailBytes { // the first words say what happened, the rest are stacks
		t.buf = append(t.buf, b[:min(len(b), tailBytes-len(t.buf))]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.buf)
}
