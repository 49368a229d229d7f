package ingest

import (
	"archive/zip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tabletalk/internal/golden"
)

// workbooks are built anew for each test; their receipts are goldens.
var workbooks = []struct {
	name  string
	build func(t *testing.T, f *excelize.File)
}{
	{"types", buildTypes},
	{"layout", buildLayout},
	{"several", buildSeveral},
	{"epoch1904", func(t *testing.T, f *excelize.File) {
		yes := true
		must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
		fillRows(t, f, "Sheet1", 1, []any{"day", "n"}, []any{43830, 1}, []any{43831, 2}, []any{43832.5, 3})
		styled(t, f, "Sheet1", "A2", "A4", "yyyy-mm-dd")
	}},
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func fillRows(t *testing.T, f *excelize.File, sheet string, from int, rows ...[]any) {
	t.Helper()
	for i, r := range rows {
		for k, v := range r {
			if v == nil {
				continue
			}
			cell, err := excelize.CoordinatesToCellName(k+1, from+i)
			must(t, err)
			must(t, f.SetCellValue(sheet, cell, v))
		}
	}
}

func styled(t *testing.T, f *excelize.File, sheet, from, to, format string) {
	t.Helper()
	id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	must(t, err)
	must(t, f.SetCellStyle(sheet, from, to, id))
}

func buildTypes(t *testing.T, f *excelize.File) {
	day := time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC)
	fillRows(t, f, "Sheet1", 1, []any{"day", "seen", "zip", "stored", "share", "price", "ok", "worked", "broken", "text"},
		[]any{day, day.Add(10*time.Hour + 30*time.Minute), "01234", "12", 0.07, 19.99, true, 1.25, 5, "a < b & \"c\""},
		[]any{day.AddDate(0, 0, 1), day.Add(time.Second), "99999", "13.5", 0.125, 1200, false, 0.5, nil, "two\nlines"},
		[]any{day.AddDate(0, 1, 0), day, "00501", "-4", 1, 0.5, true, 2, 7, "é 漢 🍣"})
	must(t, f.SetCellFormula("Sheet1", "I3", "1/0"))
	styled(t, f, "Sheet1", "A2", "A4", "dd.mm.yyyy")
	styled(t, f, "Sheet1", "B2", "B4", "yyyy-mm-dd hh:mm:ss")
	styled(t, f, "Sheet1", "E2", "E4", "0.0%")
	styled(t, f, "Sheet1", "F2", "F4", "#,##0.00 [$€-407]")
	styled(t, f, "Sheet1", "H2", "H4", "[h]:mm")
	must(t, f.SetRowVisible("Sheet1", 3, false))
}

func buildLayout(t *testing.T, f *excelize.File) {
	fillRows(t, f, "Sheet1", 1, []any{"Sales of the year"}, nil,
		[]any{"Region", "2023", nil, "2024", nil},
		[]any{nil, "units", "revenue", "units", "revenue"},
		[]any{"North", 1, 10.5, 2, 20.5}, []any{nil, 3, 30.5, 4, 40.5}, []any{"South", 5, 50.5, 6, 60.5}, []any{"West", 7, 70.5, 8, 80.5},
		[]any{"Total", 16, 162.0, 20, 202.0}, nil, []any{"Source: the ledger"})
	must(t, f.MergeCell("Sheet1", "A1", "E1"))
	must(t, f.MergeCell("Sheet1", "A3", "A4"))
	must(t, f.MergeCell("Sheet1", "B3", "C3"))
	must(t, f.MergeCell("Sheet1", "D3", "E3"))
	must(t, f.MergeCell("Sheet1", "A5", "A6"))
}

func buildSeveral(t *testing.T, f *excelize.File) {
	fillRows(t, f, "Sheet1", 1, []any{"name", "age"}, []any{"Ann", 31}, []any{"Bob", 42}, nil, []any{"Cid", 53}, nil,
		[]any{"city", "people", "area"}, []any{"Bonn", 300, 1.5}, []any{"Ulm", 100, 2.5})
	for i, r := range [][]any{{"code", "rate"}, {"x", 1.5}, {"y", 2.5}, {"z", 3.5}, {"w", 4.5}} {
		must(t, f.SetSheetRow("Sheet1", "H"+string(rune('1'+i)), &r))
	}
	for _, name := range []string{"Secret", "Empty"} {
		_, err := f.NewSheet(name)
		must(t, err)
	}
	fillRows(t, f, "Secret", 1, []any{"k", "v"}, []any{"a", 1}, []any{"b", 2})
	must(t, f.SetSheetVisible("Secret", false))
}

func saveBook(t *testing.T, build func(*testing.T, *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	build(t, f)
	file := filepath.Join(t.TempDir(), "book.xlsx")
	must(t, f.SaveAs(file))
	return file
}

func TestWorkbooks(t *testing.T) {
	for _, b := range workbooks {
		t.Run(b.name, func(t *testing.T) {
			spec := Spec{File: saveBook(t, b.build), Name: b.name + ".xlsx", Dir: t.TempDir()}
			conn := openEngine(t, spec.Dir, spec.File)
			res, err := Work(context.Background(), conn, spec, nil)
			got := printed(t, spec.Dir, res, conn, err)
			if err == nil {
				for _, p := range res.Receipt.Parts {
					got += strings.TrimSpace(strings.Join([]string{"part", p.Table, p.Sheet, p.Range}, " ")) + "\n"
				}
			}
			golden.Compare(t, filepath.Join("testdata", "workbooks", b.name+".golden"), got)
		})
	}
}

// zipOf writes an archive of the given parts.
func zipOf(t testing.TB, parts ...[2]string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "test.zip")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w := zip.NewWriter(out)
	for _, p := range parts {
		part, err := w.Create(p[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(p[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

// bookParts gives the parts of a workbook of one sheet.
func bookParts(sheet string) [][2]string {
	return [][2]string{{"[Content_Types].xml", "<Types/>"},
		{"xl/workbook.xml", `<workbook><sheets><sheet name="S" sheetId="1"/></sheets></workbook>`}, {"xl/worksheets/sheet1.xml", sheet}}
}

func TestHostileWorkbooks(t *testing.T) {
	many := make([][2]string, archiveEntries+1)
	for i := range many {
		many[i][0] = "p" + strings.Repeat("x", i%7) + time.Duration(i).String()
	}
	for _, c := range []struct {
		name  string
		parts [][2]string
		code  string
	}{
		{"entities", bookParts(`<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>`), "xml_unsafe"},
		{"nesting", bookParts(strings.Repeat("<a>", 100_000)), "xml_unsafe"},
		{"cut short", bookParts(`<worksheet><sheetData><row r="1"><c r="A1"><v>1</v>`), "file_damaged"},
		{"unpacks too far", bookParts(`<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>` + strings.Repeat("<a/>"+strings.Repeat(" ", 1020), 80<<10) + `</worksheet>`), "archive_bomb"},
		{"row beyond", bookParts(`<worksheet><sheetData><row r="2000000"><c><v>1</v></c></row></sheetData></worksheet>`), "file_damaged"},
		{"text that is not there", bookParts(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData></worksheet>`), "file_damaged"},
		{"no cells", bookParts(`<worksheet><sheetData/></worksheet>`), "file_empty"},
		{"too many parts", many, "archive_bomb"},
		{"a document", [][2]string{{"[Content_Types].xml", "<Types/>"}, {"word/document.xml", "<w/>"}}, "format_unsupported"},
		{"nothing to read", [][2]string{{"a.pdf", "%PDF-1.4"}, {"b.png", "\x89PNG"}}, "archive_without_tables"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := ingestFile(t, Spec{File: zipOf(t, c.parts...), Name: "evil.xlsx"})
			wantFault(t, err, c.code)
		})
	}
}

func TestArchiveOfFiles(t *testing.T) {
	file := zipOf(t, [2]string{"data/a.csv", "x,y\n1,2\n3,4\n"}, [2]string{"b.json", `[{"k":1},{"k":2}]`}, [2]string{"readme.pdf", "%PDF-1"})
	res, conn, err := ingestFile(t, Spec{File: file, Name: "all.zip"})
	if err != nil {
		t.Fatal(err)
	}
	got := printed(t, filepath.Dir(file), &Result{Receipt: res.Receipt}, conn, nil)
	if len(res.Tables) != 2 || res.Tables[0].Name != "a" || res.Tables[1].Name != "b" || res.Receipt.RowsRead != 4 || !strings.Contains(got, "left_out_file") {
		t.Errorf("%+v\n%s", res.Tables, got)
	}
}
