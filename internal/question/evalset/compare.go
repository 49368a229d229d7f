package evalset

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tabletalk/internal/table"
)

var (
	beforeNumber = regexp.MustCompile(`^[^\d\-+.]{0,3}([\d\-+.].*)$`)
	afterNumber  = regexp.MustCompile(`(?i)(\d)\s?(%|[a-z]{1,12}\.?)$`)
	thousands    = regexp.MustCompile(`^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$`)
	isoDay       = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)([T ]00:00(:00)?(\.0+)?(Z|\+00:?(00)?)?)?$`)
	notes        = regexp.MustCompile(`(\[\d+\]|[•♦†‡*#+])*$`)
	brackets     = regexp.MustCompile(`( \([^)]*\))*$`)
	squares      = regexp.MustCompile(`\[[^\]]*\]$`)
)

func asNumber(x any) (float64, bool) {
	switch v := x.(type) {
	case nil, bool:
		return 0, false
	case string:
		t := strings.ReplaceAll(strings.TrimSpace(v), "−", "-")
		if m := beforeNumber.FindStringSubmatch(t); m != nil {
			t = m[1]
		}
		t = afterNumber.ReplaceAllString(t, "$1")
		if thousands.MatchString(t) {
			t = strings.ReplaceAll(t, ",", "")
		}
		f, err := strconv.ParseFloat(t, 64)
		return f, err == nil
	}
	return table.Number(x)
}

func asText(x any) string {
	switch v := x.(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case int64:
		return strconv.FormatInt(v, 10)
	case table.Exact:
		return string(v)
	case string:
		var b strings.Builder
		for _, r := range norm.NFKD.String(v) {
			switch {
			case unicode.Is(unicode.Mn, r):
			case strings.ContainsRune("‘’´`", r):
				b.WriteRune('\'')
			case strings.ContainsRune("“”", r):
				b.WriteRune('"')
			case strings.ContainsRune("‐‑‒–—―−", r):
				b.WriteRune('-')
			default:
				b.WriteRune(unicode.ToLower(r))
			}
		}
		return strings.Join(strings.Fields(b.String()), " ")
	}
	return ""
}

func asDate(x any) string {
	s, ok := x.(string)
	if !ok {
		return ""
	}
	if m := isoDay.FindStringSubmatch(strings.TrimSpace(s)); m != nil {
		return m[1]
	}
	return ""
}

func closeTo(x, y, rel, abs float64) bool {
	return math.Abs(x-y) <= math.Max(rel*math.Max(math.Abs(x), math.Abs(y)), abs)
}

func round(x float64, digits int) float64 {
	p := math.Pow(10, float64(digits))
	return math.Round(x*p) / p
}

func equal(a, b any) bool {
	if a == nil || b == nil {
		return (a == nil || a == "") && (b == nil || b == "")
	}
	x, ok1 := asNumber(a)
	y, ok2 := asNumber(b)
	if ok1 && ok2 {
		if closeTo(x, y, 1e-6, 1e-9) {
			return true
		}
		for d := 2; d <= 4; d++ {
			if round(x, d) == round(y, d) && math.Max(math.Abs(x), math.Abs(y)) >= 1 {
				return true
			}
		}
		return closeTo(x, y*100, 1e-4, 0) && strings.Contains(asText(a)+asText(b), "%")
	}
	if da, db := asDate(a), asDate(b); da != "" && db != "" {
		return da == db
	}
	ta, tb := asText(a), asText(b)
	return ta == tb || truth(ta) != "" && truth(ta) == truth(tb)
}

func truth(s string) string {
	switch s {
	case "true", "1", "yes", "t":
		return "true"
	case "false", "0", "no", "f":
		return "false"
	}
	return ""
}

func rowsEqual(got, want [][]any, ordered bool) bool {
	if len(got) != len(want) {
		return false
	}
	if ordered {
		same := true
		for i := range got {
			same = same && rowEqual(got[i], want[i])
		}
		if same || len(want) > 1 {
			return same
		}
	}
	used := make([]bool, len(want))
	for _, g := range got {
		found := false
		for i, w := range want {
			if !used[i] && rowEqual(g, w) {
				used[i], found = true, true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

func rowEqual(a, b []any) bool {
	for i := range b {
		if i >= len(a) || !equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// Matches reports whether some choice of got's columns equals want: at most
// two columns more than wanted.
func Matches(got, want [][]any, ordered bool) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if len(got) != len(want) {
		return false
	}
	n, k := len(got[0]), len(want[0])
	if n < k || n > k+2 {
		return false
	}
	options := make([][]int, k)
	for j := range k {
		w := column(want, []int{j})
		for c := range n {
			if rowsEqual(column(got, []int{c}), w, ordered) {
				options[j] = append(options[j], c)
			}
		}
		if len(options[j]) == 0 {
			return false
		}
	}
	tries := 0
	return pick(options, nil, func(cols []int) bool {
		tries++
		return tries <= 200 && rowsEqual(column(got, cols), want, ordered)
	})
}

func pick(options [][]int, chosen []int, ok func([]int) bool) bool {
	if len(chosen) == len(options) {
		return ok(chosen)
	}
next:
	for _, c := range options[len(chosen)] {
		for _, d := range chosen {
			if c == d {
				continue next
			}
		}
		if pick(options, append(chosen[:len(chosen):len(chosen)], c), ok) {
			return true
		}
	}
	return false
}

func column(rows [][]any, cols []int) [][]any {
	out := make([][]any, len(rows))
	for i, r := range rows {
		for _, c := range cols {
			out[i] = append(out[i], r[c])
		}
	}
	return out
}

// ValuesMatch reports whether the targets are the set of values of one column.
func ValuesMatch(rows [][]any, targets []string) bool {
	if len(rows) == 0 || len(rows) == 1 && len(rows[0]) > 4 {
		return false
	}
	for c := range rows[0] {
		var items []any
		for _, r := range rows {
			if !anySame(items, r[c]) {
				items = append(items, r[c])
			}
		}
		if len(items) != len(targets) {
			continue
		}
		all := true
		for _, t := range targets {
			all = all && anySame(items, t)
		}
		if all {
			return true
		}
	}
	return false
}

func anySame(items []any, v any) bool {
	for _, i := range items {
		if sameValue(i, v) {
			return true
		}
	}
	return false
}

func sameValue(a, b any) bool {
	x, ok1 := asNumber(a)
	y, ok2 := asNumber(b)
	if ok1 && ok2 {
		return closeTo(x, y, 1e-6, 1e-6)
	}
	return normal(a) == normal(b) || asDate(a) != "" && asDate(a) == asDate(b)
}

// normal drops notes and brackets at the end of a value.
func normal(v any) string {
	s := asText(v)
	for {
		t := strings.TrimSpace(notes.ReplaceAllString(s, ""))
		if i := squares.FindStringIndex(t); i != nil && i[0] > 0 {
			t = strings.TrimSpace(t[:i[0]])
		}
		if i := brackets.FindStringIndex(t); i != nil && i[0] > 0 {
			t = strings.TrimSpace(t[:i[0]])
		}
		if len(t) > 1 && t[0] == '"' && t[len(t)-1] == '"' && !strings.Contains(t[1:len(t)-1], `"`) {
			t = t[1 : len(t)-1]
		}
		if t == s {
			break
		}
		s = t
	}
	return strings.TrimSpace(strings.TrimSuffix(s, "."))
}
