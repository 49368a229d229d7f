package lexicon

import (
	"embed"
	"slices"
	"strings"
	"sync"

	"tabletalk/internal/question/text"
)

//go:embed en/*.txt
var files embed.FS

// Entry is a phrase that does something in a question.
type Entry struct {
	Words   []string
	Tag     string
	Payload string
}

// Adjective measures a column: more of it is a greater or a smaller number.
type Adjective struct {
	Base, Comparative, Superlative string
	More, Less                     []string // words of column names
}

// Degree is how an adjective is used.
type Degree string

// The degrees.
const (
	Positive    Degree = "positive"
	Comparative Degree = "comparative"
	Superlative Degree = "superlative"
)

// Form is one form of an adjective.
type Form struct {
	Words  []string
	Adj    *Adjective
	Degree Degree
}

// Lexicon is the language, ready to be looked up by first word.
type Lexicon struct {
	entries   map[string][]Entry
	forms     map[string][]Form
	noise     map[string]bool
	light     map[string]bool
	being     map[string]bool
	synonyms  map[string][]int // phrase to its groups
	groups    [][]string
	abbrev    map[string][]string
	aliases   map[string][]string
	operators []string        // words that compute, compare or part, which may be misspelt
	inside    map[string]bool // words inside phrases
}

// English is the lexicon of the English language.
var English = sync.OnceValue(func() *Lexicon {
	l := &Lexicon{entries: map[string][]Entry{}, forms: map[string][]Form{}, noise: map[string]bool{}, light: map[string]bool{}, being: map[string]bool{},
		synonyms: map[string][]int{}, abbrev: map[string][]string{}, aliases: map[string][]string{}, inside: map[string]bool{}}
	l.readOperators()
	l.readAdjectives()
	for _, w := range words("noise") {
		l.noise[w] = true
	}
	for _, w := range words("light") {
		l.light[w] = true
	}
	for _, w := range words("being") {
		l.being[w] = true
	}
	l.readGroups()
	for _, f := range fields("abbreviations") {
		l.abbrev[f[0]] = strings.Fields(f[1])
	}
	return l
})

// lines gives the lines of a file without comments; the files are part of the
// program, so a missing one is a mistake of ours.
func lines(name string) []string {
	b, err := files.ReadFile("en/" + name + ".txt")
	if err != nil {
		panic(err)
	}
	var out []string
	for _, l := range strings.Split(string(b), "\n") {
		if l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out
}

func fields(name string) [][]string {
	var out [][]string
	for _, l := range lines(name) {
		out = append(out, strings.Split(l, "\t"))
	}
	return out
}

func words(name string) []string {
	var out []string
	for _, l := range lines(name) {
		out = append(out, strings.Fields(l)...)
	}
	return out
}

func (l *Lexicon) readOperators() {
	for _, f := range fields("operators") {
		e := Entry{Words: phraseWords(f[0]), Tag: f[1]}
		if len(f) > 2 {
			e.Payload = f[2]
		}
		l.entries[e.Words[0]] = append(l.entries[e.Words[0]], e)
		for _, w := range e.Words {
			l.inside[w] = true
			if computing[e.Tag] && len(w) >= 5 && !slices.Contains(l.operators, w) {
				l.operators = append(l.operators, w)
			}
		}
	}
	l.operators = append(l.operators, timeWords...)
}

// computing are the tags of phrases whose words may be misspelt.
var computing = map[string]bool{"agg": true, "cmp": true, "sort": true, "dir": true, "frame": true, "share": true, "null": true, "distinct": true}

// timeWords are words of periods that are often misspelt.
var timeWords = []string{"monthly", "weekly", "quarterly", "quarter", "yearly", "annually", "january", "february", "august", "september", "october", "november", "december"}

// Operators are the words that compute, compare or part, which may be misspelt.
func (l *Lexicon) Operators() []string { return l.operators }

// Knows reports whether a word is one of the language.
func (l *Lexicon) Knows(word string) bool {
	return l.inside[word] || l.noise[word] || l.light[word] || l.being[word] || len(l.forms[word]) > 0 || slices.Contains(timeWords, word)
}

// phraseWords splits a phrase of the lexicon as a question is split.
func phraseWords(s string) []string {
	var out []string
	for _, t := range text.Tokenize(s) {
		out = append(out, t.Norm)
	}
	return out
}

func (l *Lexicon) readAdjectives() {
	for _, f := range fields("adjectives") {
		forms := strings.Fields(f[0])
		a := &Adjective{Base: forms[0], Comparative: forms[1], Superlative: forms[2], More: strings.Fields(f[1])}
		if len(f) > 2 {
			a.Less = strings.Fields(f[2])
		}
		for i, d := range []Degree{Positive, Comparative, Superlative} {
			w := strings.Split(forms[i], "_")
			if d != Positive && len(w) == 1 {
				l.operators = append(l.operators, w[0])
			}
			l.forms[w[0]] = append(l.forms[w[0]], Form{w, a, d})
		}
	}
}

func (l *Lexicon) readGroups() {
	for _, line := range lines("synonyms") {
		var group []string
		for _, p := range strings.Split(line, ",") {
			w := phraseWords(p)
			for i := range w {
				w[i] = text.Singular(w[i])
			}
			phrase := strings.Join(w, " ")
			group = append(group, phrase)
			l.synonyms[phrase] = append(l.synonyms[phrase], len(l.groups))
		}
		l.groups = append(l.groups, group)
	}
	for _, line := range lines("aliases") {
		names := strings.Split(line, ",")
		for i := range names {
			names[i] = strings.TrimSpace(names[i])
		}
		for i, n := range names {
			key := strings.Join(text.Words(n), " ")
			for j, m := range names {
				if i != j {
					l.aliases[key] = append(l.aliases[key], m)
				}
			}
		}
	}
}

// At gives the entries that begin at token i, longest first, with how many
// tokens each takes.
func (l *Lexicon) At(tokens []text.Token, i int) []Entry {
	var out []Entry
	for _, e := range l.entries[tokens[i].Norm] {
		if matches(tokens, i, e.Words) {
			out = append(out, e)
		}
	}
	return out
}

// FormsAt gives the forms of adjectives that begin at token i.
func (l *Lexicon) FormsAt(tokens []text.Token, i int) []Form {
	var out []Form
	for _, f := range l.forms[tokens[i].Norm] {
		if matches(tokens, i, f.Words) {
			out = append(out, f)
		}
	}
	return out
}

func matches(tokens []text.Token, i int, words []string) bool {
	if i+len(words) > len(tokens) {
		return false
	}
	for k, w := range words {
		if tokens[i+k].Norm != w {
			return false
		}
	}
	return true
}

// Noise reports whether a word says nothing about the data.
func (l *Lexicon) Noise(word string) bool { return l.noise[word] }

// Light reports whether a word mostly carries structure.
func (l *Lexicon) Light(word string) bool { return l.light[word] }

// Being reports whether a loose word only says that something is there.
func (l *Lexicon) Being(word string) bool { return l.being[word] }

// Synonyms gives the other phrases of the groups that hold the phrase, whose
// words are singular.
func (l *Lexicon) Synonyms(phrase string) []string {
	var out []string
	for _, g := range l.synonyms[phrase] {
		for _, p := range l.groups[g] {
			if p != phrase {
				out = append(out, p)
			}
		}
	}
	return out
}

// Expand gives the words that an abbreviated part of a name stands for.
func (l *Lexicon) Expand(part string) ([]string, bool) {
	w, ok := l.abbrev[part]
	return w, ok
}

// Aliases gives other names of the value that the words name.
func (l *Lexicon) Aliases(words []string) []string { return l.aliases[strings.Join(words, " ")] }
