package explain

import (
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tabletalk/internal/catalog"
	"tabletalk/internal/golden"
	"tabletalk/internal/plan"
	"tabletalk/internal/plan/plantest"
	"tabletalk/internal/table"
)

var shop = &catalog.Catalog{Tables: []catalog.Table{
	{Name: "sales", Rows: 20_000, Columns: []catalog.Column{
		{Name: "order_id", Type: table.Integer, Role: catalog.ID}, {Name: "order_date", Type: table.Date, Role: catalog.Time},
		{Name: "ship_date", Type: table.Date, Role: catalog.Time}, {Name: "customer", Type: table.String, Role: catalog.Dimension, Stats: catalog.Stats{Distinct: 400}},
		{Name: "region", Type: table.String, Role: catalog.Geo, Stats: catalog.Stats{Distinct: 4, Top: []catalog.Count{{Value: "West", Rows: 9}}}},
		{Name: "category", Type: table.String, Role: catalog.Dimension, Stats: catalog.Stats{Distinct: 3}}, {Name: "product", Type: table.String, Role: catalog.Dimension},
		{Name: "channel", Type: table.String, Role: catalog.Dimension, Stats: catalog.Stats{Distinct: 3}}, {Name: "status", Type: table.String, Role: catalog.Dimension},
		{Name: "quantity", Type: table.Integer, Role: catalog.Measure}, {Name: "discount", Type: table.Float, Role: catalog.Rate},
		{Name: "revenue", Type: table.Decimal, Role: catalog.Measure, Unit: "USD"}, {Name: "profit", Type: table.Decimal, Role: catalog.Measure, Unit: "USD"},
		{Name: "rating", Type: table.Integer, Role: catalog.Rate}, {Name: "first_order", Type: table.Boolean, Role: catalog.Flag},
	}},
	{Name: "orders", Rows: 50, Columns: []catalog.Column{{Name: "order_id", Type: table.Integer, Role: catalog.ID}, {Name: "customer_id", Type: table.Integer, Role: catalog.ID},
		{Name: "amount", Type: table.Decimal, Role: catalog.Measure}}},
	{Name: "customers", Rows: 20, Columns: []catalog.Column{{Name: "customer_id", Type: table.Integer, Role: catalog.ID}, {Name: "name", Type: table.String},
		{Name: "segment", Type: table.String}}},
}}

// TestRestate reads a plan a line; the line after it, indented, is what it says.
func TestRestate(t *testing.T) {
	const file = "testdata/restate.txt"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "  ") {
			continue
		}
		p, err := plan.Parse(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if p.Kind != plan.Schema {
			if err := plan.Validate(p, shop); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
		got := "  " + Restate(p, shop)
		if !golden.Updating() && (i+1 >= len(lines) || lines[i+1] != got) {
			t.Errorf("%s\n got %s\nwant %s", line, got, lines[min(i+1, len(lines)-1)])
		}
		out = append(out, line, got)
	}
	if golden.Updating() {
		if err := os.WriteFile(file, []byte(strings.Join(out, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func rows(names string, values ...[]table.Value) *table.Rows {
	r := &table.Rows{Values: values, Total: int64(len(values))}
	for _, n := range strings.Split(names, ",") {
		name, kind, _ := strings.Cut(n, ":")
		r.Columns = append(r.Columns, table.Column{Name: name, Type: table.Type(kind)})
	}
	return r
}

// explained are plans with their rows, and what is said of them.
var explained = []struct {
	name, text string
	rows       *table.Rows
	found      []plan.Finding
	want       string
	notes      []string
}{
	{"a number over rows", `sales | avg(rating) as r`, rows("r:float", []table.Value{34.24}),
		[]plan.Finding{{Code: plan.FoundMatched, Value: int64(1204)}, {Code: plan.FoundNulls, Subject: "average rating", Expr: plan.Column("rating"), Value: int64(37)}},
		"Average rating is 34.24, over 1,204 rows.", []string{"37 rows have no rating and are left out of average rating."}},
	{"a count", `sales | count() as n`, rows("n:integer", []table.Value{int64(20000)}), []plan.Finding{{Code: plan.FoundMatched, Value: int64(20000)}},
		"Number of rows in sales: 20,000.", nil},
	{"money", `sales | where channel = 'Online' | sum(revenue) as r`, rows("r:decimal", []table.Value{table.Exact("1234567.50")}),
		nil, "Total revenue where channel is Online is $1,234,567.50.", nil},
	{"a number of a period", `sales | where order_date within 2024-03-01..2024-04-01 | avg(rating) as r`, rows("r:float", []table.Value{2.5}),
		nil, "Average rating in March 2024 is 2.5.", nil},
	{"nothing matches", `sales | where customer = 'Contoso' | sum(revenue) as r`, rows("r:decimal", []table.Value{nil}),
		[]plan.Finding{{Code: plan.FoundTotal, Value: int64(20000)}, {Code: plan.FoundMatched, Value: int64(0)}},
		"Total revenue where customer is Contoso: no value, for no row matches. No row has: customer is Contoso.", nil},
	{"outside the data", `sales | where order_date within 2025-06-17..2025-06-18 | select order_id`, rows("order_id:integer"),
		[]plan.Finding{{Code: plan.FoundEarliest, Value: "2023-01-01"}, {Code: plan.FoundLatest, Value: "2025-06-15"}},
		"Order id in sales on Jun 17, 2025: no rows. The data ends on Jun 15, 2025.", nil},
	{"the condition that emptied it", `sales | where region = 'West' and rating > 9 | select order_id`, rows("order_id:integer"),
		[]plan.Finding{{Code: plan.FoundTotal, Value: int64(500)}, {Code: plan.FoundAfter, Expr: plan.Make(plan.OpEq, plan.Column("region"), plan.Text("West")), Value: int64(80)},
			{Code: plan.FoundAfter, Expr: plan.Make(plan.OpGt, plan.Column("rating"), plan.Int(9)), Value: int64(0)}},
		"Order id in sales where region is West and rating is more than 9: no rows. No row is left where rating is more than 9 (80 rows before that condition).", nil},
	{"groups", `sales | by region | sum(revenue) as "total revenue" | order "total revenue" desc`,
		rows("region:string,total revenue:decimal", []table.Value{"North", table.Exact("1214.90")}, []table.Value{nil, table.Exact("40")}, []table.Value{"West", table.Exact("30.00")}),
		nil, "Total revenue by region, highest first. Highest is North with $1,214.90, lowest West with $30.00.", nil},
	{"one group", `sales | by customer | sum(revenue) as "total revenue" | order "total revenue" desc | limit 1`,
		rows("customer:string,total revenue:decimal", []table.Value{"Acme Corp", table.Exact("99.10")}), nil, "Top customer by total revenue: Acme Corp with $99.10.", nil},
	{"a series that is not over", `sales | by trunc(month, order_date) as month | sum(revenue) as "total revenue" | fill | as series`,
		rows("month:date,total revenue:decimal", []table.Value{"2025-05-01", table.Exact("10")}, []table.Value{"2025-06-01", table.Exact("4")}),
		[]plan.Finding{{Code: plan.FoundLatest, Value: "2025-06-15"}, {Code: plan.FoundUndated, Subject: "order_date", Value: int64(1)}},
		"Total revenue by month. Highest is May 2025 with $10, lowest June 2025 with $4.",
		[]string{"1 row has no order date and is in no period.", "June 2025 is not complete: the data ends on Jun 15, 2025."}},
	{"a series that begins late", `sales | by trunc(month, order_date) as month | sum(revenue) as "total revenue" | as series`,
		rows("month:date,total revenue:decimal", []table.Value{"2025-05-01", table.Exact("10")}, []table.Value{"2025-06-01", table.Exact("40")}),
		[]plan.Finding{{Code: plan.FoundEarliest, Value: "2025-05-28"}, {Code: plan.FoundLatest, Value: "2025-06-30"}},
		"Total revenue by month. Highest is June 2025 with $40, lowest May 2025 with $10.", []string{"May 2025 is not complete: the data begins on May 28, 2025."}},
	{"a holiday at the begin", `sales | where order_date within 2025-01-01..2026-01-01 | avg(rating) as r`, rows("r:float", []table.Value{2.5}),
		[]plan.Finding{{Code: plan.FoundEarliest, Value: "2025-01-03"}, {Code: plan.FoundLatest, Value: "2025-12-31"}}, "Average rating in 2025 is 2.5.", nil},
	{"a period that is compared in part", `sales | sum(quantity) filter (order_date within 2025-01-01..2026-01-01) as "2025", sum(quantity) filter (order_date within 2024-01-01..2025-01-01) as "2024" | as compare`,
		rows("2025:integer,2024:integer", []table.Value{int64(7), int64(7)}), []plan.Finding{{Code: plan.FoundEarliest, Value: "2024-10-05"}, {Code: plan.FoundLatest, Value: "2025-12-31"}},
		"Total quantity in 2025 against 2024: 7 and 7, the same.", []string{"The number in 2024 is not complete: the data begins on Oct 5, 2024."}},
	{"asked before the data ends", `sales | where order_date within 2025-01-01..2026-01-01 | avg(rating) as r`, rows("r:float", []table.Value{2.5}),
		[]plan.Finding{{Code: plan.FoundLatest, Value: "2025-12-31"}, {Code: plan.FoundNow, Value: "2025-06-18"}},
		"Average rating in 2025 is 2.5.", []string{"The question is asked on Jun 18, 2025, before the period is over."}},
	{"a comparison", `sales | sum(quantity) filter (channel = 'Online') as Online, sum(quantity) filter (channel = 'Store') as Store, @Online - @Store as difference, (@Online - @Store) / @Store as change unit 'ratio' | as compare`,
		rows("Online:integer,Store:integer,difference:integer,change:float", []table.Value{int64(1200), int64(1000), int64(200), 0.2}), nil,
		"Total quantity of Online against Store: 1,200 and 1,000, 200 more (20%).", nil},
	{"periods that are the same", `sales | sum(quantity) filter (order_date within 2025-01-01..2026-01-01) as "2025", sum(quantity) filter (order_date within 2024-01-01..2025-01-01) as "2024" | as compare`,
		rows("2025:integer,2024:integer", []table.Value{int64(7), int64(7)}), nil, "Total quantity in 2025 against 2024: 7 and 7, the same.", nil},
	{"years and ids", `sales | by order_id | max(rating) as r`, rows("order_id:integer,r:integer", []table.Value{int64(10895), int64(2000)}, []table.Value{int64(10896), int64(1000)}), nil,
		"Maximum rating by order id. Largest of these is order id 10895 with 2,000, smallest order id 10896 with 1,000.", nil},
	{"all the same", `sales | by category | median(quantity) as m`, rows("category:string,m:integer", []table.Value{"a", int64(2)}, []table.Value{"b", int64(2)}, []table.Value{nil, int64(2)}), nil,
		"Median quantity by category. All 3 categories have 2.", nil},
	{"a share", `sales | by category | share(sum(revenue)) as part | as share`, rows("category:string,part:float", []table.Value{"A", 0.75}, []table.Value{"B", 0.25}),
		nil, "Part (share of total revenue) by category. Highest is A with 75%, lowest B with 25%.", nil},
	{"days of the week", `sales | by part(dow, order_date) as day | count() as n`, rows("day:integer,n:integer", []table.Value{int64(1), int64(5)}, []table.Value{int64(7), int64(2)}),
		nil, "Number of rows in sales by day of the week. Highest is Monday with 5, lowest Sunday with 2.", nil},
	{"months of the year", `sales | by part(month, order_date) as m | count() as n`, rows("m:integer,n:integer", []table.Value{int64(7), int64(5)}, []table.Value{int64(12), int64(2)}),
		nil, "Number of rows in sales by month of the year. Highest is July with 5, lowest December with 2.", nil},
	{"only one number", `sales | by region | avg(rating) as r`,
		rows("region:string,r:float", []table.Value{"North", table.NaN}, []table.Value{"South", 2.5}, []table.Value{"West", table.Infinity}),
		nil, "Average rating by region. 3 rows.", []string{"2 rows have values that are no numbers (NaN or infinite): nothing is compared with them."}},
	{"one number twice and none", `sales | by region | avg(rating) as r`,
		rows("region:string,r:float", []table.Value{table.NaN, nil}, []table.Value{"South", 2.5}, []table.Value{"West", 2.5}),
		nil, "Average rating by region. 3 rows.", nil},
	{"the first of many", `sales | by rating | count() as "number of orders" | order "number of orders" desc | limit 2`,
		rows("rating:integer,number of orders:integer", []table.Value{int64(5), int64(80)}, []table.Value{int64(4), int64(7)}),
		nil, "Top 2 ratings by number of orders. First is rating 5 with 80, last rating 4 with 7.", nil},
	{"a cut list", `sales | limit 10`, &table.Rows{Columns: []table.Column{{Name: "a"}}, Values: [][]table.Value{{"x"}, {"y"}}, Truncated: true, Total: 10},
		nil, "The first 10 rows of sales.", []string{"Only the first 2 of 10 rows are shown.", "In the order of the file."}},
	{"the first row", `sales | limit 1`, rows("order_id:integer", []table.Value{int64(1)}), nil, "The first row of sales.", []string{"In the order of the file."}},
	{"the best", `sales | select customer, rating | order rating desc | limit 1`, rows("customer:string,rating:integer", []table.Value{"Acme", int64(9)}), nil,
		"Customer and rating in sales, highest rating first, only the first.", nil},
	{"rows without a partner", `orders | join customers on customer_id = customers.customer_id | sum(amount) as a`, rows("a:decimal", []table.Value{table.Exact("5")}),
		[]plan.Finding{{Code: plan.FoundTotal, Value: int64(50)}, {Code: plan.FoundJoined, Value: int64(45)}, {Code: plan.FoundMatched, Value: int64(45)}},
		"Total amount is 5, over 45 rows.", []string{"5 rows of orders have no match in customers and are left out."}},
}

func TestExplain(t *testing.T) {
	for _, c := range explained {
		t.Run(c.name, func(t *testing.T) {
			p, err := plan.Parse(c.text)
			if err != nil {
				t.Fatal(err)
			}
			got := Explain(p, c.rows, c.found, shop)
			if got.Text != c.want || strings.Join(got.Notes, "|") != strings.Join(c.notes, "|") {
				t.Errorf("got  %s %q\nwant %s %q", got.Text, got.Notes, c.want, c.notes)
			}
		})
	}
}

func TestLadder(t *testing.T) {
	p, err := plan.Parse(`sales | where region = 'West' and rating > 3 | sum(revenue) as r`)
	if err != nil {
		t.Fatal(err)
	}
	parts := plan.Conjuncts(p.Where)
	got := Ladder(p, []plan.Finding{{Code: plan.FoundTotal, Value: int64(20000)}, {Code: plan.FoundAfter, Expr: parts[0], Value: int64(5000)},
		{Code: plan.FoundAfter, Expr: parts[1], Value: int64(1)}, {Code: plan.FoundMatched, Value: int64(1)}}, shop)
	want := "20,000 rows in sales|5,000 rows where region is West|1 row where rating is more than 3"
	if strings.Join(got, "|") != want {
		t.Errorf("got %q", got)
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		v    table.Value
		kind table.Type
		unit string
		want string
	}{
		{int64(1234567), table.Integer, "", "1,234,567"}, {int64(-1000), table.Integer, "USD", "-$1,000"}, {0.1 + 0.2, table.Float, "", "0.3"},
		{1234.5678, table.Float, "", "1,234.57"}, {0.000123456, table.Float, "", "0.000123"}, {1e21, table.Float, "", "1e+21"},
		{table.Exact("1234.50"), table.Decimal, "EUR", "€1,234.50"}, {table.Exact("7.7500"), table.Decimal, "", "7.75"}, {table.Exact("80.0000"), table.Decimal, "", "80.00"}, {0.3421, table.Float, plan.UnitRatio, "34.2%"}, {12.5, table.Float, "%", "12.5%"},
		{int64(1), table.Integer, "days", "1 day"}, {int64(3), table.Integer, "days", "3 days"}, {"2024-01-31", table.Date, "", "Jan 31, 2024"},
		{"2024-01-31T10:05:00", table.Datetime, "", "Jan 31, 2024 10:05"}, {nil, table.Float, "", "no value"}, {true, table.Boolean, "", "yes"},
		{"123456789012345678901", table.Integer, "", "123,456,789,012,345,678,901"}, {"a, b", table.String, "", "a, b"}, {-0.001, table.Float, "%", "-0.001%"},
	} {
		if got := Format(c.v, c.kind, c.unit); got != c.want {
			t.Errorf("%v %s: got %q, want %q", c.v, c.unit, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	for name, want := range map[string]string{"order_date": "order date", "shipCountry": "ship country", "orderID": "order ID", "McDonald": "McDonald", "a b": "a b", "": "", "GDP": "GDP"} {
		if got := words(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestHint(t *testing.T) {
	for _, c := range []struct {
		text string
		rows *table.Rows
		want string
	}{
		{`sales | sum(revenue) as r`, rows("r:decimal", []table.Value{table.Exact("2150300.4")}), "2.15 M"},
		{`sales | by customer | sum(revenue) as r | order r desc`, rows("customer:string,r:decimal", []table.Value{"Acme", table.Exact("10")}), "first: Acme with 10"},
		{`sales | sum(revenue) as r`, rows("r:decimal"), ""},
	} {
		p, err := plan.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Hint(p, c.rows, shop); got != c.want {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestFollowups(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`sales | sum(revenue) as r`, "by month|by category|only West"},
		{`sales | by customer | sum(revenue) as r`, "by month|by category|top 5|as a share of the total"},
		{`sales | by trunc(month, order_date) as m | sum(revenue) as r`, "by quarter|by category"},
		{`sales | where region = 'East' | limit 5`, "how many rows"},
	} {
		p, err := plan.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(Followups(p, shop), "|"); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// Whatever the plan and the rows are, something is said.
func TestNothingIsTooWildToExplain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.OneOf(plantest.Wild(), plantest.Valid(shop)).Draw(t, "plan")
		r := rows("a:integer,b:string", []table.Value{int64(1), nil}, []table.Value{nil, "x"})
		Hint(p, r, shop)
		Followups(p, shop)
		if Restate(p, shop) == "" || Explain(p, r, nil, shop).Text == "" {
			t.Fatalf("nothing is said of %s", p)
		}
	})
}
