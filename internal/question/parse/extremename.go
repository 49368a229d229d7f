package parse

import (
	"slices"

	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// extremeName reads "what state has the highest elevation" where that is the
// name of a column: the state that has the most of it. The highest point of
// several rows is the one of the row with the highest elevation.
func (s *Sketch) extremeName(n *Node) bool {
	c := n.top()
	if len(c.Words) < 2 {
		return false
	}
	asks := len(s.Nouns) > 0 && (s.Head == "which" || s.Head == "what" || s.Head == "who") || len(s.Nouns)+len(s.Select) > 0 && s.p.withThe(n)
	by := c
	if textual(c) {
		by = s.p.measuredBeside(c)
		if by == nil || text.IsPlural(lastWord(n)) || s.p.pinnedValue(c.Table.Name) || slices.ContainsFunc(s.nodes, func(o *Node) bool { return o.Kind == Sup || o.Kind == Best }) {
			return false
		}
		if !asks {
			s.Select, s.Columns = append(s.Select, Item{c, n}), append(s.Columns, n)
		}
		asks = true
	}
	if !asks || !amount(by) {
		return false
	}
	desc, ok := extremeWord(c.Words[0])
	if ok {
		s.Best, s.BestNode = &Rank{N: 1, Column: by, Desc: desc}, n
	}
	return ok
}

// extremeWord tells whether a name begins with a word for the most or least.
func extremeWord(w string) (desc, ok bool) {
	switch w {
	case "highest", "largest", "greatest", "maximum", "max", "most":
		return true, true
	case "lowest", "smallest", "least", "minimum", "min", "fewest":
		return false, true
	}
	return false, false
}

// measuredBeside is the amount that tells how high "the highest point" of a
// row is: one whose name begins with the same word.
func (p *parser) measuredBeside(c *link.Column) *link.Column {
	if _, ok := extremeWord(c.Words[0]); !ok {
		return nil
	}
	for _, d := range p.Schema.ColumnsOf(c.Table.Name) {
		if d != c && len(d.Words) > 1 && d.Words[0] == c.Words[0] && amount(d) {
			return d
		}
	}
	return nil
}

// pinnedValue reports whether the question names one row of a table by a value.
func (p *parser) pinnedValue(t string) bool {
	return slices.ContainsFunc(p.Mentions, func(m link.Mention) bool {
		return m.Kind == link.ValueMention && m.Table == t && m.Whole && unique(m.Column) && textual(m.Column)
	})
}
