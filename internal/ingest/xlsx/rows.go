package xlsx

import (
	"bytes"
	"errors"
	"io"
	"sort"
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
	last   int // index of the row before
	extras sheet.Extras
	arena  []byte // texts of the row
	value  []byte // content of the cell
}

// errOrder is a sheet whose rows do not ascend.
var errOrder = errors.New("rows out of order")

// read gives the rows of a sheet.
func (b *book) read(part string, yield func(*sheet.Row) error) (sheet.Extras, error) {
	in, err := b.a.Open(part)
	if err != nil {
		return sheet.Extras{}, err
	}
	defer in.Close()
	r := &rows{b: b, s: markup.NewScanner(in), yield: yield, last: -1}
	err = r.sheet()
	if errors.Is(err, errOrder) {
		err = sheet.Damaged(err, "is damaged: the rows of a sheet are not in order")
	}
	return r.extras, Trouble(err)
}

// sheet reads the elements of a sheet that matter.
func (r *rows) sheet() error {
	for {
		k, err := r.s.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if k != markup.Start {
			continue
		}
		switch string(r.s.Name) {
		case "col":
			r.column()
		case "sheetData":
			err = r.data()
		case "mergeCell":
			if m, ok := sheet.ParseRange(r.s.Attr("ref")); ok && len(r.extras.Merges) < maxMerges {
				r.extras.Merges = append(r.extras.Merges, m)
			}
		case "worksheet", "cols", "mergeCells", "AlternateContent", "Choice":
		default:
			err = r.s.Skip()
		}
		if err != nil {
			return err
		}
	}
}

// maxMerges is how many merged ranges of a sheet are heeded.
const maxMerges = 1 << 16

func (r *rows) column() {
	if v := r.s.Attr("hidden"); v == "1" || v == "true" {
		first, _ := strconv.Atoi(r.s.Attr("min"))
		last, _ := strconv.Atoi(r.s.Attr("max"))
		if first > 0 && last >= first && last < sheet.MaxColumns {
			r.extras.HiddenCols += last - first + 1
		}
	}
}

// data reads the rows between the start and the end of the sheet's data.
func (r *rows) data() error {
	if r.s.Empty {
		return nil
	}
	for depth := r.s.Depth(); r.s.Depth() >= depth; {
		k, err := r.s.Next()
		if err != nil {
			return err
		}
		if k == markup.Start && string(r.s.Name) == "row" {
			if err := r.oneRow(); err != nil {
				return err
			}
		} else if k == markup.Start {
			if err := r.s.Skip(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *rows) oneRow() error {
	r.row.Index, r.row.Hidden, r.row.Cells = r.last+1, false, r.row.Cells[:0]
	r.arena = r.arena[:0]
	for rest := r.s.Attrs; ; {
		var n, v []byte
		if n, v, rest = markup.NextAttr(rest); len(n) == 0 {
			break
		}
		if string(n) == "r" {
			if i, err := strconv.Atoi(string(v)); err == nil {
				r.row.Index = i - 1
			}
		} else if string(n) == "hidden" {
			r.row.Hidden = string(v) == "1" || string(v) == "true"
		}
	}
	if r.row.Index <= r.last {
		return errOrder
	}
	if r.row.Index >= sheet.MaxRows {
		return sheet.Damaged(nil, "is damaged: a sheet has more rows than a sheet can have")
	}
	r.last = r.row.Index
	if !r.s.Empty {
		if err := r.cells(); err != nil {
			return err
		}
	}
	if len(r.row.Cells) == 0 {
		return nil
	}
	if r.row.Hidden {
		r.extras.HiddenRows++
	}
	return r.yield(&r.row)
}

// cells reads the cells of the row.
func (r *rows) cells() error {
	next, sorted := 0, true
	for depth := r.s.Depth(); ; {
		more, err := r.s.Child(depth)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if string(r.s.Name) != "c" {
			if err := r.s.Skip(); err != nil {
				return err
			}
			continue
		}
		c, err := r.cell(next)
		if err != nil {
			return err
		}
		if c.Col < next {
			sorted = false
		}
		next = c.Col + 1
		if len(c.Text) > 0 {
			r.row.Cells = append(r.row.Cells, c)
		}
	}
	if !sorted {
		r.sortCells()
	}
	return nil
}

// sortCells puts cells in order; of two for one column the later counts.
func (r *rows) sortCells() {
	cells := r.row.Cells
	sort.SliceStable(cells, func(i, j int) bool { return cells[i].Col < cells[j].Col })
	out := cells[:0]
	for i, c := range cells {
		if i+1 == len(cells) || cells[i+1].Col != c.Col {
			out = append(out, c)
		}
	}
	r.row.Cells = out
}

// cell reads one cell; next is its column if it does not say.
func (r *rows) cell(next int) (sheet.Cell, error) {
	c := sheet.Cell{Col: next}
	kind := byte('n')
	for rest := r.s.Attrs; ; {
		var n, v []byte
		if n, v, rest = markup.NextAttr(rest); len(n) == 0 {
			break
		}
		switch string(n) {
		case "r":
			if _, col, ok := sheet.ParseRef(v); ok {
				c.Col = col
			}
		case "s":
			if i, ok := index(v); ok && i < len(r.b.formats) {
				c.Format = r.b.formats[i]
			}
		case "t":
			kind = typeOf(v)
		}
	}
	if c.Col >= sheet.MaxColumns {
		return c, sheet.Damaged(nil, "is damaged: a sheet has more columns than a sheet can have")
	}
	unvalued, err := r.content()
	if err != nil {
		return c, err
	}
	if len(r.value) == 0 {
		if unvalued {
			r.extras.Unvalued++
		}
		return c, nil
	}
	return c, r.fill(&c, kind)
}

// typeOf shortens the type of a cell: the first letter tells all but a few.
func typeOf(v []byte) byte {
	switch string(v) {
	case "str":
		return 't'
	case "inlineStr":
		return 'i'
	case "":
		return 'n'
	}
	return v[0]
}

// content gathers the value of a cell and tells whether it has a formula
// without a value.
func (r *rows) content() (unvalued bool, err error) {
	r.value = r.value[:0]
	if r.s.Empty {
		return false, nil
	}
	inside, formula, valued := false, false, false
	for depth := r.s.Depth(); r.s.Depth() >= depth; {
		k, err := r.s.Next()
		if err != nil {
			return false, err
		}
		switch {
		case k == markup.Text:
			if inside {
				r.value = r.s.Plain(r.value)
			}
		case k == markup.End:
			inside = false
		case string(r.s.Name) == "v" || string(r.s.Name) == "t":
			inside, valued = !r.s.Empty, true
		case string(r.s.Name) == "f":
			formula = true
			if err := r.s.Skip(); err != nil {
				return false, err
			}
		case string(r.s.Name) != "is" && string(r.s.Name) != "r":
			if err := r.s.Skip(); err != nil {
				return false, err
			}
		}
	}
	return formula && !valued, nil
}

// fill makes kind and text of a cell of what it contains.
func (r *rows) fill(c *sheet.Cell, kind byte) error {
	v := r.value
	switch kind {
	case 's':
		i, ok := index(bytes.TrimSpace(v))
		if !ok || i >= len(r.b.shared) {
			return sheet.Damaged(nil, "is damaged: cell %s refers to a text that is not there", sheet.Ref(r.row.Index, c.Col))
		}
		c.Text = r.b.shared[i]
	case 't', 'i':
		c.Text = r.keep(unescape(v))
	case 'b':
		c.Kind, c.Text = sheet.Bool, []byte("false")
		if v[0] == '1' || v[0] == 't' {
			c.Text = []byte("true")
		}
	case 'e':
		c.Kind, c.Text = sheet.Error, r.keep(v)
	case 'd':
		c.Kind, c.Text = sheet.Moment, r.keep(isoMoment(v))
	default:
		r.number(c, bytes.TrimSpace(v))
	}
	return nil
}

// keep copies bytes for as long as the row lives.
func (r *rows) keep(b []byte) []byte {
	start := len(r.arena)
	r.arena = append(r.arena, b...)
	return r.arena[start:len(r.arena):len(r.arena)]
}

// isoMoment drops from an ISO date what says nothing.
func isoMoment(v []byte) []byte {
	v = bytes.TrimSuffix(v, []byte("Z"))
	v = bytes.TrimSuffix(v, []byte(".000"))
	return bytes.TrimSuffix(v, []byte("T00:00:00"))
}

// number reads a number. Most are short and plain and stay as they are.
func (r *rows) number(c *sheet.Cell, v []byte) {
	c.Kind = sheet.Number
	if short(v) {
		switch c.Format.Class {
		case sheet.General, sheet.AsText, sheet.Percent, sheet.Currency, sheet.Fraction:
			c.Text = r.keep(v)
			return
		}
	}
	x, err := strconv.ParseFloat(string(v), 64)
	if err != nil || x != x {
		c.Kind, c.Text = sheet.Text, r.keep(v)
		return
	}
	start := len(r.arena)
	r.arena, c.Kind = sheet.AppendValue(r.arena, x, c.Format, r.b.epoch1904)
	c.Text = r.arena[start:len(r.arena):len(r.arena)]
}

// short reports a plain number of so few digits that no other text is meant
// by the same binary number.
func short(v []byte) bool {
	if len(v) > 0 && v[0] == '-' {
		v = v[1:]
	}
	if len(v) == 0 || len(v) > 16 || v[0] == '.' || v[0] == '0' && len(v) > 1 && v[1] != '.' {
		return false
	}
	point := false
	for _, c := range v {
		if c == '.' && !point {
			point = true
		} else if c < '0' || c > '9' {
			return false
		}
	}
	return v[len(v)-1] != '.' && (point || len(v) <= 15)
}

// index reads a small number without a sign.
func index(v []byte) (int, bool) {
	if len(v) == 0 || len(v) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
