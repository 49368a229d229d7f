package parse

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// Where rows of the base belong to things of a joined table, and only those
// things are asked for, what is said of the rows is a condition on the things:
// "stations that ever had more than 12 bikes" is each such station once, and
// "customers who did not buy shoes" are those without any such row, not those
// with some other row.

// aboutThings makes the joined table, of which alone something is asked, the
// source of a list, where no single row of the base could fulfil what is said
// of the thing: some row has to fulfil one part and some row another, or none
// may fulfil it.
func (b *builder) aboutThings() bool {
	t := b.thingTable()
	own, key := b.p.scope.keyTo(t)
	if t == "" {
		t, own, key = b.thingReferred()
	}
	if own == nil {
		return false
	}
	c, rows := b.p.Schema.Find(t, key), b.p.Schema.Find(b.p.scope.Base, own.Name)
	none, each, rest, within := b.splitByThing(t)
	if rows == nil || unique(rows) || len(none) == 0 && len(each) < 2 {
		return false
	}
	if len(each) > 2 && each[0].Column != each[len(each)-1].Column {
		b.doubt(200, "which of the values belong together is not sure")
	}
	conds := within
	for _, e := range each {
		conds = append(conds, b.amongRows(c, own, append(slices.Clone(rest), e), false))
	}
	for _, n := range none {
		conds = append(conds, b.amongRows(c, own, append(slices.Clone(rest), n), true))
	}
	q := *b.p
	q.scope = Scope{Base: t, Tables: []string{t}}
	b.p, b.pl.From.Table, b.tables = &q, t, map[string]bool{}
	b.s.Preds = conds
	for i, n := range b.pl.Select {
		if b.pl.Select[i].Expr = ofBase(n.Expr, t); same(n.Expr, plan.Column(own.Name)) {
			b.pl.Select[i].Expr = plan.Column(key)
		}
	}
	return true
}

// thingReferred is the table whose key the one column asked for holds: the
// states of a table of borders.
func (b *builder) thingReferred() (table string, own *plan.Col, key string) {
	if b.askedOtherwise() || len(b.pl.Select) != 1 {
		return "", nil, ""
	}
	c := b.selectColumn(0)
	for _, j := range b.p.Schema.Catalog.Joins {
		if c != nil && c.Table.Name == b.p.scope.Base && j.Unique && j.Many == (catalog.ColumnRef{Table: c.Table.Name, Column: c.Col.Name}) && j.One.Table != c.Table.Name {
			return j.One.Table, &plan.Col{Name: c.Col.Name}, j.One.Column
		}
	}
	return "", nil, ""
}

// askedOtherwise reports whether rows are to be in an order, counted or chosen.
func (b *builder) askedOtherwise() bool {
	s := b.s
	return b.p.scope.Many != "" || len(s.Orders) > 0 || s.Limit != nil || s.Best != nil || len(s.Haves) > 0
}

// onlyListed leaves out, where different things are asked for or those that
// are in a set, the columns that only describe them: "the different names of
// mountains that climbers from Spain climbed" are no pairs of both.
func (b *builder) onlyListed() {
	s := b.s
	sets := s.Distinct || slices.ContainsFunc(s.Preds, func(c Condition) bool { return c.Both || c.Absent || c.Column != nil && opposed(c.Expr) != nil })
	if !sets || len(s.Select) < 2 || len(s.Orders) > 0 || b.drawn() {
		return
	}
	kept := s.Select[:1:1]
	for _, it := range s.Select[1:] {
		if b.describes(kept[len(kept)-1].Node.End, it.Node.Start) {
			b.doubt(costDescribing, "")
			continue
		}
		kept = append(kept, it)
	}
	s.Select = kept
}

// costDescribing is for a column that is only spoken of.
const costDescribing = 150

// describes reports whether what begins at a token is said of what was listed
// before it, and does not go on with the list.
func (b *builder) describes(listed, start int) bool {
	for i := start - 1; i >= listed; i-- {
		switch b.p.tokens[i].Norm {
		case "and", ",", "&", "or", "with", "including", "plus", "what", "also":
			return false
		case "of", "in", "from", "for", "by", "at", "on", "to", "that", "which", "who", "whose", "where", "as", "have", "has", "had", "having":
			return true
		}
	}
	return false
}

// thingTable is the one joined table of which something is asked; empty where
// it is of the rows as well, or where they are to be in an order.
func (b *builder) thingTable() string {
	if b.askedOtherwise() || len(b.pl.Select) == 0 {
		return ""
	}
	t := b.pl.Select[0].Expr.Col.Table
	if t == "" || slices.ContainsFunc(b.pl.Select, func(n plan.Named) bool { return n.Expr.Op != plan.OpCol || n.Expr.Col.Table != t }) {
		return ""
	}
	return t
}

// keyTo gives the column of the base by which a table is joined, and the key
// of that table.
func (s *Scope) keyTo(t string) (own *plan.Col, key string) {
	for i := range s.Joins {
		if j := &s.Joins[i]; j.Table == t && j.Left.Table == "" {
			return &j.Left, j.Right.Name
		}
	}
	return nil, ""
}

// splitByThing parts the conditions: those that no row may fulfil, turned
// round; those that some row each has to fulfil; those on all of these rows;
// and those on the thing itself.
func (b *builder) splitByThing(t string) (none, each, rest, within []Condition) {
	for _, c := range b.s.Preds {
		switch e := opposed(c.Expr); {
		case c.Column == nil:
			rest = append(rest, c)
		case c.Column.Table.Name == t:
			c.Expr = ofBase(c.Expr, t)
			within = append(within, c)
		case e != nil:
			c.Expr = e
			none = append(none, c)
		case c.Both && c.Expr.Op == plan.OpIn:
			each = append(each, eachValue(c)...)
		default:
			rest = append(rest, c)
		}
	}
	for i, c := range rest {
		apart := slices.ContainsFunc(append(slices.Clone(none), rest[i+1:]...), func(o Condition) bool { return b.contradict(c, o) })
		if apart || slices.ContainsFunc(each, func(o Condition) bool { return b.contradict(o, c) }) {
			each = append(each, c) // "a lounge but no study"
		}
	}
	rest = slices.DeleteFunc(rest, func(c Condition) bool {
		return slices.ContainsFunc(each, func(o Condition) bool { return o.Column == c.Column })
	})
	return none, each, rest, within
}

// contradict reports whether no row fulfils both of two conditions that are not
// offered as alternatives.
func (b *builder) contradict(x, y Condition) bool {
	if x.Column == nil || x.Column != y.Column || !excludes(x.Expr, y.Expr) {
		return false
	}
	first, last := min(x.Where.Start, y.Where.Start), max(x.Where.End, y.Where.End)
	return !slices.ContainsFunc(b.p.tokens[first:last], func(t text.Token) bool { return t.Norm == "or" })
}

// eachValue is a condition of its own for each of several values.
func eachValue(c Condition) []Condition {
	var out []Condition
	for _, v := range c.Expr.Args[1:] {
		one := c
		one.Both, one.Expr = false, plan.Make(plan.OpEq, c.Expr.Args[0], v)
		out = append(out, one)
	}
	return out
}

// opposed is what a negative condition denies; nil where it is none.
func opposed(e *plan.Expr) *plan.Expr {
	c := *e
	switch {
	case e.Op == plan.OpNe:
		c.Op = plan.OpEq
	case e.Op == plan.OpNotIn:
		c.Op = plan.OpIn
	case e.Op == plan.OpNot:
		return e.Args[0]
	default:
		return nil
	}
	return &c
}

// amongRows is the condition that a key is, or is not, among those of the rows
// of the base that fulfil some conditions.
func (b *builder) amongRows(c *link.Column, own *plan.Col, conds []Condition, not bool) Condition {
	sub := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: b.p.scope.Base}, Select: []plan.Named{{As: own.Name, Expr: plan.Column(own.Name)}}}
	used, where := map[string]bool{}, Span{}
	for _, x := range conds {
		sub.Where = plan.And(sub.Where, x.Expr)
		for _, col := range x.Expr.Columns() {
			used[col.Table] = true
		}
		where = x.Where
	}
	sub.From.Joins = b.p.scope.used(used)
	key := plan.Column(c.Col.Name)
	return Condition{Expr: b.p.spanned(among(key, sub, not), where.Start, where.End), Column: c, Where: where}
}

// ofBase is an expression over the columns of a table that has become the base.
func ofBase(e *plan.Expr, t string) *plan.Expr {
	return e.Map(func(x *plan.Expr) *plan.Expr {
		if x.Op == plan.OpCol && x.Col.Table == t {
			col := *x.Col
			col.Table = ""
			x.Col = &col
		}
		return x
	})
}

// RepeatsThings reports whether a plan lists nothing but things of one joined
// table, each as often as rows belong to it.
func (s *Sketch) RepeatsThings(p *plan.Plan) bool {
	if p.Kind != plan.Rows || p.Distinct || p.Limit != nil || p.From.Set != nil || len(p.Select) == 0 || p.From.Table != s.p.scope.Base {
		return false
	}
	for _, j := range p.From.Joins {
		own := s.p.Schema.Find(p.From.Table, j.Left.Name)
		if j.Left.Table == "" && own != nil && !unique(own) && !slices.ContainsFunc(p.Select, func(n plan.Named) bool { return n.Expr.Op != plan.OpCol || n.Expr.Col.Table != j.Table }) {
			return true
		}
	}
	return false
}
