package sqlgen

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"tabletalk/internal/plan"
	"tabletalk/internal/plan/plantest"
)

// count runs a plan and adds up its last column.
func count(t *rapid.T, f *fixture, p *plan.Plan) int {
	s, err := Compile(p, f.cat, DuckDB, Options{Now: clock})
	if err != nil {
		t.Fatalf("%s\n%v", p, err)
	}
	rows, err := f.tryQuery(s.SQL, s.Args...)
	if outOfRange(err) {
		t.Skip("arithmetic out of range")
	}
	if err != nil {
		t.Fatalf("%s\n%s\n%v", p, s.Display, err)
	}
	total := 0
	for _, r := range rows {
		n, err := strconv.Atoi(r[len(r)-1])
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		total += n
	}
	return total
}

// Every row fulfils a condition or its opposite, also where values are missing.
func TestOppositesShareTheRows(t *testing.T) {
	f := openFixture(t)
	plans := plantest.Valid(f.cat)
	rapid.Check(t, func(t *rapid.T) {
		p := plans.Draw(t, "plan")
		if p.Where == nil || len(p.From.Joins) > 0 {
			t.Skip("no condition on rows")
		}
		of := func(where *plan.Expr) int {
			return count(t, f, &plan.Plan{V: 1, Kind: plan.Scalar, From: p.From, Where: where, Measures: []plan.Named{{As: "n", Expr: plan.Make(plan.OpCount)}}})
		}
		if yes, no, all := of(p.Where), of(plan.Make(plan.OpNot, p.Where)), of(nil); yes+no != all {
			t.Fatalf("%s\n%d rows fulfil the condition, %d do not, there are %d", p.Where, yes, no, all)
		}
		if p.Where.Op == plan.OpIn {
			outside := *p.Where
			outside.Op = plan.OpNotIn
			if yes, no, all := of(p.Where), of(&outside), of(nil); yes+no != all {
				t.Fatalf("%s\n%d rows are in the list, %d are not, there are %d", p.Where, yes, no, all)
			}
		}
	})
}

// Groups hold every row once, with empty periods shown or not, and a limit
// within groups of one key keeps at most that many of each.
func TestGroupsHoldEveryRow(t *testing.T) {
	f := openFixture(t)
	plans := plantest.Valid(f.cat)
	rapid.Check(t, func(t *rapid.T) {
		p := plans.Draw(t, "plan").Clone()
		if len(p.Group) == 0 {
			t.Skip("no groups")
		}
		p.Measures = []plan.Named{{As: "n", Expr: plan.Make(plan.OpCount)}}
		p.Having, p.Order, p.Limit = nil, nil, nil
		where := p.Where
		if p.Fill {
			where = plan.And(where, plan.Make(plan.OpNotNull, p.TimeKey().Expr.Args[0]))
		}
		all := count(t, f, &plan.Plan{V: 1, Kind: plan.Scalar, From: p.From, Where: where, Measures: p.Measures})
		if got := count(t, f, p); got != all {
			t.Fatalf("%s\n%d rows in groups, %d in all", p, got, all)
		}
	})
}
