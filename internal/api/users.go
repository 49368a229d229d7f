package api

import (
	"context"
	"slices"
	"time"

	"tabletalk/internal/account"
	"tabletalk/internal/audit"
	"tabletalk/internal/session"
)

func (s *Server) users(ctx context.Context, in *PageInput) (*listOutput[User], error) {
	users, next, err := s.accounts.Users(ctx, who(ctx).Workspace, in.page())
	return listed(each(users, userOf), next, err)
}

type createUserInput struct {
	Body struct {
		Email    string `json:"email" maxLength:"300"`
		Name     string `json:"name,omitempty" maxLength:"1000"`
		Role     string `json:"role,omitempty" enum:"admin,member" default:"member"`
		Password string `json:"password,omitempty" maxLength:"4096" doc:"Without one, make a reset link for them"`
	}
}

func (s *Server) createUser(ctx context.Context, in *createUserInput) (*userOutput, error) {
	b := in.Body
	return oneUser(s.accounts.Create(ctx, who(ctx).Workspace, account.Role(b.Role), account.Newcomer{Email: b.Email, Password: b.Password, Name: b.Name}))
}

func (s *Server) user(ctx context.Context, in *idInput) (*userOutput, error) {
	return oneUser(s.accounts.User(ctx, who(ctx).Workspace, in.ID))
}

type changeUserInput struct {
	ID   string `path:"id"`
	Body struct {
		Name   *string `json:"name,omitempty" maxLength:"1000"`
		Role   *string `json:"role,omitempty" enum:"admin,member"`
		Active *bool   `json:"active,omitempty" doc:"false logs the user out everywhere and keeps them out"`
	}
}

func (s *Server) changeUser(ctx context.Context, in *changeUserInput) (*userOutput, error) {
	return oneUser(s.accounts.Change(ctx, who(ctx).Workspace, in.ID, account.Changes{Name: in.Body.Name, Role: (*account.Role)(in.Body.Role), Active: in.Body.Active}))
}

func (s *Server) deleteUser(ctx context.Context, in *idInput) (*empty, error) {
	return nil, s.accounts.Delete(ctx, who(ctx).Workspace, in.ID)
}

// Link is a link that works once.
type Link struct {
	ID        string    `json:"id"`
	Email     string    `json:"email,omitempty" doc:"Whom it is for; missing where anybody may use it"`
	Role      string    `json:"role,omitempty" enum:"admin,member"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Token     string    `json:"token,omitempty" doc:"Its secret, shown once, when it is made"`
	URL       string    `json:"url,omitempty" doc:"The address to hand over, shown once"`
}

func linkOf(l account.Link) Link {
	return Link{ID: l.ID, Email: l.Email, Role: string(l.Role), CreatedAt: l.CreatedAt, ExpiresAt: l.ExpiresAt}
}

type linkOutput struct{ Body Link }

func (s *Server) newLink(secret string, l *account.Link, err error) (*linkOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &linkOutput{Body: linkOf(*l)}
	out.Body.Token, out.Body.URL = secret, s.linkURL(l.Purpose, secret)
	return out, nil
}

func (s *Server) resetLink(ctx context.Context, in *idInput) (*linkOutput, error) {
	return s.newLink(s.accounts.ResetLink(ctx, who(ctx).Workspace, in.ID))
}

type inviteInput struct {
	Body struct {
		Email string `json:"email,omitempty" maxLength:"300" doc:"Only this address may register with it"`
		Role  string `json:"role,omitempty" enum:"admin,member" default:"member"`
	}
}

func (s *Server) invite(ctx context.Context, in *inviteInput) (*linkOutput, error) {
	return s.newLink(s.accounts.Invite(ctx, who(ctx).Workspace, in.Body.Email, account.Role(in.Body.Role)))
}

func (s *Server) invitations(ctx context.Context, _ *struct{}) (*listOutput[Link], error) {
	links, err := s.accounts.Invitations(ctx, who(ctx).Workspace)
	return listed(each(links, linkOf), "", err)
}

func (s *Server) deleteInvitation(ctx context.Context, in *idInput) (*empty, error) {
	return nil, s.accounts.Uninvite(ctx, who(ctx).Workspace, in.ID)
}

type auditInput struct {
	PageInput
	Actor   string    `query:"actor_id" maxLength:"100" doc:"Only what this user did"`
	Action  string    `query:"action" maxLength:"100" doc:"Only this action, for example delete-session"`
	Object  string    `query:"object" maxLength:"200" doc:"Only what was done to this"`
	Outcome string    `query:"outcome" maxLength:"100" doc:"ok, or the code of a problem"`
	Text    string    `query:"search" maxLength:"200" doc:"Only what holds this text, in any part and case"`
	After   time.Time `query:"after" doc:"Only from this time on"`
	Before  time.Time `query:"before" doc:"Only before this time"`
}

func (s *Server) readAudit(ctx context.Context, in *auditInput) (*listOutput[audit.Entry], error) {
	return listed(s.book.Read(ctx, who(ctx).Workspace, audit.Filter{Actor: in.Actor, Action: in.Action, Object: in.Object, Outcome: in.Outcome, Text: in.Text, After: in.After, Before: in.Before}, in.page()))
}

func (s *Server) shares(ctx context.Context, in *sessionInput) (*listOutput[session.Share], error) {
	list, err := s.access.Shares(ctx, who(ctx).Workspace, in.ID)
	return listed(list, "", err)
}

type shareInput struct {
	ID   string `path:"id"`
	Body struct {
		Email string `json:"email" maxLength:"300" doc:"Of a user of the same workspace"`
		Role  string `json:"role" enum:"editor,viewer" doc:"An editor asks, uploads and teaches; a viewer reads"`
	}
}

type shareOutput struct{ Body session.Share }

// share lets a user of the workspace in, or changes what they may.
func (s *Server) share(ctx context.Context, in *shareInput) (*shareOutput, error) {
	w := who(ctx)
	u, err := s.accounts.UserAt(ctx, w.Workspace, in.Body.Email)
	if err == nil {
		err = s.access.Share(ctx, w.Workspace, in.ID, u.ID, in.Body.Role)
	}
	if err != nil {
		return nil, err
	}
	list, err := s.access.Shares(ctx, w.Workspace, in.ID)
	i := slices.IndexFunc(list, func(v session.Share) bool { return v.UserID == u.ID })
	if err != nil || i < 0 {
		return nil, err
	}
	return &shareOutput{Body: list[i]}, nil
}

type unshareInput struct {
	ID   string `path:"id"`
	User string `path:"user_id"`
}

func (s *Server) unshare(ctx context.Context, in *unshareInput) (*empty, error) {
	return nil, s.access.Unshare(ctx, who(ctx).Workspace, in.ID, in.User)
}
