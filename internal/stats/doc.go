// Package stats holds the named methods that are computed over the values of
// a result, each with the source that it follows. Values in, values out: what
// is missing (NaN) is left out and counted, and a method that needs more
// values than there are says so instead of guessing.
package stats
