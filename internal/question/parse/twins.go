package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// Tables that tell where something began and where it ended have two columns
// of one kind: pickup_borough and dropoff_borough, home_team and away_team.

// twinRules read whether the two are the same in a row.
var twinRules = []Rule{
	{Name: "between different ones", Pattern: "between s=distinct c=col", Make: twinsDiffer},
	{Name: "in the same one", Pattern: "'in'|'on'|'at'|'to'|'with'|'have'|'has'|'had'|'within'|'of'|'from'* s=same c=col x='as'?", Make: twinsAgree},
	{Name: "one is the same as the other", Pattern: "c=col 'is'|'was'|'are'|'were'* x=not? same|'equal' 'as'|to|'to' d=col", Make: equalColumns},
	{Name: "one equals the other", Pattern: "c=col 'is'|'was'|'are'|'were'|'does'|'do'|'did'* x=not? o=cmp d=col", Make: equalColumns},
	{Name: "both are the same", Pattern: "c=col and d=col 'are'|'is'|'were'|'was'* x=not? same|'equal'|'identical'", Make: equalColumns},
	{Name: "both are different", Pattern: "c=col and d=col 'are'|'is'|'were'|'was'* x=distinct", Make: equalColumns},
}

func twinsAgree(p *parser, m match) *Node {
	c, d := p.twins(m.one("c"))
	if c == nil || m.has("x") {
		return nil
	}
	return p.condition(m, c, plan.Make(plan.OpEq, p.expr(c), p.expr(d)))
}

func twinsDiffer(p *parser, m match) *Node {
	c, d := p.twins(m.one("c"))
	if c == nil {
		return nil
	}
	return p.condition(m, c, plan.Make(plan.OpNe, p.expr(c), p.expr(d)))
}

// twins are the two columns of the base table that a word names equally well,
// as "borough" does, and that hold values of one kind; nil where there are not
// just two.
func (p *parser) twins(n *Node) (c, d *link.Column) {
	var found []*link.Column
	for _, m := range n.Cols {
		if m.Column.Table.Name == p.scope.Base && m.How == link.Part && m.Score >= n.Cols[0].Score-20 && !slices.Contains(found, m.Column) {
			found = append(found, m.Column)
		}
	}
	if len(found) != 2 || found[0].Col.Type != found[1].Col.Type || amount(found[0]) || len(found[0].Words) != len(found[1].Words) {
		return nil, nil
	}
	return found[0], found[1]
}

// equalColumns reads "pickup zone equals dropoff zone" and "is the same as the
// dropoff zone".
func equalColumns(p *parser, m match) *Node {
	c, d := sureColumn(m.one("c"), category), sureColumn(m.one("d"), category)
	if c == nil || d == nil || c == d || c.Table != d.Table || c.Col.Type != d.Col.Type || text.IsPlural(lastWord(m.one("c"))) && m.one("o") == nil && !m.has("x") && p.tokens[m.one("c").End].Norm != "and" {
		return nil
	}
	op := plan.OpEq
	if o := m.one("o"); o != nil {
		if op = cmpOps[o.Payload]; o.Form != nil || op != plan.OpEq && op != plan.OpNe {
			return nil
		}
	}
	return p.condition(m, c, plan.Make(negated(op, m.has("x")), p.expr(c), p.expr(d)))
}
