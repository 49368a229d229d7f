package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// This file leaves out of an answer what a question only speaks of: whose
// something is, or what it says itself.

// onlySays reports whether a thing beside measures only says whose they are:
// "the number of students in courses", and "the position of players and how
// many there are", where each player has one row.
func (b *builder) onlySays(it Item) bool {
	if b.namesOther(it) || doneByItself(b.p, it) || b.idOf(it) {
		return true
	}
	k := it.Node.Start - 1
	for k >= 0 && skipped[b.p.tokens[k].Norm] {
		k--
	}
	if k < 0 {
		return false
	}
	beside := len(b.s.Select) > 1 || len(b.s.Keys) > 0
	if a := b.s.Measures[0]; len(b.s.Measures) == 1 && a.Op == plan.OpCount && a.Column == nil && b.s.Limit == nil && b.rowOnly(it.Column) && b.otherKey(it) {
		return true // each would be counted once
	}
	if !text.IsPlural(lastWord(it.Node)) {
		return false
	}
	switch b.p.tokens[k].Norm {
	case "in", "from", "at":
		return k == it.Node.Start-1 && !beside && !b.drawn() && b.s.Measures[0].Op == plan.OpCount && b.s.Limit == nil && b.s.Best == nil
	case "of":
		return beside && b.rowOnly(it.Column) && it.Column == b.p.label(it.Column.Table.Name)
	}
	return false
}

// namesOther reports whether "names" speaks of another thing that parts the
// answer, and whose name it could be as well: "the names and average salaries
// of all departments".
func (b *builder) namesOther(it Item) bool {
	if text.Singular(it.Node.Word) != "name" {
		return false
	}
	could := func(c *link.Column) bool {
		return c != nil && c != it.Column && slices.ContainsFunc(it.Node.Cols, func(m link.Mention) bool { return m.Column == c })
	}
	return slices.ContainsFunc(b.s.Select, func(o Item) bool { return could(o.Column) }) || slices.ContainsFunc(b.s.Keys, func(k Key) bool { return could(k.Column) })
}

// doneByItself reports whether a verb only says what its subject is called
// after: "players played", where both are the same column.
func doneByItself(p *parser, it Item) bool {
	if it.Node.Start == 0 || slices.Contains(it.Column.Words, text.Singular(it.Node.Word)) {
		return false
	}
	subject := text.Singular(p.tokens[it.Node.Start-1].Norm)
	return slices.Contains(it.Column.Words, subject) && text.IsPlural(p.tokens[it.Node.Start-1].Norm)
}

// idOf reports whether "id" only says that the numbers named before it tell
// things apart: "major id" of a column called major.
func (b *builder) idOf(it Item) bool {
	if it.Node.Word != "id" {
		return false
	}
	i := slices.IndexFunc(b.s.nodes, func(n *Node) bool { return n.Kind == Col && n.End == it.Node.Start })
	return i >= 0 && numbering(b.s.nodes[i].top()) && !slices.Contains(b.s.nodes[i].top().Words, "id")
}

// otherKey reports whether the answer is parted by something that several rows
// share.
func (b *builder) otherKey(it Item) bool {
	return slices.ContainsFunc(b.s.Select, func(o Item) bool { return o.Column != it.Column && !b.rowOnly(o.Column) && category(o.Column) }) ||
		slices.ContainsFunc(b.s.Keys, func(k Key) bool { return k.Column != nil && k.Column != it.Column && !b.rowOnly(k.Column) })
}

// dropGiven drops the one column asked for where the question says its value:
// "what state is Columbus the capital of" asks for the state.
func (b *builder) dropGiven() {
	s := b.s
	if len(s.Select) != 1 || !b.fixed(s.Select[0].Column) || s.Head != "what" && s.Head != "which" && s.Head != "who" {
		return
	}
	for _, p := range s.Preds {
		if p.Column == s.Select[0].Column && p.Expr.Op != plan.OpEq {
			return // "which of these horses is not …": they are told apart by it
		}
	}
	c := b.p.naming(s.Select[0].Column.Table.Name)
	if c == nil || b.fixed(c) {
		b.doubt(200, "what is asked for is said in the question")
		return
	}
	s.Select = []Item{{c, s.Select[0].Node}}
}

// severalRows leaves out, beside others, columns that tell every row apart:
// parted by them, every group would be one row.
func (b *builder) severalRows(cols []*link.Column) []*link.Column {
	if !slices.ContainsFunc(cols, func(c *link.Column) bool { return !b.rowOnly(c) }) {
		return cols
	}
	return slices.DeleteFunc(cols, b.rowOnly)
}

// rowOnly reports whether a column tells the rows of the base apart.
func (b *builder) rowOnly(c *link.Column) bool { return unique(c) && c.Table.Name == b.p.scope.Base }
