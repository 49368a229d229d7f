package worker

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/duckdb"
	"tabletalk/internal/fault"
)

// server is the worker's side of the pipe.
type server struct {
	pipe     *pipe
	setup    setup
	jobs     map[string]JobHandler
	ungated  bool // statements are not judged
	layers   []Layer
	own      program
	db       *duckdb.DB // of queries
	conn     *sql.Conn  // of a job
	requests chan request
	stop     atomic.Pointer[func()] // ends what is running
}

type request struct {
	kind byte
	data []byte
}

func tablesDir(dir string) string { return filepath.Join(dir, "tables") }
func tempDir(dir string) string   { return filepath.Join(dir, "tmp") }
func inDir(dir string) string     { return filepath.Join(dir, filepath.Dir(engine.JobFile(0))) }
func outDir(dir string) string    { return filepath.Join(dir, engine.JobDir) }

// receive reads requests for as long as the server lives. Its end is ours,
// whatever the engine is doing at that moment.
func (s *server) receive(cancel context.CancelFunc) {
	for {
		kind, data, err := s.pipe.read()
		if err != nil {
			cancel()
			os.Exit(0)
		}
		if kind == frameCancel {
			if stop := s.stop.Load(); stop != nil {
				(*stop)()
			}
			continue
		}
		s.requests <- request{kind, append([]byte(nil), data...)}
	}
}

// A worker without a request waits before it tidies up, so that one question
// after the other is not held up by it, and longer before it lets go of the
// program itself, which the next question needs again.
const (
	restAfter  = time.Second
	sleepAfter = 4 * time.Second
)

// work answers one request after the other. Between them it gives back memory
// that it does not need.
func (s *server) work(ctx context.Context) int {
	rest := time.NewTimer(restAfter)
	defer rest.Stop()
	for rested := false; ; {
		select {
		case <-ctx.Done():
			return 0
		case <-rest.C:
			if rested {
				s.own.unmap()
				continue
			}
			if !s.setup.Job { // what a rehearsal has filled is needed by the job
				debug.FreeOSMemory()
				duckdb.GiveBack()
			}
			rested = true
			rest.Reset(sleepAfter)
		case r := <-s.requests:
			rest.Stop()
			rested = false
			if err := s.answer(ctx, r); err != nil {
				return 1
			}
			rest.Reset(restAfter)
		}
	}
}

// answer does what is asked and sends how it ended; its error is of the pipe.
func (s *server) answer(ctx context.Context, r request) error {
	var reply any
	var err error
	switch r.kind {
	case frameOpen:
		err = s.open(r.data)
	case frameQuery:
		reply, err = s.query(r.data)
	case frameJob:
		reply, err = s.job(ctx, r.data)
		err = full(err)
	default:
		err = errFrame
	}
	if err != nil {
		return s.pipe.send(frameFault, newFaultReply(err, duckdb.Poisoned(err)))
	}
	return s.pipe.send(frameEnd, reply)
}

// open gives the worker its tables and locks the engine. It is asked once.
func (s *server) open(data []byte) error {
	var o openRequest
	if err := json.Unmarshal(data, &o); err != nil || s.db == nil {
		return errFrame
	}
	var tables []engine.Table
	var paths []string
	for _, t := range o.Tables {
		path := filepath.Join(tablesDir("."), filepath.Base(t.File))
		tables = append(tables, engine.Table{Name: t.Name, Path: path})
		paths = append(paths, path)
	}
	if err := s.db.Load(tables, o.InMemory); err != nil {
		return err
	}
	return s.db.Lock(paths, nil)
}

func (s *server) query(data []byte) (any, error) {
	var q queryRequest
	if err := json.Unmarshal(data, &q); err != nil || s.db == nil {
		return nil, errFrame
	}
	args := make([]any, len(q.Args))
	for i, a := range q.Args {
		v, err := a.value()
		if err != nil {
			return nil, err
		}
		args[i] = v
	}
	stop := s.db.Interrupt
	s.stop.Store(&stop)
	defer s.stop.Store(nil)
	return s.db.Run(duckdb.Query{
		SQL: q.SQL, Args: args, MaxRows: q.MaxRows, MaxBytes: q.MaxBytes, Count: q.Count, Unjudged: q.Unjudged || s.ungated,
	}, sink{s.pipe})
}

func (s *server) job(ctx context.Context, data []byte) (any, error) {
	var j jobRequest
	if err := json.Unmarshal(data, &j); err != nil || s.conn == nil {
		return nil, errFrame
	}
	handler := s.jobs[j.Kind]
	if handler == nil {
		return nil, fmt.Errorf("worker: no handler for jobs of kind %q", j.Kind)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := func() { cancel() }
	s.stop.Store(&stop)
	defer s.stop.Store(nil)
	conn := s.conn
	s.conn = nil // one job is all that this process ever does
	return s.handle(ctx, func() (any, error) {
		return handler(ctx, conn, j.Body, func(p engine.Progress) { _ = s.pipe.send(frameProgress, p) })
	})
}

// handle turns a panic of a handler into a failure of its job: the file that
// it read was a stranger's.
func (s *server) handle(ctx context.Context, run func() (any, error)) (reply any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Invalid, "engine_crashed", "The file could not be processed.").
				Because(fmt.Errorf("panic: %v", p))
		}
	}()
	reply, err = run()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return reply, err
}
