package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

func TestUnique(t *testing.T) {
	seen := func(cells ...string) *column {
		c := newColumn("n", nil, false)
		for i, cell := range cells {
			c.add([]byte(cell), int64(i+1))
		}
		return c
	}
	for _, tc := range []struct {
		first, second []string
		want          bool
	}{
		{[]string{"1", "2", "", "9"}, []string{"10", "11"}, true},
		{[]string{"-3", "0"}, nil, true},
		{nil, []string{"4", "5"}, true},
		{[]string{"1", "2"}, []string{"2", "3"}, false},
		{[]string{"1", "1"}, nil, false},
		{[]string{"2", "1"}, nil, false},
		{[]string{"1"}, []string{"5", "4"}, false},
		{[]string{"1", "n/a"}, nil, false},
		{[]string{"1", "2.0"}, nil, false},
		{[]string{"1", "99999999999999999999"}, nil, false},
	} {
		c := seen(tc.first...)
		c.merge(seen(tc.second...), int64(len(tc.first)))
		if got := c.unique(); got != tc.want {
			t.Errorf("%q and %q: unique is %t", tc.first, tc.second, got)
		}
		if c := seen(append(tc.first, tc.second...)...); c.unique() != tc.want {
			t.Errorf("%q and %q in one: unique is %t", tc.first, tc.second, !tc.want)
		}
	}
}

// What the scan and the description of the Parquet file tell must be what the
// values say.
func TestStatsOfLargeFile(t *testing.T) {
	const rows = 130_000
	var b strings.Builder
	b.WriteString("id,key,kind,amount,ratio,name,empty\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d,k%d,%d.%02d,%d.0,\"customer %d\",\n", i+1, (i*7919)%rows, i%9, i%40_000, i%100, i%30_000, i%50_000)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "large.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	conn := openEngine(t, dir, file)
	res, err := Work(context.Background(), conn, Spec{Name: "large.csv", File: file, Dir: dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	exact := map[string]bool{"id": true, "key": true, "kind": true}
	for _, c := range res.Tables[0].Columns {
		id := quoteID(c.Name)
		var distinct, nulls int64
		var lo, hi sql.NullString
		q := fmt.Sprintf("SELECT count(DISTINCT %[1]s), count(*) - count(%[1]s), CAST(min(%[1]s) AS VARCHAR), CAST(max(%[1]s) AS VARCHAR) FROM read_parquet(%[2]s)",
			id, quoteText(filepath.Join(dir, res.Tables[0].File)))
		if err := conn.QueryRowContext(context.Background(), q).Scan(&distinct, &nulls, &lo, &hi); err != nil {
			t.Fatal(err)
		}
		got := c.Stats
		if got.Nulls != nulls || lo.Valid && (!sameValue(got.Min, c, lo.String) || !sameValue(got.Max, c, hi.String)) {
			t.Errorf("%s: %d nulls from %v to %v, and the values say %d from %s to %s", c.Name, got.Nulls, got.Min, got.Max, nulls, lo.String, hi.String)
		}
		if off := got.Distinct - distinct; exact[c.Name] && off != 0 || max(off, -off)*10 > distinct {
			t.Errorf("%s: %d distinct values instead of %d", c.Name, got.Distinct, distinct)
		}
		if whole := c.Name == "ratio"; got.Whole != whole {
			t.Errorf("%s: whole is %t", c.Name, got.Whole)
		}
	}
}

// sameValue compares a statistic with the engine's text of the value.
func sameValue(v table.Value, c catalog.Column, text string) bool {
	return compareValues(v, typedValue(c.Type, decimals(text), text)) == 0
}
