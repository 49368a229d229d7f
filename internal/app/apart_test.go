package app_test

import (
	"net/http"
	"strings"
	"testing"

	"tabletalk/client"
	"tabletalk/internal/config"
)

// The log names nobody: who asked is told by a name that leads nowhere, and is
// the same for the same person.
func TestLogNamesNobody(t *testing.T) {
	h := withLogins(t)
	ann := h.join(t, "ann.canary@example.org")
	var who me
	for range 2 {
		h.must(t, ann, "GET", "/auth/me", nil, &who)
	}
	h.must(t, ann, "GET", "/sessions", nil, nil)
	log := h.log.String()
	for _, word := range []string{who.ID, "canary", goodPassword} {
		if strings.Contains(log, word) {
			t.Errorf("the log holds %q", word)
		}
	}
	names := map[string]bool{}
	for line := range strings.Lines(log) {
		if _, rest, ok := strings.Cut(line, `"user":"`); ok {
			name, _, _ := strings.Cut(rest, `"`)
			names[name] = true
		}
	}
	if len(names) != 1 {
		t.Errorf("one person is called %v", names)
	}
	if _, metrics := h.get(t, "/metrics"); strings.Contains(metrics, who.ID) || strings.Contains(metrics, "canary") {
		t.Error("the metrics name somebody")
	}
}

// Two people who choose the same key do not get each other's answers, and what
// holds a secret is kept under none.
func TestKeysOfTwoPeopleAreApart(t *testing.T) {
	h := withLogins(t)
	ann, bob := h.join(t, "ann@example.org"), h.join(t, "bob@example.org")
	make := func(c *client.Client) (s struct{ ID string }) {
		t.Helper()
		if err := c.Do(t.Context(), "POST", "/sessions", map[string]any{"name": "x"}, &s, client.Key("same")); err != nil {
			t.Fatal(err)
		}
		return s
	}
	first, again, other := make(ann), make(ann), make(bob)
	if first.ID != again.ID || first.ID == other.ID {
		t.Errorf("%s, again %s, another's %s", first.ID, again.ID, other.ID)
	}
	body := map[string]any{"name": "x"}
	var one, two struct{ Key string }
	for _, k := range []*struct{ Key string }{&one, &two} {
		if err := ann.Do(t.Context(), "POST", "/auth/api-keys", body, k, client.Key("same")); err != nil {
			t.Fatal(err)
		}
	}
	if one.Key == two.Key {
		t.Error("a secret was kept, to be given again")
	}
}

// Named limits of what somebody may have.
func TestLimitsOfPeople(t *testing.T) {
	h := withLogins(t, func(c *config.Config) {
		c.MaxUserSessions, c.MaxUserKeys, c.MaxWorkspaceBytes = 2, 1, 6000
	})
	ann, bob := h.join(t, "ann@example.org"), h.join(t, "bob@example.org")
	for range 2 {
		h.must(t, ann, "POST", "/sessions", map[string]any{"name": "x"}, nil)
	}
	wants(t, ann.Do(t.Context(), "POST", "/sessions", map[string]any{"name": "x"}, nil), 409, "too_many_sessions")
	h.must(t, bob, "POST", "/sessions", map[string]any{"name": "x"}, nil)
	h.must(t, ann, "POST", "/auth/api-keys", map[string]any{"name": "x"}, nil)
	wants(t, ann.Do(t.Context(), "POST", "/auth/api-keys", map[string]any{"name": "x"}, nil), 409, "too_many_keys")
	_, err := bob.Upload(t.Context(), "", file("a.csv", "a,b\n"+strings.Repeat("1,2\n", 900)))
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Items []struct{ ID string } }
	h.must(t, ann, "GET", "/sessions", nil, &list)
	_, err = ann.Upload(t.Context(), list.Items[0].ID, file("b.csv", "a,b\n"+strings.Repeat("1,2\n", 900)))
	wants(t, err, http.StatusRequestEntityTooLarge, "quota_reached")
}
