package ods

import (
	"bytes"
	"errors"
	"io"

	"tabletalk/internal/ingest/markup"
	"tabletalk/internal/ingest/sheet"
	"tabletalk/internal/ingest/xlsx"
)

// Is reports whether the archive is an OpenDocument spreadsheet.
func Is(a *xlsx.Archive) bool {
	r, err := a.Open("mimetype")
	if err != nil {
		return false
	}
	defer r.Close()
	b, _ := io.ReadAll(io.LimitReader(r, 200))
	return bytes.HasPrefix(b, []byte("application/vnd.oasis.opendocument.spreadsheet")) || bytes.HasPrefix(b, []byte("application/vnd.sun.xml.calc"))
}

// Open reads the list of sheets. The content is held in memory.
func Open(a *xlsx.Archive) (*sheet.Workbook, error) {
	if err := encrypted(a); err != nil {
		return nil, err
	}
	in, err := a.Open("content.xml")
	if err != nil {
		return nil, err
	}
	defer in.Close()
	limits := a.Limits()
	content, err := io.ReadAll(io.LimitReader(in, limits.ODSBytes+1))
	switch {
	case err != nil:
		return nil, xlsx.Trouble(err)
	case int64(len(content)) > limits.ODSBytes:
		return nil, &sheet.Problem{Code: sheet.CodeTooLarge, Reason: "holds more than a document may (max-ods-bytes)"}
	case len(content) == 0:
		return nil, sheet.Damaged(nil, "is damaged: it has no content inside")
	}
	return sheets(content, limits)
}

// encrypted looks for a password in the list of the document's parts.
func encrypted(a *xlsx.Archive) error {
	in, err := a.Open("META-INF/manifest.xml")
	if err != nil {
		return err
	}
	defer in.Close()
	s := markup.NewScanner(in)
	for {
		k, err := s.Next()
		switch {
		case err != nil:
			return nil // the content tells what is wrong
		case k == markup.Start && string(s.Name) == "encryption-data":
			return sheet.Encrypted()
		}
	}
}

// sheets finds where each sheet stands in the content.
func sheets(content []byte, limits sheet.Limits) (*sheet.Workbook, error) {
	out := &sheet.Workbook{Format: "ods"}
	s := markup.NewScanner(bytes.NewReader(content))
	hidden := map[string]bool{} // styles of tables that are not shown
	style := ""
	for {
		k, err := s.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, xlsx.Trouble(err)
		}
		if k != markup.Start {
			continue
		}
		switch string(s.Name) {
		case "style":
			style = s.Attr("name")
		case "table-properties":
			if s.Attr("display") == "false" {
				hidden[style] = true
			}
		case "table":
			if len(out.Sheets) == limits.Sheets {
				return nil, sheet.TooManySheets()
			}
			err = add(out, s, content, hidden, limits.Cells)
		case "tracked-changes", "named-expressions", "database-ranges":
			err = s.Skip()
		}
		if err != nil {
			return nil, xlsx.Trouble(err)
		}
	}
}

// add takes the sheet whose start was just read.
func add(out *sheet.Workbook, s *markup.Scanner, content []byte, hidden map[string]bool, cells int64) error {
	sh := sheet.Sheet{Name: s.Attr("name"), Hidden: hidden[s.Attr("style-name")]}
	from := s.Offset()
	to := from
	if !s.Empty {
		for depth := s.Depth(); s.Depth() >= depth; {
			to = s.Offset()
			if _, err := s.Next(); err != nil {
				return err
			}
		}
	}
	part := content[min(from, int64(len(content))):min(to, int64(len(content)))]
	sh.Read = func(yield func(*sheet.Row) error) (sheet.Extras, error) { return read(part, cells, yield) }
	out.Sheets = append(out.Sheets, sh)
	return nil
}
