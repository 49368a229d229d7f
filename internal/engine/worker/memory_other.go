//go:build !linux

package worker

type program struct{}

func openProgram() program { return program{} }

func (program) unmap() {}

func (program) close() {}
