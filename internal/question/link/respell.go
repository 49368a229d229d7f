package link

import (
	"slices"
	"strings"

	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/text"
)

// Respell reads words that nothing explains, and that are a slip of the
// fingers away from just one word of the language that computes or compares,
// as that word: "bigest", "avrage". False where there is none.
func Respell(tokens []text.Token, mentions []Mention, lex *lexicon.Lexicon) ([]text.Token, bool) {
	known := make([]bool, len(tokens))
	for _, m := range mentions {
		for i := m.Start; i < m.End && m.How != Fuzzy; i++ {
			known[i] = true
		}
	}
	out, any := tokens, false
	for i, t := range tokens {
		if known[i] || t.Kind != text.Word || t.Quote > 0 || t.Suffix || t.Upper && i > 0 || len(t.Norm) < 5 || lex.Knows(t.Norm) {
			continue
		}
		meant := meantWord(t.Norm, lex)
		if meant == "" {
			continue
		}
		if !any {
			out, any = slices.Clone(tokens), true
		}
		fresh := text.Tokenize(meant)[0]
		out[i].Norm, out[i].Base, out[i].Stem, out[i].Meant = fresh.Norm, fresh.Base, fresh.Stem, meant
	}
	return out, any
}

// meantWord is the only word of the language that another is a slip of.
func meantWord(word string, lex *lexicon.Lexicon) string {
	meant := ""
	for _, w := range lex.Operators() {
		switch {
		case w == meant || !slip(word, w):
		case meant != "":
			return ""
		default:
			meant = w
		}
	}
	return meant
}

// slip reports whether a word is another with two neighbours swapped, a letter
// inside it lost or doubled, or, in a long one, a letter mistaken.
func slip(word, meant string) bool {
	if len(meant) < 5 || word[0] != meant[0] || word == meant {
		return false
	}
	i := 0
	for i < len(word) && i < len(meant) && word[i] == meant[i] {
		i++
	}
	a, b := word[min(i, len(word)):], meant[min(i, len(meant)):]
	switch len(word) - len(meant) {
	case 0:
		swapped := len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
		return swapped || len(word) >= 7 && a[1:] == b[1:] && len(a) > 1
	case -1: // at its end a word is only inflected
		return len(meant) >= 6 && len(a) > 0 && b[1:] == a
	case 1:
		return len(meant) >= 6 && len(b) > 0 && strings.HasSuffix(a, b) && a[0] == word[i-1]
	}
	return false
}
