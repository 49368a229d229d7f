package testservers

import (
	"context"
	"database/sql"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named "pgx"
)

// PostgresServer is a running PostgreSQL.
type PostgresServer struct {
	bin   string
	dir   string
	who   *account
	proc  *process
	count atomic.Int64
}

// Postgres starts a PostgreSQL server that ends with the test.
func Postgres(t testing.TB) *PostgresServer {
	t.Helper()
	s := &PostgresServer{bin: postgresPrograms(t), who: serverAccount(t, "postgres")}
	s.dir = folder(t, s.who)
	run(t, s.who, s.dir, filepath.Join(s.bin, "initdb"), "-D", s.data(), "-U", "postgres", "--auth=trust", "-N", "-E", "UTF8", "--locale=C")
	s.Start(t)
	t.Cleanup(s.Stop)
	return s
}

// Database makes an empty database and gives its address.
func (s *PostgresServer) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", s.count.Add(1))
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	return s.url(name)
}

// Start starts the server after Stop or Kill, on the same data.
func (s *PostgresServer) Start(t testing.TB) {
	t.Helper()
	s.proc = spawn(t, s.who, s.dir, filepath.Join(s.bin, "postgres"), "-D", s.data(), "-k", s.dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60", "-c", "shared_buffers=16MB")
	s.proc.await(t, "PostgreSQL", func() error {
		db, err := sql.Open("pgx", s.url("postgres"))
		if err != nil {
			return err
		}
		defer db.Close()
		return db.PingContext(context.Background())
	})
}

// Stop ends the server at once, cutting connections, and cleanly.
func (s *PostgresServer) Stop() { s.proc.stop(syscall.SIGINT) }

// Kill ends the server the way "immediate" does: the next start recovers.
func (s *PostgresServer) Kill() { s.proc.stop(syscall.SIGQUIT) }

func (s *PostgresServer) data() string { return filepath.Join(s.dir, "data") }

func (s *PostgresServer) url(database string) string {
	return fmt.Sprintf("postgres://postgres@/%s?host=%s", database, s.dir)
}

// postgresPrograms finds the folder of initdb: on the path, or where Debian
// keeps it, the newest version first.
func postgresPrograms(t testing.TB) string {
	t.Helper()
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p)
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		absent(t, "PostgreSQL (initdb)")
	}
	slices.SortFunc(found, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(b, a)
	})
	return filepath.Dir(found[0])
}
