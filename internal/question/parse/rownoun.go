package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
)

// rowNoun reports whether a word that nothing explains is what the rows are
// called: a noun in the place of the subject. Adjectives, participles and words
// for amounts never are, and never where the table's own name was said.
func (s *Sketch) rowNoun(n *Node, i, k int) bool {
	w := s.p.tokens[n.Start].Norm
	if !nounLike(w) || len(s.Nouns) > 0 || n.End-n.Start > 1 || s.rowsAreNamed() || s.partOfValue(w) {
		return false
	}
	plural := text.IsPlural(w)
	if k < 0 || s.firstContent(i) && s.Head == "list" {
		return plural && !amountNoun(w) && s.described(i)
	}
	switch prev := s.nodes[k]; {
	case prev.Kind == "count":
		return plural
	case prev.Kind == Best || prev.Kind == Limit || prev.Kind == Sup:
		return prev.Kind != Sup && !amountNoun(w) && !s.instead(i)
	case prev.Kind == Pred:
		return plural && prev.End == n.Start && !amountNoun(w) && countedAlready(prev) // "4 cylinder cars"
	case prev.Kind == "share", prev.Kind == Fn && prev.Word == "of" && len(s.Shares) > 0:
		return plural && !amountNoun(w)
	case prev.Kind == Num:
		return plural && (s.Best != nil || s.Limit != nil)
	case prev.Kind == Fn && (prev.Word == "which" || prev.Word == "what"):
		return k == 0 && s.Head == "which" && !amountNoun(w)
	case prev.Kind == Fn && prev.Word == "of":
		return plural && !amountNoun(w) && len(s.Measures)+len(s.Select) > 0
	}
	return false
}

// countedAlready reports whether a condition says how many of something a row
// has: what follows it is the row.
func countedAlready(n *Node) bool {
	return len(n.Preds) == 1 && n.Preds[0].Column != nil && n.Preds[0].Expr.Op == plan.OpEq && numeric(n.Preds[0].Column)
}

// kindWord reports whether a word only repeats that a column sorts rows into
// kinds: "by payment type" of a column called payment.
func kindWord(w string) bool {
	switch text.Singular(w) {
	case "type", "kind", "method", "category", "group", "status", "level":
		return true
	}
	return false
}

// partOfValue reports whether values of the table hold a word: "fords" are some
// of the cars, not what the rows are called.
func (s *Sketch) partOfValue(w string) bool {
	for _, word := range []string{w, text.Singular(w)} {
		if t := s.p.Schema.Catalog.Table(s.p.scope.Base); t != nil {
			if hits, _ := t.Values.Containing([]string{word}, 1); len(hits) > 0 {
				return true
			}
		}
	}
	return false
}

// described reports whether something follows a noun that describes it or
// parts it: "trips per day", "cars with more than 4 cylinders".
func (s *Sketch) described(i int) bool {
	if i+1 >= len(s.nodes) {
		return false
	}
	for _, n := range s.nodes[i+1:] {
		switch n.Kind {
		case Group, Pred, Have:
			return true
		case Fn, Light:
			continue
		}
		return false
	}
	return false
}

// nounLike reports whether an unknown word has the form of a noun.
func nounLike(w string) bool {
	if len(w) < 3 || somePeople[w] {
		return false
	}
	for _, end := range []string{"ed", "ing", "est", "ly", "ous", "ful", "ive", "able", "y's"} {
		if strings.HasSuffix(w, end) {
			return false
		}
	}
	return true
}

// somePeople are words for some of all people: never what all rows are.
var somePeople = map[string]bool{"women": true, "men": true, "woman": true, "man": true, "girls": true, "boys": true, "girl": true, "boy": true, "children": true,
	"child": true, "kids": true, "females": true, "males": true, "female": true, "male": true, "adults": true, "teenagers": true, "babies": true, "infants": true}

// amountNouns are words for what is added up, not for things that are counted.
var amountNouns = map[string]bool{"revenue": true, "sale": true, "profit": true, "cost": true, "expense": true, "earning": true, "income": true, "turnover": true,
	"wage": true, "salary": true, "price": true, "fee": true, "tax": true, "margin": true, "gain": true, "loss": true, "spending": true, "value": true, "amount": true,
	"total": true, "rate": true, "percentage": true, "share": true, "budget": true, "saving": true, "figure": true, "number": true, "point": true, "score": true}

// moneyNouns are amounts that nothing else can stand for: where no column has
// them, what is asked for is not known.
var moneyNouns = map[string]bool{"revenue": true, "sale": true, "profit": true, "expense": true, "earning": true, "income": true, "turnover": true, "wage": true,
	"salary": true, "tax": true, "margin": true, "budget": true, "saving": true}

// instead reports whether an unknown word at node i stands where the question
// says what it asks for: alone before "by", or as that of which an amount is
// named: "profit by month", "tesla price".
func (s *Sketch) instead(i int) bool {
	if i+1 >= len(s.nodes) || s.nodes[i+1].Start != s.nodes[i].End || !nounLike(s.nodes[i].Word) {
		return false
	}
	next, first := s.nodes[i+1], i == 0 || s.firstContent(i)
	if i > 0 {
		switch prev := s.nodes[i-1]; prev.Kind {
		case Best, Sup: // "the oldest passenger age" says whose it is
			first = prev.Form == nil || generic(prev)
		case "agg":
			first = true
		}
	}
	switch next.Kind {
	case Group:
		return first
	case Col:
		return first && amount(next.top()) && !text.IsPlural(s.nodes[i].Word)
	}
	return false
}

func amountNoun(w string) bool { return amountNouns[text.Singular(w)] }

// naming is the label of a table where it names the rows, by what it is called
// or by telling them apart, rather than sorting them into a few kinds.
func (p *parser) naming(t string) *link.Column {
	c := p.label(t)
	if c == nil || labelRank(c, p.Schema.TableWords(t)) < 40 && 2*c.Col.Stats.Distinct < c.Table.Rows-c.Col.Stats.Nulls {
		return nil
	}
	return c
}

// calling is the column that tells the rows of a table apart for people: their
// name, or their number where several rows share a name, as the orders of one
// customer do.
func (p *parser) calling(t string) *link.Column {
	c := p.naming(t)
	if c == nil || c.Col.Stats.Distinct == 0 || 2*c.Col.Stats.Distinct >= c.Table.Rows {
		return c
	}
	if id := p.identifier(t); id != nil {
		return id
	}
	return c
}

// aboutRows reports whether a superlative speaks of single rows: "the heaviest
// penguin" in a table of penguins.
func (b *builder) aboutRows() bool {
	return slices.Contains(b.s.Nouns, b.p.scope.Base)
}

// rowsWanted reports whether a superlative asks for the row, not for the
// value: "the heaviest penguin", "which penguin has the highest mass".
func (s *Sketch) rowsWanted(r *Rank) bool {
	if slices.ContainsFunc(s.Select, func(it Item) bool { return it.Column == r.Column }) {
		return false // "the oldest passenger's age"
	}
	return s.BestNode != nil && s.BestNode.Form != nil || s.Head == "which" || s.Head == "who"
}

// ofValue reports whether a superlative that says what it measures describes
// things by a value alone, where they have names: "the cheapest seafood" asks
// for what it is, and "the highest" of it would ask for a number.
func (b *builder) ofValue() bool {
	n := b.s.BestNode
	if n == nil || n.Form == nil || generic(n) || len(b.s.Select) > 0 || b.p.naming(b.p.scope.Base) == nil {
		return false
	}
	return slices.ContainsFunc(b.s.Preds, func(c Condition) bool { return c.Where.Start == n.End && c.Expr.Op == plan.OpEq })
}

// bestPeriod reads "the hottest day" and "the coldest month of 2013": the row
// where each period has one, else the period whose rows together come first.
func (b *builder) bestPeriod(r *Rank) bool {
	k := b.s.Keys[0]
	if len(b.s.Keys) == 1 && k.Grain == when.Day && unique(k.Column) {
		b.addSelect(k.Column)
		b.addSelect(r.Column)
		b.pl.Order = []plan.Order{{By: b.orderColumn(r.Column), Desc: r.Desc}}
		b.limit(r)
		return true
	}
	a := b.defaultMeasure(r.Column, b.s.BestNode)
	by := *r
	by.Measure, by.Column = &a, nil
	return b.bestGroup(&by, nil)
}

// worthOfUnits reports whether the value of what is only counted is asked for:
// "the value of the stock" is no number of pieces.
func (b *builder) worthOfUnits() bool {
	if len(b.s.Select) != 1 || !fits([]string{"stock", "quantity", "unit", "inventory"}, b.s.Select[0].Column) || fits([]string{"value", "price", "cost"}, b.s.Select[0].Column) {
		return false
	}
	for i := range max(0, b.s.Select[0].Node.Start-1) {
		if b.p.tokens[i].Norm == "value" || b.p.tokens[i].Norm == "worth" {
			return b.p.tokens[i+1].Norm == "of"
		}
	}
	return false
}

// noPercentage reports whether an amount holds numbers that are no percentages.
func noPercentage(c *link.Column) bool {
	high, ok := number(c.Col.Stats.Max)
	return ok && high > 100 && amount(c)
}

// whoseAmounts shows whose the amounts of a sorted list are: "life expectancy
// in 2020, highest first" is a list of countries.
func (b *builder) whoseAmounts() {
	s := b.s
	b.whoseOfSeveral()
	if len(s.Select) != 1 || len(s.Orders) != 1 || s.Limit != nil || s.Distinct || s.Chart != "" || !amount(s.Select[0].Column) || s.Orders[0].Column != nil && s.Orders[0].Column != s.Select[0].Column {
		return
	}
	if l := b.p.label(b.p.scope.Base); l != nil && l.Table == s.Select[0].Column.Table && textual(l) && !b.conditioned(l) {
		b.addSelect(l)
	}
}

// whoseOfSeveral shows whose each of a few amounts is: "the income of Norway
// and Sweden".
func (b *builder) whoseOfSeveral() {
	s := b.s
	if len(s.Select) != 1 || s.Distinct || s.Chart != "" || !amount(s.Select[0].Column) {
		return
	}
	for _, c := range s.Preds {
		if c.Column != nil && c.Expr.Op == plan.OpIn && c.Expr.Sub == nil && unique(c.Column) && c.Column.Table == s.Select[0].Column.Table {
			b.addSelect(c.Column)
			return
		}
	}
}

// firstContent reports whether no name, value or unknown word stands before
// node i of a question that asks.
func (s *Sketch) firstContent(i int) bool {
	if s.Head == "" {
		return false
	}
	for _, n := range s.nodes[:i] {
		switch n.Kind {
		case Fn, "count", "distinct", Light, "ref", "follow", "comma", "and":
		default:
			return false
		}
	}
	return true
}

// callsRows reports whether an unknown word names the rows of a table that has
// no name of its own. What follows "of" may be one of them as well, "the score
// of Lindau": only a kind can be what they are called, and it is said.
func (s *Sketch) callsRows(n *Node, i, k int) bool {
	if prev := s.nodes[k]; prev.Kind == Fn && prev.Word == "of" {
		if !s.kindOf(n) {
			return false
		}
		s.guessRows(n)
		return true
	}
	return s.nounPlace(s.nodes[k]) || s.firstContent(i)
}

// kindOf reports whether a word is said of a kind of things, not of one of
// them: "of drivers", "of the driver".
func (s *Sketch) kindOf(n *Node) bool {
	if text.IsPlural(n.Word) {
		return true
	}
	switch s.p.tokens[n.Start-1].Norm {
	case "the", "a", "an", "each", "every", "this", "that":
		return true
	}
	return false
}

// guessRows says that a word is taken to be what the rows are called.
func (s *Sketch) guessRows(n *Node) {
	s.Notes = append(s.Notes, s.p.note(n, "row_noun", "“%s” is taken to be what the rows are called.", s.p.written(n)))
}

// nounPlace reports whether what follows a node names the rows.
func (s *Sketch) nounPlace(prev *Node) bool {
	switch prev.Kind {
	case "count", Sup, "distinct", "row", Limit, Best, "share", Num, Ord, "only":
		return true
	case Fn:
		return prev.Word == "which" || prev.Word == "what" || prev.Word == "other"
	}
	return prev.Kind == Measure && len(prev.Measures) == 0
}
