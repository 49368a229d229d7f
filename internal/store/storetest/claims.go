package storetest

import (
	"sync"
	"testing"
	"time"

	"tabletalk/internal/dataset"
	"tabletalk/internal/fault"
)

// upTo allows what stays within a limit of the owner.
func upTo(limit, need int64) func(dataset.Stored) error {
	return func(v dataset.Stored) error {
		if v.Owner+need > limit {
			return fault.New(fault.TooLarge, "quota_reached", "full")
		}
		return nil
	}
}

// Of many claims at once only those that fit together are granted.
func claims(t *testing.T, b *bench) {
	s := b.session(t)
	const limit, each = 1000, 100
	claim := func(id, holder string, bytes int64) error {
		return b.Claim(b.ctx, dataset.Claim{ID: id, Place: dataset.Place{SessionID: s.ID}, Holder: holder, Bytes: bytes, Until: b.clock.now().Add(time.Hour)}, upTo(limit, bytes))
	}
	ok(t, claim("mine", "here", 50))
	ok(t, claim("mine", "here", each)) // takes the place of the one before
	var wg sync.WaitGroup
	granted := make([]bool, 20)
	for i := range granted {
		wg.Go(func() {
			err := claim(string(rune('a'+i)), "there", each)
			if granted[i] = err == nil; err != nil && !fault.Is(err, "quota_reached") {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n := 0
	for _, got := range granted {
		if got {
			n++
		}
	}
	same(t, 9, n)
	ok(t, b.Unclaim(b.ctx, "mine"))
	ok(t, claim("next", "", each))
	wants(t, claim("more", "", each), "quota_reached")
	ok(t, b.UnclaimAll(b.ctx, "there"))
	ok(t, b.UnclaimAll(b.ctx, "")) // those that outlive their process stay
	wants(t, claim("large", "", 901), "quota_reached")
	ok(t, claim("large", "", 900))
	b.clock.forward(2 * time.Hour)
	ok(t, claim("late", "", limit))
}
