package rank

import (
	"slices"

	"tabletalk/internal/plan"
)

// severe notes keep a reading from being highly confident.
var severe = map[string]string{
	"default_measure":   "the measure was not named",
	"spelling":          "a spelling was corrected",
	"value_rival":       "several values fit",
	"after_data":        "the period lies after the data",
	"counted_by_guess":  "what counts them, or in what unit, was guessed",
	"new_by_guess":      "when something was new was guessed",
	"row_noun":          "what the rows are called was guessed",
	"sum_of_id":         "an identifier is added up",
	"unknown_value":     "a value is not in the data",
	"value_part":        "a value was only named in part",
	"values_holding":    "several values fit",
	"both_as_either":    "no row can have both",
	"count_names":       "each name was counted once",
	"text_number":       "numbers are kept as text among other words",
	"total_rows":        "rows that seem to be totals were left out",
	"day_month":         "day and month could be the other way round",
	"context_kept":      "it could be a question of its own",
	"side_total":        "totals or averages could be compared",
	"those_all":         "nothing was answered before that “those” could be",
	"implied_reference": "what it is asked of was taken from the answer before",
}

// ofUnknownRows reports whether rows are counted, summed up or grouped in a
// table whose name does not say what they are.
func ofUnknownRows(r *Ranked) bool {
	return r.Sketch.Nameless() && (len(r.Plan.Group) > 0 || slices.ContainsFunc(r.Plan.Measures, func(m plan.Named) bool {
		return m.Expr.Op == plan.OpSum || m.Expr.Op == plan.OpCount && m.Expr.Distinct
	}))
}

// mixesAndWithOr reports whether an alternative stands beside another
// condition.
func mixesAndWithOr(r *Ranked) bool {
	list := plan.Conjuncts(r.Plan.Where)
	if len(list) == 1 && list[0].Op == plan.OpOr {
		return slices.ContainsFunc(list[0].Args, func(e *plan.Expr) bool { return e.Op == plan.OpAnd })
	}
	return len(list) > 1 && slices.ContainsFunc(list, func(e *plan.Expr) bool { return e.Op == plan.OpOr || e.Op == plan.OpIn && e.Sub == nil }) && r.Sketch.Says("or")
}

// wantsAndExcludes reports whether one column has to be equal to a value and
// unequal to another: most often things are meant that have one and not the
// other.
func wantsAndExcludes(r *Ranked) bool {
	list := plan.Conjuncts(r.Plan.Where)
	for _, a := range list {
		for _, b := range list {
			if a.Op == plan.OpEq && b.Op == plan.OpNe && a.Args[0].String() == b.Args[0].String() {
				return true
			}
		}
	}
	return false
}

// sharesMarks reports whether rows are to be drawn whose labels repeat.
func sharesMarks(r *Ranked) bool {
	if r.Plan.Chart == "" || r.Plan.Chart == "table" {
		return false
	}
	if r.Plan.Kind == plan.Scalar {
		return true // one row of numbers is no chart
	}
	if r.Plan.Chart == "point" {
		return false
	}
	return len(r.Plan.Measures) == 0 && len(r.Plan.Select) > 1 && r.Sketch.Repeats(r.Plan.Select[0].Expr)
}

// chooses reports whether conditions of several columns have to meet in a row,
// and whether one of them is of a column whose values repeat.
func chooses(r *Ranked) (meet, spreads bool) {
	var of []string
	for _, c := range plan.Conjuncts(r.Plan.Where) {
		c.Each(func(e *plan.Expr) bool {
			if e.Op == plan.OpCol {
				of = append(of, e.String())
				spreads = spreads || r.Sketch.Repeats(e)
			}
			return e.Sub == nil
		})
	}
	slices.Sort(of)
	return len(slices.Compact(of)) > 1, spreads
}

func tablesOf(p *plan.Plan) []string {
	out := []string{p.From.Table}
	for _, j := range p.From.Joins {
		out = append(out, j.Table)
	}
	if p.From.Sub != nil {
		out = append(out, tablesOf(p.From.Sub)...)
	}
	if p.From.Set != nil {
		for _, part := range p.From.Set.Parts {
			out = append(out, tablesOf(part)...)
		}
	}
	p.Where.Each(func(e *plan.Expr) bool {
		if e.Sub != nil {
			out = append(out, tablesOf(e.Sub)...)
		}
		return true
	})
	return out
}
