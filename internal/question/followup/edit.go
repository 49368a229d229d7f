package followup

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/parse"
)

// editor changes a copy of the plan before and says what it did.
type editor struct {
	s      *parse.Sketch
	last   Turn
	p      *plan.Plan
	did    []string
	used   []string // classes of words that the edit uses after all
	notes  []parse.Note
	failed bool
}

func (e *editor) done(what string) {
	if !slices.Contains(e.did, what) {
		e.did = append(e.did, what)
	}
}

// conditions replaces restrictions of the same column and adds others.
func (e *editor) conditions() {
	for _, c := range e.s.Preds {
		if e.counted(c) {
			continue
		}
		c = e.sameDate(c)
		list := plan.Conjuncts(e.p.Where)
		var kept []*plan.Expr
		replaced := negative(c.Expr) && lessOf(e.p, c.Expr)
		if replaced {
			e.done("changed a condition")
			continue
		}
		with := c.Expr
		for _, old := range list {
			if onPart(c.Expr, old) || c.Column != nil && !negative(c.Expr) && !negative(old) && onColumn(old, c.Column.Col.Name) {
				replaced = true
				if wider := moreOf(old, with); wider != nil && marked(e.s, "add") {
					with = wider
				}
				continue
			}
			kept = append(kept, old)
		}
		e.p.Where = plan.And(append(kept, with)...)
		if replaced {
			e.done("changed a condition")
		} else {
			e.done("added a condition")
		}
	}
}

// counted changes what a measure counts: "and of women" after the share of men.
// As a condition on all rows it would leave none of them to be counted.
func (e *editor) counted(c parse.Condition) bool {
	if c.Column == nil || c.Expr.Op != plan.OpEq || e.p.Kind == plan.Compare {
		return false
	}
	found := 0
	change := func(x *plan.Expr) *plan.Expr {
		if x.Filter != nil && x.Filter.Op == plan.OpEq && onColumn(x.Filter, c.Column.Col.Name) {
			found++
			y := *x
			y.Filter = c.Expr
			return &y
		}
		return x
	}
	list := slices.Clone(e.p.Measures)
	for i, m := range list {
		list[i].Expr = m.Expr.Map(change)
	}
	if found != 1 {
		return false
	}
	e.p.Measures = list
	e.done("changed what is counted")
	return true
}

// sameDate reads a period whose column was not named by the column of the
// period before: after “use the ship date” it stays that.
func (e *editor) sameDate(c parse.Condition) parse.Condition {
	if !c.Time || c.Expr.Op != plan.OpWithin || slices.Contains(e.s.NamedColumns(), c.Column) {
		return c
	}
	for _, old := range plan.Conjuncts(e.p.Where) {
		if old.Op != plan.OpWithin || old.Args[0].String() == c.Expr.Args[0].String() {
			continue
		}
		if to := e.s.Column(old.Args[0]); to != nil {
			c.Expr, c.Column = plan.Make(plan.OpWithin, old.Args[0], c.Expr.Args[1], c.Expr.Args[2]), to
		}
	}
	return c
}

func negative(e *plan.Expr) bool {
	return e.Op == plan.OpNe || e.Op == plan.OpNotIn || e.Op == plan.OpNot
}

// onColumn reports whether a condition restricts the column.
func onColumn(e *plan.Expr, name string) bool {
	if e.Op == plan.OpOr && len(e.Args) > 0 {
		return onColumn(e.Args[0], name)
	}
	return len(e.Args) > 0 && e.Args[0].Op == plan.OpCol && e.Args[0].Col.Name == name
}

// onPart reports whether two conditions restrict the same part of a date: the
// weekday, the month of the year.
func onPart(a, b *plan.Expr) bool {
	part := func(e *plan.Expr) bool {
		return (e.Op == plan.OpEq || e.Op == plan.OpIn) && e.Args[0].Op == plan.OpPart
	}
	return part(a) && part(b) && a.Args[0].String() == b.Args[0].String()
}

// measures replaces what is measured, or adds to it.
func (e *editor) measures() {
	list := e.s.AskedMeasures()
	if len(list) == 0 && e.aggregated() {
		return
	}
	if len(list) == 0 {
		e.columns()
		return
	}
	if len(e.p.Measures) == 0 && len(e.p.Select) > 0 {
		e.amounts()
		return
	}
	if e.s.AsksOtherColumns() {
		e.failed = true
		return
	}
	switch {
	case !e.adds():
		e.dropMeasures()
		e.done("changed the measure")
	case len(e.p.Measures) > 0:
		list, e.notes = e.s.AskedBeside(e.p.Measures[len(e.p.Measures)-1])
		e.done("added a measure")
	default:
		e.done("added a measure")
	}
	for _, m := range list {
		if !slices.ContainsFunc(e.p.Measures, func(o plan.Named) bool { return o.As == m.As }) {
			e.p.Measures = append(e.p.Measures, m)
		}
	}
}

// labels are the names of things that a list shows beside other columns: they
// stay where it is to show something else of them.
func (e *editor) labels() []plan.Named {
	l, ok := e.s.Label(&plan.Plan{From: e.p.From})
	at := slices.IndexFunc(e.p.Select, func(n plan.Named) bool { return n.As == l.As })
	if !ok || at < 0 || len(e.p.Select) == 1 {
		return nil
	}
	return []plan.Named{e.p.Select[at]}
}

// amounts shows other amounts of the things of a list: "what about silver?"
// after how much gold each of them has.
func (e *editor) amounts() {
	cols := e.s.AskedColumns()
	shown := slices.DeleteFunc(slices.Clone(e.p.Select), func(n plan.Named) bool {
		c := e.s.Column(n.Expr)
		return c != nil && e.s.Amount(c)
	})
	switch {
	case e.p.Kind != plan.Rows || e.p.Distinct || len(cols) != len(e.s.AskedMeasures()):
		e.failed = true
		return
	case e.adds():
		shown = e.p.Select
	case e.p.Limit != nil || len(shown) == 0 || len(shown) == len(e.p.Select):
		e.failed = true
		return
	}
	e.p.Select = append(slices.Clone(shown), slices.DeleteFunc(cols, func(c plan.Named) bool {
		return slices.ContainsFunc(shown, func(o plan.Named) bool { return o.As == c.As })
	})...)
	e.done("changed the columns")
}

// adds reports whether what the question names comes beside what there is;
// "instead" says that it does not, even after "and".
func (e *editor) adds() bool {
	return marked(e.s, "add") || e.s.StartsWithAnd() && !marked(e.s, "instead")
}

// aggregated takes the measure before by another aggregate: "average instead".
func (e *editor) aggregated() bool {
	op, ok := e.s.AskedAggregate()
	if !ok || len(e.p.Measures) != 1 {
		return false
	}
	old := e.p.Measures[0]
	m, ok := e.s.Aggregated(op, old)
	if !ok {
		return false
	}
	if e.adds() && m.As != old.As {
		e.p.Measures = []plan.Named{old, m}
	} else {
		e.rename(old.As, m.As)
		e.p.Measures = []plan.Named{m}
	}
	e.used = append(e.used, "operator")
	e.done("changed the aggregate")
	return true
}

// dropMeasures removes the measures; orders by them follow the new ones.
func (e *editor) dropMeasures() {
	for i, o := range e.p.Order {
		for _, m := range e.p.Measures {
			if o.By.Op == plan.OpRef && o.By.Name == m.As {
				e.p.Order[i].By = plan.Ref("")
			}
		}
	}
	e.p.Measures = nil
}

// columns adds or replaces the columns of a list of rows.
func (e *editor) columns() {
	cols := e.s.AskedColumns()
	if len(cols) == 0 {
		return
	}
	if len(e.p.Measures) > 0 {
		e.failed = true
		return
	}
	if !e.adds() {
		e.p.Select = e.labels()
	}
	for _, c := range cols {
		if !slices.ContainsFunc(e.p.Select, func(o plan.Named) bool { return o.As == c.As }) {
			e.p.Select = append(e.p.Select, c)
		}
	}
	e.done("changed the columns")
}

// keys replaces what the answer is parted by, or adds to it.
func (e *editor) keys() {
	keys := e.s.AskedKeys()
	if len(keys) == 0 {
		return
	}
	if len(e.p.Measures) == 0 && !e.countable() {
		e.failed = true
		return
	}
	for _, k := range keys {
		if at := e.periodKey(); at >= 0 && k.Expr.Op == plan.OpTrunc {
			e.rename(e.p.Group[at].As, k.As)
			e.p.Group[at] = k
			e.done("changed the period")
			continue
		}
		if !e.adds() && !e.s.Splits() {
			e.dropKeys()
		}
		if !slices.ContainsFunc(e.p.Group, func(g plan.Named) bool { return g.As == k.As }) {
			e.p.Group = append(e.p.Group, k)
		}
		e.done("by " + k.As)
	}
	e.p.Kind = plan.Table
	if e.periodKey() >= 0 {
		e.p.Kind = plan.Series
	}
}

// countable counts the rows that the plan before listed, so that they can be
// parted: "by industry" after "customers who never ordered".
func (e *editor) countable() bool {
	p := e.p
	if p.Kind != plan.Rows || p.Limit != nil || len(e.s.AskedMeasures()) > 0 {
		return false
	}
	p.Measures = []plan.Named{e.s.CountOf(p)}
	p.Select, p.Distinct, p.Order = nil, false, nil
	return true
}

func (e *editor) periodKey() int {
	return slices.IndexFunc(e.p.Group, func(g plan.Named) bool { return g.Expr.Op == plan.OpTrunc })
}

func (e *editor) dropKeys() {
	for _, g := range e.p.Group {
		e.p.Order = slices.DeleteFunc(e.p.Order, func(o plan.Order) bool { return o.By.Op == plan.OpRef && o.By.Name == g.As })
	}
	e.p.Group, e.p.Limit = nil, nil
}

func (e *editor) rename(from, to string) {
	for i, o := range e.p.Order {
		if o.By.Op == plan.OpRef && o.By.Name == from {
			e.p.Order[i].By = plan.Ref(to)
		}
	}
}

// limits changes how many rows are kept.
func (e *editor) limits() {
	n, desc, ok := e.s.AskedLimit()
	if !ok {
		return
	}
	l := plan.Limit{N: n}
	if e.p.Limit != nil {
		l.Per = e.p.Limit.Per
	}
	e.p.Limit = &l
	e.used = append(e.used, "number")
	e.done("kept fewer or more rows")
	if e.s.Limit == nil { // "make it 10" keeps the order
		return
	}
	switch {
	case len(e.p.Measures) > 0 && len(e.p.Group) > 0:
		e.p.Order = []plan.Order{{By: plan.Ref(e.p.Measures[0].As), Desc: desc}}
		if e.p.Kind == plan.Series {
			e.p.Fill = false
		}
	case len(e.p.Order) > 0:
		e.p.Order[0].Desc = desc
	}
}

// orders sorts the answer before otherwise.
func (e *editor) orders() {
	by, desc, ok := e.s.AskedOrder(e.p)
	if !ok {
		return
	}
	if o := e.p.Order; e.s.Limit == nil && len(o) > 0 && o[0].By.String() != by.String() {
		e.holdThose() // from the other end they are others
	}
	e.p.Order = []plan.Order{{By: by, Desc: desc}}
	e.done("changed the order")
}

// holdThose keeps the groups that the answer before named where they are only
// put in another order: the top three by name are the same three. Shares are of
// all groups, so that those cannot be left out.
func (e *editor) holdThose() {
	p := e.p
	if p.Limit == nil || len(p.Limit.Per) > 0 || p.Limit.Offset > 0 || len(p.Group) != 1 || len(e.last.Keys) != 1 || p.Having != nil || p.From.Sub != nil {
		return
	}
	k := e.last.Keys[0]
	if g := p.Group[0].Expr; g.Op != plan.OpCol || *g.Col != k.Column || len(k.Values) != p.Limit.N {
		return
	}
	if slices.ContainsFunc(p.Measures, func(m plan.Named) bool { return !m.Expr.Op.Aggregate() }) {
		return
	}
	if c := in(k); c != nil {
		p.Where, p.Limit = onceEach(p.Where, c), nil
	}
}

func (e *editor) chart() {
	if e.s.Chart != "" {
		e.p.Chart = e.s.Chart
		e.done("drawn as asked")
	}
}

// tidy restores what an edit may have left without meaning.
func (e *editor) tidy() {
	for i, o := range e.p.Order {
		if o.By.Op == plan.OpRef && o.By.Name == "" && len(e.p.Measures) > 0 {
			e.p.Order[i].By = plan.Ref(e.p.Measures[0].As)
		}
	}
	switch {
	case len(e.p.Measures) == 0:
	case len(e.p.Group) == 0:
		e.p.Kind, e.p.Order, e.p.Limit, e.p.Fill = plan.Scalar, nil, nil, false
	case len(e.p.Order) == 0 && e.p.Kind == plan.Series:
		e.p.Order = []plan.Order{{By: plan.Ref(e.p.Group[max(e.periodKey(), 0)].As)}}
	case len(e.p.Order) == 0:
		e.p.Order = []plan.Order{{By: plan.Ref(e.p.Measures[0].As), Desc: true}}
	}
	if e.p.Kind != plan.Series || len(e.p.Group) != 1 || e.p.Limit != nil {
		e.p.Fill = false
	}
}
