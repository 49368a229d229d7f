package agent

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// mask replaces identifiers of people in what is sent, and puts them back in
// what comes: the model reads ‹email 1› and may use it like a value. The same
// text has the same name within one question.
type mask struct {
	names map[string]string // by text
	texts map[string]string // by name
	count map[string]int
}

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

// hide replaces what identifies people.
func (m *mask) hide(text string) string {
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
