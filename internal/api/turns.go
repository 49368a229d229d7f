package api

import (
	"context"
	"sync"

	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
)

// turns lets so many questions of one person, or of one workspace, compute at
// once, and so many wait: nobody's questions keep the workers from others.
type turns struct {
	running, waiting    int
	setting, waitingFor string // the names of the limits

	mu    sync.Mutex
	lanes map[string]*lane
}

// lane is the turns of one key.
type lane struct {
	free chan struct{}
	here int // running and waiting
}

func newTurns(running, waiting int, setting, waitingFor string) *turns {
	return &turns{running: running, waiting: waiting, setting: setting, waitingFor: waitingFor, lanes: map[string]*lane{}}
}

// enter waits for a turn; leave gives it back. No limit is no turn. Error:
// too_many_queries.
func (t *turns) enter(ctx context.Context, key string) (leave func(), err error) {
	if t.running <= 0 {
		return func() {}, nil
	}
	l, err := t.line(key)
	if err != nil {
		return nil, err
	}
	select {
	case l.free <- struct{}{}:
		return func() { <-l.free; t.gone(key, l) }, nil
	case <-ctx.Done():
		t.gone(key, l)
		return nil, ctx.Err()
	}
}

func (t *turns) line(key string) (*lane, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lanes[key]
	if l == nil {
		l = &lane{free: make(chan struct{}, t.running)}
		t.lanes[key] = l
	}
	if l.here >= t.running+t.waiting {
		return nil, fault.New(fault.TooMany, "too_many_queries", "%d questions run and %d wait already (%s, %s).", t.running, t.waiting, t.setting, t.waitingFor).
			WithHint("Wait for an answer first.").At("api.turns")
	}
	l.here++
	return l, nil
}

func (t *turns) gone(key string, l *lane) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l.here--; l.here == 0 {
		delete(t.lanes, key)
	}
}

// inTurn is an Asker that answers people one after the other.
type inTurn struct {
	Asker
	people, workspaces *turns
}

// Ask answers when it is the asker's turn.
func (a inTurn) Ask(ctx context.Context, req conversation.Request, emit func(conversation.Event)) (*conversation.Answer, error) {
	return a.wait(ctx, func() (*conversation.Answer, error) { return a.Asker.Ask(ctx, req, emit) })
}

// SQL runs a statement when it is the asker's turn.
func (a inTurn) SQL(ctx context.Context, workspace, sessionID, text string) (*conversation.Answer, error) {
	return a.wait(ctx, func() (*conversation.Answer, error) { return a.Asker.SQL(ctx, workspace, sessionID, text) })
}

// Rerun computes again when it is the asker's turn.
func (a inTurn) Rerun(ctx context.Context, workspace, queryID string) (*conversation.Answer, error) {
	return a.wait(ctx, func() (*conversation.Answer, error) { return a.Asker.Rerun(ctx, workspace, queryID) })
}

// wait takes both turns, the person's first: those of one person do not fill
// the line of all.
func (a inTurn) wait(ctx context.Context, do func() (*conversation.Answer, error)) (*conversation.Answer, error) {
	w := who(ctx)
	if w.person() == "" {
		return do()
	}
	leave, err := a.people.enter(ctx, w.ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	leaveAll, err := a.workspaces.enter(ctx, w.Workspace)
	if err != nil {
		return nil, err
	}
	defer leaveAll()
	return do()
}
