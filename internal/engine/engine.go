package engine

import (
	"context"
	"encoding/json"
	"time"

	"tabletalk/internal/table"
)

// Table is a table that a query may name.
type Table struct {
	Name   string // the name in SQL
	Path   string // a local Parquet file, never written to again
	SHA256 string // of the file: what a worker is matched by
}

// Query is one SELECT with its arguments and limits. A zero limit takes the
// engine's default setting.
type Query struct {
	SQL      string
	Args     []any // for ? placeholders: nil, bool, int64, float64, string
	MaxRows  int   // more rows are cut and the result says so
	MaxBytes int64
	Timeout  time.Duration
}

// Engine computes. All methods may be called at once from many goroutines.
type Engine interface {
	// Query runs one SELECT over the tables and returns its rows, at most
	// q.MaxRows of them. Errors: sql_not_allowed, sql_table_not_allowed,
	// sql_function_not_allowed, sql_invalid, query_timeout,
	// query_memory_exceeded, engine_crashed.
	Query(ctx context.Context, tables []Table, q Query) (*table.Rows, error)

	// Stream is Query for results of any size: each is called with batches
	// in order, all with the same columns; an error of each ends it.
	Stream(ctx context.Context, tables []Table, q Query, each func(*table.Rows) error) error

	// Import runs a job that reads strangers' bytes in a process that can
	// read job.Read and write below job.Dir only.
	Import(ctx context.Context, job Job) (json.RawMessage, error)

	// Version names the engine, for provenance: "duckdb 1.5.6".
	Version() string
}

// Job is work of a named kind for a process of its own. What Body and the
// answer hold is between the caller and the handler of that kind.
type Job struct {
	Kind     string   // the handler's name: "ingest", "profile"
	Body     any      // marshalled to JSON
	Read     []string // files it may read
	Dir      string   // the directory it may write below
	Timeout  time.Duration
	Progress func(Progress) // may be nil; called from one goroutine
}

// Progress says how far a job is. Total is 0 where it is unknown.
type Progress struct {
	Stage string `json:"stage"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
}
