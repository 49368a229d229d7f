package store

import (
	"context"
	"database/sql"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named "pgx"
	"github.com/pressly/goose/v3/lock"
)

const (
	postgresConns     = 20
	postgresIdleConns = 10
	postgresConnLife  = time.Hour
)

func (s *Store) openPostgres(ctx context.Context, url string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return unusable(err)
	}
	db.SetMaxOpenConns(postgresConns)
	db.SetMaxIdleConns(postgresIdleConns)
	db.SetConnMaxLifetime(postgresConnLife)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return unusable(err)
	}
	s.write, s.read = db, db
	return nil
}

// migrationLock makes several nodes that start at once migrate one by one;
// it asks every second, for at most five minutes.
func migrationLock() (lock.SessionLocker, error) {
	return lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
}
