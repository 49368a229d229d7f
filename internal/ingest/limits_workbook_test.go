package ingest

import (
	"strings"
	"testing"

	"tabletalk/internal/fault"
)

// odsOf is an OpenDocument file of so many sheets of a few rows.
func odsOf(t *testing.T, sheets int) string {
	one := `<table:table table:name="s"><table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell></table:table-row>` +
		`<table:table-row table:number-rows-repeated="20"><table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>`
	return zipOf(t, [2]string{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, [2]string{"META-INF/manifest.xml", "<m/>"},
		[2]string{"content.xml", `<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>` + strings.Repeat(one, sheets) +
			`</office:spreadsheet></office:body></office:document-content>`})
}

func TestLimitsOfWorkbooks(t *testing.T) {
	several, files := saveBook(t, buildSeveral), zipOf(t, [2]string{"a.csv", "a\n1\n"}, [2]string{"b.csv", "a\n1\n"})
	for _, c := range []struct {
		setting, file string
		tight, wide   Limits
	}{
		{"max-sheets", several, Limits{Sheets: 2}, Limits{Sheets: 3}},
		{"max-sheets", odsOf(t, 3), Limits{Sheets: 2}, Limits{Sheets: 3}},
		{"max-tables", several, Limits{Tables: 3}, Limits{Tables: 4}},
		{"max-shared-texts", several, Limits{SharedTexts: 3}, Limits{SharedTexts: 100}},
		{"max-shared-bytes", several, Limits{SharedBytes: 10}, Limits{SharedBytes: 1000}},
		{"max-sheet-cells", odsOf(t, 1), Limits{SheetCells: 20}, Limits{SheetCells: 21}},
		{"max-ods-bytes", odsOf(t, 1), Limits{ODSBytes: 200}, Limits{ODSBytes: 2000}},
		{"max-archive-entries", several, Limits{ArchiveEntries: 3}, Limits{ArchiveEntries: 30}},
		{"max-archive-files", files, Limits{ArchiveFiles: 1}, Limits{ArchiveFiles: 2}},
		{"max-unpacked-bytes", several, Limits{UnpackedBytes: 1000}, Limits{UnpackedBytes: 1 << 20}},
	} {
		t.Run(c.setting, func(t *testing.T) {
			_, _, err := ingestFile(t, Spec{File: c.file, Limits: c.tight})
			if err == nil || !strings.Contains(err.Error(), c.setting) || fault.Of(err).Kind == fault.Internal {
				t.Errorf("%v, want an error that names %s", err, c.setting)
			}
			if _, _, err := ingestFile(t, Spec{File: c.file, Limits: c.wide}); err != nil {
				t.Errorf("within the limit: %v", err)
			}
		})
	}
}
