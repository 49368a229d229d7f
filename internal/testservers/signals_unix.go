//go:build unix

package testservers

import "syscall"

const (
	pauseSignal  = syscall.SIGSTOP
	resumeSignal = syscall.SIGCONT
)

func signal(p *process, s syscall.Signal) { _ = p.cmd.Process.Signal(s) }
