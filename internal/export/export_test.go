package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"tabletalk/internal/export"
	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// typed has a column of every type, a row of plain values, one of awkward
// ones and one of nulls.
func typed() *table.Rows {
	return &table.Rows{
		Columns: []table.Column{
			{Name: "name", Type: table.String, Nullable: true}, {Name: "age", Type: table.Integer, Nullable: true},
			{Name: "rate", Type: table.Float, Nullable: true}, {Name: "price", Type: table.Decimal, Nullable: true, Unit: "EUR"},
			{Name: "ok", Type: table.Boolean, Nullable: true}, {Name: "day", Type: table.Date, Nullable: true},
			{Name: "at", Type: table.Datetime, Nullable: true}, {Name: "time", Type: table.Time, Nullable: true},
		},
		Values: [][]table.Value{
			{"Ann", int64(30), 0.5, table.Exact("12.50"), true, "2024-02-29", "2024-02-29 10:30:00", "10:30:15"},
			{"a \"q\", b\nc <&> ü", int64(-9007199254740993), -1e-7, table.Exact("-0.07"), false, "1969-12-31", "1969-12-31 23:59:59.250", "23:59:59"},
			{nil, nil, nil, nil, nil, nil, nil, nil},
		},
	}
}

func write(t *testing.T, f export.Format, rows *table.Rows) []byte {
	t.Helper()
	var b bytes.Buffer
	r := export.Request{Format: f, Name: "My table", Columns: rows.Columns, Rows: export.FromRows(rows)}
	if err := export.Write(context.Background(), &b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestCSV(t *testing.T) {
	want := `name,age,rate,price,ok,day,at,time
Ann,30,0.5,12.50,true,2024-02-29,2024-02-29 10:30:00,10:30:15
"a ""q"", b
c <&> ü",-9007199254740993,-1e-07,-0.07,false,1969-12-31,1969-12-31 23:59:59.250,23:59:59
,,,,,,,
`
	same(t, string(write(t, export.CSV, typed())), want)
}

func TestCSVTellsEmptyTextFromNull(t *testing.T) {
	rows := &table.Rows{Columns: []table.Column{{Name: "a"}, {Name: "b"}}, Values: [][]table.Value{{"", nil}, {nil, " x"}}}
	same(t, string(write(t, export.CSV, rows)), "a,b\n\"\",\n,\" x\"\n")
	rows = &table.Rows{Columns: []table.Column{{Name: "a"}}, Values: [][]table.Value{{nil}, {"x"}}}
	same(t, string(write(t, export.CSV, rows)), "a\n\"\"\nx\n")
}

var hostile = []string{
	`=HYPERLINK("http://x")`, "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "＝1", "＋1", "－1", "＠A", " =1", "\ufeff=1",
}

func TestCSVDisarmsFormulas(t *testing.T) {
	for _, cell := range hostile {
		rows := &table.Rows{Columns: []table.Column{{Name: cell, Type: table.String}}, Values: [][]table.Value{{cell}}}
		records, err := csv.NewReader(bytes.NewReader(write(t, export.CSV, rows))).ReadAll()
		if err != nil {
			t.Fatalf("%q: %v", cell, err)
		}
		for _, record := range records {
			if !strings.HasPrefix(record[0], "'") {
				t.Errorf("%q was written as %q", cell, record[0])
			}
		}
	}
}

func TestCSVRawText(t *testing.T) {
	rows := &table.Rows{Columns: []table.Column{{Name: "a"}}, Values: [][]table.Value{{"=1+1"}, {int64(-5)}}}
	var b bytes.Buffer
	err := export.Write(context.Background(), &b, export.Request{Format: export.CSV, Columns: rows.Columns,
		Rows: export.FromRows(rows), Options: export.Options{RawText: true}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, b.String(), "a\n=1+1\n-5\n")
}

func TestCSVReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.StringMatching(`[a-z ",;'ü\n]{0,12}`), 2, 2).Draw(t, "cells")
		rows := &table.Rows{Columns: []table.Column{{Name: "a"}, {Name: "b"}}, Values: [][]table.Value{{cells[0], cells[1]}}}
		var b bytes.Buffer
		r := export.Request{Format: export.CSV, Columns: rows.Columns, Rows: export.FromRows(rows), Options: export.Options{RawText: true}}
		if err := export.Write(context.Background(), &b, r); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(records) != 2 || records[1][0] != cells[0] || records[1][1] != cells[1] {
			t.Fatalf("%q came back as %q, %v", cells, records, err)
		}
	})
}

func TestJSON(t *testing.T) {
	b := write(t, export.JSON, typed())
	var doc struct {
		Name     string
		Columns  []table.Column
		Rows     [][]any
		RowCount int `json:"row_count"`
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	same(t, doc.Name, "My table")
	same(t, doc.RowCount, 3)
	same(t, doc.Columns, typed().Columns)
	same(t, doc.Rows, [][]any{
		{"Ann", json.Number("30"), json.Number("0.5"), json.Number("12.50"), true, "2024-02-29", "2024-02-29 10:30:00", "10:30:15"},
		{"a \"q\", b\nc <&> ü", json.Number("-9007199254740993"), json.Number("-1e-07"), json.Number("-0.07"), false, "1969-12-31", "1969-12-31 23:59:59.250", "23:59:59"},
		{nil, nil, nil, nil, nil, nil, nil, nil},
	})
}

func TestNDJSON(t *testing.T) {
	rows := &table.Rows{
		Columns: []table.Column{{Name: "a"}, {Name: "a"}, {Name: `q"`}, {Name: "a (2)"}},
		Values:  [][]table.Value{{int64(1), "x\u2028<", nil, 2.5}, {math.NaN(), "\xff", math.Inf(1), table.Exact("1.10")}},
	}
	want := `{"a":1,"a (3)":"x\u2028<","q\"":null,"a (2)":2.5}` + "\n" + `{"a":"NaN","a (3)":"\ufffd","q\"":"Infinity","a (2)":1.10}` + "\n"
	same(t, string(write(t, export.NDJSON, rows)), want)
}

func TestXLSX(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(write(t, export.XLSX, typed())))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	same(t, book.GetSheetList(), []string{"My table"})
	shown, err := book.GetRows("My table")
	if err != nil {
		t.Fatal(err)
	}
	same(t, shown, [][]string{
		{"name", "age", "rate", "price", "ok", "day", "at", "time"},
		{"Ann", "30", "0.5", "12.50", "TRUE", "2024-02-29", "2024-02-29 10:30:00", "10:30:15"},
		{"a \"q\", b\nc <&> ü", "-9007199254740993", "-0.0000001", "-0.07", "FALSE", "1969-12-31", "1969-12-31 23:59:59", "23:59:59"},
	})
	for cell, want := range map[string]excelize.CellType{
		"A2": excelize.CellTypeInlineString, "B2": excelize.CellTypeUnset, "E2": excelize.CellTypeBool, "F2": excelize.CellTypeUnset,
		"B3": excelize.CellTypeInlineString, // more digits than a cell's number holds
	} {
		if got, _ := book.GetCellType("My table", cell); got != want {
			t.Errorf("%s has the type %d, not %d", cell, got, want)
		}
	}
	if panes, err := book.GetPanes("My table"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header is not frozen: %+v, %v", panes, err)
	}
}

func TestXLSXHostileCells(t *testing.T) {
	cells := append([]string{"_x0041_", "", " padded ", strings.Repeat("é", 40_000), "</t></is>"}, hostile...)
	rows := &table.Rows{Columns: []table.Column{{Name: "=1+1", Type: table.String}}}
	for _, c := range cells {
		rows.Values = append(rows.Values, []table.Value{c})
	}
	book, err := excelize.OpenReader(bytes.NewReader(write(t, export.XLSX, rows)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for i, want := range append([]string{"=1+1"}, cells...) {
		cell := fmt.Sprintf("A%d", i+1)
		if formula, _ := book.GetCellFormula("My table", cell); formula != "" {
			t.Errorf("%s became the formula %q", cell, formula)
		}
		got, _ := book.GetCellValue("My table", cell)
		switch {
		case len(want) > 32_767:
			if !strings.HasSuffix(got, "[cut: 40000 characters, a cell holds 32767]") || len([]rune(got)) != 32_767 {
				t.Errorf("the long text came back with %d characters, ending in %q", len([]rune(got)), got[len(got)-60:])
			}
		case got != want && !strings.ContainsAny(want, "\r\x00"): // XML has no NUL, and one kind of line break
			t.Errorf("%s: %q came back as %q", cell, want, got)
		}
	}
}

func TestXLSXTimesAndRatios(t *testing.T) {
	rows := &table.Rows{
		Columns: []table.Column{{Name: "day", Type: table.Date}, {Name: "at", Type: table.Datetime}, {Name: "share", Type: table.Float, Unit: "ratio"}},
		Values: [][]table.Value{
			{"1850-01-01", "2024-06-01 01:00:00+02:00", 0.125},
			{"9999-12-31", "2500-01-01 00:00:00", 1.0},
		},
	}
	book, err := excelize.OpenReader(bytes.NewReader(write(t, export.XLSX, rows)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	shown, _ := book.GetRows("My table")
	same(t, shown[1:], [][]string{{"1850-01-01", "2024-05-31 23:00:00Z", "12.5%"}, {"9999-12-31", "2500-01-01 00:00:00", "100.0%"}})
}

// many gives n rows in batches, without holding them.
func many(n int, columns []table.Column, row []table.Value) func(func(*table.Rows) error) error {
	batch := make([][]table.Value, 4096)
	for i := range batch {
		batch[i] = row
	}
	return func(each func(*table.Rows) error) error {
		for n > 0 {
			k := min(n, len(batch))
			if err := each(&table.Rows{Columns: columns, Values: batch[:k]}); err != nil {
				return err
			}
			n -= k
		}
		return nil
	}
}

func TestXLSXLimits(t *testing.T) {
	columns := []table.Column{{Name: "a", Type: table.Integer}}
	var b bytes.Buffer
	err := export.Write(context.Background(), &b, export.Request{Format: export.XLSX, Columns: columns,
		Rows: many(1_048_576, columns, []table.Value{int64(1)}), Options: export.Options{TempDir: t.TempDir()}})
	if !fault.Is(err, "xlsx_too_many_rows") || b.Len() != 0 {
		t.Errorf("one row too many gave %v and %d bytes", err, b.Len())
	}
	err = export.Write(context.Background(), &b, export.Request{Format: export.XLSX, Columns: make([]table.Column, 16_385)})
	if !fault.Is(err, "xlsx_too_many_columns") {
		t.Errorf("one column too many gave %v", err)
	}
}

func TestXLSXLeavesNoTemporaryFiles(t *testing.T) {
	dir := t.TempDir()
	columns := []table.Column{{Name: "a", Type: table.String}}
	err := export.Write(context.Background(), io.Discard, export.Request{Format: export.XLSX, Columns: columns,
		Rows: many(400_000, columns, []table.Value{strings.Repeat("x", 60)}), Options: export.Options{TempDir: dir}})
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestNoRows(t *testing.T) {
	rows := &table.Rows{Columns: typed().Columns}
	for _, f := range export.Formats() {
		if b := write(t, f, rows); len(b) == 0 && f != export.NDJSON {
			t.Errorf("%s of no rows is empty", f)
		}
	}
}

func TestWriteStops(t *testing.T) {
	full := errors.New("disk full")
	columns := []table.Column{{Name: "a", Type: table.String}}
	for _, f := range export.Formats() {
		r := export.Request{Format: f, Name: "t", Columns: columns, Rows: many(200_000, columns, []table.Value{"some text"})}
		if err := export.Write(context.Background(), failing{full}, r); !errors.Is(err, full) {
			t.Errorf("%s: a failing writer gave %v", f, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := export.Write(ctx, io.Discard, r); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: a cancelled context gave %v", f, err)
		}
		r.Rows = func(func(*table.Rows) error) error { return full }
		if err := export.Write(context.Background(), io.Discard, r); !errors.Is(err, full) {
			t.Errorf("%s: failing rows gave %v", f, err)
		}
	}
}

// A file goes out in pieces, whatever its size: nothing gathers it.
func TestWritesInPieces(t *testing.T) {
	columns := []table.Column{{Name: "a", Type: table.String}}
	noise := rand.NewChaCha8([32]byte{})
	for _, f := range export.Formats() {
		largest, total := 0, 0
		w := writer(func(p []byte) (int, error) {
			largest, total = max(largest, len(p)), total+len(p)
			return len(p), nil
		})
		rows := func(each func(*table.Rows) error) error {
			for range 100 {
				b := &table.Rows{Columns: columns}
				for range 1000 {
					b.Values = append(b.Values, []table.Value{fmt.Sprintf("%016x%016x%016x", noise.Uint64(), noise.Uint64(), noise.Uint64())})
				}
				if err := each(b); err != nil {
					return err
				}
			}
			return nil
		}
		err := export.Write(context.Background(), w, export.Request{Format: f, Columns: columns, Rows: rows, Options: export.Options{TempDir: t.TempDir()}})
		if err != nil || total < 2<<20 {
			t.Fatalf("%s: %d bytes, %v", f, total, err)
		}
		if largest > total/2 {
			t.Errorf("%s: a write of %d of %d bytes", f, largest, total)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

type failing struct{ err error }

func (w failing) Write([]byte) (int, error) { return 0, w.err }

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"orders": "orders.csv", "../../etc/passwd": "etc_passwd.csv", "a\x00b\u202e": "a_b.csv", "": "export.csv", "...": "export.csv",
		strings.Repeat("ä", 200): strings.Repeat("ä", 80) + ".csv", "C:\\x": "C__x.csv",
	} {
		if got := export.FileName(name, export.CSV); strings.TrimLeft(got, "_.") != want {
			t.Errorf("FileName(%q) = %q, want %q", name, got, want)
		}
	}
	if _, err := export.ParseFormat("pdf"); !fault.Is(err, "unknown_format") {
		t.Errorf("an unknown format gave %v", err)
	}
	if f, err := export.ParseFormat("CSV"); f != export.CSV || err != nil {
		t.Errorf("CSV gave %q, %v", f, err)
	}
}

func BenchmarkWrite(b *testing.B) {
	rows := typed()
	for _, f := range export.Formats() {
		b.Run(string(f), func(b *testing.B) {
			for b.Loop() {
				r := export.Request{Format: f, Columns: rows.Columns, Rows: many(100_000, rows.Columns, rows.Values[0]),
					Options: export.Options{TempDir: b.TempDir()}}
				start := time.Now()
				if err := export.Write(context.Background(), io.Discard, r); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(100_000/time.Since(start).Seconds(), "rows/s")
			}
		})
	}
}
