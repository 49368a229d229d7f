package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// countTrue reads "how many smokers" on a column of yes and no: the rows that
// say yes. That the column holds two values is never what is asked.
func (p *parser) countTrue(c *link.Column, x *Node, m match) *Node {
	n := p.countRows(c.Table.Name, m)
	n.Measures[0].Name = "number of " + x.Word
	n.Preds = []Condition{{Expr: p.spanned(p.flagIs(c, true), x.Start, x.End), Column: c, Where: Span{x.Start, x.End}}}
	n.Parts = []*Node{x}
	return n
}

// counting is how the things of a column are counted in each group.
func (b *builder) counting(c *link.Column) Aggregate {
	a := Aggregate{Expr: plan.CountDistinct(b.use(c)), Name: "number of " + plural(c), Op: plan.OpCount, Column: c}
	if flag(c) {
		a.Name, a.Expr = "number with "+spoken(c), &plan.Expr{Op: plan.OpCount, Filter: b.p.flagIs(c, true)}
	}
	return a
}

// flagsAsConditions turns columns of yes and no that were asked for into
// conditions: "what share of women survived" does not ask to see who did.
func (b *builder) flagsAsConditions() {
	s := b.s
	s.Select = slices.DeleteFunc(slices.Clone(s.Select), func(it Item) bool {
		if !flag(it.Column) {
			return false
		}
		at := Span{it.Node.Start, it.Node.End}
		s.Preds = append(s.Preds, Condition{Expr: b.p.spanned(b.p.flagIs(it.Column, true), at.Start, at.End), Column: it.Column, Where: at})
		return true
	})
}

// predicate reports whether a condition is what a sentence says of its
// subject, rather than a part of the subject: "women survived", "orders that
// were returned".
func (b *builder) predicate(c Condition, from int) bool {
	if c.Where.Start <= from {
		return false
	}
	before := b.p.tokens[from:c.Where.Start]
	for _, t := range before {
		switch t.Norm {
		case "is", "are", "was", "were", "be", "been", "have", "has", "had", "do", "did", "does":
			return true
		}
	}
	return c.Column != nil && flag(c.Column) && b.p.tokens[c.Where.Start-1].Norm != "of"
}

// notDone reads "orders that have not been shipped": the date of it is missing.
func notDone(p *parser, m match) *Node {
	c := m.one("c").top()
	if w := m.one("n").Word; w != "not" && w != "never" || !c.Col.Type.Temporal() || c.Col.Stats.Nulls == 0 || !strings.HasSuffix(lastWord(m.one("c")), "ed") {
		return nil
	}
	return p.condition(m, c, plan.Make(plan.OpIsNull, p.expr(c)))
}
