package parse

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/table"
)

// heads are words for one of the people, or of the lengths, that an amount is
// divided among; the words of columns that hold how many of them there are.
var heads = map[string][]string{
	"person": peopleCounts, "head": peopleCounts, "capita": peopleCounts, "people": peopleCounts,
	"mile": distances, "kilometer": distances, "kilometre": distances, "km": distances,
}

var (
	peopleCounts = []string{"person", "people", "guest", "diner", "passenger", "population", "inhabitant", "resident", "visitor", "headcount", "head", "pax", "attendance", "attendee"}
	distances    = []string{"distance", "mile", "mileage", "km", "kilometer", "kilometre"}
	parties      = []string{"party", "group", "table", "household", "family", "team", "crew"}
)

// units are the words of one length.
var units = map[string][]string{"mile": miles, "kilometer": kilometers, "kilometre": kilometers, "km": kilometers}

var (
	miles      = []string{"mile", "mileage", "mi"}
	kilometers = []string{"km", "kilometer", "kilometre"}
)

// mostAtOneTable is how many people a column called "size" alone may count.
// One that may hold none, or more than sit at a table, is of another thing.
const (
	mostAtOneTable = 50
	mostUnnamed    = 12
)

// perHead reads "per person" and "per mile" as the column that counts them.
func perHead(p *parser, m match) *Node {
	w := m.one("w")
	c := p.countOfHeads(heads[w.Word])
	if c == nil || m.one("b").Payload != "per" {
		return nil
	}
	n := &Node{Kind: Group, Keys: []Key{{Column: c, Said: w.Word, Per: true}}, Payload: "per", Parts: []*Node{w}}
	n.Notes = []Note{p.note(w, countedBy(c, w.Word), "“%s” is counted by “%s”.", w.Word, c.Col.Name)}
	return n
}

// countedBy is the code of the note that a column counts what a word says: a
// guess where it is only called "size", where its unit of length is not the
// one that was said, and where amounts beside a number of inhabitants may be
// each one's already.
func countedBy(c *link.Column, said string) string {
	known := slices.Contains(parties, c.Words[0]) || c.Words[len(c.Words)-1] != "size"
	if unit := units[said]; unit != nil {
		known = shares(c.Words, unit) || slices.Contains(unit, c.Col.Unit)
	}
	if !known || shares(c.Words, []string{"population", "inhabitant", "resident"}) {
		return "counted_by_guess"
	}
	return "counted_by"
}

// countOfHeads is the amount of the base table that holds how many there are;
// nil where none or more than one does.
func (p *parser) countOfHeads(words []string) *link.Column {
	var named, sized *link.Column
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		switch {
		case !amount(c) || c.Col.Role == catalog.Price || c.Col.Role == catalog.Rate && c.Col.Type == table.Integer || slices.Contains(c.Words, "rate"):
		case shares(c.Words, words) && len(c.Words) <= 2:
			if named != nil {
				return nil
			}
			named = c
		case sized == nil && slices.Equal(words, peopleCounts) && sizeOfParty(c):
			sized = c
		}
	}
	if named != nil {
		return named
	}
	return sized
}

// sizeOfParty reports whether a column says how many people belong together.
func sizeOfParty(c *link.Column) bool {
	n := len(c.Words)
	if n == 0 || c.Words[n-1] != "size" || c.Col.Type != table.Integer {
		return false
	}
	low, ok := number(c.Col.Stats.Min)
	high, also := number(c.Col.Stats.Max)
	if n == 1 {
		return ok && also && low >= 1 && high <= mostUnnamed
	}
	return ok && also && low >= 0 && high <= mostAtOneTable && slices.Contains(parties, c.Words[0])
}

// countsPeople reports whether a key says "per passenger" of a column that
// holds how many passengers there are.
func countsPeople(k Key) bool {
	return k.Column != nil && k.Column.Col.Type == table.Integer && slices.Contains(peopleCounts, k.Said) && !text.IsPlural(k.Said) && shares(k.Column.Words, peopleCounts)
}

// partyOf reads "parties of 6" and "groups of four or more" by the column that
// says how many people belong together.
func partyOf(p *parser, m match) *Node {
	i := slices.IndexFunc(p.Schema.ColumnsOf(p.scope.Base), sizeOfParty)
	if i < 0 {
		return nil
	}
	c, op := p.Schema.ColumnsOf(p.scope.Base)[i], plan.OpEq
	if o := m.one("o"); o != nil {
		op = cmpOps[o.Payload]
	}
	if op == "" {
		return nil
	}
	n := p.condition(m, c, plan.Make(op, p.expr(c), literal(c, m.one("q").Num)))
	n.Table = p.scope.Base
	n.Notes = []Note{p.note(m.one("w"), countedBy(c, ""), "“%s” is counted by “%s”.", m.one("w").Word, c.Col.Name)}
	return n
}
