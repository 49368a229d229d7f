package vault_test

import (
	"bytes"
	"context"
	"errors"
	"sort"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tabletalk/internal/fault"
	"tabletalk/internal/vault"
)

func newKeys(t testing.TB) *vault.Keys {
	t.Helper()
	k, err := vault.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// What is sealed opens at its own place only, unchanged, with the keys that
// sealed it and those that came after.
func TestSealedTextsStayWhereTheyBelong(t *testing.T) {
	keys := newKeys(t)
	later, err := keys.Rotated()
	if err != nil {
		t.Fatal(err)
	}
	strangers := newKeys(t)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		place := vault.Place{Workspace: rapid.String().Draw(t, "workspace"), Name: rapid.String().Draw(t, "name")}
		other := vault.Place{Workspace: rapid.String().Draw(t, "other workspace"), Name: rapid.String().Draw(t, "other name")}
		sealed, err := keys.Seal(plain, place)
		if err != nil {
			t.Fatal(err)
		}
		if len(plain) > 3 && bytes.Contains(sealed, plain) {
			t.Fatal("the text can be read")
		}
		for _, k := range []*vault.Keys{keys, later} {
			if got, err := k.Open(sealed, place); err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("got %q, %v", got, err)
			}
		}
		if !keys.Current(sealed) || later.Current(sealed) {
			t.Fatal("it is not told which key sealed it")
		}
		if _, err := keys.Open(sealed, other); err == nil && other != place {
			t.Fatal("it opens elsewhere")
		}
		if _, err := strangers.Open(sealed, place); err == nil {
			t.Fatal("it opens with other keys")
		}
		changed := bytes.Clone(sealed)
		changed[rapid.IntRange(0, len(changed)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		if _, err := keys.Open(changed, place); err == nil {
			t.Fatal("it opens after a change")
		}
	})
}

// A place is one text only: what ends one part cannot begin the next.
func TestPlacesDoNotRunTogether(t *testing.T) {
	keys := newKeys(t)
	sealed, err := keys.Seal([]byte("x"), vault.Place{Workspace: "a1:b", Name: "c"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []vault.Place{{"a", "1:bc"}, {"a1:bc", ""}, {"", "a1:bc"}, {"a1:", "bc"}} {
		if _, err := keys.Open(sealed, p); err == nil {
			t.Errorf("%q opens", p)
		}
	}
}

func TestKeysAreReadBack(t *testing.T) {
	keys := newKeys(t)
	place := vault.Place{Workspace: "w", Name: "n"}
	old, err := keys.Seal([]byte("old"), place)
	if err != nil {
		t.Fatal(err)
	}
	if keys, err = keys.Rotated(); err != nil {
		t.Fatal(err)
	}
	text, err := keys.Text()
	if err != nil {
		t.Fatal(err)
	}
	again, err := vault.ReadKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(old, place); err != nil || string(got) != "old" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, bad := range []string{"", "{}", "null", "secret", strings.Replace(string(text), "primaryKeyId", "primary", 1)} {
		if _, err := vault.ReadKeys([]byte(bad)); err == nil {
			t.Errorf("%.40q was taken for keys", bad)
		}
	}
}

// shelf is a Store in memory.
type shelf map[vault.Place]vault.Secret

func (s shelf) PutSecret(_ context.Context, v vault.Secret) error { s[v.Place] = v; return nil }

func (s shelf) Secret(_ context.Context, p vault.Place) (*vault.Secret, error) {
	v, ok := s[p]
	if !ok {
		return nil, fault.New(fault.NotFound, "secret_not_found", "none")
	}
	return &v, nil
}

func (s shelf) Secrets(_ context.Context, workspace string) (list []vault.Secret, err error) {
	for p, v := range s {
		if workspace == "" || workspace == p.Workspace {
			list = append(list, v)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list, nil
}

func (s shelf) DeleteSecret(_ context.Context, p vault.Place) error { delete(s, p); return nil }

func (s shelf) ResealSecret(_ context.Context, v vault.Secret, sealed []byte) error {
	v.Sealed = sealed
	s[v.Place] = v
	return nil
}

// A server goes on over a rotation that happens beside it; with other keys it
// says what is wrong, and shows no secret.
func TestVaultOverARotation(t *testing.T) {
	ctx, store, keys := t.Context(), shelf{}, newKeys(t)
	source := func() (*vault.Keys, error) { return keys, nil }
	server, err := vault.New(store, source, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	put := func(name, text string) {
		t.Helper()
		if err := server.Put(ctx, "w", name, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	wants := func(name, text, code string) {
		t.Helper()
		got, err := server.Get(ctx, "w", name)
		var f *fault.Error
		if errors.As(err, &f); string(got) != text || (err == nil) != (code == "") || (f != nil && f.Code != code) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	put("model-key", "one")
	put("moved", "two")
	if keys, err = keys.Rotated(); err != nil {
		t.Fatal(err)
	}
	beside, err := vault.New(store, source, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if done, lost, err := beside.Reseal(ctx); done != 2 || lost != 0 || err != nil {
		t.Fatalf("%d, %d, %v", done, lost, err)
	}
	if done, _, _ := beside.Reseal(ctx); done != 0 {
		t.Error("sealed again without need")
	}
	for p, v := range store {
		if !keys.Current(v.Sealed) {
			t.Errorf("%v is under the key before", p)
		}
	}
	wants("model-key", "one", "")
	wants("nothing", "", "secret_not_found")

	from, to := vault.Place{Workspace: "w", Name: "moved"}, vault.Place{Workspace: "v", Name: "moved"}
	row := store[from]
	row.Place = to
	store[to] = row
	if got, err := server.Get(ctx, "v", "moved"); !fault.Is(err, "secret_sealed") || got != nil {
		t.Errorf("a row that was moved opens: %q, %v", got, err)
	}
	if list, err := server.List(ctx, ""); err != nil || len(list) != 0 {
		t.Errorf("no workspace lists %v, %v", list, err)
	}
	keys = newKeys(t)
	wants("model-key", "one", "") // it was opened before: the keys are known
	put("late", "three")
	if server, err = vault.New(store, source, time.Now); err != nil {
		t.Fatal(err)
	}
	wants("model-key", "", "secret_sealed")
	if done, lost, err := server.Reseal(ctx); done != 0 || lost != 4 || err != nil {
		t.Errorf("%d, %d, %v", done, lost, err)
	}
}

func TestSecretsThatAreNone(t *testing.T) {
	v, err := vault.New(shelf{}, func() (*vault.Keys, error) { return vault.NewKeys() }, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for name, plain := range map[string]string{"empty": "", "large": strings.Repeat("x", 64<<10+1), "Name": "x", "": "x", "a b": "x", "-a": "x"} {
		if err := v.Put(t.Context(), "w", name, []byte(plain)); !fault.Is(err, "secret_invalid") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
