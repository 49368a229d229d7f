package app_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/client"
	"tabletalk/internal/config"
)

func TestSessionIsNamedAfterItsFirstFile(t *testing.T) {
	h, ctx := open(t), t.Context()
	for file, want := range map[string]string{
		"orders.csv": "orders", "Größe 2024.v2.CSV": "Größe 2024.v2", "../etc/passwd": "passwd", "orders.csv.zip.csv": "orders.csv.zip",
		".csv": ".csv", "a. long ending": "a. long ending", strings.Repeat("ä", 120) + ".csv": strings.Repeat("ä", 120),
	} {
		u, err := h.Upload(ctx, "", client.File{Name: file, Content: strings.NewReader(people)}, client.File{Name: "other.csv", Content: strings.NewReader(people)})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		s, err := h.Session(ctx, u.SessionID)
		if err != nil || s.Name != want {
			t.Errorf("%s: %v, the session is called %q, want %q", file, err, s.Name, want)
		}
		if _, err := h.Upload(ctx, u.SessionID, client.File{Name: "later.csv", Content: strings.NewReader(people)}); err != nil {
			t.Error(err)
		}
		if s, err := h.Session(ctx, u.SessionID); err != nil || s.Name != want {
			t.Errorf("%s: %v, the session is called %q after another upload", file, err, s.Name)
		}
	}
}

// Whoever uploads what another one deletes at the same moment keeps it.
func TestTheSameContentComesAndGoes(t *testing.T) {
	h := open(t)
	var wg sync.WaitGroup
	kept := make([]string, 4)
	for i := range kept {
		wg.Go(func() {
			for range 5 {
				u, err := h.Upload(context.Background(), "", file("people.csv", people))
				if err != nil {
					t.Error(err)
					return
				}
				if kept[i] != "" {
					if err := h.DeleteSession(context.Background(), kept[i]); err != nil {
						t.Error(err)
					}
				}
				kept[i] = u.SessionID
			}
		})
	}
	wg.Wait()
	for _, id := range kept {
		a, err := h.Ask(t.Context(), client.Question{SessionID: id, Query: "average age"})
		if err != nil || a.Status != "answered" {
			t.Errorf("%v %+v", err, a)
		}
	}
}

// TestLimitsAreSettings: a limit of the settings holds in the worker that
// reads a file.
func TestLimitsAreSettings(t *testing.T) {
	h := open(t, func(c *config.Config) {
		c.MaxColumns, c.MaxJSONDepth, c.MaxUploadFiles, c.MaxQuestionBytes, c.MaxLineBytes = 2, 3, 2, 1024, 2048
	})
	for content, code := range map[string]string{
		people:                             "too_many_columns",
		`[{"a":{"b":{"c":{"d":1}}}}]`:      "json_too_deep",
		"a\n" + strings.Repeat("x", 3<<10): "line_too_long",
	} {
		_, err := h.Upload(t.Context(), "", file("x.csv", content))
		wants(t, err, 413, code)
	}
	_, err := h.Upload(t.Context(), "", file("1.csv", "a\n1\n"), file("2.csv", "a\n1\n"), file("3.csv", "a\n1\n"))
	wants(t, err, 413, "too_many_files")
	u := h.up(t, "few.csv", "a,b\n1,2\n")
	_, err = h.Ask(t.Context(), client.Question{SessionID: u.SessionID, Query: strings.Repeat("why ", 300)})
	wants(t, err, 413, "question_too_long")
}

// A backup as doc/operations.md tells it: the database first, then the tables,
// while the program runs; it is opened in another place.
func TestBackupWhileItRuns(t *testing.T) {
	h := open(t)
	u := h.up(t, "people.csv", people)
	asked := client.Question{SessionID: u.SessionID, Query: "average age by region"}
	first, err := h.Ask(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	copied := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(h.dir, "tabletalk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // it was only read
	if _, err := db.ExecContext(t.Context(), "VACUUM INTO ?", filepath.Join(copied, "tabletalk.db")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(copied, "blobs"), os.DirFS(filepath.Join(h.dir, "blobs"))); err != nil {
		t.Fatal(err)
	}
	h.up(t, "later.csv", "a\n1\n") // is not in the copy
	if err := h.DeleteSession(t.Context(), u.SessionID); err != nil {
		t.Fatal(err)
	}
	restored := open(t, func(c *config.Config) { c.Data = copied })
	if n := restored.sessions(t); n != 1 {
		t.Errorf("%d sessions in the copy, want 1", n)
	}
	kept, err := restored.Query(t.Context(), first.QueryID)
	if err != nil {
		t.Fatal(err)
	}
	next, err := restored.Ask(t.Context(), client.Question{SessionID: u.SessionID, ConversationID: first.ConversationID, Query: "how many are there of those"})
	if err != nil || next.Status != "answered" || next.ConversationID != first.ConversationID {
		t.Errorf("the conversation does not go on: %+v %v", next, err)
	}
	again, err := restored.Ask(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(kept.Result, again.Result); diff != "" {
		t.Error(diff)
	}
}
