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

// Weights of what a draft leaves out or supplies, in thousandths.
var unusedCost = map[string]int{"content": 700, "name": 900, "asked": 900, "frame": 600, "vague": 400, "number": 1000, "operator": 900, "light": 40, "noun": 120, "period": 1000, "nodate": 600, "negation": 1000, "comparison": 900}

var noteCost = map[string]int{"default_measure": 250, "default_aggregate": 30, "default_date": 60, "default_grain": 40, "default_order": 20,
	"default_limit": 20, "spelling": 100, "value_part": 60, "value_rival": 80, "values_holding": 100, "unknown_value": 500, "adjective": 20}

const joinCost = 120

// Score weighs a draft: what its words explain, less what it leaves out and
// what it supplies.
func Score(d *parse.Draft) int {
	s := d.Sketch.Segment + d.Bonus - d.Cost - joinCost*len(d.Plan.From.Joins) - 5*d.Sketch.Way
	for _, u := range d.Unused {
		s -= unusedCost[u.Class]
	}
	for _, n := range d.Notes {
		s -= noteCost[n.Code]
	}
	return s
}

// severe notes keep a reading from being highly confident.
var severe = map[string]string{
	"default_measure": "the measure was not named",
	"spelling":        "a spelling was corrected",
	"value_rival":     "several values fit",
	"after_data":      "the period lies after the data",
	"row_noun":        "what the rows are called was guessed",
	"sum_of_id":       "an identifier is added up",
	"unknown_value":   "a value is not in the data",
	"value_part":      "a value was only named in part",
	"values_holding":  "several values fit",
	"both_as_either":  "no row can have both",
	"count_names":     "each name was counted once",
	"total_rows":      "rows that seem to be totals were left out",
	"day_month":       "day and month could be the other way round",
}

// Thresholds of confidence.
const (
	sureMargin = 60  // less to the next reading is no certainty
	sureLink   = 640 // a weaker tie of a name is no certainty
	weakLink   = 450
	sureCost   = 140
)

func confidence(r *Ranked, margin int) (Level, []string) {
	level := High
	var why []string
	lower := func(to Level, reason string) {
		level = min(level, to)
		if !slices.Contains(why, reason) {
			why = append(why, reason)
		}
	}
	light := 0
	for _, u := range r.Unused {
		switch u.Class {
		case "light":
			light++
		case "noun":
			lower(Medium, "what the rows are called was guessed")
		case "frame":
			lower(Low, "what was asked for cannot be computed yet")
		case "content":
			lower(Medium, "not every word was used")
		default:
			lower(Low, "a "+u.Class+" of the question was not used")
		}
	}
	if light > 1 || light == 1 && (r.Sketch.Head == "who" || r.Sketch.Head == "where" || r.Sketch.Head == "when") {
		lower(Medium, "not every word was used")
	}
	for _, n := range r.Notes {
		if reason, ok := severe[n.Code]; ok {
			lower(Medium, reason)
		}
	}
	if margin < sureMargin {
		lower(Medium, "another reading is nearly as likely")
	}
	if r.Cost > sureCost {
		lower(Medium, "part of the question was filled in")
	}
	if r.Cost > 600 {
		lower(Low, "the parts of the question do not fit together")
	}
	if len(r.Sketch.Rivals) > 0 {
		lower(Medium, "a name fits several columns")
	}
	if r.Sketch.Weak < sureLink {
		lower(Medium, "a name is only near to the data's")
	}
	if r.Sketch.Weak < weakLink {
		lower(Low, "a name is only near to the data's")
	}
	return level, why
}
