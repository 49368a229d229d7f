package conversation

import (
	"context"
	"time"

	"tabletalk/internal/llm"
	"tabletalk/internal/llm/agent"
	"tabletalk/internal/plan"
)

// Model is the language model that may read questions, too.
type Model struct {
	Voices      Voices
	Name        string       // of the model that is asked first
	Egress      agent.Egress // what the operator allows at most: model-egress
	Always      bool         // not only where the reading without a model is not sure: model-when
	DayMicros   int64        // what a workspace may spend in a day, in millionths of a dollar; 0 is no limit: model-day-cost
	MonthMicros int64        // and in a month: model-month-cost
	UserMicros  int64        // what one person may spend in a day: model-user-day-cost
	UserCalls   int64        // and how often they may have it called: model-user-day-calls
}

// Voices gives the models that may be asked for a workspace: at least one,
// which is asked; the next one steps in where it gives no answer.
type Voices interface {
	Voices(ctx context.Context, workspace string) ([]Voice, error)
	// Known is the list of models with what they can do and cost.
	Known() llm.Models
	// SetKey keeps a workspace's own key for the server of a setting; an empty
	// one takes it back. Errors: model_key_invalid, model_unknown.
	SetKey(ctx context.Context, workspace, setting, key string) error
}

// Voice is one model at one server.
type Voice struct {
	*agent.Reader
	Format  string // anthropic, openai
	Setting string // what the settings of its server begin with: model, model-fallback
	OwnKey  string // the end of the workspace's own key, where it has one
	Health  func(ctx context.Context) llm.Health
}

// Ledger keeps what was sent to a model, and what a session allows.
type Ledger interface {
	// AddSent keeps what was sent for one question.
	AddSent(ctx context.Context, r Sendings) error
	// Hold keeps calls and money free for a question, as many as granted
	// says of what is spent and held; its error holds nothing.
	Hold(ctx context.Context, h Hold, granted func(Spending) (calls, micros int64, err error)) error
	// Unhold gives back what was not spent of it.
	Unhold(ctx context.Context, id string) error
	// SentFor gives what was sent for a question; nil where nothing was.
	// Error: query_not_found for a question of another workspace.
	SentFor(ctx context.Context, workspace, queryID string) (*Sendings, error)
	// SpentSince sums what a workspace spent, in millionths of a dollar.
	SpentSince(ctx context.Context, workspace string, since time.Time) (int64, error)
	// SpentBy sums the calls and the cost of one person on the day of a time.
	SpentBy(ctx context.Context, workspace, person string, at time.Time) (calls, micros int64, err error)
	// SessionEgress is what a session, or its workspace, allows; empty where
	// nobody said anything. An empty sessionID asks for the workspace alone.
	SessionEgress(ctx context.Context, workspace, sessionID string) (ofWorkspace, ofSession agent.Egress, err error)
	// SetEgress says what a session, or with an empty sessionID the workspace,
	// allows; empty takes that back.
	SetEgress(ctx context.Context, workspace, sessionID string, e agent.Egress) error
}

// Sendings are the requests that were sent for one question.
type Sendings struct {
	Workspace string       `json:"-"`
	SessionID string       `json:"session_id"`
	QueryID   string       `json:"query_id"`
	Person    string       `json:"person_id,omitempty"`
	Purpose   string       `json:"purpose" doc:"question, name, describe, explain"`
	Where     string       `json:"sent_to" doc:"The server that was asked last"`
	Model     string       `json:"model" doc:"The model that was asked last"`
	Egress    agent.Egress `json:"egress" enum:"off,schema,values,results" doc:"What was allowed"`
	Shared    agent.Shared `json:"shared" doc:"How much of the data was in it"`
	Spent     agent.Spent  `json:"spent"`
	Requests  []Sending    `json:"requests" doc:"Byte for byte, in their order; keys are never part of it"`
	CreatedAt time.Time    `json:"created_at"`
}

// Sending is one request as it left the machine.
type Sending struct {
	At    time.Time `json:"at"`
	To    string    `json:"to"`
	Model string    `json:"model,omitempty"`
	Body  string    `json:"body"`
}

// Consulted tells what a model did for an answer.
type Consulted struct {
	Name         string       `json:"name"`
	Where        string       `json:"sent_to" doc:"The server that was asked"`
	Calls        int          `json:"calls"`
	InputTokens  int          `json:"input_tokens" doc:"With those that the server had kept"`
	CachedTokens int          `json:"cached_tokens,omitempty" doc:"Of the input, what the server had kept"`
	OutputTokens int          `json:"output_tokens"`
	Estimated    bool         `json:"estimated,omitempty" doc:"The server did not count: the tokens are a guess"`
	CostUSD      float64      `json:"cost_usd"`
	Agrees       *bool        `json:"agrees" doc:"Whether the reading without a model gives the same; null where there is none"`
	Egress       agent.Egress `json:"egress" enum:"off,schema,values,results" doc:"What of the data might be sent"`
	Shared       agent.Shared `json:"shared" doc:"How much of the data was sent"`
	Text         string       `json:"text,omitempty" doc:"The model's sentences: every number in them is a cell of a result"`
	Dropped      []string     `json:"dropped,omitempty" doc:"Why its sentences are not shown"`
	Computed     []string     `json:"computed,omitempty" doc:"What was computed for it, in words"`
}

// Notice is something that a person should know about how an answer came to be.
type Notice struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Other is a second reading of a question, computed, too.
type Other struct {
	Reader    string     `json:"reader" enum:"offline,model"`
	Says      string     `json:"says"`
	Plan      *plan.Plan `json:"plan"`
	PlanText  string     `json:"plan_text"`
	ValueHint string     `json:"value_hint,omitempty"`
	Result    *Result    `json:"result,omitempty" doc:"Its first rows"`
}

// fill tells what came of asking, and what was spent in all.
func (m *Consulted) fill(f *agent.Finding, spent agent.Spent) {
	u := spent.Usage
	m.Calls, m.InputTokens, m.CachedTokens, m.OutputTokens = spent.Calls, u.Input+u.CacheRead+u.CacheWrite, u.CacheRead, u.Output
	m.Estimated, m.CostUSD = u.Estimated, dollars(spent.Micros)
	m.Shared, m.Text, m.Dropped, m.Computed = f.Shared, f.Text, f.Dropped, f.Ran
}

// sendings are the requests of a finding as the ledger keeps them.
func sendings(list []llm.Sent, model string) []Sending {
	out := make([]Sending, 0, len(list))
	for _, s := range list {
		out = append(out, Sending{At: s.At.UTC(), To: s.To, Model: model, Body: string(s.Body)})
	}
	return out
}
