package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the reference that everything is compared with
)

// bare is the reference program: it reads a CSV into Parquet, or runs one
// statement over a Parquet file several times, and prints seconds.
//
//	bare copy FILE.csv OUT.parquet
//	bare query FILE.parquet SQL TIMES
func bare(args []string) error {
	db, err := sql.Open("duckdb", "?threads=2")
	if err != nil {
		return err
	}
	defer db.Close()
	if args[0] == "copy" {
		began := time.Now()
		if _, err := db.Exec(fmt.Sprintf("COPY (FROM read_csv('%s')) TO '%s' (FORMAT parquet, COMPRESSION zstd)", args[1], args[2])); err != nil {
			return err
		}
		fmt.Println(time.Since(began).Seconds())
		return nil
	}
	times, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	if _, err := db.Exec(fmt.Sprintf("CREATE VIEW t AS FROM read_parquet('%s')", args[1])); err != nil {
		return err
	}
	for range times {
		began := time.Now()
		rows, err := db.Query(args[2])
		if err != nil {
			return err
		}
		for rows.Next() {
		}
		rows.Close()
		fmt.Println(time.Since(began).Seconds())
	}
	return nil
}

// runBare runs the reference in a process of its own.
func runBare(args ...string) ([]time.Duration, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, append([]string{"bare"}, args...)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("the reference failed: %w", err)
	}
	var list []time.Duration
	for _, line := range strings.Fields(out.String()) {
		seconds, err := strconv.ParseFloat(line, 64)
		if err != nil {
			return nil, err
		}
		list = append(list, time.Duration(seconds*float64(time.Second)))
	}
	return list, nil
}

// bareCopy times one CSV to Parquet run; the Parquet is left at out.
func bareCopy(file, out string) (time.Duration, error) {
	d, err := runBare("copy", file, filepath.Clean(out))
	if err != nil {
		return 0, err
	}
	return d[0], nil
}
