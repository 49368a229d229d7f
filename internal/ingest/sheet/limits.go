package sheet

// Limits are named settings that bound what is held of a workbook.
type Limits struct {
	Sheets      int   // max-sheets
	Cells       int64 // max-sheet-cells, of one sheet, those that the file only counts included
	SharedTexts int   // max-shared-texts
	SharedBytes int64 // max-shared-bytes
	ODSBytes    int64 // max-ods-bytes, the content of an OpenDocument file
}

// Usual gives the limits where no setting says them.
func Usual() Limits {
	return Limits{Sheets: 1000, Cells: 256 << 20, SharedTexts: 16 << 20, SharedBytes: 1 << 30, ODSBytes: 1 << 30}
}

// TooManySheets is the problem of a workbook with more than Sheets.
func TooManySheets() error {
	return &Problem{Code: CodeTooLarge, Reason: "has too many sheets (max-sheets)"}
}
