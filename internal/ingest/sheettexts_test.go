package ingest

import (
	"os"

	"tabletalk/internal/ingest/sheet"
	"tabletalk/internal/ingest/xls"
	"tabletalk/internal/ingest/xlsx"
)

// sheetTexts gives the cells of the n-th sheet of a workbook.
func sheetTexts(file string, n int) (map[[2]int]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	j := &job{spec: Spec{Name: info.Name()}}
	var wb *sheet.Workbook
	head := make([]byte, 2)
	if _, err := f.ReadAt(head, 0); err != nil {
		return nil, err
	}
	if string(head) == "PK" {
		var limits Limits
		limits.defaults()
		a, err := xlsx.OpenArchive(f, info.Size(), limits.archive())
		if err != nil {
			return nil, j.sheetFault(err)
		}
		if wb, err = xlsx.Open(a); err != nil {
			return nil, j.sheetFault(err)
		}
	} else if wb, err = xls.Open(f, info.Size(), sheet.Usual()); err != nil {
		return nil, j.sheetFault(err)
	}
	out := map[[2]int]string{}
	if n >= len(wb.Sheets) {
		return out, nil
	}
	_, err = wb.Sheets[n].Read(func(r *sheet.Row) error {
		for _, c := range r.Cells {
			out[[2]int{r.Index, c.Col}] = string(c.Text)
		}
		return nil
	})
	return out, err
}
