package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
)

const (
	segfault = "SELECT length(json_structure(repeat('[',100000)||repeat(']',100000))::VARCHAR)"
	stubborn = "SELECT list_sum(list_transform(range(1000000000), lambda x: x + 1))"
	greedy   = "SELECT len(range(200000000))"
)

func unjudged(c *Config) { c.unjudged = true }

func ask(t *testing.T, p *Pool, sql string) error {
	t.Helper()
	_, err := p.Query(t.Context(), nil, engine.Query{SQL: sql})
	return err
}

func TestDeadlineKills(t *testing.T) {
	p := newPool(t, func(c *Config) {
		c.unjudged, c.AddressBytes, c.MemoryBytes = true, 64*gib, 64*gib
	})
	const limit = 300 * time.Millisecond
	began := time.Now()
	_, err := p.Query(t.Context(), nil, engine.Query{SQL: "SELECT levenshtein(repeat('a', 100000), repeat('b', 100000))", Timeout: limit})
	if !fault.Is(err, "query_timeout") {
		t.Errorf("%v", err)
	}
	t.Logf("ended %s after the deadline", time.Since(began)-limit)
	if err := ask(t, p, "SELECT 1"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	p := newPool(t, func(c *Config) { c.unjudged, c.AddressBytes = true, 2*gib })
	if raceDetector {
		t.Skip("the race detector reserves too much address space for the limit")
	}
	for _, sql := range []string{
		greedy,
		"SELECT len(list(a.i)) FROM range(10000000) a(i), range(10) b(i)",
	} {
		_, err := p.Query(t.Context(), nil, engine.Query{SQL: sql, Timeout: 2 * time.Minute})
		if !fault.Is(err, "query_memory_exceeded") {
			t.Errorf("%s: %v", sql, err)
		}
		if err := ask(t, p, "SELECT 1"); err != nil {
			t.Errorf("after %s: %v", sql, err)
		}
	}
}

// TestLastWords: what a process says that found no more room, whoever looked
// for it: the engine, the runtime, or a thread that was to begin.
func TestLastWords(t *testing.T) {
	for last, want := range map[string]bool{
		"terminate called after throwing an instance of 'std::bad_alloc'":               true,
		"runtime: cannot allocate memory":                                               true,
		"runtime/cgo: pthread_create failed: Resource temporarily unavailable\nSIGABRT": true,
		"runtime: failed to create new OS thread (have 7 already; errno=11)":            true,
		"SIGSEGV: segmentation violation":                                               false,
		"":                                                                              false,
	} {
		if got := outOfMemory(last); got != want {
			t.Errorf("%q: %v, want %v", last, got, want)
		}
	}
}

func TestStubbornListEnds(t *testing.T) {
	p := newPool(t, unjudged)
	_, err := p.Query(t.Context(), nil, engine.Query{SQL: stubborn, Timeout: 500 * time.Millisecond})
	if !fault.Is(err, "query_timeout") && !fault.Is(err, "query_memory_exceeded") {
		t.Errorf("%v", err)
	}
}

func TestSpillIsBounded(t *testing.T) {
	p := newPool(t, func(c *Config) { c.MemoryBytes, c.TempBytes = 48*mib, 16*mib })
	tab := parquet(t, p, "t", "SELECT i, md5(i::VARCHAR) || md5((7 * i)::VARCHAR) || md5((13 * i)::VARCHAR) AS s FROM range(700000) r(i)")
	_, err := p.Query(t.Context(), []engine.Table{tab}, engine.Query{SQL: "SELECT s, i FROM t ORDER BY s DESC, i", Timeout: 2 * time.Minute})
	if !fault.Is(err, "query_spill_exceeded") && !fault.Is(err, "query_memory_exceeded") {
		t.Errorf("%v", err)
	}
	if _, err := p.Query(t.Context(), []engine.Table{tab}, engine.Query{SQL: "SELECT count(*) FROM t"}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestCrashStaysAlone lets one statement end its worker while others run.
func TestCrashStaysAlone(t *testing.T) {
	p := newPool(t, unjudged)
	tab := parquet(t, p, "t", "SELECT i FROM range(1000) r(i)")
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 20 {
				rows, err := p.Query(t.Context(), []engine.Table{tab}, engine.Query{SQL: "SELECT sum(i) FROM t"})
				if err != nil || fmt.Sprint(rows.Values) != "[[499500]]" {
					t.Errorf("beside a crash: %v, %v", rows, err)
				}
			}
		})
	}
	for range 2 {
		_, err := p.Query(t.Context(), []engine.Table{tab}, engine.Query{SQL: segfault})
		f := fault.Of(err)
		if f.Code != "engine_crashed" || f.Kind != fault.Invalid {
			t.Errorf("%v", err)
		}
		if strings.Contains(f.Message+f.Hint, "SIG") {
			t.Errorf("the fault tells too much: %v", f)
		}
	}
	if _, err := p.Query(t.Context(), []engine.Table{tab}, engine.Query{SQL: segfault}); !fault.Is(err, "query_quarantined") {
		t.Errorf("the third time: %v", err)
	}
	if _, err := p.Query(t.Context(), []engine.Table{tab}, engine.Query{SQL: segfault + " "}); !fault.Is(err, "engine_crashed") {
		t.Errorf("another text: %v", err)
	}
	wg.Wait()
	if s := p.Stats(); s.Crashed != 3 || s.Refused != 1 || s.Killed != 0 {
		t.Errorf("%+v", s)
	}
}

func TestCancelFreesTheWorker(t *testing.T) {
	p := newPool(t, func(c *Config) { c.unjudged, c.MaxWorkers, c.Warm, c.AddressBytes = true, 1, -1, 64*gib })
	for _, sql := range []string{
		"SELECT count(*) FROM range(100000) a, range(100000) b, range(1000) c", // hears the request
		"SELECT levenshtein(repeat('a', 100000), repeat('b', 100000))",         // does not
	} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		if _, err := p.Query(ctx, nil, engine.Query{SQL: sql}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", sql, err)
		}
		began := time.Now()
		if err := ask(t, p, "SELECT 1"); err != nil { // the only place is free again
			t.Errorf("after %s: %v", sql, err)
		}
		t.Logf("next answer %s after the cancelled one", time.Since(began))
	}
}

func TestCallerWaitsInLine(t *testing.T) {
	p := newPool(t, func(c *Config) { c.unjudged, c.MaxWorkers, c.QueueTime = true, 1, 100*time.Millisecond })
	busy := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	started := make(chan struct{})
	go func() {
		once := sync.OnceFunc(func() { close(started) })
		busy <- p.Stream(ctx, nil, engine.Query{SQL: "SELECT * FROM range(100000000)"}, func(r *tableRows) error {
			once()
			<-ctx.Done()
			return ctx.Err()
		})
	}()
	<-started
	if err := ask(t, p, "SELECT 1"); !fault.Is(err, "engine_busy") {
		t.Errorf("%v", err)
	}
	cancel()
	if err := <-busy; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := ask(t, p, "SELECT 1"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestIdleWorkersEnd(t *testing.T) {
	p := newPool(t, func(c *Config) { c.MaxWorkers, c.Warm = 2, 1 })
	for i := range 5 {
		tab := parquet(t, p, "t", fmt.Sprintf("SELECT %d AS v", i))
		if _, err := p.Query(t.Context(), []engine.Table{tab}, engine.Query{SQL: "SELECT v FROM t"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := p.Stats().Live; n > 4 {
		t.Errorf("%d workers live after five sets of tables", n)
	}
	for _, w := range p.takeStale(time.Now().Add(time.Hour)) {
		p.end(w)
	}
	if n := p.Stats().Live; n > 1 {
		t.Errorf("%d workers live without use", n)
	}
}

func TestDeadIdleWorkerIsReplaced(t *testing.T) {
	p := newPool(t, nil)
	if err := ask(t, p, "SELECT 1"); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	for w := range p.live {
		_ = w.cmd.Process.Kill()
	}
	p.mu.Unlock()
	for range 3 {
		if err := ask(t, p, "SELECT 1"); err != nil && !fault.Is(err, "engine_crashed") {
			t.Error(err)
		}
	}
	if err := ask(t, p, "SELECT 1"); err != nil {
		t.Error(err)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	dir := t.TempDir()
	p, err := NewPool(Config{Dir: dir, unjudged: true})
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	done := make(chan error, 1)
	started := make(chan struct{})
	go func() {
		once := sync.OnceFunc(func() { close(started) })
		done <- p.Stream(context.Background(), nil, engine.Query{SQL: "SELECT * FROM range(100000000)"}, func(*tableRows) error {
			once()
			return nil
		})
	}()
	<-started
	p.mu.Lock()
	for w := range p.live {
		pids = append(pids, w.cmd.Process.Pid)
	}
	p.mu.Unlock()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; !fault.Is(err, "engine_stopped") {
		t.Errorf("the query that ran: %v", err)
	}
	if _, err := p.Query(t.Context(), nil, engine.Query{SQL: "SELECT 1"}); err == nil {
		t.Error("a closed pool answers")
	}
	for _, pid := range pids {
		if syscall.Kill(pid, 0) == nil {
			t.Errorf("process %d lives on", pid)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAbandonedHomesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	abandoned := filepath.Join(dir, homePrefix+"1")
	if err := os.MkdirAll(tablesDir(filepath.Join(abandoned, "w-1")), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(abandoned, lockName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	first, err := newHome(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := newHome(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(abandoned); !os.IsNotExist(err) {
		t.Errorf("the abandoned home: %v", err)
	}
	if _, err := os.Stat(first.dir); err != nil {
		t.Errorf("a home in use: %v", err)
	}
	if err := errors.Join(first.remove(), second.remove()); err != nil {
		t.Error(err)
	}
}

// TestWorkersDieWithTheirParent needs a parent that dies: this test binary,
// started again to hold a pool.
func TestWorkersDieWithTheirParent(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells the workers; elsewhere the closed pipe does")
	}
	holder := startHolder(t)
	if len(holder.pids) == 0 {
		t.Fatalf("workers of the holder: %v", holder.pids)
	}
	if err := holder.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.cmd.Wait()
	deadline := time.Now().Add(10 * time.Second)
	for _, pid := range holder.pids {
		for alive(pid) {
			if time.Now().After(deadline) {
				t.Fatalf("worker %d outlives its parent", pid)
			}
			runtime.Gosched()
		}
	}
}

func TestWorkerEndsWhenThePipeCloses(t *testing.T) {
	p := newPool(t, unjudged)
	w, err := p.start(t.Context(), p.cfg.querySetup)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.pipe.send(frameQuery, queryRequest{SQL: "SELECT levenshtein(repeat('a', 100000), repeat('b', 100000))", Unjudged: true}); err != nil {
		t.Fatal(err)
	}
	w.closeFiles()
	select {
	case <-w.done: // busy as it is
	case <-time.After(20 * time.Second):
		t.Error("the worker goes on without its server")
	}
	p.end(w)
}

// TestPoisonedWorkerIsReplaced runs a statement after which the engine
// refuses every other one.
func TestPoisonedWorkerIsReplaced(t *testing.T) {
	p := newPool(t, unjudged)
	_ = ask(t, p, "SELECT * FROM enable_logging(storage='file', storage_path='/root/nope')")
	for range 3 {
		if err := ask(t, p, "SELECT 1"); err != nil {
			t.Errorf("after the statement: %v", err)
		}
	}
}
