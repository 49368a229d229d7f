package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// field is a column of the result as a chart sees it.
type field struct {
	at       int    // its column; measureColumn for the names of unpivoted measures
	name     string // in the data
	title    string
	kind     string // quantitative, temporal, ordinal, nominal
	timeUnit string
	part     string // of a date, where the key is one
	format   string
}

// measureColumn marks the field that holds which measure a value is of.
const measureColumn = -1

// chart is a result on its way into a specification.
type chart struct {
	plan   *plan.Plan
	cat    *catalog.Catalog
	keys   []field
	values []field
	rows   [][]table.Value
	kept   string // what was left out, for the subtitle
	text   string // the title

	stacked int // panels that it is drawn in
	widest  int // measures that are in one of them
}

func chartOf(p *plan.Plan, rows *table.Rows, cat *catalog.Catalog) *chart {
	c := &chart{plan: p, rows: rows.Values, cat: cat}
	types := plan.ResultColumns(p, cat)
	for i, col := range rows.Columns {
		if i < len(types) && col.Unit == "" {
			col.Unit = types[i].Unit
		}
		f := field{at: i, name: c.unused(safe(col.Name, i)), title: readable(col)}
		key := i < len(p.Group)
		if !p.Aggregated() {
			key = !col.Type.Numeric()
		}
		if key {
			c.keys = append(c.keys, f.asKey(col, c.keyExpr(i)))
		} else if col.Type.Numeric() {
			f.kind, f.format = "quantitative", format(col)
			c.values = append(c.values, f)
		}
	}
	c.text = c.title()
	return c
}

// unused makes a name for the data that no column has yet.
func (c *chart) unused(name string) string {
	taken := func(f field) bool { return f.name == name }
	for slices.ContainsFunc(c.keys, taken) || slices.ContainsFunc(c.values, taken) {
		name += "_"
	}
	return name
}

func (c *chart) keyExpr(i int) *plan.Expr {
	if i < len(c.plan.Group) {
		return c.plan.Group[i].Expr
	}
	return nil
}

// safe gives the name of a column in the data: its own, unless Vega-Lite could
// read something into it.
func safe(name string, i int) string {
	plain := utf8.ValidString(name) && name != "" && !strings.HasPrefix(name, "__")
	for _, r := range name {
		plain = plain && (r == '_' || r == ' ' || unicode.IsLetter(r) || unicode.IsDigit(r))
	}
	if plain {
		return name
	}
	return fmt.Sprintf("column_%d", i+1)
}

func readable(c table.Column) string {
	name := plan.Words(strings.ToValidUTF8(c.Name, "�"))
	if c.Unit != "" && c.Unit != plan.UnitRatio {
		return name + " (" + c.Unit + ")"
	}
	return name
}

func format(c table.Column) string {
	switch {
	case c.Unit == plan.UnitRatio:
		return ".1~%"
	case c.Type == table.Integer:
		return ",.0f"
	}
	return anyNumber
}

// anyNumber keeps two digits after the point where there are any.
const anyNumber = ",.2~f"

func (f field) asKey(c table.Column, e *plan.Expr) field {
	switch {
	case c.Type.Temporal():
		f.kind, f.timeUnit = "temporal", "utcyearmonthdate"
		if c.Type == table.Datetime {
			f.timeUnit = ""
		}
		if e != nil && e.Op == plan.OpTrunc {
			f.timeUnit = temporalUnits[e.Unit]
		}
	case e != nil && e.Op == plan.OpPart:
		f.kind, f.part = "ordinal", e.Unit
	case c.Type.Numeric():
		f.kind = "ordinal"
		if e == nil {
			f.kind = "quantitative"
		}
	default:
		f.kind = "nominal"
	}
	return f
}

func (f *field) channel() *channel {
	c := &channel{Field: f.name, Type: f.kind, Title: f.title, TimeUnit: f.timeUnit}
	if f.format != "" {
		c.Axis = &axis{Format: f.format}
	}
	return c
}

// begin makes a specification with the data, at most limit rows of it.
func (c *chart) begin(kind string, limit int) *spec {
	if len(c.rows) > limit {
		c.note("the first %d of %d rows", limit, len(c.rows))
		c.rows = c.rows[:limit]
	}
	s := &spec{Schema: schema, Mark: mark{Type: kind, Tooltip: true}, Title: &title{Text: c.text, Subtitle: c.kept}}
	fields := append(append([]field{}, c.keys...), c.values...)
	for _, f := range fields {
		s.Encoding.Tooltip = append(s.Encoding.Tooltip, channel{Field: f.name, Type: f.kind, Title: f.title, TimeUnit: f.timeUnit, Format: f.format})
	}
	s.Data.Values = make([]record, 0, len(c.rows))
	for _, row := range c.rows {
		s.Data.Values = append(s.Data.Values, c.record(fields, row))
	}
	return s
}

func (c *chart) note(text string, args ...any) {
	if c.kept != "" {
		c.kept += "; "
	}
	c.kept += fmt.Sprintf(text, args...)
}

// titles names the amounts.
func (c *chart) titles() string {
	text := ""
	for i, v := range c.values {
		if i > 0 {
			text += [2]string{", ", " and "}[i/(len(c.values)-1)]
		}
		text += v.title
	}
	return text
}

func (c *chart) title() string {
	text := c.titles()
	for i, k := range c.keys {
		text += [2]string{" by ", " and "}[min(i, 1)] + k.title
	}
	r := []rune(text)
	if len(r) == 0 {
		return ""
	}
	if len(r) > 120 {
		r = append(r[:119], '…')
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// record writes a row; an unpivoted one has the name of its measure last.
func (c *chart) record(fields []field, row []table.Value) record {
	r := record{}
	for _, f := range fields {
		at := f.at
		if at == measureColumn {
			at = len(row) - 1
		}
		r.fields = append(r.fields, f.name)
		r.values = append(r.values, f.value(row[at]))
	}
	return r
}

var (
	dayNames   = []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
	monthNames = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
)

// value writes a cell as the chart needs it: numbers as numbers, moments in
// UTC and with the "T" that every browser reads, parts of dates by name.
func (f *field) value(v table.Value) any {
	switch f.kind {
	case "quantitative":
		n, ok := table.Number(v)
		if !ok || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil
		}
		return n
	case "temporal":
		return moment(v)
	}
	return f.label(v)
}

// dayLength is how long a day is written: 2024-01-31.
const dayLength = 10

func moment(v table.Value) any {
	s, ok := v.(string)
	if !ok || len(s) <= dayLength {
		return v
	}
	s = strings.Replace(s, " ", "T", 1)
	if !strings.ContainsAny(s[dayLength:], "Z+-") {
		s += "Z"
	}
	return s
}

func (f *field) label(v table.Value) any {
	names := map[string][]string{"dow": dayNames, "month": monthNames}[f.part]
	switch v := v.(type) {
	case nil:
		return "none"
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v]
	case int64:
		if int(v) >= 1 && int(v) <= len(names) {
			return names[v-1]
		}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "none"
		}
	case string:
		return strings.ToValidUTF8(v, "�")
	}
	return v
}

func (c *chart) distinct(f *field) int {
	seen := map[any]bool{}
	for _, row := range c.rows {
		seen[c.cell(f, row)] = true
	}
	return len(seen)
}

func (c *chart) cell(f *field, row []table.Value) any {
	if f.at == measureColumn {
		return row[len(row)-1]
	}
	return row[f.at]
}

func (c *chart) longest(f *field) int {
	n := 0
	for _, row := range c.rows {
		n = max(n, utf8.RuneCountInString(fmt.Sprint(f.label(c.cell(f, row)))))
	}
	return n
}

// unpivot makes a row of every measure, with its name as a second key.
func (c *chart) unpivot() {
	var rows [][]table.Value
	for _, row := range c.rows {
		for _, v := range c.values {
			long := make([]table.Value, len(row)+1)
			copy(long, row)
			long[c.values[0].at] = row[v.at]
			long[len(row)] = v.title
			rows = append(rows, long)
		}
	}
	c.rows = rows
	value := c.values[0]
	for _, v := range c.values[1:] {
		if v.format != value.format {
			value.format = anyNumber
		}
	}
	c.values = nil
	value.name, value.title = c.unused("value"), "value"+unitOf(value.title)
	c.values = []field{value}
	c.keys = append(c.keys, field{at: measureColumn, name: c.unused("measure"), title: "measure", kind: "nominal"})
}

// keepSeries keeps the largest series where there are too many to tell apart.
func (c *chart) keepSeries(f *field) {
	if n := c.distinct(f); n > maxSeries {
		c.keep(f, maxSeries)
		c.note("the %d largest of %d: %s", maxSeries, n, f.title)
	}
}

// keepKeys keeps the first bars where there are too many.
func (c *chart) keepKeys(f *field, limit int) {
	seen := map[any]bool{}
	n := c.distinct(f)
	if n <= limit {
		return
	}
	var rows [][]table.Value
	for _, row := range c.rows {
		v := c.cell(f, row)
		if seen[v] || len(seen) < limit {
			seen[v] = true
			rows = append(rows, row)
		}
	}
	c.rows = rows
	c.note("the first %d of %d: %s", limit, n, f.title)
}

// keepLast keeps the end of a series that is too long.
func (c *chart) keepLast(limit int) {
	if n := len(c.rows); n > limit {
		c.rows = c.rows[n-limit:]
		c.note("the last %d of %d rows", limit, n)
	}
}

func (c *chart) keep(f *field, limit int) {
	sums := map[any]float64{}
	var order []any
	for _, row := range c.rows {
		v := c.cell(f, row)
		if _, seen := sums[v]; !seen {
			order = append(order, v)
		}
		n, _ := table.Number(row[c.values[0].at])
		sums[v] += math.Abs(n)
	}
	sort.SliceStable(order, func(i, j int) bool { return sums[order[i]] > sums[order[j]] })
	largest := map[any]bool{}
	for _, v := range order[:limit] {
		largest[v] = true
	}
	var rows [][]table.Value
	for _, row := range c.rows {
		if largest[c.cell(f, row)] {
			rows = append(rows, row)
		}
	}
	c.rows = rows
}

// additive reports whether parts of a bar add up to the bar.
func (c *chart) additive() bool {
	e := c.measured(&c.values[0])
	if e == nil {
		return c.amounts(&c.values[0])
	}
	return e.Op == plan.OpSum || e.Op == plan.OpCount && !e.Distinct || e.Op == plan.OpShare
}

// amounts reports whether a value is a column of the rows that holds amounts,
// which may be added up.
func (c *chart) amounts(v *field) bool {
	if c.plan.Aggregated() || v.at >= len(c.plan.Select) {
		return false
	}
	e := c.plan.Select[v.at].Expr
	if e.Op != plan.OpCol {
		return false
	}
	t := c.cat.Table(cmp.Or(e.Col.Table, c.plan.From.Table))
	if t == nil {
		return false
	}
	return slices.ContainsFunc(t.Columns, func(col catalog.Column) bool { return col.Name == e.Col.Name && col.Role == catalog.Measure })
}

// measured is what a value is computed with; nil where it is none of the
// plan's measures.
func (c *chart) measured(v *field) *plan.Expr {
	if m := c.measureOf(v); m != nil {
		return m.Expr
	}
	return nil
}

// measureOf is the measure of the plan that a value is of; nil where it is of
// none.
func (c *chart) measureOf(v *field) *plan.Named {
	if i := v.at - len(c.plan.Group); c.plan.Aggregated() && i >= 0 && i < len(c.plan.Measures) {
		return &c.plan.Measures[i]
	}
	return nil
}
