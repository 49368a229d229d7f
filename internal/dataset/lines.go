package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"tabletalk/internal/fault"
)

// lines cuts a stream into records: lines, and of CSV the lines that a quoted
// cell goes on over.
type lines struct {
	r     io.Reader
	limit int // bytes of one record
	csv   bool
}

// lineRecord is a record with its line break, or why no more came: an end of
// the stream closes the channel instead.
type lineRecord struct {
	text []byte
	line int64
	err  error
}

// start reads in the background, so that a batch can end while the next line
// is waited for. Of a stream that breaks off the unfinished line is left out.
func (l *lines) start(stop <-chan struct{}) <-chan lineRecord {
	out := make(chan lineRecord, 64)
	go func() {
		defer close(out)
		in, line := bufio.NewReaderSize(l.r, 64<<10), int64(1)
		for {
			text, err := l.record(in)
			rec := lineRecord{text: text, line: line}
			if err != nil && !errors.Is(err, io.EOF) {
				rec = lineRecord{err: err}
			}
			if rec.err != nil || len(text) > 0 {
				select {
				case out <- rec:
				case <-stop:
					return
				}
			}
			if err != nil {
				return
			}
			line += int64(bytes.Count(text, []byte{'\n'}))
		}
	}()
	return out
}

// record reads a line, and the lines behind it that belong to a quoted cell.
func (l *lines) record(in *bufio.Reader) ([]byte, error) {
	var out []byte
	open := false
	for {
		part, err := in.ReadSlice('\n')
		out = append(out, part...)
		if len(out) > l.limit {
			return nil, fault.New(fault.TooLarge, "line_too_long", "A line is longer than the limit of %d bytes (max-line-bytes).", l.limit).At("dataset.AppendLines")
		}
		if l.csv {
			open = open != (bytes.Count(part, []byte{'"'})&1 == 1)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err == nil && open:
		case errors.Is(err, io.EOF) && len(out) > 0 && out[len(out)-1] != '\n':
			return append(out, '\n'), err
		default:
			return out, err
		}
	}
}
