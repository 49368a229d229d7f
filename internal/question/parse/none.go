package parse

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// What has none of something.

// without reads "orders with no rating": the rating is not filled.
func without(p *parser, m match) *Node {
	c := m.one("c").top()
	w := m.one("n").Word
	if flag(c) {
		return p.condition(m, c, p.flagIs(c, false))
	}
	if w != "no" && w != "without" {
		return nil
	}
	return p.none(m, c)
}

// eitherCount reads "have 3 or 5 cylinders".
func eitherCount(p *parser, m match) *Node {
	col := m.one("c").pick(numeric)
	if col == nil {
		return nil
	}
	return p.condition(m, col, plan.Make(plan.OpIn, p.expr(col), literal(col, m.one("q").Num), literal(col, m.one("r").Num)))
}

// gotNone reads "did not win any medals" as none of them.
func gotNone(p *parser, m match) *Node {
	c := m.one("c").pick(fromZero)
	if c == nil || m.one("n").Word != "not" || p.boundAt(m.end) {
		return nil
	}
	return p.none(m, c)
}

// none is the condition that nothing is in a column, or zero.
func (p *parser) none(m match, c *link.Column) *Node {
	none := plan.Make(plan.OpIsNull, p.expr(c))
	switch {
	case fromZero(c) && c.Col.Stats.Nulls == 0:
		none = p.isZero(c)
	case fromZero(c):
		none = plan.Or(none, p.isZero(c))
	case c.Col.Stats.Nulls == 0:
		return nil
	}
	return p.condition(m, c, none)
}
