package worker

import "runtime/debug"

// LetGo gives back what a process needed to start and does not need to go on:
// pages of its program, of which a server touches most in its first moment,
// and of its heap.
func LetGo() {
	p := openProgram()
	defer p.close()
	debug.FreeOSMemory() // this touches much of the program
	p.unmap()
}
