package parse

import (
	"strings"

	"tabletalk/internal/plan"
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
	if s.Head != "howmany" || len(s.Measures) != 1 || len(s.Preds)+len(s.Keys)+len(s.Haves)+len(s.Select) > 0 || s.Says("total") || s.Says("altogether") || s.Says("all") {
		return plan.Named{}, false
	}
	a := s.Measures[0]
	if a.Op != plan.OpSum || a.Stated || a.Column == nil {
		return plan.Named{}, false
	}
	return plan.Named{As: a.Column.Col.Name, Expr: s.p.expr(a.Column), Unit: a.Column.Col.Unit}, true
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
