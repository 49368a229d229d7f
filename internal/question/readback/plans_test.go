package readback

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// drawer draws plans as people ask for them, each of one shape. They look as
// the engine makes them: named by its rules, in its orders, with gaps of
// series filled where an empty period is a zero.
type drawer struct {
	*rapid.T
	cat   *catalog.Catalog
	table *catalog.Table
	p     *plan.Plan
}

// shapes are what plans are drawn of.
var shapes = []string{"number", "numbers", "groups", "two keys", "top", "top within", "series", "series by key", "part of date", "list", "distinct", "sorted rows", "having",
	"share", "share within", "running", "moving", "change", "periods", "periods by key", "sides", "histogram", "correlation", "average of totals",
	"place", "top percent", "top period", "trend", "year over year", "joined groups", "joined top", "joined condition", "with rows", "without rows"}

func drawPlan(t *rapid.T, c *catalog.Catalog, shape string) *plan.Plan {
	d := &drawer{T: t, cat: c, table: &c.Tables[rapid.IntRange(0, len(c.Tables)-1).Draw(t, "table")]}
	d.p = &plan.Plan{V: 1, Kind: plan.Table, From: plan.From{Table: d.table.Name}}
	if d.shape(shape) == nil {
		return nil
	}
	return d.p
}

func pick[T any](d *drawer, what string, list ...T) T { return rapid.SampledFrom(list).Draw(d.T, what) }

func (d *drawer) chance(percent int, what string) bool {
	return rapid.IntRange(0, 99).Draw(d.T, what) < percent
}

// which are the columns of the table that a test accepts, drawn in some order.
func (d *drawer) which(test func(*catalog.Column) bool) []*catalog.Column {
	var list []*catalog.Column
	for i := range d.table.Columns {
		if c := &d.table.Columns[i]; test(c) {
			list = append(list, c)
		}
	}
	return rapid.Permutation(list).Draw(d.T, "columns")
}

func amount(c *catalog.Column) bool {
	return c.Type.Numeric() && (c.Role == catalog.Measure || c.Role == catalog.Rate || c.Role == catalog.Price)
}

func kind(c *catalog.Column) bool {
	return c.Type == table.String && (c.Role == catalog.Dimension || c.Role == catalog.Geo)
}

// group reports whether a column is what one parts answers by: several rows
// have a value in common.
func group(c *catalog.Column) bool { return kind(c) && c.Stats.Distinct <= 400 }

func flag(c *catalog.Column) bool { return c.Type == table.Boolean }

func date(c *catalog.Column) bool { return c.Type.Temporal() }

func (d *drawer) summary(c *catalog.Column) plan.Op {
	ops := []plan.Op{plan.OpAvg, plan.OpMedian, plan.OpMin, plan.OpMax}
	if c.Role == catalog.Measure {
		ops = append(ops, plan.OpSum, plan.OpSum)
	}
	return pick(d, "aggregate", ops...)
}

func named(e *plan.Expr, unit string) plan.Named {
	return plan.Named{As: plan.NameFor(e), Expr: e, Unit: unit}
}

// measures draws n different measures.
func (d *drawer) measures(n int) bool {
	amounts, kinds := d.which(amount), d.which(group)
	for i := range n {
		switch {
		case i == 0 && d.chance(15, "count rows"):
			d.add(plan.Make(plan.OpCount))
		case i == 0 && len(kinds) > 1 && d.chance(15, "count different"):
			d.add(plan.CountDistinct(plan.Column(kinds[len(kinds)-1].Name)))
		case i < len(amounts):
			d.add(plan.Make(d.summary(amounts[i]), plan.Column(amounts[i].Name)))
		default:
			return false
		}
	}
	return true
}

func (d *drawer) add(e *plan.Expr) { d.p.Measures = append(d.p.Measures, named(e, "")) }

// total draws one measure that can be added up.
func (d *drawer) total() *plan.Expr {
	list := d.which(func(c *catalog.Column) bool { return amount(c) && c.Role == catalog.Measure })
	if len(list) == 0 || d.chance(20, "rows") {
		return plan.Make(plan.OpCount)
	}
	return plan.Make(plan.OpSum, plan.Column(list[0].Name))
}

// keys draws n keys; none of them is counted or restricted elsewhere.
func (d *drawer) keys(n int) bool {
	kinds := d.which(group)
	if len(kinds) < n {
		return false
	}
	for _, c := range kinds[:n] {
		if slices.ContainsFunc(d.p.Measures, func(m plan.Named) bool { return m.Expr.Distinct && m.Expr.Args[0].Col.Name == c.Name }) {
			return false
		}
		d.p.Group = append(d.p.Group, named(plan.Column(c.Name), ""))
	}
	return true
}

func (d *drawer) mainDate() *catalog.Column {
	for i := range d.table.Columns {
		if c := &d.table.Columns[i]; date(c) {
			return c
		}
	}
	return nil
}

func (d *drawer) period(grains ...string) bool {
	c := d.mainDate()
	if c == nil {
		return false
	}
	e := plan.Trunc(pick(d, "grain", grains...), plan.Column(c.Name))
	d.p.Kind, d.p.Group = plan.Series, append([]plan.Named{named(e, "")}, d.p.Group...)
	return true
}

// parts are the parts that a date has: without a time it has no hour.
func (d *drawer) parts(c *catalog.Column) []string {
	parts := []string{"dow", "month", "weekend"}
	if c.Type == table.Datetime {
		parts = append(parts, "hour")
	}
	return parts
}

func (d *drawer) dateName() string {
	if c := d.mainDate(); c != nil {
		return c.Name
	}
	return ""
}

func (d *drawer) ordered(name string, desc bool) {
	d.p.Order = append(d.p.Order, plan.Order{By: plan.Ref(name), Desc: desc})
}

// byMeasure orders by the first measure.
func (d *drawer) byMeasure(desc bool) { d.ordered(d.p.Measures[0].As, desc) }

func (d *drawer) byTime() {
	for _, g := range d.p.Group {
		d.ordered(g.As, false)
	}
	d.p.Fill = len(d.p.Group) == 1
	for _, m := range d.p.Measures {
		d.p.Fill = d.p.Fill && (m.Expr.Op == plan.OpSum || m.Expr.Op == plan.OpCount)
	}
}

// shape draws the plan's shape and conditions; nil where the table has no
// columns for it.
func (d *drawer) shape(shape string) *plan.Plan {
	ok := false
	switch shape {
	case "number", "numbers":
		d.p.Kind = plan.Scalar
		ok = d.measures(1 + len(shape) - len("number"))
	case "groups", "two keys":
		ok = d.measures(pick(d, "measures", 1, 1, 2)) && d.keys(map[string]int{"groups": 1, "two keys": 2}[shape])
		if ok {
			d.byMeasure(d.chance(80, "highest first"))
		}
	case "top":
		ok = d.measures(1) && d.keys(1)
		if ok {
			d.byMeasure(d.chance(70, "top"))
			d.p.Limit = &plan.Limit{N: rapid.IntRange(1, 20).Draw(d.T, "n")}
		}
	case "top within":
		ok = d.measures(1) && d.keys(2)
		if ok {
			d.byMeasure(true)
			d.p.Limit = &plan.Limit{N: rapid.IntRange(1, 5).Draw(d.T, "n"), Per: []string{d.p.Group[0].As}}
		}
	case "series", "series by key":
		ok = d.measures(1) && (shape == "series" || d.keys(1)) && d.period("day", "week", "month", "quarter", "year")
		if ok {
			d.byTime()
		}
	case "part of date":
		c := d.mainDate()
		if ok = c != nil && d.measures(1); ok {
			d.p.Group = []plan.Named{named(plan.Part(pick(d, "part", d.parts(c)...), plan.Column(c.Name)), "")}
			d.ordered(d.p.Group[0].As, false)
		}
	case "list", "distinct", "sorted rows":
		ok = d.rows(shape)
	case "having":
		if ok = d.measures(1) && d.keys(1); ok {
			d.byMeasure(true)
			op := pick(d, "having", plan.OpGt, plan.OpGe, plan.OpLt, plan.OpLe)
			d.p.Having = plan.Make(op, d.p.Measures[0].Expr, plan.Int(pick(d, "bound", int64(5), 20, 100, 5000)))
		}
	case "place", "top percent":
		ok = d.placed(shape)
	case "top period", "trend", "year over year":
		ok = d.inSeries(shape)
	case "joined groups", "joined top", "joined condition", "with rows", "without rows":
		if !d.related(shape) {
			return nil
		}
		return d.p
	default:
		ok = d.analysis(shape)
	}
	if !ok {
		return nil
	}
	if d.p.From.Sub == nil {
		d.conditions()
	}
	return d.p
}

// rows draws a list.
func (d *drawer) rows(shape string) bool {
	d.p.Kind = plan.Rows
	kinds, amounts := d.which(kind), d.which(amount)
	if len(kinds) < 2 || len(amounts) == 0 {
		return false
	}
	shown := kinds[:1]
	if shape != "distinct" {
		shown = append(slices.Clone(kinds[:pick(d, "shown", 1, 2)]), amounts[0])
	}
	for _, c := range shown {
		d.p.Select = append(d.p.Select, named(plan.Column(c.Name), c.Unit))
	}
	d.p.Distinct = shape == "distinct"
	if shape == "sorted rows" {
		d.ordered(amounts[0].Name, d.chance(50, "desc"))
		if d.chance(60, "limit") {
			d.p.Limit = &plan.Limit{N: rapid.IntRange(2, 30).Draw(d.T, "n")}
		}
	}
	return true
}

// conditions draws up to two conditions and a period, on columns that the
// plan does not use otherwise.
func (d *drawer) conditions() {
	used := d.p.Columns()
	free := func(c *catalog.Column) bool { return !slices.Contains(used, plan.Col{Name: c.Name}) }
	list := d.filledKeys()
	for _, c := range d.which(free) {
		if len(list) >= 2 || !d.chance(25, "condition") {
			continue
		}
		if e := d.condition(c); e != nil {
			list = append(list, e)
		}
	}
	compared := slices.Contains(used, plan.Col{Name: d.dateName()}) && d.p.Kind == plan.Compare
	if c := d.mainDate(); c != nil && !compared && d.chance(40, "period") {
		list = append(list, plan.Make(plan.OpWithin, append([]*plan.Expr{plan.Column(c.Name)}, d.span()...)...))
	}
	d.p.Where = plan.And(list...)
}

// filledKeys are the conditions that keys which are ranked are there: nothing
// is no place among the first.
func (d *drawer) filledKeys() []*plan.Expr {
	var list []*plan.Expr
	for _, g := range d.p.Group {
		if d.p.Limit != nil && g.Expr.Op == plan.OpCol && d.table.Column(g.Expr.Col.Name).Stats.Nulls > 0 {
			list = append(list, plan.Make(plan.OpNotNull, plan.Column(g.Expr.Col.Name)))
		}
	}
	return list
}

func (d *drawer) condition(c *catalog.Column) *plan.Expr {
	col := plan.Column(c.Name)
	switch {
	case flag(c):
		return pick(d, "flag", plan.Make(plan.OpEq, col, plan.Literal(table.Boolean, true)), plan.Make(plan.OpEq, col, plan.Literal(table.Boolean, false)),
			plan.Make(plan.OpNe, col, plan.Literal(table.Boolean, true)))
	case c.Stats.Nulls > 0 && d.chance(30, "empty"):
		return plan.Make(pick(d, "null test", plan.OpIsNull, plan.OpNotNull), col)
	case amount(c):
		return d.onAmount(c)
	case kind(c):
		return d.onKind(c)
	}
	return nil
}

func (d *drawer) onAmount(c *catalog.Column) *plan.Expr {
	col := plan.Column(c.Name)
	low, _ := table.Number(c.Stats.Min)
	high, _ := table.Number(c.Stats.Max)
	bound := func(from, to float64) *plan.Expr {
		v := rapid.IntRange(int(from)+1, max(int(to)-1, int(from)+2)).Draw(d.T, "bound")
		if high <= 1 {
			return plan.Number(float64(v%10) / 20)
		}
		return plan.Int(int64(v))
	}
	if high <= 1 || !d.chance(30, "between") {
		return plan.Make(pick(d, "comparison", plan.OpGt, plan.OpGe, plan.OpLt, plan.OpLe), col, bound(low, high))
	}
	middle := (low + high) / 2
	return plan.Make(plan.OpBetween, col, bound(low, middle), bound(middle, high))
}

func (d *drawer) onKind(c *catalog.Column) *plan.Expr {
	var values []*plan.Expr
	for _, h := range d.table.Values.Values(c.Name, 20) {
		values = append(values, plan.Text(h.Value))
	}
	col := plan.Column(c.Name)
	if len(values) < 3 {
		return nil
	}
	values = rapid.Permutation(values).Draw(d.T, "values")
	switch pick(d, "text test", "is", "is", "is not", "one of", "none of", "contains", "starts") {
	case "is not":
		return plan.Make(plan.OpNe, col, values[0])
	case "one of":
		return plan.Make(plan.OpIn, col, values[0], values[1])
	case "none of":
		return plan.Make(plan.OpNotIn, col, values[0], values[1])
	case "contains":
		return plan.Make(plan.OpContains, col, plan.Text(pick(d, "part", "xy", "qu", "tro")))
	case "starts":
		return plan.Make(plan.OpStarts, col, plan.Text(pick(d, "part", "Xy", "Qu")))
	}
	return plan.Make(plan.OpEq, col, values[0])
}

// span draws the ends of a period that the data covers.
func (d *drawer) span() []*plan.Expr {
	at := time.Date(2024, time.Month(rapid.IntRange(1, 12).Draw(d.T, "month")), 1, 0, 0, 0, 0, time.UTC)
	day := func(t time.Time) *plan.Expr { return plan.Date(t.Format(time.DateOnly)) }
	switch pick(d, "period kind", "month", "quarter", "year", "since", "before", "days", "day") {
	case "quarter":
		at = at.AddDate(0, -int(at.Month()-1)%3, 0)
		return []*plan.Expr{day(at), day(at.AddDate(0, 3, 0))}
	case "year":
		return []*plan.Expr{day(at.AddDate(0, 1-int(at.Month()), 0)), day(at.AddDate(1, 1-int(at.Month()), 0))}
	case "since":
		return []*plan.Expr{day(at), plan.Null(table.Date)}
	case "before":
		return []*plan.Expr{plan.Null(table.Date), day(at)}
	case "days":
		from := at.AddDate(0, 0, rapid.IntRange(1, 14).Draw(d.T, "from"))
		return []*plan.Expr{day(from), day(from.AddDate(0, 0, rapid.IntRange(2, 200).Draw(d.T, "days")))}
	case "day":
		return []*plan.Expr{day(at), day(at.AddDate(0, 0, 1))}
	}
	return []*plan.Expr{day(at), day(at.AddDate(0, 1, 0))}
}
