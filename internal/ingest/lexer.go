package ingest

import (
	"bytes"
	"errors"
	"io"
)

// dialect is how a delimited text file is written.
type dialect struct {
	delim  string // one or more bytes
	quote  byte   // 0: nothing is quoted
	escape byte   // the quote itself when quotes are doubled, or a backslash
	cr     bool   // lines end in a lone carriage return
}

// record is one row as it stands in the file. Its slices are valid until the
// lexer moves on.
type record struct {
	line   int64    // physical line on which it starts, from 1
	lines  int64    // physical lines that it takes
	fields [][]byte // without quotes
	raw    []byte
	odd    bool   // read leniently: another reader may see other fields
	bad    string // why it cannot be a row; empty for a good one
}

// errLineTooLong says that one record is longer than the limit.
var errLineTooLong = errors.New("line too long")

// lexer cuts a stream into records, in memory bounded by the longest record.
//
// It is strict where strict works and says so (odd) where it was lenient. A
// quote that opens and never sensibly closes costs one line, not the rest of
// the file: the line is given as bad and reading goes on behind it.
type lexer struct {
	r     io.Reader
	d     dialect
	max   int
	buf   []byte
	pos   int // start of what was not given out yet
	end   int
	eof   bool
	line  int64
	stop  [256]bool // bytes that end an unquoted field
	rec   record
	open  bool   // the buffer ends inside a quoted field
	spare []byte // unescaped fields of the current record
	moved int64  // bytes given out so far
	crlf  int64  // records that end in CR LF
	lf    int64  // records that end in LF
}

// lexerBuffer is what a lexer holds for ordinary files.
const lexerBuffer = 1 << 20

func newLexer(r io.Reader, d dialect, maxLine int64) *lexer {
	l := &lexer{r: r, d: d, max: int(maxLine), line: 1}
	l.setStops()
	return l
}

// lexBytes reads records of bytes that are all there.
func lexBytes(b []byte, d dialect) *lexer {
	l := &lexer{d: d, max: len(b) + 1, line: 1, buf: b, end: len(b), eof: true}
	l.setStops()
	return l
}

func (l *lexer) setStops() {
	l.stop['\n'] = true
	if l.d.cr {
		l.stop['\r'] = true
	}
	if l.d.delim != "" {
		l.stop[l.d.delim[0]] = true
	}
	if l.d.quote != 0 {
		l.stop[l.d.quote] = true
	}
}

// next moves to the next record; io.EOF ends the file.
func (l *lexer) next() (*record, error) {
	for {
		if l.pos < l.end && l.parse() {
			if len(l.rec.raw) > l.max {
				return nil, errLineTooLong
			}
			return &l.rec, nil
		}
		if l.eof {
			return nil, io.EOF
		}
		err := l.fill()
		if errors.Is(err, errLineTooLong) && l.open && bytes.IndexByte(l.buf[:l.end], '\n') >= 0 {
			l.giveBroken(l.buf[:l.end]) // the quote, not the line, is at fault
			return &l.rec, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// fill gets more bytes, keeping the unfinished record.
func (l *lexer) fill() error {
	if l.pos > 0 {
		l.end = copy(l.buf, l.buf[l.pos:l.end])
		l.pos = 0
	}
	if l.end > l.max {
		return errLineTooLong
	}
	if l.end == len(l.buf) {
		grown := make([]byte, min(max(lexerBuffer, 2*len(l.buf)), max(lexerBuffer, l.max+2)))
		copy(grown, l.buf[:l.end])
		l.buf = grown
	}
	n, err := io.ReadAtLeast(l.r, l.buf[l.end:], 1)
	l.end += n
	if errors.Is(err, io.EOF) {
		l.eof = true
		return nil
	}
	return err
}

// parse reads one record from the buffer; false means that more bytes are
// needed to see its end.
func (l *lexer) parse() bool {
	b := l.buf[l.pos:l.end]
	rec := &l.rec
	rec.fields, rec.odd, rec.bad = rec.fields[:0], false, ""
	l.spare, l.open = l.spare[:0], false
	i := 0
	for {
		if l.d.quote != 0 {
			if at, ok := l.quoteAt(b, i); ok {
				end, res := l.quoted(b, at, i)
				if res == needMore {
					l.open = true
					return false
				}
				if res == broken {
					return l.giveBroken(b)
				}
				i = end
				if i == len(b) {
					if !l.eof {
						return false
					}
					return l.give(b, i, i)
				}
				if b[i] == '\n' || b[i] == '\r' {
					return l.endOfLine(b, i)
				}
				i += len(l.d.delim)
				continue
			}
		}
		start := i
		for {
			for i < len(b) && !l.stop[b[i]] {
				i++
			}
			if i == len(b) {
				if !l.eof {
					return false
				}
				rec.fields = append(rec.fields, b[start:i])
				return l.give(b, i, i)
			}
			if b[i] == '\n' || (b[i] == '\r' && l.d.cr) {
				rec.fields = append(rec.fields, trimCR(b[start:i]))
				return l.give(b, i, i+1)
			}
			if b[i] == l.d.quote && l.d.quote != 0 && (l.d.delim == "" || b[i] != l.d.delim[0]) {
				rec.odd = true // a quote that opens nothing
				i++
				continue
			}
			if len(l.d.delim) == 1 {
				break
			}
			if len(b)-i < len(l.d.delim) && !l.eof {
				return false
			}
			if bytes.HasPrefix(b[i:], []byte(l.d.delim)) {
				break
			}
			i++
		}
		rec.fields = append(rec.fields, b[start:i])
		i += len(l.d.delim)
	}
}

// quoteAt reports whether a quoted field starts at i, perhaps behind blanks.
func (l *lexer) quoteAt(b []byte, i int) (int, bool) {
	if i < len(b) && b[i] == l.d.quote {
		return i, true
	}
	at := i
	for at < len(b) && b[at] == ' ' {
		at++
	}
	if at > i && at < len(b) && b[at] == l.d.quote && l.d.delim != " " {
		return at, true
	}
	return 0, false
}

// The ways in which reading a quoted field ends.
type quotedEnd int

const (
	closed quotedEnd = iota
	needMore
	broken
)

// quoted reads the field whose opening quote is at open, and appends it. It
// returns where the delimiter, line end or end of file behind it stands.
func (l *lexer) quoted(b []byte, open, start int) (int, quotedEnd) {
	if open != start {
		l.rec.odd = true
	}
	i := open + 1
	escaped, multi := false, false
	for {
		n := l.nextMark(b[i:])
		if n < 0 {
			if l.eof {
				return 0, broken
			}
			return 0, needMore
		}
		multi = multi || l.lineEnd(b[i:i+n]) >= 0
		i += n
		if b[i] != l.d.quote { // a backslash
			if i+1 >= len(b) {
				return 0, needMoreOr(l.eof)
			}
			escaped = true
			i += 2
			continue
		}
		if i+1 == len(b) && !l.eof {
			return 0, needMore
		}
		if l.d.escape == l.d.quote && i+1 < len(b) && b[i+1] == l.d.quote {
			escaped = true
			i += 2
			continue
		}
		after := i + 1
		for after < len(b) && b[after] == ' ' && l.d.delim != " " {
			after++
		}
		if after == len(b) && !l.eof {
			return 0, needMore
		}
		if l.ends(b, after) {
			if after != i+1 {
				l.rec.odd = true
			}
			l.rec.fields = append(l.rec.fields, l.unescape(b[open+1:i], escaped))
			return after, closed
		}
		if multi {
			return 0, broken
		}
		l.rec.odd = true // a bare quote inside a quoted field of one line
		i++
	}
}

func needMoreOr(eof bool) quotedEnd {
	if eof {
		return broken
	}
	return needMore
}

// nextMark finds the next byte that may close a quoted field.
func (l *lexer) nextMark(b []byte) int {
	if l.d.escape == l.d.quote || l.d.escape == 0 {
		return bytes.IndexByte(b, l.d.quote)
	}
	for i, c := range b {
		if c == l.d.quote || c == l.d.escape {
			return i
		}
	}
	return -1
}

// ends reports whether a field may end at i.
func (l *lexer) ends(b []byte, i int) bool {
	if i == len(b) || b[i] == '\n' {
		return true
	}
	if b[i] == '\r' && (l.d.cr || i+1 == len(b) || b[i+1] == '\n') {
		return true
	}
	return l.d.delim != "" && bytes.HasPrefix(b[i:], []byte(l.d.delim))
}

func (l *lexer) unescape(f []byte, escaped bool) []byte {
	if !escaped {
		return f
	}
	start := len(l.spare)
	for i := 0; i < len(f); i++ {
		if f[i] == l.d.escape && i+1 < len(f) && (l.d.escape == l.d.quote || f[i+1] == l.d.quote || f[i+1] == l.d.escape) {
			i++
		}
		l.spare = append(l.spare, f[i])
	}
	return l.spare[start:len(l.spare):len(l.spare)]
}

// endOfLine ends the record at the line end that starts at i.
func (l *lexer) endOfLine(b []byte, i int) bool {
	if b[i] == '\r' && !l.d.cr && i+1 < len(b) && b[i+1] == '\n' {
		return l.give(b, i, i+2)
	}
	return l.give(b, i, i+1)
}

// give makes b[:end] the record and goes on at next.
func (l *lexer) give(b []byte, end, next int) bool {
	rec := &l.rec
	rec.raw, rec.line = b[:end], l.line
	rec.lines = 1
	if l.d.quote != 0 && !l.d.cr {
		rec.lines += int64(bytes.Count(b[:end], []byte{'\n'}))
	}
	l.line += rec.lines
	if next > end {
		if next == end+2 || end > 0 && b[end-1] == '\r' {
			l.crlf++
		} else {
			l.lf++
		}
	}
	l.pos += next
	l.moved += int64(next)
	return true
}

// lineEnd finds the first end of a line, or -1.
func (l *lexer) lineEnd(b []byte) int {
	if l.d.cr {
		return bytes.IndexAny(b, "\r\n")
	}
	return bytes.IndexByte(b, '\n')
}

// giveBroken gives the first line of b as a bad record.
func (l *lexer) giveBroken(b []byte) bool {
	l.rec.fields = l.rec.fields[:0]
	l.rec.bad = "a quote is opened and not closed"
	end := l.lineEnd(b)
	if end < 0 {
		return l.give(b, len(b), len(b))
	}
	return l.give(b, end, end+1)
}

func trimCR(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\r' {
		return b[:n-1]
	}
	return b
}

// blank reports whether the record is an empty line.
func (r *record) blank() bool {
	return r.bad == "" && len(r.fields) == 1 && len(r.raw) <= 1 && len(trimCR(r.raw)) == 0
}
