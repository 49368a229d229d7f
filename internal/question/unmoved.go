package question

import (
	"fmt"

	"tabletalk/internal/question/followup"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/parse"
	"tabletalk/internal/question/rank"
)

// unmoved refuses a change that the answer before cannot take, and says what it
// would need: where no period was said there is none before it.
func (u *understanding) unmoved(best *rank.Ranked) *Refusal {
	if len(u.History) == 0 || best != nil && best.Edit != "" {
		return nil
	}
	last := u.last()
	if last.Plan == nil || last.Plan.From.Table == "" {
		return nil
	}
	for _, s := range u.sketches {
		if why := whyUnmoved(last, s); why != "" {
			return &Refusal{Code: "no_such_change", Reason: why, Try: tries(u.Catalog, 3)}
		}
	}
	return nil
}

func whyUnmoved(last followup.Turn, s *parse.Sketch) string {
	p := last.Plan
	_, unfilters := s.Unfilter()
	switch {
	case unfilters && p.Where == nil && p.Having == nil:
		return "The answer before has no condition that could be taken away."
	case s.ShiftsAlone():
		return "The answer before is not of one period that could be moved. Say which period is meant."
	}
	return ""
}

// fewerThings refuses “those two” where no answer before gave two, and the last
// one gave a known number of groups.
func (u *understanding) fewerThings() *Refusal {
	n, last := u.thingsReferred(), u.referred()
	had := gives(last)
	if n == 0 || last.Plan == nil || len(last.Plan.Group) == 0 || had == 0 || had == n || !u.pointsBack() {
		return nil
	}
	if _, ok := u.pair(); ok {
		return nil
	}
	return &Refusal{Code: "those_unknown", Reason: fmt.Sprintf("No answer before named %d things: the last one named %d. Say which are meant.", n, had)}
}

// pointsBack reports whether a question says “those two” and names no value
// that they could be.
func (u *understanding) pointsBack() bool {
	for _, m := range u.mentions {
		if m.Kind == link.ValueMention && m.Whole {
			return false
		}
	}
	for i, t := range u.tokens[:max(len(u.tokens)-1, 0)] {
		if (t.Norm == "those" || t.Norm == "these") && fewNumbers[u.tokens[i+1].Norm] > 0 {
			return true
		}
	}
	return false
}
