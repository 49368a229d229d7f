package duckdb

import (
	"errors"
	"regexp"

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

// MemoryExceeded is the fault of a query that wanted too much memory; the
// pool also makes it of a worker that died of the same.
func MemoryExceeded() *fault.Error {
	return fault.New(fault.Invalid, "query_memory_exceeded", "The query needs more memory than it may use (worker-memory).").
		WithHint("Ask for less at once: fewer rows, fewer groups, or shorter lists.")
}

// faultOf puts the engine's sentence into our words and keeps it as the cause.
func faultOf(text string) error {
	for _, r := range limits {
		if r.pattern.MatchString(text) {
			f := r.fault()
			return f.Because(errors.Join(f.Err, engineError{text}))
		}
	}
	for _, r := range mistakes {
		if m := r.pattern.FindStringSubmatchIndex(text); m != nil {
			return r.fault(text, m).Because(engineError{text})
		}
	}
	return fault.New(fault.Invalid, "sql_invalid", "The SQL cannot be run as it is: a name, a type or a grouping in it does not fit.").
		Because(engineError{text})
}

// limits are sentences about what a query may take, and about the engine
// itself. Texts are matched because the engine gives no code for what happens
// while a statement is prepared.
var limits = []struct {
	pattern *regexp.Regexp
	fault   func() *fault.Error
}{
	{regexp.MustCompile(`^INTERRUPT Error`), func() *fault.Error {
		return fault.New(fault.Unavailable, "cancelled", "The query was cancelled.")
	}},
	{regexp.MustCompile(`(?i)max_temp_directory_size|failed to offload data|No space left on device`), func() *fault.Error {
		return fault.New(fault.Invalid, "query_spill_exceeded", "The query needs more temporary disk space than it may use (worker-temp-bytes).").
			WithHint("Ask for less at once: fewer rows, fewer groups, or no sorting of everything.")
	}},
	{regexp.MustCompile(`(?i)^Out of Memory Error|bad_alloc|bad allocation|could not allocate|failed to allocate`), MemoryExceeded},
	{regexp.MustCompile(`^(FATAL|INTERNAL) Error`), func() *fault.Error {
		return fault.New(fault.Internal, "engine_failed", "The engine could not run this.").Because(errPoisoned)
	}},
}
