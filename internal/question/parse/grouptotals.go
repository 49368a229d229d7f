package parse

import (
	"fmt"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// totalsToo turns conditions on amounts beside a condition on groups into ones
// on the totals of the groups.
func (b *builder) totalsToo() {
	s := b.s
	var rest []Condition
	for _, c := range s.Preds {
		if c.Column == nil || c.Column.Col.Role != catalog.Measure || !comparison(c.Expr) || b.p.ofRows(c) {
			rest = append(rest, c)
			continue
		}
		s.Haves = append(s.Haves, b.p.onTotal(c))
		b.note("group_total", fmt.Sprintf("The total of “%s” of each group is compared.", c.Column.Col.Name), c.Where)
	}
	s.Preds = rest
}

// totalsOfCounted reads "how many orders over 100 dollars" as a condition on
// the total of each order, which takes several rows.
func (b *builder) totalsOfCounted() {
	s := b.s
	if len(s.Measures) != 1 || len(s.Haves) > 0 || len(s.Keys) > 0 || len(b.pl.Group) > 0 {
		return
	}
	a := s.Measures[0]
	thing := a.Column
	if a.Rows && !a.Lines {
		thing = b.p.repeatingID(a.Table)
	}
	if a.Op != plan.OpCount || thing == nil || unique(thing) {
		return
	}
	many := thing.Col.Stats.Distinct > 0 && thing.Table.Rows/thing.Col.Stats.Distinct >= 3
	for i := 0; i < len(s.Preds); i++ {
		c := s.Preds[i]
		if c.Column == nil || c.Column.Col.Role != catalog.Measure || b.p.ofRows(c) || !c.Bare && !(many && comparison(c.Expr)) {
			continue
		}
		s.Haves = append(s.Haves, b.p.onTotal(c))
		s.Preds, i = b.butOne(i), i-1
		a.Column, a.Rows = thing, false
		s.Measures[0] = a
		b.note("group_total", fmt.Sprintf("The total of “%s” of each “%s” is compared.", c.Column.Col.Name, thing.Col.Name), c.Where)
	}
}

// ofRows reports whether a condition was said with "where", or of the rows by
// their name ("flights with a delay above 60"): it is about rows, not about
// totals of what they belong to.
func (p *parser) ofRows(c Condition) bool {
	end := c.Where.Start
	for end > 0 && p.lex.Noise(p.tokens[end-1].Norm) {
		end--
	}
	for i := max(end-2, 0); i < end; i++ {
		for _, m := range p.byStart[i] {
			if m.Kind == link.TableMention && m.How == link.Exact && m.Table == p.scope.Base && m.End == end && !c.Bare && p.asksOther(i) {
				return true
			}
		}
	}
	for i := 1; i < c.Where.Start && i < len(p.tokens); i++ {
		if p.tokens[i].Norm == "where" {
			return !c.Bare
		}
	}
	return false
}

// asksOther reports whether a column is named before token i: what follows
// describes the rows that it is asked of.
func (p *parser) asksOther(i int) bool {
	for k := range i {
		if slices.ContainsFunc(p.byStart[k], func(m link.Mention) bool { return m.Kind == link.ColumnMention && m.Score >= 800 && m.End <= i }) {
			return true
		}
	}
	return false
}

// onTotal is a condition on an amount as one on its total in each group.
func (p *parser) onTotal(c Condition) Condition {
	e := *c.Expr
	total := p.aggregate(plan.OpSum, c.Column, false)
	e.Args = append([]*plan.Expr{total.Expr}, c.Expr.Args[1:]...)
	return Condition{Expr: &e, Of: total.Name, Column: c.Column, Having: true, Where: c.Where}
}

func comparison(e *plan.Expr) bool {
	switch e.Op {
	case plan.OpGt, plan.OpGe, plan.OpLt, plan.OpLe:
		return len(e.Args) == 2 && e.Args[1].Lit != nil
	}
	return false
}

// totalOfEach turns a bare comparison into one with the total of each thing.
func (b *builder) totalOfEach(c *link.Column, i int) bool {
	s := b.s
	cond := s.Preds[i]
	a := b.p.aggregate(plan.OpSum, cond.Column, false)
	s.Preds = b.butOne(i)
	s.Haves = append(s.Haves, b.p.onTotal(cond))
	b.addKey(Key{Column: c})
	b.addMeasure(a)
	b.note("group_total", fmt.Sprintf("The total of “%s” of each “%s” is compared.", cond.Column.Col.Name, c.Col.Name), cond.Where)
	return true
}

// sortedThings reads "products, cheapest first" of things that have many rows:
// each is shown once, with what it is sorted by.
func (b *builder) sortedThings() bool {
	s := b.s
	if len(s.Select) != 1 || len(s.Orders) != 1 || s.Distinct || s.Limit != nil {
		return false
	}
	c, by := s.Select[0].Column, s.Orders[0].Column
	if by == nil || by == c || by.Table != c.Table || !amount(by) || !category(c) || temporal(c) || c.Col.Stats.Distinct == 0 || c.Table.Rows/c.Col.Stats.Distinct < 6 {
		return false
	}
	b.addKey(Key{Column: c})
	a := b.defaultMeasure(by, s.Select[0].Node)
	b.addMeasure(a)
	b.note("distinct", fmt.Sprintf("Each “%s” is shown once.", c.Col.Name), Span{})
	r := *s.Orders[0]
	r.Column, r.Measure = nil, &a
	s.Orders = []*Rank{&r}
	return true
}
