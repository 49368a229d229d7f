package agent

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"tabletalk/internal/explain"
	"tabletalk/internal/table"
)

// ref is a reference that was found: [[r2:region=West.revenue]].
type ref struct {
	result *result
	row    int // -1 for the number of rows
	column int
}

var refForm = regexp.MustCompile(`\[\[r(\d{1,3}):([^\[\]]{1,300})\]\]`)

// resolve puts the cells in the place of references. It gives the cells, and
// what is wrong with those that name none.
func (a *run) resolve(text string) (out string, refs []ref, wrong []string) {
	out = refForm.ReplaceAllStringFunc(text, func(found string) string {
		m := refForm.FindStringSubmatch(found)
		n, _ := strconv.Atoi(m[1]) // digits
		if n < 1 || n > len(a.results) {
			wrong = append(wrong, fmt.Sprintf("%s: there is no result r%s", found, m[1]))
			return found
		}
		r, err := a.results[n-1].cell(strings.TrimSpace(a.mask.show(m[2])))
		if err != "" {
			wrong = append(wrong, found+": "+err)
			return found
		}
		refs = append(refs, r)
		return r.text()
	})
	if strings.Contains(refForm.ReplaceAllString(text, ""), "[[") {
		wrong = append(wrong, "a reference looks like [[r1:row1.column]]")
	}
	return out, refs, wrong
}

// text is a cell as people read it.
func (r ref) text() string {
	if r.row < 0 {
		return explain.Format(int64(len(r.result.rows.Values)), table.Integer, "")
	}
	c := r.result.rows.Columns[r.column]
	return clean(explain.Format(r.result.rows.Values[r.row][r.column], c.Type, c.Unit))
}

var rowForm = regexp.MustCompile(`^row ?(\d{1,6})\.(.+)$`)

// cell finds what a reference names inside a result: n, row2.revenue,
// region=West.revenue, or revenue where there is one row.
func (r *result) cell(path string) (ref, string) {
	if path == "n" && r.rows.Column("n") < 0 {
		if r.rows.Truncated {
			return ref{}, "the result is cut, so its number of rows is not known"
		}
		return ref{result: r, row: -1}, ""
	}
	if m := rowForm.FindStringSubmatch(path); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits
		return r.at(n-1, m[2])
	}
	if r.rows.Column(unquote(path)) >= 0 {
		if len(r.rows.Values) != 1 {
			return ref{}, fmt.Sprintf("the result has %d rows: say which", len(r.rows.Values))
		}
		return r.at(0, path)
	}
	return r.keyed(path)
}

func (r *result) at(row int, column string) (ref, string) {
	c := r.rows.Column(unquote(column))
	if c < 0 {
		return ref{}, "there is no column " + quoted(short(column))
	}
	if row < 0 || row >= len(r.rows.Values) {
		return ref{}, fmt.Sprintf("the result has %d rows", len(r.rows.Values))
	}
	return ref{result: r, row: row, column: c}, ""
}

// keyed finds the row in which a column has a value: region=West.revenue.
// Names and values may hold dots, so every split is tried.
func (r *result) keyed(path string) (ref, string) {
	key, rest, ok := strings.Cut(path, "=")
	k := r.rows.Column(unquote(strings.TrimSpace(key)))
	if !ok || k < 0 {
		return ref{}, "it names no cell; use row1.column or key=value.column"
	}
	for i, c := range rest {
		if c != '.' || r.rows.Column(unquote(rest[i+1:])) < 0 {
			continue
		}
		value := unquote(strings.TrimSpace(rest[:i]))
		for n, row := range r.rows.Values {
			if fmt.Sprint(row[k]) == value || r.plain(n, k) == value {
				return r.at(n, rest[i+1:])
			}
		}
	}
	return ref{}, "no row has that value, or there is no such column"
}

func (r *result) plain(row, column int) string {
	return ref{result: r, row: row, column: column}.text()
}

// unquote takes the quotes off a name that came in them.
func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 1 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// answering is the result that a text is about: the one that it refers to
// most; the newest where it refers to none.
func (a *run) answering(text string) *result {
	counts := make([]int, len(a.results))
	best := len(a.results) - 1
	for _, m := range refForm.FindAllStringSubmatch(text, -1) {
		if n, _ := strconv.Atoi(m[1]); n >= 1 && n <= len(counts) {
			counts[n-1]++
		}
	}
	for i, n := range counts {
		if n > counts[best] {
			best = i
		}
	}
	return &a.results[best]
}
