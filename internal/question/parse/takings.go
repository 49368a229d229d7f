package parse

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// takings is what the rows of order lines brought in: the price of one piece
// times how many, less the discount where there is one that is a share. Where
// a column holds amounts, they are what was taken.
func takings(p *parser) *plan.Expr {
	pieces, price := p.soldPieces(), p.priceColumn()
	if pieces == nil || price == nil || p.amountTaken() {
		return nil
	}
	e := plan.Make(plan.OpMul, p.expr(price), p.expr(pieces))
	if c := p.discountShare(); c != nil {
		e = plan.Make(plan.OpMul, e, plan.Make(plan.OpMinus, plan.Int(1), p.expr(c)))
	}
	return plan.Make(plan.OpSum, e)
}

// amountTaken reports whether the base table has a column of amounts of money
// that rows brought in.
func (p *parser) amountTaken() bool {
	return slices.ContainsFunc(p.Schema.ColumnsOf(p.scope.Base), func(c *link.Column) bool {
		return amount(c) && c.Col.Role != catalog.Price && shares(c.Words, []string{"revenue", "sale", "turnover", "income", "earning", "taking", "amount", "total", "value", "profit"})
	})
}

// soldPieces is the column of how many pieces a row sold: a quantity, not what
// is left in stock.
func (p *parser) soldPieces() *link.Column {
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if amount(c) && shares(c.Words, []string{"quantity", "unit"}) && !shares(c.Words, []string{"stock", "price", "cost", "reorder", "hand", "on", "in", "level", "per"}) {
			return c
		}
	}
	return nil
}

// discountShare is a discount that is a share of the price; nil where there is
// none.
func (p *parser) discountShare() *link.Column {
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if high, ok := number(c.Col.Stats.Max); ok && numeric(c) && slices.Contains(c.Words, "discount") && high <= 1 {
			return c
		}
	}
	return nil
}
