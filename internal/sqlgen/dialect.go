package sqlgen

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Dialect is how an engine spells things. What is not here is spelled as the
// SQL standard does, with FILTER and QUALIFY.
type Dialect interface {
	// Quote writes a name.
	Quote(name string) string
	// Literal writes a constant into the text.
	Literal(l plan.Lit) string
	// Arg gives the placeholder for a constant, with a cast where the engine
	// must know the type, and the argument that goes with it.
	Arg(l plan.Lit) (placeholder string, arg any)
	// Trunc cuts a date to a unit; days and more give a date. To group by it,
	// engines may be faster with keys that the value is made of.
	Trunc(unit, x string) (value string, keys []string)
	// Part takes a part of a date; days of the week count from Monday, 1.
	Part(unit, x string) string
	// DateDiff counts the whole units between two dates.
	DateDiff(unit, from, to string) string
	// Cast converts, to null where that is not possible.
	Cast(x string, t table.Type) string
	// Contains tests whether a text contains, starts or ends with another one,
	// without regard to case.
	Contains(op plan.Op, x, needle string) string
	// Aggregate spells the aggregates that are not in the standard; false for
	// the others.
	Aggregate(op plan.Op, args []string) (string, bool)
	// Periods is a list of dates from one to another in steps of a unit, one
	// row each.
	Periods(unit, from, to string) string
	// Rows names the relation that is a table with the position of each row,
	// and the column that holds the position.
	Rows(tableName string) (relation, column string)
}
