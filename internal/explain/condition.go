package explain

import (
	"strings"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

var compareWords = map[plan.Op]string{
	plan.OpEq: " is ", plan.OpNe: " is not ", plan.OpLt: " is less than ", plan.OpLe: " is at most ", plan.OpGt: " is more than ", plan.OpGe: " is at least ",
	plan.OpContains: " contains ", plan.OpStarts: " starts with ", plan.OpEnds: " ends with ",
}

var dateWords = map[plan.Op]string{plan.OpLt: " is before ", plan.OpLe: " is on or before ", plan.OpGt: " is after ", plan.OpGe: " is on or after "}

// condition puts a condition into words, as they follow "where".
func (s *speaker) condition(e *plan.Expr) string {
	if e == nil {
		return ""
	}
	if text := s.calendarDay(e); text != "" {
		return text
	}
	if text := s.took(e); text != "" {
		return text
	}
	if word, ok := compareWords[e.Op]; ok && len(e.Args) == 2 {
		if d, dates := dateWords[e.Op]; dates && s.types.Of(e.Args[0]).Type.Temporal() {
			word = d
		}
		if s.short && e.Op == plan.OpEq && e.Args[0].Op.Aggregate() {
			word = " exactly "
		} else if s.short {
			word = strings.Replace(word, " is ", " ", 1)
		}
		return s.arg(e, 0) + word + s.of(e.Args[0], e.Args[1])
	}
	switch e.Op {
	case plan.OpAnd, plan.OpOr:
		return s.logic(e)
	case plan.OpNot:
		if before, after, ok := strings.Cut(s.arg(e, 0), " is "); ok && e.Args[0].Op == plan.OpWithin {
			return before + " is not " + after
		}
		return "not (" + s.arg(e, 0) + ")"
	case plan.OpIn, plan.OpNotIn:
		return s.membership(e)
	case plan.OpBetween:
		return s.arg(e, 0) + s.is() + "between " + s.of(e.Args[0], e.Args[1]) + " and " + s.of(e.Args[0], e.Args[2])
	case plan.OpWithin:
		return s.within(e)
	case plan.OpIsNull:
		return s.arg(e, 0) + " is empty"
	case plan.OpNotNull:
		return s.arg(e, 0) + " is not empty"
	case plan.OpExists:
		return "there is any of: " + lowerFirst(strings.TrimSuffix(Restate(e.Sub, s.cat), "."))
	case plan.OpCol:
		if s.types.Of(e).Type == table.Boolean {
			return s.column(e) + " is true"
		}
	}
	return s.say(e)
}

func (s *speaker) logic(e *plan.Expr) string {
	parts := make([]string, len(e.Args))
	word := " " + string(e.Op) + " "
	for i, a := range e.Args {
		parts[i] = s.condition(a)
		switch {
		case a.Op == plan.OpOr && e.Op == plan.OpAnd:
			parts[i] = "(" + parts[i] + ")"
		case a.Op == plan.OpAnd && e.Op == plan.OpOr:
			word = ", or " // a comma parts what "and" holds together
		}
	}
	return strings.Join(parts, word)
}

func (s *speaker) membership(e *plan.Expr) string {
	word := " is "
	if e.Op == plan.OpNotIn {
		word = " is not "
	}
	switch {
	case len(e.Args) == 0:
		return ""
	case e.Sub != nil:
		sub := e.Sub
		if sub.From.Sub != nil && sub.Where == nil && sub.Limit == nil && len(sub.Select) == 1 {
			sub = sub.From.Sub // the column of a ranking says no more than the ranking
		}
		return s.arg(e, 0) + word + "one of: " + lowerFirst(strings.TrimSuffix(Restate(sub, s.cat), "."))
	case len(e.Args) > 9:
		return s.arg(e, 0) + word + s.choices(e.Args[0], e.Args[1:6]) + " or " + thousands(itoa(len(e.Args)-6)) + " more"
	}
	return s.arg(e, 0) + word + s.choices(e.Args[0], e.Args[1:])
}

// choices are the constants of a list that an expression is compared with.
func (s *speaker) choices(e *plan.Expr, list []*plan.Expr) string {
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = s.of(e, x)
	}
	return enumerated(parts, "or")
}

func (s *speaker) within(e *plan.Expr) string {
	if len(e.Args) != 3 {
		return ""
	}
	if text := period(e.Args[1], e.Args[2]); text != "" {
		return s.arg(e, 0) + " is " + text
	}
	var parts []string
	if !open(e.Args[1]) {
		parts = append(parts, "is at least "+s.arg(e, 1))
	}
	if !open(e.Args[2]) {
		parts = append(parts, "is less than "+s.arg(e, 2))
	}
	if len(parts) == 0 {
		parts = append(parts, "is not empty")
	}
	return s.arg(e, 0) + " " + strings.Join(parts, " and ")
}

func open(e *plan.Expr) bool { return e.Op == plan.OpLit && e.Lit != nil && e.Lit.Value == nil }

// took says how long it was from one date to another: "it took more than 5
// days from order date to ship date".
func (s *speaker) took(e *plan.Expr) string {
	word := compareWords[e.Op]
	if !strings.HasPrefix(word, " is ") || e.Op == plan.OpNe || len(e.Args) != 2 || e.Args[1].Op != plan.OpLit {
		return ""
	}
	unit, between := plan.Length(e.Args[0])
	if between == nil {
		return ""
	}
	for _, date := range between.Args {
		if date.Op != plan.OpCol {
			return ""
		}
	}
	word = strings.TrimPrefix(word, " is")
	if e.Op == plan.OpEq {
		word = " exactly "
	}
	if e.Args[1].Lit == nil || e.Args[1].Lit.Value != int64(1) {
		unit += "s"
	}
	return "it took" + word + s.arg(e, 1) + " " + unit + " from " + s.arg(between, 0) + " to " + s.arg(between, 1)
}

// calendarDay says conditions on parts of dates as people do: "order date is a
// Monday", "order date is at the weekend"; empty for others.
func (s *speaker) calendarDay(e *plan.Expr) string {
	if e.Op != plan.OpEq && e.Op != plan.OpNe || len(e.Args) != 2 || e.Args[0].Op != plan.OpPart || e.Args[1].Lit == nil {
		return ""
	}
	is := s.arg(e.Args[0], 0) + " is "
	if e.Op == plan.OpNe {
		is += "not "
	}
	switch v := e.Args[1].Lit.Value.(type) {
	case bool:
		if e.Args[0].Unit == "weekend" {
			return is + map[bool]string{true: "at the weekend", false: "on a weekday"}[v]
		}
	case int64:
		switch {
		case e.Args[0].Unit == "dow" && v >= 1 && v <= 7:
			return is + "a " + PartName("dow", v)
		case e.Args[0].Unit == "month" && v >= 1 && v <= 12:
			return is + "in " + time.Month(v).String()
		}
	}
	return ""
}

// is is left out of what follows "with".
func (s *speaker) is() string {
	if s.short {
		return " "
	}
	return " is "
}
