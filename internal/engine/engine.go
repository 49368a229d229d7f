package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"tabletalk/internal/table"
)

// For every table "t" a query may also name "t#rows": the same columns and,
// last, "_row", the position of the row in the file, from 1.
const (
	RowsSuffix = "#rows"
	RowColumn  = "_row"
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
	Count    bool // when rows are cut, go on counting them within the timeout
}

// Engine computes. All methods may be called at once from many goroutines.
type Engine interface {
	// Query runs one SELECT over the tables and returns its rows, at most
	// q.MaxRows of them. Errors: sql_not_allowed, sql_table_not_allowed,
	// sql_function_not_allowed, sql_too_large, sql_invalid, query_timeout,
	// query_memory_exceeded, query_spill_exceeded, result_too_large,
	// engine_crashed, query_quarantined, engine_busy; the context's error
	// when the caller gave up.
	Query(ctx context.Context, tables []Table, q Query) (*table.Rows, error)

	// Stream is Query for results of any size: each is called with batches
	// in order, all with the same columns, at least once; an error of each
	// ends it. A zero MaxRows or MaxBytes is no limit here.
	Stream(ctx context.Context, tables []Table, q Query, each func(*table.Rows) error) error

	// Import runs a job that reads strangers' bytes in a process of its own
	// that can read the files of job.Read and leave files for job.Dir, and
	// reach nothing else.
	Import(ctx context.Context, job Job) (json.RawMessage, error)

	// Version names the engine, for provenance: "duckdb 1.5.6".
	Version() string
}

// Job is work of a named kind for a process of its own. What Body and the
// answer hold is between the caller and the handler of that kind, but for one
// rule: the process sees none of the server's paths. It finds the files of
// Read under the names that JobFile gives, and what it leaves in JobDir is
// moved to Dir when it has answered. A body names files in these ways only.
type Job struct {
	Kind       string   // the handler's name: "ingest", "profile"
	Body       any      // marshalled to JSON
	Read       []string // files it may read
	Dir        string   // where the files go that it leaves; empty: nowhere
	Key        string   // what names the input, such as its hash: one that crashes the engine twice is refused; empty takes Kind, Body and Read
	Timeout    time.Duration
	Progress   func(Progress)        // may be nil; called from one goroutine
	Answered   func(json.RawMessage) // may be nil; called with the answer while the process ends, which takes a moment, before its files are in Dir
	Background bool                  // nobody waits for it: others go first
}

// JobDir is the directory that a job leaves its files in, seen from the job.
const JobDir = "out"

// JobFile is the name of the i-th file of Job.Read, seen from the job.
func JobFile(i int) string { return fmt.Sprintf("in/%d", i) }

// Progress says how far a job is. Total is 0 where it is unknown.
type Progress struct {
	Stage string `json:"stage"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
}
