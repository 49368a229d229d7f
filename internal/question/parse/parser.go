package parse

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
	"tabletalk/internal/table"
)

// Input is a question that was tokenised and linked.
type Input struct {
	Question    string
	Tokens      []text.Token
	Mentions    []link.Mention
	Schema      *link.Schema
	Lexicon     *lexicon.Lexicon
	Steps       *link.Steps // when they are spent, what was found so far is given
	Now         time.Time
	WeekStart   time.Weekday
	FiscalStart time.Month
	Follows     bool // a question was answered before
}

// Sketches reads the question within its likeliest scopes: what was found,
// not yet made into plans.
func Sketches(in Input) []*Sketch {
	var out []*Sketch
	numbers := withUnits(text.Numbers(in.Tokens), in.Tokens, in.Mentions)
	in.Mentions = apposed(possessed(in.Mentions, in.Tokens), in.Tokens)
	byStart := make([][]link.Mention, len(in.Tokens))
	for _, m := range in.Mentions {
		byStart[m.Start] = append(byStart[m.Start], m)
	}
	var relative []when.Phrase
	for i := range in.Tokens {
		for _, w := range when.At(in.Tokens, i) {
			if w.Form != when.Calendar {
				relative = append(relative, w)
			}
		}
	}
	for rank, sc := range scopes(append(in.metricMentions(), in.Mentions...), in.Schema, len(in.Tokens)) {
		p := &parser{Input: in, question: in.Question, tokens: in.Tokens, lex: in.Lexicon, scope: sc, numbers: numbers, byStart: byStart, relative: relative}
		for way, seg := range p.segments() {
			if len(out) > 0 && p.Steps.Spent() {
				return out
			}
			p.trace, p.choice = nil, false
			links, weak, rivals := p.links(seg.nodes)
			first := seg.nodes
			nodes := p.reduce(slices.Clone(first))
			sk := p.collect(nodes)
			sk.Segment, sk.ScopeRank, sk.Way = seg.score, rank, way
			sk.Linked, sk.Weak, sk.Rivals, sk.Pieces = links, weak, rivals, first
			sk.Notes = append(sk.Notes, p.spellings(first)...)
			out = append(out, sk)
		}
	}
	return out
}

// parser reads one question in one scope.
type parser struct {
	Input
	question string
	tokens   []text.Token
	lex      *lexicon.Lexicon
	scope    Scope
	numbers  []text.Quantity
	byStart  [][]link.Mention
	relative []when.Phrase // relative periods of the question
	trace    []string
	choice   bool // the question offers "A or B"
}

// reduce applies the families of rules in their order.
func (p *parser) reduce(nodes []*Node) []*Node {
	nodes = p.nest(nodes)
	for _, f := range families() {
		nodes = p.apply(f, nodes)
	}
	return nodes
}

// A want says which columns a rule can use.
type want func(c *link.Column) bool

func anyColumn(*link.Column) bool { return true }

// pick gives the best candidate column of a node that the rule can use.
func (n *Node) pick(w want) *link.Column {
	if n == nil {
		return nil
	}
	for _, m := range n.Cols {
		if w(m.Column) {
			return m.Column
		}
	}
	return nil
}

// top is the best candidate of a column node.
func (n *Node) top() *link.Column { return n.pick(anyColumn) }

// columns are the visible columns of the scope, the base table's first.
func (p *parser) columns() []*link.Column {
	var out []*link.Column
	for _, t := range p.scope.Tables {
		out = append(out, p.Schema.ColumnsOf(t)...)
	}
	return out
}

func (p *parser) expr(c *link.Column) *plan.Expr {
	ref := c.Ref(p.scope.Base)
	e := &plan.Expr{Op: plan.OpCol, Col: &ref}
	if c.Text {
		return &plan.Expr{Op: plan.OpCast, Unit: string(table.Float), Args: []*plan.Expr{e}}
	}
	return e
}

// spanned remembers which words caused an expression.
func (p *parser) spanned(e *plan.Expr, start, end int) *plan.Expr {
	if e != nil && start < end && end <= len(p.tokens) {
		e.Span = &plan.Span{Start: p.tokens[start].Start, End: p.tokens[end-1].End}
	}
	return e
}

func (p *parser) context(c *link.Column) when.Context {
	ctx := when.Context{Now: p.Now, WeekStart: p.WeekStart, FiscalStart: p.FiscalStart}
	if c == nil {
		return ctx
	}
	ctx.First, ctx.Last = moment(c.Col.Stats.Min), moment(c.Col.Stats.Max)
	if yearNumber(c) {
		if y, ok := number(c.Col.Stats.Max); ok {
			ctx.Last = time.Date(int(y), 12, 31, 0, 0, 0, 0, time.UTC)
		}
	}
	ctx.Anchored = when.Anchored(p.relative, ctx)
	return ctx
}

func moment(v any) time.Time {
	s, ok := v.(string)
	if !ok || len(s) < 10 {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, s[:10])
	if err != nil {
		return time.Time{}
	}
	return t
}

// dateColumn is the column that a period without a column restricts.
func (p *parser) dateColumn() *link.Column {
	var list []*link.Column
	for _, c := range p.columns() {
		if temporal(c) {
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b *link.Column) int { return -cmp.Compare(p.dateRank(a), p.dateRank(b)) })
	return list[0]
}

func (p *parser) dateRank(c *link.Column) int {
	rank := 0
	if c.Table.Name == p.scope.Base {
		rank += 50
	}
	if c.Col.Type.Temporal() {
		rank += 30
	}
	name := strings.Join(c.Words, " ")
	for i, w := range []string{"order date", "date", "created", "time", "year"} {
		if strings.Contains(name, w) {
			rank += 10 - i
			break
		}
	}
	for _, w := range []string{"updated", "modified", "birth", "end", "to", "ship", "due"} {
		if slices.Contains(c.Words, w) {
			rank -= 8
		}
	}
	if c.Table.Rows > 0 {
		rank -= int(20 * c.Col.Stats.Nulls / c.Table.Rows)
	}
	return rank
}

// Note is something that was supplied by a reading, before it is an assumption.
type Note struct {
	Code string
	Text string
	Span Span
}

func (p *parser) note(n *Node, code, format string, args ...any) Note {
	note := Note{Code: code, Text: fmt.Sprintf(format, args...)}
	if n != nil {
		note.Span = Span{n.Start, n.End}
	}
	return note
}

// spellings tell which words and names of columns were corrected.
func (p *parser) spellings(nodes []*Node) []Note {
	var out []Note
	for i, t := range p.tokens {
		if t.Meant != "" {
			out = append(out, p.note(&Node{Start: i, End: i + 1}, "spelling", "“%s” is read as “%s”.", t.Text, t.Meant))
		}
	}
	for _, n := range nodes {
		if len(n.Cols) > 0 && n.Cols[0].Spelling != "" {
			out = append(out, p.note(n, "spelling", "“%s” is read as “%s”.", n.Cols[0].Spelling, n.Cols[0].Column.Col.Name))
		}
	}
	return out
}

// links counts the names and values of a cut, and gives the score of the
// weakest and the nodes that another column fits as well.
func (p *parser) links(nodes []*Node) (links, weak int, rivals []*Node) {
	weak = 1000
	named := map[*link.Column]bool{}
	for _, n := range nodes {
		for _, m := range n.Cols {
			named[m.Column] = true
		}
	}
	for _, n := range nodes {
		list := n.Cols
		if n.Kind == Val {
			list = n.Vals
		}
		switch {
		case n.Kind == Tab, n.Kind == Measure && n.Payload == "metric":
			links++
			continue
		case len(list) == 0:
			continue
		}
		links++
		weak = min(weak, list[0].Score)
		if p.rivalled(list, n.Kind == Val, named) {
			rivals = append(rivals, n)
		}
	}
	return links, weak, rivals
}

// besideBase reports whether a column of a joined table has the name of one in
// another table that rows of the base belong to as well: the country of an
// order's customer, or of who sold it.
func (p *parser) besideBase(m link.Mention) bool {
	if m.Table == p.scope.Base {
		return false
	}
	return slices.ContainsFunc(p.byStart[m.Start], func(o link.Mention) bool {
		return o.Kind == link.ColumnMention && o.End == m.End && o.Table != m.Table && o.Table != p.scope.Base && o.How == link.Exact && o.Score >= m.Score-30 &&
			slices.ContainsFunc(p.Schema.Catalog.Joins, func(j catalog.Join) bool {
				return j.Unique && j.Many.Table == p.scope.Base && j.One.Table == o.Table
			})
	})
}

// rivalled reports whether a second column fits a node as well as the first.
func (p *parser) rivalled(list []link.Mention, value bool, named map[*link.Column]bool) bool {
	if !value && p.besideBase(list[0]) {
		return true
	}
	for _, m := range list[1:] {
		if m.Column != list[0].Column && m.Score >= list[0].Score-30 && m.Table == list[0].Table {
			return !value || !named[list[0].Column] && !named[m.Column]
		}
	}
	return false
}
