package xlsx

import (
	"errors"

	"tabletalk/internal/ingest/sheet"
)

// binaryRows is one reading of a sheet in a binary part.
type binaryRows struct {
	rows
	r    *records
	data bool // between the records that hold rows: others have the numbers of cells, too
	open bool // a row was begun
	next int  // column of a cell that does not say its own
	bad  bool // the cells of the row are not in order
}

// readBinary gives the rows of a sheet.
func (b *book) readBinary(part string, yield func(*sheet.Row) error) (sheet.Extras, error) {
	w := &binaryRows{rows: rows{b: b, yield: yield, last: -1}}
	err := b.binaryPart(part, func(r *records) error {
		w.r = r
		return w.record()
	})
	if err == nil {
		err = w.flush()
	}
	if errors.Is(err, errOrder) {
		err = sheet.Damaged(err, "is damaged: the rows of a sheet are not in order")
	}
	return w.extras, err
}

func (w *binaryRows) record() error {
	switch id := w.r.id; {
	case id == recDataBegin:
		w.data = true
	case id <= recShortLast && !w.data:
	case id == recRow:
		return w.begin()
	case id >= recBlank && id <= recFormulaError, id == recRichText && w.data:
		return w.cell(id, w.r.u32(0), 4)
	case id >= recShortFirst && id <= recShortLast:
		return w.cell(id-recShortFirst+recBlank, w.next, 0)
	case id == recDataEnd:
		w.data = false
		return w.flush()
	case id == recColumn:
		if first, last := w.r.u32(0), w.r.u32(4); w.r.u16(16)&1 != 0 && last >= first && last < sheet.MaxColumns-1 {
			w.extras.HiddenCols += last - first + 1
		}
	case id == recMerge:
		m := sheet.Range{Row: w.r.u32(0), LastRow: w.r.u32(4), Col: w.r.u32(8), LastCol: w.r.u32(12)}
		if m.Row <= m.LastRow && m.Col <= m.LastCol && m.LastRow < sheet.MaxRows && m.LastCol < sheet.MaxColumns && len(w.extras.Merges) < maxMerges {
			w.extras.Merges = append(w.extras.Merges, m)
		}
	}
	return nil
}

// begin starts a row.
func (w *binaryRows) begin() error {
	if err := w.flush(); err != nil {
		return err
	}
	w.row.Index, w.row.Hidden = w.r.u32(0), w.r.u8(11)&0x10 != 0
	if w.row.Index <= w.last {
		return errOrder
	}
	if w.row.Index >= sheet.MaxRows {
		return sheet.Damaged(nil, "is damaged: a sheet has more rows than a sheet can have")
	}
	w.last, w.open, w.next, w.bad = w.row.Index, true, 0, false
	return nil
}

// flush gives the row that was begun.
func (w *binaryRows) flush() error {
	if !w.open {
		return nil
	}
	w.open = false
	if w.bad {
		w.sortCells()
	}
	var err error
	if len(w.row.Cells) > 0 {
		if w.row.Hidden {
			w.extras.HiddenRows++
		}
		err = w.yield(&w.row)
	}
	w.row.Cells, w.arena = w.row.Cells[:0], w.arena[:0]
	return err
}

// cell takes a cell of the kind, whose style stands at a place and its value
// behind that.
func (w *binaryRows) cell(kind, col, at int) error {
	if !w.open {
		return sheet.Damaged(nil, "is damaged: a sheet has cells without a row")
	}
	if col >= sheet.MaxColumns {
		return sheet.Damaged(nil, "is damaged: a sheet has more columns than a sheet can have")
	}
	w.bad = w.bad || col < w.next
	w.next = col + 1
	c := sheet.Cell{Col: col}
	if style := w.r.u32(at) & 0xffffff; style < len(w.b.formats) {
		c.Format = w.b.formats[style]
	}
	if err := w.value(&c, kind, at+4); err != nil {
		return err
	}
	if len(c.Text) > 0 {
		w.row.Cells = append(w.row.Cells, c)
	}
	return nil
}

// value fills the cell with what stands at a place.
func (w *binaryRows) value(c *sheet.Cell, kind, at int) error {
	switch kind {
	case recRK:
		w.amount(c, sheet.RK(uint32(w.r.u32(at))))
	case recReal, recFormulaReal:
		w.amount(c, w.r.float(at))
	case recError, recFormulaError:
		c.Kind, c.Text = sheet.BoolOrError(w.r.u8(at), true)
	case recBool, recFormulaBool:
		c.Kind, c.Text = sheet.BoolOrError(w.r.u8(at), false)
	case recText, recFormulaText:
		w.text(c, at)
	case recRichText:
		w.text(c, at+1)
	case recShared:
		i := w.r.u32(at)
		if i >= len(w.b.shared) {
			return sheet.Damaged(nil, "is damaged: cell %s refers to a text that is not there", sheet.Ref(w.row.Index, c.Col))
		}
		c.Text = w.b.shared[i]
	}
	return nil
}

func (w *binaryRows) text(c *sheet.Cell, at int) {
	start := len(w.arena)
	w.arena, _ = w.r.appendText(w.arena, at)
	c.Text = w.arena[start:len(w.arena):len(w.arena)]
}

func (w *binaryRows) amount(c *sheet.Cell, x float64) {
	start := len(w.arena)
	w.arena, c.Kind = sheet.AppendValue(w.arena, x, c.Format, w.b.epoch1904)
	c.Text = w.arena[start:len(w.arena):len(w.arena)]
}
