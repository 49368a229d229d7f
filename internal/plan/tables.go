package plan

import "slices"

// Tables gives the names of the tables that the plan reads, each once, also
// those of plans inside it.
func Tables(p *Plan) []string {
	var list []string
	add := func(name string) {
		if name != "" && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	p.each(func(q *Plan) {
		add(q.From.Table)
		for _, j := range q.From.Joins {
			add(j.Table)
		}
	})
	return list
}

// each visits the plan and all plans inside it.
func (p *Plan) each(visit func(*Plan)) {
	if p == nil {
		return
	}
	visit(p)
	p.From.plans(func(sub *Plan) { sub.each(visit) })
	p.own(func(e *Expr) {
		e.Each(func(x *Expr) bool {
			if x.Sub != nil {
				x.Sub.each(visit)
			}
			return x.Sub == nil
		})
	})
}
