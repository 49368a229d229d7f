package question

import (
	"slices"

	"tabletalk/internal/question/followup"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/parse"
	"tabletalk/internal/question/rank"
	"tabletalk/internal/question/text"
)

// last is the turn that a follow-up edits.
func (u *understanding) last() followup.Turn {
	if t, ok := u.pair(); ok {
		return t
	}
	return turn(u.referred())
}

func turn(h Turn) followup.Turn {
	t := followup.Turn{Plan: h.Plan}
	for _, k := range h.Keys {
		t.Keys = append(t.Keys, followup.Key(k))
	}
	return t
}

// pair is the last two turns as one, where each was about one thing and the
// question is which of two is more: "whose is higher?".
func (u *understanding) pair() (followup.Turn, bool) {
	n := len(u.History)
	if n < 2 || !u.ofTwo() {
		return followup.Turn{}, false
	}
	return followup.Pair(turn(u.History[n-2]), turn(u.History[n-1]))
}

// ofTwo reports whether a question chooses between two things that it does not name.
func (u *understanding) ofTwo() bool {
	if slices.ContainsFunc(u.mentions, func(m link.Mention) bool { return m.Kind == link.ValueMention && m.Whole && m.Score > 700 }) {
		return false
	}
	asks, compares := false, u.thingsReferred() == 2
	for i, t := range u.tokens {
		switch t.Norm {
		case "than", "then", "other", "else", "next":
			return false
		case "which", "who", "whose", "what":
			asks = true
		case "both", "more", "less", "fewer":
			compares = true
		}
		compares = compares || slices.ContainsFunc(u.lex.FormsAt(u.tokens, i), func(f lexicon.Form) bool { return f.Degree == lexicon.Comparative }) ||
			slices.ContainsFunc(u.lex.At(u.tokens, i), func(e lexicon.Entry) bool { return e.Tag == "cmp" && len(e.Words) == 1 })
	}
	return asks && compares
}

// noSurer keeps a reading that goes on from an answer from being surer than that
// answer is: what was doubtful in it is in this one too. Where neither its
// amounts nor its conditions are kept, nothing of the doubt is.
func (u *understanding) noSurer(r *Reading) {
	h := u.referred()
	at := slices.Index(levels[:], h.Sure)
	if at < 0 || !followup.Keeps(r.Plan, h.Plan) {
		return
	}
	r.judged.NoSurer(rank.Level(at), "the answer before, which this goes on from, was not surer")
	r.judge(r.judged)
}

// refersToNothing refuses questions about "those" where nothing says which.
// Where nothing was answered yet they are all there is, which is told.
func (u *understanding) refersToNothing() *Refusal {
	if len(u.History) > 0 {
		if followup.Lost(u.last(), u.sketches) {
			return u.lost()
		}
		return u.fewerThings()
	}
	for _, s := range u.sketches {
		if s.OfUnknown() && !u.saysWhich() {
			s.Notes = append(s.Notes, parse.Note{Code: "those_all", Text: "Nothing was answered before: all rows are taken."})
		}
	}
	return nil
}

// saysWhich reports whether the question itself says which “those” are: "those
// employees who earn more than 5000".
func (u *understanding) saysWhich() bool {
	at := slices.IndexFunc(u.tokens, func(t text.Token) bool { return t.Norm == "those" || t.Norm == "these" })
	if at < 0 {
		return false
	}
	after := u.tokens[at+1 : min(at+4, len(u.tokens))]
	return slices.ContainsFunc(after, func(t text.Token) bool { return slices.Contains(relatives, t.Norm) })
}

// relatives open a clause that says which things are meant.
var relatives = []string{"who", "whose", "whom", "which", "that", "where", "with", "without"}

// fewNumbers are how many things a question may say that it speaks of.
var fewNumbers = map[string]int{"two": 2, "three": 3, "four": 4, "five": 5, "2": 2, "3": 3, "4": 4, "5": 5}

// referred is the turn that the question goes on with: the last one, or, where
// it says of how many things it speaks, the last that gave so many.
func (u *understanding) referred() Turn {
	last := u.History[len(u.History)-1]
	n := u.thingsReferred()
	if n == 0 || gives(last) == n {
		return last
	}
	for i := len(u.History) - 2; i >= 0 && i >= len(u.History)-maxBack; i-- {
		if gives(u.History[i]) == n {
			return u.History[i]
		}
	}
	return last
}

// maxBack is how many turns back “those two” may reach.
const maxBack = 5

// gives is how many things an answer named.
func gives(t Turn) int {
	if len(t.Keys) == 0 || t.Keys[0].Cut {
		return 0
	}
	return len(t.Keys[0].Values)
}

// thingsReferred reads how many “those two” and “the three” are; zero where
// nothing of the kind was said.
func (u *understanding) thingsReferred() int {
	for i, t := range u.tokens[:max(len(u.tokens)-1, 0)] {
		switch t.Norm {
		case "those", "these", "the":
			if n := fewNumbers[u.tokens[i+1].Norm]; n > 0 {
				return n
			}
		}
	}
	return 0
}
