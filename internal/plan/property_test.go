package plan_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"tabletalk/internal/catalog"
	"tabletalk/internal/plan"
	"tabletalk/internal/plan/plantest"
	"tabletalk/internal/table"
)

var shop = &catalog.Catalog{Tables: []catalog.Table{
	{Name: "sales", Rows: 100, Columns: []catalog.Column{
		{Name: "order_id", Type: table.Integer, Role: catalog.ID}, {Name: "order_date", Type: table.Date, Role: catalog.Time},
		{Name: "customer", Type: table.String, Role: catalog.Dimension}, {Name: "region", Type: table.String, Role: catalog.Geo},
		{Name: "revenue", Type: table.Decimal, Role: catalog.Measure, Unit: "USD"}, {Name: "quantity", Type: table.Integer, Role: catalog.Measure},
		{Name: "first_order", Type: table.Boolean, Role: catalog.Flag}, {Name: "rating", Type: table.Float, Role: catalog.Rate, Stats: catalog.Stats{Nulls: 3}},
	}},
	{Name: "orders", Rows: 50, Columns: []catalog.Column{
		{Name: "order_id", Type: table.Integer, Role: catalog.ID}, {Name: "placed", Type: table.Datetime, Role: catalog.Time}, {Name: "amount", Type: table.Decimal, Role: catalog.Measure},
	}},
}}

func TestTextGivesTheSamePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.OneOf(plantest.Wild(), plantest.Valid(shop)).Draw(t, "plan")
		text := p.String()
		back, err := plan.Parse(text)
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		if diff := cmp.Diff(p, back, cmpopts.EquateEmpty(), cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("%s\n%s", text, diff)
		}
	})
}

func TestJSONGivesTheSamePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plantest.Valid(shop).Draw(t, "plan")
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := plan.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, back, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		if string(p.JSON()) != string(back.JSON()) || plan.Hash(p) != plan.Hash(back) {
			t.Fatal("canonical JSON or hash differ")
		}
	})
}

func TestGeneratedPlansAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plantest.Valid(shop).Draw(t, "plan")
		if err := plan.Validate(p, shop); err != nil {
			t.Fatalf("%s\n%v", p, err)
		}
	})
}

// Whatever a plan is, looking at it must not harm: no panic, and a copy is
// independent of its original.
func TestWildPlansDoNoHarm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plantest.Wild().Draw(t, "plan")
		before := p.String()
		c := p.Clone()
		plan.Validate(p, shop)
		plan.ResultColumns(p, shop)
		plan.Canonical(p)
		plan.Diff(p, plantest.Wild().Draw(t, "other"))
		if p.String() != before {
			t.Fatal("looking changed the plan")
		}
		c.Each(func(e *plan.Expr) bool { e.Op = plan.OpNow; return true })
		c.From.Joins = append(c.From.Joins[:0], plan.Join{Table: "other"})
		if p.String() != before {
			t.Fatal("the copy shares parts with its original")
		}
		if !plan.Equal(p, p.Clone()) || plan.Hash(plan.Canonical(p)) != plan.Hash(p) {
			t.Fatal("a plan is not equal to itself")
		}
	})
}
