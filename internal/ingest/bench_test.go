package ingest

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// salesCSV writes an order file of n rows: ids, dates, categories, money.
func salesCSV(t testing.TB, n int) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sales.csv")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	r := rand.New(rand.NewPCG(1, 2))
	regions := []string{"North", "South", "East", "West", "Central", "Coastal", "Overseas", "Midlands"}
	comments := []string{"", "", "ok", "good", "as expected", `"great, thanks"`, "late by 3 days", "box damaged"}
	day := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	fmt.Fprintln(w, "order_id,order_date,region,product,customer_id,quantity,unit_price,discount,revenue,is_returned,rating,comment")
	for i := range n {
		q, p := 1+r.IntN(12), float64(100+r.IntN(40000))/100
		rating := ""
		if r.IntN(3) > 0 {
			rating = fmt.Sprint(1 + r.IntN(5))
		}
		fmt.Fprintf(w, "%d,%s,%s,Item-%03d,%d,%d,%.2f,0.%02d,%.2f,%t,%s,%s\n", i+1, day.AddDate(0, 0, r.IntN(1461)).Format("2006-01-02"),
			regions[r.IntN(8)], r.IntN(500), 1+r.IntN(100000), q, p, 5*r.IntN(6), float64(q)*p, r.IntN(12) == 0, rating, comments[r.IntN(8)])
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return file
}

// BenchmarkRatio reads a file as an upload is read, and as the engine alone
// reads it into Parquet, in turn, and prints the ratio.
func BenchmarkRatio(b *testing.B) {
	for _, rows := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("csv/rows=%d", rows), func(b *testing.B) {
			ratio(b, salesCSV(b, rows), "read_csv(%s)")
		})
		b.Run(fmt.Sprintf("ndjson/rows=%d", rows), func(b *testing.B) {
			ratio(b, asNDJSON(b, salesCSV(b, rows)), "read_json(%s, format = 'newline_delimited')")
		})
	}
}

// asNDJSON writes a CSV file as one object a line.
func asNDJSON(b *testing.B, file string) string {
	b.Helper()
	dir := b.TempDir()
	conn := openEngine(b, dir, file)
	out := filepath.Join(dir, "sales.ndjson")
	if _, err := conn.ExecContext(context.Background(), fmt.Sprintf("COPY (FROM read_csv(%s)) TO %s (FORMAT json)", quoteText(file), quoteText(out))); err != nil {
		b.Fatal(err)
	}
	return out
}

func ratio(b *testing.B, file, bareFrom string) {
	dir := b.TempDir()
	conn := openEngine(b, dir, file)
	query := fmt.Sprintf("COPY (FROM "+bareFrom+") TO %s (FORMAT parquet, COMPRESSION zstd)", quoteText(file), quoteText(filepath.Join(dir, "bare.parquet")))
	var ours, bare time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := Work(context.Background(), conn, Spec{File: file, Name: filepath.Base(file), Dir: dir}, nil); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(start)
		start = time.Now()
		if _, err := conn.ExecContext(context.Background(), query); err != nil {
			b.Fatal(err)
		}
		bare += time.Since(start)
	}
	b.ReportMetric(float64(ours.Milliseconds())/float64(b.N), "ms/ours")
	b.ReportMetric(float64(bare.Milliseconds())/float64(b.N), "ms/bare")
	b.ReportMetric(float64(ours)/float64(bare), "ratio")
}

// BenchmarkAppend puts a thousand rows behind a table, as a batch of posted
// rows is: the whole table is written anew.
func BenchmarkAppend(b *testing.B) {
	for _, rows := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			dir := b.TempDir()
			conn := openEngine(b, dir)
			var parts []RowsPart
			for _, n := range []int{rows, 1000} {
				of := filepath.Join(dir, fmt.Sprint(n))
				if err := os.Mkdir(of, 0o700); err != nil {
					b.Fatal(err)
				}
				file := filepath.Join(of, "sales.csv")
				if err := os.Rename(salesCSV(b, n), file); err != nil {
					b.Fatal(err)
				}
				res, err := Work(context.Background(), conn, Spec{File: file, Name: "sales.csv", Dir: of}, nil)
				if err != nil {
					b.Fatal(err)
				}
				t := res.Tables[0]
				parts = append(parts, RowsPart{File: filepath.Join(of, t.File), Rows: t.Rows, Columns: t.Columns})
			}
			for b.Loop() {
				if _, err := Append(context.Background(), conn, AppendSpec{Name: "sales", Dir: dir, Parts: parts}, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
