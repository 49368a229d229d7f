package link

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/text"
	"tabletalk/internal/table"
)

// Column is a column with the words of its name.
type Column struct {
	Table *catalog.Table
	Col   *catalog.Column
	Words []string // singular, abbreviations expanded
	Order int      // position in its table
	Text  bool     // numbers that are kept as text
}

// AsNumbers is a column of text read as the numbers in it.
func (c *Column) AsNumbers() *Column {
	as, col := *c, *c.Col
	col.Type, as.Col, as.Text = table.Float, &col, true
	return &as
}

// Ref names the column in a plan whose base is the given table.
func (c *Column) Ref(base string) plan.Col {
	if c.Table.Name == base {
		return plan.Col{Name: c.Col.Name}
	}
	return plan.Col{Table: c.Table.Name, Name: c.Col.Name}
}

// Schema is a catalog prepared for linking.
type Schema struct {
	Catalog *catalog.Catalog
	Columns []*Column
	tables  map[string][]string  // words of a table's name
	exact   map[string][]nameHit // phrase of singular words
	stems   map[string][]nameHit // the same, stemmed
	fused   map[string][]nameHit // the same, without spaces
	word    map[string][]*Column // word of a name
	byTable map[string][]*Column // columns of a table
	phrases map[string][]string  // table phrases to table names
	shared  map[string]string    // the word that most columns of a table begin with
	terms   []taught             // what people named, beside columns
	hidden  map[string]bool      // names of columns that are not asked about
	lex     *lexicon.Lexicon
}

// synonyms are other words for a phrase. One that names a column which is hidden
// has none: it means that column, and nothing else is given for it.
func (s *Schema) synonyms(phrase string) []string {
	if s.hidden[phrase] {
		return nil
	}
	return s.lex.Synonyms(phrase)
}

// Hides reports whether a word is the name of a column that is not asked about.
func (s *Schema) Hides(word string) bool { return s.hidden[word] }

type nameHit struct {
	col   *Column
	score int
	how   How
}

// NewSchema prepares a catalog. Hidden columns are left out.
func NewSchema(c *catalog.Catalog, lex *lexicon.Lexicon) *Schema {
	s := &Schema{Catalog: c, tables: map[string][]string{}, exact: map[string][]nameHit{}, stems: map[string][]nameHit{}, fused: map[string][]nameHit{},
		word: map[string][]*Column{}, byTable: map[string][]*Column{}, phrases: map[string][]string{}, shared: map[string]string{}, hidden: map[string]bool{}, lex: lex}
	for i := range c.Tables {
		s.addTable(&c.Tables[i])
	}
	s.addTerms()
	return s
}

func (s *Schema) addTable(t *catalog.Table) {
	words := s.nameWords(t.Name)
	s.tables[t.Name] = words
	names := [][]string{words}
	if t.Label != "" {
		names = append(names, s.nameWords(t.Label))
	}
	for _, n := range names {
		for cut := len(n); cut > 0; cut-- {
			if cut == len(n) || isVersion(n[cut]) { // "sales 2024", "orders v2"
				s.addPhrase(strings.Join(n[:cut], " "), t.Name)
			}
		}
	}
	for i := range t.Columns {
		if t.Columns[i].Hidden {
			s.hidden[strings.Join(s.nameWords(t.Columns[i].Name), " ")] = true
			continue
		}
		c := &Column{Table: t, Col: s.keyOf(t, i), Words: s.nameWords(t.Columns[i].Name), Order: i}
		s.Columns = append(s.Columns, c)
		s.byTable[t.Name] = append(s.byTable[t.Name], c)
	}
	s.addShared(t)
	for _, c := range s.byTable[t.Name] {
		s.addColumn(c, words)
	}
	s.addRowNoun(t)
	s.addWholes(t.Name)
}

// addShared calls the rows of a table after the word that most names of its
// columns begin with: it tells none of them apart.
func (s *Schema) addShared(t *catalog.Table) {
	begins := map[string]int{}
	for _, c := range s.byTable[t.Name] {
		if len(c.Words) > 1 {
			begins[c.Words[0]]++
		}
	}
	for w, n := range begins {
		if n >= 4 && 2*n > len(s.byTable[t.Name]) {
			s.shared[t.Name] = w
			s.addPhrase(w, t.Name)
		}
	}
}

// sharedBy reports whether a word of the name of a column is that of most
// columns of the table, or one for the rows that stands before a unit alone:
// member_hours beside member_name.
func (s *Schema) sharedBy(c *Column, word string) bool {
	if len(c.Words) < 2 || c.Words[0] != word {
		return false
	}
	others := func(o *Column) bool { return o != c && len(o.Words) > 1 && o.Words[0] == word }
	return s.shared[c.Table.Name] == word ||
		withoutUnits(c.Words) == 1 && repeats(word, s.tables[c.Table.Name]) && slices.ContainsFunc(s.byTable[c.Table.Name], others)
}

// keyOf is a column of a table, as an identifier where its numbers lead to the
// rows of another table: such numbers are never added up.
func (s *Schema) keyOf(t *catalog.Table, i int) *catalog.Column {
	c := &t.Columns[i]
	ref := catalog.ColumnRef{Table: t.Name, Column: c.Name}
	if !c.Type.Numeric() || c.Role == catalog.ID || c.Role == catalog.Time || c.Role == catalog.Flag ||
		!slices.ContainsFunc(s.Catalog.Joins, func(j catalog.Join) bool { return j.Unique && j.Many == ref }) {
		return c
	}
	k := *c
	k.Role = catalog.ID
	return &k
}

func (s *Schema) addPhrase(phrase, table string) {
	if phrase != "" && !slices.Contains(s.phrases[phrase], table) {
		s.phrases[phrase] = append(s.phrases[phrase], table)
	}
}

// addRowNoun calls the rows of a table after its first identifier: rows with
// an order_id are orders.
func (s *Schema) addRowNoun(t *catalog.Table) {
	for _, c := range s.byTable[t.Name] {
		n := len(c.Words)
		if c.Col.Role != catalog.ID || n < 2 || c.Words[n-1] != "id" {
			continue
		}
		if t.Rows > 0 && c.Col.Stats.Distinct < t.Rows-c.Col.Stats.Nulls {
			s.addName(c.Words[:n-1], nameHit{c, 880, Exact})
		} else {
			s.addPhrase(strings.Join(c.Words[:n-1], " "), t.Name)
		}
		return
	}
}

func isVersion(w string) bool {
	return w[0] >= '0' && w[0] <= '9' || w == "v" || w == "copy" || w == "final" || w == "data" || w == "table"
}

// nameWords are the singular words of a name with abbreviations written out.
func (s *Schema) nameWords(name string) []string {
	var out []string
	parts := text.SplitName(name)
	for i, w := range parts {
		if len(w) == 1 && i+1 < len(parts) { // LName: one word with its initial apart
			if _, ok := s.lex.Expand(w + parts[i+1]); ok {
				parts[i+1] = w + parts[i+1]
				continue
			}
		}
		w = parts[i]
		if full, ok := s.lex.Expand(w); ok {
			for _, f := range full {
				out = append(out, text.Singular(f))
			}
			continue
		}
		out = append(out, text.Singular(w))
	}
	return out
}

// units are words at the end of a name that say how it is measured.
var units = map[string]bool{"in": true, "usd": true, "dollar": true, "eur": true, "euro": true, "million": true, "billion": true, "m": true,
	"km": true, "mile": true, "hour": true, "percent": true, "f": true, "c": true, "inch": true, "foot": true, "cm": true, "kg": true, "lb": true,
	"pound": true, "year": false, "square": true, "per": true, "mb": true, "cc": true, "hp": true, "mm": true, "k": true, "of": true, "the": true, "a": true}

func (s *Schema) addColumn(c *Column, table []string) {
	raw := text.SplitName(c.Col.Name)
	for i := range raw {
		raw[i] = text.Singular(raw[i])
	}
	s.addName(raw, nameHit{c, 1000, Exact})
	s.addName(c.Words, nameHit{c, 990, Exact})
	for _, syn := range c.Col.Synonyms {
		s.addName(s.nameWords(syn), nameHit{c, 950, Synonym})
	}
	if short := withoutPrefix(c.Words, table); len(short) > 0 {
		s.addName(short, nameHit{c, 950, Exact})
	}
	s.addName(append(slices.Clone(table), c.Words...), nameHit{c, 990, Exact})
	if n := withoutUnits(c.Words); n > 0 && n < len(c.Words) && (n > 1 || !s.sharedBy(c, c.Words[0])) {
		s.addName(c.Words[:n], nameHit{c, 930, Exact})
	}
	if n := len(c.Words); n > 1 && c.Words[n-1] == "id" {
		for _, w := range []string{"number", "code", "identifier"} {
			s.addName(append(slices.Clone(c.Words[:n-1]), w), nameHit{c, 900, Synonym})
		}
	}
	switch lastOf(c.Words) {
	case "phone", "fax", "telephone", "mobile":
		s.addName(append(slices.Clone(c.Words), "number"), nameHit{c, 990, Exact})
	}
	if inner, ok := withoutBrackets(c.Col.Name); ok {
		s.addName(s.nameWords(inner), nameHit{c, 960, Exact})
	}
	s.addFusedParts(c, table)
	for _, w := range c.Words {
		if !slices.Contains(s.word[w], c) {
			s.word[w] = append(s.word[w], c)
		}
	}
}

// lastOf is the last word of a name; a name of signs alone has none.
func lastOf(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

func (s *Schema) addSynonym(table, column, phrase string) {
	for _, c := range s.byTable[table] {
		if c.Col.Name == column {
			s.addName(s.nameWords(phrase), nameHit{c, 1000, Synonym})
		}
	}
}

func (s *Schema) addName(words []string, h nameHit) {
	if len(words) == 0 {
		return
	}
	put(s.exact, strings.Join(words, " "), h)
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = text.Stem(w)
	}
	h.score -= 100
	put(s.stems, strings.Join(stems, " "), h)
	put(s.fused, strings.Join(words, ""), h)
}

func put(m map[string][]nameHit, k string, h nameHit) {
	for i, old := range m[k] {
		if old.col == h.col {
			if h.score > old.score {
				m[k][i] = h
			}
			return
		}
	}
	m[k] = append(m[k], h)
}

// withoutPrefix drops leading words of a column that only repeat its table,
// written out, shortened or as an initial: cust_name, stu_gpa, DName.
func withoutPrefix(words, table []string) []string {
	k := 0
	for k < len(words)-1 && k < 3 && repeats(words[k], table) {
		k++
	}
	if k == 0 {
		return nil
	}
	return words[k:]
}

func repeats(w string, table []string) bool {
	for _, t := range table {
		if w == t || strings.HasPrefix(t, w) && (len(w) >= 3 || len(w) == 1) {
			return true
		}
	}
	return false
}

func withoutUnits(words []string) int {
	n := len(words)
	for n > 1 && units[words[n-1]] {
		n--
	}
	return n
}

// withoutBrackets drops a bracketed part at the end of a name: "Area (km2)".
func withoutBrackets(name string) (string, bool) {
	i := strings.IndexAny(name, "([")
	if i <= 0 {
		return "", false
	}
	return strings.TrimSpace(name[:i]), true
}

// headWords are what fused names often end in.
var headWords = []string{"name", "id", "code", "date", "type", "number", "description", "desc", "price", "time", "year"}

// addFusedParts reads names written as one word whose end is a usual head and
// whose begin repeats the table: "dname" of departments, "clubname" of clubs.
func (s *Schema) addFusedParts(c *Column, table []string) {
	if len(c.Words) != 1 {
		return
	}
	w := c.Words[0]
	for _, head := range headWords {
		front, ok := strings.CutSuffix(w, head)
		if !ok || front == "" {
			continue
		}
		if full, ok := s.lex.Expand(head); ok {
			head = full[0]
		}
		if repeats(front, table) || len(front) == 1 {
			s.addName([]string{head}, nameHit{c, 900, Exact})
		}
		s.addName([]string{front, head}, nameHit{c, 950, Exact})
		if len(front) >= 3 {
			c.Words = []string{front, head}
		}
		return
	}
	for _, t := range table {
		if rest, ok := strings.CutPrefix(w, t); ok && len(rest) >= 3 {
			s.addName([]string{rest}, nameHit{c, 900, Exact})
		}
	}
}

// TableWords are the words of a table's name.
func (s *Schema) TableWords(name string) []string { return s.tables[name] }

// ColumnsOf gives the visible columns of a table.
func (s *Schema) ColumnsOf(table string) []*Column { return s.byTable[table] }

// Find gives the column of a table by its name; nil if there is none.
func (s *Schema) Find(table, name string) *Column {
	for _, c := range s.byTable[table] {
		if c.Col.Name == name {
			return c
		}
	}
	return nil
}

// oneRowEach reports whether each thing that a table is about has one row: some
// column tells the rows apart.
func (s *Schema) oneRowEach(table string) bool {
	return slices.ContainsFunc(s.byTable[table], func(c *Column) bool {
		return c.Table.Rows > 0 && c.Col.Stats.Nulls == 0 && c.Col.Stats.Distinct >= c.Table.Rows
	})
}
