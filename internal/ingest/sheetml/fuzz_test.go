package sheetml

import (
	"io"
	"strings"
	"testing"

	"tabletalk/internal/ingest/sheet"
	"tabletalk/internal/ingest/sheet/sheettest"
)

const example = `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style></Styles>
<Worksheet ss:Name="A"><Table><Column ss:Hidden="1" ss:Span="1"/><Row><Cell><Data ss:Type="String">day</Data></Cell><Cell ss:MergeAcross="1"><Data ss:Type="String">n &amp; m</Data></Cell></Row>
<Row ss:Index="4" ss:Hidden="1"><Cell ss:StyleID="d"><Data ss:Type="DateTime">2024-01-31T00:00:00.000</Data></Cell><Cell ss:Index="3" ss:StyleID="p"><Data ss:Type="Number">0.07</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell ss:Formula="=1"/></Row></Table></Worksheet>
<Worksheet ss:Name="B"><Table><Row><Cell><Data ss:Type="Boolean">1</Data></Cell></Row></Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>`

func openText(text string) (*sheet.Workbook, error) {
	return Open(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, sheet.Limits{Sheets: 50, Cells: 1 << 16})
}

func TestSheets(t *testing.T) {
	wb, err := openText(example)
	if err != nil || len(wb.Sheets) != 2 || wb.Sheets[0].Hidden || !wb.Sheets[1].Hidden || !Is([]byte(example)) {
		t.Fatal(wb, err)
	}
	got := ""
	for _, s := range wb.Sheets {
		extras, err := s.Read(func(r *sheet.Row) error {
			for _, c := range r.Cells {
				got += sheet.Ref(r.Index, c.Col) + "=" + string(c.Text) + " "
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if s.Name == "A" && (extras.HiddenCols != 2 || extras.HiddenRows != 1 || extras.Unvalued != 1 || len(extras.Merges) != 1) {
			t.Errorf("%+v", extras)
		}
	}
	if want := "A1=day B1=n & m A4=2024-01-31 C4=0.07 D4=#N/A A1=true "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(example)
	f.Add(strings.Replace(example, `ss:Index="4"`, `ss:Index="1"`, 1))
	f.Add(example[:len(example)/2])
	f.Add("<!DOCTYPE x [<!ENTITY a 'b'>]>" + example)
	f.Fuzz(func(t *testing.T, text string) {
		wb, err := openText(text)
		sheettest.Walk(t, wb, err)
	})
}
