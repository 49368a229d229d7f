package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"tabletalk/internal/table"
)

// jsonSink writes one document; see the package documentation for its shape.
type jsonSink struct {
	w    *bufio.Writer
	enc  *jsonText
	line []byte
	n    int64
}

func newJSON(w io.Writer, r Request) *jsonSink {
	s := &jsonSink{w: bufio.NewWriterSize(w, 64<<10), enc: newJSONText()}
	s.line = append(s.line, `{"name":`...)
	s.line = s.enc.append(s.line, r.Name)
	s.line = append(s.line, `,"columns":[`...)
	for i, c := range r.Columns {
		if i > 0 {
			s.line = append(s.line, ',')
		}
		s.line = append(s.line, `{"name":`...)
		s.line = s.enc.append(s.line, c.Name)
		s.line = fmt.Appendf(s.line, `,"type":%q,"nullable":%t`, c.Type, c.Nullable)
		if c.Unit != "" {
			s.line = append(s.line, `,"unit":`...)
			s.line = s.enc.append(s.line, c.Unit)
		}
		s.line = append(s.line, '}')
	}
	s.line = append(s.line, `],"rows":[`...)
	return s
}

func (s *jsonSink) write(rows *table.Rows) error {
	for _, row := range rows.Values {
		if s.n > 0 {
			s.line = append(s.line, ',')
		}
		s.n++
		s.line = append(s.line, "\n["...)
		for i, v := range row {
			if i > 0 {
				s.line = append(s.line, ',')
			}
			s.line = s.enc.append(s.line, v)
		}
		s.line = append(s.line, ']')
		if err := s.flush(); err != nil {
			return err
		}
	}
	return nil
}

func (s *jsonSink) flush() error {
	_, err := s.w.Write(s.line)
	s.line = s.line[:0]
	return err
}

func (s *jsonSink) finish() error {
	s.line = fmt.Appendf(s.line, "\n],\"row_count\":%d}\n", s.n)
	if err := s.flush(); err != nil {
		return err
	}
	return s.w.Flush()
}

func (s *jsonSink) close() {}

// ndjsonSink writes one object per line.
type ndjsonSink struct {
	w    *bufio.Writer
	enc  *jsonText
	keys [][]byte // `{"a":`, `,"b":`
	line []byte
}

func newNDJSON(w io.Writer, r Request) *ndjsonSink {
	s := &ndjsonSink{w: bufio.NewWriterSize(w, 64<<10), enc: newJSONText()}
	for i, name := range distinctNames(r.Columns) {
		key := []byte{','}
		if i == 0 {
			key[0] = '{'
		}
		s.keys = append(s.keys, append(s.enc.append(key, name), ':'))
	}
	return s
}

func (s *ndjsonSink) write(rows *table.Rows) error {
	for _, row := range rows.Values {
		s.line = s.line[:0]
		for i, v := range row {
			s.line = append(s.line, s.keys[i]...)
			s.line = s.enc.append(s.line, v)
		}
		s.line = append(s.line, '}', '\n')
		if _, err := s.w.Write(s.line); err != nil {
			return err
		}
	}
	return nil
}

func (s *ndjsonSink) finish() error { return s.w.Flush() }
func (s *ndjsonSink) close()        {}

// distinctNames gives the columns' names, the second of the same name as
// "name (2)" and so on.
func distinctNames(columns []table.Column) []string {
	taken := map[string]bool{}
	for _, c := range columns {
		taken[c.Name] = true
	}
	used := map[string]bool{}
	names := make([]string, len(columns))
	for i, c := range columns {
		name := c.Name
		for n := 2; used[name] || (n > 2 && taken[name]); n++ {
			name = fmt.Sprintf("%s (%d)", c.Name, n)
		}
		used[name] = true
		names[i] = name
	}
	return names
}

// jsonText writes values as JSON, text without the escapes that only HTML
// needs.
type jsonText struct {
	buf strings.Builder
	enc *json.Encoder
}

func newJSONText() *jsonText {
	t := &jsonText{}
	t.enc = json.NewEncoder(&t.buf)
	t.enc.SetEscapeHTML(false)
	return t
}

func (t *jsonText) append(b []byte, v table.Value) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return t.text(b, floatWord(v))
		}
		return appendFloat(b, v)
	case table.Exact:
		return append(b, v...)
	case string:
		return t.text(b, v)
	}
	return append(b, "null"...)
}

// floatWord names what JSON has no number for, as engines do.
func floatWord(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return table.Infinity
	case math.IsInf(f, -1):
		return table.NegativeInfinity
	}
	return table.NaN
}

// text writes most texts directly and leaves the rest to encoding/json.
func (t *jsonText) text(b []byte, s string) []byte {
	if plain(s) {
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"')
	}
	t.buf.Reset()
	if err := t.enc.Encode(s); err != nil {
		return append(b, "null"...)
	}
	return append(b, strings.TrimSuffix(t.buf.String(), "\n")...)
}

func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
