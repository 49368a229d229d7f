package duckdb

import (
	"slices"
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/duckdb/duckdb-go/v2/mapping"

	"tabletalk/internal/engine"
	"tabletalk/internal/engine/batch"
	"tabletalk/internal/fault"
	"tabletalk/internal/sqlguard"
)

// Query is one statement for Run. A zero limit is none.
type Query struct {
	SQL      string
	Args     []any // nil, bool, int64, float64, string
	MaxRows  int
	MaxBytes int64
	Count    bool
	Unjudged bool // only tests of the process around it leave the guard out
}

// Sink takes a result: its columns once, then its batches.
type Sink interface {
	Columns([]batch.Column) error
	Batch([]byte) error
}

// Outcome says how a result ended.
type Outcome struct {
	Truncated bool     `json:"truncated"`
	Total     int64    `json:"total"`
	Tables    []string `json:"tables"` // that the statement reads
}

// parameters of the serialisation leave out what is not there, which makes
// the tree a third of its size.
const judgeSQL = `SELECT json_serialize_sql(?::VARCHAR, skip_null := true, skip_empty := true, skip_default := true)::VARCHAR`

// Run judges the statement, runs exactly the text that was judged in a
// read-only transaction, and writes its rows to the sink. Errors are faults;
// one that Poisoned names leaves the instance unusable.
func (d *DB) Run(q Query, sink Sink) (Outcome, error) {
	tables, err := d.judge(q)
	if err != nil {
		return Outcome{}, err
	}
	if err := d.exec("BEGIN TRANSACTION READ ONLY"); err != nil {
		return Outcome{}, poisoned(err)
	}
	out, err := d.run(q, sink)
	out.Tables = tables
	if back := d.exec("ROLLBACK"); back != nil && err == nil {
		return out, poisoned(back)
	}
	return out, err
}

// judge gives the tables that a statement reads, if it may run.
func (d *DB) judge(q Query) ([]string, error) {
	if err := sqlguard.Precheck(q.SQL); err != nil || q.Unjudged {
		return nil, err
	}
	tree, err := d.tree(q.SQL)
	if err != nil {
		return nil, err
	}
	read, err := sqlguard.Check(q.SQL, tree, d.tables)
	var names []string
	for i := 0; i < len(d.tables); i += 2 { // each is followed by its "#rows" form
		if slices.ContainsFunc(read, func(name string) bool {
			return strings.EqualFold(strings.TrimSuffix(name, engine.RowsSuffix), d.tables[i])
		}) {
			names = append(names, d.tables[i])
		}
	}
	return names, err
}

// tree is the statement as the engine's own parser reads it.
func (d *DB) tree(sql string) ([]byte, error) {
	stmt, err := d.prepare(judgeSQL)
	if err != nil {
		return nil, err
	}
	defer mapping.DestroyPrepare(&stmt)
	mapping.BindVarchar(stmt, 1, sql)
	var res mapping.Result
	defer mapping.DestroyResult(&res)
	if mapping.ExecutePrepared(stmt, &res) == mapping.StateError {
		return nil, resultFault(&res)
	}
	chunk := mapping.FetchChunk(res)
	if chunk.Ptr == nil {
		return nil, resultFault(&res)
	}
	defer mapping.DestroyDataChunk(&chunk)
	v := newVector(mapping.DataChunkGetVector(chunk, 0), &shape{id: mapping.TypeVarchar})
	return append([]byte(nil), v.bytes(0)...), nil
}

// prepare takes one statement only; the engine refuses more here, where the
// driver's own Prepare would run all but the last.
func (d *DB) prepare(sql string) (mapping.PreparedStatement, error) {
	var stmt mapping.PreparedStatement
	if mapping.Prepare(d.conn, sql, &stmt) == mapping.StateError {
		err := faultOf(mapping.PrepareError(stmt))
		mapping.DestroyPrepare(&stmt)
		return stmt, err
	}
	return stmt, nil
}

func (d *DB) run(q Query, sink Sink) (Outcome, error) {
	stmt, err := d.prepare(q.SQL)
	if err != nil {
		return Outcome{}, err
	}
	defer mapping.DestroyPrepare(&stmt)
	if err := bind(stmt, q.Args); err != nil {
		return Outcome{}, err
	}
	var res mapping.Result
	defer mapping.DestroyResult(&res)
	if bindings.ExecutePreparedStreaming(stmt, &res) == mapping.StateError {
		return Outcome{}, resultFault(&res)
	}
	columns, shapes, err := columnsOf(&res)
	if err != nil {
		return Outcome{}, err
	}
	if err := sink.Columns(columns); err != nil {
		return Outcome{}, err
	}
	c := cutter{query: q, columns: columns, shapes: shapes, sink: sink}
	return c.drain(&res)
}

func bind(stmt mapping.PreparedStatement, args []any) error {
	if n := int(mapping.NParams(stmt)); n != len(args) {
		return fault.New(fault.Invalid, "sql_invalid", "The SQL has %d placeholders, but %d values came with it.", n, len(args))
	}
	for i, a := range args {
		if bindOne(stmt, mapping.IdxT(i+1), a) == mapping.StateError {
			return fault.New(fault.Invalid, "sql_invalid", "The value for placeholder %d does not fit.", i+1)
		}
	}
	return nil
}

func bindOne(stmt mapping.PreparedStatement, i mapping.IdxT, a any) mapping.State {
	switch a := a.(type) {
	case nil:
		return mapping.BindNull(stmt, i)
	case bool:
		return mapping.BindBoolean(stmt, i, a)
	case int64:
		return mapping.BindInt64(stmt, i, a)
	case float64:
		return mapping.BindDouble(stmt, i, a)
	case string:
		return mapping.BindVarchar(stmt, i, a)
	}
	return mapping.StateError
}
