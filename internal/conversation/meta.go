package conversation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/explain"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

const metaIntent = "meta_"

// StartedOver is the intent of the turn after which earlier ones no longer
// count.
const StartedOver = metaIntent + string(question.MetaReset)

const startedOver = "Starting over: earlier questions no longer count."

// meta answers a request about the conversation itself. Undo is the plan
// before the last one; the others are sentences.
func (s *Service) meta(ctx context.Context, t *turn, m question.Meta) (question.Decision, error) {
	t.answer.Intent = metaIntent + string(m)
	switch m {
	case question.MetaUndo:
		if before := undone(t.history); before != nil {
			return question.Decision{Status: question.Answered, Reading: &question.Reading{Plan: before, Confidence: question.High}}, nil
		}
		return told(t, "There is nothing to go back to in this conversation."), nil
	case question.MetaExplain:
		return s.howComputed(ctx, t)
	case question.MetaReset:
		return told(t, startedOver), nil
	}
	t.answer.Try = question.Suggest(question.Input{Catalog: t.data.Catalog, Now: t.now, Settings: s.settings}, 4)
	return told(t, "Ask about the data in your own words; below are questions that work."), nil
}

// undone is the plan before the present one: the turn before the first one
// that had the present plan, so that undo can be said again.
func undone(history []Turn) *plan.Plan {
	if len(history) == 0 {
		return nil
	}
	present := plan.Hash(history[len(history)-1].Plan)
	for i, turn := range history {
		if plan.Hash(turn.Plan) == present {
			if i == 0 {
				return nil
			}
			return history[i-1].Plan
		}
	}
	return nil
}

// told makes a decision that is a sentence: nothing is computed for it.
func told(t *turn, text string) question.Decision {
	t.answer.Explanation = text
	return question.Decision{Status: saidOnly}
}

// saidOnly marks a turn that is answered by words alone.
const saidOnly question.Status = "said"

// tell ends a turn whose answer is its explanation.
func (t *turn) tell() {
	t.answer.Status = question.Answered
	t.say("text", map[string]any{"text": t.answer.Explanation})
}

// example is a value that occurs in a column, for people.
func example(st catalog.Stats) table.Value {
	switch {
	case len(st.Top) > 0:
		return fmt.Sprint(st.Top[0].Value)
	case st.Min != nil:
		return fmt.Sprint(st.Min)
	}
	return nil
}

// howComputed explains the answer before as it was kept: reading, SQL and
// tables, and how many rows each step left.
func (s *Service) howComputed(ctx context.Context, t *turn) (question.Decision, error) {
	if len(t.history) == 0 {
		return told(t, "Nothing was computed in this conversation yet."), nil
	}
	old, err := s.store.Query(ctx, t.Workspace, t.history[len(t.history)-1].QueryID)
	if err != nil {
		return question.Decision{}, err
	}
	a := t.answer
	a.SQL, a.Plan, a.PlanText, a.Provenance = old.SQL, old.Plan, old.PlanText, old.Provenance
	var b strings.Builder
	fmt.Fprintf(&b, "I computed: %s", explain.Restate(old.Plan, t.data.Catalog))
	for _, src := range old.Provenance.Tables {
		fmt.Fprintf(&b, " From table %s, %d rows.", src.Name, src.Rows)
	}
	if steps := s.steps(ctx, t, old.Provenance.Tables); len(steps) > 1 {
		fmt.Fprintf(&b, " Step by step: %s.", strings.Join(steps, ", then "))
	}
	if old.SQL != "" {
		b.WriteString(" The SQL below is exactly what ran.")
	}
	return told(t, b.String()), nil
}

// steps counts the rows that each step of the answer's plan leaves, where the
// tables still are what they were when it was computed.
func (s *Service) steps(ctx context.Context, t *turn, then []Source) []string {
	names := make([]string, len(then))
	for i, src := range then {
		names[i] = src.Name
	}
	if len(then) == 0 || !slices.Equal(t.sources(names), then) {
		return nil
	}
	_, found := s.counted(ctx, t, nil)
	return explain.Ladder(t.answer.Plan, found, t.data.Catalog)
}

// describe answers what columns there are, from the catalog alone.
func (t *turn) describe(p *plan.Plan) error {
	rows := &table.Rows{Columns: []table.Column{
		{Name: "table", Type: table.String}, {Name: "column", Type: table.String}, {Name: "type", Type: table.String},
		{Name: "role", Type: table.String}, {Name: "distinct", Type: table.Integer}, {Name: "nulls", Type: table.Integer},
		{Name: "example", Type: table.String},
	}}
	for _, c := range t.data.Catalog.Tables {
		if p.From.Table != "" && p.From.Table != c.Name {
			continue
		}
		for _, col := range c.Columns {
			rows.Values = append(rows.Values, []table.Value{
				c.Name, col.Name, string(col.Type), string(col.Role), col.Stats.Distinct, col.Stats.Nulls, example(col.Stats),
			})
		}
	}
	a := t.answer
	a.Result = result(rows)
	a.Explanation = fmt.Sprintf("There are %d columns. No query was needed: this is what was found when the files were read.", len(rows.Values))
	t.say("result", a.Result)
	t.say("text", map[string]any{"text": a.Explanation})
	return nil
}
