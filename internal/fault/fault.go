package fault

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of failure it is; there is one HTTP status per kind.
type Kind string

// The kinds, with the HTTP status that the API gives them.
const (
	Malformed       Kind = "malformed"       // 400: the request itself cannot be read
	Unauthenticated Kind = "unauthenticated" // 401
	Forbidden       Kind = "forbidden"       // 403
	NotFound        Kind = "not_found"       // 404: unknown or somebody else's
	Conflict        Kind = "conflict"        // 409
	TooLarge        Kind = "too_large"       // 413: a named limit was reached
	Invalid         Kind = "invalid"         // 422: read, but cannot be done
	TooMany         Kind = "too_many"        // 429: come back later
	Internal        Kind = "internal"        // 500: ours, the person gets a plain sentence
	Unavailable     Kind = "unavailable"     // 503
	Timeout         Kind = "timeout"         // 504: a named time limit was reached
	StorageFull     Kind = "storage_full"    // 507
)

// Error is a failure that a person can understand.
type Error struct {
	Kind    Kind
	Code    string        // stable and specific, snake_case: "query_timeout", "file_empty"
	Op      string        // where it was made: "ingest.Open"
	Message string        // one sentence for a person
	Hint    string        // what to do about it; may be empty
	Err     error         // the cause, for the log only
	Wait    time.Duration // after which it may be tried again; zero says nothing
}

// Error gives the text for logs: operation, message and cause.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op)
		b.WriteString(": ")
	}
	b.WriteString(e.Message)
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes an error of a kind with a stable code and a sentence for a person.
func New(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// At returns a copy that names where it was made.
func (e *Error) At(op string) *Error {
	c := *e
	c.Op = op
	return &c
}

// WithHint returns a copy that says what to do.
func (e *Error) WithHint(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// Because returns a copy with a cause for the log.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// After returns a copy that says when it may be tried again.
func (e *Error) After(wait time.Duration) *Error {
	c := *e
	c.Wait = wait
	return &c
}

// Of gives the Error in a chain. An error without one is internal; a
// cancelled or expired context is named as such.
func Of(err error) *Error {
	var e *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.DeadlineExceeded):
		return New(Timeout, "timeout", "That took longer than it may.").Because(err)
	case errors.Is(err, context.Canceled):
		return New(Unavailable, "cancelled", "The request was cancelled.").Because(err)
	}
	return New(Internal, "internal", "Something went wrong on our side.").
		WithHint("Try again; if it happens again, tell the operator the request id.").Because(err)
}

// Is reports whether err carries the code.
func Is(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

// IsKind reports whether err is of the kind.
func IsKind(err error, kind Kind) bool { return err != nil && Of(err).Kind == kind }
