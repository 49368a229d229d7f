package ingest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawLines draws a text line by line: tables with titles, names and rows of
// whatever width, blank lines and comments between them, or none.
func drawLines(r *rapid.T) []string {
	cells := rapid.SampledFrom([]string{"", "1", "2.5", "x", "2024-01-31", "NA", " y ", "007", "$3", "yes", "ä"})
	names := rapid.SampledFrom([]string{"town", "people", "area", "n", "null", "river km", "Total"})
	others := rapid.SampledFrom([]string{"", " ", ",,", "# a remark", "#,1", "Towns of the north", "Total,3,4", "first,second,third"})
	rows := func(cell *rapid.Generator[string], wide, from, to int) (out []string) {
		for _, l := range rapid.SliceOfN(rapid.SliceOfN(cell, wide, wide), from, to).Draw(r, "rows") {
			out = append(out, strings.Join(l, ","))
		}
		return out
	}
	lines := []string{"first,second,third"}
	for range rapid.IntRange(1, 4).Draw(r, "tables") {
		if rapid.Bool().Draw(r, "ragged") {
			for range rapid.IntRange(1, 8).Draw(r, "rows") {
				lines = append(lines, rows(cells, rapid.IntRange(1, 4).Draw(r, "width"), 1, 1)...)
			}
		}
		lines = append(lines, rapid.SliceOfN(others, 0, 2).Draw(r, "between")...)
		wide := rapid.IntRange(1, 4).Draw(r, "width")
		lines = append(lines, rows(names, wide, 0, 1)...)
		lines = append(lines, rows(cells, wide, 0, 6)...)
	}
	return lines
}

// accounted checks that the receipt of a text without quotes accounts for each
// of its lines, and that the tables hold the rows it tells of.
func accounted(r *rapid.T, read func(text string, d Decisions) (*Result, []int64, error), lines []string, d Decisions) {
	ends := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(r, "ends")
	text := strings.Join(lines, ends)
	if text += ends; rapid.Bool().Draw(r, "open end") && lines[len(lines)-1] != "" {
		text = strings.TrimSuffix(text, ends)
	}
	res, rows, err := read(text, d)
	if err != nil {
		r.Fatalf("%q: %v", text, err)
	}
	got, out := res.Receipt, res.Receipt.LeftOut
	if sum := got.RowsRead + got.RowsRejected + out.Names + out.Above + out.Blank + out.Comments + out.Totals; sum != int64(len(lines)) {
		r.Fatalf("%q: %d read, %d rejected, %+v of %d lines", text, got.RowsRead, got.RowsRejected, *out, len(lines))
	}
	if out.Names < 0 || out.Above < 0 {
		r.Fatalf("%q: %+v", text, *out)
	}
	sum := int64(0)
	for i, t := range res.Tables {
		if sum += t.Rows; rows[i] != t.Rows {
			r.Fatalf("%q: %s holds %d rows of %d", text, t.Name, rows[i], t.Rows)
		}
	}
	if sum != got.RowsRead {
		r.Fatalf("%q: the tables have %d rows, the receipt tells of %d", text, sum, got.RowsRead)
	}
}

// reader reads texts in one engine and counts the rows of the tables.
func reader(t *testing.T) func(text string, d Decisions) (*Result, []int64, error) {
	root := t.TempDir()
	file := filepath.Join(root, "in.csv")
	conn := openEngine(t, root, file)
	return func(text string, d Decisions) (res *Result, rows []int64, err error) {
		dir, err := os.MkdirTemp(root, "tables-") // the engine remembers files by their name
		if err != nil {
			return nil, nil, err
		}
		defer os.RemoveAll(dir)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return nil, nil, err
		}
		res, err = Work(context.Background(), conn, Spec{File: file, Dir: dir, Name: "in.csv", Decisions: d}, nil)
		if err != nil {
			return nil, nil, err
		}
		for _, tb := range res.Tables {
			rows = append(rows, int64(len(tableRows(t, conn, filepath.Join(dir, tb.File), 1000))))
		}
		return res, rows, nil
	}
}

func TestEveryLineIsAccountedFor(t *testing.T) {
	read := reader(t)
	rapid.Check(t, func(r *rapid.T) { accounted(r, read, drawLines(r), Decisions{}) })
}

func TestEveryLineIsAccountedForAsDecided(t *testing.T) {
	read := reader(t)
	rapid.Check(t, func(r *rapid.T) {
		d := Decisions{Delimiter: ",", Tables: rapid.SampledFrom([]string{"", OneTable, SeveralTables}).Draw(r, "tables")}
		if header := rapid.IntRange(-1, 1).Draw(r, "header"); header >= 0 {
			d.Header = &header
		}
		d.KeepTotals = rapid.Bool().Draw(r, "totals")
		d.Comment = rapid.SampledFrom([]string{"", "#", "T"}).Draw(r, "comment")
		d.HeaderRows = rapid.IntRange(0, 2).Draw(r, "names")
		accounted(r, read, drawLines(r), d)
	})
}
