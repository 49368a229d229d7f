package eval

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	extraColumns = 2   // columns that a right answer may have more than wanted
	maxChoices   = 200 // choices of columns that are tried
)

// Matches reports whether some choice of got's columns equals want: at most
// two columns more than wanted, rows in any order unless ordered.
func Matches(got, want [][]any, ordered bool) bool {
	if len(want) == 0 || len(got) != len(want) {
		return len(got) == len(want)
	}
	n, k := len(got[0]), len(want[0])
	if n < k || n > k+extraColumns {
		return false
	}
	g, w := newCells(got), newCells(want)
	options := make([][]int, k) // columns of got that hold the values of each wanted one
	for j := range k {
		for c := range n {
			if rowsEqual(columns(g, c), columns(w, j), ordered) {
				options[j] = append(options[j], c)
			}
		}
		if len(options[j]) == 0 {
			return false
		}
	}
	return choose(options, func(cols []int) bool { return rowsEqual(columns(g, cols...), w, ordered) })
}

// choose tries one option of each place, the last place changing fastest,
// until ok.
func choose(options [][]int, ok func([]int) bool) bool {
	at, picked := make([]int, len(options)), make([]int, len(options))
	for range maxChoices {
		for i, a := range at {
			picked[i] = options[i][a]
		}
		if distinct(picked) && ok(picked) {
			return true
		}
		i := len(at) - 1
		for ; i >= 0; i-- {
			if at[i]++; at[i] < len(options[i]) {
				break
			}
			at[i] = 0
		}
		if i < 0 {
			return false
		}
	}
	return false
}

func distinct(list []int) bool {
	seen := map[int]bool{}
	for _, n := range list {
		if seen[n] {
			return false
		}
		seen[n] = true
	}
	return true
}

// columns gives the chosen columns of each row; a row that is too short has
// empty ones.
func columns(rows [][]cell, chosen ...int) [][]cell {
	out := make([][]cell, len(rows))
	for i, r := range rows {
		for _, c := range chosen {
			if c < len(r) {
				out[i] = append(out[i], r[c])
			} else {
				out[i] = append(out[i], newCell(nil))
			}
		}
	}
	return out
}

func rowsEqual(got, want [][]cell, ordered bool) bool {
	if len(got) != len(want) {
		return false
	}
	if ordered {
		for i := range got {
			if !rowEqual(got[i], want[i]) {
				return false
			}
		}
		return true
	}
	used := make([]bool, len(want))
	for _, g := range got {
		if !take(g, want, used) {
			return false
		}
	}
	return true
}

// take marks the first wanted row that is equal and not used.
func take(g []cell, want [][]cell, used []bool) bool {
	for i, w := range want {
		if !used[i] && rowEqual(g, w) {
			used[i] = true
			return true
		}
	}
	return false
}

func rowEqual(a, b []cell) bool {
	for i := range b {
		if i >= len(a) || !equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// maxSingle is how many columns an answer of one row may have where values
// are wanted: a wide row of guesses is no answer.
const maxSingle = 4

// ValuesMatch reports whether the targets are the set of values of one column.
func ValuesMatch(rows [][]any, targets []string) bool {
	if len(rows) == 0 || len(rows) == 1 && len(rows[0]) > maxSingle {
		return false
	}
	want := make([]item, len(targets))
	for i, t := range targets {
		want[i] = newItem(t)
	}
	for c := range rows[0] {
		if items := itemsOf(rows, c, len(want)); len(items) == len(want) && holdsAll(items, want) {
			return true
		}
	}
	return false
}

// item is a value in the forms in which values of a set are compared.
type item struct {
	cell
	name string // without notes and brackets at its end
}

func newItem(v any) item {
	c := newCell(v)
	return item{c, withoutNotes(c.text)}
}

// itemsOf gives the different values of a column; more than wanted by one are
// enough to know.
func itemsOf(rows [][]any, column, wanted int) (items []item) {
	for _, r := range rows {
		if column >= len(r) {
			return nil
		}
		if v := newItem(r[column]); !contains(items, v) {
			items = append(items, v)
		}
		if len(items) > wanted {
			break
		}
	}
	return items
}

func holdsAll(items, want []item) bool {
	for _, w := range want {
		if !contains(items, w) {
			return false
		}
	}
	return true
}

func contains(items []item, v item) bool {
	for _, i := range items {
		if same(i, v) {
			return true
		}
	}
	return false
}

func same(a, b item) bool {
	if a.isNumber && b.isNumber {
		return closeTo(a.number, b.number, 1e-6, 1e-6)
	}
	return a.name == b.name || a.day != "" && a.day == b.day
}

var (
	notes      = regexp.MustCompile(`(\[[^\]]*\]|[•♦†‡*#+])*$`)
	onlyNotes  = regexp.MustCompile(`^(\[\d+\]|[•♦†‡*#+])(\[[^\]]*\]|[•♦†‡*#+])*$`)
	brackets   = regexp.MustCompile(`( \([^)]*\))*$`)
	wholeQuote = regexp.MustCompile(`^"([^"]*)"$`)
)

// withoutNotes drops notes, remarks in brackets, quotes around the whole, and
// one full stop.
func withoutNotes(s string) string {
	for {
		t := strings.TrimSpace(dropNotes(s))
		t = strings.TrimSpace(brackets.ReplaceAllString(t, ""))
		t = wholeQuote.ReplaceAllString(t, "$1")
		if t == s {
			return strings.TrimSpace(strings.TrimSuffix(t, "."))
		}
		s = t
	}
}

// dropNotes drops [notes] and signs at the end; a text that is one bracket is
// no note, unless it is a number.
func dropNotes(s string) string {
	if onlyNotes.MatchString(s) {
		return ""
	}
	_, first := utf8.DecodeRuneInString(s)
	return s[:first] + notes.ReplaceAllString(s[first:], "")
}
