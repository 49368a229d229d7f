package worker

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// program is the memory that the files of the program take in this process.
// Its file is opened before the walls stand, which then would forbid it.
type program struct {
	maps  *os.File
	inode uint64 // of the program's own file, whose mappings stay for ever
}

func openProgram() program {
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return program{}
	}
	var own unix.Stat_t
	if err := unix.Stat("/proc/self/exe", &own); err != nil {
		own.Ino = 0
	}
	return program{f, own.Ino}
}

func (p program) close() {
	if p.maps != nil {
		_ = p.maps.Close()
	}
}

// unmap lets go of the pages of code and constants that were touched, most of
// which nothing touches again: the kernel maps sixteen pages for each one. A
// page that is needed after all comes back from the cache of files. Only what
// cannot be written and has no page of the process's own is let go, of the
// program's own file: another mapping may have gone, and its place be used
// otherwise, since it was read.
func (p program) unmap() {
	if p.maps == nil {
		return
	}
	if _, err := p.maps.Seek(0, io.SeekStart); err != nil {
		return
	}
	var m mapping
	lines := bufio.NewScanner(p.maps)
	for lines.Scan() {
		if m.read(lines.Text()) && m.inode == p.inode && m.pure() {
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, m.from, m.to-m.from, unix.MADV_DONTNEED)
		}
	}
}

// mapping is one entry of smaps: a line that names it and lines of counts.
type mapping struct {
	from, to  uintptr
	access    string
	inode     uint64
	anonymous uint64
}

// read takes the next line and reports whether the entry is complete.
func (m *mapping) read(line string) bool {
	name, rest, _ := strings.Cut(line, ":")
	switch {
	case !strings.ContainsAny(name, " "):
		if name == "Anonymous" {
			_, _ = fmt.Sscan(rest, &m.anonymous)
		}
		return name == "VmFlags"
	default:
		*m = mapping{}
		var offset, device string
		_, err := fmt.Sscanf(line, "%x-%x %s %s %s %d", &m.from, &m.to, &m.access, &offset, &device, &m.inode)
		if err != nil && err != io.EOF {
			*m = mapping{}
		}
		return false
	}
}

// pure reports whether the mapping only shows a file.
func (m *mapping) pure() bool {
	return m.inode != 0 && m.anonymous == 0 && strings.HasPrefix(m.access, "r") && m.access[1] == '-' && m.access[3] == 'p'
}
