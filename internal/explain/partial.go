package explain

import (
	"time"

	"tabletalk/internal/plan"
)

// stretch is a period of an answer that the data may hold a part of.
type stretch struct {
	from, to time.Time // zero where it is open
	said     string    // "June 2025", "the number in June 2025"; empty for the one period asked for
}

// stretches are the periods of an answer: the first and the last of a series,
// those that the rows or single numbers are restricted to.
func (t *teller) stretches() (list []stretch) {
	if key := t.p.TimeKey(); key != nil {
		return t.endsOfSeries(key)
	}
	for _, e := range plan.Conjuncts(t.p.Where) {
		if s, ok := stretchOf(e); ok {
			list = append(list, s)
		}
	}
	for _, m := range t.p.Measures {
		m.Expr.Each(func(x *plan.Expr) bool {
			for _, e := range plan.Conjuncts(x.Filter) {
				if s, ok := stretchOf(e); ok && !s.from.IsZero() && !s.to.IsZero() {
					s.said = "the number " + between(s.from, s.to)
					list = append(list, s)
				}
			}
			return x.Op != plan.OpSub
		})
	}
	return list
}

func stretchOf(e *plan.Expr) (s stretch, ok bool) {
	if e.Op != plan.OpWithin || len(e.Args) != 3 {
		return s, false
	}
	from, _, okFrom := end(e.Args[1])
	to, _, okTo := end(e.Args[2])
	return stretch{from: from, to: to}, okFrom && okTo
}

// endsOfSeries are the first and the last period of a series that are long
// enough to be there in part.
func (t *teller) endsOfSeries(key *plan.Named) (list []stretch) {
	column := t.rows.Column(key.As)
	if column < 0 || key.Expr.Unit == "day" || key.Expr.Unit == "hour" {
		return nil
	}
	first, last := "", ""
	for _, row := range t.rows.Values {
		if s, ok := row[column].(string); ok {
			last = max(last, s)
			if first == "" || s < first {
				first = s
			}
		}
	}
	for _, s := range []string{first, last} {
		if from, err := time.Parse(time.DateOnly, s); err == nil {
			list = append(list, stretch{from, next(from, key.Expr.Unit), unitStart(s, key.Expr.Unit)})
		}
	}
	return list
}

// lateNote says that a period is not over in the data.
func (t *teller) lateNote() string {
	last, ends, ok := t.known()
	if !ok {
		return ""
	}
	for _, s := range t.stretches() {
		if s.to.IsZero() || last.Before(s.from) || !s.to.AddDate(0, 0, -1).After(last) {
			continue
		}
		if s.said == "" {
			return upperFirst(ends) + ", before the period is over."
		}
		return upperFirst(s.said) + " is not complete: " + ends + "."
	}
	return ""
}

// known is the last day that results can know of, the end of the data or the
// clock that the question was read with, and how that is said.
func (t *teller) known() (last time.Time, ends string, ok bool) {
	last, ok = t.extreme(plan.FoundLatest)
	ends = "the data ends on " + day(last)
	if now, there := t.extreme(plan.FoundNow); ok && there && now.Before(last) {
		last, ends = now, "the question is asked on "+day(now)
	}
	return last, ends, ok
}

// earlyNote says that a period began before the data does. Where not even a
// tenth of it is missing, nothing need have happened in that.
func (t *teller) earlyNote() string {
	first, ok := t.extreme(plan.FoundEarliest)
	if !ok {
		return ""
	}
	for _, s := range t.stretches() {
		if s.from.IsZero() || s.to.IsZero() || !first.Before(s.to) || first.Sub(s.from) <= s.to.Sub(s.from)/10 {
			continue
		}
		if s.said == "" {
			return "The data begins on " + day(first) + ", after the period has begun."
		}
		return upperFirst(s.said) + " is not complete: the data begins on " + day(first) + "."
	}
	return ""
}
