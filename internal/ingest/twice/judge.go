package twice

import (
	"slices"
	"strings"
	"unicode"
)

// closing are the marks that right text writes directly behind a letter, or
// between two words: "CAFÉ”" is no piece, though its bytes are one.
const closing = "‘’“”„‚‹›«»…–—•·™\u00a0"

// beside are the other characters that right text may write directly behind a
// letter: signs of footnotes, ordinals, brands, and letters of other alphabets.
const beside = "ªº¹²³°´®©†‡§¶¡¿\u00adšžŠŽœŒŸ"

// quotes are the closing ones that no letter follows in right text, or that no
// letter precedes.
const quotes = "‘“”„‚‹«"

// measured are what stands behind a unit of measure, as in "1.8 Å±0.1".
const measured = "±·–…²³°¼½¾µ"

// money are the signs that are written several times for how dear a place is.
const money = "£€¥¢¤"

func isOf(set string, r rune) bool { return strings.ContainsRune(set, r) }

// hard reports whether no text writes a character directly behind a letter.
func hard(r rune) bool { return !isOf(closing, r) && !isOf(beside, r) }

// around is what stands before and behind a piece, the pieces beside it mended.
// The one before it as it stands is wrote.
type around struct{ before, wrote, next, after rune }

// wordBegins reports whether the piece would be the first letter of a word in
// small letters.
func (a around) wordBegins() bool {
	return !unicode.IsLetter(a.before) && unicode.IsLower(a.next) && unicode.IsLower(a.after)
}

// saysSomething reports whether a text stands in front of the piece that a space
// or a closing quote may follow: Â is a word too, within quotes or by itself.
func (a around) saysSomething() bool {
	return unicode.IsLetter(a.wrote) || unicode.IsNumber(a.wrote) || isOf(".!?)%…>", a.wrote)
}

// sure reports whether a piece by itself can be nothing but a character that
// was encoded twice.
func (p piece) sure(a around) bool {
	if control(p.r) {
		return false
	}
	switch p.n {
	case 1:
		return p.sureOfTwo(a)
	case 2:
		return p.sureOfThree(a)
	}
	return p.rest[0] == 'Ÿ' || slices.ContainsFunc(p.rest[:], control)
}

// sureOfTwo judges letters of Europe and signs. Most first bytes are letters
// that end a word in capitals in some language, so what follows must be odd.
func (p piece) sureOfTwo(a around) bool {
	c := p.rest[0]
	switch p.lead {
	case 0xc2: // Â: the sign itself follows
		return !unicode.IsUpper(a.before) && (!isOf("»\u00a0", c) || a.saysSomething())
	case 0xc3: // Ã
		return p.odd(a) || c == '‰' || p.sureCapital(a)
	case 0xc4, 0xc5: // Ä, Å
		if p.lead == 0xc5 && isOf(measured, c) {
			return p.sureNoUnit(a)
		}
		return p.odd(a) || isOf(beside+quotes, c) && c != '\u00ad' && unicode.IsLower(a.next) || p.sureInWord(a)
	case 0xc8: // È: ș and ț
		return p.r >= 'Ș' && p.r <= 'ț' && (control(c) || unicode.IsLower(a.before) || !unicode.IsLetter(a.before) && unicode.IsLower(a.next))
	case 0xce, 0xcf: // Greek
		return control(c) || hard(c) && !unicode.IsUpper(a.before)
	case 0xd0, 0xd1: // Cyrillic
		return control(c) || p.odd(a) && !unicode.IsUpper(a.before)
	}
	return false
}

// odd reports whether no text writes what follows behind the letter that the
// piece begins with. A letter may be the name of something: of what costs ££,
// and of a number that is given with ±.
func (p piece) odd(a around) bool {
	c := p.rest[0]
	switch {
	case isOf(money, c) && isOf(money, a.next):
		return unicode.IsLower(a.before)
	case c == '±':
		return unicode.IsLower(a.before) || unicode.IsLetter(a.next)
	}
	return hard(c)
}

// sureNoUnit judges Å and a sign that stands behind a unit of measure. It is no
// unit within a word, nor where ž or ż would be the first letter of one.
func (p piece) sureNoUnit(a around) bool {
	c := p.rest[0]
	switch {
	case unicode.IsNumber(a.next): // mÅ±5
		return false
	case unicode.IsLower(a.before):
		return true
	case unicode.IsLetter(a.before):
		return hard(c) && unicode.IsLetter(a.next)
	}
	return isOf("¼½¾", c) && a.wordBegins()
}

// sureInWord judges a capital with a mark behind it by the word around it: no
// capital stands behind a small letter, and no mark within a word.
func (p piece) sureInWord(a around) bool {
	return unicode.IsLower(a.before) || a.wordBegins() && !isOf("’\u00a0", p.rest[0])
}

// sureCapital judges what follows Ã, which ends words in capitals.
func (p piece) sureCapital(a around) bool {
	c := p.rest[0]
	switch {
	case p.sureInWord(a):
		return true
	case c == '\u00a0':
		return a.before == ' ' && a.next == ' ' // the word à
	case c == '\u00ad':
		return !unicode.IsUpper(a.before) || unicode.IsLower(a.next)
	case isOf(beside, c):
		return !unicode.IsUpper(a.before) || unicode.IsLetter(a.next)
	}
	return isOf(quotes, c) && unicode.IsLetter(a.next)
}

// sureOfThree judges punctuation, signs, and letters of Asia.
func (p piece) sureOfThree(a around) bool {
	c, d := p.rest[0], p.rest[1]
	switch {
	case p.r == '\ufeff': // the mark of a file
		return true
	case isOf(money, c) && (isOf(money, d) || p.lead != 0xe2 && unicode.Is(unicode.Latin, a.before) && unicode.IsLower(a.before)): // Café££
		return false
	case p.lead == 0xe2: // â: punctuation and signs
		return hard(c) || hard(d) || !unicode.IsLetter(a.before) && !(isOf(closing, c) && isOf(closing, d))
	case control(c) || control(d):
		return !mark(c) || !mark(d)
	case p.lead == 0xe1 && (c == '»' || c == 'º'): // á: Vietnamese
		return unicode.IsLower(a.next) && !isOf("…–—’\u00a0", d)
	}
	return hard(c)
}

// mark reports whether a control stands where Windows-1252 has a dash, a quote
// or dots: a text of that page that was taken for Latin-1 holds it behind a
// letter.
func mark(r rune) bool { return r == 0x85 || r >= 0x91 && r <= 0x97 }

// scripts are those whose letters follow one another in a text that was
// encoded twice.
var scripts = []*unicode.RangeTable{
	unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Hebrew, unicode.Arabic, unicode.Devanagari, unicode.Bengali, unicode.Tamil,
	unicode.Thai, unicode.Armenian, unicode.Georgian, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana,
}

// together reports whether two pieces or more, one behind the other, can be
// nothing but letters that were encoded twice: all are of one script, and they
// are no letters with quotes between them.
func together(run []piece) bool {
	if len(run) < 2 {
		return false
	}
	script := slices.IndexFunc(scripts, func(s *unicode.RangeTable) bool { return unicode.Is(s, run[0].r) })
	only := true
	for _, p := range run {
		if p.lead >= 0xc6 && p.lead <= 0xcd || script < 0 || !unicode.Is(scripts[script], p.r) {
			return false
		}
		for _, c := range p.rest[:p.n] {
			only = only && isOf(closing, c)
		}
	}
	return !only
}
