package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/client"
	"tabletalk/internal/config"
	"tabletalk/internal/testservers"
)

// everywhere runs a test on both databases.
func everywhere(t *testing.T, run func(t *testing.T, h *house), change ...func(*config.Config)) {
	everywhereHolding(t, "", run, change...)
}

// everywhereHolding is everywhere, with workers that hold jobs of a kind.
func everywhereHolding(t *testing.T, hold string, run func(t *testing.T, h *house), change ...func(*config.Config)) {
	onBoth(t, func(t *testing.T, database string) {
		run(t, openHolding(t, hold, append(slices.Clone(change), func(c *config.Config) { c.DatabaseURL = config.Secret(database) })...))
	})
}

// onBoth runs a test with the address of each database; SQLite has none.
func onBoth(t *testing.T, run func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { run(t, "") })
	t.Run("postgres", func(t *testing.T) { run(t, testservers.Postgres(t).Database(t)) })
}

// everywhereKept is everywhere, with what opens a house over the same data
// again: the next one has to wait until the last one is shut.
func everywhereKept(t *testing.T, run func(t *testing.T, open func(*testing.T) *house)) {
	onBoth(t, func(t *testing.T, database string) {
		dir := t.TempDir()
		run(t, func(t *testing.T) *house {
			return open(t, func(c *config.Config) { c.Data, c.DatabaseURL = dir, config.Secret(database) })
		})
	})
}

// Changed is what the server says of a change, as far as the tests look.
type changed struct {
	Stored bool
	File   struct {
		client.FileResult
		Version   int
		Kind      string
		Decisions map[string]any
		Rereads   bool
	}
	Drift         []struct{ Table, Column, Change, Before, After string }
	Before, After *struct{ Tables []client.Result }
}

// newVersion posts a file for one that is there.
func (h *house) newVersion(t *testing.T, id, name, content string, fields ...string) (out changed, err error) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		must(t, form.WriteField(fields[i], fields[i+1]))
	}
	w, err := form.CreateFormFile("files", name)
	must(t, err)
	_, err = io.WriteString(w, content)
	must(t, err)
	must(t, form.Close())
	r, err := http.NewRequestWithContext(t.Context(), "POST", h.web.URL+"/api/v1/files/"+id+"/versions", &body)
	must(t, err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return out, h.send(t, r, &out)
}

// send sends a request that the client has no method for.
func (h *house) send(t *testing.T, r *http.Request, out any) error {
	t.Helper()
	res, err := h.web.Client().Do(r)
	must(t, err)
	defer res.Body.Close() //nolint:errcheck // it is read
	if res.StatusCode >= 300 {
		p := &client.Error{}
		must(t, json.NewDecoder(res.Body).Decode(p))
		p.Status = res.StatusCode
		return p
	}
	must(t, json.NewDecoder(res.Body).Decode(out))
	return nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// rows gives a statement's rows as one text.
func (h *house) rows(t *testing.T, session, sql string) string {
	t.Helper()
	a, err := h.SQL(t.Context(), session, sql)
	must(t, err)
	return fmt.Sprint(a.Result.Rows)
}

func TestReread(t *testing.T) { everywhere(t, reread) }

func reread(t *testing.T, h *house) {
	ctx := t.Context()
	u := h.up(t, "sales.csv", "day,amount,zip\n01/02/2024,5,00123\n03/04/2024,x,00456\n")
	id, tableID := u.Files[0].ID, u.Files[0].Tables[0].ID
	asked, err := h.SQL(ctx, u.SessionID, "SELECT day FROM sales")
	must(t, err)
	decisions := map[string]any{"date_order": "day_first", "column_types": map[string]string{"amount": "integer", "zip": "integer"}}

	misspelt := map[string]any{"decisions": map[string]any{"date_ordre": "day_first"}}
	wants(t, h.Do(ctx, "POST", "/files/"+id+"/reread", misspelt, nil), 422, "invalid_request")
	var try changed
	must(t, h.Do(ctx, "POST", "/files/"+id+"/reread", map[string]any{"decisions": decisions, "dry_run": true, "rows": 1}, &try))
	if try.Stored || len(try.Before.Tables) != 1 || len(try.After.Tables) != 1 || len(try.After.Tables[0].Rows) != 1 || try.After.Tables[0].RowCount != 2 {
		t.Fatalf("%+v", try)
	}
	if got := fmt.Sprint(try.Before.Tables[0].Rows, try.After.Tables[0].Rows); got != "[[2024-01-02 5 00123]] [[2024-02-01 5 123]]" {
		t.Errorf("before and after: %s", got)
	}
	if got := fmt.Sprint(try.Drift); got != "[{sales amount type_changed string integer} {sales zip type_changed string integer}]" {
		t.Errorf("drift %s", got)
	}
	if f, err := h.File(ctx, id); err != nil || f.Tables[0].SHA256 != u.Files[0].Tables[0].SHA256 {
		t.Errorf("a trial changed the file: %v %+v", err, f)
	}

	var done changed
	must(t, h.Do(ctx, "POST", "/files/"+id+"/reread", map[string]any{"decisions": decisions}, &done))
	if !done.Stored || done.File.Version != 2 || done.File.Kind != "reread" || !done.File.Rereads || done.File.Tables[0].ID != tableID || done.File.Decisions["date_order"] != "day_first" {
		t.Fatalf("%+v", done)
	}
	if got := h.rows(t, u.SessionID, "SELECT sum(amount), min(day) FROM sales"); got != "[[5 2024-02-01]]" {
		t.Errorf("questions see %s", got)
	}
	if !strings.Contains(fmt.Sprint(done.File.Receipt.Notes), "unfit_cells") {
		t.Errorf("the receipt does not tell of the cell that does not fit: %v", done.File.Receipt.Notes)
	}
	_, err = h.Rerun(ctx, asked.QueryID)
	must(t, err)

	must(t, h.Do(ctx, "POST", "/files/"+id+"/undo", nil, nil))
	if got := h.rows(t, u.SessionID, "SELECT min(day) FROM sales"); got != "[[2024-01-02]]" {
		t.Errorf("after undo %s", got)
	}
	wants(t, h.Do(ctx, "POST", "/files/"+id+"/undo", nil, nil), 409, "nothing_to_undo")
	must(t, h.Do(ctx, "POST", "/files/"+id+"/versions/2/restore", nil, nil))
	if got := h.rows(t, u.SessionID, "SELECT min(day) FROM sales"); got != "[[2024-02-01]]" {
		t.Errorf("after restoring %s", got)
	}

	for code, d := range map[string]map[string]any{"decision_not_applicable": {"sheet": "x"}, "column_not_found": {"column_types": map[string]string{"nope": "date"}}, "decision_invalid": {"skip_rows": 4, "header_row": 2}} {
		wants(t, h.Do(ctx, "POST", "/files/"+id+"/reread", map[string]any{"decisions": d}, nil), 422, code)
	}
	if list := h.versions(t, id); list != "2 reread current, 1 upload" {
		t.Errorf("versions: %s", list)
	}
	h.nothingStaged(t)
}

func (h *house) nothingStaged(t *testing.T) {
	t.Helper()
	if n := h.staged(t); n > 0 {
		t.Errorf("%d staged files were left", n)
	}
}

// versions gives the versions of a file as one text.
func (h *house) versions(t *testing.T, id string) string {
	t.Helper()
	var list struct {
		Items []struct {
			Number  int
			Kind    string
			Current bool
		}
	}
	must(t, h.Do(t.Context(), "GET", "/files/"+id+"/versions", nil, &list))
	var out []string
	for _, v := range list.Items {
		out = append(out, strings.TrimSpace(fmt.Sprint(v.Number, " ", v.Kind, map[bool]string{true: " current"}[v.Current])))
	}
	return strings.Join(out, ", ")
}

func TestVersions(t *testing.T) { everywhere(t, replaceAndAppend) }

func replaceAndAppend(t *testing.T, h *house) {
	ctx := t.Context()
	u := h.up(t, "january.csv", "id,amount,note\n1,5,a\n2,7,b\n")
	id := u.Files[0].ID

	try, err := h.newVersion(t, id, "february.csv", "id,amount,extra\n3,1.5,x\n", "dry_run", "true")
	must(t, err)
	if got := fmt.Sprint(try.Drift); try.Stored || got != "[{january amount type_changed integer decimal} {january note removed string } {january extra added  string}]" {
		t.Errorf("drift %s", got)
	}
	if _, err = h.newVersion(t, id, "february.csv", "id,amount,note\n3,1.5,007\n,,c\n", "mode", "append"); err != nil {
		t.Fatal(err)
	}
	if got := h.rows(t, u.SessionID, "SELECT * FROM january"); got != "[[1 5 a] [2 7 b] [3 1.5 007] [<nil> <nil> c]]" {
		t.Errorf("appended: %s", got)
	}
	_, err = h.newVersion(t, id, "bad.csv", "id,amount\nx,y\n", "mode", "append")
	wants(t, err, 409, "schema_drift")
	forced, err := h.newVersion(t, id, "bad.csv", "id,amount,new\nx,9,1\n", "mode", "append", "decisions", `{"column_types":{"id":"integer"}}`)
	must(t, err)
	if !strings.Contains(fmt.Sprint(forced.File.Receipt.Notes), "unfit_cells") || len(forced.Drift) != 1 {
		t.Errorf("%+v", forced)
	}
	if got := h.rows(t, u.SessionID, "SELECT count(*), sum(amount), count(new) FROM january"); got != "[[5 22.5 1]]" {
		t.Errorf("appended: %s", got)
	}
	wants(t, h.Do(ctx, "POST", "/files/"+id+"/reread", map[string]any{"decisions": map[string]any{}}, nil), 409, "file_appended")

	done, err := h.newVersion(t, id, "march.csv", "id,amount,note\n9,9,z\n", "mode", "replace")
	must(t, err)
	if done.File.Name != "march.csv" || done.File.Tables[0].Name != "january" || done.File.Tables[0].ID != u.Files[0].Tables[0].ID || done.File.Version != 4 {
		t.Errorf("%+v", done.File)
	}
	if got := h.versions(t, id); got != "4 replace current, 3 append, 2 append, 1 upload" {
		t.Errorf("versions: %s", got)
	}
	var old struct{ Tables []client.Result }
	must(t, h.Do(ctx, "GET", "/files/"+id+"/versions/1/preview", nil, &old))
	if diff := cmp.Diff([][]any{{1.0, 5.0, "a"}, {2.0, 7.0, "b"}}, old.Tables[0].Rows); diff != "" {
		t.Error(diff)
	}
	wants(t, h.Do(ctx, "DELETE", "/files/"+id+"/versions/4", nil, nil), 409, "version_current")
	must(t, h.Do(ctx, "DELETE", "/files/"+id+"/versions/2", nil, nil))
	wants(t, h.Do(ctx, "POST", "/files/"+id+"/versions/2/restore", nil, nil), 404, "version_not_found")
	must(t, h.Do(ctx, "POST", "/files/"+id+"/versions/3/restore", nil, nil))
	if got := h.rows(t, u.SessionID, "SELECT count(*) FROM january"); got != "[[5]]" {
		t.Errorf("restored: %s", got)
	}
	_, err = h.newVersion(t, id, "empty.csv", "")
	wants(t, err, 422, "file_empty")
	h.nothingStaged(t)
}

// A new version may be as large as any upload.
func TestLargeVersion(t *testing.T) {
	h := open(t)
	u := h.up(t, "small.csv", "id,text\n1,a\n")
	large := "id,text\n" + strings.Repeat("2,"+strings.Repeat("x", 1000)+"\n", 3000)
	got, err := h.newVersion(t, u.Files[0].ID, "large.csv", large)
	must(t, err)
	if got.File.Tables[0].Rows != 3000 || got.File.Size != int64(len(large)) {
		t.Errorf("%d rows of %d bytes were read", got.File.Tables[0].Rows, got.File.Size)
	}
	at := h.begin(t, len(large), "pieces.csv", u.SessionID)
	if res, text := h.tus(t, "PATCH", at, large, "Content-Type", piece, "Upload-Offset", "0"); res.StatusCode != 204 || res.Header.Get("Upload-Offset") != fmt.Sprint(len(large)) {
		t.Errorf("a piece of 3 MB: %d %s, at %s", res.StatusCode, text, res.Header.Get("Upload-Offset"))
	}
}

// The names of tables stay those of the session: a new version neither takes
// another file's name nor loses its own.
func TestVersionsOfSeveralFiles(t *testing.T) {
	h := open(t)
	u, err := h.Upload(t.Context(), "", file("a.csv", "x\n1\n"), file("b.csv", "x\n2\n"))
	must(t, err)
	_, err = h.newVersion(t, u.Files[0].ID, "b.csv", "x\n3\n")
	must(t, err)
	if got := h.rows(t, u.SessionID, "SELECT a.x, b.x FROM a, b"); got != "[[3 2]]" {
		t.Errorf("tables hold %s", got)
	}
	again, err := h.Upload(t.Context(), u.SessionID, file("b.csv", "x\n2\n"))
	must(t, err)
	if again.Files[0].ID != u.Files[1].ID || !strings.Contains(fmt.Sprint(again.Files[0].Receipt.Notes), "same_file") {
		t.Errorf("the same file again: %+v", again.Files[0])
	}
}

// What a person knows beforehand can be said with the upload.
func TestUploadWithDecisions(t *testing.T) {
	h := open(t)
	var u client.Uploaded
	form := "--b\r\nContent-Disposition: form-data; name=\"decisions\"\r\n\r\n%s\r\n--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"p.csv\"\r\n\r\n001;2\r\n\r\n--b--\r\n"
	if status := h.post(t, fmt.Sprintf(form, `{"header_row":0,"delimiter":";"}`), &u); status != 200 || u.Files[0].Tables[0].Rows != 1 || len(u.Files[0].Tables[0].Columns) != 2 {
		t.Errorf("%d %+v", status, u)
	}
	var p client.Error
	if status := h.post(t, fmt.Sprintf(form, `{"delimiter":7}`), &p); status != 400 || p.Code != "decisions_invalid" {
		t.Errorf("%d %+v", status, p)
	}
}

// What was kept as it stands stays so in the rows that come later; rows that a
// machine sends are always what they are.
func TestTextThatIsKeptIsKeptInRowsBehindIt(t *testing.T) {
	h := open(t, soon)
	u := h.up(t, "names.csv", "n\nJosÃ©\n")
	id := u.Files[0].ID
	if got := h.rows(t, u.SessionID, "SELECT n FROM names"); got != "[[José]]" {
		t.Errorf("uploaded: %s", got)
	}
	must(t, h.Do(t.Context(), "POST", "/files/"+id+"/reread", map[string]any{"decisions": map[string]any{"encoded_twice": "keep"}}, nil))
	_, err := h.newVersion(t, id, "more.csv", "n\nNoÃ«l\n", "mode", "append")
	must(t, err)
	_, err = h.newVersion(t, id, "more.csv", "n\nNoÃ«l\n", "mode", "append", "decisions", `{"encoded_twice":"mend"}`)
	must(t, err)
	if got := h.rows(t, u.SessionID, "SELECT n FROM names"); got != "[[JosÃ©] [NoÃ«l] [Noël]]" {
		t.Errorf("kept: %s", got)
	}

	u = h.up(t, "sent.csv", "n\nx\n")
	for kind, rows := range map[string]string{client.CSV: "n\nJosÃ©\n", client.NDJSON: "{\"n\":\"JosÃ©\"}\n"} {
		_, err := h.AppendRows(t.Context(), u.Files[0].Tables[0].ID, kind, strings.NewReader(rows))
		must(t, err)
	}
	if got := h.rows(t, u.SessionID, "SELECT n FROM sent"); got != "[[x] [JosÃ©] [JosÃ©]]" {
		t.Errorf("sent: %s", got)
	}
}
