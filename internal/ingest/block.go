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
		if cell != "" && looks(cell) != clsText {
			return false
		}
		if kind, _ := bodyLooks(body, i, cell); kind != clsText && kind != clsWord {
			typed++
		}
	}
	return typed > 0
}

// block is a run of records behind a blank line that all have as many fields
// as each other, but not as many as the table: another table, most likely.
type block struct {
	line   int64 // of its first record
	fields int
	rows   int64
}

// blocks finds the tables that stand below the first one in a text. Only the
// first of them is kept; the receipt can say no more than where to look.
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
	s.j.note("more_tables", "%s below this one, behind a blank line, and %s not read; the first begins in line %d and has %d columns. To have it, read the file again from there (skip_rows: %d), or put it into a file of its own.",
		countOf(b.more, "table stands", "tables stand"), was, b.first.line, b.first.fields, b.first.line-1)
}
