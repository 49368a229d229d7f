package duckdb

import (
	"github.com/duckdb/duckdb-go/v2/mapping"

	"tabletalk/internal/engine/batch"
	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// shape is a type of the engine, copied out of its handles.
type shape struct {
	id       mapping.Type
	scale    uint8
	storage  mapping.Type // of decimals and enums
	words    []string     // of an enum
	size     uint64       // of an array
	names    []string     // of a struct or union
	children []*shape
}

// newShape copies a type and releases its handle.
func newShape(lt mapping.LogicalType) *shape {
	defer mapping.DestroyLogicalType(&lt)
	s := &shape{id: mapping.GetTypeId(lt)}
	switch s.id {
	case mapping.TypeDecimal:
		s.scale, s.storage = mapping.DecimalScale(lt), mapping.DecimalInternalType(lt)
	case mapping.TypeEnum:
		s.storage = mapping.EnumInternalType(lt)
		for i := range mapping.EnumDictionarySize(lt) {
			s.words = append(s.words, mapping.EnumDictionaryValue(lt, mapping.IdxT(i)))
		}
	case mapping.TypeList:
		s.children = []*shape{newShape(mapping.ListTypeChildType(lt))}
	case mapping.TypeArray:
		s.size = uint64(mapping.ArrayTypeArraySize(lt))
		s.children = []*shape{newShape(mapping.ArrayTypeChildType(lt))}
	case mapping.TypeMap:
		s.children = []*shape{newShape(mapping.MapTypeKeyType(lt)), newShape(mapping.MapTypeValueType(lt))}
	case mapping.TypeStruct:
		for i := range mapping.StructTypeChildCount(lt) {
			s.names = append(s.names, mapping.StructTypeChildName(lt, i))
			s.children = append(s.children, newShape(mapping.StructTypeChildType(lt, i)))
		}
	case mapping.TypeUnion:
		for i := range mapping.UnionTypeMemberCount(lt) {
			s.names = append(s.names, mapping.UnionTypeMemberName(lt, i))
			s.children = append(s.children, newShape(mapping.UnionTypeMemberType(lt, i)))
		}
	}
	return s
}

// columnsOf describes a result.
func columnsOf(res *mapping.Result) ([]batch.Column, []*shape, error) {
	n := int(mapping.ColumnCount(res))
	columns, shapes := make([]batch.Column, n), make([]*shape, n)
	for i := range n {
		shapes[i] = newShape(mapping.ColumnLogicalType(res, mapping.IdxT(i)))
		name := mapping.ColumnName(res, mapping.IdxT(i))
		if !shapes[i].known() {
			return nil, nil, fault.New(fault.Invalid, "sql_invalid", "The column %q has a type that cannot be shown.", name).
				WithHint("Cast it to text: CAST(... AS VARCHAR).")
		}
		columns[i] = batch.Column{Name: name}
		columns[i].Type, columns[i].Kind = shapes[i].column()
	}
	return columns, shapes, nil
}

// known reports whether every part of the type can be written.
func (s *shape) known() bool {
	for _, c := range s.children {
		if !c.known() {
			return false
		}
	}
	switch s.id {
	case mapping.TypeInvalid, mapping.TypeAny, mapping.TypeBigNum, mapping.TypeStringLiteral,
		mapping.TypeIntegerLiteral, mapping.TypeGeometry, mapping.TypeVariant:
		return false
	}
	return true
}

// column says what a column of the type is to people, and how it travels.
func (s *shape) column() (table.Type, batch.Kind) {
	switch s.id {
	case mapping.TypeBoolean:
		return table.Boolean, batch.Bool
	case mapping.TypeTinyInt, mapping.TypeSmallInt, mapping.TypeInteger, mapping.TypeBigInt,
		mapping.TypeUTinyInt, mapping.TypeUSmallInt, mapping.TypeUInteger:
		return table.Integer, batch.Int
	case mapping.TypeUBigInt, mapping.TypeHugeInt, mapping.TypeUHugeInt:
		return table.Integer, batch.Whole
	case mapping.TypeFloat, mapping.TypeDouble:
		return table.Float, batch.Float
	case mapping.TypeDecimal:
		return table.Decimal, batch.Digits
	case mapping.TypeDate:
		return table.Date, batch.Date
	case mapping.TypeTimestamp, mapping.TypeTimestampS, mapping.TypeTimestampMS:
		return table.Datetime, batch.Timestamp
	case mapping.TypeTimestampTZ:
		return table.Datetime, batch.Instant
	case mapping.TypeTimestampNS:
		return table.Datetime, batch.Text
	case mapping.TypeTime:
		return table.Time, batch.Clock
	case mapping.TypeTimeTZ, mapping.TypeTimeNS:
		return table.Time, batch.Text
	}
	return table.String, batch.Text
}
