package ingest

// Part tells of one table of a file that holds several, or may: a sheet of a
// workbook, a file of an archive, lines of a text.
type Part struct {
	Table        string `json:"table"`
	File         string `json:"file,omitempty"`   // of an archive
	Sheet        string `json:"sheet,omitempty"`  // of a workbook
	Line         int64  `json:"line,omitempty"`   // of a text: where the table begins
	Path         string `json:"path,omitempty"`   // of arrays inside the rows of JSON
	Hidden       bool   `json:"hidden,omitempty"` // the sheet is
	Range        string `json:"range,omitempty"`  // on the sheet, with the header: "A3:F120"
	HeaderRow    int    `json:"header_row"`       // from 1; 0: none
	HeaderRows   int    `json:"header_rows,omitempty"`
	HeaderReason string `json:"header_reason,omitempty"`
	Rows         int64  `json:"rows"`
}
