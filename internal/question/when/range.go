package when

import (
	"fmt"
	"strings"
	"time"
)

// Context is what the meaning of a phrase depends on.
type Context struct {
	Now         time.Time
	First, Last time.Time // the data's first and last moment; zero where unknown
	WeekStart   time.Weekday
	FiscalStart time.Month
	DayFirst    bool // 03/04 is the third of April
	Anchored    bool // relative periods are counted from the end of the data
}

// Range is a half-open stretch of time; a zero end is open.
type Range struct {
	From, To time.Time
	Grain    Grain
	Note     string // what was decided, in a sentence; empty where nothing was
	Doubt    bool   // what was decided could well have been meant otherwise
	Partial  bool   // the data or the clock ends before To
}

// Resolve says which time a phrase means.
func Resolve(p Phrase, c Context) Range {
	r := resolveAt(p, c, day(c.Now))
	if p.Form == Calendar || c.Last.IsZero() || !c.Anchored && !stale(p, c) || c.Now.Before(c.Last) {
		return finish(r, c)
	}
	anchor := endOfData(c.Last, p.Grain, c)
	r = resolveAt(p, c, anchor)
	r.Note = fmt.Sprintf("The data ends on %s, so “%s” is counted from there.", c.Last.Format("January 2, 2006"), describe(p))
	return finish(r, c)
}

// stale reports whether a relative period lies after the data, which ended
// some time ago.
func stale(p Phrase, c Context) bool {
	return p.Form != Calendar && !c.Last.IsZero() && resolveAt(p, c, day(c.Now)).From.After(c.Last) && c.Now.Sub(c.Last) >= 7*24*time.Hour
}

// Anchored reports whether the relative periods of a question are counted from
// the end of the data: all of them, where one would lie after it.
func Anchored(phrases []Phrase, c Context) bool {
	for _, p := range phrases {
		if p.Form != Next && stale(p, c) {
			return true
		}
	}
	return false
}

func describe(p Phrase) string {
	switch p.Form {
	case Current, ToDate:
		return "this " + string(p.Grain)
	case Today:
		return "today"
	case Next:
		return "next " + string(p.Grain)
	}
	return "last " + string(p.Grain)
}

func finish(r Range, c Context) Range {
	r.Partial = !r.To.IsZero() && (r.To.After(day(c.Now).AddDate(0, 0, 1)) || !c.Last.IsZero() && r.To.After(c.Last.AddDate(0, 0, 1)))
	return r
}

// endOfData is the day after the last day of the data; a period that lacks at
// most three days counts as complete.
func endOfData(last time.Time, g Grain, c Context) time.Time {
	next := day(last).AddDate(0, 0, 1)
	if end := Add(Floor(day(last), g, c.WeekStart), g, 1); g != Day && end.Sub(next) <= 3*24*time.Hour {
		return end
	}
	return next
}

func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// Floor gives the begin of the grain that holds t.
func Floor(t time.Time, g Grain, weekStart time.Weekday) time.Time {
	y, m, d := t.Date()
	switch g {
	case Year:
		return date(y, 1, 1)
	case Decade:
		return date(y-y%10, 1, 1)
	case Quarter:
		return date(y, (int(m)-1)/3*3+1, 1)
	case Month:
		return date(y, int(m), 1)
	case Week:
		back := (int(t.Weekday()) - int(weekStart) + 7) % 7
		return date(y, int(m), d-back)
	case Hour:
		return time.Date(y, m, d, t.Hour(), 0, 0, 0, time.UTC)
	}
	return date(y, int(m), d)
}

// Add moves t by n grains.
func Add(t time.Time, g Grain, n int) time.Time {
	switch g {
	case Decade:
		return t.AddDate(10*n, 0, 0)
	case Year:
		return t.AddDate(n, 0, 0)
	case Quarter:
		return t.AddDate(0, 3*n, 0)
	case Month:
		return t.AddDate(0, n, 0)
	case Week:
		return t.AddDate(0, 0, 7*n)
	case Hour:
		return t.Add(time.Duration(n) * time.Hour)
	}
	return t.AddDate(0, 0, n)
}

func date(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

func resolveAt(p Phrase, c Context, today time.Time) Range {
	if p.Fiscal && p.Form != Calendar {
		return fiscalAt(p, c, today)
	}
	this := Floor(today, p.Grain, c.WeekStart)
	switch p.Form {
	case Current:
		return Range{From: this, To: Add(this, p.Grain, 1), Grain: p.Grain}
	case ToDate:
		if p.Year > 0 {
			back := today.Year() - p.Year
			return Range{From: date(p.Year, 1, 1), To: today.AddDate(-back, 0, 1), Grain: Year}
		}
		return Range{From: this, To: today.AddDate(0, 0, 1), Grain: p.Grain}
	case Last:
		n := p.N
		if n < 0 {
			n = -n
		}
		return Range{From: Add(this, p.Grain, -n), To: this, Grain: p.Grain}
	case Next:
		next := Add(this, p.Grain, 1)
		return Range{From: next, To: Add(next, p.Grain, max(p.N, 1)), Grain: p.Grain}
	case Ago:
		from := Add(this, p.Grain, -p.N)
		return Range{From: from, To: Add(from, p.Grain, 1), Grain: p.Grain}
	case Today:
		from := today.AddDate(0, 0, p.N)
		return Range{From: from, To: from.AddDate(0, 0, 1), Grain: Day}
	}
	return calendar(p, c, today)
}

// fiscalAt resolves "last fiscal year": as that of a calendar whose year begins
// when the fiscal year does.
func fiscalAt(p Phrase, c Context, today time.Time) Range {
	months := int(max(c.FiscalStart, time.January)) - 1
	p.Fiscal = false
	r := resolveAt(p, c, today.AddDate(0, -months, 0))
	r.From, r.To, r.Note = r.From.AddDate(0, months, 0), r.To.AddDate(0, months, 0), fiscalNote(c)
	return r
}

// calendar resolves named periods; one without a year is the most recent that
// is neither in the future nor after the data.
func calendar(p Phrase, c Context, today time.Time) Range {
	if p.Ambiguous && c.DayFirst {
		p.Part, p.Day = p.Day, p.Part
	}
	if p.Year > 0 {
		r := named(p, c, p.Year)
		if p.Ambiguous {
			r.Note, r.Doubt = fmt.Sprintf("%d/%d is read as %s, not as %s.", p.Part, p.Day, r.From.Format("January 2"), date(p.Year, p.Day, p.Part).Format("January 2")), true
		}
		return r
	}
	latest := today
	if !c.Last.IsZero() && c.Last.Before(latest) {
		latest = day(c.Last)
	}
	r := named(p, c, latest.Year())
	if r.From.After(latest) {
		r = named(p, c, latest.Year()-1)
	}
	r.Note = strings.TrimSpace(fmt.Sprintf("No year was named: the most recent one with data, %d, was taken. %s", r.From.Year(), r.Note))
	return r
}

func named(p Phrase, c Context, year int) Range {
	var from time.Time
	n := max(p.N, 1)
	switch p.Grain {
	case Year:
		from = p.fiscally(date(year, 1, 1), c)
		if p.To > 0 {
			n = p.To - year + 1
		}
	case Decade:
		from = date(year, 1, 1)
	case Quarter:
		from = p.fiscally(date(year, 3*(p.Part-1)+1, 1), c)
	case Month:
		from = date(year, p.Part, 1)
	case Week:
		jan4 := Floor(date(year, 1, 4), Week, time.Monday)
		from = Add(jan4, Week, p.Part-1)
	default:
		from = date(year, p.Part, p.Day)
	}
	r := p.cut(Range{From: from, To: Add(from, p.Grain, n), Grain: p.Grain})
	if p.Fiscal && r.Note == "" {
		r.Note = fiscalNote(c)
	}
	return r
}

// fiscally moves the begin of a year or quarter of the calendar to that of the
// fiscal year of the same number, which is the year in which it ends.
func (p *Phrase) fiscally(from time.Time, c Context) time.Time {
	if !p.Fiscal || c.FiscalStart <= time.January {
		return from
	}
	return from.AddDate(-1, int(c.FiscalStart)-1, 0)
}

func fiscalNote(c Context) string {
	start := max(c.FiscalStart, time.January)
	if start == time.January {
		return "The fiscal year is taken to be the calendar year."
	}
	return fmt.Sprintf("The fiscal year is taken to begin in %s; it is called by the year in which it ends.", start)
}

// cut keeps the slice of a period that was asked for. Its weeks are counted in
// sevens of days from its own begin or end.
func (p *Phrase) cut(r Range) Range {
	s := p.Slice
	if s == nil {
		return r
	}
	out := Range{Grain: s.Grain}
	if s.Nth == 0 {
		out.From, out.To = Add(r.To, s.Grain, -s.N), r.To
	} else {
		out.From = Add(r.From, s.Grain, s.Nth-1)
		out.To = Add(out.From, s.Grain, s.N)
	}
	if s.Grain == Week {
		out.Note = fmt.Sprintf("Weeks are counted within the period: %s to %s.", out.From.Format("January 2"), out.To.AddDate(0, 0, -1).Format("January 2, 2006"))
	}
	return out
}
