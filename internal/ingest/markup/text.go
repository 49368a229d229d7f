package markup

import (
	"bytes"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// utf16Reader gives UTF-8 for UTF-16 with its mark, and drops the mark.
func utf16Reader(r io.Reader) io.Reader {
	return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
}

// NextAttr gives the first attribute of attrs, its name without prefix and
// its value as written, and the rest; an empty name ends.
func NextAttr(attrs []byte) (name, value, rest []byte) {
	for len(attrs) > 0 && blank(attrs[0]) {
		attrs = attrs[1:]
	}
	eq := bytes.IndexByte(attrs, '=')
	if eq <= 0 {
		return nil, nil, nil
	}
	name = bytes.TrimRight(attrs[:eq], " \t\r\n")
	attrs = attrs[eq+1:]
	for len(attrs) > 0 && blank(attrs[0]) {
		attrs = attrs[1:]
	}
	if len(attrs) == 0 {
		return nil, nil, nil
	}
	end := bytes.IndexByte(attrs[1:], attrs[0])
	if attrs[0] != '"' && attrs[0] != '\'' || end < 0 {
		return nil, nil, nil
	}
	return local(name), attrs[1 : 1+end], attrs[end+2:]
}

// Attr gives the value of the attribute of that local name, entities
// replaced; "" where there is none.
func (s *Scanner) Attr(name string) string {
	for rest := s.Attrs; ; {
		var n, v []byte
		if n, v, rest = NextAttr(rest); len(n) == 0 {
			return ""
		}
		if string(n) == name {
			return string(AppendPlain(nil, v))
		}
	}
}

// Plain appends the Text of the token, entities replaced, to dst.
func (s *Scanner) Plain(dst []byte) []byte {
	if s.Raw {
		return append(dst, s.Text...)
	}
	return AppendPlain(dst, s.Text)
}

// AppendPlain appends text as written in a document to dst, its entities
// replaced and its line ends made one. What is no known entity stays as it is.
func AppendPlain(dst, text []byte) []byte {
	if bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	}
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		text = text[i:]
		end := bytes.IndexByte(text[:min(len(text), 12)], ';')
		if end < 0 {
			dst = append(dst, '&')
			text = text[1:]
			continue
		}
		r, ok := entity(text[1:end])
		if !ok {
			dst = append(dst, text[:end+1]...)
		} else {
			dst = utf8.AppendRune(dst, r)
		}
		text = text[end+1:]
	}
}

// entity gives the character of &name; or &#number;.
func entity(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := string(name[1:]), 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}
