package api

import (
	"context"
	"sync"
	"time"

	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
)

// turns lets so many questions of one person, or of one workspace, compute at
// once, and so many wait: nobody's questions keep the workers from others.
type turns struct {
	running, waiting    int
	setting, waitingFor string // the names of the limits
	seats               Seats  // where several nodes count together

	mu    sync.Mutex
	lanes map[string]*lane
}

// lane is the turns of one key.
type lane struct {
	free chan struct{}
	here int // running and waiting
}

// Seats bounds how many hold something at once over several nodes.
type Seats interface {
	Sit(ctx context.Context, key string, most int) (leave func(), ok bool)
}

func newTurns(running, waiting int, setting, waitingFor string, seats Seats) *turns {
	return &turns{running: running, waiting: waiting, setting: setting, waitingFor: waitingFor, seats: seats, lanes: map[string]*lane{}}
}

// enter waits for a turn; leave gives it back. No limit is no turn. Error:
// too_many_queries.
func (t *turns) enter(ctx context.Context, key string) (leave func(), err error) {
	if t.running <= 0 {
		return func() {}, nil
	}
	away, err := t.line(ctx, key)
	if err != nil {
		return nil, err
	}
	stop, err := t.turn(ctx, key)
	if err != nil {
		away()
		return nil, err
	}
	return func() { stop(); away() }, nil
}

// line lets somebody run or wait, here and on all nodes.
func (t *turns) line(ctx context.Context, key string) (away func(), err error) {
	if err := t.come(key); err != nil || t.seats == nil {
		return func() { t.gone(key) }, err
	}
	leave, ok := t.seats.Sit(ctx, t.setting+"/here/"+key, t.running+t.waiting)
	if !ok {
		t.gone(key)
		return nil, t.full()
	}
	return func() { leave(); t.gone(key) }, nil
}

// turn waits for a turn among those in line, here and on all nodes.
func (t *turns) turn(ctx context.Context, key string) (stop func(), err error) {
	free := t.lane(key)
	select {
	case free <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if t.seats == nil {
		return func() { <-free }, nil
	}
	leave, err := t.everywhere(ctx, key)
	if err != nil {
		<-free
		return nil, err
	}
	return func() { leave(); <-free }, nil
}

// seatEvery is the time between two looks for a turn that another node holds.
const seatEvery = 50 * time.Millisecond

// everywhere waits for a turn among the questions of all nodes.
func (t *turns) everywhere(ctx context.Context, key string) (leave func(), err error) {
	tick := time.NewTicker(seatEvery)
	defer tick.Stop()
	for {
		if leave, ok := t.seats.Sit(ctx, t.setting+"/"+key, t.running); ok {
			return leave, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (t *turns) full() error {
	return fault.New(fault.TooMany, "too_many_queries", "%d questions run and %d wait already (%s, %s).", t.running, t.waiting, t.setting, t.waitingFor).
		WithHint("Wait for an answer first.").At("api.turns")
}

// come counts somebody in; gone counts them out.
func (t *turns) come(key string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lanes[key]
	if l == nil {
		l = &lane{free: make(chan struct{}, t.running)}
		t.lanes[key] = l
	}
	if l.here >= t.running+t.waiting {
		return t.full()
	}
	l.here++
	return nil
}

func (t *turns) gone(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lanes[key]
	if l.here--; l.here == 0 {
		delete(t.lanes, key)
	}
}

// lane gives the turns of somebody who came.
func (t *turns) lane(key string) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lanes[key].free
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
