package grid

import (
	"slices"
	"strings"

	"tabletalk/internal/ingest/sheet"
)

// finder makes tables of pieces.
type finder struct {
	o      Options
	merges mergeIndex
	out    *Layout
}

// mergeIndex finds the merged range that a cell begins, or lies in.
type mergeIndex struct {
	byRow map[int][]sheet.Range // those of few rows, by each of their rows
	tall  map[int][]sheet.Range // by column, those over several rows of one column
}

// tallest is over how many rows a merged header may reach.
const tallest = 5

func indexMerges(list []sheet.Range) mergeIndex {
	x := mergeIndex{map[int][]sheet.Range{}, map[int][]sheet.Range{}}
	for _, m := range list {
		if m.LastRow-m.Row < tallest {
			for r := m.Row; r <= m.LastRow; r++ {
				x.byRow[r] = append(x.byRow[r], m)
			}
		}
		if m.Col == m.LastCol && m.LastRow > m.Row {
			x.tall[m.Col] = append(x.tall[m.Col], m)
		}
	}
	return x
}

// at gives the merged range that the cell lies in.
func (x mergeIndex) at(row, col int) (sheet.Range, bool) {
	for _, m := range x.byRow[row] {
		if col >= m.Col && col <= m.LastCol {
			return m, true
		}
	}
	return sheet.Range{}, false
}

// join puts pieces together that one blank row cut apart: what follows has the
// columns of the table above and no header of its own.
func (f *finder) join(pieces []*piece) []*piece {
	var out []*piece
	for _, p := range pieces {
		if n := len(out); n > 0 && f.continues(out[n-1], p) {
			out[n-1].append(p)
			continue
		}
		out = append(out, p)
	}
	return out
}

// continues reports whether b goes on where a ended.
func (f *finder) continues(a, b *piece) bool {
	if b.first <= a.last || b.lo < a.lo || b.hi > a.hi || a.rows() < 2 || len(b.head) == 0 || len(a.head) < 2 {
		return false
	}
	first := b.head[0]
	if isTotal(first) {
		return true
	}
	if len(first.cells) < 2 && a.hi > a.lo || f.title(first, b) {
		return false
	}
	typed := 0
	for _, c := range first.cells {
		usual, share := a.cols[c.col-a.lo].usual()
		if share < 0.7 && c.kind != sheet.Text {
			continue
		}
		if c.kind != sheet.Text && usual != sheet.Text {
			typed++
		}
		if (c.kind == sheet.Text) != (usual == sheet.Text) && c.kind != sheet.Error {
			return false
		}
	}
	return typed > 0 || a.allText() && b.allText() && a.lo == b.lo && a.hi == b.hi
}

// usual is the kind that most cells of the column have, and how many of them.
func (c *column) usual() (sheet.Kind, float64) {
	best := sheet.Text
	for k, n := range c.kinds {
		if n > c.kinds[best] {
			best = sheet.Kind(k)
		}
	}
	// One text above many numbers is a header.
	if best == sheet.Text && c.filled <= 3 && c.kinds[sheet.Text] < c.filled {
		for k, n := range c.kinds {
			if k != int(sheet.Text) && n > 0 {
				best = sheet.Kind(k)
			}
		}
	}
	return best, float64(c.kinds[best]) / float64(max(c.filled, 1))
}

func (p *piece) allText() bool {
	for _, c := range p.cols {
		if c.filled > c.kinds[sheet.Text] {
			return false
		}
	}
	return true
}

// append takes in the piece below.
func (p *piece) append(b *piece) {
	cols := make([]column, len(p.cols))
	copy(cols, p.cols)
	for i, c := range b.cols {
		cols[b.lo-p.lo+i].merge(c)
	}
	p.cols, p.last = cols, b.last
	if len(p.head) < keepHead {
		p.head = append(append([]kept{}, p.head...), b.head[:min(len(b.head), keepHead-len(p.head))]...)
	}
	p.tail = b.tail
	if len(b.tail) == 0 {
		p.tail = b.head[max(0, len(b.head)-keepTail):]
	}
}

// aside reports whether the piece is no table but a text beside one, and keeps
// it.
func (f *finder) aside(p *piece, i int, all []*piece) bool {
	filled, biggest := p.filled(), 0
	for j, q := range all {
		if j != i {
			biggest = max(biggest, q.filled())
		}
	}
	switch {
	case biggest < 4 || filled*2 > biggest:
		return false
	case filled == 1:
	case p.lo == p.hi && filled <= 3 && p.allText():
	case p.hi-p.lo == 1 && p.rows() <= 6 && len(p.head) == p.rows() && f.labelled(p) && below(p, all):
	default:
		return false
	}
	var texts []string
	for _, r := range p.head {
		for _, c := range r.cells {
			texts = append(texts, c.text)
		}
	}
	f.out.Aside = append(f.out.Aside, Aside{sheet.Range{Row: p.first, Col: p.lo, LastRow: p.last, LastCol: p.hi}, strings.Join(texts, " ")})
	return true
}

func (p *piece) filled() int {
	n := 0
	for _, c := range p.cols {
		n += c.filled
	}
	return n
}

// labelled reports lines such as "Printed on: 2024-01-31": a text, and what it
// says.
func (f *finder) labelled(p *piece) bool {
	for _, r := range p.head {
		if r.cells[0].col != p.lo || r.cells[0].kind != sheet.Text || !strings.HasSuffix(strings.TrimSpace(r.cells[0].text), ":") {
			return false
		}
	}
	return len(p.head) > 0
}

// below reports whether a piece that is wider follows.
func below(p *piece, all []*piece) bool {
	for _, q := range all {
		if q.first > p.last && q.hi-q.lo > p.hi-p.lo {
			return true
		}
	}
	return false
}

// totalWords begin rows that sum up those above.
var totalWords = []string{"total", "grand total", "totals", "sum", "subtotal", "gesamt", "gesamtsumme", "gesamtergebnis", "summe", "total general", "total général", "totaal", "totale", "итого", "всего", "合计", "総計", "合計", "average", "mittelwert"}

// Totals reports whether a text begins a row that sums up those above.
func Totals(text string) bool {
	return slices.Contains(totalWords, strings.ToLower(strings.Trim(text, " :*")))
}

// isTotal reports a row whose first cell says so.
func isTotal(r kept) bool {
	if len(r.cells) < 2 || r.cells[0].kind != sheet.Text {
		return false
	}
	numbers := 0
	for _, c := range r.cells[1:] {
		if c.kind == sheet.Number {
			numbers++
		}
	}
	return numbers > 0 && numbers >= len(r.cells)-2 && Totals(r.cells[0].text)
}
