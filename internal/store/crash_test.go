package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"modernc.org/sqlite"

	"tabletalk/internal/store"
)

// childCommit tells this test program to migrate a database, and to die
// before a commit: "7 sqlite:PATH".
const childCommit = "TABLETALK_TEST_STORE_COMMIT"

func migrateUntil(at string) {
	number, url, _ := strings.Cut(at, " ")
	die, err := strconv.Atoi(number)
	check(err)
	commits := 0
	sqlite.RegisterConnectionHook(func(c sqlite.ExecQuerierContext, _ string) error {
		c.(sqlite.HookRegisterer).RegisterCommitHook(func() int32 {
			if commits++; commits == die {
				self, err := os.FindProcess(os.Getpid())
				check(err)
				check(self.Kill())
				select {}
			}
			return 0
		})
		return nil
	})
	s, err := store.Open(context.Background(), url, slog.New(slog.DiscardHandler))
	check(err)
	check(s.Close())
	fmt.Println("migrated")
}

// A migration that is killed before any of its commits goes on with the next
// start, and the schema is the one that a migration without trouble makes.
func TestKilledWhileMigrating(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want := schema(t, openAt(t, sqliteURL(t)))
	for at := 1; ; at++ {
		url := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", childCommit, at, url))
		out, _ := cmd.Output() // it was killed
		s := openAt(t, url)
		if got := schema(t, s); got != want {
			t.Fatalf("killed before commit %d: %s\nwant %s", at, got, want)
		}
		newSession(t, s)
		if strings.Contains(string(out), "migrated") {
			if at < 5 {
				t.Errorf("a migration has %d commits only", at-1)
			}
			return
		}
	}
}

func schema(t *testing.T, s *store.Store) (all string) {
	t.Helper()
	if err := s.Ask(t.Context(), `SELECT group_concat(sql, ';') || (SELECT group_concat(version_id) FROM goose_db_version)
		FROM (SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name)`, &all); err != nil {
		t.Fatal(err)
	}
	return all
}
