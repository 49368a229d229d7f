package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is the process under measurement.
type server struct {
	base  string
	cmd   *exec.Cmd
	dir   string
	ready time.Duration
}

// idleAfter is when a server and its workers have come to rest.
const idleAfter = 8 * time.Second

// start runs the binary as often as files are uploaded, for the median of its
// start, and leaves the last one running.
func (b *bench) start() error {
	var took []time.Duration
	for i := range b.rounds {
		s, err := startServer(b.options.server)
		if err != nil {
			return err
		}
		took = append(took, s.ready)
		if b.server = s; i < b.rounds-1 {
			s.stop()
		}
	}
	b.report.add("ready after", median(took).Seconds(), 0.5, "s", "")
	return nil
}

// portOf is the port of an address of listen.
func portOf(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

func listen() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }

// startServer runs the binary on a free port and waits until it is ready.
func startServer(binary string) (*server, error) {
	l, err := listen()
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	l.Close()
	dir, err := os.MkdirTemp("", "bench-data-")
	if err != nil {
		return nil, err
	}
	s := &server{base: "http://" + address, dir: dir}
	s.cmd = exec.Command(binary, "serve", "--listen", address, "--data", dir)
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for time.Since(began) < 30*time.Second {
		if r, err := http.Get(s.base + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				s.ready = time.Since(began)
				return s, nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	s.stop()
	return nil, fmt.Errorf("%s was not ready within 30 s", binary)
}

func (s *server) stop() {
	s.cmd.Process.Signal(syscall.SIGTERM)
	s.cmd.Wait()
	os.RemoveAll(s.dir)
}

// memory is a figure of /proc in MB, of the server and of its workers.
func (s *server) memory(field string) (server float64, workers []float64) {
	server = status(s.cmd.Process.Pid, field)
	for _, pid := range descendants(s.cmd.Process.Pid) {
		workers = append(workers, status(pid, field))
	}
	return server, workers
}

// forgetPeak lets VmHWM begin anew: the most that the server held so far, at
// its start above all, is not what comes of an upload.
func (s *server) forgetPeak() {
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.cmd.Process.Pid), []byte("5"), 0)
}

// all is what all processes hold together.
func (s *server) all() float64 {
	sum, workers := s.memory("VmRSS")
	for _, w := range workers {
		sum += w
	}
	return sum
}

var number = regexp.MustCompile(`\d+`)

// status reads one figure of a process in MB; 0 where there is none.
func status(pid int, field string) float64 {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for _, line := range strings.Split(string(raw), "\n") {
		if strings.HasPrefix(line, field+":") {
			kb, _ := strconv.ParseFloat(number.FindString(line), 64)
			return kb / 1024
		}
	}
	return 0
}

// descendants are the processes below a process.
func descendants(pid int) []int {
	var list []int
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		raw, _ := os.ReadFile(task)
		for _, field := range strings.Fields(string(raw)) {
			child, _ := strconv.Atoi(field)
			list = append(append(list, child), descendants(child)...)
		}
	}
	return list
}

// tick is the unit in which the kernel tells processor time.
const tick = 10 * time.Millisecond

// busy is the processor time of the server and all processes it ever started.
func (s *server) busy() time.Duration {
	sum := ticks(s.cmd.Process.Pid)
	for _, pid := range descendants(s.cmd.Process.Pid) {
		sum += ticks(pid)
	}
	return time.Duration(sum) * tick
}

// ticks reads the processor time of a process and of its children that ended.
func ticks(pid int) (sum int) {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, fields, _ := strings.Cut(string(raw), ") ")
	list := strings.Fields(fields)
	if len(list) < 15 {
		return 0
	}
	for _, field := range list[11:15] {
		n, _ := strconv.Atoi(field)
		sum += n
	}
	return sum
}

const (
	restStep = 300 * time.Millisecond
	restMost = 20 * time.Second
)

// rest waits until the server has done what follows an upload: the profile, a
// process that is ready for the next one.
func (s *server) rest() {
	for before, late := s.busy(), time.Now().Add(restMost); time.Now().Before(late); {
		time.Sleep(restStep)
		now := s.busy()
		if now-before <= tick {
			return
		}
		before = now
	}
}

// largest finds the largest Parquet file that the server keeps.
func (s *server) largest() (string, error) {
	found, size := "", int64(0)
	err := filepath.Walk(filepath.Join(s.dir, "blobs"), func(path string, info os.FileInfo, err error) error {
		if err == nil && filepath.Ext(path) == ".parquet" && info.Size() > size {
			found, size = path, info.Size()
		}
		return nil
	})
	if err != nil || found == "" {
		return "", fmt.Errorf("no Parquet file below the data directory (%v)", err)
	}
	return found, nil
}

// call sends JSON and reads JSON.
func call(url, token string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode/100 != 2 {
		return fmt.Errorf("%s answered %s: %.200s", url, res.Status, text)
	}
	return json.Unmarshal(text, into)
}
