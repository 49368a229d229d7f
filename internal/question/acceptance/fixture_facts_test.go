package acceptance

import "testing"

// facts are true in every world: the traps that the questions count on.
var facts = map[string]string{
	"a person is called like a region":             `SELECT count(*) > 0 FROM sales WHERE sales_rep = 'Adam West' AND region <> 'West'`,
	"a customer is called like a city, elsewhere":  `SELECT count(*) > 0 AND bool_and(city <> 'Washington') FROM sales WHERE customer = 'Washington Ltd'`,
	"the city Washington buys":                     `SELECT count(*) > 0 FROM sales WHERE city = 'Washington'`,
	"Paris is a city":                              `SELECT count(*) > 0 FROM sales WHERE city = 'Paris' AND country = 'France'`,
	"Brazil buys nothing in one month":             `SELECT count(*) > 0 AND count(*) FILTER (date_trunc('month', order_date) = '2024-08-01') = 0 FROM sales WHERE country = 'Brazil'`,
	"revenue is zero, prices are not":              `SELECT count(*) > 0 AND bool_and(unit_price > 0) FROM sales WHERE revenue = 0`,
	"some lines are worth next to nothing":         `SELECT count(*) > 0 FROM sales WHERE revenue > 0 AND revenue <= 3`,
	"status is missing":                            `SELECT count(*) > 0 FROM sales WHERE status IS NULL`,
	"ratings are missing":                          `SELECT count(*) > 0 AND count(rating) > 0 FROM sales WHERE rating IS NULL OR rating < 3`,
	"orders repeat":                                `SELECT count(DISTINCT order_id) < count(*) FROM sales`,
	"the data ends where it should":                `SELECT min(order_date) = '2023-01-01' AND max(order_date) = '2025-06-15' FROM sales`,
	"one day of a quarter stands out":              `SELECT max(r) > 5 * (SELECT quantile_cont(r, 0.98) FROM d) AND arg_max(day, r) = '2025-02-12' FROM d`,
	"months and weeks have no gap":                 `SELECT count(DISTINCT date_trunc('month', order_date)) = 30 AND count(DISTINCT date_trunc('week', order_date)) = 129 FROM sales`,
	"a tenth of the customers is a number":         `SELECT count(DISTINCT customer) % 10 = 0 FROM sales`,
	"both kinds of buyers":                         `SELECT count(*) FILTER (first_order) > 0 AND count(*) FILTER (NOT first_order) > 0 FROM sales`,
	"Acme is among the ten that are asked about":   `SELECT count(*) = 1 FROM (SELECT customer FROM sales WHERE order_date >= '2025-01-01' GROUP BY 1 ORDER BY sum(revenue) DESC LIMIT 10) WHERE customer = 'Acme Corp'`,
	"customers without orders":                     `SELECT count(*) > 0 FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM orders)`,
	"customers with orders, but not of late":       `SELECT count(*) > 0 FROM (SELECT customer_id FROM orders GROUP BY 1 HAVING max(order_date) < '2025-03-20')`,
	"every country has active customers who order": `SELECT count(DISTINCT country) = 8 FROM customers JOIN orders USING (customer_id) WHERE active`,
	"nobody orders before signing up":              `SELECT bool_and(order_date >= signup_date) FROM customers JOIN orders USING (customer_id)`,
	"names of customers are distinct":              `SELECT count(DISTINCT name) = count(*) FROM customers`,
	"nothing is shipped before it is ordered":      `SELECT bool_and(ship_date > order_date) AND count(*) > count(ship_date) FROM sales`,
}

func TestFacts(t *testing.T) {
	told := map[string]bool{} // misreadings that some world tells from the question
	for _, s := range shapes {
		w := openWorld(t, s)
		if _, err := w.query(`CREATE TABLE d AS SELECT order_date AS day, sum(revenue) AS r FROM sales WHERE order_date >= '2025-01-01' AND order_date < '2025-04-01' GROUP BY 1`); err != nil {
			t.Fatal(err)
		}
		for what, text := range facts {
			if rows := w.reference(t, text); rows[0][0] != true {
				t.Errorf("%s: not so: %s", w.name, what)
			}
		}
		w.misread(t, told)
	}
	for number, list := range misreadings {
		for _, text := range list {
			if !told[text] {
				t.Errorf("question %d cannot be told in any world from %s", number, text)
			}
		}
	}
}

// misreadings are wrong, though common, and must not pass for the question of
// the number in some world.
var misreadings = map[int][]string{
	2:   {`SELECT count(*) FROM sales`, `SELECT max(order_id) - 1 FROM sales`},
	4:   {`SELECT avg(revenue) FROM sales`},
	7:   {`SELECT order_id FROM sales ORDER BY revenue DESC, order_id LIMIT 1`},
	10:  {`SELECT avg(profit / nullif(revenue, 0)) FROM sales`, `SELECT sum(profit) FROM sales`},
	14:  {`SELECT sum(revenue) FROM sales WHERE sales_rep = 'Adam West'`},
	17:  {`SELECT count(*) FROM sales WHERE status = 'Returned'`},
	18:  {`SELECT sum(revenue) FROM sales WHERE status <> 'Returned'`},
	22:  {`SELECT * FROM sales WHERE status NOT IN ('Completed', 'Pending')`},
	28:  {`SELECT count(rating) / count(*) FROM sales`},
	32:  {`SELECT sum(revenue) FROM sales WHERE customer = 'Washington Ltd'`},
	34:  {`SELECT * FROM sales WHERE order_id > 5000`, `SELECT order_id FROM sales WHERE revenue > 5000`},
	36:  {`SELECT count(DISTINCT order_id) FROM sales WHERE revenue BETWEEN 100 AND 200`},
	40:  {`SELECT DISTINCT customer FROM sales WHERE revenue > 1500000`},
	41:  {`SELECT sales_rep FROM sales WHERE year(order_date) = 2025 GROUP BY 1 HAVING count(*) < 20`},
	43:  {`SELECT * FROM sales WHERE coalesce(rating, 0) < (SELECT avg(rating) FROM sales)`},
	44:  {`SELECT DISTINCT product FROM sales WHERE category = 'Furniture' AND unit_price > (SELECT avg(unit_price) FROM sales)`},
	53:  {`SELECT sum(revenue) FROM sales WHERE order_date >= '2025-01-15' AND order_date < '2025-02-20'`},
	57:  {`SELECT avg(revenue) FROM sales WHERE order_date >= '2025-05-01' AND order_date < '2025-06-01'`},
	58:  {`SELECT avg(r) FROM (SELECT sum(revenue) AS r FROM sales GROUP BY date_trunc('month', order_date))`},
	63:  {`SELECT date_diff('day', min(order_date), max(ship_date)) FROM sales`},
	80:  {`SELECT product FROM sales GROUP BY 1 ORDER BY sum(revenue) DESC LIMIT 1`},
	86:  {`SELECT customer FROM sales WHERE revenue >= 10000 GROUP BY customer HAVING count(DISTINCT order_id) > 5`},
	87:  {`SELECT category FROM sales WHERE year(order_date) = 2024 GROUP BY 1 HAVING min(profit) < 0`},
	91:  {`SELECT segment, avg(revenue) FROM sales GROUP BY 1`},
	92:  {`SELECT DISTINCT customer FROM sales WHERE year(order_date) = 2024`},
	96:  {`SELECT region, category, sum(revenue) / (SELECT sum(revenue) FROM sales) FROM sales GROUP BY 1, 2`},
	97:  {`SELECT category, count(*) FILTER (status = 'Returned') / count(*) FROM sales GROUP BY 1`, `SELECT category, avg(rating) FROM sales GROUP BY 1`},
	98:  {`SELECT product, avg(profit / nullif(revenue, 0)) FROM sales GROUP BY 1 ORDER BY 2 DESC LIMIT 10`},
	99:  {`SELECT sales_rep, avg(discount) FROM sales GROUP BY 1`},
	101: {`SELECT m, CASE WHEN row_number() OVER (ORDER BY m) > 2 THEN avg(r) OVER (ORDER BY m ROWS 2 PRECEDING) END FROM (SELECT date_trunc('month', order_date) AS m, sum(revenue) AS r FROM sales WHERE revenue > 3 GROUP BY 1)`},
	105: {`SELECT sum(revenue) FILTER (year(order_date) = 2025), sum(revenue) FILTER (year(order_date) = 2024) FROM sales`},
	126: {`SELECT avg(date_diff('day', signup_date, order_date)) FROM orders JOIN customers USING (customer_id)`},
	127: {`SELECT avg(credit_limit) FROM orders JOIN customers USING (customer_id) WHERE year(order_date) = 2024`, `SELECT avg(credit_limit) FROM customers WHERE year(signup_date) = 2024`},
	128: {`SELECT country, count(*), count(o.order_id) FROM customers c LEFT JOIN orders o USING (customer_id) WHERE active GROUP BY 1`},
}

// misread finds the misreadings that this world tells from their questions,
// and checks that questions have something to find in the base.
func (w *world) misread(t *testing.T, told map[string]bool) {
	t.Helper()
	for _, f := range readFamilies(t) {
		for _, q := range f.questions {
			if len(q.references) > 0 && w.name == "base" && len(w.reference(t, q.references[0].sql)) == 0 && q.number != 47 && q.number != 87 {
				t.Errorf("question %d finds nothing in the base", q.number)
			}
			for _, text := range misreadings[q.number] {
				if !(asker{w, f.over}).matches(t, q, w.reference(t, text)) {
					told[text] = true
				}
			}
		}
	}
}
