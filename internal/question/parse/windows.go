package parse

import (
	"fmt"
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
)

// windowRules read over how many periods an average moves.
var windowRules = []Rule{
	{Name: "over so many periods", Pattern: "cmp|'of' q=num g=grain", Make: movingOver},
	{Name: "average of the last periods", Pattern: "f=frame q=num g=grain a=agg", Make: movingLast},
}

// movingOver reads "over 6 months" beside "moving average".
func movingOver(p *parser, m match) *Node {
	w := p.tokens[m.start].Norm
	if w != "over" && w != "of" || !p.moves(m.start) {
		return nil
	}
	return p.movingBy(m)
}

// movingLast reads "rolling 3 month average".
func movingLast(p *parser, m match) *Node {
	if m.one("f").Payload != "moving" || m.one("a").Payload != "avg" {
		return nil
	}
	return p.movingBy(m)
}

func (p *parser) movingBy(m match) *Node {
	q := m.one("q").Num
	if q.Value < 2 || q.Value >= 1000 || q.Value != float64(int(q.Value)) {
		return nil
	}
	return &Node{Kind: "frame", Payload: "moving", Num: q, Grain: m.one("g").Grain}
}

// moves reports whether a moving average was spoken of before token i.
func (p *parser) moves(i int) bool {
	return slices.ContainsFunc(p.tokens[:i], func(t text.Token) bool {
		return t.Norm == "moving" || t.Norm == "rolling" || t.Norm == "trailing"
	})
}

// window builds a running total or a moving average along time.
func (b *builder) window() bool {
	s := b.s
	c := b.p.dateColumn()
	if c == nil {
		return false
	}
	g, n := b.windowGrain(c)
	a := b.amountAsked()
	if s.hasFrame("moving") && a.Op == plan.OpAvg && a.Column != nil && defaultAggregate(a.Column) == plan.OpSum {
		a = b.p.aggregate(plan.OpSum, a.Column, true) // the average is the moving one
	}
	b.addKey(Key{Column: c, Grain: g})
	for _, k := range s.Keys {
		if k.Column != c {
			b.addKey(k)
		}
	}
	as := b.addMeasure(a)
	e := &plan.Expr{Op: plan.OpRunning, Args: []*plan.Expr{plan.Ref(as)}, By: b.otherKeys()}
	name := "running " + as
	if s.hasFrame("moving") {
		e.Op, e.N, name = plan.OpMoving, n, fmt.Sprintf("%d-%s average", n, g)
	}
	b.pl.Measures = append(b.pl.Measures, plan.Named{As: b.name(name), Expr: e, Unit: a.Unit})
	b.pl.Kind = plan.Series
	b.read("running", "moving", "overtime", "trend")
	return true
}

// windowGrain is the period along which a window moves, and over how many of
// them: three, where the question does not say.
func (b *builder) windowGrain(c *link.Column) (when.Grain, int) {
	g, _ := b.growthGrain(c)
	n := 3
	for _, node := range b.s.nodes {
		said := node.Kind == "frame" && node.Num.Value > 0
		switch {
		case said, node.Kind == Num && node.Num.Value >= 2 && node.Num.Value < 1000:
			n = int(node.Num.Value)
		case node.Kind != Grain || len(b.s.Keys) > 0:
			continue
		}
		if node.Grain != "" && len(b.s.Keys) == 0 {
			g = node.Grain
		}
		b.usedAfterAll(node)
	}
	return g, n
}
