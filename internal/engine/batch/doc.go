// Package batch is the form in which rows travel from a worker to the server:
// columns of up to a few thousand rows, numbers as they lie in memory.
//
// A Writer is filled by the engine inside the worker; Decode makes the values
// of package table of it. The bytes come from a process that ran somebody's
// statement, so Decode believes none of them. It knows no engine; start
// reading at Kind.
package batch
