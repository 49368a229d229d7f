package ingest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// header is where the names of the columns stand and where the rows begin.
type header struct {
	names   []string // nil: the file has none
	line    int      // physical line from 1; 0: none
	rows    int      // that make it up
	last    int64    // physical line that it ends in
	reason  string
	skip    int64 // physical lines before the first row
	width   int
	notes   []Note
	trailer bool // every row ends in a delimiter
}

// sampleRow is a record of the head of a file, kept.
type sampleRow struct {
	line, lines int64
	cells       []string
	comment     bool
}

// headRecords is how many records the header is judged by.
const headRecords = 300

// headRows reads the first records of the sample that are not left out.
func (j *job) headRows(sample []byte, d dialect) []sampleRow {
	if !j.whole {
		sample = wholeLines(sample)
	}
	c := &j.spec.Decisions
	lx := lexBytes(sample, d)
	lx.line += j.base
	var rows []sampleRow
	for len(rows) < headRecords {
		rec, err := lx.next()
		if err != nil {
			break
		}
		if rec.blank() || rec.bad != "" || rec.line <= int64(c.SkipRows) || c.Comment != "" && bytes.HasPrefix(rec.raw, []byte(c.Comment)) {
			continue
		}
		r := sampleRow{line: rec.line, lines: rec.lines, comment: len(rec.raw) > 0 && rec.raw[0] == '#'}
		for _, f := range rec.fields {
			r.cells = append(r.cells, string(trimBlanks(f)))
		}
		rows = append(rows, r)
	}
	return rows
}

// dropLines leaves out the first lines of a text.
func dropLines(b []byte, n int) []byte {
	for range n {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			return nil
		}
		b = b[i+1:]
	}
	return b
}

// findHeader finds preamble, header and width, as far as nobody decided them.
func findHeader(rows []sampleRow, c *Decisions) header {
	var h header
	if len(rows) == 0 {
		return h
	}
	h.width = usualWidth(rows)
	first := firstTableRow(rows, h.width)
	if long := dropExtraNames(rows[:first], h.width); long >= 0 {
		first = long
		h.notes = append(h.notes, Note{Code: "extra_names", Text: "The header has more names than there are columns; its empty ones were dropped."})
	}
	if c.Header != nil {
		return h.fixed(rows, c, first)
	}
	body := rows[first+1:]
	is, why := looksLikeHeader(rows[first].cells, body)
	if others := without(body, rows[first].cells); !is && len(others) < len(body) && allNames(rows[first].cells) && namesAbove(rows[first].cells, others) {
		is, why = looksLikeHeader(rows[first].cells, others) // the names stand above the rows more than once
	}
	h.reason = why
	if is {
		h.take(rows[first], h.rowsBelow(rows[first:], c))
	} else {
		h.skip = rows[first].line - 1
	}
	h.tellAbove(rows, first)
	h.dropTrailer(rows[first:])
	return h
}

// tellAbove says what was left out above the first row of the table.
func (h *header) tellAbove(rows []sampleRow, first int) {
	if first > 0 {
		h.notes = append(h.notes, Note{Code: "preamble", Text: fmt.Sprintf("%s left out: %s", countOf(rows[first].line-rows[0].line, "line before the table was", "lines before the table were"), quoteClip(rows[0].cells))})
	}
}

// without leaves out the rows that hold just these cells.
func without(rows []sampleRow, cells []string) (out []sampleRow) {
	for _, r := range rows {
		if !slices.Equal(r.cells, cells) {
			out = append(out, r)
		}
	}
	return out
}

func quoteClip(cells []string) string {
	return fmt.Sprintf("%q.", clip(strings.TrimSpace(strings.Join(cells, " ")), 60))
}

func (h *header) fixed(rows []sampleRow, c *Decisions, first int) header {
	h.reason = "as you chose"
	line := *c.Header
	if line == 0 {
		h.skip = rows[first].line - 1
		h.tellAbove(rows, first)
		return *h
	}
	for i, r := range rows {
		if int64(line) >= r.line && int64(line) < r.line+r.lines {
			h.take(r, rows[i+1:min(len(rows), i+max(1, c.HeaderRows))])
			h.width = max(h.width, len(r.cells))
		}
	}
	if h.names == nil {
		h.skip = int64(line)
	}
	return *h
}

// take makes a row the header, with those that belong to it below.
func (h *header) take(r sampleRow, below []sampleRow) {
	h.names = r.cells
	h.line, h.rows = int(r.line), 1+len(below)
	h.skip = r.line + r.lines - 1
	for _, b := range below {
		h.names = under(h.names, b.cells)
		h.skip = b.line + b.lines - 1
	}
	h.last = h.skip
	if len(below) > 0 {
		h.notes = append(h.notes, Note{Code: "several_header_rows", Text: fmt.Sprintf("Lines %d to %d make up the header.", h.line, h.skip)})
	}
}

// under joins names with those below them. A name that stands over several
// columns is written over the first of them only.
func under(names, below []string) []string {
	out := make([]string, max(len(names), len(below)))
	over, wide := "", false
	for i := range out {
		name, low := "", ""
		if i < len(names) {
			name = names[i]
		}
		if i < len(below) {
			low = below[i]
		}
		if name != "" {
			over, wide = name, low != ""
		} else if wide && low != "" {
			name = over
		}
		out[i] = name
		if low != "" && low != name {
			out[i] = strings.TrimSpace(name + " " + low)
		}
	}
	return out
}

// rowsBelow finds the rows that go on with the header in the first of rows: as
// many as a person decided, else one of texts above columns of numbers or dates
// ("EUR", "kg"), or below gaps of the header, that holds nothing which occurs
// below.
func (h *header) rowsBelow(rows []sampleRow, c *Decisions) []sampleRow {
	if c.HeaderRows > 0 {
		return rows[1:min(len(rows), c.HeaderRows)]
	}
	if len(rows) < 5 || len(rows[1].cells) != h.width {
		return nil
	}
	typed, above, gaps := 0, 0, 0
	for i, cell := range rows[1].cells {
		kind, seen := bodyLooks(rows[2:], i, cell)
		own := looks(cell)
		if own == clsBool && kind != clsBool {
			own = clsText // a column may well be called y
		}
		if cell != "" && i < len(rows[0].cells) && rows[0].cells[i] == "" {
			gaps++
		}
		switch {
		case cell != "" && (own != clsText || seen):
			return nil
		case kind == clsText || kind == clsWord:
		case cell == "":
			typed++
		default:
			typed, above = typed+1, above+1
		}
	}
	if typed == 0 || above == 0 && gaps < 2 || above*2 < typed && gaps == 0 {
		return nil
	}
	return rows[1:2]
}

// dropTrailer notices that every row ends in a delimiter.
func (h *header) dropTrailer(rows []sampleRow) {
	if h.width < 2 {
		return
	}
	for _, r := range rows {
		if len(r.cells) == h.width && strings.TrimSpace(r.cells[h.width-1]) != "" {
			return
		}
	}
	if len(rows) < 2 || h.names != nil && len(h.names) == h.width && h.names[h.width-1] != "" {
		return
	}
	h.trailer = true
	h.width--
	if len(h.names) > h.width {
		h.names = h.names[:h.width]
	}
	h.notes = append(h.notes, Note{Code: "trailing_delimiter", Text: "Every line ends with a delimiter; the empty last column was dropped."})
}

// usualWidth is the number of fields that most rows have; wider rows win ties.
func usualWidth(rows []sampleRow) int {
	widths := map[int]int{}
	for _, r := range rows {
		if !r.comment {
			widths[len(r.cells)]++
		}
	}
	if len(widths) == 0 {
		widths[len(rows[0].cells)] = 1
	}
	w, _ := widest(widths)
	return w
}

// firstTableRow skips lines before the table: titles, comments, rows that are
// much narrower or nearly empty.
func firstTableRow(rows []sampleRow, width int) int {
	for i, r := range rows {
		if len(r.cells) == width && !nearlyEmpty(r.cells) && !(r.comment && commented(rows, i)) {
			return i
		}
		if width > 2 && len(r.cells) == width-1 && i+1 < len(rows) && len(rows[i+1].cells) == width && !nearlyEmpty(r.cells) && !r.comment {
			return i // a header with one name too few, as R writes it
		}
	}
	return 0
}

// dropExtraNames finds, before the table, a header whose only fault is empty
// names too many, and drops these; -1 if there is none.
func dropExtraNames(before []sampleRow, width int) int {
	for i, r := range before {
		var names []string
		for _, c := range r.cells {
			if c != "" {
				names = append(names, c)
			}
		}
		if len(r.cells) > width && len(names) == width {
			before[i].cells = names
			return i
		}
	}
	return -1
}

// commented reports whether the row is one of the comments before the table
// and not a header that happens to start with #.
func commented(rows []sampleRow, i int) bool {
	return i+1 < len(rows) && rows[i+1].comment || len(rows[i].cells) == 1
}

// nearlyEmpty reports a row of a table with several columns that has at most
// one cell filled.
func nearlyEmpty(cells []string) bool {
	filled := 0
	for _, c := range cells {
		if c != "" {
			filled++
		}
	}
	return filled == 0 || filled == 1 && len(cells) > 2
}

// looksLikeHeader weighs the first row against the rows below it.
func looksLikeHeader(cells []string, body []sampleRow) (bool, string) {
	typed, against, text, years := 0, 0, 0, 0
	for i, cell := range cells {
		k := looks(cell)
		bodyKind, seen := bodyLooks(body, i, cell)
		if (k == clsBool || k == clsWord) && bodyKind != k {
			k = clsText // a column may well be called n, y or no
		}
		switch {
		case k == clsText && bodyKind != clsText && bodyKind != clsWord:
			typed++
		case k == clsInt && isYear(cell):
			years++
		case k != clsText && cell != "":
			against++
		case k == clsText && seen:
			against++
		case k == clsText:
			text++
		}
	}
	return verdict(cells, len(body), typed, against, text, years)
}

func verdict(cells []string, rows, typed, against, text, years int) (bool, string) {
	switch {
	case typed > against:
		return true, countOf(int64(typed), "column holds", "columns hold") + " numbers or dates below a text"
	case years > 1 && years > against && text+typed > 0:
		return true, "names and years above the values"
	case against > 0 && (typed == 0 || against >= text+typed):
		return false, "the first line looks like the lines below it"
	case rows == 0 && text > 0 && against == 0:
		return true, "the only line holds texts"
	case text > 0 && distinct(cells):
		return true, "the first line holds distinct texts that do not occur below"
	}
	return false, "the first line looks like the lines below it"
}

func distinct(cells []string) bool {
	seen := map[string]bool{}
	for _, c := range cells {
		if c != "" && seen[strings.ToLower(c)] {
			return len(cells) > 3
		}
		seen[strings.ToLower(c)] = true
	}
	return true
}

func isYear(s string) bool {
	return len(s) == 4 && s >= "1800" && s <= "2199"
}

// looks gives the class of one text by itself.
func looks(s string) class {
	b := []byte(s)
	if len(b) == 0 {
		return clsText
	}
	if ok, _ := plainInt(b); ok {
		return clsInt
	}
	if ok, _, _, _, _ := plainFloat(b); ok {
		return clsFloat
	}
	if m, ok := parseMoment(s); ok {
		if m.lay == 0 {
			return clsClock
		}
		return clsMoment
	}
	if _, ok := parseNumber(s); ok && len(s) < 40 {
		return clsNumber
	}
	if _, ok := boolForms[strings.ToLower(s)]; ok {
		return clsBool
	}
	if nullWords[s] {
		return clsWord
	}
	return clsText
}

// bodyLooks gives the class that most cells of a column share (clsText when
// they differ, clsWord when there are none), and whether the text occurs.
func bodyLooks(body []sampleRow, i int, text string) (class, bool) {
	var count [classes]int
	n, seen := 0, false
	for _, r := range body {
		if i >= len(r.cells) || r.cells[i] == "" {
			continue
		}
		seen = seen || r.cells[i] == text
		k := looks(r.cells[i])
		if k == clsWord {
			continue
		}
		if k == clsFloat || k == clsNumber {
			k = clsInt
		}
		count[k]++
		n++
	}
	if n == 0 {
		return clsWord, seen
	}
	for k := clsInt; k < clsWord; k++ {
		if count[k]*10 >= n*9 {
			return k, seen
		}
	}
	return clsText, seen
}

// trimBOM cuts the mark of UTF-8.
func trimBOM(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) }
