package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/table"
)

// measureRules read aggregates of columns and counts of things.
var measureRules = []Rule{
	{Name: "how old", Pattern: "'how' a=adj", Make: howAdjective},
	{Name: "how many people suffered it", Pattern: "k=count 'people'|'persons'|'humans'? 'were'|'was'|'got'|'have'|'been'* c=col", Make: howManySuffered},
	{Name: "aggregate of some of a column", Pattern: "a=agg v=val c=col", Make: aggregateOfSome},
	{Name: "amount of an average period", Pattern: "c=col 'in'|'per'|'for'|'during' a=agg g=grain", Make: inAveragePeriod},
	{Name: "weighted by", Pattern: "w=weighted c=col", Make: weightedBy},
	{Name: "so weighted", Pattern: "c=col 'weighted' d=col", Make: soWeighted},
	{Name: "aggregate of totals", Pattern: "a=agg|sup 'of'? v=pertotal", Make: aggregateOfTotals},
	{Name: "how many make up a part", Pattern: "k=count 'of'|sup|comp|adj* x=col|tab light|'that'|'which'* p=pareto 'for'|'about'|'the'|'top'* q=num 'of'|share|'total'* c=col|measure", Make: makesUp},
	{Name: "percentile", Pattern: "q=ord|num 'percentile' 'of'|'for'|'the'* c=col", Make: percentile},
	{Name: "rate of a value", Pattern: "r=rate", Make: rateOf},
	{Name: "average time between dates", Pattern: "a=agg g=grain between c=col and d=col", Make: timeBetweenColumns},
	{Name: "average per period", Pattern: "a=agg g=grain c=col", Make: nestedOverGrain},
	{Name: "period average", Pattern: "g=grain a=agg 'of'? c=col", Make: nestedOverGrain},
	{Name: "count of the rows of a table", Pattern: "k=count 'of'? 'rows'|'records'|'lines' 'in'|'of' x=tab", Make: countRowsOf},
	{Name: "count of different things", Pattern: "k=count 'of'|'total'? d=distinct x=col|tab", Make: countDistinct},
	{Name: "different count of things", Pattern: "d=distinct k=count 'of'? x=col|tab", Make: countDistinct},
	{Name: "count of things with values", Pattern: "k=count|howmuch 'of'|'total'|agg? v=val x=tab|col", Make: countThings},
	{Name: "count of a thing's kinds", Pattern: "k=count 'of'|'total'|'kind'|'kinds'|'type'|'types'|distinct* t=tab x=col", Make: countKinds},
	{Name: "count of things that are so", Pattern: "k=count 'of'|'total'? f=col x=tab|col", Make: countFlagged},
	{Name: "count of things that came about", Pattern: "k=count 'of'|'total'? e=col x=col|tab", Make: countCameAbout},
	{Name: "aggregate of a number of things", Pattern: "a=agg k=count 'of'? c=col", Make: aggregateOfNumber},
	{Name: "count of things", Pattern: "k=count 'of'|'total'|agg? ref? x=col|tab", Make: countThings},
	{Name: "and their things", Pattern: "and ref x=tab|col", Make: andTheirThings},
	{Name: "and the things of the same", Pattern: "m=measure and x=tab|col", Make: moreCounts},
	{Name: "different things", Pattern: "a=agg d=distinct x=col|tab", Make: countDistinct},
	{Name: "aggregate of a column", Pattern: "a=agg 'of'|'for'|'in'|fn? 'value'|'amount'|'values'|'number'|'of'* c=col", Make: aggregateOf},
	{Name: "aggregate of the rows", Pattern: "a=agg 'of'? 'number'? x=tab", Make: aggregateOfRows},
	{Name: "how much of a column", Pattern: "k=howmuch 'of'|'total'? c=col", Make: howMuch},
	{Name: "more of the same aggregate", Pattern: "m=measure and|comma 'and'? c=col", Make: moreOfAggregate},
	{Name: "count after a thing", Pattern: "x=col|tab k=count", Make: countAfter},
	{Name: "aggregate after a column", Pattern: "c=col a=agg", Make: aggregateAfter},
}

// names of aggregates in results.
var aggregateNames = map[plan.Op]string{plan.OpSum: "total", plan.OpAvg: "average", plan.OpMedian: "median", plan.OpMin: "minimum",
	plan.OpMax: "maximum", plan.OpStddev: "standard deviation of", plan.OpVariance: "variance of", plan.OpMode: "most common", plan.OpCount: "number of"}

// aggregate makes one measure of a column.
func (p *parser) aggregate(op plan.Op, c *link.Column, stated bool) Aggregate {
	arg := p.expr(c)
	if stated && c.Col.Role == catalog.ID && adds(op) {
		arg = &plan.Expr{Op: plan.OpCast, Unit: "float", Args: []*plan.Expr{arg}} // asked for in so many words
	}
	return Aggregate{Expr: plan.Make(op, arg), Name: aggregateName(op, c), Unit: c.Col.Unit, Column: c, Op: op, Stated: stated}
}

// aggregateName names a measure of a column: not "total total bill", nor "total
// Cost Total".
func aggregateName(op plan.Op, c *link.Column) string {
	said := spoken(c)
	if op == plan.OpSum && slices.Contains(strings.Fields(strings.ToLower(said)), "total") {
		return said
	}
	return aggregateNames[op] + " " + strings.TrimPrefix(said, aggregateNames[op]+" ")
}

// adds reports whether an aggregate adds its values up.
func adds(op plan.Op) bool {
	return op == plan.OpSum || op == plan.OpAvg || op == plan.OpMedian || op == plan.OpStddev || op == plan.OpVariance
}

// usable says which columns an aggregate can take.
func usable(op plan.Op) want {
	switch op {
	case plan.OpSum, plan.OpAvg, plan.OpMedian, plan.OpStddev, plan.OpVariance:
		return numeric
	case plan.OpMin, plan.OpMax:
		return func(c *link.Column) bool { return numeric(c) || c.Col.Type.Temporal() || c.Col.Type == "time" }
	}
	return anyColumn
}

func aggregateOf(p *parser, m match) *Node {
	c := m.one("c")
	n := &Node{Kind: Measure}
	for _, part := range aggregateParts(m.one("a")) {
		op := plan.Op(part.Payload)
		if op == "range" {
			continue
		}
		col := p.best(c, op)
		if col == nil {
			return nil
		}
		a := p.aggregate(op, col, true)
		if col.Col.Role == catalog.ID && adds(op) && onlyNumbered(c, col) {
			return nil
		}
		if op == plan.OpSum && p.worthOf(col, m) {
			if a = p.worth(col, &n.Notes, c); a.Expr == nil {
				return nil
			}
		}
		p.spanned(a.Expr, m.start, m.end)
		if col.Col.Role == catalog.ID && adds(op) {
			n.Notes = append(n.Notes, p.note(c, "sum_of_id", "“%s” names things: its %s says little.", col.Col.Name, aggregateNames[op]))
		}
		n.Measures = append(n.Measures, a)
	}
	if len(n.Measures) == 0 {
		return nil
	}
	n.Parts = []*Node{m.one("a"), c}
	return n
}

// onlyNumbered reports whether nothing but "number" was said of an identifier:
// "the total number by origin" adds up no numbers of trains.
func onlyNumbered(n *Node, c *link.Column) bool {
	return text.Singular(n.Word) == "number" && len(c.Words) > 1
}

// aggregateOfNumber reads "the average number of points" of a column that says
// how many there are.
func aggregateOfNumber(p *parser, m match) *Node {
	if a, c := m.one("a"), m.one("c"); a.Payload == string(plan.OpSum) || !amount(c.top()) {
		return nil
	}
	return aggregateOf(p, m)
}

// countCameAbout reads "the number of enrolment students", where one column
// says when it came about and the next whose it is, as those that have it.
func countCameAbout(p *parser, m match) *Node {
	e, x := m.one("e"), m.one("x")
	c := e.top()
	if e.End != x.Start || !p.event(c, e) || text.IsPlural(lastWord(e)) || !text.IsPlural(lastWord(x)) || x.Kind == Col && amount(x.top()) {
		return nil
	}
	n := p.countOf(x, m)
	if n != nil && c.Col.Stats.Nulls > 0 {
		n.Preds = append(n.Preds, Condition{Expr: p.spanned(plan.Make(plan.OpNotNull, p.expr(c)), e.Start, e.End), Column: c, Where: Span{e.Start, e.End}})
	}
	return n
}

// best is the column of a node that suits an aggregate: an amount before
// other numbers.
func (p *parser) best(c *Node, op plan.Op) *link.Column {
	w := usable(op)
	for _, m := range c.Cols {
		if m.Score >= c.Cols[0].Score-250 && w(m.Column) && amount(m.Column) {
			return m.Column
		}
	}
	return c.pick(w)
}

// aggregateOfRows reads "total students" as a count, and an average of what
// rows hold most as that of the main amount.
func aggregateOfRows(p *parser, m match) *Node {
	if m.one("a").Payload != "sum" {
		return nil
	}
	return p.countRows(m.one("x").Table, m)
}

func (p *parser) countRows(t string, m match) *Node {
	n := &Node{Kind: Measure}
	a := Aggregate{Expr: plan.Make(plan.OpCount), Name: "number of rows", Op: plan.OpCount, Rows: true, Table: t, Stated: true}
	if t != "" {
		a.Name = "number of " + tableNoun(p, t)
	}
	p.spanned(a.Expr, m.start, m.end)
	n.Measures = []Aggregate{a}
	return n
}

// countRowsOf reads "number of rows in orders": the rows themselves, even
// where an order takes several.
func countRowsOf(p *parser, m match) *Node {
	n := p.countRows(m.one("x").Table, m)
	n.Measures[0].Lines = true
	return n
}

func tableNoun(p *parser, t string) string {
	tab := p.Schema.Catalog.Table(t)
	if tab != nil && tab.Label != "" {
		return tab.Label
	}
	words := text.SplitName(t)
	if len(words) == 0 || !text.IsPlural(words[len(words)-1]) {
		return "rows"
	}
	return strings.Join(words, " ")
}

// spoken is the name of a column as a person says it.
func spoken(c *link.Column) string {
	if strings.ContainsAny(c.Col.Name, " (") {
		return c.Col.Name
	}
	return strings.Join(text.SplitName(c.Col.Name), " ")
}

// plural is the name of a column as several things.
func plural(c *link.Column) string {
	w := strings.TrimSuffix(spoken(c), " id")
	switch {
	case text.IsPlural(lastOf(w)) || w == "":
		return w
	case strings.HasSuffix(w, "y") && len(w) > 1 && !strings.ContainsRune("aeiou", rune(w[len(w)-2])):
		return w[:len(w)-1] + "ies"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "sh"):
		return w + "es"
	}
	return w + "s"
}

func lastOf(phrase string) string { return phrase[strings.LastIndexByte(phrase, ' ')+1:] }

// countThings counts rows of a table, or the things that a column names.
func countThings(p *parser, m match) *Node {
	x := m.one("x")
	if x.Kind == Col && amount(x.top()) && p.comparedAt(m.end) {
		return nil // "number of bills over 30": rows whose bill is so
	}
	n := p.countOf(x, m)
	if n == nil {
		return nil
	}
	for _, v := range m.nodes["v"] {
		n.Preds = append(n.Preds, p.valueCondition(v, nil, false)...)
	}
	return n
}

// comparedAt reports whether a comparison with a number begins at token i.
func (p *parser) comparedAt(i int) bool {
	if i >= len(p.tokens) {
		return false
	}
	return slices.ContainsFunc(p.lex.At(p.tokens, i), func(e lexicon.Entry) bool {
		return e.Tag == "cmp" && slices.ContainsFunc(p.numbers, func(q text.Quantity) bool { return q.Start == i+len(e.Words) })
	})
}

// countKinds reads "how many game types" as the types, not the games.
func countKinds(p *parser, m match) *Node {
	t, x := m.one("t"), m.one("x")
	if t.End != x.Start || amount(x.top()) {
		return nil
	}
	return p.countOf(x, m)
}

func (p *parser) countOf(x *Node, m match) *Node {
	if x.Kind == Tab {
		n := p.countRows(x.Table, m)
		if x.Payload == "lines" {
			n.Measures[0].Lines, n.Measures[0].Name = true, "number of lines"
		}
		return n
	}
	c := x.top()
	if k := m.one("k"); k != nil && k.Payload == "each" && !unique(c) && !p.distinctWithin(k.End, x.Start) { // "the frequency of colors": how often each occurs
		n := p.countRows("", m)
		n.Keys = []Key{{Column: c}}
		return n
	}
	if (x.Cols[0].How == link.Synonym || amount(c) && p.calledAs(c, x)) && slices.Contains(p.Schema.TableWords(p.scope.Base), text.Singular(lastWord(x))) {
		return p.countRows(p.scope.Base, m)
	}
	if numeric(c) && !numbering(c) && countsOf(c, x) {
		return p.sumInstead(c, m, x)
	}
	if amount(c) && c.Col.Role != catalog.Dimension {
		if k := m.one("k"); k != nil && k.Payload == "rows" && strings.HasPrefix(k.Word, "total") && x.Cols[0].How == link.Exact {
			return p.sumInstead(c, m, x) // "the total number of capacity"
		}
		if m.one("k") == nil || m.one("k").Payload != "rows" || !p.pluralWithin(x.Start, x.End-x.Start) {
			return nil
		}
		if x.Cols[0].How == link.Part {
			n := p.countRows("", m)
			n.Measures[0].Name, n.Parts = "number of "+x.Word, []*Node{x}
			n.Notes = []Note{p.note(x, "row_noun", "“%s” is taken to be what the rows are called.", x.Word)}
			return n
		}
		return p.sumInstead(c, m, x)
	}
	if flag(c) && len(m.nodes["d"]) == 0 {
		return p.countTrue(c, x, m)
	}
	if p.event(c, x) && len(m.nodes["d"]) == 0 {
		n := p.countRows("", m)
		n.Measures[0].Name, n.Parts = "number of "+x.Word, []*Node{x}
		if c.Col.Stats.Nulls > 0 {
			n.Preds = []Condition{{Expr: p.spanned(plan.Make(plan.OpNotNull, p.expr(c)), x.Start, x.End), Column: c, Where: Span{x.Start, x.End}}}
		}
		return n
	}
	n := &Node{Kind: Measure}
	a := Aggregate{Expr: plan.CountDistinct(p.expr(c)), Name: "number of " + plural(c), Op: plan.OpCount, Column: c, Stated: true}
	if unique(c) {
		a.Expr = plan.Make(plan.OpCount)
		a.Rows = true
		a.Table = c.Table.Name
	} else {
		code := "count_distinct"
		if c.Table.Name == p.scope.Base && x.Cols[0].How == link.Exact && slices.Contains(p.Schema.TableWords(c.Table.Name), text.Singular(lastWord(x))) {
			code = "count_names" // a table of artists: its rows could be meant as well
		}
		n.Notes = append(n.Notes, p.note(x, code, "Each “%s” is counted once.", c.Col.Name))
	}
	p.spanned(a.Expr, m.start, m.end)
	n.Measures = []Aggregate{a}
	n.Parts = []*Node{x}
	return n
}

// calledAs reports whether an amount in fractions is called as the rows are:
// the number of tips, one in each row, is how many there are, not their sum.
func (p *parser) calledAs(c *link.Column, x *Node) bool {
	fractions := c.Col.Type != table.Integer && !c.Col.Stats.Whole
	return fractions && c.Table.Name == p.scope.Base && len(p.Schema.TableWords(p.scope.Base)) == 1 && p.pluralWithin(x.Start, x.End-x.Start)
}

// distinctWithin reports whether different things are spoken of between two
// tokens: "the count of different types".
func (p *parser) distinctWithin(from, to int) bool {
	return slices.ContainsFunc(p.tokens[from:max(from, to)], func(t text.Token) bool {
		return t.Norm == "different" || t.Norm == "distinct" || t.Norm == "unique"
	})
}

// countsOf reports whether a column says how many of a thing there are, so that
// nothing is left to count: “how many stars” of a number of stars.
func countsOf(c *link.Column, x *Node) bool {
	words := text.Words(x.Word)
	counts := false
	for _, w := range c.Words {
		switch w {
		case "number", "no", "num", "count", "#":
			counts = true
		case "of", "the":
		default:
			if !slices.ContainsFunc(words, func(said string) bool { return text.Stem(said) == text.Stem(w) }) {
				return false
			}
		}
	}
	return counts
}

// andTheirThings reads "and their orders" beside another measure as a count.
func andTheirThings(p *parser, m match) *Node {
	x := m.one("x")
	if x.Kind == Col && !p.ownNoun(x) {
		return nil
	}
	return p.countOf(x, m)
}

// moreCounts reads "the number of customers and orders" as two counts.
func moreCounts(p *parser, m match) *Node {
	first, x := m.one("m"), m.one("x")
	last := first.Measures
	if len(last) == 0 || last[len(last)-1].Op != plan.OpCount || x.Kind == Col && (amount(x.top()) || !text.IsPlural(lastWord(x))) {
		return nil
	}
	more := p.countOf(x, m)
	if more == nil {
		return nil
	}
	n := first.copy()
	n.Measures, n.Notes = append(slices.Clone(last), more.Measures...), append(slices.Clone(first.Notes), more.Notes...)
	return n
}

func lastWord(n *Node) string {
	w := n.Word
	for i := len(w) - 1; i >= 0; i-- {
		if w[i] == ' ' {
			return w[i+1:]
		}
	}
	return w
}

// sumInstead reads "how many points" as the sum of a column of numbers.
func (p *parser) sumInstead(c *link.Column, m match, x *Node) *Node {
	op := defaultAggregate(c)
	n := &Node{Kind: Measure, Measures: []Aggregate{p.aggregate(op, c, false)}, Parts: []*Node{x}, Payload: "sum instead"}
	p.spanned(n.Measures[0].Expr, m.start, m.end)
	return n
}

// defaultAggregate is how a column is summed up when nothing was said.
func defaultAggregate(c *link.Column) plan.Op {
	if c.Col.Summed != "" {
		return plan.Op(c.Col.Summed) // as people said
	}
	switch c.Col.Role {
	case catalog.Rate, catalog.Price:
		return plan.OpAvg
	case catalog.ID, catalog.Dimension, catalog.Geo, catalog.Text, catalog.URL:
		return plan.OpCount
	}
	return plan.OpSum
}

func countDistinct(p *parser, m match) *Node {
	x := m.one("x")
	if x.Kind == Tab && p.namedAt(m.end) {
		return nil // "different game types" are types
	}
	if x.Kind == Tab {
		return p.countRows(x.Table, m)
	}
	c := x.top()
	a := Aggregate{Expr: plan.CountDistinct(p.expr(c)), Name: "number of " + plural(c), Op: plan.OpCount, Column: c, Stated: true}
	p.spanned(a.Expr, m.start, m.end)
	return &Node{Kind: Measure, Measures: []Aggregate{a}, Parts: []*Node{x}}
}

// namedAt reports whether the name of a thing that is no amount begins at
// token i.
func (p *parser) namedAt(i int) bool {
	return i < len(p.byStart) && slices.ContainsFunc(p.byStart[i], func(m link.Mention) bool {
		return m.Kind == link.ColumnMention && m.Score >= 600 && p.scope.has(m.Table) && !amount(m.Column)
	})
}

func howMuch(p *parser, m match) *Node {
	c := m.one("c").pick(amount)
	if c == nil {
		return nil
	}
	return p.sumInstead(c, m, m.one("c"))
}

// moreOfAggregate reads "average age and salary" as two averages.
func moreOfAggregate(p *parser, m match) *Node {
	first, c := m.one("m"), m.one("c")
	last := first.Measures[len(first.Measures)-1]
	col := c.pick(amount)
	if col == nil || col != c.top() || last.Column == nil || last.Op == plan.OpCount || len(first.Parts) == 0 || first.Payload != "" {
		return nil
	}
	n := first.copy()
	n.Measures = append(append([]Aggregate{}, first.Measures...), p.aggregate(last.Op, col, true))
	return n
}

// aggregateAfter reads "revenue total".
func aggregateAfter(p *parser, m match) *Node {
	a := m.one("a")
	if a.Payload != "sum" && a.Payload != "avg" && a.Payload != "range" || a.End < len(p.tokens) && p.tokens[a.End].Norm == "of" {
		return nil
	}
	c := m.one("c").pick(amount)
	if c == nil || c != m.one("c").top() || a.End < len(p.tokens) && !p.lex.Noise(p.tokens[a.End].Norm) {
		return nil
	}
	n := &Node{Kind: Measure, Parts: []*Node{a, m.one("c")}}
	for _, part := range aggregateParts(a) {
		n.Measures = append(n.Measures, p.aggregate(plan.Op(part.Payload), c, true))
	}
	return n
}

// aggregateOfSome reads "the average furniture price".
func aggregateOfSome(p *parser, m match) *Node {
	if len(m.one("a").Parts) > 0 || m.one("c").pick(amount) == nil {
		return nil
	}
	conds := p.valueCondition(m.one("v"), nil, false)
	n := aggregateOf(p, m)
	if n == nil || len(conds) == 0 || conds[0].Column.Table != n.Measures[0].Column.Table {
		return nil
	}
	n.Preds, n.Notes = conds, append(n.Notes, p.valueNotes(m.one("v"), m.one("v").Vals[0])...)
	return n
}

// inAveragePeriod reads "revenue in an average month".
func inAveragePeriod(p *parser, m match) *Node {
	c, a := m.one("c").pick(amount), m.one("a")
	if c == nil || c != m.one("c").top() || p.dateColumn() == nil || a.Payload != "avg" && a.Payload != "median" || len(a.Parts) > 0 {
		return nil
	}
	return &Node{Kind: Measure, Payload: "nested", Grain: m.one("g").Grain, Word: a.Payload, Measures: []Aggregate{p.aggregate(defaultAggregate(c), c, false)}}
}

// howManySuffered reads "how many people died" as the sum of a column of
// deaths: a verb is no thing that could be counted.
func howManySuffered(p *parser, m match) *Node {
	c := m.one("c")
	col := c.top()
	if !strings.HasSuffix(c.Word, "ed") || !amount(col) || col.Col.Role != catalog.Measure || flag(col) {
		return nil
	}
	return p.sumInstead(col, m, c)
}

// nestedOverGrain reads "average monthly revenue": the average over months of
// the total of each.
func nestedOverGrain(p *parser, m match) *Node {
	a, g := m.one("a"), m.one("g")
	if len(a.Parts) > 0 || g.Payload != "adverb" || p.dateColumn() == nil || a.Payload == "sum" {
		return nil
	}
	c := m.one("c").pick(amount)
	if c == nil {
		return nil
	}
	inner := p.aggregate(defaultAggregate(c), c, false)
	n := &Node{Kind: Measure, Payload: "nested", Grain: g.Grain, Word: a.Payload, Measures: []Aggregate{inner}}
	return n
}

// perPeriodOf reads "average per month of total revenue".
func perPeriodOf(p *parser, m match) *Node {
	a, me := m.one("a"), m.one("m")
	if m.one("b").Payload != "per" || len(a.Parts) > 0 || a.Payload == "sum" || p.dateColumn() == nil || len(me.Measures) != 1 || me.Payload != "" {
		return nil
	}
	return &Node{Kind: Measure, Payload: "nested", Grain: m.one("g").Grain, Word: a.Payload, Measures: me.Measures, Preds: me.Preds}
}

// countAfter reads "customer count".
func countAfter(p *parser, m match) *Node {
	k := m.one("k")
	if k.Word != "count" && k.Word != "counts" || k.End < len(p.tokens) && p.tokens[k.End].Norm == "of" || p.separated(m.one("x"), k) {
		return nil
	}
	return p.countOf(m.one("x"), m)
}

// howAdjective reads "how old" as the column that the adjective measures.
func howAdjective(p *parser, m match) *Node {
	c, _ := p.measuredColumn(m.one("a"))
	if c == nil {
		c = p.describedColumn(m.one("a"))
	}
	if c == nil {
		return nil
	}
	return &Node{Kind: Col, Word: m.one("a").Word, Cols: []link.Mention{{Kind: link.ColumnMention, Column: c, Score: 700, Table: c.Table.Name}}, Payload: "how"}
}
