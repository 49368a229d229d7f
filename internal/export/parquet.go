package export

import (
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"tabletalk/internal/table"
)

// A row group is written when it has this many rows or about this many bytes.
const (
	groupRows  = 64 << 10
	groupBytes = 32 << 20
)

// parquetSink gathers one row group column by column and writes it. The file
// is opened with the first group, because only values tell the scale of a
// decimal column and whether datetimes name an offset.
type parquetSink struct {
	w       *tally
	names   []string
	columns []parquetColumn
	rows    int
	bytes   int
	file    *file.Writer
}

// parquetColumn gathers the values of one column for a row group.
type parquetColumn interface {
	// add takes a value and gives its approximate size; false means that it
	// does not fit the type.
	add(v table.Value) (size int, ok bool)
	// node describes the column, once, after the first group was gathered.
	node(name string) (schema.Node, error)
	// flush writes what was gathered and forgets it; false means that a
	// value does not fit what node said.
	flush(w file.ColumnChunkWriter) (ok bool, err error)
}

// tally keeps the first error of a writer to itself, for whoever asks after
// each row group: the library panics at some errors and loses others. It also
// hides that w may be closed.
type tally struct {
	w   io.Writer
	err error
}

func (t *tally) Write(p []byte) (int, error) {
	if t.err == nil {
		_, t.err = t.w.Write(p)
	}
	return len(p), nil
}

func newParquet(w io.Writer, r Request) *parquetSink {
	s := &parquetSink{w: &tally{w: w}, names: distinctNames(r.Columns)}
	for _, c := range r.Columns {
		s.columns = append(s.columns, newParquetColumn(c))
	}
	return s
}

func (s *parquetSink) write(rows *table.Rows) error {
	for _, row := range rows.Values {
		for i, v := range row {
			size, ok := s.columns[i].add(v)
			if !ok {
				return misfit(s.names[i], "its type, or the values before it")
			}
			s.bytes += size
		}
		if s.rows++; s.rows >= groupRows || s.bytes >= groupBytes {
			if err := s.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *parquetSink) finish() error {
	if s.rows > 0 || s.file == nil {
		if err := s.flush(); err != nil {
			return err
		}
	}
	if err := s.file.FlushWithFooter(); err != nil {
		return fmt.Errorf("write the footer: %w", err)
	}
	return s.w.err
}

// close lets go of the library's buffers; what it may still write goes
// nowhere.
func (s *parquetSink) close() {
	if s.file != nil {
		s.w.w = io.Discard
		_ = s.file.Close()
	}
}

func (s *parquetSink) flush() error {
	if s.file == nil {
		if err := s.open(); err != nil {
			return err
		}
	}
	if s.rows == 0 {
		return nil
	}
	group := s.file.AppendRowGroup()
	for i, c := range s.columns {
		if err := s.flushColumn(group, i, c); err != nil {
			return err
		}
	}
	if err := group.Close(); err != nil {
		return fmt.Errorf("write a row group: %w", err)
	}
	s.rows, s.bytes = 0, 0
	return s.w.err
}

func (s *parquetSink) flushColumn(group file.SerialRowGroupWriter, i int, c parquetColumn) error {
	w, err := group.NextColumn()
	if err != nil {
		return fmt.Errorf("begin the column %q: %w", s.names[i], err)
	}
	ok, err := c.flush(w)
	if err != nil {
		return fmt.Errorf("write the column %q: %w", s.names[i], err)
	}
	if !ok {
		return misfit(s.names[i], "the scale of its first rows")
	}
	return w.Close()
}

func (s *parquetSink) open() error {
	fields := make(schema.FieldList, len(s.columns))
	for i, c := range s.columns {
		node, err := c.node(s.names[i])
		if err != nil {
			return fmt.Errorf("describe the column %q: %w", s.names[i], err)
		}
		fields[i] = node
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return fmt.Errorf("describe the table: %w", err)
	}
	s.file = file.NewParquetWriter(s.w, root, file.WithWriterProps(parquet.NewWriterProperties(
		parquet.WithCompression(compress.Codecs.Zstd), parquet.WithCreatedBy("tabletalk"))))
	return nil
}
