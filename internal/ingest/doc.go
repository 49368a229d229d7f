// Package ingest reads strangers' files: it finds out format, encoding,
// dialect, header and types, writes one Parquet file per table, and says in a
// Receipt what it understood, repaired and rejected.
//
// Everything that touches the bytes runs in a worker process (Work); the
// server only names files and reads receipts. A file is completely there or
// not there at all.
package ingest
