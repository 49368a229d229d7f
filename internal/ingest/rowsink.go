package ingest

import (
	"io"
	"sync/atomic"
)

// cellBlock is some rows: the texts of their cells, one behind the other.
type cellBlock struct {
	text []byte
	ends []int // of each cell
}

// sinkBytes is how much text a block holds, about.
const sinkBytes = 128 << 10

// rowSink looks at the cells of rows and writes them as plain CSV, a block at
// a time, while the next rows are read. Close it.
type rowSink struct {
	s      *scan
	w      io.Writer
	block  cellBlock
	full   chan cellBlock
	free   chan cellBlock
	failed atomic.Bool
	done   chan error
}

func newRowSink(s *scan, w io.Writer) *rowSink {
	k := &rowSink{s: s, w: w, full: make(chan cellBlock), free: make(chan cellBlock, 2), done: make(chan error, 1)}
	k.free <- cellBlock{}
	go k.run()
	return k
}

// cell adds the next cell of a row.
func (k *rowSink) cell(text []byte) {
	k.block.text = append(k.block.text, text...)
	k.block.ends = append(k.block.ends, len(k.block.text))
}

// endRow ends a row. Its error only says that there is no use in going on;
// why, Close tells.
func (k *rowSink) endRow() error {
	if len(k.block.text) >= sinkBytes || len(k.block.ends) >= sinkBytes {
		k.send()
	}
	if k.failed.Load() {
		return errEnough
	}
	return nil
}

func (k *rowSink) send() {
	k.full <- k.block
	used := <-k.free
	k.block = cellBlock{used.text[:0], used.ends[:0]}
}

// close writes what is left, and tells the first error.
func (k *rowSink) close() error {
	k.full <- k.block
	close(k.full)
	return <-k.done
}

// run is the other side.
func (k *rowSink) run() {
	var err error
	row, rows := []byte(nil), int64(0)
	cells := make([][]byte, len(k.s.cols))
	for b := range k.full {
		for from, at := 0, 0; at+len(cells) <= len(b.ends) && len(cells) > 0 && err == nil; at += len(cells) {
			rows++
			for i, end := range b.ends[at : at+len(cells)] {
				cells[i] = b.text[from:end]
				k.s.cols[i].add(cells[i], rows)
				from = end
			}
			row = appendTidy(row[:0], cells, len(cells))
			k.s.widest = max(k.s.widest, len(row))
			_, err = k.w.Write(row)
		}
		k.failed.Store(err != nil)
		k.free <- b
	}
	k.done <- err
}
