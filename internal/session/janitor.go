package session

import (
	"context"
	"errors"
	"sync"
	"time"

	"tabletalk/internal/fault"
)

// ExpireDue removes the sessions whose time is over and gives their number.
// One that cannot be removed does not keep the others; it is tried again in
// the next round.
func (s *Service) ExpireDue(ctx context.Context) (int, error) {
	removed := 0
	for {
		due, err := s.o.Store.ExpiredSessions(ctx, s.now(), batch)
		if err != nil {
			return removed, err
		}
		before := removed
		var failed error
		for _, v := range due {
			err := s.remove(ctx, v)
			if err == nil || fault.IsKind(err, fault.NotFound) { // another node was faster
				removed++
				continue
			}
			failed = errors.Join(failed, err)
		}
		if failed != nil || len(due) < batch || removed == before {
			return removed, failed
		}
	}
}

// WarnEnding tells of every session that ends soon, once for each end, and
// gives their number. It is called from one goroutine.
func (s *Service) WarnEnding(ctx context.Context) (int, error) {
	if s.o.Warn <= 0 {
		return 0, nil
	}
	now := s.now()
	soon, err := s.o.Store.ExpiredSessions(ctx, now.Add(s.o.Warn), warnings)
	if err != nil {
		return 0, err
	}
	told, warned := 0, map[string]time.Time{}
	for _, v := range soon {
		if !v.ExpiresAt.After(now) {
			continue
		}
		warned[v.ID] = v.ExpiresAt
		if !s.warned[v.ID].Equal(v.ExpiresAt) {
			s.o.Ending(ctx, v)
			told++
		}
	}
	s.warned = warned
	return told, nil
}

// Sweep removes content that no table names any more and gives the number of
// keys that are gone. Content waits for Grace, and what was put again in that
// time stays: its table may be on the way.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	if s.o.Contents == nil || s.o.Blobs == nil {
		return 0, nil
	}
	removed := 0
	for {
		n, more, err := s.sweepBatch(ctx)
		removed += n
		if err != nil || !more {
			return removed, err
		}
	}
}

func (s *Service) sweepBatch(ctx context.Context) (n int, more bool, err error) {
	before := s.now().Add(-s.o.Grace)
	keys, err := s.o.Contents.ReleasedBlobs(ctx, before, batch)
	if err != nil || len(keys) == 0 {
		return 0, false, err
	}
	var gone []string
	var failed error
	for _, key := range keys {
		ok, err := s.o.Blobs.Expire(ctx, key, before)
		if ok {
			gone = append(gone, key)
		}
		failed = errors.Join(failed, err)
	}
	if len(gone) == 0 {
		return 0, false, failed
	}
	failed = errors.Join(failed, s.o.Contents.ForgetBlobs(ctx, gone))
	return len(gone), failed == nil && len(keys) == batch, failed
}

// FindOrphans releases content that is there for long and that no table names,
// as after a crash between the two, and gives the number of keys. Sweep removes
// it later.
func (s *Service) FindOrphans(ctx context.Context) (found int, err error) {
	if s.o.Contents == nil || s.o.Blobs == nil {
		return 0, nil
	}
	err = s.o.Blobs.Older(ctx, s.now().Add(-orphanAge), func(keys []string) error {
		n, err := s.o.Contents.ReleaseBlobs(ctx, keys)
		found += n
		return err
	})
	return found, err
}

// Start begins the janitor: orphans are looked for, then there is a round at
// once and one every Every. It is nothing on a started Service.
func (s *Service) Start(ctx context.Context) {
	s.life.start(ctx, func(ctx context.Context) {
		ticks := s.o.Ticks
		if ticks == nil {
			t := time.NewTicker(s.o.Every)
			defer t.Stop()
			ticks = t.C
		}
		s.orphans(ctx)
		for {
			s.round(ctx)
			select {
			case <-ctx.Done():
				return
			case <-ticks:
			}
		}
	})
}

// Stop ends the janitor and waits for it. It is safe to call twice, and
// unstarted.
func (s *Service) Stop() { s.life.stop() }

func (s *Service) orphans(ctx context.Context) {
	n, err := s.FindOrphans(ctx)
	if err != nil && ctx.Err() == nil {
		s.o.Log.ErrorContext(ctx, "content without a table could not be looked for", "cause", err.Error())
	}
	if n > 0 {
		s.o.Log.InfoContext(ctx, "content without a table was found", "contents", n)
	}
}

func (s *Service) round(ctx context.Context) {
	if _, err := s.WarnEnding(ctx); err != nil && ctx.Err() == nil {
		s.o.Log.ErrorContext(ctx, "sessions that end soon could not be looked for", "cause", err.Error())
	}
	ended, err := s.ExpireDue(ctx)
	if err != nil && ctx.Err() == nil {
		s.o.Log.ErrorContext(ctx, "ended sessions could not be removed", "cause", err.Error())
	}
	swept, err := s.Sweep(ctx)
	if err != nil && ctx.Err() == nil {
		s.o.Log.ErrorContext(ctx, "content of deleted tables could not be removed", "cause", err.Error())
	}
	if ended+swept > 0 {
		s.o.Log.InfoContext(ctx, "tidied up", "sessions", ended, "contents", swept)
	}
}

// life is one goroutine that is started and stopped.
type life struct {
	mu     sync.Mutex
	cancel context.CancelFunc
	done   chan struct{}
}

func (l *life) start(ctx context.Context, run func(context.Context)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cancel != nil {
		return
	}
	ctx, l.cancel = context.WithCancel(ctx)
	l.done = make(chan struct{})
	go func(done chan struct{}) {
		defer close(done)
		run(ctx)
	}(l.done)
}

func (l *life) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cancel == nil {
		return
	}
	l.cancel()
	<-l.done
	l.cancel = nil
}
