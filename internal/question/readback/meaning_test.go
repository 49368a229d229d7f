package readback

import (
	"fmt"
	"slices"

	"tabletalk/internal/plan"
)

// meaning is the text of a plan without what says nothing of what is asked:
// the names that its columns and those within it have in the result, the
// chart, and whether rows are told as a table or set against each other.
func meaning(p *plan.Plan) string {
	c := plan.Canonical(p).Clone()
	c.Chart = ""
	if c.Kind == plan.Compare && !slices.ContainsFunc(c.Measures, func(n plan.Named) bool { return n.Expr.Filter != nil }) {
		c.Kind = plan.Table
	}
	nameless(c, "r")
	return c.String()
}

// nameless numbers the columns of a plan, and of those within it, in place of
// their names. It gives which name became which.
func nameless(p *plan.Plan, prefix string) map[string]string {
	var inner map[string]string
	if p.From.Sub != nil {
		inner = nameless(p.From.Sub, "s"+prefix)
	}
	own, shown := map[string]string{}, map[plan.Col]string{}
	for _, list := range [][]plan.Named{p.Group, p.Measures, p.Select} {
		for i := range list {
			name := fmt.Sprintf("%s%d", prefix, len(own)+1)
			own[list[i].As] = name
			list[i].As, list[i].Unit = name, ""
		}
	}
	for _, n := range p.Select {
		if n.Expr.Op == plan.OpCol {
			shown[*n.Expr.Col] = n.As
		}
	}
	for i, o := range p.Order {
		if by := o.By; by.Op == plan.OpCol && shown[*by.Col] != "" {
			p.Order[i].By = plan.Ref(shown[*by.Col])
		}
	}
	var visit func(*plan.Expr) bool
	visit = func(e *plan.Expr) bool {
		switch {
		case e.Op == plan.OpCol && e.Col.Table == "" && inner[e.Col.Name] != "":
			e.Col.Name = inner[e.Col.Name]
		case e.Op == plan.OpRef && own[e.Name] != "":
			e.Name = own[e.Name]
		}
		for i, n := range e.By {
			e.By[i] = own[n]
		}
		if e.Sub == nil {
			return true
		}
		nameless(e.Sub, "q"+prefix)
		for _, a := range e.Args {
			a.Each(visit)
		}
		return false
	}
	outer := *p
	outer.From = plan.From{}
	outer.Each(visit)
	if p.Limit != nil {
		for i, n := range p.Limit.Per {
			p.Limit.Per[i] = own[n]
		}
	}
	return own
}
