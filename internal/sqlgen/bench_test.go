package sqlgen

import (
	"path/filepath"
	"testing"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// BenchmarkMillion runs typical questions over 1e6 rows in a Parquet file and
// in memory.
func BenchmarkMillion(b *testing.B) {
	f := openFixture(b)
	file := filepath.Join(b.TempDir(), "m.parquet")
	f.exec(b, "SET threads = 2")
	f.exec(b, `COPY (SELECT i AS id, DATE '2020-01-01' + CAST(i / 700 AS INTEGER) AS d, ((hash(i) % 100000) / 100)::DECIMAL(12, 2) AS rev,
		'region ' || (hash(i) % 5) AS region, 'customer ' || (hash(i + 7) % 20000) AS customer FROM range(1000000) t(i)) TO '`+file+`' (FORMAT parquet)`)
	for _, kind := range []string{"parquet", "memory"} {
		from := "read_parquet('" + file + "')"
		position := "file_row_number"
		if kind == "memory" {
			f.exec(b, "CREATE TABLE m AS SELECT * FROM "+from)
			from, position = "m", "rowid"
		}
		f.exec(b, `CREATE OR REPLACE VIEW big AS SELECT * FROM `+from)
		f.exec(b, `CREATE OR REPLACE VIEW "big#rows" AS SELECT *, `+position+` + 1 AS _row FROM `+from)
		cat := &catalog.Catalog{Tables: []catalog.Table{{Name: "big", Rows: 1_000_000, Columns: []catalog.Column{
			{Name: "id", Type: table.Integer}, {Name: "d", Type: table.Date, Stats: catalog.Stats{Min: "2020-01-01", Max: "2023-11-30"}},
			{Name: "rev", Type: table.Decimal}, {Name: "region", Type: table.String}, {Name: "customer", Type: table.String}}}}}
		for _, q := range []struct{ name, text string }{
			{"total", `big | sum(rev) as "total rev"`},
			{"by_region", `big | by region | sum(rev) as "total rev" | order "total rev" desc`},
			{"by_month_filled", `big | by trunc(month, d) as month | sum(rev) as "total rev" | fill | as series`},
			{"by_month_of_one_region", `big | where region = 'region 3' and d within 2021-01-01..2022-01-01 | by trunc(month, d) as month | sum(rev) as "total rev" | as series`},
			{"top_5_customers", `big | by customer | sum(rev) as "total rev" | order "total rev" desc | limit 5`},
			{"top_3_per_region", `big | by region, customer | sum(rev) as "total rev" | order "total rev" desc | limit 3 per region`},
			{"rows_by_revenue", `big | select id, rev | order rev desc | limit 20`},
			{"contains", `big | where customer contains 'R 77' | count() as n`},
		} {
			b.Run(kind+"/"+q.name, func(b *testing.B) { runPlan(b, f, cat, q.text, false) })
		}
		b.Run(kind+"/checks", func(b *testing.B) {
			runPlan(b, f, cat, `big | where region = 'region 3' and d within 2021-01-01..2022-01-01 | sum(rev) as r`, true)
		})
	}
}

func runPlan(b *testing.B, f *fixture, cat *catalog.Catalog, text string, checks bool) {
	p, err := plan.Parse(text)
	if err != nil {
		b.Fatal(err)
	}
	s, err := Compile(p, cat, DuckDB, Options{Now: clock})
	if checks {
		var c Checks
		c, err = MakeChecks(p, cat, DuckDB, Options{Now: clock})
		s = c.Statement
	}
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		f.query(b, s.SQL, s.Args...)
	}
}
