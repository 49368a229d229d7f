package plan

import "slices"

// Each visits every expression of the plan, outer before inner, also in plans
// inside it. Where visit gives false the parts of that expression are left out.
func (p *Plan) Each(visit func(*Expr) bool) {
	if p == nil {
		return
	}
	p.From.plans(func(sub *Plan) { sub.Each(visit) })
	p.own(func(e *Expr) { e.Each(visit) })
}

// own gives the top expressions of this plan, not those of its source.
func (p *Plan) own(give func(*Expr)) {
	give(p.Where)
	for _, list := range [][]Named{p.Group, p.Measures, p.Select} {
		for _, n := range list {
			give(n.Expr)
		}
	}
	give(p.Having)
	for _, o := range p.Order {
		give(o.By)
	}
	if p.Analysis != nil {
		give(p.Analysis.X)
		give(p.Analysis.Y)
	}
}

func (f *From) plans(give func(*Plan)) {
	if f.Sub != nil {
		give(f.Sub)
	}
	if f.Set != nil {
		for _, p := range f.Set.Parts {
			give(p)
		}
	}
}

// Each visits the expression and all within it, plans included.
func (e *Expr) Each(visit func(*Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	for _, a := range e.Args {
		a.Each(visit)
	}
	e.Filter.Each(visit)
	e.Sub.Each(visit)
}

// Has reports whether an expression or a part of it is of an operator that
// test accepts; plans inside it are not looked into.
func (e *Expr) Has(test func(Op) bool) bool {
	if e == nil {
		return false
	}
	if test(e.Op) {
		return true
	}
	return slices.ContainsFunc(e.Args, func(a *Expr) bool { return a.Has(test) }) || e.Filter.Has(test)
}

// Columns gives the columns that the plan names, each once, in order of their
// appearance; those of plans inside it are left out.
func (p *Plan) Columns() []Col {
	var list []Col
	seen := map[Col]bool{}
	p.own(func(e *Expr) {
		for _, c := range e.Columns() {
			if !seen[c] {
				seen[c] = true
				list = append(list, c)
			}
		}
	})
	return list
}

// Columns gives the columns of an expression, those of plans inside left out.
func (e *Expr) Columns() []Col {
	if e == nil {
		return nil
	}
	var list []Col
	if e.Op == OpCol && e.Col != nil {
		list = append(list, *e.Col)
	}
	for _, a := range e.Args {
		list = append(list, a.Columns()...)
	}
	return append(list, e.Filter.Columns()...)
}

// Clone copies a plan with everything in it.
func (p *Plan) Clone() *Plan {
	if p == nil {
		return nil
	}
	c := *p
	c.From = p.From.clone()
	c.Where = p.Where.Clone()
	c.Group, c.Measures, c.Select = cloneNamed(p.Group), cloneNamed(p.Measures), cloneNamed(p.Select)
	c.Having = p.Having.Clone()
	c.Order = slices.Clone(p.Order)
	for i := range c.Order {
		c.Order[i].By = c.Order[i].By.Clone()
	}
	if p.Limit != nil {
		l := *p.Limit
		l.Per = slices.Clone(l.Per)
		c.Limit = &l
	}
	if p.Analysis != nil {
		a := *p.Analysis
		a.X, a.Y = a.X.Clone(), a.Y.Clone()
		c.Analysis = &a
	}
	return &c
}

func (f *From) clone() From {
	c := *f
	c.Joins = slices.Clone(f.Joins)
	c.Sub = f.Sub.Clone()
	if f.Set != nil {
		s := Set{Op: f.Set.Op}
		for _, p := range f.Set.Parts {
			s.Parts = append(s.Parts, p.Clone())
		}
		c.Set = &s
	}
	return c
}

func cloneNamed(list []Named) []Named {
	c := slices.Clone(list)
	for i := range c {
		c[i].Expr = c[i].Expr.Clone()
	}
	return c
}

// Clone copies an expression with everything in it.
func (e *Expr) Clone() *Expr {
	if e == nil {
		return nil
	}
	c := *e
	if e.Col != nil {
		col := *e.Col
		c.Col = &col
	}
	if e.Lit != nil {
		lit := *e.Lit
		c.Lit = &lit
	}
	if e.Span != nil {
		span := *e.Span
		c.Span = &span
	}
	c.Args = slices.Clone(e.Args)
	for i, a := range c.Args {
		c.Args[i] = a.Clone()
	}
	c.Filter, c.Sub, c.By = e.Filter.Clone(), e.Sub.Clone(), slices.Clone(e.By)
	return &c
}

// Map gives a copy in which every expression was replaced by what change
// makes of it, inner before outer; plans inside it are left as they are.
func (e *Expr) Map(change func(*Expr) *Expr) *Expr {
	if e == nil {
		return nil
	}
	c := *e
	c.Args = slices.Clone(e.Args)
	for i, a := range c.Args {
		c.Args[i] = a.Map(change)
	}
	c.Filter = e.Filter.Map(change)
	return change(&c)
}

// Result gives the result column of a name: a group key, a measure or a
// selected expression; nil if there is none.
func (p *Plan) Result(name string) *Named {
	for _, list := range [][]Named{p.Group, p.Measures, p.Select} {
		for i := range list {
			if list[i].As == name {
				return &list[i]
			}
		}
	}
	return nil
}

// TimeKey gives the group key along which a series runs: the first one cut to
// a unit of time; nil if there is none.
func (p *Plan) TimeKey() *Named {
	for i, g := range p.Group {
		if g.Expr != nil && g.Expr.Op == OpTrunc {
			return &p.Group[i]
		}
	}
	return nil
}

// Aggregated reports whether the result has one row per group, not per row.
func (p *Plan) Aggregated() bool { return len(p.Group)+len(p.Measures) > 0 }
