package explain

import (
	"fmt"
	"slices"

	"tabletalk/internal/plan"
)

// idiom says whole plans that people have words of their own for.
func (s *speaker) idiom() (string, bool) {
	for _, say := range []func() (string, bool){s.reordered, s.forecast, s.trend, s.outliers, s.reasons, s.countOfThose, s.firstRows,
		s.ofTheFirst, s.makingUp, s.lengthUntilFirst, s.stepsOfTotals, s.inEveryPeriod, s.profile} {
		if text, ok := say(); ok {
			return text, true
		}
	}
	return "", false
}

func firstWord(desc bool) string {
	return map[bool]string{true: "highest first", false: "lowest first"}[desc]
}

// asTable is the plan without its analysis, which is said by itself.
func (s *speaker) asTable(kind plan.Kind) string {
	p := *s.p
	p.Kind, p.Analysis = kind, nil
	return clause(&p, s.cat)
}

// forecast says a series that is carried on: "forecast of total revenue by
// month for the next 3 months".
func (s *speaker) forecast() (string, bool) {
	p := s.p
	key := p.TimeKey()
	if p.Kind != plan.Forecast || p.Analysis == nil || p.Analysis.Horizon < 1 || key == nil || len(p.Group) != 1 {
		return "", false
	}
	next := key.Expr.Unit
	if n := p.Analysis.Horizon; n > 1 {
		next = fmt.Sprintf("%d %ss", n, next)
	}
	return "forecast of " + s.asTable(plan.Series) + " for the next " + next, true
}

// trend says a series whose direction is asked for.
func (s *speaker) trend() (string, bool) {
	if s.p.Kind != plan.Trend || s.p.TimeKey() == nil || len(s.p.Group) != 1 {
		return "", false
	}
	return "trend of " + s.asTable(plan.Series), true
}

// outliers says what lies outside the fences of a series or of a column. How
// the fences are computed is said in the notes, not in the question.
func (s *speaker) outliers() (string, bool) {
	p, of := s.p, s.p.From.Sub
	if p.Kind != plan.Outliers || p.Analysis == nil || of == nil || of.TimeKey() == nil || len(of.Measures) != 1 || len(of.Group) != 1 || p.Limit != nil {
		return "", false
	}
	return "outliers of " + clause(of, s.cat), true
}

// reasons says which parts made the whole change from one period to another.
func (s *speaker) reasons() (string, bool) {
	p := s.p
	if p.Kind != plan.Drivers || len(p.Measures) < 3 || len(p.Order) != 1 || p.Limit != nil {
		return "", false
	}
	q := *p
	q.Kind, q.Order, q.Analysis, q.Measures = plan.Compare, nil, nil, slices.Clone(p.Measures[:3])
	if _, ok := speakerOf(&q, s.cat).compares(); !ok {
		return "", false
	}
	return "what drove the " + map[bool]string{true: "change", false: "fall"}[p.Order[0].Desc] + " of " + clause(&q, s.cat), true
}

// countOfThose says how many things there are that their rows together make
// something true of: "number of customers with total revenue more than 5".
func (s *speaker) countOfThose() (string, bool) {
	p, of := s.p, s.p.From.Sub
	if of == nil || of.Having == nil || len(p.Measures) != 1 || len(p.Group) > 0 || p.Where != nil || p.Having != nil || len(of.Group) != 1 || of.Limit != nil || of.From.Table == "" || len(of.From.Joins) > 0 {
		return "", false
	}
	if e := p.Measures[0].Expr; e.Op != plan.OpCount || len(e.Args) > 0 || e.Filter != nil || of.Group[0].Expr.Op != plan.OpCol {
		return "", false
	}
	inner := speakerOf(of, s.cat)
	inner.short = true
	having := inner.condition(of.Having)
	inner.short = false
	text := "number of " + plan.Plural(inner.keys()) + " with " + having
	conditions, period := inner.filters()
	return text + restriction(conditions, period), true
}
