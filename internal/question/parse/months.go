package parse

import (
	"slices"
	"strconv"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/when"
)

// withinMonths is the condition that a column of years and one of months
// beside it lie in a range of whole months; nil where the table has no such
// columns.
func (p *parser) withinMonths(year *link.Column, r when.Range) *plan.Expr {
	if r.From.IsZero() || r.To.IsZero() || r.From.Day() != 1 || r.To.Day() != 1 || r.To.AddDate(0, 0, -1).Year() != r.From.Year() {
		return nil
	}
	for _, c := range p.Schema.ColumnsOf(year.Table.Name) {
		if !slices.Contains(c.Words, "month") {
			continue
		}
		in := plan.Make(plan.OpIn, p.expr(c))
		for t := r.From; t.Before(r.To); t = t.AddDate(0, 1, 0) {
			v := monthValue(c, t.Month())
			if v == nil {
				return nil
			}
			in.Args = append(in.Args, v)
		}
		if len(in.Args) == 2 {
			in.Op = plan.OpEq
		}
		return plan.And(plan.Make(plan.OpEq, p.expr(year), plan.Int(int64(r.From.Year()))), in)
	}
	return nil
}

// monthValue is how a column writes a month: as a number or by its name.
func monthValue(c *link.Column, m time.Month) *plan.Expr {
	if numeric(c) {
		high, ok := number(c.Col.Stats.Max)
		if low, ok2 := number(c.Col.Stats.Min); !ok || !ok2 || low < 1 || high > 12 {
			return nil
		}
		return plan.Int(int64(m))
	}
	for _, h := range c.Table.Values.Values(c.Col.Name, 64) {
		if when.MonthOf(h.Value) == m {
			return valueLiteral(c, h.Value)
		}
	}
	return nil
}

// shortYear reads a year as one of two digits: 1975 in a column of years from
// 70 to 82.
func (p *parser) shortYear(m match, w *when.Phrase) *Node {
	if w.Form != when.Calendar || w.Grain != when.Year || w.Year < 1940 || w.Year > 1999 {
		return nil
	}
	for _, c := range p.columns() {
		low, ok1 := number(c.Col.Stats.Min)
		high, ok2 := number(c.Col.Stats.Max)
		if !numeric(c) || len(c.Words) == 0 || c.Words[len(c.Words)-1] != "year" || lastNameWord(c) != "year" || !ok1 || !ok2 || low < 40 || high > 99 {
			continue
		}
		n := p.condition(m, c, plan.Make(plan.OpEq, p.expr(c), plan.Int(int64(w.Year-1900))))
		n.Notes = []Note{{Code: "short_year", Text: strconv.Itoa(w.Year) + " is read as “" + c.Col.Name + "” " + strconv.Itoa(w.Year-1900) + ".", Span: Span{m.start, m.end}}}
		return n
	}
	return nil
}
