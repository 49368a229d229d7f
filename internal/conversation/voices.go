package conversation

import (
	"context"
	"errors"
	"time"

	"tabletalk/internal/llm/agent"
)

// inTurn lets the models of a workspace try a task: the next one where the one
// before gave no answer, all under the time and the budget of one question.
// Whatever was sent is entered in the ledger. The finding is that of the last
// one; an error is an *agent.Trouble, or the context's.
func (s *Service) inTurn(ctx context.Context, t *turn, purpose string, task agent.Task, try func(context.Context, Voice, agent.Task) (*agent.Finding, error)) (*agent.Finding, error) {
	t.answer.Model = &Consulted{Egress: t.egress}
	voices, err := s.model.Voices.Voices(ctx, t.Workspace)
	if err != nil {
		return &agent.Finding{}, &agent.Trouble{Code: "model_unavailable", Text: "The language model was not used: its key could not be read.", Err: err}
	}
	within, cancel := context.WithTimeout(ctx, voices[0].Budget.Time)
	defer cancel()
	task.Share = t.share
	for i, v := range voices {
		t.answer.Model.Name, t.answer.Model.Where = v.Model, v.Provider.Where()
		finding, err := try(within, v, task)
		task.Before = task.Before.Add(finding.Spent)
		t.answer.Model.fill(finding, task.Before)
		s.enter(ctx, t, purpose, v, finding)
		if ctx.Err() != nil {
			return finding, ctx.Err()
		}
		var trouble *agent.Trouble
		if i == len(voices)-1 || within.Err() != nil || !errors.As(err, &trouble) || !trouble.Next {
			return finding, err
		}
		next := voices[i+1].Model
		s.log.WarnContext(ctx, "another language model steps in", "query_id", t.answer.QueryID, "model", next, "code", trouble.Code, "cause", trouble.Error())
		t.notice(Notice{Code: "model_fallback", Text: trouble.Text + " " + next + " was asked instead."})
		t.say("status", map[string]string{"stage": "asking another model"})
	}
	return nil, nil // not reached: there is at least one voice
}

// enter writes down what was sent, also where it was for nothing.
func (s *Service) enter(ctx context.Context, t *turn, purpose string, v Voice, f *agent.Finding) {
	if len(f.Sent) == 0 {
		return
	}
	err := s.ledger.AddSent(context.WithoutCancel(ctx), Sendings{
		Workspace: t.Workspace, SessionID: t.SessionID, QueryID: t.answer.QueryID, Person: t.Person, Purpose: purpose,
		Where: v.Provider.Where(), Model: v.Model, Egress: t.egress, Shared: f.Shared, Spent: f.Spent,
		Requests: sendings(f.Sent, v.Model), CreatedAt: t.started.UTC(),
	})
	if err != nil {
		s.log.ErrorContext(ctx, "what was sent to the language model could not be written down", "query_id", t.answer.QueryID, "cause", err.Error())
	}
}

// spending is what a workspace spent on models by a time, in millionths of a
// dollar.
type spending struct{ day, month int64 }

func (s *Service) spent(ctx context.Context, workspace string, at time.Time) (sum spending, err error) {
	day := at.UTC().Truncate(24 * time.Hour)
	if sum.day, err = s.ledger.SpentSince(ctx, workspace, day); err != nil {
		return sum, err
	}
	sum.month, err = s.ledger.SpentSince(ctx, workspace, day.AddDate(0, 0, 1-day.Day()))
	return sum, err
}
