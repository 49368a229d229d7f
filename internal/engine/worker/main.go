package worker

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/duckdb"
)

// JobHandler does one kind of job inside a worker. What it returns is
// marshalled to JSON; faults that it returns reach the caller as they are.
// progress may be called from one goroutine at a time.
type JobHandler func(ctx context.Context, db *sql.Conn, body json.RawMessage, progress func(engine.Progress)) (any, error)

// The descriptors that a worker speaks on, after the three that every process
// has.
const (
	requestFD = 3
	replyFD   = 4
)

// heapLimit is what the Go side of a query worker tries to stay below; the
// engine's memory is counted apart.
const heapLimit = 64 << 20

// Rehearsal is the kind of a job that a process does before it says that it is
// ready, where there is a handler of it: small, about nothing, and much like
// the jobs that come. So it is not the first job that wakes the engine. Its
// body is the name of a directory that it may use.
const Rehearsal = "rehearsal"

// Main is the worker's life: what the command `engine-worker` runs. It returns
// the exit status when the server closes the pipe.
func Main(ctx context.Context, jobs map[string]JobHandler) int { return live(ctx, jobs, false) }

// MainWithoutGate is Main for tests of the walls that stand behind the gate:
// it runs statements that nobody judged. No program of ours calls it.
func MainWithoutGate(ctx context.Context, jobs map[string]JobHandler) int {
	return live(ctx, jobs, true)
}

func live(ctx context.Context, jobs map[string]JobHandler, ungated bool) int {
	in, out := os.NewFile(requestFD, "requests"), os.NewFile(replyFD, "replies")
	if in == nil || out == nil {
		return 2
	}
	s := &server{pipe: newPipe(in, out), jobs: jobs, ungated: ungated, requests: make(chan request)}
	kind, data, err := s.pipe.read()
	if err != nil || kind != frameSetup || json.Unmarshal(data, &s.setup) != nil {
		_, _ = os.Stderr.WriteString("An engine worker is started by the server, which speaks to it over pipes.\n")
		return 2
	}
	if err := s.prepare(ctx); err != nil {
		_ = s.pipe.send(frameFault, newFaultReply(err, true))
		return 1
	}
	if err := s.pipe.send(frameReady, readyReply{Version: duckdb.Version(), Layers: s.layers}); err != nil {
		return 1
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go s.receive(cancel)
	return s.work(ctx)
}

// prepare shuts the process in and opens the engine, which comes last: it
// starts threads of its own.
func (s *server) prepare(ctx context.Context) error {
	if err := os.Chdir(s.setup.Dir); err != nil {
		return err
	}
	s.own = openProgram()
	defer s.own.unmap()
	yield(0, s.setup.Nice)
	layers, err := confine(s.setup)
	if err != nil {
		return err
	}
	s.layers = layers
	if s.setup.Job {
		s.conn, err = duckdb.OpenJob(ctx, s.setup.engineSettings(), []string{filepath.Dir(engine.JobFile(0)), engine.JobDir, tempDir(".")})
		if err == nil && s.setup.Rehearse {
			s.rehearse(ctx)
		}
		return err
	}
	debug.SetMemoryLimit(heapLimit)
	s.db, err = duckdb.Open(s.setup.engineSettings())
	return err
}

// rehearse does the job that is about nothing. If it fails, only its use is
// lost.
func (s *server) rehearse(ctx context.Context) {
	if do := s.jobs[Rehearsal]; do != nil {
		body, _ := json.Marshal(tempDir("."))
		_, _ = s.handle(ctx, func() (any, error) { return do(ctx, s.conn, body, func(engine.Progress) {}) })
	}
}

func (s setup) engineSettings() duckdb.Settings {
	return duckdb.Settings{
		MemoryBytes: s.Engine.MemoryBytes,
		TempBytes:   s.Engine.TempBytes,
		Threads:     s.Engine.Threads,
		TempDir:     tempDir("."), // where the worker is: what it tells of the place, no statement can
	}
}
