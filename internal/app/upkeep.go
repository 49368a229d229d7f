package app

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// upkeep does small recurring work: ended sessions and their content go,
// replies under old keys are forgotten.
type upkeep struct {
	log   *slog.Logger
	every time.Duration
	tasks []task
	life  context.Context
	end   context.CancelFunc
	wg    sync.WaitGroup
}

type task struct {
	name string
	do   func(context.Context) error
}

func newUpkeep(log *slog.Logger, every time.Duration, tasks ...task) *upkeep {
	u := &upkeep{log: log, every: every, tasks: tasks}
	u.life, u.end = context.WithCancel(context.Background())
	return u
}

// start begins with a round at once: a program that was off for long has the
// most to do.
func (u *upkeep) start() {
	u.wg.Go(func() {
		tick := time.NewTicker(u.every)
		defer tick.Stop()
		for {
			u.round()
			select {
			case <-tick.C:
			case <-u.life.Done():
				return
			}
		}
	})
}

// stop ends the work and waits. It is safe to call unstarted.
func (u *upkeep) stop() error {
	u.end()
	u.wg.Wait()
	return nil
}

func (u *upkeep) round() {
	for _, t := range u.tasks {
		if err := t.do(u.life); err != nil && u.life.Err() == nil {
			u.log.Error("upkeep failed", "task", t.name, "cause", err.Error())
		}
	}
}
