package sqlgen

import (
	"slices"
	"strconv"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Checks is a companion of a plan's statement: one SELECT with one row of
// counts that tells what the result leaves out. It reads the source once.
type Checks struct {
	Statement
	known  []plan.Finding // what the catalog says already
	wanted []counted
	width  int // columns of the statement
	// Brief says that conditions were passed over because the result has rows.
	Brief bool
}

// counted is a finding whose value is in a column of the statement.
type counted struct {
	plan.Finding
	column int
}

// MakeChecks says what to count beside a plan: rows in all and after each
// condition, rows without the date or the value that is asked about. For a
// plan over another plan it is about the innermost one, which reads a table.
// Of a result that shows that rows were found, only what is told of such
// results is counted, and not what it tells itself.
func MakeChecks(p *plan.Plan, cat *catalog.Catalog, d Dialect, opt Options) (Checks, error) {
	said := readResult(p, opt.Result)
	for p.From.Sub != nil {
		p = p.From.Sub
	}
	t := cat.Table(p.From.Table)
	if t == nil {
		return Checks{}, nil
	}
	c := &compiler{cat: cat, dialect: d, now: opt.Now}
	k := &checking{scope: c.scope(p), table: t, said: said}
	k.rows = usesPosition(p)
	q := k.query()
	if c.err != nil {
		return Checks{}, c.err
	}
	found := Checks{known: k.known, wanted: k.wanted, width: len(k.counts), Brief: k.brief}
	if len(q.items) > 0 {
		found.Statement = c.statement(q.String())
	}
	return found, nil
}

// Findings reads the row that the statement gave; rows is nil where there was
// no statement to run.
func (c Checks) Findings(rows *table.Rows) []plan.Finding {
	list := append([]plan.Finding(nil), c.known...)
	if rows == nil || len(rows.Values) != 1 || len(rows.Values[0]) != c.width {
		return list
	}
	for _, f := range c.wanted {
		f.Value = rows.Values[0][f.column]
		list = append(list, f.Finding)
	}
	return list
}

// said is what the result of a plan says of the rows behind it.
type said struct {
	found   bool        // there were some
	matched table.Value // how many, where it was asked
	told    bool        // people are told how many
}

// readResult reads the result of a plan, nil where it is not known. Groups and
// lists have rows because some were found, and nobody is told how many; a
// single row stands there in any case.
func readResult(p *plan.Plan, rows *table.Rows) said {
	if rows == nil || len(rows.Values) == 0 {
		return said{}
	}
	if !p.Aggregated() || len(p.Group) > 0 {
		return said{found: true}
	}
	s := said{told: true}
	for i, v := range rows.Values[0] {
		n, number := table.Number(v)
		s.found = s.found || v != nil && (!number || n != 0)
		if i < len(p.Measures) && p.From.Sub == nil && countsRows(p.Measures[i].Expr) {
			s.matched = v
		}
	}
	return s
}

// countsRows reports whether a measure is the number of rows.
func countsRows(e *plan.Expr) bool {
	return e != nil && e.Op == plan.OpCount && len(e.Args) == 0 && e.Filter == nil
}

type checking struct {
	*scope
	said
	table  *catalog.Table
	whole  bool // all rows of the table are asked about
	brief  bool
	counts [][]string // for each column, the conditions that its rows meet
	known  []plan.Finding
	wanted []counted
}

// add counts the rows for which the conditions hold, once.
func (k *checking) add(f plan.Finding, conditions ...string) {
	at := slices.IndexFunc(k.counts, func(c []string) bool { return slices.Equal(c, conditions) })
	if at < 0 {
		at = len(k.counts)
		k.counts = append(k.counts, slices.Clone(conditions))
	}
	k.wanted = append(k.wanted, counted{f, at})
}

// common are the conditions that every count begins with. As conditions of the
// statement they spare the engine the rows that nobody counts.
func (k *checking) common() []string {
	if len(k.counts) == 0 {
		return nil
	}
	all := k.counts[0]
	for _, c := range k.counts[1:] {
		n := 0
		for n < len(all) && n < len(c) && all[n] == c[n] {
			n++
		}
		all = all[:n]
	}
	return all
}

// items are the counts of rows that meet more than the first so many
// conditions.
func (k *checking) items(shared int) []string {
	var list []string
	for i, conditions := range k.counts {
		item := "count(*)"
		if own := conditions[shared:]; len(own) > 0 {
			item += " FILTER (WHERE " + strings.Join(own, " AND ") + ")"
		}
		list = append(list, as(item, k.quote("c"+strconv.Itoa(i+1))))
	}
	return list
}

// query splits the conditions: those that ask other tables or plans stay
// conditions, the others are counted one after the other.
func (k *checking) query() *query {
	p := k.p
	k.known = append(k.known, plan.Finding{Code: plan.FoundTotal, Subject: k.table.Name, Value: k.table.Rows})
	own := *p
	var simple []*plan.Expr
	own.Where = nil
	for _, e := range plan.Conjuncts(p.Where) {
		if k.countable(e) {
			simple = append(simple, e)
		} else {
			own.Where = plan.And(own.Where, e)
		}
	}
	k.p = &own
	from, where := k.from()
	if len(p.From.Joins) > 0 {
		k.add(plan.Finding{Code: plan.FoundJoined, Subject: p.From.Joins[0].Table})
	}
	k.whole = p.Where == nil && len(p.From.Joins) == 0
	done := k.ladder(simple, len(where) > 0)
	k.nulls(p, done)
	k.dates(p, simple)
	shared := k.common()
	return &query{items: k.items(len(shared)), from: from, where: append(where, shared...)}
}

// countable reports whether a condition can be part of a count: it is about
// the rows themselves.
func (k *checking) countable(e *plan.Expr) bool {
	if e.Has(func(o plan.Op) bool { return o == plan.OpSub || o == plan.OpExists }) {
		return false
	}
	plain := true
	e.Each(func(x *plan.Expr) bool {
		plain = plain && x.Sub == nil
		return plain
	})
	for _, c := range e.Columns() {
		plain = plain && !k.tested(c.Table)
	}
	return plain
}

// ladder counts the rows after each condition, which explains why none is
// left, and after all of them.
func (k *checking) ladder(simple []*plan.Expr, more bool) []string {
	var done []string
	steps := len(simple) > 1
	k.brief = steps && k.found
	for _, e := range simple {
		done = append(done, k.expr(e, bindAnd))
		if steps && !k.found {
			k.add(plan.Finding{Code: plan.FoundAfter, Expr: e}, done...)
		}
	}
	switch matched := (plan.Finding{Code: plan.FoundMatched}); {
	case len(done) == 0 && !more && len(k.p.From.Joins) == 0:
		matched.Value = k.table.Rows
		k.known = append(k.known, matched)
	case k.found && k.matched != nil:
		matched.Value = k.matched
		k.known = append(k.known, matched)
	case !k.found || k.told:
		k.add(matched, done...)
	}
	return done
}

// nulls counts, for each measure over columns, the rows that it leaves out.
func (k *checking) nulls(p *plan.Plan, done []string) {
	for _, m := range p.Measures {
		e := m.Expr
		if e == nil || !e.Op.Aggregate() || e.Op == plan.OpCount {
			continue
		}
		missing := k.missing(e)
		if len(missing) == 0 {
			continue
		}
		f := plan.Finding{Code: plan.FoundNulls, Subject: m.As}
		if len(e.Args) == 1 {
			f.Expr = e.Args[0]
		}
		if c := k.wholly(e); c != nil {
			f.Value = c.Stats.Nulls
			k.known = append(k.known, f)
			continue
		}
		conditions := append(append([]string(nil), done...), "("+strings.Join(missing, " OR ")+")")
		if e.Filter != nil {
			conditions = append(conditions, k.expr(e.Filter, bindAnd))
		}
		k.add(f, conditions...)
	}
}

// wholly gives the column that an aggregate takes whole: the catalog knows
// what it lacks.
func (k *checking) wholly(e *plan.Expr) *catalog.Column {
	if !k.whole || e.Filter != nil || len(e.Args) != 1 || e.Args[0].Op != plan.OpCol {
		return nil
	}
	return k.described(*e.Args[0].Col)
}

// missing are the tests for what an aggregate passes over: of two arguments
// both must be known.
func (k *checking) missing(e *plan.Expr) []string {
	args := e.Args[:min(len(e.Args), 1)]
	if e.Op == plan.OpCorr || e.Op == plan.OpSlope {
		args = e.Args
	}
	var list []string
	for _, a := range args {
		if k.mayBeNull(a) {
			list = append(list, k.expr(a, bindAdd)+" IS NULL")
		}
	}
	return list
}

func (k *checking) mayBeNull(e *plan.Expr) bool {
	return k.types.Of(e).Nullable
}

// dates tells the extent of the date column that the plan is about, and counts
// the rows that have none.
func (k *checking) dates(p *plan.Plan, simple []*plan.Expr) {
	column := dateColumn(p)
	if column == nil {
		return
	}
	if c := k.described(*column.Col); c != nil {
		k.known = append(k.known,
			plan.Finding{Code: plan.FoundEarliest, Subject: column.Col.Name, Value: c.Stats.Min},
			plan.Finding{Code: plan.FoundLatest, Subject: column.Col.Name, Value: c.Stats.Max})
		if c.Stats.Nulls == 0 {
			return
		}
		if k.whole {
			k.known = append(k.known, plan.Finding{Code: plan.FoundUndated, Subject: column.Col.Name, Value: c.Stats.Nulls})
			return
		}
	}
	var others []string
	for _, e := range simple {
		if !mentions(e, *column.Col) {
			others = append(others, k.expr(e, bindAnd))
		}
	}
	k.add(plan.Finding{Code: plan.FoundUndated, Subject: column.Col.Name}, append(others, k.expr(column, bindAdd)+" IS NULL")...)
}

func mentions(e *plan.Expr, c plan.Col) bool {
	for _, other := range e.Columns() {
		if other == c {
			return true
		}
	}
	return false
}

// dateColumn is the column along which the plan runs or is cut.
func dateColumn(p *plan.Plan) *plan.Expr {
	if t := p.TimeKey(); t != nil && len(t.Expr.Args) == 1 && t.Expr.Args[0].Op == plan.OpCol {
		return t.Expr.Args[0]
	}
	if c := periodColumn(p.Where); c != nil {
		return c
	}
	var column *plan.Expr
	for _, m := range p.Measures {
		m.Expr.Each(func(x *plan.Expr) bool {
			if column == nil {
				column = periodColumn(x.Filter)
			}
			return column == nil && x.Op != plan.OpSub
		})
	}
	return column
}

// periodColumn is the column of dates that a condition restricts to a period.
func periodColumn(where *plan.Expr) *plan.Expr {
	for _, e := range plan.Conjuncts(where) {
		if e.Op == plan.OpWithin && len(e.Args) == 3 && e.Args[0].Op == plan.OpCol && e.Args[1].Op == plan.OpLit &&
			(e.Args[1].Lit.Type == table.Date || e.Args[1].Lit.Type == table.Datetime) {
			return e.Args[0]
		}
	}
	return nil
}

// usesPosition reports whether the plan itself names the position of a row.
func usesPosition(p *plan.Plan) bool {
	found := false
	own := *p
	own.From = plan.From{}
	own.Each(func(e *plan.Expr) bool {
		found = found || e.Op == plan.OpRow
		return true
	})
	return found
}
