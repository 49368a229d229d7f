package definition

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
)

// Teacher tells catalogs what people defined.
type Teacher struct{ Source Source }

// Teach adds the definitions of a session to its catalog.
func (t Teacher) Teach(ctx context.Context, workspace, sessionID string, c *catalog.Catalog) error {
	list, err := t.Source.AllDefinitions(ctx, workspace, sessionID)
	if err != nil {
		return err
	}
	Teach(list, c)
	return nil
}

// Teach adds definitions to a catalog. Of two that say the same, that of the
// session counts; those that do not fit the tables are left out. Columns are
// copied before they change, for others may hold them.
func Teach(list []Definition, c *catalog.Catalog) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Definition) int { return rank(a) - rank(b) })
	seen := map[string]bool{}
	for i := range list {
		d := &list[i]
		if seen[d.Key()] || !fits(d, c) {
			continue
		}
		seen[d.Key()] = true
		if d.Kind == Column {
			describe(d, c.Table(d.Table))
			continue
		}
		c.Terms = append(c.Terms, term(d))
	}
}

func rank(d Definition) int {
	if d.SessionID == "" {
		return 1
	}
	return 0
}

func term(d *Definition) catalog.Term {
	t := catalog.Term{Phrase: d.Phrase, Kind: string(d.Kind), Table: d.Table, Column: d.Column, Text: d.Text}
	switch d.Kind {
	case Synonym:
		t.Text = d.Value
	case Answer:
		t.Phrase = catalog.Phrase(d.Phrase)
	}
	return t
}

// describe gives a column what people said of it.
func describe(d *Definition, t *catalog.Table) {
	t.Columns = slices.Clone(t.Columns)
	col := t.Column(d.Column)
	if d.Role != "" {
		col.Role, col.Reason = d.Role, "as you said"
	}
	if d.Aggregate != "" {
		col.Summed = d.Aggregate
	}
	col.Hidden = col.Hidden || d.Hidden
	col.Private = col.Private || d.Private
}

// fits reports whether a definition can be used over a catalog.
func fits(d *Definition, c *catalog.Catalog) bool {
	if d.Kind == Answer {
		p, err := plan.Parse(d.Text)
		return err == nil && plan.Validate(p, c) == nil && shapeOf(p, c) == d.Shape
	}
	t := c.Table(d.Table)
	switch {
	case t == nil, d.Column != "" && t.Column(d.Column) == nil:
		return false
	case d.Kind == Metric, d.Kind == Filter:
		return checkExpression(d.Meaning, c) == nil
	}
	return true
}

// shapeOf names the tables of a plan with their columns and types: a confirmed
// answer is one to the same question of the same columns.
func shapeOf(p *plan.Plan, c *catalog.Catalog) string {
	h := sha256.New()
	names := slices.Clone(plan.Tables(p))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		t := c.Table(name)
		if t == nil {
			continue
		}
		fmt.Fprintf(h, "%q\n", name)
		for _, col := range t.Columns {
			fmt.Fprintf(h, "%q %s\n", col.Name, col.Type)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
