package app

import (
	"context"
	"strings"
	"time"

	"tabletalk/internal/account"
	"tabletalk/internal/api"
	"tabletalk/internal/config"
	"tabletalk/internal/fault"
	"tabletalk/internal/mail"
	"tabletalk/internal/openid"
)

// postOf makes what mails links; nil where no mail server is set.
func postOf(c *config.Config) (account.Post, error) {
	if c.SMTPURL == "" {
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	sender, err := mail.NewSender(c.SMTPURL.Reveal(), c.MailFrom, time.Now)
	if err != nil {
		return nil, fault.New(fault.Invalid, "setting_smtp_url", "The mail server of --smtp-url cannot be used.").
			WithHint("Write smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465.").At("app.postOf")
	}
	return letters{sender: sender, address: strings.TrimSuffix(c.PublicURL, "/")}, nil
}

// letters words the mail that carries a link.
type letters struct {
	sender  *mail.Sender
	address string
}

// Send mails a link.
func (l letters) Send(ctx context.Context, to string, purpose account.Purpose, token string, until time.Time) error {
	subject, what := "Your link for a new password", "This link sets a new password for your account"
	if purpose == account.Invite {
		subject, what = "You are invited", "This link makes an account for you"
	}
	text := what + ", once, until " + until.UTC().Format("2 January 2006 15:04 MST") + ":\n\n" + l.address + "/" + string(purpose) + "#token=" + token +
		"\n\nIf you did not ask for it, do nothing: without the link nothing changes.\n"
	return l.sender.Send(ctx, to, subject, text)
}

// providerOf makes what logs people in elsewhere; nil where none is set.
func providerOf(c *config.Config) api.Provider {
	if c.OpenIDIssuer == "" || c.Auth != "accounts" {
		return nil
	}
	return openid.New(openid.Options{Issuer: c.OpenIDIssuer, ClientID: c.OpenIDClientID, Secret: c.OpenIDClientSecret.Reveal(),
		Redirect: strings.TrimSuffix(c.PublicURL, "/") + "/api/v1/auth/openid/callback"})
}

// openIDName is what the login page calls the provider.
func openIDName(c *config.Config) string {
	if c.OpenIDIssuer == "" {
		return ""
	}
	return c.OpenIDName
}
