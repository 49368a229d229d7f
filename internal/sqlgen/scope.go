package sqlgen

import (
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
)

// scope is one plan while it is compiled: what its names mean in SQL.
type scope struct {
	*compiler
	p       *plan.Plan
	types   *plan.Types
	base    string            // the quoted alias of the base relation
	rows    bool              // the base relation carries row positions
	qualify bool              // columns are written with their table
	inline  bool              // constants are written into the text
	inner   map[string]string // aggregates and keys that an inner select has computed, by their text
	depth   int               // of references, against circles

	overRows map[string]bool // result columns that are known to need the rows of the result
}

// stepAlias names the result of an inner plan.
const stepAlias = "step"

func (c *compiler) scope(p *plan.Plan) *scope {
	s := &scope{compiler: c, p: p, types: plan.TypesOf(p, c.cat), overRows: map[string]bool{}}
	s.base = c.dialect.Quote(p.From.Table)
	if p.From.Sub != nil || p.From.Set != nil {
		s.base = c.dialect.Quote(stepAlias)
	}
	s.rows = s.usesRows()
	s.qualify = len(p.From.Joins) > 0 || s.shadowed()
	return s
}

func (s *scope) usesRows() bool {
	if p := s.p; p.From.Table == "" {
		return false
	} else if !p.Aggregated() && len(p.Order) > 0 && !s.uniqueOrder() {
		return true
	}
	return usesPosition(s.p)
}

// uniqueOrder reports whether the order of a list of rows leaves no ties.
func (s *scope) uniqueOrder() bool {
	if len(s.p.From.Joins) > 0 {
		return false
	}
	t := s.cat.Table(s.p.From.Table)
	for _, o := range s.p.Order {
		e := o.By
		if e != nil && e.Op == plan.OpRef {
			if n := s.p.Result(e.Name); n != nil {
				e = n.Expr
			}
		}
		if e == nil || t == nil {
			continue
		}
		if e.Op == plan.OpRow || e.Op == plan.OpCol && unique(t, e.Col) {
			return true
		}
	}
	return false
}

// described finds what the catalog knows of a column.
func (s *scope) described(c plan.Col) *catalog.Column {
	name := c.Table
	if name == "" {
		name = s.p.From.Table
	}
	if t := s.cat.Table(name); t != nil {
		return t.Column(c.Name)
	}
	return nil
}

func unique(t *catalog.Table, c *plan.Col) bool {
	col := t.Column(c.Name)
	return col != nil && col.Stats.Nulls == 0 && t.Rows > 0 && col.Stats.Distinct == t.Rows
}

// shadowed reports whether a result column has the name of another column of
// the source: then columns are written with their table, so that engines
// cannot take one for the other.
func (s *scope) shadowed() bool {
	for _, list := range [][]plan.Named{s.p.Group, s.p.Measures, s.p.Select} {
		for _, n := range list {
			own := n.Expr != nil && n.Expr.Op == plan.OpCol && n.Expr.Col.Name == n.As
			if !own && s.types.Names(n.As) {
				return true
			}
		}
	}
	return false
}

func (s *scope) quote(name string) string { return s.dialect.Quote(name) }

func (s *scope) column(c plan.Col) string {
	name := s.quote(c.Name)
	switch {
	case c.Table != "" && c.Table != s.p.From.Table:
		return s.quote(c.Table) + "." + name
	case s.qualify:
		return s.base + "." + name
	}
	return name
}

// from gives the relations and the conditions that come with them.
func (s *scope) from() (relations, where []string) {
	tests := s.tests()
	relations = []string{s.relation()}
	for i, j := range s.p.From.Joins {
		switch j.Kind {
		case "inner", "left":
			if s.tested(j.Left.Table) {
				continue // belongs to the test on that table
			}
			relations = append(relations, s.join(j))
		case "semi", "anti":
			where = append(where, s.exists(i, tests[j.Table]))
		default:
			s.fail("There is no join of kind %q.", j.Kind)
		}
	}
	for _, e := range tests[""] {
		where = append(where, s.expr(e, bindAnd))
	}
	return relations, where
}

func (s *scope) relation() string {
	f := &s.p.From
	switch {
	case f.Sub != nil:
		keep := !s.p.Aggregated() && len(s.p.Order) == 0
		return inParens(s.compiler.plan(f.Sub, keep)) + " AS " + s.base
	case f.Set != nil:
		return inParens(s.set(f.Set)) + " AS " + s.base
	case s.rows:
		name, _ := s.dialect.Rows(f.Table)
		return s.quote(name) + " AS " + s.base
	}
	return s.base
}

func (s *scope) set(set *plan.Set) string {
	words := map[string]string{"union": "UNION", "intersect": "INTERSECT", "except": "EXCEPT"}
	word, ok := words[set.Op]
	if !ok || len(set.Parts) == 0 {
		return s.fail("There is no set operation %q.", set.Op)
	}
	parts := make([]string, len(set.Parts))
	for i, p := range set.Parts {
		parts[i] = inParens(s.compiler.plan(p, false))
	}
	return strings.Join(parts, " "+word+" ")
}

func (s *scope) join(j plan.Join) string {
	word := "JOIN "
	if j.Kind == "left" {
		word = "LEFT JOIN "
	}
	return word + s.quote(j.Table) + " ON " + s.column(j.Left) + " = " + s.quote(j.Table) + "." + s.quote(j.Right.Name)
}

// tested reports whether a table is only asked for the existence of rows.
func (s *scope) tested(name string) bool { return s.testOf(name) >= 0 }

// testOf finds the semi or anti join that a table belongs to, over the joins
// that hang on it; -1 for tables whose rows are in the result.
func (s *scope) testOf(name string) int {
	for i, j := range s.p.From.Joins {
		if j.Table != name {
			continue
		}
		if j.Kind == "semi" || j.Kind == "anti" {
			return i
		}
		if j.Left.Table != name {
			return s.testOf(j.Left.Table)
		}
	}
	return -1
}

// tests sorts the conditions by the semi or anti joined table that they are
// about; those about the rows themselves have the empty name.
func (s *scope) tests() map[string][]*plan.Expr {
	byTable := map[string][]*plan.Expr{}
	for _, e := range plan.Conjuncts(s.p.Where) {
		name := ""
		for _, c := range e.Columns() {
			if i := s.testOf(c.Table); i >= 0 {
				name = s.p.From.Joins[i].Table
			}
		}
		byTable[name] = append(byTable[name], e)
	}
	return byTable
}

// exists writes a semi or anti join as a condition, with the conditions on its
// table inside.
func (s *scope) exists(i int, conditions []*plan.Expr) string {
	j := s.p.From.Joins[i]
	q := query{items: []string{"1"}, from: []string{s.quote(j.Table)}}
	for _, other := range s.p.From.Joins {
		if other.Table != j.Table && (other.Kind == "inner" || other.Kind == "left") && s.testOf(other.Table) == i {
			q.from = append(q.from, s.join(other))
		}
	}
	q.where = []string{s.quote(j.Table) + "." + s.quote(j.Right.Name) + " = " + s.column(j.Left)}
	for _, e := range conditions {
		q.where = append(q.where, s.expr(e, bindAnd))
	}
	word := "EXISTS "
	if j.Kind == "anti" {
		word = "NOT EXISTS "
	}
	return word + inParens(q.String())
}
