package duckdb

import "testing"

// BenchmarkJudge measures what the guard costs a statement: the engine's
// parser, the tree as JSON, and the walk over it.
func BenchmarkJudge(b *testing.B) {
	d, err := Open(Settings{MemoryBytes: 1 << 30, TempBytes: 1 << 30, Threads: 2, TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	d.tables = []string{"orders"}
	for name, sql := range map[string]string{
		"short": "SELECT region, sum(amount) FROM orders GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
		"long": `WITH m AS (SELECT date_trunc('month', day) AS m, region, sum(amount) AS s FROM orders WHERE day >= DATE '2024-01-01' AND day < DATE '2025-01-01' GROUP BY 1, 2),
			r AS (SELECT *, rank() OVER (PARTITION BY m ORDER BY s DESC) AS k, lag(s) OVER (PARTITION BY region ORDER BY m) AS before FROM m)
			SELECT m, region, s, CASE WHEN before = 0 THEN NULL ELSE (s - before) / before END AS change FROM r WHERE k <= 5 AND region NOT IN ('a', 'b', 'c') ORDER BY m, k`,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := d.judge(Query{SQL: sql}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
