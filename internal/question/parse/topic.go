package parse

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tabletalk/internal/question/text"
)

// The name of a file often says nothing of its rows, and people speak of what
// the table is about all the same: "which drivers took part in the rally of
// Lindau" of a table with one rally. Where the question asks for a whole
// column, words that nothing in the data is called can only be this topic, or
// a condition that nothing here tells: both are said, and never is it sure.

// topic takes what nothing in the data is called for what the table is about.
func (b *builder) topic() {
	if !b.listsColumn() {
		return
	}
	unused := slices.Clone(b.d.Unused)
	var words []string
	for i, u := range unused {
		switch {
		case u.Class == "light", u.Span == b.called:
			continue
		case b.measuresUnknown(u), !topical[u.Class] && !b.yearOfTopic(u):
			return
		}
		unused[i].Class = "topic"
		words = append(words, u.Text)
	}
	if words == nil || !slices.ContainsFunc(b.d.Unused, func(u Unused) bool { return topical[u.Class] }) {
		return
	}
	b.d.Unused = unused
	b.note("topic", fmt.Sprintf("Nothing in the data is called “%s”: it is taken to be what the table is about.", strings.Join(words, " ")), Span{unused[0].Span.Start, unused[len(unused)-1].Span.End})
}

// thingsUnnamed lists the things in a table whose name says nothing, where the
// question only says what they are: "who are all the rowers".
func (b *builder) thingsUnnamed() bool {
	s := b.s
	if b.p.Follows || !b.p.nameless() || len(s.Orders)+len(s.Frames)+len(s.Shares)+len(s.Marks) > 0 {
		return false
	}
	i := slices.IndexFunc(s.nodes, func(n *Node) bool { return n.Kind == Word })
	if i < 0 || !s.firstContent(i) && s.Head != "" || !nounLike(s.nodes[i].Word) || amountNoun(s.nodes[i].Word) || !b.severalOf(i) {
		return false
	}
	c := b.headColumn()
	if c == nil {
		return false
	}
	b.addSelect(c)
	b.called = Span{s.nodes[i].Start, s.nodes[i].End}
	for k := range b.d.Unused {
		if b.d.Unused[k].Span == b.called {
			b.d.Unused[k].Class = "noun"
		}
	}
	b.note("row_noun", fmt.Sprintf("“%s” is taken to be what the rows are called.", s.p.written(s.nodes[i])), b.called)
	return true
}

// severalOf reports whether more than one of what node i says is asked for.
func (b *builder) severalOf(i int) bool {
	n := b.s.nodes[i]
	if text.IsPlural(n.Word) || n.Start == 0 {
		return text.IsPlural(n.Word)
	}
	before := b.p.tokens[n.Start-1].Norm
	return before == "each" || before == "every"
}

// topical are the classes of words that nothing in the data is called.
var topical = map[string]bool{"content": true, "name": true, "noun": true, "asked": true}

// listsColumn reports whether a first question asks for a whole column of the
// one table there is, and the name of that table says nothing.
func (b *builder) listsColumn() bool {
	s, pl := b.s, b.pl
	if b.p.Follows || !b.p.nameless() || len(b.p.Schema.Catalog.Tables) > 1 || b.isSet || pl.From.Sub != nil {
		return false
	}
	if len(pl.Select) == 0 || len(pl.Measures)+len(pl.Group) > 0 || pl.Limit != nil || s.Chart != "" || s.Head == "yesno" {
		return false
	}
	return len(s.Preds)+len(s.Haves)+len(s.Orders)+len(s.Frames)+len(s.Shares)+len(s.Marks) == 0 && s.Best == nil && !s.Count
}

// measuresUnknown reports whether a word judges or measures: "the best ones"
// and "the income" are never what a table is about.
func (b *builder) measuresUnknown(u Unused) bool {
	w := text.Singular(b.p.tokens[u.Span.Start].Norm)
	return moneyNouns[w] || strings.HasSuffix(w, "est") && len(w) > 5 || slices.ContainsFunc(b.s.nodes, func(n *Node) bool { return n.Start == u.Span.Start && b.s.judges(n) })
}

// years are a year, a season or a decade as they stand in a title.
var years = regexp.MustCompile(`^(the )?(year |season )?[12]\d{3}s?([-–/]\d{2,4})?$`)

// yearOfTopic reports whether a year belongs to the title of what the table is
// about, as no column could tell one year from another; or whether a number
// stands before one of its words: "the 100 metre final", but not "room 100".
func (b *builder) yearOfTopic(u Unused) bool {
	switch u.Class {
	case "period":
		return years.MatchString(strings.ToLower(u.Text)) && b.p.dateColumn() == nil
	case "number":
		return slices.ContainsFunc(b.d.Unused, func(o Unused) bool {
			return topical[o.Class] && (o.Span.Start == u.Span.End || o.Span.End == u.Span.Start && years.MatchString(u.Text))
		})
	}
	return false
}
