package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// contentClass says how much a word that nothing explains matters: a name, or
// what is asked for, must not be passed over.
func (s *Sketch) contentClass(n *Node, i int) string {
	t := s.p.tokens[n.Start]
	if t.Upper && n.Start > 0 {
		return "name"
	}
	k := i - 1
	for k >= 0 && skippable(s.nodes[k]) {
		k--
	}
	if s.p.nameless() && k >= 0 && !moneyNouns[text.Singular(n.Word)] && s.callsRows(n, i, k) {
		return "noun" // the rows of a table without a name of its own
	}
	if s.p.nameless() && n.End < len(s.p.tokens) && s.p.tokens[n.End].Suffix && i+2 < len(s.nodes) && s.nodes[i+2].Kind == Col {
		return "noun" // "each student's first name"
	}
	if s.noun != "" && n.Word == s.noun || s.pointedAt(n, i) {
		return "noun"
	}
	if k >= 0 && kindWord(n.Word) && s.nodes[k].End == n.Start && (s.nodes[k].Kind == Group && len(s.nodes[k].Keys) > 0 || s.nodes[k].Kind == Col) && s.ofKind(s.nodes[k]) {
		return "light"
	}
	if s.rowNoun(n, i, k) {
		s.noun = n.Word
		s.guessRows(n)
		s.Nouns = append(s.Nouns, s.p.scope.Base)
		return "noun"
	}
	if s.wholePlace(n, i, k) {
		s.Notes = append(s.Notes, s.p.note(n, "whole_place", "“%s” is taken to be where all of the rows belong.", s.p.written(n)))
		return "light"
	}
	if s.judges(n) {
		return "asked"
	}
	if strings.HasSuffix(n.Word, "est") && len(n.Word) > 5 {
		return "asked" // a superlative of what nothing measures
	}
	if s.namesAnother(n, i) {
		return "asked"
	}
	if w := text.Singular(n.Word); w == "weekend" || w == "weekday" {
		return "asked" // no date says which rows are of one
	}
	if moneyNouns[text.Singular(n.Word)] || s.instead(i) {
		return "asked"
	}
	if k < 0 {
		return "content"
	}
	switch prev := s.nodes[k]; {
	case prev.Kind == Light && s.Count && k > 0 && s.nodes[k-1].Kind == "count" && (prev.Word == "people" || prev.Word == "persons"):
		return "asked" // what people did who are counted
	case s.Head == "who" && s.firstContent(i):
		return "asked" // "who was the waiter"
	case prev.Kind == Fn && nounLike(n.Word) && (prev.Word == "with" || prev.Word == "without" || (prev.Word == "have" || prev.Word == "has") && !slices.ContainsFunc(s.nodes[i+1:], tied)):
		return "name" // what the things are said to have
	case (prev.Kind == Measure || prev.Kind == Col && noPercentage(prev.top())) && prev.End == n.Start && amountNoun(n.Word):
		return "asked" // "tip percentage" is no tip
	case prev.Kind == Col && prev.End == n.Start && nounLike(n.Word) && s.onlyTotals(prev):
		return "asked" // "total unicorns" are no total bills
	case prev.Kind == Measure && prev.End == n.Start && len(prev.Measures) > 0 && prev.Measures[0].Op == plan.OpCount && text.IsPlural(n.Word):
		return "asked" // "order lines" are no orders
	case prev.Kind == Fn && prev.Word == "of" && (len(s.Measures)+len(s.Select) > 0 || s.Best != nil):
		return "name"
	case prev.Kind == "by" || prev.Kind == "agg" || prev.Kind == "count" || prev.Kind == "howmuch":
		return "asked"
	case prev.Kind == Fn && (prev.Word == "for" || prev.Word == "in" || prev.Word == "from"):
		return "name"
	}
	return "content"
}

// onlyTotals reports whether a node was tied to a longer name by nothing but
// "total" or "number": how much of what follows it was asked for.
func (s *Sketch) onlyTotals(n *Node) bool {
	if n.End-n.Start != 1 || n.Cols[0].How != link.Part {
		return false
	}
	w := s.p.tokens[n.Start].Base
	return w == "total" || w == "number" || w == "count"
}

// ofKind reports whether a node names a category, as a key or by itself.
func (s *Sketch) ofKind(n *Node) bool {
	c := n.top()
	if n.Kind == Group {
		c = n.Keys[len(n.Keys)-1].Column
	}
	return c != nil && textual(c)
}

// wholePlaces are words for what keeps or owns all the rows of a table, where
// nothing in the data is called so.
var wholePlaces = map[string]bool{"store": true, "shop": true, "company": true, "firm": true, "business": true, "organization": true, "school": true, "catalog": true,
	"catalogue": true, "collection": true, "system": true, "file": true, "inventory": true, "registry": true}

// wholePlace reports whether an unknown word says where the rows just named
// are kept: "all products in the store". One of several would have a name.
func (s *Sketch) wholePlace(n *Node, i, k int) bool {
	if !wholePlaces[n.Word] || n.End-n.Start != 1 || n.Start < 2 || k < 1 || s.nodes[k].Kind != Fn {
		return false
	}
	before, article := s.nodes[k].Word, s.p.tokens[n.Start-1].Norm
	if before != "in" && before != "at" && before != "of" || article != "the" && article != "our" && article != "this" {
		return false
	}
	return s.nodes[k-1].Kind == Tab && s.nodes[k-1].Table == s.p.scope.Base && s.nodes[k-1].End == s.nodes[k].Start
}
