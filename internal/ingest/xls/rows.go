package xls

import (
	"sort"

	"tabletalk/internal/ingest/sheet"
)

// cell is a filled cell as its record has it.
type cell struct {
	row, col int
	kind     sheet.Kind
	style    int
	number   float64
	text     []byte
}

// rows is one reading of a sheet.
type rows struct {
	b       *book
	r       *reader
	each    func(cell) error
	hidden  map[int]bool
	pending *cell // a formula whose text follows
	extras  sheet.Extras
}

// How many columns and cells a sheet of this format can have.
const (
	maxColumns = 256
	maxCells   = 65536 * maxColumns
)

// read gives the rows of the sheet at a place of the stream.
func (b *book) read(at int, yield func(*sheet.Row) error) (sheet.Extras, error) {
	last, sorted, n := -1, true, 0
	probe, err := b.walk(at, func(c cell) error {
		sorted = sorted && c.row >= last
		last = c.row
		if c.col >= maxColumns {
			return sheet.Damaged(nil, "is damaged: a sheet has more columns than a sheet can have")
		}
		if n++; n > maxCells {
			return sheet.Damaged(nil, "is damaged: a sheet has more cells than a sheet can have")
		}
		return nil
	})
	if err != nil {
		return probe.extras, err
	}
	g := &gather{b: b, hidden: probe.hidden, yield: yield}
	if sorted {
		_, err = b.walk(at, g.add)
	} else {
		err = b.sorted(at, n, g)
	}
	if err == nil {
		err = g.flush()
	}
	probe.extras.HiddenRows = g.hiddenRows
	return probe.extras, err
}

// sorted gathers the cells of a sheet that does not have them by row.
func (b *book) sorted(at, n int, g *gather) error {
	all := make([]cell, 0, n)
	if _, err := b.walk(at, func(c cell) error { all = append(all, c); return nil }); err != nil {
		return err
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].row < all[j].row })
	for _, c := range all {
		if err := g.add(c); err != nil {
			return err
		}
	}
	return nil
}

// walk gives every cell of the sheet. Sheets may hold others (charts); those
// are passed over.
func (b *book) walk(at int, each func(cell) error) (*rows, error) {
	w := &rows{b: b, r: &reader{data: b.data, pos: at}, each: each, hidden: map[int]bool{}}
	rec, ok := w.r.next()
	if !ok || rec.id != recBOF {
		return w, sheet.Damaged(nil, "is damaged or cut short: one of its sheets is missing")
	}
	if kind := rec.u16(2); kind != 0x10 && kind != 0x40 {
		return w, nil
	}
	for depth := 1; depth > 0; {
		rec, ok := w.r.next()
		switch {
		case !ok:
			return w, sheet.Damaged(nil, "is damaged or cut short: one of its sheets has no end")
		case rec.id == recBOF:
			depth++
		case rec.id == recEOF:
			depth--
		case depth == 1:
			if err := w.record(rec); err != nil {
				return w, err
			}
		}
	}
	return w, nil
}

func (w *rows) record(rec record) error {
	c := cell{row: rec.u16(0), col: rec.u16(2), style: rec.u16(4), kind: sheet.Number}
	switch rec.id {
	case recNumber:
		c.number = rec.float(6)
		return w.each(c)
	case recRK:
		c.number = sheet.RK(rec.u32(6))
		return w.each(c)
	case recMulRK:
		return w.many(c, rec)
	case recLabelSST:
		c.kind = sheet.Text
		if i := int(rec.u32(6)); i < len(w.b.shared) {
			c.text = w.b.shared[i]
		} else {
			return sheet.Damaged(nil, "is damaged: cell %s refers to a text that is not there", sheet.Ref(c.row, c.col))
		}
		return w.text(c)
	case recLabel, recRString:
		c.kind, c.text = sheet.Text, w.label(rec)
		return w.text(c)
	case recBoolErr:
		if len(rec.data) >= 8 {
			c.kind, c.text = sheet.BoolOrError(rec.data[6], rec.data[7] != 0)
			return w.each(c)
		}
	case recFormula, recFormula3, recFormula4:
		return w.formula(c, rec)
	case recString:
		return w.formulaText(rec)
	}
	w.aside(rec)
	return nil
}

// aside reads what is not a cell.
func (w *rows) aside(rec record) {
	switch rec.id {
	case recRow:
		if rec.u16(12)&0x20 != 0 {
			w.hidden[rec.u16(0)] = true
		}
	case recColInfo:
		if first, last := rec.u16(0), rec.u16(2); rec.u16(8)&1 != 0 && last >= first && last < 256 {
			w.extras.HiddenCols += last - first + 1
		}
	case recMerged:
		for i := range min(rec.u16(0), (len(rec.data)-2)/8) {
			at := 2 + 8*i
			m := sheet.Range{Row: rec.u16(at), LastRow: rec.u16(at + 2), Col: rec.u16(at + 4), LastCol: rec.u16(at + 6)}
			if m.Row <= m.LastRow && m.Col <= m.LastCol {
				w.extras.Merges = append(w.extras.Merges, m)
			}
		}
	}
}

func (w *rows) text(c cell) error {
	if len(c.text) == 0 {
		return nil
	}
	return w.each(c)
}

// many reads a run of short numbers.
func (w *rows) many(c cell, rec record) error {
	for at := 4; at+6 <= len(rec.data)-2; at += 6 {
		c.style, c.number = rec.u16(at), sheet.RK(rec.u32(at+2))
		if err := w.each(c); err != nil {
			return err
		}
		c.col++
	}
	return nil
}

// label reads a text that stands in its cell.
func (w *rows) label(rec record) []byte {
	if len(rec.data) < 8 {
		return nil
	}
	n := rec.u16(6)
	if w.b.old {
		return w.b.narrow(rec.data[8:min(len(rec.data), 8+n)])
	}
	p := &parts{rest: w.r.continued(rec.data[8:])}
	return p.unicode(n)
}

// formula reads the stored value of a formula.
func (w *rows) formula(c cell, rec record) error {
	if len(rec.data) < 14 {
		return nil
	}
	if rec.u16(12) != 0xffff {
		c.number = rec.float(6)
		return w.each(c)
	}
	switch rec.data[6] {
	case 0:
		w.pending = &c
	case 1, 2:
		c.kind, c.text = sheet.BoolOrError(rec.data[8], rec.data[6] == 2)
		return w.each(c)
	}
	return nil
}

// formulaText reads the text of the formula before.
func (w *rows) formulaText(rec record) error {
	if w.pending == nil || len(rec.data) < 2 {
		return nil
	}
	c := *w.pending
	w.pending, c.kind = nil, sheet.Text
	n := rec.u16(0)
	if w.b.old {
		c.text = w.b.narrow(rec.data[2:min(len(rec.data), 2+n)])
	} else {
		p := &parts{rest: w.r.continued(rec.data[2:])}
		c.text = p.unicode(n)
	}
	return w.text(c)
}

// gather makes rows of cells that come by row.
type gather struct {
	b          *book
	hidden     map[int]bool
	yield      func(*sheet.Row) error
	row        sheet.Row
	arena      []byte
	hiddenRows int
}

func (g *gather) add(c cell) error {
	if len(g.row.Cells) > 0 && c.row != g.row.Index {
		if err := g.flush(); err != nil {
			return err
		}
	}
	g.row.Index = c.row
	out := sheet.Cell{Col: c.col, Kind: c.kind, Format: g.b.styleFormat(c.style), Text: c.text}
	if c.kind == sheet.Number {
		start := len(g.arena)
		g.arena, out.Kind = sheet.AppendValue(g.arena, c.number, out.Format, g.b.epoch1904)
		out.Text = g.arena[start:len(g.arena):len(g.arena)]
	}
	g.row.Cells = append(g.row.Cells, out)
	return nil
}

// flush gives the row; of two cells in one place the later counts.
func (g *gather) flush() error {
	if len(g.row.Cells) == 0 {
		return nil
	}
	cells := g.row.Cells
	sort.SliceStable(cells, func(i, j int) bool { return cells[i].Col < cells[j].Col })
	out := cells[:0]
	for i, c := range cells {
		if i+1 == len(cells) || cells[i+1].Col != c.Col {
			out = append(out, c)
		}
	}
	g.row.Cells, g.row.Hidden = out, g.hidden[g.row.Index]
	if g.row.Hidden {
		g.hiddenRows++
	}
	err := g.yield(&g.row)
	g.row.Cells, g.arena = g.row.Cells[:0], g.arena[:0]
	return err
}
