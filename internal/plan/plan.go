package plan

import (
	"tabletalk/internal/table"
)

// Kind is the shape of the answer. It guides chart and wording only: what is
// computed is wholly said by the rest of the plan.
type Kind string

// The kinds.
const (
	Scalar       Kind = "scalar"       // one row of measures
	Table        Kind = "table"        // measures by keys
	Series       Kind = "series"       // measures along time
	Rows         Kind = "rows"         // rows of the source
	Share        Kind = "share"        // parts of a whole
	Compare      Kind = "compare"      // two periods, groups or measures side by side
	Distribution Kind = "distribution" // how a measure spreads
	Correlation  Kind = "correlation"  // how two measures go together
	Outliers     Kind = "outliers"
	Trend        Kind = "trend"
	Forecast     Kind = "forecast"
	Drivers      Kind = "drivers"
	Profile      Kind = "profile" // what the data looks like
	Schema       Kind = "schema"  // what columns there are: no query
)

// Plan is one question over one source.
//
// With neither Group nor Measures it is a list of rows: Select says what is
// shown. With Measures it is an aggregate, one row per distinct Group.
// The columns of the result are Group, then Measures; or Select.
type Plan struct {
	V        int       `json:"v"` // version of this shape: 1
	Kind     Kind      `json:"kind"`
	From     From      `json:"from"`
	Where    *Expr     `json:"where,omitempty"`
	Group    []Named   `json:"group,omitempty"`
	Measures []Named   `json:"measures,omitempty"`
	Select   []Named   `json:"select,omitempty"`
	Distinct bool      `json:"distinct,omitempty"`
	Having   *Expr     `json:"having,omitempty"` // over results: Refs and aggregates
	Order    []Order   `json:"order,omitempty"`
	Limit    *Limit    `json:"limit,omitempty"`
	Fill     bool      `json:"fill,omitempty"` // a series shows empty periods too
	Analysis *Analysis `json:"analysis,omitempty"`
	Chart    string    `json:"chart,omitempty"` // bar, line, arc, point, area, table: as the person asked
}

// From is where rows come from: a table with joins, another plan, or a set
// operation over plans. Exactly one of Table, Sub and Set is given.
type From struct {
	Table string `json:"table,omitempty"`
	Joins []Join `json:"joins,omitempty"`
	Sub   *Plan  `json:"sub,omitempty"` // its result columns are this plan's columns
	Set   *Set   `json:"set,omitempty"`
}

// Join adds a table by equal keys. Left is a column of a table already there.
type Join struct {
	Table string `json:"table"`
	Kind  string `json:"kind"` // inner, left, semi, anti
	Left  Col    `json:"left"`
	Right Col    `json:"right"`
}

// Set combines the results of plans with the same number of columns.
type Set struct {
	Op    string  `json:"op"` // union, intersect, except
	Parts []*Plan `json:"parts"`
}

// Named is an expression with the name its column has in the result. Aside
// says why the column is there, as Span does of an expression: it belongs to
// neither the text, nor the hash, nor equality.
type Named struct {
	As    string `json:"as"`
	Expr  *Expr  `json:"expr"`
	Unit  string `json:"unit,omitempty"`
	Aside bool   `json:"aside,omitempty"` // shown so that the order can be checked: it is not drawn
}

// Order sorts by an expression, usually a Ref to a result column. Nulls are
// always last.
type Order struct {
	By   *Expr `json:"by"`
	Desc bool  `json:"desc,omitempty"`
}

// Limit keeps the first rows of the order: N of them after Offset, or a share
// of all groups, each within every combination of Per (names of group keys).
type Limit struct {
	N       int      `json:"n,omitempty"`
	Offset  int      `json:"offset,omitempty"`
	Percent float64  `json:"percent,omitempty"` // of the groups, 0 to 100
	Per     []string `json:"per,omitempty"`
	Ties    bool     `json:"ties,omitempty"` // rows equal to the last one stay
}

// Analysis asks for a named method over the plan's result or rows.
type Analysis struct {
	Method  string  `json:"method"` // see stats: "pearson", "mad", "theil_sen", "holt", ...
	X       *Expr   `json:"x,omitempty"`
	Y       *Expr   `json:"y,omitempty"`
	Horizon int     `json:"horizon,omitempty"`
	Param   float64 `json:"param,omitempty"`
}

// Op is the operator of an expression.
type Op string

// Leaves, arithmetic, comparison and dates.
const (
	OpCol   Op = "col"   // Col
	OpLit   Op = "lit"   // Lit
	OpRef   Op = "ref"   // Name: a result column of this plan
	OpRow   Op = "row"   // the position of the row in its file, from 1
	OpSub   Op = "sub"   // Sub: a plan with one row and one column, as a value
	OpAdd   Op = "add"   // Args[0] + Args[1]
	OpMinus Op = "minus" // Args[0] - Args[1]
	OpMul   Op = "mul"
	OpDiv   Op = "div" // null where the divisor is zero

	OpEq       Op = "eq"
	OpNe       Op = "ne" // a null is unequal to every value
	OpLt       Op = "lt"
	OpLe       Op = "le"
	OpGt       Op = "gt"
	OpGe       Op = "ge"
	OpIn       Op = "in"       // Args[0] in Args[1:], or in the first column of Sub
	OpNotIn    Op = "not_in"   // a null is in no list
	OpBetween  Op = "between"  // both ends belong
	OpWithin   Op = "within"   // Args[0] in the half-open [Args[1], Args[2]); a null end is open
	OpContains Op = "contains" // case-insensitive text
	OpStarts   Op = "starts"
	OpEnds     Op = "ends"
	OpIsNull   Op = "is_null"
	OpNotNull  Op = "not_null"
	OpExists   Op = "exists" // Sub has a row
	OpAnd      Op = "and"    // any number of Args
	OpOr       Op = "or"
	OpNot      Op = "not"

	OpTrunc    Op = "trunc"    // Args[0] cut to Unit: hour, day, week, month, quarter, year
	OpPart     Op = "part"     // Unit of Args[0]: year, quarter, month, week, day, dow, hour, weekend
	OpDateDiff Op = "datediff" // whole Units from Args[0] to Args[1]
	OpNow      Op = "now"      // the question's clock
	OpBin      Op = "bin"      // Args[0] cut to multiples of Args[1]
	OpLower    Op = "lower"
	OpLength   Op = "length"
	OpAbs      Op = "abs"
	OpRound    Op = "round" // Args[0] to Args[1] digits
	OpIf       Op = "if"    // Args[0] ? Args[1] : Args[2]
	OpCast     Op = "cast"  // Args[0] as Unit, a table.Type; null where it cannot be
)

// Aggregates: over the rows of a group. Filter restricts the rows; Distinct
// counts or adds each value once.
const (
	OpCount    Op = "count" // rows, or non-null Args[0]
	OpSum      Op = "sum"
	OpAvg      Op = "avg"
	OpMedian   Op = "median"
	OpMin      Op = "min"
	OpMax      Op = "max"
	OpStddev   Op = "stddev"   // of a sample
	OpVariance Op = "variance" // of a sample
	OpQuantile Op = "quantile" // Args[0] at Args[1] in 0 to 1, interpolated
	OpMode     Op = "mode"
	OpFirst    Op = "first" // Args[0] of the row with the least Args[1]
	OpLast     Op = "last"  // Args[0] of the row with the greatest Args[1]
	OpCorr     Op = "corr"  // Pearson, over pairs without nulls
	OpSlope    Op = "slope" // regression of Args[0] on Args[1]
)

// Windows: over the rows of the result, in each combination of By (names of
// group keys), along the time key or the plan's order.
const (
	OpShare   Op = "share"   // Args[0] divided by its sum over By
	OpRunning Op = "running" // running sum of Args[0]
	OpMoving  Op = "moving"  // mean of Args[0] over the last N periods; null before
	OpLag     Op = "lag"     // Args[0] N periods before
	OpRank    Op = "rank"    // 1 for the first in descending Args[0], ties share
)

// Col names a column. Table is empty for the base table of the source.
type Col struct {
	Table string `json:"table,omitempty"`
	Name  string `json:"name"`
}

// Lit is a typed constant; see package table for the values.
type Lit struct {
	Type  table.Type  `json:"type"`
	Value table.Value `json:"value"` // nil is null
}

// Span is a part of the question, in bytes.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Expr is a node of the expression language. Which fields count depends on
// Op; the others are empty. Span says which words of the question caused it:
// it belongs to neither the text, nor the hash, nor equality.
type Expr struct {
	Op       Op       `json:"op"`
	Col      *Col     `json:"col,omitempty"`
	Lit      *Lit     `json:"lit,omitempty"`
	Name     string   `json:"name,omitempty"`
	Args     []*Expr  `json:"args,omitempty"`
	Unit     string   `json:"unit,omitempty"`
	Filter   *Expr    `json:"filter,omitempty"`
	Distinct bool     `json:"distinct,omitempty"`
	Sub      *Plan    `json:"sub,omitempty"`
	N        int      `json:"n,omitempty"`
	By       []string `json:"by,omitempty"`
	Span     *Span    `json:"span,omitempty"`
}
