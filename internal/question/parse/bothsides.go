package parse

import (
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
)

// A scope whose base is joined to a table of several rows each answers
// questions that measure both: "customers and their orders by country". The
// base's rows repeat there, so that only what repetition does not change may
// be measured of them.

// bothSides gives the scopes that add a related table to a base, where the
// question names the rows of both.
func bothSides(single []scopeScore, mentions []link.Mention, tokens int) []scopeScore {
	var out []scopeScore
	for _, s := range single {
		if len(s.scope.Joins) > 0 || !namesTable(mentions, s.scope.Base) {
			continue
		}
		for _, r := range s.scope.Related {
			if !namesTable(mentions, r.Table) {
				continue
			}
			sc := Scope{Base: s.scope.Base, Tables: []string{s.scope.Base, r.Table}, Many: r.Table, ManyKey: r.Key}
			sc.Joins = []plan.Join{{Table: r.Table, Kind: "left", Left: plan.Col{Name: r.Own}, Right: plan.Col{Table: r.Table, Name: r.Key}}}
			out = append(out, scopeScore{sc, coverage(mentions, &sc, tokens) - joinCost})
		}
	}
	return out
}

func namesTable(mentions []link.Mention, table string) bool {
	return slices.ContainsFunc(mentions, func(m link.Mention) bool {
		return m.Kind == link.TableMention && m.Table == table && m.How != link.Part
	})
}

// countEither counts rows of either side once: those of the base by their
// key, those of the other side where there is one.
func (b *builder) countEither(a Aggregate) Aggregate {
	if a.Table == b.p.scope.Many {
		b.tables[a.Table] = true
		a.Expr = plan.Make(plan.OpCount, plan.ColumnOf(a.Table, b.p.scope.ManyKey))
		return a
	}
	own := b.p.Schema.Find(b.p.scope.Base, b.p.scope.Joins[0].Left.Name)
	if own == nil {
		b.failed = true
		return a
	}
	a.Table, a.Expr = b.p.scope.Base, plan.CountDistinct(b.use(own))
	return a
}

// eitherMeasured takes care of a scope of both sides: things that are named
// beside measures of the other side are counted, and conditions on the other
// side restrict what is measured of it.
func (b *builder) eitherMeasured() {
	many := b.p.scope.Many
	if many == "" {
		return
	}
	s := b.s
	counted := func(t string) bool {
		return slices.ContainsFunc(s.Measures, func(a Aggregate) bool { return a.of(b.p.scope.Base) == t })
	}
	if !counted(b.p.scope.Base) && slices.Contains(s.Nouns, b.p.scope.Base) {
		a := b.rowCount()
		a.Table = b.p.scope.Base
		s.Measures = append([]Aggregate{a}, s.Measures...)
	}
	if !counted(b.p.scope.Base) || !counted(many) {
		return // one side alone needs no such join
	}
	b.either = true
	var rest []Condition
	var inside *plan.Expr
	for _, c := range s.Preds {
		if c.Column != nil && c.Column.Table.Name == many {
			inside = plan.And(inside, c.Expr)
			continue
		}
		rest = append(rest, c)
	}
	s.Preds = rest
	for i, a := range s.Measures {
		if a.Rows {
			a = b.countEither(a)
		}
		if inside != nil && a.of(b.p.scope.Base) == many {
			a.Expr = filtered(a.Expr, inside)
		}
		s.Measures[i] = a
	}
}

// of is the table that an aggregate is about.
func (a Aggregate) of(base string) string {
	switch {
	case a.Column != nil:
		return a.Column.Table.Name
	case a.Rows && a.Table != "":
		return a.Table
	}
	return base
}

// repeated reports whether an aggregate would count a row again for each row
// that is joined to it.
func (b *builder) repeated(a Aggregate) bool {
	t := a.of(b.p.scope.Base)
	if b.p.scope.Many != "" {
		return t != b.p.scope.Many && multiplies(a)
	}
	return a.Column != nil && t != b.p.scope.Base && multiplies(a)
}
