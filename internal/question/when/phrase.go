package when

import (
	"strconv"
	"strings"
	"time"

	"tabletalk/internal/question/text"
)

// Grain is a unit of the calendar.
type Grain string

// The grains.
const (
	Hour    Grain = "hour"
	Day     Grain = "day"
	Week    Grain = "week"
	Month   Grain = "month"
	Quarter Grain = "quarter"
	Year    Grain = "year"
	Decade  Grain = "decade"
)

// Form is how a phrase names its period.
type Form uint8

// The forms.
const (
	Calendar Form = iota // a named year, quarter, month, week or day
	Current              // this month
	Last                 // last month, last 3 months
	Next                 // next month
	Ago                  // 3 months ago
	ToDate               // year to date
	Today                // N days from today
)

// Phrase is a date or period as it was said.
type Phrase struct {
	Start, End int // tokens
	Form       Form
	Grain      Grain
	N          int // how many grains; days from today
	Year       int // 0 where it was not said
	To         int // the last of several years: 2023-2024
	Part       int // month, quarter, week or half number
	Day        int
	Fiscal     bool
	Ambiguous  bool // day and month could be the other way round
	Bare       bool // a number of four digits only: may be a plain number
	Impossible bool // no such day: the 31st of February
	Slice      *Slice
}

// Slice is a part of a named period: its first week, its last 3 months.
type Slice struct {
	Grain Grain
	Nth   int // from 1; 0 where it is counted from the end
	N     int // how many grains
}

var months = map[string]int{"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
	"september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7,
	"aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12}

// MonthOf gives the month that a text names, in full or shortened; zero where
// it names none.
func MonthOf(s string) time.Month { return time.Month(months[strings.ToLower(strings.TrimSpace(s))]) }

var grains = map[string]Grain{"hour": Hour, "day": Day, "week": Week, "month": Month, "quarter": Quarter, "year": Year,
	"decade": Decade, "daily": Day, "weekly": Week, "monthly": Month, "quarterly": Quarter, "yearly": Year, "annual": Year,
	"annually": Year, "hourly": Hour, "wk": Week, "mth": Month, "yr": Year, "date": Day}

// GrainOf gives the grain that a word names, in singular, plural or as an
// adverb.
func GrainOf(word string) (Grain, bool) {
	if g, ok := grains[word]; ok && word != "date" {
		return g, true
	}
	g, ok := grains[text.Singular(word)]
	return g, ok && word != "date" && word != "dates"
}

// Adverb reports whether the word is a grain as an adverb or adjective:
// "monthly".
func Adverb(word string) bool {
	_, ok := grains[word]
	return ok && (strings.HasSuffix(word, "ly") || word == "annual")
}

type reader struct {
	tokens []text.Token
	i      int
}

func (r *reader) word(k int) string {
	if r.i+k < 0 || r.i+k >= len(r.tokens) {
		return ""
	}
	return r.tokens[r.i+k].Norm
}

// At gives the phrases that begin at token i, of any length.
func At(tokens []text.Token, i int) []Phrase {
	r := reader{tokens, i}
	var out []Phrase
	for _, rule := range []func(*reader) (Phrase, bool){isoDate, monthDay, dayMonth, monthYear, quarter, half, week, decade, relative, toDate, todayWords, ago, bareYear, years, fiscalYear, yearMonth, joinedQuarter} {
		if p, ok := rule(&r); ok {
			p.Start = i
			p.End += i // rules count tokens from i
			p.Impossible = p.impossible()
			out = append(out, p)
		}
	}
	return append(out, sliced(tokens, i)...)
}

// impossible reports a day that its month does not have.
func (p *Phrase) impossible() bool {
	if p.Form != Calendar || p.Grain != Day {
		return false
	}
	year := p.Year
	if year == 0 {
		year = 2024 // some February has 29 days
	}
	d := date(year, p.Part, p.Day)
	return d.Day() != p.Day || int(d.Month()) != p.Part
}

// sliced reads "the first week of March 2019" and "the last 3 months of 2018".
func sliced(tokens []text.Token, i int) []Phrase {
	r := reader{tokens, i}
	s := Slice{N: 1, Nth: ordinalWord(r.word(0))}
	if s.Nth == 0 && r.word(0) != "last" && r.word(0) != "final" {
		return nil
	}
	k := 1
	if q := text.Numbers(tokens[min(i+1, len(tokens)):min(i+4, len(tokens))]); len(q) > 0 && q[0].Start == 0 && !q[0].Ordinal && q[0].Value >= 1 && q[0].Value < 400 && s.Nth < 2 {
		s.N, k = int(q[0].Value), 1+q[0].End
	}
	g, ok := GrainOf(r.word(k))
	if !ok || Adverb(r.word(k)) || r.word(k+1) != "of" && r.word(k+1) != "in" {
		return nil
	}
	s.Grain = g
	k += 2
	if r.word(k) == "the" {
		k++
	}
	if i+k >= len(tokens) {
		return nil
	}
	var out []Phrase
	for _, p := range At(tokens, i+k) {
		if p.Form != Calendar || p.Slice != nil || finer(p.Grain, g) {
			continue
		}
		sl := s
		p.Start, p.Slice, p.Bare = i, &sl, false
		out = append(out, p)
	}
	return out
}

// finer reports whether grain a is not longer than b: no part of it.
func finer(a, b Grain) bool {
	order := []Grain{Hour, Day, Week, Month, Quarter, Year, Decade}
	at := func(g Grain) int {
		for i, o := range order {
			if o == g {
				return i
			}
		}
		return 0
	}
	return at(a) <= at(b)
}

// isoDate reads dates of three numbers.
func isoDate(r *reader) (Phrase, bool) {
	if r.tokens[r.i].Kind != text.Date {
		return Phrase{}, false
	}
	parts := strings.FieldsFunc(r.tokens[r.i].Norm, func(c rune) bool { return c == '-' || c == '/' || c == '.' })
	var n [3]int
	for k := range n {
		n[k], _ = strconv.Atoi(parts[k])
	}
	p := Phrase{End: 1, Grain: Day}
	if len(parts[0]) == 4 {
		p.Year, p.Part, p.Day = n[0], n[1], n[2]
	} else {
		p.Part, p.Day, p.Year = n[0], n[1], n[2]
		switch {
		case n[0] > 12:
			p.Part, p.Day = n[1], n[0]
		case n[1] <= 12 && n[0] != n[1]:
			p.Ambiguous = true
		}
		if p.Year < 100 {
			p.Year += century(p.Year)
		}
	}
	return p, true
}

func century(yy int) int {
	if yy < 70 {
		return 2000
	}
	return 1900
}

// year reads a year at offset k, allowing "of" and a comma before it.
func (r *reader) year(k int) (year, used int) {
	skip := 0
	for r.word(k+skip) == "," || r.word(k+skip) == "of" || r.word(k+skip) == "in" {
		skip++
	}
	if y, ok := r.yearAt(k + skip); ok {
		return y, skip + 1
	}
	return 0, 0
}

func (r *reader) yearAt(k int) (int, bool) {
	if r.i+k >= len(r.tokens) {
		return 0, false
	}
	t := r.tokens[r.i+k]
	if t.Kind != text.Number || t.Unit != "" || len(t.Text) != 4 {
		return 0, false
	}
	y, err := strconv.Atoi(t.Text)
	return y, err == nil && y >= 1000 && y <= 2999
}

func (r *reader) day(k int) (int, bool) {
	if r.i+k >= len(r.tokens) || r.i+k < 0 {
		return 0, false
	}
	t := r.tokens[r.i+k]
	d := int(t.Value)
	ok := t.Kind == text.Number && (t.Unit == "" || t.Unit == "th") && d >= 1 && d <= 31 && t.Value == float64(d)
	return d, ok
}

// monthAt reads a month name. "may" and "march" are verbs as often: without a
// number beside them they count only when written with a capital or after a
// preposition.
func (r *reader) monthAt(k int) (int, bool) {
	w := strings.TrimSuffix(r.word(k), ".")
	m, ok := months[w]
	if !ok {
		return 0, false
	}
	if w == "may" || w == "mar" || w == "march" {
		prev := r.word(k - 1)
		_, numberAfter := r.day(k + 1)
		_, yearAfter := r.year(k + 1)
		_, numberBefore := r.day(k - 1)
		prep := strings.Contains(" in during since for of by before after until from to and vs versus last this next through ", " "+prev+" ") && prev != ""
		next := r.word(k + 1)
		versus := next == "vs" || next == "versus" || next == "against" || next == "compared"
		return m, prep || versus || numberAfter || yearAfter > 0 || numberBefore || r.tokens[r.i+k].Upper && (r.i+k > 0 || w == "march")
	}
	return m, true
}

// monthDay reads "March 5", "March 5th, 2024".
func monthDay(r *reader) (Phrase, bool) {
	m, ok := r.monthAt(0)
	if !ok {
		return Phrase{}, false
	}
	k := 1
	if r.word(k) == "the" {
		k++
	}
	d, ok := r.day(k)
	if !ok {
		return Phrase{}, false
	}
	p := Phrase{End: k + 1, Grain: Day, Part: m, Day: d}
	if y, used := r.year(k + 1); used > 0 {
		p.Year, p.End = y, p.End+used
	}
	return p, true
}

// dayMonth reads "5 March 2024", "the 5th of March".
func dayMonth(r *reader) (Phrase, bool) {
	d, ok := r.day(0)
	k := 1
	if r.word(k) == "of" {
		k++
	}
	m, isMonth := 0, false
	if ok {
		m, isMonth = r.monthAt(k)
	}
	if !isMonth {
		return Phrase{}, false
	}
	p := Phrase{End: k + 1, Grain: Day, Part: m, Day: d}
	if y, used := r.year(k + 1); used > 0 {
		p.Year, p.End = y, p.End+used
	}
	return p, true
}

// monthYear reads "March", "March 2024", "2024-03" and "March of last year".
func monthYear(r *reader) (Phrase, bool) {
	m, ok := r.monthAt(0)
	if !ok {
		return Phrase{}, false
	}
	p := Phrase{End: 1, Grain: Month, Part: m}
	if y, used := r.year(1); used > 0 {
		p.Year, p.End = y, 1+used
	}
	return p, true
}

// quarter reads "Q3", "Q3 2024", "2024 Q3", "third quarter of 2024".
func quarter(r *reader) (Phrase, bool) {
	k, year := 0, 0
	if y, ok := r.yearAt(0); ok {
		year, k = y, 1
	}
	w := r.word(k)
	n := 0
	switch {
	case len(w) == 2 && w[0] == 'q' && w[1] >= '1' && w[1] <= '4':
		n, k = int(w[1]-'0'), k+1
	case r.word(k+1) == "quarter" && ordinalWord(w) >= 1 && ordinalWord(w) <= 4:
		n, k = ordinalWord(w), k+2
	default:
		return Phrase{}, false
	}
	p := Phrase{End: k, Grain: Quarter, Part: n, Year: year}
	if year > 0 {
		return p, true
	}
	next := reader{r.tokens, r.i + k}
	if r.word(k) == "of" {
		next.i++
	}
	if f, ok := fiscalYear(&next); ok && f.Fiscal {
		p.Year, p.Fiscal, p.End = f.Year, true, next.i-r.i+f.End
	} else if y, used := r.year(k); used > 0 {
		p.Year, p.End = y, k+used
	} else if y, ok := r.shortYear(k + 1); ok && r.word(k) == "/" {
		p.Year, p.End = y, k+2
	}
	return p, true
}

func ordinalWord(w string) int {
	switch w {
	case "first", "1st":
		return 1
	case "second", "2nd":
		return 2
	case "third", "3rd":
		return 3
	case "fourth", "4th":
		return 4
	}
	return 0
}

// half reads "first half of 2024", "H1 2024".
func half(r *reader) (Phrase, bool) {
	w, n, k := r.word(0), 0, 0
	switch {
	case w == "h1" || w == "h2":
		n, k = int(w[1]-'0'), 1
	case r.word(1) == "half" && ordinalWord(w) >= 1 && ordinalWord(w) <= 2:
		n, k = ordinalWord(w), 2
	default:
		return Phrase{}, false
	}
	y, used := r.year(k)
	return Phrase{End: k + used, Grain: Quarter, N: 2, Part: 2*n - 1, Year: y}, used > 0
}

// week reads "week 12", "week 12 of 2025".
func week(r *reader) (Phrase, bool) {
	if r.word(0) != "week" || r.i+1 >= len(r.tokens) || r.tokens[r.i+1].Kind != text.Number {
		return Phrase{}, false
	}
	n := int(r.tokens[r.i+1].Value)
	p := Phrase{End: 2, Grain: Week, Part: n}
	if y, used := r.year(2); used > 0 {
		p.Year, p.End = y, 2+used
	}
	return p, n >= 1 && n <= 53
}

// decade reads "the 1990s" and "90s".
func decade(r *reader) (Phrase, bool) {
	w := r.word(0)
	digits, ok := strings.CutSuffix(w, "s")
	if !ok {
		return Phrase{}, false
	}
	y, err := strconv.Atoi(digits)
	if err != nil || y%10 != 0 {
		return Phrase{}, false
	}
	if len(digits) == 2 {
		y += 1900
	}
	return Phrase{End: 1, Grain: Decade, Year: y}, y >= 1000 && y <= 2990
}

// relative reads "last month", "this year so far", "last 3 quarters", "past
// two weeks", "next year".
func relative(r *reader) (Phrase, bool) {
	forms := map[string]Form{"last": Last, "past": Last, "previous": Last, "prior": Last, "this": Current, "current": Current, "next": Next, "coming": Next}
	form, ok := forms[r.word(0)]
	if !ok {
		return Phrase{}, false
	}
	k, n := 1, 1
	if q := text.Numbers(r.tokens[min(r.i+1, len(r.tokens)):min(r.i+4, len(r.tokens))]); len(q) > 0 && q[0].Start == 0 && !q[0].Ordinal {
		n, k = int(q[0].Value), 1+q[0].End
	}
	fiscal := r.fiscalAt(k) && k == 1
	if fiscal {
		k++
	}
	w := r.word(k)
	if g, ok := GrainOf(w); ok && !Adverb(w) && n > 0 && n < 10_000 && (!fiscal || g == Year || g == Quarter) {
		p := Phrase{End: k + 1, Form: form, Grain: g, N: n, Fiscal: fiscal}
		if fiscal {
			return p, true
		}
		if r.word(k+1) == "so" && r.word(k+2) == "far" {
			p.Form, p.End = ToDate, k+3
		}
		p.Bare = k == 1 && n == 1 && (form == Next || r.word(0) == "previous") // may be a row of the file
		if k > 1 && form == Last {
			p.N = -n // so many complete grains, not the calendar one
		}
		return p, true
	}
	if m, ok := months[w]; ok && k == 1 {
		p := Phrase{End: 2, Form: Calendar, Grain: Month, Part: m}
		return p, form != Next
	}
	return Phrase{}, false
}

// toDate reads "year to date", "YTD", "so far this year".
func toDate(r *reader) (Phrase, bool) {
	if y, ok := r.yearAt(0); ok && r.word(1) == "ytd" {
		return Phrase{End: 2, Form: ToDate, Grain: Year, Year: y}, true
	}
	if g, ok := map[string]Grain{"ytd": Year, "mtd": Month, "qtd": Quarter}[r.word(0)]; ok {
		y, used := r.year(1)
		if g != Year {
			y, used = 0, 0
		}
		return Phrase{End: 1 + used, Form: ToDate, Grain: g, Year: y}, true
	}
	if g, ok := GrainOf(r.word(0)); ok && r.word(1) == "to" && r.word(2) == "date" {
		return Phrase{End: 3, Form: ToDate, Grain: g}, true
	}
	if g, ok := GrainOf(r.word(3)); ok && r.word(0) == "so" && r.word(1) == "far" && r.word(2) == "this" {
		return Phrase{End: 4, Form: ToDate, Grain: g}, true
	}
	return Phrase{}, false
}

func todayWords(r *reader) (Phrase, bool) {
	n, ok := map[string]int{"today": 0, "yesterday": -1, "tomorrow": 1}[r.word(0)]
	return Phrase{End: 1, Form: Today, Grain: Day, N: n}, ok
}

// ago reads "3 months ago".
func ago(r *reader) (Phrase, bool) {
	q := text.Numbers(r.tokens[r.i:min(r.i+3, len(r.tokens))])
	if len(q) == 0 || q[0].Start != 0 {
		return Phrase{}, false
	}
	g, ok := GrainOf(r.word(q[0].End))
	if !ok || r.word(q[0].End+1) != "ago" {
		return Phrase{}, false
	}
	return Phrase{End: q[0].End + 2, Form: Ago, Grain: g, N: int(q[0].Value)}, true
}

func bareYear(r *reader) (Phrase, bool) {
	y, ok := r.yearAt(0)
	return Phrase{End: 1, Grain: Year, Year: y, Bare: true}, ok && y >= 1500 && y <= 2200
}

// years reads "2023-2024": two years of which a dash alone stands between.
func years(r *reader) (Phrase, bool) {
	from, ok := r.yearAt(0)
	to, ok2 := r.yearAt(1)
	if !ok || !ok2 || to <= from {
		return Phrase{}, false
	}
	gap := r.tokens[r.i+1].Start - r.tokens[r.i].End
	return Phrase{End: 2, Grain: Year, Year: from, To: to, N: to - from + 1}, from >= 1500 && to <= 2200 && (gap == 1 || gap == 3) // a hyphen, or a longer dash of three bytes
}
