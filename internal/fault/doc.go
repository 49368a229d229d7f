// Package fault holds the one error type of the product.
//
// An Error is made at the door of a package: where a reason is known that a
// person can act on. Inside a package errors are wrapped with %w as usual; an
// error that never met a fault is internal, and its text stays in the log.
//
// Message and Hint are written for the person who asked; Err is for the log
// and is never sent to a client. Standard library only.
package fault
