package sqlgen

import (
	"strconv"
	"strings"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/fault"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Statement is one SELECT. Display is the same with its constants written in,
// for people to read and run.
type Statement struct {
	SQL     string
	Args    []any
	Display string
}

// Options are what a plan leaves to the moment it is asked.
type Options struct {
	Now    time.Time   // the question's clock
	Result *table.Rows // of the plan, for its checks, where it is known
}

// Compile makes the statement of a plan. A plan that cannot be computed gives
// plan_not_possible; Validate finds most of these before, with better words.
func Compile(p *plan.Plan, cat *catalog.Catalog, d Dialect, opt Options) (Statement, error) {
	c := &compiler{cat: cat, dialect: d, now: opt.Now}
	text := c.plan(p, true)
	if c.err != nil {
		return Statement{}, c.err
	}
	return c.statement(text), nil
}

// compiler is shared by a plan and the plans inside it. A constant stands in
// the text as a mark, so that pieces can be put together in any order; the
// marks are bytes that no valid name or text holds.
type compiler struct {
	cat     *catalog.Catalog
	dialect Dialect
	now     time.Time
	lits    []plan.Lit
	written int // bytes of expressions so far, those inside others again
	err     error
}

// maxWritten bounds the text that a plan may become: result columns that
// refer to one another and operators that name an argument twice can double
// it at every level.
const maxWritten = 8 << 20

const (
	markOpen  = "\xff"
	markClose = "\xfe"
)

func (c *compiler) fail(format string, args ...any) string {
	if c.err == nil {
		c.err = fault.New(fault.Invalid, "plan_not_possible", format, args...).At("sqlgen.Compile")
	}
	return "NULL"
}

// constant keeps a constant and gives its mark.
func (c *compiler) constant(l plan.Lit) string {
	c.lits = append(c.lits, l)
	return markOpen + strconv.Itoa(len(c.lits)-1) + markClose
}

func (c *compiler) statement(text string) Statement {
	var s Statement
	var sql, display strings.Builder
	for {
		before, rest, found := strings.Cut(text, markOpen)
		sql.WriteString(before)
		display.WriteString(before)
		if !found {
			break
		}
		number, after, _ := strings.Cut(rest, markClose)
		n, _ := strconv.Atoi(number)
		place, arg := c.dialect.Arg(c.lits[n])
		sql.WriteString(place)
		s.Args = append(s.Args, arg)
		display.WriteString(c.dialect.Literal(c.lits[n]))
		text = after
	}
	s.SQL, s.Display = sql.String(), display.String()
	return s
}

func (c *compiler) moment() plan.Lit {
	return plan.Lit{Type: table.Datetime, Value: c.now.Format("2006-01-02T15:04:05")}
}

// plan compiles a plan. A plan inside another one needs its order only where
// it decides which rows there are (ordered is false).
func (c *compiler) plan(p *plan.Plan, ordered bool) string {
	if p == nil {
		return c.fail("A part of the plan is missing.")
	}
	if p.Distinct && !p.Aggregated() {
		p = distinct(p, c.cat)
	}
	s := c.scope(p)
	var q *query
	switch {
	case p.Aggregated() && p.Fill && p.TimeKey() != nil:
		q = s.filled()
	case p.Aggregated():
		q = s.grouped()
	default:
		q = s.listed()
	}
	if q = s.limited(q); !ordered && q.limit == 0 && q.offset == 0 {
		q.order = nil
	}
	return q.String()
}

// distinct reads "each combination once" as groups without measures. What is
// sorted by and not shown is taken from the first row of each group.
func distinct(p *plan.Plan, cat *catalog.Catalog) *plan.Plan {
	c := *p
	c.Distinct = false
	c.Group = p.Select
	if len(c.Group) == 0 {
		for _, col := range plan.ResultColumns(p, cat) {
			c.Group = append(c.Group, plan.Named{As: col.Name, Expr: plan.Column(col.Name)})
		}
	}
	c.Select = nil
	c.Order = nil
	for _, o := range p.Order {
		c.Order = append(c.Order, plan.Order{By: distinctOrder(&c, o), Desc: o.Desc})
	}
	return &c
}

func distinctOrder(p *plan.Plan, o plan.Order) *plan.Expr {
	if o.By == nil || o.By.Op == plan.OpRef {
		return o.By
	}
	text := o.By.String()
	for _, g := range p.Group {
		if g.Expr != nil && g.Expr.String() == text {
			return plan.Ref(g.As)
		}
	}
	if o.Desc {
		return plan.Make(plan.OpMax, o.By)
	}
	return plan.Make(plan.OpMin, o.By)
}
