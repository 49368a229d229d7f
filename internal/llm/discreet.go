package llm

import (
	"context"
	"errors"
	"strings"
)

// discreet is a Provider whose errors do not tell its key: some servers repeat
// it when they refuse it, and errors end up in logs.
type discreet struct {
	Provider
	key string
}

// Discreet keeps a key out of the errors of a provider.
func Discreet(p Provider, key string) Provider {
	if key == "" {
		return p
	}
	return discreet{p, key}
}

func (d discreet) Stream(ctx context.Context, req Request, on func(Event)) (*Response, error) {
	resp, err := d.Provider.Stream(ctx, req, on)
	return resp, d.hide(err)
}

func (d discreet) Models(ctx context.Context) ([]string, error) {
	names, err := d.Provider.Models(ctx)
	return names, d.hide(err)
}

func (d discreet) hide(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Err == nil || !strings.Contains(e.Err.Error(), d.key) {
		return err
	}
	hidden := *e
	hidden.Err = errors.New(strings.ReplaceAll(e.Err.Error(), d.key, "(the key)"))
	return &hidden
}
