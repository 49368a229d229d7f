package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// What "those" and "their" stand for, as far as the question itself says.

// OfNothingNamed reports whether a reference comes before anything that it
// could be to within the question: "what are their prices", but not "the
// products and their prices".
func (s *Sketch) OfNothingNamed() bool { return s.refersAlone(func(string) bool { return true }) }

// OfUnknown reports whether a question that goes on with nothing speaks of
// several things that were never named: "how many of them". Others, as in
// "does it rain", stand for no thing at all.
func (s *Sketch) OfUnknown() bool {
	return s.refersAlone(func(word string) bool {
		return strings.Contains(word, "those") || strings.Contains(word, "these") || strings.Contains(word, "them")
	})
}

func (s *Sketch) refersAlone(means func(word string) bool) bool {
	for _, n := range s.Pieces {
		switch n.Kind {
		case Col, Tab, Val, Pred, Measure, Word:
			return false
		case "ref":
			return means(n.Word)
		}
	}
	return false
}

// AsksHowManyEach reads "how many seats" of a column of seats: the column itself,
// where no total was asked for.
func (s *Sketch) AsksHowManyEach() (plan.Named, bool) {
	if s.Head != "howmany" && !s.AsksOfEach() || len(s.Preds)+len(s.Haves)+len(s.Shares)+len(s.Frames) > 0 || s.Best != nil || s.Limit != nil || s.Says("total") || s.Says("altogether") || s.Says("all") {
		return plan.Named{}, false
	}
	c := s.countedColumn()
	if c == nil {
		return plan.Named{}, false
	}
	return plan.Named{As: c.Col.Name, Expr: s.p.expr(c), Unit: c.Col.Unit}, true
}

// countedColumn is the one column whose numbers "how many" asks for.
func (s *Sketch) countedColumn() *link.Column {
	if len(s.Measures) == 1 && s.Measures[0].Column != nil {
		if a := s.Measures[0]; a.Op == plan.OpSum && !a.Stated && len(s.Keys)+len(s.Select) == 0 {
			return a.Column
		}
		return nil
	}
	var named []*link.Column
	for _, n := range s.nodes {
		for _, part := range append([]*Node{n}, n.Parts...) {
			if c := part.pick(numeric); part.Kind == Col && c != nil && !slices.Contains(named, c) && !slices.Contains(s.RefColumns, c) {
				named = append(named, c)
			}
		}
	}
	if len(named) != 1 || named[0].Table.Name != s.p.scope.Base || numbering(named[0]) {
		return nil
	}
	return named[0]
}

// AsksForOthers reads "which other club has the same number?" and "who else has
// that?".
func (s *Sketch) AsksForOthers() bool {
	if s.Best != nil || s.Limit != nil || s.Count || len(s.Preds)+len(s.Haves)+len(s.Frames)+len(s.Shares) > 0 || !s.AsksWhich() && s.Head != "when" {
		return false
	}
	other := slices.ContainsFunc(s.p.tokens, func(t text.Token) bool { return SaysOther(t.Norm) })
	same := s.Says("same") || s.Says("identical") || s.Refers() || s.Says("this") || s.Says("that") || s.Says("these")
	return other && same || (s.Says("same") || s.Says("identical")) && len(s.Preds) == 0 && s.Head == "who"
}

// SameColumn is the column of which the question says "the same"; nil where it
// says it of none.
func (s *Sketch) SameColumn() *link.Column {
	for _, n := range s.Pieces {
		if n.Kind == Col && n.Start > 0 && (s.p.tokens[n.Start-1].Norm == "same" || s.p.tokens[n.Start-1].Norm == "identical") {
			return n.top()
		}
	}
	return nil
}

// SaysOther reports whether a word asks for others than those spoken of.
func SaysOther(word string) bool {
	return word == "other" || word == "others" || word == "else" || word == "another"
}

// SaysOthers reports whether the question asks for others than those spoken of,
// and names none of these: "other than Anna" does.
func (s *Sketch) SaysOthers() bool {
	for i, t := range s.p.tokens {
		if SaysOther(t.Norm) {
			return i+1 == len(s.p.tokens) || s.p.tokens[i+1].Norm != "than"
		}
	}
	return false
}

// OthersCalled reports whether a word is what the question calls the others by:
// "which other player".
func (s *Sketch) OthersCalled(u Unused) bool {
	return u.Span.Start > 0 && SaysOther(s.p.tokens[u.Span.Start-1].Norm)
}

// OfOtherValues reports whether the question names a value of a column itself.
func (s *Sketch) OfOtherValues(c *link.Column) bool {
	return slices.ContainsFunc(s.Pieces, func(n *Node) bool {
		return n.Kind == Val && slices.ContainsFunc(n.Vals, func(m link.Mention) bool { return m.Column == c })
	})
}

// NamesWhich reports whether "which" asks for things with a name of their own,
// "which teams of those", rather than for those that are so.
func (s *Sketch) NamesWhich() bool {
	for i, t := range s.p.tokens {
		if t.Norm != "which" && t.Norm != "who" && t.Norm != "what" {
			continue
		}
		return slices.ContainsFunc(s.Select, func(it Item) bool { return it.Node.Start > i && s.p.noiseBetween(i+1, it.Node.Start) })
	}
	return true
}

// noiseBetween reports whether nothing but noise and references stands between
// two tokens.
func (p *parser) noiseBetween(from, to int) bool {
	return !slices.ContainsFunc(p.tokens[from:max(from, to)], func(t text.Token) bool {
		switch t.Norm {
		case "is", "are", "was", "were", "has", "have", "had", "did", "do", "does":
			return true
		}
		return t.Norm != "of" && t.Norm != "those" && t.Norm != "two" && !p.lex.Noise(t.Norm)
	})
}

// OtherEnd reads "and the smallest?" after the first by something: whether the
// other end of the same order is asked for.
func (s *Sketch) OtherEnd(p *plan.Plan) (desc, ok bool) {
	r := s.Best
	if r == nil || len(p.Order) != 1 || p.Limit == nil || r.N > 1 || r.Offset > 0 || len(s.p.tokens) > maxNudge {
		return false, false
	}
	if len(s.Select)+len(s.Measures)+len(s.Preds)+len(s.Nouns)+len(s.Haves)+len(s.Frames)+len(s.Shares)+len(s.Keys) > 0 || s.Count || len(s.UnusedBut("light")) > 0 {
		return false, false
	}
	if !r.open() && !s.ordersBy(p, r) {
		return false, false
	}
	return r.Desc, true
}

// ordersBy reports whether a plan is ordered by what a rank names.
func (s *Sketch) ordersBy(p *plan.Plan, r *Rank) bool {
	if r.Column == nil {
		return false
	}
	by := p.Order[0].By
	if by.Op == plan.OpRef {
		n := p.Result(by.Name)
		if n == nil {
			return false
		}
		by = n.Expr
	}
	if by.Op.Aggregate() && len(by.Args) == 1 {
		by = by.Args[0]
	}
	return same(by, s.p.expr(r.Column))
}
