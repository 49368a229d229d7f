package parse

import (
	"strconv"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/when"
)

// rowRules read relations between rows: the next one, the same as another,
// one of two.
var rowRules = []Rule{
	{Name: "same as another's", Pattern: "same c=col 'as'|'than'|'of' 'that'|'of'|'for'|'did'|'was'|'in'|tab|light* v=val", Make: sameAs},
	{Name: "as in the answer before", Pattern: "r='this'|'that'|'these'|'those'|ref c=col", Make: refColumn},
	{Name: "next to a value", Pattern: "r=row|time tab|col|word|light|fn* v=val", Make: nextTo},
}

// sameAs reads "the same country as Anna": the condition that another row's
// value is shared, the row itself left out.
func sameAs(p *parser, m match) *Node {
	c, v := m.one("c").top(), m.one("v").Vals[0]
	sub := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: v.Table}, Select: []plan.Named{{As: c.Col.Name, Expr: plan.Column(c.Col.Name)}},
		Where: plan.Make(plan.OpEq, plan.Column(v.Column.Col.Name), valueLiteral(v.Column, v.Value))}
	if c.Table != v.Column.Table || c.Table.Name != p.scope.Base {
		return nil
	}
	n := p.condition(m, c, plan.InPlan(p.expr(c), sub))
	other := plan.Make(plan.OpNe, p.expr(v.Column), valueLiteral(v.Column, v.Value))
	n.Preds = append(n.Preds, Condition{Expr: other, Column: v.Column, Where: Span{m.start, m.end}})
	n.Notes = p.valueNotes(m.one("v"), v)
	return n
}

// refColumn reads "this date" as the dates of the answer before.
func refColumn(p *parser, m match) *Node {
	if m.one("r").Payload == "their" {
		return nil // theirs, not these
	}
	if !p.Follows || m.start == 0 || p.separated(&Node{End: m.start + 1}, m.one("c")) {
		return nil
	}
	n := m.one("c").copy()
	n.Kind = "refcol"
	return n
}

// nextTo reads "after Paris" as the next row of the file, where Paris is no
// date.
func nextTo(p *parser, m match) *Node {
	r, v := m.one("r"), m.one("v").Vals[0]
	after := r.Payload == "next" || r.Kind == "time" && r.Payload == "gt"
	before := r.Payload == "previous" || r.Kind == "time" && r.Payload == "lt"
	if !after && !before || v.Column.Table.Name != p.scope.Base || m.end-m.start > 9 || len(m.one("v").Vals) > 1 && m.one("v").Payload == "joined" {
		return nil
	}
	n := &Node{Kind: "near", Rank: &Rank{N: 1, Desc: before}, Vals: []link.Mention{v}}
	n.Notes = append(p.valueNotes(m.one("v"), v), p.note(r, "default_order", "The order is that of the file."))
	return n
}

// nearRow builds the row next to the one that a value names.
func (b *builder) nearRow(n *Node) bool {
	v := n.Vals[0]
	here := &plan.Plan{V: 1, Kind: plan.Scalar, From: plan.From{Table: b.p.scope.Base},
		Where: plan.Make(plan.OpEq, plan.Column(v.Column.Col.Name), valueLiteral(v.Column, v.Value))}
	side, which := plan.OpGt, plan.OpMax
	if n.Rank.Desc {
		side, which = plan.OpLt, plan.OpMin
	}
	row := func() *plan.Expr { return &plan.Expr{Op: plan.OpRow} }
	here.Measures = []plan.Named{{As: "row", Expr: plan.Make(which, row())}}
	if len(b.s.Select) == 0 || b.s.Select[0].Column == v.Column {
		b.addSelect(v.Column)
	}
	for _, it := range b.s.Select {
		b.addSelect(it.Column)
	}
	b.pl.Where = plan.Make(side, row(), plan.Value(here))
	b.pl.Order = []plan.Order{{By: row(), Desc: n.Rank.Desc}}
	b.pl.Limit = &plan.Limit{N: 1}
	b.s.Orders = nil
	return true
}

// choose builds "which is longer, A or B": the greater of the values named.
func (b *builder) choose() bool {
	s := b.s
	at := -1
	for i, c := range s.Preds {
		if c.Column != nil && c.Expr.Op == plan.OpIn && c.Choice {
			at = i
		}
	}
	if at < 0 {
		return false
	}
	c := s.Preds[at].Column
	if b.chosenByAmount(c) {
		return true
	}
	switch {
	case s.Best != nil && s.Best.Column != nil:
		b.addSelect(c)
		return b.bestOf(s.Best)
	case s.Best != nil && (s.Best.Count || s.Best.Measure != nil):
		b.addKey(Key{Column: c})
		b.limitBy(s.Best)
		return true
	}
	return false
}

func (b *builder) bestOf(r *Rank) bool {
	b.addSelect(r.Column)
	b.pl.Order = []plan.Order{{By: b.orderColumn(r.Column), Desc: r.Desc}}
	b.pl.Limit = &plan.Limit{N: 1}
	return true
}

// difference builds how much more of an amount one value has than another.
func (b *builder) difference() bool {
	s := b.s
	if !s.hasFrame("difference") && !s.HowManyMore {
		return false
	}
	var c *link.Column
	for _, it := range s.Select {
		if amount(it.Column) {
			c = it.Column
		}
	}
	for _, a := range s.Measures {
		if a.Column != nil && amount(a.Column) {
			c = a.Column
		}
	}
	for i, p := range s.Preds {
		if p.Column == nil || p.Expr.Op != plan.OpIn || len(p.Expr.Args) != 3 || c == nil {
			continue
		}
		side := func(k int) *plan.Expr {
			return &plan.Expr{Op: plan.OpSum, Args: []*plan.Expr{b.use(c)}, Filter: plan.Make(plan.OpEq, p.Expr.Args[0], p.Expr.Args[k])}
		}
		b.tables[p.Column.Table.Name] = true
		s.Preds = b.butOne(i)
		b.pl.Measures = []plan.Named{{As: "difference in " + c.Col.Name, Expr: plan.Make(plan.OpAbs, plan.Make(plan.OpMinus, side(1), side(2))), Unit: c.Col.Unit}}
		b.pl.Kind = plan.Scalar
		return true
	}
	return false
}

// yearText finds a column of text in which a year stands: dates that could
// not be read as such.
func (p *parser) yearText(c *link.Column, w *when.Phrase) (*link.Column, string) {
	if w.Form != when.Calendar || w.Grain != when.Year || w.Year == 0 {
		return nil, ""
	}
	year := strconv.Itoa(w.Year)
	if c != nil {
		hits, _ := c.Table.Values.Containing([]string{year}, 64)
		for _, h := range hits {
			if textual(c) && h.Column == c.Col.Name {
				return c, year
			}
		}
		return nil, ""
	}
	var best *link.Column
	most := 0
	for _, t := range p.scope.Tables {
		tab := p.Schema.Catalog.Table(t)
		count := map[string]int{}
		hits, _ := tab.Values.Containing([]string{year}, 64)
		for _, h := range hits {
			count[h.Column]++
			if col := p.Schema.Find(t, h.Column); col != nil && textual(col) && count[h.Column] > most {
				best, most = col, count[h.Column]
			}
		}
	}
	return best, year
}

// inYearText is the condition that a column of text holds a year.
func (p *parser) inYearText(m match, c *link.Column, w *when.Phrase) *Node {
	col, year := p.yearText(c, w)
	if col == nil && c == nil {
		return p.shortYear(m, w)
	}
	if col == nil {
		return nil
	}
	return p.condition(m, col, plan.Make(plan.OpContains, p.expr(col), plan.Text(year)))
}
