package parse

import (
	"slices"

	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/text"
)

// Which of two, or of the things of the answer before, has more of something.

// choiceRules come after values are joined.
var choiceRules = []Rule{
	{Name: "one of two values", Pattern: "k=between|'of'|'from'|'among' v=val", Make: oneOfValues},
}

// oneOfValues reads “between Oslo and Bergen, which is larger” as a choice.
func oneOfValues(p *parser, m match) *Node {
	v := m.one("v")
	if v.Payload != "joined" || m.one("k").Kind != "between" && m.start > 1 || p.saysAny("difference", "correlation", "relationship", "compare", "ratio", "than", "both") || !p.asksForOne() || !p.compares() {
		return nil
	}
	p.choice = true
	n := v.copy()
	n.Word = "or"
	return n
}

// asksForOne reports whether a question asks which, or who.
func (p *parser) asksForOne() bool {
	return p.saysAny("which", "who", "whose", "what")
}

// compares reports whether a word of the question says which of several has
// more of something.
func (p *parser) compares() bool {
	for i := range p.tokens {
		if slices.ContainsFunc(p.lex.FormsAt(p.tokens, i), func(f lexicon.Form) bool { return f.Degree != lexicon.Positive }) ||
			slices.ContainsFunc(p.lex.At(p.tokens, i), func(e lexicon.Entry) bool { return e.Tag == "cmp" && (e.Payload == "gt" || e.Payload == "lt") }) {
			return true
		}
	}
	return false
}

// greaterByColumn reads "more points, A or B".
func greaterByColumn(p *parser, m match) *Node {
	s, c := m.one("s"), m.one("c").pick(amount)
	if c == nil || !p.choice && !p.choosesOne(m) {
		return nil
	}
	desc := true
	if s.Form != nil {
		desc = p.descends(s, c)
	} else {
		desc = s.Payload == "gt"
	}
	return p.oneOfThem(&Rank{N: 1, Column: c, Desc: desc})
}

// greaterOfTwo reads "which is longer, A or B".
func greaterOfTwo(p *parser, m match) *Node {
	s := m.one("s")
	if !p.choice && !p.choosesOne(m) {
		return nil
	}
	if c, more := p.measuredColumn(s); c != nil {
		return p.oneOfThem(&Rank{N: 1, Column: c, Desc: more})
	}
	if p.choice && (s.Word == "more" || s.Word == "fewer" || s.Word == "less") {
		return &Node{Kind: Best, Rank: &Rank{N: 1, Count: true, Desc: s.Word == "more"}}
	}
	return p.greaterOfShown(s, m)
}

// oneOfThem is the first by a rank of the things that the question names, else
// of those of the answer before.
func (p *parser) oneOfThem(r *Rank) *Node {
	n := &Node{Kind: Best, Rank: r}
	if !p.choice {
		n.Frame = "those"
	}
	return n
}

// greaterOfShown reads “which is higher” of the things that the answer before
// showed with an amount: by that, which is still to be found.
func (p *parser) greaterOfShown(s *Node, m match) *Node {
	if p.choice || !p.Follows || s.Payload != "gt" && s.Payload != "lt" && s.Form == nil {
		return nil
	}
	if s.Form != nil && !generic(s) || !p.restIsNoise(m.end) {
		return nil
	}
	form := s.Form
	if form == nil {
		form = p.lexForm(map[string]string{"gt": "max", "lt": "min"}[s.Payload])
	}
	n := &Node{Kind: Best, Payload: "open", Form: form}
	n.Rank = &Rank{N: 1, Desc: !downward(n)}
	return n
}

// restIsNoise reports whether nothing but noise follows token i, or words for
// an amount that was shown: "which has the higher number".
func (p *parser) restIsNoise(i int) bool {
	return !slices.ContainsFunc(p.tokens[i:], func(t text.Token) bool {
		return t.Kind != text.Punct && !p.lex.Noise(t.Norm) && !shownAmount(t.Norm)
	})
}

// shownAmount reports whether a word speaks of an amount without saying which.
func shownAmount(word string) bool {
	switch word {
	case "amount", "number", "total", "value", "figure", "one", "sum", "count", "result":
		return true
	}
	return false
}

// choosesOne reports whether a comparative, which is compared with nothing,
// asks for one of the things that were named or shown before: “which of them is
// longer”, “who has more points”.
func (p *parser) choosesOne(m match) bool {
	if len(p.tokens) == 0 || !p.Follows && !p.saysAny("two", "both", "between") {
		return false
	}
	if p.saysAny("than", "then", "by") || m.end < len(p.tokens) && p.tokens[m.end].Kind == text.Number {
		return false
	}
	return p.asksForOne()
}

// saysAny reports whether one of some words stands in the question.
func (p *parser) saysAny(words ...string) bool {
	return slices.ContainsFunc(p.tokens, func(t text.Token) bool { return slices.Contains(words, t.Norm) })
}

// ChoosesOne reports whether a question asks which of several has more of
// something.
func (s *Sketch) ChoosesOne() bool { return s.p.saysAny("which", "who", "whose") && s.p.compares() }
