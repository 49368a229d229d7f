package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// valueRules read values as conditions.
var valueRules = []Rule{
	{Name: "neither value", Pattern: "c=col? " + is + " x=not v=val nor w=val", Make: neither},
	{Name: "column is a value", Pattern: "c=col " + is + " cmp|'named'|'called'|'in'|'from'|'equals'|'to'|'titled'? x=not? 'in'|'the'|'either'|'equal'|'to'? v=val", Make: columnIsValue},
	{Name: "column is a quoted text", Pattern: "c=col " + is + " cmp|'named'|'called'|'in'|'from'|'titled'? x=not? t=text", Make: columnIsText},
	{Name: "value of a column", Pattern: "b=by? x=not? 'in'|'from'|'for'|'with'|'the'|'to'|'of'|'at'|'either'? v=val c=col", Make: valueOfColumn},
	{Name: "not some way a value", Pattern: "x=not c=light|fn|only|word|to|from|by|col|ref* v=val", Make: notSomehowValue},
	{Name: "not a column's value", Pattern: "x=not light|fn|by|to|from* c=col light|fn|by|to|from* v=val", Make: columnIsValue},
	{Name: "column of yes", Pattern: "x=not? c=col t=tab", Make: flagBeforeNoun},
	{Name: "a value", Pattern: "b=by? x=not? 'in'|'from'|'for'|'with'|'the'|'to'|'of'|'at'? v=val", Make: aValue},
	{Name: "a quoted text", Pattern: "x=not? t=text", Make: aText},
}

// valueCondition makes the condition that a value node names. Where a column
// is given only its values count.
func (p *parser) valueCondition(v *Node, on *Node, not bool) []Condition {
	vals := v.Vals
	if on != nil {
		vals = valuesOn(v, on)
	}
	if len(vals) == 0 {
		return nil
	}
	c := vals[0].Column
	where := Span{v.Start, v.End}
	if v.Payload == "joined" || v.Payload == "both" {
		return []Condition{{Expr: p.inList(c, vals, not), Column: c, Where: where, Both: v.Payload == "both", Choice: v.Word == "or", Joined: v.Word == "and"}}
	}
	if v.Inner != nil {
		return []Condition{{Expr: p.spanned(among(p.expr(c), v.Inner, not), v.Start, v.End), Column: c, Where: where}}
	}
	op := negated(plan.OpEq, not)
	e := plan.Make(op, p.expr(c), valueLiteral(c, vals[0].Value))
	if words, ok := p.heldBySeveral(v, vals[0]); ok {
		if e = plan.Make(plan.OpContains, p.expr(c), plan.Text(words)); not {
			e = plan.Make(plan.OpNot, e)
		}
	}
	return []Condition{{Expr: p.spanned(e, v.Start, v.End), Column: c, Where: where}}
}

// heldBySeveral gives the words of a value node that stand in several values
// of the column as they were written: all of those are meant.
func (p *parser) heldBySeveral(v *Node, m link.Mention) (string, bool) {
	if m.Whole || m.Rivals == 0 || m.Spelling != "" || !textual(m.Column) {
		return "", false
	}
	words := strings.TrimSuffix(strings.TrimSuffix(p.written(v), "'s"), "’s")
	return words, strings.Contains(text.Fold(m.Value), text.Fold(words))
}

// valuesOn keeps the values that belong to a candidate of the column node.
func valuesOn(v, on *Node) []link.Mention {
	for _, c := range on.Cols {
		var out []link.Mention
		for _, m := range v.Vals {
			if m.Column == c.Column {
				out = append(out, m)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func (p *parser) inList(c *link.Column, vals []link.Mention, not bool) *plan.Expr {
	op := plan.OpIn
	if not {
		op = plan.OpNotIn
	}
	e := plan.Make(op, p.expr(c))
	for _, v := range vals {
		e.Args = append(e.Args, valueLiteral(c, v.Value))
	}
	return e
}

// valueNotes tell what was decided about a value: corrected spelling, a rival
// column.
func (p *parser) valueNotes(v *Node, chosen link.Mention) []Note {
	var out []Note
	if chosen.Spelling != "" {
		out = append(out, p.note(v, "spelling", "“%s” is read as “%s”.", chosen.Spelling, chosen.Value))
	}
	if !chosen.Whole && chosen.Spelling == "" {
		out = append(out, p.note(v, "value_part", "“%s” is read as “%s”.", p.written(v), chosen.Value))
	}
	if _, all := p.heldBySeveral(v, chosen); all {
		return append(out[:0], p.note(v, "values_holding", "%d values of “%s” hold “%s”: all of them are taken.", chosen.Rivals+1, chosen.Column.Col.Name, p.written(v)))
	}
	if chosen.Rivals > 0 {
		out = append(out, p.note(v, "value_rival", "%d other values of “%s” fit “%s” too.", chosen.Rivals, chosen.Column.Col.Name, p.written(v)))
	}
	return out
}

func (p *parser) valuePred(m match, v *Node, conds []Condition) *Node {
	if len(conds) == 0 {
		return nil
	}
	n := &Node{Kind: Pred, Preds: conds}
	if x := m.one("x"); x != nil && (x.Word == "without" || x.Word == "never" || x.Word == "no" || x.Word == "nothing" || p.deniesDeed(x)) {
		n.Preds[0].Absent = true
	}
	p.spanned(conds[0].Expr, m.start, m.end)
	for _, x := range v.Vals {
		if x.Column == conds[0].Column {
			n.Notes = append(p.valueNotes(v, x), v.Notes...)
			break
		}
	}
	return n
}

// deniesDeed reports whether "not" denies what a thing does or did: "states
// that do not border Texas" have no such row. What a row is not is said with
// "is not".
func (p *parser) deniesDeed(x *Node) bool {
	if x.Start == 0 || x.Word != "not" {
		return false
	}
	switch p.tokens[x.Start-1].Norm {
	case "do", "does", "did":
		return true
	}
	return false
}

func columnIsValue(p *parser, m match) *Node {
	c, v := m.one("c"), m.one("v")
	if p.ofAnOwner(c, v) {
		return nil
	}
	return p.valuePred(m, v, p.valueCondition(v, c, m.has("x")))
}

// ofAnOwner reports whether "the capital of Washington" asks for a property of
// what a value names, though the column has that value, too.
func (p *parser) ofAnOwner(c, v *Node) bool {
	if v.Start == 0 || p.tokens[v.Start-1].Norm != "of" || v.Start-c.End > 2 || v.Payload != "" {
		return false
	}
	named := c.top()
	return slices.ContainsFunc(v.Vals, func(o link.Mention) bool {
		return o.Column != named && o.Table == named.Table.Name && unique(o.Column) && o.Score >= v.Vals[0].Score-100
	})
}

// columnIsText compares with a quoted text that is no value of the data.
func columnIsText(p *parser, m match) *Node {
	c := m.one("c").pick(textual)
	if c == nil {
		return nil
	}
	n := p.condition(m, c, plan.Make(negated(plan.OpEq, m.has("x")), p.expr(c), plan.Text(m.one("t").Word)))
	n.Notes = []Note{p.note(m.one("t"), "unknown_value", "“%s” is no value of “%s”.", m.one("t").Word, c.Col.Name)}
	return n
}

func valueOfColumn(p *parser, m match) *Node {
	c, v := m.one("c"), m.one("v")
	if p.separated(v, c) {
		return nil
	}
	if len(valuesOn(v, c)) == 0 {
		return nil
	}
	return p.valuePred(m, v, p.valueCondition(v, c, m.has("x")))
}

// separated reports whether an article stands between two nodes: they are
// then two things.
func (p *parser) separated(a, b *Node) bool { return b.Start > a.End }

// placed prefers, after a word of place, a column that is not the name of the
// rows themselves: "rivers in Missouri" are not called Missouri.
func (p *parser) placed(v *Node, start int) *Node {
	word := p.tokens[start].Norm
	if start == v.Start && start > 0 {
		word = p.tokens[start-1].Norm
	}
	switch word {
	case "in", "through", "within", "at", "from":
	default:
		return v
	}
	if v.Payload != "" || v.Vals[0].Column != p.label(p.scope.Base) {
		return v
	}
	for i, o := range v.Vals {
		if i > 0 && o.Table == p.scope.Base && o.Column != v.Vals[0].Column && o.Score >= v.Vals[0].Score-100 {
			n := v.copy()
			n.Vals = append([]link.Mention{o}, v.Vals...)
			return n
		}
	}
	return v
}

func neither(p *parser, m match) *Node {
	v, w := m.one("v"), m.one("w")
	for _, x := range v.Vals {
		for _, y := range w.Vals {
			if x.Column == y.Column {
				e := p.inList(x.Column, []link.Mention{x, y}, true)
				return p.condition(m, x.Column, e)
			}
		}
	}
	return nil
}

func flagBeforeNoun(p *parser, m match) *Node {
	c := m.one("c").pick(flag)
	if c == nil || c != m.one("c").top() {
		return nil
	}
	n := p.condition(m, c, p.flagIs(c, !m.has("x")))
	n.Table = m.one("t").Table
	return n
}

func aValue(p *parser, m match) *Node {
	if p.namesAxis(m.one("v")) {
		return nil
	}
	v := p.placed(m.one("v"), m.start)
	return p.valuePred(m, v, p.valueCondition(v, nil, m.has("x")))
}

// notSomehowValue reads "are not owned by CCTV".
func notSomehowValue(p *parser, m match) *Node {
	if m.end-m.start > 9 {
		return nil
	}
	for _, c := range m.nodes["c"] {
		if c.Kind == Col && len(valuesOn(m.one("v"), c)) > 0 {
			return p.valuePred(m, m.one("v"), p.valueCondition(m.one("v"), c, true)) // "does not border Texas"
		}
	}
	delete(m.nodes, "c")
	return aValue(p, m)
}

func aText(p *parser, m match) *Node {
	t := m.one("t")
	if t.Payload == "unknown" {
		return nil
	}
	return &Node{Kind: Text, Word: t.Word, Payload: "unknown"}
}
