package conversation

import (
	"context"
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/sqlgen"
	"tabletalk/internal/table"
)

// beyond is how many rows after the last of the first few are looked at, to
// tell how many share its place. They cost no second reading of the table.
const beyond = 20

// rows runs the statement of a plan. Where it keeps the first few, those after
// them that share the place of the last are counted.
func (s *Service) rows(ctx context.Context, t *turn, p *plan.Plan, st sqlgen.Statement, maxRows int) (*table.Rows, error) {
	places := placed(p, t)
	if places == nil || p.Limit.N >= maxRows {
		return s.query(ctx, t, st, maxRows)
	}
	wide, limit := *p, *p.Limit
	more := min(beyond, maxRows-limit.N)
	limit.N += more
	wide.Limit = &limit
	st, err := s.compile(t, &wide)
	if err != nil {
		return nil, err
	}
	rows, err := s.query(ctx, t, st, maxRows)
	if err != nil || len(rows.Values) <= p.Limit.N || rows.Truncated {
		return rows, err
	}
	cutTied(rows, p.Limit.N, places)
	rows.TiedMore = rows.Tied == more
	return rows, nil
}

// placed gives the result columns that a plan orders the rows by whose first
// few it keeps; nil where it keeps all, or orders by what is not shown.
func placed(p *plan.Plan, t *turn) []int {
	l := p.Limit
	if l == nil || l.N == 0 || l.Percent != 0 || l.Ties || len(l.Per) > 0 || len(p.Order) == 0 {
		return nil
	}
	columns := plan.ResultColumns(p, t.data.Catalog)
	var list []int
	for _, o := range p.Order {
		at := slices.IndexFunc(columns, func(c table.Column) bool { return shows(p, c.Name, o.By) })
		if at < 0 {
			return nil
		}
		list = append(list, at)
	}
	return list
}

// shows reports whether a result column holds what is sorted by.
func shows(p *plan.Plan, name string, by *plan.Expr) bool {
	if by.Op == plan.OpRef {
		return by.Name == name
	}
	return slices.ContainsFunc(p.Select, func(n plan.Named) bool { return n.As == name && n.Expr.String() == by.String() })
}

// cutTied keeps the first n rows, and says how many of the others have the
// values of the last one that is kept.
func cutTied(rows *table.Rows, n int, places []int) {
	last := rows.Values[n-1]
	for _, row := range rows.Values[n:] {
		if slices.ContainsFunc(places, func(i int) bool { return row[i] != last[i] || row[i] == nil }) {
			break
		}
		rows.Tied++
	}
	rows.Values, rows.Total = rows.Values[:n:n], int64(n)
}
