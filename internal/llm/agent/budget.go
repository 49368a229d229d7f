package agent

import (
	"cmp"
	"time"

	"tabletalk/internal/llm"
)

// Budget is what one question may take.
type Budget struct {
	Calls  int           // model-max-calls
	Tools  int           // model-max-tools
	Tokens int           // model-max-tokens
	Micros int64         // model-max-cost, in millionths of a dollar
	Time   time.Duration // model-timeout

	callsBy, microsBy string // the settings that bound calls and cost, where others do
}

// Share bounds a question further than its budget: by what is left of a limit
// of many. An empty setting bounds nothing.
type Share struct {
	Calls             int
	Micros            int64
	CallsBy, MicrosBy string // the settings that bound them
}

func (b Budget) within(s Share) Budget {
	if s.CallsBy != "" && s.Calls < b.Calls {
		b.Calls, b.callsBy = s.Calls, s.CallsBy
	}
	if s.MicrosBy != "" && s.Micros < b.Micros {
		b.Micros, b.microsBy = s.Micros, s.MicrosBy
	}
	return b
}

// Spent is what it took.
type Spent struct {
	Calls  int       `json:"calls"`
	Tools  int       `json:"tools"`
	Usage  llm.Usage `json:"usage"`
	Micros int64     `json:"cost_micros"`
}

// Add counts s and v together.
func (s Spent) Add(v Spent) Spent {
	return Spent{Calls: s.Calls + v.Calls, Tools: s.Tools + v.Tools, Usage: s.Usage.Add(v.Usage), Micros: s.Micros + v.Micros}
}

// exceeded names the setting that the next call would break; empty if none.
func (r *run) exceeded(req llm.Request) string {
	b, s := r.budget, r.Before.Add(r.finding.Spent)
	next := llm.Usage{Input: llm.Estimate(req.Size()), Output: req.MaxTokens}
	switch {
	case s.Calls >= b.Calls:
		return cmp.Or(b.callsBy, "model-max-calls")
	case s.Usage.All()+next.Input > b.Tokens:
		return "model-max-tokens"
	case s.Micros+r.model.Micros(next) > b.Micros:
		return cmp.Or(b.microsBy, "model-max-cost")
	case next.All() > r.model.Context:
		return "the model's context"
	}
	return ""
}

// Trouble is why a model gave no answer.
type Trouble struct {
	Code string // stable: model_unavailable, model_budget, model_refused, model_no_answer, model_not_allowed
	Text string // one sentence for the person
	Err  error  // for the log
	Next bool   // another model may do better
}

// Error is for the log.
func (t *Trouble) Error() string {
	if t.Err != nil {
		return t.Code + ": " + t.Err.Error()
	}
	return t.Code + ": " + t.Text
}

// Unwrap gives the cause.
func (t *Trouble) Unwrap() error { return t.Err }

func unavailable(err error) *Trouble {
	return &Trouble{Code: "model_unavailable", Text: "The language model was not used: " + llm.Sentence(err) + ".", Err: err, Next: true}
}
