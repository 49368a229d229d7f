package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tabletalk/internal/conversation"
	"tabletalk/internal/session"
)

func restart(t *testing.T, b *bench) {
	s := b.session(t)
	f := b.file(s.ID, "orders")
	ok(t, b.AddFile(b.ctx, f))
	c := b.conversation(t, s.ID)
	a := b.answer(s.ID, c.ID)
	ok(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}))
	ok(t, b.Close())
	b.Store = b.database.Open(t, b.url, b.clock.now)
	ok(t, b.Ready(b.ctx))
	gotFile, err := b.File(b.ctx, s.Workspace, f.ID)
	ok(t, err)
	same(t, f, *gotFile)
	gotAnswer, err := b.Query(b.ctx, s.Workspace, a.QueryID)
	ok(t, err)
	same(t, a, *gotAnswer)
	gotSession, err := b.Session(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	same(t, int64(2), gotSession.Version)
}

// manyAtOnce has writers and readers on one session: nobody fails, no change
// is lost.
func manyAtOnce(t *testing.T, b *bench) {
	s := b.session(t)
	const writers, each = 8, 10
	errs := make(chan error, 2*writers*each)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				errs <- b.AddFile(b.ctx, b.file(s.ID, fmt.Sprintf("t_%d_%d", w, i)))
			}
		})
		all.Go(func() {
			for range each {
				_, _, err := b.Files(b.ctx, s.ID, session.Page{Limit: 200})
				errs <- err
			}
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		ok(t, err)
	}
	got, err := b.Session(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	same(t, int64(1+writers*each), got.Version)
	list, err := b.Tables(b.ctx, s.ID)
	ok(t, err)
	same(t, writers*each, len(list))
}

// comeAndGo adds and deletes sessions with the same content from many sides:
// nobody waits for another in a circle, and what is in use is not released.
func comeAndGo(t *testing.T, b *bench) {
	keeper := b.session(t)
	ok(t, b.AddFile(b.ctx, b.file(keeper.ID, "b", "a")))
	errs := make(chan error, 400)
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := range 8 {
				names := []string{"a", "b", "c", "d"}
				if (w+i)%2 == 0 {
					slices.Reverse(names)
				}
				errs <- b.comeAndGoOnce(names)
			}
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		ok(t, err)
	}
	keys, err := b.ReleasedBlobs(b.ctx, b.clock.now(), 100)
	ok(t, err)
	same(t, []string{"indexes/c", "indexes/d", "tables/c.parquet", "tables/d.parquet"}, keys)
}

func (b *bench) comeAndGoOnce(names []string) error {
	now := b.clock.now()
	s := session.Session{ID: id(), Workspace: session.DefaultWorkspace, Status: session.Active, CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(time.Hour)}
	f := b.file(s.ID, names...)
	return errors.Join(b.CreateSession(b.ctx, s, nil), b.AddFile(b.ctx, f), b.DeleteFile(b.ctx, s.ID, f.ID),
		b.AddFile(b.ctx, b.file(s.ID, names...)), b.DeleteSession(b.ctx, s.Workspace, s.ID))
}

func endedContext(t *testing.T, b *bench) {
	s := b.session(t)
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	if _, err := b.Session(ctx, s.Workspace, s.ID); !errors.Is(err, context.Canceled) {
		t.Fatalf("reading gave %v", err)
	}
	if err := b.AddFile(ctx, b.file(s.ID, "orders")); !errors.Is(err, context.Canceled) {
		t.Fatalf("writing gave %v", err)
	}
	ok(t, b.AddFile(b.ctx, b.file(s.ID, "orders"))) // and the store goes on
}
