package parse

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// bonusOwner is for a property of the one row that a value names: the
// population of Paris is one of Paris itself, before a sum of its parts.
// bonusNamed is for the row that has the value as its name, before one of
// which it is a property: the city Austin, before the state of that capital.
const (
	bonusOwner = 80
	bonusNamed = 60
)

func (b *builder) ownersFirst() {
	if b.pinned() {
		b.d.Bonus += bonusOwner
	}
	for _, c := range b.s.Preds {
		if c.Expr.Op == plan.OpEq && c.Column != nil && c.Column == b.p.naming(b.p.scope.Base) && (!b.p.afterPlace(c.Where.Start) || len(b.s.Nouns) == 0 && b.s.Best == nil) {
			b.d.Bonus += bonusNamed
			if !b.pinned() && b.p.singular(c) {
				b.d.Bonus += bonusOwner
			}
			return
		}
	}
}

// afterPlace reports whether a word of place stands at or before a token: what
// follows is where things are, not what they are called.
func (p *parser) afterPlace(i int) bool {
	for _, t := range p.tokens[max(i-1, 0) : i+1] {
		switch t.Norm {
		case "in", "through", "within", "at", "from":
			return true
		}
	}
	return false
}

// singular reports whether a condition gives a value that one row has.
func (p *parser) singular(c Condition) bool {
	lit := c.Expr.Args[1].Lit
	if lit == nil || c.Column.Table.Values == nil {
		return false
	}
	v, _ := lit.Value.(string)
	for _, h := range c.Column.Table.Values.Phrase(text.Words(v)) {
		if h.Column == c.Column.Col.Name {
			return h.Rows == 1
		}
	}
	return false
}

// finish adds what every shape has: conditions, orders, joins, the kind.
func (b *builder) finish() {
	b.leftFrames()
	if len(b.pl.Group) == 0 && len(b.pl.Select)+len(b.pl.Measures) > 0 {
		b.ownersFirst()
	}
	b.nameMarks()
	b.unite()
	b.withoutTotals()
	for _, c := range b.s.Preds {
		if c.Both && c.Expr.Op == plan.OpIn {
			b.note("both_as_either", "One row has one value only: either of them is taken.", c.Where)
		}
		b.useCondition(c)
		b.keepsEmpty(c)
		b.pl.Where = plan.And(b.pl.Where, c.Expr)
	}
	for _, c := range b.s.Haves {
		if len(b.pl.Group) == 0 {
			b.doubt(900, "a condition on groups has no groups")
		}
		if c.Column != nil {
			b.tables[c.Column.Table.Name] = true
		}
		b.pl.Having = plan.And(b.pl.Having, c.Expr)
	}
	b.doubtPinnedKeys()
	b.doubtSingleRows()
	sparse := b.daysOfDates()
	b.orders()
	if !b.isSet && b.pl.From.Sub == nil {
		b.pl.From.Joins = b.p.scope.used(b.tables)
	}
	if b.pl.Kind == "" {
		b.pl.Kind = b.kind()
	}
	b.impliedChart()
	b.doubtNothingDrawn()
	b.defaultOrder()
	b.pl.Fill = !sparse && b.pl.Kind == plan.Series && b.pl.Limit == nil && b.pl.Having == nil && b.fillable()
}

// costPinnedKey is for parting an answer by what a condition fixes: there is
// one part only.
const costPinnedKey = 250

// costSingleRows is for counting the rows of each row.
const costSingleRows = 500

// doubtSingleRows doubts a choice by how many rows a thing has where every
// thing has one row: what was to be counted is somewhere else.
func (b *builder) doubtSingleRows() {
	if len(b.pl.Group) != 1 || len(b.pl.From.Joins)+len(b.pl.Measures) != 1 || b.pl.Limit == nil && len(b.s.Haves) == 0 || b.s.Chart != "" {
		return
	}
	e, m := b.pl.Group[0].Expr, b.pl.Measures[0].Expr
	if e.Op != plan.OpCol || e.Col.Table != "" || m.Op != plan.OpCount || len(m.Args) > 0 || m.Filter != nil {
		return
	}
	if c := b.p.Schema.Find(b.p.scope.Base, e.Col.Name); c != nil && unique(c) {
		b.doubt(costSingleRows, "each group would be one row")
	}
}

// costLostCount is for "how many" beside another measure, where nothing is
// counted.
const costLostCount = 400

func (b *builder) doubtLostCount() {
	counts := func(a Aggregate) bool { return a.Op == plan.OpCount }
	if b.s.Count && !b.s.HowMuch && !slices.ContainsFunc(b.s.Measures, counts) {
		b.doubt(costLostCount, "what is to be counted is not counted")
	}
}

// costAmountKey is for parting an answer by an amount that was only named.
const costAmountKey = 120

func (b *builder) doubtAmountKey(c *link.Column) {
	if amount(c) && c.Col.Role == catalog.Measure && c.Col.Stats.Distinct > 50 {
		b.doubt(costAmountKey, "")
	}
}

func (b *builder) doubtPinnedKeys() {
	for _, g := range b.pl.Group {
		if slices.ContainsFunc(b.s.Preds, func(c Condition) bool { return c.Expr.Op == plan.OpEq && same(c.Expr.Args[0], g.Expr) }) {
			b.doubt(costPinnedKey, "")
		}
	}
}
