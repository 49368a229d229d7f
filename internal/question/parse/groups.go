package parse

import (
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/when"
	"tabletalk/internal/table"
)

// groupRules read what the answer is parted by.
var groupRules = []Rule{
	{Name: "by column and direction", Pattern: "b=by k=col|measure d=dir", Make: byWithDirection},
	{Name: "by period and direction", Pattern: "b=by k=grain d=dir", Make: byPeriodInDirection},
	{Name: "by period of a column", Pattern: "b=by g=grain 'of'|'in' 't'? c=col", Make: byGrainOf},
	{Name: "by day of the week", Pattern: "b=by|'into' d=grain 'of' w=grain", Make: byPart},
	{Name: "by weekday", Pattern: "b=by w='weekday'|'weekdays'|'dow'", Make: byWeekday},
	{Name: "by kind of", Pattern: "b=by t=col 'of' 'the'? k=col", Make: byKindOf},
	{Name: "by a thing's column", Pattern: "b=by t=tab|col u=tab? k=col", Make: byThingsColumn},
	{Name: "by column or period", Pattern: "b=by by? 'of'|distinct? k=col|grain|tab", Make: byKey},
	{Name: "per head", Pattern: "b=by w='person'|'head'|'capita'|'people'|'mile'|'kilometer'|'kilometre'|'km'", Make: perHead},
	{Name: "and by another", Pattern: "g=group b=and|comma|by 'and'? b=by? k=col|grain|tab", Make: byMore},
	{Name: "binned column", Pattern: "bin c=col? by|'into'|'to'|'as' 'the'? d=grain 'of' w=grain binend?", Make: binPart},
	{Name: "day of something binned by period", Pattern: "bin c=col? grain by|'into'|'to'|'as' g=grain|when binend?", Make: binGrain},
	{Name: "binned by period", Pattern: "bin c=col? by|'into'|'to'|'as' g=grain|word|when binend?", Make: binGrain},
	{Name: "part of a date", Pattern: "d=grain 'of' w=grain", Make: byPart},
	{Name: "column-wise", Pattern: "c=col 'wise'", Make: byWise},
	{Name: "in all periods", Pattern: "'in'|'during' 'all' g=grain", Make: inAllPeriods},
	{Name: "a weekday", Pattern: "w='weekday'|'weekdays'", Make: byWeekday},
	{Name: "over time", Pattern: "'over'|'across' g=grain", Make: overGrain},
	{Name: "over a date", Pattern: "'over'|'across' c=col", Make: overDate},
}

// key makes a group key of a column, period or thing; nil where it cannot be.
func (p *parser) key(k *Node) *Key {
	switch k.Kind {
	case Col:
		return &Key{Column: k.top(), Said: k.Word}
	case Grain:
		if c := p.dateColumn(); c != nil && !(yearNumber(c) && k.Grain != when.Year) {
			return &Key{Column: c, Grain: k.Grain, Loose: true}
		} else if c != nil && k.Grain == when.Decade {
			return &Key{Column: c, Bin: 10}
		}
	case Tab:
		if c := p.rowThing(k.Table); c != nil {
			return &Key{Column: c, Table: k.Table}
		}
	}
	return nil
}

// rowThing is the column that stands for the things in the rows of a table.
func (p *parser) rowThing(t string) *link.Column {
	if c := p.label(t); c != nil {
		return c
	}
	return p.identifier(t)
}

func byKey(p *parser, m match) *Node {
	if m.one("b").Payload == "across" && m.one("k").Kind == Tab {
		return &Node{Kind: Group} // "across all markets" parts nothing
	}
	if b := m.one("b"); b.Payload == "" && m.one("k").Kind == Tab && m.one("k").Table == p.scope.Base && m.start > 0 && p.lex.Light(p.tokens[m.start-1].Norm) {
		return &Node{Kind: Group} // "methods used by customers"
	}
	if b := m.one("b"); b.Payload == "across" && m.one("k").Kind == Col && (p.allAt(b.End) || strings.HasSuffix(b.Word, " all")) && m.one("k").top() == p.label(p.scope.Base) ||
		b.Payload == "" && b.Word == "by" && m.one("k").Kind == Tab && m.one("k").Table == p.scope.Base && p.allAt(b.End) {
		return &Node{Kind: Group} // "across all schools", "requested by all entrepreneurs": all together
	}
	k := p.key(m.one("k"))
	if k == nil {
		return nil
	}
	k.Per, k.Each = m.one("b").Payload == "per", m.one("b").Payload == "each"
	k.Within = within(m.one("b").Word)
	return &Node{Kind: Group, Keys: []Key{*k}, Payload: m.one("b").Payload, Parts: []*Node{m.one("k")}}
}

// allAt reports whether token i is "all", so that what follows is taken
// together.
func (p *parser) allAt(i int) bool { return i < len(p.tokens) && p.tokens[i].Norm == "all" }

// within reports whether a word for "each" says that shares and ranks are of
// the rows in it.
func within(w string) bool {
	return strings.HasPrefix(w, "within ") || strings.HasPrefix(w, "in ") || strings.HasPrefix(w, "for ")
}

// byThingsColumn reads "for each channel owner": the owner is the key.
func byThingsColumn(p *parser, m match) *Node {
	t, k := m.one("t"), m.one("k")
	end := t.End
	if u := m.one("u"); u != nil && u.Start == end { // "for each coffee shop address"
		end = u.End
	}
	if end != k.Start || t.Kind == Col && t.Cols[0].How != link.Part {
		return nil
	}
	return byKey(p, match{nodes: map[string][]*Node{"b": {m.one("b")}, "k": {k}}, start: m.start, end: m.end})
}

// byKindOf reads "for each kind of result" as each result: the word for a kind
// is no name of another column, unless it is just what one is called.
func byKindOf(p *parser, m match) *Node {
	if !p.kindOf(m.one("t")) || !textual(m.one("k").top()) {
		return nil
	}
	return byKey(p, m)
}

// kindOf reports whether a word for a kind, which no column is called, stands
// before "of".
func (p *parser) kindOf(n *Node) bool {
	return kindWord(n.Word) && n.Cols[0].How == link.Synonym && n.End < len(p.tokens) && p.tokens[n.End].Norm == "of"
}

// byWise reads "region-wise".
func byWise(p *parser, m match) *Node {
	return &Node{Kind: Group, Keys: []Key{{Column: m.one("c").top()}}}
}

func byMore(p *parser, m match) *Node {
	g := m.one("g")
	k := p.key(m.one("k"))
	if k == nil || k.Column != nil && amount(k.Column) && k.Grain == "" && !p.fewNumbers(k.Column, m.start) {
		return nil
	}
	n := g.copy()
	k.Each = g.Payload == "each" && g.Keys[len(g.Keys)-1].Each
	for _, b := range m.nodes["b"] {
		if b.Payload == "each" {
			n.Payload, k.Each = "each", true
			k.Within = within(b.Word)
		}
	}
	n.Keys = append(append([]Key{}, g.Keys...), *k)
	n.Parts = append(append([]*Node{}, g.Parts...), m.one("k"))
	return n
}

// fewNumbers reports whether a column of a few whole numbers parts the answer
// like a category, beside a measure that was said before: "number of cars by
// origin and cylinders".
func (p *parser) fewNumbers(c *link.Column, start int) bool {
	if c.Col.Type != table.Integer || c.Col.Stats.Distinct > 25 || start == 0 {
		return false
	}
	for i := range start {
		switch p.tokens[i].Norm {
		case "number", "count", "many", "average", "total", "sum", "mean", "median":
			return true
		}
	}
	return false
}

// byWithDirection reads "by salary descending"; names in the order of the
// alphabet are both what parts the answer and what it is sorted by.
func byWithDirection(p *parser, m match) *Node {
	n := p.orderBy(m.one("k"), m.one("d"), m)
	if n == nil || n.Rank.Column == nil || !category(n.Rank.Column) {
		return n
	}
	switch {
	case n.Rank.Alpha:
		n.Kind, n.Keys = Group, []Key{{Column: n.Rank.Column}}
	case (textual(n.Rank.Column) || told(n.Rank.Column) && spokenEnd(m.one("d"))) && !n.Rank.Chrono && m.start > 0: // the direction is that of what is parted
		n.Kind, n.Keys, n.Rank.Column = Group, []Key{{Column: n.Rank.Column}}, nil
	}
	return n
}

// told reports whether the numbers of a column only tell things apart.
func told(c *link.Column) bool { return c.Col.Role == catalog.ID || numbering(c) }

// spokenEnd reports whether a direction speaks of high and low, which numbers
// that only tell things apart are not: "lowest first".
func spokenEnd(d *Node) bool { return strings.HasSuffix(d.Word, " first") }

// byPeriodInDirection reads "by month descending": what stands right after a
// period sorts the periods, unless it speaks of high and low.
func byPeriodInDirection(p *parser, m match) *Node {
	d := m.one("d")
	switch d.Word {
	case "ascending", "descending", "asc", "desc":
	default:
		return nil
	}
	n := byKey(p, m)
	if n == nil {
		return nil
	}
	n.Rank = &Rank{Sort: true, Column: n.Keys[0].Column}
	setDirection(n.Rank, d)
	return n
}

func byGrainOf(p *parser, m match) *Node {
	c := m.one("c").pick(temporal)
	if c == nil {
		return nil
	}
	return &Node{Kind: Group, Keys: []Key{{Column: c, Grain: m.one("g").Grain}}, Payload: m.one("b").Payload}
}

func byPart(p *parser, m match) *Node {
	part := partOf(m.one("d").Grain, m.one("w").Grain)
	c := p.dateColumn()
	if part == "" || c == nil {
		return nil
	}
	return &Node{Kind: Group, Keys: []Key{{Column: c, Part: part}}}
}

func byWeekday(p *parser, _ match) *Node {
	c := p.dateColumn()
	if c == nil || yearNumber(c) {
		return nil
	}
	return &Node{Kind: Group, Keys: []Key{{Column: c, Part: "dow"}}}
}

// partOf names the part of a date: the day of the week, the month of the year.
func partOf(inner, outer when.Grain) string {
	switch {
	case inner == when.Day && outer == when.Week:
		return "dow"
	case inner == when.Month && outer == when.Year:
		return "month"
	case inner == when.Hour && outer == when.Day:
		return "hour"
	case inner == when.Day && outer == when.Month:
		return "day"
	case inner == when.Week && outer == when.Year:
		return "week"
	}
	return ""
}

func binPart(p *parser, m match) *Node {
	n := byPart(p, m)
	if n == nil {
		return nil
	}
	if c := m.one("c").pick(temporal); c != nil {
		n.Keys[0].Column = c
	}
	return n
}

// binGrain reads "bin hire date by month" and "by weekday".
func binGrain(p *parser, m match) *Node {
	g := m.one("g")
	c := m.one("c").pick(temporal)
	if c == nil {
		c = p.dateColumn()
	}
	if c == nil {
		return nil
	}
	k := Key{Column: c, Grain: g.Grain}
	if g.Kind == Word && g.Word == "time" { // no period was named
		k.Grain = defaultGrain(p.context(c))
		note := p.note(g, "default_grain", "No period was named: by %s.", string(k.Grain))
		return &Node{Kind: Group, Keys: []Key{k}, Notes: []Note{note}}
	}
	if g.Kind == Word {
		if g.Word != "weekday" && g.Word != "weekdays" {
			return nil
		}
		k.Part = "dow"
	}
	return &Node{Kind: Group, Keys: []Key{k}}
}

// inAllPeriods reads "in all quarters" as in each of them.
func inAllPeriods(p *parser, m match) *Node {
	n := overGrain(p, m)
	if n != nil {
		n.Payload = "each"
	}
	return n
}

// overDate reads "over the hire date" as parted by it.
func overDate(p *parser, m match) *Node {
	c := m.one("c").pick(temporal)
	if c == nil {
		return nil
	}
	return &Node{Kind: Group, Keys: []Key{{Column: c}}}
}

func overGrain(p *parser, m match) *Node {
	k := p.key(m.one("g"))
	if k == nil {
		return nil
	}
	return &Node{Kind: Group, Keys: []Key{*k}}
}
