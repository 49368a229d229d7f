// Package blob keeps immutable files under keys: Parquet tables and their
// value indexes. On local disk by default; whatever the store, a reader gets a
// local path, for engines read files.
package blob
