package ingest

import "tabletalk/internal/fault"

import "tabletalk/internal/ingest/sheet"

// checkTables refuses more tables than are allowed.
func (j *job) checkTables(n int) error {
	if most := j.spec.Limits.Tables; n > most {
		return fault.New(fault.TooLarge, "too_many_tables", "%s holds %d tables; the limit is %d (max-tables).", shown(j.spec.Name), n, most).At("ingest.Work")
	}
	return nil
}

// Limits are named settings that a file may not exceed; zero takes the default.
type Limits struct {
	Columns   int   `json:"columns"`    // max-columns
	LineBytes int64 `json:"line_bytes"` // max-line-bytes
	Rejects   int   `json:"rejects"`    // how many rejected rows the receipt lists
	Tables    int   `json:"tables"`     // max-tables, of one file

	UnpackedBytes  int64 `json:"unpacked_bytes"`  // max-unpacked-bytes: what a packed file may unpack to
	Ratio          int64 `json:"ratio"`           // archive-ratio: how many times its size that may be
	ArchiveEntries int   `json:"archive_entries"` // max-archive-entries
	ArchiveFiles   int   `json:"archive_files"`   // max-archive-files

	Sheets      int   `json:"sheets"`       // max-sheets, of a workbook
	SheetCells  int64 `json:"sheet_cells"`  // max-sheet-cells
	SharedTexts int   `json:"shared_texts"` // max-shared-texts
	SharedBytes int64 `json:"shared_bytes"` // max-shared-bytes
	ODSBytes    int64 `json:"ods_bytes"`    // max-ods-bytes

	JSONDepth       int   `json:"json_depth"`        // max-json-depth
	JSONObjectBytes int64 `json:"json_object_bytes"` // max-json-object-bytes
	FooterBytes     int64 `json:"footer_bytes"`      // max-parquet-footer-bytes
}

// archiveEntries is max-archive-entries where no setting says it.
const archiveEntries = 5000

func (l *Limits) defaults() {
	book := sheet.Usual()
	or(&l.Columns, 4096)
	or(&l.LineBytes, 16<<20)
	or(&l.Rejects, 100)
	or(&l.Tables, 500)
	or(&l.UnpackedBytes, 5<<30)
	or(&l.Ratio, bombRatio)
	or(&l.ArchiveEntries, archiveEntries)
	or(&l.ArchiveFiles, 100)
	or(&l.Sheets, book.Sheets)
	or(&l.SheetCells, book.Cells)
	or(&l.SharedTexts, book.SharedTexts)
	or(&l.SharedBytes, book.SharedBytes)
	or(&l.ODSBytes, book.ODSBytes)
	or(&l.JSONDepth, maxJSONDepth)
	or(&l.JSONObjectBytes, 64<<20)
	or(&l.FooterBytes, 64<<20)
}

// or sets what is not set.
func or[T int | int64](v *T, fallback T) {
	if *v <= 0 {
		*v = fallback
	}
}
