package explain

import (
	"fmt"
	"strconv"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

// speaker says the parts of one plan in words.
type speaker struct {
	p     *plan.Plan
	cat   *catalog.Catalog
	types *plan.Types
	depth int
	short bool // conditions without "is", as they follow "with"
}

func speakerOf(p *plan.Plan, cat *catalog.Catalog) *speaker {
	return &speaker{p: p, cat: cat, types: plan.TypesOf(p, cat)}
}

// words makes a name readable.
func words(name string) string { return plan.Words(name) }

// label is what a table is called for people.
func (s *speaker) label(tableName string) string {
	if t := s.cat.Table(tableName); t != nil && t.Label != "" {
		return t.Label
	}
	return words(tableName)
}

// enumerated joins words: "a", "a and b", "a, b and c".
func enumerated(parts []string, word string) string {
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " " + word + " " + parts[len(parts)-1]
}

// say puts an expression into words.
func (s *speaker) say(e *plan.Expr) string {
	if e == nil {
		return ""
	}
	switch {
	case e.Op.Aggregate():
		return s.aggregate(e)
	case e.Op.Window():
		return s.window(e)
	}
	switch e.Op {
	case plan.OpCol:
		return s.column(e)
	case plan.OpLit:
		return s.literal(e.Lit)
	case plan.OpRef:
		return s.ref(e.Name)
	case plan.OpRow:
		return "row number"
	case plan.OpSub:
		return s.value(e.Sub)
	case plan.OpNow:
		return "now"
	case plan.OpAdd, plan.OpMinus, plan.OpMul, plan.OpDiv:
		return s.arithmetic(e)
	}
	if c := s.calculation(e); c != "" {
		return c
	}
	return s.condition(e)
}

func (s *speaker) arg(e *plan.Expr, i int) string {
	if i < len(e.Args) {
		return s.say(e.Args[i])
	}
	return ""
}

func (s *speaker) column(e *plan.Expr) string {
	if e.Col == nil {
		return ""
	}
	if e.Col.Table != "" && e.Col.Table != s.p.From.Table && s.ambiguous(e.Col) {
		return words(e.Col.Name) + " of " + s.label(e.Col.Table)
	}
	return words(e.Col.Name)
}

// counted reports whether numbers of an expression are amounts. Those that
// name things, like 10895 and 1970, are written without marks between them.
func (s *speaker) counted(e *plan.Expr) bool {
	if e == nil {
		return true
	}
	switch e.Op {
	case plan.OpBin:
		return len(e.Args) == 0 || s.counted(e.Args[0])
	case plan.OpPart:
		return e.Unit != "year"
	case plan.OpMin, plan.OpMax, plan.OpFirst, plan.OpLast, plan.OpMode, plan.OpQuantile, plan.OpMedian:
		return len(e.Args) == 0 || s.counted(e.Args[0])
	case plan.OpCol:
		return e.Col == nil || !names(s.columnOf(e.Col))
	case plan.OpRef:
		n := s.p.Result(e.Name)
		return n == nil || n.Expr == nil || n.Expr.Op == plan.OpRef || s.counted(n.Expr)
	}
	return true
}

// columnOf finds what is known of a column.
func (s *speaker) columnOf(c *plan.Col) *catalog.Column {
	name := c.Table
	if name == "" {
		name = s.p.From.Table
	}
	if t := s.cat.Table(name); t != nil {
		return t.Column(c.Name)
	}
	return nil
}

// names reports whether the numbers of a column name things or years.
func names(c *catalog.Column) bool {
	if c == nil || c.Type != table.Integer {
		return false
	}
	return c.Role == catalog.ID || c.Role == catalog.Time || strings.HasSuffix(strings.ToLower(words(c.Name)), "year")
}

// ambiguous reports whether the base table has a column of the same name.
func (s *speaker) ambiguous(c *plan.Col) bool {
	t := s.cat.Table(s.p.From.Table)
	return t != nil && t.Column(c.Name) != nil
}

func (s *speaker) literal(l *plan.Lit) string {
	if l == nil || l.Value == nil {
		return "empty"
	}
	switch v := l.Value.(type) {
	case string:
		if l.Type == table.String {
			return quote(v)
		}
		return moment(v)
	case bool:
		return strconv.FormatBool(v)
	}
	return Format(l.Value, l.Type, "")
}

// of writes a constant that is compared with an expression.
func (s *speaker) of(e, constant *plan.Expr) string {
	if n, ok := litInt(constant); ok && !s.counted(e) {
		return strconv.FormatInt(n, 10)
	}
	return s.say(constant)
}

func litInt(e *plan.Expr) (int64, bool) {
	if e == nil || e.Op != plan.OpLit || e.Lit == nil {
		return 0, false
	}
	n, ok := e.Lit.Value.(int64)
	return n, ok
}

// quote marks a value where its end could not be seen without.
func quote(v string) string {
	if v == "" || len(strings.Fields(v)) > 4 || strings.ContainsAny(v, ",.;:\"“”\n\t|") || strings.TrimSpace(v) != v {
		return "“" + v + "”"
	}
	return v
}

func (s *speaker) ref(name string) string {
	n := s.p.Result(name)
	if n == nil || n.Expr == nil || s.depth > 8 || n.As != plan.NameFor(n.Expr) && !n.Expr.Op.Aggregate() {
		return words(name)
	}
	s.depth++
	defer func() { s.depth-- }()
	return s.named(*n)
}

func (s *speaker) value(p *plan.Plan) string {
	if p == nil {
		return ""
	}
	if text := s.ofOne(p); text != "" {
		return text
	}
	text := Restate(p, s.cat)
	return "the " + lowerFirst(strings.TrimSuffix(text, "."))
}

var arithmeticWords = map[plan.Op]string{plan.OpAdd: " plus ", plan.OpMinus: " minus ", plan.OpMul: " times ", plan.OpDiv: " divided by "}

func (s *speaker) arithmetic(e *plan.Expr) string {
	if len(e.Args) != 2 {
		return ""
	}
	if unit, between := plan.Length(e); between != nil && e.Op == plan.OpDiv {
		return unit + "s between " + s.arg(between, 0) + " and " + s.arg(between, 1)
	}
	side := func(a *plan.Expr) string {
		if _, nested := arithmeticWords[a.Op]; nested {
			return "(" + s.say(a) + ")"
		}
		return s.say(a)
	}
	return side(e.Args[0]) + arithmeticWords[e.Op] + side(e.Args[1])
}

var partNames = map[string]string{"dow": "day of the week", "hour": "hour of the day", "month": "month of the year", "weekend": "weekend or weekday",
	"day": "day of the month", "week": "week of the year", "quarter": "quarter of the year", "year": "year"}

func (s *speaker) calculation(e *plan.Expr) string {
	switch e.Op {
	case plan.OpTrunc:
		return e.Unit + s.ofDate(e)
	case plan.OpPart:
		return partNames[e.Unit] + s.ofDate(e)
	case plan.OpDateDiff:
		return e.Unit + "s between " + s.arg(e, 0) + " and " + s.arg(e, 1)
	case plan.OpBin:
		return s.arg(e, 0) + " in steps of " + s.arg(e, 1)
	case plan.OpLower:
		return s.arg(e, 0) + " in small letters"
	case plan.OpLength:
		return "length of " + s.arg(e, 0)
	case plan.OpAbs:
		return "size of " + s.arg(e, 0)
	case plan.OpRound:
		return s.arg(e, 0) + " rounded"
	case plan.OpIf:
		return s.arg(e, 1) + " if " + s.arg(e, 0) + ", otherwise " + s.arg(e, 2)
	case plan.OpCast:
		if e.Unit == string(table.Float) && len(e.Args) == 1 && e.Args[0].Op == plan.OpCol {
			return s.arg(e, 0) // that its text is compared as numbers is told as an assumption
		}
		return s.arg(e, 0) + " as " + e.Unit
	}
	return ""
}

// ofDate names the date column where it is not the one that is meant anyway.
func (s *speaker) ofDate(e *plan.Expr) string {
	if len(e.Args) == 1 && e.Args[0].Op == plan.OpCol && s.mainDate(e.Args[0].Col) {
		return ""
	}
	return " of " + s.arg(e, 0)
}

// mainDate reports whether a column is the first date of the plan's source:
// the one that a period without a column is about.
func (s *speaker) mainDate(c *plan.Col) bool {
	t := s.cat.Table(s.p.From.Table)
	if t == nil || c == nil || c.Table != "" && c.Table != t.Name {
		return false
	}
	for _, col := range t.Columns {
		if col.Type.Temporal() && !col.Hidden {
			return col.Name == c.Name
		}
	}
	return false
}

var aggregateWords = map[plan.Op]string{
	plan.OpSum: "total ", plan.OpAvg: "average ", plan.OpMedian: "median ", plan.OpMin: "minimum ", plan.OpMax: "maximum ",
	plan.OpStddev: "standard deviation of ", plan.OpVariance: "variance of ", plan.OpMode: "most common ",
}

func (s *speaker) aggregate(e *plan.Expr) string {
	text := s.summary(e)
	if e.Filter != nil {
		text += " where " + s.condition(e.Filter)
	}
	return text
}

func (s *speaker) summary(e *plan.Expr) string {
	switch e.Op {
	case plan.OpCount:
		return s.count(e)
	case plan.OpQuantile:
		if len(e.Args) == 2 && e.Args[1].Lit != nil {
			if q, ok := table.Number(e.Args[1].Lit.Value); ok {
				return ordinal(q*100) + " percentile of " + s.arg(e, 0)
			}
		}
		return "quantile of " + s.arg(e, 0)
	case plan.OpFirst, plan.OpLast:
		return string(e.Op) + " " + s.arg(e, 0) + " by " + s.arg(e, 1)
	case plan.OpCorr:
		return "correlation of " + s.arg(e, 0) + " and " + s.arg(e, 1)
	case plan.OpSlope:
		return "slope of " + s.arg(e, 0) + " along " + s.arg(e, 1)
	case plan.OpMin, plan.OpMax:
		if len(e.Args) == 1 && s.types.Of(e.Args[0]).Type.Temporal() {
			if len(s.p.Measures) == 1 && len(s.p.Group) == 0 && e.Op == plan.OpMin {
				return "earliest " + s.arg(e, 0) // "first" alone could count rows
			}
			return map[plan.Op]string{plan.OpMin: "first ", plan.OpMax: "last "}[e.Op] + s.arg(e, 0)
		}
	}
	word, arg := aggregateWords[e.Op], s.arg(e, 0)
	if len(e.Args) > 0 && e.Args[0].Op == plan.OpCast {
		arg = s.arg(e.Args[0], 0) // how it is added up is not what is asked
	}
	if e.Distinct {
		word += "different "
	}
	if said := strings.ToLower(arg); e.Op == plan.OpSum && said == "total" {
		return "sum of " + arg // the word alone is the column
	} else if e.Op == plan.OpSum && contains(strings.Fields(said), "total") {
		return arg // not "total total bill"
	}
	return word + strings.TrimPrefix(arg, word)
}

func (s *speaker) count(e *plan.Expr) string {
	switch {
	case len(e.Args) == 0 && s.p.From.Table != "":
		return "number of rows in " + s.label(s.p.From.Table)
	case len(e.Args) == 0:
		return "number of them"
	case e.Distinct:
		return "number of different " + plan.Plural(s.arg(e, 0))
	}
	if s.joinedKey(e.Args[0]) {
		return "number of " + s.label(e.Args[0].Col.Table)
	}
	return "number of rows with " + s.arg(e, 0)
}

func ordinal(f float64) string {
	n := strconv.FormatFloat(f, 'f', -1, 64)
	switch {
	case strings.Contains(n, "."), strings.HasSuffix(n, "11"), strings.HasSuffix(n, "12"), strings.HasSuffix(n, "13"):
	case strings.HasSuffix(n, "1"):
		return n + "st"
	case strings.HasSuffix(n, "2"):
		return n + "nd"
	case strings.HasSuffix(n, "3"):
		return n + "rd"
	}
	return n + "th"
}

func (s *speaker) window(e *plan.Expr) string {
	x, within := s.arg(e, 0), s.withinEach(e.By)
	switch e.Op {
	case plan.OpShare:
		return "share of " + strings.TrimPrefix(x, "number of ") + within
	case plan.OpRunning:
		return "running " + x + within
	case plan.OpMoving:
		return fmt.Sprintf("moving average of %s over %d %s%s", x, e.N, s.periods(e.N), within)
	case plan.OpLag:
		return fmt.Sprintf("%s %d %s before%s", x, e.N, s.periods(e.N), within)
	}
	return "rank by " + x + within
}

// withinEach names the keys within which a window is computed.
func (s *speaker) withinEach(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	names := make([]string, len(keys))
	for i, n := range keys {
		names[i] = s.ref(n)
	}
	return " within each " + enumerated(names, "and")
}

// periods are what a window counts in.
func (s *speaker) periods(n int) string {
	unit := "row"
	if t := s.p.TimeKey(); t != nil {
		unit = t.Expr.Unit
	}
	if n == 1 {
		return unit
	}
	return unit + "s"
}

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' {
		return s
	}
	return strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):]
}

func upperFirst(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}
