package parse

import (
	"fmt"
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// A count that can only be one is not what anybody asks for.

// ofItsGroups counts rows where the values of a key were to be counted within
// that key's groups: each group has one.
func (b *builder) ofItsGroups(a Aggregate) Aggregate {
	if a.Op != plan.OpCount || a.Column == nil || !a.Expr.Distinct || !b.groupedBy(a.Column) {
		return a
	}
	return b.rowCount()
}

func (b *builder) groupedBy(c *link.Column) bool {
	return slices.ContainsFunc(b.pl.Group, func(g plan.Named) bool { return same(g.Expr, b.p.expr(c)) })
}

// partedByCounted reads "the number of venues of each workshop", where each
// row is a workshop and has one venue, as how many have each venue.
func (b *builder) partedByCounted(a Aggregate) {
	said := len(b.s.Keys) == 1 || b.drawn()
	if !said || b.s.Best != nil || b.s.Limit != nil || len(b.pl.Group) != 1 || len(b.s.Measures) != 1 || len(b.s.Haves) > 0 || !category(a.Column) || unique(a.Column) || a.Column.Table.Name != b.p.scope.Base {
		return
	}
	key := b.pl.Group[0].Expr
	if key.Op != plan.OpCol || key.Col.Table != "" {
		return
	}
	c := b.p.Schema.Find(b.p.scope.Base, key.Col.Name)
	if c == nil || !unique(c) {
		return
	}
	b.pl.Group = nil
	b.addKey(Key{Column: a.Column})
	b.doubt(150, fmt.Sprintf("each “%s” has one “%s”: it is counted how many have each", spoken(c), spoken(a.Column)))
}
