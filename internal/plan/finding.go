package plan

import "tabletalk/internal/table"

// Finding is one thing that was counted beside a result, so that an answer can
// say what it leaves out. The counts are of rows.
type Finding struct {
	Code    string
	Subject string // the measure, column or table that it is about
	Expr    *Expr  // the condition that it is about
	Value   table.Value
}

// The codes of findings.
const (
	FoundTotal    = "rows_total"   // rows of the base table
	FoundJoined   = "rows_joined"  // rows after the joins named by Subject
	FoundMatched  = "rows_matched" // rows after all conditions
	FoundAfter    = "rows_after"   // rows after the conditions up to Expr
	FoundNulls    = "nulls"        // rows that the measure Subject leaves out, for they have no value
	FoundUndated  = "undated"      // rows without a date in the column Subject
	FoundNow      = "now"          // the day on which the question is asked
	FoundLatest   = "latest"       // the last date in the column Subject
	FoundEarliest = "earliest"     // the first date in the column Subject
)
