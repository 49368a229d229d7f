package conversation

import (
	"context"
	"strings"
	"time"

	"tabletalk/internal/dataset"
	"tabletalk/internal/explain"
	"tabletalk/internal/fault"
	"tabletalk/internal/llm/agent"
	"tabletalk/internal/plan"
	"tabletalk/internal/question"
	"tabletalk/internal/table"
)

// turn is one question on its way to an answer.
type turn struct {
	Request
	data    *dataset.Opened
	history []Turn
	now     time.Time
	started time.Time
	emit    func(Event)
	key     string // of the answer in the memory
	answer  *Answer
	keys    []question.Key
	isNew   bool                       // the conversation begins with this question
	before  []Kept                     // what a new conversation begins with
	over    []Kept                     // the wish to start over that the question begins with, if any
	probed  map[*plan.Plan]*table.Rows // of readings that were compared
	outcome question.Outcome           // how the words were read
	egress  agent.Egress               // what a model may be sent of the data
	share   agent.Share                // of what may still be spent on a model
	written string                     // the statement that a model wrote, where no plan could say it
}

// Ask answers a question. This is the whole story: what the session holds,
// what was said before, what the question means, what the data says to the
// readings and a language model to the question, where one may be asked, and
// then an answer, a question back, or a refusal. emit, which may be nil, is
// called with each step as it happens.
//
// Errors are faults: not_found for the session or the conversation,
// question_empty, question_too_long, plan_invalid, and those of the engine.
// A question that cannot be answered from the data is no error but an Answer.
func (s *Service) Ask(ctx context.Context, req Request, emit func(Event)) (*Answer, error) {
	t, err := s.begin(ctx, req, emit)
	if err != nil {
		return nil, err
	}
	t.key = s.key(t)
	if s.recall(ctx, t) {
		return t.answer, s.keep(ctx, t)
	}
	t.say("status", map[string]string{"stage": "understanding"})
	decision, err := s.understand(ctx, t)
	if err == nil {
		decision, err = s.consult(ctx, t, decision)
	}
	if err != nil {
		return nil, err
	}
	switch decision.Status {
	case question.Answered:
		err = s.compute(ctx, t, *decision.Reading)
	case writtenOnly:
		err = s.runSQL(ctx, t, t.written)
	case question.Clarify:
		err = s.clarify(ctx, t, decision)
	case saidOnly:
		t.tell()
	default:
		s.refuse(t, decision.Refusal)
	}
	if err != nil {
		return nil, err
	}
	t.answer.ElapsedMS = s.clock().Sub(t.started).Milliseconds()
	s.remember(ctx, t)
	return t.answer, s.keep(ctx, t)
}

// begin checks the request and gathers what an answer needs.
func (s *Service) begin(ctx context.Context, req Request, emit func(Event)) (*turn, error) {
	if err := s.Check(req); err != nil {
		return nil, err
	}
	t := &turn{Request: req, started: s.clock(), now: req.Now, emit: emit, probed: map[*plan.Plan]*table.Rows{}}
	if t.now.IsZero() {
		t.now = t.started
	}
	var err error
	if t.data, err = s.data.Open(ctx, req.Workspace, req.SessionID); err != nil {
		return nil, err
	}
	if t.history, err = s.thread(ctx, t); err != nil {
		return nil, err
	}
	if at, ok := question.Restart(t.Text); ok && len(t.history) > 0 {
		t.startOver(s, at)
	}
	t.answer = s.blank(t)
	t.egress, err = s.allowed(ctx, t.Request)
	return t, err
}

// startOver forgets what was asked before where the question begins with that
// wish, and keeps the wish as a turn of its own, so that nothing later reaches
// behind it.
func (t *turn) startOver(s *Service, at int) {
	a := s.blank(t)
	a.Query, a.Status, a.Intent, a.Explanation = strings.TrimSpace(t.Text[:at]), question.Answered, StartedOver, startedOver
	t.over, t.history = append(t.over, Kept{Answer: *a}), nil
}

// Check refuses what is no question at all. Ask does it, too; who answers in
// the background asks before.
func (s *Service) Check(req Request) error {
	if req.Plan == nil && strings.TrimSpace(req.Text) == "" {
		return fault.New(fault.Invalid, "question_empty", "There is no question.").
			WithHint("Ask something like “average age by region”.").At("conversation.Ask")
	}
	if len(req.Text) > s.limits.TextBytes {
		return fault.New(fault.TooLarge, "question_too_long", "The question has %d bytes; the limit is %d.", len(req.Text), s.limits.TextBytes).
			WithHint("Ask a shorter question, or raise the setting max-question-bytes.").At("conversation.Ask")
	}
	switch r := req.Reader; {
	case r == "model" && s.model == nil:
		return fault.New(fault.Invalid, "model_not_set", "No language model is set, so none can read the question.").
			WithHint("Ask with the reader auto or offline, or set model-provider and model.").At("conversation.Ask")
	case r != "" && r != "auto" && r != "offline" && r != "model":
		return fault.New(fault.Invalid, "reader_unknown", "There is no reader called %q.", r).
			WithHint("Use auto, offline or model.").At("conversation.Ask")
	}
	return nil
}

// historyTurns is how many earlier turns a question may refer to.
const historyTurns = 50

// thread finds the conversation, or begins one, and gives its earlier turns
// since it was last started over.
func (s *Service) thread(ctx context.Context, t *turn) ([]Turn, error) {
	if t.Edits != "" {
		return s.branch(ctx, t)
	}
	if t.ConversationID == "" {
		t.ConversationID, t.isNew = newID(), true
		return nil, nil
	}
	if _, err := s.store.Conversation(ctx, t.SessionID, t.ConversationID); err != nil {
		return nil, err
	}
	turns, err := s.store.Turns(ctx, t.ConversationID, historyTurns)
	return sinceStart(turns), err
}

// branch begins a conversation with copies of the answers before an earlier
// question, so that another one can stand in its place.
func (s *Service) branch(ctx context.Context, t *turn) ([]Turn, error) {
	old, err := s.store.Query(ctx, t.Workspace, t.Edits)
	if err == nil && old.SessionID != t.SessionID {
		err = fault.New(fault.NotFound, "query_not_found", "There is no such question in this session.").At("conversation.Ask")
	}
	if err != nil {
		return nil, err
	}
	if t.before, err = s.store.Before(ctx, t.Workspace, t.Edits, historyTurns); err != nil {
		return nil, err
	}
	t.ConversationID, t.isNew = newID(), true
	var turns []Turn
	for i := range t.before {
		k := &t.before[i]
		a := &k.Answer
		a.QueryID, a.ConversationID = newID(), t.ConversationID
		if a.Status == question.Answered && a.Plan != nil || a.Intent == StartedOver {
			turns = append(turns, Turn{QueryID: a.QueryID, Turn: question.Turn{Text: a.Query, Plan: a.Plan, Keys: k.Keys, Sure: question.Confidence(a.Confidence)}})
		}
	}
	return sinceStart(turns), nil
}

// sinceStart leaves out what was asked before the conversation was last
// started over.
func sinceStart(turns []Turn) []Turn {
	for i := len(turns) - 1; i >= 0; i-- {
		if turns[i].Plan == nil {
			return turns[i+1:]
		}
	}
	return turns
}

// blank is the answer document before anything is known.
func (s *Service) blank(t *turn) *Answer {
	return &Answer{
		QueryID: newID(), ConversationID: t.ConversationID, SessionID: t.SessionID, Query: t.Text,
		Status: question.Refused, Assumptions: []Assumption{}, Ignored: []string{}, Notes: []string{},
		Reader: "offline", CreatedAt: t.started.UTC(),
		Provenance: Provenance{Tables: []Source{}, Engine: s.engine.Version(), Now: t.now.Format(time.RFC3339)},
	}
}

func turns(history []Turn) []question.Turn {
	list := make([]question.Turn, len(history))
	for i, h := range history {
		list[i] = h.Turn
	}
	return list
}

// understand reads the question and lets the data speak to the readings. A
// plan that was posted back needs no reading.
func (s *Service) understand(ctx context.Context, t *turn) (question.Decision, error) {
	if t.Plan != nil {
		return s.given(t)
	}
	outcome := question.Understand(s.asked(t, t.Text))
	t.outcome = outcome
	t.answer.Intent, t.answer.Spans = outcome.Intent, outcome.Words
	if outcome.Meta != question.MetaNone {
		return s.meta(ctx, t, outcome.Meta)
	}
	if r := t.confirmed(outcome); r != nil {
		return question.Decision{Status: question.Answered, Reading: r}, nil
	}
	return question.Decide(outcome, s.probe(ctx, t, outcome)), nil
}

// asked is a question as it would be read in this turn.
func (s *Service) asked(t *turn, text string) question.Input {
	return question.Input{Text: text, Catalog: t.data.Catalog, History: turns(t.history), Now: t.now, Settings: s.settings}
}

// given makes a decision of a plan that a person chose.
func (s *Service) given(t *turn) (question.Decision, error) {
	if err := plan.Validate(t.Plan, t.data.Catalog); err != nil {
		return question.Decision{}, err
	}
	if t.Text == "" {
		t.Text = explain.Restate(t.Plan, t.data.Catalog)
		t.answer.Query = t.Text
	}
	r := question.Reading{Plan: t.Plan, Confidence: question.High}
	if len(t.history) > 0 {
		r.Edit = "chosen" // what was asked may continue the question before
	}
	return question.Decision{Status: question.Answered, Reading: &r}, nil
}

// mostTries is how many questions that would work are told beside a refusal.
const mostTries = 3

// refuse writes down why there is no answer, and which questions would have
// one.
func (s *Service) refuse(t *turn, r *question.Refusal) {
	a := t.answer
	a.Status, a.Explanation, a.Reason = question.Refused, r.Reason, r.Reason
	a.Words, a.Near, a.Try = r.Words, r.Near, s.asked(t, "").Surest(r.Try, len(r.Try))
	if len(a.Try) == 0 {
		a.Try = question.Suggest(s.asked(t, ""), mostTries)
	}
	t.say("text", map[string]string{"text": r.Reason})
}

// say tells a listener of a step.
func (t *turn) say(kind string, data any) {
	if t.emit != nil {
		t.emit(Event{Type: kind, Data: data})
	}
}
