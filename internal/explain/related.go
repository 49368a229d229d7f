package explain

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
)

// related is the condition that rows of another table belong to a row, or that
// none do: it is said beside the table, "customers without orders in 2024".
// It is nil where that could be taken for something else: of several such
// conditions, and where the plan has a period of its own.
func (s *speaker) related() *plan.Expr {
	if s.newcomers() != nil {
		return nil
	}
	var found *plan.Expr
	for _, e := range plan.Conjuncts(s.p.Where) {
		switch {
		case e.Op == plan.OpWithin:
			return nil
		case !s.belongs(e):
		case found != nil:
			return nil
		default:
			found = e
		}
	}
	return found
}

// newcomers are the conditions that rows of another table belong to a row in a
// period and none do before it: "with orders in 2024 but none before". They
// are nil where the plan has a condition besides.
func (s *speaker) newcomers() []*plan.Expr {
	list := plan.Conjuncts(s.p.Where)
	if len(list) != 2 || list[0].Op != plan.OpIn || list[1].Op != plan.OpNotIn || !s.belongs(list[0]) || !s.belongs(list[1]) {
		return nil
	}
	now, before := list[0].Sub, list[1].Sub
	if now.From.Table != before.From.Table || now.Where == nil || before.Where == nil || now.Where.Args[0].String() != before.Where.Args[0].String() ||
		!open(before.Where.Args[1]) || now.Where.Args[1].String() != before.Where.Args[2].String() {
		return nil
	}
	return list
}

// belongs reports whether a condition is that keys are, or are not, among
// those of a joined table, in all its rows or in those of a period.
func (s *speaker) belongs(e *plan.Expr) bool {
	if e.Op != plan.OpIn && e.Op != plan.OpNotIn || e.Sub == nil || len(e.Args) != 1 || e.Args[0].Op != plan.OpCol || s.p.From.Table == "" || len(s.p.From.Joins) > 0 {
		return false
	}
	q := e.Sub
	if q.From.Table == "" || len(q.From.Joins) > 0 || len(q.Select) != 1 || q.Select[0].Expr.Op != plan.OpCol || q.Having != nil || q.Limit != nil {
		return false
	}
	many := catalog.ColumnRef{Table: q.From.Table, Column: q.Select[0].Expr.Col.Name}
	one := catalog.ColumnRef{Table: s.p.From.Table, Column: e.Args[0].Col.Name}
	if !slices.ContainsFunc(s.cat.Joins, func(j catalog.Join) bool { return j.Many == many && j.One == one }) {
		return false
	}
	return q.Where == nil || q.Where.Op == plan.OpWithin && beside(speakerOf(q, s.cat).when(q.Where))
}

// beside reports whether a period is said in one breath, with one date of the
// calendar: two of them would part from what they are said beside.
func beside(period string) bool {
	for _, w := range []string{"in ", "on ", "since ", "before "} {
		if strings.HasPrefix(period, w) {
			return true
		}
	}
	return false
}
