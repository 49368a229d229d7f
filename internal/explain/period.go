package explain

import (
	"fmt"
	"strconv"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// period says a half-open range of dates: "in 2024", "in March 2025",
// "from Jan 1 to Mar 31, 2025", "since …", "before …".
func period(from, to *plan.Expr) string {
	a, aOpen, aOK := end(from)
	b, bOpen, bOK := end(to)
	switch {
	case !aOK || !bOK:
		return ""
	case aOpen && bOpen:
		return "with a date"
	case aOpen:
		return "before " + day(b)
	case bOpen:
		return "since " + day(a)
	}
	return between(a, b)
}

// end reads a constant end of a range.
func end(e *plan.Expr) (t time.Time, open, ok bool) {
	if e == nil || e.Op != plan.OpLit || e.Lit == nil {
		return t, false, false
	}
	if e.Lit.Value == nil {
		return t, true, true
	}
	s, _ := e.Lit.Value.(string)
	if t, err := time.Parse(time.DateOnly, s); err == nil && e.Lit.Type == table.Date {
		return t, false, true
	}
	return t, false, false
}

func day(t time.Time) string { return t.Format("Jan 2, 2006") }

func between(a, b time.Time) string {
	last := b.AddDate(0, 0, -1)
	months := (b.Year()-a.Year())*12 + int(b.Month()-a.Month())
	switch {
	case last.Equal(a):
		return "on " + day(a)
	case a.Day() != 1 || b.Day() != 1:
		return days(a, last)
	case months == 1:
		return "in " + a.Format("January 2006")
	case months == 3 && (a.Month()-1)%3 == 0:
		return fmt.Sprintf("in Q%d %d", (a.Month()-1)/3+1, a.Year())
	case months == 12 && a.Month() == time.January:
		return "in " + strconv.Itoa(a.Year())
	case a.Month() == time.January && months > 0 && months%12 == 0:
		return fmt.Sprintf("from %d to %d", a.Year(), last.Year())
	}
	return days(a, last)
}

func days(a, last time.Time) string {
	if a.Year() == last.Year() {
		return "from " + a.Format("Jan 2") + " to " + day(last)
	}
	return "from " + day(a) + " to " + day(last)
}

// unitStart formats the beginning of a period of a unit.
func unitStart(iso, unit string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return moment(iso)
	}
	switch unit {
	case "year":
		return t.Format("2006")
	case "quarter":
		return fmt.Sprintf("Q%d %d", (t.Month()-1)/3+1, t.Year())
	case "month":
		return t.Format("January 2006")
	case "week":
		return "the week of " + day(t)
	}
	return day(t)
}

// next is the first day after the period of a unit that begins at a day.
func next(t time.Time, unit string) time.Time {
	switch unit {
	case "year":
		return t.AddDate(1, 0, 0)
	case "quarter":
		return t.AddDate(0, 3, 0)
	case "month":
		return t.AddDate(0, 1, 0)
	case "week":
		return t.AddDate(0, 0, 7)
	}
	return t.AddDate(0, 0, 1)
}

// namesOfParts are the parts of a date that people call by a name, from 1 on.
var namesOfParts = map[string][]string{
	"dow":     {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
	"month":   {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"quarter": {"Q1", "Q2", "Q3", "Q4"},
}

// PartName gives the name of a part of a date: a weekday, a month of the year,
// a quarter. It is empty for all that has none.
func PartName(unit string, v table.Value) string {
	names := namesOfParts[unit]
	if n, ok := v.(int64); ok && n >= 1 && int(n) <= len(names) {
		return names[n-1]
	}
	return ""
}
