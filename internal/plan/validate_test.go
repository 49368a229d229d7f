package plan_test

import (
	"strings"
	"testing"

	"tabletalk/internal/fault"
	"tabletalk/internal/plan"
)

func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct{ text, code, says string }{
		{`sale | count() as n`, "plan_unknown_table", "sales"},
		{`sales | sum(revenu) as n`, "plan_unknown_column", "Columns: revenue"},
		{`sales | where orders.amount > 1 | count() as n`, "plan_unknown_column", "amount"},
		{`sales | sum(order_id) as n`, "plan_sum_of_id", "order_id"},
		{`sales | avg(customer) as n`, "plan_wrong_type", "needs a number"},
		{`sales | where revenue = 'a' | count() as n`, "plan_types_differ", "cannot be compared"},
		{`sales | where customer in (from orders | select amount) | count() as n`, "plan_types_differ", "amount"},
		{`sales | where revenue | count() as n`, "plan_wrong_type", "true or false"},
		{`sales | where sum(revenue) > 5 | count() as n`, "plan_misplaced", "where"},
		{`sales | sum(sum(revenue)) as n`, "plan_misplaced", "an aggregate"},
		{`sales | by region | sum(revenue) as r, share(running(@r)) as s`, "plan_misplaced", "rows of the result"},
		{`sales | by region | sum(revenue) as r, running(@r) as s, share(@s) as u`, "plan_misplaced", "inside this one"},
		{`sales | by region | customer as c`, "plan_not_grouped", "customer"},
		{`sales | by region | count() as n | order customer`, "plan_unknown_result", "Result columns"},
		{`sales | by region | count() as n | limit 2 per customer`, "plan_needs_order", ""},
		{`sales | by region | count() as n | order n | limit 2 per customer`, "plan_unknown_result", "customer"},
		{`sales | where rating > (from sales | by region | avg(rating) as r) | count() as n`, "plan_not_scalar", ""},
		{`sales | by trunc(decade, order_date) as n`, "plan_invalid", "hour, day"},
		{`sales | by trunc(month, region) as n`, "plan_wrong_type", "a date"},
		{`sales | where order_date > date '2024-02-31' | count() as n`, "plan_wrong_type", "2024-02-31"},
		{`sales | count() as n, sum(revenue) as N`, "plan_invalid", "called"},
		{`sales | @b + 1 as a, @a + 1 as b`, "plan_invalid", "itself"},
		{`sales | select region | fill`, "plan_invalid", "series"},
		{`sales | join orders on region = orders.order_id | count() as n`, "plan_types_differ", "joined"},
		{`sales | join sales on order_id = sales.order_id | count() as n`, "plan_invalid", "twice"},
		{`union (from sales | select region), (from sales | select region, customer)`, "plan_types_differ", "number of columns"},
		{`sales | quantile(revenue, 2) as n`, "plan_invalid", "between 0 and 1"},
		{`sales | select running(revenue) as n`, "plan_needs_order", ""},
		{`sales | count() as n | chart radar`, "plan_invalid", "bar, line"},
	} {
		p, err := plan.Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		err = plan.Validate(p, shop)
		if !fault.Is(err, c.code) {
			t.Errorf("%s\n got %v\nwant %s", c.text, err, c.code)
			continue
		}
		if f := fault.Of(err); !strings.Contains(f.Message+" "+f.Hint, c.says) {
			t.Errorf("%s\n%q %q does not name %q", c.text, f.Message, f.Hint, c.says)
		}
	}
}

func TestHostilePlansAreRefusedQuickly(t *testing.T) {
	deep := strings.Repeat(`{"op":"not","args":[`, 5000) + strings.Repeat(`]}`, 5000)
	if _, err := plan.Decode([]byte(`{"v":1,"where":` + deep + `}`)); !fault.Is(err, "plan_too_deep") {
		t.Errorf("deep JSON: %v", err)
	}
	wide := `{"v":1,"kind":"rows","from":{"table":"sales"},"where":{"op":"or","args":[` + strings.Repeat(`{"op":"now"},`, 9000) + `{"op":"now"}]}}`
	if _, err := plan.Decode([]byte(wide)); !fault.Is(err, "plan_too_large") {
		t.Errorf("wide JSON: %v", err)
	}
	if _, err := plan.Decode(make([]byte, plan.MaxJSON+1)); !fault.Is(err, "plan_too_large") {
		t.Errorf("long JSON: %v", err)
	}
	if _, err := plan.Parse("sales | where " + strings.Repeat("(", 60_000)); !fault.Is(err, "plan_too_deep") {
		t.Errorf("deep text: %v", err)
	}

	// Every column refers twice to the one before: 2^60 when written out.
	p := &plan.Plan{V: 1, Kind: plan.Scalar, From: plan.From{Table: "sales"}, Measures: []plan.Named{{As: "m0", Expr: plan.Make(plan.OpCount)}}}
	for i := 1; i < 60; i++ {
		before := plan.Ref(p.Measures[i-1].As)
		p.Measures = append(p.Measures, plan.Named{As: "m" + strings.Repeat("x", i), Expr: plan.Make(plan.OpAdd, before, before)})
	}
	if err := plan.Validate(p, shop); !fault.Is(err, "plan_too_large") {
		t.Errorf("doubling references: %v", err)
	}
}

func TestDifferencesInWords(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{`sales | by region | sum(revenue) as r | limit 5`, `sales | by region | sum(revenue) as r | limit 10`, "changed the limit from 5 to 10"},
		{`sales | where region = 'West' | count() as n`, `sales | where region = 'East' | count() as n`, "changed the filter region = 'West' to region = 'East'"},
		{`sales | count() as n`, `sales | where region = 'East' and quantity > 1 | count() as n`, "added the filter quantity > 1; added the filter region = 'East'"},
		{`sales | by region | count() as n | order n`, `sales | count() as n`, "removed the group region; removed the order: n"},
		{`sales | where a and b | count() as n`, `sales | where b and a | count() as n`, ""},
		{`sales | count() as n`, `orders | count() as n`, "reads orders instead of sales"},
	} {
		a, errA := plan.Parse(c.a)
		b, errB := plan.Parse(c.b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if got := strings.Join(plan.Diff(a, b), "; "); got != c.want {
			t.Errorf("%s -> %s\n got %s\nwant %s", c.a, c.b, got, c.want)
		}
	}
}

func TestSameMeaningSameHash(t *testing.T) {
	a, _ := plan.Parse(`sales | where a in ('x', 'y', 'x') and (b and c) | count() as n`)
	b, _ := plan.Parse(`sales | where c and (a in ('y', 'x') and b) | count() as n`)
	if plan.Hash(a) != plan.Hash(b) {
		t.Errorf("%s and %s mean the same", plan.Canonical(a), plan.Canonical(b))
	}
	c, _ := plan.Parse(`sales | where c or (a in ('y', 'x') and b) | count() as n`)
	if plan.Equal(a, c) {
		t.Error("or is not and")
	}
	a.Where.Span = &plan.Span{Start: 1, End: 2}
	if !plan.Equal(a, b) || strings.Contains(string(a.JSON()), "span") {
		t.Error("a span belongs to neither equality nor canonical JSON")
	}
}

func TestResultColumns(t *testing.T) {
	p, err := plan.Parse(`sales | by region, trunc(month, order_date) as month | sum(revenue) as r, share(@r) as part, count() as n, avg(rating) as a, sum(revenue) / count() as each`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range plan.ResultColumns(p, shop) {
		got = append(got, c.Name+" "+string(c.Type)+" "+c.Unit)
	}
	want := "region string , month date , r decimal USD, part float ratio, n integer , a float , each float USD"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got %s\nwant %s", s, want)
	}
}

func TestSyntaxErrorsPoint(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`sales | where | count()`, "position 14: expected an expression"},
		{`sales | sum(revenue`, "position 19"},
		{`sales | where a = 'x`, "closing quote"},
		{`sales | summ(a)`, "a function such as sum"},
		{`sales | limit x`, "a whole number"},
		{`sales | by a | by b`, "each part once"},
	} {
		_, err := plan.Parse(c.text)
		if err == nil || !strings.Contains(fault.Of(err).Message, c.want) {
			t.Errorf("%s\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}
