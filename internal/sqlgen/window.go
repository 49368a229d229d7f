package sqlgen

import (
	"strconv"
	"strings"

	"tabletalk/internal/plan"
)

func (s *scope) window(e *plan.Expr) piece {
	x := s.arg(e, 0, bindOr)
	partition := s.partition(e.By, false)
	switch e.Op {
	case plan.OpShare:
		return piece{s.arg(e, 0, bindMul) + " / NULLIF(sum(" + x + ") OVER (" + partition + "), 0)", bindMul}
	case plan.OpRank:
		return leaf("rank() OVER (" + strings.TrimSpace(partition+" ORDER BY "+x+" DESC NULLS LAST") + ")")
	}
	along := strings.TrimSpace(partition + " ORDER BY " + s.along(e.By))
	n := max(e.N, 1)
	switch e.Op {
	case plan.OpRunning:
		return leaf("sum(" + x + ") OVER (" + along + " ROWS UNBOUNDED PRECEDING)")
	case plan.OpMoving:
		return leaf("CASE WHEN row_number() OVER (" + along + ") >= " + strconv.Itoa(n) +
			" THEN avg(" + x + ") OVER (" + along + " ROWS " + strconv.Itoa(n-1) + " PRECEDING) END")
	}
	return leaf("lag(" + x + ", " + strconv.Itoa(n) + ") OVER (" + along + ")")
}

// along is the order in which windows run: the time key, or the plan's order,
// completed by the keys that do not part the rows already.
func (s *scope) along(by []string) string {
	skip := map[string]bool{}
	for _, name := range by {
		skip[name] = true
	}
	var list []string
	if t := s.p.TimeKey(); t != nil && !skip[t.As] {
		skip[t.As] = true
		list = append(list, s.expr(plan.Ref(t.As), bindOr)+" NULLS LAST")
	} else {
		for _, o := range s.p.Order {
			if o.By != nil && (o.By.Op != plan.OpRef || !skip[o.By.Name]) && !s.windowed(o.By) {
				list = append(list, s.sort(o, s.expr(o.By, bindOr)))
			}
		}
	}
	for _, g := range s.p.Group {
		if !skip[g.As] {
			list = append(list, s.expr(plan.Ref(g.As), bindOr)+" NULLS LAST")
		}
	}
	if s.rows && !s.p.Aggregated() {
		list = append(list, s.position())
	}
	if len(list) == 0 {
		s.fail("A running value needs an order.")
	}
	return strings.Join(list, ", ")
}
