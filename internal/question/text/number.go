package text

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// number reads digits with separators, a magnitude and a unit, an ordinal, or
// a date of three numbers.
func (l *lexer) number() {
	start := l.pos
	if end := l.dateEnd(); end > 0 {
		l.emit(Token{Kind: Date, Norm: l.src[start:end]}, start, end)
		return
	}
	end := l.digitsEnd()
	digits := strings.ReplaceAll(l.src[start:end], ",", "")
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		l.wordFrom(start)
		return
	}
	suffix := l.letters(end)
	switch low := strings.ToLower(suffix); low {
	case "":
	case "k", "m", "mm", "bn", "b", "mio", "million", "billion", "thousand":
		v *= magnitude(low)
		end += len(suffix)
		digits = strconv.FormatFloat(v, 'f', -1, 64)
	case "st", "nd", "rd", "th":
		end += len(suffix)
		t := Token{Kind: Number, Norm: digits + low, Value: v, Unit: "th"}
		l.emit(t, start, end)
		return
	default:
		l.wordFrom(start)
		return
	}
	t := Token{Kind: Number, Norm: digits, Value: v}
	if end < len(l.src) && l.src[end] == '%' {
		t.Unit = "%"
		end++
	}
	l.emit(t, start, end)
}

// wordFrom reads a word that begins with digits, such as "3d" or "18s".
func (l *lexer) wordFrom(start int) {
	i := start
	for i < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[i:])
		if !isLetter(r) && !unicode.IsDigit(r) {
			break
		}
		i += size
	}
	if i == start {
		i = start + 1
	}
	l.emit(l.wordToken(Fold(l.src[start:i]), false), start, i)
}

func magnitude(s string) float64 {
	switch s {
	case "k", "thousand":
		return 1e3
	case "m", "mm", "mio", "million":
		return 1e6
	case "bn", "b", "billion":
		return 1e9
	}
	return 1
}

// digitsEnd finds the end of digits with thousands commas and one point.
func (l *lexer) digitsEnd() int {
	i, point := l.pos, false
	for i < len(l.src) {
		c := l.src[i]
		switch {
		case c >= '0' && c <= '9':
		case c == '.' && !point && l.digitAt(i+1):
			point = true
		case c == ',' && !point && l.thousandsAt(i):
		default:
			return i
		}
		i++
	}
	return i
}

// thousandsAt reports whether a comma at i is followed by exactly three digits.
func (l *lexer) thousandsAt(i int) bool {
	return l.digitAt(i+1) && l.digitAt(i+2) && l.digitAt(i+3) && !l.digitAt(i+4)
}

func (l *lexer) letters(i int) string {
	j := i
	for j < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[j:])
		if !isLetter(r) {
			break
		}
		j += size
	}
	return l.src[i:j]
}

// dateEnd gives the end of a date such as 2024-01-31 or 3/4/2025, or 0.
func (l *lexer) dateEnd() int {
	i, parts := l.pos, [3]int{}
	var sep byte
	for p := range 3 {
		j := i
		for l.digitAt(j) {
			j++
		}
		parts[p] = j - i
		if parts[p] == 0 || parts[p] > 4 {
			return 0
		}
		if p == 2 {
			i = j
			break
		}
		if j >= len(l.src) || !strings.ContainsRune("-/.", rune(l.src[j])) || sep != 0 && sep != l.src[j] {
			return 0
		}
		sep = l.src[j]
		i = j + 1
	}
	yearFirst := parts[0] == 4 && parts[1] <= 2 && parts[2] <= 2
	yearLast := parts[0] <= 2 && parts[1] <= 2 && (parts[2] == 4 || parts[2] == 2 && sep != '.')
	if !yearFirst && !yearLast {
		return 0
	}
	return i
}

func (l *lexer) money(sign string, size int) {
	start := l.pos
	l.pos += size
	for l.pos < len(l.src) && l.src[l.pos] == ' ' {
		l.pos++
	}
	n := len(l.out)
	l.number()
	if len(l.out) > n {
		t := &l.out[n]
		t.Start, t.Text, t.Unit = start, l.src[start:t.End], sign
	}
}

func (l *lexer) negative(size int) {
	start := l.pos
	l.pos += size
	n := len(l.out)
	l.number()
	if len(l.out) > n && l.out[n].Kind == Number {
		t := &l.out[n]
		t.Value, t.Norm, t.Start = -t.Value, "-"+t.Norm, start
		t.Text = l.src[start:t.End]
	}
}

// Quantity is a number that tokens from Start to End (exclusive) say.
type Quantity struct {
	Start, End int
	Value      float64
	Unit       string // "%", a currency sign, or empty
	Ordinal    bool   // "third", "3rd"
}

var cardinals = map[string]float64{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
	"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
	"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
	"fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12}

var ordinals = map[string]float64{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
	"eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12}

// Numbers finds the numbers that the tokens say, in digits or in words. They
// do not overlap.
func Numbers(tokens []Token) []Quantity {
	var out []Quantity
	for i := 0; i < len(tokens); {
		q, ok := quantityAt(tokens, i)
		if !ok {
			i++
			continue
		}
		out = append(out, q)
		i = q.End
	}
	return out
}

func quantityAt(tokens []Token, i int) (Quantity, bool) {
	t := tokens[i]
	switch {
	case t.Kind == Number:
		q := Quantity{Start: i, End: i + 1, Value: t.Value, Unit: t.Unit, Ordinal: t.Unit == "th"}
		if q.Ordinal {
			q.Unit = ""
		}
		return withScale(tokens, q), true
	case t.Kind != Word:
		return Quantity{}, false
	}
	if v, ok := ordinals[t.Norm]; ok {
		return Quantity{Start: i, End: i + 1, Value: v, Ordinal: true}, true
	}
	if t.Norm == "a" && i+1 < len(tokens) {
		if m := scale(tokens[i+1].Norm); m > 0 {
			return withScale(tokens, Quantity{Start: i, End: i + 1, Value: 1}), true
		}
		if tokens[i+1].Norm == "dozen" {
			return Quantity{Start: i, End: i + 2, Value: 12}, true
		}
	}
	v, ok := cardinals[t.Norm]
	if !ok {
		return Quantity{}, false
	}
	q := Quantity{Start: i, End: i + 1, Value: v}
	if v >= 20 && i+1 < len(tokens) {
		if u, ok := cardinals[tokens[i+1].Norm]; ok && u > 0 && u < 10 {
			q.Value, q.End = v+u, i+2
		}
	}
	return withScale(tokens, q), true
}

func scale(word string) float64 {
	switch word {
	case "hundred":
		return 100
	case "thousand":
		return 1e3
	case "million", "millions":
		return 1e6
	case "billion":
		return 1e9
	}
	return 0
}

// withScale takes in "hundred", "thousand", "million", "percent" and units of
// money after a number.
func withScale(tokens []Token, q Quantity) Quantity {
	for q.End < len(tokens) && !q.Ordinal {
		w := tokens[q.End].Norm
		if half := q.End+2 < len(tokens) && w == "and" && tokens[q.End+1].Norm == "a" && tokens[q.End+2].Norm == "half"; half {
			q.Value, q.End = q.Value+0.5, q.End+3
			continue
		}
		if m := scale(w); m > 0 {
			q.Value, q.End = q.Value*m, q.End+1
			continue
		}
		if unit := currencies[bracketed(tokens[q.End:])]; unit != "" {
			q.Unit, q.End = unit, q.End+4
			continue
		}
		if unit := currencies[w]; unit != "" {
			q.Unit, q.End = unit, q.End+1
			continue
		}
		switch w {
		case "percent", "%", "pct":
			q.Unit, q.End = "%", q.End+1
		case "per":
			if q.End+1 < len(tokens) && tokens[q.End+1].Norm == "cent" {
				q.Unit, q.End = "%", q.End+2
				continue
			}
			return q
		default:
			return q
		}
	}
	return q
}

// currencies are the words for money behind a number.
var currencies = map[string]string{"dollars": "$", "dollar": "$", "usd": "$", "bucks": "$", "euros": "€", "euro": "€", "eur": "€"}

// bracketed is the word of "(in dollars)" where the tokens begin with that;
// empty where they do not.
func bracketed(tokens []Token) string {
	if len(tokens) < 4 || tokens[0].Norm != "(" || tokens[1].Norm != "in" || tokens[3].Norm != ")" {
		return ""
	}
	return tokens[2].Norm
}
