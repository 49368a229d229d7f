package plan

import (
	"math"
	"strconv"

	"tabletalk/internal/table"
)

var (
	compareSigns = map[string]Op{"=": OpEq, "!=": OpNe, "<": OpLt, "<=": OpLe, ">": OpGt, ">=": OpGe}
	compareWords = map[string]Op{"contains": OpContains, "starts": OpStarts, "ends": OpEnds}
	addSigns     = map[string]Op{"+": OpAdd, "-": OpMinus}
	mulSigns     = map[string]Op{"*": OpMul, "/": OpDiv}
)

// expr reads an expression that binds at least as strong as least.
func (r *reader) expr(least int) (*Expr, error) {
	up, err := r.deeper()
	if err != nil {
		return nil, err
	}
	defer up()
	switch least {
	case bindOr:
		return r.logic(OpOr, bindAnd)
	case bindAnd:
		return r.logic(OpAnd, bindNot)
	case bindNot:
		return r.not()
	case bindCompare:
		return r.compare()
	case bindAdd:
		return r.chain(addSigns, bindMul)
	case bindMul:
		return r.chain(mulSigns, bindLeaf)
	}
	return r.leaf()
}

func (r *reader) logic(op Op, inner int) (*Expr, error) {
	first, err := r.expr(inner)
	if err != nil || !r.isWord(string(op)) {
		return first, err
	}
	e := &Expr{Op: op, Args: []*Expr{first}}
	for r.takeWord(string(op)) {
		a, err := r.expr(inner)
		if err != nil {
			return nil, err
		}
		e.Args = append(e.Args, a)
	}
	return e, nil
}

func (r *reader) not() (*Expr, error) {
	if !r.takeWord("not") {
		return r.expr(bindCompare)
	}
	a, err := r.expr(bindNot)
	if err != nil {
		return nil, err
	}
	return Make(OpNot, a), nil
}

func (r *reader) chain(ops map[string]Op, inner int) (*Expr, error) {
	left, err := r.expr(inner)
	for err == nil {
		t := r.peek()
		op, ok := ops[t.text]
		if t.kind != tokSign || !ok {
			break
		}
		r.at++
		var right *Expr
		right, err = r.expr(inner)
		left = Make(op, left, right)
	}
	if err != nil {
		return nil, err
	}
	return left, nil
}

func (r *reader) compare() (*Expr, error) {
	left, err := r.expr(bindAdd)
	if err != nil {
		return nil, err
	}
	t := r.peek()
	op, ok := compareSigns[t.text]
	ok = ok && t.kind == tokSign
	if !ok && t.kind == tokName {
		op, ok = compareWords[t.text]
	}
	if ok {
		r.at++
		right, err := r.expr(bindAdd)
		if err != nil {
			return nil, err
		}
		return Make(op, left, right), nil
	}
	return r.tests(left)
}

func (r *reader) tests(left *Expr) (*Expr, error) {
	switch {
	case r.takeWord("is"):
		op := OpIsNull
		if r.takeWord("not") {
			op = OpNotNull
		}
		if !r.takeWord("null") {
			return nil, r.unexpected("null")
		}
		return Make(op, left), nil
	case r.takeWord("between"):
		return r.between(left)
	case r.takeWord("within"):
		return r.within(left)
	case r.takeWord("in"):
		return r.members(OpIn, left)
	case r.takeWord("not"):
		if !r.takeWord("in") {
			return nil, r.unexpected("in")
		}
		return r.members(OpNotIn, left)
	}
	return left, nil
}

func (r *reader) between(left *Expr) (*Expr, error) {
	a, err := r.expr(bindAdd)
	if err != nil {
		return nil, err
	}
	if !r.takeWord("and") {
		return nil, r.unexpected("and")
	}
	b, err := r.expr(bindAdd)
	if err != nil {
		return nil, err
	}
	return Make(OpBetween, left, a, b), nil
}

// within reads a half-open range; an end that is left out is null.
func (r *reader) within(left *Expr) (*Expr, error) {
	var from, to *Expr
	var err error
	if !r.is("..") {
		if from, err = r.expr(bindAdd); err != nil {
			return nil, err
		}
	}
	if err = r.need(".."); err != nil {
		return nil, err
	}
	if r.startsOperand() {
		if to, err = r.expr(bindAdd); err != nil {
			return nil, err
		}
	}
	if from == nil {
		from = Null(typeOfEnd(to))
	}
	if to == nil {
		to = Null(typeOfEnd(from))
	}
	return Make(OpWithin, left, from, to), nil
}

func typeOfEnd(other *Expr) table.Type {
	if plainEnd(other) && other.Lit.Value != nil {
		return other.Lit.Type
	}
	return table.Date
}

func (r *reader) startsOperand() bool {
	switch t := r.peek(); t.kind {
	case tokEnd:
		return false
	case tokSign:
		return t.text == "(" || t.text == "-" || t.text == "." || t.text == "@"
	case tokName:
		return !reserved[t.text] || t.text == "null" || t.text == "true" || t.text == "false"
	}
	return true
}

func (r *reader) members(op Op, left *Expr) (*Expr, error) {
	if r.is("(") && r.tokens[r.at+1].kind == tokName && r.tokens[r.at+1].text == "from" {
		sub, err := r.sub()
		if err != nil {
			return nil, err
		}
		return &Expr{Op: op, Args: []*Expr{left}, Sub: sub}, nil
	}
	if err := r.need("("); err != nil {
		return nil, err
	}
	e := Make(op, left)
	if r.take(")") {
		return e, nil
	}
	for {
		a, err := r.expr(bindAdd)
		if err != nil {
			return nil, err
		}
		e.Args = append(e.Args, a)
		if !r.take(",") {
			return e, r.need(")")
		}
	}
}

func (r *reader) leaf() (*Expr, error) {
	t := r.peek()
	switch t.kind {
	case tokEnd:
		return nil, r.unexpected("an expression")
	case tokSign:
		return r.signed()
	case tokName, tokQuotedName:
		return r.word()
	}
	r.at++
	return constant(t, false)
}

func (r *reader) signed() (*Expr, error) {
	switch t := r.peek(); t.text {
	case "(":
		if n := r.tokens[r.at+1]; n.kind == tokName && n.text == "from" {
			sub, err := r.sub()
			if err != nil {
				return nil, err
			}
			return Value(sub), nil
		}
		r.at++
		e, err := r.expr(bindOr)
		if err != nil {
			return nil, err
		}
		return e, r.need(")")
	case "-":
		r.at++
		n := r.next()
		switch n.kind {
		case tokInt, tokFloat, tokDecimal:
			return constant(n, true)
		}
		return nil, syntax(n.pos, "a number", strconv.Quote(n.text))
	case ".":
		r.at++
		s, err := r.name("a column")
		return Column(s), err
	case "@":
		r.at++
		s, err := r.name("the name of a result column")
		return Ref(s), err
	}
	return nil, r.unexpected("an expression")
}

func constant(t token, negative bool) (*Expr, error) {
	text := t.text
	if negative {
		text = "-" + text
	}
	switch t.kind {
	case tokText:
		return Text(t.text), nil
	case tokInt:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, syntax(t.pos, "a number of at most 64 bits", text)
		}
		return Int(n), nil
	case tokFloat:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(f, 0) {
			return nil, syntax(t.pos, "a smaller number", text)
		}
		return Number(f), nil
	case tokDecimal:
		return Literal(table.Decimal, table.Exact(text)), nil
	case tokDate:
		return Literal(table.Date, text), nil
	case tokDatetime:
		return Literal(table.Datetime, text), nil
	}
	return Literal(table.Time, text), nil
}

var typeNames = wordSet("integer float decimal string boolean date datetime time")

func (r *reader) word() (*Expr, error) {
	t, after := r.peek(), r.tokens[r.at+1]
	if t.kind == tokName {
		switch {
		case t.text == "true" || t.text == "false":
			r.at++
			return Literal(table.Boolean, t.text == "true"), nil
		case t.text == "null":
			r.at++
			return r.null()
		case t.text == "exists":
			r.at++
			sub, err := r.sub()
			return &Expr{Op: OpExists, Sub: sub}, err
		case typeNames[t.text] && after.kind == tokText:
			r.at += 2
			return typed(table.Type(t.text), after)
		case after.kind == tokSign && after.text == "(":
			return r.call()
		}
	}
	c, err := r.column()
	if err != nil {
		return nil, err
	}
	if r.refs && c.Table == "" {
		return Ref(c.Name), nil
	}
	return &Expr{Op: OpCol, Col: &c}, nil
}

func (r *reader) null() (*Expr, error) {
	if t := r.peek(); t.kind == tokName && typeNames[t.text] {
		r.at++
		return Null(table.Type(t.text)), nil
	}
	return Null(table.String), nil
}

func typed(t table.Type, text token) (*Expr, error) {
	switch t {
	case table.Float:
		f, err := strconv.ParseFloat(text.text, 64)
		if err != nil {
			return nil, syntax(text.pos, "a number", text.text)
		}
		return Number(f), nil
	case table.Decimal:
		return Literal(t, table.Exact(text.text)), nil
	case table.Integer, table.Boolean:
		return nil, syntax(text.pos, "a value without quotes", text.text)
	}
	return Literal(t, text.text), nil
}

// callable are the operators written as a call, with whether a unit comes
// first.
var callable = map[string]bool{
	"and": false, "or": false,
	"row": false, "trunc": true, "part": true, "datediff": true, "now": false, "bin": false, "lower": false, "length": false,
	"abs": false, "round": false, "if": false, "cast": false,
	"count": false, "sum": false, "avg": false, "median": false, "min": false, "max": false, "stddev": false, "variance": false,
	"quantile": false, "mode": false, "first": false, "last": false, "corr": false, "slope": false,
	"share": false, "running": false, "moving": false, "lag": false, "rank": false,
}

func (r *reader) call() (*Expr, error) {
	t := r.next()
	unit, ok := callable[t.text]
	if !ok {
		return nil, syntax(t.pos, "a function such as sum or trunc", strconv.Quote(t.text))
	}
	e := &Expr{Op: Op(t.text)}
	refs := r.refs
	defer func() { r.refs = refs }()
	r.refs = refs && !e.Op.Aggregate()
	r.at++ // the parenthesis, seen by the caller
	e.Distinct = r.takeWord("distinct")
	if unit {
		var err error
		if e.Unit, err = r.name("a unit such as month"); err != nil {
			return nil, err
		}
		if err = r.need(","); err != nil {
			return nil, err
		}
	}
	if err := r.arguments(e); err != nil {
		return nil, err
	}
	r.refs = false
	return e, r.filter(e)
}

func (r *reader) arguments(e *Expr) error {
	for !r.is(")") && !r.isWord("per") {
		if t := r.peek(); len(e.Args) == 1 && t.kind == tokInt && (e.Op == OpMoving || e.Op == OpLag) {
			n, err := r.count()
			if err != nil {
				return err
			}
			e.N = n
			break
		}
		a, err := r.expr(bindOr)
		if err != nil {
			return err
		}
		e.Args = append(e.Args, a)
		if !r.take(",") {
			break
		}
	}
	var err error
	if e.Op == OpCast && r.takeWord("as") {
		if e.Unit, err = r.name("a type"); err != nil {
			return err
		}
	}
	if e.By, err = r.per(); err != nil {
		return err
	}
	return r.need(")")
}

func (r *reader) filter(e *Expr) error {
	if !r.takeWord("filter") {
		return nil
	}
	if err := r.need("("); err != nil {
		return err
	}
	var err error
	if e.Filter, err = r.expr(bindOr); err != nil {
		return err
	}
	return r.need(")")
}
