package parse

import (
	"fmt"
	"slices"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/when"
)

// periods compares two stretches of time side by side.
func (b *builder) periods() bool {
	s := b.s
	if !s.hasFrame("vs", "compare", "difference", "growth", "change") {
		return false
	}
	i, j := b.twoPeriods()
	if i < 0 {
		return false
	}
	first, second := s.Preds[i], s.Preds[j]
	s.Preds = slices.DeleteFunc(slices.Clone(s.Preds), func(c Condition) bool { return c.Time && c.Range != nil })
	now, then := first, second
	if now.Range.From.Before(then.Range.From) {
		now, then = then, now
	}
	if now.Range.From.Equal(then.Range.From) && !b.before(&then) {
		return false // nothing to compare
	}
	nowName, thenName := periodName(now.Range), periodName(then.Range)
	b.likeForLike(&now, &then)
	return b.sideBySide(b.amountAsked(), now, then, nowName, thenName)
}

// twoPeriods finds the conditions that name two stretches of time.
func (b *builder) twoPeriods() (i, j int) {
	var at []int
	for i, c := range b.s.Preds {
		if c.Time && c.Range != nil {
			at = append(at, i)
		}
	}
	if len(at) != 2 || b.s.Preds[at[0]].Column != b.s.Preds[at[1]].Column {
		return -1, -1
	}
	return at[0], at[1]
}

// before moves "the previous 3 months", which stand against "the last 3
// months", to the months before those.
func (b *builder) before(c *Condition) bool {
	said := false
	for _, t := range b.p.tokens[c.Where.Start:min(c.Where.End, len(b.p.tokens))] {
		said = said || slices.Contains([]string{"previous", "prior", "preceding"}, t.Norm)
	}
	n := grainsOf(c.Range)
	if !said || n == 0 {
		return false
	}
	r := *c.Range
	r.From, r.To = when.Add(r.From, r.Grain, -n), r.From
	c.Range, c.Expr = &r, b.p.within(c.Column, r)
	return true
}

// grainsOf counts the whole units of a range; zero where it has parts.
func grainsOf(r *when.Range) int {
	for n := 1; n <= 1000; n++ {
		switch end := when.Add(r.From, r.Grain, n); {
		case end.Equal(r.To):
			return n
		case end.After(r.To):
			return 0
		}
	}
	return 0
}

// likeForLike cuts the earlier period where the later one is not over yet.
func (b *builder) likeForLike(now, then *Condition) {
	c := b.p.context(now.Column)
	end := c.Last
	if !end.IsZero() && b.p.Now.Before(end) && b.p.Now.Before(now.Range.To) {
		end = b.p.Now // data that is planned ahead
	}
	if end.IsZero() || !now.Range.To.After(end.AddDate(0, 0, 1)) || now.Range.From.After(end) || now.Range.Grain != then.Range.Grain || grainsOf(now.Range) != grainsOf(then.Range) {
		return
	}
	stop := when.Floor(end, when.Day, c.WeekStart).AddDate(0, 0, 1)
	gap := 0
	for g := then.Range.From; g.Before(now.Range.From) && gap < 1000; g = when.Add(then.Range.From, now.Range.Grain, gap) {
		gap++
	}
	n, t := *now.Range, *then.Range
	n.To, t.To = stop, when.Add(stop, now.Range.Grain, -gap)
	now.Range, then.Range = &n, &t
	now.Expr, then.Expr = b.p.within(now.Column, n), b.p.within(then.Column, t)
	why := "The data ends on %s"
	if end.Equal(b.p.Now) {
		why = "The later period is not over on %s"
	}
	b.note("like_for_like", fmt.Sprintf(why+": both periods are cut at the same day.", end.Format("January 2, 2006")), now.Where)
}

// periodName names a stretch of time by its unit, or by its first and last.
func periodName(r *when.Range) string {
	switch n := grainsOf(r); {
	case n == 1:
		return unitName(r.From, r.Grain)
	case n > 1 && r.Grain != when.Day && r.Grain != when.Week:
		return unitName(r.From, r.Grain) + " to " + unitName(when.Add(r.From, r.Grain, n-1), r.Grain)
	}
	if last := r.To.AddDate(0, 0, -1); last.After(r.From) {
		return r.From.Format("2006-01-02") + " to " + last.Format("2006-01-02")
	}
	return r.From.Format("2006-01-02")
}

func unitName(from time.Time, g when.Grain) string {
	switch g {
	case when.Year:
		return from.Format("2006")
	case when.Month:
		return from.Format("January 2006")
	case when.Quarter:
		return fmt.Sprintf("Q%d %d", (int(from.Month())+2)/3, from.Year())
	case when.Week:
		return "week of " + from.Format("2006-01-02")
	}
	return from.Format("2006-01-02")
}

// amountAsked is the measure of a comparison: a stated one, an amount that is
// named, or the main amount.
func (b *builder) amountAsked() Aggregate {
	s := b.s
	if len(s.Measures) > 0 {
		return b.counted(s.Measures[0])
	}
	for i, it := range s.Select {
		if amount(it.Column) {
			s.Select = slices.Delete(slices.Clone(s.Select), i, i+1)
			return b.defaultMeasure(it.Column, it.Node)
		}
	}
	if s.Best != nil && s.Best.Column != nil && amount(s.Best.Column) {
		return b.p.aggregate(defaultAggregate(s.Best.Column), s.Best.Column, false)
	}
	m := b.p.primaryMeasure()
	grew := s.hasFrame("grew") && b.aboutRows()
	if m == nil && grew {
		m = b.p.sole(measured) // stocks gain in price, not in how many rows they have
	}
	if m != nil && (len(s.Nouns) == 0 || grew) && !s.Count {
		b.note("default_measure", fmt.Sprintf("No measure was named: “%s” is taken.", m.Col.Name), Span{})
		b.doubt(150, "no measure was named")
		return b.p.aggregate(defaultAggregate(m), m, false)
	}
	return b.counted(b.rowCount())
}

// filtered restricts every aggregate of an expression to some rows.
func filtered(e, where *plan.Expr) *plan.Expr {
	c := *e
	switch e.Op {
	case plan.OpDiv, plan.OpMul, plan.OpAdd, plan.OpMinus, plan.OpAbs:
		c.Args = nil
		for _, a := range e.Args {
			c.Args = append(c.Args, filtered(a, where))
		}
		return &c
	case plan.OpLit:
		return &c
	}
	c.Filter = plan.And(e.Filter, where)
	return &c
}

// sideBySide builds a measure under two conditions, with the difference.
func (b *builder) sideBySide(a Aggregate, now, then Condition, nowName, thenName string) bool {
	s := b.s
	for _, k := range s.Keys {
		b.addKey(k)
	}
	for _, it := range s.Select {
		if category(it.Column) && !b.p.event(it.Column, it.Node) {
			b.addKey(Key{Column: it.Column})
		}
	}
	b.useCondition(now)
	if a.Column != nil {
		b.tables[a.Column.Table.Name] = true
	}
	x, y := b.name(nowName), b.name(thenName)
	b.pl.Kind = plan.Compare
	b.pl.Measures = []plan.Named{
		{As: x, Expr: filtered(a.Expr, now.Expr), Unit: a.Unit},
		{As: y, Expr: filtered(a.Expr, then.Expr), Unit: a.Unit},
		{As: "difference", Expr: plan.Make(plan.OpMinus, plan.Ref(x), plan.Ref(y)), Unit: a.Unit},
		{As: "change", Expr: plan.Make(plan.OpDiv, plan.Make(plan.OpMinus, plan.Ref(x), plan.Ref(y)), plan.Ref(y)), Unit: plan.UnitRatio},
	}
	if len(b.pl.Group) > 0 {
		b.pl.Order = []plan.Order{{By: plan.Ref("difference"), Desc: true}}
		if g := b.pl.Group[0]; g.Expr.Op == plan.OpTrunc && s.Best == nil {
			b.pl.Order = []plan.Order{{By: plan.Ref(g.As)}} // periods follow one another
		}
		if s.Best != nil {
			b.pl.Limit = &plan.Limit{N: 10}
		}
	}
	b.read("vs", "compare", "difference", "growth", "change", "grew", "shrank")
	return true
}

// groups compares values of one column: online against retail.
func (b *builder) groups() bool {
	s := b.s
	if !s.hasFrame("vs", "compare", "difference") {
		return false
	}
	i, j := b.twoValues()
	if i < 0 {
		return false
	}
	x, y := s.Preds[i], s.Preds[j]
	if i == j {
		e := x.Expr
		y.Expr = plan.Make(plan.OpEq, e.Args[0], e.Args[2])
		x.Expr = plan.Make(plan.OpEq, e.Args[0], e.Args[1])
	}
	s.Preds = slices.DeleteFunc(slices.Clone(s.Preds), func(c Condition) bool { return c.Column == x.Column })
	return b.sideBySide(b.amountAsked(), x, y, valueName(x), valueName(y))
}

// twoValues finds the conditions that name two values of one column.
func (b *builder) twoValues() (i, j int) {
	for i, c := range b.s.Preds {
		if c.Column != nil && c.Expr.Op == plan.OpIn && len(c.Expr.Args) == 3 && !b.p.ofRows(c) {
			return i, i
		}
	}
	i, j, ok := contradiction(b.s.Preds)
	if !ok || b.s.Preds[i].Expr.Op != plan.OpEq {
		return -1, -1
	}
	return i, j
}

func valueName(c Condition) string {
	if x := c.Expr.Args[0]; x.Op == plan.OpPart && x.Unit == "weekend" {
		if c.Expr.Args[1].Lit.Value == true {
			return "weekend"
		}
		return "weekday"
	}
	if v, ok := c.Expr.Args[1].Lit.Value.(string); ok {
		return v
	}
	return c.Expr.Args[1].String()
}

// ratio builds the ratio of an amount under two values.
func (b *builder) ratio() bool {
	s := b.s
	if !s.hasFrame("ratio") {
		return false
	}
	i, j := b.twoValues()
	if i < 0 || i == j {
		return false
	}
	x, y := s.Preds[i], s.Preds[j]
	a := b.amountAsked()
	s.Preds = slices.DeleteFunc(slices.Clone(s.Preds), func(c Condition) bool { return c.Column == x.Column })
	for _, k := range s.Keys {
		b.addKey(k)
	}
	b.useCondition(x)
	b.pl.Measures = []plan.Named{{As: "ratio of " + valueName(x) + " to " + valueName(y), Expr: plan.Make(plan.OpDiv, filtered(a.Expr, x.Expr), filtered(a.Expr, y.Expr))}}
	b.read("ratio", "compare")
	return true
}

// growth builds a series with the change to the period before.
func (b *builder) growth() bool {
	s := b.s
	c := b.p.dateColumn()
	if c == nil {
		if s.hasFrame("change") && s.hasFrame("overtime", "overyears") && b.overTime() {
			b.read("change", "overtime", "overyears")
		}
		return false
	}
	g, back := b.growthGrain(c)
	a := b.amountAsked()
	b.addKey(Key{Column: c, Grain: g})
	for _, k := range s.Keys {
		if k.Column != c {
			b.addKey(k)
		}
	}
	as := b.addMeasure(a)
	before := b.name("before")
	b.pl.Measures = append(b.pl.Measures,
		plan.Named{As: before, Expr: &plan.Expr{Op: plan.OpLag, Args: []*plan.Expr{plan.Ref(as)}, N: back, By: b.otherKeys()}, Unit: a.Unit},
		plan.Named{As: "change", Expr: plan.Make(plan.OpDiv, plan.Make(plan.OpMinus, plan.Ref(as), plan.Ref(before)), plan.Ref(before)), Unit: plan.UnitRatio})
	b.pl.Kind = plan.Series
	b.read("growth", "mom", "qoq", "yoy", "wow", "change", "overtime", "trend")
	return true
}

func (b *builder) otherKeys() []string {
	var out []string
	for _, g := range b.pl.Group[1:] {
		out = append(out, g.As)
	}
	return out
}

// growthGrain is the period of a growth question and how many of them lie
// between what is compared.
func (b *builder) growthGrain(c *link.Column) (when.Grain, int) {
	g := when.Grain("")
	for _, k := range b.s.Keys {
		if k.Column == c && k.Grain != "" {
			g = k.Grain
		}
	}
	switch {
	case b.s.hasFrame("yoy"):
		if yearNumber(c) || g == "" {
			return when.Year, 1
		}
		return g, map[when.Grain]int{when.Month: 12, when.Quarter: 4, when.Week: 52, when.Year: 1}[g]
	case b.s.hasFrame("qoq"):
		return when.Quarter, 1
	case b.s.hasFrame("wow"):
		return when.Week, 1
	case b.s.hasFrame("mom"):
		return when.Month, 1
	case g != "":
		return g, 1
	case yearNumber(c):
		return when.Year, 1
	}
	g = defaultGrain(b.p.context(c))
	b.note("default_grain", "No period was named: by "+string(g)+".", Span{})
	return g, 1
}

// profile builds what can be said of a table in one row: how many rows, the
// totals of amounts, the time they span.
func (b *builder) profile() bool {
	b.addMeasure(b.rowCount())
	for _, c := range b.p.Schema.ColumnsOf(b.p.scope.Base) {
		switch {
		case len(b.pl.Measures) > 8:
		case c.Col.Role == catalog.Measure && amount(c):
			b.addMeasure(b.p.aggregate(plan.OpSum, c, false))
		case amount(c):
			b.addMeasure(b.p.aggregate(plan.OpAvg, c, false))
		case c.Col.Type.Temporal():
			b.addMeasure(b.p.aggregate(plan.OpMin, c, false))
			b.addMeasure(b.p.aggregate(plan.OpMax, c, false))
		}
	}
	b.pl.Kind = plan.Profile
	b.read("profile")
	return true
}
