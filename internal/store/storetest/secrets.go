package storetest

import (
	"testing"

	"tabletalk/internal/session"
	"tabletalk/internal/vault"
)

// Secrets come back as they were, each at its place.
func secrets(t *testing.T, b *bench) {
	now := b.clock.now()
	place := vault.Place{Workspace: session.DefaultWorkspace, Name: "model-key"}
	other := vault.Place{Workspace: session.DefaultWorkspace, Name: "another"}
	_, err := b.Secret(b.ctx, place)
	wants(t, err, "secret_not_found")
	wants(t, b.DeleteSecret(b.ctx, place), "secret_not_found")
	wants(t, b.PutSecret(b.ctx, vault.Secret{Place: vault.Place{Workspace: "nowhere", Name: "x"}, Sealed: []byte{1}, UpdatedAt: now}), "not_found")

	first := vault.Secret{Place: place, Sealed: []byte("\x00\xff first"), UpdatedAt: now}
	ok(t, b.PutSecret(b.ctx, first))
	second := vault.Secret{Place: place, Sealed: []byte("second"), UpdatedAt: now.Add(1000)}
	ok(t, b.PutSecret(b.ctx, second))
	ok(t, b.PutSecret(b.ctx, vault.Secret{Place: other, Sealed: first.Sealed, UpdatedAt: now}))
	got, err := b.Secret(b.ctx, place)
	ok(t, err)
	same(t, &second, got)

	ok(t, b.ResealSecret(b.ctx, first, []byte("too late")))
	ok(t, b.ResealSecret(b.ctx, second, []byte("again")))
	second.Sealed = []byte("again")
	want := []vault.Secret{{Place: other, Sealed: first.Sealed, UpdatedAt: now}, second}
	for _, workspace := range []string{session.DefaultWorkspace, ""} {
		list, err := b.Secrets(b.ctx, workspace)
		ok(t, err)
		same(t, want, list)
	}
	list, err := b.Secrets(b.ctx, "nowhere")
	ok(t, err)
	same(t, []vault.Secret{}, list)
	ok(t, b.DeleteSecret(b.ctx, place))
	_, err = b.Secret(b.ctx, place)
	wants(t, err, "secret_not_found")
}
