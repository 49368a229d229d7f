package catalog

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

const indexMagic = "ttix1"

var errDamagedIndex = errors.New("the value index is damaged")

// MarshalBinary gives the form in which an index is stored.
func (x *Index) MarshalBinary() ([]byte, error) {
	w := writer{b: []byte(indexMagic)}
	w.num(uint32(len(x.columns)))
	for i, c := range x.columns {
		w.text(c)
		w.flag(x.complete[i])
	}
	w.packed(x.values)
	for i := range x.values.len() {
		w.num(uint32(x.column[i]))
		w.num(x.rows[i])
	}
	for _, k := range x.keys {
		w.b = binary.LittleEndian.AppendUint64(w.b, k.hash)
		w.num(k.id)
	}
	w.packed(x.words)
	w.nums(x.postings)
	w.nums(x.starts)
	return binary.LittleEndian.AppendUint32(w.b, crc32.ChecksumIEEE(w.b)), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; a damaged form is an error.
func (x *Index) UnmarshalBinary(b []byte) error {
	if len(b) < len(indexMagic)+4 || string(b[:len(indexMagic)]) != indexMagic {
		return errDamagedIndex
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return errDamagedIndex
	}
	r := reader{b: body[len(indexMagic):]}
	var y Index
	for range r.count(5) {
		y.columns = append(y.columns, r.text())
		y.complete = append(y.complete, r.flag())
	}
	y.values = r.packed()
	n := y.values.len()
	for i := 0; i < n && !r.bad; i++ {
		y.column = append(y.column, uint16(r.num()))
		y.rows = append(y.rows, r.num())
	}
	for i := 0; i < n && !r.bad; i++ {
		y.keys = append(y.keys, key{r.long(), r.num()})
	}
	y.words = r.packed()
	y.postings = r.nums()
	y.starts = r.nums()
	if r.bad || len(r.b) > 0 || !y.sound() {
		return errDamagedIndex
	}
	*x = y
	x.indexFuzzy()
	return nil
}

// sound checks that every reference of the index points inside it.
func (x *Index) sound() bool {
	n := uint32(x.values.len())
	if len(x.starts) != x.words.len()+1 || x.starts[len(x.starts)-1] != uint32(len(x.postings)) {
		return false
	}
	for i := range x.column {
		if int(x.column[i]) >= len(x.columns) || x.keys[i].id >= n {
			return false
		}
	}
	for _, id := range x.postings {
		if id >= n {
			return false
		}
	}
	for i := 1; i < len(x.starts); i++ {
		if x.starts[i] < x.starts[i-1] {
			return false
		}
	}
	return true
}

type writer struct{ b []byte }

func (w *writer) num(n uint32) { w.b = binary.LittleEndian.AppendUint32(w.b, n) }

func (w *writer) text(s string) {
	w.num(uint32(len(s)))
	w.b = append(w.b, s...)
}

func (w *writer) flag(f bool) {
	c := byte(0)
	if f {
		c = 1
	}
	w.b = append(w.b, c)
}

func (w *writer) nums(list []uint32) {
	w.num(uint32(len(list)))
	for _, n := range list {
		w.num(n)
	}
}

func (w *writer) packed(p packed) {
	w.text(p.text)
	w.nums(p.ends)
}

// reader takes fields off the front; what is too short makes it bad and zero.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.bad = true
		r.b = nil
		return make([]byte, 8)
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) num() uint32  { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *reader) long() uint64 { return binary.LittleEndian.Uint64(r.take(8)) }
func (r *reader) flag() bool   { return r.take(1)[0] == 1 }

// count reads a length of entries that take at least size bytes each.
func (r *reader) count(size int) int {
	n := int(r.num())
	if n*size > len(r.b) {
		r.bad = true
		return 0
	}
	return n
}

func (r *reader) text() string {
	n := r.count(1)
	return string(r.take(n))
}

func (r *reader) nums() []uint32 {
	out := make([]uint32, r.count(4))
	for i := range out {
		out[i] = r.num()
	}
	return out
}

func (r *reader) packed() packed {
	p := packed{text: r.text(), ends: r.nums()}
	last := uint32(0)
	for _, e := range p.ends {
		if e < last || int(e) > len(p.text) {
			r.bad = true
			return packed{}
		}
		last = e
	}
	return p
}
