package llm

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Board is where several programs that ask with the same key write down that
// a server is not to be asked for a while: one that it limits, or that it
// fails too often, knows it for all.
type Board interface {
	Get(ctx context.Context, key string) ([]byte, bool)
	Set(ctx context.Context, key string, value []byte, ttl time.Duration)
}

// pause is what is written there.
type pause struct {
	Kind  Kind      `json:"kind"` // Limited or Resting
	Until time.Time `json:"until"`
}

// Shared makes a provider heed, and write, what is on a board under a key.
func (s *Steady) Shared(b Board, key string) *Steady {
	s.board, s.key = b, key
	return s
}

// paused is what the board says; the zero one says nothing.
func (s *Steady) paused(ctx context.Context) (p pause) {
	if s.board == nil {
		return p
	}
	raw, ok := s.board.Get(ctx, s.key)
	if !ok || json.Unmarshal(raw, &p) != nil || !p.Until.After(s.patience.Clock()) {
		return pause{}
	}
	return p
}

// held is why the server is not asked now; nil where it may be.
func (s *Steady) held(ctx context.Context) error {
	if s.resting() {
		return &Error{Kind: Resting}
	}
	p := s.paused(ctx)
	switch p.Kind {
	case "":
		return nil
	case Resting:
		return &Error{Kind: Resting}
	}
	return &Error{Kind: Limited, After: p.Until.Sub(s.patience.Clock()), Err: errors.New("another program with this key was told so")}
}

// post writes down how a call ended, where that concerns others.
func (s *Steady) post(ctx context.Context, err error) {
	if s.board == nil {
		return
	}
	now := s.patience.Clock()
	p := pause{Kind: Limited}
	var e *Error
	switch until := usedUp(s.Limits(), now); {
	case s.resting():
		p = pause{Kind: Resting, Until: now.Add(s.patience.Window)}
	case errors.As(err, &e) && e.Kind == Limited && e.After > 0:
		p.Until = now.Add(e.After)
	case until != nil:
		p.Until = *until
	}
	if raw, err := json.Marshal(p); err == nil && p.Until.After(now) {
		s.board.Set(context.WithoutCancel(ctx), s.key, raw, p.Until.Sub(now))
	}
}
