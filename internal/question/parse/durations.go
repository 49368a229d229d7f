package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/table"
)

// Kinds of nodes about lengths of time.
const (
	Stretch Kind = "stretch" // from one date of a row to another
	Since   Kind = "since"   // "how long since": the length from a date until now
)

const (
	point  = "col|tab|deed|rel"
	passes = "'does'|'do'|'did'|'it'|'take'|'takes'|'took'|'pass'|'passes'|'passed'|'is'|'was'|'of'|light*"
)

// stretchRules read from which date to which a length of time is meant.
var stretchRules = []Rule{
	{Name: "from one date to another", Pattern: "between|from x=row|ord? c=" + point + " 'date'* and|to y=row|ord? d=" + point, Make: stretch},
	{Name: "one date to another", Pattern: "c=col to y=row|ord? d=" + point, Make: stretch},
}

// durationRules read what is asked of lengths of time.
var durationRules = []Rule{
	{Name: "more than so long a stretch", Pattern: "x=not? o=cmp|comp than? q=num g=grain s=stretch", Make: longStretch},
	{Name: "took so long", Pattern: "'take'|'takes'|'took'|'taking'|'lasted'|'lasting' x=not? o=cmp|comp than? q=num|'an'|'one'|'a' g=grain|'minute'|'minutes'|'second'|'seconds'", Make: lastedLong},
	{Name: "took so long to", Pattern: "'take'|'takes'|'took'|'taking'|'needed'|'needing' x=not? o=cmp|comp than? q=num g=grain to d=col", Make: tookLong},
	{Name: "so long after a date", Pattern: "d=col x=not? o=cmp|comp than? q=num g=grain t=time c=" + point, Make: longAfter},
	{Name: "done so long after a date", Pattern: "v=val|word|light x=not? o=cmp|comp than? q=num g=grain t=time c=" + point, Make: doneLongAfter},
	{Name: "within so long", Pattern: "d=col w='within' q=num g=grain 'of'|'after'? c=col?", Make: withinStretch},
	{Name: "average stretch", Pattern: "a=agg 'of'|count|'length'|'time'|'duration'|'gap'|'delay'|'lag'|fn* g=grain? s=stretch", Make: averageStretch},
	{Name: "longest stretch", Pattern: "a=sup 'time'|'duration'|'gap'|'delay'|'lag'|'stretch'? g=grain? s=stretch", Make: averageStretch},
	{Name: "how long a stretch on average", Pattern: "'how' 'long' " + passes + " a=agg? " + passes + " s=stretch " + passes + " a=agg?", Make: averageStretch},
	{Name: "how many days in a stretch", Pattern: "k=count g=grain " + passes + " a=agg? " + passes + " s=stretch " + passes + " a=agg?", Make: averageStretch},
	{Name: "average time to do it", Pattern: "a=agg|sup 'number'|'of'* g=grain|'time'|'duration'|'delay' to|'until'|'before' d=col|val|word|light", Make: timeToDo},
	{Name: "how long it takes to do", Pattern: "'how' 'long' " + passes + " a=agg? " + passes + " to d=col|val|word|light a=agg?", Make: timeToDo},
	{Name: "how many days it takes to do", Pattern: "k=count g=grain " + passes + " to d=col|val|word|light a=agg?", Make: timeToDo},
	{Name: "how long the rows take", Pattern: "'how' 'long' 'does'|'do'|'did'|'is'|'are'|'was'|'were'|'the'|'a'|'an'* tab|word|col? d='take'|'takes'|'last'|'lasts'|'took' a=agg?", Make: rowsTake},
	{Name: "days of a stretch", Pattern: "g=grain|'time'|'duration'|'gap'|'delay' s=stretch", Make: averageStretch},
	{Name: "duration of the rows", Pattern: "a=agg|sup 't'|tab|col|word? d='duration'|'durations'|'time'|'length'", Make: rowDuration},
	{Name: "average age", Pattern: "a=agg d='age'", Make: averageAge},
}

// dateOf is the date that a node of a stretch names.
func (p *parser) dateOf(n *Node) *link.Column {
	if n.Kind == Col {
		if c := n.pick(temporal); c != nil {
			return c
		}
		if !p.ownNoun(n) {
			return nil
		}
		return p.dateColumn()
	}
	if !p.scope.has(n.Table) {
		return nil
	}
	return relatedReader(p, n.Table).dateColumn()
}

// stretch is from one date of a row to another, or for each thing from its
// own date to the first of its rows.
func stretch(p *parser, m match) *Node {
	c, d := p.dateOf(m.one("c")), p.dateOf(m.one("d"))
	if c == nil || d == nil || c == d || yearNumber(c) != yearNumber(d) || m.has("x") {
		return nil
	}
	n := &Node{Kind: Stretch, Cols: []link.Mention{{Column: c}, {Column: d}}}
	if y := m.one("y"); y != nil {
		n.Payload = "first"
		switch {
		case y.Payload == "last":
			n.Payload = "last"
		case y.Payload != "first" && (y.Kind != Ord || y.Num.Value != 1):
			return nil
		}
		if c.Table == d.Table || d.Table.Name != p.scope.Base {
			return nil
		}
	}
	return n
}

// unitOf is the unit that lengths between two columns are counted in.
func unitOf(g *Node, columns ...*link.Column) string {
	if g != nil && g.Kind == Grain {
		return string(g.Grain)
	}
	for _, c := range columns {
		if c.Col.Type != table.Datetime {
			return "day"
		}
	}
	return "minute"
}

func (p *parser) longer(m match, unit string, from, to *link.Column) *Node {
	o := m.one("o")
	op := cmpOps[o.Payload]
	if o.Form != nil {
		op = plan.OpGt
		if downward(o) || slices.Contains([]string{"fast", "quick"}, o.Form.Adj.Base) {
			op = plan.OpLt
		}
	}
	if op == "" {
		return nil
	}
	e, counted := p.lasted(unit, from, to), "Whole "+unit+"s"
	if e.Op == plan.OpDiv { // between clocks 36 hours are more than a day
		counted = "Seconds"
	}
	n := p.condition(m, nil, plan.Make(negated(op, m.has("x")), e, numberExpr(m.one("q").Num.Value)))
	n.Preds[0].Columns = []*Condition{{Column: from}, {Column: to}}
	n.Notes = []Note{p.note(m.one("q"), "duration", "%s from “%s” to “%s” are counted.", counted, from.Col.Name, to.Col.Name)}
	return n
}

// lasted is how long it was from one column of dates to another.
func (p *parser) lasted(unit string, from, to *link.Column) *plan.Expr {
	return lasted(unit, p.expr(from), p.expr(to), clocked(from, to))
}

// lasted is how long it was from one date to another: exactly where both ends
// are told with the time of the day, in whole units otherwise.
func lasted(unit string, from, to *plan.Expr, clocks bool) *plan.Expr {
	if clocks {
		return plan.ExactDiff(unit, from, to)
	}
	return plan.DateDiff(unit, from, to)
}

// clocked reports whether both ends are told with the time of the day.
func clocked(from, to *link.Column) bool {
	return from.Col.Type == table.Datetime && to.Col.Type == table.Datetime
}

func longStretch(p *parser, m match) *Node {
	s := m.one("s")
	if s.Payload != "" {
		return nil
	}
	return p.longer(m, string(m.one("g").Grain), s.Cols[0].Column, s.Cols[1].Column)
}

// tookLong reads "took more than 5 days to ship": since the row began.
func tookLong(p *parser, m match) *Node {
	c, d := p.dateColumn(), m.one("d").pick(temporal)
	if c == nil || d == nil || c == d {
		return nil
	}
	return p.longer(m, string(m.one("g").Grain), c, d)
}

// lastedLong reads "took more than 60 minutes" of rows with a begin and an end.
func lastedLong(p *parser, m match) *Node {
	from, to := p.rowEnds()
	if from == nil || m.end < len(p.tokens) && p.tokens[m.end].Norm == "to" {
		return nil
	}
	q := m.one("q")
	g := m.one("g")
	if q.Kind != Num {
		one := q.copy()
		one.Num.Value = 1
		m.nodes["q"] = []*Node{one}
	}
	unit := text.Singular(g.Word)
	if g.Kind == Grain {
		unit = string(g.Grain)
	}
	return p.longer(m, unit, from, to)
}

// timeToDo reads "average days to ship": from the date of a row to that of
// what is done.
func timeToDo(p *parser, m match) *Node {
	from, to := p.dateColumn(), p.dateDone(m.one("d"))
	if from == nil || to == nil || from == to || from.Table != to.Table || yearNumber(from) != yearNumber(to) {
		return nil
	}
	s := &Node{Kind: Stretch, Start: m.one("d").Start, End: m.one("d").End, Cols: []link.Mention{{Column: from}, {Column: to}}}
	n := averageStretch(p, match{nodes: map[string][]*Node{"a": m.nodes["a"], "g": m.nodes["g"], "s": {s}}, start: m.start, end: m.end})
	if n != nil {
		n.Notes = append(n.Notes, p.note(s, "duration", "It is counted from “%s” to “%s”.", from.Col.Name, to.Col.Name))
	}
	return n
}

// dateDone is the date that says when something was done, which is named by
// its verb: "to ship".
func (p *parser) dateDone(n *Node) *link.Column {
	if c := n.pick(temporal); c != nil {
		return c
	}
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if c.Col.Type.Temporal() && slices.ContainsFunc(c.Words, func(w string) bool { return text.Stem(w) == text.Stem(n.Word) }) {
			return c
		}
	}
	return nil
}

func longAfter(p *parser, m match) *Node {
	c, d := p.dateOf(m.one("c")), m.one("d").pick(temporal)
	if c == nil || d == nil || c == d {
		return nil
	}
	if m.one("t").Payload == "lt" {
		c, d = d, c
	}
	return p.longer(m, string(m.one("g").Grain), c, d)
}

// doneLongAfter reads "shipped more than 5 days after ordering": the date of
// what was done counts, even where a value is called the same.
func doneLongAfter(p *parser, m match) *Node {
	d := p.dateOfDeed(m.one("v"))
	if d == nil {
		return nil
	}
	m.nodes["d"] = []*Node{d}
	return longAfter(p, m)
}

// withinStretch reads "shipped within 3 days".
func withinStretch(p *parser, m match) *Node {
	c, d := p.dateColumn(), m.one("d").pick(temporal)
	if x := m.one("c"); x != nil {
		c = p.dateOf(x)
	}
	if c == nil || d == nil || c == d || c.Table != d.Table {
		return nil
	}
	m.nodes["o"] = []*Node{{Payload: "le"}}
	return p.longer(m, string(m.one("g").Grain), c, d)
}

// averageStretch measures a stretch: its average unless something else is
// said.
func averageStretch(p *parser, m match) *Node {
	s, op := m.one("s"), plan.OpAvg
	if a := m.one("a"); a != nil && a.Kind == Sup {
		op = map[bool]plan.Op{true: plan.OpMin, false: plan.OpMax}[downward(a)]
	} else if a != nil {
		op = plan.Op(a.Payload)
	}
	if op == plan.OpCount || op == "range" {
		return nil
	}
	c, d := s.Cols[0].Column, s.Cols[1].Column
	unit := unitOf(m.one("g"), c, d)
	a := Aggregate{Name: aggregateNames[op] + " " + unit + "s", Unit: unit + "s", Op: op, Stated: true}
	if s.Payload != "" {
		return p.stretchOfThings(s, op, unit, a, m)
	}
	a.Expr = p.spanned(plan.Make(op, p.lasted(unit, c, d)), m.start, m.end)
	n := &Node{Kind: Measure, Payload: "metric", Measures: []Aggregate{a}}
	if m.one("a") == nil {
		n.Notes = []Note{p.note(s, "default_aggregate", "The average length is given.")}
	}
	return n
}

// stretchOfThings measures, over the things of a joined table, the time from
// their own date to the first or last of their rows.
func (p *parser) stretchOfThings(s *Node, op plan.Op, unit string, a Aggregate, m match) *Node {
	c, d := s.Cols[0].Column, s.Cols[1].Column
	at := slices.IndexFunc(p.scope.Joins, func(j plan.Join) bool { return j.Table == c.Table.Name && j.Left.Table == "" })
	if at < 0 {
		return nil
	}
	side := map[string]plan.Op{"first": plan.OpMin, "last": plan.OpMax}[s.Payload]
	point := s.Payload + " " + d.Col.Name
	j := p.scope.Joins[at]
	inner := &plan.Plan{V: 1, Kind: plan.Table, From: plan.From{Table: p.scope.Base, Joins: []plan.Join{j}},
		Group:    []plan.Named{{As: j.Left.Name, Expr: plan.Column(j.Left.Name)}, {As: c.Col.Name, Expr: p.expr(c)}},
		Measures: []plan.Named{{As: point, Expr: plan.Make(side, p.expr(d))}}}
	a.Expr = p.spanned(plan.Make(op, lasted(unit, plan.Column(c.Col.Name), plan.Column(point), clocked(c, d))), m.start, m.end)
	n := &Node{Kind: Measure, Payload: "nested", Word: "things", Measures: []Aggregate{a}, Inner: inner}
	n.Notes = []Note{p.note(s, "without_rows", "What has no row in “%s” is left out.", p.scope.Base)}
	return n
}

// pairs of words for when something began and when it was over.
var beginnings = []string{"start", "begin", "pickup", "pick", "departure", "depart", "opened", "open", "admission", "checkin", "in"}
var endings = []string{"end", "finish", "dropoff", "drop", "arrival", "arrive", "closed", "close", "discharge", "checkout", "out"}

// rowDuration reads "average trip duration" where rows have a begin and an
// end, and no column of that name.
func rowDuration(p *parser, m match) *Node {
	from, to := p.rowEnds()
	if from == nil {
		return nil
	}
	return p.lengthOf(m, from, to)
}

// rowsTake reads "how long do trips take".
func rowsTake(p *parser, m match) *Node {
	from, to := p.rowEnds()
	if from == nil || m.end < len(p.tokens) && p.tokens[m.end].Norm == "to" {
		return nil
	}
	return p.lengthOf(m, from, to)
}

// lengthOf measures how long rows last.
func (p *parser) lengthOf(m match, from, to *link.Column) *Node {
	s := &Node{Kind: Stretch, Cols: []link.Mention{{Column: from}, {Column: to}}}
	n := averageStretch(p, match{nodes: map[string][]*Node{"a": m.nodes["a"], "s": {s}}, start: m.start, end: m.end})
	if n != nil {
		n.Notes = append(n.Notes, p.note(m.one("d"), "duration", "It is counted from “%s” to “%s”.", from.Col.Name, to.Col.Name))
	}
	return n
}

// rowEnds are the dates at which a row begins and ends; nil where it has none
// or only one.
func (p *parser) rowEnds() (from, to *link.Column) {
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		switch {
		case !c.Col.Type.Temporal():
		case from == nil && shares(c.Words, beginnings):
			from = c
		case to == nil && shares(c.Words, endings):
			to = c
		}
	}
	if from == nil || to == nil {
		return nil, nil
	}
	return from, to
}

func shares(a, b []string) bool {
	return slices.ContainsFunc(a, func(w string) bool { return slices.Contains(b, w) })
}

// birthColumn is the date of birth of the rows; nil where there is none or
// where there is an age.
func (p *parser) birthColumn() *link.Column {
	var birth *link.Column
	for _, c := range p.columns() {
		if slices.Contains(c.Words, "age") && numeric(c) {
			return nil
		}
		if c.Col.Type.Temporal() && shares(c.Words, []string{"birth", "birthday", "birthdate", "dob", "born"}) {
			birth = c
		}
	}
	return birth
}

func (p *parser) yearsSince(c *link.Column) *plan.Expr {
	return plan.DateDiff("year", p.expr(c), plan.Make(plan.OpNow))
}

func averageAge(p *parser, m match) *Node {
	c, op := p.birthColumn(), plan.Op(m.one("a").Payload)
	if c == nil || op == plan.OpCount || op == plan.OpSum {
		return nil
	}
	e := p.spanned(plan.Make(op, p.yearsSince(c)), m.start, m.end)
	a := Aggregate{Expr: e, Name: aggregateNames[op] + " age", Unit: "years", Op: op, Stated: true}
	return &Node{Kind: Measure, Payload: "metric", Measures: []Aggregate{a}, Notes: []Note{p.note(m.one("d"), "age", "The age is counted from “%s” until today.", c.Col.Name)}}
}

// sinceWhen builds "how long since the last order": from the first or last
// date until now.
func (b *builder) sinceWhen() bool {
	s := b.s
	if s.Since == nil {
		return false
	}
	c, op := b.p.dateColumn(), plan.OpMax
	if s.Best != nil && s.Best.Column != nil && temporal(s.Best.Column) {
		c = s.Best.Column
		if !s.Best.Desc {
			op = plan.OpMin
		}
	} else if s.Best != nil || s.Limit != nil {
		return false
	}
	if c == nil || !c.Col.Type.Temporal() {
		return false
	}
	unit := s.Since.Payload
	for _, k := range s.Keys {
		b.addKey(k)
	}
	b.use(c)
	date := plan.Make(op, b.p.expr(c))
	name := map[plan.Op]string{plan.OpMax: "last", plan.OpMin: "first"}[op] + " " + spoken(c)
	b.pl.Measures = []plan.Named{{As: b.name(name), Expr: date}, {As: b.name(unit + "s since"), Expr: plan.DateDiff(unit, date, plan.Make(plan.OpNow)), Unit: unit + "s"}}
	return true
}

// sinceUnit is the unit of a phrase such as "how many weeks since".
func sinceUnit(words []text.Token) string {
	for _, t := range words {
		switch t.Base {
		case "week", "month", "year", "hour":
			return t.Base
		}
	}
	return "day"
}
