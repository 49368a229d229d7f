package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"tabletalk/internal/account"
	"tabletalk/internal/openid"
)

// Provider logs people in elsewhere.
type Provider interface {
	Begin(ctx context.Context) (address string, a openid.Attempt, err error)
	Finish(ctx context.Context, a openid.Attempt, state, code string) (openid.Person, error)
}

const (
	openIDPath   = "/auth/openid"
	openIDCookie = "tabletalk_openid"
	openIDTime   = 10 * time.Minute
)

// openIDRoutes are addresses that a browser goes to, not calls.
func (s *Server) openIDRoutes() {
	for pattern, h := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET " + base + openIDPath: s.beginOpenID, "GET " + base + openIDPath + "/callback": s.finishOpenID,
	} {
		s.open[pattern] = true
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if s.provider == nil {
				s.nothing(w, r)
				return
			}
			if err := h(w, r); err != nil {
				s.refuse(w, r, problemOf(err))
			}
		})
	}
}

// beginOpenID sends a browser to the provider. What it has to bring back is
// kept in its own cookie.
func (s *Server) beginOpenID(w http.ResponseWriter, r *http.Request) error {
	address, a, err := s.provider.Begin(r.Context())
	if err != nil {
		return err
	}
	s.setAttempt(w, strings.Join([]string{a.State, a.Nonce, a.Verifier}, "."), int(openIDTime/time.Second))
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

func (s *Server) setAttempt(w http.ResponseWriter, value string, age int) {
	// Lax: the browser comes back from another site.
	http.SetCookie(w, &http.Cookie{Name: openIDCookie, Value: value, Path: base + openIDPath, MaxAge: age, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
}

// finishOpenID opens a login for a browser that comes back, and sends it to
// the page.
func (s *Server) finishOpenID(w http.ResponseWriter, r *http.Request) error {
	var a openid.Attempt
	if c, err := r.Cookie(openIDCookie); err == nil {
		if parts := strings.Split(c.Value, "."); len(parts) == 3 {
			a = openid.Attempt{State: parts[0], Nonce: parts[1], Verifier: parts[2]}
		}
	}
	s.setAttempt(w, "", -1)
	q := r.URL.Query()
	p, err := s.provider.Finish(r.Context(), a, q.Get("state"), q.Get("code"))
	if err != nil {
		return err
	}
	t, _, err := s.accounts.Outside(r.Context(), account.Person(p), placeOf(r.Context()))
	if err != nil {
		return err
	}
	w.Header().Add("Set-Cookie", s.cookie(t.Refresh, t.Until))
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}
