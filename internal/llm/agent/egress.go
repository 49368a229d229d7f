package agent

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Egress says what of the data may be sent to a model, besides the question.
type Egress string

// The levels; each holds what is sent by those before it.
const (
	Off     Egress = "off"     // nothing: the model is not asked
	Schema  Egress = "schema"  // names and types of tables and columns, counts of rows
	Values  Egress = "values"  // and the most frequent values, the range of a column, values that are looked up
	Results Egress = "results" // and the first rows of results
)

var levels = []Egress{Off, Schema, Values, Results}

// Allows reports whether e is at least the level.
func (e Egress) Allows(level Egress) bool {
	return slices.Index(levels, e) >= slices.Index(levels, level)
}

// Known reports whether e is one of the levels.
func (e Egress) Known() bool { return slices.Contains(levels, e) }

// Narrower gives the one that sends less; what is unknown sends nothing.
func Narrower(a, b Egress) Egress {
	return levels[max(0, min(slices.Index(levels, a), slices.Index(levels, b)))]
}

// visible is the catalog as a model may know it: without the columns that are
// private or hidden, and without values where those are not sent.
func visible(c *catalog.Catalog, e Egress) *catalog.Catalog {
	out := &catalog.Catalog{}
	for _, t := range c.Tables {
		columns := []catalog.Column{}
		for _, col := range t.Columns {
			if !col.Private && !col.Hidden && clean(col.Name) == col.Name {
				columns = append(columns, shown(col, e))
			}
		}
		if clean(t.Name) == t.Name && len(columns) > 0 {
			t.Columns = columns
			out.Tables = append(out.Tables, t)
		}
	}
	has := func(r catalog.ColumnRef) bool {
		t := out.Table(r.Table)
		return t != nil && t.Column(r.Column) != nil
	}
	for _, j := range c.Joins {
		if has(j.Many) && has(j.One) {
			out.Joins = append(out.Joins, j)
		}
	}
	for _, t := range c.Terms {
		if taught(out, t) && (e.Allows(Values) || !strings.Contains(t.Text, "'")) {
			out.Terms = append(out.Terms, t)
		}
	}
	return out
}

// taught reports whether a term is a metric or filter over columns that the
// model may know.
func taught(c *catalog.Catalog, t catalog.Term) bool {
	tab := c.Table(t.Table)
	if tab == nil || t.Kind != catalog.TermMetric && t.Kind != catalog.TermFilter {
		return false
	}
	e, err := plan.ParseExpr(t.Text)
	return err == nil && !slices.ContainsFunc(e.Columns(), func(col plan.Col) bool { return col.Table != "" || tab.Column(col.Name) == nil })
}

func shown(c catalog.Column, e Egress) catalog.Column {
	if !e.Allows(Values) {
		c.Stats = catalog.Stats{Nulls: c.Stats.Nulls, Distinct: c.Stats.Distinct}
	}
	return c
}

// tellable reports whether a plan may be told to a model: it names only what
// the model may know, and, where values are not sent, no text that the person
// did not write.
func (r *run) tellable(p *plan.Plan, question string) bool {
	if p == nil || plan.Validate(p, r.catalog) != nil {
		return false
	}
	if r.Egress.Allows(Values) {
		return true
	}
	own := true
	said := words(question)
	p.Each(func(e *plan.Expr) bool {
		if e.Op == plan.OpLit && e.Lit != nil && e.Lit.Type == table.String && e.Lit.Value != nil {
			text, _ := e.Lit.Value.(string)
			for w := range words(text) {
				own = own && said[w]
			}
		}
		return own
	})
	return own
}
