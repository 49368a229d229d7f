package api

import (
	"context"
	"net/http"
	"time"

	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// Limiter says how often something may happen: burst at once, then as many
// over each period. It gives how long to wait, zero for not at all.
type Limiter interface {
	Take(ctx context.Context, key string, burst int, per time.Duration) (wait time.Duration)
}

// paced bounds how often somebody who logs in asks, and how often a place does
// where nobody is logged in. Error: too_many_requests.
func (s *Server) paced(r *http.Request, w Identity) error {
	if s.pace == nil || s.accounts == nil {
		return nil
	}
	key, most, setting := "requests/place/"+s.pseudonym(s.addressOf(r)), s.limits.PlaceRequests, "place-requests-per-minute"
	if w.person() != "" {
		key, most, setting = "requests/user/"+w.ID, s.limits.UserRequests, "user-requests-per-minute"
	}
	if most <= 0 {
		return nil
	}
	if wait := s.pace.Take(r.Context(), key, most, time.Minute); wait > 0 {
		return fault.New(fault.TooMany, "too_many_requests", "These are more requests than %d in a minute (%s).", most, setting).WithHint("Wait a little.").After(wait)
	}
	return nil
}

// staying gives a context that ends soon after the asker may not look at a
// session any more: logged out, shut out, or the session shared no longer. An
// open stream would otherwise outlive them.
func (s *Server) staying(ctx context.Context, sessionID string) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(ctx)
	if w := who(ctx); w.person() != "" {
		go s.watchOver(ctx, stop, w, sessionID)
	}
	return ctx, stop
}

func (s *Server) watchOver(ctx context.Context, stop func(), w Identity, sessionID string) {
	tick := time.NewTicker(s.limits.Recheck)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if !s.stays(ctx, w, sessionID) {
				stop()
			}
		}
	}
}

// stays reports whether somebody may go on. A database that is away for a
// moment ends nothing.
func (s *Server) stays(ctx context.Context, w Identity, sessionID string) bool {
	err := s.accounts.Still(ctx, w.caller)
	if err == nil {
		_, err = s.access.Allow(ctx, w.Workspace, w.ID, session.View, session.Object{Kind: session.OfSession, ID: sessionID})
	}
	return !fault.IsKind(err, fault.Unauthenticated) && !fault.IsKind(err, fault.NotFound)
}
