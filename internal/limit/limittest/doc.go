// Package limittest is the suite that every limiter passes: what package limit
// promises, as tests. A limiter runs it with Run.
package limittest
