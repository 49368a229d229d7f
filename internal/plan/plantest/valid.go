package plantest

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Valid generates plans that plan.Validate accepts over the catalog.
func Valid(cat *catalog.Catalog) *rapid.Generator[*plan.Plan] {
	return rapid.Custom(func(t *rapid.T) *plan.Plan {
		return (&maker{T: t, cat: cat}).plan(2)
	})
}

// maker draws one plan. What it draws from narrows as it goes deeper.
type maker struct {
	*rapid.T
	cat     *catalog.Catalog
	columns []column // of the source of the plan being made
	plans   int      // how deep plans may still lie in one another
}

type column struct {
	plan.Col
	kind table.Type
	role catalog.Role
}

func (m *maker) chance(percent int, what string) bool {
	return rapid.IntRange(0, 99).Draw(m.T, what) < percent
}

func pick[T any](m *maker, what string, list ...T) T { return rapid.SampledFrom(list).Draw(m.T, what) }

func (m *maker) plan(plans int) *plan.Plan {
	inner := &maker{T: m.T, cat: m.cat, plans: plans}
	p := &plan.Plan{V: 1}
	inner.source(p)
	if inner.chance(60, "where") {
		p.Where = inner.condition(2)
	}
	switch pick(m, "shape", "scalar", "groups", "groups", "series", "rows") {
	case "scalar":
		p.Kind = plan.Scalar
		inner.measures(p)
	case "groups":
		p.Kind = plan.Table
		inner.keys(p)
		inner.measures(p)
		inner.windows(p)
	case "series":
		p.Kind = plan.Series
		inner.series(p)
	default:
		p.Kind = plan.Rows
		inner.rows(p)
	}
	inner.finish(p)
	return p
}

func (m *maker) source(p *plan.Plan) {
	if m.plans > 0 && m.chance(15, "sub") {
		p.From.Sub = m.plan(m.plans - 1)
		for _, c := range plan.ResultColumns(p.From.Sub, m.cat) {
			m.columns = append(m.columns, column{Col: plan.Col{Name: c.Name}, kind: c.Type, role: catalog.Measure})
		}
		return
	}
	t := pick(m, "table", m.cat.Tables...)
	p.From.Table = t.Name
	m.add("", t)
	for _, other := range m.cat.Tables {
		for _, c := range other.Columns {
			left := t.Column(c.Name)
			if other.Name == t.Name || c.Role != catalog.ID || left == nil || left.Type != c.Type || joined(p, other.Name) || !m.chance(30, "join") {
				continue
			}
			kind := pick(m, "join kind", "inner", "left", "semi", "anti")
			p.From.Joins = append(p.From.Joins, plan.Join{Table: other.Name, Kind: kind, Left: plan.Col{Name: c.Name}, Right: plan.Col{Table: other.Name, Name: c.Name}})
			if kind == "inner" || kind == "left" {
				m.add(other.Name, other)
			}
		}
	}
}

func joined(p *plan.Plan, name string) bool {
	return slices.ContainsFunc(p.From.Joins, func(j plan.Join) bool { return j.Table == name })
}

func (m *maker) add(prefix string, t catalog.Table) {
	for _, c := range t.Columns {
		m.columns = append(m.columns, column{Col: plan.Col{Table: prefix, Name: c.Name}, kind: c.Type, role: c.Role})
	}
}

// of draws a column of one of the types; nil where there is none.
func (m *maker) of(types ...table.Type) *plan.Expr {
	var fit []column
	for _, c := range m.columns {
		if slices.Contains(types, c.kind) {
			fit = append(fit, c)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	c := pick(m, "column", fit...)
	return &plan.Expr{Op: plan.OpCol, Col: &c.Col}
}

func (m *maker) amount() *plan.Expr {
	var fit []column
	for _, c := range m.columns {
		if c.kind.Numeric() && c.role != catalog.ID {
			fit = append(fit, c)
		}
	}
	if len(fit) == 0 {
		return plan.Int(1)
	}
	c := pick(m, "amount", fit...)
	return &plan.Expr{Op: plan.OpCol, Col: &c.Col}
}

func (m *maker) number(depth int) *plan.Expr {
	if depth == 0 || m.chance(50, "leaf") {
		return pick(m, "number", m.amount(), plan.Int(rapid.Int64Range(-50, 50).Draw(m.T, "int")), plan.Number(rapid.Float64Range(-99, 99).Draw(m.T, "float")),
			plan.Literal(table.Decimal, table.Exact(fmt.Sprintf("%d.%02d", rapid.IntRange(-99, 99).Draw(m.T, "whole"), rapid.IntRange(0, 99).Draw(m.T, "cents")))))
	}
	a, b := m.number(depth-1), m.number(depth-1)
	switch pick(m, "arithmetic", "op", "op", "if", "round", "abs", "bin") {
	case "if":
		return plan.Make(plan.OpIf, m.condition(0), a, b)
	case "round":
		return plan.Make(plan.OpRound, a, plan.Int(1))
	case "abs":
		return plan.Make(plan.OpAbs, a)
	case "bin":
		return plan.Make(plan.OpBin, a, plan.Int(5))
	}
	return plan.Make(pick(m, "op", plan.OpAdd, plan.OpMinus, plan.OpMul, plan.OpDiv), a, b)
}

func (m *maker) date() *plan.Expr { return m.of(table.Date, table.Datetime) }

func (m *maker) text() string {
	return pick(m, "text", "Acme Corp", "West", "", "it's", `a "quoted" b`, `50% o_f\`, "Ünï", "desk")
}

func (m *maker) day() string {
	return fmt.Sprintf("2024-%02d-%02d", rapid.IntRange(1, 12).Draw(m.T, "month"), rapid.IntRange(1, 28).Draw(m.T, "day"))
}

func (m *maker) condition(depth int) *plan.Expr {
	if depth > 0 && m.chance(40, "logic") {
		a, b := m.condition(depth-1), m.condition(depth-1)
		return pick(m, "and or not", plan.Make(plan.OpAnd, a, b), plan.Make(plan.OpOr, a, b), plan.Make(plan.OpNot, a))
	}
	switch pick(m, "condition", "number", "text", "date", "null", "flag", "sub") {
	case "text":
		if c := m.of(table.String); c != nil {
			return m.onText(c)
		}
	case "date":
		if c := m.date(); c != nil {
			return m.onDate(c)
		}
	case "null":
		c := pick(m, "any column", m.columns...)
		return plan.Make(pick(m, "null test", plan.OpIsNull, plan.OpNotNull), &plan.Expr{Op: plan.OpCol, Col: &c.Col})
	case "flag":
		if c := m.of(table.Boolean); c != nil {
			return c
		}
	case "sub":
		if m.plans > 0 {
			return m.onPlan()
		}
	}
	op := pick(m, "comparison", plan.OpEq, plan.OpNe, plan.OpLt, plan.OpLe, plan.OpGt, plan.OpGe)
	return plan.Make(op, m.number(min(depth, 1)), m.number(0))
}

func (m *maker) onText(c *plan.Expr) *plan.Expr {
	switch op := pick(m, "text test", plan.OpEq, plan.OpNe, plan.OpIn, plan.OpNotIn, plan.OpContains, plan.OpStarts, plan.OpEnds); op {
	case plan.OpIn, plan.OpNotIn:
		return plan.Make(op, c, plan.Text(m.text()), plan.Text(m.text()))
	default:
		return plan.Make(op, c, plan.Text(m.text()))
	}
}

func (m *maker) onDate(c *plan.Expr) *plan.Expr {
	from, to := plan.Date(m.day()), plan.Date(m.day())
	switch pick(m, "date test", "within", "since", "before", "diff", "part") {
	case "since":
		return plan.Make(plan.OpWithin, c, from, plan.Null(table.Date))
	case "before":
		return plan.Make(plan.OpWithin, c, plan.Null(table.Date), to)
	case "diff":
		return plan.Make(plan.OpGt, plan.DateDiff(pick(m, "unit", "day", "week", "month", "year"), c, plan.Make(plan.OpNow)), plan.Int(3))
	case "part":
		return plan.Make(plan.OpEq, plan.Part(pick(m, "part", "year", "quarter", "month", "week", "day", "dow"), c), plan.Int(4))
	}
	return plan.Make(plan.OpWithin, c, from, to)
}

func (m *maker) onPlan() *plan.Expr {
	t := pick(m, "other table", m.cat.Tables...)
	inner := &maker{T: m.T, cat: m.cat}
	inner.add("", t)
	p := &plan.Plan{V: 1, Kind: plan.Scalar, From: plan.From{Table: t.Name}}
	switch pick(m, "plan in condition", "value", "in", "not in", "exists") {
	case "value":
		p.Measures = []plan.Named{{As: "v", Expr: plan.Make(plan.OpAvg, inner.amount())}}
		return plan.Make(plan.OpGt, m.amount(), plan.Value(p))
	case "exists":
		p.Kind, p.Where = plan.Rows, inner.condition(1)
		return &plan.Expr{Op: plan.OpExists, Sub: p}
	}
	mine, theirs := m.of(table.String), inner.of(table.String)
	if mine == nil || theirs == nil {
		return plan.Make(plan.OpGt, m.amount(), plan.Int(0))
	}
	p.Kind, p.Select = plan.Rows, []plan.Named{{As: theirs.Col.Name, Expr: theirs}}
	return &plan.Expr{Op: pick(m, "in", plan.OpIn, plan.OpNotIn), Args: []*plan.Expr{mine}, Sub: p}
}

func (m *maker) keys(p *plan.Plan) {
	for i := range rapid.IntRange(1, 2).Draw(m.T, "keys") {
		var e *plan.Expr
		switch pick(m, "key", "column", "column", "part", "bin") {
		case "part":
			if d := m.date(); d != nil {
				e = plan.Part(pick(m, "part", "year", "quarter", "month", "dow", "weekend"), d)
			}
		case "bin":
			e = plan.Make(plan.OpBin, m.amount(), plan.Int(10))
		}
		if e == nil {
			e = m.of(table.String, table.Integer, table.Boolean, table.Date)
		}
		if e == nil {
			e = m.amount()
		}
		p.Group = append(p.Group, plan.Named{As: fmt.Sprintf("key %d", i+1), Expr: e})
	}
}

func (m *maker) aggregate() *plan.Expr {
	var e *plan.Expr
	switch op := pick(m, "aggregate", plan.OpCount, plan.OpSum, plan.OpSum, plan.OpAvg, plan.OpMedian, plan.OpMin, plan.OpMax, plan.OpStddev, plan.OpVariance,
		plan.OpQuantile, plan.OpCorr, plan.OpSlope); op {
	case plan.OpCount:
		e = pick(m, "count", plan.Make(op), plan.Make(op, m.amount()), plan.CountDistinct(m.amount()))
	case plan.OpQuantile:
		e = plan.Make(op, m.amount(), plan.Number(0.25))
	case plan.OpCorr, plan.OpSlope:
		e = plan.Make(op, m.amount(), m.amount())
	default:
		e = plan.Make(op, m.amount())
	}
	if m.chance(20, "filter") {
		e.Filter = m.condition(0)
		if e.Filter.Has(func(o plan.Op) bool { return o == plan.OpSub || o == plan.OpExists }) || e.Filter.Sub != nil {
			e.Filter = nil
		}
	}
	return e
}

func (m *maker) measures(p *plan.Plan) {
	for i := range rapid.IntRange(1, 3).Draw(m.T, "measures") {
		e := m.aggregate()
		if m.chance(20, "quotient") {
			e = plan.Make(plan.OpDiv, e, m.aggregate())
		}
		p.Measures = append(p.Measures, plan.Named{As: fmt.Sprintf("m%d", i+1), Expr: e})
	}
}

func (m *maker) windows(p *plan.Plan) {
	if !m.chance(30, "window") || plan.ResultColumns(p, m.cat)[len(p.Group)].Type.Temporal() {
		return
	}
	e := plan.Make(pick(m, "window", plan.OpShare, plan.OpRunning, plan.OpMoving, plan.OpLag, plan.OpRank), plan.Ref("m1"))
	if e.Op == plan.OpMoving || e.Op == plan.OpLag {
		e.N = rapid.IntRange(1, 3).Draw(m.T, "periods")
	}
	if len(p.Group) > 1 && m.chance(50, "per") {
		e.By = []string{p.Group[0].As}
	}
	p.Measures = append(p.Measures, plan.Named{As: "w", Expr: e})
}

func (m *maker) series(p *plan.Plan) {
	d := m.date()
	if d == nil {
		m.keys(p)
	} else {
		if m.chance(40, "second key") {
			m.keys(p)
			p.Group = p.Group[:1]
		}
		p.Group = append(p.Group, plan.Named{As: "period", Expr: plan.Trunc(pick(m, "grain", "day", "week", "month", "quarter", "year", "hour"), d)})
		p.Fill = m.chance(50, "fill")
	}
	m.measures(p)
	m.windows(p)
}

func (m *maker) rows(p *plan.Plan) {
	for i := range rapid.IntRange(0, 3).Draw(m.T, "shown") {
		c := pick(m, "shown column", m.columns...)
		p.Select = append(p.Select, plan.Named{As: fmt.Sprintf("col %d", i+1), Expr: &plan.Expr{Op: plan.OpCol, Col: &c.Col}})
	}
	p.Distinct = len(p.Select) > 0 && m.chance(20, "distinct")
	if len(p.Select) > 0 && m.chance(60, "order") {
		p.Order = []plan.Order{{By: plan.Ref("col 1"), Desc: m.chance(50, "desc")}}
	}
}

// finish adds having, order and limit.
func (m *maker) finish(p *plan.Plan) {
	if len(p.Group) > 0 && len(p.Measures) > 0 {
		name := pick(m, "ordered by", p.Measures...).As
		if m.chance(60, "order") {
			p.Order = []plan.Order{{By: plan.Ref(name), Desc: m.chance(50, "desc")}}
		}
		if i := slices.IndexFunc(plan.ResultColumns(p, m.cat), func(c table.Column) bool { return c.Name == name }); m.chance(30, "having") && plan.ResultColumns(p, m.cat)[i].Type.Numeric() {
			p.Having = plan.Make(plan.OpGt, plan.Ref(name), plan.Int(1))
		}
	}
	if !m.chance(40, "limit") {
		return
	}
	p.Limit = &plan.Limit{N: rapid.IntRange(1, 4).Draw(m.T, "n")}
	if len(p.Order) > 0 && !p.Distinct {
		switch pick(m, "limit", "plain", "ties", "percent", "per", "offset") {
		case "ties":
			p.Limit.Ties = true
		case "percent":
			p.Limit.N, p.Limit.Percent = 0, 50
		case "per":
			if len(p.Group) > 0 {
				p.Limit.Per = []string{p.Group[0].As}
			}
		case "offset":
			p.Limit.Offset = 1
		}
	}
}
