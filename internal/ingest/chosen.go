package ingest

import (
	"strings"

	"tabletalk/internal/fault"
	"tabletalk/internal/ingest/sheet"
)

// chosen gives the sheets, and of each the part, that a person decided on.
func (j *job) chosen(sheets []sheet.Sheet) ([]sheet.Sheet, error) {
	part := sheet.Range{LastRow: sheet.MaxRows, LastCol: sheet.MaxColumns}
	if j.spec.Range != "" {
		var ok bool
		if part, ok = sheet.ParseRange(j.spec.Range); !ok {
			return nil, invalidDecision("range", "A range of a sheet is written like A3:F120.")
		}
	}
	part.Row = max(part.Row, j.spec.SkipRows)
	var list []sheet.Sheet
	var names []string
	for _, s := range sheets {
		names = append(names, s.Name)
		if j.spec.Sheet == "" || strings.EqualFold(s.Name, j.spec.Sheet) {
			list = append(list, within(s, part))
		}
	}
	if len(list) == 0 && len(sheets) > 0 {
		return nil, fault.New(fault.Invalid, "sheet_not_found", "%s has no sheet %q.", shown(j.spec.Name), clip(cleanText(j.spec.Sheet), 60)).
			WithHint("It has: %s.", clip(cleanText(strings.Join(names, ", ")), 200)).At("ingest.Work")
	}
	return list, nil
}

// within is a sheet of which only a part is there.
func within(s sheet.Sheet, part sheet.Range) sheet.Sheet {
	if part == (sheet.Range{LastRow: sheet.MaxRows, LastCol: sheet.MaxColumns}) {
		return s
	}
	read := s.Read
	s.Read = func(yield func(*sheet.Row) error) (sheet.Extras, error) {
		x, err := read(func(r *sheet.Row) error {
			if r.Index < part.Row || r.Index > part.LastRow {
				return nil
			}
			r.Cells = cellsWithin(r.Cells, part)
			if len(r.Cells) == 0 {
				return nil
			}
			return yield(r)
		})
		x.Merges, x.Tables = rangesWithin(x.Merges, part), rangesWithin(x.Tables, part)
		return x, err
	}
	return s
}

func cellsWithin(cells []sheet.Cell, part sheet.Range) []sheet.Cell {
	for len(cells) > 0 && cells[0].Col < part.Col {
		cells = cells[1:]
	}
	for len(cells) > 0 && cells[len(cells)-1].Col > part.LastCol {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// rangesWithin gives what of the ranges lies in the part.
func rangesWithin(list []sheet.Range, part sheet.Range) []sheet.Range {
	var out []sheet.Range
	for _, r := range list {
		r = sheet.Range{Row: max(r.Row, part.Row), Col: max(r.Col, part.Col), LastRow: min(r.LastRow, part.LastRow), LastCol: min(r.LastCol, part.LastCol)}
		if r.Row <= r.LastRow && r.Col <= r.LastCol {
			out = append(out, r)
		}
	}
	return out
}
