package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"
)

// start is where a table of a text begins: at its header, or at the title that
// stands above that.
type start struct {
	line  int64
	title string
}

// stack finds the tables that stand below one another in a text. A table
// begins where texts stand above rows of as many cells, some of them numbers
// or dates, and where a blank line is above them. Where none is, rows with
// another number of cells are rather ragged ones, so much more is asked: rows
// of a table right above, words for names, a column below that is all numbers
// or dates, and as many cells in every row down to a blank line, the end, or a
// table that begins in the same way. It is given every record, in order; of
// rows in which nothing can begin it keeps nothing.
type stack struct {
	apart  bool            // every run of rows behind a blank line is a table of its own
	nulls  map[string]bool // what no column is called by
	gap    bool            // the last record was blank
	gaps   int             // of those that have a row below
	run    run
	names  []string // of the last table
	tables []start
	held   []start // tables if the rows behind them are one
}

// run is rows of one width, without a blank line between them.
type run struct {
	start
	behind bool // a blank line, or nothing
	width  int
	rows   int64
	dead   bool // no table begins here
	first  []string
	body   []sampleRow // some rows below the first
}

const (
	stackBody   = 30 // rows that show what a column holds
	afterGap    = 2  // rows that make a table behind a blank line: names and one more
	afterOthers = 3  // and behind rows of another width
	longTitle   = 60 // characters
)

// blank meets a line without any value.
func (k *stack) blank() { k.gap = true }

// row meets a record of whatever width.
func (k *stack) row(line int64, fields [][]byte) {
	if !k.gap && k.run.endsEmpty(len(fields)) {
		k.run.width, k.run.first = len(fields), k.run.first[:len(fields)]
	}
	if !k.gap && (len(fields) == k.run.width || k.apart && k.run.rows > 0) {
		k.goOn(line, fields)
		return
	}
	if k.gap {
		k.gaps++
	}
	k.end(k.gap)
	next := run{start: start{line: line}, behind: k.gap || k.run.rows == 0, width: len(fields), rows: 1, first: texts(fields)}
	if r := &k.run; r.width == 1 && r.rows == 1 && r.behind && !k.gap {
		next.start, next.behind = start{r.line, clip(cleanName(r.first[0]), longTitle)}, true
	}
	below := len(k.tables)+len(k.held) > 0 && k.run.width > 1 && k.run.rows >= afterOthers
	next.dead = !k.apart && (!next.behind && !below || !k.allNames(next.first))
	k.run, k.gap = next, false
}

// endsEmpty reports names that end in a delimiter above rows that do not.
func (r *run) endsEmpty(width int) bool {
	return r.rows == 1 && width > 1 && r.width == width+1 && r.first[width] == ""
}

func (k *stack) goOn(line int64, fields [][]byte) {
	k.run.rows++
	if !k.run.dead && len(k.run.body) < stackBody {
		k.run.body = append(k.run.body, sampleRow{line: line, cells: texts(fields)})
	}
}

// end closes the run, which may have been a table. Of one without a blank line
// above, that is settled by what comes below.
func (k *stack) end(blank bool) {
	r, held := &k.run, k.held
	k.held = nil
	if r.dead || !k.isTable(r) {
		return
	}
	k.names = r.first
	if !r.behind && !blank {
		k.held = append(held, r.start)
		return
	}
	k.tables = append(append(k.tables, held...), r.start)
}

func (k *stack) isTable(r *run) bool {
	switch {
	case r.behind && r.rows < afterGap, !r.behind && r.rows < afterOthers:
		return false
	case k.apart:
		return true
	case slices.Equal(r.first, k.names): // the last table goes on
		return false
	}
	return namesAbove(r.first, r.body) && (r.behind || wordsAbove(r.first, r.body))
}

// wordsAbove reports words of letters above columns of which at least one
// holds nothing but numbers or dates.
func wordsAbove(first []string, body []sampleRow) bool {
	typed := 0
	for i, name := range first {
		if name == "" || looks(name) != clsText || !strings.ContainsFunc(name, unicode.IsLetter) {
			return false
		}
		if allTyped(body, i) {
			typed++
		}
	}
	return typed > 0
}

// allTyped reports a column in which every row has a number, a date or a time.
func allTyped(body []sampleRow, i int) bool {
	for _, r := range body {
		if k := looks(r.cells[i]); mayName(k) {
			return false
		}
	}
	return len(body) > 0
}

// texts copies cells.
func texts(fields [][]byte) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = string(trimBlanks(f))
	}
	return out
}

// allNames reports cells that may be a row of names, none of them a word for
// no value.
func (k *stack) allNames(cells []string) bool {
	return allNames(cells) && !slices.ContainsFunc(cells, func(c string) bool { return k.nulls[c] })
}

// allNames reports different texts, and nothing but empty cells behind them.
func allNames(cells []string) bool {
	n := len(cells)
	for n > 0 && cells[n-1] == "" {
		n--
	}
	for _, c := range cells[:n] {
		if c == "" || !mayName(looks(c)) {
			return false
		}
	}
	return n > 1 && distinct(cells[:n])
}

// several gives where the tables of a text begin, if there are several.
func (k *stack) several() []start {
	if k == nil {
		return nil
	}
	if k.end(true); len(k.tables) < 2 {
		return nil
	}
	return k.tables
}

// stackOf makes what looks for tables; nil where a person wants one, and says
// so or where its header stands.
func (j *job) stackOf() *stack {
	several := j.spec.Tables == SeveralTables
	if j.spec.Tables == OneTable || j.spec.Header != nil && !several {
		return nil
	}
	nulls := nullsOf(j.spec)
	if nulls == nil {
		nulls = nullWords
	}
	return &stack{apart: several, nulls: nulls}
}

// stacked finds the tables of a text whose head shows several: what is usual in
// the whole may be of the second.
func (j *job) stacked(ctx context.Context, d dialect, rows []sampleRow) ([]start, error) {
	k := j.stackOf()
	if k.head(rows); k.several() == nil {
		return nil, nil
	}
	k = j.stackOf()
	err := j.eachRecord(ctx, d, int64(j.spec.SkipRows), "scan", func(_ *lexer, rec *record) error {
		k.see(rec, []byte(j.spec.Comment))
		return nil
	})
	return k.several(), err
}

// head meets rows of the head.
func (k *stack) head(rows []sampleRow) {
	if k == nil {
		return
	}
	next := int64(0)
	for _, r := range rows {
		if next > 0 && r.line > next || !r.says() {
			k.blank()
		}
		if next = r.line + r.lines; !r.comment && r.says() {
			k.row(r.line, asBytes(r.cells))
		}
	}
}

// see meets a record that nobody looked at.
func (k *stack) see(rec *record, comment []byte) {
	switch {
	case rec.blank() || void(rec.fields):
		k.blank()
	case rec.bad != "" || len(comment) > 0 && bytes.HasPrefix(rec.raw, comment) || bytes.HasPrefix(rec.raw, []byte("#")):
	default:
		k.row(rec.line, rec.fields)
	}
}

func asBytes(cells []string) [][]byte {
	out := make([][]byte, len(cells))
	for i, c := range cells {
		out[i] = []byte(c)
	}
	return out
}

// readStacked reads every table of a text as if it came alone.
func (j *job) readStacked(ctx context.Context, d dialect, tables []start) error {
	if err := j.checkTables(len(tables)); err != nil {
		return err
	}
	f, err := os.Open(j.path)
	if err != nil {
		return err
	}
	defer f.Close()
	c := &lineCutter{r: bufio.NewReaderSize(&contextReader{ctx, f}, 1<<18), end: '\n', line: 1}
	if d.cr {
		c.end = '\r'
	}
	j.tellStacked(tables)
	tables[0].line = 1 // what stands above the first belongs to it
	for i, t := range tables {
		end := int64(0)
		if i+1 < len(tables) {
			end = tables[i+1].line
		}
		if err := j.piece(ctx, d, c, t, end); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) tellStacked(tables []start) {
	var lines []string
	for _, t := range tables {
		lines = append(lines, fmt.Sprint(t.line))
	}
	last := len(lines) - 1
	j.note("several_tables", "The file holds %d tables below one another, which begin in lines %s and %s; each is a table of its own.", len(tables), strings.Join(lines[:last], ", "), lines[last])
}

// piece reads the lines from the start of a table to the end, which is 0 for
// that of the file.
func (j *job) piece(ctx context.Context, d dialect, c *lineCutter, t start, end int64) error {
	dir, err := os.MkdirTemp(j.spec.Dir, "piece-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m := &job{spec: j.spec, db: j.db, progress: j.progress, path: dir + "/text", base: t.line - 1, label: t.title}
	m.spec.File = m.path
	m.spec.forPiece(t.line, end)
	m.spec.Delimiter = d.delim
	if d.quote != 0 {
		m.spec.Quote = string(rune(d.quote))
	}
	if err := c.cut(m.path, end); err != nil {
		return err
	}
	if err := m.readHead(); err != nil {
		return err
	}
	m.out.Tables = j.out.Tables
	before := len(j.out.Tables)
	if err := m.readText(ctx); err != nil {
		return err
	}
	j.spec.Taken, j.out.Tables = m.spec.Taken, m.out.Tables
	j.adoptPiece(m.out.Receipt, j.out.Tables[before], t.line)
	return nil
}

// forPiece leaves of the decisions those for the lines from one to another.
func (d *Decisions) forPiece(from, end int64) {
	d.Tables = OneTable
	if int64(d.SkipRows) < from {
		d.SkipRows = 0
	}
	if h := int64(d.headerAt()); h > 0 && (h < from || end > 0 && h >= end) {
		d.Header = nil
	}
}

// adoptPiece takes the receipt of one table into that of the file. Lines are
// counted in the file already.
func (j *job) adoptPiece(m Receipt, t Table, line int64) {
	r := &j.out.Receipt
	r.RowsRead += m.RowsRead
	r.RowsRejected += m.RowsRejected
	r.LeftOut = r.LeftOut.add(m.LeftOut)
	r.Rejected = append(r.Rejected, m.Rejected[:min(len(m.Rejected), max(0, j.spec.Limits.Rejects-len(r.Rejected)))]...)
	for _, n := range m.Notes {
		n.Text = t.Name + ": " + n.Text
		r.Notes = append(r.Notes, n)
	}
	if len(r.Parts) == 0 {
		r.Delimiter, r.Quote = m.Delimiter, m.Quote
	}
	if m.DateOrder != "" {
		r.DateOrder = m.DateOrder
	}
	r.Parts = append(r.Parts, Part{Table: t.Name, Line: line, HeaderRow: m.HeaderRow, HeaderReason: m.HeaderReason, Rows: t.Rows})
}

// lineCutter cuts a text into pieces of whole lines.
type lineCutter struct {
	r    *bufio.Reader
	end  byte
	line int64 // the next one
}

// cut writes the lines before the one with the number into a file; 0: all.
func (c *lineCutter) cut(to string, before int64) error {
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<18)
	for before == 0 || c.line < before {
		b, err := c.r.ReadSlice(c.end)
		if _, err := w.Write(b); err != nil {
			return err
		}
		switch {
		case err == nil:
			c.line++
		case errors.Is(err, bufio.ErrBufferFull): // the line goes on
		case errors.Is(err, io.EOF):
			return errors.Join(w.Flush(), f.Close())
		default:
			return err
		}
	}
	return errors.Join(w.Flush(), f.Close())
}
