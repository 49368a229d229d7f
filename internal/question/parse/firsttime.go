package parse

import (
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// firstRules read first-time and repeat customers by a column of yes and no
// that says whether a row is somebody's first.
var firstRules = []Rule{
	{Name: "first or repeated", Pattern: "k=firsttime", Make: firstTime},
}

// firstColumn is the column that says whether a row is the first of its kind;
// nil where there is none.
func (p *parser) firstColumn() *link.Column {
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if flag(c) && shares(c.Words, []string{"first", "new", "repeat", "returning"}) {
			return c
		}
	}
	return nil
}

// tellsFirst reports whether a phrase about first times can be told here: by a
// column, or for repeated ones by the number of orders.
func (p *parser) tellsFirst(payload string) bool {
	return p.firstColumn() != nil || payload == "repeat" && p.repeatedRows() != nil
}

func firstTime(p *parser, m match) *Node {
	repeat := m.one("k").Payload == "repeat"
	c := p.firstColumn()
	if c == nil {
		id := p.repeatedRows()
		if id == nil || !repeat {
			return nil
		}
		a := Aggregate{Expr: plan.CountDistinct(p.expr(id)), Name: "number of " + plural(id), Op: plan.OpCount, Column: id}
		n := p.having(m, a, plan.OpGe, plan.Int(2))
		n.Notes = []Note{p.note(m.one("k"), "repeat", "“%s” is read as two or more.", p.written(m.one("k")))}
		return n
	}
	yes := !repeat
	if shares(c.Words, []string{"repeat", "returning"}) {
		yes = repeat
	}
	n := p.condition(m, c, p.flagIs(c, yes))
	n.Notes = []Note{p.note(m.one("k"), "first_time", "“%s” is told by “%s”.", p.written(m.one("k")), c.Col.Name)}
	return n
}
