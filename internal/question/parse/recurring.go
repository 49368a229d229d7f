package parse

import (
	"fmt"
	"slices"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// weekdayNumbers are the days of the week as plans count them.
var weekdayNumbers = map[string]int64{"monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sunday": 7}

const weekdayWords = "'monday'|'mondays'|'tuesday'|'tuesdays'|'wednesday'|'wednesdays'|'thursday'|'thursdays'|'friday'|'fridays'|'saturday'|'saturdays'|'sunday'|'sundays'"

// onWeekday reads "on Mondays": the rows of that day of the week.
func onWeekday(p *parser, m match) *Node {
	c, w := p.dateColumn(), m.one("w")
	day, plural := strings.CutSuffix(w.Word, "s")
	said := m.start < w.Start
	if c == nil || !c.Col.Type.Temporal() || !plural && !said || w.Kind == Val && len(w.Vals) > 0 && w.Vals[0].Score >= sureName {
		return nil
	}
	return p.condition(m, c, plan.Make(plan.OpEq, plan.Part("dow", p.expr(c)), plan.Int(weekdayNumbers[day])))
}

// weekendByName reads "on weekends" where only the names of the days are told:
// the rows of Saturday and Sunday.
func (p *parser) weekendByName(m match, yes bool) *Node {
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if !textual(c) || c.Col.Stats.Distinct < 2 || c.Col.Stats.Distinct > 7 {
			continue
		}
		e, named := plan.Make(plan.OpIn, p.expr(c)), true
		for _, h := range c.Table.Values.Values(c.Col.Name, 8) {
			day, ok := dayNamed(h.Value)
			if named = named && ok; ok && (day == "saturday" || day == "sunday") == yes {
				e.Args = append(e.Args, plan.Text(h.Value))
			}
		}
		if named && len(e.Args) > 1 {
			return p.condition(m, c, e)
		}
	}
	return nil
}

// dayNamed is the day of the week that a text names, in full or by its first
// three letters or more.
func dayNamed(s string) (string, bool) {
	s = strings.TrimSuffix(text.Fold(s), ".")
	for day := range weekdayNumbers {
		if len(s) > 2 && strings.HasPrefix(day, s) {
			return day, true
		}
	}
	return "", false
}

// havingTimes reads "customers who ordered more than 10 times" as how many
// rows of the base each of them has.
func havingTimes(p *parser, m match) *Node {
	v, op := int64(1), plan.OpEq // "only once"
	if o := m.one("o"); o != nil {
		op = cmpOps[o.Payload]
	}
	switch {
	case m.one("q") != nil:
		q := m.one("q").Num
		if v = int64(q.Value); float64(v) != q.Value || q.Unit != "" {
			return nil
		}
	case p.tokens[m.end-1].Norm == "twice":
		v = 2
	case !m.has("o") && !m.has("k"):
		return nil
	}
	a := Aggregate{Expr: p.countOfRows(p.scope.Base), Name: "number of " + tableNoun(p, p.scope.Base), Op: plan.OpCount, Rows: true, Table: p.scope.Base}
	n := p.having(m, a, op, plan.Int(v))
	if n != nil {
		n.Preds[0].Table = p.scope.Base
	}
	return n
}

// thresholds are words in the names of columns that others are held against,
// and stocks those of what is held against them.
var (
	thresholds = []string{"reorder", "minimum", "threshold", "safety"}
	stocks     = []string{"stock", "inventory", "hand"}
)

// againstThreshold reads "products below reorder level": the stock is what is
// held against it.
func againstThreshold(p *parser, m match) *Node {
	d := sureColumn(m.one("d"), amount)
	if d == nil || !fits(thresholds, d) {
		return nil
	}
	i := slices.IndexFunc(p.Schema.ColumnsOf(d.Table.Name), func(c *link.Column) bool { return c != d && amount(c) && fits(stocks, c) && !fits(thresholds, c) })
	if i < 0 {
		return nil
	}
	c := p.Schema.ColumnsOf(d.Table.Name)[i]
	op := operator(m.one("o"), c)
	if op == "" {
		return nil
	}
	n := p.condition(m, c, plan.Make(op, p.expr(c), p.expr(d)))
	n.Notes = []Note{p.note(m.one("d"), "compared", "“%s” is compared with “%s”.", c.Col.Name, d.Col.Name)}
	return n
}

// dates that something has to be done by, and those on which it was done
var (
	dueWords  = []string{"due", "required", "promised", "deadline", "expected", "scheduled", "planned", "require", "promise", "expect", "schedule", "plan"}
	doneWords = []string{"shipped", "delivered", "returned", "completed", "arrived", "closed", "finished", "paid", "ship", "deliver", "delivery", "return", "complete", "arrival", "actual"}
)

// lateRows reads "late orders" where the data tells when something had to be
// done and when it was.
func lateRows(p *parser, m match) *Node {
	switch m.one("a").Word {
	case "late", "overdue", "delayed":
	default:
		return nil
	}
	due, done := p.datedBy(dueWords), p.datedBy(doneWords)
	if due == nil || done == nil || due == done {
		return nil
	}
	n := p.condition(m, done, plan.Make(plan.OpGt, p.expr(done), p.expr(due)))
	n.Notes = []Note{{Code: "late", Text: fmt.Sprintf("“%s” is read as “%s” after “%s”.", p.written(m.one("a")), done.Col.Name, due.Col.Name), Span: Span{m.start, m.end}}}
	return n
}

func (p *parser) datedBy(words []string) *link.Column {
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if c.Col.Type.Temporal() && fits(words, c) {
			return c
		}
	}
	return nil
}
