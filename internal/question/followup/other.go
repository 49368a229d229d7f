package followup

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/parse"
)

// This file goes from what the answer before was about to the rest: other
// numbers, other values, and others that are so as well.

// rebounded changes the one number that the plan before compares with: "what
// about more than 4?".
func rebounded(d *parse.Draft, s *parse.Sketch) bool {
	bound, ok := s.AskedBound()
	if !ok || !s.Short() || bound.Op == "" && !marked(s, "about") {
		return false
	}
	changed := 0
	to := func(e *plan.Expr) *plan.Expr {
		if x := s.Within(e, bound); x != nil {
			changed++
			return x
		}
		return e
	}
	p := recompared(d.Plan, to)
	if changed != 1 {
		return false // several: which of them is meant was not said
	}
	d.Plan = p
	d.Edit = "changed a condition"
	return true
}

// recompared gives a plan with its comparisons changed, those of the rows that
// its things must have included: "customers with more than 3 orders".
func recompared(p *plan.Plan, to func(*plan.Expr) *plan.Expr) *plan.Plan {
	out := clone(p)
	each := func(e *plan.Expr) *plan.Expr {
		list := slices.Clone(plan.Conjuncts(e))
		for i, c := range list {
			if c.Sub != nil && (c.Op == plan.OpIn || c.Op == plan.OpNotIn) {
				x := *c
				x.Sub = recompared(c.Sub, to)
				list[i] = &x
				continue
			}
			list[i] = to(c)
		}
		return plan.And(list...)
	}
	out.Where, out.Having = each(p.Where), each(p.Having)
	return out
}

// others turns the one value that the plan before is restricted to round: "and
// for the other countries?".
func others(d *parse.Draft, s *parse.Sketch) bool {
	if !s.SaysOthers() || !s.Short() || s.Refers() || s.Head != "" && !marked(s, "about") || s.Says("same") || len(s.Preds)+len(s.Haves)+len(s.Measures)+len(s.Frames)+len(s.Shares) > 0 || s.Best != nil || s.Limit != nil {
		return false
	}
	named := s.NamedColumns()
	if len(named) > 1 || len(named) == 0 && len(s.UnusedBut("light", "noun", "operator")) > 0 {
		return false
	}
	list := slices.Clone(plan.Conjuncts(d.Plan.Where))
	at := -1
	for i, e := range list {
		c := s.Column(e.Args[0])
		if e.Op != plan.OpEq || e.Args[1].Lit == nil || c == nil || len(named) == 1 && named[0] != c || len(named) == 0 && s.Amount(c) {
			continue
		}
		if at >= 0 {
			return false
		}
		at = i
	}
	if at < 0 {
		return false
	}
	list[at] = plan.Make(plan.OpNe, list[at].Args...)
	d.Plan.Where = plan.And(list...)
	d.Edit = "the others"
	return true
}

// maxKnown is how many things of the answer before others may be beside.
const maxKnown = 5

// besides leaves what the answer before named or was about out of a question
// for others: "who else went to Oxford?".
func besides(d *parse.Draft, last Turn, s *parse.Sketch) bool {
	if !s.SaysOthers() || !s.AsksWhich() || len(s.Preds) == 0 {
		return false
	}
	own := s.Build(parse.Choice{List: true})
	if own == nil || own.Plan.Kind != plan.Rows || own.Plan.Where == nil || own.Plan.Limit != nil || len(own.Plan.Select) == 0 {
		return false
	}
	asked := own.Plan.Select[0].Expr
	c := s.Column(asked)
	not := known(last, asked)
	if c == nil || s.Amount(c) || not == nil || restricts(own.Plan.Where, c) {
		return false
	}
	own.Plan.Where = plan.And(own.Plan.Where, not)
	if s.Head != "who" && slices.ContainsFunc(own.Unused, func(u parse.Unused) bool { return u.Class == "noun" && !parse.SaysOther(u.Text) && !s.OthersCalled(u) }) {
		return false // the noun may name another column than the one that is shown
	}
	d.Plan = own.Plan
	d.Notes = append(own.Notes, parse.Note{Code: "implied_reference", Text: "What the answer before was about is left out: others are asked for."})
	d.Unused = slices.DeleteFunc(slices.Clone(own.Unused), func(u parse.Unused) bool { return parse.SaysOther(u.Text) })
	d.Edit = "others than those of the answer before"
	return true
}

func restricts(where *plan.Expr, c *link.Column) bool {
	return slices.ContainsFunc(plan.Conjuncts(where), func(e *plan.Expr) bool { return onColumn(e, c.Col.Name) })
}

// known leaves out the things of a column that the answer before was about, or
// else gave; nil where it was about none, or gave many.
func known(last Turn, column *plan.Expr) *plan.Expr {
	for _, e := range plan.Conjuncts(last.Plan.Where) {
		if e.Op == plan.OpEq && e.Args[0].String() == column.String() {
			return plan.Make(plan.OpNe, e.Args...)
		}
	}
	for _, k := range last.Keys {
		if k.Column != *column.Col || len(k.Values) > maxKnown || everything(last) {
			continue
		}
		switch e := in(k); {
		case e == nil || e.Op != plan.OpIn:
			return nil
		case len(e.Args) == 2:
			return plan.Make(plan.OpNe, e.Args...)
		default:
			return plan.Make(plan.OpNotIn, e.Args...)
		}
	}
	return nil
}

// amongThem reports whether a question leaves things of the answer before out,
// and so asks for the rest of those: "who is not Anna?".
func amongThem(last Turn, s *parse.Sketch) bool {
	if len(s.Preds) != 1 || !s.AsksWhich() || everything(last) || s.Best != nil || s.Limit != nil {
		return false
	}
	e := s.Preds[0].Expr
	if e.Op != plan.OpNe && e.Op != plan.OpNotIn || e.Sub != nil {
		return false
	}
	return slices.ContainsFunc(last.Keys, func(k Key) bool {
		all := in(k)
		if all == nil || all.Op != plan.OpIn || all.Args[0].String() != e.Args[0].String() || len(all.Args) <= len(e.Args) {
			return false
		}
		return !slices.ContainsFunc(e.Args[1:], func(v *plan.Expr) bool {
			return !slices.ContainsFunc(all.Args[1:], func(o *plan.Expr) bool { return o.String() == v.String() })
		})
	})
}
