package ingest

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxJSONDepth is how deep values may be nested (max-json-depth) where no
// setting says it.
const maxJSONDepth = 64

var (
	errJSON     = errors.New("not valid JSON")
	errJSONDeep = errors.New("nested too deep")
)

// jsonKind is the kind of a JSON value by its first byte.
type jsonKind byte

const (
	jsonNull jsonKind = iota
	jsonText
	jsonNumber
	jsonFlag
	jsonArray
	jsonObject
)

// jsonParser reads one JSON value strictly by RFC 8259. member is told of each
// scalar and each array with its dotted path; arrays are given as their text.
type jsonParser struct {
	b     []byte
	i     int
	path  []byte
	spare []byte
	deep  int                                                 // how deep values may be nested; 0: maxJSONDepth
	leaf  func(path []byte, kind jsonKind, text []byte) error // nil: only check
}

// deepest gives the default for a depth that is not set.
func deepest(limit int) int {
	if limit == 0 {
		return maxJSONDepth
	}
	return limit
}

// value reads the value at the current place.
func (p *jsonParser) value(depth int) (jsonKind, error) {
	p.blank()
	if p.i >= len(p.b) {
		return 0, errJSON
	}
	if depth > deepest(p.deep) {
		return 0, errJSONDeep
	}
	switch c := p.b[p.i]; {
	case c == '{':
		return jsonObject, p.object(depth)
	case c == '[':
		return jsonArray, p.array(depth)
	case c == '"':
		s, err := p.text()
		return jsonText, p.tell(jsonText, s, err)
	case c == 't':
		return jsonFlag, p.word("true", jsonFlag)
	case c == 'f':
		return jsonFlag, p.word("false", jsonFlag)
	case c == 'n':
		return jsonNull, p.word("null", jsonNull)
	}
	n, err := p.number()
	return jsonNumber, p.tell(jsonNumber, n, err)
}

func (p *jsonParser) tell(k jsonKind, text []byte, err error) error {
	if err != nil || p.leaf == nil {
		return err
	}
	return p.leaf(p.path, k, text)
}

func (p *jsonParser) blank() {
	for p.i < len(p.b) {
		switch p.b[p.i] {
		case ' ', '\t', '\n', '\r':
			p.i++
		default:
			return
		}
	}
}

// end reports whether nothing but blanks is left.
func (p *jsonParser) end() bool {
	p.blank()
	return p.i == len(p.b)
}

func (p *jsonParser) next(c byte) bool {
	p.blank()
	if p.i < len(p.b) && p.b[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *jsonParser) object(depth int) error {
	p.i++
	if p.next('}') {
		return nil
	}
	base := len(p.path)
	for {
		p.blank()
		if p.i >= len(p.b) || p.b[p.i] != '"' {
			return errJSON
		}
		key, err := p.text()
		if err != nil {
			return err
		}
		if base > 0 {
			p.path = append(p.path, '.')
		}
		p.path = append(p.path, key...)
		if !p.next(':') {
			return errJSON
		}
		if _, err := p.value(depth + 1); err != nil {
			return err
		}
		p.path = p.path[:base]
		if p.next('}') {
			return nil
		}
		if !p.next(',') {
			return errJSON
		}
	}
}

// array checks an array and tells it as its text.
func (p *jsonParser) array(depth int) error {
	start := p.i
	leaf := p.leaf
	p.leaf = nil
	err := p.items(depth)
	p.leaf = leaf
	return p.tell(jsonArray, p.b[start:p.i], err)
}

func (p *jsonParser) items(depth int) error {
	p.i++
	if p.next(']') {
		return nil
	}
	for {
		if _, err := p.value(depth + 1); err != nil {
			return err
		}
		if p.next(']') {
			return nil
		}
		if !p.next(',') {
			return errJSON
		}
	}
}

func (p *jsonParser) word(w string, k jsonKind) error {
	if len(p.b)-p.i < len(w) || string(p.b[p.i:p.i+len(w)]) != w {
		return errJSON
	}
	text := p.b[p.i : p.i+len(w)]
	p.i += len(w)
	return p.tell(k, text, nil)
}

func (p *jsonParser) number() ([]byte, error) {
	start := p.i
	if p.i < len(p.b) && p.b[p.i] == '-' {
		p.i++
	}
	first := p.i
	if p.run() == 0 || p.b[first] == '0' && p.i-first > 1 {
		return nil, errJSON
	}
	if p.i < len(p.b) && p.b[p.i] == '.' {
		p.i++
		if p.run() == 0 {
			return nil, errJSON
		}
	}
	if p.i < len(p.b) && p.b[p.i]|0x20 == 'e' {
		p.i++
		if p.i < len(p.b) && (p.b[p.i] == '+' || p.b[p.i] == '-') {
			p.i++
		}
		if p.run() == 0 {
			return nil, errJSON
		}
	}
	return p.b[start:p.i], nil
}

// run skips digits and counts them.
func (p *jsonParser) run() int {
	start := p.i
	for p.i < len(p.b) && p.b[p.i] >= '0' && p.b[p.i] <= '9' {
		p.i++
	}
	return p.i - start
}

// text reads a string. What it returns is valid until the next value.
func (p *jsonParser) text() ([]byte, error) {
	p.i++
	start := p.i
	for p.i < len(p.b) {
		switch c := p.b[p.i]; {
		case c == '"':
			p.i++
			return p.b[start : p.i-1], nil
		case c == '\\':
			return p.escaped(start)
		case c < 0x20:
			return nil, errJSON
		}
		p.i++
	}
	return nil, errJSON
}

// escaped goes on with a string that holds escapes.
func (p *jsonParser) escaped(start int) ([]byte, error) {
	out := append(p.spare[:0], p.b[start:p.i]...)
	for p.i < len(p.b) {
		c := p.b[p.i]
		p.i++
		switch {
		case c == '"':
			p.spare = out
			return out, nil
		case c < 0x20:
			return nil, errJSON
		case c != '\\':
			out = append(out, c)
			continue
		}
		var err error
		if out, err = p.escape(out); err != nil {
			return nil, err
		}
	}
	return nil, errJSON
}

// plainEscapes are the escapes of one letter.
var plainEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (p *jsonParser) escape(out []byte) ([]byte, error) {
	if p.i >= len(p.b) {
		return nil, errJSON
	}
	c := p.b[p.i]
	p.i++
	if plain, ok := plainEscapes[c]; ok {
		return append(out, plain), nil
	}
	if c != 'u' {
		return nil, errJSON
	}
	r, ok := p.hex()
	if !ok {
		return nil, errJSON
	}
	if r >= 0xd800 && r < 0xdc00 && p.i+1 < len(p.b) && p.b[p.i] == '\\' && p.b[p.i+1] == 'u' {
		at := p.i
		p.i += 2
		low, ok := p.hex()
		if !ok {
			return nil, errJSON
		}
		if low >= 0xdc00 && low < 0xe000 {
			return utf8.AppendRune(out, 0x10000+(r-0xd800)<<10+(low-0xdc00)), nil
		}
		p.i = at // half a pair, then another character
	}
	if r == 0 {
		return append(out, "\uFFFD"...), nil // NUL has no place in a cell
	}
	return utf8.AppendRune(out, r), nil
}

func (p *jsonParser) hex() (rune, bool) {
	if len(p.b)-p.i < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(p.b[p.i:p.i+4]), 16, 32)
	p.i += 4
	return rune(n), err == nil
}

// validText reports whether a value is UTF-8.
func validText(v []byte) bool { return utf8.Valid(v) }

// IsJSONObject reports whether a line is one JSON object that is nested no
// deeper than a limit.
func IsJSONObject(line []byte, deep int) bool {
	p := jsonParser{b: line, deep: deep}
	kind, err := p.value(0)
	return err == nil && kind == jsonObject && p.end() && utf8.Valid(line)
}

// Shown is the beginning of a line, fit to be shown.
func Shown(line []byte) string { return clip(strings.TrimSpace(cleanLine(line)), 300) }
