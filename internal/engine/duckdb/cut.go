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

func (c *cutter) chunk(chunk mapping.DataChunk) error {
	n := int(mapping.DataChunkGetSize(chunk))
	c.seen += int64(n)
	if c.full || n == 0 {
		return nil
	}
	vectors := make([]vector, len(c.shapes))
	for i, s := range c.shapes {
		vectors[i] = newVector(mapping.DataChunkGetVector(chunk, mapping.IdxT(i)), s)
	}
	fit, err := c.fit(vectors, n)
	if err != nil {
		return err
	}
	c.full = fit < n
	if fit == 0 {
		return nil
	}
	c.rows += fit
	c.w.Begin(fit)
	for i := range vectors {
		c.write(&vectors[i], c.columns[i].Kind, fit)
	}
	return c.sink.Batch(c.w.Bytes())
}

// fit says how many of the next n rows the limits leave room for.
func (c *cutter) fit(vectors []vector, n int) (int, error) {
	if c.query.MaxRows > 0 {
		n = min(n, c.query.MaxRows-c.rows)
	}
	if c.query.MaxBytes <= 0 {
		return n, nil
	}
	for row := range n {
		c.bytes += c.rowSize(vectors, row)
		if c.bytes <= c.query.MaxBytes {
			continue
		}
		if c.rows+row == 0 {
			return 0, fault.New(fault.TooLarge, "result_too_large",
				"One row of the result is larger than the limit of %d bytes for a whole result (max-result-bytes).", c.query.MaxBytes).
				WithHint("Select fewer columns, or shorten long texts with left(column, 1000).")
		}
		return row, nil
	}
	return n, nil
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

func (c *cutter) write(v *vector, kind batch.Kind, n int) {
	c.w.Valid(n, v.nullable())
	switch kind {
	case batch.Bool:
		for row := range n {
			c.w.Byte(at[byte](v.data, row))
		}
	case batch.Text, batch.Digits, batch.Whole:
		for row := range n {
			c.writeText(v, row)
		}
	default:
		for row := range n {
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
