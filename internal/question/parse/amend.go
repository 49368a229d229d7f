package parse

import (
	"slices"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/link"
	"tabletalk/internal/question/text"
)

// This file tells followup what a question names that takes parts of the plan
// before away or puts others in their place, and which joins that needs.

// Joins are the joins that the columns of a plan need: those that the plan
// before had, then those of the question's scope. One that restricts rows, or
// that could repeat them, stays whether a column needs it or not.
func (s *Sketch) Joins(p *plan.Plan, before []plan.Join) []plan.Join {
	all := slices.Clone(before)
	for _, j := range s.p.scope.Joins {
		if !slices.ContainsFunc(all, func(o plan.Join) bool { return o.Table == j.Table }) {
			all = append(all, j)
		}
	}
	need := map[string]bool{}
	for _, c := range p.Columns() {
		need[c.Table] = true
		if c.Table != "" && !slices.ContainsFunc(all, func(o plan.Join) bool { return o.Table == c.Table }) {
			if j := s.joinTo(c.Table); j != nil {
				all = append(all, *j)
			}
		}
	}
	var out []plan.Join
	for i := len(all) - 1; i >= 0; i-- {
		j := all[i]
		kept := i < len(before) && !s.adds(j, p.From.Table)
		if !need[j.Table] && !kept {
			continue
		}
		need[j.Left.Table] = true
		out = append(out, j)
	}
	slices.Reverse(out)
	return out
}

// joinTo is the join of the base to a table that has one row for each of its;
// nil where there is none, or a choice of several.
func (s *Sketch) joinTo(table string) *plan.Join {
	var found *plan.Join
	for _, j := range s.p.Schema.Catalog.Joins {
		if !j.Unique || j.Many.Table != s.p.scope.Base || j.One.Table != table {
			continue
		}
		if found != nil {
			return nil
		}
		found = &plan.Join{Table: table, Kind: "left", Left: plan.Col{Name: j.Many.Column}, Right: plan.Col{Table: table, Name: j.One.Column}}
	}
	return found
}

// adds reports whether a join only adds columns to rows.
func (s *Sketch) adds(j plan.Join, base string) bool {
	left := catalog.ColumnRef{Table: j.Left.Table, Column: j.Left.Name}
	if left.Table == "" {
		left.Table = base
	}
	right := catalog.ColumnRef{Table: j.Right.Table, Column: j.Right.Name}
	return j.Kind == "left" && slices.ContainsFunc(s.p.Schema.Catalog.Joins, func(c catalog.Join) bool {
		return c.Unique && c.Many == left && c.One == right
	})
}

// Place finds a column of the plan before, whose base is given, in the scope of
// the question: the same one, or the one at the other end of a join.
func (s *Sketch) Place(base string, c plan.Col) (plan.Col, bool) {
	at := catalog.ColumnRef{Table: c.Table, Column: c.Name}
	if at.Table == "" {
		at.Table = base
	}
	here := func(r catalog.ColumnRef) (plan.Col, bool) {
		if r.Table == s.p.scope.Base {
			return plan.Col{Name: r.Column}, true
		}
		return plan.Col{Table: r.Table, Name: r.Column}, s.p.scope.has(r.Table) || s.joinTo(r.Table) != nil
	}
	if got, ok := here(at); ok {
		return got, true
	}
	for _, j := range s.p.Schema.Catalog.Joins {
		for _, ends := range [][2]catalog.ColumnRef{{j.Many, j.One}, {j.One, j.Many}} {
			if ends[0] != at {
				continue
			}
			if got, ok := here(ends[1]); ok {
				return got, true
			}
		}
	}
	return plan.Col{}, false
}

// NamedColumns are the columns that the question names, each once, whatever for.
func (s *Sketch) NamedColumns() []*link.Column {
	var out []*link.Column
	add := func(c *link.Column) {
		if c != nil && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	for _, n := range s.nodes { // in the order of the words
		switch n.Kind {
		case Col:
			add(n.top())
		case Measure:
			for _, m := range n.Measures {
				add(m.Column)
			}
		case Group:
			for _, k := range n.Keys {
				add(k.Column)
			}
		}
	}
	return out
}

// Column is the column of the question's scope that an expression is; nil
// where it is none.
func (s *Sketch) Column(e *plan.Expr) *link.Column {
	if e == nil || e.Op != plan.OpCol {
		return nil
	}
	t := e.Col.Table
	if t == "" {
		t = s.p.scope.Base
	}
	return s.p.Schema.Find(t, e.Col.Name)
}

// Refer is a column as plans over the question's scope name it.
func (s *Sketch) Refer(c *link.Column) *plan.Expr { return s.p.expr(c) }

// Amount reports whether a column is measured rather than parted by.
func (s *Sketch) Amount(c *link.Column) bool { return amount(c) }

// Dated reports whether a column holds times.
func (s *Sketch) Dated(c *link.Column) bool { return c.Col.Type.Temporal() }

// HoldsYears reports whether a column holds years as numbers.
func (s *Sketch) HoldsYears(c *link.Column) bool { return yearNumber(c) }

// MeasureOf is a column measured as one before was, or as it usually is.
func (s *Sketch) MeasureOf(c *link.Column, before plan.Named) plan.Named {
	op := defaultAggregate(c)
	if e := before.Expr; e.Op.Aggregate() && len(e.Args) > 0 && usable(e.Op)(c) {
		if old := s.Column(e.Args[0]); old != nil && e.Op != defaultAggregate(old) {
			op = e.Op // "average revenue" becomes "average quantity"
		}
	}
	a := s.p.aggregate(op, c, true)
	return plan.Named{As: a.Name, Expr: a.Expr, Unit: a.Unit}
}

// Short reports whether a question has few words, as one that only amends the
// plan before.
func (s *Sketch) Short() bool { return len(s.p.tokens) <= maxNudge+2 }

// AsksHowMany reads "how many?" and "how many are there?" alone.
func (s *Sketch) AsksHowMany() bool {
	bare := len(s.Select)+len(s.Measures)+len(s.Keys)+len(s.Preds)+len(s.Nouns)+len(s.Haves)+len(s.Frames)+len(s.Shares) == 0 && s.Best == nil && s.Limit == nil
	return s.Count && !s.HowMuch && bare && s.Head == "howmany" && len(s.UnusedBut("light")) == 0 && s.onlySays(countingWords)
}

// countingWords are the words with which the things shown are counted.
var countingWords = []string{"how", "many", "are", "is", "was", "were", "there", "of", "them", "those", "these", "that", "it", "and", "so", "in", "all", "total", "altogether", "exactly", "count", "number"}

// onlySays reports whether a question has no other words than those given.
func (s *Sketch) onlySays(words []string) bool {
	return !slices.ContainsFunc(s.p.tokens, func(t text.Token) bool { return t.Kind != text.Punct && !slices.Contains(words, t.Norm) })
}

// rowsSaid are words for the rows behind an answer.
var rowsSaid = []string{"row", "record", "line", "detail", "entry"}

// saysRows reports whether rows are spoken of as such.
func (s *Sketch) saysRows() bool {
	return slices.ContainsFunc(s.p.tokens, func(t text.Token) bool { return t.Base == "row" || t.Base == "record" || t.Base == "entry" })
}

// AsksToList reads "list them" and "show me the rows": whether the things, or
// the rows, of the answer before are asked for, and nothing else.
func (s *Sketch) AsksToList() (them, rows bool) {
	if s.Head != "list" && s.Head != "" && s.Head != "which" && s.Head != "what" || !s.Short() || len(s.Select)+len(s.Measures)+len(s.Keys)+len(s.Preds)+len(s.Haves)+len(s.Frames) > 0 {
		return false, false
	}
	for _, t := range s.p.tokens {
		switch {
		case t.Norm == "them" || t.Norm == "those" || t.Norm == "these":
			them = s.Head == "list"
		case slices.Contains(rowsSaid, t.Base):
			rows = true
		}
	}
	return them, rows
}

// Plural is what the things of a column are called.
func (s *Sketch) Plural(e *plan.Expr) string {
	if c := s.Column(e); c != nil {
		return plural(c)
	}
	return "things"
}

// CountOf counts what a list of rows of the plan before shows: its one column's
// things where each is shown once, else the rows or what they belong to.
func (s *Sketch) CountOf(p *plan.Plan) plan.Named {
	b := s.builder()
	if p.Distinct && len(p.Select) == 1 {
		return plan.Named{As: "number of " + s.Plural(p.Select[0].Expr), Expr: plan.CountDistinct(p.Select[0].Expr)}
	}
	a := b.counted(b.rowCount())
	return plan.Named{As: a.Name, Expr: a.Expr}
}

// OtherDates are the columns of dates of the plan's tables that it does not use.
func (s *Sketch) OtherDates(p *plan.Plan) []*link.Column {
	used := p.Columns()
	var out []*link.Column
	for _, c := range s.p.columns() {
		joined := c.Table.Name == p.From.Table || slices.ContainsFunc(p.From.Joins, func(j plan.Join) bool { return j.Table == c.Table.Name })
		if s.Dated(c) && joined && !slices.Contains(used, c.Ref(p.From.Table)) {
			out = append(out, c)
		}
	}
	return out
}

// OpensWith reports whether a question begins with one of the marks of going on
// with an answer, however it was cut, and gives the word.
func (s *Sketch) OpensWith(marks ...string) (string, bool) {
	for i, t := range s.p.tokens {
		for _, e := range s.p.lex.At(s.p.tokens, i) {
			if e.Tag == "follow" && slices.Contains(marks, e.Payload) {
				return strings.Join(e.Words, " "), true
			}
		}
		if !s.p.lex.Noise(t.Norm) && t.Norm != "and" && t.Norm != "now" && t.Norm != "also" {
			break
		}
	}
	return "", false
}
