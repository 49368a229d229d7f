package question

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/question/followup"
	"tabletalk/internal/question/parse"
	"tabletalk/internal/question/rank"
)

// assumptions are the notes of a draft with what else could have been meant.
func (u *understanding) assumptions(r *rank.Ranked) []Assumption {
	var out []Assumption
	seen := map[string]bool{}
	for _, n := range r.Notes {
		if seen[n.Text] {
			continue
		}
		seen[n.Text] = true
		a := Assumption{Code: n.Code, Text: n.Text}
		if n.Span.Start < n.Span.End && n.Span.End <= len(u.tokens) {
			a.Span = &plan.Span{Start: u.tokens[n.Span.Start].Start, End: u.tokens[n.Span.End-1].End}
		}
		a.Alternatives = u.alternatives(r, n.Code)
		out = append(out, a)
	}
	if r.Sketch.Spent() {
		out = append(out, Assumption{Code: "cut_short", Text: "The question is long: this is the best reading that was found before the search was stopped."})
	}
	return out
}

// alternatives builds the same sketch with another choice at one point.
func (u *understanding) alternatives(r *rank.Ranked, code string) []Alternative {
	var out []Alternative
	if r.Edit != "" {
		return nil // alone, the question would not go on from the answer before
	}
	add := func(label string, ch parse.Choice) {
		d := r.Sketch.Build(ch)
		if d == nil || plan.Validate(d.Plan, u.Catalog) != nil || plan.Equal(d.Plan, r.Plan) {
			return
		}
		out = append(out, Alternative{Label: label, Plan: d.Plan})
	}
	switch code {
	case "count_distinct", "count_names":
		add("count rows", parse.Choice{Rows: true})
	case "default_aggregate":
		add("total", parse.Choice{Aggregate: plan.OpSum})
		add("average", parse.Choice{Aggregate: plan.OpAvg})
	case "default_date":
		out = u.otherDates(r)
	case "default_measure":
		for _, c := range r.Sketch.OtherMeasures() {
			add("by "+c.Col.Name, parse.Choice{Measure: c})
		}
	}
	return out
}

// maxDates is how many other columns of dates are offered.
const maxDates = 3

// otherDates are the same plan with its period read by another column of dates.
func (u *understanding) otherDates(r *rank.Ranked) []Alternative {
	var out []Alternative
	for _, c := range r.Sketch.OtherDates(r.Plan) {
		p := r.Plan.Clone()
		if followup.Redate(p, r.Sketch, c) && plan.Validate(p, u.Catalog) == nil && len(out) < maxDates {
			out = append(out, Alternative{Label: "by " + c.Col.Name, Plan: p})
		}
	}
	return out
}
