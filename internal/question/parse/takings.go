package parse

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/table"
)

// takings is what the rows of order lines brought in: the price of one piece
// times how many, less the discount where there is one that is a share. Where
// a column holds amounts, they are what was taken; where rows are no sales, or
// a discount cannot be taken off, it is not known.
func takings(p *parser) *plan.Expr {
	pieces, price := p.soldPieces(), p.priceColumn()
	if pieces == nil || price == nil || p.amountTaken() || !p.rowsAreSales() {
		return nil
	}
	off := p.discountShare()
	if off == nil && p.discounted() {
		return nil
	}
	e := plan.Make(plan.OpMul, p.expr(price), p.expr(pieces))
	if off != nil {
		e = plan.Make(plan.OpMul, e, plan.Make(plan.OpMinus, plan.Int(1), p.expr(off)))
	}
	return plan.Make(plan.OpSum, e)
}

// saleWords are words of tables and columns that tell of sales; keepWords those
// of tables that tell what there is, and of dates on which that was noted.
var (
	saleWords = []string{"order", "sale", "sold", "invoice", "transaction", "receipt", "basket", "cart", "checkout"}
	keepWords = []string{"stock", "inventory", "warehouse", "product", "catalog", "catalogue", "item", "supply", "purchase", "updated", "modified", "created", "added", "restocked", "restock", "counted", "expiry", "expires"}
)

// rowsAreSales reports whether each row of the base table is something sold:
// its name or one of its keys says so, or it has a day and is no list of what
// there is.
func (p *parser) rowsAreSales() bool {
	name := p.Schema.TableWords(p.scope.Base)
	if shares(name, saleWords) {
		return !shares(name, []string{"purchase", "supply", "supplier"})
	}
	return !shares(name, keepWords) && slices.ContainsFunc(p.Schema.ColumnsOf(p.scope.Base), func(c *link.Column) bool {
		return c.Col.Role == catalog.ID && shares(c.Words, saleWords) || c.Col.Type.Temporal() && !shares(c.Words, keepWords)
	})
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
		if high, ok := number(c.Col.Stats.Max); ok && discounts(c) && high <= 1 && c.Col.Type != table.Integer {
			return c
		}
	}
	return nil
}

// discounted reports whether rows have a discount of whatever kind.
func (p *parser) discounted() bool {
	return slices.ContainsFunc(p.Schema.ColumnsOf(p.scope.Base), discounts)
}

func discounts(c *link.Column) bool {
	return numeric(c) && shares(c.Words, []string{"discount", "rebate"})
}
