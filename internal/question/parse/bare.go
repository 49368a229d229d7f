package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// betweenBare reads "between 100 and 200 dollars" as one of the main amount.
func betweenBare(p *parser, m match) *Node {
	col := p.bareAmount(m)
	if col == nil {
		return nil
	}
	n := p.condition(m, col, plan.Make(plan.OpBetween, p.expr(col), literal(col, m.one("q").Num), literal(col, m.one("r").Num)))
	n.Notes = []Note{p.note(m.one("q"), "default_measure", "The numbers are compared with “%s”.", col.Col.Name)}
	n.Preds[0].Bare = true
	return n
}

// comparedBare reads "orders over 5000": the number is one of the main amount.
func comparedBare(p *parser, m match) *Node {
	op := cmpOps[m.one("o").Payload]
	if age := p.ageOf(m); age != nil && op != "" {
		return p.condition(m, age, plan.Make(op, p.expr(age), literal(age, m.one("q").Num)))
	}
	col := p.bareAmount(m)
	if col == nil || op == "" || m.end < len(p.tokens) && !p.lex.Noise(p.tokens[m.end].Norm) && p.tokens[m.end].Kind == text.Word {
		return nil
	}
	n := p.condition(m, col, plan.Make(op, p.expr(col), literal(col, m.one("q").Num)))
	n.Notes = []Note{p.note(m.one("q"), "default_measure", "The number is compared with “%s”.", col.Col.Name)}
	n.Preds[0].Bare = true
	return n
}

// ageOf is the column of ages, where people are said to be over or under a
// plain number: "people under 40", "those who are above 65".
func (p *parser) ageOf(m match) *link.Column {
	o, q := m.one("o"), m.one("q")
	if o.Kind != "cmp" || q.Num.Unit != "" || q.Num.Value > 130 || m.start == 0 {
		return nil
	}
	switch o.Word {
	case "over", "under", "above", "below", "older than", "younger than", "at least", "at most":
	default:
		return nil
	}
	switch w := p.tokens[m.start-1]; w.Norm {
	case "are", "is", "was", "were", "aged", "people", "person", "persons", "men", "women", "children", "kids", "child", "boys", "girls", "adults", "anyone", "everyone", "those":
	default:
		if !slices.Contains(p.Schema.TableWords(p.scope.Base), w.Base) {
			return nil
		}
	}
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if slices.Contains(c.Words, "age") && amount(c) {
			return c
		}
	}
	return nil
}

// counts reports whether the question asks how many.
func (p *parser) counts() bool {
	for i := range p.tokens[:min(len(p.tokens), 4)] {
		switch p.tokens[i].Norm {
		case "many", "number", "count":
			return true
		}
	}
	return false
}

// money is the column of what was paid, asked or earned; nil where no name
// says it.
func (p *parser) money() *link.Column {
	if c := p.primaryMeasure(); c != nil && fits([]string{"revenue", "sale", "turnover", "amount", "total", "income"}, c) {
		return c
	}
	for _, w := range []string{"price", "fare", "cost", "amount", "total", "revenue", "salary", "wage", "payment", "fee", "charge", "bill"} {
		for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
			if amount(c) && slices.Contains(c.Words, w) {
				return c
			}
		}
	}
	return nil
}

// bareAmount is the column that a number without a name is compared with:
// money after words of spending and signs of currencies, else the main amount
// where one is plain; nil where it would be guessed.
func (p *parser) bareAmount(m match) *link.Column {
	q := m.one("q").Num
	if q.Unit == "%" {
		return p.sole(rate)
	}
	if q.Unit == "$" || q.Unit == "USD" || q.Unit == "EUR" || q.Unit == "GBP" {
		if c := p.money(); c != nil {
			return c
		}
	}
	for i := max(0, m.start-2); i < m.start; i++ {
		if spendingWords[p.tokens[i].Norm] {
			return p.money()
		}
	}
	if c := p.sizeOf(m); c != nil {
		return c
	}
	return p.plainMeasure()
}

// rate reports whether a column holds shares, which percentages are compared with.
func rate(c *link.Column) bool { return c.Col.Role == catalog.Rate }

// measured reports whether a column holds an amount.
func measured(c *link.Column) bool { return amount(c) && !flag(c) }

// sole is the one column of the base that is as wanted; nil where there are
// several or none.
func (p *parser) sole(w want) *link.Column {
	var only *link.Column
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if !w(c) {
			continue
		}
		if only != nil {
			return nil
		}
		only = c
	}
	return only
}

// sizeOf reads "parties of more than 4" and "groups of at least 3": how many
// something consists of, where a column says the size of the rows.
func (p *parser) sizeOf(m match) *link.Column {
	if m.start < 2 || p.tokens[m.start-1].Norm != "of" || !text.IsPlural(p.tokens[m.start-2].Norm) || m.one("q").Num.Unit != "" {
		return nil
	}
	return p.sole(func(c *link.Column) bool { return amount(c) && lastNameWord(c) == "size" })
}

// withSome reads "how many orders with a discount": more than none.
func withSome(p *parser, m match) *Node {
	c := m.one("c").top()
	if !fromZero(c) || m.one("c").Cols[0].Score < 800 || !p.counts() || m.end != len(p.tokens) {
		return nil
	}
	return p.condition(m, c, plan.Make(plan.OpGt, p.expr(c), plan.Int(0)))
}

// someOf reads "discounted orders": those with some discount.
func (s *Sketch) someOf(n *Node, i int) bool {
	c := n.top()
	if !fromZero(c) || n.Cols[0].How != link.Stem || !strings.HasSuffix(n.Word, "ed") || i+1 == len(s.nodes) {
		return false
	}
	if next := s.nodes[i+1]; next.Start != n.End || next.Kind != Tab && next.Kind != Col {
		return false
	}
	at := Span{n.Start, n.End}
	e := plan.Make(plan.OpGt, s.p.expr(c), plan.Int(0))
	s.Preds = append(s.Preds, Condition{Expr: s.p.spanned(e, n.Start, n.End), Column: c, Where: at})
	return true
}

// weakestText is from where on a mention of a column of text is no mere
// likeness: "total amount" is near to amount.
const weakestText = 500

// textAggregated reports whether a number is asked of a column that holds
// text: its average, or the total of what is mostly numbers.
func (s *Sketch) textAggregated(n *Node, i int) bool {
	c := n.top()
	if !textual(c) || n.Cols[0].Score < weakestText || n.pick(numeric) != nil {
		return false
	}
	if first := s.p.tokens[n.Start].Norm; first == "total" && !slices.Contains(c.Words, first) {
		return mostlyNumbers(c) // “total amount” of a column called amount
	}
	k := i - 1
	for k >= 0 && s.nodes[k].Kind == Fn {
		k--
	}
	if k < 0 {
		return false
	}
	a := s.nodes[k]
	switch {
	case a.Kind == "axis" && a.Word == "total", a.Kind == Best && a.Payload == "open" && a.Form != nil && generic(&Node{Form: a.Form}):
		return mostlyNumbers(c)
	case a.Kind != "agg":
		return false
	}
	op := plan.Op(a.Payload)
	return mostlyNumbers(c) && op != plan.OpCount && op != plan.OpMode || adds(op) && op != plan.OpSum
}

// amountKeys counts what stands after "by" and only says how much: it sorts.
func (s *Sketch) amountKeys() int {
	n := 0
	for _, k := range s.Keys {
		if s.Limit != nil && k.Column != nil && k.Grain == "" && k.Part == "" && amount(k.Column) {
			n++
		}
	}
	return n
}
