package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"tabletalk/internal/table"
)

// readDecided reads a text with decisions and gives columns, rows and notes.
func readDecided(t *testing.T, text string, d Decisions) string {
	t.Helper()
	dir := t.TempDir()
	res, conn, err := ingestText(t, text, into(dir), func(s *Spec) { s.Decisions = d })
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, col := range res.Tables[0].Columns {
		fmt.Fprintf(&b, "%s %s, ", col.Name, col.Type)
	}
	for _, row := range tableRows(t, conn, filepath.Join(dir, res.Tables[0].File), 20) {
		b.WriteString("| " + strings.Join(row, " ") + " ")
	}
	for _, n := range res.Receipt.Notes {
		b.WriteString("[" + n.Code + ">" + n.Decision + "]")
	}
	return b.String()
}

func TestDecisionsAboutLines(t *testing.T) {
	two := 2
	for _, c := range []struct {
		name, text string
		d          Decisions
		want       string
	}{
		{"comments", "a,b\n1,2\n// say,so\n3,4\n", Decisions{Comment: "//"}, "a integer, b integer, | 1 2 | 3 4 [comment_lines>comment]"},
		{"comments that show themselves", "a,b\n1,2\n# say so\n3,4\n", Decisions{}, "a integer, b integer, | 1 2 | 3 4 [comment_lines>comment]"},
		{"header of two rows", "A title\n2023,,2024,\nn,v,n,v\n1,2,3,4\n", Decisions{Header: &two, HeaderRows: 2}, "2023 n integer, 2023 v integer, 2024 n integer, 2024 v integer, | 1 2 3 4 [several_header_rows>header_rows]"},
		{"a row of units", "day,mass,price\n,kg,EUR\n2024-01-01,1,2\n2024-01-02,3,4\n2024-01-03,5,6\n", Decisions{}, "day date, mass kg integer, price EUR integer, | 2024-01-01 1 2 | 2024-01-02 3 4 | 2024-01-03 5 6 [several_header_rows>header_rows]"},
		{"one row of header", "n,mass\n,kg\n1,1\n2,3\n3,5\n", Decisions{HeaderRows: 1}, "n integer, mass string, | ∅ kg | 1 1 | 2 3 | 3 5 [kept_as_text>column_types]"},
		{"totals kept", "k,v\na,1\nb,2\nc,3\nTotal,6\n", Decisions{KeepTotals: true}, "k string, v integer, | a 1 | b 2 | c 3 | Total 6 "},
		{"totals left out", "k,v\na,1\nb,2\nc,3\nTotal,6\n", Decisions{}, "k string, v integer, | a 1 | b 2 | c 3 [totals_row>keep_totals]"},
		{"a scalar", "42", Decisions{Format: "json"}, "value integer, | 42 [wrong_extension>format]"},
		{"proof of an order", "d,e\n01/02/2024,31/01/2024\n02/03/2024,01/02/2024\n", Decisions{}, "d date, e date, | 2024-02-01 2024-01-31 | 2024-03-02 2024-02-01 [day_month_order>date_order][day_month_order>date_order]"},
		{"an exponent beside a price", "p\n$5\n1e5\n", Decisions{}, "p string, | $5 | 1e5 [mixed_number_styles>decimal_mark]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, readDecided(t, c.text, c.d)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNotesNameTheirDecision: a note names a decision that can be made.
func TestNotesNameTheirDecision(t *testing.T) {
	known := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Decisions]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		known[name] = true
	}
	for code, d := range decidedBy {
		if !known[d] {
			t.Errorf("%s is decided by %q", code, d)
		}
	}
}

func TestPasswords(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	fillRows(t, f, "Sheet1", 1, []any{"a", "b"}, []any{1, 2}, []any{3, 4})
	file := filepath.Join(t.TempDir(), "secret.xlsx")
	must(t, f.SaveAs(file, excelize.Options{Password: "open sesame"}))
	_, _, err := ingestFile(t, Spec{File: file})
	wantFault(t, err, "password_needed")
	_, _, err = ingestFile(t, Spec{File: file, Decisions: Decisions{Password: "wrong"}})
	wantFault(t, err, "password_wrong")
	res, _, err := ingestFile(t, Spec{File: file, Decisions: Decisions{Password: "open sesame"}})
	if err != nil || res.Tables[0].Rows != 2 {
		t.Fatal(res, err)
	}
	b, err := os.ReadFile(file)
	must(t, err)
	for cut := 600; cut < len(b); cut += 997 { // a damaged one is an error, not the end
		if _, err := decrypted(b[:cut], "open sesame"); err == nil && cut < len(b)/2 {
			t.Errorf("half of the file was opened")
		}
	}
}

func TestParquetAsDecided(t *testing.T) {
	file := writeParquet(t, "SELECT * FROM (VALUES ('1', 2.5), ('x', 3)) v(a, b)")
	res, _, err := ingestFile(t, Spec{File: file, Decisions: Decisions{Types: map[string]table.Type{"a": table.Integer}}})
	if err != nil {
		t.Fatal(err)
	}
	c := res.Tables[0].Columns[0]
	if c.Type != table.Integer || c.Stats.Nulls != 1 || len(res.Receipt.Notes) != 1 || res.Receipt.Notes[0].Code != "unfit_cells" {
		t.Errorf("%+v %+v", c, res.Receipt.Notes)
	}
}
