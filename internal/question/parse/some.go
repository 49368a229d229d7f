package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// What has some of something.

// someRules come with the comparisons.
var someRules = []Rule{
	{Name: "got some of an amount", Pattern: "'have'|'has'|'had'|'won'|'win'|'earned'|'earn'|'received'|'receive'|'got'|'scored' c=col", Make: gotSome},
	{Name: "has it recorded", Pattern: "'have'|'has'|'had'|'with' 'a'|'an'|'any'? c=col 'listed'|'recorded'|'given'|'available'|'stated'|'noted'", Make: recorded},
}

// gotSome reads "which of them won medals" as more than none, where some have
// none: the question says no number, and asks which.
func gotSome(p *parser, m match) *Node {
	c := m.one("c").pick(func(c *link.Column) bool { return fromZero(c) && text.IsPlural(lastWord(m.one("c"))) })
	if c == nil || m.one("c").top() != c || m.one("c").Cols[0].Score < 800 || m.start == 0 || !p.closesClause(m.end) || !p.asksWhichOf(m.start) {
		return nil
	}
	return p.condition(m, c, plan.Make(plan.OpGt, p.expr(c), plan.Int(0)))
}

// recorded reads "which have a length listed": what is not empty.
func recorded(p *parser, m match) *Node {
	c := m.one("c").top()
	if c.Col.Stats.Nulls == 0 || m.one("c").Cols[0].Score < 800 || !p.closesClause(m.end) {
		return nil
	}
	return p.condition(m, c, plan.Make(plan.OpNotNull, p.expr(c)))
}

// asksWhichOf reports whether a question asks, before token i, which things
// are so, or how many.
func (p *parser) asksWhichOf(i int) bool {
	return slices.ContainsFunc(p.tokens[:i], func(t text.Token) bool { return t.Norm == "which" || t.Norm == "who" || t.Norm == "many" })
}

// closesClause reports whether what is said ends at token i.
func (p *parser) closesClause(i int) bool {
	return i >= len(p.tokens) || p.tokens[i].Kind == text.Punct
}
