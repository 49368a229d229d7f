package testservers

import (
	"net"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// RedisServer is a running Redis.
type RedisServer struct {
	program string
	dir     string
	who     *account
	proc    *process
}

// Redis starts a Redis server that ends with the test.
func Redis(t testing.TB) *RedisServer {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		absent(t, "Redis (redis-server)")
	}
	s := &RedisServer{program: program, who: serverAccount(t, "redis")}
	s.dir = folder(t, s.who)
	s.Start(t)
	t.Cleanup(s.Stop)
	return s
}

// URL is the address of the server, as --redis-url takes it.
func (s *RedisServer) URL() string { return "unix://" + s.socket() }

// Start starts the server after Stop, empty.
func (s *RedisServer) Start(t testing.TB) {
	t.Helper()
	s.proc = spawn(t, s.who, s.dir, s.program, "--port", "0", "--unixsocket", s.socket(), "--unixsocketperm", "777",
		"--save", "", "--appendonly", "no", "--daemonize", "no")
	s.proc.await(t, "Redis", func() error {
		c, err := net.Dial("unix", s.socket())
		if err != nil {
			return err
		}
		return c.Close()
	})
}

// Stop ends the server; stopping twice is nothing.
func (s *RedisServer) Stop() { s.proc.stop(syscall.SIGKILL) }

// Pause makes the server stop answering while its connections stay open, as
// an overloaded one does; Resume lets it go on.
func (s *RedisServer) Pause() { signal(s.proc, pauseSignal) }

// Resume ends a Pause.
func (s *RedisServer) Resume() { signal(s.proc, resumeSignal) }

func (s *RedisServer) socket() string { return filepath.Join(s.dir, "redis.sock") }
