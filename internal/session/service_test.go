package session_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"tabletalk/internal/blob"
	"tabletalk/internal/dataset"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
	"tabletalk/internal/store"
)

const workspace, owner = session.DefaultWorkspace, session.LocalOwner

// house is a service over a real store and real blobs.
type house struct {
	*session.Service
	store *store.Store
	blobs *blob.Disk
	mu    sync.Mutex
	time  time.Time
	gone  []string
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.time
}

func (h *house) forward(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.time = h.time.Add(d)
}

func (h *house) sessionGone(_ context.Context, s session.Session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gone = append(h.gone, s.ID)
}

func build(t *testing.T, change func(*session.Options)) *house {
	t.Helper()
	h := &house{time: time.Now().UTC().Truncate(time.Microsecond)}
	var err error
	h.store, err = store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "a.db"), slog.New(slog.DiscardHandler), store.WithClock(h.now))
	ok(t, err)
	t.Cleanup(func() { _ = h.store.Close() })
	h.blobs, err = blob.OpenDisk(t.TempDir())
	ok(t, err)
	t.Cleanup(func() { _ = h.blobs.Close() })
	o := session.Options{Store: h.store, Contents: h.store, Blobs: h.blobs, TTL: time.Hour, Now: h.now, Gone: h.sessionGone}
	if change != nil {
		change(&o)
	}
	h.Service = session.NewService(o)
	return h
}

// put stores content at the time of the house.
func (h *house) put(t *testing.T, content string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staged")
	ok(t, os.WriteFile(path, []byte(content), 0o600))
	ok(t, h.blobs.Put(t.Context(), "tables/"+content, path))
	path, err := h.blobs.Path(t.Context(), "tables/"+content)
	ok(t, err)
	ok(t, os.Chtimes(path, h.now(), h.now()))
}

// upload gives a session a table with content.
func (h *house) upload(t *testing.T, sessionID, content string) {
	t.Helper()
	h.put(t, content)
	f := dataset.File{ID: fmt.Sprintf("%s-%s", sessionID, content), SessionID: sessionID, Name: "f.csv"}
	f.Tables = []dataset.Table{{ID: f.ID, Name: content, BlobKey: "tables/" + content}}
	ok(t, h.store.AddFile(t.Context(), f))
}

func (h *house) has(t *testing.T, content string) bool {
	t.Helper()
	_, err := h.blobs.Path(t.Context(), "tables/"+content)
	if err != nil && !fault.IsKind(err, fault.NotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Fatalf("error %v, want %s", err, code)
	}
}

func TestLife(t *testing.T) {
	h := build(t, nil)
	ctx := t.Context()
	s, err := h.Create(ctx, workspace, owner, "  Sales 2024 \n")
	ok(t, err)
	got, err := h.Get(ctx, workspace, s.ID)
	ok(t, err)
	if d := cmp.Diff(s, got); d != "" || s.Name != "Sales 2024" || !s.ExpiresAt.Equal(h.now().Add(time.Hour)) {
		t.Fatalf("%+v\n%s", s, d)
	}
	renamed, err := h.Rename(ctx, workspace, s.ID, "Übersicht")
	ok(t, err)
	if renamed.Name != "Übersicht" || !renamed.UpdatedAt.After(s.UpdatedAt) {
		t.Fatalf("%+v", renamed)
	}
	list, next, err := h.List(ctx, workspace, "", session.Page{})
	ok(t, err)
	if d := cmp.Diff([]session.Session{*renamed}, list); d != "" || next != "" {
		t.Fatal(d)
	}
	ok(t, h.Delete(ctx, workspace, s.ID))
	_, err = h.Get(ctx, workspace, s.ID)
	wants(t, err, "session_not_found")
	wants(t, h.Delete(ctx, workspace, s.ID), "session_not_found")
	_, err = h.Rename(ctx, workspace, s.ID, "x")
	wants(t, err, "session_not_found")
	if d := cmp.Diff([]string{s.ID}, h.gone); d != "" {
		t.Fatal(d)
	}
}

func TestNames(t *testing.T) {
	h := build(t, nil)
	s, err := h.Create(t.Context(), workspace, owner, "")
	ok(t, err)
	if s.Name == "" {
		t.Fatal("a session without a name")
	}
	for name, code := range map[string]string{
		strings.Repeat("ä", 201): "name_too_long", "a\nb": "name_invalid", "a\x00b": "name_invalid", "\x1b[31mred": "name_invalid",
		"a\u202Egpj.exe": "name_invalid", "bad \xff byte": "name_invalid", "  \t ": "name_empty", "": "name_empty",
	} {
		_, err := h.Rename(t.Context(), workspace, s.ID, name)
		wants(t, err, code)
		if code != "name_empty" {
			_, err = h.Create(t.Context(), workspace, owner, name)
			wants(t, err, code)
		}
	}
	_, err = h.Rename(t.Context(), workspace, s.ID, strings.Repeat("ä", 200))
	ok(t, err)
}

func TestExtend(t *testing.T) {
	h := build(t, nil)
	ctx := t.Context()
	s, err := h.Create(ctx, workspace, owner, "a")
	ok(t, err)
	begin := h.now()
	h.forward(30 * time.Minute)
	for _, test := range []struct{ by, want time.Duration }{
		{0, 90 * time.Minute},           // its usual life, from now
		{time.Minute, 90 * time.Minute}, // never shorter
		{10 * time.Hour, 10*time.Hour + 30*time.Minute},
	} {
		got, err := h.Extend(ctx, workspace, s.ID, test.by)
		ok(t, err)
		if want := begin.Add(test.want); !got.ExpiresAt.Equal(want) {
			t.Fatalf("extended by %v it ends %v, want %v", test.by, got.ExpiresAt, want)
		}
	}
	for _, by := range []time.Duration{-time.Hour, session.MaxExtend + 1} {
		_, err := h.Extend(ctx, workspace, s.ID, by)
		wants(t, err, "extend_invalid")
	}
	h.forward(24 * time.Hour)
	_, err = h.Extend(ctx, workspace, s.ID, 0)
	wants(t, err, "session_not_found")
}

// TestChangesAtOnce renames and extends one session from many sides: every
// change succeeds and none undoes another.
func TestChangesAtOnce(t *testing.T) {
	h := build(t, nil)
	s, err := h.Create(t.Context(), workspace, owner, "a")
	ok(t, err)
	end := h.now().Add(50 * time.Hour)
	errs := make([]error, 4)
	var all sync.WaitGroup
	all.Go(func() { _, errs[0] = h.Extend(t.Context(), workspace, s.ID, 50*time.Hour) })
	all.Go(func() { _, errs[1] = h.Rename(t.Context(), workspace, s.ID, "renamed") })
	all.Go(func() { errs[2] = h.store.RaiseVersion(t.Context(), workspace, s.ID) })
	all.Go(func() { errs[3] = h.store.RaiseVersion(t.Context(), workspace, s.ID) })
	all.Wait()
	ok(t, errors.Join(errs...))
	got, err := h.Get(t.Context(), workspace, s.ID)
	ok(t, err)
	if got.Name != "renamed" || !got.ExpiresAt.Equal(end) || got.Version != 3 {
		t.Fatalf("%+v", got)
	}
}

func TestContentGoesWithItsLastTable(t *testing.T) {
	h := build(t, nil)
	ctx := t.Context()
	one, err := h.Create(ctx, workspace, owner, "one")
	ok(t, err)
	other, err := h.Create(ctx, workspace, owner, "other")
	ok(t, err)
	h.upload(t, one.ID, "shared")
	h.upload(t, one.ID, "alone")
	h.upload(t, other.ID, "shared")
	ok(t, h.Delete(ctx, workspace, one.ID))

	n, err := h.Sweep(ctx)
	ok(t, err)
	if n != 0 || !h.has(t, "alone") {
		t.Fatal("content went before its grace was over")
	}
	h.forward(6 * time.Minute)
	n, err = h.Sweep(ctx)
	ok(t, err)
	if n != 1 || h.has(t, "alone") || !h.has(t, "shared") {
		t.Fatalf("%d keys gone, alone %v, shared %v", n, h.has(t, "alone"), h.has(t, "shared"))
	}
	ok(t, h.Delete(ctx, workspace, other.ID))
	h.forward(6 * time.Minute)
	_, err = h.Sweep(ctx)
	ok(t, err)
	if h.has(t, "shared") {
		t.Fatal("content without a table is still there")
	}
	if n, err = h.Sweep(ctx); n != 0 || err != nil {
		t.Fatalf("a second sweep found %d, %v", n, err)
	}
}

// An upload of the same content at the moment of the deletion keeps it.
func TestContentThatComesBackStays(t *testing.T) {
	h := build(t, nil)
	ctx := t.Context()
	one, err := h.Create(ctx, workspace, owner, "one")
	ok(t, err)
	other, err := h.Create(ctx, workspace, owner, "other")
	ok(t, err)
	h.upload(t, one.ID, "shared")
	ok(t, h.Delete(ctx, workspace, one.ID))
	h.forward(6 * time.Minute)
	h.put(t, "shared") // its table is on the way
	n, err := h.Sweep(ctx)
	ok(t, err)
	if n != 0 || !h.has(t, "shared") {
		t.Fatal("content went while its table was on the way")
	}
	h.upload(t, other.ID, "shared")
	h.forward(24 * time.Hour)
	n, err = h.Sweep(ctx)
	ok(t, err)
	if n != 0 || !h.has(t, "shared") {
		t.Fatal("content went that a table names")
	}
}

func TestOrphans(t *testing.T) {
	h := build(t, nil)
	ctx := t.Context()
	s, err := h.Create(ctx, workspace, owner, "s")
	ok(t, err)
	h.upload(t, s.ID, "needed")
	const many = 450 // more than are looked at in one go
	for i := range many {
		h.put(t, fmt.Sprintf("lost%d", i))
	}
	h.forward(2 * time.Hour)
	h.put(t, "fresh") // its table is on the way
	n, err := h.FindOrphans(ctx)
	ok(t, err)
	if n != many || !h.has(t, "lost0") {
		t.Fatalf("%d orphans, want %d that are still there", n, many)
	}
	if n, err = h.FindOrphans(ctx); n != 0 || err != nil {
		t.Fatalf("%d orphans were found twice, %v", n, err)
	}
	h.forward(6 * time.Minute)
	n, err = h.Sweep(ctx)
	ok(t, err)
	if n != many || h.has(t, "lost0") || !h.has(t, "needed") || !h.has(t, "fresh") {
		t.Fatalf("%d keys gone; lost %v, needed %v, fresh %v", n, h.has(t, "lost0"), h.has(t, "needed"), h.has(t, "fresh"))
	}
}

func TestSweepContinuesAfterAFailure(t *testing.T) {
	h := build(t, func(o *session.Options) { o.Blobs = failing{o.Blobs, "tables/b"} })
	ctx := t.Context()
	s, err := h.Create(ctx, workspace, owner, "s")
	ok(t, err)
	for _, content := range []string{"a", "b", "c"} {
		h.upload(t, s.ID, content)
	}
	ok(t, h.Delete(ctx, workspace, s.ID))
	h.forward(6 * time.Minute)
	n, err := h.Sweep(ctx)
	if n != 2 || !errors.Is(err, errDisk) {
		t.Fatalf("%d keys gone, %v", n, err)
	}
	left, err := h.store.ReleasedBlobs(ctx, h.now(), 10)
	ok(t, err)
	if d := cmp.Diff([]string{"tables/b"}, left); d != "" {
		t.Fatal(d)
	}
}

var errDisk = errors.New("the disk is on fire")

// failing is Blobs of which one cannot be removed.
type failing struct {
	session.Blobs
	key string
}

func (f failing) Expire(ctx context.Context, key string, before time.Time) (bool, error) {
	if key == f.key {
		return false, errDisk
	}
	return f.Blobs.Expire(ctx, key, before)
}

func TestExpireDue(t *testing.T) {
	h := build(t, nil)
	ctx := t.Context()
	const many = 250 // more than two looks
	for i := range many {
		_, err := h.Create(ctx, workspace, owner, fmt.Sprint(i))
		ok(t, err)
	}
	h.forward(30 * time.Minute)
	stays, err := h.Create(ctx, workspace, owner, "stays")
	ok(t, err)
	h.forward(30 * time.Minute)
	n, err := h.ExpireDue(ctx)
	ok(t, err)
	if n != many || len(h.gone) != many {
		t.Fatalf("%d sessions ended, %d told of; want %d", n, len(h.gone), many)
	}
	_, err = h.Get(ctx, workspace, stays.ID)
	ok(t, err)
}

func TestJanitor(t *testing.T) {
	ticks := make(chan time.Time)
	h := build(t, func(o *session.Options) { o.Ticks = ticks })
	s, err := h.Create(t.Context(), workspace, owner, "s")
	ok(t, err)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	h.Stop() // unstarted
	h.Start(t.Context())
	h.Start(t.Context())
	h.forward(2 * time.Hour)
	ticks <- h.now()
	ticks <- h.now() // taken when the round before is over
	_, err = h.Get(t.Context(), workspace, s.ID)
	wants(t, err, "session_not_found")
	h.Stop()
	h.Stop()
	if d := cmp.Diff([]string{s.ID}, h.gone); d != "" {
		t.Fatal(d)
	}
	_, err = h.store.ExpiredSessions(t.Context(), h.now(), 1)
	ok(t, err)
}

// Whoever watches a session is told before it ends, once, and again where its
// end was put off.
func TestWarning(t *testing.T) {
	var told []string
	h := build(t, func(o *session.Options) {
		o.Warn, o.TTL = time.Hour, 3*time.Hour
		o.Ending = func(_ context.Context, s session.Session) { told = append(told, s.Name) }
	})
	v, err := h.Create(t.Context(), workspace, owner, "one")
	ok(t, err)
	rounds := func(want int) {
		t.Helper()
		for range 2 {
			_, err := h.WarnEnding(t.Context())
			ok(t, err)
		}
		if len(told) != want {
			t.Errorf("told %v, want %d", told, want)
		}
	}
	rounds(0)
	h.forward(2*time.Hour + time.Minute)
	rounds(1)
	_, err = h.Extend(t.Context(), workspace, v.ID, 0)
	ok(t, err)
	rounds(1)
	h.forward(2*time.Hour + time.Minute)
	rounds(2)
	h.forward(time.Hour) // it has ended: there is nothing to warn of
	rounds(2)
}
