package parse

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// sideRules read questions about which of two is more: "is technology more
// profitable than furniture?".
var sideRules = []Rule{
	{Name: "one more than the other", Pattern: "a=val 's'|'have'|'has'|'had'|'make'|'makes'|'made'|'sell'|'sells'|'pay'|'pays'|'get'|'gets'|'a'|'an'|'more'* w=word|tab* y=measure|col? 'is'|'was'|'are'* c=comp|cmp y=measure|col|tab? than? " + ofThose + " b=val", Make: sides},
	{Name: "one does more than the other", Pattern: "a=val y=tab|deed c=cmp than? " + ofThose + " b=val", Make: sides},
	{Name: "one more than the other's", Pattern: "a=val 's'? y=measure|col 'is'|'was'* c=cmp|comp than? 'the'|'that'|'of'* b=val", Make: sides},
	{Name: "one more often than the other", Pattern: "a=val w=word|tab* y=col 'more'|'less'|cmp|comp o='often'|'likely'|'frequently'? than? " + ofThose + " b=val", Make: sides},
	{Name: "those who are so more than the others", Pattern: "f=col|val 's'|'have'|'has'|'had'|'make'|'makes'|'made'|'pay'|'pays'|'get'|'gets'|'a'|'an'* y=measure|col? 'is'|'was'|'are'* c=comp|cmp y=measure|col|tab? than? x=not g=col|val", Make: sidesOfFlag},
}

// ofThose may stand before the second of two that are compared.
const ofThose = "'the'|'that'|'of'|'in'|'for'|'did'|'from'|'on'|'at'|ref*"

// sides keeps the two values, what they are measured by, and the words beside
// them that nothing explains: they may say which rows are meant.
func sides(p *parser, m match) *Node {
	a, b := m.one("a"), m.one("b")
	pair := joinValues(p, match{nodes: map[string][]*Node{"a": {a}, "b": {b}}, start: m.start, end: m.end})
	if pair == nil || len(pair.Vals) != 2 {
		return nil
	}
	n := p.sidesBy(m, pair.Vals[0].Column)
	if n == nil {
		return nil
	}
	n.Vals = pair.Vals
	n.Parts = slices.DeleteFunc(m.nodes["w"], func(w *Node) bool { return w.Kind != Word })
	n.Notes = append(n.Notes, append(p.valueNotes(a, pair.Vals[0]), p.valueNotes(b, pair.Vals[1])...)...)
	return n
}

// sidesOfFlag reads "smokers tip more than non smokers": the rows that say yes
// against the others.
func sidesOfFlag(p *parser, m match) *Node {
	c := flagOf(m.one("f"))
	if c == nil || c != flagOf(m.one("g")) {
		return nil
	}
	return p.sidesBy(m, c)
}

// flagOf is the column of yes and no that a node names, by itself or by what it
// says; nil where it names none.
func flagOf(n *Node) *link.Column {
	if len(n.Vals) > 0 && flag(n.Vals[0].Column) {
		return n.Vals[0].Column
	}
	if c := n.top(); c != nil && flag(c) {
		return c
	}
	return nil
}

func (p *parser) sidesBy(m match, of *link.Column) *Node {
	c := m.one("c")
	if c == nil {
		c = &Node{}
	}
	me := p.sideMeasure(m.one("y"), c, of)
	if me == nil || m.has("o") && !sharesOf(m.one("y"), of) {
		return nil
	}
	n := &Node{Kind: "sides", Cols: []link.Mention{{Column: of}}, Form: c.Form, Measures: []Aggregate{*me}}
	if me.Op != plan.OpSum || me.Stated || me.Column == nil {
		return n
	}
	if a := m.one("a"); a == nil || p.several(a) {
		n.Measures[0] = p.aggregate(plan.OpAvg, me.Column, false) // what they do, not what they amount to
		n.Notes = []Note{p.note(c, "side_average", "The average of “%s” of each is compared.", me.Column.Col.Name)}
	} else {
		n.Notes = []Note{p.note(c, "side_total", "The total of “%s” of each is compared, not the average.", me.Column.Col.Name)}
	}
	return n
}

// several reports whether a side of a comparison is spoken of as several that
// each have or do something: "men", "smokers", "do female".
func (p *parser) several(a *Node) bool {
	w := lastWord(a)
	if text.IsPlural(w) || somePeople[w] || w == "people" {
		return true
	}
	i := a.Start - 1
	for i >= 0 && (p.tokens[i].Norm == "the" || p.tokens[i].Norm == "a" || p.tokens[i].Norm == "an") {
		i--
	}
	return i >= 0 && (p.tokens[i].Norm == "do" || p.tokens[i].Norm == "are")
}

// sideMeasure is what two sides are compared by: what was named, or what the
// adjective measures. Profits of sides of different size are compared by the
// margin.
func (p *parser) sideMeasure(y, c *Node, of *link.Column) *Aggregate {
	switch {
	case y != nil && y.Kind == Measure:
		return &y.Measures[0]
	case sharesOf(y, of):
		return p.shareOfFlag(y.top())
	case y != nil && (y.Kind == Tab || y.Kind == Deed):
		if !p.scope.has(y.Table) {
			return nil
		}
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
	if unique(of) && of.Table.Name == p.scope.Base {
		return nil // a row each: their values, not measures of them
	}
	a := p.aggregate(defaultAggregate(col), col, false)
	return &a
}

// sharesOf reports whether a column says of each row whether something was so,
// which alone can be so more often: amounts are not frequent.
func sharesOf(y *Node, of *link.Column) bool {
	return y != nil && y.top() != nil && y.top() != of && flag(y.top())
}

// marginMeasure is the profit margin; nil where it cannot be computed.
func (p *parser) marginMeasure() *Aggregate {
	e := profitMargin(p)
	if e == nil {
		return nil
	}
	return &Aggregate{Expr: e, Name: "profit margin", Unit: plan.UnitRatio, Op: plan.OpDiv, Stated: true}
}

// shareOfFlag is the share of rows that say yes.
func (p *parser) shareOfFlag(c *link.Column) *Aggregate {
	yes := &plan.Expr{Op: plan.OpCount, Filter: p.flagIs(c, true)}
	return &Aggregate{Expr: plan.Make(plan.OpDiv, yes, plan.Make(plan.OpCount)), Name: "share with " + spoken(c), Unit: plan.UnitRatio, Op: plan.OpDiv, Stated: true}
}

// twoSides shows both sides, the greater first.
func (b *builder) twoSides() bool {
	n := b.s.Sides
	if n == nil {
		return false
	}
	c := n.Cols[0].Column
	if len(n.Vals) > 0 {
		b.s.Preds = append(slices.Clone(b.s.Preds), Condition{Expr: b.p.inList(c, n.Vals, false), Column: c})
	}
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
