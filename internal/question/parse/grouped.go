package parse

import (
	"fmt"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
)

// having builds the things whose groups fulfil a condition.
func (b *builder) having() bool {
	b.doubtFew()
	b.totalsToo()
	for _, k := range b.s.Keys {
		b.addKey(k)
	}
	for _, c := range b.severalRows(b.asked(nil)) {
		b.addKey(Key{Column: c})
	}
	if len(b.pl.Group) == 0 {
		return false
	}
	for _, h := range b.eachHave() {
		if h.Table != "" && h.Table != b.p.scope.Base {
			return false // read where those rows are the base
		}
		if h.Expr.Op != plan.OpNot && len(h.Expr.Args) > 0 {
			a := Aggregate{Expr: h.Expr.Args[0], Name: "number of rows", Column: h.Column, Op: h.Expr.Args[0].Op}
			switch {
			case h.Of != "":
				a.Name = h.Of
			case h.Column != nil:
				a.Name = aggregateNames[a.Op] + " " + h.Column.Col.Name
			}
			b.addMeasure(a)
		}
	}
	return true
}

// eachHave are the conditions on groups, those of an alternative one by one.
func (b *builder) eachHave() []Condition {
	var out []Condition
	for _, h := range b.s.Haves {
		if len(h.Columns) == 0 {
			out = append(out, h)
		}
		for _, part := range h.Columns {
			out = append(out, *part)
		}
	}
	return out
}

// grouped builds keys without a stated measure: amounts are summed up, things
// are counted.
func (b *builder) grouped() bool {
	s := b.s
	if b.inEveryPeriod() || b.perAmount() {
		return true
	}
	if len(s.Select) == 1 && amount(s.Select[0].Column) && len(s.Keys) > 1 && s.Select[0].Column.Col.Role == catalog.Measure {
		s.Measures = []Aggregate{b.p.aggregate(plan.OpAvg, s.Select[0].Column, false)}
		if b.perThing(); s.Measures[0].Op == plan.OpDiv { // "revenue per customer by segment"
			s.Select = nil
			return b.aggregate()
		}
		s.Measures = nil
	}
	var amounts, things []Item
	for _, it := range s.Select {
		switch {
		case s.p.isKey(it.Column, s.Keys):
		case amount(it.Column):
			amounts = append(amounts, it)
		default:
			things = append(things, it)
		}
	}
	if s.Chart == "point" && len(amounts) > 1 && b.dropRowKeys() {
		return b.list() // each row is a point
	}
	if len(amounts) == 0 && (len(things) > 0 || b.rowsSorted()) && b.sortInstead() {
		return b.list()
	}
	if len(amounts) == 0 && (len(things) > 0 || b.asksDetails()) && b.dropRowKeys() {
		return b.list()
	}
	for _, k := range s.Keys {
		b.addKey(k)
	}
	switch {
	case len(amounts) > 0:
		for _, it := range things {
			if len(s.Keys) > 0 && len(things) == 1 && b.restricted(it) {
				continue // "revenue by region of returned orders" is not parted by order
			}
			b.addKey(Key{Column: it.Column})
		}
		for _, it := range amounts {
			b.addMeasure(b.defaultMeasure(it.Column, it.Node))
		}
	case len(things) == 1 && !s.Each:
		c := things[0].Column
		b.addMeasure(b.counting(c))
		if !flag(c) {
			b.note("default_measure", fmt.Sprintf("Each “%s” is counted once.", c.Col.Name), Span{things[0].Node.Start, things[0].Node.End})
		}
		b.doubt(100, "")
	case len(things) > 0:
		for _, it := range things {
			b.addKey(Key{Column: it.Column})
		}
		b.pl.Distinct = true
		return b.keysAsRows()
	default:
		b.defaultGrouped()
	}
	return true
}

// asksDetails reports whether everything about the rows is asked for.
func (b *builder) asksDetails() bool {
	return slices.ContainsFunc(b.p.tokens, func(t text.Token) bool { return t.Norm == "details" || t.Norm == "information" || t.Norm == "detail" })
}

// dropRowKeys drops "for each student" where rows are students anyway.
func (b *builder) dropRowKeys() bool {
	b.s.Keys = slices.DeleteFunc(b.s.Keys, func(k Key) bool { return k.Table == b.p.scope.Base })
	return len(b.s.Keys) == 0
}

// inEveryPeriod reads "customers who bought in every quarter of 2024": those
// with rows in as many periods as there are.
func (b *builder) inEveryPeriod() bool {
	s := b.s
	if len(s.Keys) != 1 || !s.Each || s.Keys[0].Grain == "" || len(s.Select) != 1 || !category(s.Select[0].Column) {
		return false
	}
	k := s.Keys[0]
	n := 0
	for _, p := range s.Preds {
		if p.Time && p.Range != nil && p.Column == k.Column {
			n += periodsIn(*p.Range, k.Grain)
		}
	}
	if n == 0 || yearNumber(k.Column) {
		return false
	}
	b.addKey(Key{Column: s.Select[0].Column})
	a := Aggregate{Expr: plan.CountDistinct(plan.Trunc(string(k.Grain), b.use(k.Column))), Name: "number of " + string(k.Grain) + "s", Op: plan.OpCount}
	b.addMeasure(a)
	s.Haves = append(s.Haves, Condition{Expr: plan.Make(plan.OpEq, a.Expr, plan.Int(int64(n))), Having: true})
	b.pl.Kind = plan.Table
	return true
}

// periodsIn counts the periods of a stretch of time.
func periodsIn(r when.Range, g when.Grain) int {
	n := 0
	if r.From.IsZero() {
		return 0
	}
	for t := r.From; t.Before(r.To) && n < plan.MaxSteps; t = when.Add(t, g, 1) {
		n++
	}
	return n
}

// keysAsRows shows keys without measures as distinct rows.
func (b *builder) keysAsRows() bool {
	b.pl.Select, b.pl.Group = b.pl.Group, nil
	return true
}

// rowsSorted reports whether a direction stands beside rows and an amount:
// "products by price, highest first" counts none.
func (b *builder) rowsSorted() bool {
	s := b.s
	return len(s.Nouns) > 0 && !s.Count && len(s.Orders) == 1 && s.Orders[0].open() && s.Orders[0].Dir && s.Limit == nil && s.Chart == "" && len(s.Keys) == 1 && s.Keys[0].Column != nil && (s.Keys[0].Column.Col.Role == catalog.Measure || s.Keys[0].Column.Col.Role == catalog.Price)
}

// sortInstead reads "names by age" as a sorted list.
func (b *builder) sortInstead() bool {
	s := b.s
	if len(s.Keys) != 1 || s.Each || s.Keys[0].Column == nil || s.Keys[0].Grain != "" || !amount(s.Keys[0].Column) {
		return false
	}
	r := Rank{Sort: true}
	if len(s.Orders) == 1 && s.Orders[0].open() {
		r, s.Orders = *s.Orders[0], nil // "by price, highest first"
	}
	r.Column = s.Keys[0].Column
	s.Orders, s.Keys = append(s.Orders, &r), nil
	return true
}

// defaultGrouped counts rows per key, or takes the main amount where rows are
// not what the question speaks of.
func (b *builder) defaultGrouped() {
	m := b.ch.Measure
	if m == nil && len(b.s.Nouns) == 0 && !b.happened() {
		m = b.p.primaryMeasure()
	}
	if m != nil {
		b.addMeasure(b.p.aggregate(defaultAggregate(m), m, false))
		b.note("default_measure", fmt.Sprintf("No measure was named: “%s” is taken.", m.Col.Name), Span{})
		b.doubt(250, "no measure was named")
		return
	}
	a := b.rowCount()
	if len(b.s.Nouns) > 0 {
		a.Table = b.s.Nouns[0]
		a.Name = "number of " + tableNoun(b.p, a.Table)
	} else {
		b.note("default_measure", "No measure was named: rows are counted.", Span{})
		b.doubt(150, "no measure was named")
	}
	b.addMeasure(b.counted(a))
}

// piecewise reports whether "per" speaks of one piece of what a column counts:
// "revenue per unit".
func piecewise(k Key) bool {
	switch k.Said {
	case "unit", "piece", "item", "copy", "each":
		return k.Column.Col.Role == catalog.Measure
	}
	return heads[k.Said] != nil || countsPeople(k)
}

// perAmount reads "price per carat" as one amount divided by the other, in
// all or in each group.
func (b *builder) perAmount() bool {
	s := b.s
	i := slices.IndexFunc(s.Keys, func(k Key) bool {
		return k.Per && k.Column != nil && k.Grain == "" && amount(k.Column) && (k.Column.Col.Stats.Distinct > 25 || piecewise(k))
	})
	at := slices.IndexFunc(s.Select, func(it Item) bool { return amount(it.Column) })
	if i >= 0 && at < 0 && len(s.Measures) == 1 && (s.Measures[0].Op == plan.OpSum || s.Measures[0].Op == plan.OpAvg) && s.Measures[0].Column != nil {
		s.Select = append(slices.Clone(s.Select), Item{Column: s.Measures[0].Column}) // "average revenue per unit"
		at, s.Measures = len(s.Select)-1, nil
	}
	if i < 0 || at < 0 || len(s.Measures) > 0 {
		return false
	}
	c, per := s.Select[at].Column, s.Keys[i].Column
	if c == per {
		return false
	}
	e := plan.Make(plan.OpDiv, plan.Make(plan.OpSum, b.use(c)), plan.Make(plan.OpSum, b.use(per)))
	s.Measures = []Aggregate{{Expr: e, Name: spoken(c) + " per " + spoken(per), Column: c, Op: plan.OpDiv, Stated: true}}
	s.Keys = slices.Delete(slices.Clone(s.Keys), i, i+1)
	s.Select = slices.Delete(slices.Clone(s.Select), at, at+1)
	b.note("per_amount", fmt.Sprintf("The total of “%s” is divided by the total of “%s”.", c.Col.Name, per.Col.Name), Span{})
	return b.aggregate()
}
