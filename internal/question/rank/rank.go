package rank

import (
	"cmp"
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/parse"
)

// Level is how sure a reading is.
type Level int

// The levels.
const (
	Low Level = iota
	Medium
	High
)

// Ranked is a draft with its score and confidence.
type Ranked struct {
	*parse.Draft
	Text   string // canonical text of the plan
	Score  int
	Judged *Judged
	margin int // to the next reading
}

// Rank orders distinct drafts, best first, and gives each its confidence.
func Rank(drafts []*parse.Draft) []Ranked {
	best := map[string]Ranked{}
	var texts []string
	for _, d := range drafts {
		r := Ranked{Draft: d, Text: plan.Canonical(d.Plan).String(), Score: Score(d)}
		old, ok := best[r.Text]
		if !ok {
			texts = append(texts, r.Text)
		}
		if !ok || r.Score > old.Score {
			best[r.Text] = r
		}
	}
	out := make([]Ranked, 0, len(texts))
	for _, t := range texts {
		out = append(out, best[t])
	}
	slices.SortStableFunc(out, func(a, b Ranked) int { return cmp.Or(-cmp.Compare(a.Score, b.Score), cmp.Compare(a.Text, b.Text)) })
	for i := range out {
		out[i].margin = 10_000
		if i+1 < len(out) {
			out[i].margin = out[i].Score - out[i+1].Score
		}
		out[i].Judged = judge(&out[i])
	}
	return out
}

// Score weighs a draft: what its words explain, less what it leaves out and
// what it supplies.
func Score(d *parse.Draft) int {
	w := shipped()
	s := d.Sketch.Segment + d.Bonus - d.Cost - w.each["join"]*max(len(d.Plan.From.Joins)-d.Kept, 0) - w.each["way"]*d.Sketch.Way
	for _, u := range d.Unused {
		s -= w.unused[u.Class]
	}
	for _, n := range d.Notes {
		s -= w.note[n.Code]
	}
	return s
}

// Features are the names of what makes a reading less sure.
func (r *Ranked) Features() []string {
	var out []string
	for _, f := range features {
		if f.holds(r) {
			out = append(out, f.name)
		}
	}
	for _, n := range r.Notes {
		if _, ok := severe[n.Code]; ok && !slices.Contains(out, n.Code) {
			out = append(out, n.Code)
		}
	}
	return out
}

// Sureness is the trained estimate, in thousandths of the logarithm of the
// odds, that a reading with these features is what was meant.
func Sureness(features []string) int {
	w := shipped().sure
	sum := w["always"]
	for _, f := range features {
		sum += w[f]
	}
	return sum
}

// Filled is the reason of readings that had to invent a part of what was asked.
const Filled = "part of the question was filled in"

// judge gathers what speaks against a reading. A word that is left out, or a
// part that is invented, is never passed over; beside that the doubts decide
// together.
func judge(r *Ranked) *Judged {
	j := &Judged{most: High, doubts: r.Features(), one: r.Edit == "" && r.Sketch.AsksForOne()}
	j.meet, j.spreads = chooses(r)
	bound := shipped().bound
	for _, u := range r.Unused {
		switch u.Class {
		case "noun", "light":
		case "frame":
			j.lower(Low, "what was asked for cannot be computed yet")
		case "content":
			j.lower(Medium, "not every word was used")
		case "topic":
			j.lower(Medium, "what the table is about was guessed")
		default:
			j.lower(Low, "a "+u.Class+" of the question was not used")
		}
	}
	if r.Sketch.Spent() {
		j.lower(Medium, "the question is long: not all of its readings were tried")
	}
	if r.Cost > bound["cost"] {
		j.lower(Medium, Filled)
	}
	if r.Cost > bound["weakcost"] {
		j.lower(Low, "the parts of the question do not fit together")
	}
	if r.Sketch.Weak < bound["weaklink"] {
		j.lower(Low, "a name is only near to the data's")
	}
	return j
}

func reasonOf(name string) string {
	for _, f := range features {
		if f.name == name {
			return f.reason
		}
	}
	if text, ok := found[name]; ok {
		return text
	}
	return severe[name]
}
