package parse

import (
	"cmp"
	"slices"

	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
)

// Scores of spans that are no names or values.
const (
	scoreLexicon = 700
	scoreNumber  = 700
	scoreDate    = 780
	scoreUnknown = -300
	scoreLight   = -60
	scoreLonger  = 45  // for each token that a span takes beyond its first
	scoreWhole   = 350 // for a name of several words that is said in full
	maxWays      = 5   // ways to cut a question that are tried in a scope
)

// segmentation is one way to cut the question into nodes.
type segmentation struct {
	nodes []*Node
	score int
}

// segments gives the best ways to cut the tokens into nodes in the scope.
func (p *parser) segments() []segmentation {
	n := len(p.tokens)
	options := make([][]*Node, n)
	for i := range n {
		options[i] = p.options(i)
	}
	type way struct {
		score int
		node  *Node
		from  int // token
		rank  int // which way to there
	}
	best := make([][]way, n+1)
	best[0] = []way{{}}
	for i := range n {
		for _, o := range options[i] {
			for r, w := range best[i] {
				best[o.End] = append(best[o.End], way{w.score + o.Score, o, i, r})
			}
		}
		for j := i + 1; j <= n && j <= i+maxSpan; j++ {
			slices.SortStableFunc(best[j], func(a, b way) int { return -cmp.Compare(a.score, b.score) })
			if len(best[j]) > maxWays {
				best[j] = best[j][:maxWays]
			}
		}
	}
	var out []segmentation
	for _, w := range best[n] {
		s := segmentation{score: w.score}
		for cur := w; cur.node != nil; cur = best[cur.from][cur.rank] {
			s.nodes = append(s.nodes, cur.node.copy())
			if cur.from == 0 {
				break
			}
		}
		slices.Reverse(s.nodes)
		out = append(out, s)
	}
	return out
}

// maxSpan is how many tokens one node may take.
const maxSpan = 9

func (n *Node) copy() *Node {
	c := *n
	return &c
}

// options gives every node that may begin at token i.
func (p *parser) options(i int) []*Node {
	t := p.tokens[i]
	out := append(p.linked(i), p.relatedNodes(i)...)
	if t.Quote > 0 {
		if i == 0 || p.tokens[i-1].Quote != t.Quote {
			out = append(out, p.quoted(i))
		}
		return append(out, p.single(i))
	}
	taught := p.taught(i)
	out = append(out, taught...)
	if n := p.perTotalAt(i); n != nil {
		out = append(out, n)
	}
	if m := p.metricNode(i); m != nil && len(taught) == 0 {
		out = append(out, m)
	}
	for _, e := range p.lex.At(p.tokens, i) {
		if p.outOfPlace(e, i) {
			continue
		}
		n := len(e.Words)
		switch e.Tag {
		case "since":
			e.Payload = sinceUnit(p.tokens[i : i+n])
		case "gain":
			if !p.tellsGain(i, n) {
				continue
			}
		case "lines":
			if p.repeatedRows() == nil {
				continue
			}
		case "firsttime":
			if !p.tellsFirst(e.Payload) {
				continue
			}
		}
		node := &Node{Kind: Kind(e.Tag), Start: i, End: i + n, Word: phrase(p.tokens[i : i+n]), Payload: e.Payload, Score: scoreLexicon*n + scoreLonger*(n-1)}
		if e.Tag == "comma" || e.Tag == "and" || e.Tag == "or" {
			node.Score = 0
		}
		if e.Tag == "dir" && n > 1 && e.Words[n-1] == "order" && (i+n == len(p.tokens) || p.tokens[i+n].Norm != "by") {
			node.Score += 300 // "in descending order" speaks of no order
		}
		if (e.Tag == "dir" || e.Tag == "by") && n > 1 && e.Words[0] == "from" {
			node.Score += 400 // "from low to high", "from each", even where a column is called from
		}
		if e.Tag == "agg" && p.amountAt(i+n) && !p.partOfName(i, n) {
			node.Score += 350 // "total tip", even where a column is called total
		}
		switch e.Tag {
		case "gain", "firsttime":
			node.Score = scoreGain * n
		case "lines":
			node.Kind, node.Table, node.Payload, node.Score = Tab, p.scope.Base, "lines", scoreGain*n
		}
		if e.Tag == "noise" {
			node.Kind, node.Score = Fn, 0
		}
		out = append(out, node)
	}
	out = append(out, p.forms(i)...)
	out = append(out, p.quantities(i)...)
	return append(out, p.single(i))
}

// newBound reports whether a comparison goes on at token i with its own number.
func (p *parser) newBound(i int) bool {
	if i < len(p.tokens) && p.tokens[i].Norm == "than" {
		return true
	}
	return slices.ContainsFunc(p.numbers, func(q text.Quantity) bool { return q.Start == i && !q.Ordinal })
}

// refersBack reports whether a verb before "that" makes it the answer before.
func refersBack(verb string) bool {
	return verb == "is" || verb == "are" || verb == "was" || verb == "were"
}

// closes reports whether nothing follows from token i on but "in total".
func (p *parser) closes(i int) bool {
	return !slices.ContainsFunc(p.tokens[min(i, len(p.tokens)):], func(t text.Token) bool {
		return t.Kind != text.Punct && t.Norm != "in" && t.Norm != "total" && t.Norm != "altogether" && t.Norm != "overall"
	})
}

// amountAt reports whether an amount is named at token i.
func (p *parser) amountAt(i int) bool {
	for i < len(p.tokens) && (p.tokens[i].Norm == "of" || p.tokens[i].Norm == "the") {
		i++
	}
	if i >= len(p.tokens) {
		return false
	}
	for _, m := range p.byStart[i] {
		if m.Kind == link.ColumnMention && m.Score >= 600 && p.scope.has(m.Table) && amount(m.Column) {
			return true
		}
	}
	return false
}

// outOfPlace reports whether a word of the language at token i has no place
// there, so that it is read otherwise.
func (p *parser) outOfPlace(e lexicon.Entry, i int) bool {
	switch e.Tag {
	case "deed":
		return true // means something only beside the table that it is about
	case "firsttime": // "for returning the number", but not "returning customers"
		return e.Words[0] == "returning" && i+1 < len(p.tokens) && (p.tokens[i+1].Norm == "the" || p.tokens[i+1].Norm == "me" || p.tokens[i+1].Norm == "all")
	case "follow":
		return e.Words[0] == "and" && i > 0 // goes on with a question only where it begins one
	case "ref":
		if len(e.Words) == 1 && e.Words[0] == "that" {
			return !p.thatThing(i)
		}
		if len(e.Words) == 2 && refersBack(e.Words[0]) && !p.closes(i+2) {
			return true // "how many is that", but not "which is that of"
		}
		return (e.Words[0] == "of" || e.Words[0] == "out") && p.superlativeAt(i+len(e.Words)) // "of the five oldest people"
	case "post":
		return p.newBound(i + len(e.Words)) // "below 2000 or above 4500": a second bound
	case "count":
		if p.withinName(i) || p.numbersThing(i, e.Words) {
			return true // "phone number of", "flight number"
		}
	}
	return e.Payload == "amount" && p.amountAt(i) // "amount of orders", where they have an amount
}

// superlativeAt reports whether a superlative begins at token i.
func (p *parser) superlativeAt(i int) bool {
	return i < len(p.tokens) && slices.ContainsFunc(p.lex.FormsAt(p.tokens, i), func(f lexicon.Form) bool { return f.Degree == lexicon.Superlative })
}

// numbersThing reports whether "number" at token i stands right after the
// singular of what the rows are: it is what one of them is called by, and not
// how many there are.
func (p *parser) numbersThing(i int, words []string) bool {
	if i == 0 || words[0] != "number" && words[0] != "numbers" || words[0] == "number" && len(words) > 1 {
		return false
	}
	before := p.tokens[i-1]
	return before.End+1 == p.tokens[i].Start && !text.IsPlural(before.Norm) && slices.Contains(p.Schema.TableWords(p.scope.Base), before.Norm)
}

// withinName reports whether the name of a column that begins a word before
// ends at token i.
func (p *parser) withinName(i int) bool {
	if i == 0 {
		return false
	}
	return slices.ContainsFunc(p.byStart[i-1], func(m link.Mention) bool {
		return m.Kind == link.ColumnMention && m.End == i+1 && m.Score >= 950 && p.scope.has(m.Table) && !amount(m.Column)
	})
}

// partOfName reports whether n words at i belong to the name of an amount that
// goes on: "total cost" of a column called Cost Total.
func (p *parser) partOfName(i, n int) bool {
	for _, m := range p.byStart[i] {
		if m.Kind == link.ColumnMention && m.End > i+n && m.Score >= 600 && p.scope.has(m.Table) && amount(m.Column) && slices.Contains(m.Column.Words, p.tokens[i].Base) {
			return true
		}
	}
	return false
}

func phrase(tokens []text.Token) string {
	s := ""
	for i, t := range tokens {
		if i > 0 {
			s += " "
		}
		s += t.Norm
	}
	return s
}

// linked gives the nodes of mentions in the scope, one per span and kind.
func (p *parser) linked(i int) []*Node {
	var out []*Node
	for k := range p.byStart[i] {
		m := p.byStart[i][k]
		if m.Kind == link.TermMention || !p.scope.has(m.Table) {
			continue
		}
		kind := map[link.Kind]Kind{link.ColumnMention: Col, link.ValueMention: Val, link.TableMention: Tab, link.RateMention: "rate"}[m.Kind]
		at := slices.IndexFunc(out, func(n *Node) bool { return n.Kind == kind && n.End == m.End })
		if at < 0 {
			out = append(out, &Node{Kind: kind, Start: m.Start, End: m.End, Word: phrase(p.tokens[m.Start:m.End])})
			at = len(out) - 1
		}
		out[at].addMention(m)
	}
	for _, n := range out {
		p.finishLinked(n)
		if k := p.glossOfRate(n); k > 0 {
			n.End, n.Score = n.End+k, n.Score+1000*k
		}
		if n.Kind == Tab && p.holdsColumn(i, n.Table) {
			n.Score = max(n.Score, scoreWhere)
		}
	}
	return out
}

// scoreWhere is of a table's name where columns are said to be in it.
const scoreWhere = 1000

// holdsColumn reports whether the name of a table at token i says where the
// rows or the column before it are: "number of rows in sales", "status in
// sales", even where "sales" is another word for revenue.
func (p *parser) holdsColumn(i int, t string) bool {
	if i < 2 || p.tokens[i-1].Norm != "in" && p.tokens[i-1].Norm != "of" {
		return false
	}
	switch p.tokens[i-2].Norm {
	case "rows", "records", "lines", "columns":
		return true
	}
	if p.tokens[i-1].Norm != "in" {
		return false
	}
	for k := max(0, i-1-maxSpan); k < i-1; k++ {
		if slices.ContainsFunc(p.byStart[k], func(m link.Mention) bool {
			return m.Kind == link.ColumnMention && m.End == i-1 && m.Table == t && m.Score >= 900
		}) {
			return true
		}
	}
	return false
}

func (n *Node) addMention(m link.Mention) {
	switch m.Kind {
	case link.ColumnMention:
		n.Cols = append(n.Cols, m)
	case link.ValueMention, link.RateMention:
		n.Vals = append(n.Vals, m)
	case link.TableMention:
		if n.Table == "" || m.Score > n.Score {
			n.Table = m.Table
		}
		n.Score = max(n.Score, m.Score)
	}
}

// finishLinked orders the candidates of a node and gives it its score.
func (p *parser) finishLinked(n *Node) {
	order := func(a, b link.Mention) int {
		return cmp.Or(-cmp.Compare(p.candidate(a), p.candidate(b)), cmp.Compare(a.Column.Order, b.Column.Order))
	}
	slices.SortStableFunc(n.Cols, order)
	slices.SortStableFunc(n.Vals, order)
	if len(n.Cols) > 0 {
		n.Score = n.Cols[0].Score
	}
	if len(n.Vals) > 0 {
		n.Score = n.Vals[0].Score
	}
	words := 0
	for _, t := range p.tokens[n.Start:n.End] {
		if t.Kind != text.Punct && !t.Suffix {
			words++
		}
	}
	n.Score = n.Score*words + scoreLonger*(words-1)
	if len(n.Cols) > 0 && n.Cols[0].How == link.Exact && words > 1 {
		n.Score += scoreWhole
	}
	if n.Kind == Col && words == 1 && p.sortsHere(n) {
		n.Score -= 500
	}
	if n.Kind == Val && words == 1 && n.Score > 0 {
		if p.besideItsColumn(n) {
			n.Score += 150 // "first class" of a column called class
		} else {
			n.Score -= p.commonness(n.Start)
		}
	}
}

// sortsHere reports whether a word that is a column's name tells to sort
// instead: "I want to rank in ascending order".
func (p *parser) sortsHere(n *Node) bool {
	if n.Start == 0 || n.End >= len(p.tokens) || !slices.ContainsFunc(p.lex.At(p.tokens, n.Start), func(e lexicon.Entry) bool { return e.Tag == "sort" }) {
		return false
	}
	switch p.tokens[n.Start-1].Norm {
	case "to", "and", "please", "you":
	default:
		return false
	}
	switch p.tokens[n.End].Norm {
	case "in", "by", "from", "the", "them", "it", "x", "y", "total", "how":
		return true
	}
	return false
}

// besideItsColumn reports whether the column of a value is named right beside
// it.
func (p *parser) besideItsColumn(n *Node) bool {
	for _, v := range n.Vals {
		for _, i := range []int{n.Start - 1, n.End} {
			if i >= 0 && i < len(p.tokens) && slices.Contains(v.Column.Words, p.tokens[i].Base) {
				return true
			}
		}
	}
	return false
}

// candidate prefers columns of the base table among equals.
func (p *parser) candidate(m link.Mention) int {
	s := m.Score
	if m.Table == p.scope.Base {
		s += 40
	}
	if m.Kind == link.ValueMention {
		s -= 40 * min(m.Rivals, 3)
	}
	return s
}

// commonness makes a lone word of the language less likely to be a value,
// unless it is written like a name.
func (p *parser) commonness(i int) int {
	t := p.tokens[i]
	if t.Upper && i > 0 || t.Quote > 0 {
		return 0
	}
	if p.lex.Noise(t.Norm) || len(p.lex.At(p.tokens, i)) > 0 || len(t.Norm) == 1 {
		return 400
	}
	return 0
}

func (p *parser) quoted(i int) *Node {
	j := i
	for j < len(p.tokens) && p.tokens[j].Quote == p.tokens[i].Quote {
		j++
	}
	return &Node{Kind: Text, Start: i, End: j, Word: text.Quoted(p.question, p.tokens, p.tokens[i].Quote), Score: 500 * (j - i)}
}

// forms gives adjectives, comparatives and superlatives.
func (p *parser) forms(i int) []*Node {
	var out []*Node
	if i > 0 && p.tokens[i-1].Norm == "at" && (p.tokens[i].Norm == "least" || p.tokens[i].Norm == "most") {
		return nil // "at least two" chooses nothing
	}
	for _, f := range p.lex.FormsAt(p.tokens, i) {
		kind := map[lexicon.Degree]Kind{lexicon.Positive: Adj, lexicon.Comparative: Comp, lexicon.Superlative: Sup}[f.Degree]
		n := len(f.Words)
		score := scoreLexicon*n - 50
		if kind == Adj {
			score = 200
		}
		out = append(out, &Node{Kind: kind, Start: i, End: i + n, Word: phrase(p.tokens[i : i+n]), Form: &f, Score: score + scoreLonger*(n-1)})
	}
	return out
}

// quantities gives numbers, ordinals, dates and grains.
func (p *parser) quantities(i int) []*Node {
	var out []*Node
	for _, q := range p.numbers {
		if q.Start != i {
			continue
		}
		kind := Num
		if q.Ordinal {
			kind = Ord
		}
		out = append(out, &Node{Kind: kind, Start: i, End: q.End, Word: phrase(p.tokens[i:q.End]), Num: q, Score: scoreNumber*(q.End-i) + scoreLonger*(q.End-i-1)})
	}
	for _, w := range when.At(p.tokens, i) {
		if w.Bare && w.Form == when.Calendar {
			for _, n := range out {
				if n.Kind != When { // a longer period keeps its own
					n.When = &w
				}
			}
			continue
		}
		kind := When
		if w.Impossible {
			kind = "nodate"
		}
		out = append(out, &Node{Kind: kind, Start: i, End: w.End, Word: phrase(p.tokens[i:w.End]), When: &w, Score: scoreDate*(w.End-i) + scoreLonger*(w.End-i-1)})
	}
	if g, ok := when.GrainOf(p.tokens[i].Norm); ok {
		n := &Node{Kind: Grain, Start: i, End: i + 1, Word: p.tokens[i].Norm, Grain: g, Score: 650}
		if p.partsAt(i - 1) {
			n.Score += 150 // "by day", even where a column is called vacation days
		}
		if when.Adverb(n.Word) {
			n.Payload = "adverb"
		}
		out = append(out, n)
	}
	return out
}

// partsAt reports whether token i says that the answer is parted by the next.
func (p *parser) partsAt(i int) bool {
	if i < 0 {
		return false
	}
	switch p.tokens[i].Norm {
	case "by", "per", "each", "every":
		return true
	}
	return false
}

// single is a token that stands for itself.
func (p *parser) single(i int) *Node {
	t := p.tokens[i]
	n := &Node{Start: i, End: i + 1, Word: t.Norm}
	switch {
	case t.Kind == text.Punct || t.Suffix || p.lex.Noise(t.Norm):
		n.Kind = Fn
	case p.lex.Light(t.Norm):
		n.Kind, n.Score = Light, scoreLight
	default:
		n.Kind, n.Score = Word, scoreUnknown
	}
	return n
}
