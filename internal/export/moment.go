package export

import (
	"strings"
	"time"

	"tabletalk/internal/table"
)

// moment reads a date, datetime or time in the ISO form of package table, and
// says whether it names an offset. Times of day lie on 0000-01-01.
func moment(t table.Type, s string) (at time.Time, zoned, ok bool) {
	for _, layout := range layouts(t) {
		if at, err := time.Parse(layout, s); err == nil {
			return at, strings.HasSuffix(layout, "Z07:00"), true
		}
	}
	return time.Time{}, false, false
}

func layouts(t table.Type) []string {
	switch t {
	case table.Date:
		return []string{"2006-01-02"}
	case table.Time:
		return []string{"15:04:05.999999999", "15:04"}
	}
	return []string{
		"2006-01-02 15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00",
		"2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05.999999999Z07:00", "2006-01-02",
	}
}
