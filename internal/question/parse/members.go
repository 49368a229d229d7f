package parse

import (
	"fmt"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/when"
)

// memberRules read which periods things are compared over, where the question
// says that they grew or declined. They come before periods are read alone.
var memberRules = []Rule{
	{Name: "changed from one period to another", Pattern: "f=frame 'in'|'of'? c=col|measure? between|from a=date and|to b=date", Make: changedBetween},
	{Name: "less in one period than in another", Pattern: "o=cmp|comp c=col|measure 'in'|'during' a=date than 'in'|'during'|'that'|'of'* b=date", Make: lessThanIn},
}

// changes are the frames that say in which direction something changed.
func changes(frame string) bool { return frame == "grew" || frame == "shrank" }

// twoEnds are the frames that compare the end of a stretch with its begin,
// unless they are asked for step by step.
func twoEnds(frame string) bool {
	return frame == "growth" || frame == "change" || frame == "difference"
}

// stepwise reports whether the question speaks of each period by itself:
// "monthly growth", "growth by quarter".
func (p *parser) stepwise() bool {
	for i, t := range p.tokens {
		if _, ok := when.GrainOf(t.Norm); !ok {
			continue
		}
		if when.Adverb(t.Norm) || i > 0 && slices.Contains([]string{"by", "per", "each", "every", "over", "on"}, p.tokens[i-1].Norm) {
			return true
		}
	}
	return false
}

// changedBetween reads "dropped from Q4 to Q1" as the two compared.
func changedBetween(p *parser, m match) *Node {
	f := m.one("f")
	if !changes(f.Payload) && !(twoEnds(f.Payload) && !p.stepwise()) {
		return nil
	}
	n := timeAgainst(p, match{nodes: map[string][]*Node{"a": m.nodes["b"], "b": m.nodes["a"], "f": {vsNode(f)}}, start: m.start, end: m.end})
	return p.withFrame(n, f.Payload, m.one("c"))
}

// lessThanIn reads "lower revenue in Q1 than in Q4".
func lessThanIn(p *parser, m match) *Node {
	o, frame := m.one("o"), "grew"
	if o.Payload == "lt" || o.Payload == "le" || o.Form != nil && downward(o) {
		frame = "shrank"
	}
	n := timeAgainst(p, match{nodes: map[string][]*Node{"a": m.nodes["a"], "b": m.nodes["b"], "f": {vsNode(o)}}, start: m.start, end: m.end})
	return p.withFrame(n, frame, m.one("c"))
}

func vsNode(n *Node) *Node {
	c := n.copy()
	c.Kind, c.Payload = "frame", "vs"
	return c
}

// withFrame keeps the direction and the measure beside two periods.
func (p *parser) withFrame(n *Node, frame string, c *Node) *Node {
	if n == nil {
		return nil
	}
	n.Frame = frame
	if c == nil {
		return n
	}
	if c.Kind == Measure {
		n.Measures = c.Measures
	} else if col := c.pick(amount); col != nil {
		n.Measures = []Aggregate{p.aggregate(defaultAggregate(col), col, false)}
	} else {
		return nil
	}
	return n
}

// members compares a period with the one before it, or one that is named, for
// each of the things asked for: "which products grew the most vs last year".
func (b *builder) members() bool {
	s := b.s
	grew, shrank := s.hasFrame("grew"), s.hasFrame("shrank")
	if !grew && !shrank && !(s.hasFrame("growth") && s.hasFrame("vs")) {
		return false
	}
	said := s.Preds
	now, then, ok := b.nowAndThen()
	if !ok || !b.hasThing() {
		s.Preds = said
		return false
	}
	superlative := s.Best != nil || s.Limit != nil && s.Top != "position"
	limit := b.memberLimit()
	s.Best, s.Limit = nil, nil
	nowName, thenName := periodName(now.Range), periodName(then.Range)
	b.likeForLike(&now, &then)
	a := b.amountAsked()
	if !b.sideBySide(a, now, then, nowName, thenName) || len(b.pl.Group) == 0 {
		return false
	}
	b.pl.Order = []plan.Order{{By: plan.Ref("difference"), Desc: !shrank}}
	if superlative {
		b.pl.Limit = limit
	} else if grew || shrank {
		op := map[bool]plan.Op{true: plan.OpLt, false: plan.OpGt}[shrank]
		b.pl.Having = plan.Make(op, plan.Ref("difference"), plan.Int(0))
	}
	b.read("grew", "shrank", "growth", "vs", "compare", "change")
	return true
}

// hasThing reports whether there are things whose change can be compared.
func (b *builder) hasThing() bool {
	s := b.s
	if slices.ContainsFunc(s.Select, func(it Item) bool { return category(it.Column) }) || len(s.Keys) > 0 {
		return true
	}
	for _, n := range s.Nouns {
		if c := b.p.rowThing(n); c != nil && !unique(c) {
			s.Keys = append(s.Keys, Key{Column: c, Table: n})
			return true
		}
	}
	return false
}

func (b *builder) memberLimit() *plan.Limit {
	for _, r := range []*Rank{b.s.Limit, b.s.Best} {
		if r != nil && r.N > 1 {
			return &plan.Limit{N: r.N, Offset: r.Offset}
		}
	}
	one := slices.ContainsFunc(b.s.Select, func(it Item) bool {
		return category(it.Column) && !b.p.pluralWithin(it.Node.Start, it.Node.End-it.Node.Start)
	})
	if one {
		return &plan.Limit{N: 1}
	}
	b.note("default_limit", "The first 10 are shown.", Span{})
	return &plan.Limit{N: 10}
}

// nowAndThen takes the periods to compare out of the conditions: two that are
// named, or one and the period that follows it.
func (b *builder) nowAndThen() (now, then Condition, ok bool) {
	s := b.s
	var at []Condition
	for _, c := range s.Preds {
		if c.Time && c.Range != nil && !c.Range.From.IsZero() && !c.Range.To.IsZero() {
			at = append(at, c)
		}
	}
	switch {
	case len(at) == 2 && at[0].Column == at[1].Column:
		now, then = at[0], at[1]
		if now.Range.From.Before(then.Range.From) {
			now, then = then, now
		}
	case len(at) == 1 && s.hasFrame("vs", "compare"):
		then = at[0]
		now = b.shifted(then, 1)
	case len(at) == 1:
		now = at[0]
		then = b.shifted(now, -1)
	default:
		return now, then, false
	}
	if now.Expr == nil || then.Expr == nil {
		return now, then, false
	}
	s.Preds = slices.DeleteFunc(slices.Clone(s.Preds), func(c Condition) bool { return c.Time && c.Range != nil })
	return now, then, true
}

// shifted is a condition on the period so many periods later.
func (b *builder) shifted(c Condition, n int) Condition {
	r := *c.Range
	if r.Grain == "" {
		return Condition{}
	}
	steps := n * max(periodsIn(r, r.Grain), 1)
	r.From, r.To = when.Add(r.From, r.Grain, steps), when.Add(r.To, r.Grain, steps)
	c.Range, c.Expr = &r, b.p.within(c.Column, r)
	return c
}

// drivers splits the change of an amount from the period before by the values
// of one column: what each of them contributed to it.
func (b *builder) drivers() bool {
	s := b.s
	if !s.hasFrame("drivers") {
		return false
	}
	key := b.driverKey()
	now, then, ok := b.nowAndThen()
	if !ok || key == nil {
		return false
	}
	s.Best = nil
	shrank := s.hasFrame("shrank") || slices.ContainsFunc(s.nodes, func(n *Node) bool { return n.Kind == "cmp" && n.Payload == "lt" || n.Kind == Comp && downward(n) })
	nowName, thenName := periodName(now.Range), periodName(then.Range)
	b.likeForLike(&now, &then)
	a := b.amountAsked()
	s.Select = nil
	b.addKey(*key)
	if !b.sideBySide(a, now, then, nowName, thenName) {
		return false
	}
	b.pl.Measures[3] = plan.Named{As: b.name("part of the change"), Expr: plan.Make(plan.OpShare, plan.Ref("difference")), Unit: plan.UnitRatio}
	b.pl.Kind = plan.Drivers
	b.pl.Analysis = &plan.Analysis{Method: "contribution"}
	b.pl.Order = []plan.Order{{By: plan.Ref("difference"), Desc: !shrank}}
	b.pl.Limit = nil
	b.note("drivers", fmt.Sprintf("The change from %s to %s is parted by “%s”: what each one contributed.", thenName, nowName, key.Column.Col.Name), Span{})
	b.read("drivers", "grew", "shrank", "growth", "change", "vs", "compare")
	b.dropWords("cmp", Comp)
	return true
}

// dropWords takes comparisons that only say in which direction something
// changed off the words that are left.
func (b *builder) dropWords(kinds ...Kind) {
	for _, n := range b.s.nodes {
		if slices.Contains(kinds, n.Kind) {
			b.usedAfterAll(n)
		}
	}
}

// driverKey is the column whose values a change is parted by: one that is
// named, or the first of few values.
func (b *builder) driverKey() *Key {
	s := b.s
	if len(s.Keys) > 0 {
		k := s.Keys[0]
		s.Keys = nil
		return &k
	}
	var best *link.Column
	rank := -1
	for _, c := range b.p.Schema.ColumnsOf(b.p.scope.Base) {
		if c.Col.Role != catalog.Dimension || c.Col.Stats.Distinct < 2 || c.Col.Stats.Distinct > 30 || !textual(c) {
			continue
		}
		r := 0
		for i, w := range []string{"category", "type", "segment", "group", "region", "channel", "department"} {
			if slices.Contains(c.Words, w) {
				r = 10 - i
				break
			}
		}
		if r > rank {
			best, rank = c, r
		}
	}
	if best == nil {
		return nil
	}
	return &Key{Column: best}
}
