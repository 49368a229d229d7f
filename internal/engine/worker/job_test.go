package worker

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
)

func TestJobFaultsCrossThePipe(t *testing.T) {
	p := newPool(t, nil)
	_, err := p.Import(t.Context(), engine.Job{Kind: "fail", Dir: t.TempDir()})
	want := &fault.Error{Kind: fault.Invalid, Code: "file_empty", Message: "The file is empty.", Hint: "Choose another."}
	if diff := cmp.Diff(want, fault.Of(err)); diff != "" {
		t.Error(diff)
	}
	if _, err = p.Import(t.Context(), engine.Job{Kind: "unheard", Dir: t.TempDir()}); fault.Of(err).Kind != fault.Internal {
		t.Errorf("an unknown kind: %v", err)
	}
	if _, err = p.Import(t.Context(), engine.Job{Kind: "panic", Dir: t.TempDir()}); !fault.Is(err, "engine_crashed") {
		t.Errorf("a panic: %v", err)
	}
}

func TestJobThatCrashesTwiceIsRefused(t *testing.T) {
	p := newPool(t, nil)
	job := engine.Job{Kind: "crash", Dir: t.TempDir(), Key: "sha256 of the file"}
	for _, want := range []string{"engine_crashed", "engine_crashed", "query_quarantined"} {
		if _, err := p.Import(t.Context(), job); !fault.Is(err, want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	job.Key = "another file"
	if _, err := p.Import(t.Context(), job); !fault.Is(err, "engine_crashed") {
		t.Errorf("another file: %v", err)
	}
}

func TestJobProgressAndCancel(t *testing.T) {
	p := newPool(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var stages []string
	_, err := p.Import(ctx, engine.Job{Kind: "wait", Dir: t.TempDir(), Progress: func(pr engine.Progress) {
		stages = append(stages, pr.Stage)
		cancel()
	}})
	if !errors.Is(err, context.Canceled) || fmt.Sprint(stages) != "[waiting]" {
		t.Errorf("%v, stages %v", err, stages)
	}
}

func TestJobReadsAndWritesItsOwnOnly(t *testing.T) {
	p := newPool(t, nil)
	dir, other := t.TempDir(), t.TempDir()
	given, canary := filepath.Join(other, "given.csv"), filepath.Join(other, "canary.csv")
	for _, f := range []string{given, canary} {
		if err := os.WriteFile(f, []byte("a\n1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	body := []string{
		"CREATE TABLE x AS SELECT * FROM read_csv('in/0')",
		"COPY x TO 'out/out.parquet'",
		fmt.Sprintf("CREATE TABLE y AS SELECT * FROM read_csv('%s')", canary),
		fmt.Sprintf("COPY x TO '%s/out.parquet'", other),
		fmt.Sprintf("CREATE TABLE z AS SELECT * FROM read_csv('%s')", given), // by the server's name
		"COPY x TO 'in/0' (USE_TMP_FILE false)", "COPY x TO 'in/1' (USE_TMP_FILE false)",
		"CREATE TABLE p AS SELECT * FROM read_csv('in/../../lock')",
		"INSTALL httpfs", "SET enable_external_access = true", "ATTACH '/tmp/x.db'",
	}
	data, err := p.Import(t.Context(), engine.Job{Kind: "sql", Dir: dir, Read: []string{given}, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	var ends []string
	if err := json.Unmarshal(data, &ends); err != nil {
		t.Fatal(err)
	}
	for i, end := range ends {
		if ok := end == "<nil>"; ok != (i < 2) {
			t.Errorf("%s: %s", body[i], end)
		}
	}
	if b, err := os.ReadFile(given); err != nil || string(b) != "a\n1\n" {
		t.Errorf("the given file: %q, %v", b, err)
	}
}

type probeBody struct{ Canary, Address string }

// jobProbe tries what code inside a worker could try, past the engine, and
// answers what succeeded.
func jobProbe(_ context.Context, _ *sql.Conn, body json.RawMessage, _ func(engine.Progress)) (any, error) {
	var b probeBody
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(engine.JobDir, "own"), nil, 0o600); err != nil {
		return nil, err
	}
	attempts := []struct {
		name string
		try  func() error
	}{
		{"read a file", func() error { _, err := os.ReadFile(b.Canary); return err }},
		{"read passwords", func() error { _, err := os.ReadFile("/etc/passwd"); return err }},
		{"list the root", func() error { _, err := os.ReadDir("/"); return err }},
		{"write elsewhere", func() error { return os.WriteFile(b.Canary+".x", nil, 0o600) }},
		{"connect", func() error { _, err := net.Dial("tcp", b.Address); return err }},
		{"run a program", func() error { return exec.Command("/bin/true").Run() }},
		{"signal the parent", func() error { return syscall.Kill(os.Getppid(), 0) }},
		{"read the parent", func() error { _, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", os.Getppid())); return err }},
		{"remove a file", func() error { return os.Remove(b.Canary) }},
		{"open many files", openMany}, // the last: nothing opens after it
	}
	done := []string{}
	for _, a := range attempts {
		if a.try() == nil {
			done = append(done, a.name)
		}
	}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "MALLOC_") {
			done = append(done, "environment "+v)
		}
	}
	return done, nil
}

func openMany() error {
	for range 2 * openFiles {
		if _, err := os.Open("/sys/fs/cgroup"); err != nil {
			return err
		}
	}
	return nil
}

// TestWallsAroundCode asks of each layer that the system offers that it holds
// alone, without the engine's own locks; and that the attempts would succeed
// without the layers.
func TestWallsAroundCode(t *testing.T) {
	p := newPool(t, nil)
	for _, name := range []string{"landlock", "network namespace"} {
		if !layer(t, p, name).Active {
			t.Skipf("this system does not offer %s", name)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv("CANARY_SECRET", "canary")
	if done := probe(t, p, listener.Addr().String()); len(done) > 0 {
		t.Errorf("code inside a worker could: %v", done)
	}
	open := newPool(t, func(c *Config) { c.unconfined = true })
	done := probe(t, open, listener.Addr().String())
	for _, want := range []string{"read a file", "read passwords", "write elsewhere", "run a program", "remove a file"} {
		if !slices.Contains(done, want) {
			t.Errorf("without the walls around files code cannot %s: the test proves nothing", want)
		}
	}
}

func probe(t *testing.T, p *Pool, address string) []string {
	t.Helper()
	canary := filepath.Join(t.TempDir(), "canary")
	if err := os.WriteFile(canary, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	data, err := p.Import(t.Context(), engine.Job{Kind: "probe", Dir: dir, Body: probeBody{canary, address}})
	if err != nil {
		t.Fatal(err)
	}
	var done []string
	if err := json.Unmarshal(data, &done); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "own")); err != nil {
		t.Errorf("what the job left did not arrive: %v", err)
	}
	return done
}
