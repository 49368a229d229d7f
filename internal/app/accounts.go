package app

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"tabletalk/internal/account"
	"tabletalk/internal/api"
	"tabletalk/internal/audit"
	"tabletalk/internal/fault"
	"tabletalk/internal/limit"
)

// makeAccounts makes what lets people in, where they log in at all.
func (a *App) makeAccounts(context.Context) error {
	if a.cfg.Auth == "token" {
		raw := make([]byte, 32)
		_, _ = rand.Read(raw) // it never fails
		a.token = base64.RawURLEncoding.EncodeToString(raw)
	}
	if a.cfg.Auth != "accounts" {
		return nil
	}
	secrets, err := a.secrets()
	if err != nil {
		return err
	}
	if a.keyring, err = account.NewKeyring(secrets, time.Now); err != nil {
		return err
	}
	slow, err := a.limiter()
	if err != nil {
		return err
	}
	c := &a.cfg
	a.book = audit.NewBook(a.store, a.log, time.Now)
	a.Accounts = account.NewService(account.Options{
		Store: a.store, Keyring: a.keyring, Slow: slow, Sessions: a.Sessions, Hasher: account.NewHasher(c.PasswordsAtOnce), Log: a.log, Told: a.note,
		Registration: account.Registration(c.Registration), AccessLife: c.AccessTokenTTL, IdleLife: c.LoginIdleTTL, LoginLife: c.LoginTTL, LinkLife: c.LinkTTL,
		Attempts: c.LoginAttempts, Keys: c.MaxUserKeys,
	})
	return nil
}

// limiter counts what may not happen too often.
func (a *App) limiter() (account.Limiter, error) {
	url := a.cfg.RedisURL.Reveal()
	if url == "" {
		return limit.NewMemory(time.Now), nil
	}
	l, err := limit.NewRedis(url, a.log)
	if err != nil {
		return nil, err
	}
	a.onClose(l.Close)
	return l, nil
}

// note keeps what happened to an account.
func (a *App) note(ctx context.Context, e account.Event) {
	outcome := "ok"
	if e.Failed {
		outcome = "refused"
	}
	a.book.Write(ctx, audit.Entry{Workspace: e.Workspace, ActorID: e.Actor, Action: e.Action, Object: e.Object, Outcome: outcome})
}

// Welcome gives the address that a start has to tell: the set-up link where
// there is no administrator yet, the link with the secret of --auth token, or
// nothing.
func (a *App) Welcome(ctx context.Context, address string) (string, error) {
	if a.cfg.PublicURL != "" {
		address = strings.TrimSuffix(a.cfg.PublicURL, "/")
	}
	if a.token != "" {
		return address + "/?token=" + a.token, nil
	}
	if a.Accounts == nil {
		return "", nil
	}
	secret, err := a.Accounts.SetUpLink(ctx)
	if err != nil || secret == "" {
		return "", err
	}
	return address + "/setup#token=" + secret, nil
}

// gate says who asks.
func (a *App) gate() api.Gate {
	switch {
	case a.Accounts != nil:
		return a.accountGate
	case a.token != "":
		return a.tokenGate
	}
	return localGate
}

// accountGate knows people by their tokens and keys, and by tickets where a
// browser can send no header.
func (a *App) accountGate(r *http.Request) (api.Identity, error) {
	if bearer, ok := bearerOf(r); ok {
		c, err := a.Accounts.Identify(r.Context(), bearer)
		return api.IdentityOf(c), err
	}
	if ticket := r.URL.Query().Get("ticket"); ticket != "" && r.Method == http.MethodGet {
		c, err := a.Accounts.Redeem(r.Context(), ticket)
		return api.IdentityOf(c), err
	}
	return api.Identity{}, fault.New(fault.Unauthenticated, "not_logged_in", "You are not logged in.").
		WithHint("Send an access token or an API key as a bearer token.")
}

func bearerOf(r *http.Request) (string, bool) {
	kind, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), ok && strings.EqualFold(kind, "Bearer")
}

// tokenCookie keeps the secret of the link in the browser that opened it.
const tokenCookie = "tabletalk_token"

// tokenGate lets in whoever has the secret that the start printed.
func (a *App) tokenGate(r *http.Request) (api.Identity, error) {
	given, _ := bearerOf(r)
	if c, err := r.Cookie(tokenCookie); err == nil && given == "" {
		given = c.Value
	}
	if subtle.ConstantTimeCompare([]byte(given), []byte(a.token)) != 1 {
		return api.Identity{}, fault.New(fault.Unauthenticated, "not_logged_in", "This server is open to those with its link only.").
			WithHint("Open the link that the start printed.")
	}
	id, err := localGate(r)
	id.Auth = "token"
	return id, err
}

// byLink lets a browser in that opens the link of --auth token: the secret
// goes into a cookie, and out of the address.
func (a *App) byLink(next http.Handler) http.Handler {
	if a.token == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.URL.Query().Get("token")
		if r.URL.Path != "/" || r.Method != http.MethodGet || subtle.ConstantTimeCompare([]byte(given), []byte(a.token)) != 1 {
			next.ServeHTTP(w, r)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: tokenCookie, Value: given, Path: "/", HttpOnly: true, Secure: strings.HasPrefix(a.cfg.PublicURL, "https:"), SameSite: http.SameSiteStrictMode})
		w.Header().Set("Referrer-Policy", "no-referrer")
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
}
