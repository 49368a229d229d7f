package parse

import (
	"slices"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/when"
)

// This file compares the plan before with another period or value than its own.

// Compares reports whether the question compares.
func (s *Sketch) Compares() bool {
	return s.hasFrame("vs", "compare", "difference", "growth", "change")
}

// Against reads "compare with 2023": the one condition that a comparison names;
// nil where it names none, and whether it names anything else.
func (s *Sketch) Against() (other *plan.Expr, named bool) {
	if !s.Compares() || len(s.Measures)+len(s.Select)+len(s.Keys)+len(s.Haves)+len(s.Shares) > 0 || s.Count || s.Best != nil || s.Limit != nil {
		return nil, true
	}
	if len(s.Preds) == 1 && s.Preds[0].Column != nil {
		return s.Preds[0].Expr, true
	}
	return nil, len(s.Preds) > 0
}

// SideBySide puts the measure of a plan under one condition beside that under
// another of the same column; where holds what restricts both.
func (s *Sketch) SideBySide(p *plan.Plan, where, now, then *plan.Expr) (*plan.Plan, []Note, bool) {
	b := s.builder()
	b.s.Keys, b.s.Select, b.s.Preds = nil, nil, nil
	x, y := b.conditionOf(now), b.conditionOf(then)
	nowName, thenName, yearly := "", "", false
	switch {
	case x.Range != nil && y.Range != nil:
		if x.Range.From.Before(y.Range.From) {
			x, y = y, x
		}
		nowName, thenName = periodName(x.Range), periodName(y.Range)
		yearly = x.Range.Grain == when.Year && y.Range.Grain == when.Year && grainsOf(x.Range) == 1 && grainsOf(y.Range) == 1
		b.likeForLike(&x, &y)
	case now.Op == plan.OpEq && then.Op == plan.OpEq && x.Column != nil:
		nowName, thenName = valueName(x), valueName(y)
	default:
		return nil, nil, false
	}
	groups, parted := p.Group, false
	if x.Range != nil {
		if groups, parted = ofAnyYear(p.Group, yearly); groups == nil && len(p.Group) > 0 {
			return nil, nil, false // the months of one year are not those of another
		}
	}
	b.pl.From, b.pl.Where, b.pl.Group = p.From, where, slices.Clone(groups)
	m := p.Measures[0]
	if !b.sideBySide(Aggregate{Expr: m.Expr, Name: m.As, Unit: m.Unit}, x, y, nowName, thenName) {
		return nil, nil, false
	}
	if parted {
		if grainsOf(x.Range) != 1 || x.Range.Grain != when.Year { // cut: months after the cut are of neither
			b.pl.Where = plan.And(where, plan.Or(x.Expr, y.Expr))
		}
		b.pl.Order = []plan.Order{{By: plan.Ref(groups[0].As)}} // months follow one another
	}
	return b.pl, b.d.Notes, true
}

// ofAnyYear gives the periods that a plan is parted by as parts of their year,
// so that those of two years stand side by side: May beside May. It is nil where
// they are no parts of a year, or where what is compared are not whole years.
func ofAnyYear(groups []plan.Named, yearly bool) (out []plan.Named, parted bool) {
	out = slices.Clone(groups)
	for i, g := range out {
		if g.Expr.Op != plan.OpTrunc {
			continue
		}
		if i > 0 || !yearly || g.Expr.Unit != string(when.Month) && g.Expr.Unit != string(when.Quarter) {
			return nil, false
		}
		out[i].Expr, parted = plan.Part(g.Expr.Unit, g.Expr.Args[0]), true
	}
	return out, parted
}

// conditionOf takes a condition of a plan as one that a question said.
func (b *builder) conditionOf(e *plan.Expr) Condition {
	c := Condition{Expr: e, Column: b.s.Column(e.Args[0])}
	if e.Op != plan.OpWithin || c.Column == nil {
		return c
	}
	from, to := dayOf(e.Args[1]), dayOf(e.Args[2])
	if from.IsZero() || to.IsZero() {
		return c
	}
	for _, g := range []when.Grain{when.Year, when.Quarter, when.Month, when.Week, when.Day} {
		r := when.Range{From: from, To: to, Grain: g}
		if grainsOf(&r) > 0 && when.Floor(from, g, b.p.WeekStart).Equal(from) {
			c.Range, c.Time = &r, true
			break
		}
	}
	return c
}

// dayOf is the day that a literal says; zero where it says none.
func dayOf(e *plan.Expr) time.Time {
	if e.Lit == nil {
		return time.Time{}
	}
	text, _ := e.Lit.Value.(string)
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return t
}
