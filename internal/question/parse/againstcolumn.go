package parse

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// againstColumn reads "shipped date is after required date": two columns of
// one row are compared.
func againstColumn(p *parser, m match) *Node {
	o := m.one("o")
	if o.Word == "over" && m.one("c").End == o.Start {
		return nil // "prices over the years": side by side
	}
	fit := amount
	if o.Kind == "time" || direction(o) != "" && o.Form != nil {
		fit = func(c *link.Column) bool { return c.Col.Type.Temporal() }
	}
	c, d := sureColumn(m.one("c"), fit), sureColumn(m.one("d"), fit)
	if c == nil || d == nil || c == d || c.Table != d.Table {
		return nil
	}
	op := operator(o, c)
	if o.Form == nil && o.Kind == "time" || o.Form != nil && direction(o) != "" {
		op = cmpOps[direction(o)]
	}
	if op == "" {
		return nil
	}
	return p.condition(m, c, plan.Make(negated(op, m.has("x")), p.expr(c), p.expr(d)))
}

// sureColumn is the first candidate of a node where it is sure and fits.
func sureColumn(n *Node, fit want) *link.Column {
	if n.Cols[0].Score < sureName || !fit(n.top()) {
		return nil
	}
	return n.top()
}
