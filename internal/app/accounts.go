package app

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"tabletalk/internal/account"
	"tabletalk/internal/api"
	"tabletalk/internal/audit"
	"tabletalk/internal/config"
	"tabletalk/internal/fault"
	"tabletalk/internal/limit"
	"tabletalk/internal/session"
	"tabletalk/internal/store"
)

// makeAccounts makes what lets people in, where they log in at all.
func (a *App) makeAccounts(context.Context) error {
	if a.cfg.Auth == "token" {
		a.token = newSecret()
	}
	if a.cfg.Auth != "accounts" {
		return nil
	}
	known, err := secrets(&a.cfg)
	if err != nil {
		return err
	}
	if a.keyring, err = account.NewKeyring(known, time.Now); err != nil {
		return err
	}
	a.pace = a.limiter()
	a.book = audit.NewBook(a.store, a.log, time.Now)
	post, err := postOf(&a.cfg)
	if err != nil {
		return err
	}
	a.Accounts = accounts(&a.cfg, account.Options{Store: a.store, Keyring: a.keyring, Slow: a.pace, Sessions: a.Sessions, Post: post, Log: a.log, Told: a.note})
	return nil
}

// accounts makes the service with the settings.
func accounts(c *config.Config, o account.Options) *account.Service {
	o.Hasher, o.Registration = account.NewHasher(c.PasswordsAtOnce), account.Registration(c.Registration)
	o.AccessLife, o.IdleLife, o.LoginLife, o.LinkLife = c.AccessTokenTTL, c.LoginIdleTTL, c.LoginTTL, c.LinkTTL
	o.Attempts, o.Keys = c.LoginAttempts, c.MaxUserKeys
	return account.NewService(o)
}

// People opens the accounts alone, beside a server that may run: for the
// commands of an operator. The caller calls done.
func People(ctx context.Context, c config.Config, log *slog.Logger) (s *account.Service, done func() error, err error) {
	if c, err = c.Absolute(); err != nil {
		return nil, nil, err
	}
	known, err := secrets(&c)
	if err != nil {
		return nil, nil, err
	}
	keyring, err := account.NewKeyring(known, time.Now)
	if err != nil {
		return nil, nil, err
	}
	db, err := store.Open(ctx, c.Database(), log)
	if err != nil {
		return nil, nil, err
	}
	book := audit.NewBook(db, log, time.Now)
	return accounts(&c, account.Options{Store: db, Keyring: keyring, Slow: limit.NewMemory(time.Now), Log: log,
		Sessions: session.NewService(session.Options{Store: db, Log: log}),
		Told: func(ctx context.Context, e account.Event) {
			book.Write(ctx, audit.Entry{Workspace: e.Workspace, ActorID: "operator", Action: e.Action, Object: e.Object, Outcome: "ok"})
		}}), db.Close, nil
}

// limiter counts what may not happen too often.
func (a *App) limiter() account.Limiter {
	if a.redis == nil {
		return limit.NewMemory(time.Now)
	}
	return limit.NewRedis(a.redis)
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
