// Package engine is the door to whatever computes: it says what a query needs
// and what comes back, and names no product.
//
// An Engine runs one checked SELECT over named tables, each a local Parquet
// file, within limits; and runs imports, which read strangers' files, in the
// same kind of killable process. Package enginetest is the conformance suite;
// engine/duckdb computes inside a worker process and engine/worker starts,
// limits, feeds and kills such processes.
package engine
