package conversation

import (
	"context"
	"errors"

	"tabletalk/internal/catalog"
	"tabletalk/internal/fault"
	"tabletalk/internal/llm/agent"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/sqlgen"
	"tabletalk/internal/table"
)

// writtenOnly marks a turn that is answered by a statement of a model's.
const writtenOnly question.Status = "written"

// consult lets a language model read the question, too, where one is set and
// may be asked. What it proposes takes the road that every plan takes, and is
// weighed against what was read without it. Whatever goes wrong leaves the
// decision as it was, with a notice; the only error is that the asker left.
func (s *Service) consult(ctx context.Context, t *turn, d question.Decision) (question.Decision, error) {
	if t.egress != agent.Off && d.Status == question.Answered {
		s.hear(ctx, t, &d)
	}
	if !s.worthAsking(t, d) {
		return d, nil
	}
	release, notice := s.hold(ctx, t)
	defer release()
	if notice != nil {
		t.notice(*notice)
		return d, nil
	}
	t.say("status", map[string]string{"stage": "asking the model"})
	finding, err := s.inTurn(ctx, t, "question", s.task(t, d), func(ctx context.Context, v Voice, task agent.Task) (*agent.Finding, error) {
		return v.Ask(ctx, task)
	})
	t.say("usage", t.answer.Model)
	if err != nil {
		return d, s.fallBack(ctx, t, err)
	}
	return s.weigh(ctx, t, d, finding), nil
}

// hear computes a reading, which stays with the turn, and lets its result say
// how sure it is: a model need not be asked about what the data answers.
func (s *Service) hear(ctx context.Context, t *turn, d *question.Decision) {
	if d.Reading == nil || d.Reading.Plan.Kind == plan.Schema {
		return
	}
	rows, err := s.firstRows(ctx, t, d.Reading.Plan, s.limits.Rows)
	if err != nil {
		return // computing the answer will say so
	}
	t.probed[d.Reading.Plan] = rows
	r := question.Seen(*d.Reading, rows)
	d.Reading = &r
}

// allowed is what a model may be sent for a request: the least of what the
// operator, the workspace and the session allow; nothing where no model is set
// or none is wanted.
func (s *Service) allowed(ctx context.Context, r Request) (agent.Egress, error) {
	if s.model == nil || r.Reader == "offline" || r.Plan != nil || s.model.Egress == agent.Off {
		return agent.Off, s.mayNot(r)
	}
	own, session, err := s.ledger.SessionEgress(ctx, r.Workspace, r.SessionID)
	if err != nil {
		return agent.Off, err
	}
	e := least(s.model.Egress, own, session)
	if e == agent.Off {
		return e, s.mayNot(r)
	}
	return e, nil
}

// mayNot refuses a question for a model that may not be asked.
func (s *Service) mayNot(r Request) error {
	if r.Reader != "model" || r.Plan != nil {
		return nil
	}
	return fault.New(fault.Invalid, "model_not_allowed", "No data of this session may be sent to a language model.").
		WithHint("Ask with the reader auto or offline, or allow it: model-egress, the workspace and the session each say how much.").At("conversation.Ask")
}

// worthAsking reports whether a model has something to read: no requests about
// the conversation, no commands, nothing that people have confirmed.
func (s *Service) worthAsking(t *turn, d question.Decision) bool {
	if t.egress == agent.Off || t.Plan != nil || t.outcome.Meta != question.MetaNone || t.outcome.Intent == "schema" {
		return false
	}
	if r := d.Refusal; r != nil && (r.Code == "empty" || r.Code == "too_long" || r.Code == "read_only" || r.Code == "no_data") {
		return false
	}
	if d.Reading == nil {
		return true
	}
	for _, as := range d.Reading.Assumptions {
		if as.Code == "confirmed" {
			return false
		}
	}
	sure := d.Reading.Confidence == question.High && len(d.Reading.Ignored) == 0
	return !sure || s.model.Always || t.Reader == "model"
}

// task is the question with all that may help a model to read it.
func (s *Service) task(t *turn, d question.Decision) agent.Task {
	task := agent.Task{
		Question: t.Text, Catalog: t.data.Catalog, Egress: t.egress, Now: t.now, Data: calculator{s, t},
		Examples: examples(t.data.Catalog, t.Text),
		On: func(e agent.Event) {
			switch {
			case e.Stage != "":
				t.say("status", map[string]string{"stage": "the model is " + e.Stage})
			case e.Reset:
				t.say("text", map[string]any{"reset": true})
			default:
				t.say("text", map[string]any{"delta": e.Text})
			}
		},
	}
	for _, h := range t.history {
		task.Past = append(task.Past, agent.Past{Question: h.Text, Plan: h.Plan})
	}
	list := t.outcome.Readings
	if d.Reading != nil { // what was decided comes first
		list = append([]question.Reading{*d.Reading}, list...)
	}
	seen := map[string]bool{}
	for _, r := range append(list, d.Options...) {
		if hash := plan.Hash(r.Plan); !seen[hash] {
			seen[hash] = true
			task.Readings = append(task.Readings, agent.Reading{Plan: r.Plan, Confidence: string(r.Confidence), Ignored: r.Ignored})
		}
	}
	return task
}

// fallBack notes why there is no reading of a model's.
func (s *Service) fallBack(ctx context.Context, t *turn, err error) error {
	var trouble *agent.Trouble
	if !errors.As(err, &trouble) {
		return err
	}
	s.log.WarnContext(ctx, "the language model gave no answer", "query_id", t.answer.QueryID, "code", trouble.Code, "cause", trouble.Error())
	t.notice(Notice{Code: trouble.Code, Text: trouble.Text + " The question was read without it."})
	return nil
}

func (t *turn) notice(n Notice) { t.answer.Notices = append(t.answer.Notices, n) }

// calculator computes what a model proposes, for one turn.
type calculator struct {
	service *Service
	turn    *turn
}

// Query computes a plan. The rows stay with the turn where they would be those
// of the answer: rows that are listed whole hold what a model may not know.
func (c calculator) Query(ctx context.Context, p *plan.Plan, known *catalog.Catalog) (*table.Rows, error) {
	st, err := sqlgen.Compile(p, known, c.service.dialect, sqlgen.Options{Now: c.turn.now})
	if err != nil {
		return nil, err
	}
	rows, err := c.service.query(ctx, c.turn, st, c.service.limits.Rows)
	if err != nil {
		return nil, err
	}
	named(rows, p, c.turn)
	if p.Aggregated() || len(p.Select) > 0 {
		c.turn.probed[p] = rows
	}
	return rows, nil
}

// SQL runs a statement through the gate of all SQL.
func (c calculator) SQL(ctx context.Context, text string) (*table.Rows, error) {
	return c.service.query(ctx, c.turn, sqlgen.Statement{SQL: text}, c.service.limits.Rows)
}
