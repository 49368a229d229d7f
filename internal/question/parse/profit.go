package parse

import (
	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// profitRules read whether things gained or lost: "orders that lost money".
var profitRules = []Rule{
	{Name: "gained or lost", Pattern: "'that'|'which'|'who'|'were'|'are'|'is'|'was'|'with'|'have'|'has'|'had'|'made'|'make'|'makes'|'sold'|'a'* g=gain", Make: gained},
}

// scoreGain lets "profitable" win over the column of profits.
const scoreGain = 1000

// tellsGain reports whether n words at token i tell gains from losses here:
// there is a profit, and nothing is compared ("more profitable than").
func (p *parser) tellsGain(i, n int) bool {
	if e, _ := p.profitOf(); e == nil {
		return false
	}
	if i > 0 && (p.tokens[i-1].Norm == "how" || p.tokens[i-1].Norm == "more" || p.tokens[i-1].Norm == "most" || p.tokens[i-1].Norm == "less" || p.tokens[i-1].Norm == "least") {
		return false
	}
	return i+n >= len(p.tokens) || p.tokens[i+n].Norm != "than"
}

// profitOf is the profit of the rows of a group: the sum of a column, or what
// is left of the revenue after the cost. The column is the one that it is
// told by.
func (p *parser) profitOf() (*plan.Expr, *link.Column) {
	if c := p.columnLike("profit"); c != nil {
		return plan.Make(plan.OpSum, p.expr(c)), c
	}
	revenue, cost := p.columnLike("revenue", "sale", "turnover"), p.costColumn()
	if revenue == nil || cost == nil {
		return nil, nil
	}
	return plan.Make(plan.OpMinus, plan.Make(plan.OpSum, p.expr(revenue)), plan.Make(plan.OpSum, p.expr(cost))), revenue
}

// costColumn is the amount that rows cost in all; a price of one piece is not.
func (p *parser) costColumn() *link.Column {
	c := p.columnLike("cost")
	if c == nil || c.Col.Role != catalog.Measure {
		return nil
	}
	return c
}

// gained makes the condition that a group gained or lost; in a question of yes
// and no it is the profit itself.
func gained(p *parser, m match) *Node {
	e, c := p.profitOf()
	if e == nil {
		return nil
	}
	a := Aggregate{Expr: e, Name: "total profit", Unit: c.Col.Unit, Column: c, Op: plan.OpSum, Stated: true}
	if first := p.tokens[0].Norm; first == "is" || first == "are" || first == "was" || first == "were" || first == "did" || first == "do" || first == "does" {
		p.spanned(a.Expr, m.start, m.end)
		return &Node{Kind: Measure, Payload: "metric", Measures: []Aggregate{a}}
	}
	op := plan.OpGt
	if m.one("g").Payload == "loss" {
		op = plan.OpLt
	}
	n := p.having(m, a, op, plan.Int(0))
	n.Notes = []Note{p.note(m.one("g"), "profit_sign", "“%s” is told by the total profit of each.", p.written(m.one("g")))}
	return n
}

// byProfit reads "the most profitable product" as the one with the most profit,
// be it a column or what is left of the revenue after the cost.
func (b *builder) byProfit(r *Rank) bool {
	n := b.s.BestNode
	if n == nil || n.Form == nil || n.Form.Adj.Base != "profitable" && n.Form.Adj.Base != "unprofitable" {
		return false
	}
	e, c := b.p.profitOf()
	if e == nil {
		return false
	}
	b.use(c)
	r.Measure, r.Desc = &Aggregate{Expr: e, Name: "profit", Unit: c.Col.Unit, Op: plan.OpMinus, Stated: true}, n.Form.Adj.Base == "profitable"
	b.note("metric", "The profit is taken to be the revenue less the cost.", Span{n.Start, n.End})
	return true
}
