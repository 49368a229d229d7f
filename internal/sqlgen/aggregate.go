package sqlgen

import (
	"slices"
	"strconv"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// standard are the aggregates that SQL itself names.
var standard = map[plan.Op]string{
	plan.OpCount: "count", plan.OpSum: "sum", plan.OpAvg: "avg", plan.OpMin: "min", plan.OpMax: "max",
	plan.OpStddev: "stddev_samp", plan.OpVariance: "var_samp", plan.OpCorr: "corr", plan.OpSlope: "regr_slope",
}

func (s *scope) aggregate(e *plan.Expr) string {
	args := make([]string, len(e.Args))
	for i := range e.Args {
		args[i] = s.aggregateArg(e, i)
	}
	text, special := s.dialect.Aggregate(e.Op, args)
	if !special {
		inside := strings.Join(args, ", ")
		switch {
		case e.Op == plan.OpCount && len(args) == 0:
			inside = "*"
		case len(args) == 0:
			return s.fail("The aggregate %q lacks an argument.", e.Op)
		case e.Distinct:
			inside = "DISTINCT " + inside
		}
		text = standard[e.Op] + "(" + inside + ")"
	}
	if e.Filter != nil {
		text += " FILTER (WHERE " + s.expr(e.Filter, bindOr) + ")"
	}
	if s.halves(e) {
		text = s.dialect.Cast(text, table.Float)
	}
	return text
}

// roomyDigits is how many digits a decimal may have so that one more surely
// fits into the engine's fast type of eighteen.
const roomyDigits = 15

// halves reports whether a median is taken over decimals with one more digit:
// the middle between two decimals needs no more, and engines sort them in half
// the time that floats take. Without it large values would be out of range.
func (s *scope) halves(e *plan.Expr) bool {
	if e.Op != plan.OpMedian || len(e.Args) != 1 || e.Args[0].Op != plan.OpCol || s.types.Of(e.Args[0]).Type != table.Decimal {
		return false
	}
	c := s.described(*e.Args[0].Col)
	return c != nil && roomy(c.Stats.Min) && roomy(c.Stats.Max)
}

func roomy(v table.Value) bool {
	x, exact := v.(table.Exact)
	return exact && len(strings.Trim(string(x), "-"))-strings.Count(string(x), ".") <= roomyDigits
}

func (s *scope) aggregateArg(e *plan.Expr, i int) string {
	if e.Op == plan.OpQuantile && i == 1 { // engines want it before the arguments are known
		if a := e.Args[1]; a != nil && a.Op == plan.OpLit && a.Lit != nil {
			return s.dialect.Literal(*a.Lit)
		}
		return s.fail("A quantile must be a constant.")
	}
	x := s.expr(e.Args[i], bindOr)
	if s.halves(e) {
		return x + " * 1.0"
	}
	if (e.Op == plan.OpMedian || e.Op == plan.OpQuantile) && s.types.Of(e.Args[i]).Type == table.Decimal {
		return s.dialect.Cast(x, table.Float) // between two decimals there is none of the same scale
	}
	if e.Op == plan.OpSlope && s.types.Of(e.Args[i]).Type.Temporal() {
		return "epoch(" + x + ") / 86400" // days
	}
	return x
}

// keys writes the group keys into the select list, under the names given, and
// what to group by.
func (s *scope) keys(q *query, name func(i int) string) {
	for i, g := range s.p.Group {
		q.items = append(q.items, as(s.key(g.Expr), s.quote(name(i))))
		if parts := s.keyParts(g.Expr); len(parts) > 0 {
			q.group = append(q.group, parts...)
		} else {
			q.group = append(q.group, strconv.Itoa(i+1))
		}
	}
}

// keyParts are what a cut date is grouped by where that is faster than by
// itself.
func (s *scope) keyParts(e *plan.Expr) []string {
	if e == nil || e.Op != plan.OpTrunc || len(e.Args) != 1 {
		return nil
	}
	_, parts := s.dialect.Trunc(s.unit(e), s.key(e.Args[0]))
	return parts
}

func as(text, name string) string {
	if text == name {
		return text
	}
	return text + " AS " + name
}

// grouped compiles an aggregate in one SELECT.
func (s *scope) grouped() *query {
	q := &query{}
	s.keys(q, func(i int) string { return s.p.Group[i].As })
	for _, m := range s.p.Measures {
		q.items = append(q.items, as(s.expr(m.Expr, bindOr), s.quote(m.As)))
	}
	q.from, q.where = s.from()
	q.having, q.qualify = s.having()
	q.order = s.order()
	q.distinct = len(s.p.Measures) == 0 && len(q.having)+len(q.qualify) == 0 && s.ordersByRefs()
	return q
}

// having sorts the conditions on results: those on windows come after them.
func (s *scope) having() (having, qualify []string) {
	for _, e := range plan.Conjuncts(s.p.Having) {
		if text := s.expr(e, bindAnd); s.windowed(e) {
			qualify = append(qualify, text)
		} else {
			having = append(having, text)
		}
	}
	return having, qualify
}

// windowed reports whether an expression needs the rows of the result, also
// through the columns that it refers to.
func (s *scope) windowed(e *plan.Expr) bool {
	if e == nil {
		return false
	}
	if e.Op.Window() {
		return true
	}
	if e.Op == plan.OpRef {
		known, ok := s.overRows[e.Name]
		if n := s.p.Result(e.Name); !ok && n != nil {
			s.overRows[e.Name] = false // while it is looked at
			known = s.windowed(n.Expr)
			s.overRows[e.Name] = known
		}
		return known
	}
	return slices.ContainsFunc(e.Args, s.windowed)
}

func (s *scope) ordersByRefs() bool {
	for _, o := range s.p.Order {
		if o.By == nil || o.By.Op != plan.OpRef {
			return false
		}
	}
	return true
}

// listed compiles a list of rows.
func (s *scope) listed() *query {
	q := &query{}
	for _, n := range s.p.Select {
		q.items = append(q.items, as(s.expr(n.Expr, bindOr), s.quote(n.As)))
	}
	if len(q.items) == 0 {
		q.items = s.everything()
	}
	q.from, q.where = s.from()
	having, qualify := s.having()
	q.where, q.qualify = append(q.where, having...), qualify
	q.order = s.order()
	return q
}

// everything lists the columns of the source, those that are hidden left out.
func (s *scope) everything() []string {
	t := s.cat.Table(s.p.From.Table)
	hidden := false
	if t != nil {
		for _, c := range t.Columns {
			hidden = hidden || c.Hidden
		}
	}
	if !hidden && !s.rows {
		if s.qualify {
			return []string{s.base + ".*"}
		}
		return []string{"*"}
	}
	var items []string
	for _, c := range plan.ResultColumns(s.p, s.cat) {
		items = append(items, s.column(plan.Col{Name: c.Name}))
	}
	return items
}
