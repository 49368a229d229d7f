package conversation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tabletalk/internal/engine"
	"tabletalk/internal/explain"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/sqlgen"
	"tabletalk/internal/table"
)

// compute turns a reading into an answer: SQL, rows, notes, chart, sentences.
func (s *Service) compute(ctx context.Context, t *turn, r question.Reading) error {
	a := t.answer
	a.Status, a.Plan, a.PlanText, a.Nameable = question.Answered, r.Plan, r.Plan.String(), nameable(r.Plan)
	a.Ignored, a.Follows = append(a.Ignored, r.Ignored...), r.Edit != ""
	t.say("plan", map[string]any{"plan": r.Plan, "text": a.PlanText, "says": explain.Restate(r.Plan, t.data.Catalog)})
	if r.Plan.Kind == plan.Schema {
		a.Confidence, a.Reasons = string(r.Confidence), r.Reasons
		return t.describe(r.Plan)
	}
	rows, err := s.run(ctx, t, r.Plan)
	if err != nil {
		return err
	}
	r = question.Seen(r, rows)
	a.Confidence, a.Reasons = string(r.Confidence), r.Reasons
	s.show(ctx, t, rows)
	a.Assumptions = s.price(ctx, t, r.Assumptions)
	for _, as := range a.Assumptions {
		t.say("assumption", as)
	}
	return nil
}

// run compiles a plan, tells its SQL and gives its rows.
func (s *Service) run(ctx context.Context, t *turn, p *plan.Plan) (*table.Rows, error) {
	if err := plan.Validate(p, t.data.Catalog); err != nil {
		return nil, err
	}
	st, err := s.compile(t, p)
	if err != nil {
		return nil, err
	}
	t.answer.SQL = st.Display
	t.answer.Provenance.Tables = t.sources(plan.Tables(p))
	t.say("sql", map[string]string{"sql": st.Display})
	t.say("status", map[string]string{"stage": "computing"})
	rows := t.probed[p]
	if rows == nil {
		if rows, err = s.rows(ctx, t, p, st, s.limits.Rows); err != nil {
			return nil, err
		}
	}
	if rows.Truncated && rows.Total < 0 {
		rows.Total = s.count(ctx, t, st)
	}
	named(rows, p, t)
	return rows, nil
}

// firstRows computes the first rows of a plan that may not be the answer.
func (s *Service) firstRows(ctx context.Context, t *turn, p *plan.Plan, n int) (*table.Rows, error) {
	if rows := t.probed[p]; rows != nil {
		return rows, nil
	}
	st, err := s.compile(t, p)
	if err != nil {
		return nil, err
	}
	return s.rows(ctx, t, p, st, n)
}

// compile makes SQL of a plan for this service's engine.
func (s *Service) compile(t *turn, p *plan.Plan) (sqlgen.Statement, error) {
	return sqlgen.Compile(p, t.data.Catalog, s.dialect, sqlgen.Options{Now: t.now})
}

// query runs a statement over the session's tables.
func (s *Service) query(ctx context.Context, t *turn, st sqlgen.Statement, maxRows int) (*table.Rows, error) {
	return s.engine.Query(ctx, t.data.Tables, engine.Query{
		SQL: st.SQL, Args: st.Args, MaxRows: maxRows, MaxBytes: s.limits.Bytes, Timeout: s.limits.Timeout,
	})
}

// count says how many rows a cut result has in all; -1 if that fails too.
func (s *Service) count(ctx context.Context, t *turn, st sqlgen.Statement) int64 {
	st.SQL = fmt.Sprintf("SELECT count(*) AS n FROM (%s) AS q", st.SQL)
	rows, err := s.query(ctx, t, st, 1)
	if err != nil || len(rows.Values) != 1 {
		return -1
	}
	n, ok := rows.Values[0][0].(int64)
	if !ok {
		return -1
	}
	return n
}

// named gives result columns the types and units that the plan promises.
func named(rows *table.Rows, p *plan.Plan, t *turn) {
	for i, c := range plan.ResultColumns(p, t.data.Catalog) {
		if i < len(rows.Columns) {
			rows.Columns[i].Unit = c.Unit
		}
	}
}

// show puts rows, notes, chart and sentences into the answer.
func (s *Service) show(ctx context.Context, t *turn, rows *table.Rows) {
	a := t.answer
	shown, note := estimated(a.Plan, rows)
	a.Result = result(shown)
	if note != "" {
		a.Notes = append(a.Notes, note)
	}
	t.keys = question.KeysOf(a.Plan, t.data.Catalog, rows)
	t.say("result", a.Result)
	findings := append(s.check(ctx, t, rows), plan.Finding{Code: plan.FoundNow, Value: t.now.Format(time.DateOnly)})
	text := explain.Explain(a.Plan, rows, findings, t.data.Catalog)
	a.Explanation, a.Notes = text.Text, append(a.Notes, text.Notes...)
	s.draw(ctx, t, rows)
	t.say("text", map[string]any{"text": a.Explanation, "notes": a.Notes, "chart": a.Chart})
	a.Followups = s.goingOn(t)
}

// goingOn are questions that go on from the answer, and that are no less sure
// than it is.
func (s *Service) goingOn(t *turn) []string {
	a := t.answer
	in := s.asked(t, "")
	in.History = append(in.History, question.Turn{Text: a.Query, Plan: a.Plan, Keys: t.keys, Sure: question.High})
	next := explain.Followups(a.Plan, t.data.Catalog)
	return in.Understood(next, len(next), question.High)
}

// result is rows in the form of the answer document.
func result(rows *table.Rows) *Result {
	r := &Result{Columns: make([]ResultColumn, len(rows.Columns)), Rows: rows.Values, RowCount: rows.Total, Truncated: rows.Truncated}
	if !rows.Truncated {
		r.RowCount = int64(len(rows.Values))
	}
	if r.Rows == nil {
		r.Rows = [][]table.Value{}
	}
	for i, c := range rows.Columns {
		r.Columns[i] = ResultColumn{Name: c.Name, Type: c.Type}
		if c.Unit != "" {
			unit := c.Unit
			r.Columns[i].Unit = &unit
		}
	}
	return r
}

// sources are the tables of the session with these names.
func (t *turn) sources(names []string) []Source {
	list := []Source{}
	for i, e := range t.data.Tables {
		if c := t.data.Catalog.Tables[i]; slices.Contains(names, c.Name) {
			list = append(list, Source{ID: c.ID, Name: c.Name, SHA256: e.SHA256, Rows: c.Rows})
		}
	}
	return list
}

// check counts what the result leaves out: rows without a value, rows that a
// condition drops, where the data ends. What was expected to match and did not
// is looked at again, condition by condition.
func (s *Service) check(ctx context.Context, t *turn, rows *table.Rows) []plan.Finding {
	checks, found := s.counted(ctx, t, rows)
	none := func(f plan.Finding) bool { return f.Code == plan.FoundMatched && f.Value == int64(0) }
	if checks.Brief && slices.ContainsFunc(found, none) {
		_, found = s.counted(ctx, t, nil)
	}
	return found
}

// counted makes the checks of an answer whose result is known, or nil. One
// that fails leaves out notes, never the answer.
func (s *Service) counted(ctx context.Context, t *turn, rows *table.Rows) (sqlgen.Checks, []plan.Finding) {
	checks, err := sqlgen.MakeChecks(t.answer.Plan, t.data.Catalog, s.dialect, sqlgen.Options{Now: t.now, Result: rows})
	if err != nil || checks.SQL == "" {
		return checks, checks.Findings(nil)
	}
	counts, err := s.query(ctx, t, checks.Statement, 1)
	if err != nil {
		s.log.WarnContext(ctx, "a check of an answer failed", "query_id", t.answer.QueryID, "error", err)
	}
	return checks, checks.Findings(counts)
}
