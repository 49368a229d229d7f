package main

import (
	"fmt"
	"slices"
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

// add keeps a figure and prints its row: a run takes minutes.
func (r *report) add(name string, measured, limit float64, unit, note string, args ...any) {
	f := figure{name, measured, limit, unit, fmt.Sprintf(note, args...)}
	if len(r.rows) == 0 {
		fmt.Printf(layout, "what", "limit", "measured", "", "")
	}
	r.rows = append(r.rows, f)
	most, verdict := "", ""
	if f.limit > 0 {
		most, verdict = fmt.Sprintf("%.4g %s", f.limit, f.unit), "ok"
	}
	if !f.ok() {
		verdict = "OVER"
	}
	fmt.Printf(layout, f.name, most, fmt.Sprintf("%.4g %s", f.measured, f.unit), verdict, f.note)
}

const layout = "%-82s %-12s %-14s %-5s %s\n"

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

// conclude prints how many figures are over.
func (r *report) conclude() {
	fmt.Printf("%d of %d figures are over their limits.\n", r.over(), len(r.rows))
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
