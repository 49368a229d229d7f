package sqlgen

import (
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// How strongly operators bind, weakest first.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindCompare
	bindAdd
	bindMul
	bindLeaf
)

// signs are the operators that SQL writes as the plan does.
var signs = map[plan.Op]struct {
	sign string
	bind int
}{
	plan.OpEq: {" = ", bindCompare}, plan.OpLt: {" < ", bindCompare}, plan.OpLe: {" <= ", bindCompare},
	plan.OpGt: {" > ", bindCompare}, plan.OpGe: {" >= ", bindCompare}, plan.OpNe: {" IS DISTINCT FROM ", bindCompare},
	plan.OpAdd: {" + ", bindAdd}, plan.OpMinus: {" - ", bindAdd}, plan.OpMul: {" * ", bindMul},
}

// piece is a part of an expression with the strength of its outermost
// operator.
type piece struct {
	text string
	bind int
}

func leaf(text string) piece { return piece{text, bindLeaf} }

// expr compiles an expression, in parentheses where it binds weaker than least.
func (s *scope) expr(e *plan.Expr, least int) string {
	if e == nil {
		return s.fail("A part of the plan is missing.")
	}
	if s.err != nil {
		return "NULL"
	}
	if s.inner != nil {
		if known, ok := s.inner[e.String()]; ok {
			return known
		}
	}
	p := s.piece(e)
	if s.written += len(p.text); s.written > maxWritten {
		return s.fail("The plan is too large to be written out.")
	}
	if p.bind < least {
		return "(" + p.text + ")"
	}
	return p.text
}

// arg compiles the i-th argument.
func (s *scope) arg(e *plan.Expr, i, least int) string {
	if i >= len(e.Args) {
		return s.fail("The operator %q lacks an argument.", e.Op)
	}
	return s.expr(e.Args[i], least)
}

func (s *scope) piece(e *plan.Expr) piece {
	switch {
	case e.Op.Aggregate():
		return leaf(s.aggregate(e))
	case e.Op.Window():
		return s.window(e)
	}
	if g, ok := signs[e.Op]; ok {
		if p, special := s.dates(e); special {
			return p
		}
		left := g.bind
		if g.bind == bindCompare {
			left = bindAdd
		}
		return piece{s.arg(e, 0, left) + g.sign + s.arg(e, 1, g.bind+1), g.bind}
	}
	switch e.Op {
	case plan.OpCol, plan.OpLit, plan.OpRef, plan.OpRow, plan.OpSub, plan.OpNow:
		return s.leaf(e)
	case plan.OpAnd, plan.OpOr, plan.OpNot, plan.OpExists:
		return s.logic(e)
	case plan.OpIn, plan.OpNotIn:
		return s.membership(e)
	case plan.OpBetween, plan.OpWithin, plan.OpContains, plan.OpStarts, plan.OpEnds, plan.OpIsNull, plan.OpNotNull:
		return s.test(e)
	}
	return s.function(e)
}

func (s *scope) leaf(e *plan.Expr) piece {
	switch e.Op {
	case plan.OpCol:
		if e.Col == nil {
			return leaf(s.fail("A column has no name."))
		}
		return leaf(s.column(*e.Col))
	case plan.OpLit:
		return leaf(s.literal(e.Lit))
	case plan.OpRef:
		return s.ref(e)
	case plan.OpRow:
		return leaf(s.position())
	case plan.OpNow:
		m := s.moment()
		return leaf(s.literal(&m))
	}
	return leaf(inParens(s.compiler.plan(e.Sub, false)))
}

func (s *scope) literal(l *plan.Lit) string {
	if l == nil {
		return s.fail("A constant has no value.")
	}
	if s.inline {
		return s.dialect.Literal(*l)
	}
	return s.constant(*l)
}

// ref stands for the expression of a result column: engines differ in which
// clauses know such names.
func (s *scope) ref(e *plan.Expr) piece {
	n := s.p.Result(e.Name)
	if n == nil || s.depth > plan.MaxDepth {
		return leaf(s.fail("The result has no column %q.", e.Name))
	}
	s.depth++
	defer func() { s.depth-- }()
	if s.inner != nil {
		if known, ok := s.inner[n.Expr.String()]; ok {
			return leaf(known)
		}
	}
	if isKey(s.p, e.Name) {
		return leaf("(" + s.key(n.Expr) + ")").simple()
	}
	return s.piece(n.Expr)
}

// simple takes the parentheses off where nothing needs them.
func (p piece) simple() piece {
	inside := strings.TrimSuffix(strings.TrimPrefix(p.text, "("), ")")
	if !strings.ContainsAny(inside, " ") {
		return leaf(inside)
	}
	return p
}

// key compiles a group key. Its constants are written in, so that engines see
// the same expression wherever the key occurs.
func (s *scope) key(e *plan.Expr) string {
	was := s.inline
	s.inline = true
	defer func() { s.inline = was }()
	return s.expr(e, bindOr)
}

func isKey(p *plan.Plan, name string) bool {
	for _, g := range p.Group {
		if g.As == name {
			return true
		}
	}
	return false
}

func (s *scope) logic(e *plan.Expr) piece {
	switch e.Op {
	case plan.OpNot: // a condition that is null does not hold, so its opposite does
		return piece{s.arg(e, 0, bindLeaf) + " IS NOT TRUE", bindCompare}
	case plan.OpExists:
		return leaf("EXISTS " + inParens(s.compiler.plan(e.Sub, false)))
	}
	word, bind, none := " AND ", bindAnd, "TRUE"
	if e.Op == plan.OpOr {
		word, bind, none = " OR ", bindOr, "FALSE"
	}
	if len(e.Args) == 0 {
		return leaf(none)
	}
	parts := make([]string, len(e.Args))
	for i := range e.Args {
		parts[i] = s.arg(e, i, bind+1)
	}
	if len(parts) == 1 {
		return piece{parts[0], bind + 1}
	}
	return piece{strings.Join(parts, word), bind}
}

func (s *scope) test(e *plan.Expr) piece {
	x := s.arg(e, 0, bindAdd)
	switch e.Op {
	case plan.OpIsNull:
		return piece{x + " IS NULL", bindCompare}
	case plan.OpNotNull:
		return piece{x + " IS NOT NULL", bindCompare}
	case plan.OpBetween:
		return piece{x + " BETWEEN " + s.arg(e, 1, bindAdd) + " AND " + s.arg(e, 2, bindAdd), bindCompare}
	case plan.OpWithin:
		return s.within(e, x)
	}
	return s.contains(e, x)
}

func (s *scope) within(e *plan.Expr, x string) piece {
	var parts []string
	if !open(e, 1) {
		parts = append(parts, x+" >= "+s.arg(e, 1, bindAdd))
	}
	if !open(e, 2) {
		parts = append(parts, x+" < "+s.arg(e, 2, bindAdd))
	}
	switch len(parts) {
	case 0:
		return piece{x + " IS NOT NULL", bindCompare}
	case 1:
		return piece{parts[0], bindCompare}
	}
	return piece{parts[0] + " AND " + parts[1], bindAnd}
}

func open(e *plan.Expr, i int) bool {
	return i < len(e.Args) && e.Args[i] != nil && e.Args[i].Op == plan.OpLit && e.Args[i].Lit != nil && e.Args[i].Lit.Value == nil
}

func (s *scope) contains(e *plan.Expr, x string) piece {
	if s.types.Of(e.Args[0]).Type != table.String {
		x = s.dialect.Cast(x, table.String)
	}
	return leaf(s.dialect.Contains(e.Op, x, s.arg(e, 1, bindOr)))
}

// membership tests lists. A null is in no list, so nulls among the values are
// left out and "not in" holds for them.
func (s *scope) membership(e *plan.Expr) piece {
	x := s.arg(e, 0, bindAdd)
	list := ""
	if e.Sub != nil {
		list = inParens(s.firstColumn(e.Sub, e.Op == plan.OpNotIn))
	} else {
		var items []string
		for i := 1; i < len(e.Args); i++ {
			if !open(e, i) {
				items = append(items, s.arg(e, i, bindOr))
			}
		}
		if len(items) == 0 {
			return leaf(map[bool]string{true: "TRUE", false: "FALSE"}[e.Op == plan.OpNotIn])
		}
		list = "(" + strings.Join(items, ", ") + ")"
	}
	if e.Op == plan.OpIn {
		return piece{x + " IN " + list, bindCompare}
	}
	return piece{x + " NOT IN " + list + " OR " + x + " IS NULL", bindOr}
}

// firstColumn selects the values of a plan's first result column.
func (s *scope) firstColumn(p *plan.Plan, notNull bool) string {
	columns := plan.ResultColumns(p, s.cat)
	if len(columns) == 0 {
		return s.fail("A plan used as a list has no column.")
	}
	if len(columns) == 1 && !notNull {
		return s.compiler.plan(p, false)
	}
	name := s.quote(columns[0].Name)
	q := query{items: []string{name}, from: []string{inParens(s.compiler.plan(p, false)) + " AS " + s.quote("list")}}
	if notNull {
		q.where = []string{name + " IS NOT NULL"}
	}
	return q.String()
}

func (s *scope) function(e *plan.Expr) piece {
	switch e.Op {
	case plan.OpDiv:
		return piece{s.arg(e, 0, bindMul) + " / NULLIF(" + s.arg(e, 1, bindOr) + ", 0)", bindMul}
	case plan.OpTrunc:
		value, _ := s.dialect.Trunc(s.unit(e), s.arg(e, 0, bindOr))
		return leaf(value)
	case plan.OpPart:
		p := s.dialect.Part(s.unit(e), s.arg(e, 0, bindOr))
		if e.Unit == "weekend" {
			return piece{p, bindCompare}
		}
		return leaf(p)
	case plan.OpDateDiff:
		return leaf(s.dialect.DateDiff(s.unit(e), s.moments(e, 0), s.moments(e, 1)))
	case plan.OpBin:
		width := s.arg(e, 1, bindMul+1)
		return piece{"floor(" + s.arg(e, 0, bindMul) + " / NULLIF(" + s.arg(e, 1, bindOr) + ", 0)) * " + width, bindMul}
	case plan.OpLower, plan.OpLength, plan.OpAbs:
		return leaf(string(e.Op) + "(" + s.arg(e, 0, bindOr) + ")")
	case plan.OpRound:
		return leaf(s.round(e))
	case plan.OpIf:
		return leaf("CASE WHEN " + s.arg(e, 0, bindOr) + " THEN " + s.arg(e, 1, bindOr) + " ELSE " + s.arg(e, 2, bindOr) + " END")
	case plan.OpCast:
		return leaf(s.dialect.Cast(s.arg(e, 0, bindOr), table.Type(e.Unit)))
	}
	return leaf(s.fail("The plan has an unknown operator %q.", e.Op))
}

func (s *scope) round(e *plan.Expr) string {
	digits := "0"
	if len(e.Args) > 1 && e.Args[1].Op == plan.OpLit && e.Args[1].Lit != nil {
		digits = s.dialect.Literal(*e.Args[1].Lit)
	}
	return "round(" + s.arg(e, 0, bindOr) + ", " + digits + ")"
}

var units = map[string]bool{"hour": true, "day": true, "week": true, "month": true, "quarter": true, "year": true,
	"minute": true, "second": true, "dow": true, "weekend": true}

// unit gives a unit that is safe to write into the text.
func (s *scope) unit(e *plan.Expr) string {
	if !units[e.Unit] {
		s.fail("There is no unit of time %q.", e.Unit)
		return "day"
	}
	return e.Unit
}

// moments compiles one side of a difference of dates; where the sides differ
// in type both become datetimes.
func (s *scope) moments(e *plan.Expr, i int) string {
	x := s.arg(e, i, bindOr)
	if len(e.Args) == 2 && s.types.Of(e.Args[0]).Type != s.types.Of(e.Args[1]).Type {
		return "CAST(" + x + " AS TIMESTAMP)"
	}
	return x
}

// dates compiles sums and differences on the calendar, in days.
func (s *scope) dates(e *plan.Expr) (piece, bool) {
	if e.Op != plan.OpAdd && e.Op != plan.OpMinus || len(e.Args) != 2 {
		return piece{}, false
	}
	a, b := s.types.Of(e.Args[0]).Type, s.types.Of(e.Args[1]).Type
	switch {
	case a.Temporal() && b.Temporal():
		return leaf(s.dialect.DateDiff("day", s.moments(e, 1), s.moments(e, 0))), true
	case a.Temporal():
		sign := strings.TrimSpace(signs[e.Op].sign)
		sum := s.arg(e, 0, bindAdd) + " " + sign + " CAST(" + s.arg(e, 1, bindOr) + " AS INTEGER) * INTERVAL 1 DAY"
		if a == table.Date {
			return leaf("CAST(" + sum + " AS DATE)"), true
		}
		return piece{sum, bindAdd}, true
	}
	return piece{}, false
}
