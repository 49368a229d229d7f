// Package duckdb computes with DuckDB. It runs inside a worker process and
// nowhere else: a statement can end the process that it runs in.
//
// A DB is opened blank, given its tables once (Load), locked (Lock) and then
// answers queries one at a time: judged by package sqlguard, run in a
// read-only transaction, written out as batches. It speaks to the engine
// through the driver's bindings, for only these give results as a stream and
// columns without a detour over single values. OpenJob gives the ordinary
// database/sql view of the engine to imports.
//
// Start reading at DB.Run.
package duckdb
