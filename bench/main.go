package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"time"
)

// options are the flags of the command.
type options struct {
	server   string
	baseline string
	question string
	sql      string
	rounds   int
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == "bare" {
		exit(bare(os.Args[2:]))
	}
	var o options
	flag.StringVar(&o.server, "server", "bin/tabletalk", "the binary to measure")
	flag.StringVar(&o.baseline, "baseline", "", "base URL of another server that takes its turns")
	flag.StringVar(&o.question, "question", "average revenue by region", "what to ask of the first file")
	flag.StringVar(&o.sql, "sql", `SELECT region, avg(revenue) FROM t GROUP BY 1 ORDER BY 2 DESC`, "the same in SQL over a table t")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds; medians are printed")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: bench [flags] FILE.csv ...")
		os.Exit(2)
	}
	exit(measure(o, flag.Args()))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// measure runs all measurements against one server.
func measure(o options, files []string) error {
	s, err := start(o.server)
	if err != nil {
		return err
	}
	defer s.stop()
	fmt.Printf("ready after            %8s\n", s.ready.Round(time.Millisecond))
	s.printMemory("idle")
	for _, file := range files {
		if err := ingest(o, s, file); err != nil {
			return err
		}
	}
	return ask(o, s, files[0])
}

// median is the middle of the durations.
func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}

// row prints one measurement with its ratio to a reference.
func row(name string, took, reference time.Duration) {
	fmt.Printf("%-22s %8.1f ms", name, ms(took))
	if reference > 0 {
		fmt.Printf("   %5.2f × bare", float64(took)/float64(reference))
	}
	fmt.Println()
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
