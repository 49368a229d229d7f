package storetest

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

func attempt() session.Attempt {
	return session.Attempt{Workspace: session.DefaultWorkspace, Route: "POST /api/v1/sessions", Key: "key-1", BodyHash: "h1"}
}

func secondRequest(t *testing.T, b *bench) {
	a := attempt()
	claim, earlier, err := b.Begin(b.ctx, a)
	ok(t, err)
	if claim == "" || earlier != nil {
		t.Fatalf("claim %q, earlier %v: want a claim", claim, earlier)
	}
	_, _, err = b.Begin(b.ctx, a)
	wants(t, err, "idempotency_busy")
	reply := session.Reply{Status: 201, ContentType: "application/json", Body: []byte(`{"id":1}`)}
	wants(t, b.Finish(b.ctx, a, "another claim", reply), "idempotency_lost")
	ok(t, b.Finish(b.ctx, a, claim, reply))
	claim, earlier, err = b.Begin(b.ctx, a)
	ok(t, err)
	same(t, "", claim)
	same(t, &reply, earlier)
	a.Route = "POST /api/v1/files/upload" // the same key elsewhere is another request
	claim, _, err = b.Begin(b.ctx, a)
	ok(t, err)
	if claim == "" {
		t.Fatal("a key of another route was taken")
	}
}

func anotherBody(t *testing.T, b *bench) {
	a := attempt()
	claim, _, err := b.Begin(b.ctx, a)
	ok(t, err)
	other := a
	other.BodyHash = "h2"
	_, _, err = b.Begin(b.ctx, other)
	wants(t, err, "idempotency_mismatch")
	if !fault.IsKind(err, fault.Invalid) {
		t.Fatalf("kind %s", fault.Of(err).Kind)
	}
	ok(t, b.Finish(b.ctx, a, claim, session.Reply{Status: 200}))
	_, _, err = b.Begin(b.ctx, other)
	wants(t, err, "idempotency_mismatch")
}

func attemptsAtOnce(t *testing.T, b *bench) {
	var got, busy atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			claim, _, err := b.Begin(b.ctx, attempt())
			switch {
			case err == nil && claim != "":
				got.Add(1)
			case fault.Is(err, "idempotency_busy"):
				busy.Add(1)
			}
		})
	}
	all.Wait()
	same(t, []int64{1, 15}, []int64{got.Load(), busy.Load()})
}

func abandon(t *testing.T, b *bench) {
	a := attempt()
	claim, _, err := b.Begin(b.ctx, a)
	ok(t, err)
	wants(t, b.Abandon(b.ctx, a, "another"), "idempotency_lost")
	ok(t, b.Abandon(b.ctx, a, claim))
	claim, earlier, err := b.Begin(b.ctx, a)
	ok(t, err)
	if claim == "" || earlier != nil {
		t.Fatal("an abandoned key was not free")
	}
	ok(t, b.Finish(b.ctx, a, claim, session.Reply{Status: 200}))
	wants(t, b.Abandon(b.ctx, a, claim), "idempotency_lost")
}

func aDayLater(t *testing.T, b *bench) {
	a := attempt()
	claim, _, err := b.Begin(b.ctx, a)
	ok(t, err)
	ok(t, b.Finish(b.ctx, a, claim, session.Reply{Status: 200, Body: []byte("old")}))
	b.clock.forward(24*time.Hour - time.Second)
	ok(t, b.ForgetReplies(b.ctx))
	_, earlier, err := b.Begin(b.ctx, a)
	ok(t, err)
	same(t, "old", string(earlier.Body))
	b.clock.forward(time.Second)
	a.BodyHash = "another body is fine now"
	claim, earlier, err = b.Begin(b.ctx, a)
	ok(t, err)
	if claim == "" || earlier != nil {
		t.Fatal("a reply lives longer than a day")
	}
	b.clock.forward(25 * time.Hour)
	ok(t, b.ForgetReplies(b.ctx))
	wants(t, b.Finish(b.ctx, a, claim, session.Reply{}), "idempotency_lost")
}

func deadRequest(t *testing.T, b *bench) {
	a := attempt()
	dead, _, err := b.Begin(b.ctx, a)
	ok(t, err)
	b.clock.forward(time.Hour)
	claim, _, err := b.Begin(b.ctx, a)
	ok(t, err)
	if claim == "" || claim == dead {
		t.Fatalf("claim %q after %q", claim, dead)
	}
	wants(t, b.Finish(b.ctx, a, dead, session.Reply{}), "idempotency_lost")
	ok(t, b.Finish(b.ctx, a, claim, session.Reply{Status: 200}))
}

func badKeys(t *testing.T, b *bench) {
	for _, key := range []string{"", "with space", "ümlaut", "nul\x00", strings.Repeat("k", 256)} {
		a := attempt()
		a.Key = key
		_, _, err := b.Begin(b.ctx, a)
		wants(t, err, "idempotency_key")
	}
}
