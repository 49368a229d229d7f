package account

import (
	"context"
	"errors"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// Bounds of what people call themselves.
const (
	maxEmail = 254
	maxName  = 200
)

// Newcomer is who registers.
type Newcomer struct {
	Email    string
	Password string
	Name     string // the mailbox's, if empty
	Link     string // of an invitation, or the set-up link
	At       Place
}

// Register makes an account: of everybody where registration is open, of those
// with an invitation otherwise. Errors: registration_closed, register_slowed,
// link_invalid, email_invalid, email_taken, name_invalid, and those of the password.
func (s *Service) Register(ctx context.Context, n Newcomer) (*User, error) {
	if wait := s.o.Slow.Take(ctx, "register/"+s.place(n.At), placeTimes*s.o.Attempts, window); wait > 0 {
		return nil, Slowed("register_slowed", "Too many accounts were made from that place.", wait)
	}
	u := User{Workspace: session.DefaultWorkspace, Role: Member}
	link := ""
	switch {
	case n.Link != "":
		l, err := s.o.Store.Link(ctx, hashOf(n.Link), Invite)
		if err != nil {
			return nil, err
		}
		if l.Email != "" && MailKey(l.Email) != MailKey(n.Email) {
			return nil, fault.New(fault.Invalid, "link_invalid", "The invitation is for another address.").WithHint("Register with the address that was invited.").At("account.Register")
		}
		u.Workspace, u.Role, link = l.Workspace, l.Role, l.Hash
	case s.o.Registration != Open:
		return nil, fault.New(fault.Forbidden, "registration_closed", "Nobody can register here without an invitation.").
			WithHint("Ask an administrator for one.").At("account.Register")
	}
	return s.add(ctx, u, n, adding{link: link, action: "register"})
}

// SetUp makes the first administrator, who takes over what the local user
// left. Errors: those of Register.
func (s *Service) SetUp(ctx context.Context, n Newcomer) (*User, error) {
	l, err := s.o.Store.Link(ctx, hashOf(n.Link), SetUp)
	if err != nil {
		return nil, err
	}
	if needed, err := s.NeedsSetUp(ctx); err != nil || !needed {
		return nil, errors.Join(err, fault.New(fault.Conflict, "set_up", "There is an administrator already.").WithHint("Ask them for an account.").At("account.SetUp"))
	}
	return s.add(ctx, User{Workspace: l.Workspace, Role: Admin}, n, adding{link: l.Hash, action: "setup", takeOver: true})
}

// Create makes an account for somebody else; without a password it can be
// opened by a link only. Errors: those of Register.
func (s *Service) Create(ctx context.Context, workspace string, role Role, n Newcomer) (*User, error) {
	return s.add(ctx, User{Workspace: workspace, Role: role}, n, adding{action: "user_created", later: n.Password == ""})
}

// adding is how a user is added.
type adding struct {
	link     string
	action   string
	takeOver bool
	later    bool // the password comes later
}

func (s *Service) add(ctx context.Context, u User, n Newcomer, a adding) (*User, error) {
	var err error
	if u.Email, err = cleanEmail(n.Email); err != nil {
		return nil, err
	}
	if u.Name, err = cleanName(n.Name, u.Email); err != nil {
		return nil, err
	}
	if u.Role != Admin && u.Role != Member {
		return nil, fault.New(fault.Invalid, "role_invalid", "A user is an admin or a member.").At("account.add")
	}
	if !a.later {
		if u.Password, err = s.newHash(ctx, n.Password, u.Email, u.Name); err != nil {
			return nil, err
		}
	}
	u.ID, u.Active, u.CreatedAt = newID(), true, s.now()
	u.UpdatedAt = u.CreatedAt
	if err := s.o.Store.AddUser(ctx, u, a.link, a.takeOver); err != nil {
		return nil, err
	}
	s.o.Told(ctx, Event{Action: a.action, Workspace: u.Workspace, Actor: u.ID, Object: u.ID})
	return &u, nil
}

func (s *Service) newHash(ctx context.Context, password, email, name string) (string, error) {
	if err := s.checkNew(password, email, name); err != nil {
		return "", err
	}
	return s.o.Hasher.Hash(ctx, password)
}

// MailKey is what addresses are the same by.
func MailKey(email string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(email)))
}

// cleanEmail wants an address and nothing else.
func cleanEmail(email string) (string, error) {
	email = strings.TrimSpace(email)
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > maxEmail || !utf8.ValidString(email) || strings.ContainsFunc(email, unfit) {
		return "", fault.New(fault.Invalid, "email_invalid", "That is no e-mail address.").WithHint("Write it like name@example.org.").At("account.cleanEmail")
	}
	return email, nil
}

func unfit(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }

func cleanName(name, email string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" {
		name, _, _ = strings.Cut(email, "@")
	}
	if utf8.RuneCountInString(name) > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control) }) {
		return "", fault.New(fault.Invalid, "name_invalid", "The name is longer than %d characters, or holds some that cannot be shown.", maxName).At("account.cleanName")
	}
	return name, nil
}
