package ingest

// runsOf parts the rows behind a line where blank lines stand between them.
func runsOf(rows []sampleRow, skip int64) (runs [][]sampleRow) {
	next := int64(-1)
	for _, r := range rows {
		if r.line <= skip {
			continue
		}
		if r.line != next {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], r)
		next = r.line + r.lines
	}
	return runs
}

// otherTable reports whether a run of rows is a table of its own, with names
// above, and not rows of one with that many columns that end early.
func otherTable(run []sampleRow, width int) bool {
	n := len(run[0].cells)
	if len(run) < fewestBlock || n < 2 || n >= width {
		return false
	}
	for _, r := range run {
		if len(r.cells) != n {
			return false
		}
	}
	return namesAbove(run[0].cells, run[1:])
}

// namesAbove reports whether the first row holds texts only, at least one of
// them above numbers or dates.
func namesAbove(first []string, body []sampleRow) bool {
	typed := 0
	for i, cell := range first {
		kind, _ := bodyLooks(body, i, cell)
		if k := looks(cell); cell != "" && k != clsText && (k == kind || !mayName(k)) {
			return false
		}
		if kind != clsText && kind != clsWord {
			typed++
		}
	}
	return typed > 0
}

// mayName reports whether a column may be called by such a word: n, y, or null.
func mayName(k class) bool { return k == clsText || k == clsBool || k == clsWord }

// block is a run of records behind a blank line that all have as many fields
// as each other, but not as many as the table: another table, most likely.
type block struct {
	line   int64 // of its first record
	fields int
	rows   int64
}

// blocks finds what may be a table below the first one in a text and was not
// read as one. Only the first is kept: the receipt says where to look.
type blocks struct {
	gap   bool  // the last record was blank
	open  block // rows 0: none
	first block
	more  int64
}

// fewestBlock is how many records make a block: names and a row.
const fewestBlock = 2

// blank meets a line without any value.
func (b *blocks) blank() {
	b.close()
	b.gap = true
}

// row meets a row of the table.
func (b *blocks) row() {
	b.close()
	b.gap = false
}

// stray meets a record that is no row of the table.
func (b *blocks) stray(rec *record) {
	n := len(rec.fields)
	if rec.bad != "" || n < 2 {
		b.row()
		return
	}
	switch {
	case b.gap:
		b.open = block{line: rec.line, fields: n, rows: 1}
	case b.open.rows > 0 && n == b.open.fields:
		b.open.rows++
	default:
		b.open = block{}
	}
	b.gap = false
}

// close ends the block that is open, and keeps it where it is one.
func (b *blocks) close() {
	if b.open.rows >= fewestBlock {
		if b.more++; b.more == 1 {
			b.first = b.open
		}
	}
	b.open = block{}
}

// tellBlocks says where other tables of the file stand, and how to have them.
func (s *scan) tellBlocks() {
	b := &s.blocks
	if b.close(); b.more == 0 {
		return
	}
	was := "was"
	if b.more > 1 {
		was = "were"
	}
	s.j.note("more_tables", "%s below this one, behind a blank line, and %s not read; the first begins in line %d and has %d columns. To have what stands below, read the file again as several tables (tables: several), or from there (skip_rows: %d).",
		countOf(b.more, "table stands", "tables stand"), was, b.first.line, b.first.fields, b.first.line-1)
}

// tellBeside says where two tables may stand beside one another: a column
// without name and values parts those with names.
func (s *scan) tellBeside() {
	named := func(i int) bool { return i < len(s.h.names) && s.h.names[i] != "" }
	for i := 1; s.rows > 0 && i < len(s.cols)-1; i++ {
		if c := s.cols[i]; named(i) || !named(i-1) || !named(i+1) || c.empty < s.rows {
			continue
		}
		s.j.note("side_by_side", "Column %d has no name and no values: two tables may stand beside one another, the second from column %d (%q) on. They were read as one; if they are two, put each into a file of its own.",
			i+1, i+2, clip(s.cols[i+1].name, 60))
		return
	}
}
