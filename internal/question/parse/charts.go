package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// What is drawn must have something to be drawn along.

// takeChart reads a word for a chart. "In the artist table" says where the
// rows are, not how they are shown.
func (s *Sketch) takeChart(n *Node, i int) {
	switch {
	case n.Payload == "":
	case n.Payload == "table" && (s.Chart != "" || i > 0 && (s.nodes[i-1].Kind == Tab || s.nodes[i-1].Kind == Col)):
	default:
		s.Chart = n.Payload
	}
}

// impliedChart draws what is spoken of as a chart: rows whose axes are named,
// and how two measures of the same groups go together.
func (b *builder) impliedChart() {
	axes := func(r *Rank) bool { return r.Axis != "" }
	switch {
	case b.pl.Chart != "":
	case b.pl.Kind == plan.Rows && slices.ContainsFunc(b.s.Orders, axes):
		b.pl.Chart = "bar"
	case len(b.pl.Group) > 0 && len(b.pl.Measures) > 1 && b.s.hasFrame("correlation"):
		b.pl.Chart = "point"
	}
}

// nameMarks shows what each mark of a chart stands for where only amounts are
// to be drawn.
func (b *builder) nameMarks() {
	l := b.p.label(b.p.scope.Base)
	if b.pl.Chart != "bar" && b.pl.Chart != "arc" || len(b.pl.Group)+len(b.pl.Measures) > 0 || len(b.pl.Select) == 0 || len(b.pl.Select) > 2 || l == nil || !category(l) || b.pl.Distinct {
		return
	}
	for i := range b.pl.Select {
		if c := b.selectColumn(i); c == nil || !amount(c) {
			return
		}
	}
	b.pl.Select = slices.Insert(b.pl.Select, 0, plan.Named{As: b.name(l.Col.Name), Expr: b.use(l)})
}

// labelled reports whether a column is what the things in its table are named
// by.
func (p *parser) labelled(c *link.Column) bool { return c == p.label(c.Table.Name) }
