package worker

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"tabletalk/internal/engine"
	"tabletalk/internal/table"
)

type tableRows = table.Rows

// holder is another process that holds a pool with a busy worker.
type holder struct {
	cmd  *exec.Cmd
	pids []int
}

// holdPool is the holder's own main: it prints its workers and waits to be
// killed.
func holdPool(dir string) int {
	self, err := os.Executable()
	if err != nil {
		return 1
	}
	p, err := NewPool(Config{Dir: dir, Command: []string{self, "engine-worker"}, unjudged: true})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	err = p.Stream(context.Background(), nil, engine.Query{SQL: "SELECT * FROM range(1000000000)"}, func(*tableRows) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		for w := range p.live {
			fmt.Print(w.cmd.Process.Pid, " ")
		}
		fmt.Println()
		select {}
	})
	fmt.Println(err)
	return 1
}

func startHolder(t *testing.T) *holder {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h := &holder{cmd: exec.Command(self, "hold-pool", t.TempDir())}
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range strings.Fields(line) {
		var pid int
		if _, err := fmt.Sscan(word, &pid); err != nil {
			t.Fatalf("holder: %s", line)
		}
		h.pids = append(h.pids, pid)
	}
	return h
}

// alive reports whether a process runs; one that nobody has reaped does not.
func alive(pid int) bool {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	return !strings.HasPrefix(rest, "Z")
}
