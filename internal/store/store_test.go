package store_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"tabletalk/internal/session"
	"tabletalk/internal/store"
	"tabletalk/internal/store/storetest"
	"tabletalk/internal/testservers"
)

func open(t *testing.T, url string, now func() time.Time) storetest.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler), store.WithClock(now))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, storetest.Database{
		New:  func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "a #1? %20.db") },
		Open: open,
	})
	t.Run("open at once", func(t *testing.T) { openAtOnce(t, sqliteURL(t)) })
	t.Run("migrate both ways", func(t *testing.T) { migrateBothWays(t, sqliteURL(t)) })
}

func TestPostgres(t *testing.T) {
	server := testservers.Postgres(t)
	url := server.Database(t)
	storetest.Run(t, storetest.Database{New: func(t *testing.T) string { return emptied(t, url) }, Open: open})
	t.Run("open at once", func(t *testing.T) { openAtOnce(t, server.Database(t)) })
	t.Run("migrate both ways", func(t *testing.T) { migrateBothWays(t, server.Database(t)) })
	t.Run("comes back", func(t *testing.T) { postgresComesBack(t, server) })
}

// emptied makes a database as good as new, which is quicker than a new one.
func emptied(t *testing.T, url string) string {
	t.Helper()
	s := openAt(t, url)
	for _, statement := range []string{
		`ALTER TABLE audit DISABLE TRIGGER USER`,
		`TRUNCATE workspaces, released_blobs, audit, model_people, model_holds CASCADE`,
		`ALTER TABLE audit ENABLE TRIGGER USER`,
		`INSERT INTO workspaces (id, name, created_at, updated_at) VALUES ('` + session.DefaultWorkspace + `', 'default', 0, 0)`,
	} {
		if err := s.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return url
}
