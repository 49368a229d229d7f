package ingest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tabletalk/internal/engine"
)

// scanOf scans a file with what its head settles, in one pass or in two halves.
func scanOf(t *testing.T, file string, split bool) *scan {
	t.Helper()
	j := &job{spec: Spec{Name: "x.csv", Dir: t.TempDir()}, path: file, progress: func(engine.Progress) {}}
	j.spec.Limits.defaults()
	if err := j.readHead(); err != nil {
		t.Fatal(err)
	}
	d, err := j.dialect(j.head)
	if err != nil {
		t.Fatal(err)
	}
	h := findHeader(j.headRows(j.head, d), &j.spec.Decisions)
	s := &scan{j: j, d: d, h: h}
	s.prepare()
	if !split {
		j.size = splitFrom - 1
	}
	if err := s.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestHalvesSeeWhatOnePassSees, also where the middle of the file lies inside
// a quoted text, and where a broken quote makes the cut unsafe.
func TestHalvesSeeWhatOnePassSees(t *testing.T) {
	for name, odd := range map[string]string{"plain": "", "broken quote": "9,\"open,2024-01-01,x,1\n", "late text": "1,a,2024-01-01,many,$5\n"} {
		var b bytes.Buffer
		b.WriteString("id,text,day,n,price\n")
		for i := 0; b.Len() < splitFrom+1<<20; i++ {
			fmt.Fprintf(&b, "%d,\"a, \"\"long\"\"\ntext of %d\",2024-%02d-%02d,%d,\"$1,%03d.50\"\n", i, i, 1+i%12, 1+i%28, i%1000, i%1000)
			if i == 100_000 {
				b.WriteString(odd)
			}
		}
		b.WriteString(odd)
		file := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		one, two := scanOf(t, file, false), scanOf(t, file, true)
		opts := cmp.Options{cmp.AllowUnexported(column{}, oddCell{}), cmpopts.IgnoreFields(column{}, "last")}
		for i, c := range one.cols {
			if c.textual && two.cols[i].textual { // each half looks closely until it is sure
				two.cols[i].count = c.count
			}
		}
		if diff := cmp.Diff(one.cols, two.cols, opts); diff != "" {
			t.Errorf("%s (-one pass +halves):\n%s", name, diff)
		}
		if one.rows != two.rows || one.bad != two.bad || one.lf != two.lf || one.widest != two.widest || one.rows == 0 {
			t.Errorf("%s: %d rows %d bad in one pass, %d and %d in halves", name, one.rows, one.bad, two.rows, two.bad)
		}
	}
}
