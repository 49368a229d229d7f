package chart

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tabletalk/internal/catalog"
	"tabletalk/internal/golden"
	"tabletalk/internal/plan"
	"tabletalk/internal/plan/plantest"
	"tabletalk/internal/table"
)

var shop = &catalog.Catalog{Tables: []catalog.Table{{Name: "sales", Rows: 100, Columns: []catalog.Column{
	{Name: "order_date", Type: table.Date, Role: catalog.Time}, {Name: "region", Type: table.String, Role: catalog.Geo},
	{Name: "product", Type: table.String, Role: catalog.Dimension}, {Name: "revenue", Type: table.Decimal, Role: catalog.Measure, Unit: "USD"},
	{Name: "quantity", Type: table.Integer, Role: catalog.Measure}, {Name: "discount", Type: table.Float, Role: catalog.Rate},
	{Name: `we.ird[0]"'\ column`, Type: table.String, Role: catalog.Dimension},
}}}}

// result makes rows under the columns that a plan promises.
func result(p *plan.Plan, values ...[]table.Value) *table.Rows {
	return &table.Rows{Columns: plan.ResultColumns(p, shop), Values: values, Total: int64(len(values))}
}

func v(values ...table.Value) []table.Value { return values }

type drawn struct {
	name, text string
	values     [][]table.Value
}

func many(n int, row func(i int) []table.Value) [][]table.Value {
	var list [][]table.Value
	for i := range n {
		list = append(list, row(i))
	}
	return list
}

var cases = []drawn{
	{"bars", `sales | by region | sum(revenue) as "total revenue" | order "total revenue" desc`, [][]table.Value{v("North", table.Exact("12.50")), v(nil, table.Exact("3"))}},
	{"long_labels", `sales | by product | count() as n`, [][]table.Value{v("A very long product name", int64(3)), v("B", int64(2))}},
	{"weekdays", `sales | by part(dow, order_date) as day | count() as n`, [][]table.Value{v(int64(1), int64(3)), v(int64(7), int64(2))}},
	{"histogram", `sales | by bin(quantity, 10) as band | count() as n | as distribution`, [][]table.Value{v(float64(0), int64(3)), v(float64(10), int64(2))}},
	{"line", `sales | by trunc(month, order_date) as month | sum(revenue) as r | fill | as series`, [][]table.Value{v("2024-01-01", table.Exact("1")), v("2024-02-01", nil)}},
	{"lines", `sales | by region, trunc(quarter, order_date) as quarter | avg(discount) as d | as series`,
		[][]table.Value{v("N", "2024-01-01", 0.1), v("S", "2024-01-01", 0.2), v("N", "2024-04-01", 0.3)}},
	{"two_measures", `sales | by region | sum(quantity) as a, count() as b`, [][]table.Value{v("N", int64(1), int64(2)), v("S", int64(3), int64(4))}},
	{"two_units", `sales | by region | avg(revenue) as price, count() as orders`, [][]table.Value{v("N", 12.5, int64(20)), v("S", 8.0, int64(4))}},
	{"one_unit_two_scales", `sales | by region | max(revenue) as "largest sale", sum(revenue) as total`, [][]table.Value{v("N", table.Exact("9"), table.Exact("900")), v("S", table.Exact("7"), table.Exact("800"))}},
	{"three_measures_two_units", `sales | by trunc(month, order_date) as month | min(revenue) as low, count() as n, max(revenue) as high | as series`,
		[][]table.Value{v("2024-01-01", table.Exact("1"), int64(7), table.Exact("10")), v("2024-02-01", table.Exact("2"), int64(9), table.Exact("12"))}},
	{"two_units_two_keys", `sales | by region, product | sum(revenue) as r, avg(discount) as d`, [][]table.Value{v("N", "x", table.Exact("2"), 0.1), v("N", "y", table.Exact("4"), 0.2), v("S", "x", table.Exact("1"), nil)}},
	{"six_measures", `sales | by region | sum(revenue) as a, avg(revenue) as b, min(revenue) as c, max(revenue) as d, median(revenue) as e, count() as f`,
		[][]table.Value{v("N", 9.0, 4.0, 1.0, 8.0, 3.0, int64(2)), v("S", 7.0, 3.5, 3.0, 4.0, 3.5, int64(2))}},
	{"stacked", `sales | by region, product | sum(quantity) as a`, [][]table.Value{v("N", "x", int64(2)), v("N", "y", int64(4)), v("S", "x", int64(1))}},
	{"grouped", `sales | by region, product | avg(quantity) as a`, [][]table.Value{v("N", "x", 2.5), v("N", "y", 4.0), v("S", "x", 1.0)}},
	{"pie", `sales | by region | share(sum(revenue)) as part | as share`, [][]table.Value{v("N", 0.75), v("S", 0.25)}},
	{"asked_for_pie", `sales | by region | sum(quantity) as a, avg(discount) as d | chart arc`, [][]table.Value{v("N", int64(3), 0.1), v("S", int64(1), 0.2)}},
	{"pie_of_averages", `sales | by region | avg(discount) as d | chart arc`, [][]table.Value{v("N", 0.1), v("S", 0.2)}},
	{"pie_of_two_columns", `sales | by region, product | sum(quantity) as a | chart arc`, [][]table.Value{v("N", "x", int64(2)), v("S", "y", int64(1))}},
	{"pie_of_what_one_column_parts", `sales | by region, product | sum(quantity) as a | chart arc`, [][]table.Value{v("N", "x", int64(2)), v("S", "x", int64(1))}},
	{"counts_and_their_share", `sales | by region | count() as n, share(@n) as part | chart bar | as share`, [][]table.Value{v("N", int64(3), 0.75), v("S", int64(1), 0.25)}},
	{"rows_of_numbers", `sales | select quantity, discount | chart bar`, [][]table.Value{v(int64(1), 0.5), v(int64(2), 0.1)}},
	{"points", `sales | select quantity, discount | as correlation`, [][]table.Value{v(int64(1), 0.5), v(int64(2), 0.1)}},
	{"asked_for_line", `sales | by region | count() as n | chart line`, [][]table.Value{v("N", int64(2)), v("S", int64(1))}},
	{"weird_names", `sales | by "we.ird[0]""'\\ column" | count() as "n.a['x']"`, [][]table.Value{v("datum.x", int64(2)), v("</script>", int64(1))}},
}

func TestSpec(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, err := plan.Parse(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if err := plan.Validate(p, shop); err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := json.Indent(&got, Spec(p, result(p, c.values...), shop), "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			file := filepath.Join("testdata", c.name+".json")
			golden.Compare(t, file, got.String())
		})
	}
}

func TestNoChart(t *testing.T) {
	for _, c := range []drawn{
		{"a number", `sales | sum(revenue) as r`, [][]table.Value{v(table.Exact("3"))}},
		{"no rows", `sales | by region | count() as n`, nil},
		{"one bar", `sales | by region | count() as n`, [][]table.Value{v("N", int64(2))}},
		{"a list", `sales | select region, quantity`, [][]table.Value{v("N", int64(2)), v("S", int64(1))}},
		{"no numbers", `sales | by region`, [][]table.Value{v("N"), v("S")}},
		{"a table was asked for", `sales | by region | count() as n | chart table`, [][]table.Value{v("N", int64(2)), v("S", int64(1))}},
	} {
		p, err := plan.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Spec(p, result(p, c.values...), shop); got != nil {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// A chart that was asked for and cannot be drawn as such says why.
func TestNotes(t *testing.T) {
	two := [][]table.Value{v("N", int64(2), int64(1)), v("S", int64(1), int64(1))}
	for _, c := range []struct {
		drawn
		says string
	}{
		{drawn{"as asked", `sales | by region | count() as n | chart arc`, [][]table.Value{v("N", int64(2)), v("S", int64(1))}}, ""},
		{drawn{"nothing was asked", `sales | by region | max(quantity) as a, min(quantity) as b`, two}, ""},
		{drawn{"two amounts", `sales | by region | sum(quantity) as a, count() as b | chart arc`, two}, "The chart shows only a, because a pie shows one amount."},
		{drawn{"two keys", `sales | by region, product | count() as n | chart arc`, [][]table.Value{v("N", "x", int64(2)), v("S", "y", int64(1))}}, ""},
		{drawn{"many slices", `sales | by product | count() as n | chart arc`, many(200, func(i int) []table.Value { return v(fmt.Sprint("p", i), int64(200-i)) })},
			"The chart shows the 29 largest, the others in one slice: product."},
		{drawn{"many averages", `sales | by product | avg(discount) as d | chart arc`, many(200, func(i int) []table.Value { return v(fmt.Sprint("p", i), 0.1) })},
			"The chart shows bars, because so many slices cannot be told apart; the first 50 of 200: product."},
		{drawn{"a number", `sales | sum(revenue) as r | chart arc`, [][]table.Value{v(table.Exact("3"))}}, "There is no chart of a single row: it has nothing to be compared with."},
	} {
		p, err := plan.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Note(p, result(p, c.values...), shop); got != c.says {
			t.Errorf("%s: %q, want %q", c.name, got, c.says)
		}
	}
}

// What is in a result for its order alone is not drawn beside what was asked.
func TestAside(t *testing.T) {
	p, err := plan.Parse(`sales | by region | avg(revenue) as price, count() as orders | order orders desc | chart bar`)
	if err != nil {
		t.Fatal(err)
	}
	rows := result(p, v("N", 12.5, int64(20)), v("S", 8.0, int64(4)))
	if got := Note(p, rows, shop); got != "" {
		t.Errorf("both were asked for, but: %s", got)
	}
	p.Measures[1].Aside = true
	if got, want := Note(p, rows, shop), "The chart shows only price (USD), sorted by orders."; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	golden.Compare(t, filepath.Join("testdata", "aside.json"), string(Spec(p, rows, shop)))
	p.Order[0].By.Name = "price"
	if got := Note(p, rows, shop); got != "" {
		t.Errorf("it is no longer what the rows are sorted by, but: %s", got)
	}
}

// What is too much for a chart is left out, and the chart says so.
func TestLargeResults(t *testing.T) {
	for _, c := range []struct {
		drawn
		points int
		says   string
	}{
		{drawn{"bars", `sales | by product | count() as n | order n desc`, many(200, func(i int) []table.Value { return v(fmt.Sprint("p", i), int64(200-i)) })}, 50, "the first 50 of 200: product"},
		{drawn{"series", `sales | by region, trunc(day, order_date) as day | count() as n`, many(200, func(i int) []table.Value {
			return v(fmt.Sprint("r", i%20), fmt.Sprintf("2024-01-%02d", 1+i/20), int64(i%20))
		})}, 80, "the 8 largest of 20: region"},
		{drawn{"days", `sales | by trunc(day, order_date) as day | count() as n`, many(900, func(i int) []table.Value { return v(fmt.Sprintf("%04d-01-01", 1000+i), int64(i)) })}, 500, "the last 500 of 900 rows"},
	} {
		p, err := plan.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		out := Spec(p, result(p, c.values...), shop)
		var got struct {
			Title struct{ Subtitle string }
			Data  struct{ Values []any }
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Data.Values) != c.points || got.Title.Subtitle != c.says {
			t.Errorf("%s: %d points, %q", c.name, len(got.Data.Values), got.Title.Subtitle)
		}
	}
}

// Nothing in a result becomes more than a value: whatever the names and cells
// are, fields are plain names and only the known keys occur.
func TestNothingBecomesAnExpression(t *testing.T) {
	known := map[string]bool{}
	for _, k := range strings.Fields("$schema title data mark encoding text subtitle values type tooltip point x y xOffset yOffset theta order color field timeUnit format axis scale stack sort labelAngle zero vconcat resolve usermeta whole") {
		known[k] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.OneOf(plantest.Valid(shop), plantest.Wild()).Draw(t, "plan")
		p.Chart = rapid.SampledFrom([]string{"", "bar", "line", "arc", "point", "area"}).Draw(t, "chart")
		cell := rapid.OneOf(rapid.Just[table.Value](nil), rapid.Map(rapid.Int64(), func(n int64) table.Value { return n }), rapid.Map(rapid.Float64(), func(f float64) table.Value { return f }),
			rapid.Map(rapid.String(), func(s string) table.Value { return s }))
		r := &table.Rows{Columns: plan.ResultColumns(p, shop)}
		for range rapid.IntRange(0, 20).Draw(t, "rows") {
			r.Values = append(r.Values, rapid.SliceOfN(cell, len(r.Columns), len(r.Columns)).Draw(t, "row"))
		}
		out := Spec(p, r, shop)
		if out == nil {
			return
		}
		var spec map[string]any
		if err := json.Unmarshal(out, &spec); err != nil {
			t.Fatal(err)
		}
		checkKeys(t, spec, known)
	})
}

func checkKeys(t *rapid.T, x any, known map[string]bool) {
	switch x := x.(type) {
	case map[string]any:
		for k, inner := range x {
			if !known[k] {
				t.Fatalf("unknown key %q", k)
			}
			if k == "values" {
				continue
			}
			if f, ok := inner.(string); ok && k == "field" && strings.ContainsAny(f, `.[]\'"`) {
				t.Fatalf("field %q is a path", f)
			}
			checkKeys(t, inner, known)
		}
	case []any:
		for _, inner := range x {
			checkKeys(t, inner, known)
		}
	}
}
