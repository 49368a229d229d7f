package explain

import (
	"slices"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// saysItself reports whether the name of a calculation is already said of all
// that it is made of, as "income per head", "discount weighted by revenue" and
// "days since" are. What is divided by what is told as an assumption.
func saysItself(n plan.Named) bool {
	if n.Expr == nil {
		return false
	}
	name := " " + strings.ToLower(words(n.As)) + " "
	switch {
	case n.Expr.Op == plan.OpDateDiff:
		return strings.HasSuffix(name, " since ")
	case n.Expr.Op != plan.OpDiv, !strings.Contains(name, " per ") && !strings.Contains(name, " weighted by "):
		return false
	}
	all := true
	n.Expr.Each(func(e *plan.Expr) bool {
		if e.Op == plan.OpCol && e.Col != nil {
			all = all && strings.Contains(name, " "+strings.ToLower(words(e.Col.Name))+" ")
		}
		return true
	})
	return all
}

// direction says of a comparison that only those are shown that fell, or that
// grew, with those first that did so most: "where it declined".
func (s *speaker) direction() (string, bool) {
	p := s.p
	h := p.Having
	if _, ok := s.compares(); !ok || h == nil || p.Where != nil || p.Limit != nil || len(p.Order) != 1 || !refersTo(p.Order[0].By, "difference") || len(h.Args) != 2 || !refersTo(h.Args[0], "difference") {
		return "", false
	}
	if n, ok := litInt(h.Args[1]); !ok || n != 0 {
		return "", false
	}
	switch {
	case h.Op == plan.OpLt && !p.Order[0].Desc:
		return " where it declined", true
	case h.Op == plan.OpGt && p.Order[0].Desc:
		return " where it grew", true
	}
	return "", false
}

// ofTheFirst says what those have together that have the most of it: "total
// revenue of the top 3 customers".
func (s *speaker) ofTheFirst() (string, bool) {
	p, of := s.p, s.p.From.Sub
	if of == nil || p.Where != nil || p.Having != nil || p.Limit != nil || len(p.Measures) != 1 || len(p.Group) > 0 || of.Limit == nil || of.Limit.N < 2 || of.Limit.Offset > 0 ||
		len(of.Limit.Per) > 0 || of.Limit.Ties || of.Limit.Percent > 0 || len(of.Measures) != 1 || len(of.Group) != 1 || len(of.Order) != 1 || of.Having != nil {
		return "", false
	}
	e, inner := p.Measures[0].Expr, of.Measures[0]
	if e.Op != plan.OpSum || e.Filter != nil || !isColumn(e.Args[0], inner.As) || inner.Expr.Op != plan.OpSum || !refersTo(of.Order[0].By, inner.As) {
		return "", false
	}
	in := speakerOf(of, s.cat)
	keys, ok := in.ranked(of.Order[0].Desc)
	if !ok || len(of.From.Joins) > 0 || of.From.Table == "" {
		return "", false
	}
	return in.measures() + " of the " + keys + restriction(in.filters()), true
}

func isColumn(e *plan.Expr, name string) bool {
	return e != nil && e.Op == plan.OpCol && e.Col != nil && e.Col.Name == name
}

// makingUp says how many of the largest are needed for a part of the whole:
// "number of customers that make up 80% of total revenue".
func (s *speaker) makingUp() (string, bool) {
	p, of := s.p, s.p.From.Sub
	if of == nil || p.Where == nil || p.Where.Op != plan.OpLt || len(p.Group) > 0 || len(p.Measures) != 1 || p.Measures[0].Expr.Op != plan.OpCount || of.Where != nil || of.Having != nil ||
		len(of.Group) != 1 || len(of.Measures) != 2 || of.Measures[1].Expr.Op != plan.OpRunning || of.From.Table == "" || of.Limit != nil {
		return "", false
	}
	bound, before := p.Where.Args[1], p.Where.Args[0]
	if bound.Op != plan.OpMul || bound.Args[0].Op != plan.OpLit || bound.Args[1].Op != plan.OpSub || before.Op != plan.OpMinus || bound.Args[1].Sub.Where != nil {
		return "", false
	}
	part, ok := table.Number(bound.Args[0].Lit.Value)
	if !ok || len(of.Order) != 1 || !of.Order[0].Desc {
		return "", false
	}
	in := speakerOf(of, s.cat)
	return "number of " + plan.Plural(in.keys()) + " that make up " + Format(part, table.Float, plan.UnitRatio) + " of " + in.named(of.Measures[0]), true
}

// lengthUntilFirst says how long things took to the first row of another table:
// "average days between signup date and first order date".
func (s *speaker) lengthUntilFirst() (string, bool) {
	p, of := s.p, s.p.From.Sub
	if of == nil || p.Where != nil || p.Having != nil || p.Limit != nil || len(p.Group) > 0 || len(p.Measures) != 1 || of.Where != nil || of.Having != nil || of.Limit != nil || len(of.Measures) != 1 || len(of.Group) != 2 {
		return "", false
	}
	e, first := p.Measures[0].Expr, of.Measures[0]
	if !e.Op.Aggregate() || e.Filter != nil || len(e.Args) != 1 || e.Args[0].Op != plan.OpDateDiff || first.Expr.Op != plan.OpMin || !strings.HasPrefix(first.As, "first ") || !isColumn(e.Args[0].Args[1], first.As) {
		return "", false
	}
	return s.summary(e), true
}

// stepsOfTotals says how the totals of things are distributed, by the name that
// the question has for them: "distribution of order value in steps of 1,000".
func (s *speaker) stepsOfTotals() (string, bool) {
	p, of := s.p, s.p.From.Sub
	if of == nil || p.Kind != plan.Distribution || p.Where != nil || p.Having != nil || p.Limit != nil || len(p.Group) != 1 || len(p.Measures) != 1 || len(p.Order) != 1 || p.Order[0].Desc ||
		of.Having != nil || of.Limit != nil || len(of.Measures) != 1 || len(of.Group) != 1 || of.From.Table == "" || len(of.From.Joins) > 0 {
		return "", false
	}
	bin, total := p.Group[0].Expr, of.Measures[0]
	if bin.Op != plan.OpBin || p.Measures[0].Expr.Op != plan.OpCount || !isColumn(bin.Args[0], total.As) || total.As == plan.NameFor(total.Expr) {
		return "", false
	}
	return "distribution of " + words(total.As) + " in steps of " + s.arg(bin, 1) + restriction(speakerOf(of, s.cat).filters()), true
}

// inEveryPeriod says who is there in each of so many periods: "customers
// present in every quarter of 2024".
func (s *speaker) inEveryPeriod() (string, bool) {
	p := s.p
	if p.Having == nil || p.Having.Op != plan.OpEq || len(p.Group) != 1 || len(p.Measures) != 1 || p.Group[0].Expr.Op != plan.OpCol || p.From.Table == "" || len(p.From.Joins) > 0 ||
		p.Limit != nil || len(p.Order) != 1 || !p.Order[0].Desc || !refersTo(p.Order[0].By, p.Measures[0].As) {
		return "", false
	}
	e, counted := p.Having.Args[0], p.Measures[0].Expr
	if counted.Op != plan.OpCount || !counted.Distinct || counted.Filter != nil || counted.Args[0].Op != plan.OpTrunc || !s.mainDate(counted.Args[0].Args[0].Col) ||
		e.String() != counted.String() && !refersTo(e, p.Measures[0].As) {
		return "", false
	}
	n, ok := litInt(p.Having.Args[1])
	grain := counted.Args[0].Unit
	conditions, when := s.filters()
	if within := periodOf(p.Where); !ok || within == nil || n != periodsIn(within, grain) || when == "" {
		return "", false
	}
	return plan.Plural(s.keys()) + " present in every " + grain + restriction(conditions, strings.Replace(when, "in ", "of ", 1)), true
}

// periodOf is the only condition on a period; nil where there is none or are
// several.
func periodOf(where *plan.Expr) *plan.Expr {
	list := slices.DeleteFunc(slices.Clone(plan.Conjuncts(where)), func(e *plan.Expr) bool { return e.Op != plan.OpWithin })
	if len(list) != 1 || len(list[0].Args) != 3 {
		return nil
	}
	return list[0]
}

// periodsIn is how many whole months, quarters or years a period has; -1 where
// it is open or of other lengths.
func periodsIn(within *plan.Expr, grain string) int64 {
	a, openA, okA := end(within.Args[1])
	b, openB, okB := end(within.Args[2])
	length := map[string]int{"month": 1, "quarter": 3, "year": 12}[grain]
	if !okA || !okB || openA || openB || length == 0 {
		return -1
	}
	months := (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
	if a.Day() != 1 || b.Day() != 1 || months%length != 0 {
		return -1
	}
	return int64(months / length)
}

// profile says a table as a whole.
func (s *speaker) profile() (string, bool) {
	if s.p.Kind != plan.Profile || s.p.From.Table == "" || s.p.Where != nil || len(s.p.Group) > 0 || len(s.p.Measures) < 2 {
		return "", false
	}
	return "summary of " + s.label(s.p.From.Table), true
}

// ofOne says one number of the rows with one value: "the average price of
// Furniture"; empty where that would not say it all.
func (s *speaker) ofOne(p *plan.Plan) string {
	if p.Kind != plan.Scalar || p.From.Table == "" || len(p.From.Joins) > 0 || len(p.Measures) != 1 || len(p.Group) > 0 || p.Where == nil || p.Where.Op != plan.OpEq || p.Having != nil {
		return ""
	}
	in := speakerOf(p, s.cat)
	c, v := p.Where.Args[0], p.Where.Args[1]
	if m := p.Measures[0].Expr; c.Op != plan.OpCol || v.Op != plan.OpLit || v.Lit.Type != table.String || len(m.Args) != 1 || m.Distinct {
		return ""
	}
	return "the " + in.measures() + " of " + in.literal(v.Lit)
}

// joinedKey reports whether an expression is the key of a joined table: as
// often as it is there, rows of that table are.
func (s *speaker) joinedKey(e *plan.Expr) bool {
	if e.Op != plan.OpCol || e.Col == nil || e.Col.Table == "" {
		return false
	}
	return slices.ContainsFunc(s.p.From.Joins, func(j plan.Join) bool {
		return j.Table == e.Col.Table && j.Kind == "left" && j.Right.Name == e.Col.Name
	})
}
