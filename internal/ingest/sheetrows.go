package ingest

import (
	"bufio"
	"context"
	"fmt"
	"os"

	"tabletalk/internal/ingest/grid"
	"tabletalk/internal/ingest/sheet"
	"tabletalk/internal/table"
)

// sheetWriter writes the rows of the tables of one sheet as plain CSV, which
// then takes the same road as any other text.
type sheetWriter struct {
	j      *job
	tables []*sheetTable
	bytes  int64
}

// sheetTable is one table while it is written.
type sheetTable struct {
	j       *job
	t       *grid.Table
	s       *scan
	file    *os.File
	w       *bufio.Writer
	lo      int
	place   []int // in the table, by column of the sheet from lo; -1: none
	fields  [][]byte
	kinds   []sheet.Kind
	line    []byte
	arena   []byte
	fill    []filler
	stored  []int64 // texts by column
	errors  []int64 // error cells by column
	firstAt []string
}

// filler spreads the text of merged cells over their rows.
type filler struct {
	ranges []sheet.Range
	text   []byte
}

// smallCells is up to how many cells a table's statistics are counted while
// it is written.
const smallCells = 200_000

// begin prepares the writing of a table.
func (w *sheetWriter) begin(t *grid.Table, n int) error {
	f, err := os.Create(w.j.temp(fmt.Sprintf("sheet-%d.csv", n)))
	if err != nil {
		return err
	}
	st := &sheetTable{j: w.j, t: t, file: f, w: bufio.NewWriterSize(f, 1<<16)}
	st.s = &scan{j: w.j, d: dialect{delim: ",", quote: '"', escape: '"'}, lf: 1}
	w.tables = append(w.tables, st)
	texts := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		texts[i] = c.Name
	}
	names, notes := columnNames(texts)
	if t.HeaderRow >= 0 {
		st.s.h.notes = notes
	}
	st.s.h.width = len(names)
	st.columns(names)
	return nil
}

// columns makes what gathers the cells of each column.
func (st *sheetTable) columns(names []string) {
	small := st.t.Cells <= smallCells
	n := len(names)
	st.fields, st.kinds = make([][]byte, n), make([]sheet.Kind, n)
	st.stored, st.errors, st.firstAt, st.fill = make([]int64, n), make([]int64, n), make([]string, n), make([]filler, n)
	for i, name := range names {
		g := st.t.Columns[i]
		c := newColumn(name, nullsOf(st.j.spec), small)
		c.unit = g.Unit
		if g.Money {
			c.currency, c.currencies = g.Unit, 1
		}
		st.s.cols = append(st.s.cols, c)
		if len(g.Fills) > 0 {
			sortFills(g.Fills)
			st.fill[i].ranges = g.Fills
		}
		if i == 0 {
			st.lo = g.Col
		}
		for len(st.place) <= g.Col-st.lo {
			st.place = append(st.place, -1)
		}
		st.place[g.Col-st.lo] = i
	}
}

// row writes the row into the tables that it belongs to.
func (w *sheetWriter) row(r *sheet.Row) error {
	for _, st := range w.tables {
		if r.Index < st.t.First || r.Index > st.t.Last {
			continue
		}
		n, err := st.row(r)
		if err != nil {
			return err
		}
		if w.bytes += int64(n); w.bytes > w.j.spec.Limits.UnpackedBytes {
			return &sheet.Problem{Code: sheet.CodeBomb, Reason: "unpacks to more than is allowed (max-unpacked-bytes)"}
		}
	}
	return nil
}

// row writes one row and gives its length.
func (st *sheetTable) row(r *sheet.Row) (int, error) {
	clear(st.fields)
	st.arena = st.arena[:0]
	filled := false
	for i := range r.Cells {
		c := &r.Cells[i]
		at := c.Col - st.lo
		if at < 0 || at >= len(st.place) || st.place[at] < 0 {
			continue
		}
		filled = true
		st.cell(st.place[at], c, r.Index)
	}
	if !filled {
		return 0, nil
	}
	for i := range st.fill {
		if len(st.fill[i].ranges) > 0 {
			st.spread(i, r.Index)
		}
	}
	line := int64(r.Index + 1)
	for i, c := range st.s.cols {
		c.add(st.fields[i], line)
	}
	st.s.rows++
	st.line = appendTidy(st.line[:0], st.fields, len(st.fields))
	if int64(len(st.line)) > st.j.spec.Limits.LineBytes {
		return 0, st.j.lineTooLong(line)
	}
	st.s.widest = max(st.s.widest, len(st.line))
	return st.w.Write(st.line)
}

// cell takes one cell into the row.
func (st *sheetTable) cell(i int, c *sheet.Cell, row int) {
	st.kinds[i] = c.Kind
	switch c.Kind {
	case sheet.Error:
		if st.errors[i]++; st.errors[i] == 1 {
			st.firstAt[i] = fmt.Sprintf("%s in %s", clip(cleanName(string(c.Text)), 20), sheet.Ref(row, c.Col))
		}
		return
	case sheet.Text:
		st.stored[i]++
	case sheet.Number:
		if st.t.Columns[i].Percent {
			start := len(st.arena)
			st.arena = sheet.AppendPercent(st.arena, c.Text)
			st.fields[i] = st.arena[start:len(st.arena):len(st.arena)]
			return
		}
	}
	st.fields[i] = c.Text
}

// spread gives a row the text of the merged cell that it lies in.
func (st *sheetTable) spread(i, row int) {
	f := &st.fill[i]
	for len(f.ranges) > 0 && row > f.ranges[0].LastRow {
		f.ranges, f.text = f.ranges[1:], nil
	}
	switch {
	case len(f.ranges) == 0 || row < f.ranges[0].Row:
	case row == f.ranges[0].Row:
		f.text = nil
		if st.fields[i] != nil && st.kinds[i] != sheet.Number {
			f.text = append([]byte{}, st.fields[i]...)
		}
	case st.fields[i] == nil:
		st.fields[i] = f.text
	}
}

// finish loads what was written. label is what the table is called after; ""
// for the file's name.
func (st *sheetTable) finish(ctx context.Context, label string, several bool) error {
	if err := st.w.Flush(); err != nil {
		return err
	}
	info, err := st.file.Stat()
	if err != nil {
		return err
	}
	j := st.j
	size, path, seen := j.size, j.path, len(j.out.Receipt.Notes)
	j.path, j.size = st.file.Name(), min(info.Size(), smallFile)
	if st.t.Cells > smallCells {
		j.size = max(info.Size(), smallFile+1)
	}
	st.s.label = label
	st.tell()
	err = st.s.conclude(ctx)
	j.path, j.size = path, size
	if err != nil {
		return fmt.Errorf("table of a sheet: %w", err)
	}
	st.tellStored()
	if several {
		name := j.out.Tables[len(j.out.Tables)-1].Name
		for i := range j.out.Receipt.Notes[seen:] {
			n := &j.out.Receipt.Notes[seen+i]
			n.Text = name + ": " + n.Text
		}
	}
	return nil
}

// tell notes what was found of the table before its types are decided.
func (st *sheetTable) tell() {
	r := &st.j.out.Receipt
	for _, n := range st.t.Notes {
		r.Notes = append(r.Notes, Note{Code: n.Code, Text: n.Text})
	}
	r.Notes = append(r.Notes, st.s.h.notes...)
	if st.t.HeaderRow < 0 {
		st.j.note("no_header", "The table names no columns; they are called column_1, column_2 and so on.")
	}
	if st.s.rows == 0 {
		st.j.note("header_only", "The table holds names of columns but no rows.")
	}
	for i, n := range st.errors {
		if n > 0 {
			st.j.note("error_cells", "%q has %s (the first: %s); read as no value.", st.s.cols[i].name, countOf(n, "error cell", "error cells"), st.firstAt[i])
		}
	}
}

// tellStored notes numbers and dates that the sheet holds as texts.
func (st *sheetTable) tellStored() {
	t := st.j.out.Tables[len(st.j.out.Tables)-1]
	for i, n := range st.stored {
		c := st.s.cols[i]
		if n -= c.count[clsWord]; n <= 0 {
			continue
		}
		switch t.Columns[i].Type {
		case table.Integer, table.Float, table.Decimal:
			st.j.note("numbers_as_text", "%q has %s stored as text; read as numbers.", c.name, countOf(n, "number", "numbers"))
		case table.Date, table.Datetime, table.Time:
			st.j.note("dates_as_text", "%q has %s stored as text; read as dates or times.", c.name, countOf(n, "value", "values"))
		}
	}
}

// clear closes and removes the files.
func (w *sheetWriter) clear() {
	for _, st := range w.tables {
		st.file.Close()
		os.Remove(st.file.Name())
	}
}
