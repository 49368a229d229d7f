package question

import (
	"fmt"
	"math"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/rank"
	"tabletalk/internal/question/text"
)

// Clarification asks the person what was meant.
type Clarification struct {
	Question string
	Options  []Reading // up to four, most likely first
}

// Scores, in thousandths, by which rival readings are judged.
const (
	askMargin   = 25  // a rival as near as this is as likely
	probeMargin = 600 // what a reading without rows loses
)

// probes asks about the readings whose results may change the decision: those
// of unsure readings with near rivals.
func probes(readings []Reading) []Probe {
	if len(readings) < 2 || readings[0].Confidence == High || readings[1].Score < readings[0].Score-probeMargin {
		return nil
	}
	var out []Probe
	for i, r := range readings[:min(len(readings), maxProbes)] {
		if r.Score >= readings[0].Score-probeMargin {
			out = append(out, Probe{Reading: i, Plan: r.Plan})
		}
	}
	return out
}

// Settled reports whether Decide gives the same with the results so far,
// those of the first probes, as with all: once a reading has rows, only
// rivals that are as likely still count.
func Settled(o Outcome, results []ProbeResult) bool {
	best := math.MinInt
	for i, r := range results {
		if !r.Empty {
			best = max(best, o.Readings[o.Probes[i].Reading].Score)
		}
	}
	return best > math.MinInt && !slices.ContainsFunc(o.Probes[len(results):], func(p Probe) bool {
		return o.Readings[p.Reading].Score >= best-askMargin
	})
}

// weighed is a reading with what its result says, where that is known.
type weighed struct {
	Reading
	digest string
}

// weigh puts readings without rows behind their rivals.
func weigh(o Outcome, results []ProbeResult) []weighed {
	out := make([]weighed, len(o.Readings))
	for i, r := range o.Readings {
		out[i].Reading = r
	}
	for i, p := range o.Probes {
		if i >= len(results) || p.Reading >= len(out) {
			continue
		}
		out[p.Reading].digest = results[i].Digest
		if results[i].Empty {
			out[p.Reading].Score -= probeMargin
		}
	}
	slices.SortStableFunc(out, func(a, b weighed) int { return b.Score - a.Score })
	return out
}

// rivals are the first reading and those that are as likely, where their
// results, as far as known, are others.
func rivals(readings []weighed) []Reading {
	out, seen := []Reading{readings[0].Reading}, []string{readings[0].digest}
	for _, r := range readings[1:] {
		near := r.Score >= readings[0].Score-askMargin && !lessOf(r.Plan, readings[0].Plan) && !lessOf(readings[0].Plan, r.Plan)
		if !near || r.digest != "" && slices.Contains(seen, r.digest) || len(out) == maxOptions {
			continue
		}
		out, seen = append(out, r.Reading), append(seen, r.digest)
	}
	return out
}

// lessOf reports whether a plan only leaves out what another shows of the same
// rows: no other meaning, only less of it.
func lessOf(less, p *plan.Plan) bool {
	a, b := plan.Canonical(less), plan.Canonical(p)
	if a.From.Sub != nil || a.From.Set != nil || a.From.Table != b.From.Table || (a.Where == nil) != (b.Where == nil) || a.Where != nil && a.Where.String() != b.Where.String() {
		return false
	}
	shown := func(list []plan.Named, all []plan.Named) bool {
		return !slices.ContainsFunc(list, func(n plan.Named) bool {
			return !slices.ContainsFunc(all, func(m plan.Named) bool { return m.Expr.String() == n.Expr.String() })
		})
	}
	rows := len(a.Group)+len(a.Measures) == 0
	return rows && len(b.Measures) > 0 && len(a.Select) == 0 || len(a.Group) == len(b.Group) && shown(a.Group, b.Group) && shown(a.Measures, b.Measures) && shown(a.Select, b.Select)
}

// vagueNouns ask for everything and nothing: what they mean for a table must
// be said by one who knows it.
var vagueNouns = map[string]bool{"performance": true, "result": true, "kpi": true, "insight": true, "number": true, "figure": true, "stat": true,
	"statistic": true, "metric": true, "highlight": true, "situation": true, "picture": true, "story": true, "business": true, "status": true, "progress": true}

// vagueWords do the same without a name: "how are we doing", "tell me
// something interesting".
var vagueWords = map[string]bool{"doing": true, "going": true, "something": true, "anything": true, "interesting": true, "useful": true, "important": true, "everything": true}

// clarification turns a question that cannot be measured as it stands into
// one with options that can; nil where there are none.
func (u *understanding) clarification(r *Refusal, best *rank.Ranked) *Clarification {
	c := &Clarification{}
	switch {
	case r.Code == "vague" && best != nil:
		c.Question = fmt.Sprintf("How is “%s” measured?", r.Words[0])
		c.Options = u.understood(u.ranked(best))
	case r.Code == "unknown_words" && only(vagueWords, r.Words):
		c.Question = "What do you want to see?"
		c.Options = u.understood(tries(u.Catalog, maxOptions))
	case r.Code == "unknown_words" && only(vagueNouns, r.Words):
		c.Question = fmt.Sprintf("What of “%s” do you want to see?", r.Words[0])
		c.Options = u.understood(tries(u.Catalog, maxOptions))
	}
	if len(c.Options) < 2 {
		return nil
	}
	return c
}

// only reports whether there are words, and all of them are of a list.
func only(list map[string]bool, words []string) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !list[text.Singular(text.Fold(w))] })
}

// ranked are questions for the best of the things that a reading is about, by
// each amount of their table.
func (u *understanding) ranked(best *rank.Ranked) []string {
	t := u.Catalog.Table(best.Plan.From.Table)
	if t == nil {
		return nil
	}
	noun := words(t.Name)
	for _, n := range best.Sketch.Columns {
		noun = words(n.Cols[0].Column.Col.Name)
	}
	for _, m := range best.Plan.Measures {
		if e := m.Expr; e.Distinct && len(e.Args) == 1 && e.Args[0].Col != nil {
			noun = words(e.Args[0].Col.Name)
		}
	}
	var out []string
	for _, c := range u.schema.ColumnsOf(t.Name) {
		if ranks(c.Col) && len(out) < maxOptions {
			out = append(out, fmt.Sprintf("top 10 %s by %s", plan.Plural(noun), words(c.Col.Name)))
		}
	}
	if n := plan.Plural(words(t.Name)); noun != words(t.Name) && len(out) < maxOptions {
		out = append(out, fmt.Sprintf("%s with the most %s", plan.Plural(noun), n))
	}
	return out
}

// understood are the readings of questions that the engine made itself.
func (u *understanding) understood(questions []string) []Reading {
	var out []Reading
	for _, q := range questions {
		in := u.Input
		in.Text, in.History = q, nil
		o := Understand(in)
		if len(o.Readings) == 0 || o.Readings[0].Confidence == Low {
			continue
		}
		r := o.Readings[0]
		r.Label = q
		if !slices.ContainsFunc(out, func(x Reading) bool { return x.Plan.String() == r.Plan.String() }) {
			out = append(out, r)
		}
	}
	return out
}

// ranks reports whether things can be ranked by a column.
func ranks(c *catalog.Column) bool {
	return c.Type.Numeric() && (c.Role == catalog.Measure || c.Role == catalog.Rate || c.Role == catalog.Price)
}
