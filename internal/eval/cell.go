package eval

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tabletalk/internal/table"
)

var (
	beforeNumber = regexp.MustCompile(`(?s)^[^\d\-+.]{0,3}([\d\-+.].*)$`)
	afterNumber  = regexp.MustCompile(`(?i)(\d)\s?(%|[a-z]{1,12}\.?)$`)
	thousands    = regexp.MustCompile(`^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$`)
	isoDay       = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)([T ]00:00(:00)?(\.0+)?(Z|\+00:?(00)?)?)?$`)
)

// cell is a value in the forms it is compared in. They are made once: a
// multiset of rows is compared each with each.
type cell struct {
	empty    bool // null, or an empty text
	null     bool
	isNumber bool
	number   float64
	day      string
	text     string
}

func newCell(v any) cell {
	c := cell{null: v == nil, empty: v == nil || v == "", text: asText(v)}
	c.number, c.isNumber = asNumber(v)
	if s, ok := v.(string); ok {
		if m := isoDay.FindStringSubmatch(strings.TrimSpace(s)); m != nil {
			c.day = m[1]
		}
	}
	return c
}

func newCells(rows [][]any) [][]cell {
	out := make([][]cell, len(rows))
	for i, r := range rows {
		out[i] = make([]cell, len(r))
		for j, v := range r {
			out[i][j] = newCell(v)
		}
	}
	return out
}

// asNumber reads a number, also with a sign of money before it or a unit
// behind it.
func asNumber(x any) (float64, bool) {
	s, ok := x.(string)
	if !ok {
		return table.Number(x)
	}
	t := strings.ReplaceAll(strings.TrimSpace(s), "−", "-")
	if m := beforeNumber.FindStringSubmatch(t); m != nil {
		t = m[1]
	}
	t = afterNumber.ReplaceAllString(t, "$1")
	if thousands.MatchString(t) {
		t = strings.ReplaceAll(t, ",", "")
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(t, "xX") {
		return 0, false // "Nan" is a name
	}
	return f, true
}

// asText writes a value without accents, case, and kinds of quotes and dashes.
func asText(x any) string {
	switch v := x.(type) {
	case nil:
		return ""
	case string:
		return folded(v)
	case bool:
		return strconv.FormatBool(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(x)
}

func folded(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case norm.NFKD.PropertiesString(string(r)).CCC() != 0:
		case strings.ContainsRune("‘’´`", r):
			b.WriteRune('\'')
		case strings.ContainsRune("“”", r):
			b.WriteRune('"')
		case r >= '\u2010' && r <= '\u2015' || r == '−':
			b.WriteRune('-')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// equal compares a cell of an answer with one that is wanted.
func equal(a, b cell) bool {
	if a.null || b.null {
		return a.empty && b.empty
	}
	if a.isNumber && b.isNumber {
		return nearly(a.number, b.number) ||
			closeTo(a.number, b.number*100, 1e-4, 0) && strings.Contains(a.text+b.text, "%")
	}
	if a.day != "" && b.day != "" {
		return a.day == b.day
	}
	return a.text == b.text || alike[[2]string{a.text, b.text}] || alike[[2]string{b.text, a.text}]
}

// alike are the ways to write yes and no.
var alike = map[[2]string]bool{
	{"true", "1"}: true, {"true", "yes"}: true, {"true", "t"}: true,
	{"false", "0"}: true, {"false", "no"}: true, {"false", "f"}: true,
}

// nearly reports whether two numbers are the same, or rounded to two, three
// or four digits.
func nearly(x, y float64) bool {
	if closeTo(x, y, 1e-6, 1e-9) {
		return true
	}
	if math.Max(math.Abs(x), math.Abs(y)) < 1 || math.Abs(x-y) > 0.02 {
		return false
	}
	for digits := 2; digits <= 4; digits++ {
		if strconv.FormatFloat(x, 'f', digits, 64) == strconv.FormatFloat(y, 'f', digits, 64) {
			return true
		}
	}
	return false
}

func closeTo(x, y, relative, absolute float64) bool {
	return math.Abs(x-y) <= math.Max(relative*math.Max(math.Abs(x), math.Abs(y)), absolute)
}
