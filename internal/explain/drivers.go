package explain

import (
	"cmp"
	"slices"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// moved says of drivers, before anything else, whether the whole rose or fell:
// who asks why it fell has to hear where it did not. Then comes what went
// furthest along with it. Empty where the parts do not add up to the whole.
func (t *teller) moved() string {
	if t.p.Kind != plan.Drivers || t.rows.Truncated || t.p.Limit != nil || len(t.p.Measures) < 3 || len(t.p.Group) != 1 || !adds(t.p.Measures[0].Expr) {
		return ""
	}
	now, then, ok := t.whole()
	if !ok {
		return ""
	}
	later, earlier := words(t.p.Measures[0].As), words(t.p.Measures[1].As)
	c := table.Column{Unit: t.p.Measures[0].Unit}
	from, to := Format(then, c.Type, c.Unit), Format(now, c.Type, c.Unit)
	if now == then {
		return "The whole is " + to + " in " + later + " as it was in " + earlier + "."
	}
	verb := map[bool]string{true: "rose", false: "fell"}[now > then]
	text := "The whole " + verb + " from " + from + " in " + earlier + " to " + to + " in " + later
	if i := t.furthest(now > then); i >= 0 {
		text += "; most of all " + t.point(i, len(t.p.Group)+2)
	}
	return text + "."
}

// adds reports whether the parts of a measure add up to the whole.
func adds(e *plan.Expr) bool {
	return e.Op == plan.OpSum || e.Op == plan.OpCount && !e.Distinct
}

// whole adds up both sides.
func (t *teller) whole() (now, then float64, ok bool) {
	first := len(t.p.Group)
	for _, row := range t.rows.Values {
		if len(row) < first+2 {
			return 0, 0, false
		}
		a, _ := table.Number(row[first])
		b, _ := table.Number(row[first+1])
		now, then = now+a, then+b
	}
	return now, then, len(t.rows.Values) > 0
}

// furthest is the row that changed most in one direction; -1 where none did.
func (t *teller) furthest(up bool) int {
	diff := func(i int) float64 {
		f, _ := table.Number(t.rows.Values[i][len(t.p.Group)+2])
		if !up {
			f = -f
		}
		return f
	}
	var list []int
	for i := range t.rows.Values {
		list = append(list, i)
	}
	best := slices.MaxFunc(list, func(a, b int) int { return cmp.Compare(diff(a), diff(b)) })
	if diff(best) <= 0 {
		return -1
	}
	return best
}
