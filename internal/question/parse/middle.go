package parse

import (
	"fmt"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
)

// middlePerThing reads "median revenue per order", where the rows are lines of
// orders, as the median of what the orders come to.
func (b *builder) middlePerThing() {
	s := b.s
	if len(s.Measures) != 1 || s.Measures[0].Op != plan.OpMedian || s.Measures[0].Column == nil || s.Measures[0].Column.Col.Role != catalog.Measure {
		return
	}
	id := b.p.repeatingID(b.p.scope.Base)
	if id == nil || len(s.Keys) != 1 || !s.Keys[0].Per || s.Keys[0].Column != id || len(s.Select)+len(s.Haves) > 0 || s.Best != nil || s.Limit != nil {
		return
	}
	a := s.Measures[0]
	total := b.p.aggregate(plan.OpSum, a.Column, false)
	inner := &plan.Plan{V: 1, Kind: plan.Table, From: plan.From{Table: b.p.scope.Base},
		Group: []plan.Named{{As: id.Col.Name, Expr: b.p.expr(id)}}, Measures: []plan.Named{{As: total.Name, Expr: total.Expr, Unit: total.Unit}}}
	used := map[string]bool{}
	for _, c := range s.Preds {
		if c.Column != nil {
			used[c.Column.Table.Name] = true
		}
	}
	inner.From.Joins = b.p.scope.used(used)
	e := plan.Make(plan.OpMedian, plan.Column(total.Name))
	e.Span = a.Expr.Span
	a.Expr, a.Name = e, a.Name+" per "+id.Col.Name
	s.Nested = &Node{Kind: Measure, Payload: "nested", Measures: []Aggregate{a}, Inner: inner}
	s.Keys, s.Measures = slices.Delete(slices.Clone(s.Keys), 0, 1), nil
	b.note("group_total", fmt.Sprintf("The total of “%s” of each “%s” is taken.", total.Column.Col.Name, id.Col.Name), Span{})
}

// countPerThing reads "average number of orders per customer" as how many
// orders there are divided by how many customers have any.
func (b *builder) countPerThing() {
	s := b.s
	if len(s.Measures) != 1 || s.Measures[0].Op != plan.OpCount || len(s.Keys) == 0 || !s.Keys[0].Per || s.Best != nil || s.Limit != nil || len(s.Haves) > 0 {
		return
	}
	k := s.Keys[0]
	i := slices.IndexFunc(s.nodes, func(n *Node) bool { return n.Kind == "agg" && n.Payload == "avg" && len(n.Parts) == 0 })
	if i < 0 || k.Column == nil || k.Grain != "" || k.Part != "" || unique(k.Column) {
		return
	}
	a := b.counted(s.Measures[0])
	a.Expr, a.Rows, a.Op = plan.Make(plan.OpDiv, a.Expr, plan.CountDistinct(b.use(k.Column))), false, plan.OpDiv
	a.Name, a.Column = "average "+a.Name+" per "+k.Column.Col.Name, nil
	s.Measures, s.Keys = []Aggregate{a}, slices.Delete(slices.Clone(s.Keys), 0, 1)
	at := Span{s.nodes[i].Start, s.nodes[i].End}
	b.d.Unused = slices.DeleteFunc(b.d.Unused, func(u Unused) bool { return u.Span == at })
	b.note("per_thing", fmt.Sprintf("The number is divided by how many different “%s” have any: those without are not counted.", k.Column.Col.Name), at)
}
