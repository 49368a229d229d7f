package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// kind is a kind of file: what an upload of it is compared with.
type kind struct {
	than  string  // what reads it
	from  string  // how the bare engine reads the file; "" where something else does
	limit float64 // the most that an upload may take of that; 0: by the size
	lines bool    // it may lose its last lines and is a file of the kind still
}

const (
	pandas  = "pandas with openpyxl"
	copying = "copying"
)

var kinds = map[string]kind{
	".csv":     {than: "bare", from: "read_csv('%s')", lines: true},
	".ndjson":  {than: "bare", from: "read_json('%s', format = 'newline_delimited')", limit: 2.5, lines: true},
	".json":    {than: "bare", from: "read_json('%s')", limit: 2.5},
	".xlsx":    {than: pandas, limit: 1. / 6},
	".parquet": {than: copying},
}

func kindOf(file string) (kind, error) {
	k, ok := kinds[filepath.Ext(file)]
	if !ok {
		return k, fmt.Errorf("%s: there is nothing to compare this kind of file with", file)
	}
	return k, nil
}

// errNotThere says that what a file is compared with is not on this machine.
var errNotThere = errors.New("not there")

// compared lets what the kind is compared with read the file.
func (b *bench) compared(k kind, file string) (reply, error) {
	out := filepath.Join(b.server.dir, "bare.parquet")
	switch k.than {
	case pandas:
		return readWithPandas(file)
	case copying:
		return copyFile(file, out)
	}
	return b.bare.do(order{SQL: fmt.Sprintf("COPY (FROM "+k.from+") TO '%s' (FORMAT parquet, COMPRESSION zstd)", file, out)})
}

// pythonRead prints how long pandas takes, without its own start.
const pythonRead = `import sys, time, pandas
began = time.perf_counter()
pandas.read_excel(sys.argv[1], engine="openpyxl")
print(time.perf_counter() - began)`

// python is the interpreter that has the system's packages, where there is one.
func python() string {
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// has reports whether Python has all of the packages.
func has(packages string) bool {
	return python() != "" && exec.Command(python(), "-c", "import "+packages).Run() == nil
}

func readWithPandas(file string) (reply, error) {
	if !has("pandas, openpyxl") {
		return reply{}, errNotThere
	}
	out, err := exec.Command(python(), "-c", pythonRead, file).Output()
	if err != nil {
		return reply{}, err
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	return reply{Took: time.Duration(seconds * float64(time.Second))}, err
}

// copyFile copies a file to the disk itself.
func copyFile(from, to string) (reply, error) {
	began := time.Now()
	in, err := os.Open(from)
	if err != nil {
		return reply{}, err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return reply{}, err
	}
	defer os.Remove(to)
	_, err = io.Copy(out, in)
	err = errors.Join(err, out.Sync(), out.Close())
	return reply{Took: time.Since(began)}, err
}

// without gives the bytes of the file before its last n lines, so that every
// round uploads something that the server never saw.
func without(file string, n int) (int64, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	tail := make([]byte, min(size, 64<<10))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil {
		return 0, err
	}
	end := len(tail)
	for range n {
		if end = strings.LastIndexByte(strings.TrimSuffix(string(tail[:end]), "\n"), '\n') + 1; end == 0 {
			return 0, fmt.Errorf("%s has too few lines", file)
		}
	}
	return size - int64(len(tail)-end), nil
}
