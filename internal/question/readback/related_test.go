package readback

import (
	"pgregory.net/rapid"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
)

// related draws plans over a table and one that belongs to it; false where the
// catalog has no two such tables.
func (d *drawer) related(shape string) bool {
	if len(d.cat.Joins) == 0 {
		return false
	}
	j := d.cat.Joins[rapid.IntRange(0, len(d.cat.Joins)-1).Draw(d.T, "join")]
	many, one := d.cat.Table(j.Many.Table), d.cat.Table(j.One.Table)
	if shape == "with rows" || shape == "without rows" {
		return d.withRows(j, many, one, map[string]plan.Op{"with rows": plan.OpIn, "without rows": plan.OpNotIn}[shape])
	}
	return d.joined(j, many, one, shape)
}

// joined draws an amount of the one table by a column of the other, or of the
// rows that a column of the other restricts.
func (d *drawer) joined(j catalog.Join, many, one *catalog.Table, shape string) bool {
	d.table, d.p.From = one, plan.From{Table: many.Name, Joins: []plan.Join{{Table: one.Name, Kind: "left", Left: plan.Col{Name: j.Many.Column}, Right: plan.Col{Table: one.Name, Name: j.One.Column}}}}
	keys := d.which(func(c *catalog.Column) bool { return group(c) && many.Column(c.Name) == nil })
	d.table = many
	d.add(d.total())
	if d.p.Measures[0].Expr.Op == plan.OpCount || len(keys) < 2 {
		return false // how many rows there are depends on which table is counted
	}
	of := func(c *catalog.Column) *plan.Expr {
		return &plan.Expr{Op: plan.OpCol, Col: &plan.Col{Table: one.Name, Name: c.Name}}
	}
	if shape == "joined condition" {
		values := one.Values.Values(keys[0].Name, 20)
		if len(values) == 0 {
			return false
		}
		d.p.Kind, d.p.Where = plan.Scalar, plan.Make(plan.OpEq, of(keys[0]), plan.Text(pick(d, "value", values...).Value))
		return true
	}
	d.p.Group = []plan.Named{named(of(keys[0]), "")}
	d.byMeasure(true)
	if shape == "joined top" {
		d.p.Limit = &plan.Limit{N: rapid.IntRange(1, 20).Draw(d.T, "n")}
	}
	return true
}

// withRows draws things of a table that have rows of another, or none.
func (d *drawer) withRows(j catalog.Join, many, one *catalog.Table, op plan.Op) bool {
	d.table, d.p.From.Table = one, one.Name
	rows := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: many.Name}, Select: []plan.Named{named(plan.Column(j.Many.Column), "")}}
	d.table = many
	if c := d.mainDate(); c != nil && d.chance(50, "period") {
		if span := d.span(); !nearDays(span) {
			rows.Where = plan.Make(plan.OpWithin, append([]*plan.Expr{plan.Column(c.Name)}, span...)...)
		}
	}
	d.table = one
	d.p.Where = &plan.Expr{Op: op, Args: []*plan.Expr{plan.Column(j.One.Column)}, Sub: rows}
	if d.chance(40, "an amount") {
		amounts := d.which(amount)
		d.p.Kind = plan.Scalar
		d.add(plan.Make(d.summary(amounts[0]), plan.Column(amounts[0].Name)))
		return true
	}
	d.p.Kind = plan.Rows
	for _, c := range []*catalog.Column{d.which(kind)[0], d.which(amount)[0]} {
		d.p.Select = append(d.p.Select, named(plan.Column(c.Name), c.Unit))
	}
	return true
}

// nearDays reports whether a span is one of days, which is not yet said beside
// a table so that it is read back: see testdata/not-read-back.txt.
func nearDays(span []*plan.Expr) bool {
	for _, e := range span {
		if day, ok := e.Lit.Value.(string); ok && day[8:] != "01" {
			return true
		}
	}
	return false
}

// placed draws the ways to ask for a part of a ranking.
func (d *drawer) placed(shape string) bool {
	if !d.measures(1) || !d.keys(1) {
		return false
	}
	d.byMeasure(d.chance(60, "highest"))
	d.p.Limit = &plan.Limit{N: 1, Offset: pick(d, "place", 1, 2)}
	if shape == "top percent" {
		d.p.Limit = &plan.Limit{Percent: pick(d, "percent", 5.0, 10, 25)}
	}
	return true
}

// inSeries draws the analyses of a series.
func (d *drawer) inSeries(shape string) bool {
	d.add(d.total())
	grains := map[string][]string{"trend": {"month", "quarter"}, "year over year": {"month", "quarter"}, "top period": {"month", "quarter", "year"}}[shape]
	if !d.period(grains...) {
		return false
	}
	name := d.p.Measures[0].As
	switch shape {
	case "trend":
		d.byTime()
		d.p.Fill, d.p.Kind, d.p.Analysis = false, plan.Trend, &plan.Analysis{Method: "theil_sen", Y: plan.Ref(name)}
	case "year over year":
		lag := plan.Make(plan.OpLag, plan.Ref(name))
		lag.N = map[string]int{"month": 12, "quarter": 4}[d.p.Group[0].Expr.Unit]
		d.p.Measures = append(d.p.Measures, plan.Named{As: "before", Expr: lag},
			plan.Named{As: "change", Expr: plan.Make(plan.OpDiv, plan.Make(plan.OpMinus, plan.Ref(name), plan.Ref("before")), plan.Ref("before"))})
		d.byTime()
		d.p.Fill = false
	default:
		d.byMeasure(d.chance(60, "highest"))
		d.p.Limit = &plan.Limit{N: pick(d, "n", 1, 2, 5)}
	}
	return true
}
