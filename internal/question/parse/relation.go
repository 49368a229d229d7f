package parse

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// maxRelated is how many columns one is compared with where none is named.
const maxRelated = 10

// correlation builds Pearson's coefficient of two amounts.
func (b *builder) correlation() bool {
	cols := b.amounts()
	if len(cols) != 2 {
		return false
	}
	x, y := b.use(cols[0]), b.use(cols[1])
	b.read("correlation", "compare", "relation", "affects")
	b.pl.Kind = plan.Correlation
	b.pl.Measures = []plan.Named{{As: "correlation", Expr: plan.Make(plan.OpCorr, x, y)}, {As: "pairs", Expr: &plan.Expr{Op: plan.OpCount, Args: []*plan.Expr{x}, Filter: plan.Make(plan.OpNotNull, y)}}}
	b.pl.Analysis = &plan.Analysis{Method: "pearson", X: x, Y: y}
	for _, k := range b.s.Keys {
		b.addKey(k)
	}
	return true
}

// amounts are the columns of numbers that are asked for.
func (b *builder) amounts() (cols []*link.Column) {
	for _, it := range b.s.Select {
		if numeric(it.Column) && !slices.Contains(cols, it.Column) {
			cols = append(cols, it.Column)
		}
	}
	return cols
}

// relation answers whether one thing goes with another: the correlation of two
// amounts; of an amount and a category, the average of each group; "what
// affects the price" compares the price with every other amount.
func (b *builder) relation() bool {
	s := b.s
	if len(s.Measures) > 0 || s.Count {
		return false
	}
	amounts := b.amounts()
	var kinds []*link.Column
	for _, it := range s.Select {
		if groups(it.Column) && !numeric(it.Column) {
			kinds = append(kinds, it.Column)
		}
	}
	switch {
	case len(amounts) == 2 && len(s.Select) == 2:
		return b.correlation()
	case len(amounts) == 1 && len(kinds) == 1 && len(s.Select) == 2 && len(s.Keys) == 0:
		return b.averageOfEach(amounts[0], kinds[0])
	case len(amounts) == 1 && len(s.Select) == 1 && len(s.Keys) == 0:
		return b.everyCorrelation(amounts[0])
	}
	return false
}

// relatable reports whether a column is an amount that another may go with.
func relatable(c *link.Column) bool { return amount(c) && !flag(c) }

// groups reports whether the values of a column are few enough to compare.
func groups(c *link.Column) bool {
	switch c.Col.Role {
	case catalog.Dimension, catalog.Geo, catalog.Flag:
		return true
	}
	return false
}

func (b *builder) averageOfEach(amount, kind *link.Column) bool {
	b.read("relation", "affects", "correlation")
	b.note("relation_averages", "Whether “"+spoken(amount)+"” goes with “"+spoken(kind)+"” is shown by the average of each.", Span{})
	b.addMeasure(b.p.aggregate(plan.OpAvg, amount, false))
	b.addKey(Key{Column: kind})
	return true
}

// everyCorrelation compares an amount with the others of its table.
func (b *builder) everyCorrelation(amount *link.Column) bool {
	var list []plan.Named
	y := b.use(amount)
	for _, c := range b.p.Schema.ColumnsOf(b.p.scope.Base) {
		if c == amount || !relatable(c) || len(list) == maxRelated {
			continue
		}
		list = append(list, plan.Named{As: "correlation with " + spoken(c), Expr: plan.Make(plan.OpCorr, y, b.use(c))})
	}
	if len(list) == 0 {
		return false
	}
	b.read("relation", "affects", "correlation")
	b.doubt(150, "only numbers are compared")
	b.note("relation_numbers", "“"+spoken(amount)+"” is compared with the other columns of numbers; of a category, ask for its average by that.", Span{})
	b.pl.Kind, b.pl.Measures = plan.Correlation, list
	return true
}
