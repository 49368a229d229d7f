package train

import (
	"fmt"
	"slices"

	"tabletalk/internal/plan"
)

// extra is how many columns more than asked an answer may have.
const extra = 2

// String is all that a meaning says.
func (m meaning) String() string {
	return fmt.Sprint(m.where, written(m.having), m.group, m.measures, m.columns, m.instead, m.distinct, m.all, m.both, m.nothing, m.names, written(m.order), m.desc, m.limit)
}

// meant reports whether a plan gives what a question means.
func (m meaning) meant(p *plan.Plan) bool {
	if m.nothing {
		return false
	}
	if m.both || p.From.Sub != nil || p.From.Set != nil || p.Kind == plan.Share {
		return m.both && p.From.Set != nil
	}
	if m.extremeRow(p) {
		return true
	}
	if len(m.group) == 0 {
		p = m.rowByRow(p)
	}
	for _, g := range p.Group {
		if g.Expr.Op != plan.OpCol {
			return false
		}
	}
	return conditions(m.where, p.Where) && written(m.having) == written(resolved(p, p.Having)) && sameSet(m.group, texts(p.Group)) &&
		m.shows(p) && m.first(p)
}

// rowByRow is a plan that groups by a name, which only one row has, as one that
// shows rows.
func (m meaning) rowByRow(p *plan.Plan) *plan.Plan {
	if len(p.Group) != 1 || p.Group[0].Expr.Op != plan.OpCol || !slices.Contains(m.names, p.Group[0].Expr.Col.Name) {
		return p
	}
	out := p.Clone()
	out.Group, out.Measures, out.Having, out.Select = nil, nil, nil, p.Group
	single := func(e *plan.Expr) *plan.Expr {
		return e.Map(func(x *plan.Expr) *plan.Expr {
			if (x.Op == plan.OpSum || x.Op == plan.OpAvg || x.Op == plan.OpMax) && len(x.Args) == 1 {
				return x.Args[0]
			}
			return x
		})
	}
	for _, n := range p.Measures {
		out.Select = append(out.Select, plan.Named{As: n.As, Expr: single(n.Expr)})
	}
	if p.Having != nil {
		out.Where = plan.And(out.Where, single(resolved(p, p.Having)))
	}
	return out
}

// extremeRow reports whether the row with an extreme is shown where the extreme
// itself was asked for.
func (m meaning) extremeRow(p *plan.Plan) bool {
	if len(m.measures) != 1 || len(m.group) > 0 || m.measures[0].Op != plan.OpMax && m.measures[0].Op != plan.OpMin {
		return false
	}
	row := meaning{where: m.where, columns: []string{m.measures[0].Args[0].Col.Name}, order: m.measures[0].Args[0], desc: m.measures[0].Op == plan.OpMax, limit: 1}
	row.instead = row.columns
	return row.meant(p)
}

// shows reports whether the columns asked for are shown, and few others.
func (m meaning) shows(p *plan.Plan) bool {
	if m.all {
		return len(p.Select)+len(p.Group)+len(p.Measures) == 0
	}
	var measures []string
	for _, e := range m.measures {
		measures = append(measures, e.String())
	}
	if !holds(texts(p.Measures), measures) || !holds(texts(p.Select), quoted(m.columns)) && !holds(texts(p.Select), quoted(m.instead)) {
		return false
	}
	if len(m.group) == 0 && (len(m.measures) > 0) != (len(p.Measures) > 0) {
		return false
	}
	if m.distinct && len(m.columns) > 0 {
		return p.Distinct && len(p.Select) == len(m.columns)
	}
	return !p.Distinct || len(m.columns) == 0
}

// first reports whether the same rows are kept in the same order.
func (m meaning) first(p *plan.Plan) bool {
	switch {
	case m.limit == 0 && (m.order == nil || p.Limit != nil):
		return p.Limit == nil
	case m.limit > 0 && (p.Limit == nil || p.Limit.N != m.limit || p.Limit.Offset != 0):
		return false
	}
	return len(p.Order) > 0 && p.Order[0].Desc == m.desc && written(resolved(p, p.Order[0].By)) == written(m.order)
}

// resolved puts what a name of the result stands for in its place.
func resolved(p *plan.Plan, e *plan.Expr) *plan.Expr {
	if e == nil || e.Op != plan.OpRef {
		return e
	}
	for _, list := range [][]plan.Named{p.Measures, p.Group, p.Select} {
		for _, n := range list {
			if n.As == e.Name {
				return n.Expr
			}
		}
	}
	return e
}

func conditions(want []*plan.Expr, got *plan.Expr) bool {
	var a, b []string
	for _, e := range want {
		a = append(a, plan.Canonical(&plan.Plan{V: 1, Where: e}).Where.String())
	}
	for _, e := range plan.Conjuncts(plan.Canonical(&plan.Plan{V: 1, Where: got}).Where) {
		b = append(b, e.String())
	}
	return sameSet(a, b)
}

func texts(list []plan.Named) []string {
	var out []string
	for _, n := range list {
		out = append(out, n.Expr.String())
	}
	return out
}

func quoted(columns []string) []string {
	var out []string
	for _, c := range columns {
		out = append(out, plan.Column(c).String())
	}
	return out
}

func sameSet(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// holds reports whether all that is wanted is there, and at most two others.
func holds(got, want []string) bool {
	return len(got) <= len(want)+extra && !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(got, w) })
}
