package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/client"
	"tabletalk/internal/config"
)

// people is a table that questions can be asked of.
const people = "name,age,region\nAnn,30,North\nBob,40,North\nCho,20,South\nDee,60,West\nEve,50,West\n"

// This is the contract of the sketch that the product descends from.
func TestSketch(t *testing.T) {
	h := open(t)
	u := h.up(t, "test.csv", "name,age\nJohn,30\n")
	if u.SessionID == "" || len(u.Files) != 1 || u.TotalFiles != 1 || u.TotalSize != 17 {
		t.Fatalf("%+v", u)
	}
	f := u.Files[0]
	if f.ID == "" || f.Name != "test.csv" || f.Status != "completed" || f.Size != 17 || len(f.Tables) != 1 {
		t.Fatalf("%+v", f)
	}
	table := f.Tables[0]
	want := []client.Column{{Name: "name", Type: "string"}, {Name: "age", Type: "integer"}}
	for i := range table.Columns {
		table.Columns[i].Role, table.Columns[i].Unit = "", nil
	}
	if diff := cmp.Diff(want, table.Columns); diff != "" || table.Name != "test" || table.Rows != 1 {
		t.Errorf("%+v\n%s", table, diff)
	}
	if r := f.Receipt; r == nil || r.RowsRead != 1 || r.RowsRejected != 0 || r.Encoding != "utf-8" || r.Delimiter != "," || r.HeaderRow != 1 || r.Notes == nil {
		t.Errorf("receipt %+v", r)
	}
	u = h.up(t, "people.csv", people)
	a, err := h.Ask(t.Context(), client.Question{SessionID: u.SessionID, Query: "Show me average age by region"})
	if err != nil {
		t.Fatal(err)
	}
	if a.Status != "answered" || a.Result == nil || a.Explanation == "" {
		t.Fatalf("%+v", a)
	}
	got := map[string]any{}
	for _, row := range a.Result.Rows {
		got[fmt.Sprint(row[0])] = row[1]
	}
	if diff := cmp.Diff(map[string]any{"North": 35.0, "South": 20.0, "West": 55.0}, got); diff != "" {
		t.Error(diff)
	}
}

// What the wire holds, field by field, as clients in other languages read it.
func TestAnswerDocument(t *testing.T) {
	h := open(t)
	u := h.up(t, "people.csv", people)
	res, err := h.web.Client().Post(h.web.URL+"/api/v1/query/process", "application/json",
		strings.NewReader(`{"session_id":"`+u.SessionID+`","query":"average age by region","future_field":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // it is read
	var doc map[string]json.RawMessage
	if err := json.NewDecoder(res.Body).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"query_id", "conversation_id", "status", "result", "explanation", "confidence", "assumptions", "ignored", "sql", "plan", "reader", "cached", "elapsed_ms", "provenance"} {
		if len(doc[name]) == 0 || string(doc[name]) == "null" {
			t.Errorf("%s is missing", name)
		}
	}
	for name, want := range map[string]string{"status": `"answered"`, "cached": "false", "reader": `"offline"`, "ignored": "[]"} {
		if string(doc[name]) != want {
			t.Errorf("%s is %s, want %s", name, doc[name], want)
		}
	}
}

func TestConversation(t *testing.T) {
	h, ctx := open(t), t.Context()
	u := h.up(t, "people.csv", people)
	h.profiled(t, u) // what a profile tells changes answers, so it ends what the cache holds
	first, err := h.Ask(ctx, client.Question{SessionID: u.SessionID, Query: "average age by region"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := h.Ask(ctx, client.Question{SessionID: u.SessionID, Query: "only West", ConversationID: first.ConversationID})
	if err != nil {
		t.Fatal(err)
	}
	if second.ConversationID != first.ConversationID || second.Status != "answered" {
		t.Errorf("%+v", second)
	}
	again, err := h.Ask(ctx, client.Question{SessionID: u.SessionID, Query: "average age by region"})
	if err != nil {
		t.Fatal(err)
	}
	if !again.Cached || again.QueryID == first.QueryID || again.ConversationID == first.ConversationID {
		t.Errorf("cached %v, query %s, conversation %s", again.Cached, again.QueryID, again.ConversationID)
	}
	list, err := h.Conversations(ctx, u.SessionID, client.List{})
	if err != nil || len(list.Items) != 2 {
		t.Fatalf("%v %+v", err, list)
	}
	path := "/sessions/" + u.SessionID + "/conversations/" + first.ConversationID
	if err := h.Do(ctx, "PATCH", path, map[string]string{"name": " Ages "}, nil); err != nil {
		t.Error(err)
	}
	asked, err := h.SessionQueries(ctx, u.SessionID, first.ConversationID, client.List{})
	if err != nil || len(asked.Items) != 2 || asked.Items[0].QueryID != second.QueryID {
		t.Errorf("%v %+v", err, asked)
	}
	if learned, err := h.Feedback(ctx, first.QueryID, "up"); err != nil || !learned.Remembered {
		t.Error(learned, err)
	}
	kept, err := h.Query(ctx, first.QueryID)
	if err != nil || kept.Feedback != "up" || kept.Explanation != first.Explanation {
		t.Errorf("%v %+v", err, kept)
	}
	rerun, err := h.Rerun(ctx, first.QueryID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first.Result, rerun.Result); diff != "" {
		t.Error(diff)
	}
	if err := h.Do(ctx, "DELETE", path, nil, nil); err != nil {
		t.Error(err)
	}
	_, err = h.Query(ctx, first.QueryID)
	wants(t, err, 404, "query_not_found")
}

func TestWordsOfAQuestion(t *testing.T) {
	h, ctx := open(t), t.Context()
	u := h.up(t, "people.csv", people)
	body := map[string]string{"session_id": u.SessionID, "query": "average age by region"}
	var class struct{ Intent, Confidence string }
	if err := h.Do(ctx, "POST", "/query/classify", body, &class); err != nil || class.Intent == "" || class.Confidence == "" {
		t.Errorf("%v %+v", err, class)
	}
	var entities struct {
		Entities []struct {
			Text, Kind string
			Refs       []string
		}
	}
	if err := h.Do(ctx, "POST", "/query/entities", body, &entities); err != nil || len(entities.Entities) == 0 {
		t.Errorf("%v %+v", err, entities)
	}
	if list, err := h.Suggest(ctx, u.SessionID, "", ""); err != nil || len(list) == 0 {
		t.Errorf("%v %v", err, list)
	}
}

// What is offered is answered when it is asked: to begin with, while a word
// is typed, and after another question.
func TestSuggestionsAreAnswered(t *testing.T) {
	h, ctx := open(t), t.Context()
	u, err := h.Samples(ctx)
	if err != nil {
		t.Fatal(err)
	}
	begin := func() string {
		first, err := h.Ask(ctx, client.Question{SessionID: u.SessionID, Query: "total revenue by month"})
		if err != nil {
			t.Fatal(err)
		}
		return first.ConversationID
	}
	for _, tt := range []struct {
		after       bool
		typed, want string
	}{
		{false, "", "number of customers by segment"},
		{false, "revenue by ", "revenue by channel"},
		{false, "how many ord", "how many orders"},
		{false, "top 5 prod", "top 5 products by revenue"},
		{true, "only in No", "only in North"},
	} {
		conversation := ""
		if tt.after {
			conversation = begin()
		}
		list, err := h.Suggest(ctx, u.SessionID, conversation, tt.typed)
		if err != nil || !slices.Contains(list, tt.want) {
			t.Errorf("%q is gone on with as %q, want %q (%v)", tt.typed, list, tt.want, err)
		}
		for _, q := range list {
			if tt.after {
				conversation = begin()
			}
			a, err := h.Ask(ctx, client.Question{SessionID: u.SessionID, ConversationID: conversation, Query: q})
			if err != nil || a.Status != "answered" || a.Result == nil || len(a.Result.Rows) == 0 {
				t.Errorf("%q, which was offered, is %+v %v", q, a, err)
			}
		}
	}
	if _, err := h.Suggest(ctx, u.SessionID, "01890000-0000-7000-8000-000000000000", "re"); err == nil {
		t.Error("a conversation that is not there is gone on with")
	}
}

// Two tables that share a key belong together, and that is said.
func TestSessionJoins(t *testing.T) {
	h, ctx := open(t), t.Context()
	u, err := h.Samples(ctx)
	if err != nil {
		t.Fatal(err)
	}
	joins, err := h.SessionJoins(ctx, u.SessionID)
	want := "Each row of orders has at most one of customers, by customer_id; all of them are there."
	if err != nil || !slices.ContainsFunc(joins.Items, func(j client.Join) bool { return j.Says == want }) {
		t.Errorf("%+v %v", joins, err)
	}
}

func TestTables(t *testing.T) {
	h, ctx := open(t), t.Context()
	u := h.up(t, "people.csv", people)
	id := u.Files[0].Tables[0].ID
	rows, err := h.Preview(ctx, id, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]any{{"Bob", 40.0, "North"}, {"Cho", 20.0, "South"}}, rows.Rows); diff != "" || rows.RowCount != 5 || !rows.Truncated {
		t.Errorf("%+v\n%s", rows, diff)
	}
	if _, err := h.Profile(ctx, id); err != nil {
		t.Error(err)
	}
	if one, err := h.Table(ctx, id); err != nil || one.Rows != 5 {
		t.Errorf("%v %+v", err, one)
	}
	if all, err := h.SessionTables(ctx, u.SessionID); err != nil || len(all.Items) != 1 {
		t.Errorf("%v %+v", err, all)
	}
	if f, err := h.File(ctx, u.Files[0].ID); err != nil || f.Receipt == nil {
		t.Errorf("%v %+v", err, f)
	}
	if err := h.DeleteFile(ctx, u.Files[0].ID); err != nil {
		t.Fatal(err)
	}
	_, err = h.Table(ctx, id)
	wants(t, err, 404, "table_not_found")
}

func TestExports(t *testing.T) {
	h, ctx := open(t), t.Context()
	u := h.up(t, "Größe & \"co\".csv", people)
	a, err := h.SQL(ctx, u.SessionID, `SELECT name, age FROM "`+u.Files[0].Tables[0].Name+`" ORDER BY age`)
	if err != nil {
		t.Fatal(err)
	}
	starts := map[string]string{"csv": "name,age", "json": "{", "ndjson": `{"name":`, "xlsx": "PK\x03\x04", "parquet": "PAR1"}
	for format, start := range starts {
		for what, give := range map[string]func() (io.ReadCloser, error){
			"table":  func() (io.ReadCloser, error) { return h.ExportTable(ctx, u.Files[0].Tables[0].ID, format) },
			"answer": func() (io.ReadCloser, error) { return h.ExportAnswer(ctx, a.QueryID, format) },
		} {
			r, err := give()
			if err != nil {
				t.Errorf("%s as %s: %v", what, format, err)
				continue
			}
			text, err := io.ReadAll(r)
			if err != nil || !strings.HasPrefix(string(text), start) {
				t.Errorf("%s as %s: %v %.40q", what, format, err, text)
			}
			_ = r.Close()
		}
	}
	res, body := h.get(t, "/api/v1/queries/"+a.QueryID+"/export?format=csv")
	if !strings.Contains(body, "Cho,20\r\n") && !strings.Contains(body, "Cho,20\n") {
		t.Errorf("%s", body)
	}
	if d := res.Header.Get("Content-Disposition"); !strings.HasPrefix(d, `attachment; filename="`) || !strings.Contains(d, "filename*=UTF-8''") {
		t.Errorf("disposition %q", d)
	}
	_, err = h.ExportTable(ctx, u.Files[0].Tables[0].ID, "docx")
	wants(t, err, 422, "invalid_request")
}

func TestSessions(t *testing.T) {
	h, ctx := open(t), t.Context()
	var ids []string
	for i := range 5 {
		s, err := h.CreateSession(ctx, fmt.Sprint("s", i))
		if err != nil {
			t.Fatal(err)
		}
		ids = append([]string{s.ID}, ids...)
	}
	var got []string
	for l := (client.List{Limit: 2}); ; {
		page, err := h.Sessions(ctx, l)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.Items {
			got = append(got, s.ID)
		}
		if l.Cursor = page.Next; l.Cursor == "" {
			break
		}
	}
	if diff := cmp.Diff(ids, got); diff != "" {
		t.Error(diff)
	}
	s, err := h.RenameSession(ctx, ids[0], "  New name ")
	if err != nil || s.Name != "New name" {
		t.Errorf("%v %+v", err, s)
	}
	longer, err := h.ExtendSession(ctx, ids[0], 24*365)
	if err != nil || !longer.ExpiresAt.After(s.ExpiresAt) {
		t.Errorf("%v %+v", err, longer)
	}
	if err := h.DeleteSession(ctx, ids[0]); err != nil {
		t.Fatal(err)
	}
	_, err = h.Session(ctx, ids[0])
	wants(t, err, 404, "session_not_found")
	_, err = h.Sessions(ctx, client.List{Cursor: "nonsense"})
	if err == nil {
		t.Error("a cursor of nonsense was accepted")
	}
}

func TestSamples(t *testing.T) {
	h, ctx := open(t), t.Context()
	u, err := h.Samples(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(u.Files) != 2 || u.Files[0].Status != "completed" || u.Files[1].Status != "completed" {
		t.Errorf("%+v", u)
	}
	if a, err := h.Ask(ctx, client.Question{SessionID: u.SessionID, Query: "how many orders"}); err != nil || a.Status == "" {
		t.Errorf("%v %+v", err, a)
	}
}

func TestWhoAsks(t *testing.T) {
	h := open(t)
	var me struct{ ID, Name, Role, Auth string }
	if err := h.Do(t.Context(), "GET", "/auth/me", nil, &me); err != nil || me.Auth != "local" || me.ID == "" {
		t.Errorf("%v %+v", err, me)
	}
	err := h.Do(t.Context(), "POST", "/auth/login", map[string]string{"email": "a@b.test", "password": "x"}, nil)
	wants(t, err, http.StatusConflict, "auth_not_enabled")
}

func TestOperation(t *testing.T) {
	h := open(t)
	if res, body := h.get(t, "/healthz"); res.StatusCode != 200 || !strings.Contains(body, `"status":"ok"`) || !strings.Contains(body, `"pid":`) || !strings.Contains(body, `"version":"test"`) {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, body := h.get(t, "/readyz"); res.StatusCode != 200 || !strings.Contains(body, `"engine"`) || !strings.Contains(body, `"store"`) || !strings.Contains(body, `"sandbox"`) {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, body := h.get(t, "/metrics"); res.StatusCode != 200 || !strings.Contains(body, "tabletalk_workers") {
		t.Errorf("%d %.400s", res.StatusCode, body)
	}
	if res, body := h.get(t, "/"); res.StatusCode != 200 || !strings.Contains(body, "<html") {
		t.Errorf("%d %.200s", res.StatusCode, body)
	}
}

// An answer that was cut for the screen is exported whole.
func TestExportIsNotCut(t *testing.T) {
	h, ctx := open(t, func(c *config.Config) { c.QueryMaxRows = 10 }), t.Context()
	u := h.up(t, "t.csv", "n\n"+strings.Repeat("1\n2\n3\n4\n5\n", 10))
	a, err := h.SQL(ctx, u.SessionID, "SELECT n FROM t")
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Result.Rows) != 10 || !a.Result.Truncated {
		t.Fatalf("%d rows, truncated %v", len(a.Result.Rows), a.Result.Truncated)
	}
	for what, path := range map[string]string{"answer": "/queries/" + a.QueryID, "table": "/tables/" + u.Files[0].Tables[0].ID} {
		_, text := h.get(t, "/api/v1"+path+"/export?format=csv")
		if n := strings.Count(text, "\n"); n != 51 {
			t.Errorf("the export of the %s has %d lines, want 51", what, n)
		}
	}
	list, err := h.SessionQueries(ctx, u.SessionID, "", client.List{})
	if err != nil || len(list.Items) != 1 || list.Items[0].Result.RowCount != a.Result.RowCount {
		t.Fatalf("%v %+v", err, list)
	}
	if r := list.Items[0].Result; len(r.Rows) != 0 || !r.Truncated || len(r.Columns) != 1 {
		t.Errorf("a list holds %d rows of an answer, truncated %v", len(r.Rows), r.Truncated)
	}
	// Another table of that name is not what the answer was computed from.
	if err := h.DeleteFile(ctx, u.Files[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Upload(ctx, u.SessionID, file("t.csv", "n\n"+strings.Repeat("9\n", 50))); err != nil {
		t.Fatal(err)
	}
	_, err = h.ExportAnswer(ctx, a.QueryID, "csv")
	wants(t, err, 409, "data_changed")
}
