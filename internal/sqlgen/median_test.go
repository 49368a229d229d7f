package sqlgen

import (
	"fmt"
	"strings"
	"testing"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// The middle between two decimals is exact, and taken over decimals where one
// more digit surely fits.
func TestMedianOfDecimals(t *testing.T) {
	f := openFixture(t)
	f.exec(t, "CREATE OR REPLACE TABLE sales AS SELECT * REPLACE (CAST(0.01 * rowid AS DECIMAL(18, 2)) AS revenue) FROM sales WHERE rowid < 4")
	column := f.cat.Table("sales").Column("revenue")
	for _, c := range []struct {
		most     table.Value
		decimals bool
	}{{nil, false}, {table.Exact("0.03"), true}, {table.Exact("-9999999999999.99"), true}, {table.Exact("99999999999999.99"), false}} {
		column.Stats.Min, column.Stats.Max = table.Exact("-0.01"), c.most
		for text, want := range map[string]string{
			"sales | median(revenue) as m":                         "0.015",
			"sales | median(revenue) filter (revenue > 0.01) as m": "0.025",
		} {
			p, err := plan.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Compile(p, f.cat, DuckDB, Options{Now: clock})
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(f.query(t, s.SQL, s.Args...)); got != "[["+want+"]]" || strings.Contains(s.SQL, "* 1.0") != c.decimals {
				t.Errorf("up to %v: %s, want %s\n%s", c.most, got, want, s.SQL)
			}
		}
	}
}
