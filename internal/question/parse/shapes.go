package parse

import (
	"fmt"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// aggregate builds measures by keys. Columns named beside measures are keys.
func (b *builder) aggregate() bool {
	s := b.s
	b.eitherMeasured()
	if slices.ContainsFunc(s.Keys, func(k Key) bool { return k.Column != nil && k.Per }) && b.perAmount() {
		return true
	}
	b.perThing()
	if s.Nested != nil {
		return b.nested()
	}
	b.doubtLostCount()
	for _, k := range s.Keys {
		b.addKey(k)
	}
	for _, it := range s.Select {
		if amount(it.Column) && len(s.Keys) > 0 && !s.p.isKey(it.Column, s.Keys) && !unique(it.Column) {
			s.Measures = append(s.Measures, b.defaultMeasure(it.Column, it.Node))
			continue
		}
		if b.restricted(it) && s.Measures[0].Column != nil && len(s.Select) == 1 {
			continue // "revenue of enterprise customers" is not parted by customer
		}
		if b.describedAfter(it) {
			continue
		}
		if len(s.Measures) == 1 && s.Measures[0].Op == plan.OpCount && b.p.event(it.Column, it.Node) && it.Column.Col.Stats.Distinct > 1 && s.Count && len(s.Keys) == 0 {
			b.d.Unused = append(b.d.Unused, Unused{Span: Span{it.Node.Start, it.Node.End}, Text: b.p.written(it.Node), Class: "asked"})
			continue // "still open" is no date of opening
		}
		if !b.measured(it.Column) && !b.onlySays(it) {
			b.addKey(Key{Column: it.Column})
			b.doubtAmountKey(it.Column)
		}
	}
	if s.Best != nil && len(b.pl.Group) == 0 {
		return b.superlativeOfMeasures()
	}
	if s.Limit != nil && len(b.pl.Group) == 0 {
		b.nounKey()
	}
	b.totalsOfCounted()
	if len(s.Haves) > 0 && len(b.pl.Group) == 0 {
		return b.countOfGroups()
	}
	b.oneKeyOfSlices()
	b.drawnPerWhat()
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
		b.totalOfFirst()
	}
	return true
}

// restricted reports whether a value stands right before a column as the kind
// of its things: "returned orders".
func (b *builder) restricted(it Item) bool {
	return slices.ContainsFunc(b.s.Preds, func(p Condition) bool { return p.Where.End == it.Node.Start && p.Where.End > 0 && !p.Time })
}

// perThing reads "average revenue per customer" as the total divided by how
// many customers there are, not as the mean of the rows.
func (b *builder) perThing() {
	s := b.s
	b.middlePerThing()
	if b.metricPerThing() {
		return
	}
	b.countPerThing()
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
		if k.Per && k.Table == b.p.scope.Base && b.p.repeatingID(k.Table) == nil {
			s.Keys = slices.Delete(slices.Clone(s.Keys), i, i+1) // rows are the things
			return
		}
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
	if a.Op != plan.OpCount || !a.Rows || a.Lines || len(a.Expr.Args) > 0 {
		return a
	}
	id := b.p.repeatingID(a.Table)
	if id == nil || b.ch.Rows {
		return a
	}
	for _, g := range b.pl.Group {
		if same(g.Expr, b.p.expr(id)) {
			return a
		}
	}
	a.Expr = plan.CountDistinct(b.use(id))
	code := "count_distinct"
	if id.Col.Role != catalog.ID {
		code = "count_names"
	}
	b.note(code, fmt.Sprintf("One “%s” can have several rows: each is counted once.", id.Col.Name), Span{})
	return a
}

// unpinned counts rows where the things of a column that a condition fixes
// were to be counted: "tests with the result Fail".
func (b *builder) unpinned(a Aggregate) Aggregate {
	if a.Op == plan.OpCount && a.Column != nil && !a.Expr.Distinct && len(b.pl.Group) == 0 && b.s.Chart != "" && b.drawn() && category(a.Column) {
		b.addKey(Key{Column: a.Column}) // one number is no chart
		return b.rowCount()
	}
	if a.Op != plan.OpCount || !a.Expr.Distinct || a.Column == nil {
		return a
	}
	if len(b.pl.Group) == 0 && b.drawn() && !b.s.Distinct {
		b.addKey(Key{Column: a.Column}) // a chart of "the number of colors" counts each color
	}
	for _, c := range b.s.Preds {
		if c.Column == a.Column && c.Expr.Op == plan.OpEq {
			return b.rowCount()
		}
	}
	b.partedByCounted(a)
	return a
}

// drawn reports whether several marks are asked for: a chart, or an order,
// which one number does not have.
func (b *builder) drawn() bool {
	return b.s.Chart != "" && b.s.Chart != "table" || len(b.s.Orders) > 0
}

// repeatingID is the column that names the things which a table is called
// after, where they take several rows each: order_id in a table of order lines.
func (p *parser) repeatingID(t string) *link.Column {
	if t == "" {
		t = p.scope.Base
	}
	words := p.Schema.TableWords(t)
	if len(words) == 0 {
		return nil
	}
	noun := words[len(words)-1]
	for _, c := range p.Schema.ColumnsOf(t) {
		if c.Col.Role == catalog.ID && unique(c) && len(c.Words) == 2 && c.Words[0] == noun {
			return nil // each row is one of them, whatever names they share
		}
		if c.Col.Role == catalog.ID && !unique(c) && len(c.Words) == 2 && c.Words[0] == noun && c.Col.Stats.Distinct > 0 {
			if p.refersElsewhere(c) {
				return nil // a row ties the thing, which has a table of its own, to another
			}
			return c
		}
	}
	if c := p.label(t); c != nil && len(c.Words) == 2 && c.Words[0] == noun && c.Words[1] == "name" && c.Col.Stats.Distinct > 0 && 3*c.Col.Stats.Distinct <= c.Table.Rows {
		return c
	}
	return nil
}

func (b *builder) defaultMeasure(c *link.Column, n *Node) Aggregate {
	op := defaultAggregate(c)
	if b.s.Averaged && adds(op) {
		op = plan.OpAvg
		b.d.Unused = slices.DeleteFunc(b.d.Unused, func(u Unused) bool {
			return u.Class == "operator" && (u.Text == "on average" || u.Text == "On average")
		})
	}
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
	b.onlyNamed()
}

func (b *builder) limit(r *Rank) {
	n := r.N
	if n == 0 && r.Percent == 0 {
		n = 10
		b.note("default_limit", "The first 10 are shown.", Span{})
	}
	b.pl.Limit = &plan.Limit{N: n, Percent: r.Percent, Offset: r.Offset}
	if len(b.pl.Group) > 1 && (b.s.Each || b.rankedWithin()) {
		b.perGroup()
	}
}

// rankedWithin reports whether things are ranked within each value of a key:
// "per region", or "the most sold product by region" of one thing.
func (b *builder) rankedWithin() bool {
	return slices.ContainsFunc(b.s.Keys, func(k Key) bool {
		return k.Per || k.Column != nil && category(k.Column) && k.Grain == "" && k.Part == "" && b.s.Limit != nil && !b.s.LimitAfterKeys && len(b.s.Select) == 1
	})
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
	b.doubtFew()
	inner := &plan.Plan{V: 1, Kind: plan.Table, From: plan.From{Table: b.p.scope.Base}, Group: []plan.Named{{As: c.Col.Name, Expr: b.use(c)}}}
	for i, h := range b.eachHave() {
		name := h.Of
		if name == "" || i > 0 && name == inner.Measures[0].As || name == c.Col.Name {
			name = fmt.Sprintf("condition %d", i+1)
		}
		inner.Measures = append(inner.Measures, plan.Named{As: name, Expr: h.Expr.Args[0]})
	}
	for _, h := range s.Haves {
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
	b.pl.Measures = []plan.Named{{As: "number of " + plural(c), Expr: plan.Make(plan.OpCount)}}
	b.pl.Kind = plan.Scalar
	return true
}

// countOnly counts rows where "how many" has nothing tied to it.
func (b *builder) countOnly() bool {
	s := b.s
	b.eventsCounted()
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
		a = b.counting(c)
		s.Select = nil
	case len(s.Select) == 0 && len(s.Keys) == 0:
		b.doubt(150, "it is not said what to count, rows are")
	}
	s.Measures = []Aggregate{a}
	return b.aggregate()
}

// list builds rows: the columns asked for, or all of them.
func (b *builder) list() bool {
	s := b.s
	b.dropDescribed()
	b.dropGiven()
	b.onlyListed()
	if s.Head == "who" && len(s.Select) == 1 && len(s.Preds) > 0 && numeric(s.Select[0].Column) || b.worthOfUnits() {
		return false // a number is nobody
	}
	b.whatWasBought()
	if b.thingsOfRows() {
		return true
	}
	if b.soleAmount() {
		it := s.Select[0]
		b.addMeasure(b.defaultMeasure(it.Column, it.Node))
		return true
	}
	if len(s.Select) == 0 && len(s.Nouns) == 0 && len(s.Preds) == 0 && s.Limit == nil {
		return b.askedBare() || b.thingsUnnamed()
	}
	if b.chartOfOne() || b.sortedThings() {
		return true
	}
	b.whoseAmounts()
	for _, it := range s.Select {
		b.addSelect(it.Column)
	}
	if len(s.Select) == 0 {
		b.wholeRows()
	}
	if b.aboutThings() || b.setWise() {
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
	if len(s.Select) == 2 && category(s.Select[0].Column) && amount(s.Select[1].Column) && s.Select[0].Node.End == s.Select[1].Node.Start &&
		slices.ContainsFunc(s.Preds, func(p Condition) bool { return p.Where.End == s.Select[0].Node.Start && p.Where.End > 0 && !p.Time }) {
		s.Select = s.Select[1:] // "repeat customer revenue"
	}
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
	if i := slices.IndexFunc(s.Preds, func(p Condition) bool {
		return p.Bare || many && p.Column != nil && comparison(p.Expr) && !b.p.ofRows(p)
	}); i >= 0 && category(c) && !unique(c) && s.Preds[i].Column.Col.Role == catalog.Measure {
		return b.totalOfEach(c, i)
	}
	if c.Col.Role == catalog.ID && len(s.Preds) > 0 && !saysNumber(s.Select[0].Node.Word) && c.Table.Name == b.p.scope.Base {
		if s.Head == "which" && !unique(c) {
			s.Distinct = true // "which orders …" asks for the orders, not for their rows
			return false
		}
		s.Select, s.Nouns = nil, append(s.Nouns, b.p.scope.Base)
	}
	return false
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
	if c := b.listedByName(); c != nil {
		b.addSelect(c)
		return
	}
	if len(b.s.Nouns) == 0 && b.s.Limit == nil {
		for _, c := range b.s.Preds {
			if c.Column != nil && c.Where.Start <= 2 && category(c.Column) && (c.Expr.Op == plan.OpContains || c.Expr.Op == plan.OpStarts || c.Expr.Op == plan.OpEnds) {
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

// placeWords are names of columns that say where something is.
var placeWords = []string{"city", "town", "state", "province", "county", "country", "continent"}

// listedByName is the column that names the things to list, where it is only
// said where they are: "give me the cities in Texas". Of what is described
// otherwise everything is shown.
func (b *builder) listedByName() *link.Column {
	s := b.s
	if s.Head != "list" || len(s.Nouns) != 1 || s.Nouns[0] != b.p.scope.Base || len(s.Preds) == 0 || s.Limit != nil || len(s.Orders) > 0 || s.Chart != "" || b.asksDetails() {
		return nil
	}
	if slices.ContainsFunc(s.Preds, func(c Condition) bool {
		return c.Column == nil || c.Expr.Op != plan.OpEq || !fits(placeWords, c.Column) || !b.p.afterPlace(c.Where.Start)
	}) {
		return nil
	}
	c := b.p.naming(b.p.scope.Base)
	if c == nil || labelRank(c, b.p.Schema.TableWords(b.p.scope.Base)) < 55 {
		return nil
	}
	return c
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
