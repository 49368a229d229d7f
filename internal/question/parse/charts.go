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
	case b.pl.Kind == plan.Rows && (slices.ContainsFunc(b.s.Orders, axes) || b.comparesPairs()):
		b.pl.Chart = "bar"
	case len(b.pl.Group) > 0 && b.s.hasFrame("correlation") && (len(b.pl.Measures) > 1 || b.numericKey()):
		b.pl.Chart = "point"
	}
}

// costNothingDrawn is for a chart of rows without a single amount.
const costNothingDrawn = 200

// doubtNothingDrawn doubts a list of names where a chart was asked for: how
// many there are of each can be drawn.
func (b *builder) doubtNothingDrawn() {
	if b.s.Chart == "" || b.s.Chart == "table" || b.pl.Kind != plan.Rows || len(b.pl.Select) == 0 || b.pl.From.Sub != nil {
		return
	}
	for i := range b.pl.Select {
		if c := b.selectColumn(i); c == nil || numeric(c) {
			return
		}
	}
	b.doubt(costNothingDrawn, "there is no amount to draw")
}

// comparesPairs reports whether an amount of each of something is to be
// compared or drawn, and how was not said.
func (b *builder) comparesPairs() bool {
	if len(b.pl.Select) != 2 || !b.s.hasFrame("compare") && !b.p.saysAny("visualization", "visualisation", "visualize", "visualise") {
		return false
	}
	x, y := b.selectColumn(0), b.selectColumn(1)
	return x != nil && y != nil && (numeric(x) || numeric(y))
}

// numericKey reports whether one amount is asked for along numbers.
func (b *builder) numericKey() bool {
	if len(b.pl.Group) != 1 {
		return false
	}
	c := b.s.Column(b.pl.Group[0].Expr)
	return c != nil && numeric(c)
}

// oneKeyOfSlices splits a pie by one column where another only says whose it
// is: "a pie chart of each ship's nationality".
func (b *builder) oneKeyOfSlices() {
	if b.s.Chart != "arc" || len(b.pl.Group) != 2 {
		return
	}
	for i, g := range b.pl.Group {
		c := b.s.Column(g.Expr)
		if c != nil && (unique(c) || b.p.labelled(c) && c.Col.Stats.Distinct*2 > c.Table.Rows) {
			b.pl.Group = slices.Delete(slices.Clone(b.pl.Group), i, i+1)
			b.doubt(150, "a pie is split by one column")
			return
		}
	}
}

// slicesOfRows draws "a pie chart of the proportion of team and points" where
// every team has one row: a slice for each, as large as its number.
func (b *builder) slicesOfRows() bool {
	s := b.s
	if s.Chart != "arc" || len(s.Select) != 2 || len(s.Measures)+len(s.Keys)+len(s.Haves) > 0 || s.Count || s.Best != nil || s.Limit != nil {
		return false
	}
	name, size := s.Select[0].Column, s.Select[1].Column
	if !category(name) || !unique(name) || !numeric(size) || name.Table != size.Table {
		return false
	}
	b.addSelect(name)
	b.addSelect(size)
	return true
}

// drawnPerWhat gives a chart of one amount something to be drawn along: the
// values that were named, else what the rows are called by.
func (b *builder) drawnPerWhat() {
	s := b.s
	if s.Chart == "" || s.Chart == "table" || len(b.pl.Group)+len(s.Haves) > 0 || len(s.Measures) != 1 || s.Measures[0].Op == plan.OpCount || s.Best != nil || s.Limit != nil {
		return
	}
	for _, c := range s.Preds {
		if c.Column != nil && category(c.Column) && (c.Joined || leavesSeveral(c.Expr)) {
			b.addKey(Key{Column: c.Column})
			return
		}
	}
	if l := b.p.label(b.p.scope.Base); l != nil && category(l) && (len(s.Nouns) > 0 || s.p.saysAny("their", "its")) {
		b.addKey(Key{Column: l})
		b.doubt(150, "it is not said what to draw it along")
	}
}

// leavesSeveral reports whether rows with different values fulfil a condition:
// "those whose name ends with n", "where the observer is one of two".
func leavesSeveral(e *plan.Expr) bool {
	switch e.Op {
	case plan.OpContains, plan.OpStarts, plan.OpEnds:
		return true
	}
	return e.Op == plan.OpIn && e.Sub == nil
}

// namesAxis reports whether a letter that is a value as well stands for an
// axis: "show Y in descending order".
func (p *parser) namesAxis(v *Node) bool {
	if v.End != v.Start+1 || v.End >= len(p.tokens) {
		return false
	}
	w, next := p.tokens[v.Start].Norm, p.tokens[v.End].Norm
	return (w == "x" || w == "y") && (next == "in" || next == "from" || next == "axis") && p.saysAny("ascending", "descending", "asc", "desc", "high", "low", "axis")
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
