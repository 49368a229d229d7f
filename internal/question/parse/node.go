package parse

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
)

// Kind is what a node of the question is, as patterns name it.
type Kind string

// Kinds of single words and phrases. The tags of the lexicon are kinds too.
const (
	Col   Kind = "col"  // names a column
	Val   Kind = "val"  // names values of a column
	Tab   Kind = "tab"  // names a table: the noun of its rows
	Num   Kind = "num"  // a number; with When where it may be a year
	Ord   Kind = "ord"  // an ordinal
	When  Kind = "date" // a date or period
	Grain Kind = "grain"
	Rate  Kind = "rate" // "return rate": the share of a value
	Text  Kind = "text" // quoted, and no value of the data
	Sup   Kind = "sup"  // a superlative
	Comp  Kind = "comp" // a comparative
	Adj   Kind = "adj"
	Fn    Kind = "fn"   // a function word
	Word  Kind = "word" // nothing explains it
	Light Kind = "light"
)

// Kinds of fragments that rules make.
const (
	Pred    Kind = "pred"    // a condition on rows
	Have    Kind = "have"    // a condition on groups
	Measure Kind = "measure" // aggregates
	Group   Kind = "group"   // keys
	Order   Kind = "order"
	Limit   Kind = "limit"
	Best    Kind = "best" // first or last by something
	Cols    Kind = "cols" // several columns in a list
)

// Node is a span of the question with what it means.
type Node struct {
	Kind       Kind
	Start, End int    // tokens
	Word       string // folded text
	Payload    string // of a lexicon entry
	Score      int

	Cols  []link.Mention // of Col: best first
	Vals  []link.Mention // of Val: best first; of a list, one column's
	Table string         // of Tab
	Num   text.Quantity
	When  *when.Phrase
	Grain when.Grain
	Form  *lexicon.Form

	Preds    []Condition
	Measures []Aggregate
	Keys     []Key
	Rank     *Rank
	Parts    []*Node // what a fragment was made of, where a rule needs it
	Notes    []Note
	Distinct bool
	Frame    string     // a frame of analysis that a fragment stands for
	Inner    *plan.Plan // what a nested measure is over
}

// Condition is one condition with the column that it is on.
type Condition struct {
	Expr    *plan.Expr
	Column  *link.Column
	Time    bool   // restricts the date column
	Having  bool   // over groups
	Table   string // of the rows that a condition on groups counts
	Of      string // what is compared, of a condition over groups
	Where   Span
	Columns []*Condition // the parts of an alternative over several columns
	Range   *when.Range  // of a period
	Joined  bool         // values joined by "and"
	Bare    bool         // the column was not named
	Choice  bool         // "A or B": one of them is asked for
	Both    bool         // "both A and B" of one column: each for some row of the thing asked for
	Related string       // the table whose rows are asked about, where the condition is that there are any
	NoRow   bool         // no row of the thing asked for may fulfil it
	Absent  bool         // said with "without" or "never": of the thing asked for, not of one row
}

// Span is tokens from Start to End.
type Span struct{ Start, End int }

// Aggregate is one measure.
type Aggregate struct {
	Expr   *plan.Expr
	Name   string
	Unit   string
	Column *link.Column // what is aggregated; nil when rows are counted
	Op     plan.Op
	Rows   bool   // counts rows
	Lines  bool   // counts them even where a thing takes several
	Table  string // of the rows counted
	Stated bool   // the question named the aggregate
}

// Key is a group key.
type Key struct {
	Column *link.Column
	Grain  when.Grain
	Part   string
	Said   string // the words of the question
	Table  string // "each customer": the thing that rows of a table are
	Within bool   // "within each": what shares are of
	Per    bool   // said with "per"
	Each   bool   // said with "each"
	Bin    float64
	Loose  bool // a period of no date that was named
}

// Rank is an order with a limit: first, last, top five, most common.
type Rank struct {
	Desc    bool
	N       int // 0: not said
	Offset  int
	Percent float64
	Column  *link.Column
	Measure *Aggregate
	Count   bool   // by how many rows
	Table   string // of the rows that are counted; empty is the base
	Axis    string
	Sort    bool // an order of all rows, no limit
	Dir     bool // a direction was said
	Alpha   bool
	Chrono  bool
	Names   bool // by "the names", said of no one thing
}
