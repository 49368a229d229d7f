package app

import (
	"os"

	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/agent"
	"tabletalk/internal/llm/anthropic"
	"tabletalk/internal/llm/openai"
	"tabletalk/internal/llm/wire"
)

// model makes the language model that may read questions; nil where none is
// set.
func (a *App) model() (*conversation.Model, error) {
	c := &a.cfg
	if c.ModelProvider == "none" || c.ModelProvider == "" {
		return nil, nil
	}
	key, err := c.ModelSecret()
	if err != nil {
		return nil, err
	}
	models, err := a.knownModels()
	if err != nil {
		return nil, err
	}
	client := wire.NewClient(wire.Options{Idle: c.ModelIdle})
	var provider llm.Provider
	if c.ModelProvider == "anthropic" {
		provider = anthropic.New(anthropic.Options{URL: c.ModelURL, Key: key, Models: models, Wire: client})
	} else {
		provider = openai.New(openai.Options{URL: c.ModelURL, Key: key, Models: models, Wire: client})
	}
	return &conversation.Model{
		Reader: &agent.Reader{
			Provider: llm.NewSteady(provider, llm.UsualPatience()), Model: c.Model, Known: models.Find(c.Model), SQL: c.ModelSQL,
			Budget: agent.Budget{Calls: c.ModelMaxCalls, Tools: c.ModelMaxTools, Tokens: c.ModelMaxTokens, Micros: micros(c.ModelMaxCost), Time: c.ModelTimeout},
		},
		Provider: c.ModelProvider, Egress: agent.Egress(c.ModelEgress), Always: c.ModelWhen == "always",
		DayMicros: micros(c.ModelDayCost), MonthMicros: micros(c.ModelMonthCost),
	}, nil
}

// micros are millionths of a dollar.
func micros(dollars float64) int64 { return int64(dollars*1e6 + 0.5) }

func (a *App) knownModels() (llm.Models, error) {
	var own []byte
	if a.cfg.ModelList != "" {
		var err error
		if own, err = os.ReadFile(a.cfg.ModelList); err != nil {
			return nil, badModelList(err)
		}
	}
	models, err := llm.LoadModels(own)
	if err != nil {
		return nil, badModelList(err)
	}
	return models, nil
}

func badModelList(err error) error {
	return fault.New(fault.Invalid, "setting_model_list", "The file of --model-list cannot be read, or is no list of models.").
		WithHint("See doc/models.md for its form.").At("app.New").Because(err)
}
