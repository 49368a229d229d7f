package worker

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/batch"
	"tabletalk/internal/engine/duckdb"
	"tabletalk/internal/table"
)

// BenchmarkStart measures a worker from nothing to its first answer, and the
// memory that it holds then.
func BenchmarkStart(b *testing.B) {
	p := newPool(b, func(c *Config) { c.Warm = -1 })
	var resident int64
	for b.Loop() {
		w, err := p.start(b.Context(), p.cfg.querySetup)
		if err != nil {
			b.Fatal(err)
		}
		if err := p.open(b.Context(), w, nil, -1); err != nil {
			b.Fatal(err)
		}
		_, err = w.do(b.Context(), call{
			kind: frameQuery, message: queryRequest{SQL: "SELECT 1"}, timeout: time.Minute,
			expired: func() error { return nil }, frame: func(byte, []byte) error { return nil },
		})
		if err != nil {
			b.Fatal(err)
		}
		resident = residentBytes(w.cmd.Process.Pid)
		p.end(w)
	}
	b.ReportMetric(float64(resident)/mib, "MB-resident")
}

// collector is a sink that decodes as the server does.
type collector struct {
	columns []batch.Column
	rows    [][]table.Value
}

func (c *collector) Columns(columns []batch.Column) error { c.columns = columns; return nil }

func (c *collector) Batch(data []byte) (err error) {
	c.rows, err = batch.Decode(data, c.columns, c.rows)
	return err
}

var benchQueries = map[string]string{
	"one":    "SELECT 1",
	"group":  "SELECT k, count(*), sum(v), avg(v) FROM t GROUP BY k ORDER BY k",
	"filter": "SELECT k, v, s FROM t WHERE i BETWEEN 1000 AND 1200",
	"wide":   "SELECT i, k, v, s, i + 1, v * 2, s || 'x', i % 3 = 0, DATE '2024-01-01' + (i % 365)::INT, v::DECIMAL(18,2) FROM t LIMIT 10000",
}

const benchTable = "SELECT i, i % 50 AS k, (i * 7919 % 100003) / 7.0 AS v, 'name ' || (i % 1000) AS s FROM range(1000000) r(i)"

// BenchmarkQuery compares a warm worker with the same engine in process.
func BenchmarkQuery(b *testing.B) {
	p := newPool(b, func(c *Config) { c.LoadBytes = -1 })
	tables := []engine.Table{parquet(b, p, "t", benchTable)}
	db, err := duckdb.Open(duckdb.Settings{MemoryBytes: gib, TempBytes: gib, Threads: 2, TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Load(tables, -1); err != nil {
		b.Fatal(err)
	}
	for name, sql := range benchQueries {
		b.Run(name, func(b *testing.B) { compare(b, p, tables, db, sql) })
	}
}

// compare runs both in turns, so that a busy machine is unfair to neither.
func compare(b *testing.B, p *Pool, tables []engine.Table, db *duckdb.DB, sql string) {
	var far, near time.Duration
	rounds := 0
	for b.Loop() {
		began := time.Now()
		if _, err := p.Query(b.Context(), tables, engine.Query{SQL: sql}); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		if _, err := db.Run(duckdb.Query{SQL: sql, MaxRows: 10000, MaxBytes: 32 * mib}, &collector{}); err != nil {
			b.Fatal(err)
		}
		far += middle.Sub(began)
		near += time.Since(middle)
		rounds++
	}
	b.ReportMetric(float64(far.Microseconds())/float64(rounds), "µs-worker")
	b.ReportMetric(float64(near.Microseconds())/float64(rounds), "µs-in-process")
	b.ReportMetric(float64((far-near).Microseconds())/float64(rounds), "µs-overhead")
	b.ReportMetric(float64(far)/float64(near), "ratio")
}

// BenchmarkOpen measures the first query over a new set of tables on a worker
// that is ready: as views, and read into memory.
func BenchmarkOpen(b *testing.B) {
	for name, load := range map[string]int64{"views": -1, "in memory": 64 * mib} {
		b.Run(name, func(b *testing.B) {
			p := newPool(b, func(c *Config) { c.Warm = -1 })
			tab := parquet(b, p, "t", benchTable)
			info, err := os.Stat(tab.Path)
			if err != nil {
				b.Fatal(err)
			}
			var spent time.Duration
			rounds := 0
			var resident int64
			for b.Loop() {
				w, err := p.start(b.Context(), p.cfg.querySetup)
				if err != nil {
					b.Fatal(err)
				}
				began := time.Now()
				if err := p.open(b.Context(), w, []engine.Table{tab}, load); err != nil {
					b.Fatal(err)
				}
				spent += time.Since(began)
				rounds++
				resident = residentBytes(w.cmd.Process.Pid)
				p.end(w)
			}
			b.ReportMetric(float64(spent.Microseconds())/float64(rounds), "µs-open")
			b.ReportMetric(float64(resident)/mib, "MB-resident")
			b.ReportMetric(float64(info.Size())/mib, "MB-parquet")
		})
	}
}

// BenchmarkImport measures the memory that a large CSV takes on its way to
// Parquet: the most that the process ever held.
func BenchmarkImport(b *testing.B) {
	p := newPool(b, nil)
	dir := b.TempDir()
	csv := filepath.Join(dir, "big.csv")
	_, err := p.Import(b.Context(), engine.Job{Kind: "sql", Dir: dir, Body: []string{`COPY (SELECT i AS id, DATE '2020-01-01' + (i % 1500)::INT AS day,
		'region ' || (i % 50) AS region, round(random() * 1000, 2) AS amount, md5(i::VARCHAR) AS code, random() AS x, 'customer ' || (i * 7919 % 100003) AS customer
		FROM range(9500000) r(i)) TO 'out/big.csv' (HEADER)`}})
	if err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(csv)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		stop := make(chan struct{})
		most := make(chan int64)
		go func() { most <- watchMemory(p, stop) }()
		_, err := p.Import(b.Context(), engine.Job{
			Kind: "csv", Dir: dir, Read: []string{csv}, Body: map[string]string{"From": engine.JobFile(0), "To": engine.JobDir + "/big.parquet"},
		})
		close(stop)
		b.ReportMetric(float64(<-most)/mib, "MB-most")
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(info.Size())/mib, "MB-csv")
}

// watchMemory gives the most that any worker held until stop.
func watchMemory(p *Pool, stop chan struct{}) int64 {
	var most int64
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return most
		case <-tick.C:
			p.mu.Lock()
			for w := range p.live {
				most = max(most, residentBytes(w.cmd.Process.Pid))
			}
			p.mu.Unlock()
		}
	}
}
