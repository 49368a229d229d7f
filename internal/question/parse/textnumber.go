package parse

import (
	"strconv"
	"strings"

	"tabletalk/internal/question/link"
)

// A column of numbers in which somebody wrote "n/a", "Ret" or "5 (live)" is
// read as text. Rows are compared and ranked by its numbers all the same; those
// where there is none are passed over, and that is said. Totals and averages
// are not made of it: they would hide what is missing.

// numbersOf is the column that a node names best, as numbers, where it holds
// text that is nearly all numbers; nil where it does not.
func (n *Node) numbersOf() *link.Column {
	if n == nil || len(n.Cols) == 0 || !numberText(n.top()) {
		return nil
	}
	return n.top().AsNumbers()
}

// numberText reports whether at least two of three values of a column of text
// are plain numbers, and none of the others is a number written otherwise.
func numberText(c *link.Column) bool {
	if !textual(c) || c.Col.Stats.Distinct > mostNumberTexts || !c.Table.Values.Complete(c.Col.Name) {
		return false
	}
	all, plain := 0, 0
	for _, h := range c.Table.Values.Values(c.Col.Name, mostNumberTexts) {
		_, err := strconv.ParseFloat(h.Value, 64)
		switch {
		case err == nil:
			plain++
		case likeNumber(h.Value), strings.Count(h.Value, ",") > 0 && strings.ContainsAny(h.Value, "0123456789"):
			return false // 1,200 would be passed over
		}
		all++
	}
	return plain >= 3 && 3*plain >= 2*all
}

// mostNumberTexts is how many values are looked at.
const mostNumberTexts = 2000

// passesOver is what is said where the numbers of a text are used.
func (p *parser) passesOver(n *Node, c *link.Column) []Note {
	for _, h := range c.Table.Values.Values(c.Col.Name, mostNumberTexts) {
		if _, err := strconv.ParseFloat(h.Value, 64); err != nil {
			return []Note{p.note(n, "text_number", "“%s” holds text besides numbers, as “%s” is: rows without a number are passed over.", c.Col.Name, h.Value)}
		}
	}
	return []Note{p.note(n, "text_number", "“%s” holds numbers that are kept as text: they are compared as numbers.", c.Col.Name)}
}

// ofThings reports whether a superlative chooses among things, rather than
// asking for a number alone.
func (p *parser) ofThings(m match) bool {
	if m.start == 0 {
		return false
	}
	switch p.tokens[0].Norm {
	case "which", "who", "where", "whose":
		return true
	}
	before := p.tokens[m.start-1].Norm
	if before == "the" && m.start > 1 {
		before = p.tokens[m.start-2].Norm
	}
	return before == "with" || before == "has" || before == "had" || before == "have"
}
