package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const towns = "town,people,area\nUlm,126000,118\nAalen,68000,146\nGera,93000,152\nJena,110000,114\nSuhl,36000,141\n"

// Where one table is wanted, the receipt says where others stand, and what it
// says to do leads there.
func TestTablesBelowTheFirst(t *testing.T) {
	text := towns + "\nriver,km\nDonau,2857\nElbe,1094\n\nlake,depth,north,east\nBodensee,251,47.6,9.4\n"
	res, _, err := ingestText(t, text, func(s *Spec) { s.Tables = OneTable })
	if err != nil {
		t.Fatal(err)
	}
	want := "2 tables stand below this one, behind a blank line, and were not read; the first begins in line 8 and has 2 columns. To have what stands below, read the file again as several tables (tables: several), or from there (skip_rows: 7)."
	if diff := cmp.Diff(want, noteText(res, "more_tables")); diff != "" {
		t.Error(diff)
	}
	if res.Receipt.RowsRead != 5 || res.Receipt.RowsRejected != 5 {
		t.Errorf("%d rows read, %d rejected", res.Receipt.RowsRead, res.Receipt.RowsRejected)
	}
	got := readDecided(t, text, Decisions{SkipRows: 7, Tables: OneTable})
	if want := "river string, km integer, | Donau 2857 | Elbe 1094 "; !strings.HasPrefix(got, want) || !strings.Contains(got, "more_tables>tables") {
		t.Errorf("from line 8: %s", got)
	}
}

// What does not fit is no table by that alone.
func TestNoTablesBelowTheFirst(t *testing.T) {
	for name, text := range map[string]string{
		"a line that does not fit": towns + "\nriver,km\nGotha,45000,69\n",
		"other widths":             towns + "\nriver,km\nDonau,2857,10,Europe\n",
		"words at the end":         towns + "\nSource: the towns\nRead in May\n",
		"the same table goes on":   towns + "\nGotha,45000,69\nEisenach,42000,104\n",
	} {
		t.Run(name, func(t *testing.T) {
			res, _, err := ingestText(t, text)
			if err != nil {
				t.Fatal(err)
			}
			if got := noteText(res, "more_tables"); got != "" {
				t.Error(got)
			}
		})
	}
}

// Rows that leave out their last cells are still filled up, also where blank
// lines part them.
func TestGroupsThatEndEarly(t *testing.T) {
	text := "name,town,note\nAnn,Ulm,x\nBob,Ulm,y\nCid,Ulm,z\nDan,Ulm,x\nEve,Ulm,y\n\nFay,Gera\nGus,Gera\n\nHal,Jena\nIda,Jena\nJoe,Jena\n"
	res, _, err := ingestText(t, text)
	if err != nil {
		t.Fatal(err)
	}
	if r := res.Receipt; r.RowsRead != 10 || r.RowsRejected != 0 || noteText(res, "more_tables") != "" {
		t.Errorf("%d rows read, %d rejected, %v", r.RowsRead, r.RowsRejected, r.Notes)
	}
}

// Two tables beside one another are read as one, and that is told.
func TestTablesBesideOneAnother(t *testing.T) {
	for text, want := range map[string]string{
		"town,people,,river,km\nUlm,126000,,Donau,2857\nGera,93000,,,\n": "Column 3 has no name and no values: two tables may stand beside one another, the second from column 4 (\"river\") on. They were read as one; if they are two, put each into a file of its own.",
		"town,people,,river,km\nUlm,126000,x,Donau,2857\n":               "",
		"town,people,void,river,km\nUlm,126000,,Donau,2857\n":            "",
	} {
		res, _, err := ingestText(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := noteText(res, "side_by_side"); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func noteText(res *Result, code string) string {
	for _, n := range res.Receipt.Notes {
		if n.Code == code {
			return n.Text
		}
	}
	return ""
}
