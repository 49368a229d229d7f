package dataset

import (
	"fmt"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// Drift is one difference between the tables of two versions.
type Drift struct {
	Table  string     `json:"table"`
	Column string     `json:"column,omitempty"` // none: the table as a whole
	Change string     `json:"change" enum:"added,removed,type_changed"`
	Before table.Type `json:"before,omitempty"`
	After  table.Type `json:"after,omitempty"`
}

// The changes of a drift.
const (
	Added       = "added"
	Removed     = "removed"
	TypeChanged = "type_changed"
)

// String words a drift for a person.
func (d Drift) String() string {
	switch {
	case d.Column == "":
		return fmt.Sprintf("the table %q is %s", d.Table, d.Change)
	case d.Change == TypeChanged:
		return fmt.Sprintf("%q was %s and is %s", d.Column, d.Before, d.After)
	}
	return fmt.Sprintf("the column %q is %s", d.Column, d.Change)
}

// driftOf compares the tables of two versions, by name.
func driftOf(before, after []Table) []Drift {
	var list []Drift
	for _, b := range before {
		a := named(after, b.Name)
		if a == nil {
			list = append(list, Drift{Table: b.Name, Change: Removed})
			continue
		}
		list = append(list, columnDrift(b.Name, b.Columns, a.Columns)...)
	}
	for _, a := range after {
		if named(before, a.Name) == nil {
			list = append(list, Drift{Table: a.Name, Change: Added})
		}
	}
	return list
}

func columnDrift(name string, before, after []catalog.Column) []Drift {
	var list []Drift
	for _, b := range before {
		switch a := column(after, b.Name); {
		case a == nil:
			list = append(list, Drift{Table: name, Column: b.Name, Change: Removed, Before: b.Type})
		case a.Type != b.Type:
			list = append(list, Drift{Table: name, Column: b.Name, Change: TypeChanged, Before: b.Type, After: a.Type})
		}
	}
	for _, a := range after {
		if column(before, a.Name) == nil {
			list = append(list, Drift{Table: name, Column: a.Name, Change: Added, After: a.Type})
		}
	}
	return list
}

func named(list []Table, name string) *Table {
	i := slices.IndexFunc(list, func(t Table) bool { return strings.EqualFold(t.Name, name) })
	if i < 0 {
		return nil
	}
	return &list[i]
}

func column(list []catalog.Column, name string) *catalog.Column {
	i := slices.IndexFunc(list, func(c catalog.Column) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// fitting says whether rows of one table may stand behind those of another:
// every column that both have is of one type, or of two that lose nothing as
// one. A column without values is of any type. Error: schema_drift.
func fitting(before, after Table) error {
	var bad []string
	for _, d := range columnDrift(before.Name, before.Columns, after.Columns) {
		if d.Change != TypeChanged || widens(d.Before, d.After) {
			continue
		}
		if hollow(before, d.Column) || hollow(after, d.Column) {
			continue
		}
		bad = append(bad, d.String())
	}
	if len(bad) == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "schema_drift", "The rows do not fit the table %q: %s.", before.Name, strings.Join(bad[:min(len(bad), 5)], "; ")).
		WithHint("Say what the columns are (decisions.column_types), or put the file in place of the table instead of behind it.").At("dataset.Append")
}

// widens reports whether two types have one that holds both.
func widens(a, b table.Type) bool {
	moments := []table.Type{table.Date, table.Datetime}
	return a.Numeric() && b.Numeric() || slices.Contains(moments, a) && slices.Contains(moments, b)
}

// hollow reports whether a column holds no value at all.
func hollow(t Table, name string) bool {
	c := column(t.Columns, name)
	return c != nil && c.Stats.Nulls == t.Rows
}
