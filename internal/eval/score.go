package eval

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// scoreHeader names the columns of a score: "high" is how many of those
// before it had high confidence.
const scoreHeader = "set                          asked right  high wrong  high clarified refused failed charts right"

func (c Counts) line(name string) string {
	return fmt.Sprintf("%-28s %5d %5d %5d %5d %5d %9d %7d %6d %6d %5d", name,
		c.Asked, c.Right, c.RightHigh, c.Wrong, c.WrongHigh, c.Clarified, c.Refused, c.Failed, c.Charts, c.ChartRight)
}

// WriteScore writes the counts of sets and their categories, without what
// differs from run to run. about says what was asked.
func WriteScore(w io.Writer, about string, results []Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n%s\n", about, scoreHeader)
	for _, r := range results {
		fmt.Fprintln(&b, r.line(r.Name))
		for _, c := range r.parts() {
			fmt.Fprintln(&b, c.line("  "+strings.ReplaceAll(c.Name, " ", "-")))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// parts are the categories where there are several.
func (r Result) parts() []Category {
	if len(r.Categories) < 2 {
		return nil
	}
	return r.Categories
}

// ReadScore gives the counts of the sets of a score by name; categories are
// for people.
func ReadScore(r io.Reader) (map[string]Counts, error) {
	out := map[string]Counts{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || line == scoreHeader || strings.HasPrefix(line, "#") || strings.HasPrefix(line, " ") {
			continue
		}
		var name string
		var c Counts
		if _, err := fmt.Sscan(line, &name, &c.Asked, &c.Right, &c.RightHigh, &c.Wrong, &c.WrongHigh, &c.Clarified, &c.Refused, &c.Failed, &c.Charts, &c.ChartRight); err != nil {
			return nil, fmt.Errorf("%q is no line of a score: %w", line, err)
		}
		out[name] = c
	}
	return out, lines.Err()
}

// Worse says in which sets fewer questions are right than were kept, or more
// are wrong with high confidence; empty when none. A set that is not kept, or
// of which other questions were asked, cannot be compared, and is named, too.
func Worse(kept map[string]Counts, results []Result) (list []string) {
	for _, r := range results {
		k, ok := kept[r.Name]
		switch {
		case !ok:
			list = append(list, fmt.Sprintf("%s: the kept score has no such set", r.Name))
		case k.Asked != r.Asked:
			list = append(list, fmt.Sprintf("%s: %d questions were asked, in the kept score %d", r.Name, r.Asked, k.Asked))
		case r.Right < k.Right || r.WrongHigh > k.WrongHigh:
			list = append(list, fmt.Sprintf("%s: right %d, was %d; wrong with high confidence %d, was %d", r.Name, r.Right, k.Right, r.WrongHigh, k.WrongHigh))
		}
	}
	return list
}

// WriteReport writes what a person wants to know: shares, and times.
func WriteReport(w io.Writer, results []Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%-28s %6s %7s %7s %7s %9s %7s %6s %7s %8s %8s\n", "set", "asked", "right", "wrong", "high", "clarified", "refused", "failed", "chart", "p50 ms", "p95 ms")
	for _, r := range results {
		fmt.Fprintf(&b, "%s %8.1f %8.1f\n", r.shares(r.Name), r.P50, r.P95)
		for _, c := range r.parts() {
			fmt.Fprintln(&b, c.shares("  "+c.Name))
		}
	}
	writeModels(&b, results)
	_, err := io.WriteString(w, b.String())
	return err
}

func (c Counts) shares(name string) string {
	share := func(n, of int) string {
		if of == 0 {
			return "-"
		}
		return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(of))
	}
	return fmt.Sprintf("%-28s %6d %7s %7s %7s %9s %7s %6d %7s", name, c.Asked, share(c.Right, c.Asked), share(c.Wrong, c.Asked), share(c.WrongHigh, c.Asked),
		share(c.Clarified, c.Asked), share(c.Refused, c.Asked), c.Failed, share(c.ChartRight, c.Charts))
}
