package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// report is the table of figures, in the order of measuring.
type report struct{ rows []figure }

// figure is one row: what was measured, its unit, and the most it may be.
type figure struct {
	name     string
	measured float64
	limit    float64 // 0: it has none
	unit     string
	note     string
}

// add keeps a figure that has a limit.
func (r *report) add(name string, measured, limit float64, unit, note string, args ...any) {
	r.rows = append(r.rows, figure{name, measured, limit, unit, fmt.Sprintf(note, args...)})
}

// over counts the figures above their limits.
func (r *report) over() int {
	n := 0
	for _, f := range r.rows {
		if !f.ok() {
			n++
		}
	}
	return n
}

func (f figure) ok() bool { return f.limit == 0 || f.measured <= f.limit }

// print writes the table.
func (r *report) print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "what\tlimit\tmeasured\t\t")
	for _, f := range r.rows {
		limit, verdict := "", ""
		if f.limit > 0 {
			limit, verdict = fmt.Sprintf("%.4g %s", f.limit, f.unit), "ok"
		}
		if !f.ok() {
			verdict = "OVER"
		}
		fmt.Fprintf(t, "%s\t%s\t%.4g %s\t%s\t%s\n", f.name, limit, f.measured, f.unit, verdict, f.note)
	}
	t.Flush()
	fmt.Fprintf(w, "%d of %d figures are over their limits.\n", r.over(), len(r.rows))
}

// median is the middle of the durations.
func median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}

// both are the middle and the best of the durations.
func both(d []time.Duration) string {
	return fmt.Sprintf("%.1f ms (best %.1f)", ms(median(d)), ms(slices.Min(d)))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
