package explain

import (
	"math"
	"strconv"
	"strings"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// currency are the units that are written before the number.
var currency = map[string]string{"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "$": "$", "€": "€", "£": "£", "¥": "¥"}

// Format writes a value as people do: thousands apart, a sensible number of
// digits, the unit where it belongs, dates in words.
func Format(v table.Value, t table.Type, unit string) string {
	switch v := v.(type) {
	case nil:
		return "no value"
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case string:
		if t.Temporal() {
			return moment(v)
		}
		if t == table.Integer { // beyond 64 bits
			return withUnit(thousands(v), unit)
		}
		return v
	case table.Exact:
		if f, ok := table.Number(v); ok && unit == plan.UnitRatio {
			return percent(f)
		}
		return withUnit(thousands(cents(string(v))), unit)
	case int64:
		if unit == plan.UnitRatio {
			return percent(float64(v))
		}
		return withUnit(thousands(strconv.FormatInt(v, 10)), unit)
	case float64:
		if unit == plan.UnitRatio {
			return percent(v)
		}
		return withUnit(decimal(v), unit)
	}
	return ""
}

// cents drops zeros at the end of a decimal beyond two digits.
func cents(s string) string {
	whole, part, found := strings.Cut(s, ".")
	for found && len(part) > 2 && part[len(part)-1] == '0' {
		part = part[:len(part)-1]
	}
	if !found {
		return s
	}
	return whole + "." + part
}

func percent(f float64) string { return trimmed(f*100, 1) + "%" }

func withUnit(number, unit string) string {
	sign, negative := "", strings.HasPrefix(number, "-")
	if negative {
		sign, number = "-", number[1:]
	}
	switch mark, money := currency[unit]; {
	case unit == "":
		return sign + number
	case money:
		return sign + mark + number
	case unit == "%":
		return sign + number + "%"
	case number == "1" && strings.HasSuffix(unit, "s"):
		return sign + number + " " + strings.TrimSuffix(unit, "s")
	}
	return sign + number + " " + unit
}

// decimal keeps two digits after the point, more for small numbers.
func decimal(f float64) string {
	a := math.Abs(f)
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return strconv.FormatFloat(f, 'g', -1, 64)
	case a >= 1e15 || a != 0 && a < 1e-6:
		return strconv.FormatFloat(f, 'g', 4, 64)
	case a != 0 && a < 1:
		return trimmed(f, 2-int(math.Floor(math.Log10(a))))
	}
	return trimmed(f, 2)
}

func trimmed(f float64, digits int) string {
	s := strconv.FormatFloat(f, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		s = "0"
	}
	return thousands(s)
}

// thousands puts commas into the digits before the point.
func thousands(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, rest, point := strings.Cut(s, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	if point {
		b.WriteString("." + rest)
	}
	return b.String()
}

// moment writes an ISO date or datetime in words.
func moment(iso string) string {
	if t, err := time.Parse(time.DateOnly, iso); err == nil {
		return t.Format("Jan 2, 2006")
	}
	for _, layout := range []string{"2006-01-02 15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999", time.RFC3339Nano} {
		t, err := time.Parse(layout, iso)
		switch {
		case err != nil:
		case t.Second() == 0 && t.Minute() == 0 && t.Hour() == 0:
			return t.Format("Jan 2, 2006")
		case t.Second() == 0:
			return t.Format("Jan 2, 2006 15:04")
		default:
			return t.Format("Jan 2, 2006 15:04:05")
		}
	}
	return iso
}
