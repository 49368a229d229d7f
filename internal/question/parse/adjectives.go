package parse

import (
	"slices"

	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// measuredColumn finds the column that an adjective measures, and whether
// more of the adjective is a greater number.
func (p *parser) measuredColumn(n *Node) (*link.Column, bool) {
	if n == nil || n.Form == nil {
		return nil, false
	}
	for _, list := range []struct {
		words []string
		more  bool
	}{{n.Form.Adj.More, true}, {n.Form.Adj.Less, false}} {
		for _, w := range list.words {
			var fits []*link.Column
			for _, c := range p.columns() {
				if (amount(c) || temporal(c) || c.Col.Type == "time") && slices.Contains(c.Words, w) {
					fits = append(fits, c)
				}
			}
			if len(fits) > 0 {
				return extremeOf(fits, list.more), list.more
			}
		}
	}
	return nil, false
}

// describedColumn finds the column of text that says what an adjective
// measures, as lengths written with their units do; nil where several do.
func (p *parser) describedColumn(n *Node) *link.Column {
	if n == nil || n.Form == nil {
		return nil
	}
	var found *link.Column
	for _, c := range p.columns() {
		if !textual(c) || !fits(n.Form.Adj.More, c) && !fits(n.Form.Adj.Less, c) {
			continue
		}
		if found != nil {
			return nil
		}
		found = c
	}
	return found
}

// extremeOf prefers, of several columns, the lower bound for "the coldest" and
// the upper one for "the hottest": temp_min and temp_max.
func extremeOf(cols []*link.Column, more bool) *link.Column {
	bounds := []string{"min", "minimum", "low", "lowest"}
	if more {
		bounds = []string{"max", "maximum", "high", "highest"}
	}
	for _, c := range cols {
		if fits(bounds, c) {
			return c
		}
	}
	return cols[0]
}

// measuredBy reports whether an adjective measures the column, and whether
// more of it is a greater number.
func measuredBy(n *Node, c *link.Column) (measures, more bool) {
	switch {
	case fits(n.Form.Adj.More, c):
		return true, true
	case fits(n.Form.Adj.Less, c):
		return true, false
	}
	return false, !downward(n)
}

func fits(words []string, c *link.Column) bool {
	for _, w := range words {
		if slices.Contains(c.Words, w) {
			return true
		}
	}
	return false
}

// lexForm gives the form of "most" or "fewest" for a maximum or minimum.
func (p *parser) lexForm(op string) *lexicon.Form {
	w := "most"
	if op == "min" {
		w = "fewest"
	}
	forms := p.lex.FormsAt(text.Tokenize(w), 0)
	return &forms[0]
}
