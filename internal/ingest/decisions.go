package ingest

import (
	"fmt"
	"slices"
	"strings"

	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// Decisions are what a person decided about how a file is read. The zero value
// of each means: find out.
type Decisions struct {
	_ struct{} `json:"-" additionalProperties:"false"` // one that is misspelt is refused: without it the file would be read in another way

	Format      string                `json:"format,omitempty" enum:"csv,json,ndjson,parquet,xlsx,xlsb,xls,xml,ods,zip" doc:"What the file is, whatever it looks like"`
	Encoding    string                `json:"encoding,omitempty" maxLength:"40" doc:"A name of the WHATWG list: utf-8, windows-1252, shift_jis" example:"windows-1252"`
	Twice       string                `json:"encoded_twice,omitempty" enum:"mend,keep" doc:"Text that was encoded twice, such as Ã© for é: mended, as usual, or kept as it stands; text in the \\u escapes of JSON is always kept"`
	Delimiter   string                `json:"delimiter,omitempty" maxLength:"4" doc:"What separates the cells of a text file"`
	Quote       string                `json:"quote,omitempty" maxLength:"1" doc:"What encloses cells of a text file"`
	Header      *int                  `json:"header_row,omitempty" minimum:"0" doc:"Line or row of the header, from 1; 0: there is none"`
	SkipRows    int                   `json:"skip_rows,omitempty" minimum:"0" doc:"Lines or rows to leave out at the start"`
	HeaderRows  int                   `json:"header_rows,omitempty" minimum:"0" maximum:"5" doc:"How many lines or rows make up the header"`
	Tables      string                `json:"tables,omitempty" enum:"one,several" doc:"Of a text: one table, whatever stands below it, or several, parted by blank lines"`
	KeepTotals  bool                  `json:"keep_totals,omitempty" doc:"Keep a last row that sums up the others"`
	Comment     string                `json:"comment,omitempty" maxLength:"8" doc:"Lines of a text file that begin with it are left out"`
	Sheet       string                `json:"sheet,omitempty" maxLength:"100" doc:"Only this sheet of a workbook"`
	Range       string                `json:"range,omitempty" maxLength:"40" doc:"Only this part of a sheet" example:"A3:F120"`
	DateOrder   string                `json:"date_order,omitempty" enum:"day_first,month_first" doc:"Of dates that could be read both ways"`
	DecimalMark string                `json:"decimal_mark,omitempty" enum:"point,comma" doc:"Of numbers that could be read both ways"`
	Nulls       []string              `json:"null_words,omitzero" maxItems:"100" doc:"Words that mean no value, instead of the usual ones; none where the list is empty"`
	Types       map[string]table.Type `json:"column_types,omitempty" doc:"Types of columns by name: integer, float, decimal, string, boolean, date, datetime, time. A cell that does not fit is read as no value, and counted"`
	Arrays      string                `json:"arrays,omitempty" enum:"tables,text" doc:"What becomes of arrays of objects in JSON: tables of their own, as usual, or JSON text"`
	Password    string                `json:"password,omitempty" maxLength:"255" writeOnly:"true" doc:"Of a workbook that is locked; it is never stored"`
}

// The orders of dates and the decimal marks that may be decided on.
const (
	DayFirst   = "day_first"
	MonthFirst = "month_first"
	MarkPoint  = "point"
	MarkComma  = "comma"

	ArraysAsTables = "tables"
	ArraysAsText   = "text"

	TwiceMended = "mend"
	TwiceKept   = "keep"

	OneTable      = "one"
	SeveralTables = "several"
)

// IsZero reports whether nothing was decided.
func (d Decisions) IsZero() bool { return len(d.made()) == 0 && d.Password == "" && d.Format == "" }

// made names the decisions that were made.
func (d Decisions) made() []string {
	var list []string
	for _, m := range []struct {
		name string
		is   bool
	}{
		{"header_rows", d.HeaderRows != 0}, {"keep_totals", d.KeepTotals}, {"comment", d.Comment != ""},
		{"encoding", d.Encoding != ""}, {"encoded_twice", d.Twice != ""}, {"delimiter", d.Delimiter != ""}, {"quote", d.Quote != ""}, {"header_row", d.Header != nil}, {"skip_rows", d.SkipRows != 0},
		{"sheet", d.Sheet != ""}, {"range", d.Range != ""}, {"date_order", d.DateOrder != ""}, {"decimal_mark", d.DecimalMark != ""},
		{"tables", d.Tables != ""}, {"null_words", d.Nulls != nil}, {"column_types", len(d.Types) > 0}, {"arrays", d.Arrays != ""},
	} {
		if m.is {
			list = append(list, m.name)
		}
	}
	return list
}

// check refuses what no file could be read by. Errors: decision_invalid.
func (d Decisions) check() error {
	switch {
	case d.DateOrder != "" && d.DateOrder != DayFirst && d.DateOrder != MonthFirst:
		return invalidDecision("date_order", "The order of dates is day_first or month_first.")
	case d.DecimalMark != "" && d.DecimalMark != MarkPoint && d.DecimalMark != MarkComma:
		return invalidDecision("decimal_mark", "The decimal mark is point or comma.")
	case d.Arrays != "" && d.Arrays != ArraysAsTables && d.Arrays != ArraysAsText:
		return invalidDecision("arrays", "Arrays of objects become tables or text.")
	case d.Tables != "" && d.Tables != OneTable && d.Tables != SeveralTables:
		return invalidDecision("tables", "A text holds one table or several.")
	case d.Twice != "" && d.Twice != TwiceMended && d.Twice != TwiceKept:
		return invalidDecision("encoded_twice", "Text that was encoded twice is mended (mend) or kept as it stands (keep).")
	case d.SkipRows < 0 || d.Header != nil && *d.Header < 0:
		return invalidDecision("header_row", "Rows are counted from 1.")
	case d.Format != "" && !slices.Contains(formatNames(), d.Format):
		return invalidDecision("format", "The format is one of "+strings.Join(formatNames(), ", ")+".")
	case d.HeaderRows < 0 || d.HeaderRows > maxHeaderRows:
		return invalidDecision("header_rows", fmt.Sprintf("A header has 1 to %d rows.", maxHeaderRows))
	case len(d.Comment) > 8 || strings.ContainsAny(d.Comment, "\r\n\x00"):
		return invalidDecision("comment", "Comments begin with one to eight characters, such as # or //.")
	case d.Header != nil && *d.Header > 0 && *d.Header <= d.SkipRows:
		return invalidDecision("header_row", fmt.Sprintf("The header cannot stand in row %d: that is left out.", *d.Header))
	}
	for _, name := range sortedKeys(d.Types) {
		if !slices.Contains(types, d.Types[name]) {
			return invalidDecision("column_types", fmt.Sprintf("%q is no type of a column; the types are %s.", clip(string(d.Types[name]), 40), typeNames()))
		}
	}
	return nil
}

// types are those that a column may be given.
var types = []table.Type{table.Integer, table.Float, table.Decimal, table.String, table.Boolean, table.Date, table.Datetime, table.Time}

func typeNames() string {
	var names []string
	for _, t := range types {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

// maxHeaderRows is how many rows may make up a header.
const maxHeaderRows = 5

// decidedBy names the decision that changes what a note tells, by its code.
var decidedBy = map[string]string{
	"encoding_unsure": "encoding", "encoded_twice": "encoded_twice", "broken_characters": "encoding",
	"no_header": "header_row", "extra_names": "header_row", "header_only": "header_row", "several_header_rows": "header_rows",
	"preamble": "skip_rows", "comment_lines": "comment", "totals_row": "keep_totals",
	"low_confidence": "delimiter", "more_tables": "tables", "several_tables": "tables", "joined_cells": "delimiter", "odd_quotes": "quote",
	"day_month_order": "date_order", "decimal_comma": "decimal_mark", "thousands": "decimal_mark", "mixed_number_styles": "decimal_mark",
	"null_words": "null_words", "kept_as_text": "column_types", "partly_text": "column_types", "leading_zeros": "column_types", "long_numbers": "column_types",
	"mixed_zones": "column_types", "unfit_cells": "column_types", "percent": "column_types", "numbers_as_text": "column_types",
	"dates_as_text": "column_types", "mixed_percent": "column_types",
	"nested_arrays": "arrays", "child_table": "arrays",
	"left_out_text": "range", "hidden_sheet": "sheet", "wrong_extension": "format",
}

func invalidDecision(field, sentence string) error {
	return fault.New(fault.Invalid, "decision_invalid", "%s", sentence).WithHint("Change %s, or leave it out to let it be found out.", field).At("ingest.Work")
}

// applies names the decisions that mean something for files of a format; a
// format without an entry has no decisions.
var applies = map[string][]string{
	"csv":    {"tables", "header_rows", "keep_totals", "comment", "encoding", "encoded_twice", "delimiter", "quote", "header_row", "skip_rows", "date_order", "decimal_mark", "null_words", "column_types"},
	"json":   {"arrays", "encoding", "encoded_twice", "date_order", "decimal_mark", "null_words", "column_types"},
	"ndjson": {"arrays", "encoding", "encoded_twice", "date_order", "decimal_mark", "null_words", "column_types"},
	"zip":    append(slices.Clone(sheetDecisions), "encoding", "encoded_twice", "delimiter", "quote", "comment", "tables"),
	"xlsx":   sheetDecisions,
	"xls":    sheetDecisions,
	"xlsb":   sheetDecisions,
	"ods":    sheetDecisions,
	"xml":    sheetDecisions,

	"parquet": {"column_types"},
}

var sheetDecisions = []string{"header_row", "header_rows", "keep_totals", "skip_rows", "sheet", "range", "date_order", "decimal_mark", "null_words", "column_types"}

// heed says that a decision that was made could not be followed: it is refused
// rather than ignored.
func (j *job) heed() error {
	format := j.out.Receipt.Format
	for _, name := range j.spec.made() {
		kept := name == "encoded_twice" && j.spec.Twice == TwiceKept // so is the text of every format
		if !kept && !slices.Contains(applies[format], name) {
			return fault.New(fault.Invalid, "decision_not_applicable", "%s is read as %s, for which %s cannot be decided.", shown(j.spec.Name), strings.ToUpper(format), name).
				WithHint("Leave out %s.", name).At("ingest.Work")
		}
	}
	if j.headerMissing() {
		return j.noSuchHeader()
	}
	for _, name := range sortedKeys(j.spec.Types) {
		if !j.hasColumn(name) {
			return fault.New(fault.Invalid, "column_not_found", "%s has no column %q.", shown(j.spec.Name), clip(cleanText(name), 100)).
				WithHint("Name columns as the receipt does.").At("ingest.Work")
		}
	}
	return nil
}

// headerAt is the row that was decided to be the header; 0: none was.
func (d Decisions) headerAt() int {
	if d.Header == nil {
		return 0
	}
	return *d.Header
}

// headerMissing reports whether no table has the header that was decided.
func (j *job) headerMissing() bool {
	r := &j.out.Receipt
	return j.spec.headerAt() > 0 && r.HeaderRow == 0 && !slices.ContainsFunc(r.Parts, func(p Part) bool { return p.HeaderRow > 0 })
}

func (j *job) noSuchHeader() error {
	return invalidDecision("header_row", fmt.Sprintf("%s has no row of names in row %d, or not near its beginning.", shown(j.spec.Name), j.spec.headerAt()))
}

func (j *job) hasColumn(name string) bool {
	for _, t := range j.out.Tables {
		for _, c := range t.Columns {
			if strings.EqualFold(c.Name, name) {
				return true
			}
		}
	}
	return false
}

// typeOf gives the type that was decided for a column; "" for none.
func (s *Spec) typeOf(column string) table.Type {
	for _, types := range []map[string]table.Type{s.Types, s.Expect} {
		if t, ok := types[column]; ok {
			return t
		}
		for name, t := range types {
			if strings.EqualFold(name, column) {
				return t
			}
		}
	}
	return ""
}
