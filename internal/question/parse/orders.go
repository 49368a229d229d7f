package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// orderRules read how rows are sorted.
var orderRules = []Rule{
	{Name: "superlative first", Pattern: "s=sup k=col|measure? r=row", Make: supFirst},
	{Name: "sorted in a direction by", Pattern: "s=sort b=by? 'in'? d=dir b=by|'of'|'on'|'according'|'for'|sort 'to'|'the'|by? k=col|measure|axis|count|tab", Make: sortedBy},
	{Name: "sorted by", Pattern: "s=sort b=by|group? 'the'|'their'|'of'? k=col|measure|axis|count|have 'is'|'are'|'from'|'in'|'with'|comma|and* d=dir?", Make: sortedBy},
	{Name: "sorted by a key", Pattern: "s=sort g=group 'in'|comma|and? d=dir?", Make: sortedByGroup},
	{Name: "sorted in a direction by a key", Pattern: "s=sort 'in'? d=dir g=group", Make: sortedByGroup},
	{Name: "sorted in a direction", Pattern: "s=sort 'in'|'the'? d=dir", Make: sortedOnly},
	{Name: "sorted from one end to the other", Pattern: "s=sort? from a=sup to b=sup", Make: fromTo},
	{Name: "direction of", Pattern: "'in'? d=dir by|'of'|'for'|'according' 'to'? ref? k=col|measure|axis|count|chart", Make: sortedBy},
	{Name: "direction of a key", Pattern: "'in'? d=dir g=group", Make: directionByThe},
	{Name: "bars in a direction", Pattern: "s=sort by? k=chart 'in'|'from'|fn? d=dir", Make: sortedBy},
	{Name: "axis in a direction", Pattern: "k=axis 'in'|'from'|'as'|'is'|fn? d=dir", Make: sortedBy},
	{Name: "column in a direction", Pattern: "k=col|measure 'in'|'from' d=dir", Make: sortedBy},
	{Name: "then by another column", Pattern: "o=order 'and'|and|comma 'then'|by? k=col|measure d=dir?", Make: thenBy},
	{Name: "a direction", Pattern: "'in'? d=dir", Make: sortedOnly},
}

func sortedBy(p *parser, m match) *Node {
	k, s := m.one("k"), m.one("s")
	if k.Kind == Col && s != nil && bareSort(s.Word) && m.one("b") == nil && (m.one("d") == nil || s.Start < 2) {
		return nil // "sort the names in order of age": the names are what is asked for
	}
	if p.onlyHowMany(k) {
		return nil
	}
	if s == nil && k.Kind == Col && m.one("d") != nil && m.one("d").Start > k.Start && m.end < len(p.tokens) {
		if w := p.tokens[m.end].Norm; w == "by" || w == "of" {
			return nil // the direction is that of what follows
		}
	}
	return p.orderBy(k, m.one("d"), m)
}

// onlyHowMany reports whether a measure is made of nothing but "the total
// number", of a column that is not called so: how many there are is sorted by.
func (p *parser) onlyHowMany(k *Node) bool {
	if k.Kind != Measure || len(k.Measures) == 0 || k.Measures[0].Column == nil {
		return false
	}
	for _, t := range p.tokens[k.Start:k.End] {
		if w := t.Base; w != "total" && w != "number" && w != "count" && !p.lex.Noise(t.Norm) {
			return false
		}
	}
	name := k.Measures[0].Column.Col.Name
	return !strings.EqualFold(name, "number") && !strings.EqualFold(name, "count") && !strings.EqualFold(name, "total")
}

// thenBy reads "sorted by price descending and name" as an order by both.
func thenBy(p *parser, m match) *Node {
	first, d := m.one("o"), m.one("d")
	if first.Rank == nil || first.Rank.open() || d == nil && m.end < len(p.tokens) && !p.closes(m.end) {
		return nil
	}
	next := p.orderBy(m.one("k"), d, m)
	if next == nil {
		return nil
	}
	n := first.copy()
	n.Parts = append(slices.Clone(first.Parts), next)
	return n
}

// supFirst reads "cheapest first" and "highest revenue first" as the order of
// all rows: what closes a clause cuts nothing off.
func supFirst(p *parser, m match) *Node {
	s, k := m.one("s"), m.one("k")
	if m.one("r").Payload != "first" || s.Rank != nil || m.end < len(p.tokens) && p.tokens[m.end].Kind != text.Punct {
		return nil
	}
	r := &Rank{Sort: true, Dir: true, Desc: !downward(s)}
	n := &Node{Kind: Order, Rank: r}
	if k == nil {
		p.sortAdjective(n, s)
		return n
	}
	c := k.pick(func(c *link.Column) bool { return amount(c) || temporal(c) })
	switch {
	case k.Kind == Measure && len(k.Measures) > 0:
		r.Measure = &k.Measures[0]
	case c != nil && c == k.top():
		r.Column, r.Desc = c, p.descends(s, c)
	default:
		return nil
	}
	return n
}

// sortAdjective finds what an adjective alone sorts by: the date, the column
// that it measures, or what the answer is about.
func (p *parser) sortAdjective(n, s *Node) {
	r := n.Rank
	switch c, more := p.measuredColumn(s); {
	case timely(s):
		r.Chrono = true
	case c != nil && !generic(s):
		r.Column, r.Desc = c, more
		n.Notes = []Note{p.note(s, "adjective", "“%s” is measured by “%s”.", s.Word, c.Col.Name)}
	}
}

// bareSort reports whether a sorting word does not say that what follows is
// sorted by.
func bareSort(w string) bool {
	switch w {
	case "sort", "order", "rank", "arrange", "ranking", "sorted", "ordered", "ranked", "arranged":
		return true
	}
	return false
}

// orderBy makes an order of all rows by what a node names.
func (p *parser) orderBy(k, d *Node, m match) *Node {
	r := &Rank{Sort: true}
	setDirection(r, d)
	n := &Node{Kind: Order, Rank: r}
	switch k.Kind {
	case Col:
		r.Column, r.Names = k.top(), namesAlone(k)
	case Measure:
		a := k.Measures[0]
		r.Measure = &a
	case "count":
		r.Count = true
	case "axis":
		r.Axis = k.Payload
	case "chart":
		r.Axis = "x"
	default:
		return nil
	}
	return n
}

func setDirection(r *Rank, d *Node) {
	if d == nil {
		return
	}
	r.Dir = true
	switch d.Payload {
	case "desc":
		r.Desc = true
	case "alpha":
		r.Alpha = true
	case "alphadesc":
		r.Alpha, r.Desc = true, true
	case "chrono":
		r.Chrono = true
	case "chronodesc":
		r.Chrono, r.Desc = true, true
	}
}

func sortedByGroup(p *parser, m match) *Node {
	g := m.one("g")
	if len(g.Keys) != 1 {
		return nil
	}
	r := &Rank{Sort: true, Column: g.Keys[0].Column, Names: len(g.Parts) == 1 && namesAlone(g.Parts[0])}
	setDirection(r, m.one("d"))
	return &Node{Kind: Order, Rank: r}
}

// namesAlone reports whether nothing but "names" was said, and not of what.
func namesAlone(n *Node) bool { return n.Word == "name" || n.Word == "names" }

// directionByThe reads "from low to high by the names": what is spoken of as
// known parts nothing, it is what the direction goes by.
func directionByThe(p *parser, m match) *Node {
	at := m.one("g").Start
	if at+1 >= len(p.tokens) || p.tokens[at].Norm != "by" || p.tokens[at+1].Norm != "the" {
		return nil
	}
	return sortedByGroup(p, m)
}

func sortedOnly(p *parser, m match) *Node {
	if m.end < len(p.tokens) && (p.tokens[m.end].Norm == "of" || p.tokens[m.end].Norm == "by") && m.one("s") == nil {
		return nil
	}
	r := &Rank{Sort: true}
	setDirection(r, m.one("d"))
	return &Node{Kind: Order, Rank: r}
}

// fromTo reads "from the oldest to the youngest".
func fromTo(p *parser, m match) *Node {
	c, more := p.measuredColumn(m.one("a"))
	r := &Rank{Sort: true, Dir: true, Column: c, Desc: more}
	return &Node{Kind: Order, Rank: r}
}

// rankRules read how many of an order are wanted.
var rankRules = []Rule{
	{Name: "a column of shares", Pattern: "share 'of'? c=col", Make: shareColumn},
	{Name: "a column's share", Pattern: "c=col share", Make: shareColumn},
	{Name: "best selling", Pattern: "r=ord? t=top|sup w='selling'|'sold'|'seller'|'sellers'", Make: bestSelling},
	{Name: "sold the most of", Pattern: "w='sell'|'sells'|'sold'|'buy'|'buys'|'bought' t=sup 'of'", Make: bestSelling},
	{Name: "top percent", Pattern: "t=top q=num", Make: topNumber},
	{Name: "so many superlatives", Pattern: "q=num s=sup", Make: numberOfSup},
	{Name: "superlative so many", Pattern: "s=sup q=num", Make: numberOfSup},
	{Name: "second superlative", Pattern: "o=ord s=sup", Make: ordinalSup},
	{Name: "so many top", Pattern: "q=num t=top", Make: topNumber},
	{Name: "top", Pattern: "t=top", Make: topAlone},
	{Name: "first so many", Pattern: "r=ord|row q=num", Make: firstRows},
	{Name: "maximum count", Pattern: "a=agg k=count", Make: maximumCount},
}

// shareColumn reads "percentage" beside a column that holds percentages.
func shareColumn(_ *parser, m match) *Node {
	c := m.one("c").top()
	for _, w := range []string{"share", "percent", "percentage", "proportion", "rate"} {
		if slices.Contains(c.Words, w) {
			return m.one("c").copy()
		}
	}
	if c.Col.Unit == "%" && numeric(c) {
		return m.one("c").copy()
	}
	return nil
}

// firstRow reads "the first ship" and "the last one listed": in the order of
// dates where there are any, else of the file.
func firstRow(p *parser, m match) *Node {
	r := m.one("r")
	last := r.Payload == "last"
	if r.Kind == "row" && r.Payload != "first" && !last || r.Kind == Ord {
		return nil
	}
	x := m.one("x")
	rank := &Rank{N: 1, Desc: last}
	n := &Node{Kind: Limit, Payload: "position", Rank: rank}
	if c := p.dateColumn(); c != nil && c.Col.Type.Temporal() {
		rank.Column = c
		n.Kind, n.Payload = Best, ""
	}
	switch {
	case x != nil && x.Kind == Word && nounLike(x.Word) && !amountNoun(x.Word):
		n.Notes = []Note{p.note(x, "row_noun", "“%s” is taken to be what the rows are called.", p.written(x))}
	case x != nil:
		n.Parts = []*Node{x}
	}
	return n
}

// bestSelling reads "best selling" as the most units sold.
func bestSelling(p *parser, m match) *Node {
	c := p.columnLike("quantity", "unit", "qty")
	t := m.one("t")
	if c == nil || m.one("w").Start < t.Start && !quantifier(t) {
		return nil
	}
	desc := t.Payload != "asc" && t.Payload != "worst"
	if t.Kind == Sup {
		desc = !downward(t)
	}
	n := &Node{Kind: Limit, Rank: &Rank{N: 1, Desc: desc, Column: c}, Word: t.Word, Payload: t.Payload}
	if r := m.one("r"); r != nil {
		n.Rank.Offset = int(r.Num.Value) - 1
	} else if p.pluralWithin(m.end, 2) {
		n.Rank.N = 0
	}
	n.Notes = []Note{p.note(t, "best_selling", "“%s” is measured by “%s”.", t.Word+" "+p.tokens[m.end-1].Norm, c.Col.Name)}
	return n
}

func topNumber(p *parser, m match) *Node {
	t, q := m.one("t"), m.one("q").Num
	r := &Rank{Desc: t.Payload != "asc" && t.Payload != "worst"}
	switch {
	case q.Unit == "%":
		r.Percent = q.Value
	case q.Value >= 1 && q.Value <= 1e6 && q.Value == float64(int(q.Value)):
		r.N = int(q.Value)
	default:
		return nil
	}
	return &Node{Kind: Limit, Rank: r, Word: t.Word}
}

func topAlone(p *parser, m match) *Node {
	t := m.one("t")
	if !p.pluralWithin(m.end, 3) {
		return &Node{Kind: Limit, Rank: &Rank{Desc: t.Payload != "asc" && t.Payload != "worst", N: 1}, Word: t.Word, Payload: t.Payload}
	}
	return &Node{Kind: Limit, Rank: &Rank{Desc: t.Payload != "asc" && t.Payload != "worst"}, Word: t.Word, Payload: t.Payload}
}

// numberOfSup remembers how many of a superlative are wanted.
func numberOfSup(p *parser, m match) *Node {
	q := m.one("q").Num
	if at := m.one("q").Start; at > 0 && at < m.one("s").Start && p.namesOne(at-1) {
		return nil // "in room 111 most recently"
	}
	if q.Value < 1 || q.Value != float64(int(q.Value)) || m.one("q").When != nil {
		return nil
	}
	n := m.one("s").copy()
	n.Rank = &Rank{N: int(q.Value)}
	return n
}

// namesOne reports whether the token is the name of a column, as one value of
// it is spoken of.
func (p *parser) namesOne(i int) bool {
	return p.names(i) && !text.IsPlural(p.tokens[i].Norm)
}

func ordinalSup(_ *parser, m match) *Node {
	n := m.one("s").copy()
	n.Rank = &Rank{N: 1, Offset: int(m.one("o").Num.Value) - 1}
	return n
}

// maximumCount reads "the maximum number of" as "the most".
func maximumCount(p *parser, m match) *Node {
	op := m.one("a").Payload
	if op != "max" && op != "min" {
		return nil
	}
	f := p.lexForm(op)
	return &Node{Kind: Sup, Form: f, Word: f.Words[0], Payload: "count"}
}

// pluralWithin reports whether one of the next n words is a plural; of a name
// only its last word says so: "top sales rep" asks for one.
func (p *parser) pluralWithin(i, n int) bool {
	from := i
	if i < len(p.byStart) {
		for _, m := range p.byStart[i] {
			if m.Kind == link.ColumnMention && m.Score >= 900 && p.scope.has(m.Table) {
				from = max(from, m.End-1)
			}
		}
	}
	for _, t := range p.tokens[min(from, len(p.tokens)):min(max(i+n, from+1), len(p.tokens))] {
		if t.Kind == text.Word && text.IsPlural(t.Norm) && !p.lex.Noise(t.Norm) {
			return true
		}
	}
	return false
}

// bestRules read superlatives: what is first or last by something.
var bestRules = []Rule{
	{Name: "superlative of a measure", Pattern: "s=sup m=measure", Make: bestByMeasure},
	{Name: "superlative number of things", Pattern: "s=sup k=count 'of'? x=tab|col?", Make: bestByCount},
	{Name: "most common", Pattern: "s=sup 'common'|'frequent'|'frequently'|'often'|'commonly'|'popular'|'prevalent'", Make: bestByCount},
	{Name: "superlative of a compound", Pattern: "s=sup x=col c=col", Make: bestByCompound},
	{Name: "most of a column", Pattern: "s=sup 'value'|'of'* c=col", Make: bestByColumn},
	{Name: "most things", Pattern: "s=sup x=tab|word", Make: bestThings},
	{Name: "with the maximum", Pattern: "'with'|'has'|'have'|'having'|'had'|'whose'|'that'|'which'|'who'|'is'|'at'|'for'|light m=measure", Make: bestMeasureWith},
	{Name: "superlative", Pattern: "s=sup", Make: bestAlone},
	{Name: "greater of two by a column", Pattern: "s=comp|cmp c=col", Make: greaterByColumn},
	{Name: "column greater of two", Pattern: "c=col s=comp|cmp", Make: greaterByColumn},
	{Name: "greater of two", Pattern: "s=comp|cmp", Make: greaterOfTwo},
	{Name: "a deed that was first or last", Pattern: "c=col r=row|ord", Make: deedAtEnd},
	{Name: "first or last of the rows", Pattern: "r=row|ord x=tab|col|word|light|fn?", Make: firstRow},
}

func (n *Node) rank() *Rank {
	if n.Rank != nil {
		r := *n.Rank
		return &r
	}
	return &Rank{N: 1}
}

// quantifier reports whether a superlative says how many: most, fewest.
func quantifier(n *Node) bool {
	switch n.Form.Adj.Base {
	case "much", "many", "few", "little":
		return true
	}
	return false
}

// generic reports whether a superlative fits any column: highest, greatest.
func generic(n *Node) bool {
	return slices.Contains([]string{"high", "low", "large", "big", "great", "small", "good", "bad", "late", "recent", "early", "new"}, n.Form.Adj.Base) || quantifier(n)
}

// timely superlatives speak of when, not of how much.
func timely(n *Node) bool {
	return slices.Contains([]string{"late", "recent", "recently", "early", "new"}, n.Form.Adj.Base)
}

// downward superlatives begin with the smallest number.
func downward(n *Node) bool {
	return slices.Contains([]string{"low", "small", "few", "little", "short", "light", "cheap", "inexpensive", "poor", "bad", "young", "early", "slow", "cold"}, n.Form.Adj.Base)
}

func bestByMeasure(p *parser, m match) *Node {
	a := m.one("m")
	if len(a.Measures) == 0 {
		return nil
	}
	r := m.one("s").rank()
	me := a.Measures[0]
	r.Measure, r.Desc = &me, !downward(m.one("s"))
	return &Node{Kind: Best, Rank: r, Parts: []*Node{a}, Preds: a.Preds, Notes: a.Notes}
}

func bestByCount(p *parser, m match) *Node {
	s := m.one("s")
	r := s.rank()
	r.Count, r.Desc = true, !downward(s) && s.Word != "least" && s.Form.Words[0] != "least"
	n := &Node{Kind: Best, Rank: r}
	if x := m.one("x"); x != nil && x.Kind == Tab {
		r.Table = x.Table
	}
	if x := m.one("x"); x != nil && x.Kind == Col {
		if c := x.pick(amount); c != nil && c == x.top() { // "the largest number of goals" of a column of goals
			r.Count, r.Column = false, c
			return n
		}
		if c := x.top(); !unique(c) {
			a := Aggregate{Expr: plan.CountDistinct(p.expr(c)), Name: "number of " + plural(c), Op: plan.OpCount, Column: c}
			r.Count, r.Measure = false, &a
		}
	}
	return n
}

// bestByColumn reads "the highest salary", "the most goals", "the oldest age".
func bestByColumn(p *parser, m match) *Node {
	s, c := m.one("s"), m.one("c")
	col := c.pick(func(c *link.Column) bool { return amount(c) || temporal(c) || c.Col.Type == "time" })
	if col == nil && p.ofThings(m) {
		if as := c.numbersOf(); as != nil {
			r := s.rank()
			r.Column, r.Desc = as, p.descends(s, as)
			return &Node{Kind: Best, Rank: r, Parts: []*Node{s, c}, Notes: p.passesOver(c, as)}
		}
	}
	if col == nil || col != c.top() && c.Cols[0].Score-scoreOf(c, col) > 150 {
		if quantifier(s) {
			return bestByCount(p, match{nodes: map[string][]*Node{"s": {s}, "x": {c}}, start: m.start, end: m.end})
		}
		return nil
	}
	if scoreOf(c, col) < 800 && (col != c.top() && !quantifier(s) || !generic(s) && !quantifier(s)) {
		if fit, _ := measuredBy(s, col); !fit {
			return nil // "the tallest mountain" is not about mountain_count
		}
	}
	if s.Payload == "count" && !amount(col) {
		return bestByCount(p, m)
	}
	r := s.rank()
	if d := p.dateColumn(); d != nil && timely(s) && amount(col) { // "the latest price" is that of the latest date
		r.Column, r.Desc = d, p.descends(s, d)
		return &Node{Kind: Best, Rank: r, Parts: []*Node{c}}
	}
	r.Column, r.Desc = col, p.descends(s, col)
	return &Node{Kind: Best, Rank: r, Parts: []*Node{s, c}}
}

// bestByCompound reads "the largest population density" as one of density.
func bestByCompound(p *parser, m match) *Node {
	x, c := m.one("x"), m.one("c")
	if x.End != c.Start || x.pick(amount) == nil || c.pick(amount) == nil {
		return nil
	}
	return bestByColumn(p, m)
}

func scoreOf(n *Node, c *link.Column) int {
	for _, m := range n.Cols {
		if m.Column == c {
			return m.Score
		}
	}
	return 0
}

// descends says whether the superlative of a column begins with its greatest
// value.
func (p *parser) descends(s *Node, c *link.Column) bool {
	if fits(s.Form.Adj.More, c) {
		return true
	}
	if fits(s.Form.Adj.Less, c) {
		return false
	}
	return !downward(s)
}

func bestThings(p *parser, m match) *Node {
	s, x := m.one("s"), m.one("x")
	if !quantifier(s) && s.Payload != "count" {
		return nil
	}
	if x.Kind == Word && (!nounLike(x.Word) || !text.IsPlural(x.Word) || amountNoun(x.Word)) {
		return nil
	}
	r := s.rank()
	r.Count, r.Desc = true, !downward(s)
	r.Table = x.Table
	n := &Node{Kind: Best, Rank: r, Table: x.Table}
	if x.Kind == Word {
		n.Notes = []Note{p.note(x, "row_noun", "“%s” is taken to be what the rows are called.", p.written(x))}
	}
	return n
}

// bestMeasureWith reads "with the maximum capacity" as the row that has it.
func bestMeasureWith(p *parser, m match) *Node {
	a := m.one("m")
	if len(a.Measures) != 1 || a.Measures[0].Op != plan.OpMax && a.Measures[0].Op != plan.OpMin || m.start == 0 || p.tokens[m.start].Norm == "is" && m.start < 3 {
		return nil
	}
	r := &Rank{N: 1, Column: a.Measures[0].Column, Desc: a.Measures[0].Op == plan.OpMax}
	return &Node{Kind: Best, Rank: r}
}

// bestAlone reads "the oldest", "the cheapest": the adjective names the column.
func bestAlone(p *parser, m match) *Node {
	s := m.one("s")
	r := s.rank()
	if s.Rank == nil && m.start <= 2 && !p.lex.Noise(p.tokens[min(m.end, len(p.tokens)-1)].Norm) && p.pluralWithin(m.end, 1) && (m.start == 0 || p.tokens[0].Norm == "which" || p.tokens[0].Norm == "list" || p.tokens[0].Norm == "show") {
		r.N = 0 // "the poorest countries" are several
	}
	n := &Node{Kind: Best, Rank: r, Form: s.Form}
	if s.Payload == "count" {
		r.Count, r.Desc = true, !downward(s)
		return n
	}
	base := s.Form.Adj.Base
	if c, more := p.measuredColumn(s); c != nil && !((base == "good" || base == "bad") && p.primaryMeasure() != nil) {
		r.Column, r.Desc = c, more
		n.Notes = []Note{p.note(s, "adjective", "“%s” is measured by “%s”.", s.Word, c.Col.Name)}
		return n
	}
	r.Desc = !downward(s)
	n.Payload = "open" // by what is still to be found
	return n
}

// firstRows reads "the first 10 rows" and "the last three".
func firstRows(_ *parser, m match) *Node {
	r, q := m.one("r"), m.one("q").Num
	first := r.Kind == Ord && r.Num.Value == 1 || r.Payload == "first"
	if !first && r.Payload != "last" || q.Value < 1 || q.Value != float64(int(q.Value)) || m.one("q").When != nil {
		return nil
	}
	return &Node{Kind: Limit, Rank: &Rank{N: int(q.Value), Desc: !first}, Payload: "position"}
}

// deedAtEnd reads "who was hired last": the row with the last date of hiring.
func deedAtEnd(p *parser, m match) *Node {
	c, r := m.one("c").pick(temporal), m.one("r")
	first := r.Kind == Ord && r.Num.Value == 1 || r.Payload == "first"
	if c == nil || c != m.one("c").top() || !first && r.Payload != "last" || m.end < len(p.tokens) && p.tokens[m.end].Kind != text.Punct {
		return nil
	}
	return &Node{Kind: Best, Rank: &Rank{N: 1, Column: c, Desc: !first}, Parts: []*Node{m.one("c"), r}}
}
