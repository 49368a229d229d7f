package ingest

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tabletalk/internal/catalog"
	"tabletalk/internal/engine"
	"tabletalk/internal/table"
)

// TestCountedIsQueried holds the statistics that a scan counts of small files
// to those that the engine counts of the Parquet file made of them.
func TestCountedIsQueried(t *testing.T) {
	files, err := filepath.Glob("testdata/receipts/*")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, salesCSV(t, 3000))
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		abs, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		conn := openEngine(t, dir, abs)
		res, err := Work(context.Background(), conn, Spec{File: abs, Dir: dir, Name: filepath.Base(file)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := res.Tables[0]
		if got.Rows == 0 {
			continue
		}
		j := &job{spec: Spec{Dir: dir}, db: conn, progress: func(engine.Progress) {}}
		cols := slices.Clone(got.Columns)
		for i := range cols {
			cols[i].Stats = catalog.Stats{}
		}
		values, err := j.queriedStats(context.Background(), cols, got, nil)
		if err != nil {
			t.Fatal(err)
		}
		near := cmpopts.EquateApprox(1e-9, 1e-9)
		for i, c := range cols {
			if diff := cmp.Diff(got.Columns[i].Stats, c.Stats, near); diff != "" {
				t.Errorf("%s, %s (-counted +queried):\n%s", filepath.Base(file), c.Name, diff)
			}
		}
		if diff := cmp.Diff(got.Values, values, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: values (-counted +queried):\n%s", filepath.Base(file), diff)
		}
	}
}

func TestProfile(t *testing.T) {
	var b strings.Builder
	b.WriteString("n,price,day,word,flag,empty\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "%d,%d.%02d,2024-%02d-%02d,%s,%t,\n", i%7, i/10, i%100, 1+i%12, 1+i%28, strings.Repeat("x", 1+i%5), i%2 == 0)
	}
	dir := t.TempDir()
	res, conn, err := ingestText(t, b.String(), into(dir))
	if err != nil {
		t.Fatal(err)
	}
	tab := res.Tables[0]
	p, err := Profile(context.Background(), conn, ProfileSpec{File: filepath.Join(dir, tab.File), Rows: tab.Rows, Columns: tab.Columns}, nil)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]ColumnProfile{}
	for _, c := range p.Columns {
		byName[c.Name] = c
		total := int64(0)
		for _, bin := range c.Histogram {
			total += bin.Rows
		}
		if len(c.Histogram) > histogramBins || len(c.Histogram) > 0 && total != tab.Rows-c.Nulls {
			t.Errorf("%s: %d bins with %d rows", c.Name, len(c.Histogram), total)
		}
	}
	if q := byName["n"].Quantiles; q == nil || q.P50 != int64(3) || q.P5 != int64(0) || q.P95 != int64(6) {
		t.Errorf("quantiles of n: %+v", q)
	}
	if h := byName["n"].Histogram; len(h) != 7 || h[0].Rows != 143 {
		t.Errorf("histogram of n: %+v", h)
	}
	if q := byName["price"].Quantiles; q == nil || q.P50 != table.Exact("49.99") {
		t.Errorf("quantiles of price: %+v", q)
	}
	if l := byName["word"].Lengths; l == nil || l.Min != 1 || l.Max != 5 || math.Abs(l.Mean-3) > 1e-9 {
		t.Errorf("lengths of word: %+v", l)
	}
	if q := byName["day"].Quantiles; q == nil || q.P50 == nil || len(byName["day"].Histogram) == 0 {
		t.Errorf("day: %+v", byName["day"])
	}
	if e := byName["empty"]; e.Nulls != 1000 || e.Quantiles != nil || e.Lengths != nil {
		t.Errorf("empty: %+v", e)
	}
}
