package parse

import (
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/when"
)

// newIn reads "new customers in 2024": those whose own date lies in the period,
// or, where they have none, those with rows in it and none before.
func newIn(p *parser, m match) *Node {
	t, d := m.one("t"), m.one("d").When
	if t.Table != p.scope.Base {
		return nil
	}
	if c := relatedReader(p, t.Table).ownDate(); c != nil {
		n := p.timeNode(m, c, when.Resolve(*d, p.context(c)))
		n.Table = t.Table
		return n
	}
	for i := range p.scope.Related {
		r := &p.scope.Related[i]
		q := relatedReader(p, r.Table)
		c, own := q.ownDate(), p.Schema.Find(p.scope.Base, r.Own)
		if c == nil || own == nil || len(r.Via) > 0 {
			continue
		}
		in := when.Resolve(*d, q.context(c))
		first := func(rng when.Range) *plan.Plan {
			return &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: r.Table}, Select: []plan.Named{{As: r.Key, Expr: r.key()}}, Where: q.within(c, rng)}
		}
		n := p.condition(m, own, among(p.expr(own), first(in), false))
		before := in
		before.From, before.To = time.Time{}, in.From
		n.Preds = append(n.Preds, Condition{Expr: p.spanned(among(p.expr(own), first(before), true), m.start, m.end), Column: own, Where: Span{m.start, m.end}, Related: r.Table})
		n.Preds[0].Related, n.Table = r.Table, t.Table
		n.Notes = []Note{p.note(t, "new_by_first", "New are those whose first row in “%s” lies in the period, by “%s”.", r.Table, c.Col.Name)}
		return n
	}
	return nil
}

// ownDate is the date of the rows of the base table itself; nil where it has
// none.
func (p *parser) ownDate() *link.Column {
	c := p.dateColumn()
	if c == nil || c.Table.Name != p.scope.Base || !c.Col.Type.Temporal() || shares(c.Words, []string{"birth", "birthday", "dob", "born"}) {
		return nil
	}
	return c
}
