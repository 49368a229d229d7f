package enginetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// Harness gives the suite an engine and files to query.
type Harness struct {
	Engine engine.Engine
	// Parquet writes the rows of a SELECT to a file and returns it as a table.
	Parquet func(t *testing.T, name, sql string) engine.Table
}

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	for name, test := range map[string]func(*testing.T, Harness){
		"Values":       testValues,
		"Arguments":    testArguments,
		"Rows":         testRowNumbers,
		"Limits":       testLimits,
		"Faults":       testFaults,
		"Stream":       testStream,
		"Cancel":       testCancel,
		"Timeout":      testTimeout,
		"Concurrently": testConcurrently,
		"ReadOnly":     testReadOnly,
	} {
		t.Run(name, func(t *testing.T) { test(t, h) })
	}
}

func query(t *testing.T, h Harness, tables []engine.Table, sql string, args ...any) *table.Rows {
	t.Helper()
	rows, err := h.Engine.Query(t.Context(), tables, engine.Query{SQL: sql, Args: args})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows
}

// valueCases are SQL values with what they must become.
var valueCases = []struct {
	sql  string
	typ  table.Type
	want table.Value
}{
	{"1", table.Integer, int64(1)},
	{"-5::TINYINT", table.Integer, int64(-5)},
	{"200::UTINYINT", table.Integer, int64(200)},
	{"-30000::SMALLINT", table.Integer, int64(-30000)},
	{"60000::USMALLINT", table.Integer, int64(60000)},
	{"4000000000::UINTEGER", table.Integer, int64(4000000000)},
	{"9223372036854775807", table.Integer, int64(9223372036854775807)},
	{"18446744073709551615::UBIGINT", table.Integer, table.Exact("18446744073709551615")},
	{"7::HUGEINT", table.Integer, int64(7)},
	{"(-7)::HUGEINT", table.Integer, int64(-7)},
	{"170141183460469231731687303715884105727::HUGEINT", table.Integer, table.Exact("170141183460469231731687303715884105727")},
	{"sum(i) FROM (VALUES (9223372036854775807), (1)) v(i)", table.Integer, table.Exact("9223372036854775808")},
	{"NULL", table.Integer, nil},
	{"NULL::VARCHAR", table.String, nil},
	{"1.5::DOUBLE", table.Float, 1.5},
	{"0.1::FLOAT", table.Float, 0.1},
	{"'nan'::DOUBLE", table.Float, "NaN"},
	{"'inf'::DOUBLE", table.Float, "Infinity"},
	{"'-inf'::FLOAT", table.Float, "-Infinity"},
	{"12.50::DECIMAL(10,2)", table.Decimal, table.Exact("12.50")},
	{"-0.05::DECIMAL(4,2)", table.Decimal, table.Exact("-0.05")},
	{"123456789.123::DECIMAL(18,3)", table.Decimal, table.Exact("123456789.123")},
	{"(-12345678901234567890.12)::DECIMAL(38,2)", table.Decimal, table.Exact("-12345678901234567890.12")},
	{"12::DECIMAL(10,0)", table.Decimal, table.Exact("12")},
	{"true", table.Boolean, true},
	{"'héllo wörld, longer than twelve'", table.String, "héllo wörld, longer than twelve"},
	{"''", table.String, ""},
	{"DATE '2024-02-29'", table.Date, "2024-02-29"},
	{"DATE '0044-03-15 (BC)'", table.Date, "-0043-03-15"},
	{"'infinity'::DATE", table.Date, "Infinity"},
	{"TIMESTAMP '2024-01-31 10:00:00'", table.Datetime, "2024-01-31 10:00:00"},
	{"TIMESTAMP '1969-12-31 23:59:59.25'", table.Datetime, "1969-12-31 23:59:59.25"},
	{"'2024-01-31 10:00:00'::TIMESTAMP_S", table.Datetime, "2024-01-31 10:00:00"},
	{"'2024-01-31 10:00:00.5'::TIMESTAMP_MS", table.Datetime, "2024-01-31 10:00:00.5"},
	{"'2024-01-31 10:00:00.123456789'::TIMESTAMP_NS", table.Datetime, "2024-01-31 10:00:00.123456789"},
	{"TIMESTAMPTZ '2024-01-31 10:00:00+02'", table.Datetime, "2024-01-31 08:00:00+00:00"},
	{"TIME '10:20:30.5'", table.Time, "10:20:30.5"},
	{"'10:20:30+02'::TIMETZ", table.Time, "10:20:30+02:00"},
	{"INTERVAL '14 months 3 days 90 minutes'", table.String, "1 year 2 months 3 days 01:30:00"},
	{"'\\xAA\\x41'::BLOB", table.String, "\\xAAA"},
	{"'12345678-9abc-def0-1234-56789abcdef0'::UUID", table.String, "12345678-9abc-def0-1234-56789abcdef0"},
	{"[1, NULL, 3]", table.String, "[1,null,3]"},
	{"['a\"b', DATE '2024-01-01'::VARCHAR]", table.String, `["a\"b","2024-01-01"]`},
	{"{'a': 1, 'b': [1.5, 2.25]}", table.String, `{"a":1,"b":[1.50,2.25]}`},
	{"'[1,2,3]'::INT[3]", table.String, "[1,2,3]"},
	{"histogram(i) FROM (VALUES (1), (1), (2)) v(i)", table.String, `{"1":2,"2":1}`},
}

func testValues(t *testing.T, h Harness) {
	for _, c := range valueCases {
		rows := query(t, h, nil, "SELECT "+c.sql)
		if rows.Columns[0].Type != c.typ {
			t.Errorf("%s: type %s, want %s", c.sql, rows.Columns[0].Type, c.typ)
		}
		if diff := cmp.Diff([][]table.Value{{c.want}}, rows.Values); diff != "" {
			t.Errorf("%s: %s", c.sql, diff)
		}
		if rows.Truncated || rows.Total != 1 {
			t.Errorf("%s: truncated %v, total %d", c.sql, rows.Truncated, rows.Total)
		}
	}
}

func testArguments(t *testing.T, h Harness) {
	tab := h.Parquet(t, "days", "SELECT DATE '2024-01-01' + i::INT AS day, i AS n, 'k' || i AS k FROM range(10) r(i)")
	tables := []engine.Table{tab}
	for _, c := range []struct {
		sql  string
		args []any
		want table.Value
	}{
		{"SELECT count(*) FROM days WHERE day >= ?", []any{"2024-01-08"}, int64(3)},
		{"SELECT count(*) FROM days WHERE n > ? AND n < ?", []any{int64(2), 5.5}, int64(3)},
		{"SELECT n FROM days WHERE k = ?", []any{"k7"}, int64(7)},
		{"SELECT count(*) FROM days WHERE (n > 4) = ?", []any{true}, int64(5)},
		{"SELECT ?::VARCHAR", []any{nil}, nil},
		{"SELECT ?::DOUBLE", []any{3.0}, 3.0},
		{"SELECT $1 || $2 || $1", []any{"a", "b"}, "aba"},
		{"SELECT count(*) FROM days WHERE k = ?", []any{"' OR 1=1 --"}, int64(0)},
	} {
		rows := query(t, h, tables, c.sql, c.args...)
		if diff := cmp.Diff([][]table.Value{{c.want}}, rows.Values); diff != "" {
			t.Errorf("%s: %s", c.sql, diff)
		}
	}
	if _, err := h.Engine.Query(t.Context(), tables, engine.Query{SQL: "SELECT ?"}); !fault.Is(err, "sql_invalid") {
		t.Errorf("missing argument: %v", err)
	}
}

func testRowNumbers(t *testing.T, h Harness) {
	plain := h.Parquet(t, "plain", "SELECT 'v' || i AS v FROM range(5000) r(i)")
	tricky := h.Parquet(t, "tricky", `SELECT i AS rowid, -i AS file_row_number, 'x' AS "odd ""name" FROM range(3000) r(i)`)
	tables := []engine.Table{plain, tricky}
	rows := query(t, h, tables, `SELECT v, _row FROM "plain#rows" WHERE v IN ('v0', 'v4999') ORDER BY _row`)
	want := [][]table.Value{{"v0", int64(1)}, {"v4999", int64(5000)}}
	if diff := cmp.Diff(want, rows.Values); diff != "" {
		t.Error(diff)
	}
	rows = query(t, h, tables, `SELECT count(*) FROM "tricky#rows" WHERE _row = rowid + 1 AND file_row_number = 1 - _row`)
	if diff := cmp.Diff([][]table.Value{{int64(3000)}}, rows.Values); diff != "" {
		t.Error(diff)
	}
	rows = query(t, h, tables, `SELECT * FROM "tricky#rows" LIMIT 1`)
	var names []string
	for _, c := range rows.Columns {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"rowid", "file_row_number", `odd "name`, "_row"}, names); diff != "" {
		t.Error(diff)
	}
}

func testLimits(t *testing.T, h Harness) {
	tables := []engine.Table{h.Parquet(t, "many", "SELECT i, repeat('x', 1000) AS s FROM range(20000) r(i)")}
	run := func(q engine.Query) *table.Rows {
		t.Helper()
		rows, err := h.Engine.Query(t.Context(), tables, q)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	check := func(rows *table.Rows, n int, truncated bool, total int64) {
		t.Helper()
		if len(rows.Values) != n || rows.Truncated != truncated || rows.Total != total {
			t.Errorf("%d rows, truncated %v, total %d; want %d, %v, %d", len(rows.Values), rows.Truncated, rows.Total, n, truncated, total)
		}
	}
	check(run(engine.Query{SQL: "SELECT i FROM many", MaxRows: 3000}), 3000, true, -1)
	check(run(engine.Query{SQL: "SELECT i FROM many", MaxRows: 3000, Count: true}), 3000, true, 20000)
	check(run(engine.Query{SQL: "SELECT i FROM many LIMIT 3000", MaxRows: 3000}), 3000, false, 3000)
	check(run(engine.Query{SQL: "SELECT i FROM many WHERE i < 0"}), 0, false, 0)
	check(run(engine.Query{SQL: "SELECT i, s FROM many", MaxBytes: 1016 * 10}), 10, true, -1)
	_, err := h.Engine.Query(t.Context(), tables, engine.Query{SQL: "SELECT s FROM many", MaxBytes: 500})
	if !fault.Is(err, "result_too_large") {
		t.Errorf("a row above the limit: %v", err)
	}
}

func testFaults(t *testing.T, h Harness) {
	tables := []engine.Table{h.Parquet(t, "t", "SELECT 1 AS amount, 'x' AS s")}
	for _, c := range []struct{ sql, code, says string }{
		{"SELEC 1", "sql_invalid", `"SELEC"`},
		{"SELECT amont FROM t", "sql_invalid", `"amont"`},
		{"SELECT s + 1 FROM t", "sql_invalid", ""},
		{"SELECT s::INT FROM t", "sql_invalid", ""},
		{"SELECT amount, count(*) FROM t", "sql_invalid", `"amount"`},
		{"DELETE FROM t", "sql_not_allowed", ""},
		{"SELECT 1; SELECT 2", "sql_not_allowed", ""},
		{"SELECT * FROM other", "sql_table_not_allowed", `"other"`},
		{"SELECT getenv('HOME')", "sql_function_not_allowed", `"getenv"`},
		{"", "sql_invalid", ""},
		{"SELECT 1 -- \x00", "sql_invalid", ""},
		{"SELECT '" + strings.Repeat("x", 70_000) + "'", "sql_too_large", ""},
	} {
		_, err := h.Engine.Query(t.Context(), tables, engine.Query{SQL: c.sql})
		f := fault.Of(err)
		if err == nil || f.Code != c.code || !strings.Contains(f.Message, c.says) {
			t.Errorf("%.60s: %v (%v), want %s naming %s", c.sql, f, err, c.code, c.says)
			continue
		}
		if strings.Contains(f.Message+f.Hint, "Error:") {
			t.Errorf("%.60s: the engine's own words reach people: %s %s", c.sql, f.Message, f.Hint)
		}
	}
}

func testStream(t *testing.T, h Harness) {
	tables := []engine.Table{h.Parquet(t, "big", "SELECT i FROM range(300000) r(i)")}
	var n, sum int64
	err := h.Engine.Stream(t.Context(), tables, engine.Query{SQL: "SELECT i FROM big"}, func(r *table.Rows) error {
		for _, row := range r.Values {
			sum += row[0].(int64)
			n++
		}
		return nil
	})
	if err != nil || n != 300000 || sum != 300000*299999/2 {
		t.Errorf("%d rows, sum %d, %v", n, sum, err)
	}
	calls := 0
	err = h.Engine.Stream(t.Context(), tables, engine.Query{SQL: "SELECT i FROM big WHERE i < 0"}, func(r *table.Rows) error {
		calls++
		if len(r.Columns) != 1 || len(r.Values) != 0 {
			t.Errorf("empty result: %+v", r)
		}
		return nil
	})
	if err != nil || calls != 1 {
		t.Errorf("empty result: %d calls, %v", calls, err)
	}
	enough := errors.New("enough")
	err = h.Engine.Stream(t.Context(), tables, engine.Query{SQL: "SELECT i FROM big"}, func(*table.Rows) error { return enough })
	if !errors.Is(err, enough) {
		t.Errorf("the receiver's error: %v", err)
	}
	query(t, h, tables, "SELECT count(*) FROM big") // and the next query is not in its way
}

// endless keeps an engine busy in a way that it can interrupt.
const endless = "SELECT sum(a.i * b.i % 7) FROM long a, long b, long c"

func testCancel(t *testing.T, h Harness) {
	tables := []engine.Table{h.Parquet(t, "long", "SELECT i FROM range(100000) r(i)")}
	query(t, h, tables, "SELECT count(*) FROM long")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := h.Engine.Query(ctx, tables, engine.Query{SQL: endless})
		done <- err
	}()
	time.AfterFunc(50*time.Millisecond, cancel)
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the query goes on after its caller left")
	}
	query(t, h, tables, "SELECT count(*) FROM long")
}

func testTimeout(t *testing.T, h Harness) {
	tables := []engine.Table{h.Parquet(t, "long", "SELECT i FROM range(100000) r(i)")}
	_, err := h.Engine.Query(t.Context(), tables, engine.Query{SQL: endless, Timeout: 100 * time.Millisecond})
	if f := fault.Of(err); f.Code != "query_timeout" || !strings.Contains(f.Message, "query-timeout") {
		t.Errorf("timeout: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = h.Engine.Query(ctx, tables, engine.Query{SQL: endless})
	if !fault.Is(err, "query_timeout") || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's deadline: %v", err)
	}
}

func testConcurrently(t *testing.T, h Harness) {
	var sets [][]engine.Table
	for i := range 3 {
		sets = append(sets, []engine.Table{h.Parquet(t, "t", fmt.Sprintf("SELECT %d AS v FROM range(100)", i))})
	}
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			rows, err := h.Engine.Query(t.Context(), sets[i%3], engine.Query{SQL: "SELECT sum(v) FROM t"})
			if err != nil {
				t.Error(err)
				return
			}
			if got := rows.Values[0][0]; got != int64(i%3*100) {
				t.Errorf("set %d: %v", i%3, got)
			}
		})
	}
	wg.Wait()
}

func testReadOnly(t *testing.T, h Harness) {
	tables := []engine.Table{h.Parquet(t, "t", "SELECT 1 AS v")}
	for _, sql := range []string{
		"INSERT INTO t VALUES (2)", "DROP TABLE t", "CREATE TABLE u AS SELECT 1", "SET threads=1",
		"DELETE FROM t; SELECT 1", "COPY t TO '/tmp/never'", "ATTACH ':memory:' AS m",
	} {
		if _, err := h.Engine.Query(t.Context(), tables, engine.Query{SQL: sql}); !fault.Is(err, "sql_not_allowed") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	rows := query(t, h, tables, "SELECT count(*) FROM t")
	if diff := cmp.Diff([][]table.Value{{int64(1)}}, rows.Values); diff != "" {
		t.Error(diff)
	}
}
