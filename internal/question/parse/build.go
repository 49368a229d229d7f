package parse

import (
	"slices"
	"strconv"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/when"
)

// Draft is a plan made of a sketch, with what was supplied and left out.
type Draft struct {
	Plan   *plan.Plan
	Sketch *Sketch
	Notes  []Note
	Unused []Unused
	Cost   int      // what was invented or is doubtful, in thousandths
	Doubts []string // the same in words
	Bonus  int      // what speaks for it beside its words
	Edit   string   // what it changed in the plan before
	Kept   int      // joins that the plan before had already

	Unsorted bool // an order was asked for by what the answer does not have
}

// Choice steers what a build invents, so that alternatives can be made.
type Choice struct {
	Rows       bool         // count rows rather than distinct things, list rather than sum
	List       bool         // list amounts rather than sum them up
	Aggregate  plan.Op      // the default aggregate to take
	Measure    *link.Column // the default measure to take
	SumOfGroup *bool        // superlatives over groups rather than single rows
	Date       *link.Column
}

// Build makes a plan of a sketch; nil where there is nothing to make one of.
func (s *Sketch) Build(ch Choice) *Draft {
	said := s
	s = s.clone() // builds consume what they use
	b := &builder{s: s, p: s.p, ch: ch, tables: map[string]bool{}}
	b.d = &Draft{Sketch: said, Notes: slices.Clone(s.Notes), Unused: slices.Clone(s.Unused)}
	b.pl = &plan.Plan{V: 1, From: plan.From{Table: s.p.scope.Base}, Chart: s.Chart}
	if !b.build() || b.failed || s.p.scope.Many != "" && !b.either {
		return nil
	}
	b.topic()
	b.finish()
	b.d.Plan = b.pl
	return b.d
}

func (s *Sketch) clone() *Sketch {
	c := *s
	c.Select, c.Measures, c.Preds, c.Haves = slices.Clone(s.Select), slices.Clone(s.Measures), slices.Clone(s.Preds), slices.Clone(s.Haves)
	c.Keys, c.Orders, c.Shares = slices.Clone(s.Keys), slices.Clone(s.Orders), slices.Clone(s.Shares)
	return &c
}

type builder struct {
	s      *Sketch
	p      *parser
	ch     Choice
	d      *Draft
	pl     *plan.Plan
	tables map[string]bool
	names  map[string]bool
	called Span // the word that was taken to be what the rows are called
	failed bool
	frames []string // words of analysis that the plan answers
	isSet  bool     // the source is a set of plans: conditions are inside
	either bool     // both sides of a scope with repeating rows are measured
}

func (b *builder) note(code, text string, at Span) {
	b.d.Notes = append(b.d.Notes, Note{Code: code, Text: text, Span: at})
}

func (b *builder) doubt(cost int, why string) {
	b.d.Cost += cost
	if why != "" {
		b.d.Doubts = append(b.d.Doubts, why)
	}
}

func (b *builder) build() bool {
	s := b.s
	b.settleNoRow()
	b.weigh()
	b.splitKeys()
	b.named()
	if s.Best != nil && s.Best.open() {
		b.whatWasBought()
	}
	switch {
	case s.Near != nil:
		return b.nearRow(s.Near)
	case b.pareto(), b.twoSides():
		return true
	case b.choose(), s.HowManyMore && b.difference():
		return true
	case b.sinceWhen(), b.datedRows(), b.frame():
		return true
	case s.Nested != nil:
		return b.nested()
	case len(s.Measures) > 0:
		return b.aggregate()
	case s.HowMuch && s.Best != nil && s.Best.Column != nil && amount(s.Best.Column) && len(s.Select)+len(s.Keys) == 0:
		return b.extreme(s.Best) // "how much is the cheapest one"
	case s.Count:
		return b.countOnly()
	case s.Best != nil:
		return b.superlative(s.Best)
	case s.Limit != nil:
		return b.top()
	case len(s.Haves) > 0:
		return b.having()
	case len(s.Keys) > 0:
		return b.grouped()
	}
	return b.list()
}

// splitKeys turns "by" into an order where the rest of the question says so:
// "top 5 customers by revenue".
func (b *builder) splitKeys() {
	s := b.s
	b.rankedThings()
	if len(s.Measures)+len(s.Shares) == 0 && !s.Each && len(s.Keys) == 1 && len(s.Select) > 0 && len(s.Orders) == 1 && b.ordersByKey(s.Orders[0]) && !b.partsAmounts() && !s.onlyTurns() {
		r := *s.Orders[0] // "names by city in descending order"
		r.Column = s.Keys[0].Column
		s.Orders[0], s.Keys = &r, nil
	}
	b.periodOfNamedDate()
	b.binnedOnce()
	var keys []Key
	for _, k := range s.Keys {
		ranked := s.Limit != nil && s.Limit.Measure == nil && s.Top != "position"
		chosen := s.Best != nil && s.BestNode.Form != nil && !s.Best.Count
		switch {
		case k.Column == nil || k.Grain != "" || k.Part != "" || !amount(k.Column) || s.Each && (k.Each || !ranked && !chosen):
			keys = append(keys, k)
		case ranked:
			r := *s.Limit
			r.Column = k.Column
			s.Limit = &r
		case chosen:
			r := *s.Best
			r.Column = k.Column
			s.Best = &r
		default:
			keys = append(keys, k)
		}
	}
	s.Keys = keys
}

// onlyTurns reports whether a direction beside "top 5" only says in which
// order the five are shown.
func (s *Sketch) onlyTurns() bool {
	return s.Limit != nil && s.Top != "position" && s.Limit.open() && s.Orders[0].open() && s.Orders[0].Dir
}

// rankedThings reads "customers by revenue" as the total of each customer where
// a customer has many rows.
func (b *builder) rankedThings() {
	s := b.s
	if len(s.Measures) > 0 || s.Each || len(s.Keys) != 1 || len(s.Select) != 1 || s.Limit != nil || s.Best != nil || len(s.Haves)+len(s.Frames)+len(s.Shares) > 0 {
		return
	}
	it, k := s.Select[0], s.Keys[0]
	if k.Column == nil || k.Grain != "" || !amount(k.Column) || k.Column.Col.Role != catalog.Measure || !category(it.Column) || temporal(it.Column) ||
		it.Column.Col.Stats.Distinct == 0 || it.Column.Table != k.Column.Table || it.Column.Table.Rows/it.Column.Col.Stats.Distinct < 3 {
		return
	}
	s.Measures = []Aggregate{b.defaultMeasure(k.Column, it.Node)}
	s.Keys, s.Select = []Key{{Column: it.Column}}, nil
}

// ordersByKey reports whether an order names nothing but what stands after "by".
func (b *builder) ordersByKey(r *Rank) bool {
	return r.open() || r.Alpha && r.Column != nil && r.Column == b.s.Keys[0].Column
}

// partsAmounts reports whether "by" parts the amounts asked for: "revenue by
// product, highest first". What is sorted by is an amount itself, or belongs
// to things that are listed.
func (b *builder) partsAmounts() bool {
	k := b.s.Keys[0]
	if k.Column == nil || k.Grain == "" && k.Part == "" && (amount(k.Column) || unique(k.Column)) {
		return k.Grain != ""
	}
	return !slices.ContainsFunc(b.s.Select, func(it Item) bool { return !amount(it.Column) })
}

// binnedOnce drops a date that is shown as its period or part anyway.
func (b *builder) binnedOnce() {
	s := b.s
	coarse := func(c *link.Column, part bool) bool {
		return slices.ContainsFunc(s.Keys, func(k Key) bool { return k.Column == c && (k.Part != "" || k.Grain != "" && !part) })
	}
	s.Select = slices.DeleteFunc(s.Select, func(it Item) bool { return coarse(it.Column, false) })
	s.Keys = slices.DeleteFunc(s.Keys, func(k Key) bool { return k.Part == "" && coarse(k.Column, true) })
}

// open reports whether a rank says nothing about what it goes by.
func (r *Rank) open() bool { return r.Column == nil && r.Measure == nil && !r.Count && r.Axis == "" }

// name gives a result column name that is not taken yet.
func (b *builder) name(want string) string {
	if b.names == nil {
		b.names = map[string]bool{}
	}
	got := want
	for i := 2; b.names[strings.ToLower(got)]; i++ {
		got = want + " " + strconv.Itoa(i)
	}
	b.names[strings.ToLower(got)] = true
	return got
}

func (b *builder) use(c *link.Column) *plan.Expr {
	b.tables[c.Table.Name] = true
	return b.p.expr(c)
}

// addKey adds a group key to the plan and gives its name; a key that is there
// already is not added again.
func (b *builder) addKey(k Key) string {
	e := b.use(k.Column)
	as := k.Column.Col.Name
	switch {
	case k.Part != "":
		e, as = plan.Part(k.Part, e), partName(k.Part)
	case k.Grain != "" && !yearNumber(k.Column):
		e, as = plan.Trunc(string(k.Grain), e), string(k.Grain)
	case k.Bin > 0:
		e = plan.Make(plan.OpBin, e, plan.Number(k.Bin))
	}
	for _, g := range b.pl.Group {
		if same(g.Expr, e) {
			return g.As
		}
	}
	as = b.name(as)
	b.pl.Group = append(b.pl.Group, plan.Named{As: as, Expr: e})
	return as
}

func partName(part string) string {
	switch part {
	case "dow":
		return "day of week"
	case "weekend":
		return "weekend"
	}
	return part
}

// addMeasure adds a measure to the plan and gives its name.
func (b *builder) addMeasure(a Aggregate) string {
	a = b.ofItsGroups(a)
	if a.Column != nil {
		b.tables[a.Column.Table.Name] = true
	}
	if b.repeated(a) {
		b.failed = true // another base reads it without counting rows twice
	}
	if a.Rows && a.Table != "" && a.Table != b.p.scope.Base && b.p.scope.Many == "" {
		b.doubt(300, "things without rows of the other table are not counted")
		id := b.p.identifier(a.Table)
		if id == nil {
			b.failed = true
			return ""
		}
		a.Expr = plan.CountDistinct(b.use(id))
	}
	for _, m := range b.pl.Measures {
		if same(m.Expr, a.Expr) {
			return m.As
		}
	}
	if a.Op == plan.OpCount && a.Column != nil && b.p.refersElsewhere(a.Column) {
		b.doubt(costElsewhere, "")
	}
	as := b.name(a.Name)
	b.pl.Measures = append(b.pl.Measures, plan.Named{As: as, Expr: a.Expr, Unit: a.Unit})
	return as
}

// costElsewhere makes things that have a table of their own be counted there,
// where the question does not speak of what refers to them.
const costElsewhere = 60

// refersElsewhere reports whether a column names rows of another table: by a
// join, or by the name of that table.
func (p *parser) refersElsewhere(c *link.Column) bool {
	for _, j := range p.Schema.Catalog.Joins {
		if j.Unique && j.Many.Table == c.Table.Name && (j.Many.Column == c.Col.Name || slices.Equal(p.Schema.TableWords(j.One.Table), c.Words)) {
			return true
		}
	}
	return false
}

// multiplies reports whether an aggregate counts a row again for each row
// that is joined to it.
func multiplies(a Aggregate) bool {
	switch a.Op {
	case plan.OpMin, plan.OpMax:
		return false
	case plan.OpCount:
		return !a.Expr.Distinct
	}
	return true
}

func (b *builder) addSelect(c *link.Column) {
	e := b.use(c)
	for _, s := range b.pl.Select {
		if same(s.Expr, e) {
			return
		}
	}
	b.pl.Select = append(b.pl.Select, plan.Named{As: b.name(c.Col.Name), Expr: e, Unit: c.Col.Unit})
}

// unite reads two values of one column as either of them: no row has both.
func (b *builder) unite() {
	for {
		i, j, ok := contradiction(b.s.Preds)
		if !ok || b.s.Preds[i].Expr.Op != plan.OpEq {
			return
		}
		x, y := b.s.Preds[i], b.s.Preds[j]
		x.Expr = plan.Make(plan.OpIn, x.Expr.Args[0], x.Expr.Args[1], y.Expr.Args[1])
		b.s.Preds = append(b.butOne(j)[:i:i], append([]Condition{x}, b.butOne(j)[i+1:]...)...)
		b.doubt(120, "two values of one column were named")
	}
}

func (b *builder) useCondition(c Condition) {
	if c.Column != nil {
		b.tables[c.Column.Table.Name] = true
	}
	for _, part := range c.Columns {
		b.useCondition(*part)
	}
}

// fillable series count or add, so that an empty period is a zero.
func (b *builder) fillable() bool {
	if len(b.pl.Group) != 1 || b.pl.Group[0].Expr.Op != plan.OpTrunc {
		return false
	}
	if slices.ContainsFunc(b.s.Preds, func(c Condition) bool { return c.Expr.Op == plan.OpNot }) {
		return false // a period that was left out is no empty one
	}
	for _, m := range b.pl.Measures {
		if m.Expr.Op != plan.OpCount && m.Expr.Op != plan.OpSum {
			return false
		}
	}
	return len(b.pl.Measures) > 0
}

func (b *builder) kind() plan.Kind {
	if len(b.pl.Measures) == 0 {
		return plan.Rows
	}
	if len(b.pl.Group) == 0 {
		return plan.Scalar
	}
	for _, k := range b.pl.Group {
		if k.Expr.Op == plan.OpTrunc {
			return plan.Series
		}
	}
	for _, k := range b.s.Keys {
		if k.Column != nil && (temporal(k.Column) || numberedYear(k.Column)) && k.Part == "" {
			return plan.Series
		}
	}
	return plan.Table
}

// defaultOrder sorts a table by its first measure and a series by time.
func (b *builder) defaultOrder() {
	if len(b.pl.Order) > 0 || len(b.pl.Group) == 0 || len(b.pl.Measures) == 0 {
		return
	}
	if b.pl.Kind == plan.Series {
		for _, g := range b.pl.Group {
			b.pl.Order = append(b.pl.Order, plan.Order{By: plan.Ref(g.As)})
		}
		return
	}
	for _, g := range b.pl.Group {
		if g.Expr.Op == plan.OpPart {
			b.pl.Order = []plan.Order{{By: plan.Ref(g.As)}}
			return
		}
	}
	b.pl.Order = []plan.Order{{By: plan.Ref(b.pl.Measures[0].As), Desc: true}}
}

// orders adds the orders that the question asked for.
func (b *builder) orders() {
	for _, r := range b.s.Orders {
		e := b.orderExpr(r)
		at := slices.IndexFunc(b.pl.Order, func(o plan.Order) bool { return e != nil && same(o.By, e) })
		switch {
		case e == nil:
			b.d.Unsorted = b.d.Unsorted || r.Column != nil
		case at >= 0: // a direction of what is sorted by anyway
			b.pl.Order[at].Desc = b.pl.Order[at].Desc || r.Desc
		default:
			b.pl.Order = append(b.pl.Order, plan.Order{By: e, Desc: r.Desc})
		}
	}
}

// orderExpr is what a rank sorts by in the plan so far.
func (b *builder) orderExpr(r *Rank) *plan.Expr {
	switch {
	case r.Measure != nil:
		return plan.Ref(b.addHidden(*r.Measure))
	case r.Count:
		if r.Table != "" && r.Table != b.p.scope.Base {
			b.failed = true // read where those rows are the base
		}
		if len(b.d.Sketch.Select) > 1 && !b.s.Count && len(b.d.Sketch.Measures) == 0 {
			b.doubt(costOnlySorted, "") // "name and price, sorted by the total number"
		}
		return plan.Ref(b.addHidden(b.rowCount()))
	case r.Axis != "":
		return b.axis(r.Axis)
	case r.Column != nil:
		e := b.orderColumn(r.Column)
		if e == nil && r.Names && len(b.pl.Group) > 0 {
			return b.axis("x") // what the marks are called
		}
		return e
	}
	return b.orderImplied(r)
}

// costOnlySorted is for counting rows only because an order says "number",
// where several columns were asked for.
const costOnlySorted = 60

// addHidden is a measure that only an order needs: shown as well, so that the
// order can be checked.
func (b *builder) addHidden(a Aggregate) string {
	asked := len(b.pl.Measures)
	as := b.addMeasure(a)
	for i := max(asked, 1); i < len(b.pl.Measures); i++ {
		b.pl.Measures[i].Aside = true
	}
	return as
}

func (b *builder) axis(axis string) *plan.Expr {
	list := append(slices.Clone(b.pl.Group), b.pl.Measures...)
	if len(list) == 0 {
		list = b.pl.Select
	}
	switch {
	case len(list) == 0:
		return nil
	case axis == "y" && len(b.pl.Measures) > 0:
		return plan.Ref(b.pl.Measures[0].As)
	case axis == "y" && len(list) > 1:
		return plan.Ref(list[1].As)
	}
	return plan.Ref(list[0].As)
}

// orderColumn sorts by a column: of the result where it is there, else of the
// rows, else by its aggregate in each group.
func (b *builder) orderColumn(c *link.Column) *plan.Expr {
	e := b.use(c)
	for _, list := range [][]plan.Named{b.pl.Group, b.pl.Select} {
		for _, n := range list {
			if same(n.Expr, e) || n.Expr.Op == plan.OpTrunc && same(n.Expr.Args[0], e) || n.Expr.Op == plan.OpPart && same(n.Expr.Args[0], e) {
				return plan.Ref(n.As)
			}
		}
	}
	if len(b.pl.Measures) == 0 && len(b.pl.Group) == 0 {
		return e
	}
	for _, m := range b.pl.Measures {
		if len(m.Expr.Args) > 0 && same(m.Expr.Args[0], e) {
			return plan.Ref(m.As)
		}
	}
	if !amount(c) {
		return nil
	}
	return plan.Ref(b.addHidden(b.p.aggregate(defaultAggregate(c), c, false)))
}

// orderImplied is for "in descending order" alone: a stated measure, else the
// first column.
func (b *builder) orderImplied(r *Rank) *plan.Expr {
	switch {
	case r.Alpha && len(b.pl.Group) > 0:
		return plan.Ref(b.pl.Group[0].As)
	case r.Chrono:
		if c := b.p.dateColumn(); c != nil {
			return b.orderColumn(c)
		}
		return nil
	case len(b.pl.Measures) > 0:
		return plan.Ref(b.pl.Measures[0].As)
	case len(b.pl.Select) == 0 && !r.Alpha:
		if c := b.mainAmount(); c != nil {
			return b.orderColumn(c)
		}
	case len(b.pl.Select) > 0:
		for i := len(b.pl.Select) - 1; i >= 0 && !r.Alpha; i-- {
			if c := b.selectColumn(i); c != nil && amount(c) {
				return plan.Ref(b.pl.Select[i].As)
			}
		}
		return plan.Ref(b.pl.Select[0].As)
	}
	return nil
}

// mainAmount is what whole rows are sorted by where nothing else is said: the
// amount that a condition names, else the main one of the table.
func (b *builder) mainAmount() *link.Column {
	for _, c := range b.s.Preds {
		if c.Column != nil && amount(c.Column) {
			return c.Column
		}
	}
	return b.p.primaryMeasure()
}

func (b *builder) selectColumn(i int) *link.Column {
	e := b.pl.Select[i].Expr
	if e.Op != plan.OpCol {
		return nil
	}
	t := e.Col.Table
	if t == "" {
		t = b.p.scope.Base
	}
	return b.p.Schema.Find(t, e.Col.Name)
}

// rowCount counts the rows of what the question is about.
func (b *builder) rowCount() Aggregate {
	return Aggregate{Expr: plan.Make(plan.OpCount), Name: "number of " + tableNoun(b.p, b.p.scope.Base), Op: plan.OpCount, Rows: true}
}

func grainKey(c *link.Column, g when.Grain) Key { return Key{Column: c, Grain: g} }
