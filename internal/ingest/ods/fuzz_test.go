package ods

import (
	"archive/zip"
	"bytes"
	"testing"

	"tabletalk/internal/ingest/sheet"
	"tabletalk/internal/ingest/sheet/sheettest"
	"tabletalk/internal/ingest/xlsx"
)

func FuzzContent(f *testing.F) {
	f.Add(`<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="s"><table:table-column table:visibility="collapse"/>` +
		`<table:table-row table:number-rows-repeated="3"><table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>a<text:s text:c="3"/>b</text:p><text:p>c</text:p></table:table-cell>` +
		`<table:covered-table-cell/><table:table-cell office:value-type="date" office:date-value="2024-01-31T00:00:00"/><table:table-cell office:value-type="time" office:time-value="PT25H"/>` +
		`<table:table-cell office:value-type="percentage" office:value="0.07" table:number-columns-spanned="2"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`)
	f.Add(`<table table:name="x"><table-row number-rows-repeated="99999999"><table-cell value-type="float" value="1" number-columns-repeated="99999999"/>`)
	f.Fuzz(func(t *testing.T, content string) {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, p := range [][2]string{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"content.xml", content}} {
			part, err := w.Create(p[0])
			if err == nil {
				_, err = part.Write([]byte(p[1]))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		a, err := xlsx.OpenArchive(bytes.NewReader(b.Bytes()), int64(b.Len()), xlsx.Limits{Entries: 10, Unpacked: 8 << 20, Ratio: 200, BombMin: 4 << 20,
			Book: sheet.Limits{Sheets: 50, Cells: 1 << 16, SharedTexts: 1000, SharedBytes: 1 << 20, ODSBytes: 4 << 20}})
		if err != nil {
			t.Fatal(err)
		}
		wb, err := Open(a)
		sheettest.Walk(t, wb, err)
	})
}
