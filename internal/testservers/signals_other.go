//go:build !unix

package testservers

import "syscall"

const (
	pauseSignal  = syscall.Signal(0)
	resumeSignal = syscall.Signal(0)
)

func signal(p *process, s syscall.Signal) { _ = p.cmd.Process.Signal(s) }
