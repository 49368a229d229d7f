package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/question/link"
)

// named replaces numbers that only refer to rows of another table by the
// names of those rows, where the question does not ask for the numbers: "the
// party of each delegate" is a name, not 2.
func (b *builder) named() {
	s := b.s
	for i, it := range s.Select {
		if l := b.nameOf(it.Column, it.Node.Word); l != nil && !slices.ContainsFunc(s.Select, func(o Item) bool { return o.Column == l }) {
			s.Select[i].Column = l
		}
	}
	for i, k := range s.Keys {
		if k.Column == nil || k.Grain != "" || k.Part != "" {
			continue
		}
		if l := b.nameOf(k.Column, k.Said); l != nil && unique(l) && !b.p.isKey(l, s.Keys) {
			s.Keys[i].Column = l
		}
	}
}

// nameOf is the column that names the rows which a column refers to by
// number; nil where there is none.
func (b *builder) nameOf(c *link.Column, said string) *link.Column {
	if slices.ContainsFunc(strings.Fields(said), saysNumber) || unique(c) {
		return nil
	}
	for _, j := range b.p.Schema.Catalog.Joins {
		if !j.Unique || j.Many.Table != c.Table.Name || j.Many.Column != c.Col.Name || j.One.Table == c.Table.Name {
			continue
		}
		l := b.p.label(j.One.Table)
		if l == nil || labelRank(l, b.p.Schema.TableWords(j.One.Table)) < 40 || !numeric(c) && (l.Col.Name == j.One.Column || !codes(c, l)) || !b.reach(j) {
			return nil
		}
		return l
	}
	return nil
}

// codes reports whether a column of text holds short codes of what another
// column names.
func codes(c, name *link.Column) bool {
	return c.Col.Stats.MaxLen > 0 && c.Col.Stats.MaxLen <= 6 && name.Col.Stats.MaxLen > 2*c.Col.Stats.MaxLen && labelRank(c, nil) < 40
}

// reach makes sure that the tables of the question include the one that a
// join leads to.
func (b *builder) reach(j catalog.Join) bool {
	if b.p.scope.has(j.One.Table) {
		return true
	}
	wider, ok := b.p.scope.extend(j)
	if ok {
		p := *b.p
		p.scope, b.p = wider, &p
	}
	return ok
}
