package sqlgen

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tabletalk/internal/explain"
	"tabletalk/internal/plan"
	"tabletalk/internal/plan/plantest"
	"tabletalk/internal/table"
)

// What people are told of a result is the same when the result spared counts
// as when everything was counted.
func TestResultsSpareCountsThatNobodyIsToldOf(t *testing.T) {
	f := openFixture(t)
	plans := plantest.Valid(f.cat)
	rapid.Check(t, func(t *rapid.T) {
		p := plans.Draw(t, "plan")
		s, err := Compile(p, f.cat, DuckDB, Options{Now: clock})
		if err != nil {
			t.Fatalf("%s\n%v", p, err)
		}
		raw, err := f.tryQuery(s.SQL, s.Args...)
		if err != nil {
			return // out of range, which is tested elsewhere
		}
		rows := typed(p, f, raw)
		all, spared := f.findings(t, p, nil), f.findings(t, p, rows)
		if !cmp.Equal(explain.Explain(p, rows, all, f.cat), explain.Explain(p, rows, spared, f.cat)) {
			t.Fatalf("%s\n%s", p, cmp.Diff(explain.Explain(p, rows, all, f.cat), explain.Explain(p, rows, spared, f.cat)))
		}
	})
}

// findings checks a plan as answers do: in brief first, where its result is
// known.
func (f *fixture) findings(t *rapid.T, p *plan.Plan, rows *table.Rows) []plan.Finding {
	checks, err := MakeChecks(p, f.cat, DuckDB, Options{Now: clock, Result: rows})
	if err != nil {
		t.Fatalf("%s\n%v", p, err)
	}
	var counts *table.Rows
	if checks.SQL != "" {
		raw, err := f.tryQuery(checks.SQL, checks.Args...)
		if err != nil {
			return nil
		}
		counts = typed(p, f, raw)
	}
	found := checks.Findings(counts)
	for _, x := range found {
		if x.Code == plan.FoundMatched && x.Value == int64(0) && checks.Brief {
			return f.findings(t, p, nil)
		}
	}
	return found
}

// typed gives rows of text the values that an engine gives.
func typed(p *plan.Plan, f *fixture, raw [][]string) *table.Rows {
	rows := &table.Rows{}
	for _, c := range plan.ResultColumns(p, f.cat) {
		rows.Columns = append(rows.Columns, table.Column{Name: c.Name, Type: c.Type, Unit: c.Unit})
	}
	for _, line := range raw {
		values := make([]table.Value, len(line))
		for i, cell := range line {
			if n, err := strconv.ParseInt(cell, 10, 64); err == nil {
				values[i] = n
			} else if x, err := strconv.ParseFloat(cell, 64); err == nil {
				values[i] = x
			} else if cell != "null" {
				values[i] = cell
			}
		}
		rows.Values = append(rows.Values, values)
	}
	rows.Total = int64(len(raw))
	return rows
}

func TestBriefChecks(t *testing.T) {
	f := openFixture(t)
	count := func(n int64) *table.Rows { return &table.Rows{Values: [][]table.Value{{n}}} }
	for _, c := range []struct {
		text   string
		result *table.Rows
		sql    bool
		brief  bool
	}{
		{`sales | where channel = 'Online' and rating > 4 | count() as n`, count(3), false, true},
		{`sales | where channel = 'Online' and rating > 4 | count() as n`, count(0), true, false},
		{`sales | where channel = 'Online' and rating > 4 | sum(revenue) as s`, count(12), true, true},
		{`sales | where channel = 'Online' and rating > 4 | by region | sum(revenue) as s`, count(12), false, true},
		{`sales | where channel = 'Online' and rating > 4 | by region | sum(revenue) as s`, &table.Rows{}, true, false},
		{`sales | where channel = 'Online' and rating > 4`, count(12), false, true},
		{`(from sales | where channel = 'Online' | by region | count() as n) | count() as n`, count(2), true, false},
	} {
		p, err := plan.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		checks, err := MakeChecks(p, f.cat, DuckDB, Options{Now: clock, Result: c.result})
		if err != nil {
			t.Fatal(err)
		}
		if (checks.SQL != "") != c.sql || checks.Brief != c.brief {
			t.Errorf("%s after %v: brief %v\n%s", c.text, c.result.Values, checks.Brief, checks.Display)
		}
	}
}
