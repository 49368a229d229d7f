package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
)

// splitFrom is the size from which a file is scanned in two halves at once.
const splitFrom = 16 << 20

// runSplit scans both halves of a large file at once. It reports false where
// that cannot be known to see what one pass sees: then nothing was done. A
// file of which every record is plain is cut right; anything odd in either
// half may come of a wrong cut, and is left to one pass.
func (s *scan) runSplit(ctx context.Context) (bool, error) {
	if s.j.size < splitFrom || s.d.cr || s.d.quote != 0 && s.d.escape != s.d.quote {
		return false, nil
	}
	at, err := s.j.cut(s.d.quote, s.j.size/2)
	if err != nil || at <= 0 || at >= s.j.size {
		return false, nil // one pass will meet the error, if it is one
	}
	second := s.twin()
	first := s.twin()
	done := make(chan error, 1)
	go func() { done <- second.runPart(ctx, at, s.j.size, 0) }()
	err = first.runPart(ctx, 0, at, s.h.skip)
	if err2 := <-done; err == nil {
		err = err2
	}
	if err := ctx.Err(); err != nil {
		return true, err
	}
	if err != nil || !first.plain() || !second.plain() {
		return false, nil
	}
	s.merge(first, second)
	return true, nil
}

// twin is a scan of a part of the same file, with columns of its own.
func (s *scan) twin() *scan {
	t := *s
	t.cols = nil
	if t.stack != nil {
		t.stack = s.j.stackOf()
	}
	for _, c := range s.cols {
		n := newColumn(c.name, nullsOf(s.j.spec), false)
		n.quoted = c.quoted
		t.cols = append(t.cols, n)
	}
	return &t
}

// plain reports whether the part held nothing that a wrong cut could explain.
func (s *scan) plain() bool {
	if s.stack != nil && s.stack.gaps > 0 {
		return false // a table may begin behind a blank line, which one pass sees
	}
	return s.bad == 0 && s.odd == 0 && s.padded == 0 && s.cut == 0 && s.joined == 0 && s.comments == 0
}

// cut finds the start of a record at or behind a place: the line that follows
// where as many quotes were closed as opened.
func (j *job) cut(quote byte, from int64) (int64, error) {
	f, err := os.Open(j.path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	buf := make([]byte, lexerBuffer)
	pos, open := int64(0), false
	for {
		n, err := f.ReadAt(buf, pos)
		b := buf[:n]
		if pos+int64(n) <= from {
			open = open != (quote != 0 && bytes.Count(b, []byte{quote})&1 == 1)
		} else {
			for i, c := range b {
				switch {
				case quote != 0 && c == quote:
					open = !open
				case c == '\n' && !open && pos+int64(i) >= from:
					return pos + int64(i) + 1, nil
				}
			}
		}
		pos += int64(n)
		if err != nil {
			return 0, err
		}
	}
}

// runPart scans the bytes from one place to another.
func (s *scan) runPart(ctx context.Context, from, to, skip int64) error {
	f, err := os.Open(s.j.path)
	if err != nil {
		return err
	}
	defer f.Close()
	in := &contextReader{ctx, io.NewSectionReader(f, from, to-from)}
	l := newLexer(&checkedReader{r: in, skip: from == 0}, s.d, s.j.spec.Limits.LineBytes)
	if from == 0 {
		l.line += s.j.base
	}
	for {
		rec, err := l.next()
		if errors.Is(err, io.EOF) {
			s.lines = l.line - 1
			s.crlf, s.lf = l.crlf, l.lf
			return nil
		}
		if err != nil {
			return err
		}
		if rec.line > skip {
			s.record(rec)
		}
	}
}

// merge takes over what two parts saw.
func (s *scan) merge(a, b *scan) {
	for i, c := range s.cols {
		*c = *a.cols[i]
		c.merge(b.cols[i], a.lines)
	}
	s.rows, s.blank = a.rows+b.rows, a.blank+b.blank
	s.crlf, s.lf = a.crlf+b.crlf, a.lf+b.lf
	s.totals, s.voids, s.again = a.totals+b.totals, a.voids+b.voids, a.again+b.again
	s.widest = max(a.widest, b.widest)
}

// merge adds what was seen of the column's later cells, which stand behind so
// many lines.
func (c *column) merge(o *column, lines int64) {
	c.cells, c.empty = c.cells+o.cells, c.empty+o.empty
	for k := range c.count {
		c.count[k] += o.count[k]
	}
	c.textual, c.padded = c.textual || o.textual, c.padded || o.padded
	c.maxLen = max(c.maxLen, o.maxLen)
	c.zeros, c.big = c.zeros+o.zeros, c.big+o.big
	c.unordered = c.unordered || o.unordered || o.min <= c.max
	c.min, c.max = min(c.min, o.min), max(c.max, o.max)
	c.badDay = c.badDay || o.badDay
	c.whole, c.frac, c.exp = max(c.whole, o.whole), max(c.frac, o.frac), c.exp || o.exp
	c.fractions, c.notGrouped = c.fractions+o.fractions, c.notGrouped+o.notGrouped
	for k := range c.marks {
		c.marks[k] += o.marks[k]
	}
	c.mergeMoney(o)
	c.bools, c.yes, c.no = c.bools|o.bools, c.yes+o.yes, c.no+o.no
	if c.proof.line == 0 && o.proof.line > 0 {
		c.proof = oddCell{o.proof.line + lines, o.proof.text}
	}
	c.lay, c.clock = c.lay&o.lay, c.clock|o.clock
	c.allMidnight = c.allMidnight && o.allMidnight
	c.zoned, c.blanks = c.zoned+o.zoned, c.blanks+o.blanks
	c.mergeSets(o)
	for _, x := range o.odd {
		if len(c.odd) < 3 {
			c.odd = append(c.odd, oddCell{x.line + lines, x.text})
		}
	}
}

func (c *column) mergeMoney(o *column) {
	c.percent += o.percent
	switch {
	case o.currency == "":
	case c.currency == "":
		c.currency, c.currencies = o.currency, o.currencies
	case c.currency != o.currency || o.currencies > 1:
		c.currencies = 2
	}
}

func (c *column) mergeSets(o *column) {
	c.dashes = c.dashes || o.dashes
	if c.seps == nil {
		c.seps, c.joins = o.seps, o.joins
	} else {
		maps.Copy(c.seps, o.seps)
		maps.Copy(c.joins, o.joins)
	}
	if c.words == nil {
		c.words = o.words
		return
	}
	for w, n := range o.words {
		c.words[w] += n
	}
}
