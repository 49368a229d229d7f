package sqlguard

import (
	"strings"
	"unicode/utf8"

	"tabletalk/internal/fault"
)

// The limits on a statement. They are part of the promise, not settings: the
// parser was tried up to them.
const (
	MaxBytes   = 64 << 10 // of the text
	MaxNesting = 200      // brackets in brackets, and expressions in expressions
	MaxJoins   = 30       // joins, and likewise common table expressions
	MaxArms    = 100      // SELECTs joined by UNION, EXCEPT, INTERSECT
	MaxList    = 10_000   // values in one IN list, rows in one VALUES
	MaxSeries  = 100_000  // values that range and generate_series may make
	MaxPad     = 1_000    // length that lpad and rpad may make
	maxPath    = 8        // parts of one dotted name
)

// Precheck refuses a text that should not reach the parser: too long, too
// deep, not text. Errors: sql_too_large, sql_invalid.
func Precheck(sql string) error {
	switch {
	case len(sql) > MaxBytes:
		return tooLarge("The SQL has %d bytes; the limit is %d.", len(sql), MaxBytes)
	case strings.TrimSpace(sql) == "":
		return invalid("There is no SQL to run.")
	case !utf8.ValidString(sql):
		return invalid("The SQL is not valid UTF-8 text.")
	// The engine reads a text to its first zero byte, but judges all of it.
	case strings.IndexByte(sql, 0) >= 0:
		return invalid("The SQL contains a zero byte.")
	}
	if deepest(sql) > MaxNesting {
		return tooLarge("The SQL nests brackets deeper than %d.", MaxNesting)
	}
	return nil
}

// deepest counts open brackets outside of quotes. It is a cap and no parser:
// a text that fools it meets the parser's own limits next.
func deepest(sql string) int {
	depth, most := 0, 0
	for i := 0; i < len(sql); i++ {
		switch c := sql[i]; c {
		case '\'', '"':
			if end := strings.IndexByte(sql[i+1:], c); end >= 0 {
				i += end + 1
			}
		case '(', '[', '{':
			depth++
			most = max(most, depth)
		case ')', ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return most
}

func tooLarge(format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, "sql_too_large", format, args...).
		WithHint("Split it into smaller questions.")
}

func invalid(format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, "sql_invalid", format, args...)
}

func notAllowed(format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, "sql_not_allowed", format, args...).
		WithHint("Only one SELECT over the tables of this session is run.")
}
