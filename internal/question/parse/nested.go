package parse

import (
	"slices"
	"sync"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// nestedRules read a thing that is not named but described, where a value
// could stand: "cities in the largest state", "states that border states that
// border Texas". What they make is a value whose literal is a plan.
var nestedRules = []Rule{
	{Name: "the thing with the most of something", Pattern: "k='in'|'of'|'through'|'from'|'at'|'on'|col s=sup t=tab|col", Make: nestedExtreme},
	{Name: "the thing with the most of a column", Pattern: "k='in'|'through'|'from'|'at'|'on'|col t=tab|col 'with'|'has'|'having'|'that'* s=sup c=col", Make: nestedExtreme},
	{Name: "things tied to a value", Pattern: "k=col t=tab|col 'that'|'which' r=col v=val", Make: nestedTied},
}

var nesting = sync.OnceValue(func() []Rule { return compiled(nestedRules) })

// nest applies the rules from the end of the question on, so that what is
// described within a description is known first.
func (p *parser) nest(nodes []*Node) []*Node {
	rules := nesting()
	for i := len(nodes) - 2; i > 0; i-- {
		for k := range rules {
			m, end, ok := rules[k].try(nodes, i)
			if !ok {
				continue
			}
			if n := rules[k].Make(p, m); n != nil {
				n.Start, n.End = nodes[i].End, m.end
				nodes = slices.Replace(nodes, i+1, end, n)
				break
			}
		}
	}
	return nodes
}

// nestedExtreme is the thing of another table that has the most of a column.
func nestedExtreme(p *parser, m match) *Node {
	s := m.one("s")
	if s.Form == nil || !p.asksBefore(m.one("k")) {
		return nil
	}
	for _, t := range p.tablesCalled(m.one("t")) {
		if t == p.scope.Base {
			continue
		}
		q := relatedReader(p, t)
		key := q.naming(t)
		by, desc := q.extremeBy(s, m.one("c"))
		if key == nil || by == nil || !unique(key) {
			continue
		}
		vals := p.holding(key)
		if len(vals) == 0 {
			continue
		}
		sub := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: t}, Select: []plan.Named{{As: key.Col.Name, Expr: plan.Column(key.Col.Name)}},
			Order: []plan.Order{{By: plan.Column(by.Col.Name), Desc: desc}}, Limit: &plan.Limit{N: 1}}
		n := &Node{Kind: Val, Word: s.Word, Vals: vals, Inner: sub}
		if m.one("c") == nil {
			n.Notes = []Note{p.note(s, "adjective", "“%s” is measured by “%s”.", s.Word, by.Col.Name)}
		}
		return n
	}
	return nil
}

// asksBefore reports whether something is asked for before a node: what
// follows it only describes.
func (p *parser) asksBefore(k *Node) bool {
	if k.Kind == Col {
		return k.Start > 1
	}
	for _, t := range p.tokens[:k.Start] {
		if !p.lex.Noise(t.Norm) && !p.lex.Light(t.Norm) {
			return true
		}
	}
	return false
}

// extremeBy is the amount that a superlative goes by: the column named, or the
// one that the adjective measures.
func (p *parser) extremeBy(s, c *Node) (*link.Column, bool) {
	if c == nil {
		return p.measuredColumn(s)
	}
	for _, x := range c.Cols {
		if own := p.Schema.Find(p.scope.Base, x.Column.Col.Name); own != nil && amount(own) {
			return own, p.descends(s, own)
		}
	}
	return nil, false
}

// tablesCalled are the tables that the words of a node name.
func (p *parser) tablesCalled(n *Node) []string {
	var out []string
	for _, m := range p.byStart[n.Start] {
		if m.Kind == link.TableMention && m.How == link.Exact && m.End == n.End {
			out = append(out, m.Table)
		}
	}
	return out
}

// holding are the columns of the base whose values are those of a key of
// another table.
func (p *parser) holding(key *link.Column) []link.Mention {
	var out []link.Mention
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if sameThings(key, c) {
			out = append(out, link.Mention{Kind: link.ValueMention, Score: 900, How: link.Exact, Table: p.scope.Base, Column: c, Whole: true})
		}
	}
	return out
}

// someValues is how many values of two columns are compared.
const someValues = 8

// sameThings reports whether two columns of text hold the same things: the
// commonest values of the second are values of the first.
func sameThings(key, c *link.Column) bool {
	if !textual(key) || !textual(c) || key.Table.Values == nil || c.Table.Values == nil {
		return false
	}
	hits := c.Table.Values.Values(c.Col.Name, someValues)
	for _, h := range hits {
		if !slices.ContainsFunc(key.Table.Values.Phrase(text.Words(h.Value)), func(x catalog.Hit) bool { return x.Column == key.Col.Name }) {
			return false
		}
	}
	return len(hits) > 1
}

// nestedTied reads "states that border Texas" where a table ties things to
// others of their kind: those beside which it names the value.
func nestedTied(p *parser, m match) *Node {
	k, r, v := m.one("k"), m.one("r"), m.one("v")
	c := k.top()
	if r.top() != c || !p.asksBefore(k) || !textual(c) || c.Table.Name != p.scope.Base || v.Payload != "" {
		return nil
	}
	for _, other := range p.Schema.ColumnsOf(p.scope.Base) {
		if other == c || !sameThings(other, c) || !sameThings(c, other) {
			continue
		}
		conds := p.valueCondition(v, r, false)
		if len(conds) == 0 {
			return nil
		}
		sub := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: p.scope.Base}, Where: conds[0].Expr, Select: []plan.Named{{As: other.Col.Name, Expr: p.expr(other)}}}
		return &Node{Kind: Val, Word: v.Word, Inner: sub, Vals: []link.Mention{{Kind: link.ValueMention, Score: 900, How: link.Exact, Table: p.scope.Base, Column: c, Whole: true},
			{Kind: link.ValueMention, Score: 880, How: link.Exact, Table: p.scope.Base, Column: other, Whole: true}}}
	}
	return nil
}
