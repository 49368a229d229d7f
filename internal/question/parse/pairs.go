package parse

import (
	"slices"

	"tabletalk/internal/plan"
)

// pairs draws two numbers of each row against each other, in the color of what
// they are grouped by: where how they go together is to be drawn rather than
// measured, and where one of them only numbers the rows, which nothing goes
// along with.
func (b *builder) pairs() bool {
	s := b.s
	cols := b.amounts()
	if len(cols) != 2 || len(s.Select) != 2 || len(s.Measures) > 0 || s.Count || s.Best != nil || s.Limit != nil || len(s.Haves) > 0 {
		return false
	}
	drawn := s.Chart == "point" && len(s.Keys) > 0 || s.Chart == "" && (s.p.saysAny("visualize", "visualise", "draw", "plot") || slices.ContainsFunc(cols, numbering))
	if !drawn || slices.ContainsFunc(s.Keys, func(k Key) bool { return k.Column == nil || k.Grain != "" || k.Part != "" }) {
		return false
	}
	b.read("correlation", "relation")
	b.pl.Kind, b.pl.Chart = plan.Rows, "point"
	for _, k := range s.Keys {
		cols = append(cols, k.Column)
	}
	for _, c := range cols {
		b.pl.Select = append(b.pl.Select, plan.Named{As: b.name(c.Col.Name), Expr: b.use(c)})
	}
	return true
}
