package store_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/question"
	"tabletalk/internal/session"
	"tabletalk/internal/store"
)

// childURL tells this test program to be the process that is killed.
const childURL = "TABLETALK_TEST_STORE_CHILD"

func TestMain(m *testing.M) {
	if url := os.Getenv(childURL); url != "" {
		writeForever(url)
		return
	}
	if at := os.Getenv(childCommit); at != "" {
		migrateUntil(at)
		return
	}
	os.Exit(m.Run())
}

// writeForever writes files and answers, and says each one's id when the
// store says that it is kept.
func writeForever(url string) {
	ctx := context.Background()
	s, err := store.Open(ctx, url, slog.New(slog.DiscardHandler))
	check(err)
	now := time.Now()
	v := session.Session{ID: newID(), Workspace: session.DefaultWorkspace, Status: session.Active, CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(time.Hour)}
	check(s.CreateSession(ctx, v, nil))
	c := conversation.Conversation{ID: newID(), SessionID: v.ID}
	check(s.BeginConversation(ctx, session.DefaultWorkspace, c))
	for i := range 100_000 {
		f := dataset.File{ID: newID(), SessionID: v.ID, CreatedAt: now, UpdatedAt: now}
		for j := range 3 {
			f.Tables = append(f.Tables, dataset.Table{ID: newID(), Name: fmt.Sprintf("t%d_%d", i, j), CreatedAt: now})
		}
		check(s.AddFile(ctx, f))
		fmt.Println("file", v.ID, f.ID)
		a := conversation.Answer{QueryID: newID(), SessionID: v.ID, ConversationID: c.ID, Query: "q", Status: question.Answered, CreatedAt: now}
		check(s.AddQuery(ctx, v.Workspace, conversation.Kept{Answer: a}))
		fmt.Println("query", v.ID, a.QueryID)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// TestKilledWriter kills the writing process at ten different moments: what
// it was told is kept is there, and nothing is there by half.
func TestKilledWriter(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	var kept []string
	for round := range 10 {
		kept = append(kept, writeAndKill(t, url, 1+round*7)...)
	}
	s, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, line := range kept {
		what := strings.Fields(line)
		if what[0] == "file" {
			_, err = s.File(t.Context(), session.DefaultWorkspace, what[2])
		} else {
			_, err = s.Query(t.Context(), session.DefaultWorkspace, what[2])
		}
		if err != nil {
			t.Fatalf("%s was said to be kept: %v", line, err)
		}
	}
	var verdict string
	var halves int
	if err := s.Ask(t.Context(), "PRAGMA integrity_check", &verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity: %s, %v", verdict, err)
	}
	err = s.Ask(t.Context(), `SELECT count(*) FROM files f WHERE (SELECT count(*) FROM tables t WHERE t.file_id = f.id) <> 3`, &halves)
	if err != nil || halves != 0 {
		t.Fatalf("%d files have not all their tables, %v", halves, err)
	}
}

// writeAndKill lets a process write until it has said some lines and kills
// it. It gives every line that was said.
func writeAndKill(t *testing.T, url string, lines int) []string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), childURL+"="+url)
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said []string
	for scan := bufio.NewScanner(out); scan.Scan(); {
		said = append(said, scan.Text())
		if len(said) == lines {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait()
	if len(said) < lines {
		t.Fatalf("the writer said %d lines of %d: %s", len(said), lines, &problems)
	}
	return said
}
