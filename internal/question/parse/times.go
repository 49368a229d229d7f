package parse

import (
	"slices"
	"strings"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
	"tabletalk/internal/table"
)

// timeRules read periods and points in time as conditions on a date column.
var timeRules = []Rule{
	{Name: "at an end of a period", Pattern: "'at'|'on'|'by'? 'the' e='end'|'close'|'beginning'|'start'|ord|row 'of' d=date", Make: timeAtEnd},
	{Name: "done between dates", Pattern: "v=val|word|light between|from a=date 'and'|and|to b=date", Make: onItsDate(timeBetween)},
	{Name: "done before or after", Pattern: "v=val|word|light o=time 'the'|'year'? d=date", Make: onItsDate(timeCompared)},
	{Name: "done in a period", Pattern: "v=val|word|light 'in'|'on'|'during' d=date", Make: onItsDate(timeIn)},
	{Name: "before or after a column's", Pattern: "o=time|from c=col d=date", Make: timeCompared},
	{Name: "column between dates", Pattern: "c=col 'is'|'was'|'are'|'were'? between|from a=date 'and'|and|to b=date", Make: timeBetween},
	{Name: "between dates", Pattern: "between|from a=date 'and'|and|to|'until' b=date", Make: timeBetween},
	{Name: "one period against another", Pattern: "'in'|'for'|'during'|'of'? a=date f=frame 'in'|'for'|'during'? b=date", Make: timeAgainst},
	{Name: "in both periods", Pattern: "both 'in'|'for'|'during'? a=date 'and'|and 'in'|'during'? b=date", Make: timeBoth},
	{Name: "in each of both periods", Pattern: "'in'|'for'|'during' both a=date 'and'|and b=date", Make: timeBoth},
	{Name: "dates joined", Pattern: "'in'|'for'|'during'|'on' a=date and|or b=date", Make: timeEither},
	{Name: "column before or after", Pattern: "c=col 'is'|'was'|'are'|'were'|'or'|'on'? o=time|cmp|comp than? 'the'|'year'? d=date", Make: timeCompared},
	{Name: "before or after", Pattern: "o=time|from 'the'|'year'|'beginning'|'start'|'end'|'of'* d=date", Make: timeCompared},
	{Name: "later or earlier than", Pattern: "o=comp than d=date", Make: timeCompared},
	{Name: "in a period or beyond", Pattern: "'in'|'from'|'during'? c=col? d=date or o=time|comp", Make: timeAndBeyond},
	{Name: "column in a period", Pattern: "c=col 'is'|'was'|'are'|'were'|'of'|cmp? 'in'|'on'|'during'|'for'? d=date", Make: timeIn},
	{Name: "a month of each year", Pattern: "'in'|'during'|'for'|'of'? d=date 'of'|'in'? b=by g=grain", Make: monthOfEachYear},
	{Name: "in a period", Pattern: "'in'|'during'|'for'|'on'|'of'|'within'|'over'|cmp|'at' 'the'? d=date", Make: timeIn},
	{Name: "a period", Pattern: "d=date", Make: timeAlone},
	{Name: "on a day of the week", Pattern: "'on'|'every'|'each'? w=" + weekdayWords, Make: onWeekday},
	{Name: "by weekends and weekdays", Pattern: "by w='weekend'|'weekends'|'weekday'|'weekdays' or|and|'vs'|'versus' v='weekend'|'weekends'|'weekday'|'weekdays'", Make: byWeekend},
	{Name: "by weekends", Pattern: "by w='weekend'|'weekends'", Make: byWeekend},
	{Name: "weekends or weekdays", Pattern: "'on'|'at'|'during'|'in'? w='weekend'|'weekends'|'weekday'|'weekdays'", Make: weekend},
}

// timeColumn is the column that a condition in time is on.
func (p *parser) timeColumn(c *Node) *link.Column {
	if c == nil {
		return p.dateColumn()
	}
	if p.partsBy(c) {
		return nil
	}
	col := c.pick(temporal)
	if col == nil || scoreOf(c, col) < c.Cols[0].Score-150 {
		return nil
	}
	return col
}

// partsBy reports whether a column stands after "by", so that it parts the
// answer: "deaths by year from 1950 to 1955".
func (p *parser) partsBy(c *Node) bool {
	if c.Start == 0 {
		return false
	}
	switch p.tokens[c.Start-1].Norm {
	case "by", "per", "each", "every":
		return true
	}
	return false
}

func timeBetween(p *parser, m match) *Node {
	col := p.timeColumn(m.one("c"))
	if col == nil {
		return nil
	}
	a, b := m.one("a"), m.one("b")
	if a.Kind == Num && b.Kind == Num && m.one("c") == nil && !yearNumber(col) && !col.Col.Type.Temporal() {
		return nil
	}
	from, to := *a.When, *b.When
	if from.Year == 0 && from.Form == when.Calendar && to.Year > 0 {
		from.Year = to.Year
	}
	ra, rb := when.Resolve(from, p.context(col)), when.Resolve(to, p.context(col))
	return p.timeNode(m, col, when.Range{From: ra.From, To: rb.To, Grain: rb.Grain, Note: strings.TrimSpace(ra.Note + " " + rb.Note), Doubt: ra.Doubt || rb.Doubt})
}

// timeAgainst reads "May vs April": two conditions, compared by the frame
// between them.
func timeAgainst(p *parser, m match) *Node {
	col := p.dateColumn()
	if col == nil || m.one("f").Payload != "vs" {
		return nil
	}
	n := p.bothPeriods(col, m.one("a").When, m)
	if n != nil {
		n.Payload, n.Parts = "vs", []*Node{m.one("f")}
	}
	return n
}

// bothPeriods are two periods, each a condition of its own: they are not meant
// of one row.
func (p *parser) bothPeriods(col *link.Column, first *when.Phrase, m match) *Node {
	out := &Node{Kind: Pred}
	for i, d := range []*Node{m.one("a"), m.one("b")} {
		phrase := *d.When
		if i == 0 {
			phrase = *first
		}
		r := when.Resolve(phrase, p.context(col))
		if i > 0 && first.Form == when.ToDate {
			r = asFar(r, when.Resolve(*first, p.context(col)))
		}
		n := p.timeNode(match{start: d.Start, end: d.End}, col, r)
		if n == nil {
			return nil
		}
		out.Preds, out.Notes = append(out.Preds, n.Preds...), append(out.Notes, n.Notes...)
	}
	return out
}

// asFar cuts an earlier period at the day that a later one has come to: "ytd
// vs 2024" compares the same part of both years.
func asFar(r, now when.Range) when.Range {
	gap := 0
	for g := r.From; g.Before(now.From) && gap < 1000; g = when.Add(r.From, now.Grain, gap) {
		gap++
	}
	if to := when.Add(now.To, now.Grain, -gap); gap > 0 && to.Before(r.To) {
		r.To = to
	}
	return r
}

func timeEither(p *parser, m match) *Node {
	col := p.dateColumn()
	if col == nil || m.start > 0 && p.tokens[m.start-1].Norm == "both" {
		return nil // rows of either would be less than what is asked
	}
	first := *m.one("a").When
	if first.Year == 0 && first.Form == when.Calendar {
		first.Year = m.one("b").When.Year
	}
	a := when.Resolve(first, p.context(col))
	b := when.Resolve(*m.one("b").When, p.context(col))
	x, y := p.within(col, a), p.within(col, b)
	if x == nil || y == nil {
		return nil
	}
	if p.comparing() {
		return p.bothPeriods(col, &first, m)
	}
	if a.To.Equal(b.From) {
		return p.timeNode(m, col, when.Range{From: a.From, To: b.To, Grain: a.Grain})
	}
	n := &Node{Kind: Pred}
	n.Preds = []Condition{{Expr: p.spanned(plan.Or(x, y), m.start, m.end), Column: col, Time: true, Where: Span{m.start, m.end}}}
	return n
}

// comparing reports whether things are to be set against each other.
func (p *parser) comparing() bool {
	return slices.ContainsFunc(p.tokens, func(t text.Token) bool {
		return t.Norm == "compare" || t.Norm == "comparing" || t.Norm == "comparison" || t.Norm == "difference"
	})
}

// against reports whether one thing is set against another by its name alone.
func (p *parser) against() bool {
	return slices.ContainsFunc(p.tokens, func(t text.Token) bool { return t.Norm == "vs" || t.Norm == "versus" })
}

func timeCompared(p *parser, m match) *Node {
	c, o, d := m.one("c"), m.one("o"), m.one("d")
	col := p.timeColumn(c)
	if col == nil || c != nil && d.Kind == Num && !temporal(col) {
		return nil
	}
	r := when.Resolve(*d.When, p.context(col))
	way := direction(o)
	if o.Word == "over" { // "over the last 8 weeks" is a stretch, not a bound
		way = "eq"
	}
	switch way {
	case "lt":
		r = when.Range{To: r.From, Note: r.Note, Doubt: r.Doubt}
	case "le":
		r = when.Range{To: r.To, Note: r.Note, Doubt: r.Doubt}
	case "gt":
		r = when.Range{From: r.To, Note: r.Note, Doubt: r.Doubt}
	case "ge":
		r = when.Range{From: r.From, Note: r.Note, Doubt: r.Doubt}
	case "eq":
	default:
		return nil
	}
	return p.timeNode(m, col, r)
}

// timeAndBeyond reads "in 2005 or after": the period with what lies beyond it.
func timeAndBeyond(p *parser, m match) *Node {
	d := m.one("d")
	col := p.timeColumn(m.one("c"))
	if col == nil || m.one("c") != nil && d.Kind == Num && !temporal(col) || !p.closes(m.end) {
		return nil
	}
	r := when.Resolve(*d.When, p.context(col))
	switch direction(m.one("o")) {
	case "lt":
		r.From = time.Time{}
	case "gt":
		r.To = time.Time{}
	default:
		return nil
	}
	return p.timeNode(m, col, r)
}

// direction says which side of a point a comparing word keeps.
func direction(o *Node) string {
	switch {
	case o.Kind == "from":
		return "ge"
	case o.Form == nil:
		return o.Payload
	}
	switch o.Form.Adj.Base {
	case "late", "new", "young", "recent":
		return "gt"
	case "early", "old":
		return "lt"
	}
	return ""
}

func timeIn(p *parser, m match) *Node {
	c, d := m.one("c"), m.one("d")
	col := p.timeColumn(c)
	if col == nil {
		return p.inYearText(m, c.top(), d.When)
	}
	if c == nil && d.Kind == Num && p.numberInstead(m) {
		return nil
	}
	return p.timeNode(m, col, when.Resolve(*d.When, p.context(col)))
}

// numberInstead reports whether a number that could be a year stands for a
// quantity: "for 2000 dollars", "at most 1999".
func (p *parser) numberInstead(m match) bool {
	w := p.tokens[m.start].Norm
	return w != "in" && w != "during" && w != "since" && w != "for" && w != "of" && w != "from"
}

func timeAlone(p *parser, m match) *Node {
	d := m.one("d")
	col := p.dateColumn()
	if col == nil {
		if p.comparesAt(m.start - 1) {
			return nil // "before 1900" is not "in 1900"
		}
		return p.inYearText(m, nil, d.When)
	}
	if d.Kind == Num && (p.quantityAt(d.Start) || !p.yearBesideNoun(d)) {
		return nil
	}
	return p.timeNode(m, col, when.Resolve(*d.When, p.context(col)))
}

// quantityAt reports whether the number at token i is one that amounts are
// compared with, even if it could be a year: "revenue over 2000".
func (p *parser) quantityAt(i int) bool {
	for k := max(0, i-maxSpan); k < i; k++ {
		if slices.ContainsFunc(p.lex.At(p.tokens, k), func(e lexicon.Entry) bool { return e.Tag == "cmp" && k+len(e.Words) == i }) {
			return true
		}
	}
	return false
}

// comparesAt reports whether a token says before or after.
func (p *parser) comparesAt(i int) bool {
	if i < 0 {
		return false
	}
	switch p.tokens[i].Norm {
	case "before", "after", "since", "until", "till", "than", "over", "under", "above", "below", "from", "to":
		return true
	}
	return false
}

// yearBesideNoun reports whether a bare year stands at the begin or the end of
// the question, or before a word, as in "2024 revenue".
func (p *parser) yearBesideNoun(d *Node) bool {
	start, end := d.Start, d.End
	if p.Follows && start == 1 && p.tokens[0].Norm == "and" {
		start = 0 // "and 2023 too"
	}
	for end < len(p.tokens) && p.tokens[end].Kind == text.Punct {
		end++ // "what about 2023?"
	}
	if start == 0 || end == len(p.tokens) {
		return p.dateColumn() != nil && p.dateColumn().Col.Type.Temporal() || p.yearOfData(d)
	}
	return false
}

// yearOfData reports whether a number that could be a year is one that the
// data has, where its years are a column of their own: "spending 2010".
func (p *parser) yearOfData(d *Node) bool {
	c := p.dateColumn()
	if d.When == nil || c == nil || !yearNumber(c) || d.Num.Unit != "" {
		return false
	}
	low, ok1 := number(c.Col.Stats.Min)
	high, ok2 := number(c.Col.Stats.Max)
	return ok1 && ok2 && d.Num.Value >= low && d.Num.Value <= high
}

// timeNode makes the condition that the column lies in a range.
func (p *parser) timeNode(m match, col *link.Column, r when.Range) *Node {
	e := p.within(col, r)
	if e == nil {
		return nil
	}
	n := &Node{Kind: Pred, Grain: r.Grain}
	n.Preds = []Condition{{Expr: p.spanned(e, m.start, m.end), Column: col, Time: true, Range: &r, Where: Span{m.start, m.end}}}
	if ctx := p.context(col); !ctx.Last.IsZero() && r.From.After(ctx.Last) {
		n.Notes = append(n.Notes, Note{Code: "after_data", Text: "The data ends on " + ctx.Last.Format("January 2, 2006") + ", before that period.", Span: Span{m.start, m.end}})
	}
	if r.Note != "" {
		code := "period"
		if r.Doubt {
			code = "day_month"
		}
		n.Notes = append(n.Notes, Note{Code: code, Text: r.Note, Span: Span{m.start, m.end}})
	}
	if m.one("c") == nil && p.dateChoices() > 1 {
		n.Notes = append(n.Notes, Note{Code: "default_date", Text: "The period is read as “" + col.Col.Name + "”.", Span: Span{m.start, m.end}})
	}
	return n
}

func (p *parser) dateChoices() int {
	n := 0
	for _, c := range p.columns() {
		if temporal(c) {
			n++
		}
	}
	return n
}

// within is the condition that a column lies in a half-open range; nil where
// a column of years cannot express it.
func (p *parser) within(c *link.Column, r when.Range) *plan.Expr {
	if yearNumber(c) {
		if e := p.withinYears(c, r); e != nil {
			return e
		}
		return p.withinMonths(c, r)
	}
	from, to := plan.Null(table.Date), plan.Null(table.Date)
	if !r.From.IsZero() {
		from = dateLiteral(r.From)
	}
	if !r.To.IsZero() {
		to = dateLiteral(r.To)
	}
	return plan.Make(plan.OpWithin, p.expr(c), from, to)
}

func dateLiteral(t time.Time) *plan.Expr {
	if t.Hour() != 0 || t.Minute() != 0 {
		return plan.Literal(table.Datetime, t.Format("2006-01-02T15:04:05"))
	}
	return plan.Date(t.Format(time.DateOnly))
}

func (p *parser) withinYears(c *link.Column, r when.Range) *plan.Expr {
	e := p.expr(c)
	low, high := int64(r.From.Year()), int64(r.To.Year()-1)
	whole := func(t time.Time) bool { return t.IsZero() || t.YearDay() == 1 }
	switch {
	case !whole(r.From) || !whole(r.To):
		return nil
	case r.From.IsZero():
		return plan.Make(plan.OpLe, e, plan.Int(high))
	case r.To.IsZero():
		return plan.Make(plan.OpGe, e, plan.Int(low))
	case low == high:
		return plan.Make(plan.OpEq, e, plan.Int(low))
	}
	return plan.Make(plan.OpBetween, e, plan.Int(low), plan.Int(high))
}

// weekend reads "on weekends"; weekdays count where weekends are spoken of too.
func weekend(p *parser, m match) *Node {
	c := p.dateColumn()
	yes := m.one("w").Word == "weekend" || m.one("w").Word == "weekends"
	if c == nil && !p.asksWhich(max(m.start-1, 0)) && !p.comparing() && !p.against() {
		return p.weekendByName(m, yes)
	}
	if c == nil || yearNumber(c) || m.start > 0 && p.asksWhich(m.start-1) || p.hasTheMost(m) {
		return nil
	}
	e := plan.Make(plan.OpEq, plan.Part("weekend", p.expr(c)), plan.Literal(table.Boolean, yes))
	return p.condition(m, c, e)
}

// byWeekend reads "by weekend or weekday" as the two kinds of days.
func byWeekend(p *parser, _ match) *Node {
	c := p.dateColumn()
	if c == nil || yearNumber(c) {
		return nil
	}
	return &Node{Kind: Group, Keys: []Key{{Column: c, Part: "weekend"}}}
}

// hasTheMost reports whether the question is about the one "weekday with the
// most orders", rather than about the rows of weekdays.
func (p *parser) hasTheMost(m match) bool {
	w := m.one("w").Word
	return w == "weekday" && m.end+1 < len(p.tokens) && p.tokens[m.end].Norm == "with" && p.firstName(m.start)
}

// firstName reports whether only noise stands before token i.
func (p *parser) firstName(i int) bool {
	return !slices.ContainsFunc(p.tokens[:i], func(t text.Token) bool { return !p.lex.Noise(t.Norm) })
}

// timeAtEnd reads "the price at the end of 1950": of what is measured then and
// not added up, the row of the last date in the period.
func timeAtEnd(p *parser, m match) *Node {
	col, e := p.dateColumn(), m.one("e")
	if col == nil || e.Kind != Fn && e.Kind != Light && e.Kind != Word {
		return nil
	}
	r := when.Resolve(*m.one("d").When, p.context(col))
	if p.within(col, r) == nil {
		return nil
	}
	n := p.timeNode(m, col, r)
	n.Kind, n.Payload = Best, "end of period"
	n.Rank = &Rank{N: 1, Column: col, Desc: e.Word == "end" || e.Word == "close"}
	return n
}

// asksWhich reports whether the word at token i asks for one of several, or
// parts by them, so that "weekday" after it means the day of the week.
func (p *parser) asksWhich(i int) bool {
	if p.tokens[i].Norm == "the" && i > 0 {
		i--
	}
	switch p.tokens[i].Norm {
	case "into", "by", "per", "each", "every", "which", "what", "best", "worst", "busiest", "top":
		return true
	}
	return len(p.lex.FormsAt(p.tokens, i)) > 0
}

// onItsDate reads "shipped in March" as a period of the date of shipping,
// where there is one, rather than of the main date.
func onItsDate(read func(*parser, match) *Node) func(*parser, match) *Node {
	return func(p *parser, m match) *Node {
		c := p.dateOfDeed(m.one("v"))
		if c == nil {
			return nil
		}
		m.nodes["c"] = []*Node{c}
		return read(p, m)
	}
}

// dateOfDeed is the column that tells when something was done: ship_date of
// "shipped".
func (p *parser) dateOfDeed(v *Node) *Node {
	if v.End != v.Start+1 || v.Payload != "" || p.tokens[v.Start].Upper || !strings.HasSuffix(v.Word, "ed") {
		return nil
	}
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if c.Col.Type.Temporal() && slices.ContainsFunc(c.Words, func(w string) bool { return text.Stem(w) == text.Stem(v.Word) }) {
			return &Node{Kind: Col, Start: v.Start, End: v.End, Word: v.Word, Cols: []link.Mention{{Kind: link.ColumnMention, Column: c, Score: 900, Table: c.Table.Name, How: link.Stem}}}
		}
	}
	return nil
}

// monthOfEachYear reads "in January of each year": the month is the same and
// the years part the answer.
func monthOfEachYear(p *parser, m match) *Node {
	c, d := p.dateColumn(), m.one("d").When
	if c == nil || yearNumber(c) || d.Form != when.Calendar || d.Grain != when.Month || d.Year != 0 || d.Day != 0 || m.one("g").Grain != when.Year {
		return nil
	}
	e := plan.Make(plan.OpEq, plan.Part("month", p.expr(c)), plan.Int(int64(d.Part)))
	n := p.condition(m, c, p.spanned(e, m.start, m.end))
	n.Kind, n.Payload, n.Keys = Group, "each", []Key{{Column: c, Grain: when.Year}}
	return n
}
