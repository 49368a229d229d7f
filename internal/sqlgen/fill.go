package sqlgen

import (
	"strconv"
	"strings"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// filled compiles a series that shows empty periods too. An inner select
// groups, the periods come from a list of dates, and what the periods lack is
// zero for counts and sums and null for all else; then measures, windows and
// conditions are computed over the completed rows.
func (s *scope) filled() *query {
	f := &filling{scope: s, grouped: s.unusedName("grouped"), periods: s.unusedName("periods"), keys: s.unusedName("keys")}
	f.collect()
	inner := f.innerQuery()
	s.inner = f.columns
	q := &query{with: []cte{{f.grouped, inner.String()}, {f.periods, f.periodQuery()}}}
	for _, list := range [][]plan.Named{s.p.Group, s.p.Measures} {
		for _, n := range list {
			q.items = append(q.items, as(s.expr(n.Expr, bindOr), s.quote(n.As)))
		}
	}
	q.from = f.from()
	q.where, q.qualify = s.having()
	q.order = s.order()
	return q
}

type filling struct {
	*scope
	grouped, periods, keys string
	aggregates             []*plan.Expr
	columns                map[string]string // text of a key or aggregate -> what it is outside
}

// unusedName is a name that no table has.
func (c *compiler) unusedName(name string) string {
	for c.cat.Table(name) != nil {
		name += "_"
	}
	return c.dialect.Quote(name)
}

func (f *filling) timeIndex() int {
	for i, g := range f.p.Group {
		if g.Expr.Op == plan.OpTrunc {
			return i
		}
	}
	return 0
}

func keyName(i int) string       { return "k" + strconv.Itoa(i+1) }
func aggregateName(i int) string { return "a" + strconv.Itoa(i+1) }

// collect finds every aggregate that measures, conditions and order need, and
// says how it is written outside.
func (f *filling) collect() {
	f.columns = map[string]string{}
	for i, g := range f.p.Group {
		from := f.keys
		if i == f.timeIndex() {
			from = f.periods
		}
		f.columns[g.Expr.String()] = from + "." + f.quote(keyName(i))
	}
	own := *f.p
	own.From, own.Where, own.Group = plan.From{}, nil, nil
	own.Each(func(e *plan.Expr) bool {
		if !e.Op.Aggregate() {
			return e.Op != plan.OpSub
		}
		text := e.String()
		if _, known := f.columns[text]; !known {
			name := f.grouped + "." + f.quote(aggregateName(len(f.aggregates)))
			if e.Op == plan.OpCount || e.Op == plan.OpSum {
				name = "coalesce(" + name + ", 0)"
			}
			f.columns[text] = name
			f.aggregates = append(f.aggregates, e)
		}
		return false
	})
}

func (f *filling) innerQuery() *query {
	q := &query{}
	f.scope.keys(q, keyName)
	for i, a := range f.aggregates {
		q.items = append(q.items, as(f.aggregate(a), f.quote(aggregateName(i))))
	}
	q.from, q.where = f.scope.from()
	return q
}

func (f *filling) periodQuery() string {
	i := f.timeIndex()
	key := f.p.Group[i].Expr
	column := f.quote(keyName(i))
	from, to := f.bounds(key)
	q := query{items: []string{f.dialect.Periods(f.unit(key), f.edge("min", column, from, key), f.edge("max", column, to, key)) + " AS " + column}}
	return q.String()
}

// edge is the first or last period: where the question said so, otherwise
// where the result has it.
func (f *filling) edge(word, column string, bound, key *plan.Expr) string {
	if bound != nil {
		return f.literal(bound.Lit)
	}
	return "(SELECT " + word + "(" + column + ") FROM " + f.grouped + ")"
}

// bounds finds the range that the conditions give the time column, cut to
// where the table has dates at all: a year that is not over yet gets no zeros
// for its future.
func (f *filling) bounds(key *plan.Expr) (from, to *plan.Expr) {
	if f.unit(key) == "hour" { // the extent is known in days only
		return nil, nil
	}
	column := key.Args[0].String()
	for _, e := range plan.Conjuncts(f.p.Where) {
		if e.Op != plan.OpWithin || len(e.Args) != 3 || e.Args[0].String() != column {
			continue
		}
		first, last := f.extent(key.Args[0])
		if first == "" {
			return nil, nil
		}
		if s, ok := day(e.Args[1]); ok {
			from = plan.Date(truncated(max(s, first), key.Unit))
		}
		if s, ok := day(e.Args[2]); ok {
			to = plan.Date(truncated(min(before(s), last), key.Unit))
		}
	}
	return from, to
}

// extent gives the first and last day that a column of a table holds.
func (f *filling) extent(e *plan.Expr) (first, last string) {
	if e.Op != plan.OpCol {
		return "", ""
	}
	name := e.Col.Table
	if name == "" {
		name = f.p.From.Table
	}
	t := f.cat.Table(name)
	if t == nil || t.Column(e.Col.Name) == nil {
		return "", ""
	}
	stats := t.Column(e.Col.Name).Stats
	low, _ := stats.Min.(string)
	high, _ := stats.Max.(string)
	if len(low) < 10 || len(high) < 10 {
		return "", ""
	}
	return low[:10], high[:10]
}

func day(e *plan.Expr) (string, bool) {
	if e == nil || e.Op != plan.OpLit || e.Lit == nil || e.Lit.Type != table.Date {
		return "", false
	}
	s, ok := e.Lit.Value.(string)
	return s, ok && len(s) == 10
}

func (f *filling) from() []string {
	list := []string{f.periods}
	on := []string{}
	var others []string
	for i := range f.p.Group {
		k := f.quote(keyName(i))
		if i == f.timeIndex() {
			on = append(on, f.grouped+"."+k+" = "+f.periods+"."+k)
			continue
		}
		others = append(others, k)
		on = append(on, f.grouped+"."+k+" IS NOT DISTINCT FROM "+f.keys+"."+k)
	}
	if len(others) > 0 {
		q := query{distinct: true, items: []string{strings.Join(others, ", ")}, from: []string{f.grouped}}
		list = append(list, "CROSS JOIN "+inParens(q.String())+" AS "+f.keys)
	}
	return append(list, "LEFT JOIN "+f.grouped+" ON "+strings.Join(on, " AND "))
}

// before gives the day before an ISO day.
func before(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}

// truncated cuts an ISO day to a unit.
func truncated(iso, unit string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	y, m, d := t.Date()
	switch unit {
	case "week":
		d -= (int(t.Weekday()) + 6) % 7
	case "month":
		d = 1
	case "quarter":
		m, d = m-(m-1)%3, 1
	case "year":
		m, d = 1, 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}
