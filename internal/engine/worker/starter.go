package worker

import (
	"runtime"
	"sync"
)

// starter starts every worker from one thread that lives as long as the pool,
// for the parent-death signal follows the thread. It also finds out whether
// the system lets workers have namespaces of their own.
type starter struct {
	command  []string
	requests chan startRequest
	done     chan struct{}

	mu       sync.Mutex
	isolated bool
	reason   string // why not
}

type startRequest struct {
	room  string
	reply chan startReply
}

type startReply struct {
	process *process
	err     error
}

func newStarter(command []string) *starter {
	s := &starter{command: command, requests: make(chan startRequest), done: make(chan struct{}), isolated: canIsolate}
	go s.run()
	return s
}

func (s *starter) run() {
	runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
	defer close(s.done)
	for r := range s.requests {
		p, err := s.launch(r.room)
		r.reply <- startReply{p, err}
	}
}

// launch falls back to a start without namespaces when the first one fails
// and the plain one does not.
func (s *starter) launch(room string) (*process, error) {
	isolated := s.isIsolated()
	p, err := launch(s.command, room, isolated)
	if err == nil || !isolated {
		return p, err
	}
	reason := err
	if p, err = launch(s.command, room, false); err == nil {
		s.plain(reason)
	}
	return p, err
}

// plain starts workers without namespaces from now on.
func (s *starter) plain(reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isolated, s.reason = false, reason.Error()
}

func (s *starter) isIsolated() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.isolated
}

func (s *starter) layers() []Layer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return startLayers(s.isolated, s.reason)
}

func (s *starter) start(room string) (*process, error) {
	r := startRequest{room: room, reply: make(chan startReply, 1)}
	s.requests <- r
	reply := <-r.reply
	return reply.process, reply.err
}

// close ends the thread. Nothing may be started any more.
func (s *starter) close() {
	close(s.requests)
	<-s.done
}
