package sqlgen

import (
	"fmt"
	"strings"
	"testing"

	"tabletalk/internal/plan"
	"tabletalk/internal/table"
)

func TestChecks(t *testing.T) {
	f := openFixture(t)
	for _, c := range []struct{ text, want string }{
		{`sales | avg(rating) as r`, "rows_total 10; rows_matched 10; nulls r 2"},
		{`sales | count() as n`, "rows_total 10; rows_matched 10"},
		{`sales | where channel = 'Online' and rating > 4 | avg(rating) as r, sum(revenue) filter (status = 'Returned') as s`,
			"rows_total 10; rows_after channel = 'Online' 6; rows_after rating > 4 3; rows_matched 3; nulls r 0"},
		{`sales | where region = 'South' | by trunc(month, order_date) as m | sum(revenue) as r | fill`,
			"rows_total 10; earliest order_date 2024-01-05; latest order_date 2024-06-15; rows_matched 3; undated order_date 1"},
		{`sales | where order_date within 2024-03-01.. | count() as n`,
			"rows_total 10; earliest order_date 2024-01-05; latest order_date 2024-06-15; rows_matched 4; undated order_date 1"},
		{`orders | join customers on customer_id = customers.customer_id | by customers.segment | sum(amount) as a`, "rows_total 5; rows_joined customers 4; rows_matched 4"},
		{`customers | anti join orders on customer_id = orders.customer_id | count() as n`, "rows_total 4; rows_joined orders 1; rows_matched 1"},
		{`(from sales | by order_id | avg(rating) as r) | avg(r) as a`, "rows_total 10; rows_matched 10; nulls r 2"},
		{`sales | corr(revenue, rating) as c`, "rows_total 10; rows_matched 10; nulls c 2"},
		{`sales | where rating > (from sales | avg(rating) as a) and channel = 'Online' | count() as n`, "rows_total 10; rows_matched 4"},
		{`union (from sales | select region), (from sales | select product as region)`, ""},
	} {
		p, err := plan.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		checks, err := MakeChecks(p, f.cat, DuckDB, Options{Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		var rows *table.Rows
		if checks.SQL != "" {
			rows = &table.Rows{}
			for _, r := range f.query(t, checks.SQL, checks.Args...) {
				line := make([]table.Value, len(r))
				for i, v := range r {
					line[i] = v
				}
				rows.Values = append(rows.Values, line)
			}
		}
		var got []string
		for _, x := range checks.Findings(rows) {
			words := []string{x.Code}
			if x.Subject != "" && x.Code != plan.FoundTotal {
				words = append(words, x.Subject)
			}
			if x.Code == plan.FoundAfter {
				words = append(words, x.Expr.String())
			}
			got = append(got, strings.Join(append(words, fmt.Sprint(x.Value)), " "))
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s\n got %s\nwant %s\n%s", c.text, s, c.want, checks.Display)
		}
	}
}

// TestChecksReadFewRows: what every count asks for is a condition of the
// statement, and nothing is counted twice.
func TestChecksReadFewRows(t *testing.T) {
	f := openFixture(t)
	for text, want := range map[string]string{
		`sales | where channel = 'Online' and rating > 4 | count() as n`: `SELECT
  count(*) AS "c1",
  count(*) FILTER (WHERE "rating" > 4) AS "c2"
FROM "sales"
WHERE "channel" = 'Online'`,
		`sales | where channel = 'Online' | avg(rating) as r`: `SELECT
  count(*) AS "c1",
  count(*) FILTER (WHERE ("rating" IS NULL)) AS "c2"
FROM "sales"
WHERE "channel" = 'Online'`,
		`sales | where order_date within 2024-03-01.. | count() as n`: `SELECT
  count(*) FILTER (WHERE "order_date" >= DATE '2024-03-01') AS "c1",
  count(*) FILTER (WHERE "order_date" IS NULL) AS "c2"
FROM "sales"`,
	} {
		p, err := plan.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		checks, err := MakeChecks(p, f.cat, DuckDB, Options{Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		if checks.Display != want {
			t.Errorf("%s\n%s\nwant\n%s", text, checks.Display, want)
		}
	}
}
