package agent

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/text"
	"tabletalk/internal/table"
)

// What tells that a column holds something by which a person is known. The
// last word of its name says what it holds: "customer_email" holds an address
// of mail, "passenger class" a class.
var (
	identifying = map[string]string{
		"email": "email", "mail": "email", "phone": "phone", "telephone": "phone", "mobile": "phone", "cellphone": "phone", "fax": "phone",
		"address": "address", "street": "address", "ssn": "number", "passport": "number", "iban": "account",
		"surname": "person", "firstname": "person", "lastname": "person", "fullname": "person", "forename": "person", "username": "person", "nickname": "person",
	}
	// people are nouns for somebody. Some of them may be companies, too.
	people = wordSet("person people customer client employee staff worker colleague manager supervisor boss salesperson salesman saleswoman seller buyer user member " +
		"subscriber guest visitor passenger traveller traveler patient doctor physician nurse student pupil teacher professor lecturer instructor author writer " +
		"director actor actress singer artist player athlete coach driver rider pilot owner tenant resident citizen voter contact contractor candidate applicant " +
		"donor volunteer friend spouse husband wife child parent mother father representative")
	// halves are words that make a name one of a person.
	halves    = wordSet("first last full middle given family maiden user nick sur fore")
	honorific = regexp.MustCompile(`(?:^|[\s,(])(?:Mr|Mrs|Ms|Miss|Master|Dr|Prof)\.? `)
)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// identifies says by which kind of identifier of a person a column goes;
// empty where its values may be told as they are.
func identifies(t *catalog.Table, c *catalog.Column) string {
	if c.Type != table.String && !(c.Type.Numeric() && c.Role == catalog.ID) {
		return ""
	}
	for _, name := range append([]string{c.Name}, c.Synonyms...) {
		if kind := named(t, nameWords(name)); kind != "" && (c.Type == table.String || kind != "person") {
			return kind
		}
	}
	if called(c) {
		return "person"
	}
	return ""
}

// nameWords are the words of a name as singulars, abbreviations written out.
func nameWords(name string) (list []string) {
	for _, w := range text.SplitName(name) {
		if long, ok := lexicon.English().Expand(w); ok && identifying[w] == "" {
			list = append(list, long...)
			continue
		}
		list = append(list, text.Singular(w))
	}
	return list
}

func named(t *catalog.Table, words []string) string {
	if len(words) == 0 {
		return ""
	}
	last := words[len(words)-1]
	before := words[:len(words)-1]
	switch {
	case identifying[last] != "":
		return identifying[last]
	case last == "name" && slices.ContainsFunc(before, func(w string) bool { return halves[w] || people[w] }):
		return "person"
	case last == "name" && len(before) == 0 && slices.ContainsFunc(nameWords(t.Name), func(w string) bool { return people[w] }):
		return "person"
	case people[last]:
		return "person"
	}
	return ""
}

// called reports whether values begin with what people are addressed by.
func called(c *catalog.Column) bool {
	if c.Type != table.String {
		return false
	}
	values := slices.Clone(c.Stats.Samples)
	for _, v := range c.Stats.Top {
		values = append(values, v.Value)
	}
	n := 0
	for _, v := range values {
		if s, ok := v.(string); ok && honorific.MatchString(s) {
			n++
		}
	}
	return n > 1 && 2*n >= len(values)
}

// persons are the columns of a catalog by which people are known, and those
// that are private, whose values a question may say.
type persons map[plan.Col]string

func personsIn(c *catalog.Catalog) persons {
	all := persons{}
	for i := range c.Tables {
		t := &c.Tables[i]
		for j := range t.Columns {
			kind := identifies(t, &t.Columns[j])
			if kind == "" && t.Columns[j].Private {
				kind = "text"
			}
			if kind != "" {
				all[plan.Col{Table: t.Name, Name: t.Columns[j].Name}] = kind
			}
		}
	}
	return all
}

// of gives the kind of an expression over the rows of a source: that of the
// first column in it by which people are known. What is counted or added up
// tells nobody's name.
func (all persons) of(e *plan.Expr, from map[plan.Col]string) string {
	if e == nil {
		return ""
	}
	switch e.Op {
	case plan.OpCount, plan.OpSum, plan.OpAvg, plan.OpMedian, plan.OpLength, plan.OpCorr, plan.OpSlope, plan.OpStddev, plan.OpVariance:
		return ""
	case plan.OpSub:
		for _, kind := range all.shown(e.Sub) {
			return kind
		}
	}
	for _, c := range e.Columns() {
		if kind := from[c]; kind != "" {
			return kind
		}
	}
	return ""
}

// source gives the kinds of the columns that the expressions of a plan name.
func (all persons) source(p *plan.Plan) map[plan.Col]string {
	out := map[plan.Col]string{}
	add := func(table string, bare bool) {
		for c, kind := range all {
			if c.Table != table {
				continue
			}
			out[c] = kind
			if bare {
				out[plan.Col{Name: c.Name}] = kind
			}
		}
	}
	switch {
	case p.From.Table != "":
		for _, j := range p.From.Joins {
			add(j.Table, false)
		}
		add(p.From.Table, true)
	case p.From.Sub != nil:
		for name, kind := range all.shown(p.From.Sub) {
			out[plan.Col{Name: name}] = kind
		}
	case p.From.Set != nil:
		for _, part := range p.From.Set.Parts {
			for name, kind := range all.shown(part) {
				out[plan.Col{Name: name}] = kind
			}
		}
	}
	return out
}

// shown gives the kinds of the columns of a plan's result, by their names.
func (all persons) shown(p *plan.Plan) map[string]string {
	out := map[string]string{}
	if p == nil {
		return out
	}
	from := all.source(p)
	list := slices.Concat(p.Group, p.Measures, p.Select)
	for _, n := range list {
		if kind := all.of(n.Expr, from); kind != "" {
			out[n.As] = kind
		}
	}
	if len(list) == 0 { // rows as they are
		for c, kind := range from {
			out[c.Name] = kind
		}
	}
	return out
}

// learn takes the names of people that a question says, and those that a plan
// compares with, so that they are replaced wherever they stand.
func (a *run) learn() {
	said := []string{a.Question}
	var plans []*plan.Plan
	for _, p := range a.Past {
		said, plans = append(said, p.Question), append(plans, p.Plan)
	}
	for _, r := range a.Readings {
		plans = append(plans, r.Plan)
	}
	for _, e := range a.Examples {
		said, plans = append(said, e.Question), append(plans, e.Plan)
	}
	for _, p := range plans {
		a.learnPlan(p)
	}
	for _, s := range said {
		a.learnText(s)
	}
}

func (a *run) learnPlan(p *plan.Plan) {
	if p == nil {
		return
	}
	from := a.persons.source(p)
	p.Each(func(e *plan.Expr) bool {
		if len(e.Args) > 1 && e.Args[0] != nil {
			if kind := a.persons.of(e.Args[0], from); kind != "" {
				for _, v := range e.Args[1:] {
					if v != nil && v.Op == plan.OpLit && v.Lit != nil && v.Lit.Value != nil {
						a.mask.learn(kind, fmt.Sprint(v.Lit.Value))
					}
				}
			}
		}
		return true
	})
}

// nameTokens is how many words of a question are looked up as one name.
const nameTokens = 5

// learnText finds names of people in a text by the values of the tables.
func (a *run) learnText(said string) {
	if len(a.persons) == 0 {
		return
	}
	tokens := text.Tokenize(said)
	for i := 0; i < len(tokens); i++ {
		for n := min(nameTokens, len(tokens)-i); n > 0; n-- {
			if kind, value := a.nameAt(tokens[i : i+n]); kind != "" {
				a.mask.alias(kind, said[tokens[i].Start:tokens[i+n-1].End], value)
				i += n - 1
				break
			}
		}
	}
}

// nameAt finds the value of a column of people that some words are; of one
// word also a part of it, if the word has no other meaning.
func (a *run) nameAt(tokens []text.Token) (kind, value string) {
	var words []string
	for _, t := range tokens {
		words = append(words, t.Norm)
	}
	alone := len(words) == 1
	if alone && (len(words[0]) < 3 || tokens[0].Kind != text.Word || a.means(words[0])) {
		return "", ""
	}
	for i := range a.Catalog.Tables {
		t := &a.Catalog.Tables[i]
		hits := t.Values.Phrase(words)
		if len(hits) == 0 && alone {
			hits, _ = t.Values.Containing(words, maxHits)
			for i := range hits {
				hits[i].Value = "" // only a part of it was said
			}
		}
		for _, h := range hits {
			one := a.persons[plan.Col{Table: t.Name, Name: h.Column}]
			if one == "" {
				return "", "" // it means something else, too
			}
			kind, value = one, h.Value
		}
	}
	return kind, value
}

// means reports whether a word says something besides a name: a word of the
// language, of the names of tables and columns, or a value of another column.
func (a *run) means(word string) bool {
	l := lexicon.English()
	if l.Noise(word) || l.Light(word) || len(l.At([]text.Token{{Kind: text.Word, Norm: word, Base: text.Singular(word)}}, 0)) > 0 {
		return true
	}
	for i := range a.Catalog.Tables {
		t := &a.Catalog.Tables[i]
		names := []string{t.Name}
		for _, c := range t.Columns {
			names = append(append(names, c.Name), c.Synonyms...)
		}
		for _, n := range names {
			if slices.Contains(nameWords(n), text.Singular(word)) {
				return true
			}
		}
		for _, h := range t.Values.Phrase([]string{word}) {
			if a.persons[plan.Col{Table: t.Name, Name: h.Column}] == "" {
				return true
			}
		}
	}
	return false
}
