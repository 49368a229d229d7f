package parse

import (
	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// taught gives the metrics and filters that people named and that token i
// begins. A metric needs its own table as the base: over the rows of another
// one it would count some of them again.
func (p *parser) taught(i int) []*Node {
	var out []*Node
	for _, m := range p.byStart[i] {
		if m.Kind != link.TermMention || !p.scope.has(m.Table) {
			continue
		}
		e, err := plan.ParseExpr(m.Term.Text)
		if err != nil {
			continue
		}
		n := &Node{Start: m.Start, End: m.End, Word: phrase(p.tokens[m.Start:m.End]), Score: m.Score*(m.End-m.Start) + scoreLonger*(m.End-m.Start-1)}
		switch {
		case m.Term.Kind == catalog.TermFilter:
			n.Kind, n.Preds = Pred, []Condition{p.taughtFilter(e, m)}
		case m.Table == p.scope.Base:
			a := Aggregate{Expr: p.spanned(e, m.Start, m.End), Name: m.Term.Phrase, Op: e.Op, Stated: true}
			n.Kind, n.Payload, n.Measures = Measure, "metric", []Aggregate{a}
		default:
			continue
		}
		n.Notes = []Note{p.note(n, "defined", "“%s” is %s, as you defined it.", m.Term.Phrase, m.Term.Text)}
		out = append(out, n)
	}
	return out
}

// taughtFilter is a condition over the columns of the term's table, also where
// that table is joined to the base.
func (p *parser) taughtFilter(e *plan.Expr, m link.Mention) Condition {
	c := Condition{Expr: p.spanned(e, m.Start, m.End), Where: Span{m.Start, m.End}}
	e.Each(func(x *plan.Expr) bool {
		if x.Op != plan.OpCol || x.Col.Table != "" {
			return x.Sub == nil
		}
		col := p.Schema.Find(m.Table, x.Col.Name)
		if c.Column == nil {
			c.Column = col
		}
		if m.Table != p.scope.Base {
			x.Col.Table = m.Table
		}
		return true
	})
	return c
}
