package testservers

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startWithin bounds how long a server may take to answer first.
const startWithin = 30 * time.Second

// absent skips the test, or fails it where everything must be there.
func absent(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed, and CI=true allows no skipped test", what)
	}
	t.Skipf("%s is not installed: this test is skipped", what)
}

// account is who runs the servers: PostgreSQL refuses root.
type account struct{ uid, gid int }

func serverAccount(t testing.TB, names ...string) *account {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range append(names, "nobody") {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uerr := strconv.Atoi(u.Uid)
		gid, gerr := strconv.Atoi(u.Gid)
		if uerr == nil && gerr == nil {
			return &account{uid, gid}
		}
	}
	t.Fatal("root runs the test, and no other account exists to run a server")
	return nil
}

// folder makes a short private path: a socket's path has a limit of about a
// hundred bytes, which the folders of package testing exceed.
func folder(t testing.TB, who *account) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tt")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if who != nil {
		if err := os.Chown(dir, who.uid, who.gid); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// process is a running server.
type process struct {
	cmd  *exec.Cmd
	out  *lockedBuffer
	done chan struct{}
}

// spawn starts a server that dies with this process. The signal for that
// follows the thread that forked, so one goroutine keeps its thread until the
// server has ended.
func spawn(t testing.TB, who *account, dir, program string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(program, args...), out: &lockedBuffer{}, done: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, p.out, p.out
	p.cmd.SysProcAttr = attributes(who)
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer close(p.done)
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		t.Fatalf("start %s: %v", filepath.Base(program), err)
	}
	return p
}

// stop ends the server with a signal and waits for it.
func (p *process) stop(sig syscall.Signal) {
	_ = p.cmd.Process.Signal(sig)
	<-p.done
}

// await asks until the server answers.
func (p *process) await(t testing.TB, name string, answers func() error) {
	t.Helper()
	deadline := time.NewTimer(startWithin)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := answers()
		if err == nil {
			return
		}
		select {
		case <-p.done:
			t.Fatalf("%s ended at once:\n%s", name, p.out)
		case <-deadline.C:
			t.Fatalf("%s does not answer: %v\n%s", name, err, p.out)
		case <-tick.C:
		}
	}
}

// run runs a program to its end.
func run(t testing.TB, who *account, dir, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.SysProcAttr = dir, attributes(who)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatal(fmt.Errorf("%s: %w\n%s", filepath.Base(program), err, out))
	}
}

// lockedBuffer collects what a server says.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
