package duckdb

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"tabletalk/internal/engine/batch"
)

// vector is one column of a chunk, or a part of a nested one.
type vector struct {
	vec   mapping.Vector
	data  unsafe.Pointer
	mask  unsafe.Pointer // bits of the rows that are there; nil: all
	shape *shape
	parts []vector
	json  map[int]string // nested values that were written to be measured
}

func newVector(vec mapping.Vector, s *shape) vector {
	v := vector{vec: vec, data: mapping.VectorGetData(vec), mask: mapping.VectorGetValidity(vec), shape: s}
	switch s.id {
	case mapping.TypeList:
		v.parts = []vector{newVector(mapping.ListVectorGetChild(vec), s.children[0])}
	case mapping.TypeArray:
		v.parts = []vector{newVector(mapping.ArrayVectorGetChild(vec), s.children[0])}
	case mapping.TypeMap:
		entries := mapping.ListVectorGetChild(vec)
		v.parts = []vector{
			newVector(mapping.StructVectorGetChild(entries, 0), s.children[0]),
			newVector(mapping.StructVectorGetChild(entries, 1), s.children[1]),
		}
	case mapping.TypeStruct:
		for i, c := range s.children {
			v.parts = append(v.parts, newVector(mapping.StructVectorGetChild(vec, mapping.IdxT(i)), c))
		}
	case mapping.TypeUnion: // the tag comes first
		v.parts = []vector{newVector(mapping.StructVectorGetChild(vec, 0), &shape{id: mapping.TypeUTinyInt})}
		for i, c := range s.children {
			v.parts = append(v.parts, newVector(mapping.StructVectorGetChild(vec, mapping.IdxT(i+1)), c))
		}
	}
	return v
}

func at[T any](data unsafe.Pointer, row int) T {
	var zero T
	return *(*T)(unsafe.Add(data, uintptr(row)*unsafe.Sizeof(zero)))
}

func (v *vector) valid(row int) bool {
	return v.mask == nil || at[uint64](v.mask, row/64)&(1<<(row%64)) != 0
}

// nullable gives valid for a writer, or nil when no row is missing.
func (v *vector) nullable() func(int) bool {
	if v.mask == nil {
		return nil
	}
	return v.valid
}

// word gives the value of a row of a kind that travels as eight bytes.
func (v *vector) word(row int) uint64 {
	switch v.shape.id {
	case mapping.TypeTinyInt:
		return uint64(at[int8](v.data, row))
	case mapping.TypeSmallInt:
		return uint64(at[int16](v.data, row))
	case mapping.TypeInteger, mapping.TypeDate:
		return uint64(at[int32](v.data, row))
	case mapping.TypeUTinyInt:
		return uint64(at[uint8](v.data, row))
	case mapping.TypeUSmallInt:
		return uint64(at[uint16](v.data, row))
	case mapping.TypeUInteger:
		return uint64(at[uint32](v.data, row))
	case mapping.TypeFloat:
		return math.Float64bits(widen(at[float32](v.data, row)))
	case mapping.TypeTimestampS:
		return scaled(at[int64](v.data, row), 1_000_000)
	case mapping.TypeTimestampMS:
		return scaled(at[int64](v.data, row), 1_000)
	}
	return at[uint64](v.data, row)
}

// scaled keeps the two ends of the calendar where they are.
func scaled(n, by int64) uint64 {
	if n == math.MaxInt64 || n == -math.MaxInt64 {
		return uint64(n)
	}
	return uint64(n * by)
}

// widen gives the float64 that a person would write for a float32: 0.1 stays
// 0.1 and does not become 0.10000000149011612.
func widen(f float32) float64 {
	if wide := float64(f); math.IsInf(wide, 0) || math.IsNaN(wide) {
		return wide
	}
	wide, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	return wide
}

// textSize is the length of text(row). A nested value must be written for
// that, and is kept until it is asked for.
func (v *vector) textSize(row int) int {
	switch {
	case v.shape.id == mapping.TypeVarchar:
		return len(v.bytes(row))
	case v.shape.id == mapping.TypeBit:
		return 8 * len(v.bytes(row))
	case v.shape.id == mapping.TypeBlob:
		return 4 * len(v.bytes(row))
	case len(v.parts) > 0:
		if v.json == nil {
			v.json = map[int]string{}
		}
		v.json[row] = string(v.appendJSON(nil, row))
		return len(v.json[row])
	}
	return 36
}

// bytes gives stored text: short ones lie in the entry, others behind a
// pointer. The result lives as long as the chunk.
func (v *vector) bytes(row int) []byte {
	entry := unsafe.Add(v.data, row*16)
	size := *(*uint32)(entry)
	if size <= 12 {
		return unsafe.Slice((*byte)(unsafe.Add(entry, 4)), size)
	}
	return unsafe.Slice(*(**byte)(unsafe.Add(entry, 8)), size)
}

// text gives the value of a row as people read it.
func (v *vector) text(row int) string {
	switch v.shape.id {
	case mapping.TypeVarchar:
		return string(v.bytes(row))
	case mapping.TypeBlob:
		return blobText(v.bytes(row))
	case mapping.TypeBit:
		return bitText(v.bytes(row))
	case mapping.TypeEnum:
		return v.enumText(row)
	case mapping.TypeUBigInt:
		return strconv.FormatUint(at[uint64](v.data, row), 10)
	case mapping.TypeHugeInt, mapping.TypeUHugeInt, mapping.TypeDecimal:
		return decimalText(v.whole(row), int(v.shape.scale))
	case mapping.TypeUUID:
		return uuidText(at[[2]uint64](v.data, row))
	case mapping.TypeInterval:
		return intervalText(at[interval](v.data, row))
	case mapping.TypeTimestampNS:
		return nanoText(at[int64](v.data, row))
	case mapping.TypeTimeNS:
		return time.Unix(0, at[int64](v.data, row)).UTC().Format("15:04:05.999999999")
	case mapping.TypeTimeTZ:
		return zonedClockText(at[uint64](v.data, row))
	case mapping.TypeSQLNull:
		return ""
	}
	if s, ok := v.json[row]; ok {
		delete(v.json, row)
		return s
	}
	return string(v.appendJSON(nil, row))
}

// whole gives the unscaled integer of a decimal or a huge integer.
func (v *vector) whole(row int) *big.Int {
	storage := v.shape.storage
	if v.shape.id != mapping.TypeDecimal {
		storage = v.shape.id
	}
	switch storage {
	case mapping.TypeSmallInt:
		return big.NewInt(int64(at[int16](v.data, row)))
	case mapping.TypeInteger:
		return big.NewInt(int64(at[int32](v.data, row)))
	case mapping.TypeBigInt:
		return big.NewInt(at[int64](v.data, row))
	}
	halves := at[[2]uint64](v.data, row)
	high := new(big.Int).SetUint64(halves[1])
	if storage == mapping.TypeHugeInt {
		high.SetInt64(int64(halves[1]))
	}
	return high.Lsh(high, 64).Add(high, new(big.Int).SetUint64(halves[0]))
}

func decimalText(n *big.Int, scale int) string {
	s := n.String()
	if scale == 0 {
		return s
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if len(s) <= scale {
		s = strings.Repeat("0", scale+1-len(s)) + s
	}
	return sign + s[:len(s)-scale] + "." + s[len(s)-scale:]
}

func (v *vector) enumText(row int) string {
	var i uint32
	switch v.shape.storage {
	case mapping.TypeUTinyInt:
		i = uint32(at[uint8](v.data, row))
	case mapping.TypeUSmallInt:
		i = uint32(at[uint16](v.data, row))
	default:
		i = at[uint32](v.data, row)
	}
	if int(i) >= len(v.shape.words) {
		return ""
	}
	return v.shape.words[i]
}

// blobText shows bytes as the engine does: printable ones as they are, the
// others as \xNN.
func blobText(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		if c < 32 || c > 126 || c == '\\' || c == '\'' || c == '"' {
			fmt.Fprintf(&s, "\\x%02X", c)
			continue
		}
		s.WriteByte(c)
	}
	return s.String()
}

// bitText writes a bit string; its first byte says how many bits to leave out.
func bitText(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	var s strings.Builder
	for i := 8 + int(b[0]); i < 8*len(b); i++ {
		s.WriteByte('0' + b[i/8]>>(7-i%8)&1)
	}
	return s.String()
}

// uuidText undoes the flipped first bit by which the engine sorts them.
func uuidText(halves [2]uint64) string {
	h := fmt.Sprintf("%016x%016x", halves[1]^(1<<63), halves[0])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

type interval struct {
	months, days int32
	micros       int64
}

func intervalText(i interval) string {
	var parts []string
	add := func(n int32, unit string) {
		switch {
		case n == 1 || n == -1:
			parts = append(parts, fmt.Sprintf("%d %s", n, unit))
		case n != 0:
			parts = append(parts, fmt.Sprintf("%d %ss", n, unit))
		}
	}
	add(i.months/12, "year")
	add(i.months%12, "month")
	add(i.days, "day")
	if i.micros != 0 || len(parts) == 0 {
		parts = append(parts, durationText(i.micros))
	}
	return strings.Join(parts, " ")
}

func durationText(micros int64) string {
	sign := ""
	n := uint64(micros)
	if micros < 0 {
		sign, n = "-", -n
	}
	s := fmt.Sprintf("%s%02d:%02d:%02d", sign, n/3_600_000_000, n/60_000_000%60, n/1_000_000%60)
	if rest := n % 1_000_000; rest != 0 {
		s += strings.TrimRight(fmt.Sprintf(".%06d", rest), "0")
	}
	return s
}

func nanoText(n int64) string {
	if n%1000 == 0 || n == math.MaxInt64 || n == -math.MaxInt64 {
		if n != math.MaxInt64 && n != -math.MaxInt64 {
			n /= 1000
		}
		return batch.TimestampText(n)
	}
	return time.Unix(0, n).UTC().Format("2006-01-02 15:04:05.999999999")
}

// zonedClockText reads 40 bits of microseconds and 24 bits of offset, stored
// so that they sort.
func zonedClockText(bits uint64) string {
	const maxOffset = 16*3600 - 1
	offset := maxOffset - int64(bits&(1<<24-1))
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	return fmt.Sprintf("%s%c%02d:%02d", batch.ClockText(int64(bits>>24)), sign, offset/3600, offset/60%60)
}
