package parse

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/question/text"
	"tabletalk/internal/table"
)

// soManyNoun reads "4 cylinder cars" and "3 bedroom houses": so many of what a
// column counts, said before the noun that it describes. "5 product lines" are
// five of them.
func soManyNoun(p *parser, m match) *Node {
	c, q := m.one("c"), m.one("q")
	col := c.pick(amount)
	if col == nil || col != c.top() || col.Col.Type != table.Integer || q.Num.Unit != "" || c.Start > q.End+1 || text.IsPlural(lastWord(c)) || m.end >= len(p.tokens) {
		return nil
	}
	if next := p.tokens[m.end]; next.Kind != text.Word || !text.IsPlural(next.Norm) || p.lex.Noise(next.Norm) {
		return nil
	}
	if q.Start > 0 {
		switch p.tokens[q.Start-1].Norm {
		case "top", "bottom", "first", "last", "best", "worst", "the":
			return nil
		}
	}
	low, ok := number(col.Col.Stats.Min)
	high, also := number(col.Col.Stats.Max)
	if v := q.Num.Value; !ok || !also || v < low || v > high || high > mostOfNoun {
		return nil
	}
	return p.condition(m, col, plan.Make(plan.OpEq, p.expr(col), literal(col, q.Num)))
}

// mostOfNoun is how many of a thing are told by a number before its name.
const mostOfNoun = 100
