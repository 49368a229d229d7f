package question

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tabletalk/internal/plan"
)

// Probes that Settled leaves out would not have changed the decision.
func TestSettledKeepsTheDecision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var readings []Reading
		for i := range rapid.IntRange(1, 5).Draw(t, "readings") {
			table := fmt.Sprint("t", i)
			readings = append(readings, Reading{
				Score: rapid.SampledFrom([]int{200, 300, 880, 895, 900, 1000}).Draw(t, "score"), Confidence: Medium,
				Plan: &plan.Plan{From: plan.From{Table: table}, Measures: []plan.Named{{As: "n", Expr: plan.Make(plan.OpCount)}}},
			})
		}
		slices.SortStableFunc(readings, func(a, b Reading) int { return cmp.Compare(b.Score, a.Score) })
		o := Outcome{Readings: readings}
		o.Probes = probes(readings)
		var all []ProbeResult
		for range o.Probes {
			all = append(all, rapid.SampledFrom([]ProbeResult{{}, {Empty: true}, {Digest: "1"}, {Digest: "2"}}).Draw(t, "result"))
		}
		some := 0
		for some < len(all) && !Settled(o, all[:some]) {
			some++
		}
		want, got := Decide(o, all), Decide(o, all[:some])
		if got.Status != want.Status || said(got) != said(want) {
			t.Fatalf("%d of %v decide %s, all decide %s", some, all, said(got), said(want))
		}
	})
}

// said is what a decision chose, as text.
func said(d Decision) string {
	var list []string
	if d.Reading != nil {
		list = append(list, d.Reading.Plan.From.Table)
	}
	for _, o := range d.Options {
		list = append(list, "or "+o.Plan.From.Table)
	}
	return fmt.Sprint(list)
}

// A reading that has rows needs no look at rivals that are far behind, and one
// without rows does.
func TestSettledBySure(t *testing.T) {
	o := Outcome{Readings: []Reading{{Score: 1000}, {Score: 900}}, Probes: []Probe{{Reading: 0}, {Reading: 1}}}
	for _, c := range []struct {
		results []ProbeResult
		want    bool
	}{{nil, false}, {[]ProbeResult{{}}, true}, {[]ProbeResult{{Empty: true}}, false}} {
		if Settled(o, c.results) != c.want {
			t.Errorf("after %v it is settled: %v", c.results, !c.want)
		}
	}
}
