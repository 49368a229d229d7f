package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/when"
)

// timeBoth reads "both in 2023 and 2024", of periods that follow one another:
// rows of either, parted by the period, so that things can be asked to have
// rows in each.
func timeBoth(p *parser, m match) *Node {
	col := p.dateColumn()
	if col == nil || yearNumber(col) {
		return nil
	}
	first := *m.one("a").When
	if first.Year == 0 && first.Form == when.Calendar {
		first.Year = m.one("b").When.Year
	}
	a, b := when.Resolve(first, p.context(col)), when.Resolve(*m.one("b").When, p.context(col))
	if b.To.Equal(a.From) {
		a, b = b, a
	}
	if a.Grain != b.Grain || !a.To.Equal(b.From) || grainsOf(&a) != 1 || grainsOf(&b) != 1 {
		return nil
	}
	n := p.timeNode(m, col, when.Range{From: a.From, To: b.To, Grain: a.Grain})
	if n == nil {
		return nil
	}
	n.Kind, n.Payload, n.Keys = Group, "each", []Key{{Column: col, Grain: a.Grain, Each: true}}
	return n
}

// eitherOfGroups reads "with more than 5 orders or at least 10k revenue": one
// condition on groups or the other. An amount of rows is meant as its total.
func eitherOfGroups(p *parser, m match) *Node {
	x, y := p.ofGroup(m.one("a")), p.ofGroup(m.one("b"))
	if x == nil || y == nil {
		return nil
	}
	n := &Node{Kind: Have, Notes: slices.Concat(m.one("a").Notes, m.one("b").Notes)}
	n.Preds = []Condition{{Expr: p.spanned(plan.Or(x.Expr, y.Expr), m.start, m.end), Having: true, Where: Span{m.start, m.end}, Columns: []*Condition{x, y}}}
	return n
}

// ofGroup is the one condition of a node as one on groups; nil where it cannot
// be one.
func (p *parser) ofGroup(n *Node) *Condition {
	if len(n.Preds) != 1 {
		return nil
	}
	c := n.Preds[0]
	switch {
	case c.Having && c.Table == "":
		return &c
	case c.Having, c.Column == nil, c.Column.Col.Role != "measure", !comparison(c.Expr):
		return nil
	}
	t := p.onTotal(c)
	return &t
}
