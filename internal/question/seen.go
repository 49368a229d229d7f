package question

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// What the rows say against a reading that its words did not.
const (
	foundNothing  = "nothing was found, so a condition may be meant otherwise"
	sharesItsRank = "others share the last place shown, so which are kept is chance"
)

// Seen is a reading once its rows are known. One that finds nothing, or that
// cuts between rows which are equal, is not highly sure, however clear its
// words were.
func Seen(r Reading, rows *table.Rows) Reading {
	if r.Confidence != High {
		return r
	}
	switch {
	case empty(rows):
		r.Confidence, r.Reasons = Medium, append(slices.Clone(r.Reasons), foundNothing)
	case rows.Tied > 0:
		r.Confidence, r.Reasons = Medium, append(slices.Clone(r.Reasons), sharesItsRank)
	}
	return r
}

// empty reports whether a result has no row, or one without a value.
func empty(rows *table.Rows) bool {
	if len(rows.Values) == 1 {
		return !slices.ContainsFunc(rows.Values[0], func(v table.Value) bool { return v != nil })
	}
	return len(rows.Values) == 0
}

// Beyond is a plan that keeps more than its first few rows, and the result
// columns that hold what these are ordered by; nil where it keeps all, or
// orders by what is not shown.
func Beyond(p *plan.Plan, cat *catalog.Catalog, more int) (*plan.Plan, []int) {
	l := p.Limit
	if more <= 0 || l == nil || l.N == 0 || l.Percent != 0 || l.Ties || len(l.Per) > 0 || len(p.Order) == 0 {
		return nil, nil
	}
	columns := plan.ResultColumns(p, cat)
	var places []int
	for _, o := range p.Order {
		at := slices.IndexFunc(columns, func(c table.Column) bool { return shows(p, c.Name, o.By) })
		if at < 0 {
			return nil, nil
		}
		places = append(places, at)
	}
	wide, limit := *p, *l
	limit.N += more
	wide.Limit = &limit
	return &wide, places
}

// shows reports whether a result column holds what is sorted by.
func shows(p *plan.Plan, name string, by *plan.Expr) bool {
	if by.Op == plan.OpRef {
		return by.Name == name
	}
	return slices.ContainsFunc(p.Select, func(n plan.Named) bool { return n.As == name && n.Expr.String() == by.String() })
}

// CutTied keeps the first n rows of those of a plan of Beyond, and says how
// many of the others have the values of the last one that is kept.
func CutTied(rows *table.Rows, n int, places []int) {
	if len(rows.Values) <= n {
		return
	}
	last := rows.Values[n-1]
	for _, row := range rows.Values[n:] {
		if slices.ContainsFunc(places, func(i int) bool { return row[i] != last[i] || row[i] == nil }) {
			break
		}
		rows.Tied++
	}
	rows.Values, rows.Total = rows.Values[:n:n], int64(n)
}
