package app_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"tabletalk/client"
	"tabletalk/internal/app"
	"tabletalk/internal/config"
	"tabletalk/internal/llm"
	"tabletalk/internal/llm/llmtest"
	"tabletalk/internal/testservers"
)

// Two nodes over one database and one Redis: who logs out, or is shut out, on
// one of them is out of the other within five seconds, and guesses on both are
// counted together. A login of one is good on the other.
func TestTwoNodes(t *testing.T) {
	database, redis := testservers.Postgres(t).Database(t), testservers.Redis(t)
	shared := func(c *config.Config) {
		c.DatabaseURL, c.RedisURL, c.Secret = config.Secret(database), config.Secret(redis.URL()), "x9Kd2mQ7vB4nT8sR1wZ5yC3fG6hJ0pLu"
		c.LoginAttempts = 4
	}
	one, two := withLogins(t, shared), withLogins(t, shared)
	admin := one.setUp(t)
	ann := one.join(t, "ann@example.org")
	token := two.login(t, "ann@example.org", goodPassword)
	onTwo := two.As(token.Access)
	var who me
	two.must(t, onTwo, "GET", "/auth/me", nil, &who)
	one.must(t, one.As(token.Access), "POST", "/auth/logout", nil, nil)
	out(t, "logged out", onTwo)

	onTwo = two.enter(t, "ann@example.org", goodPassword)
	one.must(t, ann, "GET", "/auth/me", nil, nil)
	two.must(t, onTwo, "GET", "/auth/me", nil, nil)
	one.must(t, admin, "PATCH", "/users/"+who.ID, map[string]any{"active": false}, nil)
	out(t, "shut out", onTwo)

	wrong := map[string]any{"email": "nobody@example.org", "password": "wrong password"}
	for _, h := range []*house{one, two, one, two} {
		wants(t, h.Do(t.Context(), "POST", "/auth/login", wrong, nil), 401, "login_failed")
	}
	wants(t, one.Do(t.Context(), "POST", "/auth/login", wrong, nil), 429, "login_slowed")

	// Without Redis each node counts for itself, and everybody still gets in.
	redis.Stop()
	one.must(t, admin, "PATCH", "/users/"+who.ID, map[string]any{"active": true}, nil)
	one.enter(t, "ann@example.org", goodPassword)
}

// The questions of one person on two nodes wait for each other.
func TestQuestionsOnTwoNodesWait(t *testing.T) {
	database, redis, blobs := testservers.Postgres(t).Database(t), testservers.Redis(t), t.TempDir()
	shared := func(c *config.Config) {
		c.DatabaseURL, c.RedisURL, c.Secret = config.Secret(database), config.Secret(redis.URL()), "x9Kd2mQ7vB4nT8sR1wZ5yC3fG6hJ0pLu"
		c.BlobURL, c.MaxUserQueries, c.MaxUserQueued = config.Secret("file:"+blobs), 1, 1
	}
	one, two := withLogins(t, shared), withLogins(t, shared)
	ann := one.join(t, "ann@example.org")
	oneRunsOneWaits(t, ann, two.enter(t, "ann@example.org", goodPassword))
}

// What the server of a language model told one node, the other one knows: it
// does not ask before the time that the server named.
func TestTwoNodesHeedTheLimitOfAModel(t *testing.T) {
	database, redis := testservers.Postgres(t).Database(t), testservers.Redis(t)
	s := llmtest.Start(t, func(*llmtest.Call) llmtest.Reply {
		return llmtest.Reply{Fault: &llmtest.Fault{Status: 429, Header: map[string]string{"Retry-After": "3600"}}}
	})
	shared := func(c *config.Config) {
		c.DatabaseURL, c.RedisURL, c.Secret = config.Secret(database), config.Secret(redis.URL()), "x9Kd2mQ7vB4nT8sR1wZ5yC3fG6hJ0pLu"
	}
	for i, h := range []*house{open(t, shared, withModel(s)), open(t, shared, withModel(s))} {
		session := h.up(t, "sales.csv", "region,amount\nNorth,1\nSouth,2\n").SessionID
		a, err := h.app.Conversations.Ask(t.Context(), goldenRequest(t, session, "", "", "total amount by region"), nil)
		if err != nil || a.Reader != "offline" || len(a.Notices) != 1 || len(s.Calls()) != 1 {
			t.Errorf("node %d: %d calls, %v, %v", i+1, len(s.Calls()), a, err)
		}
		state, err := h.app.Conversations.ModelState(t.Context(), app.Workspace, "")
		if err != nil || state.Voices[0].Health.State != llm.Waiting || state.Voices[0].Health.Until == nil {
			t.Errorf("node %d: %+v, %v", i+1, state, err)
		}
	}
}

// out waits until somebody is refused, for five seconds at most.
func out(t *testing.T, what string, c *client.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for c.Do(t.Context(), "GET", "/auth/me", nil, nil) == nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s on another node, and still in after five seconds", what)
		}
	}
	wants(t, c.Do(t.Context(), "GET", "/auth/me", nil, nil), 401, "token_invalid")
}

// A PostgreSQL that dies while people work ends no request with a failure of
// ours: what needs it is told to come again. It is ready again within ten
// seconds of its return, and has what it had said to have.
func TestPostgresDiesAndReturns(t *testing.T) {
	server := testservers.Postgres(t)
	database := server.Database(t)
	h := open(t, func(c *config.Config) { c.DatabaseURL = config.Secret(database) })
	for range 3 {
		made := h.sessionsUntil(t, server.Kill)
		err := h.Do(t.Context(), "GET", "/sessions", nil, nil)
		wants(t, err, 503, "database_unavailable")
		server.Start(t)
		h.await(t, func() bool { return h.app.Ready(t.Context()).Ready })
		for _, id := range made {
			must(t, h.Do(t.Context(), "GET", "/sessions/"+id, nil, nil))
		}
	}
}

// sessionsUntil makes sessions in several requests at once until something
// happens to the database and all of them have noticed, and gives those that
// were made.
func (h *house) sessionsUntil(t *testing.T, happens func()) (made []string) {
	t.Helper()
	var mu sync.Mutex
	var people sync.WaitGroup
	enough := make(chan struct{})
	for range 4 {
		people.Go(func() {
			for {
				s, err := h.CreateSession(t.Context(), "kept")
				if err != nil {
					var p *client.Error
					if !errors.As(err, &p) || p.Status != 503 {
						t.Errorf("while the database was away: %v", err)
					}
					return
				}
				mu.Lock()
				if made = append(made, s.ID); len(made) == 40 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	happens()
	people.Wait()
	return made
}
