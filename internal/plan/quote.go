package plan

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tabletalk/internal/table"
)

func column(c Col) string {
	if c.Table == "" {
		return name(c.Name)
	}
	return name(c.Table) + "." + name(c.Name)
}

// name writes a name bare where that reads back, otherwise in double quotes.
func name(s string) string {
	if reserved[s] || !bare(s) {
		return quoted(s, '"')
	}
	return s
}

// name0 writes a keyword of the language as it is.
func name0(s string) string {
	if bare(s) {
		return s
	}
	return quoted(s, '"')
}

func bare(s string) bool {
	for i, r := range s {
		if r == utf8.RuneError || !(r == '_' || unicode.IsLetter(r) || i > 0 && unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}

// quoted doubles the quote and escapes what would leave the line.
func quoted(s string, quote byte) string {
	var b strings.Builder
	b.WriteByte(quote)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == rune(quote):
			b.WriteByte(quote)
			b.WriteByte(quote)
		case r == '\\':
			b.WriteString(`\\`)
		case unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	b.WriteByte(quote)
	return b.String()
}

var (
	dateForm     = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	datetimeForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$`)
	timeForm     = regexp.MustCompile(`^\d{2}:\d{2}:\d{2}(\.\d+)?$`)
	exactForm    = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
)

func literal(l *Lit) string {
	if l == nil || l.Value == nil {
		if l == nil || l.Type == table.String {
			return "null"
		}
		return "null " + name(string(l.Type))
	}
	switch v := l.Value.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return float(v)
	case table.Exact:
		if exactForm.MatchString(string(v)) {
			return string(v) + "d"
		}
		return "decimal " + quoted(string(v), '\'')
	case string:
		return textLiteral(l.Type, v)
	}
	return "null"
}

func textLiteral(t table.Type, s string) string {
	switch {
	case t == table.String:
		return quoted(s, '\'')
	case t == table.Date && dateForm.MatchString(s),
		t == table.Datetime && datetimeForm.MatchString(s),
		t == table.Time && timeForm.MatchString(s):
		return s
	}
	return name(string(t)) + " " + quoted(s, '\'')
}

func float(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "float '" + strconv.FormatFloat(f, 'g', -1, 64) + "'"
	}
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if a := math.Abs(f); a >= 1e-6 && a < 1e15 {
		s = strconv.FormatFloat(f, 'f', -1, 64)
	}
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}
