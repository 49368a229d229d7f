package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
)

// This file tells followup what a sketch asks for, piece by piece.

// StartsWithAnd reports whether the question goes on with "and".
func (s *Sketch) StartsWithAnd() bool {
	return len(s.p.tokens) > 0 && (s.p.tokens[0].Norm == "and" || s.p.tokens[0].Norm == "but")
}

// maxFragment is how many words a question without a head of its own has.
const maxFragment = 7

// Fragment reports whether the question is too short to stand alone: no verb,
// no word that asks, few words.
func (s *Sketch) Fragment() bool {
	return (s.Head == "" || s.Head == "list") && len(s.p.tokens) <= maxFragment && !s.Complete()
}

// Complete reports whether the question says what it asks for by itself.
func (s *Sketch) Complete() bool {
	heads := s.Limit != nil && (len(s.Select) > 0 || len(s.Nouns) > 0) || len(s.Measures) > 0 && (len(s.Keys) > 0 || len(s.Preds) > 0) || s.Count || s.Best != nil ||
		len(s.Select) > 0 && (len(s.Keys) > 0 || len(s.Preds) > 0) || len(s.Nouns) > 0 && (len(s.Keys) > 0 || len(s.Measures) > 0 || len(s.Preds) > 0 && !s.onlyRestricts())
	return heads || len(s.Frames)+len(s.Shares) > 0
}

// Whole reports whether the question could stand alone: it names rows under a
// condition, or a measure with how it is to be computed.
func (s *Sketch) Whole() bool {
	return s.Complete() || s.opensWithRows() && len(s.Preds) > 0 && !s.onlyRestricts() ||
		slices.ContainsFunc(s.Measures, func(a Aggregate) bool { return a.Stated || a.Op == "" || a.Rows })
}

// opensWithRows reports whether the question begins with what the rows are called.
func (s *Sketch) opensWithRows() bool {
	return len(s.Nouns) > 0 || len(s.p.tokens) > 0 && slices.Contains(s.p.Schema.TableWords(s.p.scope.Base), text.Singular(s.p.tokens[0].Norm))
}

// onlyRestricts reports whether the question begins as a condition does:
// "without cancelled orders" names the rows to leave out, not rows to list.
func (s *Sketch) onlyRestricts() bool {
	if len(s.p.tokens) == 0 || len(s.Select)+len(s.Measures) > 0 {
		return false
	}
	switch s.p.tokens[0].Norm {
	case "without", "for", "excluding", "except", "with", "in", "from", "among", "where", "when", "if":
		return true
	}
	return false
}

// AskedAggregate is the aggregate that the question names without a column:
// "average instead", "and the median?".
func (s *Sketch) AskedAggregate() (plan.Op, bool) {
	op := plan.Op("")
	for _, n := range s.nodes {
		if n.Kind != "agg" {
			continue
		}
		if op != "" || len(n.Parts) > 0 {
			return "", false
		}
		op = plan.Op(n.Payload)
	}
	bare := len(s.Select)+len(s.Measures)+len(s.Keys)+len(s.Preds)+len(s.Nouns) == 0
	return op, op != "" && bare && aggregateNames[op] != ""
}

// Aggregated gives another aggregate of the column of a measure; false where
// it has none, or not one of this kind.
func (s *Sketch) Aggregated(op plan.Op, m plan.Named) (plan.Named, bool) {
	if len(m.Expr.Args) != 1 || m.Expr.Args[0].Op != plan.OpCol || m.Expr.Op == plan.OpCount || m.Expr.Filter != nil {
		return m, false
	}
	c := s.p.Schema.Find(s.p.scope.Base, m.Expr.Args[0].Col.Name)
	if c == nil || m.Expr.Args[0].Col.Table != "" || !usable(op)(c) {
		return m, false
	}
	a := s.p.aggregate(op, c, true)
	return plan.Named{As: a.Name, Expr: a.Expr, Unit: a.Unit}, true
}

func (s *Sketch) builder() *builder {
	c := s.clone()
	return &builder{s: c, p: s.p, d: &Draft{Sketch: c}, tables: map[string]bool{}, pl: &plan.Plan{V: 1, From: plan.From{Table: s.p.scope.Base}}}
}

// AskedMeasures are the measures that the question names, and amounts that it
// names without an aggregate.
func (s *Sketch) AskedMeasures() []plan.Named {
	b := s.builder()
	for _, a := range s.Measures {
		b.addMeasure(b.counted(a))
	}
	for _, it := range s.Select {
		if amount(it.Column) {
			b.addMeasure(b.defaultMeasure(it.Column, it.Node))
		}
	}
	if b.failed {
		return nil
	}
	return b.pl.Measures
}

// AskedBeside are the measures that the question names beside one before: an
// amount whose aggregate was not said is taken as that was.
func (s *Sketch) AskedBeside(before plan.Named) (list []plan.Named, notes []Note) {
	list = s.AskedMeasures()
	for i, m := range list {
		for _, it := range s.Select {
			if len(m.Expr.Args) != 1 || !amount(it.Column) || !same(m.Expr.Args[0], s.p.expr(it.Column)) {
				continue
			}
			op := before.Expr.Op
			if op == plan.OpSum || !op.Aggregate() || len(before.Expr.Args) != 1 || !usable(op)(it.Column) {
				continue
			}
			if a := s.p.aggregate(op, it.Column, true); op != m.Expr.Op {
				list[i] = plan.Named{As: a.Name, Expr: a.Expr, Unit: a.Unit}
				notes = append(notes, s.p.note(it.Node, "default_aggregate", "“%s” is given as its %s, like what was shown before.", it.Column.Col.Name, aggregateNames[op]))
			}
		}
	}
	return list, notes
}

// Splits reports whether the question says that the answer is to be parted
// further: "split by region".
func (s *Sketch) Splits() bool {
	return slices.Contains(s.Marks, "split") || s.Says("split") || s.Says("broken")
}

// AskedColumns are the columns that the question asks to see.
func (s *Sketch) AskedColumns() []plan.Named {
	b := s.builder()
	for _, it := range s.Select {
		b.addSelect(it.Column)
	}
	return b.pl.Select
}

// AskedKeys are the group keys that the question names.
func (s *Sketch) AskedKeys() []plan.Named {
	b := s.builder()
	for _, k := range s.Keys {
		b.addKey(k)
	}
	return b.pl.Group
}

// AskedLimit is how many rows the question asks for: "top 5", "make it 10".
func (s *Sketch) AskedLimit() (n int, desc, ok bool) {
	if s.Limit != nil && s.Limit.Percent == 0 {
		return max(s.Limit.N, 0) + 10*b2i(s.Limit.N == 0), s.Limit.Desc, true
	}
	if !slices.Contains(s.Marks, "make") {
		return 0, false, false
	}
	for _, n := range s.nodes {
		if v := n.Num.Value; n.Kind == Num && v >= 1 && v == float64(int(v)) && v < 1e6 {
			return int(v), true, true
		}
	}
	return 0, false, false
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// AskedOrder is the order that the question asks for, as one over the plan.
func (s *Sketch) AskedOrder(p *plan.Plan) (by *plan.Expr, desc, ok bool) {
	if len(s.Orders) == 0 {
		return nil, false, false
	}
	b := s.builder()
	b.pl.Group, b.pl.Measures, b.pl.Select = slices.Clone(p.Group), slices.Clone(p.Measures), slices.Clone(p.Select)
	e := b.orderExpr(s.Orders[0])
	if e == nil || len(b.pl.Measures) != len(p.Measures) {
		return nil, false, false
	}
	return e, s.Orders[0].Desc, true
}

// UnusedBut are the unused words of other classes than those given.
func (s *Sketch) UnusedBut(classes ...string) []Unused {
	return slices.DeleteFunc(slices.Clone(s.Unused), func(u Unused) bool { return slices.Contains(classes, u.Class) })
}

// Nameless reports whether the name of the table says nothing about its rows.
func (s *Sketch) Nameless() bool { return s.p.nameless() }

// AsksKnown reports whether what the question asks for is known: a column, a
// measure, rows or keys, not only conditions.
func (s *Sketch) AsksKnown() bool {
	return len(s.Select)+len(s.Measures)+len(s.Nouns)+len(s.Keys)+len(s.Columns) > 0 || s.Count || s.Best != nil || s.Near != nil || s.Limit != nil || s.Nested != nil || len(s.Shares) > 0 || len(s.Haves) > 0 || s.p.nameless()
}

// AsksOtherColumns reports whether the question names columns that are not
// amounts, beside its measures.
func (s *Sketch) AsksOtherColumns() bool {
	return slices.ContainsFunc(s.Select, func(it Item) bool { return !amount(it.Column) })
}

// maxNudge is how many words a question that only moves or widens the plan
// before has.
const maxNudge = 6

// Shift reads "and the quarter before?" and "the previous month": by how many
// of which period the plan before is moved.
func (s *Sketch) Shift() (g when.Grain, n int, ok bool) {
	if len(s.p.tokens) > maxNudge+2 {
		return "", 0, false
	}
	for _, t := range s.p.tokens {
		if x, is := when.GrainOf(t.Norm); is && !when.Adverb(t.Norm) {
			g = x
		}
		switch t.Norm {
		case "before", "earlier", "previous", "prior", "preceding":
			n = -1
		case "after", "later", "next", "following":
			n = 1
		}
	}
	return g, n, g != "" && n != 0
}

// shiftWords are the words of a question that says nothing but which period
// before or after is meant.
var shiftWords = []string{"and", "what", "about", "how", "the", "of", "in", "for", "with", "to", "it", "that", "compare", "compared", "against", "versus", "vs"}

// ShiftsAlone reads "and the year before?" that says nothing else.
func (s *Sketch) ShiftsAlone() bool {
	if _, _, ok := s.Shift(); !ok {
		return false
	}
	return !slices.ContainsFunc(s.p.tokens, func(t text.Token) bool {
		_, grain := when.GrainOf(t.Norm)
		switch t.Norm {
		case "before", "earlier", "previous", "prior", "preceding", "after", "later", "next", "following":
			return false
		}
		return t.Kind != text.Punct && !grain && !slices.Contains(shiftWords, t.Norm)
	})
}

// Unrestrict reads "all regions": the column whose condition is taken away.
func (s *Sketch) Unrestrict() *link.Column {
	if len(s.p.tokens) > maxNudge || len(s.Select) != 1 || len(s.Measures) > 0 {
		return nil
	}
	for _, t := range s.p.tokens {
		switch t.Norm {
		case "all", "any", "every", "regardless":
			return s.Select[0].Column
		}
	}
	return nil
}

// Unfilter reads "remove the filter": that all conditions go, or only those in
// time.
func (s *Sketch) Unfilter() (timely, ok bool) {
	if len(s.p.tokens) <= 2 && len(s.Select)+len(s.Preds)+len(s.Measures) == 0 && (s.Says("everything") || s.Says("overall")) {
		return false, true
	}
	if s.allTime() {
		return true, true
	}
	away, filter := false, false
	for _, t := range s.p.tokens[:min(len(s.p.tokens), maxNudge)] {
		switch t.Base {
		case "remove", "drop", "clear", "forget", "without", "delete", "no", "reset":
			away = true
		case "filter", "condition", "restriction":
			filter = true
		case "date", "time", "year", "period":
			timely = true
		}
	}
	return timely, away && filter && len(s.p.tokens) <= maxNudge && len(s.Select)+len(s.Preds)+len(s.Measures) == 0
}

// allTime reads "all years" and "for all time" alone.
func (s *Sketch) allTime() bool {
	whole, period := false, false
	for _, t := range s.p.tokens {
		switch {
		case t.Norm == "all" || t.Norm == "every" || t.Norm == "any":
			whole = true
		case periodWords[t.Base]:
			period = true
		case t.Kind == text.Word && !s.p.lex.Noise(t.Norm) && t.Norm != "and" && t.Norm != "now":
			return false
		}
	}
	return whole && period && len(s.p.tokens) <= maxNudge
}

// periodWords are the words of stretches of time.
var periodWords = map[string]bool{"year": true, "quarter": true, "month": true, "week": true, "day": true, "date": true, "time": true, "period": true}

// AsksShares reads "in percent" and "as a share" alone.
func (s *Sketch) AsksShares() bool {
	if len(s.Shares) != 1 || s.Shares[0].Name != "total" || len(s.p.tokens) > maxNudge {
		return false
	}
	return len(s.Select)+len(s.Measures)+len(s.Keys)+len(s.Preds)+len(s.Nouns)+len(s.Haves) == 0 && s.Best == nil && s.Limit == nil && !s.Count
}

// AsksFirst reads "which was the best?" after an answer of several things:
// nothing says by what, so that it is by what was shown. Naming the things
// shown changes nothing.
func (s *Sketch) AsksFirst(p *plan.Plan) (desc, ok bool) {
	r := s.Best
	if r == nil && s.Limit != nil && s.Top != "position" && s.Limit.N == 1 {
		r = s.Limit
	}
	if r == nil || !r.open() || r.N != 1 || r.Offset > 0 || len(s.p.tokens) > maxNudge+1 {
		return false, false
	}
	if len(s.Measures)+len(s.Preds)+len(s.Nouns)+len(s.Haves)+len(s.Frames)+len(s.Shares) > 0 || s.Count || len(s.UnusedBut("light")) > 0 {
		return false, false
	}
	b := s.builder()
	for _, it := range s.Select {
		b.addKey(Key{Column: it.Column})
	}
	for _, k := range s.Keys {
		b.addKey(k)
	}
	for _, g := range b.pl.Group {
		if !slices.ContainsFunc(p.Group, func(o plan.Named) bool { return same(o.Expr, g.Expr) }) {
			return false, false
		}
	}
	return r.Desc, true
}

// Label is the column that names the rows, as one that is shown; false where
// there is none, or where it is shown already.
func (s *Sketch) Label(p *plan.Plan) (plan.Named, bool) {
	c := s.p.naming(s.p.scope.Base)
	if c == nil || p.From.Table != c.Table.Name || slices.ContainsFunc(p.Select, func(n plan.Named) bool { return same(n.Expr, s.p.expr(c)) }) {
		return plan.Named{}, false
	}
	return plan.Named{As: c.Col.Name, Expr: s.p.expr(c)}, true
}

// AsksGreatest reads "which is higher?" after rows with one amount: the name of
// that amount among what was shown.
func (s *Sketch) AsksGreatest(p *plan.Plan) (name string, desc, ok bool) {
	r := s.Best
	if r == nil || r.N != 1 || r.Offset > 0 || len(s.p.tokens) > maxNudge+3 {
		return "", false, false
	}
	if len(s.Measures)+len(s.Preds)+len(s.Haves)+len(s.Frames)+len(s.Shares)+len(s.Keys) > 0 || s.Count || len(s.UnusedBut("light", "noun")) > 0 {
		return "", false, false
	}
	for _, n := range p.Select {
		if n.Expr.Op != plan.OpCol {
			continue
		}
		c := s.p.Schema.Find(s.p.scope.Base, n.Expr.Col.Name)
		switch {
		case c == nil || !amount(c):
			continue
		case r.Column != nil && r.Column != c, r.Column == nil && !r.open(), name != "":
			return "", false, false
		}
		name = n.As
	}
	if slices.ContainsFunc(s.Select, func(it Item) bool {
		return !slices.ContainsFunc(p.Select, func(n plan.Named) bool { return same(n.Expr, s.p.expr(it.Column)) }) && amount(it.Column)
	}) {
		return "", false, false
	}
	return name, r.Desc, name != ""
}

// Nth reads "the first one" and "the second": which thing of the answer before
// is meant, from 0; -1 is the last.
func (s *Sketch) Nth() (int, bool) {
	for i, t := range s.p.tokens[:max(len(s.p.tokens)-1, 0)] {
		if next := s.p.tokens[i+1].Norm; next != "one" {
			continue
		}
		switch t.Norm {
		case "first", "top", "1st":
			return 0, true
		case "second", "2nd":
			return 1, true
		case "third", "3rd":
			return 2, true
		case "last", "bottom":
			return -1, true
		}
	}
	return 0, false
}

// LeavesOut reports whether the question names what it is not about: "without
// the first one".
func (s *Sketch) LeavesOut() bool {
	return slices.ContainsFunc(s.nodes, func(n *Node) bool { return n.Kind == "not" })
}

// AsksWhich reports whether the question asks which things are so.
func (s *Sketch) AsksWhich() bool {
	switch s.Head {
	case "which", "who", "what", "":
		return true
	}
	return false
}

// AsksOneThing reports whether the question asks for one property without
// saying of which row: "who was the artist?", "what was the score?".
func (s *Sketch) AsksOneThing() bool {
	bare := len(s.Preds)+len(s.Haves)+len(s.Measures)+len(s.Keys)+len(s.Frames)+len(s.Shares) == 0 && s.Best == nil && s.Limit == nil && s.Near == nil && !s.Count
	if !bare || len(s.Select) != 1 || text.IsPlural(lastWord(s.Select[0].Node)) || slices.ContainsFunc(s.p.tokens, func(t text.Token) bool { return t.Norm == "all" || t.Norm == "each" || t.Norm == "every" }) {
		return false
	}
	switch s.Head {
	case "who", "what", "when", "where", "which", "howmuch":
		return true
	}
	return false
}

// Says reports whether a word stands in the question.
func (s *Sketch) Says(word string) bool {
	return slices.ContainsFunc(s.p.tokens, func(t text.Token) bool { return t.Norm == word })
}

// Refers reports whether the question speaks of things of the answer before.
func (s *Sketch) Refers() bool {
	return slices.ContainsFunc(s.Marks, func(m string) bool { return m == "those" || m == "their" || m == "that" })
}

// SpeaksOfOther reports whether the question names a table, as a noun of its
// own, that is not among those given.
func (s *Sketch) SpeaksOfOther(tables []string) bool {
	for _, m := range s.p.Mentions {
		if m.Kind != link.TableMention || m.How != link.Exact || slices.Contains(tables, m.Table) || s.within(m.Start, m.End, tables) {
			continue
		}
		return true
	}
	return false
}

// within reports whether a span of the question is explained by a longer name
// or by one of the tables given.
func (s *Sketch) within(start, end int, tables []string) bool {
	for _, n := range s.Pieces {
		if n.Start <= start && end <= n.End && (n.End-n.Start > end-start || len(n.Cols) > 0 && (n.Cols[0].How == link.Exact || s.p.tells(n, start, end)) || len(n.Vals) > 0) {
			return true
		}
	}
	return slices.ContainsFunc(s.p.Mentions, func(m link.Mention) bool {
		return m.Kind == link.TableMention && m.Start == start && m.End == end && slices.Contains(tables, m.Table)
	})
}

// tells reports whether a column is the name of the things that a span, which
// names their table, speaks of: the states of a column called state_name.
func (p *parser) tells(n *Node, start, end int) bool {
	c := n.top()
	return slices.ContainsFunc(p.byStart[start], func(m link.Mention) bool {
		if m.Kind != link.TableMention || m.How != link.Exact || m.End != end {
			return false
		}
		l := p.label(m.Table)
		return l != nil && l != c && slices.Equal(l.Words, c.Words)
	})
}

// Repeats reports whether rows share values of a column.
func (s *Sketch) Repeats(e *plan.Expr) bool {
	if e.Op != plan.OpCol {
		return false
	}
	t := e.Col.Table
	if t == "" {
		t = s.p.scope.Base
	}
	c := s.p.Schema.Find(t, e.Col.Name)
	return c != nil && !unique(c)
}
