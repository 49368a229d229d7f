package plan

import (
	"strconv"
	"strings"

	"tabletalk/internal/table"
)

// The strength with which operators bind, weakest first.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindCompare
	bindAdd
	bindMul
	bindLeaf
)

// infix holds the operators that are written between two operands.
var infix = map[Op]struct {
	sign string
	bind int
}{
	OpEq: {"=", bindCompare}, OpNe: {"!=", bindCompare}, OpLt: {"<", bindCompare}, OpLe: {"<=", bindCompare},
	OpGt: {">", bindCompare}, OpGe: {">=", bindCompare}, OpContains: {"contains", bindCompare},
	OpStarts: {"starts", bindCompare}, OpEnds: {"ends", bindCompare},
	OpAdd: {"+", bindAdd}, OpMinus: {"-", bindAdd}, OpMul: {"*", bindMul}, OpDiv: {"/", bindMul},
}

// reserved words are quoted where they are names.
var reserved = wordSet("where by having order limit select distinct fill analyse chart as join left semi anti inner on and or not in" +
	" between within contains starts ends is null true false filter per from union intersect except desc with ties unit offset exists all")

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// String is the compact text of a plan: one line that Parse reads back to the
// same plan. Spans are left out.
func (p *Plan) String() string {
	var w printer
	w.plan(p)
	return w.b.String()
}

// String is the compact text of an expression, as in where; ParseExpr reads it.
func (e *Expr) String() string {
	var w printer
	w.expr(e, bindOr, false)
	return w.b.String()
}

type printer struct{ b strings.Builder }

func (w *printer) put(parts ...string) {
	for _, s := range parts {
		w.b.WriteString(s)
	}
}

// list writes n items with commas between.
func (w *printer) list(n int, item func(int)) {
	for i := range n {
		if i > 0 {
			w.put(", ")
		}
		item(i)
	}
}

func (w *printer) plan(p *Plan) {
	if p == nil {
		return
	}
	w.from(&p.From)
	if p.Where != nil {
		w.put(" | where ")
		w.expr(p.Where, bindOr, false)
	}
	w.named(" | by ", p.Group)
	w.named(" | ", p.Measures)
	w.named(" | select ", p.Select)
	if p.Distinct {
		w.put(" | distinct")
	}
	if p.Having != nil {
		w.put(" | having ")
		w.expr(p.Having, bindOr, true)
	}
	w.order(p.Order)
	w.limit(p.Limit)
	if p.Fill {
		w.put(" | fill")
	}
	w.analysis(p.Analysis)
	if p.Chart != "" {
		w.put(" | chart ", name(p.Chart))
	}
	if p.Kind != p.shape() {
		w.put(" | as ", name(string(p.Kind)))
	}
}

// shape is the kind that the parts of a plan suggest: it is not written.
func (p *Plan) shape() Kind {
	switch {
	case len(p.Group) > 0:
		return Table
	case len(p.Measures) > 0:
		return Scalar
	}
	return Rows
}

func (w *printer) from(f *From) {
	switch {
	case f.Sub != nil:
		w.sub(f.Sub)
	case f.Set != nil:
		w.put(name0(f.Set.Op), " ")
		w.list(len(f.Set.Parts), func(i int) { w.sub(f.Set.Parts[i]) })
	default:
		w.put(name(f.Table))
	}
	for _, j := range f.Joins {
		w.put(" | ")
		if j.Kind != "inner" {
			w.put(name0(j.Kind), " ")
		}
		w.put("join ", name(j.Table), " on ", column(j.Left), " = ", column(j.Right))
	}
}

func (w *printer) sub(p *Plan) {
	w.put("(from ")
	w.plan(p)
	w.put(")")
}

func (w *printer) named(lead string, list []Named) {
	if len(list) == 0 {
		return
	}
	w.put(lead)
	w.list(len(list), func(i int) {
		n := list[i]
		w.expr(n.Expr, bindOr, false)
		if n.Expr == nil || n.Expr.Op != OpCol || n.Expr.Col == nil || n.Expr.Col.Name != n.As {
			w.put(" as ", name(n.As))
		}
		if n.Unit != "" {
			w.put(" unit ", quoted(n.Unit, '\''))
		}
	})
}

func (w *printer) order(list []Order) {
	if len(list) == 0 {
		return
	}
	w.put(" | order ")
	w.list(len(list), func(i int) {
		w.expr(list[i].By, bindAdd, true)
		if list[i].Desc {
			w.put(" desc")
		}
	})
}

func (w *printer) limit(l *Limit) {
	if l == nil {
		return
	}
	w.put(" | limit ")
	switch {
	case l.Percent != 0:
		w.put(strconv.FormatFloat(l.Percent, 'f', -1, 64), "%")
	case l.N != 0:
		w.put(strconv.Itoa(l.N))
	default:
		w.put("all")
	}
	if l.Offset != 0 {
		w.put(" offset ", strconv.Itoa(l.Offset))
	}
	w.per(l.Per)
	if l.Ties {
		w.put(" with ties")
	}
}

func (w *printer) per(names []string) {
	if len(names) == 0 {
		return
	}
	w.put(" per ")
	w.list(len(names), func(i int) { w.put(name(names[i])) })
}

func (w *printer) analysis(a *Analysis) {
	if a == nil {
		return
	}
	w.put(" | analyse ", name(a.Method))
	if a.X != nil {
		w.put(" x ")
		w.expr(a.X, bindAdd, false)
	}
	if a.Y != nil {
		w.put(" y ")
		w.expr(a.Y, bindAdd, false)
	}
	if a.Horizon != 0 {
		w.put(" horizon ", strconv.Itoa(a.Horizon))
	}
	if a.Param != 0 {
		w.put(" param ", float(a.Param))
	}
}

// expr writes an expression, in parentheses where it binds weaker than least.
// With refs a bare name is a result column, otherwise a column of the source.
func (w *printer) expr(e *Expr, least int, refs bool) {
	if e == nil {
		w.put("null")
		return
	}
	if binding(e) < least {
		w.put("(")
		w.node(e, refs)
		w.put(")")
		return
	}
	w.node(e, refs)
}

func binding(e *Expr) int {
	if in, ok := infix[e.Op]; ok && len(e.Args) == 2 {
		return in.bind
	}
	switch e.Op {
	case OpOr, OpAnd:
		if len(e.Args) < 2 {
			return bindLeaf
		}
		if e.Op == OpOr {
			return bindOr
		}
		return bindAnd
	case OpNot:
		return bindNot
	case OpIn, OpNotIn, OpBetween, OpWithin, OpIsNull, OpNotNull:
		return bindCompare
	}
	return bindLeaf
}

func (w *printer) node(e *Expr, refs bool) {
	if in, ok := infix[e.Op]; ok && len(e.Args) == 2 {
		left, right := in.bind, in.bind+1
		if in.bind == bindCompare {
			left = bindAdd
		}
		w.expr(e.Args[0], left, refs)
		w.put(" ", in.sign, " ")
		w.expr(e.Args[1], right, refs)
		return
	}
	switch e.Op {
	case OpCol:
		w.col(e.Col, refs)
	case OpRef:
		if !refs {
			w.put("@")
		}
		w.put(name(e.Name))
	case OpLit:
		w.put(literal(e.Lit))
	case OpSub:
		w.sub(e.Sub)
	case OpAnd, OpOr:
		w.logic(e, refs)
	case OpNot:
		w.put("not (")
		w.expr(arg(e, 0), bindOr, refs)
		w.put(")")
	case OpExists:
		w.put("exists ")
		w.sub(e.Sub)
	case OpIn, OpNotIn, OpBetween, OpWithin, OpIsNull, OpNotNull:
		w.test(e, refs)
	default:
		w.call(e, refs)
	}
}

func arg(e *Expr, i int) *Expr {
	if i < len(e.Args) {
		return e.Args[i]
	}
	return nil
}

func (w *printer) col(c *Col, refs bool) {
	switch {
	case c == nil:
		w.put(`""`)
	case c.Table == "" && refs:
		w.put(".", name(c.Name))
	default:
		w.put(column(*c))
	}
}

func (w *printer) logic(e *Expr, refs bool) {
	if len(e.Args) < 2 {
		w.put(string(e.Op), "(")
		w.list(len(e.Args), func(i int) { w.expr(e.Args[i], bindOr, refs) })
		w.put(")")
		return
	}
	for i, a := range e.Args {
		if i > 0 {
			w.put(" ", string(e.Op), " ")
		}
		w.expr(a, bindNot, refs)
	}
}

func (w *printer) test(e *Expr, refs bool) {
	w.expr(arg(e, 0), bindAdd, refs)
	switch e.Op {
	case OpIsNull:
		w.put(" is null")
	case OpNotNull:
		w.put(" is not null")
	case OpBetween:
		w.put(" between ")
		w.expr(arg(e, 1), bindAdd, refs)
		w.put(" and ")
		w.expr(arg(e, 2), bindAdd, refs)
	case OpWithin:
		w.put(" within ")
		w.ends(arg(e, 1), arg(e, 2), refs)
	default:
		w.membership(e, refs)
	}
}

func (w *printer) membership(e *Expr, refs bool) {
	if e.Op == OpNotIn {
		w.put(" not")
	}
	w.put(" in ")
	if e.Sub != nil {
		w.sub(e.Sub)
		return
	}
	w.put("(")
	w.list(max(len(e.Args)-1, 0), func(i int) { w.expr(e.Args[i+1], bindAdd, refs) })
	w.put(")")
}

// ends writes a half-open range. An end that is null and of the type of the
// other end is left out.
func (w *printer) ends(from, to *Expr, refs bool) {
	dots := ".."
	if !plainEnd(from) || !plainEnd(to) {
		dots = " .. "
	}
	if !openEnd(from, to) {
		w.expr(from, bindAdd, refs)
	}
	w.put(dots)
	if !openEnd(to, from) {
		w.expr(to, bindAdd, refs)
	}
}

func plainEnd(e *Expr) bool { return e != nil && e.Op == OpLit && e.Lit != nil }

// openEnd reports whether an end is written as nothing: a null of the type
// that the reader will give it.
func openEnd(e, other *Expr) bool {
	if !plainEnd(e) || e.Lit.Value != nil {
		return false
	}
	if plainEnd(other) && other.Lit.Value != nil {
		return e.Lit.Type == other.Lit.Type
	}
	return e.Lit.Type == table.Date && !plainEnd(other)
}

func (w *printer) call(e *Expr, refs bool) {
	inner := refs && !e.Op.Aggregate()
	w.put(string(e.Op), "(")
	if e.Distinct {
		w.put("distinct ")
	}
	if e.Unit != "" && e.Op != OpCast {
		w.put(name(e.Unit), ", ")
	}
	w.list(len(e.Args), func(i int) { w.expr(e.Args[i], bindOr, inner) })
	if e.Op == OpCast {
		w.put(" as ", name(e.Unit))
	}
	if e.N != 0 {
		w.put(", ", strconv.Itoa(e.N))
	}
	w.per(e.By)
	w.put(")")
	if e.Filter != nil {
		w.put(" filter (")
		w.expr(e.Filter, bindOr, false)
		w.put(")")
	}
}

// Aggregate reports whether the operator is over the rows of a group.
func (o Op) Aggregate() bool {
	switch o {
	case OpCount, OpSum, OpAvg, OpMedian, OpMin, OpMax, OpStddev, OpVariance, OpQuantile, OpMode, OpFirst, OpLast, OpCorr, OpSlope:
		return true
	}
	return false
}

// Window reports whether the operator is over the rows of the result.
func (o Op) Window() bool {
	switch o {
	case OpShare, OpRunning, OpMoving, OpLag, OpRank:
		return true
	}
	return false
}
