package store_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"tabletalk/internal/dataset"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
	"tabletalk/internal/store"
	"tabletalk/internal/testservers"
)

var quiet = slog.New(slog.DiscardHandler)

func openAt(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func sqliteURL(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "a.db") }

// newSession stores an empty session and gives its id.
func newSession(t *testing.T, s *store.Store) string {
	t.Helper()
	now := time.Now()
	v := session.Session{ID: newID(), Workspace: session.DefaultWorkspace, Status: session.Active, CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(time.Hour)}
	if err := s.CreateSession(t.Context(), v, nil); err != nil {
		t.Fatal(err)
	}
	return v.ID
}

func TestOpenRefuses(t *testing.T) {
	notADatabase := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(notADatabase, bytes.Repeat([]byte("not a database "), 500), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, url, code string }{
		{"nothing", "", "database_url"},
		{"another kind", "mysql://root:hunter2@db/x", "database_url"},
		{"no file", "sqlite:", "database_url"},
		{"memory", "sqlite::memory:", "database_url"},
		{"a folder", "sqlite:" + t.TempDir(), "database_unusable"},
		{"no database", "sqlite:" + notADatabase, "database_unusable"},
		{"below a file", "sqlite:" + filepath.Join(notADatabase, "a.db"), "database_unusable"},
		{"a server that is not there", "postgres://u:hunter2@127.0.0.1:1/x?connect_timeout=2", "database_unusable"},
		{"a broken address", "postgres://u:hunter2@[bad/x", "database_unusable"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := store.Open(t.Context(), test.url, quiet)
			if s != nil || !fault.Is(err, test.code) {
				t.Fatalf("error %v, want %s", err, test.code)
			}
			f := fault.Of(err)
			if shown := f.Message + f.Hint; strings.Contains(shown, "hunter2") || strings.Contains(shown, t.Name()) {
				t.Fatalf("a person is shown %q", shown)
			}
		})
	}
}

func TestSQLiteFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	path := filepath.Join(t.TempDir(), "new", "folder", "a.db")
	openAt(t, "sqlite:"+path)
	for _, p := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode&0o077 != 0 {
			t.Errorf("%s has mode %o", filepath.Base(p), mode)
		}
	}
}

func TestSQLiteSettings(t *testing.T) {
	s := openAt(t, sqliteURL(t))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000", "query_only": "1"} {
		var got string
		if err := s.Ask(t.Context(), "PRAGMA "+pragma, &got); err != nil || got != want {
			t.Errorf("%s is %s (%v), want %s", pragma, got, err, want)
		}
	}
}

// openAtOnce opens one new database from many sides: all succeed, and the
// migrations ran once.
func openAtOnce(t *testing.T, url string) {
	stores, errs := make([]*store.Store, 6), make([]error, 6)
	var all sync.WaitGroup
	for i := range stores {
		all.Go(func() { stores[i], errs[i] = store.Open(context.Background(), url, quiet) })
	}
	all.Wait()
	for i, s := range stores {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		defer s.Close()
	}
	var n int
	if err := stores[0].Ask(t.Context(), "SELECT count(*) FROM workspaces", &n); err != nil || n != 1 {
		t.Fatalf("%d workspaces, %v", n, err)
	}
}

// migrateBothWays takes the schema down and up again.
func migrateBothWays(t *testing.T, url string) {
	s := openAt(t, url)
	newest, err := s.Version(t.Context())
	if err != nil || newest < 1 {
		t.Fatalf("version %d, %v", newest, err)
	}
	if err := s.MigrateDown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v, err := s.Version(t.Context()); err != nil || v != 0 {
		t.Fatalf("version %d, %v", v, err)
	}
	if err := s.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	newSession(t, s)
}

// TestNewerDatabase: a program of the version before works on a database that
// a newer one has migrated, while nodes are replaced one by one.
func TestNewerDatabase(t *testing.T) {
	url := sqliteURL(t)
	s := openAt(t, url)
	if err := s.Exec(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)"); err != nil {
		t.Fatal(err)
	}
	newSession(t, openAt(t, url))
}

// TestDiskFull fills the space that the database may take: the failure is
// clear, nothing is there by half, and with space again all goes on.
func TestDiskFull(t *testing.T) {
	s := openAt(t, sqliteURL(t))
	id := newSession(t, s)
	if err := s.Exec(t.Context(), "PRAGMA max_page_count = 60"); err != nil {
		t.Fatal(err)
	}
	big := dataset.File{SessionID: id, Name: strings.Repeat("n", 100_000)}
	var err error
	added := 0
	for ; err == nil && added < 100; added++ {
		big.ID = newID()
		err = s.AddFile(t.Context(), big)
	}
	if !fault.IsKind(err, fault.StorageFull) {
		t.Fatalf("after %d files: %v", added, err)
	}
	files, _, err := s.Files(t.Context(), id, session.Page{Limit: 200})
	if err != nil || len(files) != added-1 {
		t.Fatalf("%d files are there of %d, %v", len(files), added-1, err)
	}
	if err := s.Exec(t.Context(), "PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	if err := s.AddFile(t.Context(), big); err != nil {
		t.Fatal(err)
	}
}

// postgresComesBack: while PostgreSQL is away every call says so, and when it
// is back the same Store works.
func postgresComesBack(t *testing.T, server *testservers.PostgresServer) {
	s := openAt(t, server.Database(t))
	id := newSession(t, s)
	for range 3 {
		server.Kill()
		for name, call := range map[string]func() error{
			"Ready":  func() error { return s.Ready(t.Context()) },
			"Tables": func() error { _, err := s.Tables(t.Context(), id); return err },
			"AddFile": func() error {
				return s.AddFile(t.Context(), dataset.File{ID: newID(), SessionID: id})
			},
		} {
			if err := call(); !fault.Is(err, "database_unavailable") {
				t.Fatalf("%s gives %v", name, err)
			}
		}
		server.Start(t)
		if err := s.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.AddFile(t.Context(), dataset.File{ID: newID(), SessionID: id}); err != nil {
			t.Fatal(err)
		}
	}
	files, _, err := s.Files(t.Context(), id, session.Page{})
	if err != nil || len(files) != 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
}

func TestFaultsOfPostgres(t *testing.T) {
	for state, want := range map[string]fault.Kind{
		"23505": fault.Conflict, "23503": fault.NotFound, "53100": fault.StorageFull, "53300": fault.Unavailable,
		"08006": fault.Unavailable, "57P01": fault.Unavailable, "40001": fault.Unavailable, "42601": fault.Internal, "": fault.Internal,
	} {
		err := store.PostgresFault(&pgconn.PgError{Code: state, Message: "relation secrets"})
		f := fault.Of(err)
		if f.Kind != want || strings.Contains(f.Message+f.Hint, "secrets") {
			t.Errorf("%s gives %s %q, want %s", state, f.Kind, f.Message, want)
		}
	}
	for _, cut := range []error{io.ErrUnexpectedEOF, io.EOF, pgconn.ErrConnClosed} {
		if f := fault.Of(store.PostgresFault(cut)); f.Kind != fault.Unavailable {
			t.Errorf("%v gives %s", cut, f.Kind)
		}
	}
}
