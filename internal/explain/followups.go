package explain

import (
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
)

// maxFollowups is how many questions are suggested.
const maxFollowups = 4

// Followups suggests questions that go on from a plan, in words that the
// reader of questions understands.
func Followups(p *plan.Plan, cat *catalog.Catalog) []string {
	if p == nil || cat == nil || p.Kind == plan.Schema {
		return nil
	}
	t := cat.Table(p.From.Table)
	if t == nil {
		return nil
	}
	f := &follower{p: p, t: t}
	var list []string
	for _, next := range []func() string{f.grain, f.breakdown, f.top, f.share, f.value, f.rows} {
		if q := next(); q != "" && len(list) < maxFollowups {
			list = append(list, q)
		}
	}
	return list
}

type follower struct {
	p *plan.Plan
	t *catalog.Table
}

// grain goes along time, or to a coarser or finer unit.
func (f *follower) grain() string {
	if len(f.p.Measures) == 0 {
		return ""
	}
	if key := f.p.TimeKey(); key != nil {
		other := map[string]string{"day": "by week", "week": "by month", "month": "by quarter", "quarter": "by year", "year": "by month"}
		return other[key.Expr.Unit]
	}
	for _, c := range f.t.Columns {
		if c.Type.Temporal() && !c.Hidden {
			return "by month"
		}
	}
	return ""
}

// breakdown groups by a column with few values that is not used yet.
func (f *follower) breakdown() string {
	if len(f.p.Measures) == 0 || len(f.p.Group) > 1 {
		return ""
	}
	used := f.p.Columns()
	best := -1
	for i, c := range f.t.Columns {
		few := c.Stats.Distinct > 1 && c.Stats.Distinct <= 30
		taken := slices.ContainsFunc(used, func(u plan.Col) bool { return u.Name == c.Name })
		if !few || taken || c.Hidden || c.Role != catalog.Dimension && c.Role != catalog.Geo && c.Role != catalog.Flag {
			continue
		}
		if best < 0 || c.Stats.Distinct < f.t.Columns[best].Stats.Distinct && c.Role != catalog.Flag {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	return "by " + words(f.t.Columns[best].Name)
}

func (f *follower) top() string {
	if len(f.p.Group) != 1 || len(f.p.Measures) == 0 || f.p.TimeKey() != nil || f.p.Limit != nil {
		return ""
	}
	if c := f.key(); c == nil || c.Stats.Distinct <= 5 {
		return ""
	}
	return "top 5"
}

func (f *follower) key() *catalog.Column {
	e := f.p.Group[0].Expr
	if e == nil || e.Op != plan.OpCol || e.Col.Table != "" && e.Col.Table != f.t.Name {
		return nil
	}
	return f.t.Column(e.Col.Name)
}

func (f *follower) share() string {
	if f.p.Kind == plan.Share || len(f.p.Group) != 1 || len(f.p.Measures) != 1 || f.p.TimeKey() != nil || f.p.Limit != nil {
		return ""
	}
	if op := f.p.Measures[0].Expr.Op; op != plan.OpSum && op != plan.OpCount {
		return ""
	}
	return "as a share of the total"
}

// value keeps only the most frequent value of a category.
func (f *follower) value() string {
	used := f.p.Columns()
	for _, c := range f.t.Columns {
		filtered := slices.ContainsFunc(plan.Conjuncts(f.p.Where), func(e *plan.Expr) bool {
			return slices.ContainsFunc(e.Columns(), func(u plan.Col) bool { return u.Name == c.Name })
		})
		grouped := len(f.p.Group) > 0 && slices.ContainsFunc(used, func(u plan.Col) bool { return u.Name == c.Name })
		if filtered || c.Hidden || len(c.Stats.Top) == 0 || c.Role != catalog.Dimension && c.Role != catalog.Geo || len(f.p.Group) > 0 && !grouped {
			continue
		}
		if s, ok := c.Stats.Top[0].Value.(string); ok && s != "" && len(s) < 40 {
			return "only " + s
		}
	}
	return ""
}

func (f *follower) rows() string {
	if !f.p.Aggregated() {
		return "how many rows"
	}
	return ""
}
