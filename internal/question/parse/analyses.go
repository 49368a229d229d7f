package parse

import (
	"fmt"
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/when"
)

// PerTotal is a node that names the total of a thing: "order value".
const PerTotal Kind = "pertotal"

// perTotalAt reads "order value" where an order takes several rows: the total
// of the main amount of each.
func (p *parser) perTotalAt(i int) *Node {
	id := p.repeatedRows()
	if id == nil || len(id.Words) != 2 || i+1 >= len(p.tokens) || p.tokens[i].Base != id.Words[0] || p.primaryMeasure() == nil {
		return nil
	}
	switch p.tokens[i+1].Base {
	case "value", "size", "total", "amount", "worth":
	default:
		return nil
	}
	return &Node{Kind: PerTotal, Start: i, End: i + 2, Word: phrase(p.tokens[i : i+2]), Score: 1000 * 2, Cols: []link.Mention{{Column: id}}}
}

// totals is the plan of the total of each thing.
func (p *parser) totals(n *Node) (*plan.Plan, string) {
	id, c := n.Cols[0].Column, p.primaryMeasure()
	name := n.Word
	return &plan.Plan{V: 1, Kind: plan.Table, From: plan.From{Table: p.scope.Base}, Group: []plan.Named{{As: id.Col.Name, Expr: p.expr(id)}},
		Measures: []plan.Named{{As: name, Expr: plan.Make(plan.OpSum, p.expr(c)), Unit: c.Col.Unit}}}, name
}

// aggregateOfTotals reads "median order value" as one over the orders.
func aggregateOfTotals(p *parser, m match) *Node {
	op := plan.Op(m.one("a").Payload)
	if m.one("a").Kind == Sup {
		op = map[bool]plan.Op{true: plan.OpMin, false: plan.OpMax}[downward(m.one("a"))]
	}
	if op == plan.OpCount || op == "range" || len(m.one("a").Parts) > 0 {
		return nil
	}
	inner, name := p.totals(m.one("v"))
	a := Aggregate{Expr: p.spanned(plan.Make(op, plan.Column(name)), m.start, m.end), Name: aggregateNames[op] + " " + name, Unit: inner.Measures[0].Unit, Op: op, Stated: true}
	return &Node{Kind: Measure, Payload: "nested", Word: "things", Measures: []Aggregate{a}, Inner: inner}
}

// histogramOfTotals builds how the totals of things spread.
func (b *builder) histogramOfTotals() bool {
	s := b.s
	if s.PerTotal == nil || len(s.Measures)+len(s.Keys)+len(s.Select) > 0 {
		return false
	}
	inner, name := b.p.totals(s.PerTotal)
	id := s.PerTotal.Cols[0].Column
	width := 2 * binWidth(b.p.primaryMeasure())
	if width == 0 {
		return false
	}
	for _, w := range s.Preds {
		b.useCondition(w)
		inner.Where = plan.And(inner.Where, w.Expr)
	}
	inner.From.Joins = b.p.scope.used(b.tables)
	s.Preds, b.tables = nil, map[string]bool{}
	b.pl.From = plan.From{Sub: inner}
	b.pl.Group = []plan.Named{{As: b.name(name), Expr: plan.Make(plan.OpBin, plan.Column(name), plan.Number(width)), Unit: inner.Measures[0].Unit}}
	b.pl.Measures = []plan.Named{{As: b.name("number of " + plural(id)), Expr: plan.Make(plan.OpCount)}}
	b.pl.Order = []plan.Order{{By: plan.Ref(b.pl.Group[0].As)}}
	b.pl.Kind = plan.Distribution
	b.read("distribution")
	return true
}

// trend builds a series whose slope is measured.
func (b *builder) trend() bool {
	s := b.s
	if !s.hasFrame("trend") || s.Chart != "" || len(s.Shares) > 0 || s.Best != nil || s.Limit != nil {
		return false
	}
	c := b.p.dateColumn()
	if c == nil || slices.ContainsFunc(s.Keys, func(k Key) bool { return k.Column != c || k.Part != "" }) {
		return false
	}
	if len(s.Keys) == 0 {
		b.overTime()
	}
	a := b.amountAsked()
	b.addKey(s.Keys[0])
	as := b.addMeasure(a)
	b.pl.Kind = plan.Trend
	b.pl.Analysis = &plan.Analysis{Method: "theil_sen", Y: plan.Ref(as)}
	b.pl.Order = []plan.Order{{By: plan.Ref(b.pl.Group[0].As)}}
	b.read("trend", "overtime", "overyears", "overmonths", "change")
	return true
}

// fence is how many times the distance of the quartiles lies between them and
// what is unusual (Tukey 1977).
const fence = 1.5

// outliers keeps what lies outside the fences: periods by their totals where
// periods are spoken of, else rows by a column.
func (b *builder) outliers() bool {
	s := b.s
	if !s.hasFrame("outliers") {
		return false
	}
	grain := b.grainSpoken()
	if grain != "" && b.p.dateColumn() != nil {
		return b.unusualPeriods(grain)
	}
	var col *link.Column
	for _, it := range s.Select {
		if amount(it.Column) {
			col = it.Column
		}
	}
	if col == nil || len(s.Keys)+len(s.Measures) > 0 {
		return false
	}
	source := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: b.p.scope.Base}}
	for _, w := range s.Preds {
		if w.Column == nil || w.Column.Table.Name != b.p.scope.Base {
			return false
		}
		source.Where = plan.And(source.Where, w.Expr)
	}
	s.Select = slices.DeleteFunc(slices.Clone(s.Select), func(it Item) bool { return it.Column == col })
	if l := b.p.label(b.p.scope.Base); l != nil && len(s.Select) == 0 {
		b.addSelect(l)
	}
	for _, it := range s.Select {
		b.addSelect(it.Column)
	}
	b.addSelect(col)
	s.Preds = append(slices.Clone(s.Preds), Condition{Expr: outside(b.p.expr(col), source, col.Col.Name), Column: col})
	b.pl.Order = []plan.Order{{By: b.orderColumn(col), Desc: true}}
	b.unusual(col.Col.Name)
	return true
}

func (b *builder) unusual(what string) {
	b.pl.Kind = plan.Outliers
	b.pl.Analysis = &plan.Analysis{Method: "iqr", Param: fence}
	b.note("method", fmt.Sprintf("Unusual is what lies more than 1.5 times the distance of the quartiles of “%s” outside them.", what), Span{})
	b.read("outliers", "overtime", "trend")
}

// unusualPeriods keeps the periods whose total is unusual.
func (b *builder) unusualPeriods(g when.Grain) bool {
	s := b.s
	c := b.p.dateColumn()
	a := b.amountAsked()
	if a.Op == plan.OpCount && a.Rows && len(a.Expr.Args) == 0 && a.Table != "" && a.Table != b.p.scope.Base {
		return false
	}
	series := &plan.Plan{V: 1, Kind: plan.Series, From: plan.From{Table: b.p.scope.Base},
		Group:    []plan.Named{{As: string(g), Expr: plan.Trunc(string(g), b.use(c))}},
		Measures: []plan.Named{{As: a.Name, Expr: a.Expr, Unit: a.Unit}}}
	for _, w := range s.Preds {
		b.useCondition(w)
		series.Where = plan.And(series.Where, w.Expr)
	}
	series.From.Joins = b.p.scope.used(b.tables)
	s.Preds, s.Keys, s.Select, b.tables = nil, nil, nil, map[string]bool{}
	b.pl.From = plan.From{Sub: series}
	b.pl.Select = []plan.Named{{As: string(g), Expr: plan.Column(string(g))}, {As: a.Name, Expr: plan.Column(a.Name), Unit: a.Unit}}
	b.pl.Where = outside(plan.Column(a.Name), series, a.Name)
	b.pl.Order = []plan.Order{{By: plan.Ref(string(g))}}
	b.unusual(a.Name)
	return true
}

// outside is the condition that a value lies outside the fences of a column of
// a plan.
func outside(e *plan.Expr, of *plan.Plan, name string) *plan.Expr {
	at := func(q float64) *plan.Expr { return plan.Make(plan.OpQuantile, plan.Column(name), plan.Number(q)) }
	side := func(q float64, op plan.Op) *plan.Expr {
		away := plan.Make(plan.OpMul, plan.Number(fence), plan.Make(plan.OpMinus, at(0.75), at(0.25)))
		sub := &plan.Plan{V: 1, Kind: plan.Scalar, From: plan.From{Sub: of}, Measures: []plan.Named{{As: "fence", Expr: plan.Make(op, at(q), away)}}}
		if of.Group == nil { // rows of a table: no step between
			sub.From, sub.Where = of.From, of.Where
		}
		return plan.Value(sub)
	}
	return plan.Or(plan.Make(plan.OpLt, e, side(0.25, plan.OpMinus)), plan.Make(plan.OpGt, e, side(0.75, plan.OpAdd)))
}

// grainSpoken is the period that the question speaks of: "unusual days",
// "daily revenue"; empty if none.
func (b *builder) grainSpoken() when.Grain {
	for _, k := range b.s.Keys {
		if k.Grain != "" {
			return k.Grain
		}
	}
	for _, n := range b.s.nodes {
		if n.Kind == Grain {
			b.usedAfterAll(n)
			return n.Grain
		}
	}
	return ""
}

// forecast builds the series that an estimate of the periods to come rests on.
func (b *builder) forecast() bool {
	s := b.s
	if !s.hasFrame("forecast") || len(s.Select) > 1 || s.Best != nil || s.Limit != nil {
		return false
	}
	c := b.p.dateColumn()
	if c == nil || !c.Col.Type.Temporal() {
		return false
	}
	g, n := when.Month, 3
	var rest []Condition
	for _, w := range s.Preds {
		ahead := w.Time && w.Range != nil && !w.Range.To.IsZero() && w.Range.From.After(b.p.context(c).Last)
		if !ahead {
			rest = append(rest, w)
			continue
		}
		g, n = w.Range.Grain, max(periodsIn(*w.Range, w.Range.Grain), 1)
	}
	if len(rest) == len(s.Preds) {
		b.note("default_horizon", "No number of periods was named: the next 3 months are estimated.", Span{})
	}
	s.Preds = rest
	if k := b.grainSpoken(); k != "" {
		g = k
	}
	s.Keys = slices.DeleteFunc(slices.Clone(s.Keys), func(k Key) bool { return k.Column == c })
	if len(s.Keys) > 0 || g == "" {
		return false
	}
	a := b.amountAsked()
	b.addKey(Key{Column: c, Grain: g})
	as := b.addMeasure(a)
	if e := b.completePeriods(c, g); e != nil {
		s.Preds = append(s.Preds, Condition{Expr: e, Column: c, Time: true})
	}
	b.pl.Kind = plan.Forecast
	b.pl.Analysis = &plan.Analysis{Method: "drift", Y: plan.Ref(as), Horizon: n}
	b.pl.Order = []plan.Order{{By: plan.Ref(b.pl.Group[0].As)}}
	s.Notes = nil
	b.d.Notes = slices.DeleteFunc(b.d.Notes, func(n Note) bool { return n.Code == "after_data" })
	b.read("forecast", "overtime", "trend")
	return true
}

// pareto builds how few of the things make up a part of the whole: those that
// begin, largest first, before the part is reached.
func (b *builder) pareto() bool {
	n := b.s.Pareto
	if n == nil {
		return false
	}
	x, a := n.Cols[0].Column, n.Measures[0]
	things := &plan.Plan{V: 1, Kind: plan.Table, From: plan.From{Table: b.p.scope.Base}, Group: []plan.Named{{As: x.Col.Name, Expr: b.use(x)}},
		Measures: []plan.Named{{As: a.Name, Expr: a.Expr, Unit: a.Unit}, {As: "so far", Expr: plan.Make(plan.OpRunning, plan.Ref(a.Name)), Unit: a.Unit}},
		Order:    []plan.Order{{By: plan.Ref(a.Name), Desc: true}}}
	whole := &plan.Plan{V: 1, Kind: plan.Scalar, From: plan.From{Table: b.p.scope.Base}, Measures: []plan.Named{{As: a.Name, Expr: a.Expr}}}
	for _, w := range b.s.Preds {
		b.useCondition(w)
		things.Where, whole.Where = plan.And(things.Where, w.Expr), plan.And(whole.Where, w.Expr)
	}
	things.From.Joins = b.p.scope.used(b.tables)
	whole.From.Joins = things.From.Joins
	b.s.Preds, b.s.Select, b.s.Nouns, b.tables = nil, nil, nil, map[string]bool{}
	before := plan.Make(plan.OpMinus, plan.Column("so far"), plan.Column(a.Name))
	b.pl.From = plan.From{Sub: things}
	b.pl.Where = plan.Make(plan.OpLt, before, plan.Make(plan.OpMul, plan.Number(n.Num.Value/100), plan.Value(whole)))
	b.pl.Measures = []plan.Named{{As: "number of " + plural(x), Expr: plan.Make(plan.OpCount)}}
	b.pl.Kind = plan.Scalar
	return len(b.s.Keys) == 0
}

// makesUp reads "how many customers make up 80% of revenue".
func makesUp(p *parser, m match) *Node {
	x, q := m.one("x"), m.one("q").Num
	c := x.top()
	if x.Kind == Tab {
		c = p.rowThing(x.Table)
	}
	if c == nil || amount(c) || q.Unit != "%" || q.Value <= 0 || q.Value > 100 {
		return nil
	}
	var a Aggregate
	if me := m.one("c"); me.Kind == Measure && len(me.Measures) == 1 {
		a = me.Measures[0]
	} else if col := me.pick(amount); col != nil {
		a = p.aggregate(plan.OpSum, col, false)
	} else {
		return nil
	}
	if a.Op != plan.OpSum && a.Op != plan.OpCount {
		return nil
	}
	return &Node{Kind: "fewest", Cols: []link.Mention{{Column: c}}, Num: q, Measures: []Aggregate{a}}
}
