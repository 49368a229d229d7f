package export

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"

	"tabletalk/internal/table"
)

// csvSink writes RFC 4180 fields with a line feed after each record. It is
// not encoding/csv, because that cannot tell an empty text from a null.
type csvSink struct {
	w    *bufio.Writer
	raw  bool
	line []byte
}

func newCSV(w io.Writer, r Request) *csvSink {
	s := &csvSink{w: bufio.NewWriterSize(w, 64<<10), raw: r.Options.RawText}
	for i, c := range r.Columns {
		s.comma(i)
		s.text(c.Name)
	}
	s.end()
	return s
}

func (s *csvSink) write(rows *table.Rows) error {
	for _, row := range rows.Values {
		for i, v := range row {
			s.comma(i)
			s.value(v)
		}
		if err := s.end(); err != nil {
			return err
		}
	}
	return nil
}

func (s *csvSink) finish() error { return s.w.Flush() }
func (s *csvSink) close()        {}

func (s *csvSink) comma(i int) {
	if i > 0 {
		s.line = append(s.line, ',')
	}
}

// end writes the record. A record of one null would be an empty line, which
// many readers skip: it is written as "".
func (s *csvSink) end() error {
	if len(s.line) == 0 {
		s.line = append(s.line, `""`...)
	}
	s.line = append(s.line, '\n')
	_, err := s.w.Write(s.line)
	s.line = s.line[:0]
	return err
}

func (s *csvSink) value(v table.Value) {
	switch v := v.(type) {
	case nil:
	case bool:
		s.line = strconv.AppendBool(s.line, v)
	case int64:
		s.line = strconv.AppendInt(s.line, v, 10)
	case float64:
		s.line = appendFloat(s.line, v)
	case table.Exact:
		s.line = append(s.line, v...)
	case string:
		s.text(v)
	}
}

func (s *csvSink) text(t string) {
	if !s.raw && t != table.NegativeInfinity && looksLikeFormula(t) {
		t = "'" + t
	}
	if t != "" && !strings.ContainsAny(t, ",\"\r\n") && t[0] != ' ' && t[len(t)-1] != ' ' {
		s.line = append(s.line, t...)
		return
	}
	s.line = append(s.line, '"')
	s.line = append(s.line, strings.ReplaceAll(t, `"`, `""`)...)
	s.line = append(s.line, '"')
}

// looksLikeFormula reports whether a spreadsheet may run the text. Blanks
// before the sign do not help: some programs trim them.
func looksLikeFormula(t string) bool {
	if t == "" {
		return false
	}
	if c := t[0] | 0x20; 'a' <= c && c <= 'z' || '0' <= t[0] && t[0] <= '9' {
		return false // most texts, quickly
	}
	t = strings.TrimLeft(t, " \u00a0\u3000\ufeff")
	for _, sign := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\x00"} {
		if strings.HasPrefix(t, sign) {
			return true
		}
	}
	return false
}

// appendFloat writes the shortest digits that read back to the same number,
// without an exponent as long as that stays readable.
func appendFloat(b []byte, f float64) []byte {
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.AppendFloat(b, f, 'g', -1, 64)
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}
