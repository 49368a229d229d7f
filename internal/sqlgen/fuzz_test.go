package sqlgen

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tabletalk/internal/fault"
	"tabletalk/internal/plan"
	"tabletalk/internal/plan/plantest"
	"tabletalk/internal/table"
)

// What a client posts as a plan is refused or gives a statement of bounded
// size whose text holds no constant of the plan.
func FuzzPostedPlan(f *testing.F) {
	fix := openFixture(f)
	for _, text := range []string{
		`sales | where customer = 'zqxj' | by trunc(month, order_date) as m | sum(revenue) as r, running(@r) as s | fill | limit 2 with ties | order r`,
		`(from sales | by region | sum(revenue) as r) | select r as "a b" | distinct`,
		`union (from sales | select region), (from customers | select name as region) | count() as n`,
	} {
		p, err := plan.Parse(text)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(p.JSON())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := plan.Decode(data)
		if err != nil || plan.Validate(p, fix.cat) != nil {
			return
		}
		s, err := Compile(p, fix.cat, DuckDB, Options{Now: clock})
		if err != nil {
			return
		}
		if n := strings.Count(s.SQL, markOpen) + strings.Count(s.SQL, markClose); n > 0 || len(s.SQL) > 8<<20 {
			t.Fatalf("%d marks in %d bytes", n, len(s.SQL))
		}
		MakeChecks(p, fix.cat, DuckDB, Options{Now: clock})
	})
}

// Plans that mean nothing are refused by Validate; if one were not, compiling
// it must still end in an error or a statement.
func TestWildPlansCompileOrFail(t *testing.T) {
	f := openFixture(t)
	rapid.Check(t, func(t *rapid.T) {
		p := plantest.Wild().Draw(t, "plan")
		_, _ = Compile(p, f.cat, DuckDB, Options{Now: clock})
		_, _ = MakeChecks(p, f.cat, DuckDB, Options{Now: clock})
	})
}

func TestDoublingTextIsRefused(t *testing.T) {
	f := openFixture(t)
	e := plan.Column("first_order")
	for range plan.MaxDepth - 3 {
		e = plan.Make(plan.OpNotIn, e, plan.Literal(table.Boolean, true))
	}
	p := &plan.Plan{V: 1, Kind: plan.Rows, From: plan.From{Table: "sales"}, Where: e}
	if err := plan.Validate(p, f.cat); err != nil {
		t.Fatal(err)
	}
	if _, err := Compile(p, f.cat, DuckDB, Options{Now: clock}); !fault.Is(err, "plan_not_possible") {
		t.Errorf("%v", err)
	}
}

func TestConstantsStayOutOfTheText(t *testing.T) {
	f := openFixture(t)
	secret := `x' OR 1=1 --`
	p, err := plan.Parse(`sales | where customer = 'x'' OR 1=1 --' or product contains 'x'' OR 1=1 --' | by if(region = 'x'' OR 1=1 --', 'a', 'b') as k | count() as n`)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Compile(p, f.cat, DuckDB, Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(s.SQL, secret) {
		t.Errorf("a constant is in the text as it came:\n%s", s.SQL)
	}
	if got := f.query(t, s.SQL, s.Args...); len(got) != 0 {
		t.Errorf("rows of nobody: %v", got)
	}
	args, err := json.Marshal(s.Args)
	if err != nil || strings.Count(string(args), "OR 1=1") != 2 {
		t.Errorf("args %s %v", args, err)
	}
}

func BenchmarkCompile(b *testing.B) {
	f := openFixture(b)
	p, err := plan.Parse(`sales | where region = 'West' and order_date within 2024-01-01..2025-01-01 | by region, trunc(month, order_date) as month | sum(revenue) as "total revenue", share(@"total revenue" per month) as part | having "total revenue" > 5 | order "total revenue" desc | limit 5 per region`)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := plan.Validate(p, f.cat); err != nil {
			b.Fatal(err)
		}
		if _, err := Compile(p, f.cat, DuckDB, Options{Now: clock}); err != nil {
			b.Fatal(err)
		}
	}
}
