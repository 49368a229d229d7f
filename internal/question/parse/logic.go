package parse

import (
	"slices"

	"tabletalk/internal/plan"
)

// logicRules join conditions.
var logicRules = []Rule{
	{Name: "same column compared again", Pattern: "a=pred j=or|and 'or'? o=cmp|comp than? q=num", Make: comparedAgain},
	{Name: "but not so much", Pattern: "a=pred x=not q=num", Make: butNotNumber},
	{Name: "one or the other of groups", Pattern: "a=have or b=have|pred", Make: eitherOfGroups},
	{Name: "one or the other of totals", Pattern: "a=pred or b=have", Make: eitherOfGroups},
	{Name: "both, or another", Pattern: "z=pred and " + again + " a=pred or " + again + " b=pred", Make: bothOr},
	{Name: "one or the other", Pattern: "a=pred or " + again + " b=pred", Make: either},
}

// again are words by which a second condition goes on as the first began:
// "with a rating above 4 or with more than 10 reviews".
const again = "'in'|'at'|'on'|'from'|'with'|'that'|'which'|'who'|'whose'|'have'|'has'|'had'|'having'|'are'|'is'|'was'|'were'*"

// comparedAgain reads "age over 50 or below 30".
func comparedAgain(p *parser, m match) *Node {
	a := m.one("a")
	if len(a.Preds) != 1 || a.Preds[0].Column == nil || !numeric(a.Preds[0].Column) {
		return nil
	}
	c := a.Preds[0].Column
	op := operator(m.one("o"), c)
	if op == "" {
		return nil
	}
	e := plan.Make(op, p.expr(c), literal(c, m.one("q").Num))
	if m.one("j").Kind == "or" {
		return p.condition(m, c, plan.Or(a.Preds[0].Expr, e))
	}
	n := a.copy()
	n.Preds = append(append([]Condition{}, a.Preds...), Condition{Expr: e, Column: c, Where: Span{m.start, m.end}})
	return n
}

// either joins the last condition before "or" with the first after it.
func either(p *parser, m match) *Node {
	a, b := m.one("a"), m.one("b")
	if len(a.Preds) != 1 || len(b.Preds) != 1 {
		return nil
	}
	n := p.condition(m, a.Preds[0].Column, plan.Or(a.Preds[0].Expr, b.Preds[0].Expr))
	if a.Preds[0].Column != b.Preds[0].Column {
		n.Preds[0].Column = nil
		n.Preds[0].Columns = []*Condition{&a.Preds[0], &b.Preds[0]}
	}
	n.Notes = append(append(n.Notes, a.Notes...), b.Notes...)
	return n
}

// bothOr reads "in Berlin and over 40 or on leave" as logic does: "and" binds
// tighter. Two values of one column are an alternative of their own: "in
// Berlin and open or pending".
func bothOr(p *parser, m match) *Node {
	z, a, b := m.one("z"), m.one("a"), m.one("b")
	if len(z.Preds) != 1 || len(a.Preds) != 1 || len(b.Preds) != 1 || a.Preds[0].Column == nil || a.Preds[0].Column == b.Preds[0].Column || a.Preds[0].either() {
		return nil
	}
	n := p.condition(m, nil, plan.Or(plan.And(z.Preds[0].Expr, a.Preds[0].Expr), b.Preds[0].Expr))
	n.Preds[0].Columns = []*Condition{&z.Preds[0], &a.Preds[0], &b.Preds[0]}
	n.Notes = append(slices.Concat(z.Notes, a.Notes, b.Notes), Note{Code: "and_before_or", Text: "“and” binds tighter than “or”: both conditions before “or”, or the one after it.", Span: Span{m.start, m.end}})
	return n
}

// either reports whether a condition is an alternative already.
func (c Condition) either() bool { return c.Expr.Op == plan.OpOr || c.Expr.Op == plan.OpIn }

// butNotNumber reads "under 5 percent but not zero".
func butNotNumber(p *parser, m match) *Node {
	a := m.one("a")
	if len(a.Preds) != 1 || a.Preds[0].Column == nil || !numeric(a.Preds[0].Column) {
		return nil
	}
	c := a.Preds[0].Column
	n := a.copy()
	n.Preds = append(append([]Condition{}, a.Preds...), Condition{Expr: plan.Make(plan.OpNe, p.expr(c), literal(c, m.one("q").Num)), Column: c, Where: Span{m.start, m.end}})
	return n
}
