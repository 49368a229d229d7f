package batch

import (
	"math"
	"time"
)

const (
	microsPerSecond = 1_000_000
	microsPerDay    = 86_400 * microsPerSecond
	// The two ends of the calendar that engines use for "no bound".
	infiniteDays = math.MaxInt32
)

// DateText writes days since 1970 as an ISO date; years before 0 and after
// 9999 keep their sign and digits.
func DateText(days int64) string {
	switch days {
	case infiniteDays:
		return "Infinity"
	case -infiniteDays:
		return "-Infinity"
	}
	return time.Unix(days*86_400, 0).UTC().Format("2006-01-02")
}

// TimestampText writes microseconds since 1970 as an ISO day, a space and a
// time without a zone; the fraction is there only when it is not zero.
func TimestampText(micros int64) string {
	return isoTime(micros, "2006-01-02 15:04:05", "2006-01-02 15:04:05.999999")
}

// InstantText is TimestampText with the offset of UTC.
func InstantText(micros int64) string {
	return isoTime(micros, "2006-01-02 15:04:05+00:00", "2006-01-02 15:04:05.999999+00:00")
}

func isoTime(micros int64, whole, fraction string) string {
	switch micros {
	case math.MaxInt64:
		return "Infinity"
	case -math.MaxInt64:
		return "-Infinity"
	}
	layout := whole
	if micros%microsPerSecond != 0 {
		layout = fraction
	}
	return time.UnixMicro(micros).UTC().Format(layout)
}

// ClockText writes microseconds since midnight; the end of the day is
// "24:00:00".
func ClockText(micros int64) string {
	if micros >= microsPerDay {
		return "24:00:00"
	}
	layout := "15:04:05"
	if micros%microsPerSecond != 0 {
		layout = "15:04:05.999999"
	}
	return time.UnixMicro(micros).UTC().Format(layout)
}
