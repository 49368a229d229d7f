package parse

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// stepRules read how wide the stretches of a distribution are.
var stepRules = []Rule{
	{Name: "in steps of", Pattern: "'in' 'steps'|'bins'|'buckets'|'bands'|'ranges'|bin|binend 'of' q=num", Make: inSteps},
}

// inSteps reads "in steps of 10".
func inSteps(_ *parser, m match) *Node {
	q := m.one("q").Num
	if q.Value <= 0 {
		return nil
	}
	return &Node{Kind: "steps", Num: q}
}

// histogram builds how an amount spreads: rows per stretch of values.
func (b *builder) histogram() bool {
	s := b.s
	if len(s.Select) != 1 || len(s.Keys)+len(s.Measures) > 0 || !amount(s.Select[0].Column) {
		return false
	}
	c := s.Select[0].Column
	width := binWidth(c)
	if b.s.Step > 0 {
		width = b.s.Step
	}
	if width == 0 {
		return false
	}
	b.pl.Group = []plan.Named{{As: b.name(c.Col.Name), Expr: plan.Make(plan.OpBin, b.use(c), plan.Number(width)), Unit: c.Col.Unit}}
	b.addMeasure(b.rowCount())
	b.pl.Order = []plan.Order{{By: plan.Ref(b.pl.Group[0].As)}}
	b.pl.Kind = plan.Distribution
	b.read("distribution")
	return true
}

// kindsOf builds how rows spread over the kinds of a category: "the distribution
// of the players' gender". Whose they are is no part of it.
func (b *builder) kindsOf() bool {
	s := b.s
	if len(s.Keys)+len(s.Measures) > 0 || s.Best != nil || s.Limit != nil {
		return false
	}
	var kinds []Item
	for _, it := range s.Select {
		switch {
		case !category(it.Column) || temporal(it.Column):
			return false
		case it.Column != b.p.label(it.Column.Table.Name) || !b.rowOnly(it.Column):
			kinds = append(kinds, it)
		}
	}
	if len(kinds) != 1 || unique(kinds[0].Column) {
		return false
	}
	s.Select, s.Keys = nil, []Key{{Column: kinds[0].Column}}
	s.Measures = []Aggregate{b.rowCount()}
	b.read("distribution")
	return false
}

// binWidth gives some twenty stretches with round bounds.
func binWidth(c *link.Column) float64 {
	low, ok1 := number(c.Col.Stats.Min)
	high, ok2 := number(c.Col.Stats.Max)
	if !ok1 || !ok2 || high <= low {
		return 0
	}
	width := 1.0
	for (high-low)/width > 25 {
		width *= 10
	}
	for (high-low)/width < 2.5 {
		width /= 10
	}
	for _, f := range []float64{0.1, 0.2, 0.5} {
		if (high-low)/(width*f) <= 25 {
			return width * f
		}
	}
	return width
}
