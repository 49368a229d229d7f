package conversation

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"tabletalk/internal/llm"
	"tabletalk/internal/llm/agent"
)

// Hold is what is kept free for one question while a model reads it. It ends
// by itself, so that one of a process that died holds nobody up for long.
type Hold struct {
	ID        string
	Workspace string
	Person    string // empty where nobody is known
	At        time.Time
	Until     time.Time
}

// Spending is what was spent, or is held for questions under way, in
// millionths of a dollar and in calls.
type Spending struct {
	Day, Month   int64 // of the workspace
	PersonCalls  int64 // of the person, in the day
	PersonMicros int64
}

// holdGrace is how much longer than its question a hold lives.
const holdGrace = 30 * time.Second

// spentUp says which limit is reached, and whose it is.
type spentUp struct{ whose, setting string }

// Error is for the log.
func (e spentUp) Error() string { return e.setting + " is reached" }

// hold keeps free what the question may take at most: as much as one question
// may, or what is left of the day, the month and the person. It is given back
// by release, after what was spent is entered. A notice says why there is
// nothing to hold.
func (s *Service) hold(ctx context.Context, t *turn) (release func(), _ *Notice) {
	release = func() {}
	if s.model.unlimited(t.Person) {
		return release, nil
	}
	voices, err := s.model.Voices.Voices(ctx, t.Workspace)
	if err != nil {
		return release, nil // whoever asks the voices next says so
	}
	h := Hold{ID: uuid.Must(uuid.NewV7()).String(), Workspace: t.Workspace, Person: t.Person, At: t.started, Until: s.clock().Add(voices[0].Budget.Time + holdGrace)}
	err = s.ledger.Hold(ctx, h, func(spent Spending) (calls, micros int64, err error) {
		t.share, err = s.model.share(spent, t.Person, wanted(voices))
		return int64(t.share.Calls), t.share.Micros, err
	})
	var up spentUp
	switch {
	case errors.As(err, &up):
		return release, &Notice{Code: "model_budget", Text: "The language model was not used: " + up.whose + " (" + up.setting + ")."}
	case err != nil:
		s.log.ErrorContext(ctx, "what was spent on the model is not known", "cause", err.Error())
		return release, &Notice{Code: "model_unavailable", Text: "The language model was not used: what was spent on it is not known."}
	}
	return func() {
		if err := s.ledger.Unhold(context.WithoutCancel(ctx), h.ID); err != nil {
			s.log.ErrorContext(ctx, "what was held for a question is not given back before its time", "cause", err.Error())
		}
	}, nil
}

// wanted is what a question takes at most. Models that cost nothing, as far as
// is known, need no money.
func wanted(voices []Voice) agent.Share {
	w := agent.Share{Calls: voices[0].Budget.Calls}
	for _, v := range voices {
		if v.Known.Prices != (llm.Prices{}) {
			w.Micros = voices[0].Budget.Micros
		}
	}
	return w
}

func (m *Model) unlimited(person string) bool {
	return m.DayMicros == 0 && m.MonthMicros == 0 && (person == "" || m.UserMicros == 0 && m.UserCalls == 0)
}

// share gives the part of what a question wants that is left of every limit.
// Error: spentUp where nothing is.
func (m *Model) share(spent Spending, person string, want agent.Share) (agent.Share, error) {
	money := []bound{
		{m.DayMicros, spent.Day, spentUp{"the workspace has spent what it may", "model-day-cost"}},
		{m.MonthMicros, spent.Month, spentUp{"the workspace has spent what it may", "model-month-cost"}},
	}
	var calls []bound
	if person != "" {
		money = append(money, bound{m.UserMicros, spent.PersonMicros, spentUp{"you have spent what you may in a day", "model-user-day-cost"}})
		calls = append(calls, bound{m.UserCalls, spent.PersonCalls, spentUp{"it was called for you as often as it may be in a day", "model-user-day-calls"}})
	}
	for _, b := range money {
		if err := b.within(&want.Micros, &want.MicrosBy); err != nil {
			return want, err
		}
	}
	for _, b := range calls {
		n := int64(want.Calls)
		if err := b.within(&n, &want.CallsBy); err != nil {
			return want, err
		}
		want.Calls = int(n)
	}
	return want, nil
}

// bound is a limit, zero for none, with what is used of it.
type bound struct {
	most, used int64
	up         spentUp
}

// within lowers a wish to what is left, and says by which setting.
func (b bound) within(wish *int64, by *string) error {
	switch left := b.most - b.used; {
	case b.most == 0:
	case left <= 0:
		return b.up
	case left < *wish:
		*wish, *by = left, b.up.setting
	}
	return nil
}
