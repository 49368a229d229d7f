package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tabletalk/internal/account"
	"tabletalk/internal/audit"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// who may use a route.
type audience int

const (
	loggedIn  audience = iota // whoever is logged in, or holds a key
	everybody                 // also those who are not
	inPerson                  // whoever is logged in: no key does it for them
	admins                    // administrators
)

// where a route names the session that it is about.
type place int

const (
	nowhere  place = iota
	inPath         // as {id}, of the object itself
	inQuery        // as session_id, where it is given
	inBody         // as session_id; the input implements namesSession
	byItself       // the handler asks, because only it can know
)

// rule is who may use a route, and what they must be allowed to do with the
// session that it is about. Every route has one: this is the one place where
// that is said.
type rule struct {
	audience audience
	need     session.Right
	of       session.Kind
	at       place
	scope    account.Scope // that a key must have
	accounts bool          // there is nothing to do without accounts
	kept     bool          // its use is kept in the audit log
}

func object(need session.Right, of session.Kind) rule {
	return rule{need: need, of: of, at: inPath, scope: scopeOf(need)}
}

func scopeOf(need session.Right) account.Scope {
	if need == session.View {
		return account.ScopeRead
	}
	return account.ScopeWrite
}

func (r rule) logged() rule            { r.kept = true; return r }
func (r rule) by(s account.Scope) rule { r.scope = s; return r }
func named(need session.Right, p place) rule {
	return rule{need: need, of: session.OfSession, at: p, scope: scopeOf(need)}
}

func withAccounts(a audience) rule {
	r := rule{audience: a, accounts: true, scope: account.ScopeRead}
	if a == admins {
		r.scope = account.ScopeAdmin
	}
	return r
}

// rules gives the rule of every operation.
func rules() map[string]rule {
	view, edit, own := session.View, session.Edit, session.Own
	return map[string]rule{
		"upload": named(edit, byItself).logged(), "load-samples": named(edit, nowhere),
		"file": object(view, session.OfFile), "file-preview": object(view, session.OfFile), "file-versions": object(view, session.OfFile), "version-preview": object(view, session.OfFile),
		"reread-file": object(edit, session.OfFile).logged(), "add-version": object(edit, session.OfFile).logged(), "restore-version": object(edit, session.OfFile).logged(),
		"delete-version": object(edit, session.OfFile).logged(), "undo-file": object(edit, session.OfFile).logged(), "delete-file": object(edit, session.OfFile).logged(),

		"jobs": named(view, inQuery), "job": object(view, session.OfJob), "cancel-job": object(edit, session.OfJob), "events": named(view, byItself),

		"table": object(view, session.OfTable), "table-preview": object(view, session.OfTable), "table-profile": object(view, session.OfTable), "profile-table": object(edit, session.OfTable),
		"export-table": object(view, session.OfTable).logged(), "append-rows": object(edit, session.OfTable).logged(),

		"create-session": named(edit, nowhere).logged(), "sessions": named(view, nowhere), "session": object(view, session.OfSession),
		"rename-session": object(edit, session.OfSession).logged(), "extend-session": object(own, session.OfSession).logged(), "delete-session": object(own, session.OfSession).logged(),
		"session-files": object(view, session.OfSession), "session-tables": object(view, session.OfSession), "session-joins": object(view, session.OfSession), "conversations": object(view, session.OfSession),
		"rename-conversation": object(edit, session.OfSession), "delete-conversation": object(edit, session.OfSession).logged(), "session-queries": object(view, session.OfSession),

		"definitions": object(view, session.OfSession), "define": object(edit, session.OfSession).logged(), "change-definition": object(edit, session.OfSession).logged(),
		"delete-definition": object(edit, session.OfSession).logged(), "cases": object(view, session.OfSession),

		"ask": named(edit, inBody).by(account.ScopeAsk), "ask-stream": named(edit, inBody).by(account.ScopeAsk), "sql": named(edit, inBody).by(account.ScopeAsk),
		"classify": named(view, inBody), "entities": named(view, inBody), "suggest": named(view, inQuery),
		"query": object(view, session.OfQuery), "rerun": object(edit, session.OfQuery).by(account.ScopeAsk), "feedback": object(edit, session.OfQuery).by(account.ScopeAsk),
		"export-answer": object(view, session.OfQuery).logged(),

		"known-models": named(view, nowhere),
		"model":        named(view, inQuery), "set-egress": named(own, inQuery).logged(), "test-model": {audience: admins, scope: account.ScopeAdmin, kept: true}, "set-model-key": {audience: admins, scope: account.ScopeAdmin, kept: true},
		"sent": object(view, session.OfQuery), "explain": object(edit, session.OfQuery).by(account.ScopeAsk),
		"suggest-questions": object(edit, session.OfSession).by(account.ScopeAsk),
		"suggest-name":      object(edit, session.OfSession).by(account.ScopeAsk), "describe-columns": object(edit, session.OfSession).by(account.ScopeAsk),

		"shares": accountsOnly(object(view, session.OfSession)), "share": accountsOnly(object(own, session.OfSession)).logged(), "unshare": accountsOnly(object(own, session.OfSession)).logged(),

		"auth-options": {audience: everybody}, "register": withAccounts(everybody), "set-up": withAccounts(everybody), "login": withAccounts(everybody), "refresh": withAccounts(everybody),
		"forgot-password": withAccounts(everybody), "reset-password": withAccounts(everybody), "logout": withAccounts(everybody),
		"me": {scope: account.ScopeRead}, "change-me": withAccounts(inPerson).logged(), "delete-me": withAccounts(inPerson), "export-me": withAccounts(inPerson).logged(), "ticket": withAccounts(inPerson),
		"logins": withAccounts(inPerson), "end-login": withAccounts(inPerson).logged(),
		"create-key": withAccounts(inPerson), "keys": withAccounts(inPerson), "delete-key": withAccounts(inPerson).logged(),

		"users": withAccounts(admins), "create-user": withAccounts(admins).logged(), "user": withAccounts(admins), "change-user": withAccounts(admins).logged(), "delete-user": withAccounts(admins).logged(),
		"reset-link": withAccounts(admins).logged(), "invitations": withAccounts(admins), "invite": withAccounts(admins).logged(), "delete-invitation": withAccounts(admins).logged(), "audit": withAccounts(admins),

		"health": {audience: everybody}, "ready": {audience: everybody},
	}
}

func accountsOnly(r rule) rule { r.accounts = true; return r }

// namesSession is an input whose body names the session that it is about.
type namesSession interface{ session() string }

// may says whether the asker may do something with what belongs to a session;
// everything that there is belongs to the one local user. Errors: those of
// session.Service.Allow.
func (s *Server) may(ctx context.Context, need session.Right, of session.Kind, id string) error {
	w := who(ctx)
	if w.person() == "" {
		if of != session.OfSession {
			return nil // whoever looks for it finds out
		}
		_, err := s.sessions.Get(ctx, w.Workspace, id)
		return err
	}
	r, err := s.access.Allow(ctx, w.Workspace, w.ID, need, session.Object{Kind: of, ID: id})
	visitOf(ctx).right = r
	return err
}

// admit checks a rule, but for a session that only the body names.
func (s *Server) admit(ctx context.Context, r rule, id, sessionID string) error {
	w := who(ctx)
	if r.accounts && s.accounts == nil {
		return noAccounts()
	}
	if err := r.lets(w); err != nil {
		return err
	}
	switch {
	case r.at == inPath:
		return s.may(ctx, r.need, r.of, id)
	case r.at == inQuery && sessionID != "":
		return s.may(ctx, r.need, session.OfSession, sessionID)
	}
	return nil
}

// lets says whether somebody is of the audience.
func (r rule) lets(w Identity) error {
	switch {
	case r.audience == everybody:
		return nil
	case w.ID == "":
		return notLoggedIn()
	case r.audience == inPerson && w.caller.KeyID != "":
		return fault.New(fault.Forbidden, "key_refused", "That needs a person who is logged in; a key cannot do it.")
	case r.audience == admins && w.Role != string(account.Admin):
		return fault.New(fault.Forbidden, "admin_only", "Only an administrator may do that.")
	}
	return scoped(w, r.scope)
}

// scoped refuses a key that opens less.
func scoped(w Identity, need account.Scope) error {
	if w.caller.KeyID == "" || w.caller.Scope.Includes(need) {
		return nil
	}
	return fault.New(fault.Forbidden, "key_scope", "The key may not do that: its scope is %s, and this needs %s.", w.caller.Scope, need).
		WithHint("Make a key with another scope.")
}

// guardRoute is the middleware of a route that checks its rule before
// anything of the request is read, and keeps what came of it.
func (s *Server) guardRoute(id string, rule rule) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(c)
		ctx, object := c.Context(), c.Param("id")
		err := s.admit(ctx, rule, object, c.Query("session_id"))
		if err != nil {
			s.refuse(w, r, problemOf(err))
		} else {
			next(c)
		}
		s.keep(ctx, id, object, rule.kept)
	}
}

// keep writes what came of a request into the audit log: of routes that are
// kept, and every refusal.
func (s *Server) keep(ctx context.Context, action, object string, kept bool) {
	v := visitOf(ctx)
	refused := v.problem != nil && (v.problem.Status == http.StatusForbidden || v.problem.Status == http.StatusNotFound)
	if s.book == nil || !kept && !refused || v.who.person() == "" {
		return
	}
	outcome := "ok"
	if v.problem != nil {
		outcome = v.problem.Code
	}
	s.book.Write(ctx, audit.Entry{Workspace: v.who.Workspace, ActorID: v.who.ID, Action: action, Object: object, Outcome: outcome, RequestID: v.id, Address: s.pseudonym(v.address)})
}

func notLoggedIn() error {
	return fault.New(fault.Unauthenticated, "not_logged_in", "You are not logged in.").WithHint("Send an access token or an API key as a bearer token.")
}

func noAccounts() error {
	return fault.New(fault.Conflict, "auth_not_enabled", "This server runs for one local user and has no accounts.").
		WithHint("Leave the login out; start it with --auth accounts to have accounts.")
}
