package parse

import (
	"fmt"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// partRules read an amount as a part of another of the same row.
var partRules = []Rule{
	{Name: "a part as a share of the whole", Pattern: "c=col 'as'? s=share 'of'? d=col", Make: shareOfColumn},
	{Name: "a part in percent", Pattern: "a=agg? c=col s=share", Make: partInPercent},
}

// billParts are amounts that are a part of what is paid, and are by themselves
// no measure of who or what is best.
var billParts = []string{"tip", "gratuity", "tax", "vat", "discount", "fee", "commission", "toll", "surcharge", "shipping", "freight", "postage", "deposit", "interest", "rebate"}

// wholes are names of what such parts are parts of, the surest first.
var wholes = []string{"bill", "total", "subtotal", "amount", "revenue", "sale", "turnover", "fare", "price"}

// wholeOf is the amount that another one is a part of; nil where none is known.
func (p *parser) wholeOf(part *link.Column) *link.Column {
	if !fits(billParts, part) || part.Col.Role == catalog.Rate {
		return nil
	}
	most, known := number(part.Col.Stats.Max)
	for _, w := range wholes {
		for _, c := range p.Schema.ColumnsOf(part.Table.Name) {
			high, ok := number(c.Col.Stats.Max)
			if c != part && amount(c) && slices.Contains(c.Words, w) && !fits(billParts, c) && (!known || !ok || high >= most) {
				return c
			}
		}
	}
	return nil
}

// partInPercent reads "tip percentage" as the tip divided by the bill: on
// average over rows where an average is asked for, else in all.
func partInPercent(p *parser, m match) *Node {
	s, c := m.one("s"), m.one("c").pick(amount)
	if c == nil || c != m.one("c").top() || !slices.Contains([]string{"percentage", "percent", "proportion"}, s.Word) {
		return nil
	}
	whole := p.wholeOf(c)
	if whole == nil || c.Col.Unit == "%" {
		return nil
	}
	op := plan.OpSum
	if a := m.one("a"); a != nil {
		op = plan.Op(a.Payload)
		if len(a.Parts) > 0 || op == plan.OpCount || aggregateNames[op] == "" {
			return nil
		}
	}
	n := p.ratioOf(m, op, c, whole, spoken(c)+" percentage")
	if op != plan.OpSum {
		n.Measures[0].Name = aggregateNames[op] + " " + n.Measures[0].Name
	}
	return n
}

// shareOfColumn reads "tip as a percentage of the bill".
func shareOfColumn(p *parser, m match) *Node {
	c, d := m.one("c").pick(amount), m.one("d").pick(amount)
	if c == nil || d == nil || c == d || c.Table != d.Table || m.one("d").Start-m.one("s").End > 2 || p.tokens[m.one("d").Start-1].Norm == "by" {
		return nil
	}
	if last := p.tokens[m.one("s").End-1].Norm; last != "of" && (m.one("d").Start == 0 || !p.saidBetween("of", m.one("s").End, m.one("d").Start)) {
		return nil
	}
	return p.ratioOf(m, plan.OpSum, c, d, spoken(c)+" as a share of "+spoken(d))
}

func (p *parser) saidBetween(word string, from, to int) bool {
	for _, t := range p.tokens[from:to] {
		if t.Norm == word {
			return true
		}
	}
	return false
}

// ratioOf is a measure of one amount divided by another of the same row: the
// totals where op is the sum, else the aggregate of the rows' own ratios.
func (p *parser) ratioOf(m match, op plan.Op, c, d *link.Column, name string) *Node {
	a := Aggregate{Name: name, Unit: plan.UnitRatio, Column: c, Op: plan.OpDiv, Stated: true}
	how := fmt.Sprintf("The total of “%s” is divided by the total of “%s”.", c.Col.Name, d.Col.Name)
	if op == plan.OpSum {
		a.Expr = plan.Make(plan.OpDiv, plan.Make(plan.OpSum, p.expr(c)), plan.Make(plan.OpSum, p.expr(d)))
	} else {
		a.Expr = plan.Make(op, plan.Make(plan.OpDiv, p.expr(c), p.expr(d)))
		how = fmt.Sprintf("In each row “%s” is divided by “%s”.", c.Col.Name, d.Col.Name)
	}
	p.spanned(a.Expr, m.start, m.end)
	n := &Node{Kind: Measure, Payload: "metric", Measures: []Aggregate{a}}
	n.Notes = []Note{{Code: "metric", Text: how, Span: Span{m.start, m.end}}}
	return n
}

// topShare builds "percentage of revenue from the top 10 customers": what the
// first of the things have of the whole.
func (b *builder) topShare() bool {
	s := b.s
	r := s.Limit
	if r == nil || s.Top == "position" || r.N == 0 && r.Percent == 0 || len(s.Keys) > 0 || s.Best != nil {
		return false
	}
	thing := b.rankedThing()
	if thing == nil {
		return false
	}
	s.Select = slices.DeleteFunc(slices.Clone(s.Select), func(it Item) bool { return it.Column == thing })
	m := b.shareMeasure()
	if m.Op != plan.OpSum && m.Op != plan.OpCount || m.Column != nil && m.Column.Table.Name != b.p.scope.Base {
		return false
	}
	by := plan.Named{As: m.Name, Expr: m.Expr}
	first := &plan.Plan{V: 1, Kind: plan.Table, From: plan.From{Table: b.p.scope.Base}, Group: []plan.Named{{As: thing.Col.Name, Expr: b.use(thing)}},
		Measures: []plan.Named{by}, Order: []plan.Order{{By: plan.Ref(m.Name), Desc: r.Desc}}, Limit: &plan.Limit{N: r.N, Percent: r.Percent}}
	for _, w := range s.Preds {
		b.useCondition(w)
		first.Where = plan.And(first.Where, w.Expr)
	}
	first.From.Joins = b.p.scope.used(b.tables)
	names := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Sub: first}, Select: []plan.Named{{As: thing.Col.Name, Expr: plan.Column(thing.Col.Name)}}}
	part := filtered(m.Expr, plan.InPlan(b.use(thing), names))
	b.pl.Kind = plan.Scalar
	b.pl.Measures = []plan.Named{{As: "share of " + strings.TrimPrefix(m.Name, "number of "), Expr: plan.Make(plan.OpDiv, part, m.Expr), Unit: plan.UnitRatio}}
	b.note("top_by", fmt.Sprintf("The first are those with the most %s.", strings.TrimPrefix(m.Name, "total ")), Span{})
	s.Select, s.Limit = nil, nil
	return true
}

// rankedThing is what "the top 10" are.
func (b *builder) rankedThing() *link.Column {
	for _, it := range b.s.Select {
		if category(it.Column) && !temporal(it.Column) && !flag(it.Column) {
			return it.Column
		}
	}
	for _, n := range b.s.Nouns {
		if c := b.p.rowThing(n); c != nil && n == b.p.scope.Base {
			return c
		}
	}
	return nil
}
