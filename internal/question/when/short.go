package when

import (
	"regexp"
	"strconv"

	"tabletalk/internal/question/text"
)

// fiscalYear reads "fiscal 2024", "fiscal year 2024", "FY 2024", "FY24" and
// "the year 2024".
func fiscalYear(r *reader) (Phrase, bool) {
	if m := fiscalWord.FindStringSubmatch(r.word(0)); m != nil {
		return Phrase{End: 1, Grain: Year, Year: fullYear(m[1]), Fiscal: true}, true
	}
	k, fiscal := 1, true
	switch {
	case r.fiscalAt(0) && r.word(1) == "year":
		k = 2
	case r.fiscalAt(0) || r.word(0) == "fy":
	case r.word(0) == "year":
		fiscal = false
	default:
		return Phrase{}, false
	}
	if !fiscal && r.word(k) == "of" {
		k++
	}
	y, ok := r.yearAt(k)
	if !ok && fiscal {
		y, ok = r.shortYear(k)
	}
	return Phrase{End: k + 1, Grain: Year, Year: y, Fiscal: fiscal}, ok
}

var (
	fiscalWord  = regexp.MustCompile(`^fy(\d{2}|\d{4})$`)
	quarterWord = regexp.MustCompile(`^(\d{4})q([1-4])$`)
)

func (r *reader) fiscalAt(k int) bool { return r.word(k) == "fiscal" || r.word(k) == "financial" }

// fullYear is a year of two or four digits.
func fullYear(digits string) int {
	y, _ := strconv.Atoi(digits)
	if len(digits) == 2 {
		y += 2000
	}
	return y
}

// shortYear reads a year of two digits.
func (r *reader) shortYear(k int) (int, bool) {
	w := r.word(k)
	if !r.number(k) || len(w) != 2 {
		return 0, false
	}
	return fullYear(w), true
}

func (r *reader) number(k int) bool {
	return r.i+k >= 0 && r.i+k < len(r.tokens) && r.tokens[r.i+k].Kind == text.Number && r.tokens[r.i+k].Unit == ""
}

// yearMonth reads "2024-03", "2024/03" and "03/2024".
func yearMonth(r *reader) (Phrase, bool) {
	if y, ok := r.yearAt(0); ok && r.number(1) && len(r.word(1)) == 2 && r.tokens[r.i+1].Start == r.tokens[r.i].End+1 {
		return monthPhrase(y, r.word(1), 2)
	}
	if y, ok := r.yearAt(0); ok && r.word(1) == "/" && r.number(2) && len(r.word(2)) == 2 && r.tokens[r.i+2].Glued {
		return monthPhrase(y, r.word(2), 3)
	}
	if y, ok := r.yearAt(2); ok && r.word(1) == "/" && r.number(0) {
		return monthPhrase(y, r.word(0), 3)
	}
	return Phrase{}, false
}

func monthPhrase(year int, month string, end int) (Phrase, bool) {
	m, err := strconv.Atoi(month)
	return Phrase{End: end, Grain: Month, Year: year, Part: m}, err == nil && m >= 1 && m <= 12 && year >= 1500 && year <= 2200
}

// joinedQuarter reads "2024Q3".
func joinedQuarter(r *reader) (Phrase, bool) {
	m := quarterWord.FindStringSubmatch(r.word(0))
	if m == nil {
		return Phrase{}, false
	}
	return Phrase{End: 1, Grain: Quarter, Year: fullYear(m[1]), Part: int(m[2][0] - '0')}, true
}
