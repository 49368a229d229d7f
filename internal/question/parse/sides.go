package parse

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// sideRules read questions about which of two is more: "is technology more
// profitable than furniture?".
var sideRules = []Rule{
	{Name: "one more than the other", Pattern: "a=val 's'|'have'|'has'|'had'|'make'|'makes'|'made'|'sell'|'sells'|'a'|'an'* y=measure|col? 'is'|'was'|'are'* c=comp|cmp y=measure|col|tab? than 'the'|'that'|'of'|'in'|'for'|'did'* b=val", Make: sides},
	{Name: "one more than the other's", Pattern: "a=val 's'? y=measure|col 'is'|'was'* c=cmp|comp than? 'the'|'that'|'of'* b=val", Make: sides},
}

// sides keeps the two values and what they are measured by.
func sides(p *parser, m match) *Node {
	a, b := m.one("a"), m.one("b")
	pair := joinValues(p, match{nodes: map[string][]*Node{"a": {a}, "b": {b}}, start: m.start, end: m.end})
	if pair == nil || len(pair.Vals) != 2 {
		return nil
	}
	n := &Node{Kind: "sides", Vals: pair.Vals, Form: m.one("c").Form}
	me := p.sideMeasure(m.one("y"), m.one("c"), pair.Vals[0].Column)
	if me == nil {
		return nil
	}
	n.Measures = []Aggregate{*me}
	n.Notes = append(p.valueNotes(a, pair.Vals[0]), p.valueNotes(b, pair.Vals[1])...)
	return n
}

// sideMeasure is what two sides are compared by: what was named, or what the
// adjective measures. Profits of sides of different size are compared by the
// margin.
func (p *parser) sideMeasure(y, c *Node, of *link.Column) *Aggregate {
	switch {
	case y != nil && y.Kind == Measure:
		return &y.Measures[0]
	case y != nil && y.Kind == Tab:
		return &p.countRows(y.Table, match{}).Measures[0]
	case y != nil && y.top() != nil:
		if col := y.pick(amount); col != nil && col == y.top() {
			if y.Cols[0].How == link.Stem && slices.Contains(col.Words, "profit") { // "more profitable"
				if a := p.marginMeasure(); a != nil {
					return a
				}
			}
			a := p.aggregate(defaultAggregate(col), col, false)
			return &a
		}
		n := p.countOf(y, match{nodes: map[string][]*Node{}})
		if n == nil {
			return nil
		}
		return &n.Measures[0]
	}
	if a := p.marginMeasure(); a != nil && c.Form != nil && c.Form.Adj.Base == "profitable" {
		return a
	}
	col, _ := p.measuredColumn(c)
	if col == nil {
		return nil
	}
	if a := p.marginMeasure(); a != nil && slices.Contains(col.Words, "profit") {
		return a
	}
	if unique(of) {
		return nil // a row each: their values, not measures of them
	}
	a := p.aggregate(defaultAggregate(col), col, false)
	return &a
}

// marginMeasure is the profit margin; nil where it cannot be computed.
func (p *parser) marginMeasure() *Aggregate {
	e := profitMargin(p)
	if e == nil {
		return nil
	}
	return &Aggregate{Expr: e, Name: "profit margin", Unit: plan.UnitRatio, Op: plan.OpDiv, Stated: true}
}

// twoSides shows both sides, the greater first.
func (b *builder) twoSides() bool {
	n := b.s.Sides
	if n == nil {
		return false
	}
	c := n.Vals[0].Column
	b.s.Preds = append(slices.Clone(b.s.Preds), Condition{Expr: b.p.inList(c, n.Vals, false), Column: c})
	b.addKey(Key{Column: c})
	as := b.addMeasure(b.counted(n.Measures[0]))
	b.pl.Kind = plan.Compare
	b.pl.Order = []plan.Order{{By: plan.Ref(as), Desc: true}}
	b.s.Measures, b.s.Select, b.s.Best = nil, nil, nil
	b.read("compare", "vs")
	return true
}

// chosenByAmount compares two things of several rows each by what they amount
// to, rather than by single rows.
func (b *builder) chosenByAmount(c *link.Column) bool {
	r := b.s.Best
	if r == nil || r.Column == nil || unique(c) || r.Column.Col.Role != catalog.Measure && r.Column.Col.Role != catalog.Rate && r.Column.Col.Role != catalog.Price {
		return false
	}
	if c.Col.Stats.Distinct == 0 || c.Table.Rows/c.Col.Stats.Distinct < 3 {
		return false
	}
	a := b.p.aggregate(defaultAggregate(r.Column), r.Column, false)
	if m := b.p.marginMeasure(); m != nil && slices.Contains(r.Column.Words, "profit") {
		a = *m
	}
	b.addKey(Key{Column: c})
	as := b.addMeasure(a)
	b.pl.Kind = plan.Compare
	b.pl.Order = []plan.Order{{By: plan.Ref(as), Desc: r.Desc}}
	return true
}
