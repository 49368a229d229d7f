package worker

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
)

// TestMain makes the test binary its own worker, as the real one is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "engine-worker" {
		os.Exit(Main(context.Background(), testJobs))
	}
	if len(os.Args) > 1 && os.Args[1] == "hostile-worker" {
		os.Exit(hostile())
	}
	if len(os.Args) > 1 && os.Args[1] == "hold-pool" {
		os.Exit(holdPool(os.Args[2]))
	}
	goleak.VerifyTestMain(m)
}

// testJobs are jobs that tests ask for.
var testJobs = map[string]JobHandler{
	"write": jobWrite, "fail": jobFail, "panic": jobPanic, "sql": jobSQL, "wait": jobWait, "crash": jobCrash, "csv": jobCSV, "probe": jobProbe,
	"about": jobAbout, "yield": jobYield, "link": jobLink, Rehearsal: jobRehearse,
}

type writeBody struct{ SQL, File string }

func jobWrite(ctx context.Context, db *sql.Conn, body json.RawMessage, progress func(engine.Progress)) (any, error) {
	var b writeBody
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, err
	}
	progress(engine.Progress{Stage: "writing", Done: 1, Total: 2})
	_, err := db.ExecContext(ctx, fmt.Sprintf("COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION zstd)", b.SQL, b.File))
	progress(engine.Progress{Stage: "writing", Done: 2, Total: 2})
	return map[string]bool{"written": err == nil}, err
}

func jobFail(context.Context, *sql.Conn, json.RawMessage, func(engine.Progress)) (any, error) {
	return nil, fault.New(fault.Invalid, "file_empty", "The file is empty.").WithHint("Choose another.")
}

func jobPanic(context.Context, *sql.Conn, json.RawMessage, func(engine.Progress)) (any, error) {
	panic("a reader stumbled")
}

func jobCrash(context.Context, *sql.Conn, json.RawMessage, func(engine.Progress)) (any, error) {
	os.Exit(139)
	return nil, nil
}

func jobWait(ctx context.Context, _ *sql.Conn, _ json.RawMessage, progress func(engine.Progress)) (any, error) {
	progress(engine.Progress{Stage: "waiting"})
	<-ctx.Done()
	return nil, ctx.Err()
}

// jobSQL runs statements and answers how each ended.
func jobSQL(ctx context.Context, db *sql.Conn, body json.RawMessage, _ func(engine.Progress)) (any, error) {
	var list, ends []string
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, err
	}
	for _, statement := range list {
		_, err := db.ExecContext(ctx, statement)
		ends = append(ends, fmt.Sprint(err))
	}
	return ends, nil
}

func jobCSV(ctx context.Context, db *sql.Conn, body json.RawMessage, _ func(engine.Progress)) (any, error) {
	var b struct{ From, To string }
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, err
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf("COPY (SELECT * FROM read_csv('%s')) TO '%s' (FORMAT parquet, COMPRESSION zstd)", b.From, b.To))
	return nil, err
}

func newPool(t testing.TB, change func(*Config)) *Pool {
	t.Helper()
	cfg := Config{Dir: t.TempDir(), ImportWarm: -1}
	if change != nil {
		change(&cfg)
	}
	p, err := NewPool(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		left, err := os.ReadDir(cfg.Dir)
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
	return p
}

// parquet writes a table with a job of the pool.
func parquet(t testing.TB, p *Pool, name, sql string) engine.Table {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "t.parquet")
	_, err := p.Import(t.Context(), engine.Job{Kind: "write", Dir: dir, Body: writeBody{sql, engine.JobDir + "/t.parquet"}})
	if err != nil {
		t.Fatal(errors.Join(err, fault.Of(err).Err))
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return engine.Table{Name: name, Path: file, SHA256: hex.EncodeToString(sum[:])}
}

func layer(t *testing.T, p *Pool, name string) Layer {
	t.Helper()
	for _, l := range p.Report() {
		if l.Name == name {
			return l
		}
	}
	t.Fatalf("no layer %q", name)
	return Layer{}
}

func lines(s string) []string { return strings.Split(strings.TrimSpace(s), "\n") }
