//go:build cgo

package dataset_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tabletalk/internal/blob"
	"tabletalk/internal/dataset"
)

// BenchmarkImport takes a file in as the server does: staged, read in a worker
// process, kept, stored. BENCH_FILE names another file.
func BenchmarkImport(b *testing.B) {
	var text strings.Builder
	text.WriteString("id,day,region,amount\n")
	for i := range 30_000 {
		fmt.Fprintf(&text, "%d,2024-%02d-%02d,R%d,%d.%02d\n", i, 1+i%12, 1+i%28, i%40, i%900, i%100)
	}
	file := filepath.Join(b.TempDir(), "bench.csv")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	if other := os.Getenv("BENCH_FILE"); other != "" {
		file = other
	}
	p, err := pool()
	if err != nil {
		b.Fatal(err)
	}
	disk, err := blob.OpenDisk(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	s, err := dataset.New(dataset.Config{Store: newMemory(), Sessions: newMemory(), Blobs: disk, Engine: p, Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var stage, imp time.Duration
	for b.Loop() {
		f, err := os.Open(file)
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		st, err := s.Stage(b.Context(), "bench.csv", f)
		_ = f.Close()
		if err != nil {
			b.Fatal(err)
		}
		stage += time.Since(start)
		start = time.Now()
		if _, err := s.ImportOne(b.Context(), "w", "s", st); err != nil {
			b.Fatal(err)
		}
		imp += time.Since(start)
		b.StopTimer()
		s.Wait()
		b.StartTimer()
	}
	b.ReportMetric(float64(stage.Microseconds())/1000/float64(b.N), "ms/stage")
	b.ReportMetric(float64(imp.Microseconds())/1000/float64(b.N), "ms/import")
}
