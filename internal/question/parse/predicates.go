package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// between a column and what it is compared with
const is = "'is'|'was'|'are'|'were'|'be'|'being'|'of'|'that'|'which'|'has'|'have'|'had'|'a'|'with'|'by'|'for'|'as'|'do'|'does'|'did'|':'*"

// predicateRules read comparisons.
var predicateRules = []Rule{
	{Name: "aggregate per period", Pattern: "a=agg b=by g=grain 'of' m=measure", Make: perPeriodOf},
	{Name: "flag is true", Pattern: "c=col|val 'is'|'was'|'are'|'were'|cmp x=not? v='true'|'false'", Make: saidFlag},
	{Name: "party of so many", Pattern: "w='parties'|'party'|'groups'|'group'|'families'|'households'|'teams' 'of' o=cmp? q=num o=post?", Make: partyOf},
	{Name: "aggregate compared", Pattern: "m=measure " + is + " x=not? o=cmp q=num", Make: havingMeasure},
	{Name: "aggregate between", Pattern: "m=measure " + is + " between|from q=num and|to r=num", Make: havingMeasure},
	{Name: "compared with the average of those", Pattern: "c=col " + is + " o=cmp|comp than? 'the'? a=agg r=ref 'in'|'on'|'of'|'from'|'at'|'with'|'that'|'are'|'is'* v=val", Make: againstThose},
	{Name: "more of a column than the average of those", Pattern: "o=cmp|comp c=col than 'the'? a=agg r=ref 'in'|'on'|'of'|'from'|'at'|'with'|'that'|'are'|'is'* v=val", Make: againstThose},
	{Name: "more than the average of those", Pattern: "o=comp than 'the'? a=agg r=ref 'in'|'on'|'of'|'from'|'at'|'with'|'that'|'are'|'is'* v=val", Make: againstThose},
	{Name: "compared with an aggregate of some", Pattern: "c=col " + is + " o=cmp|comp than? 'the'? m=measure 'of'|'for'|'in' v=val", Make: againstMeasure},
	{Name: "adjective compared with an aggregate of some", Pattern: "o=comp|cmp than? m=measure 'of'|'for'|'in' v=val", Make: againstMeasure},
	{Name: "compared with an aggregate", Pattern: "c=col " + is + " o=cmp|comp than? 'the'? m=measure", Make: againstMeasure},
	{Name: "adjective compared with an aggregate", Pattern: "o=comp than m=measure", Make: againstMeasure},
	{Name: "above an aggregate", Pattern: "o=cmp m=measure", Make: againstMeasure},
	{Name: "compared with the average", Pattern: "c=col " + is + " o=cmp|comp than? 'the'? a=agg", Make: againstAggregate},
	{Name: "adjective compared with the average", Pattern: "o=comp than a=agg", Make: againstAggregate},
	{Name: "column against column", Pattern: "c=col " + is + " x=not? o=cmp|comp|time than? 'the'|'its'|'their'* d=col", Make: againstColumn},
	{Name: "against a threshold", Pattern: "o=cmp 'its'|'their'|'the'* d=col", Make: againstThreshold},
	{Name: "late", Pattern: "'shipped'|'delivered'|'arrived'|'paid'|'returned'? a=adj|word", Make: lateRows},
	{Name: "so many times", Pattern: "'ordered'|'bought'|'purchased'|'appear'|'appears'|'occur'? o=cmp q=num 'times'", Make: havingTimes},
	{Name: "so many times or more", Pattern: "'ordered'|'bought'|'purchased'|'appear'|'appears'|'occur'? q=num o=post 'times'", Make: havingTimes},
	{Name: "more than once", Pattern: "'ordered'|'bought'|'purchased'|'appear'|'appears'|'occur'? o=cmp 'once'|'twice'", Make: havingTimes},
	{Name: "just once", Pattern: "'ordered'|'bought'|'purchased'|'appear'|'appears'|'occur' k=only|'exactly' 'once'|'twice'", Make: havingTimes},
	{Name: "by just so many", Pattern: "k='by'|'from'|'in'|'to' only|'exactly' q=num c=col", Make: byJustSoMany},
	{Name: "column between numbers", Pattern: "c=col " + is + " x=not? between|from q=num and|to r=num", Make: between},
	{Name: "between numbers of a column", Pattern: "between|from q=num and|to r=num c=col", Make: between},
	{Name: "column above one and below another", Pattern: "c=col " + is + " o=cmp|comp than? q=num 'but' s=cmp|comp than? r=num", Make: twoBounds},
	{Name: "above one and below another of a column", Pattern: "o=cmp|comp than? q=num 'but'|and* s=cmp|comp than? r=num c=col", Make: twoBounds},
	{Name: "column compared", Pattern: "c=col " + is + " x=not? o=cmp|comp than? q=num g=grain?", Make: compared},
	{Name: "column of so much or more", Pattern: "c=col " + is + " q=num o=post", Make: compared},
	{Name: "so much or more of a column", Pattern: "q=num o=post c=col", Make: compared},
	{Name: "more than so many of a column", Pattern: "x=not? o=cmp q=num 'of'|'in'|distinct? c=col", Make: compared},
	{Name: "at least a column of so much", Pattern: "o=cmp c=col 'of'|'is'? q=num", Make: compared},
	{Name: "with just so many things", Pattern: "'with'|'has'|'have'|'had'|'having' only|'exactly' q=num t=tab", Make: havingCount},
	{Name: "more than so many things", Pattern: "o=cmp q=num 'of'|distinct|'such'? t=tab", Make: havingCount},
	{Name: "so many things or more", Pattern: "q=num o=post t=tab", Make: havingCount},
	{Name: "after a year of a column", Pattern: "o=time c=col q=num", Make: compared},
	{Name: "adjective than so much", Pattern: "o=comp than q=num g=grain?", Make: comparedByAdjective},
	{Name: "in a number that tells apart", Pattern: "x=not? c=col 'in'|'to' q=num", Make: inNumbered},
	{Name: "so old", Pattern: "q=num g=grain a=adj", Make: equalByAdjective},
	{Name: "column contains", Pattern: "c=col " + is + " x=not? l=like 'a'|'the'|'word'|'words'|'letter'|'letters'|'substring'|'phrase'* t=text|val|word|num|light|col|fn", Make: containing},
	{Name: "contains one of two in a column", Pattern: "'with'? l=like t=text|word|fn|light|val or u=text|word|fn|light|val 'in'|'as' ref|'their'|'its'|'the'? c=col", Make: containingEither},
	{Name: "contains in a column", Pattern: "'with'? l=like t=text|word|fn|light|val 'in'|'as' ref|'their'|'its'|'the'? c=col", Make: containing},
	{Name: "text in a column", Pattern: "'with'|'have'|'has'|'contain' 'a'|'an'|'the'|'letter'* t=text 'in' ref|'their'|'its'|'the'* c=col", Make: textInColumn},
	{Name: "column not filled", Pattern: "c=col " + is + " n=null", Make: missing},
	{Name: "missing column", Pattern: "n=null 'any'|'a'? c=col", Make: missing},
	{Name: "not done", Pattern: "n=not 'been'|'yet'|'be'|'have'|'has'* c=col", Make: notDone},
	{Name: "out of stock", Pattern: "'out' 'of' c=col", Make: outOf},
	{Name: "did not get any", Pattern: "n=not light|word k='any'|'a'|'an'|'single' c=col", Make: gotNone},
	{Name: "without a column", Pattern: "n=not 'any'|'a'|'recorded'|'known'|'listed'|'given'|'reported'|'registered'? c=col", Make: without},
	{Name: "column is a number", Pattern: "c=col " + is + " o=cmp? x=not? q=num", Make: equalNumber},
	{Name: "thing with a number", Pattern: "c=col q=num", Make: equalNumber},
	{Name: "what is done to it", Pattern: "'are'|'is'|'were'|'was'|'been' c=col", Make: isFilled},
	{Name: "column filled", Pattern: "'have'|'has'|'had'|'having'|'with' 'a'|'an'|'any' c=col", Make: filled},
	{Name: "between so much", Pattern: "between|from q=num and|to r=num", Make: betweenBare},
	{Name: "worth so much to so much", Pattern: "'worth'|'of' q=num to r=num", Make: betweenBare},
	{Name: "with some of an amount", Pattern: "'with'|'having' c=col", Make: withSome},
	{Name: "over so much", Pattern: "o=cmp q=num", Make: comparedBare},
	{Name: "so much or more", Pattern: "q=num o=post", Make: comparedBare},
	{Name: "one number or another of a column", Pattern: "'with'|'has'|'have'|'had'|'having' either? q=num or r=num c=col", Make: eitherCount},
	{Name: "so many of a column before a noun", Pattern: "q=num fn? c=col", Make: soManyNoun},
	{Name: "so many of a column", Pattern: "'with'|'has'|'have'|'had'|'having'|'won'|'earned'|'received'|'scored'|'got'|only q=num c=col", Make: equalCount},
}

// cmpOps are the operators of the lexicon's comparisons.
var cmpOps = map[string]plan.Op{"gt": plan.OpGt, "ge": plan.OpGe, "lt": plan.OpLt, "le": plan.OpLe, "eq": plan.OpEq, "ne": plan.OpNe}

var opposite = map[plan.Op]plan.Op{plan.OpGt: plan.OpLe, plan.OpGe: plan.OpLt, plan.OpLt: plan.OpGe, plan.OpLe: plan.OpGt, plan.OpEq: plan.OpNe, plan.OpNe: plan.OpEq}

func negated(op plan.Op, not bool) plan.Op {
	if o, ok := opposite[op]; ok && not {
		return o
	}
	return op
}

func (p *parser) condition(m match, c *link.Column, e *plan.Expr) *Node {
	return &Node{Kind: Pred, Preds: []Condition{{Expr: p.spanned(e, m.start, m.end), Column: c, Where: Span{m.start, m.end}}}}
}

// operator is the comparison of a cmp, post or comp node on a column.
func operator(o *Node, c *link.Column) plan.Op {
	if o.Form == nil {
		return cmpOps[o.Payload]
	}
	if _, more := measuredBy(o, c); !more {
		return plan.OpLt
	}
	return plan.OpGt
}

// compared reads "age over 20" and "more than 20 points".
func compared(p *parser, m match) *Node {
	c, q := m.one("c"), m.one("q")
	want := numeric
	if c.Start > q.Start {
		want = amount
	}
	col := c.pick(want)
	if col == nil && m.one("o").Form == nil {
		if as := c.numbersOf(); as != nil {
			n := p.condition(m, as, plan.Make(negated(operator(m.one("o"), as), m.has("x")), p.expr(as), literal(as, q.Num)))
			n.Notes = p.passesOver(c, as)
			return n
		}
	}
	if col == nil || col != c.top() && c.top().Col.Name != col.Col.Name && c.Cols[0].Score > 900 {
		if t := c.top(); category(t) && m.one("o").Form == nil && c.Start > q.Start {
			return p.havingDistinct(m, t)
		}
		if col == nil {
			return nil
		}
	}
	if p.costsSo(c) {
		if price := p.priceColumn(); price != nil {
			col = price
		}
	}
	op := operator(m.one("o"), col)
	if op == "" || c.Start < q.Start && (numbering(col) || col.Col.Role == "id") && !saysNumber(c.Word) {
		return nil // "rooms with more than 50 seats": not the room's number
	}
	return p.condition(m, col, plan.Make(negated(op, m.has("x")), p.expr(col), literal(col, q.Num)))
}

// saysNumber reports whether a phrase names an identifier itself, rather than
// the thing that it identifies.
func saysNumber(phrase string) bool {
	switch text.Singular(phrase[strings.LastIndexByte(phrase, ' ')+1:]) {
	case "id", "number", "code", "no", "key", "zip", "phone":
		return true
	}
	return false
}

// havingDistinct reads "more than 3 products" where products are values.
func (p *parser) havingDistinct(m match, c *link.Column) *Node {
	if m.one("q").Num.Unit == "%" {
		return nil
	}
	a := Aggregate{Expr: plan.CountDistinct(p.expr(c)), Name: "number of " + plural(c), Op: plan.OpCount, Column: c}
	if unique(c) {
		a.Expr, a.Rows = plan.Make(plan.OpCount), true
	}
	return p.having(m, a, cmpOps[m.one("o").Payload], plan.Int(int64(m.one("q").Num.Value)))
}

// byJustSoMany reads "products bought by only one customer".
func byJustSoMany(p *parser, m match) *Node {
	c := m.one("c").top()
	if !category(c) || temporal(c) || m.one("q").Num.Unit != "" {
		return nil
	}
	m.nodes["o"] = []*Node{{Payload: "eq"}}
	return p.havingDistinct(m, c)
}

func (p *parser) having(m match, a Aggregate, op plan.Op, v *plan.Expr) *Node {
	if op == "" {
		return nil
	}
	e := p.spanned(plan.Make(op, a.Expr, v), m.start, m.end)
	return &Node{Kind: Have, Preds: []Condition{{Expr: e, Of: a.Name, Column: a.Column, Having: true, Where: Span{m.start, m.end}}}, Measures: []Aggregate{a}}
}

func havingCount(p *parser, m match) *Node {
	t := m.one("t")
	if m.one("q").Num.Unit == "%" {
		return nil // a share, not a number of rows
	}
	a := Aggregate{Expr: p.countOfRows(t.Table), Name: "number of " + tableNoun(p, t.Table), Op: plan.OpCount, Rows: true, Table: t.Table}
	op := plan.OpEq // "with only one"
	if o := m.one("o"); o != nil {
		op = cmpOps[o.Payload]
	}
	n := p.having(m, a, op, plan.Int(int64(m.one("q").Num.Value)))
	if n != nil {
		n.Preds[0].Table = t.Table
	}
	return n
}

// countOfRows counts the rows of a table, or the things that take several of
// them each.
func (p *parser) countOfRows(table string) *plan.Expr {
	if id := p.repeatingID(table); id != nil {
		return plan.CountDistinct(p.expr(id))
	}
	return plan.Make(plan.OpCount)
}

// havingMeasure reads "total sales over 5000".
func havingMeasure(p *parser, m match) *Node {
	me := m.one("m")
	if len(me.Measures) != 1 || me.Payload == "nested" || me.Measures[0].Op == plan.OpCount && (p.nounAt(m.end) || p.askedFirst(me, m)) {
		return nil // "how many customers have fewer than 4 orders", "how many orders over $100"
	}
	if o := m.one("o"); o != nil && o.Start > me.End && p.nounAt(m.end) {
		return nil // "average freight with at least 20 orders": the number is of orders
	}
	a := me.Measures[0]
	if a.Rows && p.tokens[me.Start].Norm == "how" {
		return nil // "how many people are under 40" asks for their number
	}
	q := p.quantity(a, m.one("q").Num)
	var n *Node
	if r := m.one("r"); r != nil {
		e := plan.Make(plan.OpBetween, a.Expr, q, p.quantity(a, r.Num))
		n = &Node{Kind: Have, Preds: []Condition{{Expr: p.spanned(e, m.start, m.end), Column: a.Column, Having: true, Where: Span{m.start, m.end}}}, Measures: []Aggregate{a}}
	} else {
		n = p.having(m, a, negated(cmpOps[m.one("o").Payload], m.has("x")), q)
	}
	if n != nil {
		n.Parts = []*Node{me}
		n.Preds = append(n.Preds, me.Preds...)
	}
	return n
}

// nounAt reports whether a table or column is named at token i: a number
// before it counts that.
func (p *parser) nounAt(i int) bool {
	return i < len(p.tokens) && slices.ContainsFunc(p.byStart[i], func(m link.Mention) bool {
		return (m.Kind == link.TableMention || m.Kind == link.ColumnMention) && m.Score >= sureName
	})
}

// askedFirst reports whether a count is what the question asks for, so that a
// comparison right after it is about the things counted.
func (p *parser) askedFirst(me *Node, m match) bool {
	next := m.one("o")
	if next == nil {
		return me.Start <= 1 && me.End < len(p.tokens) && !p.lex.Noise(p.tokens[me.End].Norm)
	}
	return me.Start <= 1 && next.Start == me.End
}

// sureName is from where on a mention is no mere likeness.
const sureName = 600

func (p *parser) quantity(a Aggregate, q text.Quantity) *plan.Expr {
	if a.Column != nil && a.Op != plan.OpCount {
		return literal(a.Column, q)
	}
	return numberExpr(q.Value)
}

func between(p *parser, m match) *Node {
	col := m.one("c").pick(numeric)
	if col == nil || p.partsBy(m.one("c")) && yearNumber(col) {
		return nil
	}
	e := plan.Make(plan.OpBetween, p.expr(col), literal(col, m.one("q").Num), literal(col, m.one("r").Num))
	if m.has("x") {
		e = plan.Make(plan.OpNot, e)
	}
	return p.condition(m, col, e)
}

// comparedByAdjective reads "older than 20".
func comparedByAdjective(p *parser, m match) *Node {
	o := m.one("o")
	col, more := p.measuredColumn(o)
	if birth := p.birthColumn(); birth != nil && (o.Form.Adj.Base == "old" || o.Form.Adj.Base == "young") {
		op := map[bool]plan.Op{true: plan.OpGt, false: plan.OpLt}[o.Form.Adj.Base == "old"]
		return p.condition(m, birth, plan.Make(op, p.yearsSince(birth), numberExpr(m.one("q").Num.Value)))
	}
	if col == nil || !numeric(col) {
		return nil
	}
	op := plan.OpGt
	if !more {
		op = plan.OpLt
	}
	return p.condition(m, col, plan.Make(op, p.expr(col), literal(col, m.one("q").Num)))
}

// equalByAdjective reads "20 years old".
func equalByAdjective(p *parser, m match) *Node {
	col, more := p.measuredColumn(m.one("a"))
	if col == nil || !more || !numeric(col) {
		return nil
	}
	return p.condition(m, col, plan.Make(plan.OpEq, p.expr(col), literal(col, m.one("q").Num)))
}

// containing reads "name contains 'x'" and "name starts with S".
func containing(p *parser, m match) *Node {
	c, t := m.one("c"), m.one("t")
	col := c.pick(textual)
	if col == nil {
		return nil
	}
	op := plan.Op(m.one("l").Payload)
	if p.tokens[t.Start].Kind == text.Punct && t.Start > m.start && len(p.tokens[t.Start-1].Norm) == 1 {
		t = p.single(t.Start - 1) // "the letter a?"
	}
	s := t.Word
	if t.Kind == Fn && len(t.Word) > 1 {
		return nil
	}
	if t.Kind == Val || t.Kind == Word || t.Kind == Col {
		s = p.written(t)
	}
	e := plan.Make(op, p.expr(col), plan.Text(s))
	if m.has("x") {
		e = plan.Make(plan.OpNot, e)
	}
	return p.condition(m, col, e)
}

// containingEither reads "with the letters D or S in the name".
func containingEither(p *parser, m match) *Node {
	c := m.one("c").pick(textual)
	if c == nil {
		return nil
	}
	op := plan.Op(m.one("l").Payload)
	one := func(n *Node) *plan.Expr { return plan.Make(op, p.expr(c), plan.Text(p.written(n))) }
	return p.condition(m, c, plan.Or(one(m.one("t")), one(m.one("u"))))
}

// textInColumn reads "with an 'a' in the name".
func textInColumn(p *parser, m match) *Node {
	c := m.one("c").pick(textual)
	if c == nil {
		return nil
	}
	return p.condition(m, c, plan.Make(plan.OpContains, p.expr(c), plan.Text(m.one("t").Word)))
}

// written is the question's own text of a node.
func (p *parser) written(n *Node) string {
	return p.question[p.tokens[n.Start].Start:p.tokens[n.End-1].End]
}

func missing(p *parser, m match) *Node {
	c := m.one("c").top()
	op := plan.OpIsNull
	if m.one("n").Payload == "not_null" {
		op = plan.OpNotNull
	}
	return p.condition(m, c, plan.Make(op, p.expr(c)))
}

func (p *parser) isZero(c *link.Column) *plan.Expr {
	return plan.Make(plan.OpEq, p.expr(c), plan.Int(0))
}

// fromZero reports whether an amount begins with none: a discount, tolls.
func fromZero(c *link.Column) bool {
	low, ok := number(c.Col.Stats.Min)
	return ok && low == 0 && amount(c) && !flag(c)
}

// outOf reads "out of stock".
func outOf(p *parser, m match) *Node {
	c := m.one("c").pick(func(c *link.Column) bool {
		return fromZero(c) && (slices.Contains(c.Words, "stock") || slices.Contains(c.Words, "inventory"))
	})
	if c == nil {
		return nil
	}
	return p.condition(m, c, p.isZero(c))
}

// flagIs is the condition that a column of yes and no says so.
func (p *parser) flagIs(c *link.Column, yes bool) *plan.Expr {
	v := plan.Literal("boolean", yes)
	switch {
	case numeric(c):
		v = plan.Int(map[bool]int64{true: 1, false: 0}[yes])
	case textual(c):
		v = plan.Text(flagText(c, yes))
	}
	return plan.Make(plan.OpEq, p.expr(c), v)
}

// saidFlag reads "active is not true".
func saidFlag(p *parser, m match) *Node {
	c := m.one("c").pick(flag)
	if v := m.one("c").Vals; c == nil && len(v) > 0 && flag(v[0].Column) {
		c = v[0].Column // a column of yes and no is named by what it says
	}
	if c == nil {
		return nil
	}
	e := p.flagIs(c, m.one("v").Word == "true")
	if m.has("x") {
		e.Op = plan.OpNe
	}
	return p.condition(m, c, e)
}

// flagText finds how a column of text writes yes or no.
func flagText(c *link.Column, yes bool) string {
	for _, t := range c.Col.Stats.Top {
		s, _ := t.Value.(string)
		f := text.Fold(s)
		if yes == (f == "yes" || f == "y" || f == "t" || f == "true" || f == "1") {
			return s
		}
	}
	return map[bool]string{true: "yes", false: "no"}[yes]
}

// equalNumber reads "room 108" and "grade is 4".
func equalNumber(p *parser, m match) *Node {
	c, q := m.one("c"), m.one("q")
	ok := func(c *link.Column) bool {
		return numeric(c) || textual(c) && c.Col.Role != "text" && mayHold(c, p.written(q))
	}
	col := c.pick(ok)
	if col == nil || q.Num.Ordinal || m.has("o") && m.one("o").Payload != "eq" || !digits(q.Word) && (textual(col) || q.Word == "one") {
		return nil
	}
	if q.Start == c.End && amount(col) && p.yearOfData(q) {
		return nil // "spending 2010" is that of a year, not an amount
	}
	op := negated(plan.OpEq, m.has("x"))
	return p.condition(m, col, plan.Make(op, p.expr(col), literal(col, q.Num)))
}

// mayHold reports whether a text may be a value of a column: it is one, or not
// all of them are known.
func mayHold(c *link.Column, s string) bool {
	if !c.Table.Values.Complete(c.Col.Name) {
		return true
	}
	return slices.ContainsFunc(c.Table.Values.Phrase(text.Words(s)), func(h catalog.Hit) bool { return h.Column == c.Col.Name })
}

// inNumbered reads "majoring in 600" where the numbers of a column only tell
// things apart.
func inNumbered(p *parser, m match) *Node {
	c := m.one("c").top()
	if !numeric(c) || !numbering(c) || m.one("q").When != nil && !withinRange(c, m.one("q").Num.Value) {
		return nil // "by category in 1997": a year, not the number of one
	}
	return equalNumber(p, m)
}

// withinRange reports whether a number lies between the least and the greatest
// of a column.
func withinRange(c *link.Column, v float64) bool {
	low, ok := number(c.Col.Stats.Min)
	high, also := number(c.Col.Stats.Max)
	return ok && also && low <= v && v <= high
}

// digits reports whether a number was written in digits.
func digits(w string) bool { return w != "" && w[0] >= '0' && w[0] <= '9' }

// equalCount reads "with 2 beds" on a column of numbers.
func equalCount(p *parser, m match) *Node {
	col := m.one("c").pick(amount)
	if col == nil {
		return nil
	}
	return p.condition(m, col, plan.Make(plan.OpEq, p.expr(col), literal(col, m.one("q").Num)))
}

// filled reads "orders that have a rating" where some have none.
func filled(p *parser, m match) *Node {
	c := m.one("c").top()
	if m.one("c").Cols[0].Score < 800 || p.boundAt(m.end) {
		return nil
	}
	if n := withSome(p, m); n != nil {
		return n
	}
	if fromZero(c) { // a discount of nothing is none
		return p.condition(m, c, plan.Make(plan.OpGt, p.expr(c), plan.Int(0)))
	}
	if c.Col.Stats.Nulls == 0 {
		return nil
	}
	return p.condition(m, c, plan.Make(plan.OpNotNull, p.expr(c)))
}

// isFilled reads "orders that are rated" where some have no rating.
func isFilled(p *parser, m match) *Node {
	c := m.one("c")
	if c.top().Col.Stats.Nulls == 0 || c.Cols[0].How != link.Stem || !strings.HasSuffix(c.Word, "ed") || flag(c.top()) || temporal(c.top()) {
		return nil
	}
	return p.condition(m, c.top(), plan.Make(plan.OpNotNull, p.expr(c.top())))
}

// spendingWords say that a number beside them is money.
var spendingWords = map[string]bool{"paid": true, "pay": true, "pays": true, "cost": true, "costs": true, "costing": true, "spent": true, "spend": true,
	"spends": true, "charged": true, "worth": true, "priced": true, "earned": true, "earn": true, "earns": true,
	"earning": true, "making": true, "paying": true, "spending": true}
