package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"tabletalk/client"
	"tabletalk/internal/config"
	"tabletalk/internal/ingest"
	"tabletalk/internal/testservers"
)

func inBackground(c *config.Config) { c.LargeUploadBytes = 1 }

// told is an event as a client gets it.
type told struct {
	Seq       int64
	Type      string
	SessionID string `json:"session_id"`
	Data      struct {
		ID, Status, Stage string
		FileID            string `json:"file_id"`
	}
}

// watch reads the events of a session, from a number on, until it is stopped.
func (h *house) watch(t *testing.T, session string, after int64) <-chan told {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", fmt.Sprintf("%s/api/v1/events?session_id=%s&after=%d", h.web.URL, session, after), nil)
	must(t, err)
	res, err := h.web.Client().Do(r)
	must(t, err)
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("%d %s", res.StatusCode, res.Header)
	}
	out := make(chan told, 1000)
	go func() {
		defer close(out)
		defer res.Body.Close() //nolint:errcheck // it is read
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var e told
				if json.Unmarshal([]byte(data), &e) == nil {
					out <- e
				}
			}
		}
	}()
	return out
}

// until reads events up to the first that is wanted, and gives all of them.
func until(t *testing.T, events <-chan told, wanted func(told) bool) []told {
	t.Helper()
	var list []told
	for e := range events {
		if list = append(list, e); wanted(e) {
			return list
		}
	}
	t.Fatalf("the events ended before what was wanted: %v", list)
	return nil
}

func final(e told) bool {
	return e.Type == "job" && (e.Data.Status == "completed" || e.Data.Status == "failed" || e.Data.Status == "cancelled")
}

// accepted uploads a file that is read in the background.
func (h *house) accepted(t *testing.T, name, content string) (u struct {
	client.Uploaded
	JobID string `json:"job_id"`
}) {
	t.Helper()
	form := fmt.Sprintf("--b\r\nContent-Disposition: form-data; name=\"files\"; filename=%q\r\n\r\n%s\r\n--b--\r\n", name, content)
	if status := h.post(t, form, &u); status != 202 || u.JobID == "" || u.Files[0].Status != "processing" {
		t.Fatalf("%d %+v", status, u)
	}
	return u
}

func TestLargeUploads(t *testing.T) { everywhere(t, largeUploads, inBackground) }

func largeUploads(t *testing.T, h *house) {
	u := h.accepted(t, "people.csv", people)
	events := until(t, h.watch(t, u.SessionID, 0), final)
	last := events[len(events)-1]
	if last.Data.Status != "completed" || last.Data.ID != u.JobID || last.Data.FileID != u.Files[0].ID {
		t.Errorf("%+v", last)
	}
	for i := 1; i < len(events); i++ {
		if events[i].Seq <= events[i-1].Seq || events[i].SessionID != u.SessionID {
			t.Errorf("event %d after %d", events[i].Seq, events[i-1].Seq)
		}
	}
	var j struct {
		Status, Stage string
		Done, Total   int64
		Attempts      int
	}
	must(t, h.Do(t.Context(), "GET", "/jobs/"+u.JobID, nil, &j))
	if j.Status != "completed" || j.Attempts != 1 {
		t.Errorf("%+v", j)
	}
	var list client.Page[struct{ ID string }]
	must(t, h.Do(t.Context(), "GET", "/jobs?session_id="+u.SessionID, nil, &list))
	if len(list.Items) != 1 || list.Items[0].ID != u.JobID {
		t.Errorf("%+v", list)
	}
	if got := h.rows(t, u.SessionID, "SELECT count(*) FROM people"); got != "[[5]]" {
		t.Errorf("rows %s", got)
	}
	must(t, h.Do(t.Context(), "POST", "/files/"+u.Files[0].ID+"/reread", map[string]any{"dry_run": true}, nil))
	// Who comes back goes on behind what was seen last.
	rest := until(t, h.watch(t, u.SessionID, events[0].Seq), final)
	if len(rest) != len(events)-1 {
		t.Errorf("%d events behind the first of %d", len(rest), len(events))
	}

	bad := h.accepted(t, "bad.csv", "\x7fELF\x02\x01\x01\x00")
	events = until(t, h.watch(t, bad.SessionID, 0), final)
	f, err := h.File(t.Context(), bad.Files[0].ID)
	if err != nil || events[len(events)-1].Data.Status != "failed" || f.Status != "failed" || f.Error == nil || f.Error.Code != "format_unsupported" {
		t.Errorf("%v %+v %+v", err, f, events)
	}
	h.nothingStaged(t)
}

// A job that is cancelled leaves nothing, whether it waited or ran.
func TestCancelledJobs(t *testing.T) {
	everywhereHolding(t, ingest.KindIngest, cancelledJobs, inBackground)
}

func cancelledJobs(t *testing.T, h *house) {
	long := h.accepted(t, "long.csv", people)
	events := h.watch(t, long.SessionID, 0)
	until(t, events, func(e told) bool { return e.Type == "job" && e.Data.Status == "running" })
	must(t, h.Do(t.Context(), "POST", "/jobs/"+long.JobID+"/cancel", nil, nil))
	got := until(t, events, final)
	var j struct{ Status string }
	must(t, h.Do(t.Context(), "GET", "/jobs/"+long.JobID, nil, &j))
	if last := got[len(got)-1]; last.Data.Status != "cancelled" || j.Status != "cancelled" {
		t.Errorf("%+v %+v", last, j)
	}
	_, err := h.File(t.Context(), long.Files[0].ID)
	wants(t, err, 404, "file_not_found")
	wants(t, h.Do(t.Context(), "GET", "/jobs/"+stranger, nil, nil), 404, "job_not_found")
	wants(t, h.Do(t.Context(), "GET", "/jobs?session_id="+stranger, nil, nil), 404, "session_not_found")
	h.nothingStaged(t)
}

func TestSocket(t *testing.T) {
	local := func(c *config.Config) {}
	redis := func(c *config.Config) { c.RedisURL = config.Secret(testservers.Redis(t).URL()) }
	for name, change := range map[string]func(*config.Config){"in process": local, "redis": redis} {
		t.Run(name, func(t *testing.T) { socket(t, open(t, change, inBackground)) })
	}
}

func socket(t *testing.T, h *house) {
	ctx := t.Context()
	s, err := h.CreateSession(ctx, "watched")
	must(t, err)
	address := "ws" + strings.TrimPrefix(h.web.URL, "http") + "/api/v1/ws?session_id="
	conn, _, err := websocket.Dial(ctx, address+s.ID, nil)
	must(t, err)
	defer conn.CloseNow()                              //nolint:errcheck // it is over
	go h.Upload(ctx, s.ID, file("people.csv", people)) //nolint:errcheck // its events are what counts
	for seen := int64(0); ; {
		_, text, err := conn.Read(ctx)
		must(t, err)
		var e told
		must(t, json.Unmarshal(text, &e))
		if e.Seq <= seen || e.SessionID != s.ID {
			t.Errorf("%s", text)
		}
		if seen = e.Seq; final(e) {
			break
		}
	}
	for origin, status := range map[string]int{"http://evil.test": 403, h.web.URL: 101} {
		c, res, err := websocket.Dial(ctx, address+s.ID, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
		if res == nil || res.StatusCode != status {
			t.Errorf("origin %s: %v %v", origin, res, err)
		}
		if err == nil {
			_ = c.CloseNow()
		}
	}
	if _, res, err := websocket.Dial(ctx, address+stranger, nil); err == nil || res == nil || res.StatusCode != 404 {
		t.Errorf("a foreign session: %v %v", res, err)
	}
	must(t, h.DeleteSession(ctx, s.ID))
	if _, _, err := conn.Read(ctx); err == nil { // what is left, then the end
		for err == nil {
			_, _, err = conn.Read(ctx)
		}
	}
}

// A program that is killed goes on, after its next start, with what it was
// asked to do.
func TestKilledWhileReading(t *testing.T) {
	dir := t.TempDir()
	child, address := startChild(t, dir)
	c := client.New(address, nil)
	var content strings.Builder
	content.WriteString("n,text\n")
	for i := range 400_000 {
		fmt.Fprintf(&content, "%d,some words that are read\n", i)
	}
	form := "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"long.csv\"\r\n\r\n" + content.String() + "\r\n--b--\r\n"
	res, err := http.Post(address+"/api/v1/files/upload", "multipart/form-data; boundary=b", strings.NewReader(form)) //nolint:noctx // the child ends with the test
	must(t, err)
	var u client.Uploaded
	must(t, json.NewDecoder(res.Body).Decode(&u))
	must(t, res.Body.Close())
	if res.StatusCode != 202 {
		t.Fatalf("%d %+v", res.StatusCode, u)
	}
	before, err := c.File(t.Context(), u.Files[0].ID)
	must(t, err)
	must(t, child.Process.Kill())
	_ = child.Wait() // it was killed
	t.Logf("killed while the file was %s", before.Status)

	h := open(t, func(c *config.Config) { c.Data = dir }, inBackground)
	for f := before; ; {
		if f, err = h.File(t.Context(), u.Files[0].ID); err != nil || f.Status != "processing" {
			if err != nil || f.Status != "completed" || f.Tables[0].Rows != 400_000 {
				t.Errorf("%v %+v", err, f)
			}
			break
		}
		until(t, h.watch(t, u.SessionID, 0), func(e told) bool { return e.Type == "file" || final(e) })
	}
	if got := h.rows(t, u.SessionID, "SELECT count(*), max(n) FROM long"); got != "[[400000 399999]]" {
		t.Errorf("rows %s", got)
	}
	h.nothingStaged(t)
}

// startChild runs the program in a process of its own that can be killed.
func startChild(t *testing.T, dir string, env ...string) (*exec.Cmd, string) {
	t.Helper()
	child := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "serve-child", dir)
	child.Stderr, child.Env = os.Stderr, append(os.Environ(), env...)
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	t.Cleanup(func() { _ = child.Process.Kill() }) // where the test did not come to it
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	go io.Copy(io.Discard, out) //nolint:errcheck // nothing more is told
	return child, strings.TrimSpace(line)
}
