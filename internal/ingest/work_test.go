package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
)

// openEngine gives a connection that is locked as in a worker: it reads the
// given files, uses dir, and reaches nothing else.
func openEngine(t testing.TB, dir string, files ...string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("duckdb", "?threads=2&memory_limit=1GB")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	paths := ""
	for i, f := range files {
		if i > 0 {
			paths += ", "
		}
		paths += quoteText(f)
	}
	for _, q := range []string{
		"SET temp_directory = " + quoteText(dir),
		fmt.Sprintf("SET allowed_directories = [%s]", quoteText(dir)),
		fmt.Sprintf("SET allowed_paths = [%s]", paths),
		"SET enable_external_access = false",
		"SET lock_configuration = true",
	} {
		if _, err := conn.ExecContext(context.Background(), q); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

// ingestFile runs Work on a file as a worker would, into a folder of its own
// unless the spec names one.
func ingestFile(t testing.TB, spec Spec) (*Result, *sql.Conn, error) {
	t.Helper()
	if spec.Dir == "" {
		spec.Dir = t.TempDir()
	}
	if spec.Name == "" {
		spec.Name = filepath.Base(spec.File)
	}
	conn := openEngine(t, spec.Dir, spec.File)
	res, err := Work(context.Background(), conn, spec, nil)
	return res, conn, err
}

// into lets a test know the folder of the tables.
func into(dir string) func(*Spec) { return func(s *Spec) { s.Dir = dir } }

// ingestText does the same for text.
func ingestText(t testing.TB, text string, change ...func(*Spec)) (*Result, *sql.Conn, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "test.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	spec := Spec{File: file}
	for _, f := range change {
		f(&spec)
	}
	return ingestFile(t, spec)
}
