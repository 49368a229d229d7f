package main

import (
	"encoding/json"
	"fmt"
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

// start runs the binary on a free port and waits until it is ready.
func start(binary string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
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

func (s *server) printMemory(when string) {
	server, workers := s.memory("VmRSS")
	peak, peaks := s.memory("VmHWM")
	fmt.Printf("memory %-15s server %.0f MB (peak %.0f), workers %.0f MB (peaks %.0f)\n", when, server, peak, workers, peaks)
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

// post sends JSON and reads JSON.
func post(url string, body any, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.Post(url, "application/json", strings.NewReader(string(raw)))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", url, r.Status)
	}
	return json.NewDecoder(r.Body).Decode(into)
}
