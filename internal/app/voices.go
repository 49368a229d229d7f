package app

import (
	"context"
	"strings"
	"sync"

	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
	"tabletalk/internal/llm"
	"tabletalk/internal/vault"
)

// voices are the models of the settings. A workspace that has a key of its
// own asks with that one, and has limits and a health of its own.
type voices struct {
	vault  *vault.Vault
	models llm.Models
	list   []conversation.Voice                  // with the keys of the settings
	makes  []func(key string) conversation.Voice // one with another key, in the same order
	mu     sync.Mutex
	own    map[ownVoice]conversation.Voice
}

type ownVoice struct {
	workspace, key string
	at             int // in the list
}

// maxOwn bounds how many models with keys of workspaces are kept ready.
const maxOwn = 1000

// Voices gives the models that may be asked. Error: secret_sealed.
func (v *voices) Voices(ctx context.Context, workspace string) ([]conversation.Voice, error) {
	out := make([]conversation.Voice, 0, len(v.list))
	for i, shared := range v.list {
		key, err := v.vault.Get(ctx, workspace, shared.Setting+"-key")
		switch {
		case fault.Is(err, "secret_not_found"):
			out = append(out, shared)
		case err != nil:
			return nil, err
		default:
			out = append(out, v.owned(ownVoice{workspace, string(key), i}))
		}
	}
	return out, nil
}

// owned gives the model with a workspace's own key.
func (v *voices) owned(o ownVoice) conversation.Voice {
	v.mu.Lock()
	defer v.mu.Unlock()
	if known, ok := v.own[o]; ok {
		return known
	}
	if len(v.own) >= maxOwn {
		clear(v.own) // they are made again when they are asked for
	}
	made := v.makes[o.at](o.key)
	made.OwnKey = lastOf(o.key)
	v.own[o] = made
	return made
}

// What a key looks like, and how much of one is shown.
const (
	minKey  = 8
	maxKey  = 4 << 10
	keyHint = 4
)

// lastOf is what a person recognises a key by.
func lastOf(key string) string {
	if len(key) < 3*keyHint {
		return "…"
	}
	return "…" + key[len(key)-keyHint:]
}

// SetKey keeps a workspace's own key for the server of a setting; an empty one
// takes it back. Errors: model_key_invalid, model_unknown.
func (v *voices) SetKey(ctx context.Context, workspace, setting, key string) error {
	const op = "app.SetKey"
	known := false
	for _, voice := range v.list {
		known = known || voice.Setting == setting
	}
	switch {
	case !known:
		return fault.New(fault.NotFound, "model_unknown", "No server of a model is set by %s.", setting).At(op)
	case key == "":
		if err := v.vault.Delete(ctx, workspace, setting+"-key"); err != nil && !fault.Is(err, "secret_not_found") {
			return err
		}
		return nil
	case len(key) < minKey || len(key) > maxKey || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return fault.New(fault.Invalid, "model_key_invalid", "That is no key of a model's server.").WithHint("Copy it again: %d to %d characters without spaces.", minKey, maxKey).At(op)
	}
	return v.vault.Put(ctx, workspace, setting+"-key", []byte(key))
}

// Known is the list of models.
func (v *voices) Known() llm.Models { return v.models }
