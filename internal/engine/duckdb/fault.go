package duckdb

import (
	"errors"
	"regexp"
	"strings"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"tabletalk/internal/fault"
)

// engineError is the engine's own text. It goes to the log, never to people.
type engineError struct{ text string }

func (e engineError) Error() string { return e.text }

// errPoisoned marks failures after which the instance must be given up.
var errPoisoned = errors.New("the engine instance is unusable")

func poisoned(err error) error {
	return fault.New(fault.Internal, "engine_failed", "The engine could not run this.").
		WithHint("Try again.").Because(errors.Join(errPoisoned, err))
}

// Poisoned reports whether the instance must not be used after err.
func Poisoned(err error) bool {
	return errors.Is(err, errPoisoned) || fault.Is(err, "query_memory_exceeded")
}

func resultFault(res *mapping.Result) error { return faultOf(mapping.ResultError(res)) }

// rules turn the engine's sentences into ours; the first that matches wins.
// Texts are matched because the engine gives no code for what happens while a
// statement is prepared.
var rules = []struct {
	pattern *regexp.Regexp
	make    func(match []string) *fault.Error
}{
	{regexp.MustCompile(`^INTERRUPT Error`), func([]string) *fault.Error {
		return fault.New(fault.Unavailable, "cancelled", "The query was cancelled.")
	}},
	{regexp.MustCompile(`(?i)max_temp_directory_size|failed to offload data|No space left on device`), func([]string) *fault.Error {
		return fault.New(fault.Invalid, "query_spill_exceeded", "The query needs more temporary disk space than it may use (worker-temp-bytes).").
			WithHint("Ask for less at once: fewer rows, fewer groups, or no sorting of everything.")
	}},
	{regexp.MustCompile(`(?i)^Out of Memory Error|bad_alloc|bad allocation|could not allocate|failed to allocate`), func([]string) *fault.Error {
		return MemoryExceeded()
	}},
	{regexp.MustCompile(`^(FATAL|INTERNAL) Error`), func([]string) *fault.Error {
		return fault.New(fault.Internal, "engine_failed", "The engine could not run this.").Because(errPoisoned)
	}},
	{regexp.MustCompile(`^Binder Error: Referenced column "([^"]+)" (?:was )?not found(?s:.*?)(?:Candidate bindings: (.*))?$`), func(m []string) *fault.Error {
		f := fault.New(fault.Invalid, "sql_invalid", "There is no column %q here.", m[1])
		return nearest(f, m[2])
	}},
	{regexp.MustCompile(`^Binder Error: (?:Table|Referenced table) "([^"]+)"`), func(m []string) *fault.Error {
		return fault.New(fault.Invalid, "sql_invalid", "%q is not among the tables of this query, or has no such column.", m[1])
	}},
	{regexp.MustCompile(`^Binder Error: column "([^"]+)" must appear in the GROUP BY`), func(m []string) *fault.Error {
		return fault.New(fault.Invalid, "sql_invalid", "The column %q is neither grouped nor summarised.", m[1]).
			WithHint("Add it to GROUP BY, or use any_value(%s).", m[1])
	}},
	{regexp.MustCompile(`^Binder Error: No function matches the given name and argument types '([A-Za-z0-9_]+)\(`), func(m []string) *fault.Error {
		return fault.New(fault.Invalid, "sql_invalid", "The function %s does not take values of these types.", m[1]).
			WithHint("Cast the values first: CAST(... AS ...).")
	}},
	{regexp.MustCompile(`^Conversion Error`), func([]string) *fault.Error {
		return fault.New(fault.Invalid, "sql_invalid", "A value cannot be turned into the type that the SQL asks for.").
			WithHint("Use TRY_CAST(... AS ...), which gives nothing for such values.")
	}},
	{regexp.MustCompile(`^Out of Range Error`), func([]string) *fault.Error {
		return fault.New(fault.Invalid, "sql_invalid", "A number or date in the calculation is outside of what its type can hold.")
	}},
	{regexp.MustCompile(`^Parser Error`), func([]string) *fault.Error {
		return fault.New(fault.Invalid, "sql_invalid", "The SQL cannot be read.")
	}},
}

// MemoryExceeded is the fault of a query that wanted too much memory; the
// pool also makes it of a worker that died of the same.
func MemoryExceeded() *fault.Error {
	return fault.New(fault.Invalid, "query_memory_exceeded", "The query needs more memory than it may use (worker-memory).").
		WithHint("Ask for less at once: fewer rows, fewer groups, or shorter lists.")
}

func faultOf(text string) error {
	for _, r := range rules {
		if m := r.pattern.FindStringSubmatch(text); m != nil {
			f := r.make(m)
			return f.Because(errors.Join(f.Err, engineError{text}))
		}
	}
	return fault.New(fault.Invalid, "sql_invalid", "The SQL cannot be run as it is: a name, a type or a grouping in it does not fit.").
		Because(engineError{text})
}

var quotedName = regexp.MustCompile(`"([^"]+)"`)

// nearest names the columns that the engine found close to what was written.
func nearest(f *fault.Error, candidates string) *fault.Error {
	var names []string
	for _, m := range quotedName.FindAllStringSubmatch(candidates, 3) {
		names = append(names, m[1])
	}
	if len(names) == 0 {
		return f
	}
	return f.WithHint("Near to it: %s.", strings.Join(names, ", "))
}
