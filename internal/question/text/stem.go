package text

import (
	"strings"

	"github.com/kljensen/snowball/english"
)

// irregular plurals and forms that the rules below would spoil.
var irregular = map[string]string{
	"people": "person", "men": "man", "women": "woman", "children": "child", "mice": "mouse", "feet": "foot",
	"teeth": "tooth", "geese": "goose", "data": "data", "series": "series", "species": "species", "news": "news",
	"analyses": "analysis", "bases": "base", "crises": "crisis", "indices": "index", "matrices": "matrix",
	"criteria": "criterion", "phenomena": "phenomenon", "status": "status", "statuses": "status", "bus": "bus",
	"gas": "gas", "lives": "life", "wives": "wife", "knives": "knife", "leaves": "leaf", "shelves": "shelf",
	"halves": "half", "movies": "movie", "cookies": "cookie", "is": "is", "was": "was", "has": "has", "does": "does",
	"this": "this", "us": "us", "as": "as", "yes": "yes", "its": "its", "his": "his", "less": "less", "plus": "plus",
	"minus": "minus", "versus": "versus", "vs": "vs", "headquarters": "headquarter", "medalists": "medalist", "address": "address", "process": "process",
	"business": "business", "class": "class", "pass": "pass", "loss": "loss", "gross": "gross", "across": "across",
	"sales": "sale", "goods": "goods", "politics": "politics", "lens": "lens", "campus": "campus", "bonus": "bonus",
	"analysis": "analysis", "basis": "basis", "always": "always", "ids": "id", "heroes": "hero", "potatoes": "potato",
}

// Singular gives the singular of a folded English noun, and other words
// unchanged.
func Singular(w string) string {
	if s, ok := irregular[w]; ok {
		return s
	}
	n := len(w)
	switch {
	case n < 4 || !strings.HasSuffix(w, "s") || strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "us") || strings.HasSuffix(w, "is"):
		if n == 3 && strings.HasSuffix(w, "s") && w[1] != 's' && strings.ContainsRune("aeio", rune(w[0])) {
			return w
		}
		return w
	case strings.HasSuffix(w, "ies") && n > 4:
		return w[:n-3] + "y"
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "xes"), strings.HasSuffix(w, "zzes"):
		return w[:n-2]
	}
	return w[:n-1]
}

// Stem gives the form of a word without its endings, for looser comparison.
func Stem(w string) string {
	if len(w) < 4 || !isPlain(w) {
		return w
	}
	return english.Stem(Singular(w), false)
}

// IsPlural reports whether a folded noun is written as a plural.
func IsPlural(w string) bool { return Singular(w) != w }

// SplitName breaks the name of a column or table into folded words: at marks,
// at changes of case and between letters and digits.
func SplitName(name string) []string {
	var out []string
	var cur []rune
	flush := func() {
		if len(cur) > 0 {
			out = append(out, Fold(string(cur)))
			cur = cur[:0]
		}
	}
	rs := []rune(name)
	for i, r := range rs {
		switch {
		case r == '\'' || r == '’':
			continue
		case r == '%':
			flush()
			out = append(out, "percent")
			continue
		case r == '#':
			flush()
			out = append(out, "number")
			continue
		case !isLetter(r) && !isDigit(r):
			flush()
			continue
		case i > 0 && len(cur) > 0 && breaksBefore(rs, i):
			flush()
		}
		cur = append(cur, r)
	}
	flush()
	return out
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
func isUpper(r rune) bool { return r >= 'A' && r <= 'Z' }
func isLower(r rune) bool { return r >= 'a' && r <= 'z' }

// breaksBefore reports whether a new word of a name begins at i.
func breaksBefore(rs []rune, i int) bool {
	p, c := rs[i-1], rs[i]
	switch {
	case isLower(p) && isUpper(c):
		return true
	case isDigit(p) != isDigit(c):
		return true
	case isUpper(p) && isUpper(c) && i+1 < len(rs) && isLower(rs[i+1]):
		return !(i+2 == len(rs) && rs[i+1] == 's') // "IDs" is one word
	}
	return false
}
