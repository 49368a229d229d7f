package question

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/parse"
	"tabletalk/internal/question/rank"
	"tabletalk/internal/question/text"
)

// refusal says why the best reading must not be answered; nil where it may.
func (u *understanding) refusal(best *rank.Ranked) *Refusal {
	if best == nil && u.invalid != nil && u.invalid.Code == "plan_sum_of_id" {
		return &Refusal{Code: "sum_of_id", Reason: u.invalid.Message, Try: tries(u.Catalog, 3)}
	}
	if r := u.unmoved(best); r != nil {
		return r
	}
	if best == nil {
		return cmp.Or(u.noShares(nil), u.unknown(u.unknownWords(nil)))
	}
	if plan.Never(best.Plan.Where) {
		return &Refusal{Code: "periods_apart", Reason: "No row lies in both periods at once. Ask for the one or the other, or for each of them by itself.", Try: tries(u.Catalog, 3)}
	}
	if best.Edit == "" && len(u.History) > 0 && best.Sketch.Refers() && best.Plan.From.Table != u.last().Plan.From.Table {
		return u.elsewhere()
	}
	if r := cmp.Or(u.noShares(best), u.besideAnother(best.Sketch), u.nothingAsked(best), u.bestDate(best)); r != nil {
		return r
	}
	var names, content, others, nouns []string
	if r := u.unboundNumber(best.Unused); r != nil {
		return r
	}
	for _, x := range best.Unused {
		switch x.Class {
		case "noun":
			nouns = append(nouns, x.Text)
		case "name", "asked":
			names = append(names, x.Text)
		case "content":
			content = append(content, x.Text)
		case "vague":
			return &Refusal{Code: "vague", Words: []string{x.Text}, Try: tries(u.Catalog, 3),
				Reason: fmt.Sprintf("“%s” can be measured in many ways: say by which column, and how much of it.", x.Text)}
		case "frame":
			if r := notBuilt(x.Text); r != nil {
				r.Try = tries(u.Catalog, 3)
				return r
			}
			if best.Sketch.Best != nil {
				names = append(names, x.Text) // the superlative would be one of something else
			}
		case "text":
			return u.holdsText(x)
		case "negation", "period", "nodate", "comparison":
			return u.unread(x)
		case "number", "operator":
			if len(best.Plan.Measures) == 0 && best.Edit == "" && best.Sketch.Aggregates(x) && !slices.ContainsFunc(best.Unused, func(o parse.Unused) bool { return o.Class == "text" }) {
				return u.unread(parse.Unused{Class: "aggregate", Text: x.Text})
			}
			others = append(others, x.Text)
		}
	}
	if best.Sketch.Linked == 0 && len(u.History) == 0 && len(u.tokens) == 1 {
		return u.unknown(nil) // a word of the language alone: "top"
	}
	if w := u.standsIn(best, content); len(w) > 0 {
		return u.unknown(w)
	}
	invented := supplied(best)
	switch {
	case len(content) > 0 && best.Edit == "" && best.Sketch.Lost(best.Plan):
		return u.unknown(content) // nothing says what the column that was left out has to do with the others
	case len(content) > 0 && invented && !best.Sketch.Nameless():
		return u.unknown(content) // the measure that was supplied stands where the word was
	case len(nouns) > 0 && len(content) > 0 && !best.Sketch.Nameless():
		return u.unknown(append(nouns, content...))
	case len(names) > 0:
		return u.unknown(append(names, content...))
	case len(content) > 0 && !best.Sketch.AsksKnown():
		return u.unknown(content)
	case best.Sketch.Linked == 0 && len(content) > 0:
		return u.unknown(content)
	case len(content) > best.Sketch.Linked+1 || len(content) > 1 && len(content) > best.Sketch.Linked && !best.Sketch.Nameless():
		return u.unknown(content)
	case best.Sketch.Linked == 0 && len(others) > 0:
		return u.unknown(others)
	}
	return nil
}

// supplied reports whether a measure was supplied that the question did not name.
func supplied(best *rank.Ranked) bool {
	return slices.ContainsFunc(best.Notes, func(n parse.Note) bool { return n.Code == "default_measure" })
}

// standsIn are words in whose place a reading puts what it was not asked for.
func (u *understanding) standsIn(best *rank.Ranked, content []string) []string {
	invented := supplied(best)
	if w := u.calledUnknown(best); invented && w != "" {
		return []string{w} // neither what is meant nor what is measured was known
	}
	if best.Sketch.ListsAll(best.Plan) && best.Edit == "" && !best.Sketch.Nameless() && len(content) > 0 {
		return content // every row is no answer to what nothing explains
	}
	if invented {
		return u.hiddenNamed() // the measure that was supplied stands in for one that is hidden
	}
	return nil
}

// nothingAsked refuses what names values of several tables alone.
func (u *understanding) nothingAsked(best *rank.Ranked) *Refusal {
	if best.Edit != "" || !best.Sketch.OnlyNamesApart() {
		return nil
	}
	return &Refusal{Code: "nothing_asked", Reason: "Only values of several tables are named, and not what is asked of them: name a column or the rows.", Try: tries(u.Catalog, 3)}
}

// bestDate refuses the best or worst of dates: an earlier one is no worse.
func (u *understanding) bestDate(best *rank.Ranked) *Refusal {
	word := ""
	for _, w := range []string{"best", "worst"} {
		if best.Sketch.Says(w) {
			word = w
		}
	}
	if word == "" || best.Edit != "" || len(best.Plan.Measures) != 1 {
		return nil
	}
	e := best.Plan.Measures[0].Expr
	if e.Op != plan.OpMin && e.Op != plan.OpMax || len(e.Args) != 1 || e.Args[0].Col == nil {
		return nil
	}
	c := u.schema.Find(best.Plan.From.Table, e.Args[0].Col.Name)
	if c == nil || !c.Col.Type.Temporal() {
		return nil
	}
	return &Refusal{Code: "vague", Words: []string{word}, Try: tries(u.Catalog, 3),
		Reason: fmt.Sprintf("“%s” can be measured in many ways: say by which column, and how much of it.", word)}
}

// noShares refuses "as a share of the total" after an answer whose parts do
// not make up a whole, as averages do not.
func (u *understanding) noShares(best *rank.Ranked) *Refusal {
	if len(u.History) == 0 || best != nil && best.Edit != "" || !slices.ContainsFunc(u.sketches, (*parse.Sketch).AsksShares) {
		return nil
	}
	return &Refusal{Code: "no_shares", Try: tries(u.Catalog, 3),
		Reason: "A share needs parts that add up to a whole: a total or a count, by something. The answer before has none. Ask for the share of a total by name."}
}

// calledUnknown is the word of the question that was guessed to be what the
// rows are called; empty where there is none.
func (u *understanding) calledUnknown(best *rank.Ranked) string {
	for _, n := range best.Notes {
		if n.Code == "row_noun" && n.Span.End > n.Span.Start {
			return u.Text[u.tokens[n.Span.Start].Start:u.tokens[n.Span.End-1].End]
		}
	}
	return ""
}

// hiddenNamed are the words of the question that name hidden columns.
func (u *understanding) hiddenNamed() []string {
	var out []string
	for _, t := range u.tokens {
		if u.schema.Hides(t.Base) {
			out = append(out, t.Text)
		}
	}
	return out
}

// unboundNumber refuses where a comparison and its number were both left over:
// "heavier than 100" of data without a weight says something of every row.
func (u *understanding) unboundNumber(list []parse.Unused) *Refusal {
	class := func(name string) int {
		return slices.IndexFunc(list, func(x parse.Unused) bool { return x.Class == name })
	}
	word := class("operator")
	if word < 0 || class("number") < 0 {
		return nil
	}
	return u.unread(parse.Unused{Class: "comparison", Text: list[word].Text})
}

// lost refuses to guess what "those" are.
func (u *understanding) lost() *Refusal {
	r := &Refusal{Code: "those_unknown", Reason: "The answer before cannot be gone on with: it does not say one by one what “those” are."}
	for _, k := range u.last().Keys {
		if k.Cut {
			r.Reason = fmt.Sprintf("“Those” are more than %d things, too many to be meant one by one. Ask a question before that gives fewer, or say which are meant.", MaxKeys)
		}
	}
	return r
}

// elsewhere refuses to answer about all rows of one table what was asked about
// "those" of another.
func (u *understanding) elsewhere() *Refusal {
	return &Refusal{Code: "those_unknown", Reason: "The answer before is about another table, and what of this one belongs to it was not said. Name it in the question.", Try: tries(u.Catalog, 3)}
}

// unread refuses because of words that would turn the answer round or move it
// to another time if they were passed over.
func (u *understanding) unread(x parse.Unused) *Refusal {
	r := &Refusal{Code: "unread_words", Words: []string{x.Text}, Try: tries(u.Catalog, 3)}
	switch x.Class {
	case "nodate":
		r.Code, r.Reason = "no_such_date", fmt.Sprintf("There is no “%s” in the calendar.", x.Text)
	case "period":
		r.Reason = fmt.Sprintf("“%s” could not be tied to a date or a year of the data.", x.Text)
	case "aggregate":
		r.Reason = fmt.Sprintf("It is not clear what “%s” is to be taken of: name a column of numbers.", x.Text)
	case "comparison":
		r.Reason = fmt.Sprintf("It is not clear which column “%s” compares: name it beside the number.", x.Text)
	default:
		r.Reason = fmt.Sprintf("It is not clear what “%s” leaves out: say the condition with the name of a column and a value.", x.Text)
	}
	return r
}

// holdsText refuses a number that is asked of a column of text.
func (u *understanding) holdsText(x parse.Unused) *Refusal {
	r := &Refusal{Code: "holds_text", Words: []string{x.Text}, Try: tries(u.Catalog, 3)}
	r.Reason = fmt.Sprintf("“%s” holds text: nothing can be computed of it.", x.Column.Col.Name)
	if v := parse.NoNumber(x.Column); v != "" {
		r.Reason = fmt.Sprintf("“%s” was read as text, for not all of its values are numbers: one is “%s”. Correct the file and upload it again.", x.Column.Col.Name, v)
	}
	return r
}

// notBuilt refuses an analysis that there is no method for.
func notBuilt(word string) *Refusal {
	what := ""
	switch w := text.Stem(text.Fold(word)); {
	case strings.HasPrefix(w, "forecast"), strings.HasPrefix(w, "predict"), strings.HasPrefix(w, "project"):
		what = "Forecasts"
	case strings.HasPrefix(w, "outlier"), strings.HasPrefix(w, "anomal"), strings.HasPrefix(w, "unusu"):
		what = "Outliers"
	case strings.HasPrefix(text.Fold(word), "why"):
		what = "Reasons of a change"
	default:
		return nil
	}
	return &Refusal{Code: "not_built", Reason: what + " cannot be computed yet.", Words: []string{word}}
}

// unknownWords are the words of the question that nothing explains.
func (u *understanding) unknownWords(d *parse.Draft) []string {
	if out := u.unexplained(); len(out) > 0 {
		return out
	}
	var out []string
	for _, t := range u.tokens {
		if t.Kind == text.Word && !t.Suffix && !u.lex.Noise(t.Norm) && !u.lex.Light(t.Norm) {
			out = append(out, t.Text)
		}
	}
	return out
}

// Limits of what a refusal tells: names near the words, and words that names
// are looked for.
const (
	mostNear   = 8
	mostLooked = 16
)

// unexplained are the words that nothing explains in the best cut of the
// question.
func (u *understanding) unexplained() []string {
	var out []string
	for i, s := range u.sketches {
		if i > 0 {
			break
		}
		for _, n := range s.Pieces {
			if n.Kind == parse.Word {
				out = append(out, u.Text[u.tokens[n.Start].Start:u.tokens[n.End-1].End])
			}
		}
	}
	return out
}

// unknown refuses because of words, with names that are near them.
func (u *understanding) unknown(words []string) *Refusal {
	words = firstOf(words)
	r := &Refusal{Code: "unknown_words", Words: words, Try: tries(u.Catalog, 3)}
	looked := map[string]bool{} // a long question repeats its words, and looking is what costs
	for _, w := range words {
		if len(r.Near) == mostNear || len(looked) == mostLooked {
			break
		}
		if looked[w] {
			continue
		}
		looked[w] = true
		for _, n := range u.near(w) {
			if !slices.Contains(r.Near, n) && len(r.Near) < mostNear {
				r.Near = append(r.Near, n)
			}
		}
	}
	switch len(words) {
	case 0:
		r.Code, r.Reason = "not_a_question", "The question names nothing that is in the data."
	case 1:
		r.Reason = fmt.Sprintf("Nothing in the data is called “%s”.", words[0])
	default:
		r.Reason = fmt.Sprintf("Nothing in the data is called %s.", quoteList(words))
	}
	return r
}

// mostNamed is how many words a refusal names.
const mostNamed = 8

// firstOf are the first of the words, each once.
func firstOf(words []string) []string {
	var out []string
	for _, w := range words {
		if len(out) < mostNamed && len(w) <= 80 && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

func quoteList(words []string) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString("“" + w + "”")
	}
	return b.String()
}

// near gives names of columns and values that look like a word, nearest first.
func (u *understanding) near(word string) []string {
	type found struct {
		name string
		d    int
	}
	var list []found
	w := text.Singular(text.Fold(word))
	meant := u.lex.Synonyms(w)
	add := func(name string) {
		best, far := 0, true
		if said := strings.Join(singular(text.SplitName(name)), " "); slices.Contains(meant, said) {
			far = false // another word for the same thing
		}
		for _, part := range text.SplitName(name) {
			if d, ok := nearness(w, part); ok && (far || d < best) {
				best, far = d, false
			}
		}
		if !far {
			list = append(list, found{name, best})
		}
	}
	for i := range u.Catalog.Tables {
		t := &u.Catalog.Tables[i]
		add(t.Name)
		for _, c := range t.Columns {
			if c.Hidden {
				continue
			}
			add(c.Name)
			for _, h := range t.Values.Values(c.Name, 300) {
				if len(h.Value) <= 60 {
					add(h.Value)
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b found) int { return cmp.Compare(a.d, b.d) })
	var out []string
	for _, f := range list {
		if len(out) < 5 && !slices.Contains(out, f.name) {
			out = append(out, f.name)
		}
	}
	return out
}

func singular(words []string) []string {
	for i, w := range words {
		words[i] = text.Singular(w)
	}
	return words
}

// nearness says how far a word is from a part of a name, where a person could
// have meant it: as its beginning, or misspelt.
func nearness(w, part string) (int, bool) {
	if strings.HasPrefix(part, w) && len(w) >= 3 || strings.HasPrefix(w, part) && len(part) >= 4 {
		return 1, true
	}
	most := min(catalog.Edits(w), catalog.Edits(part))
	if n := min(len(w), len(part)); n >= 3 {
		most = max(most, n/3) // to be told of a name, it need not be sure
	}
	if w == part {
		return 0, true
	}
	d := catalog.Distance(w, part, max(most, 1))
	return d, most > 0 && d <= most && w[0] == part[0]
}
