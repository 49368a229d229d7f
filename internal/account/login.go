package account

import (
	"context"
	"strings"
	"time"

	"tabletalk/internal/fault"
)

// Place is where somebody logs in from.
type Place struct {
	Agent   string // what the program there calls itself
	Address string // of the network
}

// Tokens are what a login gives.
type Tokens struct {
	Access  string
	Life    time.Duration // of Access
	Refresh string
	Until   time.Time // of Refresh, if it is not exchanged before
}

// Login opens a login. Whoever has no account, no password yet, or was
// disabled, gets the same answer as one with a wrong password, after the same
// work. Errors: login_failed, login_slowed, login_busy.
func (s *Service) Login(ctx context.Context, email, password string, at Place) (*Tokens, *User, error) {
	u, err := s.Authenticate(ctx, email, password, at)
	if err != nil {
		return nil, nil, err
	}
	t, err := s.open(ctx, u, at)
	return t, u, err
}

// Authenticate gives the user whose password this is. Errors: login_failed,
// login_slowed, login_busy.
func (s *Service) Authenticate(ctx context.Context, email, password string, at Place) (*User, error) {
	u, err := s.o.Store.UserByEmail(ctx, MailKey(email))
	if err != nil && !fault.IsKind(err, fault.NotFound) {
		return nil, err
	}
	if err := s.slow(ctx, email, u, at); err != nil {
		return nil, err
	}
	hash := ""
	if u != nil && u.Active {
		hash = u.Password
	}
	right, outdated, err := s.o.Hasher.Check(ctx, password, hash)
	if err != nil {
		return nil, err
	}
	if !right {
		s.failed(ctx, "login", email, u)
		return nil, fault.New(fault.Unauthenticated, "login_failed", "The address or the password is not right.").
			WithHint("Check both; an administrator can send a link that sets a new password.").At("account.Login")
	}
	s.o.Slow.Forget(ctx, s.pairKey(email, at))
	s.o.Slow.Return(ctx, s.placeKey(at), placeTimes*s.o.Attempts, window)
	if outdated {
		s.rehash(ctx, u, password)
	}
	return u, nil
}

// failed keeps that somebody was not let in. What was typed is not kept: it
// may be a password in the wrong field.
func (s *Service) failed(ctx context.Context, action, email string, u *User) {
	e := Event{Action: action, Object: "address:" + s.o.Keyring.Pseudonym(MailKey(email)), Failed: true}
	if u != nil {
		e.Workspace, e.Object = u.Workspace, u.ID
	}
	s.o.Told(ctx, e)
}

func (s *Service) rehash(ctx context.Context, u *User, password string) {
	hash, err := s.o.Hasher.Hash(ctx, password)
	if err == nil {
		changed := *u
		changed.Password = hash
		err = s.o.Store.ChangeUser(ctx, changed)
	}
	if err != nil {
		s.o.Log.WarnContext(ctx, "a password was not hashed again", "cause", err.Error())
	}
}

// slow bounds how often passwords are tried: for an account from a place, from
// a place, and for an account from places where its owner never was. Nobody
// is locked out of their own place by others. Error: login_slowed.
func (s *Service) slow(ctx context.Context, email string, u *User, at Place) error {
	wait := max(s.o.Slow.Take(ctx, s.pairKey(email, at), s.o.Attempts, window),
		s.o.Slow.Take(ctx, s.placeKey(at), placeTimes*s.o.Attempts, window))
	if wait == 0 && !s.wasHere(ctx, u, at) {
		wait = s.o.Slow.Take(ctx, "login/account/"+s.o.Keyring.Pseudonym(MailKey(email)), 5*s.o.Attempts, window)
	}
	if wait == 0 {
		return nil
	}
	s.failed(ctx, "login_slowed", email, u)
	return Slowed("login_slowed", "Too many passwords were tried.", wait)
}

func (s *Service) pairKey(email string, at Place) string {
	return "login/pair/" + s.o.Keyring.Pseudonym(MailKey(email)) + "/" + s.place(at)
}

// placeTimes is how many times the guesses of one account a place has.
const placeTimes = 10

func (s *Service) placeKey(at Place) string { return "login/place/" + s.place(at) }

func (s *Service) place(at Place) string { return s.o.Keyring.Pseudonym("place " + at.Address) }

func (s *Service) wasHere(ctx context.Context, u *User, at Place) bool {
	if u == nil {
		return false
	}
	logins, err := s.o.Store.LoginsOf(ctx, u.ID)
	if err != nil {
		return false
	}
	for _, l := range logins {
		if l.Address == s.place(at) {
			return true
		}
	}
	return false
}

// open begins a login.
func (s *Service) open(ctx context.Context, u *User, at Place) (*Tokens, error) {
	now, refresh := s.now(), refreshPrefix+newSecret()
	l := Login{ID: newID(), UserID: u.ID, Agent: shorten(at.Agent, 200), Address: s.place(at), CreatedAt: now, UsedAt: now,
		ExpiresAt: now.Add(s.o.LoginLife), IdleUntil: now.Add(s.o.IdleLife)}
	if err := s.o.Store.AddLogin(ctx, l, hashOf(refresh)); err != nil {
		return nil, err
	}
	s.o.Told(ctx, Event{Action: "login", Workspace: u.Workspace, Actor: u.ID, Object: l.ID})
	return s.tokens(u.ID, l.ID, refresh)
}

func (s *Service) tokens(userID, loginID, refresh string) (*Tokens, error) {
	access, err := s.o.Keyring.sign(userID, loginID, s.o.AccessLife)
	if err != nil {
		return nil, err
	}
	return &Tokens{Access: access, Life: s.o.AccessLife, Refresh: refresh, Until: s.now().Add(s.o.IdleLife)}, nil
}

func shorten(text string, n int) string {
	if r := []rune(strings.ToValidUTF8(text, "")); len(r) > n {
		return string(r[:n])
	}
	return strings.ToValidUTF8(text, "")
}

// Refresh exchanges a long token for the next pair. One that comes back later
// than a lost answer explains ends its login: somebody has a copy. Error:
// token_invalid.
func (s *Service) Refresh(ctx context.Context, refresh string) (*Tokens, error) {
	if !strings.HasPrefix(refresh, refreshPrefix) || len(refresh) > maxToken {
		return nil, badToken(nil)
	}
	next, now := s.o.Keyring.successor(refresh), s.now()
	x, err := s.o.Store.Exchange(ctx, Exchange{Old: hashOf(refresh), New: hashOf(next), Now: now, Grace: grace, IdleUntil: now.Add(s.o.IdleLife)})
	switch {
	case fault.IsKind(err, fault.NotFound):
		return nil, badToken(err)
	case err != nil:
		return nil, err
	case x.Reused:
		s.forget()
		s.o.Told(ctx, Event{Action: "token_reused", Workspace: x.User.Workspace, Actor: x.User.ID, Object: x.LoginID, Failed: true})
		return nil, badToken(nil)
	}
	return s.tokens(x.User.ID, x.LoginID, next)
}

// Identify gives who a bearer token or an API key belongs to. Error:
// token_invalid.
func (s *Service) Identify(ctx context.Context, bearer string) (Caller, error) {
	if strings.HasPrefix(bearer, keyPrefix) {
		return s.byKey(ctx, bearer)
	}
	userID, loginID, err := s.o.Keyring.check(bearer)
	if err != nil {
		return Caller{}, err
	}
	c, err := s.byLogin(ctx, loginID)
	if err == nil && c.User.ID != userID {
		err = badToken(nil)
	}
	return c, err
}

func (s *Service) byLogin(ctx context.Context, loginID string) (Caller, error) {
	if c, ok := s.recall(loginID); ok {
		return c, nil
	}
	u, err := s.o.Store.Standing(ctx, loginID)
	if fault.IsKind(err, fault.NotFound) {
		return Caller{}, badToken(err)
	}
	if err != nil {
		return Caller{}, err
	}
	c := Caller{User: *u, LoginID: loginID}
	s.remember(loginID, c)
	return c, nil
}

func (s *Service) byKey(ctx context.Context, key string) (Caller, error) {
	hash := hashOf(key)
	if c, ok := s.recall(hash); ok {
		return c, nil
	}
	k, u, err := s.o.Store.KeyByHash(ctx, hash)
	if fault.IsKind(err, fault.NotFound) {
		return Caller{}, badToken(err)
	}
	if err != nil {
		return Caller{}, err
	}
	if s.now().Sub(k.UsedAt) > keyTouch {
		if err := s.o.Store.UsedKey(ctx, k.ID); err != nil {
			s.o.Log.WarnContext(ctx, "the use of a key was not noted", "cause", err.Error())
		}
	}
	c := Caller{User: *u, KeyID: k.ID, Scope: k.Scope}
	s.remember(hash, c)
	return c, nil
}

// Still says whether a caller may go on: its login or key stands and the
// user's role is what it was. Error: token_invalid.
func (s *Service) Still(ctx context.Context, c Caller) error {
	var now Caller
	var err error
	if c.KeyID != "" {
		now, err = s.keyStands(ctx, c)
	} else {
		now, err = s.byLogin(ctx, c.LoginID)
	}
	if err == nil && (now.User.Role != c.User.Role || now.User.Workspace != c.User.Workspace) {
		err = badToken(nil)
	}
	return err
}

func (s *Service) keyStands(ctx context.Context, c Caller) (Caller, error) {
	keys, err := s.o.Store.KeysOf(ctx, c.User.ID)
	if err != nil {
		return Caller{}, err
	}
	u, err := s.o.Store.User(ctx, c.User.ID)
	if err != nil || !u.Active {
		return Caller{}, badToken(err)
	}
	for _, k := range keys {
		if k.ID == c.KeyID && k.ExpiresAt.After(s.now()) {
			return Caller{User: *u, KeyID: k.ID, Scope: k.Scope}, nil
		}
	}
	return Caller{}, badToken(nil)
}

// Logout ends the login of a caller, or all of the user's.
func (s *Service) Logout(ctx context.Context, c Caller, everywhere bool) error {
	defer s.forget()
	s.o.Told(ctx, Event{Action: "logout", Workspace: c.User.Workspace, Actor: c.User.ID, Object: c.LoginID})
	if everywhere {
		return s.o.Store.EndLogins(ctx, c.User.ID)
	}
	return s.endQuietly(ctx, c.User.ID, c.LoginID)
}

func (s *Service) endQuietly(ctx context.Context, userID, loginID string) error {
	err := s.o.Store.EndLogin(ctx, userID, loginID)
	if fault.IsKind(err, fault.NotFound) {
		return nil
	}
	return err
}

// LogoutBy ends the login of a long token, which may be all that is left of
// it. One that is unknown is fine: it is logged out.
func (s *Service) LogoutBy(ctx context.Context, refresh string) error {
	defer s.forget()
	now := s.now()
	x, err := s.o.Store.Exchange(ctx, Exchange{Old: hashOf(refresh), New: hashOf(s.o.Keyring.successor(refresh)), Now: now, Grace: grace, IdleUntil: now})
	if fault.IsKind(err, fault.NotFound) {
		return nil
	}
	if err != nil || x.Reused {
		return err
	}
	return s.endQuietly(ctx, x.User.ID, x.LoginID)
}

// Logins lists where a user is logged in. EndLogin ends one of them; error:
// login_not_found.
func (s *Service) Logins(ctx context.Context, userID string) ([]Login, error) {
	return s.o.Store.LoginsOf(ctx, userID)
}

// EndLogin ends one login of a user.
func (s *Service) EndLogin(ctx context.Context, userID, loginID string) error {
	defer s.forget()
	return s.o.Store.EndLogin(ctx, userID, loginID)
}

// Slowed is the error of somebody who has to wait.
func Slowed(code, sentence string, wait time.Duration) error {
	seconds := int(wait.Round(time.Second) / time.Second)
	return fault.New(fault.TooMany, code, "%s", sentence).WithHint("Try again in %d seconds.", max(seconds, 1)).After(wait)
}
