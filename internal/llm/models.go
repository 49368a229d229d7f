package llm

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
)

//go:embed models.json
var shipped []byte

// Model is what is known of a model.
type Model struct {
	Match     string `json:"match"` // a pattern for names, as in a shell
	Context   int    `json:"context"`
	MaxOutput int    `json:"output"`    // most tokens of one response
	Caching   bool   `json:"caching"`   // places in the prompt may be marked for the server's cache
	Small     bool   `json:"small"`     // one tool, and the readings of the question as a choice
	NewLimit  bool   `json:"new_limit"` // the most tokens are named max_completion_tokens
	Prices
	Long *LongPrices `json:"long,omitempty"`
}

// Prices are dollars for a million tokens; all zero where nothing is known, as
// of a server of one's own.
type Prices struct {
	Input      float64 `json:"input_price"`
	Output     float64 `json:"output_price"`
	CacheRead  float64 `json:"cache_read_price"`
	CacheWrite float64 `json:"cache_write_price"`
}

// LongPrices are those of prompts with more than From tokens.
type LongPrices struct {
	From int `json:"from"`
	Prices
}

// Models is a list of models; the first match counts.
type Models []Model

// LoadModels reads the list that ships with the program; what more holds, if
// anything, is looked at first.
func LoadModels(more []byte) (Models, error) {
	var list, own Models
	if err := json.Unmarshal(shipped, &list); err != nil {
		return nil, fmt.Errorf("the list that ships with the program: %w", err)
	}
	if len(more) > 0 {
		if err := json.Unmarshal(more, &own); err != nil {
			return nil, err
		}
	}
	list = append(own, list...)
	for _, m := range list {
		if _, err := path.Match(m.Match, ""); err != nil || m.Match == "" {
			return nil, fmt.Errorf("%q is no pattern for names of models", m.Match)
		}
	}
	return list, nil
}

// Find tells what is known of a model. One that no line matches is taken for
// a careful middle: nothing special is asked of it, and nothing is known of
// its price.
func (m Models) Find(name string) Model {
	for _, known := range m {
		if ok, _ := path.Match(known.Match, name); ok {
			return known
		}
	}
	return Model{Match: name, Context: 32_000, MaxOutput: 4096}
}

// Micros is what one call costs, in millionths of a dollar, rounded up.
func (m Model) Micros(u Usage) int64 {
	p := m.Prices
	if m.Long != nil && u.All()-u.Output > m.Long.From {
		p = m.Long.Prices
	}
	cost := float64(u.Input)*p.Input + float64(u.Output)*p.Output + float64(u.CacheRead)*p.CacheRead + float64(u.CacheWrite)*p.CacheWrite
	whole := int64(cost)
	if float64(whole) < cost {
		whole++
	}
	return whole
}
