package ingest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"tabletalk/internal/engine"
	"tabletalk/internal/fault"
)

// job is one file on its way to tables.
type job struct {
	spec     Spec
	db       *sql.Conn
	progress func(engine.Progress)
	path     string // of the bytes to read: unpacked, later transcoded
	size     int64
	head     []byte // the first bytes
	whole    bool   // head is all there is
	strange  []byte // a block that is not UTF-8, where the head was
	inside   bool   // of an archive
	base     int64  // lines of the file before the bytes to read
	label    string // what the table is called after; "": the file
	out      Result
}

// Work reads the file of the spec and leaves one Parquet file per table below
// spec.Dir. It runs inside a worker process, on a connection that may read
// spec.File and use spec.Dir and nothing else. Errors are faults that name
// what is wrong with the file, or internal.
func Work(ctx context.Context, db *sql.Conn, spec Spec, progress func(engine.Progress)) (*Result, error) {
	if progress == nil {
		progress = func(engine.Progress) {}
	}
	spec.Limits.defaults()
	if err := spec.check(); err != nil {
		return nil, err
	}
	j := &job{spec: spec, db: db, progress: progress, path: spec.File}
	if err := j.read(ctx); err != nil {
		return nil, err
	}
	if err := j.heed(); err != nil {
		return nil, err
	}
	j.tellExtension()
	j.out.Receipt.Notes = fewNotes(j.out.Receipt.Notes)
	return &j.out, nil
}

// read reads the file, whatever it is.
func (j *job) read(ctx context.Context) error {
	if err := j.unpack(ctx); err != nil {
		return err
	}
	if err := j.readHead(); err != nil {
		return err
	}
	if j.size == 0 {
		return fault.New(fault.Invalid, "file_empty", "%s is empty.", shown(j.spec.Name)).WithHint("Save it again with rows in it.").At("ingest.Work")
	}
	f := sniffFormat(j.head)
	switch {
	case j.spec.Format != "":
		f = formatNamed(j.spec.Format)
	case f.name == "csv" && j.scalarsByName():
		f = formatNamed("json")
	}
	if f.refuse != nil {
		return f.refuse(j)
	}
	j.out.Receipt.Format = f.name
	j.out.Receipt.Notes = append([]Note{}, j.out.Receipt.Notes...)
	return f.read(ctx, j)
}

// notesOfKind is how many notes of one code a receipt holds; a file of a
// thousand columns may deserve more than anybody reads.
const notesOfKind = 12

// fewNotes cuts notes that repeat themselves, and says how many it cut.
func fewNotes(notes []Note) []Note {
	count := map[string]int{}
	out := []Note{}
	for _, n := range notes {
		n.Decision = decidedBy[n.Code]
		if count[n.Code]++; count[n.Code] <= notesOfKind {
			out = append(out, n)
		}
	}
	for _, code := range sortedKeys(count) {
		if more := count[code] - notesOfKind; more > 0 {
			out = append(out, Note{Code: code, Decision: decidedBy[code], Text: "The same holds for " + countOf(int64(more), "more column", "more columns") + "."})
		}
	}
	return out
}

// headBytes is how much of a file is looked at before it is read.
const headBytes = 256 << 10

func (j *job) readHead() error {
	f, err := os.Open(j.path)
	if err != nil {
		return fmt.Errorf("open staged file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	j.size = info.Size()
	j.head = make([]byte, min(j.size, headBytes))
	if _, err := io.ReadFull(f, j.head); err != nil {
		return fmt.Errorf("read staged file: %w", err)
	}
	j.whole = j.size <= headBytes
	return nil
}

// note adds a note to the receipt.
func (j *job) note(code, format string, args ...any) {
	j.out.Receipt.Notes = append(j.out.Receipt.Notes, Note{Code: code, Text: fmt.Sprintf(format, args...)})
}

// stage reports progress.
func (j *job) stage(name string, done, total int64) {
	j.progress(engine.Progress{Stage: name, Done: done, Total: total})
}

// temp names a file of our own below the directory.
func (j *job) temp(name string) string { return filepath.Join(j.spec.Dir, name) }

// shown is a file name for a message.
func shown(name string) string {
	if name = cleanName(name); name == "" {
		return "The file"
	}
	return fmt.Sprintf("%q", clip(name, 100))
}

// quoteID quotes a name for SQL.
func quoteID(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// quoteText quotes a text for SQL.
func quoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// finish hashes a Parquet file and adds it as a table of the result.
func (j *job) finish(t Table) error {
	f, err := os.Open(j.temp(t.File))
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if t.Bytes, err = io.Copy(h, f); err != nil {
		return err
	}
	t.SHA256 = hex.EncodeToString(h.Sum(nil))
	j.out.Tables = append(j.out.Tables, t)
	j.spec.Taken = append(j.spec.Taken, t.Name)
	return nil
}
