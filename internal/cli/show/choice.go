package show

import (
	"fmt"
	"strings"

	"tabletalk/internal/conversation"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
)

// Choice is something that an answer offers: another reading of its question,
// or a question to go on with.
type Choice struct {
	Plan     *plan.Plan // of another reading
	Question string     // otherwise
}

// Choices are what an answer offers, in the order in which they are shown.
func Choices(a *conversation.Answer) []Choice {
	var list []Choice
	if a.Status == question.Clarify {
		for _, o := range a.Options {
			list = append(list, Choice{Plan: o.Plan})
		}
		return list
	}
	for _, as := range a.Assumptions {
		for _, alt := range as.Alternatives {
			list = append(list, Choice{Plan: alt.Plan()})
		}
	}
	for _, q := range append(append([]string{}, a.Try...), a.Followups...) {
		list = append(list, Choice{Question: q})
	}
	return list
}

// offer writes something that can be chosen, by its number where the screen
// belongs to a conversation.
func (s Screen) offer(n int, otherwise, text string) {
	if s.Numbered {
		otherwise = fmt.Sprintf("  %d. ", n)
	}
	s.wrapped(otherwise, text)
}

// followups are questions that go on from an answer; only who can choose one
// is told them.
func (s Screen) followups(questions []string, first int) {
	if !s.Numbered || len(questions) == 0 {
		return
	}
	list := make([]string, len(questions))
	for i, q := range questions {
		list[i] = fmt.Sprintf("%d. %s", first+i, Clean(q))
	}
	s.labelled("Go on with", strings.Join(list, "  "))
}
