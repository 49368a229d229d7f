package parse

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// listRules join values of one column, and aggregates in a row.
var listRules = []Rule{
	{Name: "from one value to another", Pattern: "from a=val to b=val", Make: fromValueTo},
	{Name: "values of one column", Pattern: "a=val and|or|comma 'and'? 'or'? b=val", Make: joinValues},
	{Name: "one value than another", Pattern: "a=val than 'the'|'that'|'of'|'did'* b=val", Make: joinValues},
	{Name: "both of two values", Pattern: "both a=val and b=val", Make: bothOfTwo},
	{Name: "both values", Pattern: "both v=val", Make: bothValues},
	{Name: "either value", Pattern: "either v=val", Make: keep("v")},
	{Name: "either thing", Pattern: "either v=col|num|tab", Make: keep("v")},
	{Name: "aggregates of one column", Pattern: "a=agg and|comma 'and'? b=agg", Make: joinAggregates},
	{Name: "superlatives among aggregates", Pattern: "a=sup|agg and|comma 'and'? b=sup|agg", Make: joinExtremes},
	{Name: "aggregates side by side", Pattern: "a=agg b=agg", Make: nestedAggregates},
}

// keep gives the named node as it is: the words around it add nothing.
func keep(name string) func(*parser, match) *Node {
	return func(_ *parser, m match) *Node { return m.one(name).copy() }
}

// joinValues makes one list of values that belong to one column.
func joinValues(p *parser, m match) *Node {
	a, b := m.one("a"), m.one("b")
	if a.Payload == "joined" {
		return appendValue(a, b)
	}
	for _, x := range a.Vals {
		for _, y := range b.Vals {
			if x.Column == y.Column && x.Value != y.Value {
				if p.orBetween(a, b) {
					p.choice = true
				}
				return &Node{Kind: Val, Payload: "joined", Vals: []link.Mention{x, y}, Score: a.Score + b.Score, Word: joiner(p, a, b)}
			}
		}
	}
	return nil
}

func (p *parser) orBetween(a, b *Node) bool { return joiner(p, a, b) == "or" }

// joiner says whether "or" stands between two nodes.
func joiner(p *parser, a, b *Node) string {
	for i := a.End; i < b.Start; i++ {
		if w := p.tokens[i].Norm; w == "or" || w == "nor" {
			return "or"
		}
	}
	return "and"
}

func appendValue(a, b *Node) *Node {
	for _, y := range b.Vals {
		if y.Column == a.Vals[0].Column {
			n := a.copy()
			n.Vals = append(append([]link.Mention{}, a.Vals...), y)
			return n
		}
	}
	return nil
}

// bothOfTwo joins two values that some row each is to have.
func bothOfTwo(p *parser, m match) *Node {
	n := joinValues(p, m)
	if n != nil {
		n.Payload = "both"
	}
	return n
}

func bothValues(_ *parser, m match) *Node {
	v := m.one("v").copy()
	if v.Payload != "joined" {
		return nil
	}
	v.Payload = "both"
	return v
}

// joinAggregates reads "minimum, maximum and average".
func joinAggregates(_ *parser, m match) *Node {
	a, b := m.one("a"), m.one("b")
	n := a.copy()
	n.Parts = append(append([]*Node{}, aggregateParts(a)...), aggregateParts(b)...)
	return n
}

// joinExtremes reads "the average and largest salary": beside an aggregate, a
// superlative is a maximum or minimum.
func joinExtremes(_ *parser, m match) *Node {
	a, b := asAggregate(m.one("a")), asAggregate(m.one("b"))
	if a == nil || b == nil || m.one("a").Kind == Sup && m.one("b").Kind == Sup && !generic(m.one("a")) {
		return nil
	}
	n := a.copy()
	n.Kind = "agg"
	n.Parts = append(append([]*Node{}, aggregateParts(a)...), aggregateParts(b)...)
	return n
}

func asAggregate(n *Node) *Node {
	if n.Kind == "agg" {
		return n
	}
	if !generic(n) || quantifier(n) {
		return nil
	}
	c := n.copy()
	c.Kind, c.Payload = "agg", "max"
	if downward(n) {
		c.Payload = "min"
	}
	return c
}

func aggregateParts(n *Node) []*Node {
	switch {
	case len(n.Parts) > 0:
		return n.Parts
	case n.Payload == "range":
		return []*Node{{Payload: string(plan.OpMin)}, {Payload: string(plan.OpMax)}}
	}
	return []*Node{n}
}

// nestedAggregates reads "total sum", which is one sum.
func nestedAggregates(_ *parser, m match) *Node {
	a, b := m.one("a"), m.one("b")
	if len(a.Parts)+len(b.Parts) == 0 && (a.Payload == b.Payload || a.Payload == "sum" && b.Payload == "sum") {
		return b.copy()
	}
	return nil
}

// ends of a way, as names of columns speak of them.
var (
	origins      = []string{"pickup", "origin", "from", "source", "start", "departure", "sender"}
	destinations = []string{"dropoff", "destination", "dest", "to", "target", "end", "arrival", "receiver"}
)

// fromValueTo reads "from Manhattan to Brooklyn" where a table has columns for
// both ends of a way.
func fromValueTo(p *parser, m match) *Node {
	for _, x := range m.one("a").Vals {
		for _, y := range m.one("b").Vals {
			if !fits(origins, x.Column) || !fits(destinations, y.Column) || lastNameWord(x.Column) != lastNameWord(y.Column) {
				continue
			}
			n := p.condition(m, x.Column, plan.Make(plan.OpEq, p.expr(x.Column), valueLiteral(x.Column, x.Value)))
			n.Preds = append(n.Preds, Condition{Expr: plan.Make(plan.OpEq, p.expr(y.Column), valueLiteral(y.Column, y.Value)), Column: y.Column, Where: Span{m.start, m.end}})
			return n
		}
	}
	return nil
}
