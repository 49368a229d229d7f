package dataset

import (
	"context"
	"io"
	"time"

	"tabletalk/internal/fault"
)

// Stored is how many bytes of uploads and tables there are, or are on their way.
type Stored struct {
	Session   int64
	Owner     int64 // in all sessions of the session's owner
	Workspace int64 // in all sessions of the session's workspace
}

// Place is where something is to be stored, as far as it is known: of a
// session that is made later, its owner.
type Place struct {
	Workspace string
	Owner     string
	SessionID string
}

// Claim is room that is kept free for what is on its way.
type Claim struct {
	ID string
	Place
	Holder string // the process that writes; "" where the claim outlives it
	Bytes  int64
	Until  time.Time
}

// claimTime is how long room is kept free without a word, beyond what reading
// a file may take: only a process on another machine that died leaves claims
// behind that long.
const claimTime = 10 * time.Minute

// limited reports whether anybody's room is limited.
func (s *Service) limited() bool {
	return s.limits.SessionBytes > 0 || s.limits.OwnerBytes > 0 || s.limits.WorkspaceBytes > 0
}

// claim keeps room free under a claim's id, in place of what it kept before.
// Error: quota_reached.
func (s *Service) claim(ctx context.Context, c Claim) error {
	if !s.limited() {
		return nil
	}
	if c.Until.IsZero() {
		c.Holder, c.Until = s.node, s.clock().Add(s.limits.ImportTimeout+claimTime)
	}
	return s.store.Claim(ctx, c, func(v Stored) error { return s.within(v, c.Bytes) })
}

// within says whether so many bytes more may be stored.
func (s *Service) within(stored Stored, need int64) error {
	for _, q := range []struct {
		used, limit    int64
		whose, setting string
	}{
		{stored.Session, s.limits.SessionBytes, "this session", "max-session-bytes"},
		{stored.Owner, s.limits.OwnerBytes, "all of your sessions together", "max-user-bytes"},
		{stored.Workspace, s.limits.WorkspaceBytes, "the whole workspace", "max-workspace-bytes"},
	} {
		if q.limit > 0 && q.used+need > q.limit {
			return fault.New(fault.TooLarge, "quota_reached", "There is no room for %d bytes more: %d are stored or on their way in %s, and the limit is %d (%s).", need, q.used, q.whose, q.limit, q.setting).
				WithHint("Delete files or sessions that are no longer needed, or ask the operator to raise %s.", q.setting).At("dataset.Import")
		}
	}
	return nil
}

// unclaim gives room back.
func (s *Service) unclaim(id string) {
	if !s.limited() {
		return
	}
	if err := s.store.Unclaim(s.life, id); err != nil && s.life.Err() == nil {
		s.log.Error("room that was claimed is kept for a while", "error", err)
	}
}

// roomFor claims what a file needs in its session: what was uploaded, and what
// its tables take beyond those before. release gives it back, once the file is
// stored or will not be.
func (s *Service) roomFor(ctx context.Context, f *File, uploads []*Staged, before []Table) (release func(), err error) {
	need := max(0, bytesOf(f.Tables)-bytesOf(before))
	c := Claim{ID: newID(), Place: Place{SessionID: f.SessionID}}
	for _, st := range uploads {
		need += st.size
		c.ID = st.claim
	}
	c.Bytes = need
	if err := s.claim(ctx, c); err != nil {
		return func() {}, err
	}
	return func() { s.unclaim(c.ID) }, nil
}

func bytesOf(tables []Table) (n int64) {
	for _, t := range tables {
		n += t.Bytes
	}
	return n
}

// claiming claims room for bytes before they are read, a good part ahead.
type claiming struct {
	ctx   context.Context
	s     *Service
	r     io.Reader
	claim Claim
	n     int64 // that were read
}

// Read reads as much as there is room for.
func (c *claiming) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.n += int64(n); c.n > c.claim.Bytes && c.s.limited() {
		if full := c.ahead(); full != nil {
			return 0, full
		}
	}
	return n, err
}

// mostAhead is claimed beyond what was read, or as much again where that is
// more: a claim is a transaction, and a small file takes only one. Where there
// is no such room, less is tried.
const mostAhead = 16 << 20

var lessAhead = []int64{1 << 20, 64 << 10}

// ahead claims more than is needed now, and where that is too much, just that.
func (c *claiming) ahead() error {
	for _, more := range append([]int64{max(c.n, mostAhead)}, lessAhead...) {
		c.claim.Bytes = c.n + more
		if err := c.s.claim(c.ctx, c.claim); !fault.IsKind(err, fault.TooLarge) {
			return err
		}
	}
	return c.exactly()
}

// exactly claims what was read.
func (c *claiming) exactly() error {
	c.claim.Bytes = c.n
	return c.s.claim(c.ctx, c.claim)
}
