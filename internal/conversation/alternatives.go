package conversation

import (
	"context"
	"fmt"

	"tabletalk/internal/explain"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
)

// maxPriced is how many alternatives of one answer are executed.
const maxPriced = 4

// maxProbed is how many rows of rival readings are compared.
const maxProbed = 100

// probe asks the data which readings are empty, and which give the same, for
// as long as that may change the decision. What it computes stays with the
// turn: one of the readings will be the answer. A probe that fails says
// nothing.
func (s *Service) probe(ctx context.Context, t *turn, o question.Outcome) []question.ProbeResult {
	results := make([]question.ProbeResult, 0, len(o.Probes))
	for _, p := range o.Probes {
		if question.Settled(o, results) {
			break
		}
		rows, err := s.firstRows(ctx, t, p.Plan, s.limits.Rows)
		if err != nil {
			results = append(results, question.ProbeResult{})
			continue
		}
		t.probed[p.Plan] = rows
		compared := rows.Values[:min(len(rows.Values), maxProbed)]
		results = append(results, question.ProbeResult{Empty: len(compared) == 0, Digest: fmt.Sprint(compared)})
	}
	return results
}

// price executes the alternatives of the assumptions, so that a person sees
// what each would change before choosing it.
func (s *Service) price(ctx context.Context, t *turn, list []question.Assumption) []Assumption {
	out, left := []Assumption{}, maxPriced
	for _, as := range list {
		shown := Assumption{Code: as.Code, Text: as.Text, Span: as.Span, Alternatives: []Alternative{}}
		for _, alt := range as.Alternatives {
			a := Alternative{Label: alt.Label, Patch: []Patch{{Op: "replace", Path: "", Value: alt.Plan}}}
			if left > 0 {
				left--
				a.ValueHint = s.hint(ctx, t, alt.Plan)
			}
			shown.Alternatives = append(shown.Alternatives, a)
		}
		out = append(out, shown)
	}
	return out
}

// hint is the value of a one-row plan, or the first row of others, in a few
// characters; empty where it cannot be had.
func (s *Service) hint(ctx context.Context, t *turn, p *plan.Plan) string {
	rows, err := s.firstRows(ctx, t, p, 1)
	if err != nil || len(rows.Values) == 0 {
		return ""
	}
	named(rows, p, t)
	return explain.Hint(p, rows, t.data.Catalog)
}

// clarify asks the person, each option executed.
func (s *Service) clarify(ctx context.Context, t *turn, d question.Decision) error {
	a := t.answer
	a.Status, a.Question, a.Explanation = question.Clarify, d.Question, d.Question
	a.Options = []Option{}
	for _, r := range d.Options {
		label := r.Label
		if label == "" {
			label = explain.Restate(r.Plan, t.data.Catalog)
		}
		a.Options = append(a.Options, Option{
			Label: label, ValueHint: s.hint(ctx, t, r.Plan), Plan: r.Plan,
		})
	}
	t.say("clarify", map[string]any{"question": a.Question, "options": a.Options})
	return nil
}
