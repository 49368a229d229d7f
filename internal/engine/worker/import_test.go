package worker

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tabletalk/internal/engine"
)

// waiting gives the process that is ready for the next job.
func waiting(t *testing.T, p *Pool) *process {
	t.Helper()
	w, err := p.start(t.Context(), p.cfg.importSetup)
	if err != nil {
		t.Fatal(err)
	}
	p.keepBlank(w) // unless the one in the background came first
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.blank[forJob][0]
}

type about struct{ PID, Nice int }

// jobAbout answers which process does it.
func jobAbout(context.Context, *sql.Conn, json.RawMessage, func(engine.Progress)) (any, error) {
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	return about{os.Getpid(), 20 - raw}, err // the kernel counts from 20 down
}

// jobYield answers as soon as all threads of its process yield to others.
func jobYield(ctx context.Context, db *sql.Conn, body json.RawMessage, progress func(engine.Progress)) (any, error) {
	var before int
	if err := json.Unmarshal(body, &before); err != nil {
		return nil, err
	}
	for ctx.Err() == nil {
		if a, err := jobAbout(ctx, db, body, progress); err != nil || a.(about).Nice > before {
			return a, err
		}
		runtime.Gosched()
	}
	return nil, ctx.Err()
}

func askAbout(t *testing.T, p *Pool, background bool) (a about) {
	t.Helper()
	return answerOf(t, p, engine.Job{Kind: "about", Background: background})
}

// nicer is the niceness of this process, and so much more.
func nicer(t *testing.T, more int) int {
	t.Helper()
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	return min(20-raw+more, nicest)
}

func answerOf(t *testing.T, p *Pool, job engine.Job) (a about) {
	t.Helper()
	data, err := p.Import(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// jobRehearse leaves a trace, which no rehearsal of ours does, and stumbles.
func jobRehearse(_ context.Context, _ *sql.Conn, body json.RawMessage, _ func(engine.Progress)) (any, error) {
	var dir string
	if err := json.Unmarshal(body, &dir); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "rehearsed"), nil, 0o600); err != nil {
		return nil, err
	}
	panic("a rehearsal may go wrong")
}

// A process that is made ahead of time has rehearsed, and what nobody waits
// for begins when it is there.
func TestBackgroundJobsBeginAfterTheRehearsal(t *testing.T) {
	p := newPool(t, func(c *Config) { c.ImportWarm = 1 })
	askAbout(t, p, true)
	p.mu.Lock()
	ready := slices.Clone(p.blank[forJob])
	p.mu.Unlock()
	if len(ready) != 1 {
		t.Fatalf("%d processes are ready", len(ready))
	}
	if _, err := os.Stat(filepath.Join(tempDir(ready[0].room), "rehearsed")); err != nil {
		t.Error(err)
	}
}

func TestImportTakesTheProcessThatWaits(t *testing.T) {
	p := newPool(t, func(c *Config) { c.ImportWarm = 1 })
	first := waiting(t, p)
	if a := askAbout(t, p, true); a.PID == first.cmd.Process.Pid || a.Nice != nicest {
		t.Errorf("a job in the background: %+v; %d was ready for others", a, first.cmd.Process.Pid)
	}
	if a := askAbout(t, p, false); a.PID != first.cmd.Process.Pid || a.Nice != nicer(t, 0) {
		t.Errorf("a job: %+v; %d was ready", a, first.cmd.Process.Pid)
	}
	if !first.gone() {
		t.Error("the process outlives its job")
	}
	if a := askAbout(t, p, false); a.PID == first.cmd.Process.Pid {
		t.Error("two jobs in one process")
	}
}

func TestImportReplacesAProcessThatDiedWaiting(t *testing.T) {
	p := newPool(t, func(c *Config) { c.ImportWarm = 1 })
	w := waiting(t, p)
	w.kill()
	if a := askAbout(t, p, false); a.PID == w.cmd.Process.Pid {
		t.Error("a dead process answers")
	}
}

func TestImportWithoutNiceness(t *testing.T) {
	p := newPool(t, func(c *Config) { c.ImportNice = -1 })
	for _, background := range []bool{false, true} {
		if a := askAbout(t, p, background); a.Nice != nicer(t, 0) {
			t.Errorf("background %t: nice %d", background, a.Nice)
		}
	}
}

// What somebody waits for goes on with the priority of all others until it took
// its time.
func TestLongImportsYield(t *testing.T) {
	p := newPool(t, func(c *Config) { c.yieldAfter = time.Millisecond })
	if a := answerOf(t, p, engine.Job{Kind: "yield", Body: nicer(t, 0)}); a.Nice != nicer(t, 5) {
		t.Errorf("nice %d", a.Nice)
	}
}

// jobLink leaves something that would lead the server astray.
func jobLink(_ context.Context, _ *sql.Conn, body json.RawMessage, _ func(engine.Progress)) (any, error) {
	var how string
	if err := json.Unmarshal(body, &how); err != nil {
		return nil, err
	}
	out := filepath.Join(engine.JobDir, "t.parquet")
	switch how {
	case "symlink":
		return nil, os.Symlink("/etc/passwd", out)
	case "pipe":
		return nil, unix.Mkfifo(out, 0o600)
	case "two names":
		if err := os.WriteFile(out, nil, 0o600); err != nil {
			return nil, err
		}
		return nil, os.Link(out, out+"2")
	}
	return nil, errors.Join(os.Mkdir(filepath.Join(engine.JobDir, "folder"), 0o700), os.WriteFile(out, []byte("content"), 0o600))
}

func TestImportTakesPlainFilesOnly(t *testing.T) {
	p := newPool(t, nil)
	for _, how := range []string{"symlink", "pipe", "two names", "file"} {
		dir := t.TempDir()
		_, err := p.Import(t.Context(), engine.Job{Kind: "link", Dir: dir, Body: how})
		data, missing := os.ReadFile(filepath.Join(dir, "t.parquet"))
		if how == "file" {
			if err != nil || string(data) != "content" {
				t.Errorf("%s: %v, %q, %v", how, err, data, missing)
			}
			continue
		}
		if !errors.Is(err, errOddFile) || missing == nil {
			t.Errorf("%s was taken: %v", how, err)
		}
	}
}

func TestImportIntoAnotherDisk(t *testing.T) {
	p := newPool(t, nil)
	far := elsewhere(t)
	if err := os.WriteFile(far, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	body := []string{"COPY (SELECT * FROM read_csv('in/0')) TO 'out/t.parquet'"}
	dir := filepath.Dir(far)
	data, err := p.Import(t.Context(), engine.Job{Kind: "sql", Read: []string{far}, Dir: dir, Body: body})
	if err != nil || string(data) != `["\u003cnil\u003e"]` {
		t.Fatalf("%s, %v", data, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "t.parquet")); err != nil {
		t.Error(err)
	}
}
