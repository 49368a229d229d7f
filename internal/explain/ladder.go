package explain

import (
	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Ladder says step by step how many rows are left: in all, after the joins,
// and after each condition. It is empty without counts.
func Ladder(p *plan.Plan, findings []plan.Finding, cat *catalog.Catalog) []string {
	for p != nil && p.From.Sub != nil {
		p = p.From.Sub // the counts are about the plan that reads a table
	}
	if p == nil || cat == nil {
		return nil
	}
	s := speakerOf(p, cat)
	var list []string
	steps := false
	for _, f := range findings {
		number, ok := table.Number(f.Value)
		if !ok {
			continue
		}
		n := plural(int64(number), "row")
		switch f.Code {
		case plan.FoundTotal:
			list = append(list, n+" in "+s.label(p.From.Table))
		case plan.FoundJoined:
			list = append(list, n+s.joined(f.Subject))
		case plan.FoundAfter:
			steps = true
			list = append(list, n+" where "+s.condition(f.Expr))
		case plan.FoundMatched:
			if conditions := plan.Conjuncts(p.Where); len(conditions) == 1 && !steps {
				list = append(list, n+" where "+s.condition(conditions[0]))
			} else if len(conditions) > 0 && !steps {
				list = append(list, n+" after all conditions")
			}
		}
	}
	return list
}

// joined says what a join did to the rows.
func (s *speaker) joined(tableName string) string {
	for _, j := range s.p.From.Joins {
		if j.Table == tableName && (j.Kind == "semi" || j.Kind == "anti") {
			return s.joins()
		}
	}
	return " after joining " + s.label(tableName)
}
