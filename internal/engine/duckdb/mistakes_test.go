package duckdb

import (
	"strings"
	"testing"

	"tabletalk/internal/fault"
)

func TestMistakesBecomeSentences(t *testing.T) {
	d := open(t)
	if err := d.exec(`CREATE TABLE t (amount INT, region VARCHAR, day DATE); CREATE TABLE u (amount INT, k INT)`); err != nil {
		t.Fatal(err)
	}
	d.tables = []string{"t", "u"}
	for sql, want := range map[string]string{
		"SELECT amont FROM t":                                     `There is no column "amont" here. Near to it: amount, region, day.`,
		"SELECT t.amont FROM t":                                   `The table "t" has no column "amont". Near to it: amount.`,
		"SELECT x.amount FROM t":                                  `The query names "x", which is not in its FROM. Near to it: t.`,
		"SELECT amount FROM t, u":                                 `More than one table has a column "amount". Write the table before it: table.column.`,
		"SELECT * FROM t JOIN u USING (region)":                   `The column "region" to join by is missing on the right side. Join with ON and name both columns.`,
		"SELECT region, sum(amount) FROM t":                       `The column "region" is neither grouped nor summarised. Add it to GROUP BY, or use any_value(region).`,
		"SELECT sum(sum(amount)) FROM t":                          `A summary stands inside another. Summarise in a query of its own (WITH ...), then summarise its result.`,
		"SELECT amount FROM t WHERE sum(amount) > 1":              `A summary stands where single rows are chosen. Choose groups with HAVING, or summarise first in WITH.`,
		"SELECT * FROM t WHERE rank() OVER (ORDER BY amount) = 1": `A window function stands where single rows are chosen. Choose by it with QUALIFY, or compute it first in WITH.`,
		"SELECT sum(region) FROM t":                               `sum does not take values of these types: VARCHAR. Cast the values first: CAST(... AS ...).`,
		"SELECT region + 1 FROM t":                                `+ does not take values of these types: VARCHAR, INTEGER. Cast the values first: CAST(... AS ...).`,
		"SELECT strftime(region, '%Y') FROM t":                    `strftime does not take values of these types: VARCHAR, text. Cast the values first: CAST(... AS ...).`,
		"SELECT day > 5 FROM t":                                   `Values of type DATE cannot be put beside values of type INTEGER. Cast one of them: CAST(... AS ...).`,
		"SELECT amount FROM t UNION SELECT amount, k FROM u":      `The queries of a UNION, EXCEPT or INTERSECT have different numbers of columns.`,
		"SELECT (SELECT amount, region FROM t)":                   `A subquery gives 2 columns where one is needed.`,
		"SELECT amount FROM t ORDER BY 5":                         `ORDER BY counts columns from 1 to 1 here.`,
		"SELECT amount FROM t LIMIT -1":                           `LIMIT and OFFSET take whole numbers from 0.`,
		"SELECT lag(amount) FROM t":                               `The function lag needs OVER (...) or WITHIN GROUP (...) after it.`,
		"SELECT 'x'::INT":                                         `A value cannot be turned into the type that the SQL asks for. Use TRY_CAST(... AS ...), which gives nothing for such values.`,
		"SELECT sqrt(-1)":                                         `A number or date in the calculation is outside of what its type or function can take.`,
		"SELECT DATE '2024-01-01' IN (SELECT region FROM t)":      `Values of type DATE cannot be put beside values of type VARCHAR. Cast one of them: CAST(... AS ...).`,
	} {
		_, err := d.Run(Query{SQL: sql}, &rows{})
		f := fault.Of(err)
		if got := strings.TrimSpace(f.Message + " " + f.Hint); err == nil || f.Code != "sql_invalid" || got != want {
			t.Errorf("%s:\n%s\nwant %s\n(%v)", sql, got, want, f.Err)
		}
	}
}
