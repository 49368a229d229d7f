package followup

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/parse"
)

// This file asks for others that are like the things of the answer before:
// "which other club has the same number?", "who else won that?".

// alike keeps the rows that have what the answer before gave of its one thing,
// and leaves that thing out.
func alike(d *parse.Draft, last Turn, s *parse.Sketch) bool {
	p := last.Plan
	if !s.AsksForOthers() || p.From.Sub != nil || p.From.Set != nil || len(p.From.Joins) > 0 || p.Limit != nil || len(plan.Conjuncts(p.Where)) != 1 || p.Where.Op != plan.OpEq {
		return false
	}
	like := s.Column(told(p).Expr)
	thing := s.Column(p.Where.Args[0])
	if like == nil || thing == nil || like == thing {
		return false
	}
	named := s.NamedColumns()
	if c := s.SameColumn(); c != nil && c != thing {
		like = c
	} else if i := slices.IndexFunc(named, func(c *link.Column) bool { return c != like && c != thing }); i >= 0 && s.Amount(named[i]) && !slices.Contains(named, like) {
		like = named[i] // "the same age", after another question about the thing
	}
	if s.OfOtherValues(like) {
		return false
	}
	same := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: p.From.Table}, Where: p.Where}
	same.Select = []plan.Named{{As: like.Col.Name, Expr: s.Refer(like)}}
	d.Plan = &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: p.From.Table}}
	d.Plan.Where = plan.And(&plan.Expr{Op: plan.OpIn, Args: []*plan.Expr{s.Refer(like)}, Sub: same}, plan.Make(plan.OpNe, p.Where.Args...))
	shown := []*link.Column{thing, like}
	if i := slices.IndexFunc(named, func(c *link.Column) bool { return c != like && c != thing }); i >= 0 {
		shown = []*link.Column{named[i], thing, like}
	}
	for _, c := range shown {
		d.Plan.Select = append(d.Plan.Select, plan.Named{As: c.Col.Name, Expr: s.Refer(c), Unit: c.Col.Unit})
	}
	d.Unused = slices.DeleteFunc(s.UnusedBut("operator", "noun", "light"), func(u parse.Unused) bool { return parse.SaysOther(u.Text) })
	d.Notes = append(d.Notes, parse.Note{Code: "implied_reference", Text: "This is read as asking for others with the " + like.Col.Name + " of the one thing of the answer before."})
	d.Edit = "others like the one thing of the answer before"
	return true
}

// told is the column that an answer about one thing told of it; empty where it
// told none.
func told(p *plan.Plan) plan.Named {
	switch {
	case len(p.Measures) == 0:
		for _, n := range p.Select {
			if n.Expr.Op == plan.OpCol && n.Expr.String() != p.Where.Args[0].String() {
				return n
			}
		}
	case len(p.Measures) == 1 && len(p.Group) == 0 && p.Measures[0].Expr.Op == plan.OpSum && p.Measures[0].Expr.Filter == nil:
		if e := p.Measures[0].Expr.Args[0]; e.Op == plan.OpCol {
			return plan.Named{As: e.Col.Name, Expr: e, Unit: p.Measures[0].Unit}
		}
	}
	return plan.Named{}
}
