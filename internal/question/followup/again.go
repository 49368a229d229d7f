package followup

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/parse"
)

// This file asks about the answer before as a whole: how many things it gave,
// the rows behind it, and how it stands against another time or value.

// counted counts the things of the answer before: "how many are there?".
func counted(d *parse.Draft, s *parse.Sketch) bool {
	p := d.Plan
	if !s.AsksHowMany() {
		return false
	}
	switch {
	case foremost(p):
		d.Edit = "the number that made it the first"
		m := *p.Result(p.Order[0].By.Name)
		p.Measures = []plan.Named{m}
		if m.Expr.Op != plan.OpCount {
			d.Notes = append(d.Notes, parse.Note{Code: "implied_reference", Text: "This is read as asking for the " + m.As + " of the one thing of the answer before."})
		}
		return true
	case len(p.Group) == 1 && len(p.Measures) > 0 && p.Kind != plan.Series:
		counting := *p
		counting.Order, counting.Chart = nil, ""
		if p.Limit != nil {
			counting.Order = p.Order
		}
		d.Plan = &plan.Plan{V: 1, Kind: plan.Scalar, From: plan.From{Sub: &counting}}
		d.Plan.Measures = []plan.Named{{As: "number of " + s.Plural(p.Group[0].Expr), Expr: plan.Make(plan.OpCount)}}
	case p.Kind == plan.Rows && p.Limit == nil && len(p.Group)+len(p.Measures) == 0:
		m := s.CountOf(p)
		p.Kind, p.Select, p.Distinct, p.Order, p.Chart = plan.Scalar, nil, false, nil, ""
		p.Measures = []plan.Named{m}
	default:
		return false
	}
	d.Edit = "counted the things of the answer before"
	return true
}

// foremost reports whether a plan gives the one thing that has most or least of
// an amount: counting it would say one, which nobody asks. How many it has is
// the amount that made it the first.
func foremost(p *plan.Plan) bool {
	if p.Limit == nil || p.Limit.N != 1 || len(p.Limit.Per) > 0 || len(p.Group) == 0 || len(p.Order) == 0 {
		return false
	}
	by := p.Order[0].By
	return by.Op == plan.OpRef && slices.ContainsFunc(p.Measures, func(m plan.Named) bool { return m.As == by.Name && m.Expr.Op.Aggregate() })
}

// shown gives the rows behind the answer before: "show me the rows", "list
// them" after a count; behind one thing of it where one is meant.
func shown(d *parse.Draft, last Turn, s *parse.Sketch) bool {
	them, rows := s.AsksToList()
	p := d.Plan
	if !them && !rows || them && !rows && p.Kind != plan.Scalar || len(p.Measures) == 0 {
		return false
	}
	if i, ok := s.Nth(); ok {
		e := key(last, i)
		if e == nil || len(p.Group) > 1 {
			return false // of several keys one alone would be too many rows
		}
		p.Where = plan.And(p.Where, e)
	} else if len(p.Group) > 1 && (p.Limit != nil || p.Having != nil) {
		return false
	} else if p.Limit != nil || p.Having != nil {
		e := those(last)
		if e == nil {
			return false
		}
		p.Where = plan.And(p.Where, e)
	}
	if f := ofAll(p.Measures); f != nil {
		p.Where = plan.And(p.Where, f)
	}
	d.Plan = &plan.Plan{V: 1, Kind: plan.Rows, From: p.From, Where: p.Where}
	d.Edit = "the rows behind the answer before"
	return true
}

// ofAll is the condition that all measures count or add under; nil where they
// differ.
func ofAll(list []plan.Named) *plan.Expr {
	f := list[0].Expr.Filter
	for _, m := range list {
		if f == nil || m.Expr.Filter == nil || m.Expr.Filter.String() != f.String() {
			return nil
		}
	}
	return f
}

// key is the condition that a row belongs to the thing of the answer before at
// a place; nil where there is none. A negative place is the last.
func key(last Turn, i int) *plan.Expr {
	if len(last.Keys) == 0 || len(last.Plan.Measures) == 0 {
		return nil
	}
	k := last.Keys[0]
	if i < 0 {
		if i = len(k.Values) - 1; k.Cut {
			return nil // the last one of those that are remembered is not the last one
		}
	}
	if i < 0 || i >= len(k.Values) || k.Values[i] == nil {
		return nil
	}
	v := literal(k.Type, k.Values[i])
	if v == nil {
		return nil
	}
	col := k.Column
	return plan.Make(plan.OpEq, &plan.Expr{Op: plan.OpCol, Col: &col}, v)
}

// compared puts the measure of the plan before under its own period or value
// beside that under another: "compare with 2023", "against Poland".
func compared(d *parse.Draft, s *parse.Sketch) bool {
	p := d.Plan
	if len(p.Measures) != 1 || !s.Short() || p.Limit != nil || p.Having != nil {
		return false
	}
	against, named := s.Against()
	list := plan.Conjuncts(p.Where)
	for i, e := range list {
		other := against
		if !named && e.Op == plan.OpWithin {
			if g, n, ok := s.Shift(); ok && s.Compares() && moved(e.Args[1], g, n) != nil && moved(e.Args[2], g, n) != nil {
				other = plan.Make(plan.OpWithin, e.Args[0], moved(e.Args[1], g, n), moved(e.Args[2], g, n))
			}
		}
		if other == nil || len(e.Args) < 2 || e.Op != other.Op || e.Args[0].String() != other.Args[0].String() || e.String() == other.String() {
			continue
		}
		got, notes, ok := s.SideBySide(p, plan.And(slices.Delete(slices.Clone(list), i, i+1)...), e, other)
		if !ok {
			return false
		}
		d.Plan, d.Edit = got, "compared with another"
		d.Notes = append(d.Notes, notes...)
		return true
	}
	return false
}
