package ingest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// readCSV reads delimited text: encoding, dialect and header are settled from
// the head, types by a scan of all rows, and only then the engine reads, told
// everything. What the engine counts must be what the scan counted.
func readCSV(ctx context.Context, j *job) error {
	r := &j.out.Receipt
	plain, mended, notes := j.path, r.Mended, len(r.Notes)
	if err := j.settleEncoding(ctx); err != nil {
		return err
	}
	err := j.readText(ctx)
	if errors.Is(err, errNotUTF8) { // the head was, what follows is not
		j.path, r.Mended, r.Notes = plain, mended, r.Notes[:notes]
		if err = j.redecode(ctx, j.strange); err == nil {
			err = j.readText(ctx)
		}
	}
	return err
}

// readText reads the tables of a text whose encoding is settled.
func (j *job) readText(ctx context.Context) error {
	s, err := j.scanText(ctx)
	if err != nil {
		return err
	}
	if s.stacked != nil {
		return j.readStacked(ctx, s.d, s.stacked)
	}
	s.tell()
	return s.conclude(ctx)
}

// conclude decides the types, loads the rows and describes the table.
func (s *scan) conclude(ctx context.Context) error {
	j := s.j
	cols, notes := s.decideAll()
	j.out.Receipt.Notes = append(j.out.Receipt.Notes, notes...)
	label := s.label
	if label == "" {
		label = j.spec.Name
	}
	t := Table{Name: TableName(label, j.spec.Taken), File: fmt.Sprintf("table-%d.parquet", len(j.out.Tables)+1), Rows: s.rows}
	t.Columns = make([]catalog.Column, len(cols))
	for i, d := range cols {
		t.Columns[i] = catalog.Column{Name: s.cols[i].name, Type: d.typ, Unit: d.unit}
	}
	counted := s.countAside(ctx, t.Columns, cols)
	err := s.load(ctx, cols, t.File)
	aside := <-counted
	if t.Values = aside.values; err == nil {
		err = aside.err
	}
	if err == nil && s.j.size > smallFile {
		unique := make([]bool, len(cols))
		for i, c := range s.cols {
			unique[i] = cols[i].typ == table.Integer && c.unique()
		}
		t.Values, err = j.queriedStats(ctx, t.Columns, t, unique)
	}
	if err != nil {
		return err
	}
	for i := range t.Columns {
		assignRole(&t.Columns[i], t.Rows)
	}
	return j.finish(t)
}

// scanText settles dialect and header from the head and scans the file.
func (j *job) scanText(ctx context.Context) (*scan, error) {
	sample := trimBOM(j.head)
	d, err := j.dialect(dropLines(sample, j.spec.SkipRows-int(j.base)))
	if err != nil {
		return nil, err
	}
	rows := j.headRows(sample, d)
	if j.whole && !slices.ContainsFunc(rows, sampleRow.says) {
		return nil, fault.New(fault.Invalid, "file_empty", "%s holds no rows.", shown(j.spec.Name)).At("ingest.Work")
	}
	if len(rows) == 0 {
		return nil, j.noRowInHead(ctx, d)
	}
	if tables, err := j.stacked(ctx, d, rows); tables != nil || err != nil {
		return &scan{d: d, stacked: tables}, err
	}
	h := findHeader(rows, &j.spec.Decisions)
	if h.line == 0 && j.spec.headerAt() > 0 {
		return nil, j.noSuchHeader()
	}
	h.skip = max(h.skip, int64(j.spec.SkipRows))
	if err := j.checkWidth(h.width); err != nil {
		return nil, err
	}
	s := &scan{j: j, label: j.label, d: d, h: h, pad: padsShort(rows, h), comment: []byte(j.spec.Comment), stack: j.stackOf()}
	s.joins = neverSpaced(sample, d, s.expected())
	s.prepare()
	if s.total, err = j.totalRow(s); err != nil {
		return nil, err
	}
	s.stack.head(rows[:above(rows, h.skip)])
	err = s.run(ctx)
	s.stacked = s.stack.several()
	return s, err
}

// above counts the rows of the head that end in front of the first row.
func above(rows []sampleRow, skip int64) int {
	n := slices.IndexFunc(rows, func(r sampleRow) bool { return r.line > skip })
	if n < 0 {
		return len(rows)
	}
	return n
}

// says reports whether a row has any value.
func (r sampleRow) says() bool {
	return slices.ContainsFunc(r.cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// noRowInHead explains a head in which not one record ends: a line that is too
// long, most likely.
func (j *job) noRowInHead(ctx context.Context, d dialect) error {
	err := j.eachRecord(ctx, d, 0, "scan", func(*lexer, *record) error { return nil })
	if err != nil {
		return err
	}
	return fault.New(fault.Invalid, "table_unreadable", "No rows can be made out in %s.", shown(j.spec.Name)).At("ingest.Work")
}

func (j *job) checkWidth(n int) error {
	if n <= j.spec.Limits.Columns {
		return nil
	}
	return fault.New(fault.TooLarge, "too_many_columns", "%s has %d columns; the limit is %d (max-columns).",
		shown(j.spec.Name), n, j.spec.Limits.Columns).At("ingest.Work")
}

// dialect takes what a person decided and finds out the rest.
func (j *job) dialect(sample []byte) (dialect, error) {
	sample = sample[:min(len(sample), sniffBytes)]
	fixed := dialect{delim: j.spec.Delimiter}
	if len(j.spec.Delimiter) > 4 || len(j.spec.Quote) > 1 || strings.ContainsAny(j.spec.Delimiter, "\r\n\x00") {
		return fixed, fault.New(fault.Invalid, "dialect_invalid", "A delimiter is one to four characters, a quote one.")
	}
	if j.spec.Quote != "" {
		fixed.quote = j.spec.Quote[0]
	}
	d := sniffDialect(sample, fixed, j.spec.Quote != "").d
	if d.quote != 0 && d.escape == 0 {
		d.escape = d.quote
	}
	return d, nil
}

// padsShort reports whether the file leaves out empty cells at the end of rows
// as a habit.
func padsShort(rows []sampleRow, h header) bool {
	short, n := 0, 0
	for i, run := range runsOf(rows, h.skip) {
		if i > 0 && otherTable(run, h.width) {
			continue
		}
		n += len(run)
		for _, r := range run {
			if len(r.cells) < h.width && len(r.cells) > 1 {
				short++
			}
		}
	}
	return n >= 10 && short*5 >= n
}

// prepare makes the columns.
func (s *scan) prepare() {
	cells := make([]string, s.h.width)
	copy(cells, s.h.names)
	if len(s.h.names) == s.h.width-1 && len(s.h.names) > 0 { // R writes no name for row names
		copy(cells[1:], s.h.names)
		cells[0] = ""
	}
	names, notes := columnNames(cells)
	if s.h.line > 0 {
		s.h.notes = append(s.h.notes, notes...)
	}
	for _, name := range names {
		s.cols = append(s.cols, newColumn(name, nullsOf(s.j.spec), false)) // countAside counts
	}
}

// nullsOf gives the words that a person said mean no value; nil for ours.
func nullsOf(spec Spec) map[string]bool {
	if spec.Nulls == nil {
		return nil
	}
	return wordSet(spec.Nulls...)
}

// tell writes the receipt.
func (s *scan) tell() {
	r := &s.j.out.Receipt
	r.RowsRead, r.RowsRejected, r.Rejected = s.rows, s.bad, s.list
	r.LeftOut = s.leftOut()
	r.Delimiter, r.HeaderRow, r.HeaderReason = s.d.delim, s.h.line, s.h.reason
	if s.d.quote != 0 {
		r.Quote = string(rune(s.d.quote))
	}
	r.Notes = append(r.Notes, s.h.notes...)
	if s.rows == 0 && s.bad == 0 {
		s.j.note("header_only", "The file holds names of columns but no rows.")
	}
	if s.h.line == 0 {
		s.j.note("no_header", "The file names no columns; they are called column_1, column_2 and so on.")
	}
	if s.totals > 0 {
		s.j.note("totals_row", "The last row, %q, sums up the rows above and was left out.", clip(cleanLine(s.total), 60))
	}
	if s.again > 0 {
		s.j.note("repeated_header", "%s the names of the columns once more; left out.", countOf(s.again, "row holds", "rows hold"))
	}
	if s.voids > 0 {
		s.j.note("blank_rows", "%s without any value left out.", countOf(s.voids, "row was", "rows were"))
	}
	if s.comments > 0 {
		s.j.note("comment_lines", "%s left out (the first: %s).", countOf(s.comments, "comment line was", "comment lines were"), s.firstComment)
	}
	if s.padded > 0 {
		s.j.note("short_rows", "%s early; the last cells are empty.", countOf(s.padded, "row ends", "rows end"))
	}
	if s.joined > 0 {
		s.j.note("joined_cells", "%s an unquoted text with the delimiter and a blank in it; its parts were joined again.", countOf(s.joined, "row has", "rows have"))
	}
	if s.cut > 0 {
		s.j.note("extra_cells", "%s empty cells beyond the last column; these were dropped.", countOf(s.cut, "row has", "rows have"))
	}
	if s.odd > 0 {
		s.j.note("odd_quotes", "%s quotes in an unusual way; the nearest sensible values were read.", countOf(s.odd, "row uses", "rows use"))
	}
	s.tellBlocks()
	s.tellBeside()
	if s.bad > s.rows {
		s.j.note("low_confidence", "Most rows do not fit the table that was found. Check delimiter and header.")
	}
}

// leftOut counts the lines that are no rows.
func (s *scan) leftOut() *LeftOut {
	l := &LeftOut{Blank: s.blank + s.voids, Comments: s.comments, Totals: s.totals, Above: s.h.skip - s.j.base}
	if s.h.line > 0 {
		names := s.h.last - int64(s.h.line) + 1
		l.Above -= names
		l.Names = names
	}
	l.Names += s.again
	return l
}

// decideAll settles the columns' types.
func (s *scan) decideAll() ([]decided, []Note) {
	spec := s.j.spec
	set := settings{semi: s.d.delim == ";", order: spec.DateOrder, mark: spec.DecimalMark}
	for _, c := range s.cols {
		c.forced = spec.typeOf(c.name)
		if c.lay&(layDMY|layMDY) == layDMY && c.count[clsMoment] > 0 && set.dayFirst == "" {
			set.dayFirst = c.name // another column proves the order
		}
	}
	var out []decided
	var notes []Note
	for _, c := range s.cols {
		d := c.decide(set)
		out = append(out, d)
		notes = append(notes, d.notes...)
		if order := d.dateOrder(); order != "" {
			s.j.out.Receipt.DateOrder = order
		}
	}
	return out, notes
}

// load makes the Parquet file: straight from the text where the engine reads
// it as the scan did, else from a tidy copy.
func (s *scan) load(ctx context.Context, cols []decided, file string) error {
	if s.clean() && !rewrites(cols) {
		n, err := s.copyInto(ctx, cols, file, s.j.path, s.d, s.h.skip-s.j.base)
		if err == nil && n == s.rows {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	tidy, err := s.tidy(ctx, cols)
	if err != nil {
		return err
	}
	s.tellUnfit()
	defer os.Remove(tidy)
	d := dialect{delim: ",", quote: '"', escape: '"'}
	plain := *s
	plain.h.trailer, plain.crlf = false, 0
	n, err := plain.copyInto(ctx, cols, file, tidy, d, 0)
	if err != nil {
		return fmt.Errorf("load tidy copy: %w", err)
	}
	if n != s.rows {
		return fmt.Errorf("the engine read %d rows of %d", n, s.rows)
	}
	return nil
}

// tidy writes the good rows as plain CSV.
func (s *scan) tidy(ctx context.Context, cols []decided) (string, error) {
	path := s.j.temp("tidy.csv")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<18)
	var row []byte
	err = s.eachRow(ctx, "tidy", func(fields [][]byte, line int64) error {
		s.rewrite(cols, fields, line)
		row = appendTidy(row[:0], fields, s.h.width)
		_, err := w.Write(row)
		return err
	})
	if err != nil {
		return "", err
	}
	if err := w.Flush(); err != nil {
		return "", err
	}
	return path, f.Close()
}

// appendTidy adds one row to b; empty cells at the end fill it up. A row that
// would be an empty line is an empty quoted cell.
func appendTidy(b []byte, fields [][]byte, width int) []byte {
	for i := range width {
		if i > 0 {
			b = append(b, ',')
		}
		if i >= len(fields) {
			continue
		}
		f := fields[i]
		if !marked(f) && (width > 1 || len(f) > 0) {
			b = append(b, f...)
			continue
		}
		b = append(b, '"')
		for _, c := range f {
			if c == '"' {
				b = append(b, '"')
			}
			b = append(b, c)
		}
		b = append(b, '"')
	}
	return append(b, '\n')
}

// marked reports whether a cell holds what a plain one cannot.
func marked(f []byte) bool {
	for _, c := range f {
		if c == '"' || c == ',' || c == '\n' || c == '\r' {
			return true
		}
	}
	return false
}

// counted is what is known of the values of a table.
type counted struct {
	values []catalog.ColumnValues
	err    error
}

// countAside counts the values of a small file while the engine writes the
// Parquet file; it gives them when it is done, none for a large file.
func (s *scan) countAside(ctx context.Context, out []catalog.Column, cols []decided) <-chan counted {
	done := make(chan counted, 1)
	go func() {
		defer close(done)
		if s.j.size > smallFile {
			return
		}
		if err := s.count(ctx); err != nil {
			done <- counted{err: err}
			return
		}
		done <- counted{values: s.countedStats(out, cols)}
	}()
	return done
}

// count counts the cells of each column by their text, where nobody did.
func (s *scan) count(ctx context.Context) error {
	for _, c := range s.cols {
		if c.counts != nil {
			return nil
		}
		c.counts = newCellTexts()
	}
	return s.eachRow(ctx, "statistics", func(fields [][]byte, _ int64) error {
		for i, f := range fields {
			if len(f) > 0 {
				s.cols[i].counts.add(f)
			}
		}
		return nil
	})
}
