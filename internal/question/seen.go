package question

import (
	"fmt"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/rank"
	"tabletalk/internal/table"
)

var levels = [...]Confidence{Low, Medium, High}

// judge gives a reading the confidence of a judgement.
func (r *Reading) judge(j *rank.Judged) {
	level, why := j.Level()
	r.judged, r.Confidence, r.Reasons, r.Features = j, levels[level], why, j.Doubts()
}

// Seen is the reading once its rows are known: a doubt that they answer is
// gone, and one that they raise is told. A reading that was seen is as it was.
func Seen(r Reading, rows *table.Rows) Reading {
	if r.judged == nil {
		return r
	}
	r.judge(r.judged.After(found(&r, rows)))
	r.judged = nil
	return r
}

func found(r *Reading, rows *table.Rows) rank.Found {
	p, n := r.Plan, len(rows.Values)
	lists := p.Kind == plan.Rows && len(p.Group)+len(p.Measures) == 0 && p.Limit == nil
	return rank.Found{
		Nothing: empty(rows) && !bounds(p.Where),
		Single:  lists && n == 1 && !rows.Truncated && p.Where != nil,
		Several: lists && n > 1 && !namesSeveral(p.Where),
		Repeats: n == 0 || rows.Truncated || slices.Contains(r.Features, "repeats") && repeats(rows),
		Tied:    rows.Tied > 0,
	}
}

// bounds reports whether a condition is a comparison alone: nothing need be
// beyond it, while a value that was found in the data is somewhere.
func bounds(e *plan.Expr) bool {
	return e != nil && slices.Contains([]plan.Op{plan.OpLt, plan.OpLe, plan.OpGt, plan.OpGe}, e.Op)
}

// namesSeveral reports whether a condition takes several values of a column:
// one was asked for of each.
func namesSeveral(e *plan.Expr) bool {
	return slices.ContainsFunc(plan.Conjuncts(e), func(c *plan.Expr) bool { return c.Op == plan.OpIn || c.Op == plan.OpOr })
}

// repeats reports whether a row is there twice.
func repeats(rows *table.Rows) bool {
	seen := make(map[string]bool, len(rows.Values))
	for _, row := range rows.Values {
		key := fmt.Sprintln(row...)
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
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
