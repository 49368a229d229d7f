package parse

import (
	"fmt"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
)

// frame builds what a word of analysis asks for; false where there is none.
func (b *builder) frame() bool {
	s := b.s
	b.sharesAnyway()
	b.thanAnother()
	switch {
	case len(s.Shares) > 0:
		if b.share() {
			return true
		}
		b.failed = true // without it, the answer would be to another question
		return false
	case s.hasFrame("correlation") && b.pairs():
		return true
	case s.hasFrame("correlation") && s.Chart == "":
		return b.correlation() || b.relation()
	case s.hasFrame("relation", "affects") && b.relation():
		return true
	case b.drivers(), b.outliers(), b.forecast(), b.members(), b.periods(), b.groups(), b.ratio():
		return true
	case s.hasFrame("distribution") && b.histogramOfTotals(), b.trend():
		return true
	case s.hasFrame("growth", "mom", "qoq", "yoy", "wow", "change"):
		return b.growth()
	case s.hasFrame("running", "moving"):
		return b.window()
	case s.hasFrame("distribution") && (b.histogram() || b.kindsOf()):
		return true
	case s.hasFrame("profile") && len(s.Measures)+len(s.Select)+len(s.Keys) == 0:
		return b.profile()
	case s.hasFrame("overtime", "overyears", "overmonths", "trend"):
		trend := s.hasFrame("trend") && s.Chart == ""
		switch {
		case trend && len(s.Keys) == 1 && b.p.dateColumn() == nil:
			b.pl.Chart = "line" // along what was named instead of a time
		case trend:
			b.doubt(150, "a trend is shown, not measured")
		}
		if b.overTime() {
			b.read("overtime", "overyears", "overmonths", "trend")
		} else if trend && len(s.Keys) == 1 && s.Keys[0].Column != nil {
			b.pl.Chart = "line" // along what was named
			b.read("trend")
		}
	}
	return false
}

// thanAnother reads "is the price higher in Oslo than in Rome", where a
// comparative stands before two values of one column, as their comparison.
func (b *builder) thanAnother() {
	s := b.s
	n := slices.IndexFunc(s.nodes, func(n *Node) bool { return n.Kind == Comp || n.Kind == "cmp" && n.End == n.Start+1 })
	if n < 0 || s.hasFrame("vs", "difference") {
		return
	}
	at := s.nodes[n]
	than := slices.IndexFunc(b.p.tokens, func(t text.Token) bool { return t.Norm == "than" })
	if than <= at.End { // "more than five"
		return
	}
	i, j := b.twoValues()
	if i < 0 {
		i, j = b.twoPeriods()
	}
	if i < 0 || s.Preds[i].Where.Start < at.End || s.Preds[j].Where.End <= than {
		return
	}
	s.Frames = append(s.Frames, Frame{"vs", Span{at.Start, at.End}})
	b.usedAfterAll(at)
}

// sharesAnyway drops "in percent" beside what is a share or a change anyway:
// growth, a rate, a margin.
func (b *builder) sharesAnyway() {
	s := b.s
	if !s.hasFrame("growth", "change", "mom", "yoy", "qoq", "wow", "grew", "shrank") && !slices.ContainsFunc(s.Measures, func(a Aggregate) bool { return a.Unit == plan.UnitRatio }) {
		return
	}
	s.Shares = slices.DeleteFunc(s.Shares, func(f Frame) bool { return f.Name == "total" })
}

// usedAfterAll takes a node back from the words that were left over.
func (b *builder) usedAfterAll(n *Node) {
	b.d.Unused = slices.DeleteFunc(b.d.Unused, func(u Unused) bool { return u.Span == Span{n.Start, n.End} })
}

// read marks frames as used; the others are left over.
func (b *builder) read(names ...string) {
	b.frames = append(b.frames, names...)
}

// harmless frames only colour a question: what they ask for is done anyway.
var harmless = []string{"compare", "distribution", "vs", "correlation"}

// leftFrames are the frames that the plan does not answer.
func (b *builder) leftFrames() {
	for _, f := range b.s.Frames {
		if slices.Contains(b.frames, f.Name) || slices.Contains(harmless, f.Name) && (b.s.Chart != "" || len(b.pl.Group) > 0 || len(b.pl.Select) > 1) {
			continue
		}
		if f.Name == "relation" && len(b.p.scope.Joins) > 0 {
			continue // what is associated with rows of another table is joined to them
		}
		at := b.p.tokens[f.At.Start].Start
		class := "frame"
		if changes(f.Name) || f.Name == "affects" {
			class = "asked" // without two periods nothing grows, without an amount nothing goes with another
		}
		b.d.Unused = append(b.d.Unused, Unused{Span: f.At, Text: b.p.question[at:b.p.tokens[f.At.End-1].End], Class: class})
	}
}

// overTime adds the key that "over time" asks for, and reports whether there
// is something to go along.
func (b *builder) overTime() bool {
	c := b.p.dateColumn()
	if c == nil {
		return b.overNumberedYears()
	}
	if slices.ContainsFunc(b.s.Keys, func(k Key) bool { return k.Column == c }) {
		return true
	}
	g := defaultGrain(b.p.context(c))
	switch {
	case b.s.hasFrame("overyears"):
		g = when.Year
	case b.s.hasFrame("overmonths"):
		g = when.Month
	case yearNumber(c):
		g = when.Year
	default:
		b.note("default_grain", "No period was named: by "+string(g)+".", Span{})
	}
	b.s.Keys = append(b.s.Keys, grainKey(c, g))
	return true
}

// overNumberedYears goes along years that are written short, as 82 is, where
// nothing else tells the time.
func (b *builder) overNumberedYears() bool {
	for _, c := range b.p.Schema.ColumnsOf(b.p.scope.Base) {
		if numberedYear(c) {
			if !slices.ContainsFunc(b.s.Keys, func(k Key) bool { return k.Column == c }) {
				b.s.Keys = append(b.s.Keys, Key{Column: c})
			}
			return true
		}
	}
	return false
}

// defaultGrain suits the length of the data: some dozens of points.
func defaultGrain(c when.Context) when.Grain {
	if c.First.IsZero() || c.Last.IsZero() {
		return when.Month
	}
	switch days := c.Last.Sub(c.First).Hours() / 24; {
	case days <= 2:
		return when.Hour
	case days <= 60:
		return when.Day
	case days <= 26*7:
		return when.Week
	case days <= 36*31:
		return when.Month
	case days <= 12*366:
		return when.Quarter
	}
	return when.Year
}

// share builds parts of a whole: of each group, or of what a condition keeps.
func (b *builder) share() bool {
	s := b.s
	at := s.Shares[0].At
	b.flagsAsConditions()
	if b.topShare() || b.slicesOfRows() {
		return true
	}
	m := b.shareMeasure()
	keys := append([]Key{}, s.Keys...)
	for _, it := range s.Select {
		if it.Column.Col.Role == catalog.ID && !saysNumber(it.Node.Word) {
			if len(s.Measures) == 0 && !unique(it.Column) {
				m = Aggregate{Expr: plan.CountDistinct(b.use(it.Column)), Name: "number of " + plural(it.Column), Op: plan.OpCount, Column: it.Column}
			}
			continue // "percent of orders": what is counted
		}
		if category(it.Column) && !unique(it.Column) {
			keys = append(keys, Key{Column: it.Column})
		}
	}
	if len(keys)+len(s.Preds) == 0 && m.Op == plan.OpCount && m.Column != nil { // "the proportion of the number of teams"
		keys, m = []Key{{Column: m.Column}}, b.rowCount()
	}
	if len(keys) > 0 {
		for _, k := range keys {
			b.addKey(k)
		}
		if !b.ofTheWhole(at) && b.partOfCount(m) {
			return true
		}
		if m.Op != plan.OpSum && m.Op != plan.OpCount {
			return false // averages have no shares in their sum
		}
		as := b.addMeasure(m)
		b.pl.Kind = plan.Share
		b.pl.Measures = append(b.pl.Measures, plan.Named{As: b.name("share of " + strings.TrimPrefix(as, "number of ")), Expr: b.shareOf(as), Unit: plan.UnitRatio})
		return true
	}
	after := at.Start == 0 || b.p.tokens[at.Start-1].Norm != "as" && b.p.tokens[at.Start].Norm != "as"
	// the condition said after the share is the part, the rest the whole
	part, whole := b.partAndWhole(at, after)
	if part == nil {
		return false
	}
	for _, c := range s.Preds {
		if c.Column != nil {
			b.tables[c.Column.Table.Name] = true
		}
	}
	s.Preds = whole
	filtered := *m.Expr
	filtered.Filter = part
	b.pl.Kind = plan.Scalar
	b.pl.Measures = []plan.Named{{As: "share of " + strings.TrimPrefix(m.Name, "number of "), Expr: plan.Make(plan.OpDiv, &filtered, m.Expr), Unit: plan.UnitRatio}}
	if m.Column != nil {
		b.tables[m.Column.Table.Name] = true
	}
	return true
}

// partAndWhole says which conditions make the part of a share, and which the
// whole: what is said of the subject is the part, the subject the whole. Where
// nothing is said of it, the conditions after the word for the share are the part.
func (b *builder) partAndWhole(at Span, after bool) (part *plan.Expr, whole []Condition) {
	said := slices.ContainsFunc(b.s.Preds, func(c Condition) bool { return after && !c.Time && b.predicate(c, at.End) })
	for _, c := range b.s.Preds {
		in := (c.Where.Start > at.Start) == after && !c.Time
		if in && (!said || b.predicate(c, at.End)) {
			part = plan.And(part, c.Expr)
			continue
		}
		whole = append(whole, c)
	}
	return part, whole
}

// ofTheWhole reports whether the shares are those of groups in all that is
// counted: slices of a pie, or "the number of … by district; show the proportion".
func (b *builder) ofTheWhole(at Span) bool {
	if b.s.Chart == "arc" {
		return true
	}
	return len(b.s.Measures) == 1 && !slices.ContainsFunc(b.s.nodes, func(n *Node) bool { return n.Start >= at.End && !skippable(n) && n.Kind != "chart" })
}

// partOfCount builds "share of returned orders by category": in each group,
// the part of what is counted that fulfils the condition.
func (b *builder) partOfCount(m Aggregate) bool {
	s := b.s
	if m.Op != plan.OpCount {
		return false
	}
	var part *plan.Expr
	var rest []Condition
	for _, c := range s.Preds {
		if c.Time || b.afterKeys(c) {
			rest = append(rest, c)
			continue
		}
		b.useCondition(c)
		part = plan.And(part, c.Expr)
	}
	if part == nil {
		return false
	}
	s.Preds = rest
	some := filtered(m.Expr, part)
	b.pl.Measures = []plan.Named{{As: b.name("share of " + strings.TrimPrefix(m.Name, "number of ")), Expr: plan.Make(plan.OpDiv, some, m.Expr), Unit: plan.UnitRatio}}
	b.pl.Kind = plan.Table
	for _, g := range b.pl.Group {
		if g.Expr.Op == plan.OpTrunc {
			b.pl.Kind = plan.Series
		}
	}
	return true
}

// afterKeys reports whether a condition was said with "where" after what the
// answer is parted by: it is about all rows, not about the part.
func (b *builder) afterKeys(c Condition) bool {
	return b.p.ofRows(c) && slices.ContainsFunc(b.s.nodes, func(n *Node) bool { return n.Kind == Group && n.End <= c.Where.Start })
}

// shareOf is the share of a measure in the whole, or within the keys that
// "each" named.
func (b *builder) shareOf(as string) *plan.Expr {
	e := plan.Make(plan.OpShare, plan.Ref(as))
	if !b.s.Each || len(b.pl.Group) < 2 {
		return e
	}
	for i, k := range b.s.Keys {
		if k.Within && i < len(b.pl.Group) {
			e.By = append(e.By, b.pl.Group[i].As)
		}
	}
	if len(e.By) == len(b.pl.Group) {
		e.By = e.By[:1]
	}
	return e
}

// shareMeasure is what a share is of: a stated measure, an amount, or rows.
func (b *builder) shareMeasure() Aggregate {
	s := b.s
	if len(s.Measures) > 0 {
		return b.counted(s.Measures[0])
	}
	for _, it := range s.Select {
		if amount(it.Column) {
			return b.p.aggregate(plan.OpSum, it.Column, false)
		}
	}
	if s.saysRows() { // "what percentage of rows"
		return Aggregate{Expr: plan.Make(plan.OpCount), Name: "number of rows", Op: plan.OpCount, Rows: true, Lines: true}
	}
	described := slices.ContainsFunc(s.Preds, func(c Condition) bool { return !c.Time && c.Where.Start >= s.Shares[0].At.End })
	p := b.p.plainMeasure()
	if described && p != nil && len(s.Nouns)+len(s.Select) == 0 && !s.Count {
		b.note("default_measure", "No measure was named: rows are counted.", Span{})
	}
	if p != nil && len(s.Nouns) == 0 && len(s.Keys) > 0 && !described {
		b.note("default_measure", "No measure was named: “"+p.Col.Name+"” is taken.", Span{})
		return b.p.aggregate(plan.OpSum, p, false)
	}
	return b.counted(b.rowCount())
}

// nested builds "average monthly revenue": the total of each period, then
// their average.
func (b *builder) nested() bool {
	n := b.s.Nested
	if n.Inner != nil {
		return b.overThings(n)
	}
	c := b.p.dateColumn()
	if c == nil {
		return false
	}
	inner := &plan.Plan{V: 1, Kind: plan.Series, From: plan.From{Table: b.p.scope.Base},
		Group:    []plan.Named{{As: string(n.Grain), Expr: plan.Trunc(string(n.Grain), b.use(c))}},
		Measures: []plan.Named{{As: n.Measures[0].Name, Expr: n.Measures[0].Expr}}, Fill: true}
	timed := false
	for _, w := range b.s.Preds {
		inner.Where = plan.And(inner.Where, w.Expr)
		timed = timed || w.Time
	}
	if !timed {
		inner.Where = plan.And(inner.Where, b.completePeriods(c, n.Grain))
	}
	b.s.Preds = nil
	b.tables = map[string]bool{}
	b.pl.From = plan.From{Sub: inner}
	b.pl.Measures = []plan.Named{{As: aggregateNames[plan.Op(n.Word)] + " " + n.Measures[0].Name, Expr: plan.Make(plan.Op(n.Word), plan.Column(n.Measures[0].Name))}}
	return len(b.s.Keys) == 0 && len(b.s.Measures) == 0
}

// overThings builds a measure over the things that an inner plan makes, which
// the conditions restrict.
func (b *builder) overThings(n *Node) bool {
	inner := *n.Inner
	for _, w := range b.s.Preds {
		inner.Where = plan.And(inner.Where, w.Expr)
	}
	a := n.Measures[0]
	b.s.Preds, b.s.Select, b.s.Nouns = nil, nil, nil
	b.pl.From = plan.From{Sub: &inner}
	b.pl.Measures = []plan.Named{{As: a.Name, Expr: a.Expr, Unit: a.Unit}}
	b.pl.Kind = plan.Scalar
	return len(b.s.Keys) == 0 && len(b.s.Measures) == 0
}

// completePeriods leaves out the last period where the data ends within it:
// an average of periods must not count a part as a whole one.
func (b *builder) completePeriods(c *link.Column, g when.Grain) *plan.Expr {
	ctx := b.p.context(c)
	if ctx.Last.IsZero() || g == when.Day || g == when.Hour {
		return nil
	}
	next := when.Floor(ctx.Last, when.Day, ctx.WeekStart).AddDate(0, 0, 1)
	end := when.Floor(next, g, ctx.WeekStart)
	if !next.After(end) {
		return nil
	}
	b.note("partial_period", fmt.Sprintf("The data ends within the last %s, which is left out.", g), Span{})
	return b.p.within(c, when.Range{To: end, Grain: g})
}
