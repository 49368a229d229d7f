package sqlgen

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tabletalk/internal/plan"
	"tabletalk/internal/plan/plantest"
	"tabletalk/internal/sqlguard"
	"tabletalk/internal/table"
)

// Every valid plan runs, gives the columns that it promises, and gives the
// same rows again, also as the SQL that people are shown.
func TestValidPlansRun(t *testing.T) {
	f := openFixture(t)
	plans := plantest.Valid(f.cat)
	rapid.Check(t, func(t *rapid.T) {
		p := plans.Draw(t, "plan")
		if err := plan.Validate(p, f.cat); err != nil {
			t.Fatalf("%s\n%v", p, err)
		}
		s, err := Compile(p, f.cat, DuckDB, Options{Now: clock})
		if err != nil {
			t.Fatalf("%s\n%v", p, err)
		}
		rows, err := f.tryQuery(s.SQL, s.Args...)
		if outOfRange(err) {
			return
		}
		if err != nil {
			t.Fatalf("%s\n%s\n%v", p, s.Display, err)
		}
		if again, err := f.tryQuery(s.Display); err != nil || fmt.Sprint(rows) != fmt.Sprint(again) {
			t.Fatalf("%s\n%s\nshown SQL: %v\n%v\n%v", p, s.Display, err, rows, again)
		}
		checkColumns(t, f, p, s)
		checkAllowed(t, f, s)
		checkLimit(t, p, rows)
		checks, err := MakeChecks(p, f.cat, DuckDB, Options{Now: clock})
		if err != nil {
			t.Fatalf("%s\n%v", p, err)
		}
		if checks.SQL != "" {
			checkAllowed(t, f, checks.Statement)
			if _, err := f.tryQuery(checks.SQL, checks.Args...); err != nil && !outOfRange(err) {
				t.Fatalf("%s\n%s\n%v", p, checks.Display, err)
			}
		}
	})
}

// outOfRange are honest failures of arithmetic, not of the SQL.
func outOfRange(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "Out of Range") || strings.Contains(err.Error(), "out of range"))
}

func checkColumns(t *rapid.T, f *fixture, p *plan.Plan, s Statement) {
	rows, err := f.conn.QueryContext(context.Background(), s.SQL, s.Args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	want := plan.ResultColumns(p, f.cat)
	if len(types) != len(want) {
		t.Fatalf("%s\n%d columns, want %d", p, len(types), len(want))
	}
	for i, c := range want {
		if got := typeOf(types[i].DatabaseTypeName()); types[i].Name() != c.Name || got != c.Type && !(got.Numeric() && c.Type.Numeric()) {
			t.Fatalf("%s\ncolumn %d is %s %s (%s), want %s %s\n%s", p, i, types[i].Name(), got, types[i].DatabaseTypeName(), c.Name, c.Type, s.Display)
		}
	}
}

// checkAllowed judges a statement as the engine does before it runs it.
func checkAllowed(t interface{ Fatalf(string, ...any) }, f *fixture, s Statement) {
	if err := sqlguard.Precheck(s.SQL); err != nil {
		t.Fatalf("%s\n%v", s.SQL, err)
	}
	tree, err := f.tryQuery("SELECT CAST(json_serialize_sql(" + quoteText(s.SQL) + ") AS VARCHAR)")
	if err != nil {
		t.Fatalf("%s\n%v", s.SQL, err)
	}
	var allowed []string
	for _, tab := range f.cat.Tables {
		allowed = append(allowed, tab.Name, tab.Name+"#rows")
	}
	if _, err := sqlguard.Check(s.SQL, []byte(tree[0][0]), allowed); err != nil {
		t.Fatalf("%s\n%v", s.SQL, err)
	}
}

func typeOf(name string) table.Type {
	switch {
	case strings.HasPrefix(name, "DECIMAL"):
		return table.Decimal
	case slices.Contains([]string{"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}, name):
		return table.Integer
	}
	return fixtureTypes[name]
}

func checkLimit(t *rapid.T, p *plan.Plan, rows [][]string) {
	if l := p.Limit; l != nil && l.N > 0 && len(l.Per) == 0 && !l.Ties && len(rows) > l.N {
		t.Fatalf("%s\n%d rows", p, len(rows))
	}
}
