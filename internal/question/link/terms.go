package link

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/question/text"
)

// scoreTaught is how surely a phrase means what people said it means.
const scoreTaught = 1000

// taught is a term with the words by which a question says it.
type taught struct {
	*catalog.Term
	words []string
}

// addTerms prepares what people defined. Names of columns and tables become
// names like those in the files; the others are looked for by terms.
func (s *Schema) addTerms() {
	for i := range s.Catalog.Terms {
		t := &s.Catalog.Terms[i]
		switch {
		case t.Kind == catalog.TermAnswer || s.Catalog.Table(t.Table) == nil:
		case t.Kind == catalog.TermSynonym && t.Column == "":
			s.addPhrase(strings.Join(bases(t.Phrase), " "), t.Table)
		case t.Kind == catalog.TermSynonym && t.Text == "":
			s.addSynonym(t.Table, t.Column, t.Phrase)
		default:
			if w := bases(t.Phrase); len(w) > 0 {
				s.terms = append(s.terms, taught{t, w})
			}
		}
	}
}

// bases are the words of a phrase as a question's words are compared.
func bases(phrase string) []string {
	var out []string
	for _, t := range text.Tokenize(phrase) {
		if !skips(t) {
			out = append(out, t.Base)
		}
	}
	return out
}

// terms ties a span to the values, metrics and filters that people named.
func (l *linker) terms(i, n int, words []string) {
	for _, t := range l.s.terms {
		if !slices.Equal(t.words, words) {
			continue
		}
		m := Mention{Kind: TermMention, Start: i, End: i + n, Score: scoreTaught, How: Synonym, Table: t.Table, Term: t.Term}
		switch t.Kind {
		case catalog.TermSynonym:
			m.Kind, m.Column, m.Value, m.Whole = ValueMention, l.s.Find(t.Table, t.Column), t.Text, true
			if m.Column == nil {
				continue
			}
		case catalog.TermForbidden:
			continue
		}
		l.put(m)
	}
}

// forbid drops the ties that people said are wrong.
func (l *linker) forbid() {
	for _, t := range l.s.terms {
		if t.Kind != catalog.TermForbidden {
			continue
		}
		l.out = slices.DeleteFunc(l.out, func(m Mention) bool {
			if m.Table != t.Table || m.Column == nil || m.Column.Col.Name != t.Column {
				return false
			}
			words, ok := l.span(m.Start, m.End-m.Start)
			return ok && slices.Equal(words, t.words)
		})
	}
}
