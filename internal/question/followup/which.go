package followup

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/parse"
)

// whichOfThem names the one of several things of the answer before that a
// question asks for: of “which has the earlier date” the date alone says
// nothing of whose it is.
func whichOfThem(d *parse.Draft, last Turn) {
	if !d.Sketch.ChoosesOne() || len(last.Keys) == 0 || len(last.Keys[0].Values) < 2 {
		return
	}
	p, k := d.Plan, last.Keys[0]
	if len(p.Measures) != 1 || p.From.Sub != nil || p.From.Set != nil {
		return
	}
	key := plan.Named{As: k.Column.Name, Expr: &plan.Expr{Op: plan.OpCol, Col: &k.Column}}
	for _, n := range slices.Concat(last.Plan.Group, last.Plan.Select) {
		if n.Expr.String() == key.Expr.String() {
			key = n
		}
	}
	if c := d.Sketch.Column(key.Expr); c == nil || d.Sketch.Amount(c) {
		return // an amount says of nothing whose it is
	}
	m := p.Measures[0]
	switch {
	case p.Kind == plan.Scalar && (m.Expr.Op == plan.OpMin || m.Expr.Op == plan.OpMax) && m.Expr.Filter == nil:
		p.Kind, p.Group = plan.Table, []plan.Named{key}
		p.Order = []plan.Order{{By: plan.Ref(m.As), Desc: m.Expr.Op == plan.OpMax}}
		p.Limit = &plan.Limit{N: 1}
	case p.Kind == plan.Table && len(p.Group) == 1 && len(last.Plan.Group) == 1 && p.Limit != nil && p.Limit.N == 1 && len(d.Sketch.Keys)+len(d.Sketch.Nouns)+len(d.Sketch.Select) == 0:
		p.Order = slices.DeleteFunc(slices.Clone(p.Order), func(o plan.Order) bool { return o.By.Op == plan.OpRef && o.By.Name == p.Group[0].As })
		p.Group = []plan.Named{key}
	}
}
