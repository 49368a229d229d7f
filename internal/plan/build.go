package plan

import "tabletalk/internal/table"

// Column is a column of the base table.
func Column(name string) *Expr { return &Expr{Op: OpCol, Col: &Col{Name: name}} }

// ColumnOf is a column of a named table of the source.
func ColumnOf(tableName, name string) *Expr {
	return &Expr{Op: OpCol, Col: &Col{Table: tableName, Name: name}}
}

// Ref is a result column of the same plan.
func Ref(name string) *Expr { return &Expr{Op: OpRef, Name: name} }

// Literal is a typed constant.
func Literal(t table.Type, v table.Value) *Expr {
	return &Expr{Op: OpLit, Lit: &Lit{Type: t, Value: spelled(t, v)}}
}

// spelled writes a datetime that was copied from a result as plans do, with a
// "T": a constant of their text form holds no space, and one moment has one
// spelling, so that two plans that mean the same are the same.
func spelled(t table.Type, v table.Value) table.Value {
	if s, ok := v.(string); ok && t == table.Datetime && len(s) > 10 && s[10] == ' ' {
		return s[:10] + "T" + s[11:]
	}
	return v
}

// Text is a string constant.
func Text(s string) *Expr { return Literal(table.String, s) }

// Int is a whole number.
func Int(n int64) *Expr { return Literal(table.Integer, n) }

// Number is a float constant.
func Number(f float64) *Expr { return Literal(table.Float, f) }

// Date is a day in ISO form.
func Date(iso string) *Expr { return Literal(table.Date, iso) }

// Null is the missing value of a type; as an end of OpWithin it is open.
func Null(t table.Type) *Expr { return Literal(t, nil) }

// Make is an operator over arguments.
func Make(op Op, args ...*Expr) *Expr { return &Expr{Op: op, Args: args} }

// Trunc cuts a date to a unit.
func Trunc(unit string, e *Expr) *Expr { return &Expr{Op: OpTrunc, Unit: unit, Args: []*Expr{e}} }

// Part is a part of a date.
func Part(unit string, e *Expr) *Expr { return &Expr{Op: OpPart, Unit: unit, Args: []*Expr{e}} }

// DateDiff is the number of whole units from a to b.
func DateDiff(unit string, a, b *Expr) *Expr {
	return &Expr{Op: OpDateDiff, Unit: unit, Args: []*Expr{a, b}}
}

// secondsOf are the units of time that are a fixed number of seconds.
var secondsOf = map[string]int64{"week": 604800, "day": 86400, "hour": 3600, "minute": 60}

// ExactDiff is how long it was from a to b, with parts of the unit: counted in
// seconds and only then put into the unit, because an average of whole minutes
// is half a minute too short. Units of no fixed length stay whole.
func ExactDiff(unit string, a, b *Expr) *Expr {
	if k := secondsOf[unit]; k > 0 {
		return Make(OpDiv, DateDiff("second", a, b), Int(k))
	}
	return DateDiff(unit, a, b)
}

// Length recognises a length of time, whole or exact: its unit and the
// difference that it is made of; nil where e is none.
func Length(e *Expr) (unit string, diff *Expr) {
	if e.Op == OpDateDiff && len(e.Args) == 2 {
		return e.Unit, e
	}
	if e.Op != OpDiv || len(e.Args) != 2 || e.Args[0].Op != OpDateDiff || e.Args[0].Unit != "second" || len(e.Args[0].Args) != 2 || e.Args[1].Lit == nil {
		return "", nil
	}
	for unit, k := range secondsOf {
		if e.Args[1].Lit.Value == k {
			return unit, e.Args[0]
		}
	}
	return "", nil
}

// CountDistinct counts each value once.
func CountDistinct(e *Expr) *Expr { return &Expr{Op: OpCount, Args: []*Expr{e}, Distinct: true} }

// Value is a plan of one row and one column, used as a value.
func Value(p *Plan) *Expr { return &Expr{Op: OpSub, Sub: p} }

// InPlan asks whether e is in the first column of a plan's result.
func InPlan(e *Expr, p *Plan) *Expr { return &Expr{Op: OpIn, Args: []*Expr{e}, Sub: p} }

// And joins conditions: none gives nil, one gives itself, and a conjunction
// among them is taken apart.
func And(list ...*Expr) *Expr { return joined(OpAnd, list) }

// Or joins alternatives like And.
func Or(list ...*Expr) *Expr { return joined(OpOr, list) }

func joined(op Op, list []*Expr) *Expr {
	var flat []*Expr
	for _, e := range list {
		switch {
		case e == nil:
		case e.Op == op:
			flat = append(flat, e.Args...)
		default:
			flat = append(flat, e)
		}
	}
	switch len(flat) {
	case 0:
		return nil
	case 1:
		return flat[0]
	}
	return &Expr{Op: op, Args: flat}
}

// Conjuncts takes a condition apart into what must all hold; nil gives none.
func Conjuncts(e *Expr) []*Expr {
	if e == nil {
		return nil
	}
	if e.Op != OpAnd {
		return []*Expr{e}
	}
	var list []*Expr
	for _, a := range e.Args {
		list = append(list, Conjuncts(a)...)
	}
	return list
}

// Apart reports whether two conditions are periods of one column that share no
// day: no row fulfils both.
func Apart(a, b *Expr) bool {
	if a.Op != OpWithin || b.Op != OpWithin || a.Args[0].String() != b.Args[0].String() {
		return false
	}
	ends := func(x, y *Expr) bool { // x is over when y begins
		if x.Args[2].Lit == nil || y.Args[1].Lit == nil {
			return false
		}
		to, ok1 := x.Args[2].Lit.Value.(string)
		from, ok2 := y.Args[1].Lit.Value.(string)
		return ok1 && ok2 && to <= from
	}
	return ends(a, b) || ends(b, a)
}

// Never reports whether a condition asks one row to lie in two periods that
// are apart.
func Never(where *Expr) bool {
	list := Conjuncts(where)
	for i, a := range list {
		for _, b := range list[i+1:] {
			if Apart(a, b) {
				return true
			}
		}
	}
	return false
}
