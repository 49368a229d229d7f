package ingest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// decidedRows reads a text with decisions and gives types and rows as text.
func decidedRows(t *testing.T, text string, d Decisions) (types string, rows []string, r Receipt, err error) {
	t.Helper()
	dir := t.TempDir()
	res, conn, err := ingestText(t, text, into(dir), func(s *Spec) { s.Decisions = d })
	if err != nil {
		return "", nil, r, err
	}
	var names []string
	for _, c := range res.Tables[0].Columns {
		types += " " + string(c.Type)
		names = append(names, "coalesce(CAST("+quoteID(c.Name)+" AS VARCHAR), 'null')")
	}
	found, err := conn.QueryContext(t.Context(), "SELECT concat_ws(' | ', "+strings.Join(names, ", ")+") FROM read_parquet("+quoteText(filepath.Join(dir, res.Tables[0].File))+")")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var row string
		must(t, found.Scan(&row))
		rows = append(rows, row)
	}
	return strings.TrimSpace(types), rows, res.Receipt, found.Err()
}

func TestDecisions(t *testing.T) {
	one, none := 1, 0
	for _, c := range []struct {
		name, text string
		d          Decisions
		types      string
		rows       []string
		note       string // a code that the receipt has
	}{
		{"a number stays text", "id,n\n1,5\n2,6\n", Decisions{Types: map[string]table.Type{"id": table.String}}, "string integer", []string{"1 | 5", "2 | 6"}, ""},
		{"leading zeros are a number", "n\n007\n012\n", Decisions{Types: map[string]table.Type{"N": table.Integer}}, "integer", []string{"7", "12"}, ""},
		{"cells that do not fit", "n,m\n1,a\nabc,b\n,c\n$1,d\n4,e\n", Decisions{Types: map[string]table.Type{"n": table.Integer}}, "integer string",
			[]string{"1 | a", "null | b", "null | c", "1 | d", "4 | e"}, "unfit_cells"},
		{"integers are decimals", "n\n1\n2\n", Decisions{Types: map[string]table.Type{"n": table.Decimal}}, "decimal", []string{"1.00", "2.00"}, ""},
		{"integers are floats", "n\n1\n2.5\nx\n", Decisions{Types: map[string]table.Type{"n": table.Float}}, "float", []string{"1.0", "2.5", "null"}, "unfit_cells"},
		{"half a number is none", "n\n1\n2.5\nx\n", Decisions{Types: map[string]table.Type{"n": table.Integer}}, "integer", []string{"1", "null", "null"}, "unfit_cells"},
		{"flags", "n,m\nyes,1\nno,0\nmaybe,0\n", Decisions{Types: map[string]table.Type{"n": table.Boolean, "m": table.Boolean}}, "boolean boolean", []string{"true | true", "false | false", "null | false"}, "unfit_cells"},
		{"mixed dates", "d\n2024-01-31\n31.01.2024\nJan 31, 2024\nsoon\n2024-01-31 10:00\n", Decisions{Types: map[string]table.Type{"d": table.Date}}, "date",
			[]string{"2024-01-31", "2024-01-31", "2024-01-31", "null", "null"}, "unfit_cells"},
		{"days with a time", "d\n2024-01-31\n2024-01-30\n", Decisions{Types: map[string]table.Type{"d": table.Datetime}}, "datetime", []string{"2024-01-31 00:00:00", "2024-01-30 00:00:00"}, ""},
		{"the month first", "d\n01/02/2024\n03/04/2024\n", Decisions{DateOrder: MonthFirst}, "date", []string{"2024-01-02", "2024-03-04"}, "day_month_order"},
		{"the day first", "d\n01/02/2024\n03/04/2024\n", Decisions{DateOrder: DayFirst}, "date", []string{"2024-02-01", "2024-04-03"}, "day_month_order"},
		{"a decimal comma", "n;m\n1,234;a\n2,345;b\n", Decisions{DecimalMark: MarkComma}, "float string", []string{"1.234 | a", "2.345 | b"}, ""},
		{"a decimal point", "n;m\n1,234;a\n2,345;b\n", Decisions{DecimalMark: MarkPoint}, "integer string", []string{"1234 | a", "2345 | b"}, ""},
		{"points that group", "n;m\n1.234;a\n2.345;b\n", Decisions{DecimalMark: MarkComma}, "float string", []string{"1234.0 | a", "2345.0 | b"}, ""},
		{"words for nothing", "n,m\n1,leer\nnull,x\n3,y\n", Decisions{Nulls: []string{"leer"}}, "string string", []string{"1 | null", "null | x", "3 | y"}, "null_words"},
		{"no words for nothing", "n\nN/A\nx\n", Decisions{Nulls: []string{}}, "string", []string{"N/A", "x"}, ""},
		{"lines to leave out", "made by, someone\nignore,this\na,b\n1,2\n", Decisions{SkipRows: 2}, "integer integer", []string{"1 | 2"}, ""},
		{"a header further down", "x,y\na,b\n1,2\n", Decisions{SkipRows: 1}, "integer integer", []string{"1 | 2"}, ""},
		{"no header", "5,6\n1,2\n", Decisions{Header: &none}, "integer integer", []string{"5 | 6", "1 | 2"}, "no_header"},
		{"a header of numbers", "5,6\n1,2\n", Decisions{Header: &one}, "integer integer", []string{"1 | 2"}, ""},
		{"a delimiter", "a;b,c\n1;2,x\n", Decisions{Delimiter: ";"}, "integer string", []string{"1 | 2,x"}, ""},
		{"text that was encoded twice", "n,m\nJosÃ©,1\nJosé,2\n", Decisions{}, "string integer", []string{"José | 1", "José | 2"}, "encoded_twice"},
		{"in rows of JSON", `[{"n":"JosÃ©"},{"n":"2â€“1"}]`, Decisions{}, "string", []string{"José", "2–1"}, "encoded_twice"},
		{"below the head", "n\n" + strings.Repeat("x\n", headBytes) + "JosÃ©\n", Decisions{Header: &one, Nulls: []string{"x"}}, "string", nil, "encoded_twice"},
		{"it is kept", "n,m\nJosÃ©,1\nJosé,2\n", Decisions{Twice: TwiceKept}, "string integer", []string{"JosÃ© | 1", "José | 2"}, ""},
		{"the encoding that was named is followed", "n,m\nJosé,1\nxy,2\n", Decisions{Encoding: "windows-1252"}, "string integer", []string{"JosÃ© | 1", "xy | 2"}, ""},
		{"a text of both", "n,m\nJos\xe9,1\nJos\u00e9,2\nM\xfcller,3\n", Decisions{}, "string integer", []string{"José | 1", "José | 2", "Müller | 3"}, "encoded_twice"},
		{"rows of JSON", `[{"a":1,"b":"x"},{"a":2,"b":"7"}]`, Decisions{Types: map[string]table.Type{"a": table.String, "b": table.Integer}}, "string integer", []string{"1 | null", "2 | 7"}, "unfit_cells"},
	} {
		t.Run(c.name, func(t *testing.T) {
			types, rows, r, err := decidedRows(t, c.text, c.d)
			if err != nil {
				t.Fatal(err)
			}
			if c.rows == nil {
				rows = nil
			}
			if diff := cmp.Diff(c.rows, rows); diff != "" || types != c.types {
				t.Errorf("types %s, want %s\n%s", types, c.types, diff)
			}
			if c.note != "" && !strings.Contains(fmt.Sprint(r.Notes), "{"+c.note) {
				t.Errorf("no note %s in %v", c.note, r.Notes)
			}
		})
	}
}

// A text whose end is in no UTF-8 is decoded anew from what came, so that each
// piece is counted once and told once.
func TestMendedOnceWhereTheEndIsOfAnotherEncoding(t *testing.T) {
	one := 1
	for _, end := range []string{"M\xfcller\n", strings.Repeat("été\n", 10) + "M\xfcller\n"} {
		_, rows, r, err := decidedRows(t, "n\nJosÃ©\n"+strings.Repeat("x\n", headBytes)+end, Decisions{Header: &one})
		if err != nil {
			t.Fatal(err)
		}
		if rows[0] != "José" || r.Mended < 1 || strings.Count(fmt.Sprint(r.Notes), "{encoded_twice") != 1 {
			t.Errorf("%q, %d mended, %v", rows[0], r.Mended, r.Notes)
		}
	}
}

func TestMendedMarksAreToldInWords(t *testing.T) {
	for piece, want := range map[string]string{"é": `"é"`, "\ufeff": "the mark of a file's beginning", "\ufeffé": `"é"`, "\u00a0": "a space", "\u00ad": "a mark that is not seen"} {
		if got := inWords(piece); got != want {
			t.Errorf("%q is told as %s, want %s", piece, got, want)
		}
	}
}

// What cannot be followed is refused, never ignored.
func TestDecisionsThatCannotBeFollowed(t *testing.T) {
	two := 2
	for code, c := range map[string][]struct {
		text string
		d    Decisions
	}{
		"decision_invalid": {{"a\n1\n", Decisions{DateOrder: "middle"}}, {"a\n1\n", Decisions{Twice: "yes"}}, {"a\n1\n", Decisions{Header: new(9000)}}, {"a\n1\n", Decisions{Arrays: "rows"}}, {"a\n1\n", Decisions{DecimalMark: ";"}}, {"a\n1\n", Decisions{SkipRows: -1}},
			{"a\n1\n", Decisions{SkipRows: 3, Header: &two}}, {"a\n1\n", Decisions{Types: map[string]table.Type{"a": "money"}}}},
		"decision_not_applicable": {{"a\n1\n", Decisions{Sheet: "x"}}, {"a\n1\n", Decisions{Range: "A1:B2"}}, {`[{"a":1}]`, Decisions{Delimiter: ";"}}},
		"column_not_found":        {{"a\n1\n", Decisions{Types: map[string]table.Type{"b": table.String}}}},
		"encoding_unknown":        {{"a\n\xe4\n", Decisions{Encoding: "klingon"}}},
	} {
		for _, one := range c {
			if _, _, _, err := decidedRows(t, one.text, one.d); !fault.Is(err, code) {
				t.Errorf("%q %+v: %v, want %s", one.text, one.d, err, code)
			}
		}
	}
}

func TestDecisionsAboutSheets(t *testing.T) {
	file := saveBook(t, func(t *testing.T, f *excelize.File) {
		_, err := f.NewSheet("Second")
		must(t, err)
		for i, row := range [][]any{{"title"}, {}, {"a", "b", "", "x"}, {1, 2, "", 7}, {3, 4, "", 8}} {
			must(t, f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row))
		}
		must(t, f.SetSheetRow("Second", "A1", &[]any{"c"}))
		must(t, f.SetSheetRow("Second", "A2", &[]any{9}))
	})
	for _, c := range []struct {
		d    Decisions
		want string
	}{
		{Decisions{}, "2: [a b x] 2 [c] 1"},
		{Decisions{Sheet: "second"}, "1: [c] 1"},
		{Decisions{Sheet: "Sheet1", Range: "A3:B4"}, "1: [a b] 1"},
		{Decisions{Sheet: "Sheet1", SkipRows: 3, Range: "D3:D9"}, "1: [column_1] 2"},
	} {
		res, _, err := ingestFile(t, Spec{File: file, Decisions: c.d})
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(len(res.Tables), ":")
		for _, tab := range res.Tables {
			var names []string
			for _, col := range tab.Columns {
				names = append(names, col.Name)
			}
			got += fmt.Sprint(" ", names, tab.Rows)
		}
		if got != c.want {
			t.Errorf("%+v: %s, want %s", c.d, got, c.want)
		}
	}
	for code, d := range map[string]Decisions{"sheet_not_found": {Sheet: "Third"}, "decision_invalid": {Range: "A3:"}, "decision_not_applicable": {Encoding: "utf-8"}, "file_empty": {Range: "Z9"}} {
		if _, _, err := ingestFile(t, Spec{File: file, Decisions: d}); !fault.Is(err, code) {
			t.Errorf("%+v: %v, want %s", d, err, code)
		}
	}
}
