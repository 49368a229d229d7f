package sheetml

import (
	"bytes"
	"io"

	"tabletalk/internal/ingest/markup"
	"tabletalk/internal/ingest/sheet"
	"tabletalk/internal/ingest/xlsx"
)

// Is reports whether a file that begins so is such a workbook.
func Is(head []byte) bool {
	head = bytes.ReplaceAll(head[:min(len(head), 2048)], []byte{0}, nil)
	return bytes.Contains(head, []byte("<?xml")) && bytes.Contains(head, []byte("urn:schemas-microsoft-com:office:spreadsheet"))
}

// book is an open workbook.
type book struct {
	open    func() (io.ReadCloser, error)
	formats map[string]sheet.Format // by the name of a style
}

// maxStyles is how many styles are read.
const maxStyles = 1 << 16

// Open reads the list of sheets and the styles; open gives the document from
// its start, as often as it is called.
func Open(open func() (io.ReadCloser, error), limits sheet.Limits) (*sheet.Workbook, error) {
	b := &book{open: open, formats: map[string]sheet.Format{}}
	out := &sheet.Workbook{Format: "xml"}
	style := ""
	err := b.scan(func(s *markup.Scanner, k markup.Kind) error {
		if k != markup.Start {
			return nil
		}
		switch string(s.Name) {
		case "Style":
			style = s.Attr("ID")
		case "NumberFormat":
			if len(b.formats) < maxStyles {
				b.formats[style] = formatOf(s.Attr("Format"))
			}
		case "Worksheet":
			if len(out.Sheets) == limits.Sheets {
				return sheet.TooManySheets()
			}
			n := len(out.Sheets)
			out.Sheets = append(out.Sheets, sheet.Sheet{Name: s.Attr("Name"),
				Read: func(yield func(*sheet.Row) error) (sheet.Extras, error) { return b.read(n, limits.Cells, yield) }})
		case "Table":
			return s.Skip()
		case "Visible":
			return hide(s, out)
		}
		return nil
	})
	return out, err
}

// hide reads whether the sheet is shown whose options these are.
func hide(s *markup.Scanner, out *sheet.Workbook) error {
	if s.Empty || len(out.Sheets) == 0 {
		return nil
	}
	k, err := s.Next()
	if err == nil && k == markup.Text {
		out.Sheets[len(out.Sheets)-1].Hidden = bytes.Contains(s.Text, []byte("Hidden"))
	}
	return err
}

// named are the formats that have names instead of codes.
var named = map[string]sheet.Class{"Percent": sheet.Percent, "Currency": sheet.Currency, "Euro Currency": sheet.Currency, "General Date": sheet.Date,
	"Long Date": sheet.Date, "Medium Date": sheet.Date, "Short Date": sheet.Date, "Long Time": sheet.Clock, "Medium Time": sheet.Clock, "Short Time": sheet.Clock}

func formatOf(code string) sheet.Format {
	if c, ok := named[code]; ok {
		return sheet.Format{Class: c}
	}
	return sheet.ParseFormat(code)
}

// scan gives every token of the document.
func (b *book) scan(each func(*markup.Scanner, markup.Kind) error) error {
	in, err := b.open()
	if err != nil {
		return err
	}
	defer in.Close()
	s := markup.NewScanner(in)
	return xlsx.Trouble(s.Each(func(k markup.Kind) error { return each(s, k) }))
}
