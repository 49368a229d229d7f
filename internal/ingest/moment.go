package ingest

import "strings"

// layouts is a set of ways in which a date may be written.
type layouts uint16

const (
	layYMD     layouts = 1 << iota // 2024-01-31, also with / or .
	layDMY                         // 31/01/2024
	layMDY                         // 01/31/2024
	layDMy                         // 31/01/24
	layMDy                         // 01/31/24
	layDMonY                       // 31 Jan 2024
	layMonDY                       // Jan 31, 2024
	layCompact                     // 20240131
)

// eitherOrder are the layouts in which day and month may change places.
const eitherOrder = layDMY | layMDY | layDMy | layMDy

// bothOrders reports whether a date may be read either way.
func bothOrders(lay layouts) bool {
	return lay&(layDMY|layDMy) != 0 && lay&(layMDY|layMDy) != 0
}

// clock is a set of ways in which a time of day may be written.
type clock uint8

const (
	clockNone clock = 1 << iota // no time of day
	clockHM
	clockHMS
	clockFrac
	clock12h // AM or PM
	clockZone
)

// moment is what the text of a date or time shows.
type moment struct {
	lay      layouts // readings as a date that are valid; 0: only a time
	clock    clock
	sep      byte // between the parts of the date
	join     byte // between date and time: 'T' or ' '
	midnight bool
	part     [3]int // year, month and day in the order of the layout; the named month is its number
	hour     int    // of 24
	min, sec int
	frac     string // digits behind the seconds
	offset   int    // minutes east of UTC
}

// months are the names that a month may have, by their first three letters.
var months = map[string]int{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
	"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}

// parseMoment reads a date, a datetime or a time of day.
func parseMoment(s string) (m moment, ok bool) {
	if len(s) < 4 || len(s) > 40 {
		return m, false
	}
	if isClock(s) {
		return m, m.time(s) && m.clock&clockZone == 0
	}
	rest, ok := m.date(s)
	if !ok {
		return m, false
	}
	if rest == "" {
		m.clock, m.midnight = clockNone, true
		return m, true
	}
	if rest[0] != ' ' && rest[0] != 'T' {
		return m, false
	}
	m.join = rest[0]
	return m, m.time(strings.TrimLeft(rest[1:], " "))
}

// isClock reports whether the text starts like a time of day.
func isClock(s string) bool {
	return s[1] == ':' || s[2] == ':'
}

// date reads the date at the start and returns what follows.
func (m *moment) date(s string) (rest string, ok bool) {
	a, rest := digits(s)
	if a == "" {
		return m.monthFirst(s)
	}
	if len(a) == 8 && (rest == "" || rest[0] == 'T') {
		m.lay, m.part = layCompact, [3]int{num(a[:4]), num(a[4:6]), num(a[6:])}
		return rest, validDate(num(a[:4]), num(a[4:6]), num(a[6:]))
	}
	if rest == "" {
		return "", false
	}
	m.sep = rest[0]
	if m.sep != '-' && m.sep != '/' && m.sep != '.' && m.sep != ' ' {
		return "", false
	}
	rest = rest[1:]
	if rest != "" && (rest[0] < '0' || rest[0] > '9') {
		return m.dayMonthName(a, rest)
	}
	if m.sep == ' ' {
		return "", false
	}
	b, rest := digits(rest)
	if b == "" || len(b) > 2 || rest == "" || rest[0] != m.sep {
		return "", false
	}
	c, rest := digits(rest[1:])
	return rest, m.order(a, b, c)
}

// order finds the readings of three numbers as a date.
func (m *moment) order(a, b, c string) bool {
	m.part = [3]int{num(a), num(b), num(c)}
	switch {
	case len(a) == 4 && len(c) >= 1 && len(c) <= 2:
		m.lay = layYMD
		return validDate(num(a), num(b), num(c))
	case len(a) > 2 || (len(c) != 4 && len(c) != 2):
		return false
	}
	year, dm, md := num(c), layDMY, layMDY
	if len(c) == 2 {
		year, dm, md = century(year), layDMy, layMDy
		m.part[2] = year
	}
	if validDate(year, num(b), num(a)) {
		m.lay |= dm
	}
	if validDate(year, num(a), num(b)) {
		m.lay |= md
	}
	return m.lay != 0
}

// dayMonthName reads "31-Jan-2024" behind its day.
func (m *moment) dayMonthName(day, s string) (string, bool) {
	name, rest := letters(s)
	if len(day) > 2 || !isMonth(name) || rest == "" || rest[0] != m.sep {
		return "", false
	}
	year, rest := digits(rest[1:])
	m.lay = layDMonY
	if len(year) == 4 {
		m.part = [3]int{num(day), months[strings.ToLower(name[:3])], num(year)}
	}
	return rest, len(name) == 3 && len(year) == 4 && validDate(m.part[2], m.part[1], m.part[0])
}

// monthFirst reads "Jan 31, 2024" and "Jan 31 2024".
func (m *moment) monthFirst(s string) (string, bool) {
	name, rest := letters(s)
	if !isMonth(name) || len(name) != 3 || rest == "" || rest[0] != ' ' {
		return "", false
	}
	day, rest := digits(rest[1:])
	m.sep = ','
	rest, ok := strings.CutPrefix(rest, ", ")
	if !ok {
		m.sep = ' '
		if rest, ok = strings.CutPrefix(rest, " "); !ok {
			return "", false
		}
	}
	year, rest := digits(rest)
	m.lay = layMonDY
	if len(year) == 4 {
		m.part = [3]int{months[strings.ToLower(name[:3])], num(day), num(year)}
	}
	return rest, day != "" && len(day) <= 2 && len(year) == 4 && validDate(m.part[2], m.part[0], m.part[1])
}

func isMonth(name string) bool {
	return len(name) >= 3 && months[strings.ToLower(name[:3])] > 0
}

// century completes a year of two digits as the engine does.
func century(y int) int {
	if y < 69 {
		return 2000 + y
	}
	return 1900 + y
}

// time reads "10:00", "10:00:00.123", "9:30 PM", "10:00:00+02:00".
func (m *moment) time(s string) bool {
	h, rest := digits(s)
	if len(h) == 0 || len(h) > 2 || len(rest) < 3 || rest[0] != ':' {
		return false
	}
	mi, rest := digits(rest[1:])
	if len(mi) != 2 || num(mi) > 59 || num(h) > 23 {
		return false
	}
	m.hour, m.min, m.clock = num(h), num(mi), clockHM
	if strings.HasPrefix(rest, ":") {
		var sec string
		sec, rest = digits(rest[1:])
		if len(sec) != 2 || num(sec) > 59 {
			return false
		}
		m.sec, m.clock = num(sec), clockHMS
		if strings.HasPrefix(rest, ".") {
			m.frac, rest = digits(rest[1:])
			if m.frac == "" || len(m.frac) > 6 {
				return false
			}
			m.clock |= clockFrac
		}
	}
	ok := m.clockEnd(rest)
	m.midnight = m.hour == 0 && m.min == 0 && m.sec == 0 && strings.Trim(m.frac, "0") == ""
	return ok
}

// clockEnd reads what may follow a time: AM or PM, or a zone.
func (m *moment) clockEnd(rest string) bool {
	switch word := strings.ToUpper(strings.TrimLeft(rest, " ")); word {
	case "":
		return rest == ""
	case "AM", "PM":
		m.clock |= clock12h
		ok := m.hour >= 1 && m.hour <= 12
		m.hour %= 12
		if word == "PM" {
			m.hour += 12
		}
		return ok
	case "Z":
		m.clock |= clockZone
		return rest == "Z"
	}
	return m.zone(rest)
}

// zone reads "+02:00" or "+02".
func (m *moment) zone(rest string) bool {
	if rest[0] != '+' && rest[0] != '-' || m.clock&clockHMS == 0 {
		return false
	}
	m.clock |= clockZone
	h, tail := digits(rest[1:])
	if len(h) != 2 || num(h) > 14 {
		return false
	}
	m.offset = num(h) * 60
	if tail != "" {
		mi, end := digits(tail[1:])
		if tail[0] != ':' || len(mi) != 2 || end != "" || num(mi) > 59 {
			return false
		}
		m.offset += num(mi)
	}
	if rest[0] == '-' {
		m.offset = -m.offset
	}
	return true
}

// digits cuts the digits at the start of s.
func digits(s string) (string, string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

// letters cuts the ASCII letters at the start of s.
func letters(s string) (string, string) {
	i := 0
	for i < len(s) && (s[i]|0x20) >= 'a' && (s[i]|0x20) <= 'z' {
		i++
	}
	return s[:i], s[i:]
}

// num reads a short run of digits.
func num(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// validDate reports whether the calendar has the day.
func validDate(y, m, d int) bool {
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 {
		return false
	}
	switch m {
	case 4, 6, 9, 11:
		return d <= 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return d <= 29
		}
		return d <= 28
	}
	return d <= 31
}
