package parse

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// Where one table holds both things and what they did, such as the customers
// of order lines, its own rows are what "ordered" and "orders" speak of.

// ownRules read conditions that the things asked for fulfil with several of
// the rows: "who bought in every quarter of 2024", "but not in 2025".
var ownRules = []Rule{
	{Name: "rows in each period", Pattern: "c='who'|'that'|'which'|'with'|'having' " + carriers + " r=deed|tab|col 'in'|'during'? e=by|'all' 'of'? g=grain 'of'|'in'* d=date", Make: rowsInEach},
	{Name: "but in no row of a period", Pattern: "a=pred 'but'|and* x=not 'in'|'during'|'on'|'over' d=date", Make: notInPeriod},
	{Name: "did nothing in a period", Pattern: carriers + " x=not light|'have'|'has'|'had'|'did'|'been'|'any'* v=light|deed 'in'|'during'|'on'|'over'|'for'|'within' d=date", Make: notInPeriod},
	{Name: "did nothing", Pattern: "v=deed x='nothing' 'at'|'all'|'in'|'during'|'on'|'over'|'for'|'within'* d=date", Make: notInPeriod},
	{Name: "leaving out a period", Pattern: "x=not 'in'|'for'|'during'|'the'|'year'|'month'* d=date", Make: leftOut},
}

// ownNoun reports whether a node speaks of the rows of the base.
func (p *parser) ownNoun(n *Node) bool {
	switch n.Kind {
	case Tab:
		return n.Table == p.scope.Base
	case Col:
		c := n.top()
		return c.Table.Name == p.scope.Base && c.Col.Role == catalog.ID && n.Cols[0].How == link.Exact
	}
	return n.Kind == Deed && n.Table == p.scope.Base
}

// rowsInEach keeps the things with rows in as many periods as there are.
func rowsInEach(p *parser, m match) *Node {
	if !p.ownNoun(m.one("r")) {
		return nil
	}
	t := p.relatedPeriod(m, m.one("d"))
	if t == nil || t.Preds[0].Range == nil {
		return nil
	}
	c := t.Preds[0]
	n := periodsIn(*c.Range, m.one("g").Grain)
	if n == 0 || yearNumber(c.Column) {
		return nil
	}
	periods := plan.CountDistinct(plan.Trunc(string(m.one("g").Grain), p.expr(c.Column)))
	have := Condition{Expr: p.spanned(plan.Make(plan.OpEq, periods, plan.Int(int64(n))), m.start, m.end), Having: true, Where: Span{m.start, m.end}}
	return &Node{Kind: Have, Preds: []Condition{c, have}, Notes: t.Notes}
}

// notInPeriod is the condition that no row of a thing lies in a period; which
// thing is known only once it is clear what is asked for.
func notInPeriod(p *parser, m match) *Node {
	if a := m.one("a"); a != nil && (len(a.Preds) == 0 || !a.Preds[len(a.Preds)-1].Time) {
		return nil
	}
	t := p.relatedPeriod(m, m.one("d"))
	if t == nil {
		return nil
	}
	c := t.Preds[0]
	c.NoRow, c.Where = true, Span{m.one("x").Start, m.end}
	n := &Node{Kind: Pred, Preds: []Condition{c}, Notes: t.Notes}
	if a := m.one("a"); a != nil {
		n = a.copy()
		n.Preds, n.Notes = append(slices.Clone(a.Preds), c), append(slices.Clone(a.Notes), t.Notes...)
	}
	return n
}

// leftOut is the condition that a row does not lie in a period: "excluding
// 2024", "every year except 2024". "Not" alone says nothing of that kind.
func leftOut(p *parser, m match) *Node {
	switch m.one("x").Word {
	case "not", "no", "never", "non", "none", "nothing", "nobody", "neither", "but not":
		return nil
	}
	t := p.relatedPeriod(m, m.one("d"))
	if t == nil {
		return nil
	}
	c := t.Preds[0]
	c.Expr, c.Time, c.Range = p.spanned(plan.Make(plan.OpNot, c.Expr), m.start, m.end), false, nil
	return &Node{Kind: Pred, Preds: []Condition{c}, Notes: t.Notes}
}

// settleNoRow makes conditions that no row of a thing may fulfil ones on the
// thing that is asked for; on rows themselves they are plainly turned round.
func (b *builder) settleNoRow() {
	for i, c := range b.s.Preds {
		if !c.NoRow {
			continue
		}
		thing := b.thingAsked()
		c.NoRow, c.Time, c.Range = false, false, nil
		if thing == nil {
			c.Expr = plan.Make(plan.OpNot, c.Expr)
		} else {
			sub := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: b.p.scope.Base}, Where: c.Expr,
				Select: []plan.Named{{As: thing.Col.Name, Expr: plan.Column(thing.Col.Name)}}}
			b.doubt(250, "what has no row at all is not there")
			c.Expr, c.Column = among(b.p.expr(thing), sub, true), thing
		}
		b.s.Preds[i] = c
	}
}

// doubtFew doubts "fewer than 3 orders" where another table holds the things:
// those without any order are only there.
func (b *builder) doubtFew() {
	few := slices.ContainsFunc(b.s.Haves, func(c Condition) bool {
		return (c.Expr.Op == plan.OpLt || c.Expr.Op == plan.OpLe) && len(c.Expr.Args) > 0 && c.Expr.Args[0].Op == plan.OpCount
	})
	elsewhere := slices.ContainsFunc(b.p.Schema.Catalog.Joins, func(j catalog.Join) bool { return j.Many.Table == b.p.scope.Base })
	if few && elsewhere {
		b.doubt(250, "what has no row at all is not there")
	}
}

// whatWasBought reads "what did they buy" as the products of the rows.
func (b *builder) whatWasBought() {
	s := b.s
	if s.Head != "what" || len(s.Select)+len(s.Nouns)+len(s.Keys) > 0 {
		return
	}
	at := slices.IndexFunc(s.nodes, func(n *Node) bool { return n.Kind == Deed && n.Table == b.p.scope.Base })
	if at < 0 {
		return
	}
	for _, c := range b.p.Schema.ColumnsOf(b.p.scope.Base) {
		if textual(c) && shares(c.Words, []string{"product", "item", "article", "title", "service"}) {
			n := s.nodes[at].copy()
			n.Kind, n.Cols = Col, []link.Mention{{Kind: link.ColumnMention, Column: c, Table: c.Table.Name, How: link.Synonym}}
			s.Select, s.Distinct = []Item{{c, n}}, true
			return
		}
	}
}

// thingAsked is the column whose values are asked for or counted, where each
// has several rows; nil where rows are asked for.
func (b *builder) thingAsked() *link.Column {
	var c *link.Column
	for _, it := range b.s.Select {
		if category(it.Column) {
			c = it.Column
			break
		}
	}
	for _, a := range b.s.Measures {
		if a.Op == plan.OpCount && a.Column != nil {
			c = a.Column
		}
	}
	if c == nil || unique(c) || c.Table.Name != b.p.scope.Base || b.p.repeatingID("") == c {
		return nil
	}
	return c
}
