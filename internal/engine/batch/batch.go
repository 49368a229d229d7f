package batch

import (
	"encoding/binary"
	"errors"
	"math"
	"strconv"

	"tabletalk/internal/table"
)

// Kind says how the values of a column are written.
type Kind byte

// The kinds. Every fixed kind takes eight bytes a value, a null included:
// simple to skip, and a pipe on one machine is not what a query waits for.
const (
	Bool      Kind = 'b' // one byte
	Int       Kind = 'i' // int64
	Float     Kind = 'f' // float64 bits
	Date      Kind = 'd' // int64 days since 1970
	Timestamp Kind = 't' // int64 microseconds since 1970, no zone
	Instant   Kind = 'z' // int64 microseconds since 1970, UTC
	Clock     Kind = 'c' // int64 microseconds since midnight
	Text      Kind = 's' // length and bytes
	Digits    Kind = 'x' // a decimal number as text
	Whole     Kind = 'h' // a whole number of any size as text
)

// Column is a column of a result with the kind of its values.
type Column struct {
	Name string     `json:"name"`
	Type table.Type `json:"type"`
	Kind Kind       `json:"kind"`
}

// ErrBroken says that bytes are no batch of the columns.
var ErrBroken = errors.New("batch: broken bytes")

// maxRows bounds what one batch may announce; engines produce 2048 at a time.
const maxRows = 1 << 16

// Writer collects one batch. Values are written column by column, each as
// many as Begin announced.
type Writer struct{ buf []byte }

// Begin starts a batch of n rows, reusing the memory of the last one.
func (w *Writer) Begin(n int) { w.buf = binary.AppendUvarint(w.buf[:0], uint64(n)) }

// Bytes gives the batch, valid until the next Begin.
func (w *Writer) Bytes() []byte { return w.buf }

// Valid opens a column: which of the rows from from to to are there. A nil
// valid means all.
func (w *Writer) Valid(from, to int, valid func(int) bool) {
	if valid == nil {
		w.buf = append(w.buf, 0)
		return
	}
	w.buf = append(w.buf, 1)
	for i := from; i < to; i += 8 {
		var b byte
		for j := i; j < min(i+8, to); j++ {
			if valid(j) {
				b |= 1 << (j - i)
			}
		}
		w.buf = append(w.buf, b)
	}
}

// Byte writes one value of a Bool column.
func (w *Writer) Byte(b byte) { w.buf = append(w.buf, b) }

// Word writes one value of a column of eight bytes a value.
func (w *Writer) Word(v uint64) { w.buf = binary.LittleEndian.AppendUint64(w.buf, v) }

// String writes one value of a Text, Digits or Whole column.
func (w *Writer) String(s string) {
	w.buf = binary.AppendUvarint(w.buf, uint64(len(s)))
	w.buf = append(w.buf, s...)
}

// Decode appends the rows of a batch to rows.
func Decode(data []byte, columns []Column, rows [][]table.Value) ([][]table.Value, error) {
	n, used := binary.Uvarint(data)
	if used <= 0 || n > maxRows || int(n)*len(columns) > 8*len(data) {
		return rows, ErrBroken
	}
	d := decoder{data: data[used:], n: int(n), width: len(columns)}
	d.cells = make([]table.Value, d.n*d.width)
	for i, c := range columns {
		if err := d.column(i, c.Kind); err != nil {
			return rows, err
		}
	}
	if len(d.data) != 0 {
		return rows, ErrBroken
	}
	for r := range d.n {
		rows = append(rows, d.cells[r*d.width:(r+1)*d.width:(r+1)*d.width])
	}
	return rows, nil
}

type decoder struct {
	data  []byte
	valid []byte // bitmap of the column being read; nil: all
	cells []table.Value
	n     int
	width int
}

func (d *decoder) take(n int) ([]byte, bool) {
	if n < 0 || n > len(d.data) {
		return nil, false
	}
	b := d.data[:n]
	d.data = d.data[n:]
	return b, true
}

func (d *decoder) column(col int, kind Kind) error {
	flag, ok := d.take(1)
	if !ok || flag[0] > 1 {
		return ErrBroken
	}
	d.valid = nil
	if flag[0] == 1 {
		if d.valid, ok = d.take((d.n + 7) / 8); !ok {
			return ErrBroken
		}
	}
	switch kind {
	case Bool:
		return d.bools(col)
	case Text, Digits, Whole:
		return d.strings(col, kind)
	case Int, Float, Date, Timestamp, Instant, Clock:
		return d.words(col, kind)
	}
	return ErrBroken
}

func (d *decoder) there(i int) bool {
	return d.valid == nil || d.valid[i/8]&(1<<(i%8)) != 0
}

func (d *decoder) bools(col int) error {
	b, ok := d.take(d.n)
	if !ok {
		return ErrBroken
	}
	for i := range d.n {
		if d.there(i) {
			d.cells[i*d.width+col] = b[i] != 0
		}
	}
	return nil
}

func (d *decoder) words(col int, kind Kind) error {
	b, ok := d.take(8 * d.n)
	if !ok {
		return ErrBroken
	}
	value := wordValue(kind)
	for i := range d.n {
		if d.there(i) {
			d.cells[i*d.width+col] = value(binary.LittleEndian.Uint64(b[8*i:]))
		}
	}
	return nil
}

func wordValue(kind Kind) func(uint64) table.Value {
	switch kind {
	case Float:
		return func(u uint64) table.Value { return floatValue(math.Float64frombits(u)) }
	case Date:
		return func(u uint64) table.Value { return DateText(int64(u)) }
	case Timestamp:
		return func(u uint64) table.Value { return TimestampText(int64(u)) }
	case Instant:
		return func(u uint64) table.Value { return InstantText(int64(u)) }
	case Clock:
		return func(u uint64) table.Value { return ClockText(int64(u)) }
	}
	return func(u uint64) table.Value { return int64(u) }
}

// floatValue keeps numbers as they are and names what JSON has no number for.
func floatValue(f float64) table.Value {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return f
}

// strings reads the lengths and bytes of a column. All its values share one
// allocation of text.
func (d *decoder) strings(col int, kind Kind) error {
	for i := range d.n {
		size, used := binary.Uvarint(d.data)
		if used <= 0 || size > uint64(len(d.data)-used) {
			return ErrBroken
		}
		b := d.data[used : used+int(size)]
		d.data = d.data[used+int(size):]
		if d.there(i) {
			v, ok := textValue(string(b), kind)
			if !ok {
				return ErrBroken
			}
			d.cells[i*d.width+col] = v
		}
	}
	return nil
}

func textValue(s string, kind Kind) (table.Value, bool) {
	switch kind {
	case Digits:
		return table.Exact(s), isNumber(s)
	case Whole:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, true
		}
		return table.Exact(s), isNumber(s)
	}
	return s, true
}

// isNumber keeps an Exact a JSON number: it is written without quotes later.
func isNumber(s string) bool {
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	dot := -1
	for i := range len(s) {
		switch {
		case s[i] == '.' && dot < 0:
			dot = i
		case s[i] < '0' || s[i] > '9':
			return false
		}
	}
	return len(s) > 0 && dot != 0 && dot != len(s)-1
}
