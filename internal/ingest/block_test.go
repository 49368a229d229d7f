package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const towns = "town,people,area\nUlm,126000,118\nAalen,68000,146\nGera,93000,152\nJena,110000,114\nSuhl,36000,141\n"

// A second table in a text is not read, but the receipt says where it stands,
// and what it says to do leads there.
func TestTablesBelowTheFirst(t *testing.T) {
	text := towns + "\nriver,km\nDonau,2857\nElbe,1094\n\nlake,depth,north,east\nBodensee,251,47.6,9.4\n"
	res, _, err := ingestText(t, text)
	if err != nil {
		t.Fatal(err)
	}
	want := "2 tables stand below this one, behind a blank line, and were not read; the first begins in line 8 and has 2 columns. To have it, read the file again from there (skip_rows: 7), or put it into a file of its own."
	if diff := cmp.Diff(want, noteText(res, "more_tables")); diff != "" {
		t.Error(diff)
	}
	if res.Receipt.RowsRead != 5 || res.Receipt.RowsRejected != 5 {
		t.Errorf("%d rows read, %d rejected", res.Receipt.RowsRead, res.Receipt.RowsRejected)
	}
	got := readDecided(t, text, Decisions{SkipRows: 7})
	if want := "river string, km integer, | Donau 2857 | Elbe 1094 "; !strings.HasPrefix(got, want) || !strings.Contains(got, "more_tables>skip_rows") {
		t.Errorf("from line 8: %s", got)
	}
}

// What does not fit is no table by that alone.
func TestNoTablesBelowTheFirst(t *testing.T) {
	for name, text := range map[string]string{
		"a line that does not fit": towns + "\nriver,km\nGotha,45000,69\n",
		"no blank line":            towns + "river,km\nDonau,2857\nElbe,1094\n",
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

func noteText(res *Result, code string) string {
	for _, n := range res.Receipt.Notes {
		if n.Code == code {
			return n.Text
		}
	}
	return ""
}
