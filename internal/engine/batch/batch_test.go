package batch

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tabletalk/internal/table"
)

func sample() ([]Column, []byte) {
	columns := []Column{
		{"b", table.Boolean, Bool}, {"i", table.Integer, Int}, {"f", table.Float, Float}, {"s", table.String, Text},
		{"x", table.Decimal, Digits}, {"h", table.Integer, Whole}, {"d", table.Date, Date}, {"t", table.Datetime, Timestamp},
		{"z", table.Datetime, Instant}, {"c", table.Time, Clock},
	}
	var w Writer
	w.Begin(3)
	second := func(i int) bool { return i != 1 }
	w.Valid(0, 3, second)
	w.Byte(1)
	w.Byte(1)
	w.Byte(0)
	words := func(valid func(int) bool, list ...uint64) {
		w.Valid(0, 3, valid)
		for _, u := range list {
			w.Word(u)
		}
	}
	texts := func(valid func(int) bool, list ...string) {
		w.Valid(0, 3, valid)
		for _, s := range list {
			w.String(s)
		}
	}
	words(nil, 1, math.MaxUint64, 3)
	words(second, math.Float64bits(0.5), 0, math.Float64bits(math.NaN()))
	texts(second, "häß", "", "")
	texts(nil, "1.50", "-0.1", "7")
	texts(nil, "5", "-9223372036854775808", "9223372036854775808")
	words(nil, 0, uint64(19782), math.MaxUint64)
	words(nil, 0, 1_500_000, math.MaxInt64)
	words(nil, 0, 1, 60_000_000)
	words(nil, 0, 86_400_000_000, 1)
	return columns, w.Bytes()
}

func TestDecode(t *testing.T) {
	columns, data := sample()
	got, err := Decode(data, columns, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]table.Value{
		{true, int64(1), 0.5, "häß", table.Exact("1.50"), int64(5), "1970-01-01", "1970-01-01 00:00:00", "1970-01-01 00:00:00+00:00", "00:00:00"},
		{nil, int64(-1), nil, nil, table.Exact("-0.1"), int64(math.MinInt64), "2024-02-29", "1970-01-01 00:00:01.5", "1970-01-01 00:00:00.000001+00:00", "24:00:00"},
		{false, int64(3), "NaN", "", table.Exact("7"), table.Exact("9223372036854775808"), "1969-12-31", "Infinity", "1970-01-01 00:01:00+00:00", "00:00:00.000001"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeRefusesEveryCut(t *testing.T) {
	columns, data := sample()
	for n := range data {
		if _, err := Decode(data[:n], columns, nil); err == nil {
			t.Errorf("the first %d of %d bytes decode", n, len(data))
		}
	}
	if _, err := Decode(append(data[:len(data):len(data)], 0), columns, nil); err == nil {
		t.Error("a byte too many decodes")
	}
}

func TestNumbersAreNumbers(t *testing.T) {
	for text, want := range map[string]bool{
		"1": true, "-1": true, "0.5": true, "-12.30": true,
		"": false, "-": false, ".5": false, "5.": false, "1.2.3": false, "1e5": false, "NaN": false, `1,"x":2`: false, "--1": false,
	} {
		if got := isNumber(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	columns, data := sample()
	f.Add(data)
	f.Add([]byte{0})
	f.Add([]byte{255, 255, 255, 255, 15})
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := Decode(data, columns, nil)
		if err == nil && len(rows) > maxRows {
			t.Errorf("%d rows", len(rows))
		}
		for _, r := range rows {
			if len(r) != len(columns) {
				t.Errorf("a row of %d values", len(r))
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	columns := []Column{{"i", table.Integer, Int}, {"s", table.String, Text}, {"d", table.Date, Date}}
	var w Writer
	w.Begin(2048)
	w.Valid(0, 2048, nil)
	for i := range 2048 {
		w.Word(uint64(i * 1000))
	}
	w.Valid(0, 2048, nil)
	for range 2048 {
		w.String("a name of a thing")
	}
	w.Valid(0, 2048, nil)
	for i := range 2048 {
		w.Word(uint64(i))
	}
	b.SetBytes(int64(len(w.Bytes())))
	for b.Loop() {
		if _, err := Decode(w.Bytes(), columns, nil); err != nil {
			b.Fatal(err)
		}
	}
}
