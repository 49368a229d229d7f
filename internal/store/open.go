package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"tabletalk/internal/conversation"
	"tabletalk/internal/dataset"
	"tabletalk/internal/definition"
	"tabletalk/internal/fault"
	"tabletalk/internal/session"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Store is the database of an installation. It is safe for use by many
// goroutines; Close it once.
type Store struct {
	write *sql.DB // SQLite: one connection; PostgreSQL: the pool
	read  *sql.DB // SQLite: connections that cannot write; PostgreSQL: the same pool
	codec *codec
	log   *slog.Logger
	now   func() time.Time
	kind  kind
}

var (
	_ session.Store      = (*Store)(nil)
	_ dataset.Store      = (*Store)(nil)
	_ conversation.Store = (*Store)(nil)
	_ definition.Store   = (*Store)(nil)
	_ definition.Source  = (*Store)(nil)
)

// kind is which database it is; only opening, migrating and errors differ.
type kind string

const (
	sqliteKind   kind = "sqlite"
	postgresKind kind = "postgres"
)

// Option changes how a Store is opened.
type Option func(*Store)

// WithClock hands in the clock that expiry and timestamps are read from.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.now = now } }

// Open opens the database that url names ("sqlite:PATH" or "postgres://..."),
// and brings its tables to the version of this program. An address that
// cannot be used is invalid (database_url); a database that does not answer
// is unavailable.
func Open(ctx context.Context, url string, log *slog.Logger, opts ...Option) (*Store, error) {
	s := &Store{log: log, now: time.Now}
	for _, o := range opts {
		o(s)
	}
	var err error
	if s.codec, err = newCodec(); err != nil {
		return nil, s.fail("store.Open", err)
	}
	if err := s.connect(ctx, url); err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		_ = s.Close()
		return nil, s.fail("store.Open", err)
	}
	return s, nil
}

func (s *Store) connect(ctx context.Context, url string) error {
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "sqlite":
		s.kind = sqliteKind
		return s.openSQLite(ctx, rest)
	case "postgres", "postgresql":
		s.kind = postgresKind
		return s.openPostgres(ctx, url)
	}
	return fault.New(fault.Invalid, "database_url", "The database address is of no kind that is known.").
		WithHint("Give sqlite:PATH or postgres://USER@HOST/NAME as --database-url.").At("store.Open")
}

// Close ends all connections. It is safe to call twice.
func (s *Store) Close() error {
	err := s.read.Close()
	if s.write == s.read {
		return err
	}
	if werr := s.write.Close(); werr != nil {
		return werr
	}
	return err
}

// Ready reports whether the database answers, for reading and for writing.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.read.PingContext(ctx); err != nil {
		return s.fail("store.Ready", err)
	}
	var one int
	if err := s.write.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return s.fail("store.Ready", err)
	}
	return nil
}

// Version gives the number of the newest migration that the database has.
func (s *Store) Version(ctx context.Context) (int64, error) {
	p, err := s.provider()
	if err != nil {
		return 0, s.fail("store.Version", err)
	}
	v, err := p.GetDBVersion(ctx)
	if err != nil {
		return 0, s.fail("store.Version", err)
	}
	return v, nil
}

// migrate runs what is missing. Two processes may start at once: PostgreSQL
// has an advisory lock for that; on SQLite every migration is one immediate
// transaction, the slower process fails on it and then finds nothing to do.
func (s *Store) migrate(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	done, err := p.Up(ctx)
	if err != nil {
		pending, again := p.HasPending(ctx)
		if again != nil || pending {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	for _, m := range done {
		s.log.InfoContext(ctx, "migrated the database", "version", m.Source.Version, "took", m.Duration)
	}
	return nil
}

func (s *Store) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)), goose.WithGoMigrations(auditMigration(s.kind))}
	if s.kind == sqliteKind {
		return goose.NewProvider(goose.DialectSQLite3, s.write, files, opts...)
	}
	locker, err := migrationLock()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, s.write, files, append(opts, goose.WithSessionLocker(locker))...)
}
