package link

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/text"
)

// parts ties spans to columns whose names hold all of their words.
func (l *linker) parts() {
	for i := range l.tokens {
		for n := min(4, len(l.tokens)-i); n >= 1; n-- {
			words, ok := l.span(i, n)
			if !ok || len(words) != n || n == 1 && !l.content(i) || !l.steps.Take(stepsOfPart) {
				continue
			}
			l.partOf(i, n, words, 0, Part)
			if n > 2 {
				continue
			}
			for _, syn := range l.s.synonyms(strings.Join(words, " ")) {
				l.partOf(i, n, strings.Fields(syn), -170, Synonym)
			}
		}
	}
}

// content reports whether a token is a word that may name something.
func (l *linker) content(i int) bool {
	t := l.tokens[i]
	return t.Kind == text.Word && !t.Suffix && len(t.Norm) > 1 && !l.lex.Noise(t.Norm)
}

func (l *linker) partOf(i, n int, words []string, bonus int, how How) {
	cands := l.s.word[words[0]]
	if n == 1 && how == Part {
		l.shortened(i, words[0])
	}
	stemmed := false
	if len(cands) == 0 && len(words) == 1 {
		cands, stemmed = l.byStem(words[0]), true
	}
	for _, c := range cands {
		if n == 1 && l.s.sharedBy(c, words[0]) {
			continue // "students" does not mean student_hours beside student_name
		}
		if n == 1 && (words[0] == "first" || words[0] == "last") && slices.Contains(c.Words, "name") {
			continue // "who was hired last"
		}
		if !stemmed && !holdsAll(c.Words, words) || len(c.Words) == len(words) && !stemmed && !permuted(c.Words, words) {
			continue
		}
		score := partScore(c, words) + bonus
		if permuted(c.Words, words) {
			score += 80 // "total cost" of a column called Cost Total
		}
		if stemmed {
			score -= 60
		}
		l.column(i, n, nameHit{col: c}, how, score)
	}
}

// shortened ties a word to columns that hold its beginning: "balance" to
// acc_bal.
func (l *linker) shortened(i int, word string) {
	for _, c := range l.s.Columns {
		table := l.s.tables[c.Table.Name]
		for k, w := range c.Words {
			if k == 0 && len(c.Words) > 1 && repeats(w, table) {
				continue // "student" does not mean stu_hrs of students
			}
			if len(w) < 3 || 2*len(w) < len(word) || len(l.lex.Synonyms(w)) > 0 || len(word) < len(w)+2 || !strings.HasPrefix(word, w) || l.lex.Noise(w) {
				continue
			}
			words := slices.Clone(c.Words)
			words[slices.Index(words, w)] = word
			score := 620
			if len(words) > 1 {
				score = partScore(&Column{Col: c.Col, Words: words}, []string{word}) - 150
			}
			l.column(i, 1, nameHit{col: c}, Part, score)
			if i > 0 && len(words) == 2 && words[1] == word { // "account balance"
				if prev := l.tokens[i-1].Base; prev == words[0] || len(words[0]) >= 3 && strings.HasPrefix(prev, words[0]) {
					l.column(i-1, 2, nameHit{col: c}, Part, 880)
				}
			}
		}
	}
}

// byStem finds columns one of whose words has the same stem.
func (l *linker) byStem(word string) []*Column {
	stem := l.stem(word)
	var out []*Column
	for _, c := range l.s.Columns {
		for _, w := range c.Words {
			if s := l.stem(w); s == stem && !(agent(word) && c.Col.Type.Temporal()) || agentOf(s, stem) || yesNo(c.Col) && agentOf(word, s) {
				out = append(out, c)
				break
			}
		}
	}
	return out
}

// agent reports whether a word has the form of who does something: no date.
func agent(word string) bool {
	return len(word) > 5 && (strings.HasSuffix(word, "er") || strings.HasSuffix(word, "or"))
}

// agentOf reports whether a word names who does what a verb says: director
// and directed.
func agentOf(name, verb string) bool {
	root, ok := strings.CutSuffix(name, "or")
	if !ok {
		root, ok = strings.CutSuffix(name, "er")
	}
	return ok && len(root) >= 4 && (root == verb || strings.TrimSuffix(verb, "e") == root)
}

// permuted reports whether words are a whole name in another order.
func permuted(name, words []string) bool {
	return len(words) > 1 && len(name) == len(words) && !slices.Equal(name, words) && holdsAll(name, words) && holdsAll(words, name)
}

func holdsAll(name, words []string) bool {
	for _, w := range words {
		if !slices.Contains(name, w) {
			return false
		}
	}
	return true
}

// carriers are words of names that add little: the rest is what is named.
var carriers = map[string]int{"name": 40, "title": 50, "id": 100, "code": 110, "number": 120, "type": 90, "description": 130, "detail": 100, "date": 150, "time": 150, "is": 10, "has": 10, "total": 20}

// partScore says how well words stand for a longer name: the more of it they
// say, the better; the last word of a name counts more than the first.
func partScore(c *Column, words []string) int {
	score := 800
	for k, w := range c.Words {
		if slices.Contains(words, w) {
			continue
		}
		switch cost, carrier := carriers[w]; {
		case units[w]:
			score -= 10
		case carrier:
			score -= cost
		case k == len(c.Words)-1:
			score -= 190
		default:
			score -= 110
		}
	}
	return max(score, 330)
}

// valueParts ties words to values that hold them among others: "acme" to
// "Acme Corp". Only words that no name or whole value explains better.
func (l *linker) valueParts() {
	for i := 0; i < len(l.tokens); i++ {
		if !l.partCandidate(i) {
			continue
		}
		n := 1
		for i+n < len(l.tokens) && n < 6 && (l.partCandidate(i+n) || l.bridges(i+n)) {
			n++
		}
		for n > 1 && !l.partCandidate(i+n-1) {
			n--
		}
		for k := n; k >= 1; k-- {
			if !l.describes(i, k) && l.valuesWith(i, k) {
				i += k - 1
				break
			}
		}
	}
}

func (l *linker) partCandidate(i int) bool {
	t := l.tokens[i]
	if skips(t) || t.Kind == text.Date || l.covered(i, 720) || l.counted(i) && t.Quote == 0 && !t.Upper {
		return false
	}
	if t.Kind == text.Number {
		return t.Quote > 0
	}
	if period(t.Norm) && t.Quote == 0 && !t.Upper {
		return false // "what time" is no Times Square
	}
	return t.Quote > 0 || !l.lex.Noise(t.Norm) && len(l.lex.At(l.tokens, i)) == 0 && len(t.Norm) > 1 && !l.compares(i)
}

// compares reports whether a token is a comparative or a superlative that is
// not written like a name: "the most" chooses, and is no part of a title.
func (l *linker) compares(i int) bool {
	if t := l.tokens[i]; t.Upper && i > 0 {
		return false
	}
	return slices.ContainsFunc(l.lex.FormsAt(l.tokens, i), func(f lexicon.Form) bool { return f.Degree != lexicon.Positive })
}

// describes reports whether a lone token is an adjective: it says more about
// the next word than about a title that happens to hold it.
func (l *linker) describes(i, n int) bool {
	t := l.tokens[i]
	return n == 1 && t.Quote == 0 && !(t.Upper && i > 0) && len(l.lex.FormsAt(l.tokens, i)) > 0
}

// period reports whether a word only speaks of time.
func period(word string) bool {
	switch word {
	case "time", "times", "date", "day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours":
		return true
	}
	return false
}

// bridges reports whether a token may stand inside the name of a value.
func (l *linker) bridges(i int) bool {
	switch l.tokens[i].Norm {
	case "of", "the", "and", "&", "de", "la", "-", ",":
		return i+1 < len(l.tokens) && l.partCandidate(i+1)
	}
	return l.tokens[i].Kind == text.Number && l.tokens[i].Unit == ""
}

func (l *linker) valuesWith(i, n int) bool {
	words := l.norms(i, n)
	found := false
	for t := range l.s.Catalog.Tables {
		tab := &l.s.Catalog.Tables[t]
		if tab.Values == nil {
			continue
		}
		if n <= 2 && holdsAll(l.s.tables[tab.Name], singulars(words)) {
			continue // the words name the rows
		}
		hits, _ := tab.Values.Containing(words, 40)
		l.partHits(i, n, tab, hits, 0, Part, "")
		found = found || len(hits) > 0
	}
	return found
}

func singulars(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = text.Singular(w)
	}
	return out
}

// minPart is the least score at which a part of a value is taken for it.
const minPart = 300

// partHits adds the shortest value per column and says how many rivals it has.
func (l *linker) partHits(i, n int, tab *catalog.Table, hits []catalog.Hit, bonus int, how How, spelling string) {
	best := map[string]catalog.Hit{}
	count := map[string]int{}
	var order []string
	for _, h := range hits {
		if count[h.Column] == 0 {
			best[h.Column] = h
			order = append(order, h.Column)
		}
		count[h.Column]++
	}
	for _, col := range order {
		c := l.s.Find(tab.Name, col)
		if c == nil || c.Col.Role == catalog.URL {
			continue
		}
		score := 660 - 45*max(best[col].Words-n, 0) - 50*min(count[col]-1, 4)
		if l.tokens[i].Upper && i > 0 || l.tokens[i].Quote > 0 {
			score += 80 // written like a name
		}
		if c.Col.Role == catalog.Text {
			score -= 120
		}
		if score+bonus < minPart {
			continue
		}
		l.add(Mention{Kind: ValueMention, Start: i, End: i + n, Score: score + bonus, How: how, Table: tab.Name, Column: c,
			Value: best[col].Value, Rows: best[col].Rows, Rivals: count[col] - 1, Spelling: spelling, Whole: best[col].Words == n})
	}
}

// maxSpelling is how many words of a question are searched for near spellings.
const maxSpelling = 6

// spelling ties words that nothing else explains to names and values that are
// spelt nearly like them.
func (l *linker) spelling() {
	tried := 0
	for i, t := range l.tokens {
		if tried >= maxSpelling || !l.partCandidate(i) || t.Kind != text.Word || l.covered(i, 1) || l.lex.Light(t.Norm) || len(l.lex.FormsAt(l.tokens, i)) > 0 {
			continue
		}
		tried++
		l.spellNames(i, t)
		if l.counted(i) || l.subject(i) || l.verb(i) {
			continue // "how many rides" speaks of the rows, not of a value like it
		}
		for k := range l.s.Catalog.Tables {
			tab := &l.s.Catalog.Tables[k]
			for _, w := range tab.Values.Similar(t.Norm, 3) {
				hits, _ := tab.Values.Containing([]string{w}, 20)
				if catalog.Distance(t.Norm, w, 1) > 1 { // far from it, a word is the whole value or none of it
					hits = slices.DeleteFunc(slices.Clone(hits), func(h catalog.Hit) bool { return h.Words > 1 })
				}
				l.partHits(i, 1, tab, hits, -260, Fuzzy, t.Text)
			}
		}
	}
}

// counted reports whether a token is what "how many" or "number of" counts.
func (l *linker) counted(i int) bool {
	if i > 0 && l.tokens[i-1].Norm == "many" {
		return true
	}
	return i > 1 && l.tokens[i-1].Norm == "of" && l.tokens[i-2].Base == "number"
}

// subject reports whether a plural begins the question or follows "most": it
// names things.
func (l *linker) subject(i int) bool {
	if !text.IsPlural(l.tokens[i].Norm) || l.tokens[i].Upper && i > 0 {
		return false
	}
	return i == 0 || l.tokens[i-1].Norm == "most" || l.tokens[i-1].Norm == "fewest"
}

// verb reports whether a token ends a question of what somebody did: "how many
// orders did Nancy handle".
func (l *linker) verb(i int) bool {
	if i < 2 || i != len(l.tokens)-1 || l.tokens[i].Upper {
		return false
	}
	for _, t := range l.tokens[:i-1] {
		if t.Norm == "did" || t.Norm == "do" || t.Norm == "does" {
			return true
		}
	}
	return false
}

func (l *linker) spellNames(i int, t text.Token) {
	k := catalog.Edits(t.Base)
	if k == 0 {
		return
	}
	for _, c := range l.s.Columns {
		for _, w := range c.Words {
			if len(w) < 4 || catalog.Distance(t.Base, w, k) > k || w[0] != t.Base[0] {
				continue
			}
			score := 420
			if len(c.Words) > 1 {
				score = 330
			}
			if agent(t.Norm) && c.Col.Type.Temporal() {
				continue // who ships is no date of shipping
			}
			if len(t.Base) > 4 && catalog.Distance(t.Base, w, 1) <= 1 {
				score += 90 // one letter is a slip
			}
			l.add(Mention{Kind: ColumnMention, Start: i, End: i + 1, Score: score, How: Fuzzy, Table: c.Table.Name, Column: c, Spelling: t.Text})
		}
	}
}
