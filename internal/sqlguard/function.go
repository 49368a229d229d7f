package sqlguard

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"time"

	"tabletalk/internal/fault"
)

//go:embed functions.txt
var functionList string

// functions reads the allowed names: words of the file that no "#" precedes.
var functions = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for line := range strings.Lines(functionList) {
		line, _, _ = strings.Cut(line, "# ")
		for _, name := range strings.Fields(line) {
			names[lower(name)] = true
		}
	}
	return names
})

// Functions gives the allowed names in no order, for documentation and for a
// test against the engine.
func Functions() []string {
	var list []string
	for name := range functions() {
		list = append(list, name)
	}
	return list
}

func (w *walker) function(o object) error {
	name, _ := o["function_name"].(string)
	schema, _ := o["schema"].(string)
	catalog, _ := o["catalog"].(string)
	plain := catalog == "" && (schema == "" || schema == "main")
	children, _ := o["children"].([]any)
	switch name = lower(name); {
	case plain && (name == "lpad" || name == "rpad"):
		return padding(name, children)
	case plain && (name == "range" || name == "generate_series"):
		return series(name, children)
	case plain && w.functions[name]:
		return nil
	}
	return functionNotAllowed(name)
}

func functionNotAllowed(name string) error {
	return fault.New(fault.Invalid, "sql_function_not_allowed", "The function %q is not run here.", name).
		WithHint("Summaries, arithmetic, text, date and window functions are.")
}

// tableFunctions may stand in FROM.
var tableFunctions = map[string]bool{"range": true, "generate_series": true, "unnest": true}

func (w *walker) tableFunction(o object) error {
	call, _ := o["function"].(object)
	name, _ := call["function_name"].(string)
	if !tableFunctions[lower(name)] {
		return functionNotAllowed(name)
	}
	return nil // its arguments, and the bounds of a series, are judged as of any function
}

// padding allows lpad and rpad up to a written length: one call could fill
// the memory otherwise.
func padding(name string, args []any) error {
	if len(args) > 1 {
		if n, ok := number(args[1]); ok && n <= MaxPad {
			return nil
		}
	}
	return fault.New(fault.Invalid, "sql_function_not_allowed",
		"The function %q is run only with a length that is written as a number of at most %d.", name, MaxPad)
}

// series allows range and generate_series where what they make is bounded: by
// numbers or dates that are written out, or, between values of the data, by
// steps of at least an hour.
func series(name string, args []any) error {
	if len(args) <= 2 || isNumber(args[2]) {
		return numberSeries(name, args)
	}
	if step := stepOf(args[2]); step >= time.Hour {
		return dateSeries(name, args, step)
	}
	return seriesNotAllowed(name)
}

func seriesNotAllowed(name string) error {
	return fault.New(fault.Invalid, "sql_function_not_allowed",
		"The function %q is run only where it makes at most %d values: between numbers or dates that are written out, or by steps of an hour or more.", name, MaxSeries)
}

func numberSeries(name string, args []any) error {
	from, step := 0.0, 1.0
	var bounds []float64
	for _, a := range args {
		n, ok := number(a)
		if !ok {
			return seriesNotAllowed(name)
		}
		bounds = append(bounds, n)
	}
	if len(bounds) == 0 {
		return seriesNotAllowed(name)
	}
	to := bounds[0]
	if len(bounds) > 1 {
		from, to = bounds[0], bounds[1]
	}
	if len(bounds) > 2 {
		step = bounds[2]
	}
	if step == 0 || (to-from)/step > MaxSeries {
		return seriesNotAllowed(name)
	}
	return nil
}

// dateSeries checks bounds that are written out. Bounds from the data are
// taken: a calendar of data has few hours, and what a hostile one could reach
// is for the limits on the process.
func dateSeries(name string, args []any, step time.Duration) error {
	from, ok1 := date(args[0])
	to, ok2 := date(args[1])
	switch {
	case ok1 && ok2:
		if to.Sub(from)/step <= MaxSeries {
			return nil
		}
	case (ok1 || fromData(args[0])) && (ok2 || fromData(args[1])):
		return nil
	}
	return seriesNotAllowed(name)
}

// fromData reports whether a value comes out of a column, a query or an
// argument, and not of a calculation over written values alone.
func fromData(v any) bool {
	switch v := v.(type) {
	case []any:
		for _, p := range v {
			if fromData(p) {
				return true
			}
		}
	case object:
		switch v["class"] {
		case "COLUMN_REF", "PARAMETER", "SUBQUERY":
			return true
		}
		for _, p := range v {
			if fromData(p) {
				return true
			}
		}
	}
	return false
}

// isNumber reports whether an argument is a written number.
func isNumber(v any) bool {
	_, ok := number(v)
	return ok
}

// number reads a written whole number, also a negative one.
func number(v any) (float64, bool) {
	o, _ := v.(object)
	switch o["class"] {
	case "CONSTANT":
		value, _ := o["value"].(object)
		typ, _ := value["type"].(object)
		switch typ["id"] {
		case "INTEGER", "BIGINT", "TINYINT", "SMALLINT":
		default:
			return 0, false
		}
		return constant(value["value"])
	case "FUNCTION":
		children, _ := o["children"].([]any)
		if o["function_name"] != "-" || len(children) != 1 {
			return 0, false
		}
		n, ok := number(children[0])
		return -n, ok
	}
	return 0, false
}

func constant(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case string:
		n, err := strconv.ParseFloat(v, 64)
		return n, err == nil
	}
	return 0, false
}

// date reads a written date or datetime: DATE '2024-01-31'.
func date(v any) (time.Time, bool) {
	o, _ := v.(object)
	if o["class"] == "CAST" {
		return date(o["child"])
	}
	value, _ := o["value"].(object)
	text, _ := value["value"].(string)
	for _, layout := range []string{time.DateOnly, time.DateTime, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// steps are the functions that INTERVAL with a unit becomes, with the least
// time that one of the unit takes.
var steps = map[string]time.Duration{
	"to_hours": time.Hour, "to_days": 24 * time.Hour, "to_weeks": 7 * 24 * time.Hour, "to_months": 28 * 24 * time.Hour,
	"to_quarters": 90 * 24 * time.Hour, "to_years": 365 * 24 * time.Hour, "to_decades": 3652 * 24 * time.Hour,
}

// stepOf gives the length of a step that is written as INTERVAL n UNIT,
// forwards or backwards, or 0.
func stepOf(v any) time.Duration {
	o, _ := v.(object)
	name, _ := o["function_name"].(string)
	children, _ := o["children"].([]any)
	if len(children) != 1 {
		return 0
	}
	n, ok := written(children[0])
	if !ok || n > -1 && n < 1 || n > 10_000 || n < -10_000 {
		return 0
	}
	if n < 0 {
		n = -n
	}
	return min(time.Duration(n), 24) * steps[name]
}

// written digs a number out of the casts and the trunc that the parser wraps
// around the number of an interval.
func written(v any) (float64, bool) {
	o, _ := v.(object)
	switch o["class"] {
	case "CAST":
		return written(o["child"])
	case "FUNCTION":
		children, _ := o["children"].([]any)
		if len(children) != 1 {
			return 0, false
		}
		n, ok := written(children[0])
		switch o["function_name"] {
		case "trunc":
			return n, ok
		case "-":
			return -n, ok
		}
		return 0, false
	case "CONSTANT":
		value, _ := o["value"].(object)
		return constant(value["value"])
	}
	return 0, false
}

// types may be cast to; unbound names are those that the parser leaves open.
var types = map[string]bool{
	"BOOLEAN": true, "TINYINT": true, "SMALLINT": true, "INTEGER": true, "BIGINT": true, "HUGEINT": true,
	"UTINYINT": true, "USMALLINT": true, "UINTEGER": true, "UBIGINT": true, "UHUGEINT": true,
	"FLOAT": true, "DOUBLE": true, "DECIMAL": true, "VARCHAR": true, "CHAR": true, "BLOB": true, "UUID": true,
	"DATE": true, "TIME": true, "TIMESTAMP": true, "TIMESTAMP_S": true, "TIMESTAMP_MS": true, "TIMESTAMP_NS": true,
	"TIMESTAMP WITH TIME ZONE": true, "TIME WITH TIME ZONE": true, "INTERVAL": true, "LIST": true, "ARRAY": true, "STRUCT": true,
}

// castType refuses types that only an odd statement needs, some of which end
// the process: JSON, VARIANT, UNION and names of one's own.
func castType(v any) error {
	switch v := v.(type) {
	case []any:
		for _, p := range v {
			if err := castType(p); err != nil {
				return err
			}
		}
	case object:
		if id, ok := v["id"].(string); ok && !types[id] && !(id == "UNBOUND" && types[unbound(v)]) {
			return notAllowed("The SQL casts to a type that is not used here.")
		}
		for _, p := range v {
			if err := castType(p); err != nil {
				return err
			}
		}
	}
	return nil
}

func unbound(v object) string {
	info, _ := v["type_info"].(object)
	name, _ := info["name"].(string)
	return strings.ToUpper(name)
}
