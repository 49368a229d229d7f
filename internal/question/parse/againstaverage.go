package parse

import (
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// What is compared with an aggregate: "older than the average".

// againstMeasure reads "older than the average age of all".
func againstMeasure(p *parser, m match) *Node {
	me := m.one("m")
	if len(me.Measures) != 1 || me.Measures[0].Column == nil || me.Payload != "" {
		return nil
	}
	a := me.Measures[0]
	col := a.Column
	if c := m.one("c"); c != nil {
		if col = c.pick(amount); col == nil {
			return nil
		}
	}
	if c := m.one("c"); c != nil && p.costsSo(c) && a.Column.Col.Role == catalog.Price {
		col = a.Column // what a thing costs is its price
	}
	n := p.againstValue(m, col, a)
	if n != nil && len(me.Preds) > 0 {
		sub := n.Preds[0].Expr.Args[1].Sub
		for _, c := range me.Preds {
			if c.Column == nil || c.Column.Table != col.Table {
				return nil
			}
			sub.Where = plan.And(sub.Where, c.Expr)
		}
	}
	if v := m.one("v"); n != nil && v != nil {
		conds := p.valueCondition(v, nil, false)
		if len(conds) == 0 || conds[0].Column.Table != col.Table {
			return nil
		}
		sub := n.Preds[0].Expr.Args[1].Sub
		for _, c := range conds {
			sub.Where = plan.And(sub.Where, c.Expr)
		}
	}
	return n
}

// againstAggregate reads "above average" of a column.
func againstAggregate(p *parser, m match) *Node {
	var col *link.Column
	o := m.one("o")
	if c := m.one("c"); c != nil {
		col = c.pick(amount)
	} else {
		col, _ = p.measuredColumn(o)
	}
	op := plan.Op(m.one("a").Payload)
	if col == nil || op == plan.OpCount || len(m.one("a").Parts) > 0 {
		return nil
	}
	return p.againstValue(m, col, p.aggregate(op, col, true))
}

// againstThose reads "heavier than the average of those from Japan": of the
// same column, in the rows of a value.
func againstThose(p *parser, m match) *Node {
	n, v := againstAggregate(p, m), m.one("v")
	if n == nil || !strings.HasPrefix(m.one("r").Word, "of ") {
		return nil
	}
	sub := n.Preds[0].Expr.Args[1].Sub
	conds := p.valueCondition(v, nil, false)
	if len(conds) == 0 || conds[0].Column.Table != n.Preds[0].Column.Table {
		return nil
	}
	for _, c := range conds {
		sub.Where = plan.And(sub.Where, c.Expr)
	}
	n.Notes = p.valueNotes(v, v.Vals[0])
	return n
}

func (p *parser) againstValue(m match, col *link.Column, a Aggregate) *Node {
	op := operator(m.one("o"), col)
	if op == "" || a.Column == nil || a.Column.Table != col.Table {
		return nil
	}
	sub := &plan.Plan{V: 1, Kind: plan.Scalar, From: plan.From{Table: a.Column.Table.Name},
		Measures: []plan.Named{{As: a.Name, Expr: plan.Make(a.Op, plan.Column(a.Column.Col.Name))}}}
	return p.condition(m, col, plan.Make(op, p.expr(col), plan.Value(sub)))
}
