package plantest

import (
	"pgregory.net/rapid"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Wild generates plans that are well formed as trees and mean nothing: names
// of any letters, operators anywhere.
func Wild() *rapid.Generator[*plan.Plan] {
	return rapid.Custom(func(t *rapid.T) *plan.Plan { return (&wild{t}).plan(2) })
}

type wild struct{ *rapid.T }

func (w *wild) some(percent int) bool { return rapid.IntRange(0, 99).Draw(w.T, "chance") < percent }

func (w *wild) name() string {
	if w.some(70) {
		return rapid.SampledFrom([]string{"region", "total revenue", "by", "sum", "a.b", `x"y`, "date", "Ünï", "1st", "null", "per", "from", "\n", "x\xff", "_", "%"}).Draw(w.T, "name")
	}
	return rapid.StringN(1, 6, -1).Draw(w.T, "any name")
}

func (w *wild) plan(depth int) *plan.Plan {
	p := &plan.Plan{V: 1, Kind: rapid.SampledFrom([]plan.Kind{plan.Scalar, plan.Table, plan.Rows, plan.Series}).Draw(w.T, "kind")}
	w.from(&p.From, depth)
	if w.some(50) {
		p.Where = w.expr(depth)
	}
	p.Group, p.Measures, p.Select = w.named(depth, 40), w.named(depth, 60), w.named(depth, 20)
	p.Distinct, p.Fill = w.some(10), w.some(10)
	if w.some(30) {
		p.Having = w.expr(depth)
	}
	if w.some(40) {
		p.Order = []plan.Order{{By: w.expr(depth), Desc: w.some(50)}, {By: w.expr(0)}}
	}
	if w.some(40) {
		p.Limit = &plan.Limit{N: rapid.IntRange(0, 9).Draw(w.T, "n"), Offset: rapid.IntRange(0, 2).Draw(w.T, "offset"), Ties: w.some(30)}
		if w.some(30) {
			p.Limit.N, p.Limit.Percent = 0, float64(rapid.IntRange(1, 400).Draw(w.T, "percent"))/4
		}
		if w.some(30) {
			p.Limit.Per = []string{w.name(), w.name()}
		}
	}
	if w.some(20) {
		p.Analysis = &plan.Analysis{Method: w.name(), X: w.expr(0), Horizon: rapid.IntRange(0, 5).Draw(w.T, "horizon"), Param: float64(rapid.IntRange(-4, 4).Draw(w.T, "param")) / 2}
	}
	if w.some(20) {
		p.Chart = w.name()
	}
	return p
}

func (w *wild) from(f *plan.From, depth int) {
	switch {
	case depth > 0 && w.some(20):
		f.Sub = w.plan(depth - 1)
	case depth > 0 && w.some(10):
		f.Set = &plan.Set{Op: rapid.SampledFrom([]string{"union", "intersect", "except"}).Draw(w.T, "set"), Parts: []*plan.Plan{w.plan(0), w.plan(0)}}
	default:
		f.Table = w.name()
	}
	if w.some(30) {
		f.Joins = []plan.Join{{Table: w.name(), Kind: rapid.SampledFrom([]string{"inner", "left", "semi", "anti"}).Draw(w.T, "join"), Left: w.col(), Right: w.col()}}
	}
}

func (w *wild) col() plan.Col {
	c := plan.Col{Name: w.name()}
	if w.some(30) {
		c.Table = w.name()
	}
	return c
}

func (w *wild) named(depth, percent int) []plan.Named {
	if !w.some(percent) {
		return nil
	}
	n := plan.Named{As: w.name(), Expr: w.expr(depth)}
	if w.some(20) {
		n.Unit = w.name()
	}
	return []plan.Named{n, {As: w.name(), Expr: w.expr(0)}}
}

func (w *wild) literal() *plan.Expr {
	switch rapid.IntRange(0, 8).Draw(w.T, "literal") {
	case 0:
		return plan.Int(rapid.Int64().Draw(w.T, "int"))
	case 1:
		return plan.Number(rapid.Float64().Draw(w.T, "float"))
	case 2:
		return plan.Literal(table.Decimal, table.Exact(rapid.SampledFrom([]string{"12.50", "-3", "0.0001", "not one"}).Draw(w.T, "exact")))
	case 3:
		return plan.Date(rapid.SampledFrom([]string{"2024-01-31", "no day", ""}).Draw(w.T, "date"))
	case 4:
		return plan.Literal(table.Datetime, rapid.SampledFrom([]string{"2024-01-31T10:00:00", "2024-01-31T10:00:00.5+02:00", "x'y"}).Draw(w.T, "datetime"))
	case 5:
		return plan.Literal(table.Time, "10:00:00")
	case 6:
		return plan.Literal(table.Boolean, w.some(50))
	case 7:
		return plan.Null(rapid.SampledFrom([]table.Type{table.String, table.Integer, table.Date, table.Decimal}).Draw(w.T, "null of"))
	}
	return plan.Text(rapid.String().Draw(w.T, "text"))
}

var binary = []plan.Op{plan.OpAdd, plan.OpMinus, plan.OpMul, plan.OpDiv, plan.OpEq, plan.OpNe, plan.OpLt, plan.OpLe, plan.OpGt, plan.OpGe, plan.OpContains,
	plan.OpStarts, plan.OpEnds, plan.OpBin, plan.OpRound, plan.OpCorr, plan.OpQuantile, plan.OpFirst}

var unary = []plan.Op{plan.OpNot, plan.OpIsNull, plan.OpNotNull, plan.OpLower, plan.OpLength, plan.OpAbs, plan.OpSum, plan.OpAvg, plan.OpMin, plan.OpMode, plan.OpCount}

func (w *wild) expr(depth int) *plan.Expr {
	if depth <= 0 {
		switch rapid.IntRange(0, 5).Draw(w.T, "leaf") {
		case 0, 1:
			c := w.col()
			return &plan.Expr{Op: plan.OpCol, Col: &c}
		case 2:
			return plan.Ref(w.name())
		case 3:
			return plan.Make(rapid.SampledFrom([]plan.Op{plan.OpRow, plan.OpNow, plan.OpCount}).Draw(w.T, "empty"))
		}
		return w.literal()
	}
	a, b := w.expr(depth-1), w.expr(depth-2)
	switch rapid.IntRange(0, 9).Draw(w.T, "node") {
	case 0, 1, 2:
		return plan.Make(rapid.SampledFrom(binary).Draw(w.T, "binary"), a, b)
	case 3:
		return plan.Make(rapid.SampledFrom(unary).Draw(w.T, "unary"), a)
	case 4:
		return &plan.Expr{Op: rapid.SampledFrom([]plan.Op{plan.OpAnd, plan.OpOr}).Draw(w.T, "logic"), Args: []*plan.Expr{a, b, w.expr(0)}[:rapid.IntRange(1, 3).Draw(w.T, "n")]}
	case 5:
		return plan.Make(rapid.SampledFrom([]plan.Op{plan.OpBetween, plan.OpWithin, plan.OpIn, plan.OpNotIn, plan.OpIf}).Draw(w.T, "test"), a, b, w.expr(0))
	case 6:
		return &plan.Expr{Op: rapid.SampledFrom([]plan.Op{plan.OpTrunc, plan.OpPart}).Draw(w.T, "date"), Unit: w.name(), Args: []*plan.Expr{a}}
	case 7:
		e := &plan.Expr{Op: rapid.SampledFrom([]plan.Op{plan.OpMoving, plan.OpLag, plan.OpShare, plan.OpRank}).Draw(w.T, "window"), Args: []*plan.Expr{a}}
		if e.Op == plan.OpMoving || e.Op == plan.OpLag {
			e.N = rapid.IntRange(1, 9).Draw(w.T, "periods")
		}
		if w.some(50) {
			e.By = []string{w.name()}
		}
		return e
	case 8:
		return &plan.Expr{Op: plan.OpSum, Args: []*plan.Expr{a}, Distinct: w.some(30), Filter: b}
	}
	return w.withPlan(a)
}

func (w *wild) withPlan(a *plan.Expr) *plan.Expr {
	switch rapid.IntRange(0, 3).Draw(w.T, "plan") {
	case 0:
		return plan.Value(w.plan(0))
	case 1:
		return plan.InPlan(a, w.plan(0))
	case 2:
		return &plan.Expr{Op: plan.OpExists, Sub: w.plan(0)}
	}
	return &plan.Expr{Op: plan.OpCast, Unit: "integer", Args: []*plan.Expr{a}}
}
