package app_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"tabletalk/client"
	"tabletalk/internal/config"
)

func soon(c *config.Config) { c.AppendBatchTime = 10 * time.Millisecond }

// Rows that are posted stand behind the others; each batch is seen as a whole,
// and all of them are one version.
func TestPostedRows(t *testing.T) { everywhere(t, postedRows, soon) }

func postedRows(t *testing.T, h *house) {
	ctx := t.Context()
	u := h.up(t, "log.csv", "id,amount,note\n1,1.5,007\n")
	id := u.Files[0].Tables[0].ID
	in, w := io.Pipe()
	go func() {
		for i := range 3 {
			fmt.Fprintf(w, "{\"id\":%d,\"amount\":2,\"note\":\"a%d\"}\n", i+2, i)
			h.await(t, func() bool { return h.count(id) == int64(i+2) }) // the batch is seen before the next line is sent
		}
		w.Close() //nolint:errcheck // it never fails
	}()
	got, err := h.AppendRows(ctx, id, client.NDJSON, in)
	must(t, err)
	if got.RowsAdded != 3 || got.Batches != 3 || got.Version != 2 || got.Table.Rows != 4 || got.Table.ID != id {
		t.Errorf("%+v", got)
	}
	got, err = h.AppendRows(ctx, id, client.CSV, strings.NewReader("note,id,amount\n\"two\nlines, and \"\"more\"\"\",9,7\n1,2,3,4\n010,10,x\n"))
	must(t, err)
	if got.RowsAdded != 2 || got.RowsRejected != 1 || got.Version != 3 || len(got.Rejected) != 1 || got.Rejected[0].Line != 4 || got.Rejected[0].Text != "1,2,3,4" {
		t.Errorf("%+v", got)
	}
	if len(got.Notes) != 1 || got.Notes[0].Code != "unfit_cells" {
		t.Errorf("notes %+v", got.Notes)
	}
	got, err = h.AppendRows(ctx, id, client.NDJSON, strings.NewReader("nonsense\n\n[1]\n{\"id\":11,\"note\":[{\"a\":1}]}"))
	must(t, err)
	if got.RowsAdded != 1 || got.RowsRejected != 2 || got.Rejected[1].Line != 3 || got.Rejected[1].Text != "[1]" {
		t.Errorf("%+v", got)
	}
	if rows := h.rows(t, u.SessionID, "SELECT * FROM log"); rows != "[[1 1.5 007] [2 2 a0] [3 2 a1] [4 2 a2] [9 7 two\nlines, and \"more\"] [10 <nil> 010] [11 <nil> [{\"a\":1}]]]" {
		t.Errorf("rows %q", rows)
	}
	if list := h.versions(t, u.Files[0].ID); list != "4 append current, 3 append, 2 append, 1 upload" {
		t.Errorf("versions: %s", list)
	}
	_, err = h.AppendRows(ctx, id, "application/json", strings.NewReader("[]"))
	wants(t, err, 415, "unsupported_media_type")
	_, err = h.AppendRows(ctx, id, client.CSV, strings.NewReader("id,amount\n"))
	wants(t, err, 422, "no_rows")
	_, err = h.AppendRows(ctx, id, client.NDJSON, strings.NewReader("nonsense\n"))
	wants(t, err, 422, "rows_invalid")
	_, err = h.AppendRows(ctx, stranger, client.NDJSON, strings.NewReader("{}\n"))
	wants(t, err, 404, "table_not_found")
	h.nothingStaged(t)
}

// A batch ends by its rows and by its bytes.
func TestPostedBatches(t *testing.T) {
	h := open(t, func(c *config.Config) {
		c.AppendBatchTime, c.AppendBatchRows, c.AppendBatchBytes, c.MaxLineBytes = time.Hour, 4, 1<<10, 2<<10
	})
	id := h.up(t, "log.csv", "id,text\n0,a\n").Files[0].Tables[0].ID
	var body strings.Builder
	for i := range 10 {
		fmt.Fprintf(&body, "{\"id\":%d}\n", i)
	}
	got, err := h.AppendRows(t.Context(), id, client.NDJSON, strings.NewReader(body.String()))
	must(t, err)
	if got.Batches != 3 || got.RowsAdded != 10 {
		t.Errorf("by rows: %+v", got)
	}
	line := "{\"text\":\"" + strings.Repeat("x", 600) + "\"}\n"
	if got, err = h.AppendRows(t.Context(), id, client.NDJSON, strings.NewReader(strings.Repeat(line, 4))); err != nil || got.Batches != 2 {
		t.Errorf("by bytes: %v %+v", err, got)
	}
	_, err = h.AppendRows(t.Context(), id, client.NDJSON, strings.NewReader(strings.Repeat(line, 2)+"{\"text\":\""+strings.Repeat("x", 3<<10)+"\"}\n"))
	wants(t, err, 413, "line_too_long")
	if !strings.Contains(err.Error(), "2 rows before it were added") {
		t.Error(err)
	}
}

// Whoever goes away leaves the batches that were whole, and nothing else.
func TestPostingIsBrokenOff(t *testing.T) {
	h := open(t, soon)
	u := h.up(t, "log.csv", "id\n0\n")
	id := u.Files[0].Tables[0].ID
	ctx, leave := context.WithCancel(t.Context())
	in, w := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := h.AppendRows(ctx, id, client.NDJSON, in)
		done <- err
	}()
	fmt.Fprint(w, "{\"id\":1}\n{\"id\":2}\n{\"id\":")
	h.await(t, func() bool { return h.count(id) == 3 })
	leave()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	h.await(t, func() bool { return strings.Contains(h.log.String(), "/tables/{id}/rows") })
	if rows := h.rows(t, u.SessionID, "SELECT * FROM log"); rows != "[[0] [1] [2]]" {
		t.Errorf("rows %s", rows)
	}
	got, err := h.AppendRows(t.Context(), id, client.NDJSON, strings.NewReader("{\"id\":3}\n"))
	if err != nil || got.Table.Rows != 4 {
		t.Errorf("%v %+v", err, got)
	}
	h.nothingStaged(t)
}

// A server that is killed amid a stream has whole batches afterwards, and its
// tables work.
func TestPostingSurvivesKill(t *testing.T) {
	dir := t.TempDir()
	child, url := startChild(t, dir, "TABLETALK_APPEND_BATCH_ROWS=10", "TABLETALK_APPEND_BATCH_TIME=1h")
	c := client.New(url, nil)
	u, err := c.Upload(t.Context(), "", file("log.csv", "id\n0\n"))
	must(t, err)
	id := ""
	h := &house{Client: c}
	h.await(t, func() bool {
		f, err := c.File(t.Context(), u.Files[0].ID)
		must(t, err)
		if len(f.Tables) > 0 {
			id = f.Tables[0].ID
		}
		return id != ""
	})
	in, w := io.Pipe()
	go func() {
		for i := 1; ; i++ {
			if _, err := fmt.Fprintf(w, "{\"id\":%d}\n", i); err != nil {
				return
			}
		}
	}()
	broken := make(chan error)
	go func() {
		_, err := c.AppendRows(t.Context(), id, client.NDJSON, in)
		in.CloseWithError(err) //nolint:errcheck // it never fails
		broken <- err
	}()
	h.await(t, func() bool { return h.count(id) > 20 })
	must(t, child.Process.Kill())
	_ = child.Wait() // it was killed
	if err := <-broken; err == nil {
		t.Error("the stream was answered")
	}
	h = open(t, func(c *config.Config) { c.Data = dir })
	n := h.count(id)
	if n <= 20 || n%10 != 1 {
		t.Errorf("%d rows: no whole batches", n)
	}
	if got := h.rows(t, u.SessionID, "SELECT count(*), max(id), count(DISTINCT id) FROM log"); got != fmt.Sprintf("[[%d %d %d]]", n, n-1, n) {
		t.Errorf("%d rows are told, %s are there", n, got)
	}
	h.nothingStaged(t)
}

// count gives the rows that a table has at this moment.
func (h *house) count(table string) int64 {
	one, err := h.Table(context.Background(), table)
	if err != nil {
		return 0
	}
	return one.Rows
}
