package explain

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Explanation is what is said about a result: a sentence or two, and notes on
// what the numbers leave out.
type Explanation struct {
	Text  string
	Notes []string
}

// Explain says what a result shows. The findings come from the check beside
// the query and may be missing; then less is said.
func Explain(p *plan.Plan, rows *table.Rows, findings []plan.Finding, cat *catalog.Catalog) Explanation {
	if p == nil || rows == nil {
		return Explanation{}
	}
	t := newTeller(p, rows, findings, cat)
	return Explanation{Text: t.text(), Notes: t.notes()}
}

// Hint is the first value of a result in a few characters: what an alternative
// would give.
func Hint(p *plan.Plan, rows *table.Rows, cat *catalog.Catalog) string {
	if p == nil || rows == nil || len(rows.Values) == 0 || len(rows.Columns) == 0 {
		return ""
	}
	row := rows.Values[0]
	last := len(row) - 1
	if p.Aggregated() && len(p.Group) < len(row) {
		last = len(p.Group)
	}
	value := short(row[last], rows.Columns[last])
	if len(p.Group) > 0 && last > 0 {
		t := newTeller(p, rows, nil, cat)
		if p.TimeKey() != nil && len(p.Group) == 1 {
			return value + " in " + t.keyText(0)
		}
		return "first: " + t.keyText(0) + " with " + value
	}
	return value
}

// short writes large numbers as 2.15 M.
func short(v table.Value, c table.Column) string {
	f, ok := table.Number(v)
	if !ok || c.Unit == plan.UnitRatio {
		return clipped(Format(v, c.Type, c.Unit), 40)
	}
	for _, step := range []struct {
		from float64
		mark string
	}{{1e12, " T"}, {1e9, " B"}, {1e6, " M"}} {
		if f >= step.from || f <= -step.from {
			return withUnit(trimmed(f/step.from, 2), "") + step.mark + after(c.Unit)
		}
	}
	return Format(v, c.Type, c.Unit)
}

func after(unit string) string {
	if unit == "" {
		return ""
	}
	return " " + unit
}

// clipped cuts long text at a whole character.
func clipped(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

func newTeller(p *plan.Plan, rows *table.Rows, findings []plan.Finding, cat *catalog.Catalog) *teller {
	if cat == nil {
		cat = &catalog.Catalog{}
	}
	return &teller{speaker: speakerOf(p, cat), rows: rows, found: findings, columns: plan.ResultColumns(p, cat)}
}

type teller struct {
	*speaker
	rows    *table.Rows
	columns []table.Column
	found   []plan.Finding
}

// number looks up a count.
func (t *teller) number(code string) (int64, bool) {
	for _, f := range t.found {
		if f.Code == code {
			n, ok := table.Number(f.Value)
			return int64(n), ok
		}
	}
	return 0, false
}

// cell writes a value of the result.
func (t *teller) cell(row, column int) string {
	if row >= len(t.rows.Values) || column >= len(t.rows.Values[row]) {
		return ""
	}
	c := table.Column{}
	if column < len(t.rows.Columns) {
		c = t.rows.Columns[column]
	}
	if column < len(t.columns) {
		c.Unit = t.columns[column].Unit
		if c.Type == "" {
			c.Type = t.columns[column].Type
		}
	}
	v := t.rows.Values[row][column]
	if named := t.calendar(v, column); named != "" {
		return named
	}
	if v == nil && column < len(t.p.Group) {
		return "no " + words(t.p.Group[column].As)
	}
	if n, ok := v.(int64); ok && !t.counted(t.shown(column)) {
		return itoa(int(n))
	}
	return clipped(Format(v, c.Type, c.Unit), 80)
}

// shown is the expression of a column of the result.
func (t *teller) shown(column int) *plan.Expr {
	list := append(slices.Clone(t.p.Group), t.p.Measures...)
	if len(list) == 0 {
		list = t.p.Select
	}
	if column < len(list) {
		return list[column].Expr
	}
	return nil
}

// calendar writes group keys made of dates as periods and names of days and
// months.
func (t *teller) calendar(v table.Value, column int) string {
	if column >= len(t.p.Group) || v == nil {
		return ""
	}
	e := t.p.Group[column].Expr
	if s, ok := v.(string); ok && e.Op == plan.OpTrunc && e.Unit != "hour" {
		return unitStart(s, e.Unit)
	}
	if e.Op == plan.OpPart {
		return PartName(e.Unit, v)
	}
	return ""
}

func (t *teller) text() string {
	said := strings.TrimSuffix(Restate(t.p, t.cat), ".")
	switch n := len(t.rows.Values); {
	case n == 0:
		return said + ": no rows." + t.why()
	case !t.p.Aggregated():
		return t.listed(said)
	case n == 1 && len(t.p.Group) == 0:
		return t.single(said)
	case n == 1:
		return said + ": " + t.line(0) + "."
	}
	return said + ". " + t.headline() + t.trended()
}

// listed says how many rows a list has.
func (t *teller) listed(said string) string {
	whole := t.p.Limit != nil && t.p.Limit.N > 0 && t.size() == plural(int64(t.p.Limit.N), "row") // as many as were asked for
	rest, plain := strings.CutPrefix(said, "Rows of ")
	switch {
	case plain && whole:
		return "The first " + strings.TrimPrefix(t.size(), "1 ") + " of " + strings.TrimSuffix(rest, ", "+t.cut()[0]) + "."
	case plain:
		return upperFirst(t.size()) + " of " + rest + "."
	case whole:
		return said + "."
	}
	return said + ": " + t.size() + "."
}

// size says how many rows there are.
func (t *teller) size() string {
	n := int64(len(t.rows.Values))
	if t.rows.Truncated {
		if t.rows.Total < 0 {
			return "more than " + plural(n, "row")
		}
		n = t.rows.Total
	}
	return plural(n, "row")
}

func plural(n int64, word string) string {
	text := thousands(itoa(int(n))) + " " + word
	if n != 1 {
		text += "s"
	}
	return text
}

// single says the numbers of the only row, and over how many rows they are.
func (t *teller) single(said string) string {
	if text := t.correlated(said); text != "" {
		return text
	}
	if _, ok := t.compares(); ok {
		if text := t.compared(0); text != "" {
			return said + ": " + text + "."
		}
	}
	text := said + ": " + t.values(0)
	if len(t.p.Measures) == 1 && !t.counts(t.p.Measures[0].Expr) && t.rows.Values[0][0] != nil {
		if strings.Contains(said, ", ") {
			said += ","
		}
		text = said + " is " + t.cell(0, 0)
	}
	n, known := t.number(plan.FoundMatched)
	switch {
	case known && n == 0:
		return text + ", for no row matches." + t.why()
	case known && !t.onlyCounts():
		return text + ", over " + plural(n, "row") + "."
	}
	return text + "."
}

// counts reports whether a measure is a number of things.
func (t *teller) counts(e *plan.Expr) bool { return e != nil && e.Op == plan.OpCount }

// onlyCounts reports whether the rows were counted by the question itself.
func (t *teller) onlyCounts() bool {
	for _, m := range t.p.Measures {
		if !t.counts(m.Expr) || len(m.Expr.Args) > 0 || m.Expr.Filter != nil {
			return false
		}
	}
	return true
}

// values lists the measures of a row.
func (t *teller) values(row int) string {
	first := len(t.p.Group)
	if len(t.p.Measures) == 1 {
		return t.cell(row, first)
	}
	var parts []string
	for i, m := range t.p.Measures {
		parts = append(parts, words(m.As)+" "+t.cell(row, first+i))
	}
	return enumerated(parts, "and")
}

// line says keys and measures of a row: "North with 1,214.90".
func (t *teller) line(row int) string {
	text := t.keyText(row)
	if len(t.p.Measures) > 0 {
		text += " with " + t.values(row)
	}
	return text
}

// headline points at the largest and the smallest value of the first measure.
func (t *teller) headline() string {
	if len(t.p.Measures) == 0 {
		return upperFirst(t.size()) + "."
	}
	if text := t.moved(); text != "" {
		return text
	}
	at := t.leading()
	column := len(t.p.Group) + at
	high, low, numbers := -1, -1, 0
	var most, least float64
	for i, row := range t.rows.Values {
		if column >= len(row) {
			break
		}
		f, ok := table.Number(row[column])
		if !ok {
			continue
		}
		numbers++
		if high < 0 || f > most {
			high, most = i, f
		}
		if low < 0 || f < least {
			low, least = i, f
		}
	}
	switch {
	case high < 0 || t.rows.Truncated || most == least && numbers < len(t.rows.Values):
		return upperFirst(t.size()) + "."
	case most == least:
		return "All " + t.things() + " have " + t.cell(high, column) + "."
	}
	if t.p.Limit != nil { // what is shown is not all there is
		return "First is " + t.point(0, column) + ", last " + t.point(len(t.rows.Values)-1, column) + "."
	}
	top, bottom := "Highest", "lowest"
	if ofExtremes(t.p.Measures[at].Expr) {
		top, bottom = "Largest of these", "smallest"
	}
	if at > 0 {
		top += " " + words(t.p.Measures[at].As)
	}
	return top + " is " + t.point(high, column) + ", " + bottom + " " + t.point(low, column) + "."
}

// leading is the measure that the answer is sorted by, else the first.
func (t *teller) leading() int {
	for _, o := range t.p.Order {
		for i, m := range t.p.Measures {
			if o.By.Op == plan.OpRef && o.By.Name == m.As {
				return i
			}
		}
	}
	return 0
}

// ofExtremes reports whether a measure is itself a highest or lowest value, so
// that the highest of them has to be called something else.
func ofExtremes(e *plan.Expr) bool { return e.Op == plan.OpMin || e.Op == plan.OpMax }

// things are what the rows are: "4 categories", "8 rows".
func (t *teller) things() string {
	n := int64(len(t.rows.Values))
	if len(t.p.Group) != 1 || n == 1 {
		return plural(n, "row")
	}
	return thousands(itoa(int(n))) + " " + plan.Plural(words(t.p.Group[0].As))
}

// point says keys and a value: "North with 12", "cylinders 8 with 4,114".
func (t *teller) point(row, column int) string {
	return t.keyText(row) + " with " + t.cell(row, column)
}

// keyText says the keys of a row; a bare number would not be understood.
func (t *teller) keyText(row int) string {
	var keys []string
	for i, g := range t.p.Group {
		text := t.cell(row, i)
		if _, number := table.Number(t.rows.Values[row][i]); number && t.calendar(t.rows.Values[row][i], i) == "" {
			text = words(g.As) + " " + text
		}
		keys = append(keys, text)
	}
	return strings.Join(keys, ", ")
}
