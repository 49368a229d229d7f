package sheet

import "fmt"

// The bounds that every spreadsheet program keeps.
const (
	MaxRows    = 1 << 20
	MaxColumns = 1 << 14
)

// Workbook is the sheets of one file, in their order.
type Workbook struct {
	Format string // xlsx, xls, ods
	Sheets []Sheet
	Other  int // sheets that hold no cells: charts, dialogs, macros
}

// Sheet is one sheet with cells.
type Sheet struct {
	Name   string
	Hidden bool
	// Read gives the rows that hold cells, in order, and then what is known of
	// the sheet as a whole. It may be called again. An error of yield ends it.
	Read func(yield func(*Row) error) (Extras, error)
}

// Row is one row; it is valid only until yield returns.
type Row struct {
	Index  int // from 0
	Hidden bool
	Cells  []Cell // filled ones only, by column
}

// Cell is one filled cell.
type Cell struct {
	Col    int // from 0
	Kind   Kind
	Format Format
	// Text is the value in a plain form: a number as 12.5, a date as
	// 2024-01-31, a flag as true or false, an error as #DIV/0!.
	Text []byte
}

// Kind says what a cell holds.
type Kind uint8

// The kinds of cells.
const (
	Text Kind = iota
	Number
	Bool
	Moment // a date, a datetime or a time of day
	Error
	Kinds
)

// Extras are what a reader knows of a sheet when all of it was read.
type Extras struct {
	Merges     []Range
	Tables     []Range // ranges that the file itself calls tables
	HiddenCols int
	HiddenRows int
	Unvalued   int // formulas without a stored value
}

// Range is a rectangle of cells; both ends belong to it.
type Range struct{ Row, Col, LastRow, LastCol int }

// String gives the range as A1:C5.
func (r Range) String() string { return Ref(r.Row, r.Col) + ":" + Ref(r.LastRow, r.LastCol) }

// Ref names a cell as A1.
func Ref(row, col int) string { return ColumnName(col) + fmt.Sprint(row+1) }

// ColumnName gives the letters of a column.
func ColumnName(col int) string {
	var b [8]byte
	i := len(b)
	for col++; col > 0 && i > 0; col = (col - 1) / 26 {
		i--
		b[i] = byte('A' + (col-1)%26)
	}
	return string(b[i:])
}

// ParseRef reads A1 or $A$1; ok is false for anything else or beyond the
// bounds.
func ParseRef(ref []byte) (row, col int, ok bool) {
	i := 0
	for ; i < len(ref); i++ {
		c := ref[i] | 0x20
		if ref[i] == '$' && i == 0 {
			continue
		}
		if c < 'a' || c > 'z' {
			break
		}
		col = col*26 + int(c-'a') + 1
		if col > MaxColumns {
			return 0, 0, false
		}
	}
	if i < len(ref) && ref[i] == '$' {
		i++
	}
	for ; i < len(ref); i++ {
		if ref[i] < '0' || ref[i] > '9' {
			return 0, 0, false
		}
		row = row*10 + int(ref[i]-'0')
		if row > MaxRows {
			return 0, 0, false
		}
	}
	return row - 1, col - 1, row > 0 && col > 0
}

// ParseRange reads A1:C5 or A1.
func ParseRange(ref string) (Range, bool) {
	first, last := ref, ref
	for i := range ref {
		if ref[i] == ':' {
			first, last = ref[:i], ref[i+1:]
			break
		}
	}
	var r Range
	var ok1, ok2 bool
	r.Row, r.Col, ok1 = ParseRef([]byte(first))
	r.LastRow, r.LastCol, ok2 = ParseRef([]byte(last))
	return r, ok1 && ok2 && r.Row <= r.LastRow && r.Col <= r.LastCol
}
