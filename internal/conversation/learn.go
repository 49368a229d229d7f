package conversation

import (
	"context"
	"slices"
	"time"

	"tabletalk/internal/fault"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
)

// What people think of an answer; without an opinion it is empty.
const (
	Right = "up"
	Wrong = "down"
)

// Learned says what a person's opinion of an answer changed.
type Learned struct {
	Remembered bool   `json:"remembered"`    // the same question is answered with the same plan from now on
	Why        string `json:"why,omitempty"` // an answer that is right is not remembered
}

// Feedback keeps what a person thinks of an answer. One that is right is
// remembered for its question, if the question means the same on any day and
// after any other; one that is not right any more is forgotten.
// Error: query_not_found.
func (s *Service) Feedback(ctx context.Context, workspace, queryID, opinion string) (Learned, error) {
	if opinion != "" && opinion != Right && opinion != Wrong {
		return Learned{}, fault.New(fault.Invalid, "feedback_unknown", "There is no feedback %q.", opinion).WithHint("Give up, down, or nothing.").At("conversation.Feedback")
	}
	if err := s.store.SetFeedback(ctx, workspace, queryID, opinion); err != nil {
		return Learned{}, err
	}
	a, err := s.store.Query(ctx, workspace, queryID)
	if err != nil || a.Plan == nil || a.Status != question.Answered {
		return Learned{}, err
	}
	if opinion != Right {
		return Learned{}, s.lessons.Withdraw(ctx, workspace, a.SessionID, a.Query, a.Plan)
	}
	why, err := s.unteachable(ctx, workspace, a)
	if err != nil || why != "" {
		return Learned{Why: why}, err
	}
	if err := s.lessons.Confirm(ctx, workspace, a.SessionID, a.Query, a.Plan); err != nil {
		return Learned{}, err
	}
	return Learned{Remembered: true}, nil
}

// unteachable says why an answer cannot be remembered for its question.
func (s *Service) unteachable(ctx context.Context, workspace string, a *Answer) (string, error) {
	if a.Intent == metaIntent+string(question.MetaUndo) || a.Intent == metaIntent+string(question.MetaExplain) {
		return "The question is about the conversation.", nil
	}
	data, err := s.data.Open(ctx, workspace, a.SessionID)
	if err != nil {
		return "", err
	}
	if err := plan.Validate(a.Plan, data.Catalog); err != nil {
		return "The data has changed since.", nil
	}
	in := question.Input{Text: a.Query, Catalog: data.Catalog, Now: s.clock(), Settings: s.settings}
	today := question.Understand(in)
	readings := readingsOf(today)
	for _, in.Now = range otherClocks(in.Now) {
		if dated(today) || !slices.Equal(readings, readingsOf(question.Understand(in))) {
			return "The question means another period on another day.", nil
		}
	}
	if a.Follows && !slices.Contains(readings, a.PlanText) {
		return "The question says too little without the one before it.", nil
	}
	return "", nil
}

// otherClocks are times at which everything that is relative to the day, the
// week, the month, the year or the decade is another one; one of them before
// the data of most files, for a period is read in the years that the data has.
func otherClocks(now time.Time) []time.Time {
	return []time.Time{now.AddDate(11, 5, 17), now.AddDate(-67, -5, -17)}
}

// readingsOf are the texts of all plans that a question may mean.
func readingsOf(o question.Outcome) []string {
	var list []string
	readings := o.Readings
	if o.Asks != nil {
		readings = append(slices.Clone(readings), o.Asks.Options...)
	}
	for _, r := range readings {
		list = append(list, r.Plan.String())
		for _, as := range r.Assumptions {
			for _, alt := range as.Alternatives {
				list = append(list, alt.Plan.String())
			}
		}
	}
	return list
}

// dated reports whether a question that could not be read speaks of a time:
// then nobody knows whether it means the same on another day.
func dated(o question.Outcome) bool {
	return len(o.Readings) == 0 && slices.ContainsFunc(o.Words, func(w question.Word) bool { return w.Kind == "date" })
}

// confirmed is the answer that people confirmed for a question, if they did
// and it does not continue the one before. What the words say by themselves
// is offered beside it.
func (t *turn) confirmed(o question.Outcome) *question.Reading {
	var best *question.Reading
	if len(o.Readings) > 0 {
		best = &o.Readings[0]
	}
	text := t.data.Catalog.Confirmed(t.Text)
	if text == "" {
		return nil
	}
	p, err := plan.Parse(text)
	if err != nil || plan.Validate(p, t.data.Catalog) != nil || best != nil && best.Edit != "" {
		return nil
	}
	r := &question.Reading{Plan: p, Confidence: question.High}
	as := question.Assumption{Code: "confirmed", Text: "This answer to this question was confirmed before."}
	if best != nil {
		if plan.Equal(best.Plan, p) {
			r.Ignored, r.Assumptions = best.Ignored, best.Assumptions
		} else {
			as.Alternatives = []question.Alternative{{Label: "as the words say", Plan: best.Plan}}
		}
	}
	r.Assumptions = append(r.Assumptions, as)
	return r
}
