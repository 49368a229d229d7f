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
	Encoding    string                `json:"encoding,omitempty" maxLength:"40" doc:"A name of the WHATWG list: utf-8, windows-1252, shift_jis" example:"windows-1252"`
	Delimiter   string                `json:"delimiter,omitempty" maxLength:"4" doc:"What separates the cells of a text file"`
	Quote       string                `json:"quote,omitempty" maxLength:"1" doc:"What encloses cells of a text file"`
	Header      *int                  `json:"header_row,omitempty" minimum:"0" doc:"Line or row of the header, from 1; 0: there is none"`
	SkipRows    int                   `json:"skip_rows,omitempty" minimum:"0" doc:"Lines or rows to leave out at the start"`
	Sheet       string                `json:"sheet,omitempty" maxLength:"100" doc:"Only this sheet of a workbook"`
	Range       string                `json:"range,omitempty" maxLength:"40" doc:"Only this part of a sheet" example:"A3:F120"`
	DateOrder   string                `json:"date_order,omitempty" enum:"day_first,month_first" doc:"Of dates that could be read both ways"`
	DecimalMark string                `json:"decimal_mark,omitempty" enum:"point,comma" doc:"Of numbers that could be read both ways"`
	Nulls       []string              `json:"null_words,omitzero" maxItems:"100" doc:"Words that mean no value, instead of the usual ones; none where the list is empty"`
	Types       map[string]table.Type `json:"column_types,omitempty" doc:"Types of columns by name: integer, float, decimal, string, boolean, date, datetime, time. A cell that does not fit is read as no value, and counted"`
	Password    string                `json:"password,omitempty" maxLength:"255" writeOnly:"true" doc:"Of a workbook that is locked; it is never stored"`
}

// The orders of dates and the decimal marks that may be decided on.
const (
	DayFirst   = "day_first"
	MonthFirst = "month_first"
	MarkPoint  = "point"
	MarkComma  = "comma"
)

// IsZero reports whether nothing was decided.
func (d Decisions) IsZero() bool { return len(d.made()) == 0 && d.Password == "" }

// made names the decisions that were made.
func (d Decisions) made() []string {
	var list []string
	for _, m := range []struct {
		name string
		is   bool
	}{
		{"encoding", d.Encoding != ""}, {"delimiter", d.Delimiter != ""}, {"quote", d.Quote != ""}, {"header_row", d.Header != nil}, {"skip_rows", d.SkipRows != 0},
		{"sheet", d.Sheet != ""}, {"range", d.Range != ""}, {"date_order", d.DateOrder != ""}, {"decimal_mark", d.DecimalMark != ""},
		{"null_words", d.Nulls != nil}, {"column_types", len(d.Types) > 0},
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
	case d.SkipRows < 0 || d.Header != nil && *d.Header < 0:
		return invalidDecision("header_row", "Rows are counted from 1.")
	case d.Header != nil && *d.Header > 0 && *d.Header <= d.SkipRows:
		return invalidDecision("header_row", fmt.Sprintf("The header cannot stand in row %d: that is left out.", *d.Header))
	}
	for _, name := range sortedKeys(d.Types) {
		if !slices.Contains(types, d.Types[name]) {
			return invalidDecision("column_types", fmt.Sprintf("%q is no type of a column.", clip(string(d.Types[name]), 40)))
		}
	}
	return nil
}

// types are those that a column may be given.
var types = []table.Type{table.Integer, table.Float, table.Decimal, table.String, table.Boolean, table.Date, table.Datetime, table.Time}

func invalidDecision(field, sentence string) error {
	return fault.New(fault.Invalid, "decision_invalid", "%s", sentence).WithHint("Change %s, or leave it out to let it be found out.", field).At("ingest.Work")
}

// applies names the decisions that mean something for files of a format; a
// format without an entry has no decisions.
var applies = map[string][]string{
	"csv":    {"encoding", "delimiter", "quote", "header_row", "skip_rows", "date_order", "decimal_mark", "null_words", "column_types"},
	"json":   {"encoding", "date_order", "decimal_mark", "null_words", "column_types"},
	"ndjson": {"encoding", "date_order", "decimal_mark", "null_words", "column_types"},
	"zip":    append(slices.Clone(sheetDecisions), "encoding", "delimiter", "quote"),
	"xlsx":   sheetDecisions,
	"xls":    sheetDecisions,
	"xlsb":   sheetDecisions,
	"ods":    sheetDecisions,
}

var sheetDecisions = []string{"header_row", "skip_rows", "sheet", "range", "date_order", "decimal_mark", "null_words", "column_types"}

// heed says that a decision that was made could not be followed: it is refused
// rather than ignored.
func (j *job) heed() error {
	format := j.out.Receipt.Format
	for _, name := range j.spec.made() {
		if !slices.Contains(applies[format], name) {
			return fault.New(fault.Invalid, "decision_not_applicable", "%s is read as %s, for which %s cannot be decided.", shown(j.spec.Name), strings.ToUpper(format), name).
				WithHint("Leave out %s.", name).At("ingest.Work")
		}
	}
	for _, name := range sortedKeys(j.spec.Types) {
		if !j.hasColumn(name) {
			return fault.New(fault.Invalid, "column_not_found", "%s has no column %q.", shown(j.spec.Name), clip(cleanText(name), 100)).
				WithHint("Name columns as the receipt does.").At("ingest.Work")
		}
	}
	return nil
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
func (d Decisions) typeOf(column string) table.Type {
	if t, ok := d.Types[column]; ok {
		return t
	}
	for name, t := range d.Types {
		if strings.EqualFold(name, column) {
			return t
		}
	}
	return ""
}
