package plan

import (
	"slices"
	"strings"
)

// Near picks up to five names that look like a name, best first; all names in
// their order where none does.
func Near(name string, among []string) []string {
	type scored struct {
		name string
		off  int
	}
	var list []scored
	for _, n := range among {
		if off := distance(strings.ToLower(name), strings.ToLower(n)); off <= max(len(name), len(n))/2 {
			list = append(list, scored{n, off})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return a.off - b.off })
	out := make([]string, 0, 5)
	for _, s := range list {
		out = append(out, s.name)
	}
	if len(out) == 0 {
		out = among
	}
	return out[:min(len(out), 5)]
}

// distance counts the letters to change, add or drop between two words; a
// word inside the other one is near. Only the first letters of long names count.
func distance(a, b string) int {
	if a != "" && b != "" && (strings.Contains(a, b) || strings.Contains(b, a)) {
		return 1
	}
	x, y := []rune(a), []rune(b)
	x, y = x[:min(len(x), 60)], y[:min(len(y), 60)]
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(y)]
}
