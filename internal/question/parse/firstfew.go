package parse

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/question/text"
)

// totalOfFirst reads "total revenue of the top 3 customers" as one sum: what
// the three have together.
func (b *builder) totalOfFirst() {
	s, p := b.s, b.pl
	if len(s.Measures) != 1 || len(s.Keys)+len(s.Orders) > 0 || len(p.Group) != 1 || p.Limit == nil || len(p.Limit.Per) > 0 || len(p.Measures) == 0 || !b.saysTotalOf() {
		return
	}
	inner := *p
	inner.Kind, inner.Chart = plan.Table, ""
	for _, c := range s.Preds {
		b.useCondition(c)
		inner.Where = plan.And(inner.Where, c.Expr)
	}
	for _, h := range s.Haves {
		inner.Having = plan.And(inner.Having, h.Expr)
	}
	inner.From.Joins = b.p.scope.used(b.tables)
	b.tables = map[string]bool{}
	s.Preds, s.Haves = nil, nil
	m := inner.Measures[0]
	*p = plan.Plan{V: inner.V, Kind: plan.Scalar, From: plan.From{Sub: &inner}, Chart: p.Chart}
	p.Measures = []plan.Named{{As: m.As, Expr: b.p.spanned(plan.Make(plan.OpSum, plan.Column(m.As)), 0, 1), Unit: m.Unit}}
	b.note("together", "What they have together is given as one number.", Span{})
}

// saysTotalOf reports whether the total is asked for of the first few, rather
// than of each: "total revenue of the top 3", but not "by the top 3".
func (b *builder) saysTotalOf() bool {
	a := b.s.Measures[0]
	if a.Op != plan.OpSum || !a.Stated || a.Column == nil {
		return false
	}
	total := false
	for i, t := range b.p.tokens {
		switch t.Norm {
		case "total", "sum", "combined":
			total = true
		case "top", "best", "bottom", "first", "last", "largest", "biggest", "highest", "lowest", "smallest":
			return total && i > 0 && b.ofAt(i-1)
		case "each", "per", "every", "by":
			return false
		}
	}
	return false
}

// ofAt reports whether "of" or "from" stands at token i, or before an article
// there.
func (b *builder) ofAt(i int) bool {
	for i > 0 && (b.p.tokens[i].Norm == "the" || b.p.tokens[i].Norm == "our" || b.p.tokens[i].Norm == "my" || b.p.tokens[i].Kind == text.Punct) {
		i--
	}
	return b.p.tokens[i].Norm == "of" || b.p.tokens[i].Norm == "from"
}
