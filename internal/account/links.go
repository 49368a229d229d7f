package account

import (
	"context"
	"time"

	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

// SetUpLink gives the secret that makes the first administrator, or nothing
// where there is one. An earlier one does not work any more.
func (s *Service) SetUpLink(ctx context.Context) (string, error) {
	n, err := s.o.Store.Administrators(ctx, session.DefaultWorkspace)
	if err != nil || n > 0 {
		return "", err
	}
	secret, _, err := s.link(ctx, Link{Purpose: SetUp, Workspace: session.DefaultWorkspace}, s.o.LinkLife)
	return secret, err
}

// NeedsSetUp reports whether there is no administrator yet.
func (s *Service) NeedsSetUp(ctx context.Context) (bool, error) {
	n, err := s.o.Store.Administrators(ctx, session.DefaultWorkspace)
	return n == 0, err
}

func (s *Service) link(ctx context.Context, l Link, life time.Duration) (secret string, _ *Link, err error) {
	secret = linkPrefix + newSecret()
	l.ID, l.Hash, l.CreatedAt = newID(), hashOf(secret), s.now()
	l.ExpiresAt = l.CreatedAt.Add(life)
	return secret, &l, s.o.Store.AddLink(ctx, l)
}

// Invite makes a link that lets one person register, with an address of their
// choice or the given one; it is mailed where that can be done. Errors:
// email_invalid, role_invalid.
func (s *Service) Invite(ctx context.Context, workspace, email string, role Role) (secret string, _ *Link, err error) {
	if email != "" {
		if email, err = cleanEmail(email); err != nil {
			return "", nil, err
		}
	}
	if role != Admin && role != Member {
		return "", nil, fault.New(fault.Invalid, "role_invalid", "A user is an admin or a member.").At("account.Invite")
	}
	secret, l, err := s.link(ctx, Link{Purpose: Invite, Workspace: workspace, Email: email, Role: role}, 7*s.o.LinkLife)
	if err == nil && email != "" {
		s.post(ctx, email, Invite, secret, l.ExpiresAt)
	}
	return secret, l, err
}

// Invitations lists those of a workspace that nobody used yet, newest first.
func (s *Service) Invitations(ctx context.Context, workspace string) ([]Link, error) {
	return s.o.Store.Invitations(ctx, workspace)
}

// Uninvite takes an invitation back. Error: link_not_found.
func (s *Service) Uninvite(ctx context.Context, workspace, id string) error {
	return s.o.Store.DeleteInvitation(ctx, workspace, id)
}

// ResetLink makes a link that sets a user's password, for an administrator to
// hand over. Error: user_not_found.
func (s *Service) ResetLink(ctx context.Context, workspace, userID string) (secret string, _ *Link, err error) {
	u, err := s.User(ctx, workspace, userID)
	if err != nil {
		return "", nil, err
	}
	s.o.Told(ctx, Event{Action: "reset_link", Workspace: u.Workspace, Object: u.ID})
	return s.link(ctx, Link{Purpose: Reset, Workspace: u.Workspace, UserID: u.ID}, s.o.LinkLife)
}

// Forgotten mails a link that sets the password, where there is such a user
// and mail can be sent. Whoever asks learns nothing of either. Error:
// login_slowed.
func (s *Service) Forgotten(ctx context.Context, email string, at Place) error {
	if wait := max(s.o.Slow.Take(ctx, "reset/"+s.o.Keyring.Pseudonym(MailKey(email)), 3, window), s.o.Slow.Take(ctx, "reset/place/"+s.place(at), s.o.Attempts, window)); wait > 0 {
		return Slowed("login_slowed", "Too many links were asked for.", wait)
	}
	if s.o.Post == nil {
		return nil
	}
	u, err := s.o.Store.UserByEmail(ctx, MailKey(email))
	if fault.IsKind(err, fault.NotFound) || err == nil && !u.Active {
		return nil
	}
	if err != nil {
		return err
	}
	secret, l, err := s.link(ctx, Link{Purpose: Reset, Workspace: u.Workspace, UserID: u.ID}, s.o.LinkLife)
	if err != nil {
		return err
	}
	s.o.Told(ctx, Event{Action: "reset_link", Workspace: u.Workspace, Object: u.ID})
	s.post(ctx, u.Email, Reset, secret, l.ExpiresAt)
	return nil
}

// post sends a link on its way. It is not waited for: how long that takes
// would tell who has an account.
func (s *Service) post(ctx context.Context, to string, purpose Purpose, secret string, until time.Time) {
	if s.o.Post == nil {
		return
	}
	ctx = context.WithoutCancel(ctx)
	go func() {
		if err := s.o.Post.Send(ctx, to, purpose, secret, until); err != nil {
			s.o.Log.ErrorContext(ctx, "a link could not be mailed", "purpose", string(purpose), "cause", err.Error())
		}
	}()
}

// ResetPassword sets a password by a link and ends all logins of the user.
// Errors: link_invalid and those of the password.
func (s *Service) ResetPassword(ctx context.Context, secret, password string) error {
	l, err := s.o.Store.Link(ctx, hashOf(secret), Reset)
	if err != nil {
		return err
	}
	u, err := s.o.Store.User(ctx, l.UserID)
	if err != nil {
		return err
	}
	hash, err := s.newHash(ctx, password, u.Email, u.Name)
	if err != nil {
		return err
	}
	defer s.forget()
	if err := s.o.Store.SetPassword(ctx, u.ID, hash, l.Hash, ""); err != nil {
		return err
	}
	s.o.Told(ctx, Event{Action: "password_reset", Workspace: u.Workspace, Actor: u.ID, Object: u.ID})
	return nil
}

// Ticket makes a secret that opens one event stream or download, in the place
// of a token: a browser shows addresses to others, and sends no headers of
// ours with some requests. Error: forbidden for a key, which needs none.
func (s *Service) Ticket(ctx context.Context, c Caller) (secret string, life time.Duration, err error) {
	if c.LoginID == "" {
		return "", 0, fault.New(fault.Forbidden, "ticket_refused", "A key needs no ticket: it is sent as a bearer token.").At("account.Ticket")
	}
	secret, _, err = s.link(ctx, Link{Purpose: Ticket, Workspace: c.User.Workspace, UserID: c.User.ID, LoginID: c.LoginID}, ticketLife)
	return secret, ticketLife, err
}

// Redeem gives who a ticket is of, once. Error: token_invalid.
func (s *Service) Redeem(ctx context.Context, ticket string) (Caller, error) {
	l, err := s.o.Store.TakeLink(ctx, hashOf(ticket), Ticket)
	if fault.Is(err, "link_invalid") {
		return Caller{}, badToken(err)
	}
	if err != nil {
		return Caller{}, err
	}
	return s.byLogin(ctx, l.LoginID)
}
