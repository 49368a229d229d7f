package export

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"tabletalk/internal/table"
)

// decimalDigits is the precision of every decimal column: what 16 bytes hold.
const decimalDigits = 38

func newParquetColumn(c table.Column) parquetColumn {
	switch c.Type {
	case table.Integer:
		return &typed[int64]{convert: toInt, physical: parquet.Types.Int64,
			logical: schema.NewIntLogicalType(64, true)}
	case table.Float:
		return &typed[float64]{convert: table.FloatOf, physical: parquet.Types.Double, logical: schema.NoLogicalType{}}
	case table.Boolean:
		return &typed[bool]{convert: toBool, physical: parquet.Types.Boolean, logical: schema.NoLogicalType{}}
	case table.Date:
		return &typed[int32]{convert: toDays, physical: parquet.Types.Int32, logical: schema.DateLogicalType{}}
	case table.Time:
		return &typed[int64]{convert: toTimeOfDay, physical: parquet.Types.Int64,
			logical: schema.NewTimeLogicalType(false, schema.TimeUnitMicros)}
	case table.Datetime:
		return &stamps{}
	case table.Decimal:
		return &decimals{}
	}
	return &typed[parquet.ByteArray]{convert: toText, physical: parquet.Types.ByteArray, logical: schema.StringLogicalType{}}
}

// typed is a column whose values convert one by one.
type typed[T any] struct {
	convert  func(table.Value) (T, bool)
	physical parquet.Type
	logical  schema.LogicalType
	values   []T
	levels   []int16 // 1 for a value, 0 for a null
}

func (c *typed[T]) add(v table.Value) (int, bool) {
	if v == nil {
		c.levels = append(c.levels, 0)
		return 2, true
	}
	x, ok := c.convert(v)
	if !ok {
		return 0, false
	}
	c.values = append(c.values, x)
	c.levels = append(c.levels, 1)
	if b, ok := any(x).(parquet.ByteArray); ok {
		return 26 + len(b), true
	}
	return 10, true
}

func (c *typed[T]) node(name string) (schema.Node, error) {
	return schema.NewPrimitiveNodeLogical(name, parquet.Repetitions.Optional, c.logical, c.physical, -1, -1)
}

func (c *typed[T]) flush(w file.ColumnChunkWriter) (bool, error) {
	err := writeBatch(w, any(c.values), c.levels)
	clear(c.values) // lets go of texts
	c.values, c.levels = c.values[:0], c.levels[:0]
	return true, err
}

// writeBatch hands values to the writer of their type.
func writeBatch(w file.ColumnChunkWriter, values any, levels []int16) (err error) {
	switch w := w.(type) {
	case *file.Int64ColumnChunkWriter:
		_, err = w.WriteBatch(values.([]int64), levels, nil)
	case *file.Int32ColumnChunkWriter:
		_, err = w.WriteBatch(values.([]int32), levels, nil)
	case *file.Float64ColumnChunkWriter:
		_, err = w.WriteBatch(values.([]float64), levels, nil)
	case *file.BooleanColumnChunkWriter:
		_, err = w.WriteBatch(values.([]bool), levels, nil)
	case *file.ByteArrayColumnChunkWriter:
		_, err = w.WriteBatch(values.([]parquet.ByteArray), levels, nil)
	case *file.FixedLenByteArrayColumnChunkWriter:
		_, err = w.WriteBatch(values.([]parquet.FixedLenByteArray), levels, nil)
	}
	return err
}

func toInt(v table.Value) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<63
	case table.Exact:
		n, err := strconv.ParseInt(string(v), 10, 64)
		return n, err == nil
	}
	return 0, false
}

func toBool(v table.Value) (bool, bool) {
	b, ok := v.(bool)
	return b, ok
}

func toText(v table.Value) (parquet.ByteArray, bool) {
	s, ok := v.(string)
	return parquet.ByteArray(strings.ToValidUTF8(s, "\uFFFD")), ok
}

func toDays(v table.Value) (int32, bool) {
	s, _ := v.(string)
	at, _, ok := moment(table.Date, s)
	// Whole days since 1970, downwards for earlier ones.
	return int32(math.Floor(float64(at.Unix()) / 86400)), ok
}

func toTimeOfDay(v table.Value) (int64, bool) {
	s, _ := v.(string)
	at, _, ok := moment(table.Time, s)
	return at.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)).Microseconds(), ok
}

// stamps is a column of datetimes. The first one says whether the column is
// of instants (with an offset) or of local times.
type stamps struct {
	typed[int64]
	known, zoned bool
}

func (c *stamps) add(v table.Value) (int, bool) {
	c.convert = c.micros
	return c.typed.add(v)
}

func (c *stamps) micros(v table.Value) (int64, bool) {
	s, _ := v.(string)
	at, zoned, ok := moment(table.Datetime, s)
	if ok && !c.known {
		c.known, c.zoned = true, zoned
	}
	return at.UnixMicro(), ok && zoned == c.zoned
}

func (c *stamps) node(name string) (schema.Node, error) {
	c.known = true
	c.physical = parquet.Types.Int64
	c.logical = schema.NewTimestampLogicalType(c.zoned, schema.TimeUnitMicros)
	return c.typed.node(name)
}

// decimals is a column of exact numbers. The first row group gives the scale.
type decimals struct {
	values []table.Exact
	levels []int16
	scale  int
}

func (c *decimals) add(v table.Value) (int, bool) {
	switch n := v.(type) {
	case nil:
		c.levels = append(c.levels, 0)
		return 2, true
	case table.Exact:
		c.values = append(c.values, n)
	case int64:
		c.values = append(c.values, table.Exact(strconv.FormatInt(n, 10)))
	default:
		return 0, false
	}
	c.levels = append(c.levels, 1)
	return 40, true
}

func (c *decimals) node(name string) (schema.Node, error) {
	for _, v := range c.values {
		if _, fraction, ok := strings.Cut(string(v), "."); ok {
			c.scale = max(c.scale, len(fraction))
		}
	}
	c.scale = min(c.scale, decimalDigits)
	return schema.NewPrimitiveNodeLogical(name, parquet.Repetitions.Optional,
		schema.NewDecimalLogicalType(decimalDigits, int32(c.scale)), parquet.Types.FixedLenByteArray, 16, -1)
}

func (c *decimals) flush(w file.ColumnChunkWriter) (bool, error) {
	values := make([]parquet.FixedLenByteArray, len(c.values))
	for i, v := range c.values {
		b, ok := c.bytes(string(v))
		if !ok {
			return false, nil
		}
		values[i] = b
	}
	err := writeBatch(w, values, c.levels)
	c.values, c.levels = c.values[:0], c.levels[:0]
	return true, err
}

// bytes gives a number at the column's scale as 16 bytes in two's complement.
func (c *decimals) bytes(s string) ([]byte, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	if len(fraction) > c.scale {
		return nil, false
	}
	n, ok := new(big.Int).SetString(whole+fraction+strings.Repeat("0", c.scale-len(fraction)), 10)
	if !ok || len(n.Text(10)) > decimalDigits+max(0, -n.Sign()) {
		return nil, false
	}
	if n.Sign() < 0 {
		n.Add(n, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return n.FillBytes(make([]byte, 16)), true
}
