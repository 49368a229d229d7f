package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/table"
)

// tablesOf reads a text and tells of every table its name, its columns with
// their types, how many rows it has, and where it stands.
func tablesOf(t *testing.T, text string, d Decisions) string {
	t.Helper()
	res, _, err := ingestText(t, text, func(s *Spec) { s.Decisions = d })
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, tb := range res.Tables {
		fmt.Fprintf(&b, "%s %d:", tb.Name, tb.Rows)
		for _, c := range tb.Columns {
			fmt.Fprintf(&b, " %s %s,", c.Name, c.Type)
		}
		if i < len(res.Receipt.Parts) {
			p := res.Receipt.Parts[i]
			fmt.Fprintf(&b, " from %d, header %d", p.Line, p.HeaderRow)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "read %d, rejected %d", res.Receipt.RowsRead, res.Receipt.RowsRejected)
	for _, r := range res.Receipt.Rejected {
		fmt.Fprintf(&b, ", line %d", r.Line)
	}
	return b.String()
}

func TestStackedTables(t *testing.T) {
	for name, c := range map[string]struct {
		text, want string
	}{
		"other widths": {towns + "\nriver,km\nDonau,2857\nElbe,1094\n\nlake,depth,north,east\nBodensee,251,47.6,9.4\n",
			"test 5: town string, people integer, area integer, from 1, header 1\n" +
				"test_2 2: river string, km integer, from 8, header 8\n" +
				"test_3 1: lake string, depth integer, north float, east float, from 12, header 12\nread 8, rejected 0"},
		"the same width": {"river,km\nDonau,2857\nElbe,1094\n\nlake,depth\nBodensee,251\n",
			"test 2: river string, km integer, from 1, header 1\ntest_2 1: lake string, depth integer, from 5, header 5\nread 3, rejected 0"},
		"titles above": {"Towns\n" + towns + "\n\nLong rivers\nriver,km\nDonau,2857\n",
			"towns 5: town string, people integer, area integer, from 1, header 2\nlong_rivers 1: river string, km integer, from 10, header 11\nread 6, rejected 0"},
		"no blank line, other widths": {towns + "river,km\nDonau,2857\nElbe,1094\n",
			"test 5: town string, people integer, area integer, from 1, header 1\ntest_2 2: river string, km integer, from 7, header 7\nread 7, rejected 0"},
		"names that end in a delimiter": {"river,km,\nDonau,2857\nElbe,1094\n\nlake,depth\nBodensee,251\n",
			"test 2: river string, km integer, from 1, header 1\ntest_2 1: lake string, depth integer, from 5, header 5\nread 3, rejected 0"},
		"the second is longer": {"river,km\nDonau,2857\n\n" + towns,
			"test 1: river string, km integer, from 1, header 1\ntest_2 5: town string, people integer, area integer, from 4, header 4\nread 6, rejected 0"},
		"lines are counted in the file": {"river,km\nDonau,2857\nElbe,1094\n\nlake,depth\nBodensee,251\nx,1,2,3\nAmmersee,81\n",
			"test 2: river string, km integer, from 1, header 1\ntest_2 2: lake string, depth integer, from 5, header 5\nread 4, rejected 1, line 7"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, tablesOf(t, c.text, Decisions{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Rows of another width are no second table unless everything speaks for it.
func TestRaggedRowsAreNoTable(t *testing.T) {
	lakes := "lake,km\nBodensee,251\nAmmersee,81\n"
	for name, c := range map[string]struct {
		text string
		d    Decisions
		want string
	}{
		"words for no value":   {towns + "NA,km\n7,1\n8,2\n", Decisions{}, "test 5: read 5, rejected 3"},
		"a person's words":     {towns + "lake,void\n7,1\n8,2\n", Decisions{Nulls: []string{"void"}}, "test 5: read 5, rejected 3"},
		"and behind a blank":   {towns + "\nlake,void\n7,1\n8,2\n", Decisions{Nulls: []string{"void"}}, "test 5: read 5, rejected 3"},
		"a mark for no value":  {towns + "lake,?\nBodensee,251\nAmmersee,81\n", Decisions{}, "test 5: read 5, rejected 3"},
		"yes is no name":       {towns + "007,yes\n2,1\n3,1\n", Decisions{}, "test 5: read 5, rejected 3"},
		"no column of numbers": {towns + "lake,km\nBodensee,251\nAmmersee,\n", Decisions{}, "test 5: read 5, rejected 3"},
		"one row above":        {"town,people,area\nUlm,1,2\n" + lakes + "Chiemsee,9\n", Decisions{Delimiter: ","}, "test 3: read 3, rejected 0"},
		"the width changes":    {towns + lakes + "Chiemsee,1,9\n", Decisions{}, "test 6: read 6, rejected 3"},
		"they go on":           {towns + lakes, Decisions{}, "test 5: test_2 2: read 7, rejected 0"},
		"three of them":        {towns + lakes + "sea,depth,north,east\nNorth,95,56,3\nBaltic,52,58,20\n", Decisions{}, "test 5: test_2 2: test_3 2: read 9, rejected 0"},
	} {
		t.Run(name, func(t *testing.T) {
			res, _, err := ingestText(t, c.text, func(s *Spec) { s.Decisions = c.d })
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, tb := range res.Tables {
				got += fmt.Sprintf("%s %d: ", tb.Name, tb.Rows)
			}
			got += fmt.Sprintf("read %d, rejected %d", res.Receipt.RowsRead, res.Receipt.RowsRejected)
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// Tables far behind the head are found as well as near ones.
func TestStackedTablesFarDown(t *testing.T) {
	var b strings.Builder
	b.WriteString("n,text\n")
	for i := range 40_000 {
		fmt.Fprintf(&b, "%d,some words that fill the line\n", i)
	}
	b.WriteString("\nriver,km\n")
	for i := range 40_000 {
		fmt.Fprintf(&b, "Donau,%d\n", i)
	}
	want := "test 40000: n integer, text string, from 1, header 1\ntest_2 40000: river string, km integer, from 40003, header 40003\nread 80000, rejected 0"
	if diff := cmp.Diff(want, tablesOf(t, b.String(), Decisions{})); diff != "" {
		t.Error(diff)
	}
}

// Names that stand above the rows once more are no row, and no other table.
func TestNamesOnceMore(t *testing.T) {
	for name, text := range map[string]string{
		"pages": "river,km\nDonau,2857\n\nriver,km\nElbe,1094\n", "files": "river,km\nDonau,2857\nriver,km\nElbe,1094\n",
	} {
		t.Run(name, func(t *testing.T) {
			got := readDecided(t, text, Decisions{})
			if want := "river string, km integer, | Donau 2857 | Elbe 1094 [repeated_header>]"; got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

// Whoever knows better decides: one table, whatever stands below, or a table
// behind every blank line.
func TestOneTableOrSeveral(t *testing.T) {
	stacked := "river,km\nDonau,2857\nElbe,1094\n\nlake,depth\nBodensee,251\n"
	names := "name,town\nAnn,Ulm\nBob,Gera\n\nlake,country\nBodensee,CH\nAmmersee,DE\n"
	zero, one := 0, 1
	for name, c := range map[string]struct {
		text string
		d    Decisions
		want string
	}{
		"one":       {stacked, Decisions{Tables: OneTable}, "test 4: river string, km string,\nread 4, rejected 0"},
		"texts":     {names, Decisions{}, "test 5: name string, town string,\nread 5, rejected 0"},
		"several":   {names, Decisions{Tables: SeveralTables}, "test 2: name string, town string, from 1, header 1\ntest_2 2: lake string, country string, from 5, header 5\nread 4, rejected 0"},
		"no header": {stacked, Decisions{Header: &zero}, "test 5: column_1 string, column_2 string,\nread 5, rejected 0"},
		"a header":  {stacked, Decisions{Header: &one}, "test 4: river string, km string,\nread 4, rejected 0"},
		"several without header": {stacked, Decisions{Header: &zero, Tables: SeveralTables},
			"test 3: column_1 string, column_2 string, from 1, header 0\ntest_2 2: column_1 string, column_2 string, from 5, header 0\nread 5, rejected 0"},
		"types":   {stacked, Decisions{Types: map[string]table.Type{"depth": table.Float}}, "test 2: river string, km integer, from 1, header 1\ntest_2 1: lake string, depth float, from 5, header 5\nread 3, rejected 0"},
		"skipped": {stacked, Decisions{SkipRows: 4}, "test 1: lake string, depth integer,\nread 1, rejected 0"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, tablesOf(t, c.text, c.d)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
