package parse

import (
	"slices"
	"strconv"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/table"
)

// number reads a statistic or literal as a float.
func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int:
		return float64(n), true
	case string:
		f, err := strconv.ParseFloat(n, 64)
		return f, err == nil
	}
	return table.Number(v)
}

func numeric(c *link.Column) bool { return c.Col.Type.Numeric() }

// temporal reports whether periods can restrict the column: dates, and whole
// numbers that are years.
func temporal(c *link.Column) bool { return c.Col.Type.Temporal() || yearNumber(c) }

// yearNumber reports whether a column of numbers holds years.
func yearNumber(c *link.Column) bool {
	if !numeric(c) || !(c.Col.Role == catalog.Time || slices.Contains(c.Words, "year") || beganIn(c)) {
		return false
	}
	low, ok1 := number(c.Col.Stats.Min)
	high, ok2 := number(c.Col.Stats.Max)
	if !ok1 || !ok2 {
		return c.Col.Role == catalog.Time
	}
	return low >= 1000 && high <= 2999
}

// beganIn reports whether whole numbers that could be years are when something
// began or ended: founded, released, born.
func beganIn(c *link.Column) bool {
	if c.Col.Type != table.Integer || len(c.Words) == 0 || !begun[c.Words[len(c.Words)-1]] {
		return false
	}
	low, ok1 := number(c.Col.Stats.Min)
	high, ok2 := number(c.Col.Stats.Max)
	return ok1 && ok2 && low >= 1500 && high <= 2100
}

// begun are words of a beginning or an end that columns of years are
// called by.
var begun = map[string]bool{"founded": true, "established": true, "opened": true, "closed": true, "built": true, "completed": true, "released": true, "release": true,
	"launched": true, "launch": true, "born": true, "died": true, "joined": true, "elected": true, "created": true, "published": true, "introduced": true, "started": true, "ended": true,
	"retired": true, "commissioned": true, "discovered": true, "invented": true, "debut": true, "inaugurated": true, "formed": true, "since": true}

// numberedYear reports whether a column holds years that are written short or
// counted: 82, or the third.
func numberedYear(c *link.Column) bool {
	return len(c.Words) > 0 && c.Words[len(c.Words)-1] == "year" && c.Col.Type == table.Integer && c.Col.Role != catalog.ID
}

// amount reports whether a column of numbers says how much: it can be added
// or averaged.
func amount(c *link.Column) bool {
	return numeric(c) && c.Col.Role != catalog.ID && !yearNumber(c) && !numbering(c)
}

// numbering reports whether the numbers of a column only tell things apart:
// a room number, a zip code.
func numbering(c *link.Column) bool {
	n := len(c.Words)
	if n == 0 {
		return false
	}
	if slices.Contains(c.Words, "id") {
		return true
	}
	switch c.Words[max(n-1, 0)] {
	case "number", "code", "zip", "phone", "key":
		return n > 1
	case "advisor", "adviser", "manager", "supervisor", "instructor", "teacher", "author", "owner", "major", "department":
		return true // who it is, or what it is about, by number
	}
	return serial(c)
}

// serial reports whether the numbers of a column lie close together and far
// from nought, as numbers do that are given out one after the other.
func serial(c *link.Column) bool {
	low, ok := table.Number(c.Col.Stats.Min)
	high, also := table.Number(c.Col.Stats.Max)
	return ok && also && c.Col.Type == table.Integer && c.Col.Unit == "" && c.Col.Stats.Distinct > 1 && low >= leastSerial && high-low <= low/1000
}

const leastSerial = 100_000

// category reports whether a column is a thing to list, count or group by.
func category(c *link.Column) bool { return !amount(c) }

func textual(c *link.Column) bool { return c.Col.Type == table.String }

// mostlyNumbers reports whether most values of a column of text are written
// like numbers.
func mostlyNumbers(c *link.Column) bool {
	all, numbers := 0, 0
	for _, h := range c.Table.Values.Values(c.Col.Name, 300) {
		all++
		if likeNumber(h.Value) {
			numbers++
		}
	}
	return 2*numbers > all
}

// likeNumber reports whether a text is written like a number, be it with a
// sign of money or percent.
func likeNumber(s string) bool {
	_, ok := number(strings.ReplaceAll(strings.Trim(s, " $€£%"), ",", ""))
	return ok
}

// NoNumber is the first value of a column of text that is no number, where
// most of them are; empty where they are not.
func NoNumber(c *link.Column) string {
	if !mostlyNumbers(c) {
		return ""
	}
	for _, h := range c.Table.Values.Values(c.Col.Name, 300) {
		if !likeNumber(h.Value) {
			return h.Value
		}
	}
	return ""
}

func flag(c *link.Column) bool { return link.YesNo(c) }

// unique reports whether every row has its own value of the column.
func unique(c *link.Column) bool {
	return c.Table.Rows > 0 && c.Col.Stats.Distinct >= c.Table.Rows-c.Col.Stats.Nulls && c.Col.Stats.Nulls == 0
}

// label is the column that names the rows of a table for people.
func (p *parser) label(t string) *link.Column {
	cols := p.Schema.ColumnsOf(t)
	words := p.Schema.TableWords(t)
	var best *link.Column
	rank := -1
	people := slices.ContainsFunc(cols, func(c *link.Column) bool { return personName(c) })
	nameless := p.saysNothing(t)
	for _, c := range cols {
		r := labelRank(c, words)
		if people && r < 60 && slices.Contains(c.Words, "title") {
			r = 10 // a person's title is no name
		}
		if nameless && len(c.Words) > 0 && saysOfThing[c.Words[len(c.Words)-1]] {
			r = min(r, 1)
		}
		if r > rank {
			best, rank = c, r
		}
	}
	return best
}

// saysOfThing are names of columns that say something of a thing and never what
// it is called, be they written as text: its place, its points.
var saysOfThing = map[string]bool{"rank": true, "ranking": true, "place": true, "pos": true, "position": true, "no": true, "number": true, "#": true, "score": true,
	"result": true, "note": true, "comment": true, "remark": true, "point": true, "nickname": true, "ref": true, "reference": true, "attendance": true, "record": true}

// personName reports whether a column holds a part of the names of people.
func personName(c *link.Column) bool {
	return slices.Contains(c.Words, "name") && (slices.Contains(c.Words, "first") || slices.Contains(c.Words, "last"))
}

func labelRank(c *link.Column, table []string) int {
	name := strings.Join(c.Words, " ")
	own := strings.Join(table, " ")
	rank := 0
	switch {
	case !textual(c) || c.Col.Role == catalog.URL:
		return 0
	case name == "name" || name == own+" name" || name == own:
		rank = 60
	case name == "title" || name == own+" title":
		rank = 55
	case slices.Contains(c.Words, "name"):
		rank = 45
	case slices.Contains(c.Words, "title"):
		rank = 40
	default:
		rank = 10
	}
	if unique(c) {
		rank += 5
	}
	if c.Order < 3 {
		rank += 3 - c.Order
	}
	return rank
}

// identifier is the column that identifies the rows of a table; nil if none
// is known.
func (p *parser) identifier(t string) *link.Column {
	for _, c := range p.Schema.ColumnsOf(t) {
		if c.Col.Role == catalog.ID && unique(c) {
			return c
		}
	}
	return nil
}

// literal converts a number of the question for comparison with a column.
func literal(c *link.Column, q text.Quantity) *plan.Expr {
	v, _ := converted(c, q)
	if q.Unit == "%" {
		if high, ok := number(c.Col.Stats.Max); ok && high <= 1 {
			v /= 100
		}
	}
	if textual(c) {
		return plan.Text(strconv.FormatFloat(v, 'f', -1, 64))
	}
	return numberExpr(v)
}

// numberExpr writes a number whole where it is.
func numberExpr(v float64) *plan.Expr {
	if v == float64(int64(v)) {
		return plan.Int(int64(v))
	}
	return plan.Number(v)
}

// valueLiteral gives a value of the index as a literal of its column.
func valueLiteral(c *link.Column, v string) *plan.Expr {
	switch {
	case c.Col.Type == table.Boolean:
		f := text.Fold(v)
		return plan.Literal(table.Boolean, f == "true" || f == "1" || f == "yes" || f == "t")
	case numeric(c):
		f, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return plan.Text(v)
		}
		return numberExpr(f)
	case c.Col.Type.Temporal():
		return plan.Literal(c.Col.Type, v)
	}
	return plan.Text(v)
}

// primaryMeasure is the amount that a table is mostly about; nil if it has none.
func (p *parser) primaryMeasure() *link.Column {
	var best *link.Column
	rank := 0
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if c.Col.Role != catalog.Measure || !numeric(c) {
			continue
		}
		r := 1
		for i, w := range mainAmounts {
			if slices.Contains(c.Words, w) {
				r += 20 - i
				break
			}
		}
		if r > rank {
			best, rank = c, r
		}
	}
	return best
}

// plainMeasure is the main amount where its name says so, or where there is no
// other one.
func (p *parser) plainMeasure() *link.Column {
	c := p.primaryMeasure()
	if c == nil || fits(mainAmounts, c) {
		return c
	}
	for _, o := range p.Schema.ColumnsOf(p.scope.Base) {
		if o != c && amount(o) && !flag(o) {
			return nil
		}
	}
	return c
}

// mainAmounts are names of what a table is mostly about, the surest first.
var mainAmounts = []string{"revenue", "sale", "turnover", "amount", "total", "value", "income", "profit", "quantity"}

// same reports whether two expressions compute the same.
func same(a, b *plan.Expr) bool { return a.String() == b.String() }
