package plan

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tabletalk/internal/catalog"
	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// Limits of a valid plan beyond its size.
const (
	MaxName  = 200     // bytes of a result column's name
	MaxRows  = 1 << 30 // of a limit or offset
	MaxSteps = 10_000  // periods that a window looks back
	MaxParts = 50      // plans of a set operation, joins of a source
)

// Validate says whether a plan can be computed over a catalog, and if not what
// is wrong and what would be valid instead. Plans may come from clients: it
// first refuses those too large to look at (plan_too_large, plan_too_deep).
// The other codes are plan_invalid, plan_unknown_table, plan_unknown_column,
// plan_unknown_result, plan_types_differ, plan_wrong_type, plan_sum_of_id,
// plan_misplaced, plan_not_grouped, plan_not_scalar and plan_needs_order.
func Validate(p *Plan, cat *catalog.Catalog) error {
	if p == nil {
		return invalid("plan_invalid", "There is no plan.")
	}
	if err := p.bounded(); err != nil {
		return err
	}
	c := &checker{cat: cat}
	c.check(p)
	if c.err != nil {
		return c.err.At("plan.Validate")
	}
	return nil
}

func invalid(code, format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, code, format, args...)
}

// checker keeps the first thing that is wrong.
type checker struct {
	cat   *catalog.Catalog
	p     *Plan
	types *Types
	err   *fault.Error

	overRows map[string]bool // result columns with a window in them
}

func (c *checker) fail(code, format string, args ...any) {
	if c.err == nil {
		c.err = invalid(code, format, args...)
	}
}

// inside checks a plan within the plan.
func (c *checker) inside(p *Plan) {
	if p == nil {
		c.fail("plan_invalid", "A plan inside the plan is missing.")
		return
	}
	inner := &checker{cat: c.cat}
	inner.check(p)
	if c.err == nil {
		c.err = inner.err
	}
}

func (c *checker) check(p *Plan) {
	c.p = p
	for _, step := range []func(){c.header, c.source, c.joins, c.names, c.circles, c.parts, c.conditions, c.order, c.limit, c.analysis} {
		if c.err == nil {
			step()
		}
		if c.types == nil && c.err == nil {
			c.types = TypesOf(p, c.cat)
		}
	}
}

var kinds = []Kind{Scalar, Table, Series, Rows, Share, Compare, Distribution, Correlation, Outliers, Trend, Forecast, Drivers, Profile, Schema}

var charts = []string{"", "bar", "line", "arc", "point", "area", "table"}

func (c *checker) header() {
	switch p := c.p; {
	case p.V > 1 || p.V < 0:
		c.fail("plan_invalid", "The plan is of version %d; this is version 1.", p.V)
	case !slices.Contains(kinds, p.Kind):
		c.fail("plan_invalid", "There is no kind of answer %q.", p.Kind)
	case !slices.Contains(charts, p.Chart):
		c.fail("plan_invalid", "There is no chart %q; there are %s.", p.Chart, strings.Join(charts[1:], ", "))
	case len(p.Select) > 0 && p.Aggregated():
		c.fail("plan_invalid", "A plan shows either rows or groups, not both.")
	case p.Distinct && p.Aggregated():
		c.fail("plan_invalid", "Groups are distinct already.")
	case p.Fill && p.TimeKey() == nil:
		c.fail("plan_invalid", "Only a series along time can show empty periods.")
	}
}

func (c *checker) source() {
	f := &c.p.From
	given := 0
	for _, here := range []bool{f.Table != "", f.Sub != nil, f.Set != nil} {
		if here {
			given++
		}
	}
	switch {
	case given != 1:
		c.fail("plan_invalid", "A plan reads exactly one of a table, a plan and a set of plans.")
	case f.Table != "":
		c.table(f.Table)
	case f.Sub != nil:
		c.inside(f.Sub)
	default:
		c.set(f.Set)
	}
}

func (c *checker) table(name string) *catalog.Table {
	t := c.cat.Table(name)
	if t == nil && c.err == nil {
		var names []string
		for _, t := range c.cat.Tables {
			names = append(names, t.Name)
		}
		c.fail("plan_unknown_table", "There is no table %q.", name)
		c.err = c.err.WithHint("Tables: %s.", strings.Join(Near(name, names), ", "))
	}
	return t
}

func (c *checker) set(s *Set) {
	if s.Op != "union" && s.Op != "intersect" && s.Op != "except" {
		c.fail("plan_invalid", "There is no set operation %q; there are union, intersect and except.", s.Op)
	}
	if n := len(s.Parts); n < 2 || n > MaxParts {
		c.fail("plan_invalid", "A set operation needs 2 to %d plans.", MaxParts)
	}
	var first []table.Column
	for i, part := range s.Parts {
		if c.inside(part); c.err != nil {
			return
		}
		columns := ResultColumns(part, c.cat)
		if i == 0 {
			first = columns
		}
		c.sameColumns(first, columns)
	}
}

func (c *checker) sameColumns(first, other []table.Column) {
	if len(first) != len(other) {
		c.fail("plan_types_differ", "Plans that are put together must have the same number of columns, not %d and %d.", len(first), len(other))
		return
	}
	for i := range first {
		if !comparable(first[i].Type, other[i].Type) {
			c.fail("plan_types_differ", "Column %q is of type %s, %q of type %s: they cannot be put together.", first[i].Name, first[i].Type, other[i].Name, other[i].Type)
		}
	}
}

func (c *checker) joins() {
	there := []string{c.p.From.Table}
	if len(c.p.From.Joins) > MaxParts {
		c.fail("plan_too_large", "The plan joins more than %d tables.", MaxParts)
	}
	for _, j := range c.p.From.Joins {
		if !slices.Contains([]string{"inner", "left", "semi", "anti"}, j.Kind) {
			c.fail("plan_invalid", "There is no join of kind %q; there are inner, left, semi and anti.", j.Kind)
		}
		if slices.Contains(there, j.Table) {
			c.fail("plan_invalid", "The table %q is joined twice.", j.Table)
		}
		if j.Left.Table != "" && !slices.Contains(there, j.Left.Table) {
			c.fail("plan_invalid", "The join of %q begins at %q, which is not there yet.", j.Table, j.Left.Table)
		}
		if j.Right.Table != "" && j.Right.Table != j.Table {
			c.fail("plan_invalid", "The join of %q ends at another table, %q.", j.Table, j.Right.Table)
		}
		if c.table(j.Table) == nil {
			return
		}
		there = append(there, j.Table)
		left, _ := c.column(j.Left)
		right, _ := c.column(Col{Table: j.Table, Name: j.Right.Name})
		if c.err == nil && !comparable(left.Type, right.Type) {
			c.fail("plan_types_differ", "%q is of type %s and %q of type %s: they cannot be joined.", j.Left.Name, left.Type, j.Right.Name, right.Type)
		}
	}
}

// column finds a column or says which there are.
func (c *checker) column(col Col) (table.Column, bool) {
	found, ok := c.types.column(col)
	if !ok && c.err == nil {
		where, names := "", c.types.columnNames(col.Table)
		if col.Table != "" {
			where = fmt.Sprintf(" in %q", col.Table)
		}
		c.fail("plan_unknown_column", "There is no column %q%s.", col.Name, where)
		if len(names) > 0 {
			c.err = c.err.WithHint("Columns: %s.", strings.Join(Near(col.Name, names), ", "))
		}
	}
	return found, ok
}

func (t *Types) columnNames(tableName string) []string {
	var names []string
	if tableName == "" {
		for _, c := range t.columns {
			names = append(names, c.Name)
		}
		return names
	}
	for n := range t.more[tableName] {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// names checks that result columns can be told apart.
func (c *checker) names() {
	seen := map[string]bool{}
	for _, list := range [][]Named{c.p.Group, c.p.Measures, c.p.Select} {
		for _, n := range list {
			key := strings.ToLower(n.As)
			switch {
			case n.As == "":
				c.fail("plan_invalid", "A result column has no name.")
			case len(n.As) > MaxName || len(n.Unit) > MaxName:
				c.fail("plan_invalid", "The name of a result column has more than %d bytes.", MaxName)
			case !utf8.ValidString(n.As) || strings.ContainsRune(n.As, 0):
				c.fail("plan_invalid", "The name of a result column is not text.")
			case seen[key]:
				c.fail("plan_invalid", "Two result columns are called %q.", n.As)
			}
			seen[key] = true
		}
	}
}

// maxUnfolded is how many expressions a plan may have once every result column
// that is named stands for its expression.
const maxUnfolded = 5 * MaxNodes

// circles refuses result columns that refer to themselves, and those that
// refer to one another so often that they cannot be written out. It also finds
// which of them are over the rows of the result.
func (c *checker) circles() {
	sizes := map[string]int{} // unfolded; -1 while it is being measured
	c.overRows = map[string]bool{}
	var size func(n *Named) int
	size = func(n *Named) int {
		if n == nil {
			return 1
		}
		if known, ok := sizes[n.As]; ok {
			if known < 0 {
				c.fail("plan_invalid", "The result column %q refers to itself.", n.As)
			}
			return known
		}
		sizes[n.As] = -1
		total := n.Expr.count()
		over := n.Expr.Has(Op.Window)
		for _, ref := range n.Expr.refs() {
			if total += size(c.p.Result(ref)); total > maxUnfolded {
				total = maxUnfolded
				if c.err == nil {
					c.err, _ = tooMany().(*fault.Error)
				}
			}
			over = over || c.overRows[ref]
		}
		sizes[n.As], c.overRows[n.As] = total, over
		return total
	}
	for _, list := range [][]Named{c.p.Group, c.p.Measures, c.p.Select} {
		for i := range list {
			size(&list[i])
		}
	}
}

func (e *Expr) count() int {
	n := 0
	e.Each(func(*Expr) bool { n++; return true })
	return n
}

// refs gives the result columns that an expression names.
func (e *Expr) refs() []string {
	if e == nil {
		return nil
	}
	var list []string
	if e.Op == OpRef {
		list = append(list, e.Name)
	}
	for _, a := range e.Args {
		list = append(list, a.refs()...)
	}
	return append(list, e.Filter.refs()...)
}

// comparable reports whether values of two types can be held against each
// other.
func comparable(a, b table.Type) bool {
	return a == b || a.Numeric() && b.Numeric() || a.Temporal() && b.Temporal()
}
