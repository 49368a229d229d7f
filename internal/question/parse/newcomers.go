package parse

import (
	"slices"
	"time"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/when"
)

// newIn reads "new customers in 2024": those whose own date of beginning lies in
// the period, or, where they have none, those with rows in it and none before.
func newIn(p *parser, m match) *Node {
	t, d := m.one("t"), m.one("d").When
	if t.Table != p.scope.Base {
		return nil
	}
	switch began := p.beginnings(); {
	case len(began) > 1:
		return nil // which of them is meant is not known
	case len(began) == 1:
		n := p.timeNode(m, began[0], when.Resolve(*d, p.context(began[0])))
		n.Table = t.Table
		return n
	}
	r, alone := p.firstDeeds()
	if r == nil {
		return nil
	}
	q := relatedReader(p, r.Table)
	c, key := q.ownDate(), p.Schema.Find(p.scope.Base, r.Own)
	in := when.Resolve(*d, q.context(c))
	first := func(rng when.Range) *plan.Plan {
		return &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: r.Table}, Select: []plan.Named{{As: r.Key, Expr: r.key()}}, Where: q.within(c, rng)}
	}
	n := p.condition(m, key, among(p.expr(key), first(in), false))
	before := in
	before.From, before.To = time.Time{}, in.From
	n.Preds = append(n.Preds, Condition{Expr: p.spanned(among(p.expr(key), first(before), true), m.start, m.end), Column: key, Where: Span{m.start, m.end}, Related: r.Table})
	n.Preds[0].Related, n.Table = r.Table, t.Table
	code := "new_by_first"
	if start := q.context(c).First; !alone || !p.comeByDeeds() || start.IsZero() || !in.From.After(start) {
		code = "new_by_guess" // in the first period of the data everybody is new
	}
	n.Notes = []Note{p.note(t, code, "New are those whose first row in “%s” lies in the period, by “%s”.", r.Table, c.Col.Name)}
	return n
}

// firstDeeds is the dated table that tells when somebody came first: the only
// one there is, or the only one of deeds like orders. Which it is, is sure only
// where there is but one.
func (p *parser) firstDeeds() (*Related, bool) {
	var all, deeds []*Related
	for i := range p.scope.Related {
		r := &p.scope.Related[i]
		if len(r.Via) > 0 || p.Schema.Find(p.scope.Base, r.Own) == nil || relatedReader(p, r.Table).ownDate() == nil {
			continue
		}
		all = append(all, r)
		if shares(p.Schema.TableWords(r.Table), deedWords) {
			deeds = append(deeds, r)
		}
	}
	switch {
	case len(deeds) == 1:
		return deeds[0], true
	case len(all) == 1:
		return all[0], false
	}
	return nil, false
}

var (
	deedWords   = []string{"order", "sale", "purchase", "transaction", "invoice", "booking", "visit", "donation", "rental", "subscription", "stay"}
	comerWords  = []string{"customer", "client", "buyer", "shopper", "user", "guest", "donor", "visitor", "patient", "subscriber", "member"}
	beginWords  = []string{"created", "joined", "join", "joining", "registered", "registration", "signed", "signup", "sign", "since", "hired", "hire", "hiring", "start", "started", "first", "enrolled", "enrollment", "enrolment", "opened", "founded", "launched", "added", "admitted", "admission", "onboarded"}
	endingWords = []string{"last", "end", "ended", "until", "updated", "modified", "birth", "birthday", "dob", "born"}
)

// comeByDeeds reports whether the rows of the base table are people who are
// there since they first did something: customers, not employees.
func (p *parser) comeByDeeds() bool { return shares(p.Schema.TableWords(p.scope.Base), comerWords) }

// beginnings are the dates of the base table on which its rows began to be:
// one whose name says so, or the date of the thing itself, like that of an
// order. A last login is none.
func (p *parser) beginnings() []*link.Column {
	var out []*link.Column
	for _, c := range p.Schema.ColumnsOf(p.scope.Base) {
		if c.Col.Type.Temporal() && !shares(c.Words, endingWords) && (shares(c.Words, beginWords) || p.dateOfItself(c)) {
			out = append(out, c)
		}
	}
	return out
}

// dateOfItself reports whether a column is called "date", or by the thing and
// "date": "order_date" of orders.
func (p *parser) dateOfItself(c *link.Column) bool {
	name := p.Schema.TableWords(p.scope.Base)
	return slices.Contains(c.Words, "date") && !slices.ContainsFunc(c.Words, func(w string) bool { return w != "date" && !slices.Contains(name, w) })
}

// ownDate is the date of the rows of the base table itself; nil where it has
// none.
func (p *parser) ownDate() *link.Column {
	c := p.dateColumn()
	if c == nil || c.Table.Name != p.scope.Base || !c.Col.Type.Temporal() || shares(c.Words, []string{"birth", "birthday", "dob", "born"}) {
		return nil
	}
	return c
}
