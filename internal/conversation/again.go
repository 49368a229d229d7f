package conversation

import (
	"context"
	"strings"

	"tabletalk/internal/dataset"
	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/sqlgen"
	"tabletalk/internal/table"
)

// SQL runs one SELECT that a person wrote and keeps it like a question. It
// passes the same gate as every other statement.
func (s *Service) SQL(ctx context.Context, workspace, sessionID, text string) (*Answer, error) {
	t, err := s.begin(ctx, Request{Workspace: workspace, SessionID: sessionID, Text: text}, nil)
	if err != nil {
		return nil, err
	}
	t.answer.Intent, t.answer.Reader = "sql", "sql"
	if err := s.runSQL(ctx, t, text); err != nil {
		return nil, err
	}
	t.answer.ElapsedMS = s.clock().Sub(t.started).Milliseconds()
	return t.answer, s.keep(ctx, t)
}

// runSQL answers a turn with the rows of a person's statement.
func (s *Service) runSQL(ctx context.Context, t *turn, text string) error {
	a := t.answer
	text = strings.TrimSuffix(strings.TrimSpace(text), ";")
	rows, err := s.query(ctx, t, sqlgen.Statement{SQL: text}, s.limits.Rows)
	if err != nil {
		return err
	}
	a.Status, a.SQL, a.Result = question.Answered, text, result(rows)
	a.Explanation = "The result of your SQL."
	if t.written != "" {
		a.Explanation, a.Confidence, a.Reasons = "The language model wrote SQL for this; it is below.", string(question.Low), []string{"No plan says the question, so it cannot be restated in words."}
	}
	a.Provenance.Tables = t.sources(rows.Tables)
	return nil
}

// Rerun computes a kept answer again from its plan, or its SQL, on the data as
// it is now, at the clock it was first read with; nothing comes from memory.
func (s *Service) Rerun(ctx context.Context, workspace, queryID string) (*Answer, error) {
	old, err := s.store.Query(ctx, workspace, queryID)
	if err != nil {
		return nil, err
	}
	t, err := s.again(ctx, workspace, old)
	if err != nil {
		return nil, err
	}
	t.answer.Intent, t.answer.Reader = old.Intent, old.Reader
	switch {
	case old.Plan != nil:
		err = s.compute(ctx, t, reading(old))
	case old.SQL != "":
		err = s.runSQL(ctx, t, old.SQL)
	default:
		err = nothingToRun()
	}
	if err != nil {
		return nil, err
	}
	t.answer.Notes = append(t.answer.Notes, sameData(old, t.answer))
	t.answer.ElapsedMS = s.clock().Sub(t.started).Milliseconds()
	return t.answer, s.keep(ctx, t)
}

// reading is what a kept answer was computed from.
func reading(a *Answer) question.Reading {
	r := question.Reading{Plan: a.Plan, Confidence: question.Confidence(a.Confidence), Reasons: a.Reasons, Ignored: a.Ignored}
	for _, as := range a.Assumptions {
		q := question.Assumption{Code: as.Code, Text: as.Text, Span: as.Span}
		for _, alt := range as.Alternatives {
			if len(alt.Patch) == 1 && alt.Patch[0].Value != nil {
				q.Alternatives = append(q.Alternatives, question.Alternative{Label: alt.Label, Plan: alt.Patch[0].Value})
			}
		}
		r.Assumptions = append(r.Assumptions, q)
	}
	return r
}

// again begins a turn at the place and clock of a kept answer.
func (s *Service) again(ctx context.Context, workspace string, old *Answer) (*turn, error) {
	req := Request{Workspace: workspace, SessionID: old.SessionID, ConversationID: old.ConversationID, Text: old.Query, NoCache: true}
	req.Now, _ = parseNow(old.Provenance.Now)
	return s.begin(ctx, req, nil)
}

func nothingToRun() error {
	return fault.New(fault.Invalid, "nothing_to_run", "That question was not answered by a query.").
		WithHint("Ask it again instead.").At("conversation.Rerun")
}

// sameData says whether two answers read the same bytes.
func sameData(old, now *Answer) string {
	if len(old.Provenance.Tables) != len(now.Provenance.Tables) {
		return "The tables are not those of the first answer."
	}
	for i, src := range old.Provenance.Tables {
		if src.SHA256 != now.Provenance.Tables[i].SHA256 {
			return "The data has changed since the first answer."
		}
	}
	return "The data is byte for byte that of the first answer."
}

// unchanged says that the tables of an answer hold now what they held then:
// rows that are computed again belong to no other data.
func unchanged(old *Answer, data *dataset.Opened) error {
	held := map[string]string{}
	for _, t := range data.Sources {
		held[t.ID] = t.SHA256
	}
	for _, src := range old.Provenance.Tables {
		if held[src.ID] != src.SHA256 {
			return fault.New(fault.Conflict, "data_changed", "The table %q is not the one that this answer was computed from.", src.Name).
				WithHint("Ask the question again and use the new answer, or bring the earlier version of the file back.").At("conversation.Rows")
		}
	}
	return nil
}

// Compute gives the result of a plan and keeps nothing.
func (s *Service) Compute(ctx context.Context, workspace, sessionID string, p *plan.Plan) (*Result, error) {
	data, err := s.data.Open(ctx, workspace, sessionID)
	if err != nil {
		return nil, err
	}
	t := &turn{data: data, now: s.clock(), answer: &Answer{}}
	rows, err := s.run(ctx, t, p)
	if err != nil {
		return nil, err
	}
	return result(rows), nil
}

// Reads gives the plan by which the words of a question alone are answered,
// whatever was confirmed for them; nil where they are not.
func (s *Service) Reads(ctx context.Context, workspace, sessionID, text string) (*plan.Plan, error) {
	data, err := s.data.Open(ctx, workspace, sessionID)
	if err != nil {
		return nil, err
	}
	t := &turn{data: data, now: s.clock(), answer: &Answer{}, probed: map[*plan.Plan]*table.Rows{}}
	o := question.Understand(s.asked(t, text))
	d := question.Decide(o, s.probe(ctx, t, o))
	if d.Status != question.Answered {
		return nil, nil
	}
	return d.Reading.Plan, nil
}

// Rows streams the whole result of a kept answer, without the cut that a
// screen needs, to each. It returns the columns with the first batch. Where
// the data is not that of the answer any more it is a conflict: data_changed.
func (s *Service) Rows(ctx context.Context, workspace, queryID string, each func(*table.Rows) error) error {
	old, err := s.store.Query(ctx, workspace, queryID)
	if err != nil {
		return err
	}
	if old.SQL == "" {
		return nothingToRun()
	}
	t, err := s.again(ctx, workspace, old)
	if err != nil {
		return err
	}
	if err := unchanged(old, t.data); err != nil {
		return err
	}
	st := sqlgen.Statement{SQL: old.SQL}
	if old.Plan != nil {
		if st, err = s.compile(t, old.Plan); err != nil {
			return err
		}
	}
	return s.engine.Stream(ctx, t.data.Tables, engine.Query{SQL: st.SQL, Args: st.Args, Timeout: s.limits.Timeout}, each)
}

// Query gives a kept answer. Error: not_found.
func (s *Service) Query(ctx context.Context, workspace, id string) (*Answer, error) {
	return s.store.Query(ctx, workspace, id)
}
