package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/table"
)

// What an amount is asked for that stands alone: its total, or its values.

// soleAmount decides whether a lone amount is to be summed up rather than
// listed: "revenue in the west", but not "the prices of …".
func (b *builder) soleAmount() bool {
	s := b.s
	if b.meansRows() {
		s.Nouns, s.Select = append(s.Nouns, b.p.scope.Base), nil
		return false
	}
	if len(s.Select) != 1 || !amount(s.Select[0].Column) || b.ch.Rows || s.Distinct || s.Limit != nil || len(s.Orders) > 0 {
		return false
	}
	c := s.Select[0].Column
	if c.Col.Type == table.String || c.Col.Role == catalog.Dimension || c.Col.Role == catalog.ID {
		return false
	}
	w := lastWord(s.Select[0].Node)
	plural := text.IsPlural(w) && !slices.Contains(c.Words, w) && !text.IsPlural(lastNameWord(c))
	switch {
	case b.eachHasOwn(c):
		return false
	case plural && (len(s.Nouns) > 0 || s.Head == "list" || s.Head == "what" && !money(c)), b.pinned(), b.ch.List:
		return false
	case s.Head == "which", s.Head == "who", s.Head == "when", s.Head == "where", s.Select[0].Node.Payload == "how":
		return false // asks for things, or for one thing's measure
	}
	return c.Col.Role == catalog.Measure || len(s.Preds) == 0 && len(s.Nouns) == 0
}

// mostListed is how many things are listed with their amounts where a total
// could be meant as well.
const mostListed = 200

// eachHasOwn reads "what are the points" of a list of drivers as those of each:
// where every row is a thing with a name of its own, several amounts were
// asked for, and it is no money.
func (b *builder) eachHasOwn(c *link.Column) bool {
	s, p := b.s, b.p
	n := s.Select[0].Node
	if s.Head != "what" || money(c) || len(p.tokens) < 2 || p.tokens[1].Norm != "are" && p.tokens[1].Norm != "were" || !text.IsPlural(lastWord(n)) {
		return false
	}
	l := p.label(p.scope.Base)
	return l != nil && l.Table == c.Table && textual(l) && unique(l) && c.Table.Rows <= mostListed
}

// moneyWords are in the names of amounts whose plural is their total: "the
// profits of 2024".
var moneyWords = []string{"revenue", "sale", "profit", "cost", "income", "earning", "expense", "turnover", "amount", "spend", "spending", "payment", "loss"}

func money(c *link.Column) bool {
	return len(c.Col.Unit) == 3 && c.Col.Unit == strings.ToUpper(c.Col.Unit) || slices.ContainsFunc(c.Words, func(w string) bool { return slices.Contains(moneyWords, w) })
}

// meansRows reports whether a word that is the table's name and an amount's is
// described like a thing: "sales with a discount over 20%".
func (b *builder) meansRows() bool {
	s := b.s
	if len(s.Select) != 1 || s.Select[0].Node.Cols[0].How != link.Synonym || len(s.Preds) == 0 {
		return false
	}
	n := s.Select[0].Node
	if n.End >= len(b.p.tokens) || !slices.Contains(b.p.Schema.TableWords(b.p.scope.Base), text.Singular(lastWord(n))) {
		return false
	}
	switch b.p.tokens[n.End].Norm {
	case "with", "where", "that", "which", "whose", "having", "without":
		return true
	}
	return false
}

func lastNameWord(c *link.Column) string {
	parts := text.SplitName(c.Col.Name)
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// pinned reports whether a condition leaves one row, or one for each of the
// things named: equality on a column of unique values.
func (b *builder) pinned() bool {
	for _, c := range b.s.Preds {
		if (c.Expr.Op == plan.OpEq || c.Expr.Op == plan.OpIn && c.Expr.Sub == nil) && c.Column != nil && unique(c.Column) {
			return true
		}
	}
	return false
}
