package ingest

import (
	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// The kinds of jobs that a worker does for this package.
const (
	KindIngest  = "ingest"
	KindProfile = "profile"
	KindAppend  = "append"
)

// Spec says what to read and what a person decided about it.
type Spec struct {
	Name  string   `json:"name"`  // as the person gave it
	File  string   `json:"file"`  // path of the staged bytes
	Dir   string   `json:"dir"`   // where to write
	Taken []string `json:"taken"` // table names that are in use already
	Decisions
	Expect map[string]table.Type `json:"expect,omitempty"` // types of columns where they are there, like Decisions.Types
	Limits Limits                `json:"limits"`
}

// Result is what Work leaves: Parquet files in Spec.Dir and a receipt.
type Result struct {
	Tables  []Table `json:"tables"`
	Receipt Receipt `json:"receipt"`
}

// Table is one table read from a file.
type Table struct {
	Name    string                 `json:"name"` // a safe name in SQL, not in Spec.Taken
	File    string                 `json:"file"` // name of the Parquet file below Spec.Dir
	SHA256  string                 `json:"sha256"`
	Bytes   int64                  `json:"bytes"`
	Rows    int64                  `json:"rows"`
	Columns []catalog.Column       `json:"columns"` // roles and cheap statistics
	Values  []catalog.ColumnValues `json:"values"`  // for the value index
}

// Receipt tells what was understood of a file.
type Receipt struct {
	Format       string   `json:"format"` // csv, xlsx, json, ndjson, parquet ...
	RowsRead     int64    `json:"rows_read"`
	RowsRejected int64    `json:"rows_rejected"`
	Rejected     []Reject `json:"rejected,omitempty"` // the first of them
	LeftOut      *LeftOut `json:"left_out,omitempty" doc:"Of a text: its other lines. With the rows these are all lines, where no cell holds a line break"`
	Encoding     string   `json:"encoding,omitempty"`
	Mended       int64    `json:"mended,omitempty" doc:"Pieces of text that had been encoded twice, such as Ã© for é, and were mended"`
	Delimiter    string   `json:"delimiter,omitempty"`
	Quote        string   `json:"quote,omitempty"`
	HeaderRow    int      `json:"header_row"` // line number from 1; 0: the file has none
	HeaderReason string   `json:"header_reason,omitempty"`
	Parts        []Part   `json:"parts,omitempty"`      // of a workbook or an archive
	DateOrder    string   `json:"date_order,omitempty"` // of dates in which day and month are numbers: day_first, month_first
	Notes        []Note   `json:"notes"`
}

// LeftOut counts the lines of a text that are no rows.
type LeftOut struct {
	Names    int64 `json:"names,omitempty" doc:"Lines of names of columns, also those that stand below once more"`
	Above    int64 `json:"above,omitempty" doc:"Lines above the names or the first row"`
	Blank    int64 `json:"blank,omitempty" doc:"Lines without any value"`
	Comments int64 `json:"comments,omitempty" doc:"Lines of comments"`
	Totals   int64 `json:"totals,omitempty" doc:"Lines that sum up the rows"`
}

func (l *LeftOut) add(m *LeftOut) *LeftOut {
	switch {
	case l == nil:
		return m
	case m == nil:
		return l
	}
	return &LeftOut{l.Names + m.Names, l.Above + m.Above, l.Blank + m.Blank, l.Comments + m.Comments, l.Totals + m.Totals}
}

// Reject is a row that was left out.
type Reject struct {
	Line   int64  `json:"line"`
	Column string `json:"column,omitempty"`
	Reason string `json:"reason"`
	Text   string `json:"text,omitempty"`
}

// Note is something a person should know about how a file was read.
type Note struct {
	Code     string `json:"code"` // renamed_column, null_words, day_month_order, kept_as_text ...
	Text     string `json:"text"`
	Decision string `json:"decision,omitempty" doc:"The decision of a person that changes it"`
}
