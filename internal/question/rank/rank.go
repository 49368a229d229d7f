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
	Text    string // canonical text of the plan
	Score   int
	Level   Level
	Reasons []string
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
		margin := 10_000
		if i+1 < len(out) {
			margin = out[i].Score - out[i+1].Score
		}
		out[i].Level, out[i].Reasons = confidence(&out[i], margin)
	}
	return out
}

// Score weighs a draft: what its words explain, less what it leaves out and
// what it supplies.
func Score(d *parse.Draft) int {
	w := shipped()
	s := d.Sketch.Segment + d.Bonus - d.Cost - w.each["join"]*len(d.Plan.From.Joins) - w.each["way"]*d.Sketch.Way
	for _, u := range d.Unused {
		s -= w.unused[u.Class]
	}
	for _, n := range d.Notes {
		s -= w.note[n.Code]
	}
	return s
}

// confidence says how sure a reading is, and why not surer.
func confidence(r *Ranked, margin int) (Level, []string) {
	level := High
	var why []string
	lower := func(to Level, reason string) {
		level = min(level, to)
		if !slices.Contains(why, reason) {
			why = append(why, reason)
		}
	}
	bound := shipped().bound
	for _, u := range r.Unused {
		switch u.Class {
		case "noun":
			lower(Medium, "what the rows are called was guessed")
		case "frame":
			lower(Low, "what was asked for cannot be computed yet")
		case "content", "light":
			lower(Medium, "not every word was used")
		default:
			lower(Low, notUsed(u.Class))
		}
	}
	for _, n := range r.Notes {
		if reason, ok := severe[n.Code]; ok {
			lower(Medium, reason)
		}
	}
	for _, d := range doubts {
		if d.holds(r) {
			lower(Medium, d.reason)
		}
	}
	if margin < bound["margin"] {
		lower(Medium, "another reading is nearly as likely")
	}
	if r.Cost > bound["cost"] {
		lower(Medium, "part of the question was filled in")
	}
	if r.Cost > bound["weakcost"] {
		lower(Low, "the parts of the question do not fit together")
	}
	if len(r.Sketch.Rivals) > 0 {
		lower(Medium, "a name fits several columns")
	}
	if r.Sketch.Weak < bound["link"] {
		lower(Medium, "a name is only near to the data's")
	}
	if r.Sketch.Weak < bound["weaklink"] {
		lower(Low, "a name is only near to the data's")
	}
	return level, why
}

// notUsed says that a word of a class was passed over.
func notUsed(class string) string {
	switch class {
	case "asked":
		return "what was asked for was not found"
	case "vague":
		return "a judgement was not measured"
	case "operator":
		return "an operator of the question was not used"
	}
	return "a " + class + " of the question was not used"
}
