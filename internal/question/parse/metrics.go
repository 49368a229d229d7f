package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
)

// metric is a measure that business has a name for, made of columns that a
// table may have. It exists only where the columns do.
type metric struct {
	phrases []string
	name    string
	ratio   bool
	build   func(p *parser) *plan.Expr
}

var metrics = []metric{
	{[]string{"total profit", "profit", "profits", "gross profit", "total profits"}, "profit", false, unnamedProfit},
	{[]string{"average order value", "aov", "average basket", "average ticket", "average order size", "avg order value", "mean order value"}, "average order value", false, orderValue},
	{[]string{"total sales", "total revenue", "revenue", "revenues", "sales", "sales revenue", "turnover", "takings"}, "revenue", false, takings},
	{[]string{"profit margin", "gross margin", "margin", "net margin", "profitability"}, "profit margin", true, profitMargin},
}

// metricAt finds a metric that the tokens at i name; columns of the same name
// go first.
func (p *parser) metricAt(i int) (*metric, int) {
	for k := range metrics {
		for _, ph := range metrics[k].phrases {
			words := strings.Fields(ph)
			if i+len(words) > len(p.tokens) || !p.says(i, words) {
				continue
			}
			if metrics[k].build(p) != nil {
				return &metrics[k], len(words)
			}
		}
	}
	return nil, 0
}

// metricMentions tell in which tables the metrics of the question can be
// computed, so that readings look there.
func (in Input) metricMentions() []link.Mention {
	var out []link.Mention
	for k := range in.Schema.Catalog.Tables {
		t := in.Schema.Catalog.Tables[k].Name
		p := &parser{Input: in, tokens: in.Tokens, lex: in.Lexicon, scope: Scope{Base: t, Tables: []string{t}}}
		for i := range in.Tokens {
			if m, n := p.metricAt(i); m != nil {
				out = append(out, link.Mention{Kind: link.TermMention, Start: i, End: i + n, Score: scoreMetric, Table: t})
			}
		}
	}
	if len(out) > 0 {
		out = append(out, in.periodMentions()...)
	}
	return out
}

// periodMentions tell which tables have dates, where the question speaks of
// periods: a metric of order lines is asked for in those of their orders.
func (in Input) periodMentions() []link.Mention {
	var out []link.Mention
	for k := range in.Schema.Catalog.Tables {
		t := in.Schema.Catalog.Tables[k].Name
		if !slices.ContainsFunc(in.Schema.ColumnsOf(t), func(c *link.Column) bool { return c.Col.Type.Temporal() }) {
			continue
		}
		for i := range in.Tokens {
			for _, w := range when.At(in.Tokens, i) {
				out = append(out, link.Mention{Kind: link.TermMention, Start: i, End: w.End, Score: scorePeriod, Table: t})
			}
			if _, ok := when.GrainOf(in.Tokens[i].Norm); ok {
				out = append(out, link.Mention{Kind: link.TermMention, Start: i, End: i + 1, Score: scorePeriod, Table: t})
			}
		}
	}
	return out
}

// scorePeriod is what a table with dates explains of a period.
const scorePeriod = 600

// scoreMetric is what a metric that can be computed explains of a question.
const scoreMetric = 900

func (p *parser) says(i int, words []string) bool {
	for k, w := range words {
		if p.tokens[i+k].Norm != w {
			return false
		}
	}
	return true
}

// columnLike is the amount of the base table whose name holds one of the
// words; nil if there is none.
func (p *parser) columnLike(words ...string) *link.Column {
	for _, w := range words {
		for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
			if amount(c) && c.Col.Role == catalog.Measure && slices.Contains(c.Words, w) {
				return c
			}
		}
	}
	return nil
}

func (p *parser) orderID() *link.Column {
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if c.Col.Role == catalog.ID && slices.Contains(c.Words, "order") {
			return c
		}
	}
	return nil
}

func orderValue(p *parser) *plan.Expr {
	total, id := p.columnLike("revenue", "sale", "amount", "total"), p.orderID()
	if id == nil {
		return nil
	}
	sum := takings(p)
	if total != nil {
		sum = plan.Make(plan.OpSum, p.expr(total))
	}
	if sum == nil {
		return nil
	}
	return plan.Make(plan.OpDiv, sum, plan.CountDistinct(p.expr(id)))
}

func profitMargin(p *parser) *plan.Expr {
	revenue := p.columnLike("revenue", "sale", "turnover")
	gain, _ := p.profitOf()
	if revenue == nil || gain == nil || p.columnLike("margin") != nil {
		return nil
	}
	return plan.Make(plan.OpDiv, gain, plan.Make(plan.OpSum, p.expr(revenue)))
}

// unnamedProfit is revenue less cost, where no column holds the profit.
func unnamedProfit(p *parser) *plan.Expr {
	if p.columnLike("profit") != nil {
		return nil
	}
	e, _ := p.profitOf()
	return e
}

// metricNode is a metric as a piece of the question.
func (p *parser) metricNode(i int) *Node {
	m, n := p.metricAt(i)
	if m == nil {
		return nil
	}
	built := m.build(p)
	n += p.gloss(built, i+n)
	a := Aggregate{Expr: p.spanned(built, i, i+n), Name: m.name, Op: plan.OpDiv, Stated: true}
	if m.ratio {
		a.Unit = plan.UnitRatio
	}
	node := &Node{Kind: Measure, Start: i, End: i + n, Word: m.name, Payload: "metric", Measures: []Aggregate{a}, Score: 1000*n + scoreLonger*(n-1)}
	if m.name == "revenue" {
		node.Notes = []Note{p.note(node, "metric", "The revenue is taken to be the price times the quantity%s.", map[bool]string{true: ", less the discount"}[p.discountShare() != nil])}
	}
	if m.name == "profit" || m.ratio && p.columnLike("profit") == nil {
		node.Notes = []Note{p.note(node, "metric", "The profit is taken to be the revenue less the cost.")}
	}
	return node
}

// gloss is how many tokens from i on say in parentheses what a metric is made
// of, "profit margin (total profit divided by total revenue)"; 0 where they
// are not there or say something else.
func (p *parser) gloss(e *plan.Expr, i int) int {
	if i >= len(p.tokens) || p.tokens[i].Norm != "(" {
		return 0
	}
	var said []string
	for k, t := range p.tokens[i+1:] {
		switch t.Norm {
		case "total", "number", "of", "different", "by", "(":
		case ")":
			if slices.Equal(said, madeOf(e)) {
				return k + 2
			}
			return 0
		default:
			said = append(said, singular(t.Norm))
		}
	}
	return 0
}

// glossOfRate is how many tokens behind a rate say in parentheses what it is,
// "return rate (share of orders with status Returned)"; 0 where they are not
// there or say something else.
func (p *parser) glossOfRate(n *Node) int {
	said := p.tokens[n.End:]
	if n.Kind != Rate || len(said) < 5 || said[0].Norm != "(" || said[1].Norm != "share" || said[2].Norm != "of" {
		return 0
	}
	end := slices.IndexFunc(said, func(t text.Token) bool { return t.Norm == ")" })
	with := slices.IndexFunc(said, func(t text.Token) bool { return t.Norm == "with" })
	v := n.Vals[0]
	if with < 0 || end < with || phrase(said[with+1:end]) != strings.ToLower(plan.Words(v.Column.Col.Name)+" "+v.Value) {
		return 0
	}
	return end + 1
}

// madeOf are the words of the columns and the calculations of a metric, in
// the order in which they are said.
func madeOf(e *plan.Expr) []string {
	var words []string
	word := map[plan.Op]string{plan.OpDiv: "divided", plan.OpMinus: "minus", plan.OpSum: "", plan.OpCount: ""}
	switch w, ok := word[e.Op]; {
	case e.Op == plan.OpCol:
		for _, w := range strings.Fields(strings.ToLower(plan.Words(e.Col.Name))) {
			words = append(words, singular(w))
		}
	case !ok:
		return nil
	case len(e.Args) == 2:
		words = append(append(madeOf(e.Args[0]), w), madeOf(e.Args[1])...)
	case len(e.Args) == 1:
		words = madeOf(e.Args[0])
	}
	return words
}

func singular(word string) string { return strings.TrimSuffix(word, "s") }

// rateOf reads "return rate" as the share of rows with the value Returned.
func rateOf(p *parser, m match) *Node {
	v := m.one("r").Vals[0]
	of := plan.Make(plan.OpCount)
	if id := p.repeatedRows(); id != nil {
		of = plan.CountDistinct(p.expr(id))
	}
	part := *of
	part.Filter = plan.Make(plan.OpEq, p.expr(v.Column), valueLiteral(v.Column, v.Value))
	a := Aggregate{Expr: p.spanned(plan.Make(plan.OpDiv, &part, of), m.start, m.end), Name: m.one("r").Word, Unit: plan.UnitRatio, Op: plan.OpDiv, Stated: true}
	n := &Node{Kind: Measure, Payload: "metric", Measures: []Aggregate{a}}
	n.Notes = []Note{p.note(m.one("r"), "metric", "“%s” is the share with “%s” %s.", m.one("r").Word, v.Column.Col.Name, v.Value)}
	return n
}

// repeatedRows is the identifier of things that take several rows each.
func (p *parser) repeatedRows() *link.Column {
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if c.Col.Role == catalog.ID {
			if unique(c) || c.Col.Stats.Distinct == 0 {
				return nil
			}
			return c
		}
	}
	return nil
}

// timeBetweenColumns reads "average days between order and shipping".
func timeBetweenColumns(p *parser, m match) *Node {
	c, d := m.one("c").pick(temporal), m.one("d").pick(temporal)
	a := m.one("a")
	if c == nil || d == nil || c == d || yearNumber(c) != yearNumber(d) || len(a.Parts) > 0 {
		return nil
	}
	unit := string(m.one("g").Grain)
	e := plan.Make(plan.Op(a.Payload), p.lasted(unit, c, d))
	return &Node{Kind: Measure, Payload: "metric", Measures: []Aggregate{{Expr: p.spanned(e, m.start, m.end), Name: aggregateNames[plan.Op(a.Payload)] + " " + unit + "s", Unit: unit + "s", Op: plan.Op(a.Payload), Stated: true}}}
}

// countFlagged reads "number of active customers".
func countFlagged(p *parser, m match) *Node {
	f := m.one("f").pick(flag)
	if f == nil || f != m.one("f").top() {
		return nil
	}
	n := p.countOf(m.one("x"), m)
	if n != nil {
		n.Preds = append(n.Preds, Condition{Expr: p.flagIs(f, true), Column: f, Where: Span{m.start, m.end}})
	}
	return n
}
