package grid

import (
	"fmt"

	"tabletalk/internal/ingest/sheet"
)

// Layout is what is on a sheet.
type Layout struct {
	Tables []Table
	Aside  []Aside
	Extras sheet.Extras
}

// Table is one table on a sheet. Rows and columns count from 0.
type Table struct {
	Columns    []Column
	First      int // first row of values
	Last       int // last row of values; before First: none
	HeaderRow  int // first row of the header; -1: none
	HeaderRows int
	Reason     string // why that header, or none
	Cells      int    // about how many are filled
	Notes      []Note
}

// Column is one column of a table.
type Column struct {
	Col     int
	Name    string // as the header has it; may be empty
	Percent bool   // every number is a percentage
	Money   bool   // every number is an amount of money
	Unit    string // of money, or h, min, s
	Fills   []sheet.Range
}

// Aside is a text that belongs to no table: a title, a source.
type Aside struct {
	Where sheet.Range
	Text  string
}

// Note is something that a person should know of a table.
type Note struct{ Code, Text string }

// Range is the table with its header.
func (t *Table) Range() sheet.Range {
	r := sheet.Range{Row: t.First, LastRow: t.Last}
	if t.HeaderRow >= 0 {
		r.Row = t.HeaderRow
		r.LastRow = max(t.Last, t.HeaderRow+t.HeaderRows-1)
	}
	if len(t.Columns) > 0 {
		r.Col, r.LastCol = t.Columns[0].Col, t.Columns[len(t.Columns)-1].Col
	}
	return r
}

func (t *Table) note(code, format string, args ...any) {
	t.Notes = append(t.Notes, Note{code, fmt.Sprintf(format, args...)})
}

// Judge decides about a row of nothing but texts: whether it is the header of
// the rows below, and why.
type Judge func(cells []string, below [][]string) (bool, string)

// Options are what a person or setting decided.
type Options struct {
	Header     *int // row of the header, from 1; 0: none; nil: find out
	HeaderRows int  // how many rows it has; 0: find out
	Totals     bool // keep rows that sum up the others
	Columns    int  // max-columns
	Judge      Judge
}

// TooWide is a table with more columns than are allowed.
type TooWide struct{ Columns int }

// Error names the number.
func (e *TooWide) Error() string { return fmt.Sprintf("%d columns", e.Columns) }

// Find reads the sheet once and says what is on it.
func Find(s sheet.Sheet, o Options) (*Layout, error) {
	v := &survey{}
	extras, err := s.Read(v.row)
	if err != nil {
		return nil, err
	}
	out := &Layout{Extras: extras}
	f := &finder{o: o, merges: indexMerges(extras.Merges), out: out}
	pieces := f.join(v.pieces())
	for i, p := range pieces {
		if f.aside(p, i, pieces) {
			continue
		}
		t, err := f.table(p)
		if err != nil {
			return nil, err
		}
		out.Tables = append(out.Tables, t)
	}
	return out, nil
}
