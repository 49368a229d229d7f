package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"tabletalk/internal/fault"
)

// querier is what a transaction and a pool have in common.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// txAttempts is how often a transaction is begun that others got in the way of.
const txAttempts = 4

// inTx runs do in one transaction of the writer. PostgreSQL may end one of
// two transactions that wait for each other: do runs again then, so it keeps
// nothing from one run to the next.
func (s *Store) inTx(ctx context.Context, op string, do func(tx *sql.Tx) error) error {
	var err error
	for range txAttempts {
		if err = s.tryTx(ctx, op, do); !inTheWay(err) {
			break
		}
	}
	return s.fail(op, err)
}

func (s *Store) tryTx(ctx context.Context, op string, do func(tx *sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback() // the first error is the one to tell
		return err
	}
	s.log.DebugContext(ctx, "step", "before", op)
	if err := tx.Commit(); err != nil {
		return err
	}
	s.log.DebugContext(ctx, "step", "after", op)
	return nil
}

// change runs a statement that must touch at least one row; none is lacking.
func change(ctx context.Context, q querier, lacking *fault.Error, query string, args ...any) error {
	res, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return lacking
	}
	return err
}

// one scans a single row; none is lacking.
func one(row *sql.Row, lacking *fault.Error, into ...any) error {
	err := row.Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return lacking
	}
	return err
}

// each calls scan for every row of a query.
func each(ctx context.Context, q querier, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// places gives n placeholders from $first on: "$3, $4, $5".
func places(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", first+i)
	}
	return b.String()
}

// anys makes arguments of strings.
func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// micros is how a time is stored; both databases keep and order it exactly.
func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

// text makes a string that both databases can hold: PostgreSQL refuses
// invalid UTF-8 and the zero byte.
func text(s string) string {
	if utf8.ValidString(s) && !strings.Contains(s, "\x00") {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
