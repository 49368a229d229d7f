package ingest

import (
	"strconv"
	"strings"
)

// class says what the text of one cell looks like.
type class uint8

// The classes of cells.
const (
	clsText   class = iota
	clsInt          // 12, -3
	clsFloat        // 1.5, 2e9
	clsNumber       // $1,234.50, 12 %, (300)
	clsBool         // yes, FALSE
	clsMoment       // a date, with or without a time
	clsClock        // a time of day
	clsWord         // a word that means no value
	classes
)

// nullWords mean "no value" in a column of numbers, dates or flags.
var nullWords = wordSet("NA", "N/A", "n/a", "na", "N.A.", "n.a.", "k.A.", "k. A.", "s/d", "n.d.", "null", "NULL", "Null", "None", "none", "NaN", "nan", "NAN", "-", "--", "—", "–", "?", ".", "..",
	`\N`, "#N/A", "#NA", "#VALUE!", "#DIV/0!", "#REF!", "#NULL!", "#NUM!", "#NAME?", "<NA>", "(null)", "nil")

// textNullWords mean "no value" even in a column of text.
var textNullWords = wordSet("NULL", "null", `\N`, "N/A", "n/a", "#N/A", "NaN", "nan", "<NA>")

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// boolForms gives a bit per way of writing yes and no, and whether it is yes.
var boolForms = map[string]struct {
	pair uint8
	yes  bool
}{
	"true": {1, true}, "false": {1, false}, "yes": {2, true}, "no": {2, false}, "y": {4, true}, "n": {4, false},
	"t": {8, true}, "f": {8, false}, "on": {16, true}, "off": {16, false},
}

// plainInt reports whether b is an integer that fits 64 bits as digits, and
// whether it has leading zeros. Nothing else is accepted, not even blanks.
func plainInt(b []byte) (ok, zeros bool) {
	i := 0
	if len(b) > 0 && b[0] == '-' {
		i = 1
	}
	n := len(b) - i
	if n == 0 {
		return false, false
	}
	for _, c := range b[i:] {
		if c < '0' || c > '9' {
			return false, false
		}
	}
	if b[i] == '0' && n > 1 {
		return true, true
	}
	return true, false
}

// plainFloat reports whether b is a number with a decimal point or an
// exponent, how many digits it has before and behind the point, and whether it
// has leading zeros.
func plainFloat(b []byte) (ok bool, whole, frac int, exp, zeros bool) {
	i := 0
	if len(b) > 0 && b[0] == '-' {
		i = 1
	}
	start := i
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	whole = i - start
	zeros = whole > 1 && b[start] == '0'
	if i < len(b) && b[i] == '.' {
		i++
		point := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		frac = i - point
	}
	if whole+frac == 0 {
		return false, 0, 0, false, false
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		exp = true
		i++
		if i < len(b) && (b[i] == '-' || b[i] == '+') {
			i++
		}
		from := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		if i == from || i-from > 3 {
			return false, 0, 0, false, false
		}
	}
	if i != len(b) {
		return false, 0, 0, false, false
	}
	if exp {
		_, err := strconv.ParseFloat(string(b), 64)
		return err == nil, whole, frac, exp, zeros
	}
	return true, whole, frac, exp, zeros
}

// isoDate reports whether b is exactly a day as 2024-01-31.
func isoDate(b []byte) bool {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return false
	}
	y, ok1 := two(b[0], b[1])
	z, ok2 := two(b[2], b[3])
	m, ok3 := two(b[5], b[6])
	d, ok4 := two(b[8], b[9])
	return ok1 && ok2 && ok3 && ok4 && validDate(y*100+z, m, d)
}

func two(a, b byte) (int, bool) {
	x, y := a-'0', b-'0'
	return int(x)*10 + int(y), x <= 9 && y <= 9
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// trimBlanks cuts blanks at both ends.
func trimBlanks(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// lower gives the ASCII lower case of a short word.
func lower(b []byte) string { return strings.ToLower(string(b)) }
