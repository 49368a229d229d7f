package eval

import (
	"fmt"
	"io"

	"tabletalk/internal/conversation"
)

// Model counts what a language model did for the questions of a set.
type Model struct {
	Asked    int     `json:"asked"`     // questions that it was asked
	Answered int     `json:"answered"`  // of them, those that it read
	Agrees   int     `json:"agrees"`    // of those, where the reading without it gives the same
	Differs  int     `json:"differs"`   // and where it gives something else
	FellBack int     `json:"fell_back"` // answered without it after all
	Calls    int     `json:"calls"`
	Tokens   int     `json:"tokens"`
	Cached   int     `json:"cached_tokens"` // of them, those that the server had kept
	CostUSD  float64 `json:"cost_usd"`
}

// modelOf is what a model did for one answer.
func modelOf(a *conversation.Answer) (m Model) {
	if len(a.Notices) > 0 {
		m.FellBack = 1
	}
	c := a.Model
	if c == nil {
		return m
	}
	m.Asked, m.Calls, m.Tokens, m.Cached, m.CostUSD = 1, c.Calls, c.InputTokens+c.OutputTokens, c.CachedTokens, c.CostUSD
	if a.Reader == "model" {
		m.Answered = 1
	}
	switch {
	case c.Agrees == nil:
	case *c.Agrees:
		m.Agrees = 1
	default:
		m.Differs = 1
	}
	return m
}

func (m *Model) add(o Model) {
	m.Asked, m.Answered, m.Agrees, m.Differs, m.FellBack = m.Asked+o.Asked, m.Answered+o.Answered, m.Agrees+o.Agrees, m.Differs+o.Differs, m.FellBack+o.FellBack
	m.Calls, m.Tokens, m.Cached, m.CostUSD = m.Calls+o.Calls, m.Tokens+o.Tokens, m.Cached+o.Cached, m.CostUSD+o.CostUSD
}

// writeModels tells what a model did, where one was asked.
func writeModels(w io.Writer, results []Result) {
	header := false
	for _, r := range results {
		if r.Model == nil || r.Model.Asked+r.Model.FellBack == 0 {
			continue
		}
		if !header {
			header = true
			fmt.Fprintf(w, "\n%-28s %6s %8s %6s %7s %9s %6s %10s %8s %9s\n", "model", "asked", "answered", "agrees", "differs", "fell back", "calls", "tokens", "kept", "cost")
		}
		m := r.Model
		fmt.Fprintf(w, "%-28s %6d %8d %6d %7d %9d %6d %10d %7.1f%% %9s\n", r.Name, m.Asked, m.Answered, m.Agrees, m.Differs, m.FellBack, m.Calls, m.Tokens,
			100*float64(m.Cached)/float64(max(m.Tokens, 1)), fmt.Sprintf("$%.4f", m.CostUSD))
	}
}
