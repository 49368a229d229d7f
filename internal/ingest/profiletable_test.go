package ingest

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// profiled profiles a text.
func profiled(t *testing.T, text string) *ProfileResult {
	t.Helper()
	dir := t.TempDir()
	res, conn, err := ingestText(t, text, into(dir))
	if err != nil {
		t.Fatal(err)
	}
	tab := res.Tables[0]
	p, err := Profile(context.Background(), conn, ProfileSpec{File: filepath.Join(dir, tab.File), Rows: tab.Rows, Columns: tab.Columns}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestProfileOfTables(t *testing.T) {
	var b strings.Builder
	b.WriteString("order_id,line,sku,region,weight,grams,note,maybe,often,fixed\n")
	for i := range 200 {
		region := []string{"North", "South", "north "}[i%3]
		weight := float64(i%20) + 1
		if i == 7 {
			weight = 9999
		}
		maybe, often := "x", "y"
		if i%4 == 0 {
			maybe, often = "", ""
		}
		if i%2 == 0 {
			often = ""
		}
		fmt.Fprintf(&b, "%d,%d,AB-%03d,%s,%.1f,%.0f,,%s,%s,EU\n", 1000+i/2, i%2, i%150, region, weight, weight*1000, maybe, often)
	}
	p := profiled(t, b.String())
	if diff := cmp.Diff([]Key{{[]string{"order_id", "line"}}}, p.Keys[:1]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Missing{{[]string{"maybe", "often"}, 50}, {[]string{"often"}, 50}}, p.Missing); diff != "" {
		t.Error(diff)
	}
	if *p.Duplicates != 0 || len(p.Correlations) == 0 || p.Correlations[0] != (Correlation{"weight", "grams", 1}) {
		t.Errorf("%d duplicates, %+v", *p.Duplicates, p.Correlations)
	}
	byName := map[string]ColumnProfile{}
	for _, c := range p.Columns {
		byName[c.Name] = c
	}
	if diff := cmp.Diff([]Pattern{{"A-999", 200}}, byName["sku"].Patterns); diff != "" {
		t.Error(diff)
	}
	if o := byName["weight"].Outliers; o == nil || o.Above != 1 || o.Below != 0 {
		t.Errorf("outliers %+v", o)
	}
	var got []string
	for _, w := range p.Warnings {
		got = append(got, w.Code+" "+w.Column)
	}
	want := []string{"outliers weight", "outliers grams", "mostly_missing note", "constant maybe", "mostly_missing often", "constant fixed", "same_twice weight", "spellings region"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestProfileOfRepeatedRows(t *testing.T) {
	p := profiled(t, "a,b\n1,x\n1,x\n2,y\n2,y\n2,y\n")
	if *p.Duplicates != 3 || len(p.Keys) != 0 || len(p.Warnings) != 1 || p.Warnings[0].Text != "3 rows repeat others in every column." {
		t.Errorf("%d %+v %+v", *p.Duplicates, p.Keys, p.Warnings)
	}
	if p := profiled(t, "a,b\n"); p.Duplicates != nil || len(p.Warnings) != 0 {
		t.Errorf("of an empty table: %+v", p)
	}
}
