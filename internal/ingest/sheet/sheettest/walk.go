package sheettest

import (
	"errors"
	"testing"

	"tabletalk/internal/ingest/sheet"
)

// maxRows is how many rows of a sheet are looked at: a small file may repeat
// one row as often as a sheet has rows.
const maxRows = 5000

var errEnough = errors.New("enough")

// Walk reads every sheet: rows ascend, the cells of a row ascend, all lie on
// the sheet and hold a text, and whatever else happens is a sheet.Problem.
func Walk(t *testing.T, wb *sheet.Workbook, err error) {
	t.Helper()
	if err != nil {
		problem(t, err)
		return
	}
	for _, s := range wb.Sheets[:min(len(wb.Sheets), 20)] {
		last, n := -1, 0
		_, err := s.Read(func(r *sheet.Row) error {
			if r.Index <= last || r.Index >= sheet.MaxRows || len(r.Cells) == 0 {
				t.Fatalf("row %d with %d cells behind row %d", r.Index, len(r.Cells), last)
			}
			last = r.Index
			cells(t, r)
			if n++; n > maxRows {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			problem(t, err)
		}
	}
}

func cells(t *testing.T, r *sheet.Row) {
	t.Helper()
	col := -1
	for _, c := range r.Cells {
		if c.Col <= col || c.Col >= sheet.MaxColumns || len(c.Text) == 0 || c.Kind >= sheet.Kinds {
			t.Fatalf("cell %+v behind column %d", c, col)
		}
		col = c.Col
	}
}

func problem(t *testing.T, err error) {
	t.Helper()
	var p *sheet.Problem
	if !errors.As(err, &p) || p.Reason == "" || p.Code == "" {
		t.Fatalf("not a problem with a reason: %v", err)
	}
}
