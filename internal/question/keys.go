package question

import (
	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// KeysOf says what "those" and "the first one" mean after an answer: the values
// of the group keys, of the columns that a list shows, or of the column that
// tells whole rows apart.
func KeysOf(p *plan.Plan, cat *catalog.Catalog, rows *table.Rows) []Key {
	var keys []Key
	for i, col := range keyColumns(p, cat) {
		if col == nil || i >= len(rows.Columns) {
			continue
		}
		key := Key{Column: *col, Type: rows.Columns[i].Type, Cut: rows.Truncated || len(rows.Values) > MaxKeys}
		for _, row := range rows.Values[:min(len(rows.Values), MaxKeys)] {
			key.Values = append(key.Values, row[i])
		}
		keys = append(keys, key)
	}
	return keys
}

// keyColumns are the columns of an answer that may be a key, in its order; nil
// where one is not.
func keyColumns(p *plan.Plan, cat *catalog.Catalog) []*plan.Col {
	shown := p.Group
	if len(p.Group) == 0 && len(p.Measures) == 0 {
		shown = p.Select
	}
	if len(shown) == 0 && len(p.Measures) == 0 {
		return rowKeys(p, cat)
	}
	out := make([]*plan.Col, len(shown))
	for i, n := range shown {
		if n.Expr != nil && n.Expr.Op == plan.OpCol {
			out[i] = n.Expr.Col
		}
	}
	return out
}

// rowKeys are the columns that tell the rows of one table apart, where all of
// its columns are shown.
func rowKeys(p *plan.Plan, cat *catalog.Catalog) []*plan.Col {
	t := cat.Table(p.From.Table)
	if t == nil || p.Kind != plan.Rows || len(p.From.Joins) > 0 || p.From.Sub != nil || p.From.Set != nil {
		return nil
	}
	cols := plan.ResultColumns(p, cat)
	out := make([]*plan.Col, len(cols))
	for _, c := range t.Columns {
		if c.Stats.Nulls > 0 || c.Stats.Distinct < t.Rows || c.Type != table.String && c.Role != catalog.ID {
			continue
		}
		for i := range cols {
			if cols[i].Name == c.Name {
				out[i] = &plan.Col{Name: c.Name}
			}
		}
	}
	return out
}
