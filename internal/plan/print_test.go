package plan

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"tabletalk/internal/table"
)

func TestAMomentHasOneSpelling(t *testing.T) {
	copied := Literal(table.Datetime, "2024-01-31 10:00:00.5+02:00")
	if got, want := copied.Lit.Value, "2024-01-31T10:00:00.5+02:00"; got != want {
		t.Errorf("a value copied from a result is %v, want %v", got, want)
	}
	var l Lit
	if err := json.Unmarshal([]byte(`{"type": "datetime", "value": "2024-01-31 10:00:00"}`), &l); err != nil || l.Value != "2024-01-31T10:00:00" {
		t.Errorf("a value copied into JSON is %v, %v", l.Value, err)
	}
}

func TestTextReadsBack(t *testing.T) {
	for _, text := range []string{
		`sales | where region = 'West' and order_date within 2024-01-01..2025-01-01 | by region, trunc(month, order_date) as month | sum(revenue) as "total revenue", count() filter (status = 'Returned') as returned | having "total revenue" > 5000 | order "total revenue" desc | limit 5 per region | as series`,
		`sales`,
		`sales | select order_id, revenue * (1 - discount) as net unit 'USD' | distinct | order .order_date desc | limit 20 offset 5`,
		`orders | join customers on customer_id = customers.customer_id | where customers.industry = 'Healthcare' | sum(amount) as amount`,
		`customers | anti join orders on customer_id = orders.customer_id | count() as customers`,
		`(from sales | by order_id | sum(revenue) as value) | avg(value) as "average order value"`,
		`union (from a | select x), (from b | select y as x) | by x | count() as n`,
		`sales | where rating < (from sales | avg(rating) as r) or not (city in ('Paris', 'Rome')) | count() as n`,
		`sales | where customer in (from orders | by customer) and exists (from orders) and a within ..5 and b within 2024-01-01T10:00:00..  and c within null integer..2024-01-01 | count() as n`,
		`sales | by trunc(month, order_date) as month | sum(revenue) as revenue, share(@revenue per month) as part, moving(@revenue, 3) as avg3, lag(sum(revenue), 1) / @revenue as l, rank(@revenue) as r | fill | chart line | as trend`,
		`sales | by region | sum(revenue) as r | having r > 10.5 and sum(profit) > -3 and .region != 'x' | limit 10.5% with ties`,
		`sales | where "a ""b"" c" = 'it''s' and x = 12.50d and y = null date and z != null and (a - (b - c)) / 2 > -0.5 | count() as n`,
		`sales | quantile(x, 0.9) as q, count(distinct x) as d, cast(x as integer) as c, if(x > 1, 'a', 'b') as i | analyse holt x trunc(day, d) horizon 3 param 0.5 | as forecast`,
		`sales | where (a or b) and (c and d) and and(e) and (f = g) = true | count() as n`,
	} {
		p, err := Parse(text)
		if err != nil {
			t.Errorf("%s\n  %v %v", text, err, errors.Unwrap(err))
			continue
		}
		want := strings.ReplaceAll(text, "..  and", ".. and")
		if got := p.String(); got != want {
			t.Errorf("text changed\n got %s\nwant %s", got, want)
		}
	}
}
