package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"tabletalk/internal/fault"
)

// smallFile is up to where a file's values are counted here; the engine counts
// those of larger ones.
const smallFile = 4 << 20

// scan is one pass over all rows of a text file: it knows every record, every
// cell's class and every row that does not fit before the engine sees any.
type scan struct {
	j      *job
	label  string // what the table is called after; "": the file
	d      dialect
	h      header
	pad    bool // short rows are filled up rather than rejected
	cols   []*column
	rows   int64
	blank  int64
	padded int64 // short rows that were filled up
	joins  bool  // a delimiter before a blank may be part of a text
	joined int64 // rows in which it was
	glue   []byte
	cut    int64 // long rows whose extra cells were empty
	odd    int64 // rows that another reader may read differently
	bad    int64
	list   []Reject

	comment      []byte // what the comments begin with that a person named
	comments     int64
	firstComment string
	total        []byte // the row of totals at the end; nil: none
	totals       int64
	voids        int64 // rows without any value
	again        int64 // rows that are the names of the columns once more
	blocks       blocks
	stack        *stack  // nil: one table is wanted
	stacked      []start // the tables of the file, where there are several

	lines  int64 // of a part
	crlf   int64
	lf     int64
	widest int // bytes of the longest record
}

// expected is how many fields a row of the file has.
func (s *scan) expected() int {
	if s.h.trailer {
		return s.h.width + 1
	}
	return s.h.width
}

// fits gives the fields of a record that is a row, or why it is none.
func (s *scan) fits(rec *record) (fields [][]byte, why string) {
	if rec.bad != "" {
		return nil, rec.bad
	}
	n, want := len(rec.fields), s.expected()
	if n == want {
		return rec.fields[:s.h.width], ""
	}
	if n > want && s.joins {
		if fields, ok := s.join(rec, n-want); ok {
			s.joined++
			return fields[:s.h.width], ""
		}
	}
	if n > s.h.width {
		for _, f := range rec.fields[s.h.width:] {
			if len(trimBlanks(f)) > 0 {
				return nil, fmt.Sprintf("%d values where %d columns are expected", n, s.h.width)
			}
		}
		s.cut++
		return rec.fields[:s.h.width], ""
	}
	if n == s.h.width || s.pad && n > 1 {
		s.padded += int64(min(s.h.width-n, 1))
		s.cut += int64(1 - min(s.h.width-n, 1))
		return rec.fields, ""
	}
	return nil, fmt.Sprintf("%d values where %d columns are expected", n, s.h.width)
}

// join repairs a row in which a text with a delimiter and a blank inside was
// not quoted ("Main Street, 12"): where no other row has a blank behind a
// delimiter, and joining at the blanks gives the right number of cells.
func (s *scan) join(rec *record, excess int) ([][]byte, bool) {
	for _, f := range rec.fields[1:] {
		if len(f) > 0 && f[0] == ' ' {
			excess--
		}
	}
	if excess != 0 || rec.odd {
		return nil, false
	}
	s.glue = s.glue[:0]
	out := rec.fields[:1]
	for _, f := range rec.fields[1:] {
		if len(f) == 0 || f[0] != ' ' {
			out = append(out, f)
			continue
		}
		last := len(out) - 1
		start := len(s.glue)
		s.glue = append(append(append(s.glue, out[last]...), s.d.delim...), f...)
		out[last] = s.glue[start:len(s.glue):len(s.glue)]
	}
	return out, true
}

// neverSpaced reports whether no row of the usual width has a blank behind a
// delimiter, so that one in a row too wide means something.
func neverSpaced(sample []byte, d dialect, width int) bool {
	lx := lexBytes(sample, d)
	for range headRecords {
		rec, err := lx.next()
		if err != nil {
			break
		}
		if len(rec.fields) != width {
			continue
		}
		for _, f := range rec.fields[1:] {
			if len(f) > 0 && f[0] == ' ' {
				return false
			}
		}
	}
	return d.delim != "" && d.delim != " "
}

// run reads the whole file.
func (s *scan) run(ctx context.Context) error {
	if done, err := s.runSplit(ctx); done {
		return err
	}
	return s.j.eachRecord(ctx, s.d, s.h.skip, "scan", func(l *lexer, rec *record) error {
		s.record(rec)
		s.crlf, s.lf = l.crlf, l.lf
		return nil
	})
}

// record looks at one record.
func (s *scan) record(rec *record) {
	if s.stack != nil {
		s.stack.see(rec, s.comment)
	}
	if s.aside(rec) {
		return
	}
	fields, why := s.fits(rec)
	if why != "" && len(rec.raw) > 0 && rec.raw[0] == '#' {
		s.remark(rec)
		return
	}
	if why != "" {
		s.blocks.stray(rec)
		s.reject(rec, why)
		return
	}
	s.blocks.row()
	s.rows++
	if rec.odd {
		s.odd++
	}
	s.widest = max(s.widest, len(rec.raw))
	for i, f := range fields {
		s.cols[i].add(f, rec.line)
	}
	for i := len(fields); i < len(s.cols); i++ {
		s.cols[i].add(nil, rec.line)
	}
}

// aside reports whether a record is no row at all: a blank line, a comment, or
// the row of totals.
func (s *scan) aside(rec *record) bool {
	switch {
	case rec.blank():
		s.blank++
		s.blocks.blank()
	case len(s.comment) > 0 && bytes.HasPrefix(rec.raw, s.comment):
		s.remark(rec)
	case s.total != nil && bytes.Equal(rec.raw, s.total):
		s.totals++
	case s.namesAgain(rec.fields):
		s.again++
	case len(rec.fields) > 1 && rec.bad == "" && void(rec.fields):
		s.voids++
		s.blocks.blank()
	default:
		return false
	}
	return true
}

// namesAgain reports the names of the columns further down, as they stand where
// printed pages or whole files were put behind one another.
func (s *scan) namesAgain(fields [][]byte) bool {
	if s.h.rows != 1 || len(fields) < 2 || len(fields) != len(s.h.names) {
		return false
	}
	for i, f := range fields {
		if string(trimBlanks(f)) != s.h.names[i] {
			return false
		}
	}
	return true
}

// void reports cells without any value.
func void(fields [][]byte) bool {
	for _, f := range fields {
		if len(trimBlanks(f)) > 0 {
			return false
		}
	}
	return true
}

// remark counts a comment.
func (s *scan) remark(rec *record) {
	if s.comments++; s.comments == 1 {
		s.firstComment = fmt.Sprintf("%q in line %d", clip(cleanLine(rec.raw), 60), rec.line)
	}
}

func (s *scan) reject(rec *record, why string) {
	s.bad++
	if len(s.list) < s.j.spec.Limits.Rejects {
		s.list = append(s.list, Reject{Line: rec.line, Reason: why, Text: clip(cleanLine(rec.raw), 300)})
	}
}

// clean reports whether the engine can read the file as it is, and will see
// the very rows that the scan saw.
func (s *scan) clean() bool {
	uniform := s.crlf == 0 || s.lf == 0
	blanks := s.blank == 0 || s.h.width > 1 || s.h.trailer
	return uniform && blanks && !s.d.cr && s.odd == 0 && s.bad == 0 && s.padded == 0 && s.cut == 0 && s.joined == 0 && len(s.d.delim) == 1 &&
		s.comments == 0 && s.totals == 0 && s.voids == 0 && s.again == 0
}

// eachRow reads the file once more and gives the rows that the scan took, each
// with the line that it begins in.
func (s *scan) eachRow(ctx context.Context, stage string, each func(fields [][]byte, line int64) error) error {
	again := &scan{j: s.j, d: s.d, h: s.h, pad: s.pad, joins: s.joins, comment: s.comment, total: s.total}
	return s.j.eachRecord(ctx, s.d, s.h.skip, stage, func(_ *lexer, rec *record) error {
		if again.aside(rec) {
			return nil
		}
		fields, why := again.fits(rec)
		if why != "" {
			return nil
		}
		return each(fields, rec.line)
	})
}

// eachRecord gives the records behind the first skip lines of the text.
func (j *job) eachRecord(ctx context.Context, d dialect, skip int64, stage string, each func(*lexer, *record) error) error {
	f, err := os.Open(j.path)
	if err != nil {
		return err
	}
	defer f.Close()
	checked := &checkedReader{r: f, skip: true}
	l := newLexer(checked, d, j.spec.Limits.LineBytes)
	l.line += j.base
	next := int64(8 << 20)
	for {
		rec, err := l.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errNotUTF8):
			j.strange = checked.seen
			return err
		case errors.Is(err, errLineTooLong):
			return j.lineTooLong(l.line)
		case err != nil:
			return err
		}
		if l.moved > next {
			if err := ctx.Err(); err != nil {
				return err
			}
			j.stage(stage, l.moved, j.size)
			next = l.moved + 8<<20
		}
		if rec.line <= skip {
			continue
		}
		if err := each(l, rec); err != nil {
			return err
		}
	}
}

func (j *job) lineTooLong(line int64) error {
	return fault.New(fault.TooLarge, "line_too_long", "Line %d of %s is longer than the limit of %d bytes (max-line-bytes).",
		line, shown(j.spec.Name), j.spec.Limits.LineBytes).
		WithHint("Check that the file is a table with line breaks, or raise the setting max-line-bytes.").At("ingest.Work")
}

// cleanLine makes the text of a line safe to show.
func cleanLine(b []byte) string {
	if len(b) > 1000 {
		b = b[:1000]
	}
	return cleanText(string(b))
}
