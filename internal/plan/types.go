package plan

import (
	"maps"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// UnitRatio is the unit of a part of a whole from 0 to 1, shown as a percentage.
const UnitRatio = "ratio"

// Types says of what type the expressions of one plan are: it knows what the
// names of a plan mean: columns of its source and
// columns of its result.
type Types struct {
	cat     *catalog.Catalog
	plan    *Plan
	columns []table.Column                     // of the base, in their order
	base    map[string]table.Column            // the same by name
	more    map[string]map[string]table.Column // columns of each named table
	role    map[Col]catalog.Role
	refs    map[string]table.Column // result columns that were typed already, or are being typed
}

// TypesOf looks at the source of a plan. Expressions to be typed are those of
// the plan itself, not of plans inside it.
func TypesOf(p *Plan, cat *catalog.Catalog) *Types {
	t := &Types{cat: cat, plan: p, base: map[string]table.Column{}, more: map[string]map[string]table.Column{},
		role: map[Col]catalog.Role{}, refs: map[string]table.Column{}}
	switch {
	case p.From.Sub != nil:
		t.results(p.From.Sub)
	case p.From.Set != nil && len(p.From.Set.Parts) > 0:
		t.results(p.From.Set.Parts[0])
	default:
		t.table(p.From.Table, true)
	}
	for _, j := range p.From.Joins {
		t.table(j.Table, false)
	}
	return t
}

func (t *Types) results(p *Plan) {
	t.columns = ResultColumns(p, t.cat)
	for _, c := range t.columns {
		t.base[c.Name] = c
	}
}

func (t *Types) table(name string, base bool) {
	tab := t.cat.Table(name)
	if tab == nil {
		return
	}
	columns := map[string]table.Column{}
	for _, c := range tab.Columns {
		columns[c.Name] = table.Column{Name: c.Name, Type: c.Type, Unit: c.Unit, Nullable: c.Stats.Nulls > 0}
		t.role[Col{Table: name, Name: c.Name}] = c.Role
		if !base {
			continue
		}
		t.role[Col{Name: c.Name}] = c.Role
		if !c.Hidden {
			t.columns = append(t.columns, columns[c.Name])
		}
	}
	t.more[name] = columns
	if base {
		t.base = columns
	}
}

// column finds a column of the source.
func (t *Types) column(c Col) (table.Column, bool) {
	if c.Table == "" {
		found, ok := t.base[c.Name]
		return found, ok
	}
	found, ok := t.more[c.Table][c.Name]
	return found, ok
}

// ResultColumns gives name, type and unit of the columns that the plan's
// result has; a plan that names none shows every column of its source. Types
// of what cannot be known are strings; it never fails.
func ResultColumns(p *Plan, cat *catalog.Catalog) []table.Column {
	if p == nil {
		return nil
	}
	t := TypesOf(p, cat)
	var list []table.Column
	for _, part := range [][]Named{p.Group, p.Measures, p.Select} {
		for _, n := range part {
			c := t.Of(n.Expr)
			c.Name = n.As
			if n.Unit != "" {
				c.Unit = n.Unit
			}
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return t.columns
	}
	return list
}

// Of gives type, unit and nullability of an expression.
func (t *Types) Of(e *Expr) table.Column {
	none := table.Column{Type: table.String, Nullable: true}
	if e == nil {
		return none
	}
	switch e.Op {
	case OpCol:
		if e.Col != nil {
			if c, ok := t.column(*e.Col); ok {
				return c
			}
		}
		return none
	case OpLit:
		if e.Lit != nil {
			return table.Column{Type: e.Lit.Type, Nullable: e.Lit.Value == nil}
		}
		return none
	case OpRef:
		return t.ref(e.Name)
	case OpSub:
		if cols := ResultColumns(e.Sub, t.cat); len(cols) > 0 {
			return cols[0]
		}
		return none
	}
	return t.computed(e)
}

// ref types a result column once: columns that refer to one another would
// otherwise be typed again and again.
func (t *Types) ref(name string) table.Column {
	if c, ok := t.refs[name]; ok {
		return c
	}
	t.refs[name] = table.Column{Type: table.String, Nullable: true}
	n := t.plan.Result(name)
	if n == nil {
		return t.refs[name]
	}
	c := t.Of(n.Expr)
	if n.Unit != "" {
		c.Unit = n.Unit
	}
	t.refs[name] = c
	return c
}

func (t *Types) computed(e *Expr) table.Column {
	first := t.Of(arg(e, 0))
	switch e.Op {
	case OpAdd, OpMinus, OpMul, OpDiv:
		return t.arithmetic(e, first)
	case OpTrunc:
		if e.Unit == "hour" {
			return table.Column{Type: table.Datetime, Nullable: first.Nullable}
		}
		return table.Column{Type: table.Date, Nullable: first.Nullable}
	case OpPart:
		if e.Unit == "weekend" {
			return table.Column{Type: table.Boolean, Nullable: first.Nullable}
		}
		return table.Column{Type: table.Integer, Nullable: first.Nullable}
	case OpDateDiff:
		return table.Column{Type: table.Integer, Unit: e.Unit + "s", Nullable: true}
	case OpNow:
		return table.Column{Type: table.Datetime}
	case OpRow, OpCount, OpRank, OpLength:
		return table.Column{Type: table.Integer}
	case OpLower:
		return table.Column{Type: table.String, Nullable: first.Nullable}
	case OpIf:
		c := t.Of(arg(e, 1))
		if other := t.Of(arg(e, 2)); wider(other.Type, c.Type) {
			c.Type = other.Type
		}
		c.Nullable = true
		return c
	case OpCast:
		return table.Column{Type: table.Type(e.Unit), Nullable: true}
	}
	return t.summary(e, first)
}

// summary types aggregates and windows; what is left are conditions.
func (t *Types) summary(e *Expr, first table.Column) table.Column {
	first.Nullable = true
	switch e.Op {
	case OpSum, OpMin, OpMax, OpMode, OpFirst, OpLast, OpRunning, OpLag, OpAbs, OpRound:
		return first
	case OpAvg, OpMedian, OpQuantile, OpMoving:
		if first.Type.Temporal() {
			return table.Column{Type: table.Datetime, Nullable: true}
		}
		return table.Column{Type: table.Float, Unit: first.Unit, Nullable: true}
	case OpStddev, OpBin:
		return table.Column{Type: table.Float, Unit: first.Unit, Nullable: true}
	case OpShare:
		return table.Column{Type: table.Float, Unit: UnitRatio, Nullable: true}
	case OpVariance, OpCorr, OpSlope:
		return table.Column{Type: table.Float, Nullable: true}
	}
	return table.Column{Type: table.Boolean, Nullable: true}
}

func (t *Types) arithmetic(e *Expr, a table.Column) table.Column {
	b := t.Of(arg(e, 1))
	c := table.Column{Type: table.Integer, Nullable: true}
	switch {
	case e.Op == OpDiv || a.Type == table.Float || b.Type == table.Float:
		c.Type = table.Float
	case a.Type == table.Decimal || b.Type == table.Decimal:
		c.Type = table.Decimal
	}
	switch {
	case a.Type.Temporal() && b.Type.Temporal():
		c.Unit = "days"
	case a.Type.Temporal():
		c.Type = a.Type
	case e.Op == OpAdd || e.Op == OpMinus:
		c.Unit = a.Unit
		if c.Unit == "" {
			c.Unit = b.Unit
		}
	case a.Unit == "" && e.Op == OpMul || a.Unit == UnitRatio && e.Op == OpMul:
		c.Unit = b.Unit
	case b.Unit == "" || b.Unit == UnitRatio || e.Op == OpDiv && len(arg(e, 1).Columns()) == 0:
		c.Unit = a.Unit
	}
	return c
}

// wider reports whether a holds what b holds and more.
func wider(a, b table.Type) bool {
	rank := map[table.Type]int{table.Integer: 1, table.Decimal: 2, table.Float: 3}
	return rank[a] > rank[b] && rank[b] > 0
}

// Names reports whether a column of the source has the name, in any case.
func (t *Types) Names(name string) bool {
	if _, ok := t.base[name]; ok {
		return true
	}
	for _, columns := range append(slices.Collect(maps.Values(t.more)), t.base) {
		for c := range columns {
			if strings.EqualFold(c, name) {
				return true
			}
		}
	}
	return false
}
