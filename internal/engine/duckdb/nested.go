package duckdb

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"tabletalk/internal/engine/batch"
)

// appendJSON writes a value as JSON: what lists and structs become, for a
// cell holds one value.
func (v *vector) appendJSON(b []byte, row int) []byte {
	if !v.valid(row) {
		return append(b, "null"...)
	}
	switch v.shape.id {
	case mapping.TypeList:
		entry := at[[2]uint64](v.data, row)
		return v.parts[0].appendItems(b, entry[0], entry[1])
	case mapping.TypeArray:
		return v.parts[0].appendItems(b, uint64(row)*v.shape.size, v.shape.size)
	case mapping.TypeStruct:
		return v.appendObject(b, row)
	case mapping.TypeMap:
		return v.appendMap(b, row)
	case mapping.TypeUnion:
		if tag := int(at[uint8](v.parts[0].data, row)) + 1; tag < len(v.parts) {
			return v.parts[tag].appendJSON(b, row)
		}
		return append(b, "null"...)
	}
	return v.appendScalar(b, row)
}

func (v *vector) appendItems(b []byte, from, n uint64) []byte {
	b = append(b, '[')
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = v.appendJSON(b, int(from+i))
	}
	return append(b, ']')
}

func (v *vector) appendObject(b []byte, row int) []byte {
	b = append(b, '{')
	for i := range v.parts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, v.shape.names[i]), ':')
		b = v.parts[i].appendJSON(b, row)
	}
	return append(b, '}')
}

// appendMap writes a map as an object; a key is written as text.
func (v *vector) appendMap(b []byte, row int) []byte {
	entry := at[[2]uint64](v.data, row)
	b = append(b, '{')
	for i := range entry[1] {
		if i > 0 {
			b = append(b, ',')
		}
		key := v.parts[0].appendJSON(nil, int(entry[0]+i))
		if len(key) == 0 || key[0] != '"' {
			key = appendString(nil, string(key))
		}
		b = append(append(b, key...), ':')
		b = v.parts[1].appendJSON(b, int(entry[0]+i))
	}
	return append(b, '}')
}

func (v *vector) appendScalar(b []byte, row int) []byte {
	_, kind := v.shape.column()
	switch kind {
	case batch.Bool:
		return strconv.AppendBool(b, at[uint8](v.data, row) != 0)
	case batch.Int:
		return strconv.AppendInt(b, int64(v.word(row)), 10)
	case batch.Float:
		f := math.Float64frombits(v.word(row))
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return appendString(b, strconv.FormatFloat(f, 'g', -1, 64))
		}
		return strconv.AppendFloat(b, f, 'g', -1, 64)
	case batch.Digits, batch.Whole:
		return append(b, v.text(row)...)
	case batch.Date:
		return appendString(b, batch.DateText(int64(v.word(row))))
	case batch.Timestamp:
		return appendString(b, batch.TimestampText(int64(v.word(row))))
	case batch.Instant:
		return appendString(b, batch.InstantText(int64(v.word(row))))
	case batch.Clock:
		return appendString(b, batch.ClockText(int64(v.word(row))))
	}
	return appendString(b, v.text(row))
}

func appendString(b []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		return append(b, `""`...)
	}
	return append(b, quoted...)
}
