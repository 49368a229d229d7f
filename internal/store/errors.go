package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tabletalk/internal/fault"
)

// cause is what a database's error means, whichever database it was.
type cause int

const (
	causeOther cause = iota
	causeUnique
	causeForeign // a row that is referred to does not exist
	causeFull
	causeAway // the database does not answer now
	causeBusy // it is locked by others for too long
)

// fail is the one mapper of database errors to faults. Faults and ended
// contexts pass; what has no meaning for a person becomes internal.
func (s *Store) fail(op string, err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	switch causeOf(err) {
	case causeUnique:
		return fault.New(fault.Conflict, "exists", "There is already one with that name or id.").At(op).Because(err)
	case causeForeign:
		return fault.New(fault.NotFound, "not_found", "It belongs to something that is not there.").At(op).Because(err)
	case causeFull:
		return fault.New(fault.StorageFull, "storage_full", "The disk of the server is full.").
			WithHint("Delete something that is not needed, or ask the operator for more space.").At(op).Because(err)
	case causeAway, causeBusy:
		return fault.New(fault.Unavailable, "database_unavailable", "The database does not answer at the moment.").
			WithHint("Try again in a few seconds.").At(op).Because(err)
	}
	return fault.New(fault.Internal, "internal", "Something went wrong on our side.").
		WithHint("Try again; if it happens again, tell the operator the request id.").At(op).Because(err)
}

func causeOf(err error) cause {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return sqliteCause(lite.Code())
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return postgresCause(pg.Code)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return causeFull
	case errors.As(err, &connect), errors.As(err, &network), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, pgconn.ErrConnClosed):
		return causeAway
	}
	return causeOther
}

func sqliteCause(code int) cause {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return causeUnique
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return causeForeign
	case sqlite3.SQLITE_FULL:
		return causeFull
	}
	if code&0xff == sqlite3.SQLITE_BUSY || code&0xff == sqlite3.SQLITE_LOCKED {
		return causeBusy
	}
	return causeOther
}

// postgresCause reads SQLSTATE: class 08 is the connection, 53 the machine's
// resources, 57P the server going away or coming up.
func postgresCause(state string) cause {
	switch {
	case state == "23505":
		return causeUnique
	case state == "23503":
		return causeForeign
	case state == "53100":
		return causeFull
	case len(state) == 5 && (state[:2] == "08" || state[:2] == "53" || state[:3] == "57P"):
		return causeAway
	case state == "40001" || state == "40P01" || state == "55P03":
		return causeBusy
	}
	return causeOther
}

// inTheWay reports whether PostgreSQL ended a transaction for the sake of
// another one: it may be tried again as it is.
func inTheWay(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

func missing(what, sentence string) *fault.Error {
	return fault.New(fault.NotFound, what+"_not_found", "%s", sentence).
		WithHint("It may have been deleted or have expired.")
}

func noSession() *fault.Error { return missing("session", "There is no such session.") }
func noFile() *fault.Error    { return missing("file", "There is no such file.") }
func noTable() *fault.Error   { return missing("table", "There is no such table.") }
func noQuery() *fault.Error   { return missing("query", "There is no such question.") }
func noConversation() *fault.Error {
	return missing("conversation", "There is no such conversation.")
}
