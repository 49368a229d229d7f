package app_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"tabletalk/client"
	"tabletalk/internal/config"
)

// endless is a question that nobody waits for, over a table t of thousand.
const endless = "SELECT count(*) FROM t a, t b, t c, t d, t e WHERE a.n + b.n + c.n + d.n + e.n = 7"

var thousand = "n\n" + strings.Repeat("1\n2\n3\n4\n5\n", 200)

// computes tells whether a request is being served beside this one, and a worker
// is at work: one alone may be at work behind an upload.
func (h *house) computes(t *testing.T) bool {
	_, text := h.get(t, "/metrics")
	return strings.Contains(text, "tabletalk_http_requests_in_flight 2\n") && strings.Contains(text, "tabletalk_workers_busy 1\n")
}

// serve runs the program as its command does: end asks it to end, and ended
// tells how it did.
func (h *house) serve(t *testing.T) (c *client.Client, url string, end context.CancelFunc, ended <-chan error) {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	address, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- h.app.Serve(ctx, func(a net.Addr) { address <- "http://" + a.String() }) }()
	url = <-address
	return client.New(url, nil), url, end, done
}

func onAnyPort(c *config.Config) { c.Listen = "127.0.0.1:0" }

// Asked to end, the program lets a request come to its end and then is gone.
func TestGracefulEnd(t *testing.T) {
	h := open(t, onAnyPort)
	c, _, end, ended := h.serve(t)
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := c.Upload(context.Background(), "", client.File{Name: "t.csv", Content: r})
		done <- err
	}()
	if _, err := io.Copy(w, bytes.NewReader([]byte(people))); err != nil {
		t.Fatal(err)
	}
	h.await(t, func() bool { return h.staged(t) > 0 })
	end()
	_ = w.Close()
	if err := <-done; err != nil {
		t.Errorf("the upload under way failed: %v", err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := c.Sessions(t.Context(), client.List{}); err == nil {
		t.Error("it still answers")
	}
}

// Somebody who watches a session does not hold up the end, however long
// requests may take.
func TestWatchersDoNotHoldUpTheEnd(t *testing.T) {
	h := open(t, onAnyPort, func(c *config.Config) { c.ShutdownTimeout = time.Hour })
	u := h.up(t, "t.csv", people)
	_, url, end, ended := h.serve(t)
	res, err := http.Get(url + "/api/v1/events?after=0&session_id=" + u.SessionID)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(res.Body); err != nil {
		t.Errorf("the stream was cut off: %v", err)
	}
}

// A question that does not end in the time that it has is cancelled, and its
// sender hears of it.
func TestTheEndCancelsLongQuestions(t *testing.T) {
	h := open(t, onAnyPort, func(c *config.Config) { c.QueryTimeout, c.ShutdownTimeout = time.Hour, time.Millisecond })
	u := h.up(t, "t.csv", thousand)
	c, _, end, ended := h.serve(t)
	asked := make(chan error, 1)
	go func() {
		_, err := c.SQL(context.Background(), u.SessionID, endless)
		asked <- err
	}()
	h.await(t, func() bool { return h.computes(t) })
	end()
	wants(t, <-asked, http.StatusServiceUnavailable, "cancelled")
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
