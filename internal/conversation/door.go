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
	Provider  string   `json:"provider" enum:"none,anthropic,openai"`
	Name      string   `json:"name,omitempty"`
	Where     string   `json:"sent_to,omitempty" doc:"The server that would be asked"`
	Free      bool     `json:"free" doc:"Nothing is known of a price: a server of one's own, or one that is not in the list of models"`
	When      string   `json:"when,omitempty" enum:"always,unsure"`
	Voices    []Spoken `json:"models" doc:"The model that is asked, and the one that steps in where it gives no answer"`
	Egress    Allowed  `json:"egress"`
	DayUSD    float64  `json:"spent_today_usd"`
	MonthUSD  float64  `json:"spent_this_month_usd"`
	DayMost   float64  `json:"day_limit_usd" doc:"0 is no limit"`
	MonthMost float64  `json:"month_limit_usd" doc:"0 is no limit"`
	Yours     *Yours   `json:"yours,omitempty" doc:"What the asker took of it today"`
}

// Yours is what one person took of the model in a day, and may take.
type Yours struct {
	USD       float64 `json:"spent_usd"`
	Most      float64 `json:"limit_usd" doc:"0 is no limit"`
	Calls     int64   `json:"calls"`
	MostCalls int64   `json:"calls_limit" doc:"0 is no limit"`
}

// Yours tells what a person took of the model today; nil where nobody is known
// or no model is set.
func (s *Service) Yours(ctx context.Context, workspace, person string) (*Yours, error) {
	if s.model == nil || person == "" {
		return nil, nil
	}
	calls, micros, err := s.ledger.SpentBy(ctx, workspace, person, s.clock())
	return &Yours{USD: dollars(micros), Most: dollars(s.model.UserMicros), Calls: calls, MostCalls: s.model.UserCalls}, err
}

// Spoken is one model at one server: what it can do, what it costs, and how it
// does.
type Spoken struct {
	Name     string     `json:"name"`
	Provider string     `json:"provider" enum:"anthropic,openai"`
	Where    string     `json:"sent_to"`
	Setting  string     `json:"setting" enum:"model,model-fallback" doc:"Which settings say where its server is"`
	OwnKey   string     `json:"own_key,omitempty" doc:"The end of the workspace's own key; without it, the operator's is used"`
	Known    llm.Model  `json:"known" doc:"What it can do, and its price, as the list of models says"`
	Health   llm.Health `json:"health" doc:"How calls ended since this process began"`
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
	voices, err := m.Voices.Voices(ctx, workspace)
	if err != nil {
		return nil, err
	}
	for _, v := range voices {
		state.Voices = append(state.Voices, Spoken{Name: v.Model, Provider: v.Format, Where: v.Provider.Where(), Setting: v.Setting, OwnKey: v.OwnKey, Known: v.Known, Health: v.Health(ctx)})
	}
	state.Provider, state.Name, state.Where, state.When = voices[0].Format, voices[0].Model, voices[0].Provider.Where(), "unsure"
	if m.Always {
		state.When = "always"
	}
	state.Free = voices[0].Known.Prices == llm.Prices{}
	state.Egress.Operator, state.Egress.Effective = m.Egress, least(m.Egress, own, session)
	spent, err := s.spent(ctx, workspace, s.clock())
	state.DayUSD, state.MonthUSD, state.DayMost, state.MonthMost = dollars(spent.day), dollars(spent.month), dollars(m.DayMicros), dollars(m.MonthMicros)
	return state, err
}

// KnownModels lists the models of which is known what they can do and cost.
// Error: model_not_set.
func (s *Service) KnownModels() (llm.Models, error) {
	if s.model == nil {
		return nil, modelNotSet("conversation.KnownModels")
	}
	return s.model.Voices.Known(), nil
}

// SetModelKey keeps a workspace's own key for the server of a setting, sealed;
// an empty one takes it back. Errors: model_not_set, model_key_invalid,
// model_unknown.
func (s *Service) SetModelKey(ctx context.Context, workspace, setting, key string) (*ModelState, error) {
	if s.model == nil {
		return nil, modelNotSet("conversation.SetModelKey")
	}
	if err := s.model.Voices.SetKey(ctx, workspace, setting, key); err != nil {
		return nil, err
	}
	return s.ModelState(ctx, workspace, "")
}

func modelNotSet(op string) error {
	return fault.New(fault.Invalid, "model_not_set", "No language model is set.").WithHint("Set model-provider and model.").At(op)
}

func dollars(micros int64) float64 { return float64(micros) / 1e6 }

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
	Name      string   `json:"name"`
	Says      string   `json:"says"`
	ElapsedMS int64    `json:"elapsed_ms"`
	Models    []string `json:"models,omitempty" doc:"What the server offers, where it says so"`
	CostUSD   float64  `json:"cost_usd"`
	Fallback  *Tested  `json:"fallback,omitempty" doc:"The same of the model that steps in"`
}

// testTime is how long a test of the connection may take.
const testTime = 30 * time.Second

// TestModel asks each model for one word: no data is sent. Error:
// model_not_set.
func (s *Service) TestModel(ctx context.Context, workspace string) (*Tested, error) {
	if s.model == nil {
		return nil, modelNotSet("conversation.TestModel")
	}
	voices, err := s.model.Voices.Voices(ctx, workspace)
	if err != nil {
		return nil, err
	}
	var first *Tested
	for i := len(voices) - 1; i >= 0; i-- {
		one := s.tryVoice(ctx, workspace, voices[i])
		one.Fallback, first = first, one
	}
	return first, nil
}

func (s *Service) tryVoice(ctx context.Context, workspace string, v Voice) *Tested {
	ctx, cancel := context.WithTimeout(ctx, testTime)
	defer cancel()
	started, out := s.clock(), &Tested{Name: v.Model}
	if names, err := v.Provider.Models(ctx); err == nil {
		out.Models = names
	}
	resp, err := v.Provider.Stream(ctx, llm.Request{Model: v.Model, MaxTokens: 16, Messages: []llm.Message{llm.Say(llm.User, "Answer with the one word: ready")}}, nil)
	out.ElapsedMS = s.clock().Sub(started).Milliseconds()
	if err != nil {
		out.Says = "The language model cannot be used: " + llm.Sentence(err) + "."
		s.log.WarnContext(ctx, "the test of the language model failed", "model", v.Model, "cause", err.Error())
		return out
	}
	cost := agent.Spent{Calls: 1, Usage: resp.Usage, Micros: v.Known.Micros(resp.Usage)}
	out.OK, out.Says, out.CostUSD = true, "The language model answers.", dollars(cost.Micros)
	if err := s.ledger.AddSent(ctx, Sendings{Workspace: workspace, Purpose: "test", Where: v.Provider.Where(), Model: v.Model, Spent: cost, CreatedAt: started.UTC()}); err != nil {
		s.log.ErrorContext(ctx, "what a test of the language model cost could not be written down", "cause", err.Error())
	}
	return out
}
