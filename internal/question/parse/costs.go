package parse

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// costsSo reports whether "cost" is the verb of a thing: "products that cost
// 20 or more".
func (p *parser) costsSo(c *Node) bool {
	if c.Word != "cost" && c.Word != "costs" || c.Start == 0 || c.End >= len(p.tokens) {
		return false
	}
	before := p.tokens[c.Start-1].Norm
	return before == "that" || before == "which" || before == "who" || text.IsPlural(before)
}

// otherPrices are words of prices that are not what a buyer pays.
var otherPrices = []string{"cost", "purchase", "buying", "buy", "wholesale", "supplier", "supply", "old", "previous", "former", "competitor"}

// priceColumn is the price of one piece that a buyer pays; nil if there is
// none.
func (p *parser) priceColumn() *link.Column {
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if c.Col.Role == catalog.Price && slices.Contains(c.Words, "price") && !shares(c.Words, otherPrices) {
			return c
		}
	}
	return nil
}
