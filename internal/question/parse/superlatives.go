package parse

import (
	"fmt"
	"slices"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/lexicon"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/table"
)

// asked are the columns that the question asks to see, other than the one
// that a rank goes by.
func (b *builder) asked(r *Rank) []*link.Column {
	var out []*link.Column
	list := b.s.Select
	if r != nil && r.Count && len(list) > 1 {
		list = b.coordinated()
	}
	for _, it := range list {
		if r == nil || it.Column != r.Column || len(b.s.Select) == 1 && r.Column == nil {
			out = append(out, it.Column)
		}
	}
	if len(out) == 0 {
		if c := b.headColumn(); c != nil && (r == nil || c != r.Column) {
			out = append(out, c)
		}
	}
	return out
}

// coordinated are the columns asked for that are joined to the first one by
// "and" or a comma; others only describe: "the most common college of authors".
func (b *builder) coordinated() []Item {
	out := b.s.Select[:1]
	for _, it := range b.s.Select[1:] {
		if k := it.Node.Start - 1; k >= 0 {
			switch b.p.tokens[k].Norm {
			case "and", ",", "the", "&":
				out = append(out, it)
			}
		}
	}
	return out
}

// headColumn is the column that "who", "where" and "when" ask for, or the
// name of the thing that the question is about.
func (b *builder) headColumn() *link.Column {
	switch b.s.Head {
	case "who":
		return b.roleColumn([]string{"name", "person", "player", "winner", "driver", "rider", "author", "artist", "actor", "student", "employee", "customer",
			"agent", "seller", "cashier", "clerk", "manager", "assignee", "owner", "member", "user"}, textual)
	case "where":
		return b.roleColumn([]string{"location", "place", "venue", "city", "town", "state", "province", "country", "address", "site"}, func(c *link.Column) bool { return textual(c) && !b.fixed(c) })
	case "when":
		if c := b.p.dateColumn(); c != nil {
			return c
		}
		return b.roleColumn([]string{"date", "year", "born", "birth", "founded", "established", "season", "time", "day"}, textual)
	}
	if len(b.s.Nouns) > 0 && b.p.scope.has(b.s.Nouns[0]) {
		return b.p.calling(b.s.Nouns[0])
	}
	if b.p.nameless() && len(b.s.Keys) == 0 {
		return b.p.label(b.p.scope.Base)
	}
	if b.s.Head == "which" && b.s.Best != nil && len(b.s.Keys) == 0 {
		return b.p.naming(b.p.scope.Base)
	}
	return nil
}

func (b *builder) roleColumn(words []string, w want) *link.Column {
	for _, word := range words {
		for _, c := range b.p.columns() {
			if w(c) && slices.Contains(c.Words, word) {
				return c
			}
		}
	}
	if b.s.Head == "who" && b.p.nameless() {
		return b.p.label(b.p.scope.Base)
	}
	if b.s.Head == "who" {
		return b.p.naming(b.p.scope.Base)
	}
	return nil
}

// fixed reports whether a condition gives the one value of a column: nobody
// asks for what he says.
func (b *builder) fixed(c *link.Column) bool {
	return slices.ContainsFunc(b.s.Preds, func(p Condition) bool { return p.Column == c && p.Expr.Op == plan.OpEq })
}

// superlative builds the first or last by a column, measure or count.
func (b *builder) superlative(r *Rank) bool {
	if r.Column == nil && r.Measure == nil && !r.Count && !b.openRank(&r) {
		return false
	}
	r = b.ownAmount(b.events(r))
	if b.s.Head == "who" && r.Count {
		b.eventsCounted() // "who closed the most" asks for nobody's date
	}
	asked := b.asked(r)
	switch {
	case b.s.Head == "when" && r.Column != nil && temporal(r.Column) && r.N == 1 && r.Offset == 0 && len(b.s.Keys) == 0:
		return b.extreme(r)
	case r.Count || r.Measure != nil:
		return b.bestGroup(r, asked)
	case b.asksDetails() && r.Column != nil && len(b.s.Keys) == 0,
		len(asked) == 0 && (b.aboutRows() || b.s.Head == "who" || b.ofValue()) && r.Column != nil && len(b.s.Keys) == 0 && b.s.rowsWanted(r):
		b.pl.Order = []plan.Order{{By: b.use(r.Column), Desc: r.Desc}}
		b.limit(r)
		return true
	case b.s.PeriodAsked && r.Column != nil && amount(r.Column):
		return b.bestPeriod(r)
	case len(b.s.Keys) > 0 && len(asked) == 0 && !b.s.Each && !b.extremePer(r) && r.Column != nil && r.Column.Col.Role == catalog.Measure:
		a := b.defaultMeasure(r.Column, b.s.BestNode)
		r2 := *r
		r2.Measure, r2.Column = &a, nil
		return b.bestGroup(&r2, nil)
	case len(asked) > 0 && len(b.s.Select) == 0 && b.rowOfEach(r):
		return b.bestRowPer(r, asked)
	case len(asked) == 0 || len(b.s.Keys) > 0 && len(b.s.Select) == 0:
		return b.extreme(r)
	case b.besideExtreme(r, asked):
		b.s.Keys = append(b.s.Keys, Key{Column: asked[0]})
		return b.extreme(r)
	}
	if b.grouping(r, asked) {
		if r.Column.Col.Role != catalog.Measure {
			b.doubt(150, "a single row of the group could be meant")
		}
		a := b.defaultMeasure(r.Column, b.s.BestNode)
		r2 := *r
		r2.Measure, r2.Column = &a, nil
		return b.bestGroup(&r2, asked)
	}
	return b.bestRow(r, asked)
}

// ownAmount prefers, for "which 3 bills were the largest", the bill to a column
// called size: the adjective describes what the question names.
func (b *builder) ownAmount(r *Rank) *Rank {
	s := b.s
	if s.BestNode == nil || s.BestNode.Form == nil || !generic(s.BestNode) || len(s.Select) != 1 || !amount(s.Select[0].Column) || r.Column == nil || r.Column == s.Select[0].Column {
		return r
	}
	if len(s.BestNode.Preds) > 0 || b.s.Select[0].Node.Start > s.BestNode.Start && s.Head == "" {
		return r
	}
	if end := s.Select[0].Node.End; end < s.BestNode.Start && b.p.tokens[end].Norm == "of" && b.describesRow(s.BestNode) {
		return r // "the population of the largest state" is that of one state
	}
	c := *r
	c.Column = s.Select[0].Column
	b.d.Notes = slices.DeleteFunc(b.d.Notes, func(n Note) bool { return n.Code == "adjective" })
	return &c
}

// openRank finds what a superlative without a column goes by.
func (b *builder) openRank(r **Rank) bool {
	s := b.s
	c := *(*r)
	for i := len(s.Select) - 1; i >= 0; i-- {
		if amount(s.Select[i].Column) && len(s.Select) > 1 {
			c.Column = s.Select[i].Column
			*r = &c
			return true
		}
	}
	if len(s.Select) == 1 && amount(s.Select[0].Column) {
		c.Column = s.Select[0].Column
		*r = &c
		return true
	}
	if b.ch.Measure == nil && b.byProfit(&c) {
		*r = &c
		return true
	}
	m := b.ch.Measure
	if m == nil && slices.ContainsFunc(b.p.tokens, func(t text.Token) bool { return spendingWords[t.Norm] }) {
		m = b.p.money()
	}
	if m == nil {
		m = b.p.primaryMeasure()
		if n := s.BestNode; n != nil && n.Form != nil && n.Form.Adj.Base == "busy" && m != nil && !fits(n.Form.Adj.More, m) {
			m = nil // a busy day has many rows, whatever they are worth
		}
	}
	if b.unclearBest(m) || b.unmeasured(m) {
		b.d.Unused = append(b.d.Unused, Unused{Span: b.superlativeSpan(), Text: b.superlativeText(), Class: "vague"})
	}
	if m == nil && !b.aboutRows() {
		m = b.onlyAmount()
	}
	if m == nil && b.aboutRows() && s.BestNode != nil && len(s.Select) == 0 {
		return false // single rows are not ranked by how many there are
	}
	if m == nil {
		c.Count = true
		b.note("default_measure", "Ranked by the number of rows.", Span{})
	} else {
		c.Column = m
		b.note("default_measure", fmt.Sprintf("Ranked by “%s”.", m.Col.Name), Span{})
	}
	b.doubt(250, "")
	*r = &c
	return true
}

// events reads "the most pickups" over moments as how many there were, for a
// moment is neither more nor less.
func (b *builder) events(r *Rank) *Rank {
	n := b.s.BestNode
	if r.Column == nil || !r.Column.Col.Type.Temporal() || n == nil || !slices.Contains([]string{"most", "fewest", "least"}, b.p.tokens[n.Start].Norm) {
		return r
	}
	if slices.ContainsFunc(b.p.lex.FormsAt(b.p.tokens, n.Start), func(f lexicon.Form) bool { return len(f.Words) > 1 }) {
		return r // "most recent" is one word of two
	}
	c := *r
	c.Column, c.Count = nil, true
	return &c
}

// unclearBest reports whether nothing says by what somebody is the best, or
// paid the most: a part of a bill, as the freight is, says neither.
func (b *builder) unclearBest(m *link.Column) bool {
	if b.ch.Measure != nil {
		return false
	}
	guessed := m == nil || fits(billParts, m)
	if !guessed && b.p.plainMeasure() != nil {
		return false
	}
	n := b.s.BestNode
	if b.s.Best != nil && n != nil && n.Form != nil {
		base := n.Form.Adj.Base
		spent := slices.ContainsFunc(b.p.tokens, func(t text.Token) bool { return spendingWords[t.Norm] })
		return base == "good" || base == "bad" || guessed && spent && quantifier(&Node{Form: n.Form})
	}
	return m != nil && b.s.Limit != nil && (b.s.Top == "best" || b.s.Top == "worst")
}

// unmeasured reports whether a superlative says what it measures, as fastest
// and heaviest do, and the column to rank by is none of that.
func (b *builder) unmeasured(m *link.Column) bool {
	n := b.s.BestNode
	if n == nil || n.Form == nil || generic(n) || slices.Contains(opinions, n.Form.Adj.Base) {
		return false
	}
	a := n.Form.Adj
	return len(a.More)+len(a.Less) > 0 && (m == nil || !fits(a.More, m) && !fits(a.Less, m))
}

// opinions are superlatives that may be measured by many things.
var opinions = []string{"popular", "busy", "important", "significant", "interesting", "relevant", "long", "short", "lengthy"}

func (b *builder) superlativeSpan() Span {
	if n := b.s.BestNode; n != nil {
		return Span{n.Start, n.End}
	}
	for _, n := range b.s.nodes {
		if n.Kind == Limit {
			return Span{n.Start, n.End}
		}
	}
	return Span{}
}

func (b *builder) superlativeText() string {
	at := b.superlativeSpan()
	if at.End == 0 {
		return "best"
	}
	return b.p.written(&Node{Start: at.Start, End: at.End})
}

// onlyAmount is the one amount of the table: where nothing else is measured, a
// superlative can speak of nothing else.
func (b *builder) onlyAmount() *link.Column {
	only := b.p.sole(measured)
	if n := b.s.BestNode; only == nil || n == nil || n.Form == nil || !generic(&Node{Form: n.Form}) || quantifier(&Node{Form: n.Form}) || timely(&Node{Form: n.Form}) {
		return nil
	}
	return only
}

// extreme reads "the highest salary": the value itself.
func (b *builder) extreme(r *Rank) bool {
	for _, k := range b.s.Keys {
		b.addKey(k)
	}
	op := plan.OpMin
	if r.Desc {
		op = plan.OpMax
	}
	if r.Column == nil || r.Offset > 0 || r.N > 1 {
		b.addSelect(r.Column)
		b.pl.Order = []plan.Order{{By: b.use(r.Column), Desc: r.Desc}}
		b.pl.Limit = &plan.Limit{N: r.N, Offset: r.Offset}
		return len(b.s.Keys) == 0
	}
	b.addMeasure(b.p.aggregate(op, r.Column, true))
	return true
}

// grouping decides whether "the region with the highest revenue" adds up the
// revenue of each region: where things have several rows on average.
func (b *builder) grouping(r *Rank, asked []*link.Column) bool {
	c := asked[0]
	if len(asked) > 1 || r.Column == nil || r.Column.Text || !amount(r.Column) || b.aboutRows() && r.Column.Col.Role != catalog.Measure || !category(c) || c.Table.Name != b.p.scope.Base && len(b.p.scope.Joins) == 0 {
		return false
	}
	if b.ch.SumOfGroup != nil {
		return *b.ch.SumOfGroup
	}
	if n := b.s.BestNode; n != nil && n.Form != nil && r.Column.Col.Role != catalog.Price && c == b.p.naming(b.p.scope.Base) && measuresThing(n.Form.Adj, r.Column) {
		return false // the longest river is long itself, however many rows speak of it
	}
	if n := b.s.BestNode; n != nil && (n.Form != nil && measuresThing(n.Form.Adj, r.Column) && b.describesRow(n) || b.ofRowWith(n)) {
		return false // "the state with the largest city" speaks of one city
	}
	if c.Table.Name != b.p.scope.Base && r.Column.Table.Name == b.p.scope.Base && r.Column.Col.Role == catalog.Measure {
		return r.Column.Table.Rows >= 3*c.Col.Stats.Distinct // a thing of another table, that rows here speak of
	}
	group := c.Col.Role == catalog.ID && !unique(c) || c.Col.Stats.Distinct > 0 && c.Table.Rows/c.Col.Stats.Distinct >= 3
	if !unique(c) && !group {
		b.doubt(120, "")
	}
	return group
}

// describesRow reports whether a superlative stands before the name of what
// the rows are.
func (b *builder) describesRow(n *Node) bool {
	base := b.p.scope.Base
	return slices.ContainsFunc(b.s.Pieces, func(x *Node) bool {
		return x.Start == n.End && x.Kind == Col && x.top() == b.p.naming(base) || x.Kind == Tab && x.Table == base && (x.Start == n.End || x.End == n.End && x.Start > n.Start)
	})
}

// besideExtreme reports whether the extreme is asked for beside a category, of
// each of its values: "the department and highest bonus of the employees".
func (b *builder) besideExtreme(r *Rank, asked []*link.Column) bool {
	n := b.s.BestNode
	if len(b.s.Keys) > 0 || len(asked) != 1 || len(b.s.Select) != 1 || n == nil || n.Start < 2 || b.s.Select[0].Node.End >= n.Start || r.N != 1 || r.Offset != 0 || r.Column == nil || !amount(r.Column) || unique(asked[0]) || !category(asked[0]) {
		return false
	}
	k := n.Start - 1
	for k > 0 && skipped[b.p.tokens[k].Norm] {
		k--
	}
	return b.p.tokens[k].Norm == "and" && k == b.s.Select[0].Node.End
}

// extremePer reports whether the extreme of each group is asked for: "the
// lowest price per category".
func (b *builder) extremePer(r *Rank) bool {
	k := b.s.Keys[0]
	return k.Per && k.Grain == "" && k.Part == "" && r.N == 1 && r.Offset == 0
}

// ofRowWith reports whether a superlative describes one of the rows that
// something is asked of: "the carrier of the flight with the lowest delay".
func (b *builder) ofRowWith(n *Node) bool {
	before := func(i int) int { // the token before, passing over articles
		for i--; i >= 0 && skipped[b.p.tokens[i].Norm]; i-- {
		}
		return i
	}
	k := n.Start
	if w := b.p.tokens[k].Norm; w != "with" && w != "having" {
		k = before(n.Start)
	}
	if k < 1 || b.p.tokens[k].Norm != "with" && b.p.tokens[k].Norm != "having" {
		return false
	}
	return slices.ContainsFunc(b.p.Mentions, func(m link.Mention) bool {
		j := before(m.Start)
		return m.Kind == link.TableMention && m.How == link.Exact && m.Table == b.p.scope.Base && m.End == k && !text.IsPlural(b.p.tokens[k-1].Norm) && j >= 0 && b.p.tokens[j].Norm == "of"
	})
}

// measuresThing reports whether an adjective speaks of a property that a thing
// has by itself, as long and high do; most and best do not.
func measuresThing(a *lexicon.Adjective, c *link.Column) bool {
	switch a.Base {
	case "good", "bad", "much", "many", "few", "little", "great", "profitable", "unprofitable", "popular":
		return false
	}
	return fits(a.More, c) || fits(a.Less, c)
}

// bestGroup builds the groups with the most of something.
func (b *builder) bestGroup(r *Rank, asked []*link.Column) bool {
	for _, k := range b.s.Keys {
		b.addKey(k)
	}
	for _, c := range asked {
		k := Key{Column: c}
		if r.Count && b.s.Head == "when" && c.Col.Type == table.Datetime && !b.s.Says("when") {
			k.Part = "hour" // "what time": of the day
		}
		b.addKey(k)
	}
	if len(b.pl.Group) == 0 {
		b.nounKey()
	}
	if len(b.pl.Group) == 0 {
		return false
	}
	b.limitBy(r)
	return true
}

// bestRow builds the rows with the most of a column.
func (b *builder) bestRow(r *Rank, asked []*link.Column) bool {
	if len(b.s.Keys) > 0 {
		return b.bestRowPer(r, asked)
	}
	for _, c := range asked {
		b.addSelect(c)
	}
	if len(b.pl.Select) <= 4 {
		b.addSelect(r.Column)
	}
	b.pl.Order = []plan.Order{{By: b.orderColumn(r.Column), Desc: r.Desc}}
	b.limit(r)
	b.pl.Distinct = b.s.Distinct
	return true
}

// rowOfEach reports whether "the cheapest product in each category" asks for
// rows of the base, one within each key.
func (b *builder) rowOfEach(r *Rank) bool {
	s := b.s
	if !s.Each || len(s.Keys) == 0 || s.BestNode == nil || s.BestNode.Form == nil || !b.aboutRows() || r.Column == nil || r.Column.Table.Name != b.p.scope.Base {
		return false
	}
	return !slices.ContainsFunc(s.Keys, func(k Key) bool { return k.Column == nil || k.Grain != "" || k.Part != "" || k.Bin > 0 })
}

// bestRowPer builds the best row within each key: "the tallest student of
// each class".
func (b *builder) bestRowPer(r *Rank, asked []*link.Column) bool {
	var per []string
	for _, k := range b.s.Keys {
		if k.Grain != "" || k.Part != "" {
			return false
		}
		b.addSelect(k.Column)
		per = append(per, b.pl.Select[len(b.pl.Select)-1].As)
	}
	for _, c := range asked {
		b.addSelect(c)
	}
	b.addSelect(r.Column)
	b.pl.Order = []plan.Order{{By: b.orderColumn(r.Column), Desc: r.Desc}}
	b.pl.Limit = &plan.Limit{N: max(r.N, 1), Per: per}
	return true
}

// top builds "top 5 customers by revenue" and "the first 10 rows".
func (b *builder) top() bool {
	r := b.s.Limit
	if b.s.Top == "position" {
		return b.firstRows(r)
	}
	if b.s.LimitAfterKeys && r.open() && len(b.s.Orders) == 0 && b.grouped() && len(b.pl.Measures) > 0 {
		b.limitBy(r)
		return true
	}
	if r.Column == nil && r.Measure == nil && !r.Count && len(b.s.Orders) > 0 {
		o := b.s.Orders[0]
		c := *r
		c.Column, c.Measure, c.Count = o.Column, o.Measure, o.Count
		if o.Dir {
			c.Desc = o.Desc
		}
		r = &c
		b.s.Orders = b.s.Orders[1:]
	}
	turned := b.turned(r)
	return b.superlative(r) && (!turned || b.shownInTurn(!r.Desc))
}

// turned reports whether the ones that are kept are to be shown the other way
// round: "top 5 customers by revenue, lowest first".
func (b *builder) turned(r *Rank) bool {
	if len(b.s.Orders) != 1 || r.open() {
		return false
	}
	o := b.s.Orders[0]
	if !o.open() || !o.Dir || o.Alpha || o.Chrono {
		return false
	}
	b.s.Orders = nil
	return o.Desc != r.Desc
}

// shownInTurn wraps the plan, so that what it keeps is shown in another order.
func (b *builder) shownInTurn(desc bool) bool {
	inner := b.pl
	if len(inner.Measures) == 0 || len(inner.Order) == 0 || inner.Order[0].By.Op != plan.OpRef {
		return false
	}
	b.finish()
	by := inner.Order[0].By.Name
	outer := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Sub: inner}, Chart: inner.Chart}
	for _, n := range append(slices.Clone(inner.Group), inner.Measures...) {
		outer.Select = append(outer.Select, plan.Named{As: n.As, Expr: plan.Column(n.As), Unit: n.Unit})
	}
	inner.Chart = ""
	outer.Order = []plan.Order{{By: plan.Ref(by), Desc: desc}}
	b.pl, b.tables, b.s.Preds, b.s.Haves, b.s.Orders = outer, map[string]bool{}, nil, nil, nil
	return true
}

// firstRows keeps the first or last rows in their order, or in the order of
// the file.
func (b *builder) firstRows(r *Rank) bool {
	if len(b.s.Orders) == 0 {
		b.pl.Order = []plan.Order{{By: &plan.Expr{Op: plan.OpRow}, Desc: r.Desc}}
		b.note("default_order", "In the order of the file.", Span{})
	}
	if !b.list() {
		return false
	}
	if s := b.s; len(s.Orders) == 0 && len(s.Select) == 1 && len(b.pl.Select) == 1 && temporal(s.Select[0].Column) {
		b.pl.Order = []plan.Order{{By: plan.Ref(b.pl.Select[0].As), Desc: r.Desc}} // the first year is the earliest
		b.d.Notes = slices.DeleteFunc(b.d.Notes, func(n Note) bool { return n.Code == "default_order" })
	}
	b.pl.Limit = &plan.Limit{N: r.N}
	return len(b.pl.Measures) == 0
}
