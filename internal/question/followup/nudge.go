package followup

import (
	"slices"
	"strings"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/parse"
	"tabletalk/internal/question/when"
)

// nudgeBonus is for questions that make sense only after another.
const nudgeBonus = 2500

// nudged are the edits that move, widen or narrow the plan before: "and the
// quarter before?", "all regions", "the first one by month".
func nudged(last Turn, s *parse.Sketch) *parse.Draft {
	d := &parse.Draft{Sketch: s, Plan: clone(last.Plan), Bonus: nudgeBonus}
	switch {
	case compared(d, s), shifted(d, s):
	case counted(d, s), shown(d, last, s), alike(d, last, s), besides(d, last, s):
	case rebounded(d, s), others(d, s):
	case swapped(d, s), redated(d, s):
	case unrestricted(d, s), unfiltered(d, s), removed(d, s):
	case shared(d, s), turned(d, s), first(d, s), greatest(d, s):
	case nth(d, last, s):
	default:
		return nil
	}
	return d
}

// shifted moves the period of the plan before.
func shifted(d *parse.Draft, s *parse.Sketch) bool {
	g, n, ok := s.Shift()
	if !ok {
		return false
	}
	list := slices.Clone(plan.Conjuncts(d.Plan.Where))
	for i, e := range list {
		if year := yearMoved(e, s, g, n); year != nil {
			list[i] = year
			d.Plan.Where = plan.And(list...)
			d.Edit = "moved the period"
			return true
		}
		if e.Op != plan.OpWithin || len(e.Args) != 3 {
			continue
		}
		from, to := moved(e.Args[1], g, n), moved(e.Args[2], g, n)
		if from == nil || to == nil {
			continue
		}
		list[i] = plan.Make(plan.OpWithin, e.Args[0], from, to)
		d.Plan.Where = plan.And(list...)
		d.Edit = "moved the period"
		return true
	}
	return false
}

// yearMoved moves the year that a column of years is restricted to; nil where a
// condition is another.
func yearMoved(e *plan.Expr, s *parse.Sketch, g when.Grain, n int) *plan.Expr {
	if g != when.Year || e.Op != plan.OpEq || len(e.Args) != 2 || e.Args[1].Lit == nil {
		return nil
	}
	year, ok := e.Args[1].Lit.Value.(int64)
	if c := s.Column(e.Args[0]); !ok || c == nil || !s.HoldsYears(c) {
		return nil
	}
	return plan.Make(plan.OpEq, e.Args[0], plan.Int(year+int64(n)))
}

func moved(e *plan.Expr, g when.Grain, n int) *plan.Expr {
	if e.Lit == nil {
		return nil
	}
	text, ok := e.Lit.Value.(string)
	if !ok {
		return nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil
	}
	return plan.Date(when.Add(t, g, n).Format(time.DateOnly))
}

// unrestricted takes a condition of the plan before away.
func unrestricted(d *parse.Draft, s *parse.Sketch) bool {
	c := s.Unrestrict()
	if c == nil {
		return false
	}
	list := plan.Conjuncts(d.Plan.Where)
	kept := slices.DeleteFunc(slices.Clone(list), func(e *plan.Expr) bool { return onColumn(e, c.Col.Name) })
	if len(kept) == len(list) {
		return false
	}
	d.Plan.Where = plan.And(kept...)
	d.Edit = "removed a condition"
	return true
}

// unfiltered takes all conditions of the plan before away, or those in time. The
// periods that a comparison sets side by side are no filter of it.
func unfiltered(d *parse.Draft, s *parse.Sketch) bool {
	timely, ok := s.Unfilter()
	if !ok || d.Plan.Where == nil {
		return false
	}
	compares := d.Plan.Kind == plan.Compare
	kept := slices.DeleteFunc(slices.Clone(plan.Conjuncts(d.Plan.Where)), func(e *plan.Expr) bool {
		if ofPeriods(e) {
			return !compares
		}
		return !timely
	})
	if len(kept) == len(plan.Conjuncts(d.Plan.Where)) {
		return false
	}
	d.Plan.Where = plan.And(kept...)
	d.Edit = "removed a condition"
	return true
}

// ofPeriods reports whether a condition is one in time, or asks for either of
// several periods.
func ofPeriods(e *plan.Expr) bool {
	return e.Op == plan.OpWithin || e.Op == plan.OpOr && !slices.ContainsFunc(e.Args, func(a *plan.Expr) bool { return !ofPeriods(a) })
}

// shared gives the parts of the answer before as shares of their whole: "in
// percent".
func shared(d *parse.Draft, s *parse.Sketch) bool {
	p := d.Plan
	if !s.AsksShares() || len(p.Group) == 0 || len(p.Measures) == 0 {
		return false
	}
	m := p.Measures[0]
	if !Summed(m) {
		return false
	}
	p.Measures = []plan.Named{m, {As: "share of " + strings.TrimPrefix(m.As, "number of "), Expr: plan.Make(plan.OpShare, plan.Ref(m.As)), Unit: plan.UnitRatio}}
	p.Order = slices.DeleteFunc(p.Order, func(o plan.Order) bool {
		return o.By.Op == plan.OpRef && p.Result(o.By.Name) == nil
	})
	p.Kind, p.Fill = plan.Share, false
	d.Edit = "as shares of the whole"
	return true
}

// Summed reports whether a measure is a total, of which there are shares:
// averages have none.
func Summed(m plan.Named) bool { return m.Expr.Op == plan.OpSum || m.Expr.Op == plan.OpCount }

// first keeps the first or last of the groups of the answer before: "which was
// the best?".
func first(d *parse.Draft, s *parse.Sketch) bool {
	p := d.Plan
	desc, ok := s.AsksFirst(p)
	if !ok || len(p.Group) == 0 || len(p.Measures) == 0 || p.Limit != nil && p.Limit.N <= 1 {
		return false
	}
	p.Order = []plan.Order{{By: plan.Ref(p.Measures[0].As), Desc: desc}}
	p.Limit = &plan.Limit{N: 1}
	p.Fill = false
	d.Edit = "only the first of the answer before"
	return true
}

// turned gives the other end of the order of the plan before: "and the
// smallest?".
func turned(d *parse.Draft, s *parse.Sketch) bool {
	desc, ok := s.OtherEnd(d.Plan)
	if !ok || desc == d.Plan.Order[0].Desc {
		return false
	}
	d.Plan.Order = []plan.Order{{By: d.Plan.Order[0].By, Desc: desc}}
	d.Edit = "from the other end"
	return true
}

// greatest keeps the one of the rows of the answer before that has most of the
// amount which was shown: “which is higher?”.
func greatest(d *parse.Draft, s *parse.Sketch) bool {
	p := d.Plan
	if p.Kind != plan.Rows || len(p.Measures) > 0 || p.From.Sub != nil || p.From.Set != nil || p.Limit != nil && p.Limit.N <= 1 {
		return false
	}
	amount, desc, ok := s.AsksGreatest(p)
	if !ok {
		return false
	}
	p.Order = []plan.Order{{By: plan.Ref(amount), Desc: desc}}
	p.Limit, p.Distinct = &plan.Limit{N: 1}, false
	if l, ok := s.Label(p); ok && !namesThings(p, s) {
		p.Select = append([]plan.Named{l}, p.Select...)
	}
	d.Edit = "only the first of the answer before"
	return true
}

// namesThings reports whether something is shown that is no amount.
func namesThings(p *plan.Plan, s *parse.Sketch) bool {
	return slices.ContainsFunc(p.Select, func(n plan.Named) bool {
		c := s.Column(n.Expr)
		return c != nil && !s.Amount(c) && !s.Dated(c)
	})
}

// nth narrows the plan before to one thing of its answer, and parts that by
// what the question names.
func nth(d *parse.Draft, last Turn, s *parse.Sketch) bool {
	i, ok := s.Nth()
	without := s.LeavesOut()
	if ok && !without && ofTopic(d, i) {
		return parted(d, s)
	}
	if !ok {
		return false
	}
	is := key(last, i)
	if is == nil {
		return false
	}
	if without {
		d.Plan.Where = plan.And(d.Plan.Where, plan.Make(plan.OpNe, is.Args...))
		d.Edit = "without one thing of the answer before"
		d.Unused = nil
		return true
	}
	d.Plan.Where = plan.And(d.Plan.Where, is)
	return parted(d, s)
}

// parted parts the one thing that is left by what the question names.
func parted(d *parse.Draft, s *parse.Sketch) bool {
	e := editor{s: s, p: d.Plan}
	e.dropKeys()
	d.Plan.Order = nil
	e.keys()
	e.tidy()
	d.Edit = "only one thing of the answer before"
	return !e.failed
}

// ofTopic narrows the plan before to one of the things that its question
// referred to: after "what did they buy", the first one is one of them, not of
// what they bought.
func ofTopic(d *parse.Draft, i int) bool {
	list := slices.Clone(plan.Conjuncts(d.Plan.Where))
	at := slices.IndexFunc(list, func(e *plan.Expr) bool { return e.Op == plan.OpIn && e.Sub == nil && len(e.Args) > 2 && e.Span == nil })
	if at < 0 || len(d.Plan.Measures) == 0 {
		return false
	}
	values := list[at].Args[1:]
	if i < 0 {
		i = len(values) - 1
	}
	if i >= len(values) {
		return false
	}
	list[at] = plan.Make(plan.OpEq, list[at].Args[0], values[i])
	d.Plan.Where = plan.And(list...)
	return true
}
