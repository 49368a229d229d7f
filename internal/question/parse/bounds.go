package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/text"
)

// twoBounds reads "cost more than 50 but less than 100": both numbers bound
// the one column that is named.
func twoBounds(p *parser, m match) *Node {
	c := m.one("c")
	col := c.pick(amount)
	if col == nil || col != c.top() || p.numberedOf(c, m) {
		return nil
	}
	low, high := operator(m.one("o"), col), operator(m.one("s"), col)
	if low == "" || high == "" || upward(low) == upward(high) {
		return nil
	}
	bound := func(op plan.Op, q *Node) *plan.Expr { return plan.Make(op, p.expr(col), literal(col, q.Num)) }
	return p.condition(m, col, plan.And(bound(low, m.one("q")), bound(high, m.one("r"))))
}

// numberedOf reports whether the last number has a column of its own: "cost
// more than 50 but less than 3 units".
func (p *parser) numberedOf(c *Node, m match) bool {
	if c.Start > m.start || m.end == len(p.tokens) || p.tokens[m.end].Kind != text.Word {
		return false
	}
	for _, other := range p.Schema.ColumnsOf(p.scope.Base) {
		if fits([]string{p.tokens[m.end].Base}, other) {
			return true
		}
	}
	return false
}

func upward(op plan.Op) bool { return op == plan.OpGt || op == plan.OpGe }

// percentile reads "90th percentile of price".
func percentile(p *parser, m match) *Node {
	col := m.one("c").pick(numeric)
	at := m.one("q").Num.Value
	if col == nil || at <= 0 || at >= 100 {
		return nil
	}
	a := p.aggregate(plan.OpQuantile, col, true)
	a.Expr = p.spanned(plan.Make(plan.OpQuantile, p.expr(col), plan.Number(at/100)), m.start, m.end)
	a.Name = p.tokens[m.start].Text + " percentile of " + spoken(col)
	return &Node{Kind: Measure, Measures: []Aggregate{a}}
}

// boundAt reports whether a comparison begins at token i: "with a discount over
// 10%" asks for more than that there is one.
func (p *parser) boundAt(i int) bool {
	for i < len(p.tokens) && (p.tokens[i].Norm == "of" || p.tokens[i].Norm == "that" || p.tokens[i].Norm == "is") {
		i++
	}
	return i < len(p.tokens) && slices.ContainsFunc(p.lex.At(p.tokens, i), func(e lexicon.Entry) bool { return e.Tag == "cmp" || e.Tag == "between" })
}
