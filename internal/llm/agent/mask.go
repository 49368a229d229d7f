package agent

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// mask replaces identifiers of people in what is sent, and puts them back in
// what comes: the model reads ‹email 1› and may use it like a value. The same
// text has the same name within one question.
type mask struct {
	names   map[string]string // by text
	texts   map[string]string // by name
	count   map[string]int
	learned []form // names of people, the longest first
}

// form is one way in which a name that was learned is written.
type form struct{ text, name string }

func newMask() *mask {
	return &mask{names: map[string]string{}, texts: map[string]string{}, count: map[string]int{}}
}

// identifiers are what is recognised, the longest forms first. A check tells
// numbers of people from other numbers.
var identifiers = []struct {
	kind  string
	form  *regexp.Regexp
	check func(string) bool
}{
	{"email", regexp.MustCompile(`[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`), nil},
	{"account", regexp.MustCompile(`\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b`), iban},
	{"card", regexp.MustCompile(`\b\d(?:[ -]?\d){12,18}\b`), luhn},
	{"phone", regexp.MustCompile(`\+\d[\d ()/.-]{6,}\d|\(\d{2,5}\)[ -]?\d[\d -]{4,}\d|\b0\d{1,4}[ /-]\d[\d -]{4,}\d\b|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b`), nil},
	{"number", regexp.MustCompile(`\b\d{3}-\d{2}-\d{4}\b`), nil}, // social security
	{"address", regexp.MustCompile(`\b(?:\d{1,3}\.){3}\d{1,3}\b`), nil},
}

// learn takes a value that identifies somebody: it is replaced from now on,
// in every way in which values are written.
func (m *mask) learn(kind, value string) { m.alias(kind, value, value) }

// alias takes a name as somebody wrote it, with the value that it stands for;
// where none is known, it stands for itself.
func (m *mask) alias(kind, said, value string) {
	if !telling(said) || masked.MatchString(said) {
		return
	}
	if value == "" {
		value = said
	}
	name := m.name(kind, value)
	for _, text := range []string{said, value} {
		doubled := strings.ReplaceAll(text, "'", "''")
		for _, f := range []string{text, short(text), doubled, inJSON(text), inJSON(short(text)), inJSON(doubled)} {
			if f != "" && !slices.Contains(m.learned, form{f, name}) {
				m.learned = append(m.learned, form{f, name})
			}
		}
	}
	slices.SortStableFunc(m.learned, func(a, b form) int { return len(b.text) - len(a.text) })
}

// telling reports whether a text can tell who somebody is: one letter, or a
// few digits, stand in too many places to be replaced in all of them.
func telling(s string) bool {
	letters, digits := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		}
	}
	return letters > 1 || digits > 5
}

// inJSON is a text as it stands inside the quotes of JSON.
func inJSON(s string) string {
	q := quoted(s)
	return q[1 : len(q)-1]
}

// hide replaces what identifies people. What was replaced before stays.
func (m *mask) hide(text string) string {
	var b strings.Builder
	for {
		at := masked.FindStringIndex(text)
		if at == nil {
			b.WriteString(m.hidePlain(text))
			return b.String()
		}
		b.WriteString(m.hidePlain(text[:at[0]]) + text[at[0]:at[1]])
		text = text[at[1]:]
	}
}

func (m *mask) hidePlain(text string) string {
	for _, f := range m.learned {
		if replaced := replaceWords(text, f.text, f.name); replaced != text {
			return m.hide(replaced)
		}
	}
	for _, id := range identifiers {
		text = id.form.ReplaceAllStringFunc(text, func(found string) string {
			if id.check != nil && !id.check(found) {
				return found
			}
			return m.name(id.kind, found)
		})
	}
	return text
}

// replaceWords replaces a text where it stands as words of its own, written
// large or small.
func replaceWords(s, old, new string) string {
	in, what := strings.ToLower(s), strings.ToLower(old)
	if len(in) != len(s) || len(what) != len(old) { // letters whose small form is longer: as written, then
		in, what = s, old
	}
	var b strings.Builder
	from := 0
	for at := 0; ; {
		i := strings.Index(in[at:], what)
		if i < 0 {
			b.WriteString(s[from:])
			return b.String()
		}
		i += at
		at = i + len(what)
		if !letterAt(s, i-1) && !letterAt(s, at) {
			b.WriteString(s[from:i] + new)
			from = at
		}
	}
}

func (m *mask) name(kind, text string) string {
	if n, ok := m.names[text]; ok {
		return n
	}
	m.count[kind]++
	n := fmt.Sprintf("‹%s %d›", kind, m.count[kind])
	m.names[text], m.texts[n] = n, text
	return n
}

var masked = regexp.MustCompile(`‹[a-z]+ \d+›`)

// show puts back what was replaced.
func (m *mask) show(text string) string {
	return masked.ReplaceAllStringFunc(text, func(name string) string {
		if t, ok := m.texts[name]; ok {
			return t
		}
		return name
	})
}

// inPlan puts back what was replaced in the text of a plan or a statement,
// where it stands between quotes.
func (m *mask) inPlan(text string) string {
	return masked.ReplaceAllStringFunc(text, func(name string) string {
		if t, ok := m.texts[name]; ok {
			return strings.ReplaceAll(t, "'", "''")
		}
		return name
	})
}

// luhn is the check of numbers of cards.
func luhn(text string) bool {
	sum, n := 0, 0
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] < '0' || text[i] > '9' {
			continue
		}
		d := int(text[i] - '0')
		if n%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum, n = sum+d, n+1
	}
	return sum%10 == 0
}

// iban is the check of numbers of accounts.
func iban(text string) bool {
	text = strings.ReplaceAll(text, " ", "")
	if len(text) < 15 || len(text) > 34 {
		return false
	}
	var digits strings.Builder
	for _, r := range text[4:] + text[:4] {
		if r >= 'A' && r <= 'Z' {
			fmt.Fprint(&digits, int(r-'A')+10)
		} else {
			digits.WriteRune(r)
		}
	}
	n, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && n.Mod(n, big.NewInt(97)).Int64() == 1
}
