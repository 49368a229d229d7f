package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// Some dates tell when something happened to a row: whoever has a date of
// hiring was hired. Where they are named by what happened, they stand for the
// rows, not for different days.

// event reports whether a column is such a date and the word for it names what
// happened: "hires", "died", but not "order dates".
func (p *parser) event(c *link.Column, n *Node) bool {
	if !c.Col.Type.Temporal() || c.Table.Name != p.scope.Base || n == nil {
		return false
	}
	return !slices.ContainsFunc(text.Words(n.Word), func(w string) bool {
		switch text.Singular(w) {
		case "date", "day", "time", "moment", "timestamp", "year", "month", "week", "hour", "quarter", "period", "when":
			return true
		}
		return false
	})
}

// eventsCounted takes the dates of what happened to the rows that are counted
// for a condition: "how many were hired" counts those that have a date of it.
func (b *builder) eventsCounted() {
	s := b.s
	s.Select = slices.DeleteFunc(slices.Clone(s.Select), func(it Item) bool {
		if !b.p.event(it.Column, it.Node) || s.Distinct {
			return false
		}
		if it.Column.Col.Stats.Nulls > 0 && !b.conditioned(it.Column) {
			at := Span{it.Node.Start, it.Node.End}
			e := plan.Make(plan.OpNotNull, b.p.expr(it.Column))
			s.Preds = append(s.Preds, Condition{Expr: b.p.spanned(e, at.Start, at.End), Column: it.Column, Where: at})
		}
		return true
	})
}

// happened reports whether the question names what happened to the rows, and
// parts it by when: "hires per year".
func (b *builder) happened() bool {
	return slices.ContainsFunc(b.s.Pieces, func(n *Node) bool {
		return n.Kind == Col && b.p.event(n.top(), n) && b.p.isKey(n.top(), b.s.Keys)
	})
}
