package plan

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind int

const (
	tokEnd tokenKind = iota
	tokName
	tokQuotedName
	tokText
	tokInt
	tokFloat
	tokDecimal
	tokDate
	tokDatetime
	tokTime
	tokSign
)

type token struct {
	kind tokenKind
	text string // without quotes and escapes
	pos  int    // byte offset
}

// numberLike finds the longest constant at the start of a text; the order
// of the alternatives matters.
var numberLike = []struct {
	kind tokenKind
	form *regexp.Regexp
}{
	{tokDatetime, regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?`)},
	{tokDate, regexp.MustCompile(`^\d{4}-\d{2}-\d{2}`)},
	{tokTime, regexp.MustCompile(`^\d{2}:\d{2}:\d{2}(\.\d+)?`)},
	{tokDecimal, regexp.MustCompile(`^\d+(\.\d+)?d\b`)},
	{tokFloat, regexp.MustCompile(`^\d+(\.\d+)?[eE][+-]?\d+|^\d+\.\d+`)},
	{tokInt, regexp.MustCompile(`^\d+`)},
}

// signs are the tokens of punctuation, longest first.
var signs = []string{"..", "!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "(", ")", ",", "|", ".", "@", "%"}

// lex cuts a plan's text into tokens; the last one is tokEnd.
func lex(s string) ([]token, error) {
	var list []token
	for i := 0; i < len(s); {
		if s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r' {
			i++
			continue
		}
		t, n, err := lexOne(s, i)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
		i += n
	}
	return append(list, token{kind: tokEnd, pos: len(s)}), nil
}

func lexOne(s string, i int) (token, int, error) {
	rest := s[i:]
	switch c := rest[0]; {
	case c == '\'' || c == '"':
		return lexQuoted(s, i)
	case c >= '0' && c <= '9':
		for _, f := range numberLike {
			if m := f.form.FindString(rest); m != "" {
				return token{f.kind, strings.TrimSuffix(m, "d"), i}, len(m), nil
			}
		}
	}
	if n := nameLength(rest); n > 0 {
		return token{tokName, rest[:n], i}, n, nil
	}
	for _, g := range signs {
		if strings.HasPrefix(rest, g) {
			return token{tokSign, g, i}, len(g), nil
		}
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return token{}, 0, syntax(i, "a name, a value or a sign", fmt.Sprintf("%q", r))
}

func nameLength(s string) int {
	for i, r := range s {
		if r == utf8.RuneError || !(r == '_' || unicode.IsLetter(r) || i > 0 && unicode.IsDigit(r)) {
			return i
		}
	}
	return len(s)
}

func lexQuoted(s string, start int) (token, int, error) {
	quote := s[start]
	kind := tokText
	if quote == '"' {
		kind = tokQuotedName
	}
	var b strings.Builder
	for i := start + 1; i < len(s); {
		switch {
		case s[i] == quote && i+1 < len(s) && s[i+1] == quote:
			b.WriteByte(quote)
			i += 2
		case s[i] == quote:
			return token{kind, b.String(), start}, i + 1 - start, nil
		case s[i] == '\\':
			n, err := unescape(&b, s, i)
			if err != nil {
				return token{}, 0, err
			}
			i += n
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return token{}, 0, syntax(len(s), "the closing quote "+string(rune(quote)), "the end")
}

// unescape reads one escape at i and gives its length.
func unescape(b *strings.Builder, s string, i int) (int, error) {
	rest := s[i:]
	var code int
	switch {
	case strings.HasPrefix(rest, `\\`):
		b.WriteByte('\\')
		return 2, nil
	case strings.HasPrefix(rest, `\x`) && len(rest) >= 4 && hexDigits(rest[2:4], &code):
		b.WriteByte(byte(code))
		return 4, nil
	case strings.HasPrefix(rest, `\u`) && len(rest) >= 6 && hexDigits(rest[2:6], &code):
		b.WriteRune(rune(code))
		return 6, nil
	}
	return 0, syntax(i, `one of the escapes \\, \x00 and \u0000`, "another")
}

func hexDigits(s string, into *int) bool {
	n := 0
	for _, c := range []byte(s) {
		d := strings.IndexByte("0123456789abcdef", c|0x20)
		if d < 0 || c < '0' {
			return false
		}
		n = n*16 + d
	}
	*into = n
	return true
}
