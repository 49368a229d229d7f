package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/client"
	"tabletalk/internal/app"
	"tabletalk/internal/config"
	"tabletalk/internal/fault"
)

// stranger is an id of the right form that nothing has.
const stranger = "01890000-0000-7000-8000-000000000000"

// Every route of the document is asked for things that do not exist: nothing
// but a problem may come back, and never one of ours. An administrator sees no
// more than the local user.
func TestEveryRouteWithUnknownThings(t *testing.T) {
	t.Run("local", func(t *testing.T) { unknownThings(t, open(t), "", http.StatusNotFound, http.StatusConflict) })
	t.Run("accounts", func(t *testing.T) {
		h := withLogins(t)
		h.setUp(t)
		unknownThings(t, h, h.login(t, "root@example.org", goodPassword).Access, http.StatusNotFound)
	})
}

func unknownThings(t *testing.T, h *house, token string, allowed ...int) {
	_, text := h.get(t, "/openapi.json")
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			RequestBody *struct{}
		}
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	body := `{"session_id":"` + stranger + `","query":"x","sql":"SELECT 1","name":"n","feedback":"up","kind":"synonym"}`
	for path, operations := range doc.Paths {
		for method, op := range operations {
			if !strings.Contains(path, "{") && !strings.HasPrefix(path, "/api/v1/query/") {
				continue
			}
			t.Run(op.OperationID, func(t *testing.T) {
				address := strings.NewReplacer("{id}", stranger, "{conversation_id}", stranger, "{definition_id}", stranger, "{user_id}", stranger, "{number}", "1").Replace(path) + "?session_id=" + stranger
				r, err := http.NewRequestWithContext(t.Context(), strings.ToUpper(method), h.web.URL+address, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/json")
				if strings.HasSuffix(path, "/rows") {
					r.Header.Set("Content-Type", "application/x-ndjson")
				}
				if strings.Contains(path, "/uploads/") {
					r.Header.Set("Content-Type", "application/offset+octet-stream")
					r.Header.Set("Tus-Resumable", "1.0.0")
					r.Header.Set("Upload-Offset", "0")
				}
				r.Header.Set("Authorization", "Bearer "+token)
				res, err := h.web.Client().Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close() //nolint:errcheck // it is read
				answer, _ := io.ReadAll(res.Body)
				if res.StatusCode == http.StatusConflict && !strings.Contains(string(answer), "auth_not_enabled") || !slices.Contains(allowed, res.StatusCode) || res.Header.Get("Content-Type") != "application/problem+json" {
					t.Errorf("%d %s %s", res.StatusCode, res.Header.Get("Content-Type"), answer)
				}
			})
		}
	}
}

func TestBadFiles(t *testing.T) {
	h, ctx := open(t, func(c *config.Config) { c.MaxUploadBytes, c.MaxLineBytes = 1<<20, 64<<10 }), t.Context()
	tests := []struct{ name, content, code string }{
		{"empty.csv", "", "file_empty"},
		{"blank.csv", "\n\n   \n", "file_empty"},
		{"binary.csv", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00" + strings.Repeat("\x00\xff\xfe\x01", 2000), ""},
		{"line.csv", "a,b\n" + strings.Repeat("x", 200<<10), ""},
		{"huge.csv", "a,b\n" + strings.Repeat("1,2\n", 1<<19), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := h.Upload(ctx, "", file(tt.name, tt.content))
			var p *client.Error
			if !errors.As(err, &p) || p.Status != 422 && p.Status != 413 || tt.code != "" && p.Code != tt.code {
				t.Fatalf("got %v (%+v)", err, p)
			}
			t.Logf("%d %s: %s %s", p.Status, p.Code, p.Detail, p.Hint)
		})
	}
	if n := h.sessions(t); n != 0 {
		t.Errorf("%d sessions were left", n)
	}
	h.nothingStored(t)
}

func TestOddFilesAreReadWithNotes(t *testing.T) {
	h, ctx := open(t), t.Context()
	wide := strings.Builder{}
	for i := range 200 {
		fmt.Fprintf(&wide, "c%d,", i)
	}
	tests := []struct {
		name, content string
		columns       []string
	}{
		{"names.csv", "a,a,,b\n1,2,3,4\n", []string{"a", "a_2", "column_3", "b"}},
		{"mixed.csv", "a,b\n1,x\ntwo,y\n3,z\n", []string{"a", "b"}},
		{"wide.csv", wide.String() + "end\n" + strings.Repeat("1,", 200) + "2\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, err := h.Upload(ctx, "", file(tt.name, tt.content))
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, c := range u.Files[0].Tables[0].Columns {
				names = append(names, c.Name)
			}
			if tt.columns == nil && len(names) != 201 {
				t.Errorf("%d columns", len(names))
			}
			if tt.columns != nil && len(names) != len(tt.columns) {
				t.Errorf("got %v, want something like %v", names, tt.columns)
			}
			slices.Sort(names)
			if len(slices.Compact(names)) != len(u.Files[0].Tables[0].Columns) {
				t.Errorf("names are not unique: %v", names)
			}
		})
	}
}

func TestOneBadFileAmongGoodOnes(t *testing.T) {
	h, ctx := open(t), t.Context()
	u, err := h.Upload(ctx, "", file("good.csv", people), file("bad.csv", ""))
	if err != nil {
		t.Fatal(err)
	}
	if u.Files[0].Status != "completed" || u.Files[1].Status != "failed" || u.Files[1].Error == nil || u.Files[1].Error.Code != "file_empty" || u.TotalFiles != 2 {
		t.Errorf("%+v", u)
	}
	_, err = h.Upload(ctx, "", file("bad.csv", ""), file("worse.csv", ""))
	wants(t, err, 422, "file_empty")
	var p *client.Error
	if errors.As(err, &p) && len(p.Files) != 2 {
		t.Errorf("the problem names %d files", len(p.Files))
	}
	if n := h.sessions(t); n != 1 {
		t.Errorf("%d sessions", n)
	}
}

// The session may be named before or after the files.
func TestSessionFieldAnywhere(t *testing.T) {
	h := open(t)
	s, err := h.CreateSession(t.Context(), "mine")
	if err != nil {
		t.Fatal(err)
	}
	field := "--b\r\nContent-Disposition: form-data; name=\"session_id\"\r\n\r\n%s\r\n"
	data := "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"../../etc/p%d.csv\"\r\n\r\na,b\n1,2\n\r\n"
	for i, form := range []string{field + data, data + field} {
		id := fmt.Sprintf(field, s.ID)
		form = strings.ReplaceAll(strings.ReplaceAll(form, field, id), "%d", fmt.Sprint(i))
		var u client.Uploaded
		if status := h.post(t, form+"--b--\r\n", &u); status != 200 || u.SessionID != s.ID || len(u.Files) != 1 || u.Files[0].Name != fmt.Sprintf("p%d.csv", i) {
			t.Errorf("%d %+v", status, u)
		}
	}
	var p client.Error
	if status := h.post(t, data+fmt.Sprintf(field, stranger)+"--b--\r\n", &p); status != 404 || p.Code != "session_not_found" {
		t.Errorf("%d %+v", status, p)
	}
}

func (h *house) post(t *testing.T, form string, out any) int {
	t.Helper()
	res, err := h.web.Client().Post(h.web.URL+"/api/v1/files/upload", "multipart/form-data; boundary=b", strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // it is read
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode
}

// A client that goes away half-way leaves nothing, and while it sends the
// server answers others.
func TestClientGoesAway(t *testing.T) {
	h := open(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.web.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	head := "POST /api/v1/files/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 10000000\r\n\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"big.csv\"\r\n\r\na,b\n"
	if _, err := io.WriteString(conn, head+strings.Repeat("1,2\n", 100_000)); err != nil {
		t.Fatal(err)
	}
	h.await(t, func() bool { return h.staged(t) > 0 })
	if res, _ := h.get(t, "/healthz"); res.StatusCode != 200 {
		t.Errorf("healthz while a file arrives: %d", res.StatusCode)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	h.await(t, func() bool { return h.staged(t) == 0 })
	if n := h.sessions(t); n != 0 {
		t.Errorf("%d sessions were left", n)
	}
	h.nothingStored(t)
}

// await looks again and again until it is so; the test's own time limit ends
// it otherwise.
func (h *house) await(t *testing.T, so func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond) // whoever is waited for needs the processor
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("it never became so")
		}
	}
}

// profiled waits until the profiles of new tables are there.
func (h *house) profiled(t *testing.T, u *client.Uploaded) {
	t.Helper()
	for _, f := range u.Files {
		for _, table := range f.Tables {
			h.await(t, func() bool {
				now, err := h.Table(t.Context(), table.ID)
				return err == nil && now.Profiled
			})
		}
	}
}

// staged counts the files of uploads under way.
func (h *house) staged(t *testing.T) int {
	return len(h.filesBelow(t, "work", func(name string) bool { return !strings.Contains(name, "engine") && !strings.Contains(name, "worker") }))
}

func (h *house) filesBelow(t *testing.T, folder string, want func(string) bool) (found []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(h.dir, folder), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && want(path) {
			found = append(found, path)
		}
		return nil // what is removed meanwhile is not there
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (h *house) nothingStored(t *testing.T) {
	t.Helper()
	all := func(string) bool { return true }
	if left := h.filesBelow(t, "blobs", all); len(left) > 0 {
		t.Errorf("content was left: %v", left)
	}
	if n := h.staged(t); n > 0 {
		t.Errorf("%d staged files were left", n)
	}
}

func TestIdempotencyKeys(t *testing.T) {
	h, ctx := open(t), t.Context()
	first, err := h.CreateSession(ctx, "one", client.Key("k1"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.CreateSession(ctx, "one", client.Key("k1"))
	if err != nil || again.ID != first.ID {
		t.Errorf("%v %+v", err, again)
	}
	_, err = h.CreateSession(ctx, "two", client.Key("k1"))
	wants(t, err, 422, "idempotency_mismatch")
	_, err = h.CreateSession(ctx, "two", client.Key("a key"))
	wants(t, err, 400, "idempotency_key")
	u, err := h.UploadWith(ctx, "", []client.File{file("people.csv", people)}, client.Key("k2"))
	if err != nil {
		t.Fatal(err)
	}
	u2, err := h.UploadWith(ctx, "", []client.File{file("people.csv", people)}, client.Key("k2"))
	if err != nil || u2.SessionID != u.SessionID || u2.Files[0].ID != u.Files[0].ID {
		t.Errorf("%v %+v", err, u2)
	}
	for what, other := range map[string]client.File{
		"bytes of the same number": file("people.csv", strings.Replace(people, "North", "South", 1)),
		"name":                     file("persons.csv", people),
	} {
		_, err = h.UploadWith(ctx, "", []client.File{other}, client.Key("k2"))
		t.Log(what)
		wants(t, err, 422, "idempotency_mismatch")
	}
	if n := h.staged(t); n > 0 {
		t.Errorf("%d staged files were left", n)
	}
	q := client.Question{SessionID: u.SessionID, Query: "how many rows"}
	a, err := h.Ask(ctx, q, client.Key("k3"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := h.Ask(ctx, q, client.Key("k3")); err != nil || b.QueryID != a.QueryID {
		t.Errorf("%v %+v", err, b)
	}
	if n := h.sessions(t); n != 2 {
		t.Errorf("%d sessions", n)
	}
}

func TestBadQuestions(t *testing.T) {
	h, ctx := open(t), t.Context()
	u := h.up(t, "people.csv", people)
	tests := []struct {
		q      client.Question
		status int
		code   string
	}{
		{client.Question{SessionID: u.SessionID, Query: " \n"}, 422, "question_empty"},
		{client.Question{SessionID: u.SessionID, Query: strings.Repeat("a ", 50_000)}, 413, "question_too_long"},
		{client.Question{SessionID: stranger, Query: "how many"}, 404, "session_not_found"},
		{client.Question{SessionID: "nonsense", Query: "how many"}, 404, "session_not_found"},
		{client.Question{SessionID: u.SessionID, Query: "x", ConversationID: stranger}, 404, "conversation_not_found"},
		{client.Question{SessionID: u.SessionID, Query: "x", Now: "never"}, 422, "now_invalid"},
		{client.Question{SessionID: u.SessionID, Query: "x", Reader: "oracle"}, 422, "invalid_request"},
	}
	for _, tt := range tests {
		_, err := h.Ask(ctx, tt.q)
		wants(t, err, tt.status, tt.code)
	}
	for sql, code := range map[string]string{
		"DROP TABLE people": "sql_not_allowed", "SELECT 1; SELECT 2": "sql_not_allowed", "SELECT * FROM read_csv('/etc/passwd')": "sql_function_not_allowed",
		"SELECT * FROM '/etc/passwd'": "sql_table_not_allowed", "SELEC": "sql_invalid",
	} {
		_, err := h.SQL(ctx, u.SessionID, sql)
		var p *client.Error
		if !errors.As(err, &p) || p.Status != 422 || !strings.HasPrefix(p.Code, "sql_") {
			t.Errorf("%s: %v, want %s", sql, err, code)
		}
	}
	a, err := h.Ask(ctx, client.Question{SessionID: u.SessionID, Query: "average zorbulation by flimflam"})
	if err != nil || a.Status != "refused" || a.Reason == "" {
		t.Errorf("%v %+v", err, a)
	}
}

func TestStreamOfARealAnswer(t *testing.T) {
	h, ctx := open(t), t.Context()
	u := h.up(t, "people.csv", people)
	q := client.Question{SessionID: u.SessionID, Query: "average age by region"}
	var first, resumed []client.Event
	if err := h.Stream(ctx, q, "", func(e client.Event) error { first = append(first, e); return nil }); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range first {
		seen[e.Type] = true
	}
	for _, kind := range []string{"status", "plan", "sql", "result", "text", "done"} {
		if !seen[kind] {
			t.Errorf("no event %s", kind)
		}
	}
	err := h.Stream(ctx, q, first[1].ID, func(e client.Event) error { resumed = append(resumed, e); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first[2:], resumed); diff != "" {
		t.Error(diff)
	}
	var a client.Answer
	if err := json.Unmarshal(first[len(first)-1].Data, &a); err != nil || a.Status != "answered" {
		t.Errorf("%v %s", err, first[len(first)-1].Data)
	}
	err = h.Stream(ctx, client.Question{SessionID: stranger, Query: "x"}, "", func(client.Event) error { return nil })
	wants(t, err, 404, "session_not_found")
}

// Sessions at the same time keep their answers apart.
func TestManyAtOnce(t *testing.T) {
	h, ctx := open(t), t.Context()
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			u, err := h.Upload(ctx, "", file("t.csv", fmt.Sprintf("name,amount\na,%d\nb,%d\n", i, i)))
			if err != nil {
				t.Error(err)
				return
			}
			for range 3 {
				a, err := h.SQL(ctx, u.SessionID, "SELECT sum(amount) AS total FROM t")
				if err != nil {
					t.Error(err)
					return
				}
				if got := a.Result.Rows[0][0]; got != float64(2*i) {
					t.Errorf("session %d got %v", i, got)
				}
			}
		})
	}
	wg.Wait()
}

// Files of one name into one session by many at once: every table has a name
// of its own and nothing is lost.
func TestManyIntoOneSession(t *testing.T) {
	h, ctx := open(t), t.Context()
	s, err := h.CreateSession(ctx, "shared")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Go(func() {
			if _, err := h.Upload(ctx, s.ID, file("t.csv", fmt.Sprintf("%sNo%d,%d,North\n", people, i, i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	tables, err := h.SessionTables(ctx, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, table := range tables.Items {
		names[table.Name] = true
	}
	if len(names) != 5 {
		t.Errorf("the tables are %v", names)
	}
}

// What is asked, and what the cells hold, stays out of the log.
func TestLogKeepsSecrets(t *testing.T) {
	h, ctx := open(t), t.Context()
	u := h.up(t, "canaryfile.csv", "canarycolumn,n\ncanarycell,1\n")
	_, _ = h.Ask(ctx, client.Question{SessionID: u.SessionID, Query: "how many canaryword"})
	_, _ = h.SQL(ctx, u.SessionID, "SELECT canarywrong FROM nowhere")
	_, _ = h.SQL(ctx, u.SessionID, "SELECT canarycolumn FROM canaryfile")
	if log := h.log.String(); strings.Contains(log, "canary") || !strings.Contains(log, `"route":"POST /api/v1/query/process"`) {
		t.Errorf("%s", log)
	}
}

// A client that goes away takes its question along: the only worker is free
// for the next one long before the time of a question is over.
func TestCancelledQuestionFreesTheWorker(t *testing.T) {
	h := open(t, func(c *config.Config) { c.WorkerMax, c.WorkerWarm, c.QueryTimeout = 1, 0, 10*time.Minute })
	u := h.up(t, "t.csv", thousand)
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := h.SQL(ctx, u.SessionID, endless)
		gone <- err
	}()
	h.await(t, func() bool { return h.computes(t) })
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	a, err := h.SQL(t.Context(), u.SessionID, "SELECT count(*) FROM t")
	if err != nil || a.Result.Rows[0][0] != 1000.0 {
		t.Errorf("%v %+v", err, a)
	}
}

// Two programs over one data folder would take each other's work for waste.
func TestOneProgramPerFolder(t *testing.T) {
	h := open(t)
	cfg := settings(t, h.dir)
	_, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler), app.WithWorkerCommand(os.Args[0], "engine-worker"))
	if !fault.Is(err, "data_in_use") {
		t.Errorf("got %v", err)
	}
}

// What was uploaded and asked is there after a restart.
func TestRestart(t *testing.T) {
	dir := t.TempDir()
	first := open(t, func(c *config.Config) { c.Data = dir })
	u := first.up(t, "people.csv", people)
	a, err := first.SQL(t.Context(), u.SessionID, "SELECT max(age) AS oldest FROM people")
	if err != nil {
		t.Fatal(err)
	}
	if err := first.app.Close(); err != nil {
		t.Fatal(err)
	}
	second := open(t, func(c *config.Config) { c.Data = dir })
	kept, err := second.Query(t.Context(), a.QueryID)
	if err != nil {
		t.Fatal(err)
	}
	again, err := second.Rerun(t.Context(), a.QueryID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(kept.Result, again.Result); diff != "" {
		t.Error(diff)
	}
}
