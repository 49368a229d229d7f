package sheet

import (
	"math"
	"strconv"
	"time"
)

// maxSerial is the 31st of December 9999.
const maxSerial = 2958466

// AppendValue appends the plain text of a number with a format, and says what
// kind of cell it makes: dates become Moment, and durations stay numbers in the
// unit that the format counts in. A percentage stays the fraction it is stored
// as, since only the whole column tells whether it is one. A date that no calendar has stays the number it is.
func AppendValue(dst []byte, x float64, f Format, epoch1904 bool) ([]byte, Kind) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return append(dst, "#NUM!"...), Error
	}
	switch f.Class {
	case Date, Clock:
		if x >= 0 && x < maxSerial {
			return appendSerial(dst, x, epoch1904)
		}
	case Hours:
		return AppendNumber(dst, roundAt(x*24, 1e6)), Number
	case Minutes:
		return AppendNumber(dst, roundAt(x*24*60, 1e5)), Number
	case Seconds:
		return AppendNumber(dst, roundAt(x*24*3600, 1e4)), Number
	}
	return AppendNumber(dst, x), Number
}

func roundAt(x, scale float64) float64 {
	if r := math.Round(x*scale) / scale; !math.IsInf(r, 0) {
		return r
	}
	return x
}

// AppendNumber appends the shortest text that reads back to x, without an
// exponent where that is readable.
func AppendNumber(dst []byte, x float64) []byte {
	if x == 0 {
		return append(dst, '0')
	}
	if a := math.Abs(x); a < 1e-6 || a >= 1e18 {
		return strconv.AppendFloat(dst, x, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, x, 'f', -1, 64)
}

// AppendPercent appends a hundred times the number of the text, by moving its
// decimal point, so that 0.07 is 7 and not 7.000000000000001.
func AppendPercent(dst, text []byte) []byte {
	for _, c := range text {
		if c != '.' && c != '-' && (c < '0' || c > '9') {
			x, _ := strconv.ParseFloat(string(text), 64)
			return AppendNumber(dst, x*100)
		}
	}
	if len(text) > 0 && text[0] == '-' {
		dst, text = append(dst, '-'), text[1:]
	}
	whole, frac := text, []byte(nil)
	for i, c := range text {
		if c == '.' {
			whole, frac = text[:i], text[i+1:]
			break
		}
	}
	return appendPoint(dst, append(append([]byte{}, whole...), frac...), len(whole)+2)
}

// appendPoint writes digits with the point behind the first n of them, without
// zeros that say nothing.
func appendPoint(dst, digits []byte, n int) []byte {
	for len(digits) < n {
		digits = append(digits, '0')
	}
	whole, frac := digits[:n], digits[n:]
	for len(whole) > 1 && whole[0] == '0' {
		whole = whole[1:]
	}
	for len(frac) > 0 && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	dst = append(dst, whole...)
	if len(frac) > 0 {
		dst = append(append(dst, '.'), frac...)
	}
	return dst
}

const msPerDay = 24 * 60 * 60 * 1000

// appendSerial writes a serial number as a date, datetime or time of day. Days
// count from the end of 1899 and include a 29th of February 1900 that never
// was, or from the first of 1904.
func appendSerial(dst []byte, x float64, epoch1904 bool) ([]byte, Kind) {
	day := int64(math.Floor(x))
	ms := int64(math.Round((x - float64(day)) * msPerDay))
	if ms == msPerDay {
		day, ms = day+1, 0
	}
	if !epoch1904 && day == 60 {
		return append(dst, "1900-02-29"...), Text
	}
	if day == 0 && (ms > 0 || !epoch1904) {
		return appendClock(dst, ms), Moment
	}
	epoch := int64(-25569) // 1899-12-30
	switch {
	case epoch1904:
		epoch = -24107
	case day < 60:
		epoch++
	}
	dst = time.Unix((day+epoch)*86400, 0).UTC().AppendFormat(dst, "2006-01-02")
	if ms > 0 {
		dst = appendClock(append(dst, ' '), ms)
	}
	return dst, Moment
}

func appendClock(dst []byte, ms int64) []byte {
	s := ms / 1000
	dst = append(dst, byte('0'+s/36000), byte('0'+s/3600%10), ':', byte('0'+s/600%6), byte('0'+s/60%10), ':', byte('0'+s/10%6), byte('0'+s%10))
	if frac := ms % 1000; frac > 0 {
		dst = append(dst, '.', byte('0'+frac/100), byte('0'+frac/10%10), byte('0'+frac%10))
	}
	return dst
}
