package parse

import (
	"slices"

	"tabletalk/internal/plan"
)

// weightedBy reads "weighted by revenue".
func weightedBy(_ *parser, m match) *Node {
	c := m.one("c").pick(amount)
	if c == nil {
		return nil
	}
	n := m.one("c").copy()
	n.Kind, n.Cols = "weight", slices.Clone(n.Cols)
	n.Cols[0].Column = c
	return n
}

// soWeighted reads "revenue-weighted discount" as the one weighted by the
// other.
func soWeighted(p *parser, m match) *Node {
	w, x := m.one("c").pick(amount), m.one("d").pick(amount)
	if w == nil || x == nil || w == x {
		return nil
	}
	a := p.aggregate(plan.OpAvg, x, true)
	return &Node{Kind: Measure, Payload: "metric", Measures: []Aggregate{p.weighted(a, p.expr(w), w.Col.Name)}}
}

// weighted is an average in which each row counts as much as its weight.
func (p *parser) weighted(a Aggregate, w *plan.Expr, by string) Aggregate {
	x := a.Expr.Args[0]
	a.Expr = plan.Make(plan.OpDiv, plan.Make(plan.OpSum, plan.Make(plan.OpMul, x, w)), plan.Make(plan.OpSum, w))
	a.Name, a.Op = a.Name+" weighted by "+by, plan.OpDiv
	return a
}

// weigh makes the average that is asked for a weighted one.
func (b *builder) weigh() {
	s := b.s
	if s.Weight == nil {
		return
	}
	for i, it := range s.Select {
		if amount(it.Column) && len(s.Measures) == 0 && it.Column != s.Weight {
			s.Measures = []Aggregate{b.p.aggregate(plan.OpAvg, it.Column, true)}
			s.Select = slices.Delete(slices.Clone(s.Select), i, i+1)
			break
		}
	}
	if len(s.Measures) != 1 || s.Measures[0].Op != plan.OpAvg || s.Measures[0].Column == nil {
		b.doubt(900, "nothing to weigh was named")
		return
	}
	s.Measures[0] = b.p.weighted(s.Measures[0], b.use(s.Weight), s.Weight.Col.Name)
}
