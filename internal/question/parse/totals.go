package parse

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// withoutTotals leaves rows out that hold the totals of the others, as their
// value says: "All natural disasters", "Total". Added up with their parts they
// would count everything twice, and they would win every ranking.
func (b *builder) withoutTotals() {
	if b.pl.From.Sub != nil || b.isSet {
		return
	}
	computes := len(b.pl.Measures) > 0 || b.pl.Limit != nil
	for _, c := range b.p.Schema.ColumnsOf(b.p.scope.Base) {
		if !computes && !b.listsThings(c) {
			continue
		}
		v := totalValue(c)
		if v == "" || b.conditioned(c) {
			continue
		}
		e := plan.Make(plan.OpNe, b.p.expr(c), valueLiteral(c, v))
		if c.Col.Stats.Nulls > 0 {
			e = plan.Or(e, plan.Make(plan.OpIsNull, b.p.expr(c)))
		}
		b.s.Preds = append(b.s.Preds, Condition{Expr: e, Column: c})
		b.note("total_rows", fmt.Sprintf("Rows with “%s” in “%s” are taken to be totals of the others and left out.", v, c.Col.Name), Span{})
	}
}

// listsThings reports whether the things that a column names are asked for: a
// total is none of them. Whole rows are shown as they are.
func (b *builder) listsThings(c *link.Column) bool {
	shown := slices.ContainsFunc(b.pl.Select, func(n plan.Named) bool { return same(n.Expr, b.p.expr(c)) })
	return shown && !b.s.Says("row") && !b.s.Says("rows") && !b.s.Says("total")
}

func (b *builder) conditioned(c *link.Column) bool {
	return slices.ContainsFunc(b.s.Preds, func(p Condition) bool { return p.Column == c })
}

// totalValue is the value of a category that stands for all others, by its
// name and by the numbers; empty where there is none.
func totalValue(c *link.Column) string {
	if !textual(c) || c.Col.Stats.Distinct < 3 || c.Col.Stats.Distinct > 300 {
		return ""
	}
	values := c.Table.Values.Values(c.Col.Name, 300)
	most := int64(0)
	for _, h := range values {
		most = max(most, h.Rows)
	}
	alone := sumsUp(c.Table)
	for _, h := range values {
		if (h.Rows > 1 && h.Rows == most || h.Rows == 1 && alone) && namesTotal(text.Words(h.Value)) {
			return h.Value
		}
	}
	return ""
}

func namesTotal(words []string) bool {
	switch strings.Join(words, " ") {
	case "total", "totals", "overall", "grand total", "all together", "sum":
		return true
	}
	return len(words) > 1 && words[0] == "all" && text.IsPlural(words[len(words)-1])
}

// sumsUp reports whether the greatest number of some column is the sum of all
// others.
func sumsUp(t *catalog.Table) bool {
	for i := range t.Columns {
		s := &t.Columns[i].Stats
		high, ok := number(s.Max)
		if !ok || s.Mean == nil || high <= 0 || t.Rows-s.Nulls < 4 {
			continue
		}
		if sum := *s.Mean * float64(t.Rows-s.Nulls); math.Abs(sum-2*high) <= 1e-6*high {
			return true
		}
	}
	return false
}

// onlyNamed leaves rows without a key out of a ranking: "none" is no answer to
// "which".
func (b *builder) onlyNamed() {
	for _, c := range b.p.columns() {
		if c.Col.Stats.Nulls == 0 || !slices.ContainsFunc(b.pl.Group, func(g plan.Named) bool { return same(g.Expr, b.p.expr(c)) }) {
			continue
		}
		if slices.ContainsFunc(b.s.Preds, func(p Condition) bool { return p.Column == c }) {
			continue
		}
		b.s.Preds = append(b.s.Preds, Condition{Expr: plan.Make(plan.OpNotNull, b.p.expr(c)), Column: c})
		b.note("no_key", fmt.Sprintf("%d rows have no “%s” and are left out.", c.Col.Stats.Nulls, c.Col.Name), Span{})
	}
}

// keepsEmpty tells of rows that a condition keeps because they have no value
// at all: "not cancelled" holds where nothing is known of it.
func (b *builder) keepsEmpty(c Condition) {
	if c.Column == nil || c.Column.Col.Stats.Nulls == 0 || c.Expr.Op != plan.OpNe && c.Expr.Op != plan.OpNotIn || c.Where == (Span{}) {
		return
	}
	n, rows := c.Column.Col.Stats.Nulls, "rows"
	if n == 1 {
		rows = "row"
	}
	b.note("empty_kept", fmt.Sprintf("Rows without “%s” are kept: the table has %d %s without it.", c.Column.Col.Name, n, rows), c.Where)
}
