package sqlgen

import (
	"slices"
	"strconv"
	"strings"

	"tabletalk/internal/plan"
)

// order gives the whole order of the result: the keys that a limit counts
// within, the plan's own order, and what breaks its ties.
func (s *scope) order() []string {
	var list []string
	done := map[string]bool{}
	if l := s.p.Limit; l != nil {
		for _, name := range l.Per {
			if !s.startsWith(name) {
				list = append(list, s.resultName(name)+" NULLS LAST")
			}
			done[name] = true
		}
	}
	for _, o := range s.p.Order {
		if o.By != nil && o.By.Op == plan.OpRef {
			done[o.By.Name] = true
		}
		list = append(list, s.sort(o, s.orderKey(o.By)))
	}
	return append(list, s.tieBreaks(done)...)
}

func (s *scope) startsWith(name string) bool {
	return len(s.p.Order) > 0 && s.p.Order[0].By != nil && s.p.Order[0].By.Op == plan.OpRef && s.p.Order[0].By.Name == name
}

func (s *scope) sort(o plan.Order, by string) string {
	if o.Desc {
		return by + " DESC NULLS LAST"
	}
	return by + " NULLS LAST"
}

// orderKey writes what is sorted by: a result column by its name.
func (s *scope) orderKey(e *plan.Expr) string {
	if e != nil && e.Op == plan.OpRef && s.p.Result(e.Name) != nil {
		return s.resultName(e.Name)
	}
	return s.expr(e, bindOr)
}

// resultName writes a result column, by its position where another one
// differs only in case.
func (s *scope) resultName(name string) string {
	position, same := 0, 0
	for i, c := range plan.ResultColumns(s.p, s.cat) {
		if strings.EqualFold(c.Name, name) {
			same++
		}
		if c.Name == name {
			position = i + 1
		}
	}
	if same > 1 {
		return strconv.Itoa(position)
	}
	return s.quote(name)
}

// tieBreaks complete the order: by the group keys, time first; for rows of a
// table by their position, for other rows by all their columns.
func (s *scope) tieBreaks(done map[string]bool) []string {
	switch {
	case s.p.Aggregated():
		return s.keyOrder(done)
	case s.p.From.Set != nil || s.p.From.Sub != nil && len(s.p.Order) > 0:
		return s.columnOrder(done)
	case s.rows && len(s.p.Order) > 0 && !s.uniqueOrder():
		return []string{s.position()}
	}
	return nil
}

// position is the place of a row in its file.
func (s *scope) position() string {
	_, column := s.dialect.Rows(s.p.From.Table)
	return s.base + "." + s.quote(column)
}

func (s *scope) keyOrder(done map[string]bool) []string {
	var list []string
	if t := s.p.TimeKey(); t != nil && !done[t.As] {
		done[t.As] = true
		list = append(list, s.resultName(t.As)+" NULLS LAST")
	}
	for _, g := range s.p.Group {
		if !done[g.As] {
			list = append(list, s.resultName(g.As)+" NULLS LAST")
		}
	}
	return list
}

func (s *scope) columnOrder(done map[string]bool) []string {
	var list []string
	for _, c := range plan.ResultColumns(s.p, s.cat) {
		if !done[c.Name] {
			list = append(list, s.resultName(c.Name)+" NULLS LAST")
		}
	}
	return list
}

// limited adds the limit. One within groups, with ties or in percent is a
// condition on the position of the row; it comes after all other conditions.
func (s *scope) limited(q *query) *query {
	l := s.p.Limit
	if l == nil {
		return q
	}
	if len(l.Per) == 0 && !l.Ties && l.Percent == 0 {
		q.limit, q.offset = l.N, l.Offset
		return q
	}
	if len(q.qualify) > 0 || q.distinct || slices.ContainsFunc(s.p.Order, func(o plan.Order) bool { return s.windowed(o.By) }) {
		return s.limitedOutside(q, l)
	}
	partition := s.partition(l.Per, false)
	q.qualify = cut(l, partition, numbered(l, partition, s.windowOrder(l.Ties)))
	return q
}

// limitedOutside puts the limit around a query that has conditions on windows
// already.
func (s *scope) limitedOutside(q *query, l *plan.Limit) *query {
	order := q.order
	q.order = nil
	columns := plan.ResultColumns(s.p, s.cat)
	outer := &query{from: []string{inParens(q.String()) + " AS " + s.quote(stepAlias)}, order: order}
	for _, c := range columns {
		outer.items = append(outer.items, s.quote(c.Name))
	}
	by := order
	if l.Ties {
		by = order[:min(len(order), len(s.p.Order))]
	}
	if !s.ordersByRefs() {
		s.fail("A limit of this kind needs an order by result columns.")
	}
	partition := s.partition(l.Per, true)
	outer.qualify = cut(l, partition, numbered(l, partition, strings.Join(by, ", ")))
	return outer
}

func cut(l *plan.Limit, partition, row string) []string {
	var list []string
	if l.Offset > 0 {
		list = append(list, row+" > "+strconv.Itoa(l.Offset))
	}
	switch {
	case l.Percent > 0:
		share := strconv.FormatFloat(l.Percent, 'f', -1, 64)
		window := "count(*) OVER (" + partition + ")"
		list = append(list, row+" <= ceil("+window+" * "+share+" / 100.0)"+plus(l.Offset))
	case l.N > 0:
		list = append(list, row+" <= "+strconv.Itoa(l.N+l.Offset))
	}
	return list
}

func plus(n int) string {
	if n == 0 {
		return ""
	}
	return " + " + strconv.Itoa(n)
}

// numbered counts the rows; with ties equal rows share a number.
func numbered(l *plan.Limit, partition, order string) string {
	name := "row_number()"
	if l.Ties {
		name = "rank()"
	}
	return name + " OVER (" + strings.TrimSpace(partition+" ORDER BY "+order) + ")"
}

// partition names the groups of a window, by result name outside the query
// that makes them.
func (s *scope) partition(names []string, outside bool) string {
	if len(names) == 0 {
		return ""
	}
	list := make([]string, len(names))
	for i, n := range names {
		if outside {
			list[i] = s.quote(n)
		} else {
			list[i] = s.expr(plan.Ref(n), bindOr)
		}
	}
	return "PARTITION BY " + strings.Join(list, ", ")
}

// windowOrder is the order of the plan as a window needs it; without ties it
// is completed by the keys.
func (s *scope) windowOrder(ties bool) string {
	var list []string
	named := map[string]bool{}
	for _, name := range s.p.Limit.Per {
		named[name] = true // the same within the window
	}
	for _, o := range s.p.Order {
		list = append(list, s.sort(o, s.expr(o.By, bindOr)))
		if o.By != nil && o.By.Op == plan.OpRef {
			named[o.By.Name] = true
		}
	}
	if !ties || len(list) == 0 {
		for _, g := range s.p.Group {
			if !named[g.As] {
				list = append(list, s.expr(plan.Ref(g.As), bindOr)+" NULLS LAST")
			}
		}
		if s.rows {
			list = append(list, s.position())
		}
	}
	if len(list) == 0 {
		s.fail("A limit of this kind needs an order.")
	}
	return strings.Join(list, ", ")
}
