package plan

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// place is where an expression stands, which decides what it may hold.
type place struct {
	name       string
	aggregates bool // aggregates may stand here
	windows    bool // windows may stand here
	grouped    bool // columns outside of aggregates must be group keys
	refs       bool // result columns may be named
}

func (c *checker) parts() {
	for _, g := range c.p.Group {
		c.expr(g.Expr, place{name: "a group key"})
	}
	for _, m := range c.p.Measures {
		c.expr(m.Expr, place{name: "a measure", aggregates: true, windows: true, grouped: true, refs: true})
	}
	for _, s := range c.p.Select {
		c.expr(s.Expr, place{name: "a shown column", windows: true, refs: true})
	}
}

func (c *checker) conditions() {
	if c.p.Where != nil {
		c.condition(c.p.Where, place{name: "where"})
	}
	if c.p.Having != nil {
		agg := c.p.Aggregated()
		c.condition(c.p.Having, place{name: "having", aggregates: agg, windows: true, grouped: agg, refs: true})
	}
}

func (c *checker) condition(e *Expr, at place) {
	c.expr(e, at)
	if c.err == nil && c.types.Of(e).Type != table.Boolean {
		c.fail("plan_wrong_type", "A condition must be true or false; %s is of type %s.", e, c.types.Of(e).Type)
	}
}

func (c *checker) order() {
	agg := c.p.Aggregated()
	for _, o := range c.p.Order {
		c.expr(o.By, place{name: "order", aggregates: agg, windows: true, grouped: agg, refs: true})
	}
}

func (c *checker) limit() {
	l := c.p.Limit
	if l == nil {
		return
	}
	switch {
	case l.N < 0 || l.Offset < 0 || l.N > MaxRows || l.Offset > MaxRows:
		c.fail("plan_invalid", "A limit and its offset are between 0 and %d.", MaxRows)
	case !(l.Percent >= 0 && l.Percent <= 100):
		c.fail("plan_invalid", "A percentage is between 0 and 100.")
	case l.N > 0 && l.Percent > 0:
		c.fail("plan_invalid", "A limit is a number or a percentage, not both.")
	case len(c.p.Order) == 0 && (len(l.Per) > 0 || l.Ties || l.Percent > 0):
		c.fail("plan_needs_order", "A limit within groups, with ties or in percent needs an order.")
	}
	for _, name := range l.Per {
		if !c.isKey(name) {
			c.fail("plan_unknown_result", "The limit is per %q, which is not shown.", name)
		}
	}
}

// isKey reports whether a name is one that a limit or a window may go by.
func (c *checker) isKey(name string) bool {
	keys := c.p.Group
	if !c.p.Aggregated() {
		keys = c.p.Select
	}
	return slices.ContainsFunc(keys, func(n Named) bool { return n.As == name })
}

func (c *checker) analysis() {
	a := c.p.Analysis
	if a == nil {
		return
	}
	if a.Method == "" || len(a.Method) > 40 || a.Horizon < 0 || a.Horizon > MaxSteps || math.IsNaN(a.Param) || math.IsInf(a.Param, 0) {
		c.fail("plan_invalid", "The analysis is not one that can be done.")
	}
	for _, e := range []*Expr{a.X, a.Y} {
		if e != nil {
			c.expr(e, place{name: "an analysis", aggregates: true, refs: true})
		}
	}
}

// expr checks an expression from the outside in.
func (c *checker) expr(e *Expr, at place) {
	if c.err != nil {
		return
	}
	if e == nil {
		c.fail("plan_invalid", "A part of %s is missing.", at.name)
		return
	}
	switch {
	case e.Op.Aggregate():
		c.aggregate(e, at)
	case e.Op.Window():
		c.window(e, at)
	case e.Distinct || e.Filter != nil:
		c.fail("plan_invalid", "Only an aggregate can have a filter or count distinct values, not %q.", e.Op)
	case at.grouped && e.Op != OpLit && c.isGroupKey(e):
	default:
		c.plain(e, at)
	}
}

// isGroupKey reports whether an expression is computed by a group key.
func (c *checker) isGroupKey(e *Expr) bool {
	text := e.String()
	return slices.ContainsFunc(c.p.Group, func(g Named) bool { return g.Expr.String() == text })
}

func (c *checker) plain(e *Expr, at place) {
	switch e.Op {
	case OpCol:
		c.col(e, at)
	case OpLit:
		c.literal(e.Lit)
	case OpRef:
		if !at.refs || c.p.Result(e.Name) == nil {
			c.unknownResult(e.Name, at)
		}
	case OpRow:
		if c.p.From.Table == "" || at.grouped {
			c.fail("plan_misplaced", "The position of a row is known for the rows of a table only.")
		}
	case OpSub:
		c.value(e)
	case OpExists:
		c.inside(e.Sub)
	case OpNow:
	default:
		c.operator(e, at)
	}
}

func (c *checker) col(e *Expr, at place) {
	if e.Col == nil {
		c.fail("plan_invalid", "A column has no name.")
		return
	}
	if _, ok := c.column(*e.Col); ok && at.grouped {
		c.fail("plan_not_grouped", "%q has many values per group: count or add it up, or group by it.", e.Col.Name)
	}
}

func (c *checker) unknownResult(name string, at place) {
	var names []string
	for _, list := range [][]Named{c.p.Group, c.p.Measures, c.p.Select} {
		for _, n := range list {
			names = append(names, n.As)
		}
	}
	if !at.refs {
		c.fail("plan_misplaced", "The result column %q is not known yet in %s.", name, at.name)
		return
	}
	c.fail("plan_unknown_result", "The result has no column %q.", name)
	if len(names) > 0 {
		c.err = c.err.WithHint("Result columns: %s.", strings.Join(Near(name, names), ", "))
	}
}

func (c *checker) value(e *Expr) {
	if c.inside(e.Sub); c.err != nil {
		return
	}
	one := len(e.Sub.Group) == 0 && len(e.Sub.Measures) > 0 || e.Sub.Limit != nil && e.Sub.Limit.N == 1 && !e.Sub.Limit.Ties && len(e.Sub.Limit.Per) == 0
	if !one || len(ResultColumns(e.Sub, c.cat)) != 1 {
		c.fail("plan_not_scalar", "A plan used as a value must give one row and one column.")
	}
}

// arities are how many arguments operators take: at least and at most.
var arities = map[Op][2]int{
	OpAdd: {2, 2}, OpMinus: {2, 2}, OpMul: {2, 2}, OpDiv: {2, 2},
	OpEq: {2, 2}, OpNe: {2, 2}, OpLt: {2, 2}, OpLe: {2, 2}, OpGt: {2, 2}, OpGe: {2, 2},
	OpIn: {1, MaxNodes}, OpNotIn: {1, MaxNodes}, OpBetween: {3, 3}, OpWithin: {3, 3}, OpContains: {2, 2}, OpStarts: {2, 2}, OpEnds: {2, 2},
	OpIsNull: {1, 1}, OpNotNull: {1, 1}, OpAnd: {0, MaxNodes}, OpOr: {0, MaxNodes}, OpNot: {1, 1},
	OpTrunc: {1, 1}, OpPart: {1, 1}, OpDateDiff: {2, 2}, OpBin: {2, 2}, OpLower: {1, 1}, OpLength: {1, 1}, OpAbs: {1, 1},
	OpRound: {1, 2}, OpIf: {3, 3}, OpCast: {1, 1},
	OpCount: {0, 1}, OpSum: {1, 1}, OpAvg: {1, 1}, OpMedian: {1, 1}, OpMin: {1, 1}, OpMax: {1, 1}, OpStddev: {1, 1}, OpVariance: {1, 1},
	OpQuantile: {2, 2}, OpMode: {1, 1}, OpFirst: {2, 2}, OpLast: {2, 2}, OpCorr: {2, 2}, OpSlope: {2, 2},
	OpShare: {1, 1}, OpRunning: {1, 1}, OpMoving: {1, 1}, OpLag: {1, 1}, OpRank: {1, 1},
}

// arguments checks number and kind of the arguments and gives their types.
func (c *checker) arguments(e *Expr, at place) []table.Type {
	n, known := arities[e.Op]
	if !known {
		c.fail("plan_invalid", "There is no operator %q.", e.Op)
		return nil
	}
	if len(e.Args) < n[0] || len(e.Args) > n[1] {
		c.fail("plan_invalid", "The operator %q cannot have %d arguments.", e.Op, len(e.Args))
		return nil
	}
	types := make([]table.Type, len(e.Args))
	for i, a := range e.Args {
		if c.expr(a, at); c.err != nil {
			return nil
		}
		types[i] = c.types.Of(a).Type
	}
	return types
}

func (c *checker) operator(e *Expr, at place) {
	types := c.arguments(e, at)
	if c.err != nil {
		return
	}
	switch e.Op {
	case OpEq, OpNe, OpLt, OpLe, OpGt, OpGe, OpBetween, OpWithin:
		c.comparison(e, types)
	case OpIn, OpNotIn:
		c.comparison(e, types)
		c.list(e, types[0])
	case OpAnd, OpOr, OpNot:
		for i, t := range types {
			c.want(e, i, t, t == table.Boolean, "true or false")
		}
	case OpContains, OpStarts, OpEnds:
		if a := e.Args[1]; a.Op != OpLit || a.Lit.Type != table.String || a.Lit.Value == nil {
			c.fail("plan_wrong_type", "What is looked for in a text must be a text.")
		}
	case OpLower, OpLength:
		c.want(e, 0, types[0], types[0] == table.String, "a text")
	case OpIsNull, OpNotNull:
	case OpIf:
		c.want(e, 0, types[0], types[0] == table.Boolean, "true or false")
		c.comparison(e, types[1:])
	default:
		c.calculation(e, types)
	}
}

func (c *checker) want(e *Expr, i int, t table.Type, ok bool, what string) {
	if !ok && !isNull(e.Args[i]) {
		c.fail("plan_wrong_type", "%s needs %s, but %s is of type %s.", title(string(e.Op)), what, e.Args[i], t)
	}
}

func title(s string) string { return strings.ToUpper(s[:1]) + strings.ReplaceAll(s[1:], "_", " ") }

func isNull(e *Expr) bool { return e.Op == OpLit && e.Lit != nil && e.Lit.Value == nil }

func (c *checker) comparison(e *Expr, types []table.Type) {
	args := e.Args[len(e.Args)-len(types):]
	for i := 1; i < len(types); i++ {
		if !comparable(types[0], types[i]) && !isNull(args[i]) && !isNull(args[0]) {
			c.fail("plan_types_differ", "%s is of type %s and %s of type %s: they cannot be compared.", args[0], types[0], args[i], types[i])
		}
	}
}

func (c *checker) list(e *Expr, t table.Type) {
	if e.Sub == nil {
		return
	}
	if c.inside(e.Sub); c.err != nil {
		return
	}
	columns := ResultColumns(e.Sub, c.cat)
	switch {
	case len(columns) == 0:
		c.fail("plan_invalid", "A plan used as a list has no column.")
	case !comparable(t, columns[0].Type):
		c.fail("plan_types_differ", "%s is of type %s and %q of type %s: they cannot be compared.", e.Args[0], t, columns[0].Name, columns[0].Type)
	}
}

var (
	truncUnits = []string{"hour", "day", "week", "month", "quarter", "year"}
	partUnits  = []string{"year", "quarter", "month", "week", "day", "dow", "hour", "weekend"}
	diffUnits  = []string{"second", "minute", "hour", "day", "week", "month", "quarter", "year"}
)

func (c *checker) calculation(e *Expr, types []table.Type) {
	switch e.Op {
	case OpAdd, OpMinus:
		days := types[0].Temporal() && types[1] == table.Integer || e.Op == OpMinus && types[0].Temporal() && types[1].Temporal()
		if !days {
			c.numbers(e, types)
		}
	case OpTrunc:
		c.unit(e, truncUnits)
		c.want(e, 0, types[0], types[0].Temporal(), "a date")
	case OpPart:
		c.unit(e, partUnits)
		c.want(e, 0, types[0], types[0].Temporal() || types[0] == table.Time && e.Unit == "hour", "a date")
	case OpDateDiff:
		c.unit(e, diffUnits)
		c.want(e, 0, types[0], types[0].Temporal(), "a date")
		c.want(e, 1, types[1], types[1].Temporal(), "a date")
	case OpRound:
		c.numbers(e, types[:1])
		if len(e.Args) == 2 && !within(e.Args[1], -20, 20) {
			c.fail("plan_invalid", "A number is rounded to a constant number of digits, at most 20.")
		}
	case OpCast:
		if !typeNames[e.Unit] {
			c.fail("plan_invalid", "There is no type %q.", e.Unit)
		}
	default: // mul, div, bin, abs
		c.numbers(e, types)
	}
}

func (c *checker) numbers(e *Expr, types []table.Type) {
	for i, t := range types {
		c.want(e, i, t, t.Numeric(), "a number")
	}
}

func (c *checker) unit(e *Expr, units []string) {
	if !slices.Contains(units, e.Unit) {
		c.fail("plan_invalid", "There is no unit of time %q here; there are %s.", e.Unit, strings.Join(units, ", "))
	}
}

// within reports whether an expression is a constant number between two ends.
func within(e *Expr, low, high float64) bool {
	if e.Op != OpLit || e.Lit == nil {
		return false
	}
	f, ok := table.Number(e.Lit.Value)
	return ok && f >= low && f <= high
}

func (c *checker) aggregate(e *Expr, at place) {
	if !at.aggregates {
		c.fail("plan_misplaced", "%s cannot stand in %s: it is over many rows.", title(string(e.Op)), at.name)
		return
	}
	inner := place{name: "an aggregate"}
	types := c.arguments(e, inner)
	if e.Filter != nil && c.err == nil {
		c.condition(e.Filter, place{name: "a filter"})
	}
	if c.err != nil {
		return
	}
	switch e.Op {
	case OpSum, OpAvg, OpStddev, OpVariance, OpMedian, OpQuantile:
		c.summable(e, types[0])
	case OpCorr:
		c.numbers(e, types)
	case OpSlope:
		c.numbers(e, types[:1])
		c.want(e, 1, types[1], types[1].Numeric() || types[1].Temporal(), "a number or a date")
	}
	if e.Op == OpQuantile && !within(e.Args[1], 0, 1) {
		c.fail("plan_invalid", "A quantile is a constant between 0 and 1.")
	}
}

func (c *checker) summable(e *Expr, t table.Type) {
	if e.Op != OpSum && t.Temporal() && e.Op != OpStddev && e.Op != OpVariance {
		return
	}
	a := e.Args[0]
	if a.Op == OpCol && c.types.role[*a.Col] == catalog.ID {
		c.fail("plan_sum_of_id", "%q names things: it can be counted, but it has no %s.", a.Col.Name, strings.TrimSuffix(aggregateWords[e.Op], " of"))
		return
	}
	c.want(e, 0, t, t.Numeric(), "a number")
}

func (c *checker) window(e *Expr, at place) {
	if !at.windows {
		c.fail("plan_misplaced", "%s cannot stand in %s: it is over the rows of the result.", title(string(e.Op)), at.name)
		return
	}
	for _, name := range e.By {
		if !c.isKey(name) {
			c.fail("plan_unknown_result", "%s is per %q, which is not a group key.", title(string(e.Op)), name)
		}
	}
	if e.N < 0 || e.N > MaxSteps || (e.Op == OpMoving || e.Op == OpLag) && e.N == 0 {
		c.fail("plan_invalid", "%s needs a number of periods from 1 to %d.", title(string(e.Op)), MaxSteps)
	}
	inner := at
	inner.windows, inner.name = false, "a value over the rows of the result"
	types := c.arguments(e, inner)
	if c.err != nil {
		return
	}
	if c.windowed(e.Args[0]) {
		c.fail("plan_misplaced", "A value over the rows of the result cannot be over another one: put that into a plan inside this one.")
	}
	if e.Op != OpLag && e.Op != OpRank {
		c.numbers(e, types)
	}
	if (e.Op == OpRunning || e.Op == OpMoving || e.Op == OpLag) && !c.p.Aggregated() && len(c.p.Order) == 0 {
		c.fail("plan_needs_order", "%s over a list of rows needs an order.", title(string(e.Op)))
	}
}

// windowed reports whether an expression is over the rows of the result, also
// through the result columns that it names.
func (c *checker) windowed(e *Expr) bool {
	return e.Has(Op.Window) || slices.ContainsFunc(e.refs(), func(name string) bool { return c.overRows[name] })
}

func (c *checker) literal(l *Lit) {
	if l == nil {
		c.fail("plan_invalid", "A constant has no value.")
		return
	}
	if !typeNames[string(l.Type)] {
		c.fail("plan_invalid", "A constant is of an unknown type %q.", l.Type)
		return
	}
	if l.Value != nil && !holds(l) {
		c.fail("plan_wrong_type", "The constant %s is not of type %s.", literal(l), l.Type)
	}
}

// holds reports whether the value of a constant is of its type.
func holds(l *Lit) bool {
	switch v := l.Value.(type) {
	case bool:
		return l.Type == table.Boolean
	case int64:
		return l.Type == table.Integer
	case float64:
		return l.Type == table.Float && !math.IsNaN(v) && !math.IsInf(v, 0)
	case table.Exact:
		return l.Type == table.Decimal && exactForm.MatchString(string(v)) && len(v) <= 40
	case string:
		return holdsText(l.Type, v)
	}
	return false
}

func holdsText(t table.Type, s string) bool {
	var err error
	switch t {
	case table.String:
		return utf8.ValidString(s) && !strings.ContainsRune(s, 0)
	case table.Date:
		_, err = time.Parse(time.DateOnly, s)
	case table.Datetime:
		if _, err = time.Parse("2006-01-02T15:04:05.999999999", s); err != nil {
			_, err = time.Parse(time.RFC3339Nano, s)
		}
	case table.Time:
		_, err = time.Parse("15:04:05.999999999", s)
	default:
		return false
	}
	return err == nil
}
