package parse

import (
	"fmt"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/text"
)

// metricPerThing reads "profit per order by channel", of a profit that is
// computed, as the profit divided by the number of orders in each channel.
func (b *builder) metricPerThing() bool {
	s := b.s
	if len(s.Measures) != 1 || len(s.Keys) < 2 || s.Measures[0].Expr.Op != plan.OpMinus || len(s.Haves) > 0 {
		return false
	}
	for i, k := range s.Keys {
		c := k.Column
		if !k.Per || c == nil || k.Grain != "" || unique(c) || c.Col.Role != catalog.ID && c.Col.Stats.Distinct < 50 {
			continue
		}
		a := s.Measures[0]
		a.Expr = plan.Make(plan.OpDiv, a.Expr, plan.CountDistinct(b.use(c)))
		a.Name, a.Op = a.Name+" per "+c.Col.Name, plan.OpDiv
		s.Measures[0] = a
		s.Keys = slices.Delete(slices.Clone(s.Keys), i, i+1)
		b.note("per_thing", fmt.Sprintf("The total is divided by the number of different “%s”.", c.Col.Name), Span{})
		return true
	}
	return false
}

// describedAfter reports whether things are only named to say of which ones an
// aggregate is: "average discount of customers in Poland" is one number.
func (b *builder) describedAfter(it Item) bool {
	s := b.s
	if len(s.Select) != 1 || len(s.Keys) > 0 || s.Best != nil || s.Limit != nil || s.Head == "which" || s.Head == "who" || s.Measures[0].Column == nil || !text.IsPlural(lastWord(it.Node)) || it.Node.Start == 0 {
		return false
	}
	switch b.p.tokens[it.Node.Start-1].Norm {
	case "of", "for", "from", "to", "the":
	default:
		return false
	}
	return slices.ContainsFunc(s.Preds, func(p Condition) bool {
		return !p.Time && p.Where.Start >= it.Node.End && p.Where.Start <= it.Node.End+2 && p.Column != nil
	})
}
