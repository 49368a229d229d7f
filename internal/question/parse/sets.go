package parse

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// setWise builds conditions that no single row can fulfil, but the things
// asked for can with several rows: "countries with both managers over 50 and
// managers under 46", "teams without a player from Spain".
func (b *builder) setWise() bool {
	if len(b.pl.Select) != 1 || b.selectColumn(0) == nil || unique(b.selectColumn(0)) {
		return false
	}
	if i := slices.IndexFunc(b.s.Preds, func(c Condition) bool { return c.Absent }); i >= 0 {
		return b.without(i)
	}
	if i := slices.IndexFunc(b.s.Preds, func(c Condition) bool { return c.Both }); i >= 0 {
		return b.withEach(i)
	}
	i, j, ok := contradiction(b.s.Preds)
	if !ok {
		return false
	}
	return b.intersect([][]Condition{b.butOne(j), b.butOne(i)})
}

// contradiction finds two conditions on one column that exclude each other.
func contradiction(list []Condition) (i, j int, ok bool) {
	for i := range list {
		for j := i + 1; j < len(list); j++ {
			if list[i].Column != nil && list[i].Column == list[j].Column && excludes(list[i].Expr, list[j].Expr) {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

func excludes(a, b *plan.Expr) bool {
	if plan.Apart(a, b) {
		return true // "both in 2022 and 2024"
	}
	if len(a.Args) != 2 || len(b.Args) != 2 || a.Args[1].Lit == nil || b.Args[1].Lit == nil {
		return false
	}
	if a.Op == plan.OpEq && b.Op == plan.OpEq {
		return a.Args[1].String() != b.Args[1].String()
	}
	x, ok1 := number(a.Args[1].Lit.Value)
	y, ok2 := number(b.Args[1].Lit.Value)
	if !ok1 || !ok2 {
		return false
	}
	up := func(e *plan.Expr) bool { return e.Op == plan.OpGt || e.Op == plan.OpGe }
	down := func(e *plan.Expr) bool { return e.Op == plan.OpLt || e.Op == plan.OpLe }
	return up(a) && down(b) && x >= y || down(a) && up(b) && y >= x
}

func (b *builder) butOne(i int) []Condition {
	return slices.Delete(slices.Clone(b.s.Preds), i, i+1)
}

// withEach splits "both A and B" into one part per value.
func (b *builder) withEach(i int) bool {
	c := b.s.Preds[i]
	if c.Expr.Op != plan.OpIn {
		return false
	}
	var parts [][]Condition
	for _, v := range c.Expr.Args[1:] {
		one := c
		one.Expr = plan.Make(plan.OpEq, c.Expr.Args[0], v)
		parts = append(parts, append(b.butOne(i), one))
	}
	return b.intersect(parts)
}

// part is the distinct things asked for under some conditions.
func (b *builder) part(conds []Condition) *plan.Plan {
	p := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: b.p.scope.Base}, Select: slices.Clone(b.pl.Select), Distinct: true}
	for _, c := range conds {
		b.useCondition(c)
		p.Where = plan.And(p.Where, c.Expr)
	}
	p.From.Joins = b.p.scope.used(b.tables)
	return p
}

func (b *builder) intersect(parts [][]Condition) bool {
	set := &plan.Set{Op: "intersect"}
	for _, c := range parts {
		set.Parts = append(set.Parts, b.part(c))
	}
	return b.fromSet(set)
}

func (b *builder) fromSet(set *plan.Set) bool {
	b.pl.From = plan.From{Set: set}
	name := b.pl.Select[0].As
	b.pl.Select = []plan.Named{{As: name, Expr: plan.Column(name)}}
	b.pl.Kind = plan.Rows
	b.s.Preds, b.s.Orders, b.isSet = nil, nil, true
	return true
}

// without keeps the things that have no row fulfilling the condition.
func (b *builder) without(i int) bool {
	c := b.s.Preds[i]
	if c.Expr.Op != plan.OpNe && c.Expr.Op != plan.OpNotIn {
		return false
	}
	if b.kept(b.selectColumn(0)) {
		b.note("only_with_rows", "Only those that have rows at all are looked at.", c.Where)
	}
	has := c
	has.Expr = plan.Make(map[plan.Op]plan.Op{plan.OpNe: plan.OpEq, plan.OpNotIn: plan.OpIn}[c.Expr.Op], c.Expr.Args...)
	rest := b.butOne(i)
	others := slices.DeleteFunc(slices.Clone(rest), func(o Condition) bool { return o.Column == c.Column }) // "bought A, but never B"
	return b.fromSet(&plan.Set{Op: "except", Parts: []*plan.Plan{b.part(rest), b.part(append(others, has))}})
}

// kept reports whether a table of their own holds the things that a column of
// the base names: those without any row are only there.
func (b *builder) kept(c *link.Column) bool {
	return slices.ContainsFunc(b.p.Schema.Catalog.Joins, func(j catalog.Join) bool {
		return j.Unique && j.Many.Table == b.p.scope.Base && j.Many.Table != j.One.Table && shares(c.Words, b.p.Schema.TableWords(j.One.Table))
	})
}
