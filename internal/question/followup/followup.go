package followup

import (
	"slices"
	"strings"

	"tabletalk/internal/plan"
	"tabletalk/internal/question/parse"
	"tabletalk/internal/table"
)

// Turn is the answered question before.
type Turn struct {
	Plan *plan.Plan
	Keys []Key
}

// Key is a group key of its answer with its values.
type Key struct {
	Column plan.Col
	Type   table.Type
	Values []table.Value
	Cut    bool // there are more values
}

// Weights of what speaks for and against an edit, in thousandths.
const (
	markedBonus   = 500
	fragmentBonus = 300
	completeCost  = 500
	refBonus      = 300
	impliedBonus  = 120
	passedCost    = 600
)

// Drafts lays the sketches over the plan before.
func Drafts(last Turn, sketches []*parse.Sketch) []*parse.Draft {
	var out []*parse.Draft
	for _, s := range sketches {
		if last.Plan == nil || last.Plan.From.Table == "" {
			continue
		}
		if s.Table() == last.Plan.From.Table {
			out = append(out, joined(last, nudged(last, s)), joined(last, edit(last, s)), joined(last, varied(last, s)))
		}
		out = append(out, joined(last, restricted(last, s)))
	}
	return slices.DeleteFunc(out, func(d *parse.Draft) bool { return d == nil })
}

// joined gives a draft the joins that its columns need. Those which the plan
// before had cost nothing more.
func joined(last Turn, d *parse.Draft) *parse.Draft {
	if d == nil || d.Plan.From.Table == "" {
		return d
	}
	before := d.Plan.From.Joins
	if d.Plan.From.Table == last.Plan.From.Table {
		for _, j := range last.Plan.From.Joins {
			if !slices.ContainsFunc(before, func(o plan.Join) bool { return o.Table == j.Table }) {
				before = append(slices.Clone(before), j)
			}
		}
		d.Kept = len(last.Plan.From.Joins)
	}
	d.Plan.From.Joins = d.Sketch.Joins(d.Plan, before)
	return d
}

// marked reports whether the question holds a mark.
func marked(s *parse.Sketch, marks ...string) bool {
	return slices.ContainsFunc(s.Marks, func(m string) bool { return slices.Contains(marks, m) })
}

// PassedOver is what speaks against reading a question as one of its own that
// speaks of things of the answer before, or changes that.
func PassedOver(s *parse.Sketch) int {
	if marked(s, "those", "that", "swap", "remove") || marked(s, "their") && s.OfNothingNamed() || s.AsksOfEach() {
		return passedCost
	}
	return 0
}

func follows(s *parse.Sketch) bool {
	return marked(s, "about", "now", "instead", "add", "make", "split", "remove") || s.Only || s.StartsWithAnd()
}

// bonus says how much the shape of the question speaks for an edit.
func bonus(s *parse.Sketch) int {
	b := 0
	switch {
	case follows(s):
		b += markedBonus
	case s.Fragment():
		b += fragmentBonus
	}
	if s.Complete() {
		b -= completeCost
	}
	return b
}

// edit changes the plan before by what the question says.
func edit(last Turn, s *parse.Sketch) *parse.Draft {
	if _, takes := s.OpensWith("remove", "swap"); takes || marked(s, "remove", "swap") {
		return nil // what is taken away or replaced is nothing new
	}
	if !follows(s) && !s.Fragment() || len(s.Haves) > 0 || s.Nested != nil || s.Best != nil || marked(s, "those", "that") {
		return nil
	}
	e := editor{s: s, last: last, p: clone(last.Plan)}
	e.conditions()
	e.measures()
	e.keys()
	e.limits()
	e.orders()
	e.chart()
	if len(e.did) == 0 || e.failed {
		return nil
	}
	e.tidy()
	notes := append(slices.Clone(s.Notes), e.notes...)
	if !follows(s) && s.Whole() {
		notes = append(notes, parse.Note{Code: "context_kept", Text: "This is read as going on from the answer before, though it could be a question of its own."})
	}
	return &parse.Draft{Plan: e.p, Sketch: s, Notes: notes, Unused: s.UnusedBut(e.used...), Bonus: bonus(s), Edit: strings.Join(e.did, ", ")}
}

// varied reads a short question that asks the same of another value: "lightest
// male" after "lightest female gentoo" speaks of gentoos still.
func varied(last Turn, s *parse.Sketch) *parse.Draft {
	if follows(s) || !s.Short() || len(s.Preds) != 1 || len(s.Nouns) > 0 || marked(s, "those", "that", "their") {
		return nil
	}
	c := s.Preds[0]
	d := s.Build(parse.Choice{})
	if d == nil || c.Column == nil || c.Time || c.Expr.Op != plan.OpEq || !sameBut(d.Plan, last.Plan) {
		return nil
	}
	list := slices.Clone(plan.Conjuncts(last.Plan.Where))
	at := slices.IndexFunc(list, func(e *plan.Expr) bool {
		return e.Op == plan.OpEq && onColumn(e, c.Column.Col.Name) && e.Args[0].String() == c.Expr.Args[0].String()
	})
	if at < 0 || len(list) < 2 || list[at].String() == c.Expr.String() {
		return nil
	}
	list[at] = c.Expr
	d.Plan = clone(last.Plan)
	d.Plan.Where = plan.And(list...)
	d.Bonus, d.Edit = markedBonus, "changed a condition"
	d.Notes = append(slices.Clone(d.Notes), parse.Note{Code: "context_kept", Text: "This is read as going on from the answer before, though it could be a question of its own."})
	return d
}

// sameBut reports whether two plans differ in nothing but their conditions.
func sameBut(a, b *plan.Plan) bool {
	x, y := *a, *b
	x.Where, y.Where = nil, nil
	return plan.Canonical(&x).String() == plan.Canonical(&y).String()
}

// Keeps reports whether a plan has an amount or a condition of the plan before,
// or computes over all of that.
func Keeps(p, before *plan.Plan) bool {
	if p.From.Sub != nil {
		return true
	}
	for _, m := range p.Measures {
		if slices.ContainsFunc(before.Measures, func(o plan.Named) bool { return o.Expr.String() == m.Expr.String() }) {
			return true
		}
	}
	old := plan.Conjuncts(before.Where)
	return slices.ContainsFunc(plan.Conjuncts(p.Where), func(e *plan.Expr) bool {
		return slices.ContainsFunc(old, func(o *plan.Expr) bool { return o.String() == e.String() })
	})
}

// restricted reads "of those, …": a question of its own about the things of
// the answer before.
func restricted(last Turn, s *parse.Sketch) *parse.Draft {
	refers := marked(s, "those", "their", "that") || s.AsksOfEach() || s.AsksWhichOne() && several(last)
	rest := !refers && amongThem(last, s)
	if !refers && !rest && !(single(last) && s.AsksOneThing()) {
		return nil
	}
	d := s.Build(parse.Choice{List: len(last.Plan.Measures) == 0})
	if d == nil || d.Plan.From.Table != s.Table() {
		return nil
	}
	here := s.Table() == last.Plan.From.Table
	if here {
		shownAgain(d, last)
		measuredAgain(d, last)
		summedAgain(d, last)
	}
	c, ok := meant(last, s)
	if !ok {
		return nil
	}
	if apart(c, d.Plan.Where) {
		return nil // what it asks about is none of those
	}
	if here {
		ofEach(d, last)
		namedToo(d, last)
		whichOfThem(d, last)
	}
	partedByThing(d, last)
	d.Plan.Where = onceEach(c, d.Plan.Where)
	d.Edit = "only the things of the answer before"
	d.Bonus = refBonus
	switch {
	case rest:
		d.Notes = append(d.Notes, parse.Note{Code: "implied_reference", Text: "This is read as asking for the rest of the answer before."})
	case !refers:
		d.Bonus = impliedBonus
		d.Notes = append(d.Notes, parse.Note{Code: "implied_reference", Text: "This is read as a question about the one thing of the answer before."})
	}
	return d
}

// ofEach gives what several things of the answer before have as that of each,
// beside its name: "what are their populations", "how many seats do they have".
func ofEach(d *parse.Draft, last Turn) {
	p, s := d.Plan, d.Sketch
	if last.Plan.Kind != plan.Rows || single(last) || p.Distinct {
		return
	}
	l, ok := thing(last, s, p)
	if !ok {
		return
	}
	if e, ok := s.AsksHowManyEach(); ok && len(p.Measures) == 1 {
		p.Measures, p.Group, p.Kind, p.Order = nil, nil, plan.Rows, nil
		p.Select = []plan.Named{e}
		d.Notes = slices.DeleteFunc(d.Notes, func(n parse.Note) bool { return n.Code == "row_noun" })
		d.Notes = append(d.Notes, parse.Note{Code: "of_each", Text: "Given for each of them."})
	}
	if p.Kind == plan.Rows && len(p.Select) == 1 && p.Limit == nil && s.Head != "which" && s.Head != "who" {
		p.Select = append([]plan.Named{l}, p.Select...)
	}
}

// partedByThing gives an amount that is asked of each thing of the answer before
// for each of them.
func partedByThing(d *parse.Draft, last Turn) {
	p, s := d.Plan, d.Sketch
	if !s.AsksOfEach() || p.Kind != plan.Scalar || len(p.Measures) != 1 {
		return
	}
	for _, n := range slices.Concat(last.Plan.Group, last.Plan.Select) {
		if n.Expr.Op != plan.OpCol {
			continue
		}
		at, ok := s.Place(last.Plan.From.Table, *n.Expr.Col)
		if !ok {
			continue
		}
		n.Expr = &plan.Expr{Op: plan.OpCol, Col: &at}
		if c := s.Column(n.Expr); c == nil || s.Amount(c) {
			continue
		}
		p.Kind, p.Group = plan.Table, []plan.Named{n}
		p.Order = []plan.Order{{By: plan.Ref(p.Measures[0].As), Desc: true}}
		return
	}
}

// thing is what the answer before called its things by, else what the rows are
// called by; false where a plan shows both already, or where there is none.
func thing(last Turn, s *parse.Sketch, p *plan.Plan) (plan.Named, bool) {
	for _, n := range last.Plan.Select {
		c := s.Column(n.Expr)
		if c == nil || s.Amount(c) {
			continue
		}
		if !slices.ContainsFunc(p.Select, func(o plan.Named) bool { return o.Expr.String() == n.Expr.String() }) {
			return n, true
		}
		break
	}
	return s.Label(p)
}

// apart reports whether no row fulfils two conditions at once, since they want
// different values of one column.
func apart(a, b *plan.Expr) bool {
	return slices.ContainsFunc(plan.Conjuncts(a), func(x *plan.Expr) bool {
		return x.Op == plan.OpEq && slices.ContainsFunc(plan.Conjuncts(b), func(y *plan.Expr) bool {
			return y.Op == plan.OpEq && x.Args[0].String() == y.Args[0].String() && x.Args[1].Lit != nil && y.Args[1].Lit != nil && x.Args[1].String() != y.Args[1].String()
		})
	})
}

// onceEach joins two conditions; what both demand is said once.
func onceEach(a, b *plan.Expr) *plan.Expr {
	list := plan.Conjuncts(a)
	for _, e := range plan.Conjuncts(b) {
		if !slices.ContainsFunc(list, func(o *plan.Expr) bool { return o.String() == e.String() }) {
			list = append(slices.Clone(list), e)
		}
	}
	return plan.And(list...)
}

// maxNamed is how many columns an answer has at most that is given the names
// of its things as well.
const maxNamed = 3

// namedToo shows what the answer before gave of its things beside what makes
// them the ones that are asked for: "which of those has the largest stadium?".
func namedToo(d *parse.Draft, last Turn) {
	p, s := d.Plan, d.Sketch
	if p.Kind != plan.Rows || last.Plan.Kind != plan.Rows || p.Distinct || len(p.Select) == 0 || s.Head != "which" && s.Head != "who" || s.NamesWhich() {
		return
	}
	if len(p.Select) >= maxNamed || len(last.Plan.Select) == 0 {
		return
	}
	n := last.Plan.Select[0]
	if s.Column(n.Expr) != nil && !slices.ContainsFunc(p.Select, func(o plan.Named) bool { return o.Expr.String() == n.Expr.String() }) {
		p.Select = append([]plan.Named{n}, p.Select...)
	}
}

// measuredAgain keeps the measure of the answer before where the question lists
// other things: "what did they buy" after a ranking by revenue.
func measuredAgain(d *parse.Draft, last Turn) {
	p := d.Plan
	if !p.Distinct || len(p.Select) != 1 || len(last.Plan.Measures) == 0 || !last.Plan.Measures[0].Expr.Op.Aggregate() {
		return
	}
	m := last.Plan.Measures[0]
	p.Group, p.Measures, p.Select, p.Distinct = p.Select, []plan.Named{m}, nil, false
	for _, e := range plan.Conjuncts(last.Plan.Where) {
		if e.Op == plan.OpWithin {
			p.Where = plan.And(p.Where, e)
		}
	}
	p.Kind, p.Order = plan.Table, []plan.Order{{By: plan.Ref(m.As), Desc: true}}
	d.Notes = append(d.Notes, parse.Note{Code: "default_measure", Text: "The measure of the answer before is kept."})
}

// summedAgain reads "how much is that?" as the measure of the answer before.
func summedAgain(d *parse.Draft, last Turn) {
	p, s := d.Plan, d.Sketch
	if !s.HowMuch || len(s.Select)+len(p.Group) > 0 || len(p.Measures) != 1 || len(last.Plan.Measures) == 0 || last.Plan.Measures[0].Expr.Op != plan.OpSum {
		return
	}
	p.Measures = last.Plan.Measures[:1]
	d.Notes = slices.DeleteFunc(d.Notes, func(n parse.Note) bool { return n.Code == "default_measure" })
	d.Unused = slices.DeleteFunc(d.Unused, func(u parse.Unused) bool { return u.Class == "operator" }) // "in total"
	d.Cost = 0
}

// meant is the condition on what "those" are; false where it cannot be had.
func meant(last Turn, s *parse.Sketch) (*plan.Expr, bool) {
	if s.Table() != last.Plan.From.Table {
		c := elsewhere(last, s)
		return c, c != nil
	}
	c := named(last, s)
	if c == nil {
		c = those(last)
	}
	if c != nil && c != last.Plan.Where && marked(s, "that") { // the very amount, with all that restricts it
		c = plan.And(last.Plan.Where, c)
	}
	return c, c != nil || everything(last)
}

// elsewhere is the condition that a row of another table belongs to the answer
// before: to its rows where the question's table leads to theirs, else to one of
// the things whose keys it shares.
func elsewhere(last Turn, s *parse.Sketch) *plan.Expr {
	p := last.Plan
	if p.Limit == nil && p.Having == nil && p.From.Sub == nil && p.Where != nil {
		if e := carried(p, s); e != nil {
			return e
		}
	}
	for _, k := range last.Keys {
		c, ok := s.Place(p.From.Table, k.Column)
		if !ok {
			continue
		}
		k.Column = c
		if e := in(k); e != nil {
			return e
		}
	}
	return nil
}

// carried is the condition of a plan as one on rows that each lead to one of its;
// nil where a column of it is not reached.
func carried(p *plan.Plan, s *parse.Sketch) *plan.Expr {
	lost := false
	e := p.Where.Map(func(x *plan.Expr) *plan.Expr {
		if x.Op != plan.OpCol {
			return x
		}
		c, ok := s.Place(p.From.Table, *x.Col)
		lost = lost || !ok
		return &plan.Expr{Op: plan.OpCol, Col: &c}
	})
	if lost {
		return nil
	}
	return e
}

// Lost reports whether a question speaks of "those" or "the last one" of the
// answer before, and nothing says which they are.
func Lost(last Turn, sketches []*parse.Sketch) bool {
	refers := false
	for _, s := range sketches {
		if last.Plan == nil || last.Plan.From.Table == "" {
			continue
		}
		if s.Table() != last.Plan.From.Table {
			if marked(s, "those", "that", "their") && elsewhere(last, s) != nil {
				return false
			}
			continue
		}
		if i, ok := s.Nth(); ok && i < 0 && len(last.Keys) > 0 && last.Keys[0].Cut {
			return true
		} else if ok && last.Plan.Kind == plan.Rows && marked(s, "split") {
			return true // one row has no parts
		}
		if !marked(s, "those", "that") && !(marked(s, "their") && s.OfNothingNamed()) {
			continue
		}
		refers = true
		if _, ok := meant(last, s); ok {
			return false
		}
	}
	return refers
}

// single reports whether the answer before was one thing.
func single(last Turn) bool {
	return len(last.Keys) > 0 && len(last.Keys[0].Values) == 1 && !everything(last)
}

// several reports whether the answer before named some of all things, and more
// than one.
func several(last Turn) bool {
	if len(last.Keys) == 0 {
		return last.Plan.Kind == plan.Rows && last.Plan.Limit == nil && !everything(last)
	}
	return len(last.Keys[0].Values) > 1 && !everything(last)
}

// shownAgain shows what the answer before showed, where a question only asks
// which of its things fulfil a condition: "which of them are over 5?".
func shownAgain(d *parse.Draft, last Turn) {
	if len(d.Plan.Measures) > 0 || d.Plan.Distinct || len(d.Sketch.Select) > 0 || len(d.Sketch.Nouns) > 0 || !d.Sketch.AsksWhich() || d.Sketch.AsksBare() && len(d.Plan.Select) > 0 {
		return
	}
	shown := last.Plan.Select
	if len(last.Plan.Measures) > 0 {
		shown = nil
		for _, g := range last.Plan.Group {
			if g.Expr.Op == plan.OpCol {
				shown = append(shown, g)
			}
		}
		d.Plan.Distinct = len(shown) > 0 // each of the groups once
	}
	if len(shown) > 0 {
		d.Plan.Select = withOrders(slices.Clone(shown), d.Plan)
	}
}

// withOrders adds to what is shown those columns of a plan that it is ordered by.
func withOrders(shown []plan.Named, p *plan.Plan) []plan.Named {
	for _, o := range p.Order {
		if o.By.Op != plan.OpRef || slices.ContainsFunc(shown, func(n plan.Named) bool { return n.As == o.By.Name }) {
			continue
		}
		if at := slices.IndexFunc(p.Select, func(n plan.Named) bool { return n.As == o.By.Name }); at >= 0 {
			shown = append(shown, p.Select[at])
		}
	}
	return shown
}

// everything reports whether the answer before was all rows.
func everything(last Turn) bool {
	p := last.Plan
	return p.Where == nil && p.Limit == nil && p.Having == nil && p.From.Sub == nil && p.From.Set == nil
}

// named is the condition that the columns which "this …" names have the
// values of the answer before.
func named(last Turn, s *parse.Sketch) *plan.Expr {
	var out *plan.Expr
	for _, c := range s.RefColumns {
		for _, k := range last.Keys {
			if k.Column.Name == c.Col.Name {
				out = plan.And(out, in(k))
			}
		}
	}
	return out
}

// those is the condition that a row belongs to the answer before: its
// condition where the answer was all rows that fulfil it, else its keys.
func those(last Turn) *plan.Expr {
	p := last.Plan
	whole := p.Limit == nil && p.Having == nil && p.From.Sub == nil
	if whole && p.Where != nil {
		return p.Where
	}
	if whole && len(p.Measures) == 0 {
		return nil
	}
	for _, k := range last.Keys {
		if e := in(k); e != nil {
			return e
		}
	}
	return nil
}

// in is the condition that a row has one of the values of a key.
func in(k Key) *plan.Expr {
	if len(k.Values) == 0 || k.Cut {
		return nil
	}
	column := func() *plan.Expr { col := k.Column; return &plan.Expr{Op: plan.OpCol, Col: &col} }
	e := plan.Make(plan.OpIn, column())
	var empty *plan.Expr
	for _, v := range k.Values {
		if v == nil {
			empty = plan.Make(plan.OpIsNull, column())
			continue
		}
		e.Args = append(e.Args, literal(k.Type, v))
	}
	switch {
	case len(e.Args) == 1:
		return empty
	case empty != nil:
		return plan.Make(plan.OpOr, e, empty)
	}
	return e
}

// literal is a value of an answer. Keys kept by earlier versions have no type.
func literal(t table.Type, v table.Value) *plan.Expr {
	if t != "" {
		return plan.Literal(t, v)
	}
	switch x := v.(type) {
	case int64:
		return plan.Int(x)
	case float64:
		return plan.Number(x)
	case table.Exact:
		return plan.Literal(table.Decimal, x)
	case bool:
		return plan.Literal(table.Boolean, x)
	case string:
		return plan.Text(x)
	}
	return nil
}

func clone(p *plan.Plan) *plan.Plan {
	c := *p
	c.Group, c.Measures, c.Select, c.Order = slices.Clone(p.Group), slices.Clone(p.Measures), slices.Clone(p.Select), slices.Clone(p.Order)
	if p.Limit != nil {
		l := *p.Limit
		c.Limit = &l
	}
	return &c
}
