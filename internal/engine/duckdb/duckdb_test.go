package duckdb

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/batch"
	"tabletalk/internal/fault"
	"tabletalk/internal/sqlguard"
	"tabletalk/internal/table"
)

// rows is a sink that decodes what it gets.
type rows struct {
	columns []batch.Column
	values  [][]table.Value
	batches int
}

func (r *rows) Columns(columns []batch.Column) error { r.columns = columns; return nil }

func (r *rows) Batch(data []byte) (err error) {
	r.batches++
	r.values, err = batch.Decode(data, r.columns, r.values)
	return err
}

func open(t testing.TB) *DB {
	t.Helper()
	d, err := Open(Settings{MemoryBytes: 1 << 30, TempBytes: 1 << 30, Threads: 2, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// TestListedFunctionsExist keeps functions.txt free of names that the engine
// does not have: they would be promises that nobody keeps.
func TestListedFunctionsExist(t *testing.T) {
	d := open(t)
	var r rows
	if _, err := d.Run(Query{SQL: "SELECT DISTINCT lower(function_name) FROM duckdb_functions()", Unjudged: true}, &r); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, v := range r.values {
		known[v[0].(string)] = true
	}
	// The parser makes these of something that looks like a function, or
	// knows them only behind OVER.
	for _, name := range strings.Fields(`coalesce ifnull nullif row_number rank dense_rank rank_dense percent_rank cume_dist ntile
		lag lead first_value last_value nth_value fill current_date current_timestamp current_time percentile_cont percentile_disc`) {
		known[name] = true
	}
	var missing []string
	for _, name := range sqlguard.Functions() {
		if !known[name] {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		t.Errorf("not in the engine: %s", strings.Join(missing, " "))
	}
}

func TestLongValuesAreSplitAndBounded(t *testing.T) {
	d := open(t)
	var r rows
	out, err := d.Run(Query{SQL: "SELECT repeat('x', 1000000) AS s, i FROM range(50) r(i)", Unjudged: true}, &r)
	if err != nil || len(r.values) != 50 || out.Total != 50 || r.batches < 10 {
		t.Errorf("%d rows in %d batches, %+v, %v", len(r.values), r.batches, out, err)
	}
	for i, v := range r.values {
		if len(v[0].(string)) != 1000000 || v[1] != int64(i) {
			t.Fatalf("row %d: %d bytes, %v", i, len(v[0].(string)), v[1])
		}
	}
	r = rows{}
	out, err = d.Run(Query{SQL: "SELECT list(j) FROM range(20) r(i), range(100000) s(j) GROUP BY i", MaxBytes: 2 << 20, Unjudged: true}, &r)
	if err != nil || len(r.values) != 3 || !out.Truncated || out.Total != -1 {
		t.Errorf("lists: %d rows, %+v, %v", len(r.values), out, err)
	}
	var list []int
	if err := json.Unmarshal([]byte(r.values[2][0].(string)), &list); err != nil || len(list) != 100000 {
		t.Errorf("a list: %d, %v", len(list), err)
	}
	_, err = d.Run(Query{SQL: "SELECT repeat('x', 100000000)", Unjudged: true}, &rows{})
	if !fault.Is(err, "result_too_large") {
		t.Errorf("a row without a limit: %v", err)
	}
}

func TestNestedValues(t *testing.T) {
	d := open(t)
	var r rows
	sql := `SELECT * FROM (VALUES
		([[1, 2], NULL, []], {'k': 'a', 'n': {'d': DATE '2024-01-01', 'x': 1.5::DECIMAL(4,2)}}, MAP {'a': 1, 'b': NULL}, ['x', NULL]),
		(NULL, NULL, NULL, NULL),
		([[]], {'k': NULL, 'n': NULL}, MAP {}, ['"', 'ü'])) v(l, s, m, t)`
	if _, err := d.Run(Query{SQL: sql, Unjudged: true}, &r); err != nil {
		t.Fatal(err)
	}
	want := [][]table.Value{
		{"[[1,2],null,[]]", `{"k":"a","n":{"d":"2024-01-01","x":1.50}}`, `{"a":1,"b":null}`, `["x",null]`},
		{nil, nil, nil, nil},
		{"[[]]", `{"k":null,"n":null}`, `{}`, `["\"","ü"]`},
	}
	if diff := cmp.Diff(want, r.values); diff != "" {
		t.Error(diff)
	}
}

// TestWholeTypesAgreeWithText compares every type over many rows, with and
// without nulls, with what the engine itself writes as text.
func TestWholeTypesAgreeWithText(t *testing.T) {
	d := open(t)
	for _, expr := range []string{
		"(i - 2500)::TINYINT", "(i * 6)::SMALLINT", "i::UINTEGER", "(i * -1234567)::BIGINT", "(i * 1000000007)::HUGEINT * 1000000007 * 1000000007",
		"(i / 8.0)::DOUBLE", "((i - 2500) / 8)::DECIMAL(4,1)", "((i - 2500) / 8)::DECIMAL(9,3)", "((i - 2500) / 8)::DECIMAL(18,3)", "((i - 2500) / 8)::DECIMAL(38,10)",
		"DATE '1900-01-01' + (i * 20)::INT", "('v' || i)", "('a longer value ' || i)", "md5(i::VARCHAR)::UUID", "(i % 2 = 0)",
		"INTERVAL (i) MINUTE", "('e' || i % 3)::ENUM ('e0', 'e1', 'e2')", "i::UBIGINT", "i::BIT", "TIME '00:00:00' + INTERVAL (i) SECOND",
	} {
		small := strings.Contains(expr, "TINYINT") // keep it in range
		n := 5000
		from := 0
		if small {
			from, n = 2400, 200
		}
		sql := fmt.Sprintf("SELECT v, v::VARCHAR FROM (SELECT CASE WHEN i %% 7 > 0 THEN %s END AS v FROM range(%d, %d) r(i))", expr, from, from+n)
		var r rows
		if _, err := d.Run(Query{SQL: sql, Unjudged: true}, &r); err != nil {
			t.Errorf("%s: %v", expr, errors.Join(err, fault.Of(err).Err))
			continue
		}
		for i, v := range r.values {
			if v[1] == nil && v[0] == nil {
				continue
			}
			if got := plain(v[0]); got != v[1] {
				t.Errorf("%s, row %d: %q, the engine writes %q", expr, i, got, v[1])
				break
			}
		}
	}
}

// plain writes a value as the engine writes it as text.
func plain(v table.Value) string {
	if f, ok := v.(float64); ok && f == float64(int64(f)) {
		return fmt.Sprintf("%.1f", f)
	}
	return fmt.Sprint(v)
}

func TestTablesStayOnDiskWhenTheyUnpackTooLarge(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "t.parquet")
	maker := open(t)
	if err := maker.exec("COPY (SELECT i, md5(i::VARCHAR) AS s FROM range(200000) r(i)) TO " + literal(file) + " (FORMAT parquet)"); err != nil {
		t.Fatal(err)
	}
	for memory, want := range map[int64]string{1 << 30: "BASE TABLE", 16 << 20: "VIEW"} {
		d, err := Open(Settings{MemoryBytes: memory, TempBytes: 1 << 30, Threads: 1, TempDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Load([]engine.Table{{Name: "t", Path: file}}, 64<<20); err != nil {
			t.Fatal(err)
		}
		var r rows
		_, err = d.Run(Query{SQL: "SELECT table_type, (SELECT count(*) FROM t) FROM information_schema.tables WHERE table_name = 't'", Unjudged: true}, &r)
		if diff := cmp.Diff([][]table.Value{{want, int64(200000)}}, r.values); err != nil || diff != "" {
			t.Errorf("%d bytes of memory: %v %s", memory, err, diff)
		}
		d.Close()
	}
}

func TestLockedEngineRefusesFilesAndSettings(t *testing.T) {
	d := open(t)
	outside := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(outside, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.exec("SELECT * FROM read_csv(" + literal(outside) + ")"); err != nil {
		t.Fatalf("before the lock: %v", err)
	}
	if err := d.Lock(nil, nil); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"SELECT * FROM read_csv(" + literal(outside) + ")", "SET threads = 1", "SET enable_external_access = true",
		"RESET lock_configuration", "INSTALL httpfs", "COPY (SELECT 1) TO " + literal(outside),
	} {
		if err := d.exec(sql); err == nil {
			t.Errorf("after the lock runs: %s", sql)
		}
	}
}
