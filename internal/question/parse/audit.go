package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/table"
)

// This file tells rank what the words of the question say beside what became
// of them: a plan that has no place for one of them is not surely meant.

// Lost reports whether a column that the question names has no place in the
// plan, nor another that its words fit or are part of.
func (s *Sketch) Lost(p *plan.Plan) bool {
	used := map[string]bool{}
	p.Each(func(e *plan.Expr) bool {
		if e.Op == plan.OpCol {
			used[e.Col.Name] = true
			for _, w := range text.SplitName(e.Col.Name) {
				used[text.Singular(w)] = true
			}
		}
		return true
	})
	for i, n := range s.Pieces {
		counted := i > 0 && s.Pieces[i-1].Kind == "count" // what is counted may be the rows
		if n.Kind == Col && !counted && !s.p.kindOf(n) && !s.p.saysRows(n) && !used[text.Singular(n.Word)] && !slices.ContainsFunc(n.Cols, func(m link.Mention) bool { return used[m.Column.Col.Name] }) {
			return true
		}
	}
	return false
}

// OnlyNamesApart reports whether values of several tables are all that the
// question names: what is asked of them is not said, and that they are joined
// is no answer.
func (s *Sketch) OnlyNamesApart() bool {
	if s.AsksKnown() || len(s.Orders)+len(s.Frames) > 0 || s.Head == "" || s.Head == "list" {
		return false
	}
	tables := map[string]bool{}
	for _, c := range s.Preds {
		if c.Column == nil {
			return false
		}
		tables[c.Column.Table.Name] = true
	}
	return len(tables) > 1
}

// ListsAll reports whether a plan shows whole rows, and all of them.
func (s *Sketch) ListsAll(p *plan.Plan) bool {
	return p.Kind == plan.Rows && p.Where == nil && p.Limit == nil && len(p.Select)+len(p.Order)+len(p.From.Joins) == 0 && p.From.Sub == nil && p.From.Set == nil
}

// saysRows reports whether the name of a column is a noun for the rows, or for
// those of a table near them.
func (p *parser) saysRows(n *Node) bool {
	c := n.top()
	if c == p.label(c.Table.Name) || numbering(c) {
		return true
	}
	for _, w := range p.Schema.TableWords(c.Table.Name) {
		if slices.Contains(c.Words, w) && len(c.Words) == 1 {
			return true
		}
	}
	return false
}

// TakesVerb reports whether a value is a verb that belongs to a column asked
// for: "nominated" of each nominee.
func (s *Sketch) TakesVerb(p *plan.Plan) bool {
	return slices.ContainsFunc(s.Preds, func(c Condition) bool {
		if c.Column == nil || !textual(c.Column) || c.Where.End != c.Where.Start+1 {
			return false
		}
		w := s.p.tokens[c.Where.Start].Norm
		return strings.HasSuffix(w, "ed") && s.namedIn(w, p)
	})
}

// NamesOther reports whether a value stands right behind the name of a column
// that does not have it: an award called as a nominee is.
func (s *Sketch) NamesOther() bool {
	return slices.ContainsFunc(s.Preds, func(c Condition) bool {
		return c.Column != nil && textual(c.Column) && slices.ContainsFunc(s.Pieces, func(n *Node) bool {
			at := n.Kind == Col && (n.End == c.Where.Start || n.End+1 == c.Where.Start && s.p.tokens[n.End].Kind != text.Word)
			return at && textual(n.top()) && !s.p.labelled(n.top()) && !slices.ContainsFunc(n.Cols, func(m link.Mention) bool { return m.Column == c.Column })
		})
	})
}

// AsksForNumbers reports whether several numbers were asked for: "what are the
// number of colors", not how many different ones there are.
func (s *Sketch) AsksForNumbers() bool {
	return !s.Distinct && s.Head == "what" && len(s.p.tokens) > 1 && (s.p.tokens[1].Norm == "are" || s.p.tokens[1].Norm == "were")
}

// Turned reports whether the question says an order.
func (s *Sketch) Turned() bool {
	return slices.ContainsFunc(s.Pieces, func(n *Node) bool { return n.Kind == "dir" || n.Kind == Sup })
}

// AsksForOne reports whether the question asks for one of something, not for
// all: "what is the name", "who was the opponent".
func (s *Sketch) AsksForOne() bool {
	switch s.Head {
	case "who", "what", "when", "where", "which":
	default:
		return false
	}
	return !slices.ContainsFunc(s.p.tokens, func(t text.Token) bool {
		return t.Norm == "each" || t.Norm == "every" || t.Norm == "all" || t.Kind == text.Word && text.IsPlural(t.Norm) && !s.p.lex.Noise(t.Norm)
	})
}

// Idle reports whether a loose word was left out whose meaning the plan does
// not have all the same.
func (s *Sketch) Idle(unused []Unused, p *plan.Plan) bool {
	return slices.ContainsFunc(unused, func(u Unused) bool { return u.Class == "light" && !s.hasPlace(u, p) })
}

// Aggregates reports whether a word that was left out says what is to be
// computed: rows are no average.
func (s *Sketch) Aggregates(u Unused) bool {
	return slices.ContainsFunc(s.nodes, func(n *Node) bool { return n.Kind == "agg" && n.Start == u.Span.Start && n.End == u.Span.End })
}

func (s *Sketch) hasPlace(u Unused, p *plan.Plan) bool {
	word, next := s.p.tokens[u.Span.Start].Norm, s.nodeAt(u.Span.End)
	switch node := s.nodeAt(u.Span.Start); {
	case node == nil:
		return false
	case node.Kind == "axis": // "x axis name": which column is where
		return p.Chart != "" && next != nil && (next.Kind == Col || next.Kind == Measure || next.Kind == "count")
	case node.Kind == "by" && node.Payload == "each": // "how many have each"
		return len(p.Group) > 0
	case node.Kind == "by" && next != nil && next.Kind == "chart": // "by a bar chart"
		return true
	case node.Kind == "by": // "owned by"
		before := s.nodeAt(u.Span.Start - 1)
		return word == "by" && before != nil && before.Kind == Light && s.namedIn(before.Word, p)
	}
	return s.p.lex.Being(word) && !s.asksHowLong() || text.Singular(word) == "name" && s.showsNames(p) || s.namedIn(word, p)
}

// showsNames reports whether things are shown by what names them, which "the
// names of the countries" asks for where a column is called country.
func (s *Sketch) showsNames(p *plan.Plan) bool {
	return slices.ContainsFunc(slices.Concat(p.Select, p.Group), func(n plan.Named) bool {
		if n.Expr.Op != plan.OpCol || n.Expr.Col.Table != "" {
			return false
		}
		c := s.p.Schema.Find(s.p.scope.Base, n.Expr.Col.Name)
		return c != nil && c.Col.Type == table.String
	})
}

// nodeAt is the node that holds token i, or the next where that only carries
// structure.
func (s *Sketch) nodeAt(i int) *Node {
	for _, n := range s.nodes {
		if i < n.End && !skippable(n) {
			return n
		}
	}
	return nil
}

// namedIn reports whether a column of the plan is called after a verb: an
// owner is who owns.
func (s *Sketch) namedIn(verb string, p *plan.Plan) bool {
	stem := text.Stem(verb)
	if len(stem) < 3 {
		return false
	}
	return slices.ContainsFunc(p.Columns(), func(c plan.Col) bool {
		return slices.ContainsFunc(text.SplitName(c.Name), func(w string) bool { return strings.HasPrefix(text.Stem(w), stem) })
	})
}

// NamesSeveral reports whether the one amount asked for is named in the
// plural, of rows that are named as well.
func (s *Sketch) NamesSeveral() bool {
	return len(s.Select) == 1 && len(s.Nouns) > 0 && text.IsPlural(lastWord(s.Select[0].Node))
}

// OnceUnsaid reports whether the rows that a column is of are named: each of
// them could be meant, where every value is shown once.
func (s *Sketch) OnceUnsaid() bool { return !s.Distinct && len(s.Nouns) > 0 }

// HasNames reports whether the things in the table have names to show them by.
func (s *Sketch) HasNames() bool {
	l := s.p.label(s.p.scope.Base)
	return l != nil && unique(l) && !numeric(l)
}

// asksHowLong reports whether a length of time is asked for: there "take" is
// what is asked, and says more than that something is.
func (s *Sketch) asksHowLong() bool {
	i := slices.IndexFunc(s.p.tokens, func(t text.Token) bool { return t.Norm == "how" })
	return i >= 0 && i+1 < len(s.p.tokens) && s.p.tokens[i+1].Norm == "long"
}
