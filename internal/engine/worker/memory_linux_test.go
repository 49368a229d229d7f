package worker

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/engine"
)

func TestMapping(t *testing.T) {
	for line, pure := range map[string]bool{
		"00a9a000-04ad4000 r-xp 0069a000 fe:00 1234                       /bin/tabletalk": true,
		"04ad4000-07561000 r--p 0469a000 fe:00 1234                       /bin/tabletalk": true,
		"075e0000-07875000 rw-p 0469a000 fe:00 1234                       /bin/tabletalk": false,
		"075e0000-07875000 r--s 0469a000 fe:00 1234                       /shared":        false,
		"0e9d0000-0eca8000 r-xp 00000000 00:00 0                          [vdso]":         false,
		"nonsense and more": false,
	} {
		for _, own := range []string{"0", "8"} {
			var m mapping
			for _, l := range []string{line, "Rss:  100 kB", "Anonymous:          " + own + " kB"} {
				if m.read(l) {
					t.Errorf("%q ends an entry", l)
				}
			}
			if !m.read("VmFlags: rd mr mw me") {
				t.Error("an entry does not end")
			}
			if got := m.pure(); got != (pure && own == "0") {
				t.Errorf("%q with %s kB of its own: %t", line, own, got)
			}
		}
	}
}

// TestWorkerLetsGoOfItsStart compares a worker that nobody has asked anything
// with the most that it held.
func TestWorkerLetsGoOfItsStart(t *testing.T) {
	p := newPool(t, nil)
	p.mu.Lock()
	w := p.blank[forQueries][0]
	p.mu.Unlock()
	var most int64
	for _, l := range lines(readProc(t, w.cmd.Process.Pid, "status")) {
		most = max(most, field(l, "VmHWM:"))
	}
	if now := residentBytes(w.cmd.Process.Pid); now == 0 || most == 0 || now > most*3/4 {
		t.Errorf("the worker holds %d of %d bytes", now, most)
	}
	if _, err := p.Query(t.Context(), nil, engine.Query{SQL: "SELECT 1"}); err != nil {
		t.Error(err)
	}
}

// TestLetGo goes on after its own program was let go of.
func TestLetGo(t *testing.T) {
	before := residentBytes(os.Getpid())
	LetGo()
	if after := residentBytes(os.Getpid()); before == 0 || after >= before {
		t.Errorf("%d bytes became %d", before, after)
	}
}

// TestWorkerGivesBackWhatAQueryTook waits until a worker that has counted
// many values holds little again, which it does by itself.
func TestWorkerGivesBackWhatAQueryTook(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector keeps memory of its own")
	}
	p := newPool(t, nil)
	tables := []engine.Table{parquet(t, p, "t", "SELECT i, i % 10 AS k FROM range(2000000) r(i)")}
	if _, err := p.Query(t.Context(), tables, engine.Query{SQL: "SELECT k, count(DISTINCT i), median(i) FROM t GROUP BY k"}); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	pid := p.idle[0].cmd.Process.Pid
	p.mu.Unlock()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(time.Minute); own(t, pid) > ownAtRest || residentBytes(pid) > allAtRest; {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("the worker still holds %d MiB, %d of them its own", residentBytes(pid)/mib, own(t, pid)/mib)
		}
	}
	if _, err := p.Query(t.Context(), tables, engine.Query{SQL: "SELECT count(*) FROM t"}); err != nil {
		t.Errorf("after its rest: %v", err)
	}
}

// What a worker holds at rest is far below what that query takes; without the
// program that it has let go of, little more than its own.
const (
	ownAtRest = 32 * mib
	allAtRest = 48 * mib
)

// own is the memory of a process that shows no file.
func own(t *testing.T, pid int) (n int64) {
	for _, l := range lines(readProc(t, pid, "status")) {
		n += field(l, "RssAnon:")
	}
	return n
}

func readProc(t *testing.T, pid int, name string) string {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// field reads a line of status in bytes.
func field(line, name string) (n int64) {
	if rest, ok := strings.CutPrefix(line, name); ok {
		_, _ = fmt.Sscan(rest, &n)
	}
	return n << 10
}
