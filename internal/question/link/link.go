package link

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/text"
	"tabletalk/internal/table"
)

// Kind is what a span is tied to.
type Kind uint8

// The kinds of mentions.
const (
	ColumnMention Kind = iota
	ValueMention
	TableMention
	RateMention // "return rate": the share of the rows with a value
	TermMention // a metric or filter that people named
)

// How says by which likeness a tie was found.
type How string

// The ways to find a tie.
const (
	Exact   How = "exact"
	Stem    How = "stem"
	Part    How = "part"
	Synonym How = "synonym"
	Alias   How = "alias"
	Fuzzy   How = "fuzzy"
)

// Mention is one tie of a span of tokens.
type Mention struct {
	Kind       Kind
	Start, End int // tokens
	Score      int // thousandths
	How        How
	Table      string
	Column     *Column // of columns and values
	Value      string  // the exact literal
	Rows       int64
	Whole      bool          // the span is the whole value, not a part of it
	Rivals     int           // other values of the column that the span fits as well
	Spelling   string        // what the question wrote, where it was corrected
	Term       *catalog.Term // of a TermMention
}

// maxSpan is how many tokens one name or value may take.
const maxSpan = 8

// What looking up a span, and looking for names that hold its words, costs.
const (
	stepsOfSpan = 20
	stepsOfPart = 60
	// A mention is weighed again by all that follows.
	stepsOfMention = 5
)

// Link ties the tokens to the schema. Where the steps are spent, the rest of
// the tokens stays untied.
func Link(tokens []text.Token, s *Schema, steps *Steps) []Mention {
	l := linker{tokens: tokens, s: s, lex: s.lex, steps: steps, stems: map[string]string{}, places: map[what]int{}}
	for i := range tokens {
		l.rates(i)
		for n := min(maxSpan, len(tokens)-i); n >= 1; n-- {
			if words, ok := l.span(i, n); ok && steps.Take(stepsOfSpan) {
				l.names(i, n, words)
				l.tables(i, n, words)
				l.values(i, n, words)
				l.terms(i, n, words)
			}
		}
	}
	l.parts()
	l.valueParts()
	l.spelling()
	l.forbid()
	return l.out
}

type linker struct {
	tokens []text.Token
	s      *Schema
	lex    *lexicon.Lexicon
	steps  *Steps
	stems  map[string]string
	out    []Mention
	places map[what]int // of the first mention in out that says so
}

// stem is the stem of a word, made once for each.
func (l *linker) stem(w string) string {
	s, ok := l.stems[w]
	if !ok {
		s = text.Stem(w)
		l.stems[w] = s
	}
	return s
}

// span gives the singular words from i; marks may stand inside, not at the
// ends.
func (l *linker) span(i, n int) ([]string, bool) {
	first, last := l.tokens[i], l.tokens[i+n-1]
	if skips(first) || skips(last) || first.Quote != last.Quote {
		return nil, false
	}
	var words []string
	for _, t := range l.tokens[i : i+n] {
		if t.Kind == text.Punct && t.Norm != "," && t.Norm != "&" && t.Norm != "(" && t.Norm != ")" && t.Norm != "/" && t.Norm != ":" && t.Norm != "+" && t.Norm != "#" && t.Norm != "!" {
			return nil, false
		}
		if !skips(t) {
			words = append(words, t.Base)
		}
	}
	return words, true
}

func skips(t text.Token) bool { return t.Kind == text.Punct || t.Suffix }

// add takes a mention, or the better one where two ways lead to the same.
func (l *linker) add(m Mention) {
	i, met := l.places[m.what()]
	switch {
	case !met:
		l.put(m)
	case m.Score > l.out[i].Score:
		l.out[i] = m
	}
}

// put takes a mention in any case.
func (l *linker) put(m Mention) {
	l.steps.Take(stepsOfMention)
	if _, met := l.places[m.what()]; !met {
		l.places[m.what()] = len(l.out)
	}
	l.out = append(l.out, m)
}

// what is what a mention says of which span.
type what struct {
	kind       Kind
	start, end int
	table      string
	column     *Column
	value      string
}

func (m *Mention) what() what { return what{m.Kind, m.Start, m.End, m.Table, m.Column, m.Value} }

func (l *linker) column(i, n int, h nameHit, how How, score int) {
	if yesNo(h.col.Col) && n <= 3 && l.saysAll(h.col, i, n) { // "returned" says that is_returned is true
		l.add(Mention{Kind: ValueMention, Start: i, End: i + n, Score: max(score, 900) - 60, How: how, Table: h.col.Table.Name, Column: h.col, Value: yesValue(h.col.Col), Whole: true})
	}
	l.add(Mention{Kind: ColumnMention, Start: i, End: i + n, Score: score, How: how, Table: h.col.Table.Name, Column: h.col})
}

// saysAll reports whether a span says every word of a name that matters.
func (l *linker) saysAll(c *Column, i, n int) bool {
	for _, w := range c.Words {
		said := w == "is" || w == "has" || w == "was" || slices.Contains(l.s.tables[c.Table.Name], w)
		for _, t := range l.tokens[i : i+n] {
			said = said || t.Base == w || t.Stem == l.stem(w)
		}
		if !said {
			return false
		}
	}
	return true
}

// yesNo reports whether a column says yes or no.
func yesNo(c *catalog.Column) bool {
	return c.Type == table.Boolean || c.Role == catalog.Flag || zeroOne(c)
}

// zeroOne reports whether a column of whole numbers holds 0 and 1 only.
func zeroOne(c *catalog.Column) bool {
	low, ok1 := table.Number(c.Stats.Min)
	high, ok2 := table.Number(c.Stats.Max)
	return c.Type == table.Integer && ok1 && ok2 && low == 0 && high == 1 && c.Stats.Distinct <= 2
}

// YesNo reports whether a column says yes or no.
func YesNo(c *Column) bool { return yesNo(c.Col) }

// yesValue is how a column of yes and no writes yes.
func yesValue(c *catalog.Column) string {
	if c.Type.Numeric() {
		return "1"
	}
	for _, t := range c.Stats.Top {
		s, _ := t.Value.(string)
		switch text.Fold(s) {
		case "yes", "y", "t", "true", "1":
			return s
		}
	}
	return "true"
}

// names ties a span to columns by their whole names.
func (l *linker) names(i, n int, words []string) {
	if l.tokens[i].Quote > 0 && len(words) > 3 || n == 1 && l.asks(i) {
		return
	}
	phrase := strings.Join(words, " ")
	exact := l.s.exact[phrase]
	for _, h := range exact {
		l.column(i, n, h, h.how, h.score)
	}
	stems := make([]string, len(words))
	for k, w := range words {
		stems[k] = l.stem(w)
	}
	for _, h := range l.s.stems[strings.Join(stems, " ")] {
		l.column(i, n, h, Stem, h.score)
	}
	for _, h := range l.s.fused[strings.Join(words, "")] {
		l.column(i, n, h, Exact, h.score+50)
	}
	l.ofNames(i, n, words)
	l.sharedHead(i, n, words)
	l.carried(i, n, words)
	if n > 3 {
		return
	}
	for _, syn := range l.s.synonyms(phrase) {
		for _, h := range l.s.exact[syn] {
			l.column(i, n, h, Synonym, h.score-380+180*min(n-1, 1))
		}
	}
}

// carried ties "major code" to a column that is only called major.
func (l *linker) carried(i, n int, words []string) {
	last := len(words) - 1
	if last < 1 || len(l.s.exact[strings.Join(words, " ")]) > 0 {
		return
	}
	switch words[last] {
	case "id", "code", "number", "name":
		for _, h := range l.s.exact[strings.Join(words[:last], " ")] {
			if len(h.col.Words) == last {
				l.column(i, n, h, Part, h.score-100)
			}
		}
	}
}

// asks reports whether a word that could be a column's name asks or refers
// instead: "who paid", "passengers who did". After "by" it is a name.
func (l *linker) asks(i int) bool {
	switch l.tokens[i].Norm {
	case "who", "which", "what", "when", "where", "how", "whom":
	default:
		return false
	}
	if i == 0 {
		return len(l.tokens) > 1
	}
	switch l.tokens[i-1].Norm {
	case "by", "per", "each", "every", "of", "the", "and", ",", "column", "different", "distinct", "group", "across":
		return false
	}
	return l.tokens[i].Quote == 0
}

// sharedHead ties "first" in "first and last name" to first_name.
func (l *linker) sharedHead(i, n int, words []string) {
	j := i + n
	if n > 2 || j+2 >= len(l.tokens) || l.tokens[j].Norm != "and" && l.tokens[j].Norm != "," && l.tokens[j].Norm != "or" {
		return
	}
	for k := j + 1; k < min(j+7, len(l.tokens)-1); k++ {
		head := l.tokens[k+1].Base
		if len(l.s.exact[l.tokens[k].Base+" "+head]) == 0 {
			continue
		}
		for _, h := range l.s.exact[strings.Join(words, " ")+" "+head] {
			l.column(i, n, h, h.how, h.score-20)
		}
	}
}

// ofNames ties "number of employees" to num_employees and "name of the student"
// to student_name.
func (l *linker) ofNames(i, n int, words []string) {
	k := slices.Index(words, "of")
	if k <= 0 || k == len(words)-1 {
		return
	}
	front, back := words[:k], words[k+1:]
	if back[0] == "the" || back[0] == "each" || back[0] == "all" {
		back = back[1:]
	}
	if len(back) == 0 {
		return
	}
	orders := [][]string{append(slices.Clone(front), back...)}
	if front[0] != "number" {
		orders = append(orders, append(slices.Clone(back), front...))
	}
	for _, order := range orders {
		for _, h := range l.s.exact[strings.Join(order, " ")] {
			if len(h.col.Words) >= len(order) { // not a name that the table's words complete
				l.column(i, n, h, h.how, h.score-20)
			}
		}
	}
}

// tables ties a span to tables; the noun of a row is the table's name.
func (l *linker) tables(i, n int, words []string) {
	phrase := strings.Join(words, " ")
	for _, t := range l.s.phrases[phrase] {
		score := 900
		if len(l.s.Catalog.Tables) > 1 && text.IsPlural(l.tokens[i+n-1].Norm) && l.s.oneRowEach(t) {
			score = 960 // a table that is called what is asked for, before a column of that name
		}
		if l.meansAmount(phrase, t) {
			score = 560 // "sales" of a table of sales is its revenue more often than its rows
		}
		l.add(Mention{Kind: TableMention, Start: i, End: i + n, Score: score, How: Exact, Table: t})
	}
	if n == 2 { // "bird strikes" of a table called birdstrikes
		for _, t := range l.s.phrases[words[0]+words[1]] {
			l.add(Mention{Kind: TableMention, Start: i, End: i + n, Score: 900, How: Exact, Table: t})
		}
	}
	for _, syn := range l.s.synonyms(phrase) {
		for _, t := range l.s.phrases[syn] {
			l.add(Mention{Kind: TableMention, Start: i, End: i + n, Score: 520, How: Synonym, Table: t})
		}
	}
	if n != 1 {
		return
	}
	for name, tw := range l.s.tables { // the head of a compound: "strikes" of birdstrikes
		if len(tw) == 1 && len(words[0]) > 4 && len(tw[0]) > len(words[0])+2 && strings.HasSuffix(tw[0], words[0]) && text.IsPlural(l.tokens[i].Norm) {
			l.add(Mention{Kind: TableMention, Start: i, End: i + n, Score: 640, How: Part, Table: name})
		}
	}
	for name, tw := range l.s.tables { // a part of the table's name: "log" of problem_log
		if at := slices.Index(tw, words[0]); len(tw) > 1 && at >= 0 && len(words[0]) > 2 {
			score := 640
			if at < len(tw)-1 {
				score = 620
			}
			l.add(Mention{Kind: TableMention, Start: i, End: i + n, Score: score, How: Part, Table: name})
		}
	}
}

// meansAmount reports whether a table's name is another word for one of its
// amounts.
func (l *linker) meansAmount(phrase, tab string) bool {
	for _, syn := range l.s.synonyms(phrase) {
		for _, h := range l.s.exact[syn] {
			if h.col.Table.Name == tab && h.col.Col.Role == catalog.Measure {
				return true
			}
		}
	}
	return false
}

// rates ties "return rate" and "rate of returned orders" to the value
// Returned: the share of rows that have it.
func (l *linker) rates(i int) {
	at, end := l.rateAt(i)
	if end == 0 || l.tokens[at].Kind != text.Word || len(l.s.word["rate"]) > 0 {
		return
	}
	for k := range l.s.Catalog.Tables {
		tab := &l.s.Catalog.Tables[k]
		for _, c := range l.s.byTable[tab.Name] {
			if yesNo(c.Col) {
				l.flagRate(i, at, end, c)
				continue
			}
			if c.Col.Stats.Distinct > 30 || c.Col.Role == catalog.Text {
				continue
			}
			for _, h := range tab.Values.Values(c.Col.Name, 30) {
				if w := text.Words(h.Value); len(w) == 1 && sameRoot(l.stem(w[0]), l.tokens[at].Stem) {
					l.add(Mention{Kind: RateMention, Start: i, End: end, Score: 900, How: Stem, Table: tab.Name, Column: c, Value: h.Value, Rows: h.Rows, Whole: true})
				}
			}
		}
	}
}

// rateAt finds the word whose rate is spoken of, and where the phrase ends: at
// "rate" itself, at the things that are counted, or at the word.
func (l *linker) rateAt(i int) (at, end int) {
	thing := func(k int) bool { return k < len(l.tokens) && len(l.s.exact[l.tokens[k].Base]) > 0 }
	rate := func(k int) bool { return k < len(l.tokens) && l.tokens[k].Base == "rate" }
	switch {
	case rate(i) && i+2 < len(l.tokens) && l.tokens[i+1].Base == "of":
		if thing(i + 3) {
			return i + 2, i + 4 // "rate of returned orders"
		}
		return i + 2, i + 3 // "rate of returns"
	case rate(i+2) && thing(i+1):
		return i, i + 3 // "returned order rate"
	case rate(i + 1):
		return i, i + 2
	}
	return 0, 0
}

// flagRate ties "survival rate" to a column of yes and no called survived.
func (l *linker) flagRate(i, at, end int, c *Column) {
	words := slices.DeleteFunc(slices.Clone(c.Words), func(w string) bool { return w == "is" || w == "has" || w == "was" })
	if len(words) != 1 {
		return // "order rate" does not speak of first_order
	}
	if s := text.Stem(words[0]); sameRoot(s, l.tokens[at].Stem) || agentOf(s, l.tokens[at].Stem) {
		l.add(Mention{Kind: RateMention, Start: i, End: end, Score: 1000, How: Stem, Table: c.Table.Name, Column: c, Value: yesValue(c.Col), Whole: true})
	}
}

// sameRoot compares stems of a verb and the noun made of it: cancel and
// cancellation.
func sameRoot(a, b string) bool {
	return a == b || min(len(a), len(b)) >= 5 && (strings.HasPrefix(a, b[:5]) || strings.HasPrefix(b, a[:5])) && max(len(a), len(b))-min(len(a), len(b)) <= 5
}

// values ties a span to values that are exactly these words.
func (l *linker) values(i, n int, words []string) {
	if !l.mayName(i, n) {
		return
	}
	for t := range l.s.Catalog.Tables {
		tab := &l.s.Catalog.Tables[t]
		if tab.Values == nil {
			continue
		}
		l.valueHits(i, n, tab, tab.Values.Phrase(l.norms(i, n)), 950, Exact)
		for _, a := range l.lex.Aliases(words) {
			l.valueHits(i, n, tab, tab.Values.Phrase(text.Words(a)), 800, Alias)
		}
		if noun := weatherNoun(words); noun != "" {
			l.valueHits(i, n, tab, tab.Values.Phrase([]string{noun}), 840, Stem)
		}
		if alias := l.lex.Aliases(l.norms(i, n)); !slices.Equal(words, l.norms(i, n)) {
			for _, a := range alias {
				l.valueHits(i, n, tab, tab.Values.Phrase(text.Words(a)), 800, Alias)
			}
		}
	}
}

// weatherNoun gives the noun of an adjective in -y: rain of rainy, sun of
// sunny, fog of foggy; empty where a word is no such adjective.
func weatherNoun(words []string) string {
	if len(words) != 1 {
		return ""
	}
	noun, ok := strings.CutSuffix(words[0], "y")
	if n := len(noun); !ok || n < 3 {
		return ""
	} else if noun[n-1] == noun[n-2] {
		return noun[:n-1]
	}
	return noun
}

func (l *linker) norms(i, n int) []string {
	var out []string
	for _, t := range l.tokens[i : i+n] {
		if !skips(t) {
			out = append(out, t.Norm)
		}
	}
	return out
}

// mayName reports whether a span may be a value: a lone function word is one
// only when quoted or written in capitals inside the sentence.
func (l *linker) mayName(i, n int) bool {
	for k := i; k < i+n; k++ {
		t := l.tokens[k]
		if skips(t) {
			continue
		}
		if t.Quote > 0 || !l.lex.Noise(t.Norm) && !l.joins(k) || t.Upper && k > 0 && len(t.Norm) > 1 || t.Upper && k > 0 && n == 1 && t.Norm != "i" && t.Norm != "a" {
			return true
		}
	}
	return false
}

// joins reports whether a token only joins others: "and", "by", "not".
func (l *linker) joins(k int) bool {
	for _, e := range l.lex.At(l.tokens, k) {
		switch e.Tag {
		case "and", "or", "not", "by", "both", "to", "from", "than", "follow", "ref", "count", "noise":
			return len(e.Words) == 1
		}
	}
	return false
}

func (l *linker) valueHits(i, n int, tab *catalog.Table, hits []catalog.Hit, score int, how How) {
	for _, h := range hits {
		c := l.s.Find(tab.Name, h.Column)
		if c == nil {
			continue
		}
		s := score
		if d := l.tokens[i].Norm[:1]; n == 1 && c.Col.Type.Numeric() && l.tokens[i].Kind != text.Number && l.tokens[i].Quote == 0 && d >= "0" && d <= "9" {
			continue // "the 1970s" are not 1970
		}
		if n == 1 && l.tokens[i].Kind == text.Number && l.tokens[i].Quote == 0 {
			if c.Col.Type.Numeric() {
				continue // a number is compared with columns of numbers by name
			}
			s = 420
		}
		if !h.Same && how == Exact {
			s -= 60
		}
		if l.tokens[i].Quote > 0 {
			s += 40
		}
		l.add(Mention{Kind: ValueMention, Start: i, End: i + n, Score: s, How: how, Table: tab.Name, Column: c, Value: h.Value, Rows: h.Rows, Whole: true})
	}
}

// covered reports whether some mention of at least the score holds token i.
func (l *linker) covered(i, score int) bool {
	for _, m := range l.out {
		if m.Start <= i && i < m.End && m.Score >= score {
			return true
		}
	}
	return false
}
