package sheetml

import (
	"bytes"
	"strconv"

	"tabletalk/internal/ingest/markup"
	"tabletalk/internal/ingest/sheet"
)

// rows is one reading of a sheet.
type rows struct {
	b      *book
	s      *markup.Scanner
	yield  func(*sheet.Row) error
	row    sheet.Row
	next   int // index of a row that does not say its own
	given  int64
	most   int64
	extras sheet.Extras
	arena  []byte
	value  []byte
}

// read gives the rows of the n-th sheet, which may have so many cells.
func (b *book) read(n int, most int64, yield func(*sheet.Row) error) (sheet.Extras, error) {
	r := &rows{b: b, yield: yield, most: most}
	at := -1
	err := b.scan(func(s *markup.Scanner, k markup.Kind) error {
		r.s = s
		if k == markup.Start && string(s.Name) == "Worksheet" {
			at++
			return nil
		}
		if k != markup.Start || string(s.Name) != "Table" {
			return nil
		}
		if at < n {
			return s.Skip()
		}
		if err := r.table(); err != nil {
			return err
		}
		return markup.ErrDone
	})
	return r.extras, err
}

// table reads the rows of a sheet.
func (r *rows) table() error {
	if r.s.Empty {
		return nil
	}
	for depth := r.s.Depth(); ; {
		more, err := r.s.Child(depth)
		if err != nil || !more {
			return err
		}
		switch string(r.s.Name) {
		case "Row":
			err = r.oneRow()
		case "Column":
			if r.s.Attr("Hidden") == "1" {
				r.extras.HiddenCols += 1 + number(r.s.Attr("Span"))
			}
			err = r.s.Skip()
		default:
			err = r.s.Skip()
		}
		if err != nil {
			return err
		}
	}
}

// number reads a small number; 0 where there is none.
func number(v string) int {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > sheet.MaxRows {
		return 0
	}
	return n
}

func (r *rows) oneRow() error {
	index := number(r.s.Attr("Index")) - 1
	if index < 0 {
		index = r.next
	}
	if index < r.next {
		return sheet.Damaged(nil, "is damaged: the rows of a sheet are not in order")
	}
	if index >= sheet.MaxRows {
		return sheet.Damaged(nil, "is damaged: a sheet has more rows than a sheet can have")
	}
	r.row = sheet.Row{Index: index, Hidden: r.s.Attr("Hidden") == "1", Cells: r.row.Cells[:0]}
	r.arena = r.arena[:0]
	r.next = index + 1 + number(r.s.Attr("Span"))
	if !r.s.Empty {
		if err := r.cells(); err != nil {
			return err
		}
	}
	if len(r.row.Cells) == 0 {
		return nil
	}
	if r.given += int64(len(r.row.Cells)); r.given > r.most {
		return &sheet.Problem{Code: sheet.CodeTooLarge, Reason: "has more cells than a sheet may (max-sheet-cells)"}
	}
	if r.row.Hidden {
		r.extras.HiddenRows++
	}
	return r.yield(&r.row)
}

func (r *rows) cells() error {
	next := 0
	for depth := r.s.Depth(); ; {
		more, err := r.s.Child(depth)
		if err != nil || !more {
			return err
		}
		if string(r.s.Name) != "Cell" {
			if err := r.s.Skip(); err != nil {
				return err
			}
			continue
		}
		if next, err = r.cell(next); err != nil {
			return err
		}
	}
}

// maxMerges is how many merged ranges of a sheet are heeded.
const maxMerges = 1 << 16

// cell reads a cell and gives the column of the next.
func (r *rows) cell(next int) (int, error) {
	col := number(r.s.Attr("Index")) - 1
	if col < 0 {
		col = next
	}
	if col < next {
		return 0, sheet.Damaged(nil, "is damaged: the cells of a row are not in order")
	}
	across, down := number(r.s.Attr("MergeAcross")), number(r.s.Attr("MergeDown"))
	if col+across >= sheet.MaxColumns {
		return 0, sheet.Damaged(nil, "is damaged: a sheet has more columns than a sheet can have")
	}
	if across+down > 0 && len(r.extras.Merges) < maxMerges {
		r.extras.Merges = append(r.extras.Merges, sheet.Range{Row: r.row.Index, Col: col, LastRow: r.row.Index + down, LastCol: col + across})
	}
	c := sheet.Cell{Col: col, Format: r.b.formats[r.s.Attr("StyleID")]}
	formula := r.s.Attr("Formula") != ""
	kind, err := r.content()
	if err != nil {
		return 0, err
	}
	r.fill(&c, kind)
	if len(c.Text) > 0 {
		r.row.Cells = append(r.row.Cells, c)
	} else if formula && kind == "" {
		r.extras.Unvalued++
	}
	return col + across + 1, nil
}

// content gathers the value of the cell and gives its type.
func (r *rows) content() (kind string, err error) {
	r.value = r.value[:0]
	if r.s.Empty {
		return "", nil
	}
	for depth := r.s.Depth(); r.s.Depth() >= depth; {
		k, err := r.s.Next()
		if err != nil {
			return "", err
		}
		switch {
		case k == markup.Start && string(r.s.Name) == "Data":
			kind = r.s.Attr("Type")
			if err := r.data(); err != nil {
				return "", err
			}
		case k == markup.Start:
			if err := r.s.Skip(); err != nil {
				return "", err
			}
		}
	}
	return kind, nil
}

// data gathers the text of a value, whatever its parts look like.
func (r *rows) data() error {
	if r.s.Empty {
		return nil
	}
	for depth := r.s.Depth(); r.s.Depth() >= depth; {
		k, err := r.s.Next()
		if err != nil {
			return err
		}
		if k == markup.Text {
			r.value = r.s.Plain(r.value)
		}
	}
	return nil
}

// fill makes kind and text of a cell of its value.
func (r *rows) fill(c *sheet.Cell, kind string) {
	v := r.value
	switch kind {
	case "Number":
		x, err := strconv.ParseFloat(string(bytes.TrimSpace(v)), 64)
		if err != nil {
			c.Text = r.keep(v)
			return
		}
		start := len(r.arena)
		r.arena, c.Kind = sheet.AppendValue(r.arena, x, c.Format, false)
		c.Text = r.arena[start:len(r.arena):len(r.arena)]
	case "Boolean":
		n := byte(0)
		if len(v) > 0 && v[0] == '1' {
			n = 1
		}
		c.Kind, c.Text = sheet.BoolOrError(n, false)
	case "Error":
		c.Kind, c.Text = sheet.Error, r.keep(v)
	case "DateTime":
		c.Kind, c.Text = sheet.Moment, r.keep(moment(v, c.Format))
	default:
		c.Text = r.keep(v)
	}
}

// moment drops from a date and time what says nothing. Times of day stand on
// the last day of 1899.
func moment(v []byte, f sheet.Format) []byte {
	day, clock, ok := bytes.Cut(bytes.TrimSuffix(v, []byte(".000")), []byte("T"))
	switch {
	case !ok || string(clock) == "00:00:00" && f.Class != sheet.Clock:
		return day
	case string(day) == "1899-12-31":
		return clock
	}
	return append(append(append([]byte{}, day...), ' '), clock...)
}

func (r *rows) keep(b []byte) []byte {
	start := len(r.arena)
	r.arena = append(r.arena, b...)
	return r.arena[start:len(r.arena):len(r.arena)]
}
