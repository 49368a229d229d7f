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
			for _, c := range p.columns() {
				if (amount(c) || temporal(c) || c.Col.Type == "time") && slices.Contains(c.Words, w) {
					return c, list.more
				}
			}
		}
	}
	return nil, false
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
