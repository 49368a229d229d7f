package account

import (
	"context"
	"strings"
	"time"

	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// KeyLife bounds how long a key may live.
const KeyLife = 366 * 24 * time.Hour

// AddKey makes a key for programs. Its text is given once. Errors:
// key_invalid, too_many_keys.
func (s *Service) AddKey(ctx context.Context, u User, name string, scope Scope, life time.Duration) (secret string, _ *Key, err error) {
	name = strings.TrimSpace(name)
	if name, err = cleanName(name, "Key"); err != nil {
		return "", nil, err
	}
	if !scope.Includes(ScopeRead) || scope == ScopeAdmin && u.Role != Admin {
		return "", nil, fault.New(fault.Invalid, "key_scope_invalid", "A key of yours cannot have that scope.").WithHint("The scopes are read, ask and write; admin for administrators.").At("account.AddKey")
	}
	if life = usual(life, 90*24*time.Hour); life < 0 || life > KeyLife {
		return "", nil, fault.New(fault.Invalid, "key_life_invalid", "A key lives for a year at most.").At("account.AddKey")
	}
	secret = keyPrefix + newSecret()
	now := s.now()
	k := Key{ID: newID(), UserID: u.ID, Name: name, Hash: hashOf(secret), Hint: secret[len(secret)-4:], Scope: scope, CreatedAt: now, ExpiresAt: now.Add(life)}
	if err := s.o.Store.AddKey(ctx, k, s.o.Keys); err != nil {
		return "", nil, err
	}
	s.o.Told(ctx, Event{Action: "key_created", Workspace: u.Workspace, Actor: u.ID, Object: k.ID})
	return secret, &k, nil
}

// Keys lists the keys of a user, newest first.
func (s *Service) Keys(ctx context.Context, userID string) ([]Key, error) {
	return s.o.Store.KeysOf(ctx, userID)
}

// DeleteKey takes a key back. Error: key_not_found.
func (s *Service) DeleteKey(ctx context.Context, userID, id string) error {
	defer s.forget()
	return s.o.Store.DeleteKey(ctx, userID, id)
}

// Changes are what is given of a user; nil leaves it.
type Changes struct {
	Name   *string
	Email  *string
	Role   *Role
	Active *bool
}

// Change changes a user. Whoever is disabled is logged out everywhere. Errors:
// user_not_found, email_taken, email_invalid, name_invalid, role_invalid,
// last_admin.
func (s *Service) Change(ctx context.Context, workspace, id string, c Changes) (*User, error) {
	u, err := s.User(ctx, workspace, id)
	if err != nil {
		return nil, err
	}
	if err := c.apply(u); err != nil {
		return nil, err
	}
	u.UpdatedAt = s.now()
	defer s.forget()
	if err := s.o.Store.ChangeUser(ctx, *u); err != nil {
		return nil, err
	}
	if !u.Active {
		return u, s.o.Store.EndLogins(ctx, u.ID)
	}
	return u, nil
}

func (c Changes) apply(u *User) (err error) {
	if c.Email != nil {
		if u.Email, err = cleanEmail(*c.Email); err != nil {
			return err
		}
	}
	if c.Name != nil {
		if u.Name, err = cleanName(*c.Name, u.Email); err != nil {
			return err
		}
	}
	if c.Active != nil {
		u.Active = *c.Active
	}
	if c.Role != nil {
		u.Role = *c.Role
	}
	if u.Role != Admin && u.Role != Member {
		return fault.New(fault.Invalid, "role_invalid", "A user is an admin or a member.").At("account.Change")
	}
	return nil
}

// SetPassword changes the password of somebody who knows the old one, and ends
// every other login. Errors: password_wrong, login_slowed, and those of the
// password.
func (s *Service) SetPassword(ctx context.Context, c Caller, old, password string, at Place) error {
	if err := s.Confirm(ctx, c, old, at); err != nil {
		return err
	}
	hash, err := s.newHash(ctx, password, c.User.Email, c.User.Name)
	if err != nil {
		return err
	}
	defer s.forget()
	if err := s.o.Store.SetPassword(ctx, c.User.ID, hash, "", c.LoginID); err != nil {
		return err
	}
	s.o.Told(ctx, Event{Action: "password_changed", Workspace: c.User.Workspace, Actor: c.User.ID, Object: c.User.ID})
	return nil
}

// Confirm makes sure that it is the user who asks, not somebody at an open
// screen. A user of another provider has no password to give. Errors:
// password_wrong, login_slowed.
func (s *Service) Confirm(ctx context.Context, c Caller, password string, at Place) error {
	u, err := s.o.Store.User(ctx, c.User.ID)
	if err != nil {
		return err
	}
	if u.Password == "" && u.Subject != "" {
		return nil
	}
	_, err = s.Authenticate(ctx, u.Email, password, at)
	if fault.Is(err, "login_failed") {
		return fault.New(fault.Forbidden, "password_wrong", "The current password is not right.").At("account.Confirm")
	}
	return err
}

// DeleteSelf deletes the account of a caller who gives the password again.
// Errors: password_wrong, last_admin.
func (s *Service) DeleteSelf(ctx context.Context, c Caller, password string, at Place) error {
	if err := s.Confirm(ctx, c, password, at); err != nil {
		return err
	}
	return s.Delete(ctx, c.User.Workspace, c.User.ID)
}

// Delete removes a user with everything that is theirs. They are shut out
// first, so that nothing is added meanwhile. Errors: user_not_found,
// last_admin.
func (s *Service) Delete(ctx context.Context, workspace, id string) error {
	no := false
	u, err := s.Change(ctx, workspace, id, Changes{Active: &no})
	if err != nil {
		return err
	}
	if s.o.Sessions != nil {
		if err := s.o.Sessions.DeleteOwned(ctx, workspace, u.ID); err != nil {
			return err
		}
	}
	s.o.Told(ctx, Event{Action: "user_deleted", Workspace: workspace, Object: id})
	return s.o.Store.DeleteUser(ctx, id)
}

// Outside logs in somebody whom an OpenID provider knows: the user with that
// subject, or else the one with the address if the provider has checked it, or
// else a new one where registration allows. Errors: registration_closed,
// login_failed.
func (s *Service) Outside(ctx context.Context, p Person, at Place) (*Tokens, *User, error) {
	u, err := s.o.Store.UserBySubject(ctx, p.Subject)
	if fault.IsKind(err, fault.NotFound) {
		u, err = s.fromOutside(ctx, p)
	}
	if err != nil {
		return nil, nil, err
	}
	if !u.Active {
		return nil, nil, fault.New(fault.Unauthenticated, "login_failed", "That account is disabled.").At("account.Outside")
	}
	t, err := s.open(ctx, u, at)
	return t, u, err
}

// Person is somebody as an OpenID provider knows them.
type Person struct {
	Subject string // the provider's address and its name for the person
	Email   string // empty where the provider has not checked it
	Name    string
}

func (s *Service) fromOutside(ctx context.Context, p Person) (*User, error) {
	if p.Email == "" {
		return nil, fault.New(fault.Unauthenticated, "login_failed", "The provider has not checked the e-mail address of that account.").At("account.Outside")
	}
	u, err := s.o.Store.UserByEmail(ctx, MailKey(p.Email))
	if fault.IsKind(err, fault.NotFound) {
		if s.o.Registration != Open {
			return nil, fault.New(fault.Forbidden, "registration_closed", "Nobody can register here without an invitation.").WithHint("Ask an administrator for one.").At("account.Outside")
		}
		u, err = s.Create(ctx, session.DefaultWorkspace, Member, Newcomer{Email: p.Email, Name: p.Name})
	}
	if err != nil {
		return nil, err
	}
	if u.Subject != "" {
		return nil, fault.New(fault.Unauthenticated, "login_failed", "That address belongs to another account of the provider.").At("account.Outside")
	}
	// Whoever made the account may not own the address: their password and
	// logins end here.
	u.Subject, u.Password, u.UpdatedAt = p.Subject, "", s.now()
	if err := s.o.Store.EndLogins(ctx, u.ID); err != nil {
		return nil, err
	}
	return u, s.o.Store.ChangeUser(ctx, *u)
}
