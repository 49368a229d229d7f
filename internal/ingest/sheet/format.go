package sheet

import "strings"

// Format is what the number format of a cell says about its value.
type Format struct {
	Class Class
	Unit  string // of Currency: "USD"; "" where the file leaves it to the locale
}

// Class is the sort of a number format.
type Class uint8

// The classes of number formats.
const (
	General Class = iota
	AsText
	Percent
	Currency
	Date     // days, with or without time of day
	Clock    // time of day only
	Hours    // [h]:mm, more than a day allowed
	Minutes  // [mm]:ss
	Seconds  // [ss]
	Fraction // # ?/?
)

// currencySigns are the signs and codes that formats use, longest first.
var currencySigns = []struct{ sign, code string }{
	{"US$", "USD"}, {"CA$", "CAD"}, {"A$", "AUD"}, {"R$", "BRL"}, {"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}, {"¥", "JPY"}, {"￥", "CNY"}, {"₹", "INR"}, {"₽", "RUB"},
	{"₩", "KRW"}, {"₺", "TRY"}, {"zł", "PLN"}, {"Kč", "CZK"}, {"kr", "SEK"}, {"₴", "UAH"}, {"₪", "ILS"}, {"฿", "THB"}, {"₫", "VND"},
	{"USD", "USD"}, {"EUR", "EUR"}, {"GBP", "GBP"}, {"CHF", "CHF"}, {"JPY", "JPY"}, {"CAD", "CAD"}, {"AUD", "AUD"}, {"CNY", "CNY"}, {"INR", "INR"},
	{"SEK", "SEK"}, {"NOK", "NOK"}, {"DKK", "DKK"}, {"PLN", "PLN"}, {"CZK", "CZK"}, {"HUF", "HUF"}, {"RUB", "RUB"}, {"BRL", "BRL"},
}

func currencyOf(s string) string {
	for _, c := range currencySigns {
		if strings.Contains(s, c.sign) {
			return c.code
		}
	}
	return ""
}

// Builtin gives the format of a number that files need not spell out.
func Builtin(id int) Format {
	switch {
	case id == 9 || id == 10:
		return Format{Class: Percent}
	case id >= 5 && id <= 8, id == 42, id == 44:
		return Format{Class: Currency}
	case id == 12 || id == 13:
		return Format{Class: Fraction}
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return Format{Class: Date}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return Format{Class: Clock}
	case id == 46:
		return Format{Class: Hours}
	case id == 49:
		return Format{Class: AsText}
	}
	return Format{}
}

// ParseFormat reads a format code such as [$€-407] #,##0.00;[Red]-#,##0.00 as
// far as it says what the number is. The first section decides.
func ParseFormat(code string) Format {
	p := formatParser{}
	p.scan(code)
	return p.result()
}

type formatParser struct {
	letters [256]bool // the lower-case letters outside quotes
	digits  bool
	elapsed byte
	percent bool
	slash   bool
	literal strings.Builder
}

func (p *formatParser) scan(code string) {
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			return
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return
			}
			p.literal.WriteString(code[i+1 : i+1+end])
			i += end + 1
		case '\\', '_', '*':
			i++
			if i < len(code) && c == '\\' {
				p.literal.WriteByte(code[i])
			}
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return
			}
			p.bracket(code[i+1 : i+end])
			i += end
		default:
			i += p.plain(code, i)
		}
	}
}

// bracket reads a currency, an elapsed time, or a colour or condition.
func (p *formatParser) bracket(s string) {
	if rest, ok := strings.CutPrefix(s, "$"); ok {
		sign, _, _ := strings.Cut(rest, "-")
		p.literal.WriteString(sign)
		return
	}
	t := strings.ToLower(s)
	if t != "" && strings.Trim(t, t[:1]) == "" && strings.ContainsAny(t[:1], "hms") && p.elapsed == 0 {
		p.elapsed = t[0]
	}
}

// plain reads one character outside quotes and gives how many more it took.
func (p *formatParser) plain(code string, i int) int {
	for _, word := range []string{"general", "standard", "am/pm", "a/p"} {
		if len(code)-i >= len(word) && strings.EqualFold(code[i:i+len(word)], word) {
			p.letters['h'] = p.letters['h'] || word[0] == 'a'
			return len(word) - 1
		}
	}
	switch c := code[i]; {
	case c == '0' || c == '#' || c == '?':
		p.digits = true
	case c == '%':
		p.percent = true
	case c == '/':
		p.slash = true
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		p.letters[c|0x20] = true
		p.literal.WriteByte(c)
	case c == '@':
		p.letters['@'] = true
	case c >= 0x80 || c == '$':
		p.literal.WriteByte(c)
	}
	return 0
}

func (p *formatParser) result() Format {
	l := &p.letters
	day := l['y'] || l['d'] || l['m'] && !l['h'] && !l['s']
	clock := l['h'] || l['s']
	switch {
	case p.elapsed == 'h':
		return Format{Class: Hours}
	case p.elapsed == 'm':
		return Format{Class: Minutes}
	case p.elapsed == 's':
		return Format{Class: Seconds}
	case p.percent:
		return Format{Class: Percent}
	}
	if unit := currencyOf(p.literal.String()); unit != "" && p.digits {
		return Format{Class: Currency, Unit: unit}
	}
	switch {
	case day && !(p.digits && !l['y'] && !l['d']) && !l['e']:
		return Format{Class: Date}
	case clock && !l['e']:
		return Format{Class: Clock}
	case p.slash && p.digits:
		return Format{Class: Fraction}
	case l['@'] && !p.digits:
		return Format{Class: AsText}
	}
	return Format{}
}
