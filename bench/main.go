package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// options are the flags of the command.
type options struct {
	server   string
	baseline string
	shared   string
	rounds   int
	formats  bool
	strict   bool
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == asReference {
		exit(beReference())
	}
	var o options
	flag.StringVar(&o.server, "server", "bin/tabletalk", "the binary to measure")
	flag.StringVar(&o.baseline, "baseline", "", "base URL of another server that takes its turns; none: do without, though -shared has one")
	flag.StringVar(&o.shared, "shared", "../shared/bench", "folder of a server to start for that, where its packages are there")
	flag.BoolVar(&o.formats, "formats", false, "without files: samples of all formats")
	flag.IntVar(&o.rounds, "rounds", 5, "how often each file is uploaded")
	flag.BoolVar(&o.strict, "strict", false, "fail when a figure is over its limit")
	flag.Parse()
	exit(withFiles(flag.Args(), o.formats, func(files []string) error { return run(o, files) }))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// bench is one run: the server, what it is compared with, what was found.
type bench struct {
	options
	server *server
	bare   *reference
	other  *baseline // nil without one
	report report
}

// withFiles gives the files to f, or samples that last as long.
func withFiles(files []string, formats bool, f func([]string) error) error {
	if len(files) > 0 {
		return f(files)
	}
	dir, err := os.MkdirTemp("", "bench-files-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if files, err = samples(dir, formats); err != nil {
		return err
	}
	return f(files)
}

func run(o options, files []string) error {
	files, err := bySize(files)
	if err != nil {
		return err
	}
	b := &bench{options: o}
	if b.bare, err = startReference(); err != nil {
		return err
	}
	defer b.bare.stop()
	if b.other, err = openBaseline(o); err != nil {
		return err
	}
	defer b.other.stop()
	if err := b.start(); err != nil {
		return err
	}
	defer b.server.stop()
	err = b.measure(files)
	b.report.conclude()
	if err == nil && o.strict && b.report.over() > 0 {
		err = errors.New("not everything is within its limits")
	}
	return err
}

// bySize sorts the files, the largest last: it answers the questions.
func bySize(files []string) ([]string, error) {
	size := map[string]int64{}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			return nil, err
		}
		size[f] = info.Size()
	}
	return slices.SortedFunc(slices.Values(files), func(a, c string) int { return cmp.Compare(size[a], size[c]) }), nil
}

// measure does all the work; what was measured before an error is printed.
func (b *bench) measure(files []string) error {
	time.Sleep(idleAfter)
	idle, _ := b.server.memory("VmRSS")
	b.report.add("idle server, resident", idle, 120, "MB", "")
	for _, file := range files {
		if err := b.ingest(file); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, file := range slices.Backward(files) {
		if filepath.Ext(file) == ".csv" { // the largest
			if err := b.ask(file); err != nil {
				return err
			}
			break
		}
	}
	time.Sleep(idleAfter)
	_, workers := b.server.memory("VmRSS")
	b.report.add("idle worker, resident, worst", slices.Max(append(workers, 0)), 60, "MB", "%d workers: %.0f", len(workers), workers)
	return nil
}
