package grid

import (
	"slices"

	"tabletalk/internal/ingest/sheet"
)

// The bounds of what is remembered of a sheet. Beyond them nothing is cut off,
// but no more tables are told apart.
const (
	maxBands  = 100
	keepHead  = 30 // rows at the start of a band
	keepTail  = 3  // and at its end
	keepBytes = 16 << 20
)

// column is what is known of one column of a band.
type column struct {
	first, last int
	filled      int
	kinds       [sheet.Kinds]int
	classes     [16]int // of numbers
	unit        string
	units       bool // several
}

// kept is a row that is remembered.
type kept struct {
	index int
	cells []keptCell
}

type keptCell struct {
	col  int
	kind sheet.Kind
	text string
}

// band is a run of rows without a blank one between them.
type band struct {
	first, last int
	cols        []column // by column of the sheet
	head, tail  []kept
}

// survey reads a sheet once.
type survey struct {
	bands []*band
	bytes int
}

func (v *survey) row(r *sheet.Row) error {
	b := v.bandOf(r.Index)
	b.last = r.Index
	for i := range r.Cells {
		c := &r.Cells[i]
		for c.Col >= len(b.cols) {
			b.cols = append(b.cols, column{first: -1})
		}
		b.cols[c.Col].add(c, r.Index)
	}
	if v.bytes > keepBytes {
		return nil
	}
	if len(b.head) < keepHead {
		b.head = append(b.head, v.keep(r))
		return nil
	}
	if len(b.tail) < keepTail {
		b.tail = append(b.tail, kept{})
	}
	oldest := b.tail[0]
	copy(b.tail, b.tail[1:])
	b.tail[len(b.tail)-1] = tailRow(oldest, r)
	return nil
}

// bandOf gives the band that the row belongs to.
func (v *survey) bandOf(row int) *band {
	n := len(v.bands)
	if n > 0 && (v.bands[n-1].last+1 >= row || n == maxBands || v.bytes > keepBytes) {
		return v.bands[n-1]
	}
	b := &band{first: row}
	v.bands = append(v.bands, b)
	return b
}

// keep remembers the cells of a row.
func (v *survey) keep(r *sheet.Row) kept {
	k := kept{index: r.Index, cells: make([]keptCell, 0, len(r.Cells))}
	for _, c := range r.Cells {
		text := string(c.Text[:min(len(c.Text), 300)])
		v.bytes += len(text) + 40
		k.cells = append(k.cells, keptCell{c.Col, c.Kind, text})
	}
	return k
}

// tailRow remembers only the texts of a row, and how many cells it has: that
// is enough to know a row of totals.
func tailRow(k kept, r *sheet.Row) kept {
	k.index, k.cells = r.Index, k.cells[:0]
	for i, c := range r.Cells {
		kc := keptCell{col: c.Col, kind: c.Kind}
		if i < 3 && c.Kind == sheet.Text {
			kc.text = string(c.Text[:min(len(c.Text), 60)])
		}
		k.cells = append(k.cells, kc)
	}
	return k
}

func (c *column) add(cell *sheet.Cell, row int) {
	if c.first < 0 {
		c.first = row
	}
	c.last = row
	c.filled++
	c.kinds[cell.Kind]++
	if cell.Kind != sheet.Number {
		return
	}
	c.classes[cell.Format.Class]++
	if cell.Format.Class == sheet.Currency {
		if c.classes[sheet.Currency] == 1 {
			c.unit = cell.Format.Unit
		} else if c.unit != cell.Format.Unit {
			c.units = true
		}
	}
}

// merge takes in the same column of a band below.
func (c *column) merge(d column) {
	if d.filled == 0 {
		return
	}
	if c.filled == 0 {
		*c = d
		return
	}
	c.units = c.units || d.units || c.classes[sheet.Currency] > 0 && d.classes[sheet.Currency] > 0 && c.unit != d.unit
	if c.unit == "" {
		c.unit = d.unit
	}
	c.last = d.last
	c.filled += d.filled
	for i, n := range d.kinds {
		c.kinds[i] += n
	}
	for i, n := range d.classes {
		c.classes[i] += n
	}
}

// piece is a part of a sheet that may be a table.
type piece struct {
	first, last int
	lo, hi      int // columns
	cols        []column
	head, tail  []kept
}

// pieces cuts the bands at blank columns.
func (v *survey) pieces() []*piece {
	var out []*piece
	for _, b := range v.bands {
		out = append(out, b.pieces()...)
	}
	return out
}

func (b *band) pieces() []*piece {
	runs := b.runs()
	var out []*piece
	for _, r := range runs {
		p := b.piece(r[0], r[1])
		if n := len(out); n > 0 && !apart(out[n-1], p) {
			out[n-1] = b.piece(out[n-1].lo, p.hi)
			continue
		}
		out = append(out, p)
	}
	return out
}

// runs gives the ranges of columns between blank ones.
func (b *band) runs() [][2]int {
	var runs [][2]int
	for i, c := range b.cols {
		switch n := len(runs); {
		case c.filled == 0:
		case n > 0 && runs[n-1][1] == i-1:
			runs[n-1][1] = i
		default:
			runs = append(runs, [2]int{i, i})
		}
	}
	return runs
}

// apart reports whether two neighbours are tables of their own: they begin or
// end in different rows, or more than one blank column lies between them. A
// single column is part of the table beside it unless it begins elsewhere.
func apart(a, b *piece) bool {
	if a.lo == a.hi && b.lo == b.hi {
		return a.first != b.first
	}
	if a.lo == a.hi || b.lo == b.hi {
		return a.first != b.first && (a.last != b.last || a.rows() == 1 || b.rows() == 1)
	}
	return b.lo-a.hi > 2 || a.first != b.first || a.last != b.last
}

func (p *piece) rows() int { return p.last - p.first + 1 }

// piece is the part of a band between two columns.
func (b *band) piece(lo, hi int) *piece {
	p := &piece{lo: lo, hi: hi, first: -1, cols: b.cols[lo : hi+1]}
	for _, c := range p.cols {
		if c.filled == 0 {
			continue
		}
		if p.first < 0 || c.first < p.first {
			p.first = c.first
		}
		p.last = max(p.last, c.last)
	}
	p.head, p.tail = within(b.head, p), within(b.tail, p)
	return p
}

// within gives the kept rows of the piece, its columns only.
func within(rows []kept, p *piece) []kept {
	var out []kept
	for _, r := range rows {
		from, _ := slices.BinarySearchFunc(r.cells, p.lo, func(c keptCell, col int) int { return c.col - col })
		to, _ := slices.BinarySearchFunc(r.cells, p.hi+1, func(c keptCell, col int) int { return c.col - col })
		if from < to && r.index >= p.first && r.index <= p.last {
			out = append(out, kept{r.index, r.cells[from:to]})
		}
	}
	return out
}
