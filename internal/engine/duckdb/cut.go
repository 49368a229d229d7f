package duckdb

import (
	"github.com/duckdb/duckdb-go/v2/mapping"

	"tabletalk/internal/engine/batch"
	"tabletalk/internal/fault"
)

// cutter writes the chunks of a result until a limit is reached.
type cutter struct {
	query   Query
	columns []batch.Column
	shapes  []*shape
	sink    Sink

	w     batch.Writer
	rows  int   // written
	seen  int64 // rows met, written or not
	bytes int64
	full  bool // a limit was reached; the rest is only counted
}

// drain reads the stream to its end, or to the row after the last that fits.
func (c *cutter) drain(res *mapping.Result) (Outcome, error) {
	for {
		chunk := mapping.FetchChunk(*res)
		if chunk.Ptr == nil {
			break
		}
		err := c.chunk(chunk)
		mapping.DestroyDataChunk(&chunk)
		if err != nil {
			return Outcome{}, err
		}
		if c.full && !c.query.Count {
			return Outcome{Truncated: true, Total: -1}, nil
		}
	}
	if mapping.ResultError(res) != "" {
		return Outcome{}, resultFault(res)
	}
	return Outcome{Truncated: c.full, Total: c.seen}, nil
}

// Limits on what goes into one batch, and on one row where a result has no
// limit of its own.
const (
	batchBytes = 4 << 20
	maxRow     = 64 << 20
)

// chunk writes the next rows, as one batch or, where values are long, several.
func (c *cutter) chunk(chunk mapping.DataChunk) error {
	n := int(mapping.DataChunkGetSize(chunk))
	c.seen += int64(n)
	if c.full {
		return nil
	}
	vectors := make([]vector, len(c.shapes))
	for i, s := range c.shapes {
		vectors[i] = newVector(mapping.DataChunkGetVector(chunk, mapping.IdxT(i)), s)
	}
	for from := 0; from < n && !c.full; {
		to, err := c.fit(vectors, from, n)
		if err != nil {
			return err
		}
		if err := c.emit(vectors, from, to); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// fit says up to which row the limits leave room, and notes when they leave
// none for the rest.
func (c *cutter) fit(vectors []vector, from, n int) (int, error) {
	if c.query.MaxRows > 0 && n > from+c.query.MaxRows-c.rows {
		n, c.full = from+c.query.MaxRows-c.rows, true
	}
	size := int64(0)
	for row := from; row < n; row++ {
		one := c.rowSize(vectors, row)
		switch {
		case c.query.MaxBytes > 0 && c.bytes+one > c.query.MaxBytes:
			if c.rows+row-from == 0 {
				return 0, rowTooLarge(c.query.MaxBytes)
			}
			c.full = true
			return row, nil
		case one > maxRow:
			return 0, rowTooLarge(maxRow)
		case size > 0 && size+one > batchBytes:
			c.full = false
			return row, nil
		}
		size += one
		c.bytes += one
	}
	return n, nil
}

func rowTooLarge(limit int64) error {
	return fault.New(fault.TooLarge, "result_too_large",
		"One row of the result is larger than the limit of %d bytes (query-max-bytes).", limit).
		WithHint("Select fewer columns, or shorten long texts with left(column, 1000).")
}

func (c *cutter) rowSize(vectors []vector, row int) int64 {
	size := int64(0)
	for i := range vectors {
		size += 8
		if c.columns[i].Kind == batch.Text && vectors[i].valid(row) {
			size += int64(vectors[i].textSize(row))
		}
	}
	return size
}

func (c *cutter) emit(vectors []vector, from, to int) error {
	if from == to {
		return nil
	}
	c.rows += to - from
	c.w.Begin(to - from)
	for i := range vectors {
		c.write(&vectors[i], c.columns[i].Kind, from, to)
	}
	return c.sink.Batch(c.w.Bytes())
}

func (c *cutter) write(v *vector, kind batch.Kind, from, to int) {
	c.w.Valid(from, to, v.nullable())
	for row := from; row < to; row++ {
		switch kind {
		case batch.Bool:
			c.w.Byte(at[byte](v.data, row))
		case batch.Text, batch.Digits, batch.Whole:
			c.writeText(v, row)
		default:
			c.writeWord(v, row)
		}
	}
}

// writeText writes what lies in a row that is not there as nothing: the
// memory behind it is not ours to read.
func (c *cutter) writeText(v *vector, row int) {
	if !v.valid(row) {
		c.w.String("")
		return
	}
	c.w.String(v.text(row))
}

func (c *cutter) writeWord(v *vector, row int) {
	if !v.valid(row) {
		c.w.Word(0)
		return
	}
	c.w.Word(v.word(row))
}
