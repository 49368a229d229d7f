package xls

import (
	"tabletalk/internal/ingest/sheet"
)

// book is an open workbook.
type book struct {
	data      []byte
	old       bool // BIFF5 and BIFF7: texts in bytes
	page      int
	epoch1904 bool
	formats   map[int]sheet.Format
	styles    []int // number of the format, by style
	shared    [][]byte
	limits    sheet.Limits
}

// globals reads the records before the first sheet.
func (b *book) globals() (*sheet.Workbook, error) {
	b.formats = map[int]sheet.Format{}
	out := &sheet.Workbook{Format: "xls"}
	r := &reader{data: b.data}
	rec, ok := r.next()
	switch {
	case !ok || rec.id != recBOF:
		return nil, sheet.Unsupported("an Excel workbook of a kind that is not known")
	case rec.u16(0) == 0x0500:
		b.old = true
	case rec.u16(0) != 0x0600:
		return nil, sheet.Unsupported("an Excel workbook of a kind that is not known")
	}
	if rec.u16(2) == 0x10 { // a sheet that stands alone
		out.Sheets = append(out.Sheets, b.sheetAt("Sheet1", 0, false))
		return out, nil
	}
	for {
		rec, ok := r.next()
		if !ok || rec.id == recEOF {
			break
		}
		if err := b.global(out, r, rec); err != nil {
			return nil, err
		}
	}
	if len(out.Sheets) == 0 && out.Other == 0 {
		return nil, sheet.Damaged(nil, "is damaged: its workbook has no sheets")
	}
	return out, nil
}

func (b *book) global(out *sheet.Workbook, r *reader, rec record) error {
	switch rec.id {
	case recFilePass:
		return sheet.Encrypted()
	case recCodePage:
		b.page = rec.u16(0)
	case recDate1904:
		b.epoch1904 = rec.u16(0) == 1
	case recFormat:
		b.format(rec)
	case recXF:
		b.styles = append(b.styles, rec.u16(2))
	case recBoundSheet:
		return b.boundSheet(out, rec)
	case recSST:
		b.strings(&parts{rest: r.continued(rec.data)})
	}
	return nil
}

func (b *book) format(rec record) {
	if len(rec.data) < 4 {
		return
	}
	var code []byte
	if b.old {
		code = b.narrow(rec.data[3:min(len(rec.data), 3+int(rec.data[2]))])
	} else {
		p := &parts{rest: [][]byte{rec.data[4:]}}
		code = p.unicode(rec.u16(2))
	}
	b.formats[rec.u16(0)] = sheet.ParseFormat(string(code))
}

// boundSheet reads where a sheet is, and what.
func (b *book) boundSheet(out *sheet.Workbook, rec record) error {
	if len(rec.data) < 8 {
		return nil
	}
	if len(out.Sheets) == b.limits.Sheets {
		return sheet.TooManySheets()
	}
	if rec.data[5] != 0 {
		out.Other++
		return nil
	}
	var name []byte
	if n := int(rec.data[6]); b.old {
		name = b.narrow(rec.data[7:min(len(rec.data), 7+n)])
	} else {
		p := &parts{rest: [][]byte{rec.data[7:]}}
		name = p.unicode(n)
	}
	at := int(rec.u32(0))
	out.Sheets = append(out.Sheets, b.sheetAt(string(name), at, rec.data[4]&3 != 0))
	return nil
}

func (b *book) sheetAt(name string, at int, hidden bool) sheet.Sheet {
	return sheet.Sheet{Name: name, Hidden: hidden, Read: func(yield func(*sheet.Row) error) (x sheet.Extras, err error) {
		defer guard(&err)
		return b.read(at, yield)
	}}
}

// strings reads the texts that cells share; those of a table that is cut
// short are as many as there are.
func (b *book) strings(p *parts) {
	p.skip(4)
	n := p.u32()
	for i := 0; i < min(n, b.limits.SharedTexts) && p.err == nil && p.ready(); i++ {
		length := p.u16()
		b.shared = append(b.shared, p.unicode(length))
	}
}

// styleFormat gives the number format of a cell's style.
func (b *book) styleFormat(style int) sheet.Format {
	if style >= len(b.styles) {
		return sheet.Format{}
	}
	if f, ok := b.formats[b.styles[style]]; ok {
		return f
	}
	return sheet.Builtin(b.styles[style])
}
