package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"tabletalk/client"
	"tabletalk/internal/config"
	"tabletalk/internal/testservers"
)

// crashAt tells a child at which step it ends at once, as by kill -9.
const crashAt = "CRASH_AT"

// crashing ends the process at a step that the log tells of.
func crashing(at string) slog.Handler {
	n, _ := strconv.ParseInt(at, 10, 64)
	return &crash{at: n, Handler: slog.DiscardHandler}
}

type crash struct {
	slog.Handler
	at, seen int64
}

func (c *crash) Enabled(context.Context, slog.Level) bool { return true }

func (c *crash) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "step" && atomic.AddInt64(&c.seen, 1) == c.at {
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		if err != nil {
			panic(err)
		}
		select {}
	}
	return nil
}

func (c *crash) WithAttrs([]slog.Attr) slog.Handler { return c }
func (c *crash) WithGroup(string) slog.Handler      { return c }

// largeJourney is from how many bytes on the child reads a file in the
// background.
const largeJourney = 64

// journey is everything that somebody does with data, one deed after another.
type journey struct {
	c       *client.Client
	done    int // deeds
	session string
	file    string // of the table that changes
	query   string
	resumed string // the address of the upload in pieces
}

// deed is one step of a journey, with what the table shows after it.
type deed struct {
	name  string
	do    func(*journey, context.Context) error
	table string
}

const absent = "absent"

var deeds = []deed{
	{"begin a session", (*journey).begin, absent},
	{"upload", (*journey).upload, "[[3 6]]"},
	{"ask", (*journey).ask, "[[3 6]]"},
	{"export", (*journey).export, "[[3 6]]"},
	{"append", (*journey).append, "[[5 15]]"},
	{"replace", (*journey).replace, "[[2 30]]"},
	{"bring back", (*journey).restore, "[[5 15]]"},
	{"upload in the background", (*journey).later, "[[5 15]]"},
	{"upload in pieces", (*journey).pieces, "[[5 15]]"},
	{"delete", (*journey).remove, absent},
}

// run does one deed after another until one fails.
func (j *journey) run(ctx context.Context) error {
	for _, d := range deeds[j.done:] {
		if err := d.do(j, ctx); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
		j.done++
	}
	return nil
}

// shows are what the table may show: what it showed after the last deed, or
// what it shows after the one that was broken off.
func (j *journey) shows() []string {
	states := []string{absent}
	for _, d := range deeds {
		states = append(states, d.table)
	}
	return states[j.done:min(j.done+2, len(states))]
}

func (j *journey) begin(ctx context.Context) error {
	s, err := j.c.CreateSession(ctx, "journey")
	if err == nil {
		j.session = s.ID
	}
	return err
}

func (j *journey) upload(ctx context.Context) error {
	u, err := j.c.Upload(ctx, j.session, file("a.csv", "n\n1\n2\n3\n"))
	if err == nil {
		j.file = u.Files[0].ID
	}
	return err
}

func (j *journey) ask(ctx context.Context) error {
	a, err := j.c.SQL(ctx, j.session, "SELECT count(*), sum(n) FROM a")
	if err == nil {
		j.query = a.QueryID
	}
	return err
}

func (j *journey) table(ctx context.Context) (string, error) {
	f, err := j.c.File(ctx, j.file)
	if err != nil {
		return "", err
	}
	return f.Tables[0].ID, nil
}

func (j *journey) export(ctx context.Context) error {
	id, err := j.table(ctx)
	if err != nil {
		return err
	}
	r, err := j.c.ExportTable(ctx, id, "xlsx")
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // it is read
	_, err = io.Copy(io.Discard, r)
	return err
}

func (j *journey) append(ctx context.Context) error {
	id, err := j.table(ctx)
	if err == nil {
		_, err = j.c.AppendRows(ctx, id, client.NDJSON, strings.NewReader("{\"n\":4}\n{\"n\":5}\n"))
	}
	return err
}

func (j *journey) replace(ctx context.Context) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	w, err := form.CreateFormFile("files", "a.csv")
	if err == nil {
		_, err = io.WriteString(w, "n\n10\n20\n")
	}
	if err != nil {
		return err
	}
	_ = form.Close() // into memory
	return j.send(ctx, "POST", "/files/"+j.file+"/versions", &body, client.Header{Name: "Content-Type", Value: form.FormDataContentType()})
}

func (j *journey) restore(ctx context.Context) error {
	return j.c.Do(ctx, "POST", "/files/"+j.file+"/versions/2/restore", nil, nil)
}

// numbers are the lines of a file with the numbers from 1 to n.
func numbers(n int) string {
	var b strings.Builder
	b.WriteString("n\n")
	for i := range n {
		fmt.Fprintln(&b, i+1)
	}
	return b.String()
}

func (j *journey) later(ctx context.Context) error {
	_, err := j.c.Upload(ctx, j.session, file("later.csv", numbers(40)))
	return err
}

func (j *journey) pieces(ctx context.Context) error {
	meta := "filename " + base64.StdEncoding.EncodeToString([]byte("pieces.csv")) + ",session_id " + base64.StdEncoding.EncodeToString([]byte(j.session))
	res, err := j.c.Send(ctx, "POST", "/uploads", http.NoBody, tus, client.Header{Name: "Upload-Length", Value: strconv.Itoa(len(numbers(30)))}, client.Header{Name: "Upload-Metadata", Value: meta})
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	j.resumed = strings.TrimPrefix(res.Header.Get("Location"), "/api/v1")
	for _, end := range []int{30, len(numbers(30))} {
		if err := j.goOn(ctx, end); err != nil {
			return err
		}
	}
	return nil
}

var tus = client.Header{Name: "Tus-Resumable", Value: "1.0.0"}

// goOn sends of the upload in pieces what is missing up to an end.
func (j *journey) goOn(ctx context.Context, end int) error {
	res, err := j.c.Send(ctx, "HEAD", j.resumed, http.NoBody, tus)
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	at := res.Header.Get("Upload-Offset")
	from, err := strconv.Atoi(at)
	if err != nil || from >= end {
		return err
	}
	return j.send(ctx, "PATCH", j.resumed, strings.NewReader(numbers(30)[from:end]), tus, client.Header{Name: "Content-Type", Value: piece}, client.Header{Name: "Upload-Offset", Value: at})
}

func (j *journey) remove(ctx context.Context) error { return j.c.DeleteFile(ctx, j.file) }

func (j *journey) send(ctx context.Context, method, path string, body io.Reader, headers ...client.Header) error {
	res, err := j.c.Send(ctx, method, path, body, headers...)
	if err == nil {
		err = res.Body.Close()
	}
	return err
}

// A program that is killed at any step of a journey - before and after every
// change of the database, and at every file that is written - has after its
// next start what it had said to have, nothing by half and nothing left over,
// and goes on.
func TestKilledAtEveryStep(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { killedAtEvery(t, some(5, 1), func(testing.TB) string { return "" }) })
	t.Run("postgres", func(t *testing.T) {
		server := testservers.Postgres(t)
		killedAtEvery(t, some(12, 3), server.Database)
	})
}

// some is how many steps to go on by: some of them take a minute, all of them
// some.
func some(here, inCI int64) int64 {
	if os.Getenv("CI") != "" {
		return inCI
	}
	return here
}

// killedAtEvery kills at one step after another, each over a database of its
// own.
func killedAtEvery(t *testing.T, every int64, database func(testing.TB) string) {
	for at := int64(1); ; at += every {
		whole := false
		t.Run(strconv.FormatInt(at, 10), func(t *testing.T) { whole = killedAt(t, at, database(t)) })
		if whole || t.Failed() {
			if at < 40 {
				t.Errorf("there are %d steps only", at)
			}
			return
		}
	}
}

// killedAt gives whether the journey came to its end before the step.
func killedAt(t *testing.T, at int64, database string) bool {
	dir := t.TempDir()
	child := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "serve-child", dir)
	child.Env = append(os.Environ(), crashAt+"="+strconv.FormatInt(at, 10), fmt.Sprintf("TABLETALK_LARGE_UPLOAD_BYTES=%d", largeJourney), "TABLETALK_WORKER_WARM=0", "TABLETALK_IMPORT_WARM=0", "TABLETALK_DATABASE_URL="+database)
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	t.Cleanup(func() { _ = child.Process.Kill() })
	address, err := io.ReadAll(io.LimitReader(&line{r: out}, 100))
	must(t, err)
	j := &journey{}
	if len(address) > 0 { // else it was killed at its start
		j.c = client.New(strings.TrimSpace(string(address)), nil)
		if err := j.run(t.Context()); err == nil {
			return true
		} else {
			t.Logf("killed at: %v", err)
		}
	}
	_ = child.Wait() // it is dead
	h := open(t, func(c *config.Config) {
		c.Data, c.LargeUploadBytes, c.DatabaseURL = dir, largeJourney, config.Secret(database)
	})
	j.c = h.Client
	h.wholeAfter(t, j)
	h.goesOn(t, j)
	return false
}

// line ends with the first line.
type line struct {
	r   io.Reader
	end bool
}

func (l *line) Read(p []byte) (int, error) {
	if l.end {
		return 0, io.EOF
	}
	n, err := l.r.Read(p)
	l.end = bytes.IndexByte(p[:n], '\n') >= 0
	return n, err
}

// wholeAfter checks that what was said to be done is there, and that nothing
// is there by half.
func (h *house) wholeAfter(t *testing.T, j *journey) {
	t.Helper()
	ctx := t.Context()
	sessions, err := h.Sessions(ctx, client.List{})
	must(t, err)
	if n := len(sessions.Items); n > 1 || n < min(j.done, 1) {
		t.Errorf("%d sessions after %d deeds", n, j.done)
	}
	tables := map[string]string{"a": absent, "later": absent, "pieces": absent}
	for _, s := range sessions.Items {
		j.session = s.ID
		h.await(t, func() bool { return !h.reading(t, s.ID) })
		files, err := h.SessionFiles(ctx, s.ID, client.List{})
		must(t, err)
		for _, f := range files.Items {
			name := strings.TrimSuffix(f.Name, ".csv")
			if f.Status != "completed" || len(f.Tables) != 1 {
				t.Errorf("%s is %s with %d tables: %+v", f.Name, f.Status, len(f.Tables), f.Error)
				continue
			}
			tables[name] = h.rows(t, s.ID, "SELECT count(*), sum(n) FROM "+name)
			if name == "a" {
				j.file = f.ID
			}
			h.versionsOpen(t, f.ID)
		}
	}
	if !slices.Contains(j.shows(), tables["a"]) {
		t.Errorf("after %d deeds the table shows %s, want one of %v", j.done, tables["a"], j.shows())
	}
	for name, after := range map[string]struct {
		deed int
		rows string
	}{"later": {7, "[[40 820]]"}, "pieces": {8, "[[30 465]]"}} {
		if got := tables[name]; got != after.rows && (got != absent || j.done > after.deed) {
			t.Errorf("after %d deeds %s shows %s", j.done, name, got)
		}
	}
	if j.query != "" {
		if a, err := h.Query(ctx, j.query); err != nil || fmt.Sprint(a.Result.Rows) != "[[3 6]]" {
			t.Errorf("the answer that was given: %v %+v", err, a)
		}
	}
	h.nothingUnfinished(t)
}

// reading reports whether a file of a session is not read yet.
func (h *house) reading(t *testing.T, session string) bool {
	files, err := h.SessionFiles(t.Context(), session, client.List{})
	must(t, err)
	return slices.ContainsFunc(files.Items, func(f client.FileResult) bool { return f.Status == "pending" || f.Status == "processing" })
}

// versionsOpen checks that the content of every version is there.
func (h *house) versionsOpen(t *testing.T, id string) {
	t.Helper()
	var list struct{ Items []struct{ Number int } }
	must(t, h.Do(t.Context(), "GET", "/files/"+id+"/versions", nil, &list))
	if len(list.Items) == 0 {
		t.Error("a file without a version")
	}
	for _, v := range list.Items {
		if err := h.Do(t.Context(), "GET", fmt.Sprintf("/files/%s/versions/%d/preview", id, v.Number), nil, nil); err != nil {
			t.Errorf("version %d: %v", v.Number, err)
		}
	}
}

// nothingUnfinished checks that no file is left that somebody began to write,
// but for uploads that can be gone on with.
func (h *house) nothingUnfinished(t *testing.T) {
	t.Helper()
	left := h.filesBelow(t, "blobs", func(name string) bool { return strings.Contains(name, ".put-") })
	left = append(left, h.filesBelow(t, "work", func(name string) bool {
		return !strings.Contains(name, "engine") && !strings.Contains(name, "worker") && !strings.Contains(name, "uploads-resumable")
	})...)
	if len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// goesOn checks that the upload in pieces goes on or is gone, and that all
// that was done can be done again.
func (h *house) goesOn(t *testing.T, j *journey) {
	t.Helper()
	ctx := t.Context()
	if j.session == "" {
		must(t, j.begin(ctx))
	}
	if j.resumed != "" && j.done == 8 {
		var p *client.Error
		if err := j.goOn(ctx, len(numbers(30))); err != nil && (!errors.As(err, &p) || p.Status != 404) {
			t.Errorf("the upload in pieces: %v", err)
		}
	}
	_, err := h.Upload(ctx, j.session, file("again.csv", "n\n1\n2\n3\n"))
	must(t, err)
	if got := h.rows(t, j.session, "SELECT count(*), sum(n) FROM again"); got != "[[3 6]]" {
		t.Errorf("uploaded again: %s", got)
	}
	h.await(t, func() bool { return !h.reading(t, j.session) })
	must(t, h.DeleteSession(ctx, j.session))
}
