package storetest

import (
	"encoding/base64"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tabletalk/internal/conversation"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

const otherWorkspace = "00000000-0000-7000-8000-00000000ffff"

func createAndRead(t *testing.T, b *bench) {
	s := b.session(t)
	got, err := b.Session(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	same(t, s, *got)
	wants(t, b.CreateSession(b.ctx, s, nil), "exists")
	s.ID, s.Workspace = id(), otherWorkspace
	wants(t, b.CreateSession(b.ctx, s, nil), "not_found")
}

// Of many sessions that one person makes at once only those are made that a
// limit allows.
func boundedSessions(t *testing.T, b *bench) {
	const most = 5
	var wg sync.WaitGroup
	var made atomic.Int32
	for range 4 * most {
		wg.Go(func() {
			s := session.Session{ID: id(), Workspace: session.DefaultWorkspace, Owner: "ann", Status: session.Active, Version: 1, ExpiresAt: b.clock.now().Add(time.Hour)}
			err := b.CreateSession(b.ctx, s, func(owned int) error {
				if owned >= most {
					return fault.New(fault.Conflict, "too_many_sessions", "full")
				}
				return nil
			})
			if err == nil {
				made.Add(1)
			} else if !fault.Is(err, "too_many_sessions") {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	same(t, int32(most), made.Load())
}

func endedSessionsAreMissing(t *testing.T, b *bench) {
	s := b.session(t)
	_, err := b.Session(b.ctx, otherWorkspace, s.ID)
	wants(t, err, "session_not_found")
	_, err = b.Session(b.ctx, s.Workspace, "nonsense\x00' OR 1=1 --")
	wants(t, err, "session_not_found")
	b.clock.forward(24*time.Hour - time.Microsecond)
	_, err = b.Session(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	b.clock.forward(time.Microsecond)
	_, err = b.Session(b.ctx, s.Workspace, s.ID)
	wants(t, err, "session_not_found")
	wants(t, b.UpdateSession(b.ctx, s), "session_not_found")
	_, err = b.Tables(b.ctx, s.ID)
	wants(t, err, "session_not_found")
	_, _, err = b.Conversations(b.ctx, s.ID, session.Page{})
	wants(t, err, "session_not_found")
	list, _, err := b.Sessions(b.ctx, s.Workspace, "", session.Page{})
	ok(t, err)
	same(t, []session.Session{}, list)
}

func updateSession(t *testing.T, b *bench) {
	s := b.session(t)
	b.clock.forward(time.Minute)
	change := s
	change.Name, change.ExpiresAt = "Näme \U0001F600", s.ExpiresAt.Add(time.Hour)
	ok(t, b.UpdateSession(b.ctx, change))
	got, err := b.Session(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	change.UpdatedAt = b.clock.now()
	same(t, change, *got)
	change.Status = session.Expired
	ok(t, b.UpdateSession(b.ctx, change))
	_, err = b.Session(b.ctx, s.Workspace, s.ID)
	wants(t, err, "session_not_found")
}

func updateAfterAnother(t *testing.T, b *bench) {
	s := b.session(t)
	mine, theirs := s, s
	theirs.Name = "theirs"
	ok(t, b.UpdateSession(b.ctx, theirs))
	mine.Name = "mine"
	wants(t, b.UpdateSession(b.ctx, mine), "session_changed")
	got, err := b.Session(b.ctx, s.Workspace, s.ID)
	ok(t, err)
	same(t, "theirs", got.Name)
	got.Name = "mine"
	ok(t, b.UpdateSession(b.ctx, *got))
}

func endedSessions(t *testing.T, b *bench) {
	first := b.session(t)
	b.clock.forward(time.Hour)
	second := b.session(t)
	b.clock.forward(30 * time.Hour)
	list, err := b.ExpiredSessions(b.ctx, b.clock.now(), 10)
	ok(t, err)
	same(t, []session.Session{first, second}, list)
	list, err = b.ExpiredSessions(b.ctx, b.clock.now(), 1)
	ok(t, err)
	same(t, []session.Session{first}, list)
	ok(t, b.DeleteSession(b.ctx, first.Workspace, first.ID))
	wants(t, b.DeleteSession(b.ctx, first.Workspace, first.ID), "session_not_found")
	wants(t, b.DeleteSession(b.ctx, otherWorkspace, second.ID), "session_not_found")
	list, err = b.ExpiredSessions(b.ctx, b.clock.now(), 10)
	ok(t, err)
	same(t, []session.Session{second}, list)
}

func sessionPages(t *testing.T, b *bench) {
	var want []string
	for range 7 {
		want = append([]string{b.session(t).ID}, want...)
		b.clock.forward(time.Microsecond)
	}
	same(t, want, b.walkSessions(t, 3, func() {}))
	// A session that comes while somebody turns pages is on none of them.
	added := false
	same(t, want, b.walkSessions(t, 2, func() {
		if !added {
			b.session(t)
			added = true
		}
	}))
}

func sessionPagesWithTies(t *testing.T, b *bench) {
	want := map[string]bool{}
	for range 9 {
		want[b.session(t).ID] = true
	}
	got := map[string]bool{}
	ids := b.walkSessions(t, 2, func() {})
	for _, id := range ids {
		got[id] = true
	}
	same(t, want, got)
	same(t, 9, len(ids))
}

// walkSessions reads all pages and calls between after each.
func (b *bench) walkSessions(t *testing.T, limit int, between func()) []string {
	t.Helper()
	var ids []string
	cursor := ""
	for range 100 {
		list, next, err := b.Sessions(b.ctx, session.DefaultWorkspace, "", session.Page{Limit: limit, Cursor: cursor})
		ok(t, err)
		if len(list) > limit {
			t.Fatalf("%d sessions on a page of %d", len(list), limit)
		}
		for _, s := range list {
			ids = append(ids, s.ID)
		}
		between()
		if cursor = next; cursor == "" {
			return ids
		}
	}
	t.Fatal("the pages have no end")
	return nil
}

func badCursors(t *testing.T, b *bench) {
	s := b.session(t)
	long := base64.RawURLEncoding.EncodeToString(make([]byte, 5000))
	for _, cursor := range []string{"x", "not base64 at all!", "AAAA", long, base64.RawURLEncoding.EncodeToString([]byte("12345678\xff\xfe"))} {
		p := session.Page{Cursor: cursor}
		_, _, err := b.Sessions(b.ctx, s.Workspace, "", p)
		wants(t, err, "cursor")
		_, _, err = b.Files(b.ctx, s.ID, p)
		wants(t, err, "cursor")
		_, _, err = b.Conversations(b.ctx, s.ID, p)
		wants(t, err, "cursor")
		_, _, err = b.Queries(b.ctx, s.ID, "", p)
		wants(t, err, "cursor")
	}
}

func deleteTakesEverything(t *testing.T, b *bench) {
	s, kept := b.session(t), b.session(t)
	f, other := b.file(s.ID, "orders"), b.file(kept.ID, "kept")
	ok(t, b.AddFile(b.ctx, f))
	ok(t, b.AddFile(b.ctx, other))
	c := b.conversation(t, s.ID)
	a := b.answer(s.ID, c.ID)
	ok(t, b.AddQuery(b.ctx, s.Workspace, conversation.Kept{Answer: a}))
	ok(t, b.DeleteSession(b.ctx, s.Workspace, s.ID))

	_, err := b.File(b.ctx, s.Workspace, f.ID)
	wants(t, err, "file_not_found")
	_, err = b.Table(b.ctx, s.Workspace, f.Tables[0].ID)
	wants(t, err, "table_not_found")
	_, err = b.Conversation(b.ctx, s.ID, c.ID)
	wants(t, err, "conversation_not_found")
	_, err = b.Query(b.ctx, s.Workspace, a.QueryID)
	wants(t, err, "query_not_found")
	turns, err := b.Turns(b.ctx, c.ID, 10)
	ok(t, err)
	same(t, 0, len(turns))
	used, err := b.BlobKeysInUse(b.ctx, []string{"tables/orders.parquet", "tables/kept.parquet"})
	ok(t, err)
	same(t, []string{"tables/kept.parquet"}, used)
}

func versions(t *testing.T, b *bench) {
	s := b.session(t)
	f := b.file(s.ID, "orders")
	steps := []struct {
		name string
		do   func() error
	}{
		{"add a file", func() error { return b.AddFile(b.ctx, f) }},
		{"profile a table", func() error { return b.SetProfile(b.ctx, f.Tables[0].ID, "bb", nil, nil) }},
		{"delete a file", func() error { return b.DeleteFile(b.ctx, s.ID, f.ID) }},
		{"definitions", func() error { return b.RaiseVersion(b.ctx, s.Workspace, s.ID) }},
	}
	for i, step := range steps {
		ok(t, step.do())
		got, err := b.Session(b.ctx, s.Workspace, s.ID)
		ok(t, err)
		if want := int64(2 + i); got.Version != want {
			t.Fatalf("version %d after: %s; want %d", got.Version, step.name, want)
		}
	}
	wants(t, b.RaiseVersion(b.ctx, otherWorkspace, s.ID), "session_not_found")
}
