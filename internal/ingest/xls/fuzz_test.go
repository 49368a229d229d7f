package xls

import (
	"bytes"
	"encoding/binary"
	"testing"

	"tabletalk/internal/ingest/sheet"
	"tabletalk/internal/ingest/sheet/sheettest"
)

// records writes records one behind the other.
func records(list ...record) []byte {
	var b []byte
	for _, r := range list {
		b = binary.LittleEndian.AppendUint16(b, r.id)
		b = binary.LittleEndian.AppendUint16(b, uint16(len(r.data)))
		b = append(b, r.data...)
	}
	return b
}

// example is the stream of a workbook of one sheet.
func example() []byte {
	bof := func(kind byte) record {
		return record{recBOF, []byte{0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}
	}
	globals := func(at byte) []byte {
		return records(bof(5), record{recSST, []byte{1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 'h', 'i'}}, record{recXF, make([]byte, 20)},
			record{recBoundSheet, []byte{at, 0, 0, 0, 0, 0, 1, 0, 'S'}}, record{recEOF, nil})
	}
	first := globals(0)
	return append(globals(byte(len(first))), records(bof(0x10), record{recRow, make([]byte, 16)}, record{recLabelSST, []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
		record{recRK, []byte{0, 0, 1, 0, 0, 0, 14, 0, 0, 0}}, record{recNumber, make([]byte, 14)}, record{recFormula, append(make([]byte, 12), 0xff, 0xff, 0, 0)},
		record{recString, []byte{1, 0, 0, 'x'}}, record{recMerged, []byte{1, 0, 0, 0, 1, 0, 0, 0, 1, 0}}, record{recEOF, nil})...)
}

func openStream(b []byte) (*sheet.Workbook, error) {
	wb := &book{data: b, limits: sheet.Limits{Sheets: 50, Cells: 1 << 16, SharedTexts: 1000, SharedBytes: 1 << 20}}
	return wb.globals()
}

func TestExample(t *testing.T) {
	wb, err := openStream(example())
	if err != nil || len(wb.Sheets) != 1 {
		t.Fatal(wb, err)
	}
	got := ""
	if _, err := wb.Sheets[0].Read(func(r *sheet.Row) error {
		for _, c := range r.Cells {
			got += string(c.Text) + " "
		}
		return nil
	}); err != nil || got == "" {
		t.Error(got, err)
	}
}

// FuzzStream reads strangers' bytes as the stream of a workbook.
func FuzzStream(f *testing.F) {
	f.Add(example())
	f.Add(example()[:60])
	f.Fuzz(func(t *testing.T, b []byte) {
		wb, err := openStream(b)
		sheettest.Walk(t, wb, err)
	})
}

// FuzzFile reads them as a compound file.
func FuzzFile(f *testing.F) {
	f.Add(append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 1600)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		wb, err := Open(bytes.NewReader(b), int64(len(b)), sheet.Limits{Sheets: 50, Cells: 1 << 16, SharedTexts: 1000, SharedBytes: 1 << 20})
		sheettest.Walk(t, wb, err)
	})
}
