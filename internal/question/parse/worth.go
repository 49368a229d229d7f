package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// counts reports whether a column holds numbers of pieces, not amounts of money.
func counts(c *link.Column) bool {
	return fits([]string{"stock", "quantity", "unit", "inventory"}, c) && !fits([]string{"value", "worth", "price", "cost", "amount"}, c)
}

// worthOf reports whether the value of a number of pieces is asked for: "total
// stock value".
func (p *parser) worthOf(c *link.Column, m match) bool {
	return counts(c) && slices.ContainsFunc(p.tokens[m.start:min(m.end+1, len(p.tokens))], func(t text.Token) bool { return t.Norm == "value" || t.Norm == "worth" })
}

// worth is the value of the pieces of a column: each row's number of them times
// the price of one. Without a price there is none.
func (p *parser) worth(c *link.Column, notes *[]Note, n *Node) Aggregate {
	price := p.priceColumn()
	if price == nil || price.Table != c.Table {
		return Aggregate{}
	}
	*notes = append(*notes, p.note(n, "metric", "The value is taken to be “%s” times “%s”.", c.Col.Name, price.Col.Name))
	return Aggregate{Expr: plan.Make(plan.OpSum, plan.Make(plan.OpMul, p.expr(c), p.expr(price))), Name: "total value of " + spoken(c), Unit: price.Col.Unit, Column: c, Op: plan.OpSum, Stated: true}
}
