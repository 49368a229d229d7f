package app

import (
	"crypto/sha256"
	"encoding/hex"
	"os"

	"tabletalk/internal/config"
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
	places := c.ModelPlaces()
	if len(places) == 0 {
		return nil, nil
	}
	models, err := a.knownModels()
	if err != nil {
		return nil, err
	}
	all := &voices{vault: a.Vault, models: models, own: map[ownVoice]conversation.Voice{}}
	for _, p := range places {
		key, err := p.Key()
		if err != nil {
			return nil, err
		}
		all.makes = append(all.makes, func(key string) conversation.Voice { return a.voice(p, key, models) })
		all.list = append(all.list, all.makes[len(all.makes)-1](key))
	}
	return &conversation.Model{
		Voices: all, Name: c.Model, Egress: agent.Egress(c.ModelEgress), Always: c.ModelWhen == "always",
		DayMicros: micros(c.ModelDayCost), MonthMicros: micros(c.ModelMonthCost), UserMicros: micros(c.ModelUserDayCost), UserCalls: int64(c.ModelUserDayCalls),
	}, nil
}

// voice makes what asks one model at one server, with a key.
func (a *App) voice(p config.ModelPlace, key string, models llm.Models) conversation.Voice {
	c := &a.cfg
	client := wire.NewClient(wire.Options{Idle: c.ModelIdle, Clock: a.patience.Clock})
	var provider llm.Provider
	if p.Provider == "anthropic" {
		provider = anthropic.New(anthropic.Options{URL: p.URL, Key: key, Models: models, Wire: client})
	} else {
		provider = openai.New(openai.Options{URL: p.URL, Key: key, Models: models, Wire: client})
	}
	steady := llm.NewSteady(llm.Discreet(provider, key), a.patience)
	if a.redis != nil { // other nodes ask with the same key
		steady.Shared(a.cache, boardKey(p.URL, key))
	}
	return conversation.Voice{Format: p.Provider, Setting: p.Setting, Health: steady.Health, Reader: &agent.Reader{
		Provider: steady, Model: p.Name, Known: models.Find(p.Name), SQL: c.ModelSQL,
		Budget: agent.Budget{Calls: c.ModelMaxCalls, Tools: c.ModelMaxTools, Tokens: c.ModelMaxTokens, Micros: micros(c.ModelMaxCost), Time: c.ModelTimeout},
	}}
}

// boardKey names a server and a key without telling either.
func boardKey(url, key string) string {
	sum := sha256.Sum256([]byte(url + "\x00" + key))
	return "model/" + hex.EncodeToString(sum[:12])
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
