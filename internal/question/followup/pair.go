package followup

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Pair makes one turn of two that were each about one thing of a kind, so that
// "which of the two is longer?" is asked of both; false where they were not.
func Pair(a, b Turn) (Turn, bool) {
	x, y := aboutOne(a), aboutOne(b)
	if x == nil || y == nil || a.Plan.From.Table != b.Plan.From.Table || x.Args[0].String() != y.Args[0].String() || x.Args[1].String() == y.Args[1].String() {
		return Turn{}, false
	}
	thing := *x.Args[0].Col
	p := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: a.Plan.From.Table}, Where: plan.Make(plan.OpIn, x.Args[0], x.Args[1], y.Args[1])}
	p.Select = []plan.Named{{As: thing.Name, Expr: x.Args[0]}}
	for _, t := range []Turn{a, b} {
		if n := told(t.Plan); n.Expr != nil && !slices.ContainsFunc(p.Select, func(o plan.Named) bool { return o.Expr.String() == n.Expr.String() }) {
			p.Select = append(p.Select, n)
		}
	}
	k := Key{Column: thing, Type: table.String, Values: []table.Value{x.Args[1].Lit.Value, y.Args[1].Lit.Value}}
	return Turn{Plan: p, Keys: []Key{k}}, true
}

// aboutOne is the condition of a plan that was about one thing, by its name; nil
// where it was about more, or where more than the name tells it.
func aboutOne(t Turn) *plan.Expr {
	p := t.Plan
	if p == nil || p.From.Table == "" || p.From.Sub != nil || p.From.Set != nil || len(p.From.Joins) > 0 || p.Having != nil || p.Where == nil {
		return nil
	}
	list := plan.Conjuncts(p.Where)
	if len(list) != 1 || list[0].Op != plan.OpEq || list[0].Args[0].Op != plan.OpCol || list[0].Args[1].Lit == nil || list[0].Args[1].Lit.Type != table.String {
		return nil
	}
	return list[0]
}
