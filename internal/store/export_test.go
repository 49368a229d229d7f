package store

import (
	"context"
	"database/sql"

	"tabletalk/internal/session"
)

// What the tests of the package reach beside its doors.

func (s *Store) Exec(ctx context.Context, query string, args ...any) error {
	_, err := s.write.ExecContext(ctx, query, args...)
	return err
}

func (s *Store) Ask(ctx context.Context, query string, into any) error {
	return s.read.QueryRowContext(ctx, query).Scan(into)
}

// SetReader replaces the pool of readers.
func (s *Store) SetReader(db *sql.DB) { s.read = db }

// SQLiteDSN is the address that the driver gets for a file.
func SQLiteDSN(file string) string { return sqliteDSN(file, "deferred") }

// MigrateDown takes all migrations back, MigrateUp runs them again.
func (s *Store) MigrateDown(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	_, err = p.DownTo(ctx, 0)
	return err
}

func (s *Store) MigrateUp(ctx context.Context) error { return s.migrate(ctx) }

// PostgresFault gives the fault for an SQLSTATE.
func PostgresFault(err error) error { return (&Store{}).fail("test", err) }

// ReadCursor reads a cursor and prints what was read.
func ReadCursor(cursor string) (string, error) {
	_, at, err := pageOf(session.Page{Cursor: cursor})
	return at.cursor(), err
}
