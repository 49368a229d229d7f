package conversation

import (
	"context"
	"time"

	"tabletalk/internal/fault"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/agent"
)

// ModelState tells of the language model, and of what it may be sent.
type ModelState struct {
	Provider  string  `json:"provider" enum:"none,anthropic,openai"`
	Name      string  `json:"name,omitempty"`
	Where     string  `json:"sent_to,omitempty" doc:"The server that would be asked"`
	Free      bool    `json:"free" doc:"Nothing is known of a price: a server of one's own, or one that is not in the list of models"`
	When      string  `json:"when,omitempty" enum:"always,unsure"`
	Egress    Allowed `json:"egress"`
	DayUSD    float64 `json:"spent_today_usd"`
	MonthUSD  float64 `json:"spent_this_month_usd"`
	DayMost   float64 `json:"day_limit_usd" doc:"0 is no limit"`
	MonthMost float64 `json:"month_limit_usd" doc:"0 is no limit"`
}

// Allowed is what may be sent of the data: the least of three.
type Allowed struct {
	Operator  agent.Egress `json:"operator" enum:"off,schema,values,results" doc:"The setting model-egress"`
	Workspace agent.Egress `json:"workspace,omitempty" enum:"off,schema,values,results"`
	Session   agent.Egress `json:"session,omitempty" enum:"off,schema,values,results"`
	Effective agent.Egress `json:"effective" enum:"off,schema,values,results"`
}

// ModelState tells of the model for a session, or with an empty id for the
// workspace.
func (s *Service) ModelState(ctx context.Context, workspace, sessionID string) (*ModelState, error) {
	own, session, err := s.ledger.SessionEgress(ctx, workspace, sessionID)
	if err != nil {
		return nil, err
	}
	state := &ModelState{Provider: "none", Egress: Allowed{Operator: agent.Off, Workspace: own, Session: session, Effective: agent.Off}}
	if s.model == nil {
		return state, nil
	}
	m := s.model
	state.Provider, state.Name, state.Where, state.When = m.Provider, m.Reader.Model, m.Reader.Provider.Where(), "unsure"
	if m.Always {
		state.When = "always"
	}
	state.Free = m.Reader.Known.Prices == llm.Prices{}
	state.Egress.Operator, state.Egress.Effective = m.Egress, least(m.Egress, own, session)
	day := s.clock().UTC().Truncate(24 * time.Hour)
	today, err := s.ledger.SpentSince(ctx, workspace, day)
	if err != nil {
		return nil, err
	}
	month, err := s.ledger.SpentSince(ctx, workspace, firstOfMonth(day))
	state.DayUSD, state.MonthUSD, state.DayMost, state.MonthMost = dollars(today), dollars(month), dollars(m.DayMicros), dollars(m.MonthMicros)
	return state, err
}

func dollars(micros int64) float64 { return float64(micros) / 1e6 }

func firstOfMonth(day time.Time) time.Time { return day.AddDate(0, 0, 1-day.Day()) }

// least is the level that sends the least; an empty one says nothing.
func least(e agent.Egress, others ...agent.Egress) agent.Egress {
	for _, o := range others {
		if o != "" {
			e = agent.Narrower(e, o)
		}
	}
	return e
}

// SetEgress says what of a session, or with an empty id of all sessions of the
// workspace, may be sent; empty takes that back. Errors: egress_unknown,
// session_not_found.
func (s *Service) SetEgress(ctx context.Context, workspace, sessionID string, e agent.Egress) (*ModelState, error) {
	if e != "" && !e.Known() {
		return nil, fault.New(fault.Invalid, "egress_unknown", "There is no level %q.", string(e)).WithHint("Use off, schema, values or results.").At("conversation.SetEgress")
	}
	if err := s.ledger.SetEgress(ctx, workspace, sessionID, e); err != nil {
		return nil, err
	}
	return s.ModelState(ctx, workspace, sessionID)
}

// Sent gives what was sent to a model for a question. Errors: query_not_found,
// nothing_sent.
func (s *Service) Sent(ctx context.Context, workspace, queryID string) (*Sendings, error) {
	sent, err := s.ledger.SentFor(ctx, workspace, queryID)
	if err == nil && sent == nil {
		err = fault.New(fault.NotFound, "nothing_sent", "Nothing was sent to a language model for this question.").At("conversation.Sent")
	}
	return sent, err
}

// Tested is what a test of the connection found.
type Tested struct {
	OK        bool     `json:"ok"`
	Says      string   `json:"says"`
	ElapsedMS int64    `json:"elapsed_ms"`
	Models    []string `json:"models,omitempty" doc:"What the server offers, where it says so"`
	CostUSD   float64  `json:"cost_usd"`
}

// testTime is how long a test of the connection may take.
const testTime = 30 * time.Second

// TestModel asks the model for one word: no data is sent. Error: model_not_set.
func (s *Service) TestModel(ctx context.Context) (*Tested, error) {
	if s.model == nil {
		return nil, fault.New(fault.Invalid, "model_not_set", "No language model is set.").WithHint("Set model-provider and model.").At("conversation.TestModel")
	}
	r, started := s.model.Reader, s.clock()
	ctx, cancel := context.WithTimeout(ctx, testTime)
	defer cancel()
	out := &Tested{}
	names, listed := r.Provider.Models(ctx)
	resp, err := r.Provider.Stream(ctx, llm.Request{Model: r.Model, MaxTokens: 16, Messages: []llm.Message{llm.Say(llm.User, "Answer with the one word: ready")}}, nil)
	out.ElapsedMS = s.clock().Sub(started).Milliseconds()
	if listed == nil {
		out.Models = names
	}
	if err != nil {
		out.Says = "The language model cannot be used: " + llm.Sentence(err) + "."
		s.log.WarnContext(ctx, "the test of the language model failed", "cause", err.Error())
		return out, nil
	}
	out.OK, out.Says, out.CostUSD = true, "The language model answers.", dollars(r.Known.Micros(resp.Usage))
	return out, nil
}
