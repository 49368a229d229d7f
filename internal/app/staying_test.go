package app_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"tabletalk/client"
	"tabletalk/internal/config"
)

// Whoever is logged out, shut out, or no longer shared with, is off every open
// stream within five seconds.
func TestStreamsEndWithTheLogin(t *testing.T) {
	h := withLogins(t)
	owner, admin := h.join(t, "owner@example.org"), h.setUp(t)
	u, err := owner.Upload(t.Context(), "", file("a.csv", "name,age\nx,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]func(t *testing.T, c *client.Client, id string){
		"log out": func(t *testing.T, c *client.Client, _ string) { h.must(t, c, "POST", "/auth/logout", nil, nil) },
		"shut out": func(t *testing.T, _ *client.Client, id string) {
			h.must(t, admin, "PATCH", "/users/"+id, map[string]any{"active": false}, nil)
		},
		"unshare": func(t *testing.T, _ *client.Client, id string) {
			h.must(t, owner, "DELETE", "/sessions/"+u.SessionID+"/shares/"+id, nil, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			email := strings.ReplaceAll(name, " ", "") + "@example.org"
			c := h.join(t, email)
			h.must(t, owner, "POST", "/sessions/"+u.SessionID+"/shares", map[string]any{"email": email, "role": "viewer"}, nil)
			var who me
			h.must(t, c, "GET", "/auth/me", nil, &who)
			ended := h.listen(t, c, u.SessionID)
			end(t, c, who.ID)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			for range 2 {
				select {
				case <-ended:
				case <-ctx.Done():
					t.Fatal("a stream is still open after five seconds")
				}
			}
		})
	}
}

// listen opens an event stream and, by a ticket, a WebSocket; the channel gets
// one word for each that ends.
func (h *house) listen(t *testing.T, c *client.Client, session string) <-chan string {
	t.Helper()
	ended := make(chan string, 2)
	res, err := c.Send(t.Context(), "GET", "/events?session_id="+session, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	if _, err := bufio.NewReader(res.Body).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, res.Body); ended <- "events" }()
	conn, _, err := websocket.Dial(t.Context(), h.web.URL+"/api/v1/ws?session_id="+session+"&ticket="+h.ticket(t, c), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	go func() {
		for {
			if _, _, err := conn.Read(context.Background()); err != nil {
				ended <- "socket"
				return
			}
		}
	}()
	return ended
}

func (h *house) ticket(t *testing.T, c *client.Client) string {
	t.Helper()
	var got struct{ Ticket string }
	h.must(t, c, "POST", "/auth/ticket", nil, &got)
	return got.Ticket
}

// A ticket opens one thing, once, and changes nothing.
func TestTickets(t *testing.T) {
	h := withLogins(t)
	ann := h.join(t, "ann@example.org")
	ticket := h.ticket(t, ann)
	h.must(t, nil, "GET", "/sessions?ticket="+ticket, nil, nil)
	wants(t, h.Do(t.Context(), "GET", "/sessions?ticket="+ticket, nil, nil), 401, "token_invalid")
	wants(t, h.Do(t.Context(), "POST", "/sessions?ticket="+h.ticket(t, ann), nil, nil), 401, "not_logged_in")
	for _, origin := range []string{"https://evil.example", "null"} {
		_, res, err := websocket.Dial(t.Context(), h.web.URL+"/api/v1/ws?session_id=x&ticket="+h.ticket(t, ann), &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
		if err == nil || res.StatusCode/100 != 4 {
			t.Errorf("a page of %s opened a socket: %v", origin, err)
		}
	}
}

func TestPaceOfRequests(t *testing.T) {
	h := withLogins(t, func(c *config.Config) { c.UserRequestsPerMinute, c.PlaceRequestsPerMinute = 5, 20 })
	ann, bob := h.join(t, "ann@example.org"), h.join(t, "bob@example.org")
	for range 5 {
		h.must(t, ann, "GET", "/auth/me", nil, nil)
	}
	res := h.rawGet(t, "/auth/me", h.login(t, "ann@example.org", goodPassword).Access)
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	h.must(t, bob, "GET", "/auth/me", nil, nil)
	var err error
	for range 20 {
		if err = h.Do(t.Context(), "GET", "/auth/options", nil, nil); err != nil {
			break
		}
	}
	wants(t, err, 429, "too_many_requests")
}

func (h *house) rawGet(t *testing.T, path, token string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", h.web.URL+"/api/v1"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := h.web.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// Guessing is slowed for the account and for the place, and the owner, who was
// here before, still gets in from another place.
func TestGuessingIsSlowed(t *testing.T) {
	h := withLogins(t, func(c *config.Config) {
		c.LoginAttempts, c.TrustedProxies, c.PlaceRequestsPerMinute = 3, "127.0.0.1", 0
	})
	guess := func(from, password string) int {
		r, err := http.NewRequestWithContext(t.Context(), "POST", h.web.URL+"/api/v1/auth/login", strings.NewReader(`{"email":"ann@example.org","password":"`+password+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Forwarded-For", from)
		res, err := h.web.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close() //nolint:errcheck // only the status counts
		return res.StatusCode
	}
	h.must(t, nil, "POST", "/auth/register", map[string]any{"email": "ann@example.org", "password": goodPassword}, nil)
	if got := guess("192.0.2.1", goodPassword); got != 200 {
		t.Fatal(got)
	}
	slowed := 0
	for i := range 30 {
		if guess("198.51.100."+string(rune('0'+i%10)), "wrong password") == 429 {
			slowed++
		}
	}
	if slowed < 14 {
		t.Errorf("%d of 30 guesses from ten places were slowed", slowed)
	}
	if got := guess("203.0.113.9", goodPassword); got != 429 {
		t.Errorf("a new place may still guess: %d", got)
	}
	if got := guess("192.0.2.1", goodPassword); got != 200 {
		t.Errorf("the owner is locked out of their own place: %d", got)
	}
}

// One person's questions wait for each other, and those too many are refused.
func TestQuestionsOfOnePersonWait(t *testing.T) {
	h := withLogins(t, func(c *config.Config) { c.MaxUserQueries, c.MaxUserQueued = 1, 1 })
	ann := h.join(t, "ann@example.org")
	oneRunsOneWaits(t, ann, ann)
}

// oneRunsOneWaits asks six slow questions of one person at two doors: one
// computes, one waits, and four are refused.
func oneRunsOneWaits(t *testing.T, ann, there *client.Client) {
	t.Helper()
	u, err := ann.Upload(t.Context(), "", file("a.csv", "name,age\nx,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	slow := map[string]any{"session_id": u.SessionID, "sql": "SELECT count(*) FROM range(40000) a, range(40000) b WHERE a.range % 7 = b.range % 5"}
	doors, errs := []*client.Client{ann, there}, make([]error, 6)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var wg sync.WaitGroup
	refused := make(chan struct{}, len(errs))
	for i := range errs {
		wg.Go(func() {
			if errs[i] = doors[i%2].Do(ctx, "POST", "/query/sql", slow, nil); errs[i] != nil && ctx.Err() == nil {
				refused <- struct{}{}
			}
		})
	}
	for range 4 {
		<-refused
	}
	cancel()
	wg.Wait()
	n := 0
	for _, err := range errs {
		var p *client.Error
		if errors.As(err, &p) && p.Code == "too_many_queries" && p.Status == 429 {
			n++
		}
	}
	if n != 4 {
		t.Errorf("%d of 6 were refused: %v", n, errs)
	}
}
