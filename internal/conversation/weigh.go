package conversation

import (
	"context"
	"fmt"
	"slices"

	"tabletalk/internal/explain"
	"tabletalk/internal/llm/agent"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

// otherRows is how many rows of a second reading are shown.
const otherRows = 50

// weigh decides between what was read without a model and what the model
// found. Where both give the same, the answer is surer; where they do not, the
// model's is shown with the other one beside it.
func (s *Service) weigh(ctx context.Context, t *turn, d question.Decision, f *agent.Finding) question.Decision {
	t.answer.Reader = "model"
	if f.Asks != nil {
		return s.asks(t, d, f.Asks)
	}
	agrees, known := s.agrees(ctx, t, d, f)
	if known {
		t.answer.Model.Agrees = &agrees
	}
	if agrees {
		r := *d.Reading
		r.Confidence = surer(r.Confidence)
		return question.Decision{Status: question.Answered, Reading: &r}
	}
	if known {
		t.answer.Other = s.other(ctx, t, d.Reading)
	}
	if f.Plan == nil {
		t.written = f.SQL
		return question.Decision{Status: writtenOnly}
	}
	r := question.Reading{Plan: f.Plan, Confidence: question.Medium, Reasons: []string{"A language model read the question."}}
	if len(t.history) > 0 {
		r.Edit = "model" // what was asked may continue the question before
	}
	switch {
	case known:
		r.Reasons = []string{"The question was read in two ways; the other one is shown beside it."}
	case d.Status == question.Clarify:
		r.Assumptions = []question.Assumption{{Code: "model_choice", Text: "The question can be read in several ways; the language model chose this one.", Alternatives: alternatives(d.Options)}}
	case d.Refusal != nil:
		r.Confidence, r.Reasons = question.Low, append(r.Reasons, "Without it: "+d.Refusal.Reason)
	}
	return question.Decision{Status: question.Answered, Reading: &r}
}

// asks is a question back that the model wants to ask. Where the question is
// clear without it, it is not asked.
func (s *Service) asks(t *turn, d question.Decision, a *agent.Asks) question.Decision {
	if d.Status == question.Answered && d.Reading.Confidence == question.High {
		no := false
		t.answer.Model.Agrees, t.answer.Reader = &no, "offline"
		return d
	}
	out := question.Decision{Status: question.Clarify, Question: a.Question}
	for _, o := range a.Options {
		out.Options = append(out.Options, question.Reading{Plan: o.Plan, Label: o.Label + ": " + explain.Restate(o.Plan, t.data.Catalog), Confidence: question.Medium})
	}
	return out
}

func alternatives(list []question.Reading) (out []question.Alternative) {
	for _, r := range list {
		label := r.Label
		if label == "" {
			label = r.Plan.String()
		}
		out = append(out, question.Alternative{Label: label, Plan: r.Plan})
	}
	return out
}

// surer is the next level of confidence.
func surer(c question.Confidence) question.Confidence {
	if c == question.Low {
		return question.Medium
	}
	return question.High
}

// agrees compares what two readings give; not known where there is only one.
func (s *Service) agrees(ctx context.Context, t *turn, d question.Decision, f *agent.Finding) (same, known bool) {
	if d.Status != question.Answered || d.Reading == nil {
		return false, false
	}
	ours, err := s.firstRows(ctx, t, d.Reading.Plan, s.limits.Rows)
	if err != nil {
		return false, false
	}
	var theirs *table.Rows
	if f.Plan != nil {
		theirs, err = s.firstRows(ctx, t, f.Plan, s.limits.Rows)
	} else {
		theirs, err = calculator{s, t}.SQL(ctx, f.SQL)
	}
	return err == nil && sameRows(ours, theirs), true
}

// sameRows reports whether two results hold the same, in any order of rows.
func sameRows(a, b *table.Rows) bool {
	if len(a.Values) != len(b.Values) || len(a.Columns) != len(b.Columns) || a.Truncated != b.Truncated {
		return false
	}
	return slices.Equal(lines(a), lines(b))
}

func lines(r *table.Rows) []string {
	list := make([]string, 0, len(r.Values))
	for _, row := range r.Values {
		list = append(list, fmt.Sprintf("%q", fmt.Sprint(row...)))
	}
	slices.Sort(list)
	return list
}

// other computes the reading that is shown beside the answer.
func (s *Service) other(ctx context.Context, t *turn, r *question.Reading) *Other {
	o := &Other{Reader: "offline", Says: explain.Restate(r.Plan, t.data.Catalog), Plan: r.Plan, PlanText: r.Plan.String(), ValueHint: s.hint(ctx, t, r.Plan)}
	rows, err := s.firstRows(ctx, t, r.Plan, otherRows)
	if err != nil {
		return o
	}
	named(rows, r.Plan, t)
	shown := *rows
	if len(shown.Values) > otherRows {
		shown.Values, shown.Truncated = shown.Values[:otherRows], true
	}
	o.Result = result(&shown)
	o.Result.RowCount = rows.Total
	if !rows.Truncated {
		o.Result.RowCount = int64(len(rows.Values))
	}
	return o
}
