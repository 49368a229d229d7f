package plan

import (
	"fmt"
	"strconv"

	"tabletalk/internal/fault"
	"tabletalk/internal/table"
)

// Limits of what is read from a text; larger ones are refused, not cut.
const (
	MaxText  = 64 << 10 // bytes of compact text
	MaxDepth = 40       // expressions and plans inside one another
)

// SyntaxError says where a plan's text stops making sense.
type SyntaxError struct {
	Pos  int // byte offset
	Want string
	Got  string
}

// Error is for the log; the fault around it is for people.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("at %d: want %s, got %s", e.Pos, e.Want, e.Got)
}

func syntax(pos int, want, got string) error { return &SyntaxError{pos, want, got} }

// Parse reads the compact text that String writes. The error is
// plan_text_invalid and wraps a *SyntaxError with the position.
func Parse(text string) (*Plan, error) {
	var p *Plan
	err := reading(text, func(r *reader) error {
		var err error
		p, err = r.plan()
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// ParseExpr reads an expression as it stands in where or in a measure.
func ParseExpr(text string) (*Expr, error) {
	var e *Expr
	err := reading(text, func(r *reader) error {
		var err error
		e, err = r.expr(bindOr)
		return err
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

func reading(text string, do func(*reader) error) error {
	if len(text) > MaxText {
		return fault.New(fault.TooLarge, "plan_too_large", "The plan's text has more than %d bytes.", MaxText)
	}
	tokens, err := lex(text)
	if err == nil {
		r := &reader{tokens: tokens}
		if err = do(r); err == nil && r.peek().kind != tokEnd {
			err = r.unexpected("the end or |")
		}
	}
	if err == nil {
		return nil
	}
	if s, ok := err.(*SyntaxError); ok {
		return fault.New(fault.Invalid, "plan_text_invalid", "The plan cannot be read at position %d: expected %s, found %s.", s.Pos, s.Want, s.Got).Because(err)
	}
	return err
}

// reader is a position among tokens. refs says what a bare name is: a result
// column of the plan (in having and order), otherwise a column of the source.
type reader struct {
	tokens []token
	at     int
	depth  int
	refs   bool
}

func (r *reader) peek() token { return r.tokens[r.at] }

func (r *reader) next() token {
	t := r.tokens[r.at]
	if t.kind != tokEnd {
		r.at++
	}
	return t
}

func (r *reader) unexpected(want string) error {
	t := r.peek()
	got := "the end"
	if t.kind != tokEnd {
		got = strconv.Quote(t.text)
	}
	return syntax(t.pos, want, got)
}

func (r *reader) is(sign string) bool { t := r.peek(); return t.kind == tokSign && t.text == sign }
func (r *reader) isWord(w string) bool {
	t := r.peek()
	return t.kind == tokName && t.text == w
}

func (r *reader) take(sign string) bool {
	if r.is(sign) {
		r.at++
		return true
	}
	return false
}

func (r *reader) takeWord(w string) bool {
	if r.isWord(w) {
		r.at++
		return true
	}
	return false
}

func (r *reader) need(sign string) error {
	if !r.take(sign) {
		return r.unexpected(strconv.Quote(sign))
	}
	return nil
}

// deeper guards against texts that would exhaust the stack.
func (r *reader) deeper() (func(), error) {
	r.depth++
	if r.depth > MaxDepth*3 {
		return nil, fault.New(fault.TooLarge, "plan_too_deep", "The plan is nested more than %d deep.", MaxDepth)
	}
	return func() { r.depth-- }, nil
}

func (r *reader) name(what string) (string, error) {
	t := r.peek()
	if t.kind == tokQuotedName || t.kind == tokName && !reserved[t.text] {
		r.at++
		return t.text, nil
	}
	return "", r.unexpected(what)
}

func (r *reader) plan() (*Plan, error) {
	up, err := r.deeper()
	if err != nil {
		return nil, err
	}
	defer up()
	defer func(refs bool) { r.refs = refs }(r.refs)
	r.refs = false
	p := &Plan{V: 1}
	if err := r.from(&p.From); err != nil {
		return nil, err
	}
	given := map[string]bool{}
	for r.take("|") {
		if err := r.stage(p, given); err != nil {
			return nil, err
		}
		r.refs = false
	}
	if p.Kind == "" {
		p.Kind = p.shape()
	}
	return p, nil
}

func (r *reader) from(f *From) error {
	var err error
	switch {
	case r.is("("):
		f.Sub, err = r.sub()
	case r.isWord("union") || r.isWord("intersect") || r.isWord("except"):
		f.Set = &Set{Op: r.next().text}
		for more := true; more && err == nil; more = r.take(",") {
			var part *Plan
			part, err = r.sub()
			f.Set.Parts = append(f.Set.Parts, part)
		}
	default:
		f.Table, err = r.name("a table")
	}
	return err
}

func (r *reader) sub() (*Plan, error) {
	if err := r.need("("); err != nil {
		return nil, err
	}
	if !r.takeWord("from") {
		return nil, r.unexpected("from")
	}
	p, err := r.plan()
	if err != nil {
		return nil, err
	}
	return p, r.need(")")
}

// stageWords begin the parts of a plan; what begins with none of them are
// the measures.
var stageWords = wordSet("where by select distinct fill having order limit analyse chart as")

func (r *reader) stage(p *Plan, given map[string]bool) error {
	t := r.peek()
	word := ""
	if t.kind == tokName {
		word = t.text
	}
	switch word {
	case "join", "inner", "left", "semi", "anti":
		return r.join(p)
	}
	if stageWords[word] {
		r.at++
	} else {
		word = "measures"
	}
	if given[word] {
		return syntax(t.pos, "each part once", word+" again")
	}
	given[word] = true
	return r.part(p, word)
}

func (r *reader) part(p *Plan, word string) (err error) {
	switch word {
	case "where":
		p.Where, err = r.expr(bindOr)
	case "by":
		p.Group, err = r.named()
	case "select":
		p.Select, err = r.named()
	case "distinct":
		p.Distinct = true
	case "fill":
		p.Fill = true
	case "having":
		r.refs = true
		p.Having, err = r.expr(bindOr)
	case "order":
		err = r.order(p)
	case "limit":
		err = r.limit(p)
	case "analyse":
		err = r.analysis(p)
	case "chart":
		p.Chart, err = r.name("a kind of chart")
	case "as":
		var s string
		s, err = r.name("a kind of answer")
		p.Kind = Kind(s)
	default:
		p.Measures, err = r.named()
	}
	return err
}

func (r *reader) join(p *Plan) error {
	j := Join{Kind: "inner"}
	if !r.isWord("join") {
		j.Kind = r.next().text
	}
	if !r.takeWord("join") {
		return r.unexpected("join")
	}
	var err error
	if j.Table, err = r.name("a table"); err != nil {
		return err
	}
	if !r.takeWord("on") {
		return r.unexpected("on")
	}
	if j.Left, err = r.column(); err != nil {
		return err
	}
	if err = r.need("="); err != nil {
		return err
	}
	j.Right, err = r.column()
	p.From.Joins = append(p.From.Joins, j)
	return err
}

func (r *reader) column() (Col, error) {
	first, err := r.name("a column")
	if err != nil || !r.take(".") {
		return Col{Name: first}, err
	}
	second, err := r.name("a column")
	return Col{Table: first, Name: second}, err
}

func (r *reader) named() ([]Named, error) {
	var list []Named
	for {
		e, err := r.expr(bindOr)
		if err != nil {
			return nil, err
		}
		n := Named{Expr: e, As: NameFor(e)}
		if r.takeWord("as") {
			if n.As, err = r.name("a name for the column"); err != nil {
				return nil, err
			}
		}
		if r.takeWord("unit") {
			if r.peek().kind != tokText {
				return nil, r.unexpected("a unit in quotes")
			}
			n.Unit = r.next().text
		}
		list = append(list, n)
		if !r.take(",") {
			return list, nil
		}
	}
}

func (r *reader) order(p *Plan) error {
	r.refs = true
	for {
		e, err := r.expr(bindAdd)
		if err != nil {
			return err
		}
		p.Order = append(p.Order, Order{By: e, Desc: r.takeWord("desc")})
		if !r.take(",") {
			return nil
		}
	}
}

func (r *reader) limit(p *Plan) error {
	l := &Limit{}
	p.Limit = l
	if err := r.amount(l); err != nil {
		return err
	}
	var err error
	if r.takeWord("offset") {
		if l.Offset, err = r.count(); err != nil {
			return err
		}
	}
	if l.Per, err = r.per(); err != nil {
		return err
	}
	if r.takeWord("with") {
		if !r.takeWord("ties") {
			return r.unexpected("ties")
		}
		l.Ties = true
	}
	return nil
}

func (r *reader) amount(l *Limit) error {
	if r.takeWord("all") {
		return nil
	}
	t := r.peek()
	if t.kind == tokFloat || t.kind == tokInt && r.tokens[r.at+1].text == "%" {
		r.at++
		f, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return syntax(t.pos, "a percentage", t.text)
		}
		l.Percent = f
		return r.need("%")
	}
	var err error
	l.N, err = r.count()
	return err
}

func (r *reader) count() (int, error) {
	t := r.peek()
	if t.kind != tokInt {
		return 0, r.unexpected("a whole number")
	}
	n, err := strconv.ParseInt(t.text, 10, 32)
	if err != nil {
		return 0, syntax(t.pos, "a smaller number", t.text)
	}
	r.at++
	return int(n), nil
}

func (r *reader) per() ([]string, error) {
	if !r.takeWord("per") {
		return nil, nil
	}
	var list []string
	for {
		s, err := r.name("the name of a group key")
		if err != nil {
			return nil, err
		}
		list = append(list, s)
		if !r.take(",") {
			return list, nil
		}
	}
}

func (r *reader) analysis(p *Plan) error {
	a := &Analysis{}
	p.Analysis = a
	var err error
	if a.Method, err = r.name("a method"); err != nil {
		return err
	}
	if r.takeWord("x") {
		if a.X, err = r.expr(bindAdd); err != nil {
			return err
		}
	}
	if r.takeWord("y") {
		if a.Y, err = r.expr(bindAdd); err != nil {
			return err
		}
	}
	if r.takeWord("horizon") {
		if a.Horizon, err = r.count(); err != nil {
			return err
		}
	}
	if r.takeWord("param") {
		a.Param, err = r.param()
	}
	return err
}

func (r *reader) param() (float64, error) {
	t := r.peek()
	e, err := r.leaf()
	if err != nil {
		return 0, err
	}
	if e.Op == OpLit {
		if f, ok := table.Number(e.Lit.Value); ok {
			return f, nil
		}
	}
	return 0, syntax(t.pos, "a number", strconv.Quote(t.text))
}
