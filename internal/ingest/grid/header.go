package grid

import (
	"fmt"
	"strings"

	"tabletalk/internal/ingest/sheet"
)

// maxHeader is how many rows a header may have.
const maxHeader = 5

// table makes a table of a piece.
func (f *finder) table(p *piece) (Table, error) {
	t := Table{First: p.first, Last: p.last, HeaderRow: -1, Cells: p.filled()}
	if width := p.width(); width > f.o.Columns {
		return t, &TooWide{width}
	}
	first, n := f.header(p, &t)
	if n > 0 {
		t.HeaderRow, t.HeaderRows = p.head[first].index, n
		t.First = t.HeaderRow + n
	} else if first < len(p.head) {
		t.First = p.head[first].index
	}
	f.before(p, first, &t)
	f.totals(p, &t)
	f.columns(p, first, n, &t)
	return t, nil
}

func (p *piece) width() int {
	n := 0
	for _, c := range p.cols {
		if c.filled > 0 {
			n++
		}
	}
	return n
}

// header finds the first row of the table among the kept ones, and how many
// rows are its header.
func (f *finder) header(p *piece, t *Table) (first, rows int) {
	if f.o.Header != nil {
		return f.chosen(p, t)
	}
	first = f.preamble(p)
	if first >= len(p.head) {
		return 0, 0
	}
	is, why := f.isHeader(p, first)
	t.Reason = why
	if !is {
		return first, 0
	}
	if rows = f.headerRows(p, first); f.o.HeaderRows > 0 {
		rows = min(f.o.HeaderRows, len(p.head)-first)
	}
	if rows > 1 {
		t.Reason += fmt.Sprintf("; %d rows make up the header", rows)
	}
	return first, rows
}

// chosen takes the row that a person named, if it lies in this piece.
func (f *finder) chosen(p *piece, t *Table) (first, rows int) {
	t.Reason = "as you chose"
	for i, r := range p.head {
		if r.index == *f.o.Header-1 {
			return i, min(max(1, f.o.HeaderRows), len(p.head)-i)
		}
	}
	return f.preamble(p), 0
}

// preamble passes titles and the like: rows with far fewer cells than the
// table has columns.
func (f *finder) preamble(p *piece) int {
	width := p.width()
	for i, r := range p.head {
		if i+1 == len(p.head) {
			break
		}
		if f.title(r, p) && width > 1 || width > 2 && len(r.cells) == 1 && !f.spans(r) || f.sparse(p, i, width) {
			continue
		}
		return i
	}
	if len(p.head) > 1 && width == 1 {
		return 0
	}
	return max(0, f.fullest(p))
}

// fullest is where no row looks like the first of a table: the first of those
// with most cells.
func (f *finder) fullest(p *piece) int {
	best := -1
	for i, r := range p.head {
		if best < 0 || len(r.cells) > len(p.head[best].cells) {
			best = i
		}
	}
	return best
}

// title reports one text that is merged over most of the table.
func (f *finder) title(r kept, p *piece) bool {
	if len(r.cells) != 1 || r.cells[0].kind != sheet.Text {
		return false
	}
	m, ok := f.merges.at(r.index, r.cells[0].col)
	return ok && m.LastCol-m.Col+1 > 1 && (m.LastCol-m.Col+1)*10 >= (p.hi-p.lo+1)*7
}

// spans reports whether a cell of the row is merged with those beside it.
func (f *finder) spans(r kept) bool {
	for _, c := range r.cells {
		if m, ok := f.merges.at(r.index, c.col); ok && m.LastCol > m.Col {
			return true
		}
	}
	return false
}

// sparse reports a row of at most two texts far above a table of many columns,
// followed by fuller rows.
func (f *finder) sparse(p *piece, i, width int) bool {
	r := p.head[i]
	if width < 5 || len(r.cells) > 2 || f.spans(r) {
		return false
	}
	fuller := 0
	rest := p.head[i+1:]
	for _, q := range rest {
		if len(q.cells)*2 > width {
			fuller++
		}
	}
	return fuller*2 > len(rest)
}

// isHeader weighs a row against the columns below it.
func (f *finder) isHeader(p *piece, i int) (bool, string) {
	typed, against, years, text := 0, 0, 0, 0
	for _, c := range p.head[i].cells {
		col := p.cols[c.col-p.lo]
		usual, share := col.without(c.kind).usual()
		switch {
		case col.filled == 1 && c.kind == sheet.Text:
			text++
		case c.kind == sheet.Text && usual != sheet.Text && share > 0.5:
			typed++
		case c.kind == sheet.Text:
			text++
		case c.kind == sheet.Moment && usual == sheet.Number:
			typed++
		case c.kind == sheet.Number && isYear(c.text):
			years++
		default:
			against++
		}
	}
	switch {
	case typed > against:
		return true, plural(typed, "column holds", "columns hold") + " numbers or dates below a text"
	case years > 1 && years > against && text+typed > 0 && f.notYears(p, i):
		return true, "names and years above the values"
	case years+against > 0:
		return false, "the first row looks like the rows below it"
	}
	return f.judged(p, i)
}

// without is the column with one cell of a kind fewer.
func (c *column) without(k sheet.Kind) *column {
	d := *c
	d.kinds[k]--
	d.filled--
	return &d
}

// judged decides about a row of texts above texts.
func (f *finder) judged(p *piece, i int) (bool, string) {
	var below [][]string
	for _, r := range p.head[i+1:] {
		below = append(below, p.texts(r))
	}
	return f.o.Judge(p.texts(p.head[i]), below)
}

// texts gives the row with a text for every column of the piece.
func (p *piece) texts(r kept) []string {
	out := make([]string, p.hi-p.lo+1)
	for _, c := range r.cells {
		out[c.col-p.lo] = c.text
	}
	return out
}

// notYears reports that the rows below do not hold years in the same columns.
func (f *finder) notYears(p *piece, i int) bool {
	for _, r := range p.head[i+1:] {
		for _, c := range r.cells {
			if c.kind != sheet.Text && !isYear(c.text) {
				return true
			}
		}
	}
	return false
}

func isYear(s string) bool { return len(s) == 4 && s >= "1800" && s <= "2199" }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// headerRows counts the rows of a header that begins in a row: cells merged
// over rows or over columns go on below, and so do texts above numbers.
func (f *finder) headerRows(p *piece, first int) int {
	n := f.deepest(p.head[first])
	for n < maxHeader && first+n < len(p.head)-1 && f.goesOn(p, first, n) {
		n = max(n+1, f.deepest(p.head[first+n])+n)
	}
	for n > 1 && (first+n >= len(p.head) || p.head[first+n-1].index != p.head[first].index+n-1) {
		n--
	}
	return n
}

// deepest is over how many rows the row's cells are merged.
func (f *finder) deepest(r kept) int {
	n := 1
	for _, c := range r.cells {
		if m, ok := f.merges.at(r.index, c.col); ok && c.kind == sheet.Text && m.Row == r.index && m.LastRow-m.Row < maxHeader {
			n = max(n, m.LastRow-m.Row+1)
		}
	}
	return n
}

// goesOn reports whether the row behind n rows of header belongs to it.
func (f *finder) goesOn(p *piece, first, n int) bool {
	above, r := p.head[first+n-1], p.head[first+n]
	overTyped := 0
	for _, c := range r.cells {
		if c.kind != sheet.Text {
			return false
		}
		if usual, share := p.cols[c.col-p.lo].usual(); usual != sheet.Text && share > 0.6 {
			overTyped++
		}
	}
	if overTyped == 0 {
		return f.spans(above) && len(r.cells) > len(above.cells) && p.allText()
	}
	return f.spans(above) || len(r.cells) > len(above.cells) || overTyped*2 >= len(r.cells)
}

// before tells of rows above the table that were left out.
func (f *finder) before(p *piece, first int, t *Table) {
	for _, r := range p.head[:min(first, len(p.head))] {
		var texts []string
		for _, c := range r.cells {
			texts = append(texts, c.text)
		}
		f.out.Aside = append(f.out.Aside, Aside{sheet.Range{Row: r.index, Col: r.cells[0].col, LastRow: r.index, LastCol: r.cells[len(r.cells)-1].col}, strings.Join(texts, " ")})
	}
}

// totals leaves out a row at the end that sums up the others.
func (f *finder) totals(p *piece, t *Table) {
	rows := p.tail
	if len(rows) == 0 {
		rows = p.head
	}
	if f.o.Totals || t.HeaderRow < 0 || len(rows) == 0 || t.Last-t.First < 2 {
		return
	}
	last := rows[len(rows)-1]
	if last.index != p.last || last.index <= t.First || !isTotal(last) {
		return
	}
	t.Last = last.index - 1
	t.note("totals_row", "Row %d, %q, sums up the rows above and was left out.", last.index+1, strings.TrimSpace(last.cells[0].text))
}

// columns names the columns and says what their formats mean.
func (f *finder) columns(p *piece, first, n int, t *Table) {
	dropped := 0
	for i := range p.cols {
		c := &p.cols[i]
		if c.filled == 0 {
			dropped++
			continue
		}
		col := Column{Col: p.lo + i, Name: f.name(p, first, n, p.lo+i)}
		if col.Name == "" && n > 0 && !c.reaches(t.First) {
			continue // only a title stands in it
		}
		f.meaning(c, &col, t)
		f.fills(&col, t)
		t.Columns = append(t.Columns, col)
	}
	if dropped > 0 {
		t.note("blank_columns", "%s between the columns left out.", plural(dropped, "blank column was", "blank columns were"))
	}
}

func (c *column) reaches(row int) bool { return c.last >= row }

// name joins the texts of a header above one another; those merged over
// several columns stand above each of them.
func (f *finder) name(p *piece, first, n, col int) string {
	var parts []string
	for _, r := range p.head[first : first+n] {
		text := cellText(r, col)
		if m, ok := f.merges.at(r.index, col); ok {
			text = ""
			for _, q := range p.head[first : first+n] {
				if q.index == m.Row {
					text = cellText(q, m.Col)
				}
			}
		}
		text = strings.Join(strings.Fields(text), " ")
		if k := len(parts); text != "" && (k == 0 || parts[k-1] != text) {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " ")
}

func cellText(r kept, col int) string {
	for _, c := range r.cells {
		if c.col == col {
			return c.text
		}
	}
	return ""
}

// meaning says what the number formats of a column mean. They count only
// where all numbers share them.
func (f *finder) meaning(c *column, col *Column, t *Table) {
	numbers := c.kinds[sheet.Number]
	if numbers == 0 {
		return
	}
	switch {
	case c.classes[sheet.Percent] == numbers:
		col.Percent, col.Unit = true, "%"
	case c.classes[sheet.Percent] > 0:
		t.note("mixed_percent", "Some cells of %q are percentages and others are not; all are read as the fractions that are stored.", col.Name)
	case c.classes[sheet.Currency] == numbers && !c.units:
		col.Money, col.Unit = true, c.unit
	case c.classes[sheet.Hours] == numbers:
		col.Unit = "h"
	case c.classes[sheet.Minutes] == numbers:
		col.Unit = "min"
	case c.classes[sheet.Seconds] == numbers:
		col.Unit = "s"
	}
}

// fills finds cells merged over several rows: their text holds for all.
func (f *finder) fills(col *Column, t *Table) {
	for _, m := range f.merges.tall[col.Col] {
		if m.Row >= t.First && m.LastRow <= t.Last {
			col.Fills = append(col.Fills, m)
		}
	}
	if len(col.Fills) > 0 {
		t.note("merged_cells", "Cells of %q are merged over several rows; their text holds for each of these rows.", col.Name)
	}
}
