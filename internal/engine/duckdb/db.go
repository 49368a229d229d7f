package duckdb

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"tabletalk/internal/engine"
)

// Settings limit one instance of the engine.
type Settings struct {
	MemoryBytes int64
	TempBytes   int64
	Threads     int
	TempDir     string
}

// Version names the engine and its release.
func Version() string { return "duckdb " + strings.TrimPrefix(mapping.LibraryVersion(), "v") }

// DB is one instance of the engine with one connection. Only Interrupt may be
// called while another method runs.
type DB struct {
	db     mapping.Database
	conn   mapping.Connection
	memory int64
	tables []string // that queries may name, each with its "#rows" form
}

// Open starts a blank instance in memory.
func Open(s Settings) (*DB, error) {
	config, err := newConfig(s)
	if err != nil {
		return nil, err
	}
	defer mapping.DestroyConfig(&config)
	d := &DB{memory: s.MemoryBytes}
	var msg string
	if mapping.OpenExt("", &d.db, config, &msg) == mapping.StateError {
		mapping.Close(&d.db)
		return nil, fmt.Errorf("open engine: %s", msg)
	}
	if mapping.Connect(d.db, &d.conn) == mapping.StateError {
		mapping.Close(&d.db)
		return nil, fmt.Errorf("open engine: no connection")
	}
	return d, nil
}

// options are the settings that hold from the first moment, as the engine
// names them.
func (s Settings) options() map[string]string {
	return map[string]string{
		"memory_limit":                 strconv.FormatInt(s.MemoryBytes, 10) + "B",
		"max_temp_directory_size":      strconv.FormatInt(s.TempBytes, 10) + "B",
		"threads":                      strconv.Itoa(s.Threads),
		"temp_directory":               s.TempDir,
		"autoinstall_known_extensions": "false",
		"autoload_known_extensions":    "false",
		"allow_community_extensions":   "false",
		"allow_persistent_secrets":     "false",
		"allow_unredacted_secrets":     "false",
		"allocator_background_threads": "true", // memory that is free goes back to the system, also while nothing is asked
	}
}

func newConfig(s Settings) (mapping.Config, error) {
	var config mapping.Config
	if mapping.CreateConfig(&config) == mapping.StateError {
		return config, fmt.Errorf("engine configuration: out of memory")
	}
	for name, value := range s.options() {
		if mapping.SetConfig(config, name, value) == mapping.StateError {
			mapping.DestroyConfig(&config)
			return config, fmt.Errorf("engine configuration: %s refused", name)
		}
	}
	return config, nil
}

// Close ends the instance.
func (d *DB) Close() {
	mapping.Disconnect(&d.conn)
	mapping.Close(&d.db)
}

// Interrupt asks the running statement to end. Some never hear it; the owner
// of the process has the last word.
func (d *DB) Interrupt() { mapping.Interrupt(d.conn) }

// exec runs statements of our own making.
func (d *DB) exec(sql string) error {
	var res mapping.Result
	defer mapping.DestroyResult(&res)
	if mapping.Query(d.conn, sql, &res) == mapping.StateError {
		return engineError{text: mapping.ResultError(&res)}
	}
	return nil
}

// Load makes the tables known, each also in its "#rows" form. Tables whose
// files together have at most inMemory bytes, and unpack to a third of the
// memory at most, are read into memory; the others stay views over their
// files.
func (d *DB) Load(tables []engine.Table, inMemory int64) error {
	small, err := d.small(tables, inMemory)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := d.load(t, small); err != nil {
			return err
		}
		d.tables = append(d.tables, t.Name, t.Name+engine.RowsSuffix)
	}
	return nil
}

func (d *DB) small(tables []engine.Table, inMemory int64) (bool, error) {
	var packed, unpacked int64
	for _, t := range tables {
		info, err := os.Stat(t.Path)
		if err != nil {
			return false, fmt.Errorf("table file: %w", err)
		}
		packed += info.Size()
	}
	if packed > inMemory {
		return false, nil
	}
	for _, t := range tables {
		n, err := d.number("SELECT coalesce(sum(total_uncompressed_size), 0)::BIGINT FROM parquet_metadata(" + literal(t.Path) + ")")
		if err != nil {
			return false, err
		}
		unpacked += n
	}
	return unpacked <= d.memory/3, nil
}

// number runs a statement of our own that gives one whole number.
func (d *DB) number(sql string) (int64, error) {
	var res mapping.Result
	defer mapping.DestroyResult(&res)
	if mapping.Query(d.conn, sql, &res) == mapping.StateError {
		return 0, engineError{text: mapping.ResultError(&res)}
	}
	chunk := mapping.FetchChunk(res)
	if chunk.Ptr == nil {
		return 0, engineError{text: "no row where one was expected"}
	}
	defer mapping.DestroyDataChunk(&chunk)
	v := newVector(mapping.DataChunkGetVector(chunk, 0), &shape{id: mapping.TypeBigInt})
	return at[int64](v.data, 0), nil
}

func (d *DB) load(t engine.Table, inMemory bool) error {
	names, err := d.columnNames(t.Path)
	if err != nil {
		return err
	}
	from := "read_parquet(" + literal(t.Path) + ")"
	if inMemory && d.exec("CREATE TABLE "+quote(t.Name)+" AS SELECT * FROM "+from) == nil {
		return d.exec(rowsView(t.Name, quote(t.Name), names, "rowid"))
	}
	if err := d.exec("CREATE VIEW " + quote(t.Name) + " AS SELECT * FROM " + from); err != nil {
		return err
	}
	return d.exec(rowsView(t.Name, from, names, "file_row_number"))
}

// rowsView makes the "#rows" form of a table. The position comes from the
// engine's own counter, unless a column of the file has the counter's name;
// then rows are counted, which keeps their order too but costs a pass.
func rowsView(name, from string, columns []string, counter string) string {
	star := "*"
	for _, c := range columns {
		switch strings.ToLower(c) {
		case counter:
			counter = "(row_number() OVER () - 1)"
		case engine.RowColumn:
			star = "* EXCLUDE (" + quote(c) + ")"
		}
	}
	return "CREATE VIEW " + quote(name+engine.RowsSuffix) + " AS SELECT " + star + ", (" +
		counter + " + 1)::BIGINT AS " + quote(engine.RowColumn) + " FROM " + from
}

func (d *DB) columnNames(path string) ([]string, error) {
	var res mapping.Result
	defer mapping.DestroyResult(&res)
	if mapping.Query(d.conn, "SELECT * FROM read_parquet("+literal(path)+") LIMIT 0", &res) == mapping.StateError {
		return nil, engineError{text: mapping.ResultError(&res)}
	}
	names := make([]string, mapping.ColumnCount(&res))
	for i := range names {
		names[i] = mapping.ColumnName(&res, mapping.IdxT(i))
	}
	return names, nil
}

// Lock shuts the instance: only the named files may still be opened, and no
// setting may change any more.
func (d *DB) Lock(paths, dirs []string) error {
	for _, sql := range lockStatements(paths, dirs) {
		if err := d.exec(sql); err != nil {
			return err
		}
	}
	return nil
}

// lockStatements are in the order that the engine wants them: a list can only
// be set while access is still on, and nothing after the lock.
func lockStatements(paths, dirs []string) []string {
	list := []string{"SET TimeZone = 'UTC'"}
	if len(paths) > 0 {
		list = append(list, "SET allowed_paths = "+literals(paths))
	}
	if len(dirs) > 0 {
		list = append(list, "SET allowed_directories = "+literals(dirs))
	}
	return append(list, "SET enable_external_access = false", "SET lock_configuration = true")
}

func literals(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = literal(filepath.Clean(s))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
