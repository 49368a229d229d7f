package explain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// Restate says in one sentence what a plan asks.
func Restate(p *plan.Plan, cat *catalog.Catalog) string {
	if p == nil {
		return ""
	}
	if cat == nil {
		cat = &catalog.Catalog{}
	}
	return upperFirst(clause(p, cat)) + "."
}

func clause(p *plan.Plan, cat *catalog.Catalog) string {
	s := speakerOf(p, cat)
	if p.Kind == plan.Schema {
		return "the columns of " + s.label(p.From.Table)
	}
	if text, ok := s.idiom(); ok {
		return text
	}
	head, ranked := s.head()
	parts := []string{head + restriction(s.filters())}
	if text, ok := s.direction(); ok {
		return head + restriction(s.filters()) + text
	}
	if p.Having != nil {
		s.short = true
		parts = append(parts, "with "+s.condition(p.Having))
		s.short = false
	}
	if !ranked {
		parts = append(parts, s.ordering()...)
		parts = append(parts, s.cut()...)
	}
	return strings.Join(parts, ", ")
}

// reordered says a plan that only shows the result of another in some order.
func (s *speaker) reordered() (string, bool) {
	p, of := s.p, s.p.From.Sub
	if of == nil || p.Where != nil || p.Having != nil || p.Limit != nil || p.Distinct || p.Aggregated() || len(p.Order) != 1 || len(p.Select) != len(of.Group)+len(of.Measures) {
		return "", false
	}
	for i, n := range append(append([]plan.Named{}, of.Group...), of.Measures...) {
		if e := p.Select[i].Expr; e.Op != plan.OpCol || e.Col.Name != n.As || p.Select[i].As != n.As {
			return "", false
		}
	}
	return clause(of, s.cat) + ", shown " + firstWord(p.Order[0].Desc), true
}

// head says measures and keys; ranked means that it said order and limit too.
func (s *speaker) head() (text string, ranked bool) {
	p := s.p
	switch {
	case !p.Aggregated():
		return s.rows(), false
	case len(p.Measures) == 0:
		return "different " + s.keys() + s.source(), false
	}
	if text, ok := s.top(); ok {
		return text, true
	}
	if text, ok := s.perPeriod(); ok {
		return text, false
	}
	if text, ok := s.spread(); ok {
		return text, true
	}
	text = s.measures()
	if c, ok := s.compares(); ok {
		text = c.clause()
	}
	if len(p.Group) > 0 {
		text += " by " + s.keys()
	}
	return text + s.source(), false
}

// perPeriod says what is computed over the totals of periods: "average per
// month of total revenue".
func (s *speaker) perPeriod() (string, bool) {
	sub := s.p.From.Sub
	if sub == nil || len(s.p.Measures) != 1 || len(s.p.Group) > 0 || s.p.Where != nil || len(sub.Group) != 1 || len(sub.Measures) != 1 || sub.Having != nil || sub.Limit != nil {
		return "", false
	}
	e, k := s.p.Measures[0].Expr, sub.TimeKey()
	word, ok := aggregateWords[e.Op]
	if !ok || k == nil || e.Filter != nil || len(e.Args) != 1 || e.Args[0].Op != plan.OpCol || e.Args[0].Col.Name != sub.Measures[0].As {
		return "", false
	}
	whole := *sub
	whole.Group, whole.Order, whole.Kind = nil, nil, plan.Scalar
	return word + "per " + k.Expr.Unit + " of " + clause(&whole, s.cat), true
}

// spread says how an amount is distributed.
func (s *speaker) spread() (string, bool) {
	p := s.p
	if p.Kind != plan.Distribution || p.From.Table == "" || len(p.Group) != 1 || p.Group[0].Expr.Op != plan.OpBin || len(p.Measures) != 1 ||
		p.Measures[0].Expr.Op != plan.OpCount || len(p.Order) != 1 || p.Order[0].Desc || !refersTo(p.Order[0].By, p.Group[0].As) || p.Limit != nil {
		return "", false
	}
	e := p.Group[0].Expr
	return "distribution of " + s.arg(e, 0) + " in " + s.label(p.From.Table) + s.joins() + " in steps of " + s.arg(e, 1), true
}

// firstRows says rows by their places: "the first 10 rows of sales".
func (s *speaker) firstRows() (string, bool) {
	p, l := s.p, s.p.Limit
	if p.From.Table == "" || p.Aggregated() || p.Distinct || p.Where != nil || len(p.Order) != 1 || p.Order[0].By.Op != plan.OpRow || l == nil || l.N < 1 || l.Offset > 0 || len(l.Per) > 0 || l.Ties {
		return "", false
	}
	text := "the " + map[bool]string{false: "first ", true: "last "}[p.Order[0].Desc]
	if l.N > 1 {
		text += thousands(itoa(l.N)) + " rows of "
	} else {
		text += "row of "
	}
	text += s.label(p.From.Table) + s.joins()
	if len(p.Select) > 0 {
		text = s.shown() + " of " + text
	}
	return text, true
}

func (s *speaker) rows() string {
	if len(s.p.Select) == 0 {
		if s.p.From.Table == "" {
			return "rows" + s.source()
		}
		return "rows of " + s.label(s.p.From.Table) + s.joins()
	}
	if s.p.From.Table == "" {
		return s.shown() + s.source()
	}
	return s.shown() + " in " + s.label(s.p.From.Table) + s.joins()
}

// shown are the columns of a list.
func (s *speaker) shown() string {
	parts := make([]string, len(s.p.Select))
	for i, n := range s.p.Select {
		parts[i] = s.named(n)
		if s.p.Distinct {
			parts[i] = plan.Plural(parts[i])
		}
	}
	if s.p.Distinct {
		return "different " + enumerated(parts, "and")
	}
	return enumerated(parts, "and")
}

// named says an expression, with its own name where the author gave one.
func (s *speaker) named(n plan.Named) string {
	text := s.part(n.Expr)
	switch {
	case text != "" && strings.HasPrefix(n.As, "share of "):
		return text
	case text == "":
		text = s.say(n.Expr)
	}
	if n.Expr != nil && n.Expr.Op == plan.OpCount && len(n.Expr.Args) == 0 && n.Expr.Filter == nil && strings.HasPrefix(n.As, "number of ") {
		return words(n.As) // the rows by the name that the question has for them
	}
	if saysItself(n) {
		return words(n.As)
	}
	if n.Expr != nil && n.Expr.Op != plan.OpCol && !n.Expr.Op.Aggregate() && n.As != plan.NameFor(n.Expr) && words(n.As) != text && n.Expr.Op != plan.OpCast &&
		n.Expr.Op != plan.OpTrunc && n.Expr.Op != plan.OpPart {
		return words(n.As) + " (" + text + ")"
	}
	return text
}

// part says an aggregate of some rows divided by the same of all: a share.
func (s *speaker) part(e *plan.Expr) string {
	if e == nil || e.Op != plan.OpDiv || len(e.Args) != 2 || !e.Args[0].Op.Aggregate() || e.Args[0].Filter == nil || e.Args[1].Filter != nil {
		return ""
	}
	whole := *e.Args[0]
	whole.Filter = nil
	if whole.String() != e.Args[1].String() {
		return ""
	}
	of := "share of " + s.summary(&whole)
	if !whole.Distinct {
		of = "share of " + strings.TrimPrefix(s.summary(&whole), "number of ")
	} else if name, id := strings.CutSuffix(s.arg(&whole, 0), " id"); id {
		of = "share of " + plan.Plural(name)
	}
	f := e.Args[0].Filter
	if f.Op == plan.OpAnd || f.Op == plan.OpOr || f.Op == plan.OpNot {
		return of + " where " + s.condition(f)
	}
	return of + " with " + strings.Replace(s.condition(f), " is ", " ", 1)
}

func (s *speaker) measures() string {
	var parts []string
	for i, n := range s.p.Measures {
		if text := s.measure(i, n); text != "" {
			parts = append(parts, text)
		}
	}
	return enumerated(parts, "and")
}

// measure says a measure; what is computed from one before it is said as its
// own, and empty where another says it.
func (s *speaker) measure(i int, n plan.Named) string {
	switch e := n.Expr; {
	case e == nil:
	case e.Op == plan.OpShare && i > 0 && refersTo(e.Args[0], s.p.Measures[0].As):
		return "its share" + s.withinEach(e.By)
	case s.p.Kind == plan.Correlation && e.Op == plan.OpCount:
		return "" // how many pairs there are
	case e.Op == plan.OpLag && len(s.p.Measures) > i+1 && s.changeSince(s.p.Measures[i+1].Expr, n.As):
		return ""
	case i > 0 && s.changeSince(e, s.p.Measures[i-1].As):
		if s.p.Result(s.p.Measures[i-1].As).Expr.N > 1 {
			return "its year over year change"
		}
		return fmt.Sprintf("its change from the %s before", s.periods(1))
	}
	return s.named(n)
}

func refersTo(e *plan.Expr, name string) bool { return e.Op == plan.OpRef && e.Name == name }

// yearBefore reports whether so many periods are one year.
func (s *speaker) yearBefore(n int) bool {
	key := s.p.TimeKey()
	return key != nil && n > 1 && n == map[string]int{"quarter": 4, "month": 12}[key.Expr.Unit]
}

// changeSince reports whether an expression is (now - before) / before, of
// the period before or of the year before.
func (s *speaker) changeSince(e *plan.Expr, before string) bool {
	lag := s.p.Result(before)
	if e == nil || lag == nil || lag.Expr == nil || lag.Expr.Op != plan.OpLag || e.Op != plan.OpDiv || lag.Expr.N != 1 && !s.yearBefore(lag.Expr.N) {
		return false
	}
	minus := e.Args[0]
	return minus.Op == plan.OpMinus && refersTo(e.Args[1], before) && refersTo(minus.Args[1], before) &&
		minus.Args[0].String() == lag.Expr.Args[0].String()
}

func (s *speaker) keys() string {
	parts := make([]string, len(s.p.Group))
	for i, n := range s.p.Group {
		parts[i] = s.named(n)
	}
	return enumerated(parts, "and")
}

// source names what is counted where that is no plain table.
func (s *speaker) source() string {
	f := s.p.From
	switch {
	case f.Sub != nil:
		return " over: " + clause(f.Sub, s.cat)
	case f.Set != nil:
		parts := make([]string, len(f.Set.Parts))
		for i, p := range f.Set.Parts {
			parts[i] = clause(p, s.cat)
		}
		word := map[string]string{"union": " together with: ", "intersect": " that are also: ", "except": " except: "}[f.Set.Op]
		return " of: " + strings.Join(parts, word)
	}
	if e := s.p.Measures; s.related() != nil && (len(e) == 0 || e[0].Expr.Op != plan.OpCount || len(e[0].Expr.Args) > 0) {
		return " of " + s.label(f.Table) + s.joins()
	}
	return s.joins()
}

func (s *speaker) joins() string {
	var b strings.Builder
	if e := s.related(); e != nil {
		b.WriteString(map[plan.Op]string{plan.OpIn: " with ", plan.OpNotIn: " without "}[e.Op] + s.label(e.Sub.From.Table))
		if e.Sub.Where != nil {
			b.WriteString(" " + speakerOf(e.Sub, s.cat).when(e.Sub.Where))
		}
	}
	if e := s.newcomers(); e != nil {
		in := speakerOf(e[0].Sub, s.cat)
		b.WriteString(" with " + s.label(e[0].Sub.From.Table) + " " + in.when(e[0].Sub.Where) + " but none " + in.when(e[1].Sub.Where))
	}
	for _, j := range s.p.From.Joins {
		switch j.Kind {
		case "semi":
			b.WriteString(" with " + s.label(j.Table))
		case "anti":
			b.WriteString(" without " + s.label(j.Table))
		}
	}
	return b.String()
}

// restriction says which rows are looked at.
func restriction(conditions []string, period string) string {
	text := ""
	if len(conditions) > 0 {
		text = " where " + strings.Join(conditions, " and ")
	}
	switch {
	case period == "":
		return text
	case text == "":
		return " " + period
	}
	return text + ", " + period
}

// filters says the conditions, and the one on a period apart.
func (s *speaker) filters() (conditions []string, when string) {
	list := plan.Conjuncts(s.p.Where)
	related, newcomers := s.related(), s.newcomers()
	for _, e := range list {
		if e == related || contains(newcomers, e) || wider(e, list) {
			continue
		}
		text := s.condition(e)
		if e.Op == plan.OpWithin && when == "" {
			if said := s.when(e); said != "" {
				when = said
				continue
			}
		}
		if e.Op == plan.OpOr && len(list) > 1 {
			text = "(" + text + ")"
		}
		conditions = append(conditions, text)
	}
	return conditions, when
}

// wider reports whether a period only repeats what a narrower one says.
func wider(e *plan.Expr, list []*plan.Expr) bool {
	if e.Op != plan.OpWithin || len(e.Args) != 3 {
		return false
	}
	from, fromOpen, okFrom := end(e.Args[1])
	to, toOpen, okTo := end(e.Args[2])
	for _, x := range list {
		if x == e || x.Op != plan.OpWithin || len(x.Args) != 3 || x.Args[0].String() != e.Args[0].String() || x.String() == e.String() {
			continue
		}
		a, aOpen, okA := end(x.Args[1])
		b, bOpen, okB := end(x.Args[2])
		if okFrom && okTo && okA && okB && (fromOpen || !aOpen && !a.Before(from)) && (toOpen || !bOpen && !b.After(to)) {
			return true
		}
	}
	return false
}

// when says a period; the date column is named where it is not the main one.
func (s *speaker) when(e *plan.Expr) string {
	text := period(e.Args[1], e.Args[2])
	if text == "" || e.Args[0].Op != plan.OpCol {
		return ""
	}
	if s.mainDate(e.Args[0].Col) {
		return text
	}
	return "with " + s.say(e.Args[0]) + " " + text
}

// top says a ranking in one breath: "top 5 customer by total revenue".
func (s *speaker) top() (string, bool) {
	p := s.p
	l := p.Limit
	if l == nil || l.Ties || p.Fill || len(p.Group) == 0 || p.Kind == plan.Compare || len(p.Order) != 1 || len(p.Measures) == 0 {
		return "", false
	}
	by := p.Order[0].By
	if by == nil || by.Op != plan.OpRef || by.Name != p.Measures[0].As {
		return "", false
	}
	text, ok := s.ranked(p.Order[0].Desc)
	if !ok {
		return "", false
	}
	text += " by " + s.measures() + s.source()
	if len(l.Per) > 0 {
		text += " within each " + s.perKeys()
	}
	return text, true
}

// ranked says which places are asked for: "top 5 customers", "second highest
// country", "bottom 10% of products".
func (s *speaker) ranked(desc bool) (string, bool) {
	l, word := s.p.Limit, map[bool]string{true: "top ", false: "bottom "}[desc]
	switch {
	case l.Offset == 1 && l.N == 1, l.Offset == 2 && l.N == 1:
		place := map[int]string{1: "second ", 2: "third "}[l.Offset]
		return place + map[bool]string{true: "highest ", false: "lowest "}[desc] + s.topKeys(), len(s.p.Group) == 1
	case l.Offset > 0:
		return "", false
	case l.Percent > 0:
		return word + strconv.FormatFloat(l.Percent, 'f', -1, 64) + "% of " + plan.Plural(s.topKeys()), len(s.p.Group) == 1
	case l.N > 1:
		return word + strconv.Itoa(l.N) + " " + plan.Plural(s.topKeys()), true
	}
	return word + s.topKeys(), l.N == 1
}

// topKeys are the keys that are ranked, not those that are ranked within.
func (s *speaker) topKeys() string {
	var parts []string
	for _, g := range s.p.Group {
		if !contains(s.p.Limit.Per, g.As) {
			parts = append(parts, s.named(g))
		}
	}
	return enumerated(parts, "and")
}

func (s *speaker) perKeys() string {
	var parts []string
	for _, name := range s.p.Limit.Per {
		parts = append(parts, s.ref(name))
	}
	return enumerated(parts, "and")
}

func contains[T comparable](list []T, s T) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (s *speaker) ordering() []string {
	p := s.p
	if len(p.Order) == 0 {
		return nil
	}
	first := p.Order[0]
	if p.Kind == plan.Compare && len(p.Order) == 1 && first.Desc && refersTo(first.By, "difference") {
		return nil
	}
	if len(p.Order) == 1 && first.By.Op == plan.OpRef {
		if len(p.Measures) > 0 && p.Measures[0].As == first.By.Name {
			if ofExtremes(p.Measures[0].Expr) {
				return []string{map[bool]string{true: "largest first", false: "smallest first"}[first.Desc]}
			}
			return []string{firstWord(first.Desc)}
		}
	}
	if s.inTime() {
		return nil
	}
	e := first.By
	if n := p.Result(e.Name); e.Op == plan.OpRef && n != nil {
		e = n.Expr
	}
	if kind := s.types.Of(e).Type; len(p.Order) == 1 && e.Op == plan.OpCol && first.Desc && kind != table.String {
		word := map[bool]string{true: "latest ", false: "highest "}[kind.Temporal()]
		return []string{word + s.say(e) + " first"}
	}
	parts := make([]string, len(p.Order))
	for i, o := range p.Order {
		parts[i] = s.say(o.By)
		if o.Desc {
			parts[i] += " descending"
		}
	}
	return []string{"sorted by " + enumerated(parts, "then")}
}

// inTime reports whether the order is that of the calendar: by keys, one of
// them a period or a part of a date. It goes without saying.
func (s *speaker) inTime() bool {
	dated := false
	for _, o := range s.p.Order {
		at := slices.IndexFunc(s.p.Group, func(g plan.Named) bool { return o.By.Op == plan.OpRef && g.As == o.By.Name })
		if at < 0 || o.Desc {
			return false
		}
		op := s.p.Group[at].Expr.Op
		dated = dated || op == plan.OpTrunc || op == plan.OpPart
	}
	return dated
}

func (s *speaker) cut() []string {
	l := s.p.Limit
	if l == nil {
		return nil
	}
	var text string
	switch {
	case l.Percent > 0:
		text = "the first " + strconv.FormatFloat(l.Percent, 'f', -1, 64) + "%"
	case l.N == 1:
		text = "only the first"
	case l.N > 0:
		text = "the first " + thousands(itoa(l.N))
	case l.Offset > 0:
		text = "all"
	default:
		return nil
	}
	switch {
	case l.Offset == 1:
		text += " after the first"
	case l.Offset > 1:
		text += " after the first " + thousands(itoa(l.Offset))
	}
	if len(l.Per) > 0 {
		text += " within each " + s.perKeys()
	}
	if l.Ties {
		text += " with ties"
	}
	return []string{text}
}

func itoa(n int) string { return strconv.Itoa(n) }
