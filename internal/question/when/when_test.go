package when

import (
	"testing"
	"time"

	"tabletalk/internal/question/text"
)

// now is Wednesday, the 18th of June 2025; the data ends three days before.
var now = time.Date(2025, 6, 18, 9, 30, 0, 0, time.UTC)

func longest(s string) (Phrase, bool) {
	tokens := text.Tokenize(s)
	var best Phrase
	found := false
	for _, p := range At(tokens, 0) {
		if !found || p.End > best.End {
			best, found = p, true
		}
	}
	return best, found
}

func TestRanges(t *testing.T) {
	c := Context{Now: now, First: date(2023, 1, 1), Last: date(2025, 6, 15), WeekStart: time.Monday, FiscalStart: time.January}
	for phrase, want := range map[string]string{
		"last month":            "2025-05-01 2025-06-01",
		"this month":            "2025-06-01 2025-07-01",
		"this month so far":     "2025-06-01 2025-06-19",
		"yesterday":             "2025-06-17 2025-06-18",
		"last 30 days":          "2025-05-19 2025-06-18",
		"last quarter":          "2025-01-01 2025-04-01",
		"Q3 2024":               "2024-07-01 2024-10-01",
		"april":                 "2025-04-01 2025-05-01",
		"november":              "2024-11-01 2024-12-01",
		"march 2024":            "2024-03-01 2024-04-01",
		"year to date":          "2025-01-01 2025-06-19",
		"last 8 weeks":          "2025-04-21 2025-06-16",
		"last two quarters":     "2024-10-01 2025-04-01",
		"week 12":               "2025-03-17 2025-03-24",
		"fiscal 2024":           "2024-01-01 2025-01-01",
		"2024":                  "2024-01-01 2025-01-01",
		"the year":              "",
		"jan 15, 2025":          "2025-01-15 2025-01-16",
		"5th of March 2024":     "2024-03-05 2024-03-06",
		"2024-02-29":            "2024-02-29 2024-03-01",
		"13/02/2024":            "2024-02-13 2024-02-14",
		"03/04/2025":            "2025-03-04 2025-03-05",
		"3 months ago":          "2025-03-01 2025-04-01",
		"1990s":                 "1990-01-01 2000-01-01",
		"first half of 2024":    "2024-01-01 2024-07-01",
		"third quarter of 2024": "2024-07-01 2024-10-01",
		"last week":             "2025-06-09 2025-06-16",
		"ytd":                   "2025-01-01 2025-06-19",
		"year 1999":             "1999-01-01 2000-01-01",
		"2024-03":               "2024-03-01 2024-04-01",
		"2024/03":               "2024-03-01 2024-04-01",
		"3/2024":                "2024-03-01 2024-04-01",
		"2024-13":               "2024-01-01 2025-01-01",
		"2024Q3":                "2024-07-01 2024-10-01",
		"Q3/24":                 "2024-07-01 2024-10-01",
		"FY2024":                "2024-01-01 2025-01-01",
		"FY24":                  "2024-01-01 2025-01-01",
		"FY 24":                 "2024-01-01 2025-01-01",
		"financial year 2024":   "2024-01-01 2025-01-01",
		"Q2 FY2024":             "2024-04-01 2024-07-01",
		"last fiscal year":      "2024-01-01 2025-01-01",
	} {
		p, ok := longest(phrase)
		got := ""
		if ok {
			r := Resolve(p, c)
			got = r.From.Format(time.DateOnly) + " " + r.To.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%q = %q, want %q", phrase, got, want)
		}
	}
}

func TestRelativePhrasesCountFromTheEndOfOldData(t *testing.T) {
	c := Context{Now: now, First: date(2018, 1, 1), Last: date(2019, 11, 29), WeekStart: time.Monday}
	p, _ := longest("last month")
	r := Resolve(p, c)
	if got := r.From.Format(time.DateOnly); got != "2019-11-01" || r.Note == "" {
		t.Errorf("last month of data that ended in 2019 begins %s, note %q", got, r.Note)
	}
}

func TestMayIsAVerbWithoutAReason(t *testing.T) {
	tokens := text.Tokenize("you may show sales in may")
	if ps := At(tokens, 1); len(ps) != 0 {
		t.Errorf("the verb was read as a month: %+v", ps)
	}
	if ps := At(tokens, 5); len(ps) != 1 {
		t.Errorf("the month was not read: %+v", ps)
	}
}

// A fiscal year that begins in April is called by the year in which it ends.
func TestFiscalYears(t *testing.T) {
	c := Context{Now: now, First: date(2023, 1, 1), Last: date(2025, 6, 15), WeekStart: time.Monday, FiscalStart: time.April}
	for phrase, want := range map[string]string{
		"FY2024":              "2023-04-01 2024-04-01",
		"fiscal 2025":         "2024-04-01 2025-04-01",
		"Q1 FY2025":           "2024-04-01 2024-07-01",
		"Q4 of fiscal 2024":   "2024-01-01 2024-04-01",
		"last fiscal year":    "2024-04-01 2025-04-01",
		"this fiscal year":    "2025-04-01 2026-04-01",
		"last fiscal quarter": "2025-01-01 2025-04-01",
		"2024":                "2024-01-01 2025-01-01",
	} {
		p, ok := longest(phrase)
		r := Resolve(p, c)
		if got := r.From.Format(time.DateOnly) + " " + r.To.Format(time.DateOnly); !ok || got != want || p.Fiscal && r.Note == "" {
			t.Errorf("%q: %s %q, want %s", phrase, got, r.Note, want)
		}
	}
}
