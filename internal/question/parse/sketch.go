package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// Sketch is what a question was found to say within a scope, before a plan is
// made of it.
type Sketch struct {
	Head           string // the first words: howmany, howmuch, which, who, where, when, what, yesno, list
	Select         []Item
	Measures       []Aggregate
	Nested         *Node
	Preds          []Condition
	Haves          []Condition
	Keys           []Key
	Each           bool // "for each": keys belong to the answer
	Orders         []*Rank
	Best           *Rank
	BestNode       *Node
	Limit          *Rank
	Top            string // how the limit was said
	Nouns          []string
	Frames         []Frame
	Chart          string
	Distinct       bool
	HowMuch        bool // "how much": an amount is asked for
	Averaged       bool // "on average" with nothing tied to it
	Count          bool // "how many" with nothing tied to it
	Shares         []Frame
	Only           bool
	RefColumns     []*link.Column // "this date": as in the answer before
	Near           *Node          // the row next to a value's
	PeriodAsked    bool           // "the hottest day": a period is chosen by a superlative
	LimitAfterKeys bool           // "by country, top 5"
	HowManyMore    bool
	Since          *Node // "how long since"
	PerTotal       *Node // "order value"
	Weight         *link.Column
	Pareto         *Node    // "how many make up 80%"
	Step           float64  // "in steps of 10"
	Sides          *Node    // "is A more than B"
	Marks          []string // follow-up markers and references: about, add, instead, those
	Notes          []Note
	Unused         []Unused
	Linked         int // links of names and values
	Weak           int // the weakest link of a name or value
	Columns        []*Node
	Rivals         []*Node // pieces that fit a second column as well
	Pieces         []*Node // how the question was cut

	noun      string // the unknown word that the rows are taken to be called
	Segment   int    // score of the cut into nodes
	ScopeRank int
	Way       int
	p         *parser
	nodes     []*Node
}

// Item is a column that the question asks to see.
type Item struct {
	Column *link.Column
	Node   *Node
}

// Frame is a word of analysis and where it stands.
type Frame struct {
	Name string
	At   Span
}

// Unused is a word that no fragment took in.
type Unused struct {
	Span  Span
	Text  string
	Class string // content, light, operator, number, name, asked, text

	Column *link.Column // of text that a number was asked of
}

// collect sorts the nodes into a sketch.
func (p *parser) collect(nodes []*Node) *Sketch {
	s := &Sketch{p: p, Head: p.head(nodes), Weak: 1000, nodes: nodes}
	for i, n := range nodes {
		s.Notes = append(s.Notes, n.Notes...)
		s.take(n, i)
	}
	s.settle()
	s.unitNotes()
	if s.Limit != nil && s.Best != nil && s.Top != "position" && s.Limit.N > 0 && s.Best.N == 1 { // "the top 3 highest rates"
		r := *s.Best
		r.N = s.Limit.N
		s.Best, s.Limit = &r, nil
	}
	return s
}

func (s *Sketch) take(n *Node, i int) {
	switch n.Kind {
	case Pred:
		if n.Payload == "vs" {
			s.Frames = append(s.Frames, Frame{"vs", Span{n.Parts[0].Start, n.Parts[0].End}})
			s.Measures = append(s.Measures, n.Measures...)
		}
		if n.Frame != "" {
			s.Frames = append(s.Frames, Frame{n.Frame, Span{n.Start, n.End}})
		}
		s.Preds = append(s.Preds, n.Preds...)
		if n.Table != "" {
			s.Nouns = append(s.Nouns, n.Table)
		}
	case Have:
		for _, c := range n.Preds {
			if c.Having {
				s.Haves = append(s.Haves, c)
			} else {
				s.Preds = append(s.Preds, c)
			}
		}
	case Measure:
		s.takeMeasure(n)
	case Since:
		s.Since = n
	case "weight":
		s.Weight = n.Cols[0].Column
	case PerTotal:
		s.PerTotal = n
	case "fewest":
		s.Pareto = n
	case "sides":
		s.Sides = n
		for _, w := range n.Parts {
			s.unused(w, "content")
		}
	case "steps":
		s.Step = n.Num.Value
	case Group:
		s.Keys, s.Preds = append(s.Keys, n.Keys...), append(s.Preds, n.Preds...)
		s.Each = s.Each || n.Payload == "each"
		if n.Rank != nil {
			s.Orders = append(s.Orders, n.Rank)
		}
	case Order:
		s.Orders = append(s.Orders, n.Rank)
		for _, then := range n.Parts {
			s.Orders = append(s.Orders, then.Rank)
		}
	case Limit:
		s.LimitAfterKeys = len(s.Keys) > 0
		s.Limit, s.Top = n.Rank, n.Payload
		s.again(n, i)
	case "near":
		s.Near = n
	case "refcol":
		s.RefColumns = append(s.RefColumns, n.Cols[0].Column)
		s.Marks = append(s.Marks, "those")
	case Best:
		s.takeBest(n)
		s.again(n, i)
	case Tab:
		s.Nouns = append(s.Nouns, n.Table)
	case Col:
		s.takeColumn(n, i)
	default:
		s.takeWord(n, i)
	}
}

// again takes the noun that a fragment holds only to skip it.
func (s *Sketch) again(n *Node, i int) {
	if len(n.Parts) == 1 && (n.Kind == Limit || n.Rank != nil && n.Rank.Measure == nil && n.Payload != "open") {
		switch x := n.Parts[0]; x.Kind {
		case Tab, Col, Word:
			s.take(x, i)
		}
	}
}

func (s *Sketch) takeMeasure(n *Node) {
	s.Preds = append(s.Preds, n.Preds...)
	if n.Payload == "nested" {
		s.Nested = n
		return
	}
	s.Measures = append(s.Measures, n.Measures...)
	s.Keys = append(s.Keys, n.Keys...)
}

func (s *Sketch) takeBest(n *Node) {
	s.Preds = append(s.Preds, n.Preds...)
	if n.Frame == "those" {
		s.Marks = append(s.Marks, n.Frame)
	}
	if s.Best == nil {
		s.Best, s.BestNode = n.Rank, n
		return
	}
	s.unused(n, "operator")
}

// takeColumn decides about a column that no rule took in.
func (s *Sketch) takeColumn(n *Node, i int) {
	c := n.top()
	if s.Head == "when" && flag(c) && s.Best == nil && s.firstOrLast(n) {
		return
	}
	if f := n.pick(flag); f != nil && f == c && s.qualifies(i) && !s.sideBySide() && !s.listed(i) {
		not := i > 0 && s.nodes[i-1].Kind == "not"
		s.Preds = append(s.Preds, Condition{Expr: s.p.spanned(s.p.flagIs(f, !not), n.Start, n.End), Column: f, Where: Span{n.Start, n.End}})
		return
	}
	if s.Best == nil && s.extremeName(n) || s.someOf(n, i) {
		return
	}
	if s.textAggregated(n, i) {
		s.Unused = append(s.Unused, Unused{Span: Span{n.Start, n.End}, Text: s.p.written(n), Class: "text", Column: c})
	}
	if s.namesRows(n, i) || s.modifies(n, i) {
		s.Nouns = append(s.Nouns, c.Table.Name)
		return
	}
	if slices.ContainsFunc(s.Select, func(it Item) bool { return it.Column == c }) {
		return
	}
	s.Columns = append(s.Columns, n)
	s.Select = append(s.Select, Item{c, n})
}

// namesRows reports whether a column stands for the rows themselves: "the
// number of seats of all aircrafts" in a table of aircraft.
func (s *Sketch) namesRows(n *Node, i int) bool {
	c := n.top()
	k := i - 1
	for k >= 0 && skippable(s.nodes[k]) {
		k--
	}
	if k < 1 || s.nodes[k].Kind != Fn || len(s.Select)+len(s.Measures) == 0 && s.Best == nil || !text.IsPlural(lastWord(n)) && k == i-1 {
		return false
	}
	article := k < i-1 && (s.nodes[i-1].Word == "a" || s.nodes[i-1].Word == "an")
	switch s.nodes[k].Word {
	case "on", "in", "at", "from":
		if !article {
			return false
		}
	case "of", "for", "have", "has", "had", "with", "that", "both":
	default:
		return false
	}
	table := s.p.Schema.TableWords(c.Table.Name)
	if n.Cols[0].How == link.Part && (s.p.labelled(c) || numbering(c)) || s.Distinct && s.nodes[k].Word == "of" && s.p.labelled(c) && text.IsPlural(lastWord(n)) {
		return true // "the distinct positions of players"
	}
	for _, w := range c.Words {
		if !slices.Contains(table, w) && w != "name" && w != "id" {
			return false
		}
	}
	return true
}

// firstOrLast reads "when was the first order" where first_order is a column
// of yes and no.
func (s *Sketch) firstOrLast(n *Node) bool {
	d := s.p.dateColumn()
	first, last := slices.Contains(n.top().Words, "first"), slices.Contains(n.top().Words, "last")
	if d == nil || !first && !last {
		return false
	}
	s.Best, s.BestNode = &Rank{N: 1, Column: d, Desc: last}, n
	return true
}

// withThe reports whether a node says what a thing has the most of: "the room
// with the maximum occupancy".
func (p *parser) withThe(n *Node) bool {
	if n.Start < 2 || p.tokens[n.Start-1].Norm != "the" {
		return false
	}
	switch p.tokens[n.Start-2].Norm {
	case "with", "has", "have", "had", "having":
		return true
	}
	return false
}

// modifies reports whether a part of a name only qualifies the next one:
// "book" in "book categories".
func (s *Sketch) modifies(n *Node, i int) bool {
	if i+1 >= len(s.nodes) || s.nodes[i+1].Kind != Col || s.nodes[i+1].Start != n.End || text.IsPlural(lastWord(n)) {
		return false
	}
	table := s.p.Schema.TableWords(n.Cols[0].Table)
	if len(n.Cols[0].Column.Words) == 1 && slices.Contains(table, n.Cols[0].Column.Words[0]) {
		return true
	}
	return n.Cols[0].How == link.Part && n.Cols[0].Score < 800
}

// settle ties loose numbers and aggregates to what they belong to.
func (s *Sketch) settle() {
	for i, n := range s.nodes {
		switch {
		case n.Kind == Num && s.Best != nil && s.Best.N == 1 && s.Best.Offset == 0 && i+1 < len(s.nodes) && (s.nodes[i+1].Kind == Tab || s.nodes[i+1].Kind == Col) && n.When == nil:
			if v := n.Num.Value; v >= 1 && v <= 1000 && v == float64(int(v)) {
				r := *s.Best
				r.N = int(v)
				s.Best = &r
				s.usedAfterAll(n)
			}
		case n.Kind == Grain && (s.Best != nil || s.Limit != nil && s.Top != "position" && i > 0 && s.nodes[i-1].Kind == Limit) && len(s.Keys) == s.amountKeys() && n.Payload != "adverb":
			if k := s.p.key(n); k != nil {
				s.Keys, s.PeriodAsked = append(s.Keys, *k), true
				s.usedAfterAll(n)
			}
		case n.Kind == "agg" && len(s.Measures) == 0 && len(s.Select) > 0 && len(n.Parts) == 0 && s.Best == nil:
			s.aggregateLoosely(n)
		}
	}
}

// aggregateLoosely reads "how high is the rent on average".
func (s *Sketch) aggregateLoosely(n *Node) {
	for k, it := range s.Select {
		if !amount(it.Column) {
			continue
		}
		s.Notes = append(s.Notes, it.Node.Notes...)
		s.Measures = append(s.Measures, s.p.aggregate(plan.Op(n.Payload), it.Column, true))
		s.Select = slices.Delete(slices.Clone(s.Select), k, k+1)
		s.usedAfterAll(n)
		return
	}
}

func (s *Sketch) usedAfterAll(n *Node) {
	s.Unused = slices.DeleteFunc(s.Unused, func(u Unused) bool { return u.Span == Span{n.Start, n.End} })
}

// sideBySide reports whether columns are asked for beside each other: "the
// correlation between weight and is_electric".
func (s *Sketch) sideBySide() bool {
	return slices.ContainsFunc(s.nodes, func(n *Node) bool {
		return n.Kind == "frame" && (n.Payload == "correlation" || n.Payload == "distribution")
	})
}

// listed reports whether a column ends a list of those to be shown: "first
// name, last name and gender".
func (s *Sketch) listed(i int) bool {
	k, joins := i-1, false
	for ; k >= 0 && (skippable(s.nodes[k]) || s.nodes[k].Kind == "and" || s.nodes[k].Kind == "comma"); k-- {
		joins = joins || !skippable(s.nodes[k])
	}
	return joins && k >= 0 && s.nodes[k].Kind == Col && (i+1 == len(s.nodes) || s.nodes[i+1].Kind == Fn)
}

// qualifies reports whether a column of yes and no describes rows here,
// rather than being asked for.
func (s *Sketch) qualifies(i int) bool {
	return s.Count || len(s.Select) > 0 || len(s.Measures) > 0 || len(s.Nouns) > 0 || i+1 < len(s.nodes) && (s.nodes[i+1].Kind == Tab || s.nodes[i+1].Kind == Col)
}

func (s *Sketch) takeWord(n *Node, i int) {
	switch n.Kind {
	case "chart":
		s.takeChart(n, i)
	case "frame":
		s.Frames = append(s.Frames, Frame{n.Payload, Span{n.Start, n.End}})
	case "share":
		s.Shares = append(s.Shares, Frame{n.Payload, Span{n.Start, n.End}})
	case "distinct":
		s.Distinct = true
	case "count", "howmuch":
		s.Count = true
		s.HowMuch = s.HowMuch || n.Kind == "howmuch"
	case Grain:
		s.takeGrain(n)
	case "only":
		s.Only = true
	case Word:
		s.unused(n, s.contentClass(n, i))
	case Text, Val, Rel, RelVal:
		s.unused(n, "name")
	case Deed:
		if n.Table != s.p.scope.Base { // what rows of the base did is what they are there for
			s.unused(n, "name")
		}
	case Light:
		s.unused(n, s.lightClass(i))
	case When:
		s.unused(n, "period")
	case "nodate":
		s.unused(n, "nodate")
	case Num, Ord:
		s.unused(n, s.numberClass(n))
	case "between":
		if !s.hasFrame("correlation", "difference", "compare", "vs") {
			s.unused(n, "operator")
		}
	case "follow", "ref":
		s.Marks = append(s.Marks, n.Payload)
	case "or":
		if slices.ContainsFunc(s.nodes[:i], condition) && slices.ContainsFunc(s.nodes[i+1:], condition) {
			s.unused(n, "operator")
		}
	case "cmp":
		if next := s.nodeAt(n.End); n.Word == "over" && next != nil && next.Kind == Col {
			return // "prices over the years": side by side
		}
		if n.Word == "over" && n.Start > 0 && s.p.tokens[n.Start-1].Norm == "start" {
			return // "start over"
		}
		if (n.Word == "under" || n.Word == "above" || n.Word == "below") && s.placed(i) {
			s.unused(n, "light")
			return
		}
		s.unused(n, "comparison")
	case "not", "nor":
		s.unused(n, "negation")
	case "agg":
		s.Averaged = s.Averaged || n.Word == "on average"
		s.unused(n, "operator")
	case Sup, Comp, "like", "null", "same":
		s.unused(n, "operator")
	case "sort":
		s.unused(n, "content")
	case Adj:
		s.unused(n, s.adjectiveClass(n, i))
	case "row":
		class := "light"
		if n.Payload == "next" || n.Payload == "previous" {
			class = "operator"
		}
		s.unused(n, class)
	case "bin":
		s.unused(n, "operator")
	case "axis", "by", "top":
		s.unused(n, "light")
	}
}

// lightClass says how much a loose verb matters: after "per" it is what the
// answer should have been parted by.
func (s *Sketch) lightClass(i int) string {
	if i > 0 && s.nodes[i-1].Kind == "by" {
		return "asked"
	}
	return "light"
}

// numberClass says whether a number that no rule took in was said as a year.
func (s *Sketch) numberClass(n *Node) string {
	named := func(c *link.Column) bool { return slices.Contains(c.Words, n.Word) } // arrivals_2010
	if n.Start > 0 && n.When == nil && (n.Num.Value < 1 || n.Num.Value > 1e6) {
		switch s.p.tokens[n.Start-1].Norm {
		case "top", "bottom", "first", "last", "year":
			return "asked" // there is no top -5, and no year 99999999
		}
	}
	if n.When == nil || n.Start == 0 || slices.ContainsFunc(s.p.columns(), named) {
		return "number"
	}
	switch s.p.tokens[n.Start-1].Norm {
	case "in", "during", "since", "year", "until", "both":
		return "period"
	}
	return "number"
}

// tied reports whether a node is tied to the data.
func tied(n *Node) bool {
	return len(n.Cols)+len(n.Vals)+len(n.Preds)+len(n.Measures)+len(n.Keys) > 0 || n.Kind == Tab
}

// condition reports whether a node restricts rows or groups.
func condition(n *Node) bool { return n.Kind == Pred || n.Kind == Have }

// nameless reports whether the name of the base table says nothing.
func (p *parser) nameless() bool { return p.saysNothing(p.scope.Base) }

// saysNothing reports whether the name of a table says nothing about its rows.
func (p *parser) saysNothing(t string) bool {
	for _, w := range p.Schema.TableWords(t) {
		if len(w) > 2 && !(w[0] >= '0' && w[0] <= '9') && !plainTableWords[w] {
			return false
		}
	}
	return true
}

// plainTableWords are names of files that say nothing about their rows.
var plainTableWords = map[string]bool{"table": true, "data": true, "dataset": true, "sheet": true, "file": true, "csv": true, "test": true, "export": true,
	"untitled": true, "new": true, "copy": true, "tmp": true, "temp": true, "report": true, "download": true, "query": true, "result": true, "output": true, "list": true}

// takeGrain reads a loose period word: an adverb parts the answer, others are
// the thing asked for ("which month").
func (s *Sketch) takeGrain(n *Node) {
	k := s.p.key(n)
	switch {
	case k == nil && n.Start > 0 && (s.p.tokens[n.Start-1].Norm == "by" || s.p.tokens[n.Start-1].Norm == "per"):
		s.unused(n, "asked") // nothing else can part the answer
	case k == nil:
		s.unused(n, "content")
	case n.Payload == "adverb" || s.Head == "which" || s.Head == "what":
		s.Keys = append(s.Keys, *k)
	default:
		s.unused(n, "light")
	}
}

func (s *Sketch) unused(n *Node, class string) {
	s.Unused = append(s.Unused, Unused{Span: Span{n.Start, n.End}, Text: s.p.written(n), Class: class})
}

// hasFrame reports whether the question holds a frame.
func (s *Sketch) hasFrame(names ...string) bool {
	return slices.ContainsFunc(s.Frames, func(f Frame) bool { return slices.Contains(names, f.Name) })
}

// Table is the base of the sketch's scope.
func (s *Sketch) Table() string { return s.p.scope.Base }

// Spent reports whether the search was cut short.
func (s *Sketch) Spent() bool { return s.p.Steps.Spent() }

// OtherMeasures are amounts that an invented measure could be instead.
func (s *Sketch) OtherMeasures() []*link.Column {
	var out []*link.Column
	for _, c := range s.p.Schema.ColumnsOf(s.p.scope.Base) {
		if amount(c) && len(out) < 3 {
			out = append(out, c)
		}
	}
	return out
}
