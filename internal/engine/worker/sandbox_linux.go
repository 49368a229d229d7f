package worker

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	landlocksys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// namespaces puts a worker into a user namespace, where it is nobody and has
// no rights, and into a network namespace without any interface.
const namespaces = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC

const nobody = 65534

// attributes prepares how a worker is started. The parent-death signal
// follows the thread that starts it, so that thread must live as long.
func attributes(cmd *exec.Cmd, isolated bool) {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if isolated {
		attr.Cloneflags = namespaces
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Geteuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getegid(), Size: 1}}
	}
	cmd.SysProcAttr = attr
}

const canIsolate = true

// startLayers are the layers that starting a worker puts up.
func startLayers(isolated bool, reason string) []Layer {
	return []Layer{
		{Name: "process group", Active: true},
		{Name: "parent death signal", Active: true},
		{Name: "user namespace", Active: isolated, Detail: reason},
		{Name: "network namespace", Active: isolated, Detail: reason},
	}
}

// confine puts up the layers that a process can put around itself.
func confine(s setup) ([]Layer, error) {
	layers := []Layer{
		limit("core size limit", unix.RLIMIT_CORE, 0, true),
		limit("open files limit", unix.RLIMIT_NOFILE, s.Limits.OpenFiles, s.Limits.OpenFiles > 0),
		limit("file size limit", unix.RLIMIT_FSIZE, s.Limits.FileBytes, s.Limits.FileBytes > 0),
	}
	if raceDetector {
		layers = append(layers, Layer{Name: "address space limit", Detail: "the race detector reserves too much"})
	} else {
		layers = append(layers, limit("address space limit", unix.RLIMIT_AS, s.Limits.AddressSpace, s.Limits.AddressSpace > 0))
	}
	if !s.Confine {
		return append(layers, Layer{Name: "landlock", Detail: "switched off"}), nil
	}
	layer, err := restrictPaths(s)
	return append(layers, layer), err
}

func limit(name string, resource int, value uint64, wanted bool) Layer {
	if !wanted {
		return Layer{Name: name, Detail: "no limit is set"}
	}
	if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: value, Max: value}); err != nil {
		return Layer{Name: name, Detail: err.Error()}
	}
	return Layer{Name: name, Active: true, Detail: fmt.Sprint(value)}
}

// The engine asks for the memory that its control group may use when it is
// opened, and does not survive a refusal.
const (
	groupOfProcess = "/proc/self/cgroup"
	groupLimits    = "/sys/fs/cgroup"
)

// restrictPaths leaves the process its own directory and the files of its job.
// Where the kernel offers the wall but does not put it up, as for a file that
// is not there, the process must not go on without it.
func restrictPaths(s setup) (Layer, error) {
	version, err := landlocksys.LandlockGetABIVersion()
	if err != nil || version < 1 {
		return Layer{Name: "landlock", Detail: "this kernel does not offer it"}, nil
	}
	rules := []landlock.Rule{
		landlock.ROFiles(groupOfProcess).IgnoreIfMissing(),
		landlock.RODirs(groupLimits).IgnoreIfMissing(),
	}
	if s.Job {
		rules = append(rules, landlock.RODirs(inDir(s.Dir)), landlock.RWDirs(tempDir(s.Dir), outDir(s.Dir)).WithRefer())
	} else {
		rules = append(rules, landlock.RODirs(tablesDir(s.Dir)), landlock.RWDirs(tempDir(s.Dir)).WithRefer())
	}
	if err := landlock.V6.BestEffort().Restrict(rules...); err != nil {
		return Layer{}, err
	}
	return Layer{Name: "landlock", Active: true, Detail: fmt.Sprintf("version %d", version)}, nil
}

// yield lowers the priority of a worker, which is a process group of its own,
// by so much: of every thread, and with them of those that they start. Group 0
// is the caller's.
func yield(group, nice int) {
	if nice <= 0 {
		return
	}
	if now, err := unix.Getpriority(unix.PRIO_PGRP, group); err == nil { // the kernel counts from 20 down
		_ = unix.Setpriority(unix.PRIO_PGRP, group, min(20-now+nice, nicest))
	}
}

// residentBytes is the memory that a process holds, or 0 where that cannot be
// told.
func residentBytes(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(data), &size, &resident); err != nil {
		return 0
	}
	return resident * int64(os.Getpagesize())
}
