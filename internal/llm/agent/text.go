package agent

import (
	"encoding/json"
	"strings"
	"unicode"

	"tabletalk/internal/question/text"
)

// maxCell is how many characters of a value are sent.
const maxCell = 80

// clean takes out what cannot be seen: control characters, marks of direction
// and characters without width, by which a text can say other than it shows.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}

// short is a value as it is sent.
func short(s string) string {
	if r := []rune(clean(s)); len(r) > maxCell {
		return string(r[:maxCell-1]) + "…"
	}
	return clean(s)
}

// quoted writes a text so that it cannot be taken for anything else: as JSON,
// without the characters of marks.
func quoted(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(raw)
}

// words are the words of a text, folded.
func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range text.Words(s) {
		set[text.Singular(w)] = true
	}
	return set
}
