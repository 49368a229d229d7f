package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"testing"

	"tabletalk/internal/ingest/sheet"
	"tabletalk/internal/ingest/sheet/sheettest"
)

// packed makes an archive of parts: names and contents in turn.
func packed(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		p, err := w.Create(parts[i])
		if err == nil {
			_, err = p.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openBytes(b []byte) (*sheet.Workbook, error) {
	a, err := OpenArchive(bytes.NewReader(b), int64(len(b)), Limits{Entries: 100, Unpacked: 8 << 20, Ratio: 200, BombMin: 4 << 20})
	if err != nil {
		return nil, err
	}
	return Open(a)
}

const (
	workbookXML = `<workbook><workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" id="r1"/></sheets></workbook>`
	relsXML     = `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
	stylesXML   = `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy-mm-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`
	sharedXML   = `<sst><si><t>a_x000D_b</t></si><si><r><t>c</t></r></si></sst>`
	sheetXML    = `<worksheet><cols><col min="1" max="2" hidden="1"/></cols><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45000.5</v></c></row>` +
		`<row r="3" hidden="1"><c t="inlineStr"><is><t>x</t></is></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c><f>A1</f></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`
)

// FuzzParts puts strangers' bytes into each part of a workbook.
func FuzzParts(f *testing.F) {
	f.Add(workbookXML, stylesXML, sharedXML, sheetXML)
	f.Add(`<workbook><sheets><sheet name="&amp;" state="hidden"/>`, ``, `<sst><si><t>`, `<worksheet><sheetData><row r="0"><c r="ZZZZ1"><v>1e999</v>`)
	f.Fuzz(func(t *testing.T, book, styles, shared, sheet1 string) {
		wb, err := openBytes(packed(t, "xl/workbook.xml", book, "xl/_rels/workbook.xml.rels", relsXML, "xl/styles.xml", styles, "xl/sharedStrings.xml", shared, "xl/worksheets/sheet1.xml", sheet1))
		sheettest.Walk(t, wb, err)
	})
}

// FuzzArchive reads strangers' bytes as an archive.
func FuzzArchive(f *testing.F) {
	whole := packed(f, "xl/workbook.xml", workbookXML, "xl/_rels/workbook.xml.rels", relsXML, "xl/worksheets/sheet1.xml", sheetXML)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		wb, err := openBytes(b)
		sheettest.Walk(t, wb, err)
	})
}

// rec writes a record of a binary part.
func rec(id int, data ...byte) []byte {
	b := []byte{byte(id)}
	if id > 0x7f {
		b = []byte{byte(id&0x7f) | 0x80, byte(id >> 7)}
	}
	return append(append(b, byte(len(data))), data...)
}

func u32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }

func wide(s string) []byte {
	b := u32(uint32(len(s)))
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return b
}

// binarySheet is a sheet of two rows.
func binarySheet() []byte {
	row := func(n uint32) []byte { return rec(recRow, append(u32(n), make([]byte, 13)...)...) }
	at := func(col uint32, value ...byte) []byte { return append(append(u32(col), 0, 0, 0, 0), value...) }
	return bytes.Join([][]byte{rec(recDataBegin), row(0), rec(recText, at(0, wide("name")...)...), rec(recShared, at(1, u32(0)...)...),
		row(1), rec(recRK, at(0, u32(14)...)...), rec(recBool, at(1, 1)...), rec(recError, at(2, 0x2a)...), rec(recDataEnd),
		rec(recMerge, bytes.Join([][]byte{u32(0), u32(0), u32(0), u32(1)}, nil)...)}, nil)
}

// FuzzBinary puts strangers' bytes into the parts of a binary workbook.
func FuzzBinary(f *testing.F) {
	book := append(rec(recBookProps, 0, 0, 0, 0), rec(recSheet, append(append(append(u32(0), u32(1)...), wide("r1")...), wide("S")...)...)...)
	shared := rec(recSharedItem, append([]byte{0}, wide("n")...)...)
	styles := append(append(rec(recCellStyles), rec(recStyle, 0, 0, 14, 0)...), rec(recCellStylesOf)...)
	f.Add(book, styles, shared, binarySheet())
	f.Add(book, []byte{0xff}, []byte{0x13, 0xff, 0xff, 0xff, 0x7f}, []byte{0x91, 0x01, 0x00, 0x00, 0x07})
	f.Fuzz(func(t *testing.T, book, styles, shared, sheet1 []byte) {
		wb, err := openBytes(packed(t, "xl/workbook.bin", string(book), "xl/_rels/workbook.bin.rels", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.bin"/></Relationships>`,
			"xl/styles.bin", string(styles), "xl/sharedStrings.bin", string(shared), "xl/worksheets/sheet1.bin", string(sheet1)))
		sheettest.Walk(t, wb, err)
	})
}

// TestBinarySheet reads what the fuzz target begins with.
func TestBinarySheet(t *testing.T) {
	book := rec(recSheet, append(append(append(u32(1), u32(1)...), wide("r1")...), wide("Sales")...)...)
	wb, err := openBytes(packed(t, "xl/workbook.bin", string(book), "xl/_rels/workbook.bin.rels", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.bin"/></Relationships>`,
		"xl/sharedStrings.bin", string(rec(recSharedItem, append([]byte{0}, wide("n")...)...)), "xl/worksheets/sheet1.bin", string(binarySheet())))
	if err != nil {
		t.Fatal(err)
	}
	var got string
	extras, err := wb.Sheets[0].Read(func(r *sheet.Row) error {
		for _, c := range r.Cells {
			got += string(c.Text) + " "
		}
		return nil
	})
	if err != nil || got != "name n 3 true #N/A " || len(extras.Merges) != 1 || !wb.Sheets[0].Hidden || wb.Format != "xlsb" {
		t.Errorf("%q %+v %v", got, extras, err)
	}
}
