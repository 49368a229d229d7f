package question

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// traits are what questions about a table can be made of, in words.
type traits struct {
	amount, rate string
	date, grain  string   // the first date, and the unit in which to look at its span
	kinds        []string // what divides the rows into a few groups
	named        string   // what is ranked: there are more of them than a list shows
	amounts      []string // everything that can be summed up, for the type-ahead
}

const (
	mostKinds = 60  // groups that a chart can still show
	fewNames  = 6   // of so few there is no top five
	mostNames = 5e4 // of more, each is its own
)

func traitsOf(t *catalog.Table) traits {
	var out traits
	fine := false         // the amount is one of more than whole things
	var numbered []string // what divides the rows by a number; words say more
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Hidden {
			continue
		}
		name := words(c.Name)
		switch {
		case c.Type.Temporal():
			if out.date == "" {
				out.date, out.grain = name, grainOf(c)
			}
		case !c.Type.Numeric():
			out.divide(c, name)
		case c.Role == catalog.Dimension && out.date == "" && name == "year":
			out.date, out.grain = name, name
		case c.Role == catalog.Dimension && c.Stats.Distinct > 1 && c.Stats.Distinct <= mostKinds:
			numbered = append(numbered, name)
		case c.Role == catalog.Measure:
			out.amounts = append(out.amounts, name)
			if out.amount == "" || !fine && c.Type != table.Integer {
				out.amount, fine = name, c.Type != table.Integer
			}
		case c.Role == catalog.Rate || c.Role == catalog.Price:
			out.amounts = append(out.amounts, name)
			if out.rate == "" {
				out.rate = name
			}
		}
	}
	out.kinds = append(out.kinds, numbered...)
	return out
}

// divide notes a column of words that makes groups, or names what is ranked.
func (x *traits) divide(c *catalog.Column, name string) {
	if c.Type != table.String || c.Role != catalog.Dimension && c.Role != catalog.Geo {
		return
	}
	if c.Stats.Distinct > 1 && c.Stats.Distinct <= mostKinds {
		x.kinds = append(x.kinds, name)
	}
	if x.named == "" && c.Stats.Distinct > fewNames && c.Stats.Distinct <= mostNames {
		x.named = name
	}
}

// kind is the i-th of what divides the rows, or the last before it.
func (x traits) kind(i int) string {
	if len(x.kinds) == 0 {
		return ""
	}
	return x.kinds[min(i, len(x.kinds)-1)]
}

// grainOf is the unit in which a span of time has a few dozen parts.
func grainOf(c *catalog.Column) string {
	from, to := day(c.Stats.Min), day(c.Stats.Max)
	switch span := to.Sub(from); {
	case from.IsZero() || to.IsZero():
		return "month"
	case span <= 62*24*time.Hour:
		return "day"
	case span > 8*365*24*time.Hour:
		return "year"
	}
	return "month"
}

func day(v table.Value) time.Time {
	s, _ := v.(string)
	t, err := time.Parse(time.DateOnly, s[:min(len(s), len(time.DateOnly))])
	if err != nil {
		return time.Time{}
	}
	return t
}

// rounds is how many kinds of openings there are.
const rounds = 11

// openings are questions to begin with, those of different kinds first.
func openings(c *catalog.Catalog) []string {
	var out []string
	for round := range rounds {
		for i := range c.Tables {
			if q := opening(c, &c.Tables[i], round); q != "" && !slices.Contains(out, q) {
				out = append(out, q)
			}
		}
	}
	return out
}

// tries are questions that would work, for one who asked what does not.
func tries(c *catalog.Catalog, n int) []string {
	if c == nil {
		return nil
	}
	list := openings(c)
	return list[:min(len(list), n)]
}

// opening is the k-th question that suits a table; empty where none does.
func opening(c *catalog.Catalog, t *catalog.Table, k int) string {
	x := traitsOf(t)
	total := strings.TrimPrefix(x.amount, "total ")
	switch {
	case k == 0 && total != "" && x.kind(0) != "":
		return fmt.Sprintf("total %s by %s", total, x.kind(0))
	case k == 1 && total != "" && x.date != "":
		return fmt.Sprintf("total %s by %s", total, x.grain)
	case k == 2 && x.amount != "" && x.named != "":
		return fmt.Sprintf("top 5 %s by %s", plan.Plural(x.named), x.amount)
	case k == 3 && x.rate != "" && x.kind(1) != "":
		return fmt.Sprintf("average %s by %s", strings.TrimPrefix(x.rate, "average "), x.kind(1))
	case k == 4 && x.amount == "" && x.kind(0) != "":
		return fmt.Sprintf("number of %s by %s", rowsOf(c, t), x.kind(0))
	case k == 5 && total != "":
		if kind := joinedKind(c, t); kind != "" {
			return fmt.Sprintf("total %s by %s", total, kind)
		}
	case k == 6:
		return "how many rows are in " + words(t.Name)
	case k == 7 && x.kind(1) != "":
		return fmt.Sprintf("number of %s by %s", rowsOf(c, t), x.kind(1))
	case k == 8 && x.rate != "" && x.date != "":
		return fmt.Sprintf("average %s by %s", strings.TrimPrefix(x.rate, "average "), x.grain)
	case k == 9 && x.kind(0) == "" && len(x.amounts) > 0:
		return "average " + strings.TrimPrefix(x.amounts[0], "average ")
	case k == 10 && x.kind(0) == "" && len(x.amounts) > 0:
		return "highest " + x.amounts[len(x.amounts)-1]
	}
	return ""
}

// rowsOf names the rows of a table: by the table where there are several.
func rowsOf(c *catalog.Catalog, t *catalog.Table) string {
	if len(c.Tables) < 2 {
		return "rows"
	}
	return words(t.Name)
}

// joinedKind is what divides the rows of a table and stands in another one,
// where each row has but one of it; empty where no name is only there.
func joinedKind(c *catalog.Catalog, t *catalog.Table) string {
	for _, j := range c.Joins {
		other := c.Table(j.One.Table)
		if j.Many.Table != t.Name || !j.Unique || other == nil || other == t {
			continue
		}
		for _, kind := range traitsOf(other).kinds {
			if !slices.ContainsFunc(t.Columns, func(own catalog.Column) bool { return words(own.Name) == kind }) {
				return kind
			}
		}
	}
	return ""
}

// words writes a name of the data as a person says it.
func words(name string) string { return strings.ToLower(plan.Words(name)) }
