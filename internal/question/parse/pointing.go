package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/text"
)

// How a question that goes on from an answer points at the things of it: by a
// noun of its own choosing, "these games", one by one, "how many does each
// have", or by nothing but who, when or where: "when were they born".

// pointedAt reports whether a word stands right after a word that points back:
// whatever the things of the answer before are called there, they are meant.
func (s *Sketch) pointedAt(n *Node, i int) bool {
	if !s.p.Follows || i == 0 || !nounLike(n.Word) || amountNoun(n.Word) {
		return false
	}
	prev := s.nodes[i-1]
	if prev.Kind != "ref" || prev.End != n.Start || n.End < len(s.p.tokens) && s.p.names(n.End) {
		return false
	}
	return slices.ContainsFunc(s.p.tokens[prev.Start:prev.End], func(t text.Token) bool { return demonstratives[t.Norm] })
}

// demonstratives point at things, which may be named after them.
var demonstratives = map[string]bool{"this": true, "that": true, "these": true, "those": true}

// thatThing reports whether "that" at token i points at a thing, "when was that
// game", rather than opening a clause: "the games that ended".
func (p *parser) thatThing(i int) bool {
	if !p.Follows || i+1 >= len(p.tokens) || p.tokens[i+1].Kind != text.Word || p.lex.Noise(p.tokens[i+1].Norm) || text.IsPlural(p.tokens[i+1].Norm) || !nounLike(p.tokens[i+1].Norm) {
		return false
	}
	if i == 0 {
		return true
	}
	switch p.tokens[i-1].Norm {
	case "was", "were", "is", "did", "does", "in", "on", "at", "for", "during", "from", "with", "by", "and", ",":
		return true
	}
	return false
}

// AsksOfEach reports whether something is asked of each thing of the answer
// before: "how many orders does each have", "what is the price of each".
func (s *Sketch) AsksOfEach() bool {
	if !s.p.Follows || len(s.Keys) > 0 {
		return false
	}
	i := slices.IndexFunc(s.p.tokens, func(t text.Token) bool { return t.Norm == "each" })
	if i < 1 {
		return false
	}
	if i+1 == len(s.p.tokens) || s.p.tokens[i+1].Kind == text.Punct {
		return true
	}
	next := s.p.tokens[i+1].Norm
	return s.p.lex.Being(next) || slices.Contains(ofEachWords, next)
}

// ofEachWords follow an "each" that stands for each thing of an answer.
var ofEachWords = []string{"one", "of", "have", "has", "had", "get", "got", "win", "won", "earn", "earned", "contain", "score", "scored", "make", "made", "take", "took", "respectively"}

// AsksWhichOne reads "which one is the largest", which asks about the things of
// the answer before.
func (s *Sketch) AsksWhichOne() bool {
	for i, t := range s.p.tokens[:max(len(s.p.tokens)-1, 0)] {
		if next := s.p.tokens[i+1].Norm; t.Norm == "which" && (next == "one" || next == "ones") {
			return s.p.Follows
		}
	}
	return false
}

// AsksBare reports whether nothing but who, when or where says what is asked of
// the things of the answer before: "when were they born", "who was that".
func (s *Sketch) AsksBare() bool {
	if s.Head != "who" && s.Head != "when" && s.Head != "where" {
		return false
	}
	bare := len(s.Select)+len(s.Nouns)+len(s.Preds)+len(s.Haves)+len(s.Measures)+len(s.Keys)+len(s.Orders)+len(s.Frames)+len(s.Shares) == 0
	return bare && len(s.UnusedBut("light", "noun")) == 0 && s.p.Follows && s.Refers() && s.Best == nil && s.Limit == nil && s.Near == nil && !s.Count
}

// askedBare shows who, when or where it was of the things of the answer before.
func (b *builder) askedBare() bool {
	if !b.s.AsksBare() {
		return false
	}
	c := b.headColumn()
	if c == nil || b.s.Head == "who" && !textual(c) || slices.Contains(b.s.RefColumns, c) {
		return false
	}
	b.addSelect(c)
	return true
}

// Bound is a number with what it is compared by, where a question says nothing
// else: "what about more than 4". Without a comparison the operator is empty.
type Bound struct {
	Op plan.Op
	By text.Quantity
}

// AskedBound reads a question that only says another number for a comparison of
// the answer before: "how about less than 800", "and over 5000?".
func (s *Sketch) AskedBound() (Bound, bool) {
	var out Bound
	numbers, compared := 0, 0
	for _, n := range s.Pieces {
		switch n.Kind {
		case Num:
			out.By = n.Num
			numbers++
		case "cmp", "post", "time":
			out.Op = cmpOps[n.Payload]
			compared++
		case Fn, "follow", "and", "comma":
		default:
			return Bound{}, false
		}
	}
	return out, numbers == 1 && compared <= 1 && (out.Op != "" || compared == 0)
}

// Within rebuilds a comparison with another number; nil where it is none.
func (s *Sketch) Within(e *plan.Expr, b Bound) *plan.Expr {
	if len(e.Args) != 2 || opposite[e.Op] == "" || e.Args[1].Lit == nil || !e.Args[1].Lit.Type.Numeric() {
		return nil
	}
	op := b.Op
	if op == "" {
		op = e.Op
	}
	value := numberExpr(b.By.Value)
	if c := s.Column(e.Args[0]); c != nil {
		value = literal(c, b.By)
	}
	return plan.Make(op, e.Args[0], value)
}
