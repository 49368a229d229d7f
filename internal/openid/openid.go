package openid

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tabletalk/internal/fault"
)

// answerTime is what the provider may take for each answer.
const answerTime = 10 * time.Second

// Options name a provider, and this program at it.
type Options struct {
	Issuer   string
	ClientID string
	Secret   string
	Redirect string // the address that the provider sends browsers back to
}

// Provider is an OpenID Connect provider. It is asked about itself when it is
// first needed: a start does not wait for it.
type Provider struct {
	o      Options
	client *http.Client

	mu    sync.Mutex
	known *oidc.Provider
}

// New makes a Provider.
func New(o Options) *Provider {
	return &Provider{o: o, client: &http.Client{Timeout: answerTime}}
}

// Attempt is one login on its way. The browser that began it keeps it.
type Attempt struct {
	State, Nonce, Verifier string
}

// Person is somebody as the provider knows them.
type Person struct {
	Subject string // the provider's address and its name for the person
	Email   string // empty where the provider has not checked it
	Name    string
}

// Begin gives where to send a browser, and what it keeps meanwhile. Error:
// provider_away.
func (p *Provider) Begin(ctx context.Context) (address string, a Attempt, err error) {
	flow, _, err := p.flow(ctx)
	if err != nil {
		return "", a, err
	}
	a = Attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	return flow.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), a, nil
}

// Finish makes a person of what a browser brings back. Errors: provider_away,
// openid_refused.
func (p *Provider) Finish(ctx context.Context, a Attempt, state, code string) (Person, error) {
	if a.State == "" || subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1 {
		return Person{}, refused(nil)
	}
	flow, known, err := p.flow(ctx)
	if err != nil {
		return Person{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	tokens, err := flow.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Person{}, refused(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := known.VerifierContext(ctx, &oidc.Config{ClientID: p.o.ClientID}).Verify(ctx, raw)
	if err != nil || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.Nonce)) != 1 {
		return Person{}, refused(err)
	}
	return personOf(id)
}

func personOf(id *oidc.IDToken) (Person, error) {
	var claims struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
		Name     string `json:"name"`
	}
	if err := id.Claims(&claims); err != nil {
		return Person{}, refused(err)
	}
	v := Person{Subject: id.Issuer + "|" + id.Subject, Name: claims.Name}
	if claims.Verified {
		v.Email = claims.Email
	}
	return v, nil
}

// flow asks the provider about itself, once it answers.
func (p *Provider) flow(ctx context.Context) (*oauth2.Config, *oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		known, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.o.Issuer)
		if err != nil {
			return nil, nil, fault.New(fault.Unavailable, "provider_away", "The login provider does not answer.").WithHint("Try again in a minute, or log in with a password.").At("openid.flow").Because(err)
		}
		p.known = known
	}
	return &oauth2.Config{ClientID: p.o.ClientID, ClientSecret: p.o.Secret, Endpoint: p.known.Endpoint(), RedirectURL: p.o.Redirect,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}, p.known, nil
}

func refused(err error) error {
	return fault.New(fault.Unauthenticated, "openid_refused", "The login at the provider did not come through.").WithHint("Begin it again from the login page.").At("openid.Finish").Because(err)
}
