package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"tabletalk/internal/fault"
	"tabletalk/internal/golden"
)

// TestReceipts reads every file of testdata/receipts and compares what was
// understood of it, and its rows, with the text file of the same name.
func TestReceipts(t *testing.T) {
	files, err := filepath.Glob("testdata/receipts/*")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		n++
		t.Run(filepath.Base(file), func(t *testing.T) {
			abs, err := filepath.Abs(file)
			if err != nil {
				t.Fatal(err)
			}
			spec := Spec{File: abs, Dir: t.TempDir(), Name: filepath.Base(file)}
			conn := openEngine(t, spec.Dir, abs)
			res, err := Work(context.Background(), conn, spec, nil)
			got := printed(t, spec.Dir, res, conn, err)
			golden.Compare(t, file+".golden", got)
		})
	}
	if n < 50 {
		t.Errorf("only %d files", n)
	}
}

// printed writes a result for people.
func printed(t *testing.T, dir string, res *Result, conn *sql.Conn, err error) string {
	t.Helper()
	var b strings.Builder
	if err != nil {
		var e *fault.Error
		if !errors.As(err, &e) {
			t.Fatalf("not a fault: %v", err)
		}
		fmt.Fprintf(&b, "%s %s: %s\n", e.Kind, e.Code, e.Message)
		return b.String()
	}
	r := res.Receipt
	fmt.Fprintf(&b, "%s  %s  delimiter %q  quote %q  header %d (%s)\nrows %d  rejected %d\n", r.Format, r.Encoding, r.Delimiter, r.Quote, r.HeaderRow, r.HeaderReason, r.RowsRead, r.RowsRejected)
	for _, x := range r.Rejected {
		fmt.Fprintf(&b, "rejected line %d: %s: %q\n", x.Line, x.Reason, x.Text)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note %s: %s\n", n.Code, n.Text)
	}
	for _, tab := range res.Tables {
		fmt.Fprintf(&b, "\ntable %s, %d rows\n", tab.Name, tab.Rows)
		for _, c := range tab.Columns {
			fmt.Fprintf(&b, "  %s: %s, %s", c.Name, c.Type, c.Role)
			if c.Unit != "" {
				fmt.Fprintf(&b, ", unit %s", c.Unit)
			}
			fmt.Fprintf(&b, "; %d distinct, %d nulls, %v to %v\n", c.Stats.Distinct, c.Stats.Nulls, c.Stats.Min, c.Stats.Max)
		}
		for _, row := range tableRows(t, conn, filepath.Join(dir, tab.File), 20) {
			fmt.Fprintf(&b, "  | %s\n", strings.Join(row, " | "))
		}
	}
	return b.String()
}

// tableRows reads the rows of a Parquet file as texts.
func tableRows(t testing.TB, conn *sql.Conn, file string, limit int) [][]string {
	t.Helper()
	rows, err := conn.QueryContext(context.Background(), fmt.Sprintf("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(%s) LIMIT %d", quoteText(file), limit))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for rows.Next() {
		cells := make([]sql.NullString, len(names))
		if err := rows.Scan(pointers(cells)...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(cells))
		for i, c := range cells {
			row[i] = c.String
			if !c.Valid {
				row[i] = "∅"
			}
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
