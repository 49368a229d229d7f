package ingest

import "strings"

// number is what the text of a formatted number shows. The plain forms (12,
// -3.5, 1e9) never get here.
type number struct {
	digits   int // significant digits in all
	frac     int // digits behind the decimal mark, in the reading that dec gives
	dec      mark
	currency string // "USD", "EUR" ...
	percent  bool
}

// mark says what the comma or point of a number must be.
type mark uint8

const (
	markNone     mark = iota // whole, no grouping
	markGroups               // grouping by blanks or apostrophes only
	markPoint                // the point is the decimal mark (or commas group)
	markComma                // the comma is the decimal mark (or points group)
	markEither               // "1,234": grouping or decimals, the column decides
	markEitherPt             // "1.234", the same with a point
)

// currencies are the signs and codes that may stand beside an amount.
var currencies = []struct{ sign, code string }{
	{"US$", "USD"}, {"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}, {"¥", "JPY"}, {"₹", "INR"}, {"₽", "RUB"}, {"₩", "KRW"}, {"₺", "TRY"},
	{"zł", "PLN"}, {"Kč", "CZK"}, {"kr", "SEK"}, {"R$", "BRL"}, {"₴", "UAH"}, {"₪", "ILS"}, {"฿", "THB"}, {"₫", "VND"},
	{"USD", "USD"}, {"EUR", "EUR"}, {"GBP", "GBP"}, {"CHF", "CHF"}, {"JPY", "JPY"}, {"CAD", "CAD"}, {"AUD", "AUD"}, {"CNY", "CNY"}, {"INR", "INR"}, {"SEK", "SEK"}, {"NOK", "NOK"}, {"DKK", "DKK"}, {"PLN", "PLN"},
}

// parseNumber reads a number with currency signs, percent, grouping, a decimal
// comma or accounting brackets; ok is false for anything else.
func parseNumber(s string) (n number, ok bool) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s = strings.TrimSpace(s[1 : len(s)-1])
		if strings.HasPrefix(s, "-") {
			return n, false
		}
	}
	s, sign := cutSign(s)
	s, n.currency = cutCurrency(s)
	if !sign {
		s, sign = cutSign(s)
	}
	if strings.HasSuffix(s, "%") {
		n.percent = true
		s = strings.TrimSpace(s[:len(s)-1])
	}
	if !sign && strings.HasSuffix(s, "-") { // 12.50-
		s = s[:len(s)-1]
	}
	return n, n.body(s)
}

func cutSign(s string) (string, bool) {
	for _, sign := range []string{"-", "+", "−"} {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			return strings.TrimLeft(rest, " "), true
		}
	}
	return s, false
}

func cutCurrency(s string) (string, string) {
	for _, c := range currencies {
		if rest, ok := strings.CutPrefix(s, c.sign); ok {
			return strings.TrimLeft(rest, " \u00a0"), c.code
		}
		if rest, ok := strings.CutSuffix(s, c.sign); ok {
			return strings.TrimRight(rest, " \u00a0"), c.code
		}
	}
	return s, ""
}

// body reads digits with their marks.
func (n *number) body(s string) bool {
	if s == "" || s[0] == ' ' {
		return false
	}
	var groups []int // lengths between marks
	var marks []byte
	run := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			run++
			n.digits++
		case r == ',' || r == '.':
			groups, marks, run = append(groups, run), append(marks, byte(r)), 0
		case r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\'' || r == '’':
			groups, marks, run = append(groups, run), append(marks, ' '), 0
		default:
			return false
		}
	}
	if n.digits == 0 || n.digits > 18 {
		return false
	}
	return n.weigh(append(groups, run), marks)
}

// weigh decides which mark groups and which is decimal. groups has one more
// entry than marks.
func (n *number) weigh(groups []int, marks []byte) bool {
	if len(marks) == 0 {
		n.dec = markNone
		return true
	}
	last := marks[len(marks)-1]
	lead := marks[:len(marks)-1]
	for i, m := range lead {
		if m != lead[0] || groups[i+1] != 3 {
			return false
		}
	}
	if groups[0] > 3 && len(marks) > 1 {
		return false
	}
	tail := groups[len(groups)-1]
	switch {
	case len(lead) > 0 && lead[0] == last: // one mark, several times: it groups
		return tail == 3 && groups[0] > 0 && n.grouped(last)
	case last == ' ':
		return len(lead) == 0 && tail == 3 && groups[0] > 0 && groups[0] <= 3 && n.grouped(last)
	case len(lead) > 0: // 1,234.5 or 1.234,5 or 1 234,5
		n.frac = tail
		n.dec = decimalMark(last)
		return tail > 0
	}
	return n.single(groups[0], tail, last)
}

func (n *number) grouped(m byte) bool {
	switch m {
	case ',':
		n.dec = markPoint
	case '.':
		n.dec = markComma
	default:
		n.dec = markGroups
	}
	return true
}

func decimalMark(m byte) mark {
	if m == ',' {
		return markComma
	}
	return markPoint
}

// single weighs a number with one mark only.
func (n *number) single(head, tail int, m byte) bool {
	if tail == 0 {
		return false
	}
	n.frac = tail
	if tail == 3 && head >= 1 && head <= 3 {
		n.dec = markEither
		if m == '.' {
			n.dec = markEitherPt
		}
		return true
	}
	n.dec = decimalMark(m)
	return true
}
