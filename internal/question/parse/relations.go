package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
	"tabletalk/internal/question/when"
)

// Related is a table whose rows belong to rows of the base, several to one:
// the orders of customers, and the lines of their orders. Its columns are in
// no reading's scope, but whether there are such rows can be asked.
type Related struct {
	Table string
	Own   string      // the key in the base
	Key   string      // the column of the related table, or of one it belongs to, that holds it
	Via   []plan.Join // to that one
}

// related gives the tables whose rows belong to rows of a base, the nearest
// first.
func related(base string, c *catalog.Catalog) []Related {
	var out []Related
	for _, j := range c.Joins {
		if j.Unique && j.One.Table == base && j.Many.Table != base {
			out = append(out, Related{Table: j.Many.Table, Own: j.One.Column, Key: j.Many.Column})
		}
	}
	for _, near := range out {
		for _, j := range c.Joins {
			if !j.Unique || j.One.Table != near.Table || j.Many.Table == base || slices.ContainsFunc(out, func(r Related) bool { return r.Table == j.Many.Table }) {
				continue
			}
			via := plan.Join{Table: near.Table, Kind: "left", Left: plan.Col{Name: j.Many.Column}, Right: plan.Col{Table: near.Table, Name: j.One.Column}}
			out = append(out, Related{Table: j.Many.Table, Own: near.Own, Key: near.Key, Via: []plan.Join{via}})
		}
	}
	return out
}

// key is the column of the keys of the base in a plan over the related rows.
func (r *Related) key() *plan.Expr {
	if len(r.Via) > 0 {
		return plan.ColumnOf(r.Via[0].Table, r.Key)
	}
	return plan.Column(r.Key)
}

// relatedTo finds a related table by its name.
func (s *Scope) relatedTo(table string) *Related {
	for i := range s.Related {
		if s.Related[i].Table == table {
			return &s.Related[i]
		}
	}
	return nil
}

// relatedHolding finds a related table from whose rows those of a table can be
// told, going over the related table named where there is one: the products of
// what customers ordered are told by the lines of their orders.
func (p *parser) relatedHolding(table string, over *Related) *Related {
	for i := range p.scope.Related {
		r := &p.scope.Related[i]
		if over != nil && r.Table != over.Table && !(len(r.Via) > 0 && r.Via[0].Table == over.Table) {
			continue
		}
		if reader := relatedReader(p, r.Table); reader.scope.has(table) {
			return r
		}
	}
	return nil
}

// Kinds of nodes about related tables.
const (
	Rel    Kind = "rel"    // names the rows of a related table
	RelVal Kind = "relval" // names a value of a related table
	Deed   Kind = "deed"   // the verb of a related table: "ordered" of orders
)

// relatedNodes gives the nodes of related tables that begin at token i.
func (p *parser) relatedNodes(i int) []*Node {
	var out []*Node
	for _, m := range p.byStart[i] {
		if m.Table == "" || m.Table == p.scope.Base || p.scope.relatedTo(m.Table) == nil && (m.Kind != link.ValueMention || p.scope.has(m.Table) || p.relatedHolding(m.Table, nil) == nil) {
			continue
		}
		if r := p.scope.relatedTo(m.Table); r != nil && len(r.Via) > 0 && m.Kind == link.TableMention && m.How == link.Part {
			continue // rows that belong to what belongs to the base are told by their full name
		}
		n := &Node{Start: m.Start, End: m.End, Word: phrase(p.tokens[m.Start:m.End]), Table: m.Table, Score: m.Score * (m.End - m.Start)}
		switch m.Kind {
		case link.TableMention:
			n.Kind = Rel
		case link.ValueMention:
			n.Kind, n.Vals = RelVal, []link.Mention{m}
			n.Score -= 200
		default:
			continue
		}
		out = append(out, n)
	}
	return append(out, p.deeds(i)...)
}

// scoreDeed lets a verb win over the column that has its noun in the name.
const scoreDeed = 800

// deeds gives the verbs of related tables: "ordered" where orders belong to
// the rows that are asked for.
func (p *parser) deeds(i int) []*Node {
	t := p.tokens[i]
	if t.Kind != text.Word || t.Quote > 0 || t.Upper && i > 0 {
		return nil
	}
	var out []*Node
	for _, table := range append([]string{p.scope.Base}, p.relatedTables()...) {
		if slices.ContainsFunc(p.rowNouns(table), func(noun string) bool { return p.doneIn(t, noun) }) {
			out = append(out, &Node{Kind: Deed, Start: i, End: i + 1, Word: t.Norm, Table: table, Score: scoreDeed})
		}
	}
	return out
}

func (p *parser) relatedTables() []string {
	var out []string
	for _, r := range p.scope.Related {
		out = append(out, r.Table)
	}
	return out
}

// rowNouns are what the rows of a table are called: after the table, and
// after what its first identifier identifies.
func (p *parser) rowNouns(table string) []string {
	var out []string
	if words := p.Schema.TableWords(table); len(words) > 0 {
		out = append(out, words[len(words)-1])
	}
	for _, c := range p.Schema.ColumnsOf(table) {
		if c.Col.Role == catalog.ID && len(c.Words) == 2 && c.Words[1] == "id" {
			return append(out, c.Words[0])
		}
	}
	return out
}

// doneIn reports whether a verb says that a thing of the noun came about.
func (p *parser) doneIn(t text.Token, noun string) bool {
	if strings.HasSuffix(t.Norm, "ed") && t.Stem == text.Stem(noun) {
		return true
	}
	for _, e := range p.lex.At([]text.Token{t}, 0) {
		if e.Tag == "deed" && strings.Contains(" "+e.Payload+" ", " "+noun+" ") {
			return true
		}
	}
	return false
}

// carriers stand between the thing asked for and what it has or did.
const carriers = "'who'|'that'|'which'|'have'|'has'|'had'|'did'|'do'|'does'|'with'|'ever'|'even'|'made'|'placed'|'place'|'make'|'made'|'got'|'been'|'yet'|'whose'|'having'|'any'|'at'|'single'|'one'*"

// inTime is an optional period at the end of a relation.
const inTime = "o=time|from? 'in'|'during'|'over'|'within'|'for'|'on'|'of'* d=date?"

// relationRules read whether there are rows of a related table: "customers
// who never ordered", "with orders in May". They come before periods are
// read, which would restrict the base.
var relationRules = []Rule{
	{Name: "new in a period", Pattern: "'new' t=tab 'did'|'do'|'we'|'i'|'have'|'get'|'got'|'gain'|'win'|'were'|'there'|light* 'in'|'during'|'of'|'for'|from? d=date", Make: newIn},
	{Name: "so many related rows", Pattern: carriers + " x=not? p=cmp q=num v=relval* r=rel w=relval* " + inTime, Make: relation},
	{Name: "related rows in each period", Pattern: carriers + " r=rel|deed 'in'? e=by|'all' 'of'? g=grain 'of'|'in'* d=date", Make: relation},
	{Name: "without related rows", Pattern: carriers + " x=not " + carriers + " v=relval* r=rel|deed 'from'? w=relval* " + inTime, Make: relation},
	{Name: "with a related row of a value", Pattern: "c='who'|'that'|'which'|'with'|'having'|'have'|'has'|'had'|'did' " + carriers + " r=rel|deed 'named'|'called'? y=val", Make: relationToValue},
	{Name: "with related rows", Pattern: "c='who'|'that'|'which'|'with'|'having'|'have'|'has'|'had'|'did' " + carriers + " v=relval* r=rel|deed 'from'? w=relval* " + inTime, Make: relation},
	{Name: "with related rows", Pattern: "r=deed 'from'? w=relval* " + inTime, Make: relation},
	{Name: "related rows in another period", Pattern: "a=pred 'but'|and* x=not? " + inTime, Make: relatedAgain},
}

// relation is the condition that the base's key is, or is not, among those of
// the related rows.
func relation(p *parser, m match) *Node {
	r := p.scope.relatedTo(m.one("r").Table)
	if r == nil {
		return nil
	}
	own := p.Schema.Find(p.scope.Base, r.Own)
	if own == nil || m.has("o") && !m.has("d") || p.extremeAfter(m.end) {
		return nil
	}
	r, ok := p.telling(r, m)
	if !ok {
		return nil
	}
	sub, notes := p.relatedRows(r, m)
	if sub == nil {
		return nil
	}
	not := m.has("x")
	if q := m.one("q"); q != nil && !p.counted(sub, r, m, &not) {
		return nil
	}
	n := p.condition(m, own, among(p.expr(own), sub, not))
	n.Preds[0].Related, n.Notes = r.Table, notes
	return n
}

// telling is the related table whose rows tell all values that are named, and
// when they were; false where none does.
func (p *parser) telling(r *Related, m match) (*Related, bool) {
	for _, v := range append(slices.Clone(m.nodes["v"]), m.nodes["w"]...) {
		if relatedReader(p, r.Table).scope.has(v.Table) {
			continue
		}
		if r = p.relatedHolding(v.Table, r); r == nil {
			return nil, false
		}
	}
	return r, true
}

// extremeAfter reports whether what follows chooses one of the related rows:
// "has the city with the largest population".
func (p *parser) extremeAfter(i int) bool {
	if i >= len(p.tokens) || p.tokens[i].Norm != "with" {
		return false
	}
	for k := i + 1; k < min(i+3, len(p.tokens)); k++ {
		if p.superlativeAt(k) {
			return true
		}
	}
	return false
}

// relationToValue reads "states that border Texas" and "with a city named
// Springfield" where the related rows hold the value as well as the base does:
// what stands right behind them is said of them.
func relationToValue(p *parser, m match) *Node {
	y, r := m.one("y"), m.one("r")
	rel := p.scope.relatedTo(r.Table)
	if rel == nil || y.Payload != "" {
		return nil
	}
	v := &Node{Kind: RelVal, Start: y.Start, End: y.End, Word: y.Word, Table: r.Table}
	for _, x := range p.byStart[y.Start] {
		if x.Kind == link.ValueMention && x.End == y.End && x.Table == r.Table && x.Column.Col.Name != rel.Key && x.How == link.Exact {
			v.Vals = append(v.Vals, x)
		}
	}
	if len(v.Vals) == 0 {
		return nil
	}
	m.nodes["w"] = []*Node{v}
	return relation(p, m)
}

func among(key *plan.Expr, sub *plan.Plan, not bool) *plan.Expr {
	e := plan.InPlan(key, sub)
	if not {
		e.Op = plan.OpNotIn
	}
	return e
}

// relatedRows is the plan of the keys of the related rows that are meant.
func (p *parser) relatedRows(r *Related, m match) (*plan.Plan, []Note) {
	q := relatedReader(p, r.Table)
	sub := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: r.Table}, Select: []plan.Named{{As: r.Key, Expr: r.key()}}}
	needs := map[string]bool{}
	for _, j := range r.Via {
		needs[j.Table] = true
	}
	for _, v := range append(slices.Clone(m.nodes["v"]), m.nodes["w"]...) {
		for _, c := range q.valueCondition(v, nil, false) {
			sub.Where = plan.And(sub.Where, c.Expr)
			needs[c.Column.Table.Name] = true
		}
	}
	sub.From.Joins = q.scope.used(needs)
	d := m.one("d")
	if d == nil {
		return sub, nil
	}
	t := q.relatedPeriod(m, d)
	if t == nil {
		return nil, nil
	}
	sub.Where = plan.And(sub.Where, t.Preds[0].Expr)
	needs[t.Preds[0].Column.Table.Name] = true
	sub.From.Joins = q.scope.used(needs)
	if g := m.one("g"); g != nil && !q.inEach(sub, g.Grain, t.Preds[0]) {
		return nil, nil
	}
	return sub, t.Notes
}

// inEach keeps the keys that have rows in each of the periods of a stretch.
func (p *parser) inEach(sub *plan.Plan, g when.Grain, c Condition) bool {
	n := periodsIn(*c.Range, g)
	if n == 0 || yearNumber(c.Column) {
		return false
	}
	sub.Kind, sub.Group, sub.Select = plan.Table, sub.Select, nil
	sub.Having = plan.Make(plan.OpEq, plan.CountDistinct(plan.Trunc(string(g), p.expr(c.Column))), plan.Int(int64(n)))
	return true
}

// counted keeps the keys that have so many rows. Those with few may have
// none, so that they are found by who has more.
func (p *parser) counted(sub *plan.Plan, r *Related, m match, not *bool) bool {
	v := m.one("q").Num.Value
	op := negated(cmpOps[m.one("p").Payload], *not)
	if op == "" || op == plan.OpNe || v != float64(int64(v)) || v < 0 {
		return false
	}
	*not = op == plan.OpLt || op == plan.OpLe
	if *not {
		op = opposite[op]
	}
	sub.Kind, sub.Group, sub.Select = plan.Table, sub.Select, nil
	sub.Having = plan.Make(op, relatedReader(p, r.Table).countOfRows(r.Table), plan.Int(int64(v)))
	return true
}

// relatedAgain reads "but not in 2025" after "who ordered in 2024".
func relatedAgain(p *parser, m match) *Node {
	a := m.one("a")
	if len(a.Preds) == 0 || !m.has("d") || a.Preds[0].Related == "" {
		return nil
	}
	r := p.scope.relatedTo(a.Preds[0].Related)
	own := p.Schema.Find(p.scope.Base, r.Own)
	sub, notes := p.relatedRows(r, m)
	if sub == nil {
		return nil
	}
	n := a.copy()
	more := Condition{Expr: p.spanned(among(p.expr(own), sub, m.has("x")), m.start, m.end), Column: own, Where: Span{m.start, m.end}, Related: r.Table}
	n.Preds, n.Notes = append(slices.Clone(a.Preds), more), append(slices.Clone(a.Notes), notes...)
	return n
}

// relatedReader reads the pieces of a related table, and of the tables that its
// rows belong to, as if it were the base.
func relatedReader(p *parser, table string) *parser {
	q := *p
	q.scope = Scope{Base: table, Tables: []string{table}}
	for range maxJoins {
		for _, j := range p.Schema.Catalog.Joins {
			if next, ok := q.scope.extend(j); ok && j.One.Table != p.scope.Base {
				q.scope = next
			}
		}
	}
	return &q
}

// relatedPeriod is the condition that the related rows lie in a period.
func (p *parser) relatedPeriod(m match, d *Node) *Node {
	inner := match{nodes: map[string][]*Node{"d": {d}}, start: d.Start, end: d.End}
	if o := m.one("o"); o != nil {
		inner.nodes["o"] = []*Node{o}
		return timeCompared(p, inner)
	}
	col := p.dateColumn()
	if col == nil {
		return nil
	}
	return p.timeNode(inner, col, when.Resolve(*d.When, p.context(col)))
}
