package llm

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kind says what went wrong with a call.
type Kind string

// The kinds.
const (
	Unreachable Kind = "unreachable" // no connection, or it broke before an answer
	Cut         Kind = "cut"         // the answer ended before it was whole
	Stalled     Kind = "stalled"     // nothing came for too long
	Garbled     Kind = "garbled"     // what came is no answer
	Limited     Kind = "limited"     // too many requests: later
	Overloaded  Kind = "overloaded"  // the server has too much to do
	Broken      Kind = "broken"      // the server failed
	Denied      Kind = "denied"      // the key is wrong or may not do this
	Unpaid      Kind = "unpaid"      // no credit, or a spending limit
	Missing     Kind = "missing"     // no such model or address
	Rejected    Kind = "rejected"    // the request cannot be served as it is
	Resting     Kind = "resting"     // not asked: it failed too often just now
)

// Error is why there is no response.
type Error struct {
	Kind      Kind
	Status    int // of HTTP; 0 where there was none
	RequestID string
	After     time.Duration // when the server wants to be asked again; 0 where it did not say
	Err       error         // for the log only: it may hold what the server wrote
}

// Error is for the log.
func (e *Error) Error() string {
	text := "model call: " + string(e.Kind)
	if e.Status != 0 {
		text += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Retryable reports whether the same call may succeed later.
func (e *Error) Retryable() bool {
	switch e.Kind {
	case Unreachable, Cut, Stalled, Limited, Overloaded, Broken:
		return true
	}
	return false
}

// Lost reports whether an answer had begun: what was written of it may cost.
func (e *Error) Lost() bool {
	return e.Kind == Cut || e.Kind == Stalled || e.Kind == Garbled
}

// Failure makes an Error of whatever a call failed with; a caller who gave up
// gets the context's error.
func Failure(ctx context.Context, err error) error {
	var e *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return e
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return &Error{Kind: Unreachable, Err: err}
}

// Sentence says what went wrong for a person: no text of the server, no
// address, no key.
func Sentence(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		if errors.Is(err, context.DeadlineExceeded) {
			return "it took longer than it may (model-timeout)"
		}
		return "it could not be asked"
	}
	if text, ok := sentences[e.Kind]; ok {
		return text
	}
	return "it could not be asked"
}

var sentences = map[Kind]string{
	Unreachable: "it could not be reached",
	Cut:         "its answer broke off",
	Stalled:     "it stopped answering",
	Garbled:     "its answer made no sense",
	Limited:     "it takes no more requests for now",
	Overloaded:  "it has too much to do",
	Broken:      "its server failed",
	Denied:      "its key was not accepted",
	Unpaid:      "its account has no credit left",
	Missing:     "it is not at the address that is set",
	Rejected:    "it did not take the request",
	Resting:     "it failed too often in the last minute",
}
