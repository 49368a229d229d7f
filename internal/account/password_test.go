package account

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"tabletalk/internal/fault"
)

// A wrong password, no password and no account are the same work: one check.
func TestSameWorkForEverybody(t *testing.T) {
	h := NewHasher(2)
	var checks atomic.Int64
	h.done = func() { checks.Add(1) }
	hash, err := h.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is %s", hash)
	}
	for _, test := range []struct {
		password, hash string
		right          bool
	}{{"correct horse battery", hash, true}, {"wrong", hash, false}, {"correct horse battery", "", false}, {strings.Repeat("x", 1<<20), hash, false}} {
		before := checks.Load()
		right, outdated, err := h.Check(t.Context(), test.password, test.hash)
		if err != nil || right != test.right || outdated && test.hash != "" {
			t.Errorf("%.20s: %v %v %v", test.password, right, outdated, err)
		}
		if n := checks.Load() - before; n != 1 {
			t.Errorf("%.20s: %d checks", test.password, n)
		}
	}
}

// A hash that was made at another cost is told to be outdated.
func TestOutdatedHash(t *testing.T) {
	old, err := argon2id.CreateHash("correct horse battery", &argon2id.Params{Memory: 8192, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		t.Fatal(err)
	}
	if right, outdated, err := NewHasher(1).Check(t.Context(), "correct horse battery", old); err != nil || !right || !outdated {
		t.Errorf("%v %v %v", right, outdated, err)
	}
}

// No more passwords are checked at once than memory was set aside for; who
// waits too long is told so.
func TestHashingIsBounded(t *testing.T) {
	h := NewHasher(1)
	h.wait = time.Nanosecond
	leave, err := h.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Hash(t.Context(), "x"); !fault.Is(err, "login_busy") {
		t.Errorf("the second of one at once: %v", err)
	}
	leave()
	h.wait = time.Minute
	var running atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			leave, err := h.enter(context.Background())
			if err != nil {
				t.Error(err)
				return
			}
			if n := running.Add(1); n > 1 {
				t.Errorf("%d at once", n)
			}
			running.Add(-1)
			leave()
		})
	}
	wg.Wait()
}
