package parse

import (
	"fmt"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
	"tabletalk/internal/table"
)

// aggregate builds measures by keys. Columns named beside measures are keys.
func (b *builder) aggregate() bool {
	s := b.s
	b.perThing()
	if s.Nested != nil {
		return b.nested()
	}
	for _, k := range s.Keys {
		b.addKey(k)
	}
	for _, it := range s.Select {
		if amount(it.Column) && len(s.Keys) > 0 && !s.p.isKey(it.Column, s.Keys) && !unique(it.Column) {
			s.Measures = append(s.Measures, b.defaultMeasure(it.Column, it.Node))
			continue
		}
		if !b.measured(it.Column) {
			b.addKey(Key{Column: it.Column})
		}
	}
	if s.Best != nil && len(b.pl.Group) == 0 {
		return b.superlativeOfMeasures()
	}
	if s.Limit != nil && len(b.pl.Group) == 0 {
		b.nounKey()
	}
	if len(s.Haves) > 0 && len(b.pl.Group) == 0 {
		return b.countOfGroups()
	}
	for _, p := range s.Preds {
		if p.Joined && len(b.pl.Group) == 0 && s.Measures[0].Op != plan.OpCount && s.Measures[0].Op != plan.OpSum {
			b.doubt(150, "several values were named: they are taken together")
		}
	}
	for _, a := range s.Measures {
		b.addMeasure(b.counted(b.unpinned(a)))
	}
	if s.Best != nil {
		b.limitBy(s.Best)
	}
	if s.Limit != nil {
		b.limitBy(s.Limit)
	}
	return true
}

// perThing reads "average revenue per customer" as the total divided by how
// many customers there are, not as the mean of the rows.
func (b *builder) perThing() {
	s := b.s
	if len(s.Measures) != 1 || s.Measures[0].Op != plan.OpAvg || s.Measures[0].Column == nil || s.Measures[0].Column.Col.Role != catalog.Measure {
		return
	}
	if k := s.Keys; len(k) == 1 && k[0].Per && k[0].Grain != "" && len(s.Select) == 0 && len(s.Haves) == 0 && s.Best == nil && s.Limit == nil {
		inner := b.p.aggregate(plan.OpSum, s.Measures[0].Column, false)
		s.Nested = &Node{Kind: Measure, Payload: "nested", Grain: k[0].Grain, Word: "avg", Measures: []Aggregate{inner}}
		s.Keys, s.Measures = nil, nil
		return
	}
	for i, k := range s.Keys {
		c := k.Column
		if !k.Per || c == nil || k.Grain != "" || unique(c) || c.Col.Role != catalog.ID && c.Col.Stats.Distinct < 50 {
			continue
		}
		a := s.Measures[0]
		a.Expr = plan.Make(plan.OpDiv, plan.Make(plan.OpSum, a.Expr.Args[0]), plan.CountDistinct(b.use(c)))
		a.Name, a.Op = a.Name+" per "+c.Col.Name, plan.OpDiv
		s.Measures[0] = a
		s.Keys = slices.Delete(slices.Clone(s.Keys), i, i+1)
		b.note("per_thing", fmt.Sprintf("The total is divided by the number of different “%s”.", c.Col.Name), Span{})
		return
	}
}

// measured reports whether a measure is of the column already.
func (b *builder) measured(c *link.Column) bool {
	return slices.ContainsFunc(b.s.Measures, func(a Aggregate) bool { return a.Column == c && a.Op != plan.OpCount })
}

func (p *parser) isKey(c *link.Column, keys []Key) bool {
	return slices.ContainsFunc(keys, func(k Key) bool { return k.Column == c })
}

// counted decides whether rows or the things in them are counted.
func (b *builder) counted(a Aggregate) Aggregate {
	if a.Op != plan.OpCount || !a.Rows || len(a.Expr.Args) > 0 {
		return a
	}
	id := b.repeatingID(a.Table)
	if id == nil || b.ch.Rows {
		return a
	}
	for _, g := range b.pl.Group {
		if same(g.Expr, b.p.expr(id)) {
			return a
		}
	}
	a.Expr = plan.CountDistinct(b.use(id))
	b.note("count_distinct", fmt.Sprintf("One “%s” can have several rows: each is counted once.", id.Col.Name), Span{})
	return a
}

// unpinned counts rows where the things of a column that a condition fixes
// were to be counted: "tests with the result Fail".
func (b *builder) unpinned(a Aggregate) Aggregate {
	if a.Op != plan.OpCount || !a.Expr.Distinct || a.Column == nil {
		return a
	}
	if len(b.pl.Group) == 0 && b.s.Chart != "" && b.s.Chart != "table" && !b.s.Distinct {
		b.addKey(Key{Column: a.Column}) // a chart of "the number of colors" counts each color
	}
	for _, g := range b.pl.Group {
		if same(g.Expr, b.p.expr(a.Column)) {
			return b.rowCount()
		}
	}
	for _, c := range b.s.Preds {
		if c.Column == a.Column && c.Expr.Op == plan.OpEq {
			return b.rowCount()
		}
	}
	return a
}

// repeatingID is the column that names the things which a table is called
// after, where they take several rows each: order_id in a table of order lines.
func (b *builder) repeatingID(t string) *link.Column {
	if t == "" {
		t = b.p.scope.Base
	}
	words := b.p.Schema.TableWords(t)
	if len(words) == 0 {
		return nil
	}
	noun := words[len(words)-1]
	for _, c := range b.p.Schema.ColumnsOf(t) {
		if c.Col.Role == catalog.ID && !unique(c) && len(c.Words) == 2 && c.Words[0] == noun && c.Col.Stats.Distinct > 0 {
			return c
		}
	}
	if c := b.p.label(t); c != nil && len(c.Words) == 2 && c.Words[0] == noun && c.Words[1] == "name" && c.Col.Stats.Distinct > 0 && 3*c.Col.Stats.Distinct <= c.Table.Rows {
		return c
	}
	return nil
}

func (b *builder) defaultMeasure(c *link.Column, n *Node) Aggregate {
	op := defaultAggregate(c)
	if b.ch.Aggregate != "" {
		op = b.ch.Aggregate
	}
	a := b.p.aggregate(op, c, false)
	at := Span{}
	if n != nil {
		at = Span{n.Start, n.End}
		b.p.spanned(a.Expr, n.Start, n.End)
	}
	if op != plan.OpCount {
		b.note("default_aggregate", fmt.Sprintf("“%s” is given as its %s.", c.Col.Name, aggregateNames[op]), at)
	}
	return a
}

// nounKey groups by the thing that the question is about.
func (b *builder) nounKey() {
	for _, n := range b.s.Nouns {
		if c := b.p.rowThing(n); c != nil {
			b.addKey(Key{Column: c, Table: n})
			return
		}
	}
}

// limitBy orders groups by a rank and keeps the first.
func (b *builder) limitBy(r *Rank) {
	e := b.orderExpr(r)
	if e == nil && len(b.pl.Measures) > 0 {
		e = plan.Ref(b.pl.Measures[0].As)
	}
	if e == nil {
		return
	}
	b.pl.Order = append([]plan.Order{{By: e, Desc: r.Desc}}, b.pl.Order...)
	b.limit(r)
}

func (b *builder) limit(r *Rank) {
	n := r.N
	if n == 0 && r.Percent == 0 {
		n = 10
		b.note("default_limit", "The first 10 are shown.", Span{})
	}
	b.pl.Limit = &plan.Limit{N: n, Percent: r.Percent, Offset: r.Offset}
	if len(b.pl.Group) > 1 && (b.s.Each || slices.ContainsFunc(b.s.Keys, func(k Key) bool { return k.Per })) {
		b.perGroup()
	}
}

// perGroup limits within each of the keys that "each" named.
func (b *builder) perGroup() {
	for i, g := range b.pl.Group {
		if i < len(b.s.Keys) {
			b.pl.Limit.Per = append(b.pl.Limit.Per, g.As)
		}
	}
	if len(b.pl.Limit.Per) == len(b.pl.Group) {
		b.pl.Limit.Per = nil
	}
}

// superlativeOfMeasures reads "the most common color and its count", and "the
// largest average age" of the thing asked for.
func (b *builder) superlativeOfMeasures() bool {
	s := b.s
	b.nounKey()
	if len(b.pl.Group) == 0 {
		for _, a := range s.Measures {
			b.addMeasure(b.counted(a))
		}
		b.doubt(500, "a superlative has nothing to choose from")
		return true
	}
	for _, a := range s.Measures {
		b.addMeasure(b.counted(a))
	}
	b.limitBy(s.Best)
	return true
}

// countOfGroups reads "how many countries have more than 3 cities": the groups
// that fulfil the condition are counted.
func (b *builder) countOfGroups() bool {
	s := b.s
	a := s.Measures[0]
	c := a.Column
	if c == nil && a.Table != "" {
		c = b.p.rowThing(a.Table)
	}
	if c == nil || a.Op != plan.OpCount {
		b.doubt(900, "a condition on groups has no groups")
		return false
	}
	inner := &plan.Plan{V: 1, Kind: plan.Table, From: plan.From{Table: b.p.scope.Base}, Group: []plan.Named{{As: c.Col.Name, Expr: b.use(c)}}}
	for i, h := range s.Haves {
		name := fmt.Sprintf("condition %d", i+1)
		inner.Measures = append(inner.Measures, plan.Named{As: name, Expr: h.Expr.Args[0]})
		inner.Having = plan.And(inner.Having, h.Expr)
	}
	for _, w := range s.Preds {
		if w.Column != nil {
			b.tables[w.Column.Table.Name] = true
		}
		inner.Where = plan.And(inner.Where, w.Expr)
	}
	inner.From.Joins = b.p.scope.used(b.tables)
	b.tables = map[string]bool{}
	s.Preds, s.Haves = nil, nil
	b.pl.From = plan.From{Sub: inner}
	b.pl.Measures = []plan.Named{{As: "number of " + c.Col.Name, Expr: plan.Make(plan.OpCount)}}
	b.pl.Kind = plan.Scalar
	return true
}

// countOnly counts rows where "how many" has nothing tied to it.
func (b *builder) countOnly() bool {
	s := b.s
	a := b.rowCount()
	switch {
	case s.HowMuch && b.p.primaryMeasure() != nil && len(s.Select) == 0:
		m := b.p.primaryMeasure()
		a = b.p.aggregate(defaultAggregate(m), m, false)
		b.note("default_measure", fmt.Sprintf("No measure was named: “%s” is taken.", m.Col.Name), Span{})
		b.doubt(150, "")
	case len(s.Nouns) > 0:
		a.Table = s.Nouns[0]
		a.Name = "number of " + tableNoun(b.p, a.Table)
	case len(s.Select) == 1 && category(s.Select[0].Column) && len(s.Keys) == 0 && s.Head == "howmany":
		c := s.Select[0].Column
		a = Aggregate{Expr: plan.CountDistinct(b.use(c)), Name: "number of " + c.Col.Name, Op: plan.OpCount, Column: c}
		s.Select = nil
	case len(s.Select) == 0 && len(s.Keys) == 0:
		b.doubt(150, "it is not said what to count, rows are")
	}
	s.Measures = []Aggregate{a}
	return b.aggregate()
}

// asked are the columns that the question asks to see, other than the one
// that a rank goes by.
func (b *builder) asked(r *Rank) []*link.Column {
	var out []*link.Column
	list := b.s.Select
	if r != nil && r.Count && len(list) > 1 {
		list = b.coordinated()
	}
	for _, it := range list {
		if r == nil || it.Column != r.Column || len(b.s.Select) == 1 && r.Column == nil {
			out = append(out, it.Column)
		}
	}
	if len(out) == 0 {
		if c := b.headColumn(); c != nil && (r == nil || c != r.Column) {
			out = append(out, c)
		}
	}
	return out
}

// coordinated are the columns asked for that are joined to the first one by
// "and" or a comma; others only describe: "the most common college of authors".
func (b *builder) coordinated() []Item {
	out := b.s.Select[:1]
	for _, it := range b.s.Select[1:] {
		if k := it.Node.Start - 1; k >= 0 {
			switch b.p.tokens[k].Norm {
			case "and", ",", "the", "&":
				out = append(out, it)
			}
		}
	}
	return out
}

// headColumn is the column that "who", "where" and "when" ask for, or the
// name of the thing that the question is about.
func (b *builder) headColumn() *link.Column {
	switch b.s.Head {
	case "who":
		return b.roleColumn([]string{"name", "person", "player", "winner", "driver", "rider", "author", "artist", "actor", "student", "employee", "customer"}, textual)
	case "where":
		return b.roleColumn([]string{"location", "place", "venue", "city", "country", "address", "state", "town", "site"}, textual)
	case "when":
		if c := b.p.dateColumn(); c != nil {
			return c
		}
		return b.roleColumn([]string{"date", "year", "born", "birth", "founded", "established", "season", "time", "day"}, textual)
	}
	if len(b.s.Nouns) > 0 && b.p.scope.has(b.s.Nouns[0]) {
		return b.p.label(b.s.Nouns[0])
	}
	if b.p.nameless() || b.s.Head == "which" && b.s.Best != nil {
		return b.p.label(b.p.scope.Base)
	}
	return nil
}

func (b *builder) roleColumn(words []string, w want) *link.Column {
	for _, word := range words {
		for _, c := range b.p.columns() {
			if w(c) && slices.Contains(c.Words, word) {
				return c
			}
		}
	}
	if b.s.Head == "who" {
		return b.p.label(b.p.scope.Base)
	}
	return nil
}

// superlative builds the first or last by a column, measure or count.
func (b *builder) superlative(r *Rank) bool {
	if r.Column == nil && r.Measure == nil && !r.Count && !b.openRank(&r) {
		return false
	}
	asked := b.asked(r)
	switch {
	case b.s.Head == "when" && r.Column != nil && temporal(r.Column) && r.N == 1 && r.Offset == 0 && len(b.s.Keys) == 0:
		return b.extreme(r)
	case r.Count || r.Measure != nil:
		return b.bestGroup(r, asked)
	case b.asksDetails() && r.Column != nil && len(b.s.Keys) == 0:
		b.pl.Order = []plan.Order{{By: b.use(r.Column), Desc: r.Desc}}
		b.limit(r)
		return true
	case len(b.s.Keys) > 0 && len(b.s.Select) == 0 && !b.s.Each && r.Column != nil && r.Column.Col.Role == catalog.Measure:
		a := b.defaultMeasure(r.Column, b.s.BestNode)
		r2 := *r
		r2.Measure, r2.Column = &a, nil
		return b.bestGroup(&r2, nil)
	case len(asked) == 0 || len(b.s.Keys) > 0 && len(b.s.Select) == 0:
		return b.extreme(r)
	}
	if b.grouping(r, asked) {
		a := b.defaultMeasure(r.Column, b.s.BestNode)
		r2 := *r
		r2.Measure, r2.Column = &a, nil
		return b.bestGroup(&r2, asked)
	}
	return b.bestRow(r, asked)
}

// openRank finds what a superlative without a column goes by.
func (b *builder) openRank(r **Rank) bool {
	s := b.s
	c := *(*r)
	for i := len(s.Select) - 1; i >= 0; i-- {
		if amount(s.Select[i].Column) && len(s.Select) > 1 {
			c.Column = s.Select[i].Column
			*r = &c
			return true
		}
	}
	if len(s.Select) == 1 && amount(s.Select[0].Column) {
		c.Column = s.Select[0].Column
		*r = &c
		return true
	}
	m := b.ch.Measure
	if m == nil {
		m = b.p.primaryMeasure()
	}
	if m == nil {
		c.Count = true
		b.note("default_measure", "Ranked by the number of rows.", Span{})
	} else {
		c.Column = m
		b.note("default_measure", fmt.Sprintf("Ranked by “%s”.", m.Col.Name), Span{})
	}
	b.doubt(250, "")
	*r = &c
	return true
}

// extreme reads "the highest salary": the value itself.
func (b *builder) extreme(r *Rank) bool {
	for _, k := range b.s.Keys {
		b.addKey(k)
	}
	op := plan.OpMin
	if r.Desc {
		op = plan.OpMax
	}
	if r.Column == nil || r.Offset > 0 || r.N > 1 {
		b.addSelect(r.Column)
		b.pl.Order = []plan.Order{{By: b.use(r.Column), Desc: r.Desc}}
		b.pl.Limit = &plan.Limit{N: r.N, Offset: r.Offset}
		return len(b.s.Keys) == 0
	}
	b.addMeasure(b.p.aggregate(op, r.Column, true))
	return true
}

// grouping decides whether "the region with the highest revenue" adds up the
// revenue of each region: where things have several rows on average.
func (b *builder) grouping(r *Rank, asked []*link.Column) bool {
	c := asked[0]
	if len(asked) > 1 || r.Column == nil || r.Column.Col.Role != catalog.Measure || !category(c) || c.Table.Name != b.p.scope.Base && len(b.p.scope.Joins) == 0 {
		return false
	}
	if b.ch.SumOfGroup != nil {
		return *b.ch.SumOfGroup
	}
	group := c.Col.Role == catalog.ID && !unique(c) || c.Col.Stats.Distinct > 0 && c.Table.Rows/c.Col.Stats.Distinct >= 3
	if !unique(c) && !group {
		b.doubt(120, "")
	}
	return group
}

// bestGroup builds the groups with the most of something.
func (b *builder) bestGroup(r *Rank, asked []*link.Column) bool {
	for _, k := range b.s.Keys {
		b.addKey(k)
	}
	for _, c := range asked {
		b.addKey(Key{Column: c})
	}
	if len(b.pl.Group) == 0 {
		b.nounKey()
	}
	if len(b.pl.Group) == 0 {
		return false
	}
	b.limitBy(r)
	return true
}

// bestRow builds the rows with the most of a column.
func (b *builder) bestRow(r *Rank, asked []*link.Column) bool {
	if len(b.s.Keys) > 0 {
		return b.bestRowPer(r, asked)
	}
	for _, c := range asked {
		b.addSelect(c)
	}
	if len(b.pl.Select) <= 4 {
		b.addSelect(r.Column)
	}
	b.pl.Order = []plan.Order{{By: b.orderColumn(r.Column), Desc: r.Desc}}
	b.limit(r)
	b.pl.Distinct = b.s.Distinct
	return true
}

// bestRowPer builds the best row within each key: "the tallest student of
// each class".
func (b *builder) bestRowPer(r *Rank, asked []*link.Column) bool {
	var per []string
	for _, k := range b.s.Keys {
		if k.Grain != "" || k.Part != "" {
			return false
		}
		b.addSelect(k.Column)
		per = append(per, b.pl.Select[len(b.pl.Select)-1].As)
	}
	for _, c := range asked {
		b.addSelect(c)
	}
	b.addSelect(r.Column)
	b.pl.Order = []plan.Order{{By: b.orderColumn(r.Column), Desc: r.Desc}}
	b.pl.Limit = &plan.Limit{N: max(r.N, 1), Per: per}
	return true
}

// top builds "top 5 customers by revenue" and "the first 10 rows".
func (b *builder) top() bool {
	r := b.s.Limit
	if b.s.Top == "position" {
		return b.firstRows(r)
	}
	if r.Column == nil && r.Measure == nil && !r.Count && len(b.s.Orders) > 0 {
		o := b.s.Orders[0]
		c := *r
		c.Column, c.Measure, c.Count = o.Column, o.Measure, o.Count
		if o.Dir {
			c.Desc = o.Desc
		}
		r = &c
		b.s.Orders = b.s.Orders[1:]
	}
	return b.superlative(r)
}

// firstRows keeps the first or last rows in their order, or in the order of
// the file.
func (b *builder) firstRows(r *Rank) bool {
	if len(b.s.Orders) == 0 {
		b.pl.Order = []plan.Order{{By: &plan.Expr{Op: plan.OpRow}, Desc: r.Desc}}
		b.note("default_order", "In the order of the file.", Span{})
	}
	if !b.list() {
		return false
	}
	b.pl.Limit = &plan.Limit{N: r.N}
	return len(b.pl.Measures) == 0
}

// having builds the things whose groups fulfil a condition.
func (b *builder) having() bool {
	b.totalsToo()
	for _, k := range b.s.Keys {
		b.addKey(k)
	}
	for _, c := range b.asked(nil) {
		b.addKey(Key{Column: c})
	}
	if len(b.pl.Group) == 0 {
		return false
	}
	for _, h := range b.s.Haves {
		if h.Expr.Op != plan.OpNot && len(h.Expr.Args) > 0 {
			a := Aggregate{Expr: h.Expr.Args[0], Name: "number of rows", Column: h.Column, Op: h.Expr.Args[0].Op}
			if h.Column != nil {
				a.Name = aggregateNames[a.Op] + " " + h.Column.Col.Name
			}
			b.addMeasure(a)
		}
	}
	return true
}

// grouped builds keys without a stated measure: amounts are summed up, things
// are counted.
func (b *builder) grouped() bool {
	s := b.s
	if b.inEveryPeriod() {
		return true
	}
	if len(s.Select) == 1 && amount(s.Select[0].Column) && len(s.Keys) > 1 && s.Select[0].Column.Col.Role == catalog.Measure {
		s.Measures = []Aggregate{b.p.aggregate(plan.OpAvg, s.Select[0].Column, false)}
		if b.perThing(); s.Measures[0].Op == plan.OpDiv { // "revenue per customer by segment"
			s.Select = nil
			return b.aggregate()
		}
		s.Measures = nil
	}
	var amounts, things []Item
	for _, it := range s.Select {
		switch {
		case s.p.isKey(it.Column, s.Keys):
		case amount(it.Column):
			amounts = append(amounts, it)
		default:
			things = append(things, it)
		}
	}
	if len(amounts) == 0 && len(things) > 0 && b.sortInstead() {
		return b.list()
	}
	if len(amounts) == 0 && (len(things) > 0 || b.asksDetails()) && b.dropRowKeys() {
		return b.list()
	}
	for _, k := range s.Keys {
		b.addKey(k)
	}
	switch {
	case len(amounts) > 0:
		for _, it := range things {
			b.addKey(Key{Column: it.Column})
		}
		for _, it := range amounts {
			b.addMeasure(b.defaultMeasure(it.Column, it.Node))
		}
	case len(things) == 1 && !s.Each:
		c := things[0].Column
		b.addMeasure(Aggregate{Expr: plan.CountDistinct(b.use(c)), Name: "number of " + c.Col.Name, Op: plan.OpCount, Column: c})
		b.note("default_measure", fmt.Sprintf("Each “%s” is counted once.", c.Col.Name), Span{things[0].Node.Start, things[0].Node.End})
		b.doubt(100, "")
	case len(things) > 0:
		for _, it := range things {
			b.addKey(Key{Column: it.Column})
		}
		b.pl.Distinct = true
		return b.keysAsRows()
	default:
		b.defaultGrouped()
	}
	return true
}

// asksDetails reports whether everything about the rows is asked for.
func (b *builder) asksDetails() bool {
	return slices.ContainsFunc(b.p.tokens, func(t text.Token) bool { return t.Norm == "details" || t.Norm == "information" || t.Norm == "detail" })
}

// dropRowKeys drops "for each student" where rows are students anyway.
func (b *builder) dropRowKeys() bool {
	b.s.Keys = slices.DeleteFunc(b.s.Keys, func(k Key) bool { return k.Table == b.p.scope.Base })
	return len(b.s.Keys) == 0
}

// inEveryPeriod reads "customers who bought in every quarter of 2024": those
// with rows in as many periods as there are.
func (b *builder) inEveryPeriod() bool {
	s := b.s
	if len(s.Keys) != 1 || !s.Each || s.Keys[0].Grain == "" || len(s.Select) != 1 || !category(s.Select[0].Column) {
		return false
	}
	k := s.Keys[0]
	n := 0
	for _, p := range s.Preds {
		if p.Time && p.Range != nil && p.Column == k.Column {
			for t := p.Range.From; t.Before(p.Range.To) && n < 10_000; t = when.Add(t, k.Grain, 1) {
				n++
			}
		}
	}
	if n == 0 || yearNumber(k.Column) {
		return false
	}
	b.addKey(Key{Column: s.Select[0].Column})
	a := Aggregate{Expr: plan.CountDistinct(plan.Trunc(string(k.Grain), b.use(k.Column))), Name: "number of " + string(k.Grain) + "s", Op: plan.OpCount}
	b.addMeasure(a)
	s.Haves = append(s.Haves, Condition{Expr: plan.Make(plan.OpEq, a.Expr, plan.Int(int64(n))), Having: true})
	return true
}

// keysAsRows shows keys without measures as distinct rows.
func (b *builder) keysAsRows() bool {
	b.pl.Select, b.pl.Group = b.pl.Group, nil
	return true
}

// sortInstead reads "names by age" as a sorted list.
func (b *builder) sortInstead() bool {
	s := b.s
	if len(s.Keys) != 1 || s.Each || s.Keys[0].Column == nil || s.Keys[0].Grain != "" || !amount(s.Keys[0].Column) {
		return false
	}
	s.Orders = append(s.Orders, &Rank{Sort: true, Column: s.Keys[0].Column})
	s.Keys = nil
	return true
}

// defaultGrouped counts rows per key, or takes the main amount where rows are
// not what the question speaks of.
func (b *builder) defaultGrouped() {
	m := b.ch.Measure
	if m == nil && len(b.s.Nouns) == 0 {
		m = b.p.primaryMeasure()
	}
	if m != nil {
		b.addMeasure(b.p.aggregate(defaultAggregate(m), m, false))
		b.note("default_measure", fmt.Sprintf("No measure was named: “%s” is taken.", m.Col.Name), Span{})
		b.doubt(250, "no measure was named")
		return
	}
	a := b.rowCount()
	if len(b.s.Nouns) > 0 {
		a.Table = b.s.Nouns[0]
		a.Name = "number of " + tableNoun(b.p, a.Table)
	} else {
		b.note("default_measure", "No measure was named: rows are counted.", Span{})
		b.doubt(150, "no measure was named")
	}
	b.addMeasure(b.counted(a))
}

// list builds rows: the columns asked for, or all of them.
func (b *builder) list() bool {
	s := b.s
	b.dropDescribed()
	if b.thingsOfRows() {
		return true
	}
	if b.soleAmount() {
		it := s.Select[0]
		b.addMeasure(b.defaultMeasure(it.Column, it.Node))
		return true
	}
	if len(s.Select) == 0 && len(s.Nouns) == 0 && len(s.Preds) == 0 && s.Limit == nil {
		return false
	}
	if b.chartOfOne() {
		return true
	}
	for _, it := range s.Select {
		b.addSelect(it.Column)
	}
	if len(s.Select) == 0 {
		b.wholeRows()
	}
	if b.setWise() {
		return true
	}
	b.pl.Distinct = s.Distinct || b.repeats()
	if s.Distinct && len(b.pl.Select) == 0 {
		if c := b.headColumn(); c != nil {
			b.addSelect(c)
		}
	}
	return true
}

// dropDescribed drops the thing whose amount is asked for: "revenue for
// enterprise customers" does not ask to see customers.
func (b *builder) dropDescribed() {
	s := b.s
	if len(s.Select) < 2 || s.Select[0].Column.Col.Role != catalog.Measure || !amount(s.Select[0].Column) || s.Head != "" && s.Head != "what" {
		return
	}
	kept := s.Select[:1]
	for _, it := range s.Select[1:] {
		w := b.p.tokens[it.Node.Start-1].Norm
		if amount(it.Column) || w == "and" || w == "," || it.Column.Col.Role == catalog.Time {
			kept = append(kept, it)
		}
	}
	s.Select = kept
}

// thingsOfRows reads "orders from Germany" as the rows of those orders, and
// "customers who spent more than 5000" as a condition on each one's total.
func (b *builder) thingsOfRows() bool {
	s := b.s
	if len(s.Select) != 1 {
		return false
	}
	c := s.Select[0].Column
	many := c.Col.Stats.Distinct > 0 && c.Table.Rows/c.Col.Stats.Distinct >= 3
	if i := slices.IndexFunc(s.Preds, func(p Condition) bool { return p.Bare || many && p.Column != nil && comparison(p.Expr) }); i >= 0 && category(c) && !unique(c) && s.Preds[i].Column.Col.Role == catalog.Measure {
		return b.totalOfEach(c, i)
	}
	if c.Col.Role == catalog.ID && len(s.Preds) > 0 && !saysNumber(s.Select[0].Node.Word) && c.Table.Name == b.p.scope.Base {
		s.Select, s.Nouns = nil, append(s.Nouns, b.p.scope.Base)
	}
	return false
}

// totalsToo turns conditions on amounts beside a condition on groups into ones
// on the totals of the groups.
func (b *builder) totalsToo() {
	s := b.s
	var rest []Condition
	for _, c := range s.Preds {
		if c.Column == nil || c.Column.Col.Role != catalog.Measure || !comparison(c.Expr) {
			rest = append(rest, c)
			continue
		}
		e := *c.Expr
		e.Args = append([]*plan.Expr{b.p.aggregate(plan.OpSum, c.Column, false).Expr}, c.Expr.Args[1:]...)
		s.Haves = append(s.Haves, Condition{Expr: &e, Column: c.Column, Having: true, Where: c.Where})
		b.note("group_total", fmt.Sprintf("The total of “%s” of each group is compared.", c.Column.Col.Name), c.Where)
	}
	s.Preds = rest
}

func comparison(e *plan.Expr) bool {
	switch e.Op {
	case plan.OpGt, plan.OpGe, plan.OpLt, plan.OpLe:
		return len(e.Args) == 2 && e.Args[1].Lit != nil
	}
	return false
}

// totalOfEach turns a bare comparison into one with the total of each thing.
func (b *builder) totalOfEach(c *link.Column, i int) bool {
	s := b.s
	cond := s.Preds[i]
	a := b.p.aggregate(plan.OpSum, cond.Column, false)
	e := *cond.Expr
	e.Args = append([]*plan.Expr{a.Expr}, cond.Expr.Args[1:]...)
	s.Preds = b.butOne(i)
	s.Haves = append(s.Haves, Condition{Expr: &e, Column: cond.Column, Having: true})
	b.addKey(Key{Column: c})
	b.addMeasure(a)
	b.note("group_total", fmt.Sprintf("The total of “%s” of each “%s” is compared.", cond.Column.Col.Name, c.Col.Name), cond.Where)
	return true
}

// chartOfOne counts the rows of each value where one category is to be drawn.
func (b *builder) chartOfOne() bool {
	s := b.s
	if s.Chart != "bar" && s.Chart != "arc" && s.Chart != "line" || len(s.Select) != 1 || !category(s.Select[0].Column) || s.Limit != nil {
		return false
	}
	b.addKey(Key{Column: s.Select[0].Column})
	b.addMeasure(b.rowCount())
	b.note("default_measure", "No measure was named: rows are counted.", Span{})
	return true
}

// wholeRows shows the name of the thing asked for, or every column.
func (b *builder) wholeRows() {
	switch b.s.Head {
	case "which", "who", "where", "when", "what", "yesno":
		if c := b.headColumn(); c != nil && (b.s.Head != "what" || !b.asksDetails()) {
			b.addSelect(c)
			return
		}
	}
	if len(b.s.Nouns) == 0 && b.s.Limit == nil {
		for _, c := range b.s.Preds {
			if c.Column != nil && c.Where.Start <= 2 && category(c.Column) && c.Expr.Op != plan.OpEq && !c.Time {
				b.addSelect(c.Column) // "products containing 'desk'"
				b.s.Distinct = !unique(c.Column)
				return
			}
		}
		b.doubt(400, "it is not said what to show")
	}
	if t := b.s.Nouns; len(t) > 0 && t[0] != b.p.scope.Base && b.p.scope.has(t[0]) {
		b.failed = true
	}
}

// repeats reports whether a list of one category would mostly repeat itself.
func (b *builder) repeats() bool {
	if len(b.s.Select) != 1 || len(b.s.Orders) > 0 {
		return false
	}
	c := b.s.Select[0].Column
	many := c.Col.Stats.Distinct > 0 && c.Table.Rows/c.Col.Stats.Distinct >= 6 && category(c)
	if many {
		b.note("distinct", fmt.Sprintf("Each “%s” is shown once.", c.Col.Name), Span{})
	}
	return many
}

// soleAmount decides whether a lone amount is to be summed up rather than
// listed: "revenue in the west", but not "the prices of …".
func (b *builder) soleAmount() bool {
	s := b.s
	if b.meansRows() {
		s.Nouns, s.Select = append(s.Nouns, b.p.scope.Base), nil
		return false
	}
	if len(s.Select) != 1 || !amount(s.Select[0].Column) || b.ch.Rows || s.Distinct || s.Limit != nil || len(s.Orders) > 0 {
		return false
	}
	c := s.Select[0].Column
	if c.Col.Type == table.String || c.Col.Role == catalog.Dimension || c.Col.Role == catalog.ID {
		return false
	}
	w := lastWord(s.Select[0].Node)
	plural := text.IsPlural(w) && !slices.Contains(c.Words, w) && !text.IsPlural(lastNameWord(c))
	if plural && (len(s.Nouns) > 0 || s.Head == "list") || b.pinned() || s.Head == "which" {
		return false
	}
	return c.Col.Role == catalog.Measure || len(s.Preds) == 0 && len(s.Nouns) == 0
}

// meansRows reports whether a word that is the table's name and an amount's is
// described like a thing: "sales with a discount over 20%".
func (b *builder) meansRows() bool {
	s := b.s
	if len(s.Select) != 1 || s.Select[0].Node.Cols[0].How != link.Synonym || len(s.Preds) == 0 {
		return false
	}
	n := s.Select[0].Node
	if n.End >= len(b.p.tokens) || !slices.Contains(b.p.Schema.TableWords(b.p.scope.Base), text.Singular(lastWord(n))) {
		return false
	}
	switch b.p.tokens[n.End].Norm {
	case "with", "where", "that", "which", "whose", "having", "without":
		return true
	}
	return false
}

func lastNameWord(c *link.Column) string {
	parts := text.SplitName(c.Col.Name)
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// pinned reports whether a condition leaves one row: equality on a column of
// unique values.
func (b *builder) pinned() bool {
	for _, c := range b.s.Preds {
		if c.Expr.Op == plan.OpEq && c.Column != nil && unique(c.Column) {
			return true
		}
	}
	return false
}
