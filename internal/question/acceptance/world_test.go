package acceptance

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"
	"path/filepath"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"tabletalk/internal/catalog"
	"tabletalk/internal/ingest"
	"tabletalk/internal/plan"
	"tabletalk/internal/sqlgen"
)

// clock is a Wednesday, three days after the data ends.
var clock = time.Date(2025, 6, 18, 9, 30, 0, 0, time.UTC)

// world is an engine in this process that holds the made tables of one shape.
type world struct {
	shape
	db       *sql.DB
	catalogs map[string]*catalog.Catalog // by the name of what is asked over: sales, orders
	plans    map[string]result           // of plans that ran already
	queries  map[string][][]any          // of references that ran already
}

type result struct {
	rows [][]any
	err  error
}

func openWorld(t *testing.T, s shape) *world {
	t.Helper()
	db, err := sql.Open("duckdb", "?threads=2")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w := &world{shape: s, db: db, catalogs: map[string]*catalog.Catalog{}, plans: map[string]result{}, queries: map[string][][]any{}}
	m, dir := newMaker(s), t.TempDir()
	people, signups := m.people()
	sales := w.load(t, writeCSV(t, dir, "sales.csv", m.sales()))
	orders := w.load(t, writeCSV(t, dir, "orders.csv", m.orders(signups)))
	customers := w.load(t, writeCSV(t, dir, "customers.csv", people))
	w.catalogs["sales"] = &catalog.Catalog{Tables: []catalog.Table{sales}}
	w.catalogs["orders"] = &catalog.Catalog{Tables: []catalog.Table{orders, customers}, Joins: []catalog.Join{{
		Many: catalog.ColumnRef{Table: "orders", Column: "customer_id"}, One: catalog.ColumnRef{Table: "customers", Column: "customer_id"},
		Unique: true, Inclusion: 1,
	}}}
	return w
}

// load reads a file as an upload is read.
func (w *world) load(t *testing.T, file string) catalog.Table {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	conn, err := w.db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	res, err := ingest.Work(ctx, conn, ingest.Spec{Name: filepath.Base(file), File: file, Dir: dir}, nil)
	if err != nil || len(res.Tables) != 1 || res.Receipt.RowsRejected > 0 {
		t.Fatalf("%s of %s could not be read whole: %v", filepath.Base(file), w.name, err)
	}
	tab := res.Tables[0]
	for _, q := range []string{
		fmt.Sprintf(`CREATE TABLE %s AS SELECT * FROM read_parquet('%s')`, tab.Name, filepath.Join(dir, tab.File)),
		fmt.Sprintf(`CREATE VIEW "%s#rows" AS SELECT *, rowid + 1 AS _row FROM %s`, tab.Name, tab.Name),
	} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	return catalog.Table{ID: tab.Name, Name: tab.Name, Rows: tab.Rows, Columns: tab.Columns, Values: catalog.BuildIndex(tab.Values)}
}

// run computes a plan, once.
func (w *world) run(over string, p *plan.Plan) ([][]any, error) {
	key := over + "|" + p.String()
	if r, ok := w.plans[key]; ok {
		return r.rows, r.err
	}
	var r result
	st, err := sqlgen.Compile(p, w.catalogs[over], sqlgen.DuckDB, sqlgen.Options{Now: clock})
	if err == nil {
		r.rows, r.err = w.query(st.SQL, st.Args...)
	} else {
		r.err = err
	}
	w.plans[key] = r
	return r.rows, r.err
}

// reference computes SQL written by hand, once.
func (w *world) reference(t *testing.T, text string) [][]any {
	t.Helper()
	if rows, ok := w.queries[text]; ok {
		return rows
	}
	rows, err := w.query(text)
	if err != nil {
		t.Fatalf("a reference does not run: %v\n%s", err, text)
	}
	w.queries[text] = rows
	return rows
}

func (w *world) query(text string, args ...any) ([][]any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	r, err := w.db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	columns, err := r.Columns()
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for r.Next() {
		row, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			to[i] = &row[i]
		}
		if err := r.Scan(to...); err != nil {
			return nil, err
		}
		for i := range row {
			row[i] = plain(row[i])
		}
		rows = append(rows, row)
	}
	return rows, r.Err()
}

// plain gives a value of the driver as answers hold it.
func plain(v any) any {
	switch x := v.(type) {
	case time.Time:
		if x.Hour()+x.Minute()+x.Second() == 0 {
			return x.Format(time.DateOnly)
		}
		return x.Format("2006-01-02 15:04:05")
	case duckdb.Decimal:
		return x.Float64()
	case *big.Int:
		f, _ := new(big.Float).SetInt(x).Float64()
		return f
	case int8:
		return int64(x)
	case int16:
		return int64(x)
	case int32:
		return int64(x)
	case uint64:
		return int64(x)
	case float32:
		return float64(x)
	}
	return v
}
