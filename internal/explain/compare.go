package explain

import (
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// comparison is a plan that sets one aggregate of some rows against the same
// aggregate of others; what follows in the plan is computed from the two.
type comparison struct {
	what string    // "total revenue"
	side [2]string // "in 2025 (Jan 1 to Oct 29)", "2024"
	time bool      // the sides are periods
}

// compares recognises a comparison.
func (s *speaker) compares() (c comparison, ok bool) {
	m := s.p.Measures
	if s.p.Kind != plan.Compare || len(m) < 2 || !sides(m[0].Expr, m[1].Expr) {
		return c, false
	}
	for _, n := range m[2:] {
		if n.Expr.Op.Aggregate() {
			return c, false
		}
	}
	bare := *m[0].Expr
	bare.Filter = nil
	c.what = s.summary(&bare)
	a, b := m[0].Expr.Filter, m[1].Expr.Filter
	c.time = a.Op == plan.OpWithin && b.Op == plan.OpWithin
	if c.time {
		c.side = [2]string{s.periodNamed(m[0].As, a), m[1].As}
		if said := against(a, b); said[0] != "" && (c.side[0] != said[0] || strings.Contains(m[1].As, " to ")) {
			c.side = said
		}
		return c, c.side[0] != ""
	}
	c.side = [2]string{"of " + words(m[0].As), words(m[1].As)}
	return c, true
}

// sides reports whether two aggregates differ in their rows alone.
func sides(a, b *plan.Expr) bool {
	if a == nil || b == nil || !a.Op.Aggregate() || a.Filter == nil || b.Filter == nil {
		return false
	}
	x, y := *a, *b
	x.Filter, y.Filter = nil, nil
	return x.String() == y.String()
}

// periodNamed says a period by the name that the result has for it, with the
// days where the data ends within it.
func (s *speaker) periodNamed(name string, e *plan.Expr) string {
	text := "in " + name
	switch {
	case strings.HasPrefix(name, "week "):
		text = "in the " + name
	case strings.Contains(name, " to "):
		text = "from " + name
	}
	if len(e.Args) != 3 {
		return text
	}
	said := period(e.Args[1], e.Args[2])
	a, _, okA := end(e.Args[1])
	b, _, okB := end(e.Args[2])
	if said == text || strings.HasPrefix(text, "from ") && b.Day() == 1 || !okA || !okB || a.IsZero() || b.IsZero() {
		return text
	}
	last := b.AddDate(0, 0, -1)
	if a.Equal(last) {
		return text + " (" + day(a) + ")"
	}
	return text + " (" + a.Format("Jan 2") + " to " + last.Format("Jan 2") + ")"
}

// against says two periods by their days, where their names alone would not
// say which days are compared; empty where one of them has no such words.
func against(a, b *plan.Expr) (side [2]string) {
	if len(a.Args) != 3 || len(b.Args) != 3 {
		return side
	}
	now, then := period(a.Args[1], a.Args[2]), period(b.Args[1], b.Args[2])
	if !strings.HasPrefix(now, "from ") || !strings.HasPrefix(then, "from ") {
		return side
	}
	return [2]string{now, "the period " + then}
}

// clause is the comparison as a question says it.
func (c comparison) clause() string { return c.what + " " + c.side[0] + " against " + c.side[1] }

// compared says the two numbers of a comparison and how far they are apart;
// empty where they are not numbers.
func (t *teller) compared(row int) string {
	first := len(t.p.Group)
	if len(t.rows.Values[row]) < first+2 {
		return ""
	}
	a, okA := table.Number(t.rows.Values[row][first])
	b, okB := table.Number(t.rows.Values[row][first+1])
	if !okA || !okB {
		return ""
	}
	text := t.cell(row, first) + " and " + t.cell(row, first+1)
	if a == b {
		return text + ", the same"
	}
	by, part := t.gap(row, "difference"), t.gap(row, "change")
	if by == "" {
		return text
	}
	if part != "" {
		part = " (" + part + ")"
	}
	if c, _ := t.compares(); c.time {
		return text + ", " + map[bool]string{true: "up ", false: "down "}[a > b] + by + part
	}
	return text + ", " + by + map[bool]string{true: " more", false: " less"}[a > b] + part
}

// gap is a computed column of a comparison, without its sign.
func (t *teller) gap(row int, name string) string {
	i := t.rows.Column(name)
	if i < 0 || t.rows.Values[row][i] == nil {
		return ""
	}
	return strings.TrimPrefix(t.cell(row, i), "-")
}
