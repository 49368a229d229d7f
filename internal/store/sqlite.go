package store

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver named "sqlite"

	"tabletalk/internal/fault"
)

// busyMillis is how long a connection waits for a lock of another process.
const busyMillis = "10000"

func (s *Store) openSQLite(ctx context.Context, path string) error {
	file, err := sqliteFile(path)
	if err != nil {
		return err
	}
	s.write, err = sql.Open("sqlite", sqliteDSN(file, "immediate"))
	if err != nil {
		return s.fail("store.Open", err)
	}
	s.write.SetMaxOpenConns(1)
	if err := awaitSQLite(ctx, s.write); err != nil {
		_ = s.write.Close()
		return unusable(err)
	}
	s.read, err = sql.Open("sqlite", sqliteDSN(file, "deferred", "query_only(1)"))
	if err != nil {
		_ = s.write.Close()
		return s.fail("store.Open", err)
	}
	s.read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	s.read.SetMaxIdleConns(max(4, runtime.NumCPU()))
	return nil
}

// awaitSQLite makes the first connection. Turning on the write-ahead log of a
// new file does not wait for another process that does the same, so it is
// tried again for a while.
func awaitSQLite(ctx context.Context, db *sql.DB) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 200 {
		err := db.PingContext(ctx)
		if causeOf(err) != causeBusy {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return db.PingContext(ctx)
}

// sqliteFile gives the absolute path of the database and makes its folder.
// The file is made here, so that nobody else of the machine can read it.
func sqliteFile(path string) (string, error) {
	path = strings.TrimPrefix(path, "//")
	if path == "" || strings.HasPrefix(path, ":") {
		return "", fault.New(fault.Invalid, "database_url", "The database address names no file.").
			WithHint("Give sqlite:PATH as --database-url.").At("store.Open")
	}
	file, err := filepath.Abs(path)
	if err != nil {
		return "", unusable(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", unusable(err)
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", unusable(err)
	}
	if err := f.Close(); err != nil {
		return "", unusable(err)
	}
	return file, nil
}

// sqliteDSN asks for a write-ahead log that is synced at every commit, so
// that what was answered is still there after a power cut.
func sqliteDSN(file, lock string, more ...string) string {
	q := url.Values{"_txlock": {lock}, "_dqs": {"0"}}
	q["_pragma"] = append([]string{
		"busy_timeout(" + busyMillis + ")", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
	}, more...)
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: q.Encode()}
	return u.String()
}

func unusable(err error) error {
	return fault.New(fault.Unavailable, "database_unusable", "The database cannot be opened.").
		WithHint("See the log for the reason; --database-url and --data say where it is.").At("store.Open").Because(err)
}
