package xls

import (
	"encoding/binary"
	"errors"
	"math"
)

// The records that matter.
const (
	recFormula    = 0x0006
	recEOF        = 0x000a
	recDate1904   = 0x0022
	recFilePass   = 0x002f
	recContinue   = 0x003c
	recCodePage   = 0x0042
	recColInfo    = 0x007d
	recBoundSheet = 0x0085
	recMulRK      = 0x00bd
	recRString    = 0x00d6
	recXF         = 0x00e0
	recMerged     = 0x00e5
	recSST        = 0x00fc
	recLabelSST   = 0x00fd
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRow        = 0x0208
	recRK         = 0x027e
	recFormat     = 0x041e
	recFormula4   = 0x0406
	recFormula3   = 0x0206
	recBOF        = 0x0809
)

// record is one record of the stream.
type record struct {
	id   uint16
	data []byte
}

func (r record) u16(at int) int {
	if at+2 > len(r.data) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(r.data[at:]))
}

func (r record) u32(at int) uint32 {
	if at+4 > len(r.data) {
		return 0
	}
	return binary.LittleEndian.Uint32(r.data[at:])
}

func (r record) float(at int) float64 {
	if at+8 > len(r.data) {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(r.data[at:]))
}

// reader gives the records of the stream from a place on.
type reader struct {
	data []byte
	pos  int
}

// next gives the next record; ok is false at the end of the stream.
func (r *reader) next() (rec record, ok bool) {
	if r.pos < 0 || r.pos+4 > len(r.data) {
		return rec, false
	}
	rec.id = binary.LittleEndian.Uint16(r.data[r.pos:])
	n := int(binary.LittleEndian.Uint16(r.data[r.pos+2:]))
	from := r.pos + 4
	if from+n > len(r.data) {
		return rec, false
	}
	rec.data = r.data[from : from+n]
	r.pos = from + n
	return rec, true
}

// continued gives the parts of a record that goes on in others.
func (r *reader) continued(first []byte) [][]byte {
	parts := [][]byte{first}
	for {
		at := r.pos
		rec, ok := r.next()
		if !ok || rec.id != recContinue {
			r.pos = at
			return parts
		}
		parts = append(parts, rec.data)
	}
}

var errParts = errors.New("the record ends inside a value")

// parts reads values out of a record and those that continue it.
type parts struct {
	rest [][]byte
	err  error
}

// ready gives the part that holds the next byte.
func (p *parts) ready() bool {
	for len(p.rest) > 0 && len(p.rest[0]) == 0 {
		p.rest = p.rest[1:]
	}
	if len(p.rest) == 0 {
		p.err = errParts
	}
	return p.err == nil
}

func (p *parts) u8() int {
	if !p.ready() {
		return 0
	}
	v := p.rest[0][0]
	p.rest[0] = p.rest[0][1:]
	return int(v)
}

func (p *parts) u16() int { return p.u8() | p.u8()<<8 }
func (p *parts) u32() int { return p.u16() | p.u16()<<16 }

func (p *parts) skip(n int) {
	for n > 0 && p.ready() {
		k := min(n, len(p.rest[0]))
		p.rest[0] = p.rest[0][k:]
		n -= k
	}
}
