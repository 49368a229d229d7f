package plan

import (
	"fmt"
	"slices"
)

// Diff says in words what makes plan b of plan a, one change each; none where
// they ask the same.
func Diff(a, b *Plan) []string {
	if a == nil || b == nil {
		return nil
	}
	d := &differences{}
	if source(a) != source(b) {
		d.say("reads %s instead of %s", source(b), source(a))
	}
	d.sets("the filter", conjuncts(a.Where), conjuncts(b.Where))
	d.sets("the group", namedTexts(a.Group), namedTexts(b.Group))
	d.sets("the measure", namedTexts(a.Measures), namedTexts(b.Measures))
	d.sets("the column", namedTexts(a.Select), namedTexts(b.Select))
	d.sets("the condition on results", conjuncts(a.Having), conjuncts(b.Having))
	d.values("the order", orderText(a), orderText(b))
	d.values("the limit", limitText(a), limitText(b))
	d.values("empty periods", shown(a.Fill), shown(b.Fill))
	d.values("repeated rows", shown(!a.Distinct), shown(!b.Distinct))
	d.values("the analysis", analysisText(a), analysisText(b))
	d.values("the chart", a.Chart, b.Chart)
	if len(d.list) == 0 && a.Kind != b.Kind {
		d.say("shown as %s instead of %s", b.Kind, a.Kind)
	}
	return d.list
}

type differences struct{ list []string }

func (d *differences) say(format string, args ...any) {
	d.list = append(d.list, fmt.Sprintf(format, args...))
}

// sets compares lists of texts; one text exchanged for another is a change.
func (d *differences) sets(what string, a, b []string) {
	gone, came := without(a, b), without(b, a)
	if len(gone) == 1 && len(came) == 1 {
		d.say("changed %s %s to %s", what, gone[0], came[0])
		return
	}
	for _, s := range gone {
		d.say("removed %s %s", what, s)
	}
	for _, s := range came {
		d.say("added %s %s", what, s)
	}
	if len(gone)+len(came) == 0 && len(a) > 1 && !slices.Equal(a, b) && what != "the filter" {
		d.say("put %ss in another order", what)
	}
}

func (d *differences) values(what, a, b string) {
	switch {
	case a == b:
	case a == "":
		d.say("added %s: %s", what, b)
	case b == "":
		d.say("removed %s: %s", what, a)
	default:
		d.say("changed %s from %s to %s", what, a, b)
	}
}

func without(list, other []string) []string {
	var rest []string
	for _, s := range list {
		if !slices.Contains(other, s) {
			rest = append(rest, s)
		}
	}
	return rest
}

func conjuncts(e *Expr) []string {
	var list []string
	for _, c := range Conjuncts(canonical(e)) {
		list = append(list, c.String())
	}
	return list
}

func namedTexts(list []Named) []string {
	out := make([]string, len(list))
	for i, n := range list {
		var w printer
		w.named("", []Named{n})
		out[i] = w.b.String()
	}
	return out
}

func source(p *Plan) string {
	var w printer
	w.from(&p.From)
	return w.b.String()
}

func orderText(p *Plan) string { return trimStage(func(w *printer) { w.order(p.Order) }, " | order ") }

func limitText(p *Plan) string { return trimStage(func(w *printer) { w.limit(p.Limit) }, " | limit ") }

func analysisText(p *Plan) string {
	return trimStage(func(w *printer) { w.analysis(p.Analysis) }, " | analyse ")
}

func trimStage(write func(*printer), lead string) string {
	var w printer
	write(&w)
	return w.b.String()[min(len(lead), w.b.Len()):]
}

func shown(is bool) string { return map[bool]string{true: "shown", false: "hidden"}[is] }
