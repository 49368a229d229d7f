package followup

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/parse"
)

// This file takes parts of the plan before away, and puts others in the place
// of some: "without the profit", "drop the region", "quantity instead of
// revenue", "use the ship date".

// removed takes away what the question names: measures, keys and columns that
// are shown, a condition that is one on a value; a value that nothing restricts
// to is left out.
func removed(d *parse.Draft, s *parse.Sketch) bool {
	if !marked(s, "remove") && !s.LeavesOut() || !s.Short() || len(s.Haves)+len(s.Frames)+len(s.Shares) > 0 || s.Best != nil || s.Limit != nil {
		return false
	}
	columns := s.NamedColumns()
	asked := s.AskedMeasures()
	if len(columns)+len(asked)+len(s.Preds) == 0 || !marked(s, "remove") && s.Head != "" && s.Head != "list" || len(s.Preds) > 0 && !marked(s, "remove") {
		return false // "without Germany" is a condition, which edits add
	}
	taken := false
	for _, m := range asked {
		taken = withoutMeasure(d.Plan, func(o plan.Named) bool { return o.Expr.String() == m.Expr.String() }) || taken
	}
	for _, c := range columns {
		taken = withoutColumn(d.Plan, s, c) || taken
	}
	for _, c := range s.Preds {
		taken = withoutValue(d.Plan, c) || taken
	}
	if !taken {
		return false
	}
	e := editor{s: s, p: d.Plan}
	e.tidy()
	d.Unused = slices.DeleteFunc(slices.Clone(s.Unused), func(u parse.Unused) bool { return u.Class == "negation" || u.Class == "operator" })
	d.Edit = "took something away"
	return true
}

// withoutMeasure takes away the measures that drop names, and what is computed
// of them; the last one stays.
func withoutMeasure(p *plan.Plan, drop func(plan.Named) bool) bool {
	gone := map[string]bool{}
	for _, m := range p.Measures {
		of := m.Expr.Has(func(o plan.Op) bool { return o == plan.OpRef }) && refersTo(m.Expr, gone)
		if drop(m) || of {
			gone[m.As] = true
		}
	}
	if len(gone) == 0 || len(gone) == len(p.Measures) {
		return false
	}
	p.Measures = slices.DeleteFunc(p.Measures, func(m plan.Named) bool { return gone[m.As] })
	p.Order = slices.DeleteFunc(p.Order, func(o plan.Order) bool { return refersTo(o.By, gone) })
	if p.Having != nil && refersTo(p.Having, gone) {
		p.Having = nil
	}
	return true
}

func refersTo(e *plan.Expr, names map[string]bool) bool {
	found := false
	e.Each(func(x *plan.Expr) bool {
		found = found || x.Op == plan.OpRef && names[x.Name]
		return !found
	})
	return found
}

// withoutColumn takes a column away from what is measured, parted by or shown.
func withoutColumn(p *plan.Plan, s *parse.Sketch, c *link.Column) bool {
	is := s.Refer(c).String()
	if withoutMeasure(p, func(m plan.Named) bool { return measures(m, is) }) {
		return true
	}
	gone := map[string]bool{}
	for _, g := range p.Group {
		if names(g.Expr, is) {
			gone[g.As] = true
		}
	}
	if len(gone) > 0 {
		p.Group = slices.DeleteFunc(p.Group, func(g plan.Named) bool { return gone[g.As] })
		p.Order = slices.DeleteFunc(p.Order, func(o plan.Order) bool { return refersTo(o.By, gone) })
		p.Limit = nil
		return true
	}
	at := slices.IndexFunc(p.Select, func(n plan.Named) bool { return n.Expr.String() == is })
	if at < 0 || len(p.Select) < 2 {
		return unrestrictedBy(p, func(e *plan.Expr) bool {
			return len(e.Args) > 0 && names(e.Args[0], is) || s.Dated(c) && e.Op == plan.OpWithin
		})
	}
	p.Select = slices.Delete(p.Select, at, at+1)
	return true
}

// measures reports whether a measure is an aggregate of a column.
func measures(m plan.Named, column string) bool {
	return m.Expr.Op.Aggregate() && len(m.Expr.Args) > 0 && m.Expr.Args[0].String() == column
}

// names reports whether a key is a column or a part of one.
func names(e *plan.Expr, column string) bool {
	if (e.Op == plan.OpTrunc || e.Op == plan.OpPart || e.Op == plan.OpBin) && len(e.Args) > 0 {
		e = e.Args[0]
	}
	return e.String() == column
}

func unrestrictedBy(p *plan.Plan, drop func(*plan.Expr) bool) bool {
	list := plan.Conjuncts(p.Where)
	kept := slices.DeleteFunc(slices.Clone(list), drop)
	if len(kept) == len(list) {
		return false
	}
	p.Where = plan.And(kept...)
	return true
}

// withoutValue takes a condition of the plan away where it is the same, a value
// away from a list that has it, and leaves out the value of a column that
// nothing restricts.
func withoutValue(p *plan.Plan, c parse.Condition) bool {
	if unrestrictedBy(p, func(e *plan.Expr) bool { return e.String() == c.Expr.String() }) {
		return true
	}
	if c.Time || c.Column == nil || c.Expr.Op != plan.OpEq && c.Expr.Op != plan.OpIn {
		return false
	}
	not := plan.Make(plan.OpNotIn, c.Expr.Args...)
	if c.Expr.Op == plan.OpEq {
		not = plan.Make(plan.OpNe, c.Expr.Args...)
	}
	if !lessOf(p, not) {
		p.Where = plan.And(p.Where, not)
	}
	return true
}

// lessOf takes the values that a negative condition names out of a list that
// the plan is restricted to; false where there is no such list, or none of it
// would be left.
func lessOf(p *plan.Plan, not *plan.Expr) bool {
	list := slices.Clone(plan.Conjuncts(p.Where))
	for i, e := range list {
		if e.Op != plan.OpIn || e.Sub != nil || e.Args[0].String() != not.Args[0].String() {
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(e.Args[1:]), func(v *plan.Expr) bool {
			return slices.ContainsFunc(not.Args[1:], func(o *plan.Expr) bool { return o.String() == v.String() })
		})
		if len(kept) == 0 || len(kept) == len(e.Args)-1 {
			return false
		}
		list[i] = valuesOf(e.Args[0], kept)
		p.Where = plan.And(list...)
		return true
	}
	return false
}

func valuesOf(column *plan.Expr, values []*plan.Expr) *plan.Expr {
	if len(values) == 1 {
		return plan.Make(plan.OpEq, column, values[0])
	}
	return plan.Make(plan.OpIn, append([]*plan.Expr{column}, values...)...)
}

// moreOf widens a restriction of the plan before by what the question adds to
// it: "also in 2023", "and Poland too". Nil where the two are no lists of
// values and no stretches of time of one column.
func moreOf(old, added *plan.Expr) *plan.Expr {
	if len(old.Args) < 2 || len(added.Args) < 2 || old.Args[0].String() != added.Args[0].String() || old.Sub != nil || added.Sub != nil {
		return nil
	}
	list := func(e *plan.Expr) bool { return e.Op == plan.OpEq || e.Op == plan.OpIn }
	switch {
	case list(old) && list(added):
		values := slices.Clone(old.Args[1:])
		for _, v := range added.Args[1:] {
			if !slices.ContainsFunc(values, func(o *plan.Expr) bool { return o.String() == v.String() }) {
				values = append(values, v)
			}
		}
		return valuesOf(old.Args[0], values)
	case old.Op == plan.OpWithin && added.Op == plan.OpWithin:
		if e := spanning(old, added); e != nil {
			return e
		}
		return plan.Or(old, added)
	}
	return nil
}

// spanning is the one stretch of time that two make which meet or overlap; nil
// where they do not.
func spanning(a, b *plan.Expr) *plan.Expr {
	var ends [4]string
	for i, e := range []*plan.Expr{a.Args[1], a.Args[2], b.Args[1], b.Args[2]} {
		text, ok := "", false
		if e.Lit != nil {
			text, ok = e.Lit.Value.(string)
		}
		if !ok {
			return nil // open on one side
		}
		ends[i] = text
	}
	if ends[0] > ends[3] || ends[2] > ends[1] {
		return nil
	}
	from, to := a.Args[1], a.Args[2]
	if ends[2] < ends[0] {
		from = b.Args[1]
	}
	if ends[3] > ends[1] {
		to = b.Args[2]
	}
	return plan.Make(plan.OpWithin, a.Args[0], from, to)
}

// swapped puts one of two columns, or values, in the place of the other, which
// the plan before has: "swap revenue for quantity", "Germany instead of Poland".
func swapped(d *parse.Draft, s *parse.Sketch) bool {
	if !marked(s, "swap") || !s.Short() || len(s.Haves)+len(s.Frames)+len(s.Shares) > 0 {
		return false
	}
	list := s.NamedColumns()
	done := len(list) == 2 && (swappedColumn(d.Plan, s, list[0], list[1]) || swappedColumn(d.Plan, s, list[1], list[0]))
	if two := twoValues(s.Preds); two != nil {
		done = swappedValue(d.Plan, two) || done
	}
	if !done {
		return false
	}
	e := editor{s: s, p: d.Plan}
	e.tidy()
	d.Edit = "put one in the place of the other"
	return true
}

// twoValues are the two values of one column that conditions name.
func twoValues(list []parse.Condition) *plan.Expr {
	switch {
	case len(list) == 1 && list[0].Expr.Op == plan.OpIn && len(list[0].Expr.Args) == 3 && list[0].Expr.Sub == nil:
		return list[0].Expr
	case len(list) == 2 && list[0].Expr.Op == plan.OpEq && list[1].Expr.Op == plan.OpEq && list[0].Expr.Args[0].String() == list[1].Expr.Args[0].String():
		return plan.Make(plan.OpIn, list[0].Expr.Args[0], list[0].Expr.Args[1], list[1].Expr.Args[1])
	}
	return nil
}

func swappedColumn(p *plan.Plan, s *parse.Sketch, old, in *link.Column) bool {
	is := s.Refer(old).String()
	for i, m := range p.Measures {
		if measures(m, is) && s.Amount(in) {
			p.Measures[i] = s.MeasureOf(in, m)
			renamed(p, m.As, p.Measures[i].As)
			return true
		}
	}
	for i, g := range p.Group {
		if g.Expr.String() == is && !s.Amount(in) {
			p.Group[i] = plan.Named{As: in.Col.Name, Expr: s.Refer(in)}
			renamed(p, g.As, in.Col.Name)
			return true
		}
	}
	at := slices.IndexFunc(p.Select, func(n plan.Named) bool { return n.Expr.String() == is })
	if at < 0 {
		return false
	}
	p.Select[at] = plan.Named{As: in.Col.Name, Expr: s.Refer(in)}
	return true
}

// renamed lets everything that named a result column by its old name use the new one.
func renamed(p *plan.Plan, from, to string) {
	change := func(e *plan.Expr) *plan.Expr {
		return e.Map(func(x *plan.Expr) *plan.Expr {
			if x.Op == plan.OpRef && x.Name == from {
				return plan.Ref(to)
			}
			return x
		})
	}
	for i := range p.Order {
		p.Order[i].By = change(p.Order[i].By)
	}
	for i := range p.Measures {
		p.Measures[i].Expr = change(p.Measures[i].Expr)
	}
	if p.Limit != nil {
		for i, per := range p.Limit.Per {
			if per == from {
				p.Limit.Per[i] = to
			}
		}
	}
}

func swappedValue(p *plan.Plan, two *plan.Expr) bool {
	list := slices.Clone(plan.Conjuncts(p.Where))
	for i, e := range list {
		if e.Op != plan.OpEq && e.Op != plan.OpIn || e.Sub != nil || e.Args[0].String() != two.Args[0].String() {
			continue
		}
		for k, v := range two.Args[1:] {
			at := slices.IndexFunc(e.Args[1:], func(o *plan.Expr) bool { return o.String() == v.String() })
			if at < 0 {
				continue
			}
			args := slices.Clone(e.Args)
			args[at+1] = two.Args[2-k]
			list[i] = plan.Make(e.Op, args...)
			p.Where = plan.And(list...)
			return true
		}
	}
	return false
}

// redated reads the periods of the plan before by another column: "use the
// ship date".
func redated(d *parse.Draft, s *parse.Sketch) bool {
	list := s.NamedColumns()
	if !marked(s, "instead", "make", "about", "now") && !s.Says("use") || !s.Short() || len(list) != 1 || !s.Dated(list[0]) || len(s.Preds)+len(s.Measures)+len(s.Frames) > 0 {
		return false
	}
	d.Edit = "read the period by another column"
	return Redate(d.Plan, s, list[0])
}

// Redate reads the periods of a plan by another column of dates, and reports
// whether it has any that it did not read so before.
func Redate(p *plan.Plan, s *parse.Sketch, by *link.Column) bool {
	changed := false
	to := s.Refer(by)
	date := func(x *plan.Expr) *plan.Expr {
		if (x.Op == plan.OpWithin || x.Op == plan.OpTrunc || x.Op == plan.OpPart) && x.Args[0].Op == plan.OpCol && x.Args[0].String() != to.String() {
			if c := s.Column(x.Args[0]); c != nil && s.Dated(c) {
				changed = true
				return &plan.Expr{Op: x.Op, Args: append([]*plan.Expr{to}, x.Args[1:]...), Unit: x.Unit}
			}
		}
		return x
	}
	p.Where = p.Where.Map(date)
	for i, g := range p.Group {
		p.Group[i].Expr = g.Expr.Map(date)
	}
	return changed
}
