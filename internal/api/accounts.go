package api

import (
	"context"
	"net/http"
	"time"

	"tabletalk/internal/account"
)

// refreshCookie keeps the long token of a browser, out of reach of scripts.
const (
	refreshCookie = "tabletalk_refresh"
	cookiePath    = base + "/auth"
)

type optionsOutput struct {
	Body struct {
		Auth         string `json:"auth" enum:"local,token,accounts" doc:"local and token ask nobody for a login"`
		Registration string `json:"registration,omitempty" enum:"open,invite,closed"`
		NeedsSetUp   bool   `json:"needs_setup" doc:"There is no administrator yet: the link that the start printed makes one"`
		Mail         bool   `json:"mail" doc:"A forgotten password can be mended by mail"`
		OpenID       string `json:"openid,omitempty" doc:"The name of the provider that /auth/openid logs in with"`
		MinPassword  int    `json:"min_password" doc:"Characters that a password needs"`
	}
}

func (s *Server) authOptions(ctx context.Context, _ *struct{}) (*optionsOutput, error) {
	out := &optionsOutput{}
	out.Body.Auth, out.Body.MinPassword = s.auth, account.MinPassword
	if s.accounts == nil {
		return out, nil
	}
	var err error
	out.Body.NeedsSetUp, err = s.accounts.NeedsSetUp(ctx)
	out.Body.Registration, out.Body.Mail, out.Body.OpenID = string(s.accounts.Registration()), s.accounts.MailsLinks(), s.openIDName
	return out, err
}

// User is somebody with an account.
type User struct {
	ID        string     `json:"id"`
	Workspace string     `json:"workspace_id"`
	Email     string     `json:"email"`
	Name      string     `json:"name"`
	Role      string     `json:"role" enum:"admin,member"`
	Active    bool       `json:"active"`
	CreatedAt time.Time  `json:"created_at"`
	SeenAt    *time.Time `json:"last_login_at,omitempty"`
}

func userOf(u account.User) User {
	return User{ID: u.ID, Workspace: u.Workspace, Email: u.Email, Name: u.Name, Role: string(u.Role), Active: u.Active, CreatedAt: u.CreatedAt, SeenAt: sometime(u.SeenAt)}
}

func sometime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type userOutput struct{ Body User }

func oneUser(u *account.User, err error) (*userOutput, error) {
	if err != nil {
		return nil, err
	}
	return &userOutput{Body: userOf(*u)}, nil
}

type registerInput struct {
	Body struct {
		Email    string `json:"email" maxLength:"300"`
		Password string `json:"password" maxLength:"4096"`
		Name     string `json:"name,omitempty" maxLength:"1000"`
		Invite   string `json:"invite,omitempty" maxLength:"200" doc:"The secret of an invitation"`
	}
}

func (s *Server) register(ctx context.Context, in *registerInput) (*userOutput, error) {
	b := in.Body
	return oneUser(s.accounts.Register(ctx, account.Newcomer{Email: b.Email, Password: b.Password, Name: b.Name, Link: b.Invite, At: placeOf(ctx)}))
}

type setUpInput struct {
	Body struct {
		Token    string `json:"token" maxLength:"200" doc:"The secret of the link that the first start printed"`
		Email    string `json:"email" maxLength:"300"`
		Password string `json:"password" maxLength:"4096"`
		Name     string `json:"name,omitempty" maxLength:"1000"`
	}
}

func (s *Server) setUp(ctx context.Context, in *setUpInput) (*userOutput, error) {
	b := in.Body
	return oneUser(s.accounts.SetUp(ctx, account.Newcomer{Email: b.Email, Password: b.Password, Name: b.Name, Link: b.Token, At: placeOf(ctx)}))
}

// placeOf is where a request comes from.
func placeOf(ctx context.Context) account.Place {
	v := visitOf(ctx)
	return account.Place{Agent: v.agent, Address: v.address}
}

type loginInput struct {
	Body struct {
		Email    string `json:"email" maxLength:"300"`
		Password string `json:"password" maxLength:"4096"`
		Cookie   bool   `json:"cookie,omitempty" doc:"For pages: the refresh token is kept in a cookie that no script can read, and is not in the body"`
	}
}

// Tokens are what a login gives.
type Tokens struct {
	AccessToken  string `json:"access_token" doc:"For the header Authorization: Bearer"`
	TokenType    string `json:"token_type" enum:"bearer"`
	ExpiresIn    int    `json:"expires_in" doc:"Seconds that the access token lives"`
	RefreshToken string `json:"refresh_token,omitempty" doc:"For /auth/refresh, once; missing where a cookie has it"`
}

type tokensOutput struct {
	Cookie string `header:"Set-Cookie" doc:"The refresh token, where a cookie was asked for"`
	Body   Tokens
}

func (s *Server) login(ctx context.Context, in *loginInput) (*tokensOutput, error) {
	t, _, err := s.accounts.Login(ctx, in.Body.Email, in.Body.Password, placeOf(ctx))
	if err != nil {
		return nil, err
	}
	return s.given(t, in.Body.Cookie), nil
}

func (s *Server) given(t *account.Tokens, inCookie bool) *tokensOutput {
	out := &tokensOutput{Body: Tokens{AccessToken: t.Access, TokenType: "bearer", ExpiresIn: int(t.Life / time.Second), RefreshToken: t.Refresh}}
	if inCookie {
		out.Cookie, out.Body.RefreshToken = s.cookie(t.Refresh, t.Until), ""
	}
	return out
}

func (s *Server) cookie(value string, until time.Time) string {
	c := http.Cookie{Name: refreshCookie, Value: value, Path: cookiePath, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteStrictMode, Expires: until}
	if value == "" {
		c.MaxAge = -1
	}
	return c.String()
}

type refreshInput struct {
	Cookie string `cookie:"tabletalk_refresh" doc:"The refresh token of a browser"`
	Body   *struct {
		RefreshToken string `json:"refresh_token,omitempty" maxLength:"1000"`
	}
}

// token gives the long token of a request, and whether it came in the cookie.
func (in *refreshInput) token() (token string, inCookie bool) {
	if in.Body != nil && in.Body.RefreshToken != "" {
		return in.Body.RefreshToken, false
	}
	return in.Cookie, in.Cookie != ""
}

func (s *Server) refresh(ctx context.Context, in *refreshInput) (*tokensOutput, error) {
	token, inCookie := in.token()
	t, err := s.accounts.Refresh(ctx, token)
	if err != nil {
		return nil, err
	}
	return s.given(t, inCookie), nil
}

type logoutInput struct {
	Cookie string `cookie:"tabletalk_refresh"`
	Body   *struct {
		RefreshToken string `json:"refresh_token,omitempty" maxLength:"1000" doc:"Ends its login, where there is no access token any more"`
		Everywhere   bool   `json:"everywhere,omitempty" doc:"All logins of the user, not this one only"`
	}
}

type logoutOutput struct {
	Cookie string `header:"Set-Cookie"`
}

// logout ends the login of whatever token there is.
func (s *Server) logout(ctx context.Context, in *logoutInput) (*logoutOutput, error) {
	refresh, everywhere := in.Cookie, false
	if in.Body != nil {
		everywhere = in.Body.Everywhere
		if in.Body.RefreshToken != "" {
			refresh = in.Body.RefreshToken
		}
	}
	out := &logoutOutput{Cookie: s.cookie("", time.Unix(0, 0))}
	switch w := who(ctx); {
	case w.caller.LoginID != "":
		return out, s.accounts.Logout(ctx, w.caller, everywhere)
	case refresh != "":
		return out, s.accounts.LogoutBy(ctx, refresh)
	}
	return nil, notLoggedIn()
}

type meOutput struct{ Body Identity }

func (s *Server) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	return &meOutput{Body: who(ctx)}, nil
}

type changeMeInput struct {
	Body struct {
		Name            *string `json:"name,omitempty" maxLength:"1000"`
		Email           *string `json:"email,omitempty" maxLength:"300" doc:"Needs the current password"`
		Password        string  `json:"password,omitempty" maxLength:"4096" doc:"A new one; needs the current one, and ends every other login"`
		CurrentPassword string  `json:"current_password,omitempty" maxLength:"4096"`
	}
}

func (s *Server) changeMe(ctx context.Context, in *changeMeInput) (*meOutput, error) {
	w, b := who(ctx), in.Body
	var err error
	switch {
	case b.Password != "":
		err = s.accounts.SetPassword(ctx, w.caller, b.CurrentPassword, b.Password, placeOf(ctx))
	case b.Email != nil:
		err = s.accounts.Confirm(ctx, w.caller, b.CurrentPassword, placeOf(ctx))
	}
	if err != nil {
		return nil, err
	}
	u, err := s.accounts.Change(ctx, w.Workspace, w.ID, account.Changes{Name: b.Name, Email: b.Email})
	if err != nil {
		return nil, err
	}
	c := w.caller
	c.User = *u
	return &meOutput{Body: IdentityOf(c)}, nil
}

type deleteMeInput struct {
	Body struct {
		Password string `json:"password" maxLength:"4096" doc:"The current one"`
	}
}

func (s *Server) deleteMe(ctx context.Context, in *deleteMeInput) (*empty, error) {
	return nil, s.accounts.DeleteSelf(ctx, who(ctx).caller, in.Body.Password, placeOf(ctx))
}

type forgotInput struct {
	Body struct {
		Email string `json:"email" maxLength:"300"`
	}
}

// forgot answers the same whoever asks: who has an account is nobody's
// business.
func (s *Server) forgot(ctx context.Context, in *forgotInput) (*empty, error) {
	return nil, s.accounts.Forgotten(ctx, in.Body.Email, placeOf(ctx))
}

type resetInput struct {
	Body struct {
		Token    string `json:"token" maxLength:"200" doc:"The secret of the link"`
		Password string `json:"password" maxLength:"4096"`
	}
}

func (s *Server) reset(ctx context.Context, in *resetInput) (*empty, error) {
	return nil, s.accounts.ResetPassword(ctx, in.Body.Token, in.Body.Password)
}

type ticketOutput struct {
	Body struct {
		Ticket    string `json:"ticket" doc:"Opens one GET as ?ticket=, in place of the token: an event stream, a WebSocket, a download"`
		ExpiresIn int    `json:"expires_in" doc:"Seconds"`
	}
}

func (s *Server) ticket(ctx context.Context, _ *struct{}) (*ticketOutput, error) {
	secret, life, err := s.accounts.Ticket(ctx, who(ctx).caller)
	out := &ticketOutput{}
	out.Body.Ticket, out.Body.ExpiresIn = secret, int(life/time.Second)
	return out, err
}

// Login is one place where the asker is logged in.
type Login struct {
	ID        string    `json:"id"`
	Current   bool      `json:"current" doc:"It is the one that asks"`
	Agent     string    `json:"agent,omitempty" doc:"What the program there calls itself"`
	CreatedAt time.Time `json:"created_at"`
	UsedAt    time.Time `json:"used_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (s *Server) logins(ctx context.Context, _ *struct{}) (*listOutput[Login], error) {
	w := who(ctx)
	logins, err := s.accounts.Logins(ctx, w.ID)
	return listed(each(logins, func(l account.Login) Login {
		return Login{ID: l.ID, Current: l.ID == w.caller.LoginID, Agent: l.Agent, CreatedAt: l.CreatedAt, UsedAt: l.UsedAt, ExpiresAt: l.ExpiresAt}
	}), "", err)
}

func (s *Server) endLogin(ctx context.Context, in *idInput) (*empty, error) {
	return nil, s.accounts.EndLogin(ctx, who(ctx).ID, in.ID)
}

// Key is a key for programs.
type Key struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Scope     string     `json:"scope" enum:"read,ask,write,admin" doc:"What it opens; each includes those before it"`
	Hint      string     `json:"hint" doc:"Its last characters"`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at,omitempty" doc:"About when it was last used"`
	ExpiresAt time.Time  `json:"expires_at"`
	Secret    string     `json:"key,omitempty" doc:"The key itself, shown once, when it is made"`
}

func apiKeyOf(k account.Key) Key {
	return Key{ID: k.ID, Name: k.Name, Scope: string(k.Scope), Hint: k.Hint, CreatedAt: k.CreatedAt, UsedAt: sometime(k.UsedAt), ExpiresAt: k.ExpiresAt}
}

type createKeyInput struct {
	Body struct {
		Name  string `json:"name" minLength:"1" maxLength:"200"`
		Scope string `json:"scope,omitempty" enum:"read,ask,write,admin" default:"write"`
		Days  int    `json:"expires_in_days,omitempty" minimum:"1" maximum:"366" default:"90"`
	}
}

type keyOutput struct{ Body Key }

func (s *Server) createKey(ctx context.Context, in *createKeyInput) (*keyOutput, error) {
	secret, k, err := s.accounts.AddKey(ctx, who(ctx).caller.User, in.Body.Name, account.Scope(in.Body.Scope), time.Duration(in.Body.Days)*24*time.Hour)
	if err != nil {
		return nil, err
	}
	out := &keyOutput{Body: apiKeyOf(*k)}
	out.Body.Secret = secret
	return out, nil
}

func (s *Server) keys(ctx context.Context, _ *struct{}) (*listOutput[Key], error) {
	keys, err := s.accounts.Keys(ctx, who(ctx).ID)
	return listed(each(keys, apiKeyOf), "", err)
}

func (s *Server) deleteKey(ctx context.Context, in *idInput) (*empty, error) {
	return nil, s.accounts.DeleteKey(ctx, who(ctx).ID, in.ID)
}

// anonymous reports whether a request needs nobody who is logged in.
func (s *Server) anonymous(r *http.Request) bool {
	_, pattern := s.mux.Handler(r)
	return s.open[pattern]
}
