package export_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"

	"tabletalk/internal/export"
	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

func TestParquet(t *testing.T) {
	r, err := file.NewParquetReader(bytes.NewReader(write(t, export.Parquet, typed())))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var types []string
	for i := range r.MetaData().Schema.NumColumns() {
		c := r.MetaData().Schema.Column(i)
		types = append(types, c.Name()+" "+c.LogicalType().String())
	}
	same(t, strings.Join(types, "\n"), `name String
age Int(bitWidth=64, isSigned=true)
rate None
price Decimal(precision=38, scale=2)
ok None
day Date
at Timestamp(isAdjustedToUTC=false, timeUnit=microseconds, is_from_converted_type=false, force_set_converted_type=false)
time Time(isAdjustedToUTC=false, timeUnit=microseconds)`)

	same(t, column[parquet.ByteArray](t, r, 0), []parquet.ByteArray{[]byte("Ann"), []byte("a \"q\", b\nc <&> ü")})
	same(t, column[int64](t, r, 1), []int64{30, -9007199254740993})
	same(t, column[float64](t, r, 2), []float64{0.5, -1e-7})
	same(t, column[parquet.FixedLenByteArray](t, r, 3), []parquet.FixedLenByteArray{
		append(bytes.Repeat([]byte{0}, 14), 0x04, 0xe2), append(bytes.Repeat([]byte{0xff}, 15), 0xf9)})
	same(t, column[bool](t, r, 4), []bool{true, false})
	same(t, column[int32](t, r, 5), []int32{19782, -1})
	same(t, column[int64](t, r, 6), []int64{1709202600_000000, -750_000})
	same(t, column[int64](t, r, 7), []int64{37815_000000, 86399_000000})
}

// column reads the values of a column of three rows, the last of them null.
func column[T any](t *testing.T, r *file.Reader, i int) []T {
	t.Helper()
	c, err := r.RowGroup(0).Column(i)
	if err != nil {
		t.Fatal(err)
	}
	values, levels := make([]T, 3), make([]int16, 3)
	var n int
	switch c := c.(type) {
	case *file.Int64ColumnChunkReader:
		_, n, err = c.ReadBatch(3, any(values).([]int64), levels, nil)
	case *file.Int32ColumnChunkReader:
		_, n, err = c.ReadBatch(3, any(values).([]int32), levels, nil)
	case *file.Float64ColumnChunkReader:
		_, n, err = c.ReadBatch(3, any(values).([]float64), levels, nil)
	case *file.BooleanColumnChunkReader:
		_, n, err = c.ReadBatch(3, any(values).([]bool), levels, nil)
	case *file.ByteArrayColumnChunkReader:
		_, n, err = c.ReadBatch(3, any(values).([]parquet.ByteArray), levels, nil)
	case *file.FixedLenByteArrayColumnChunkReader:
		_, n, err = c.ReadBatch(3, any(values).([]parquet.FixedLenByteArray), levels, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	same(t, levels, []int16{1, 1, 0})
	return values[:n]
}

func TestParquetRowGroups(t *testing.T) {
	columns := []table.Column{{Name: "a", Type: table.String}, {Name: "a", Type: table.Decimal}}
	var b bytes.Buffer
	err := export.Write(context.Background(), &b, export.Request{Format: export.Parquet, Columns: columns,
		Rows: many(150_000, columns, []table.Value{"x", table.Exact("1.25")})})
	if err != nil {
		t.Fatal(err)
	}
	r, err := file.NewParquetReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.NumRows() != 150_000 || r.NumRowGroups() != 3 {
		t.Errorf("%d rows in %d groups", r.NumRows(), r.NumRowGroups())
	}
	same(t, r.MetaData().Schema.Column(1).Name(), "a (2)")
}

func TestParquetValuesThatDoNotFit(t *testing.T) {
	for name, c := range map[string]struct {
		kind   table.Type
		values []table.Value
	}{
		"text in a number":       {table.Integer, []table.Value{int64(1), "two"}},
		"a fraction":             {table.Integer, []table.Value{1.5}},
		"too large":              {table.Integer, []table.Value{table.Exact("9223372036854775808")}},
		"no date":                {table.Date, []table.Value{"2024-02-30"}},
		"mixed offsets":          {table.Datetime, []table.Value{"2024-01-01T00:00:00", "2024-01-01T00:00:00Z"}},
		"a number in a decimal":  {table.Decimal, []table.Value{1.5}},
		"a decimal out of range": {table.Decimal, []table.Value{table.Exact(strings.Repeat("9", 39))}},
	} {
		rows := &table.Rows{Columns: []table.Column{{Name: "a", Type: c.kind}}}
		for _, v := range c.values {
			rows.Values = append(rows.Values, []table.Value{v})
		}
		err := export.Write(context.Background(), io.Discard, export.Request{Format: export.Parquet, Columns: rows.Columns, Rows: export.FromRows(rows)})
		if !fault.Is(err, "export_value_type") {
			t.Errorf("%s gave %v", name, err)
		}
	}
}
