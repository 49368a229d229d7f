package api

import (
	"context"
	"time"

	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
)

// questionBody is a question, or an option posted back.
type questionBody struct {
	SessionID      string     `json:"session_id" minLength:"1"`
	Query          string     `json:"query,omitempty" doc:"The question in own words"`
	ConversationID string     `json:"conversation_id,omitempty" doc:"Names the conversation that a follow-up belongs to; without it a new one begins"`
	Edits          string     `json:"edits,omitempty" doc:"An earlier question that this one is asked in place of: a new conversation begins with what was asked before that"`
	Plan           *plan.Plan `json:"plan,omitempty" doc:"An option or alternative posted back, asked instead of the query"`
	Now            string     `json:"now,omitempty" doc:"A date or an RFC 3339 time: the clock for relative dates" example:"2025-06-15"`
	Reader         string     `json:"reader,omitempty" enum:"auto,offline,model" default:"auto"`
	UseCache       *bool      `json:"use_cache,omitempty" doc:"Default true"`
}

type askInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"The same key gives the first answer again"`
	Body questionBody
}

func (in *askInput) session() string { return in.Body.SessionID }

type answerOutput struct{ Body *conversation.Answer }

// request makes the domain's request of a body.
func (s *Server) request(ctx context.Context, b questionBody) (conversation.Request, error) {
	req := conversation.Request{
		Workspace: who(ctx).Workspace, SessionID: b.SessionID, ConversationID: b.ConversationID, Edits: b.Edits, Text: b.Query,
		Plan: b.Plan, Reader: b.Reader, Person: who(ctx).ID, NoCache: b.UseCache != nil && !*b.UseCache,
	}
	if err := s.asker.Check(req); err != nil {
		return req, err
	}
	var err error
	req.Now, err = clock(b.Now, s.zone)
	return req, err
}

// clock reads the clock that a question is to be read with; empty is now.
func clock(text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fault.New(fault.Invalid, "now_invalid", "The field now is neither a date nor an RFC 3339 time.").WithHint("Write it like 2025-06-15 or 2025-06-15T12:00:00Z.")
	}
	return t, nil
}

func (s *Server) ask(ctx context.Context, in *askInput) (*answerOutput, error) {
	req, err := s.request(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	a, err := s.asker.Ask(ctx, req, nil)
	return s.answered(a, err)
}

// answered counts an answer on its way out.
func (s *Server) answered(a *conversation.Answer, err error) (*answerOutput, error) {
	if err != nil {
		s.metrics.questions.WithLabelValues("error", "", "false").Inc()
		return nil, err
	}
	cached := "false"
	if a.Cached {
		cached = "true"
	}
	s.metrics.questions.WithLabelValues(string(a.Status), a.Reader, cached).Inc()
	s.metrics.thinking.Observe(float64(a.ElapsedMS) / 1000)
	return &answerOutput{Body: a}, nil
}

type textInput struct {
	Body struct {
		SessionID      string `json:"session_id" minLength:"1"`
		ConversationID string `json:"conversation_id,omitempty" doc:"The question may go on from the last one of this conversation"`
		Query          string `json:"query" minLength:"1"`
	}
}

func (in *textInput) session() string { return in.Body.SessionID }

type classifyOutput struct {
	Body struct {
		Intent     string              `json:"intent" doc:"What is asked for: aggregate, rank, filter, trend, compare, share, list, schema, meta, unclear"`
		Confidence question.Confidence `json:"confidence" enum:"high,medium,low"`
	}
}

func (s *Server) classify(ctx context.Context, in *textInput) (*classifyOutput, error) {
	intent, confidence, _, err := s.words(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &classifyOutput{}
	out.Body.Intent, out.Body.Confidence = intent, confidence
	return out, nil
}

type entitiesOutput struct {
	Body struct {
		Entities []question.Word `json:"entities" doc:"Spans of the text, in bytes, and what each is tied to"`
	}
}

func (s *Server) entities(ctx context.Context, in *textInput) (*entitiesOutput, error) {
	_, _, words, err := s.words(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &entitiesOutput{}
	out.Body.Entities = orEmpty(words)
	return out, nil
}

func (s *Server) words(ctx context.Context, in *textInput) (string, question.Confidence, []question.Word, error) {
	b := in.Body
	return s.speller.Words(ctx, conversation.Request{Workspace: who(ctx).Workspace, SessionID: b.SessionID, ConversationID: b.ConversationID, Text: b.Query})
}

type suggestInput struct {
	SessionID      string `query:"session_id" required:"true"`
	ConversationID string `query:"conversation_id" doc:"The question may go on from the last one of this conversation"`
	Prefix         string `query:"q" maxLength:"500" doc:"What was typed so far"`
	Limit          int    `query:"limit" default:"6" minimum:"1" maximum:"20"`
}

type suggestOutput struct {
	Body struct {
		Suggestions []string `json:"suggestions"`
	}
}

func (s *Server) suggest(ctx context.Context, in *suggestInput) (*suggestOutput, error) {
	list, err := s.speller.Suggest(ctx, conversation.Request{Workspace: who(ctx).Workspace, SessionID: in.SessionID, ConversationID: in.ConversationID, Text: in.Prefix}, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &suggestOutput{}
	out.Body.Suggestions = orEmpty(list)
	return out, nil
}

type sqlInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body struct {
		SessionID string `json:"session_id" minLength:"1"`
		SQL       string `json:"sql" minLength:"1" doc:"One SELECT over the session's tables"`
	}
}

func (in *sqlInput) session() string { return in.Body.SessionID }

func (s *Server) sql(ctx context.Context, in *sqlInput) (*answerOutput, error) {
	a, err := s.asker.SQL(ctx, who(ctx).Workspace, in.Body.SessionID, in.Body.SQL)
	return s.answered(a, err)
}

type queryInput struct {
	ID string `path:"id"`
}

func (s *Server) query(ctx context.Context, in *queryInput) (*answerOutput, error) {
	a, err := s.threads.Query(ctx, who(ctx).Workspace, in.ID)
	if err != nil {
		return nil, err
	}
	return &answerOutput{Body: a}, nil
}

type rerunInput struct {
	ID  string `path:"id"`
	Key string `header:"Idempotency-Key" maxLength:"200"`
}

func (s *Server) rerun(ctx context.Context, in *rerunInput) (*answerOutput, error) {
	a, err := s.asker.Rerun(ctx, who(ctx).Workspace, in.ID)
	return s.answered(a, err)
}

type feedbackInput struct {
	ID   string `path:"id"`
	Body struct {
		Feedback string `json:"feedback" enum:"up,down,none" doc:"none takes an earlier one back"`
	}
}

type feedbackOutput struct{ Body conversation.Learned }

func (s *Server) feedback(ctx context.Context, in *feedbackInput) (*feedbackOutput, error) {
	f := in.Body.Feedback
	if f == "none" {
		f = ""
	}
	learned, err := s.judge.Feedback(ctx, who(ctx).Workspace, in.ID, f)
	if err != nil {
		return nil, err
	}
	return &feedbackOutput{Body: learned}, nil
}
