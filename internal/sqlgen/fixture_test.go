package sqlgen

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

var clock = time.Date(2024, 6, 18, 9, 0, 0, 0, time.UTC)

// fixture is a real engine with small tables, and their catalog.
type fixture struct {
	conn *sql.Conn // one, so that settings and data stay
	cat  *catalog.Catalog
}

func openFixture(t testing.TB) *fixture {
	t.Helper()
	script, err := os.ReadFile("testdata/fixture.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{conn: conn, cat: &catalog.Catalog{}}
	f.exec(t, string(script))
	for _, name := range []string{"sales", "orders", "customers"} {
		f.exec(t, `CREATE VIEW "`+name+`#rows" AS SELECT *, rowid + 1 AS _row FROM `+name)
		f.cat.Tables = append(f.cat.Tables, f.describe(t, name))
	}
	return f
}

func (f *fixture) exec(t testing.TB, text string) {
	t.Helper()
	if _, err := f.conn.ExecContext(context.Background(), text); err != nil {
		t.Fatal(err)
	}
}

var fixtureTypes = map[string]table.Type{"INTEGER": table.Integer, "BIGINT": table.Integer, "DOUBLE": table.Float, "VARCHAR": table.String,
	"BOOLEAN": table.Boolean, "DATE": table.Date, "TIMESTAMP": table.Datetime}

func (f *fixture) describe(t testing.TB, name string) catalog.Table {
	t.Helper()
	tab := catalog.Table{ID: name, Name: name}
	rows := f.query(t, "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position", name)
	for _, r := range rows {
		c := catalog.Column{Name: r[0], Type: fixtureTypes[r[1]], Role: catalog.Dimension}
		if strings.HasPrefix(r[1], "DECIMAL") {
			c.Type = table.Decimal
		}
		if c.Type.Numeric() {
			c.Role = catalog.Measure
		}
		if strings.HasSuffix(c.Name, "_id") {
			c.Role = catalog.ID
		}
		q := `"` + c.Name + `"`
		s := f.query(t, fmt.Sprintf("SELECT count(*), count(*) - count(%s), count(DISTINCT %s), min(%s), max(%s) FROM %s", q, q, q, q, name))[0]
		fmt.Sscan(s[0], &tab.Rows)
		fmt.Sscan(s[1], &c.Stats.Nulls)
		fmt.Sscan(s[2], &c.Stats.Distinct)
		if c.Type.Temporal() {
			c.Stats.Min, c.Stats.Max = s[3], s[4]
		}
		tab.Columns = append(tab.Columns, c)
	}
	return tab
}

// query runs a statement and gives its rows as text.
func (f *fixture) query(t testing.TB, text string, args ...any) [][]string {
	t.Helper()
	rows, err := f.tryQuery(text, args...)
	if err != nil {
		t.Fatalf("%v\n%s\n%v", err, text, args)
	}
	return rows
}

func (f *fixture) tryQuery(text string, args ...any) ([][]string, error) {
	rows, err := f.conn.QueryContext(context.Background(), text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var list [][]string
	for rows.Next() {
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		line := make([]string, len(values))
		for i, v := range values {
			line[i] = cell(v)
		}
		list = append(list, line)
	}
	return list, rows.Err()
}

func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case time.Time:
		if v.Hour()+v.Minute()+v.Second() == 0 {
			return v.Format(time.DateOnly)
		}
		return v.Format("2006-01-02 15:04:05")
	case float64:
		return fmt.Sprintf("%.6g", v)
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(v)
}
