package conversation

import (
	"context"
	"errors"
	"strings"

	"tabletalk/internal/fault"
	"tabletalk/internal/llm/agent"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

// Written is a short text, by a model where it could be verified, else ours.
type Written struct {
	Text    string     `json:"text" doc:"Empty where nothing can be said without a model"`
	Items   []string   `json:"items,omitempty" doc:"The same as a list, where it is one: questions"`
	Reader  string     `json:"reader" enum:"offline,model" doc:"Who wrote it"`
	Model   *Consulted `json:"model"`
	Notices []Notice   `json:"notices,omitempty"`
}

// ExplainAnswer lets the model explain the result of an answer in a paragraph.
// Errors: query_not_found, nothing_to_run, model_not_set, model_not_allowed.
func (s *Service) ExplainAnswer(ctx context.Context, workspace, queryID, person string) (*Written, error) {
	old, err := s.store.Query(ctx, workspace, queryID)
	if err != nil {
		return nil, err
	}
	if old.Plan == nil || old.Result == nil || old.Plan.Kind == plan.Schema {
		return nil, nothingToRun()
	}
	rows := &table.Rows{Values: old.Result.Rows, Truncated: old.Result.Truncated}
	for _, c := range old.Result.Columns {
		column := table.Column{Name: c.Name, Type: c.Type}
		if c.Unit != nil {
			column.Unit = *c.Unit
		}
		rows.Columns = append(rows.Columns, column)
	}
	req := Request{Workspace: workspace, SessionID: old.SessionID, Text: old.Query, Person: person}
	return s.write(ctx, req, queryID, old.Explanation, agent.Writing{Text: agent.Explain, Plan: old.Plan, Rows: rows})
}

// SuggestName lets the model find a name for a session, from the last questions of one
// of its conversations; without it, the name is the first of them.
func (s *Service) SuggestName(ctx context.Context, workspace, sessionID, conversationID, person string) (*Written, error) {
	if _, err := s.store.Conversation(ctx, sessionID, conversationID); err != nil {
		return nil, err
	}
	turns, err := s.store.Turns(ctx, conversationID, historyTurns)
	if err != nil {
		return nil, err
	}
	var topics []string
	for _, t := range turns {
		topics = append(topics, t.Text)
	}
	if len(topics) == 0 {
		return nil, nothingToRun()
	}
	req := Request{Workspace: workspace, SessionID: sessionID, Text: topics[0], Person: person, Reader: "auto"}
	return s.write(ctx, req, conversationID, title(topics[0]), agent.Writing{Text: agent.Name, Topics: topics})
}

// DescribeColumns lets the model describe the columns of a table, a line each.
func (s *Service) DescribeColumns(ctx context.Context, workspace, sessionID, tableName, person string) (*Written, error) {
	data, err := s.data.Open(ctx, workspace, sessionID)
	if err != nil {
		return nil, err
	}
	t := data.Catalog.Table(tableName)
	if t == nil {
		return nil, fault.New(fault.NotFound, "table_not_found", "There is no such table in this session.").At("conversation.DescribeColumns")
	}
	req := Request{Workspace: workspace, SessionID: sessionID, Text: tableName, Person: person}
	return s.write(ctx, req, t.ID, "", agent.Writing{Text: agent.Describe, Table: tableName})
}

// suggestedQuestions is how many questions are suggested.
const suggestedQuestions = 6

// SuggestQuestions lets the model think of questions about the tables of a
// session; only those are told that are understood without it. Without a model
// they are those that are known to work.
func (s *Service) SuggestQuestions(ctx context.Context, workspace, sessionID, person string) (*Written, error) {
	data, err := s.data.Open(ctx, workspace, sessionID)
	if err != nil {
		return nil, err
	}
	in := question.Input{Catalog: data.Catalog, Now: s.clock(), Settings: s.settings}
	ours := question.Suggest(in, suggestedQuestions)
	works := func(list []string) []string { return in.Surest(list, suggestedQuestions) }
	req := Request{Workspace: workspace, SessionID: sessionID, Text: "suggestions", Person: person, Reader: "auto"}
	out, err := s.write(ctx, req, sessionID, strings.Join(ours, "\n"), agent.Writing{Text: agent.Suggest, Works: works})
	if err == nil && out.Text != "" {
		out.Items = strings.Split(out.Text, "\n")
	}
	return out, err
}

// write lets the model write a text, under the leave, the limits and the
// ledger of questions. Where it cannot, the text is ours, with a notice.
func (s *Service) write(ctx context.Context, req Request, subject, ours string, w agent.Writing) (*Written, error) {
	if req.Reader == "" {
		req.Reader = "model"
	}
	t, err := s.begin(ctx, req, nil)
	if err != nil {
		return nil, err
	}
	out := &Written{Text: ours, Reader: "offline"}
	if t.egress == agent.Off {
		return out, nil
	}
	release, notice := s.hold(ctx, t)
	defer release()
	if notice != nil {
		out.Notices = append(out.Notices, *notice)
		return out, nil
	}
	t.answer.QueryID = subject
	task := agent.Task{Question: req.Text, Catalog: t.data.Catalog, Egress: t.egress, Now: t.now}
	finding, err := s.inTurn(ctx, t, string(w.Text), task, func(ctx context.Context, v Voice, task agent.Task) (*agent.Finding, error) {
		return v.Write(ctx, task, w)
	})
	out.Model, out.Notices = t.answer.Model, t.answer.Notices
	var trouble *agent.Trouble
	switch {
	case errors.As(err, &trouble):
		s.log.WarnContext(ctx, "the language model wrote no text", "code", trouble.Code, "cause", trouble.Error())
		out.Notices = append(out.Notices, Notice{Code: trouble.Code, Text: trouble.Text})
	case err != nil:
		return nil, err
	default:
		out.Text, out.Reader = finding.Text, "model"
	}
	return out, nil
}
