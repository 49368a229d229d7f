package question

import (
	"fmt"
	"strings"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// Suggest gives up to n questions that would work on the catalog, best first.
// With a text it gives those that begin with it.
func Suggest(in Input, n int) []string {
	if in.Catalog == nil || n <= 0 {
		return nil
	}
	var out []string
	prefix := strings.ToLower(strings.TrimSpace(in.Text))
	for round := range 6 {
		for i := range in.Catalog.Tables {
			q := suggestion(&in.Catalog.Tables[i], round)
			if q != "" && len(out) < n && (prefix == "" || strings.HasPrefix(q, prefix)) {
				out = append(out, q)
			}
		}
	}
	if len(out) == 0 && prefix != "" {
		in.Text = ""
		return Suggest(in, n)
	}
	return out
}

// suggestion is the k-th question that suits a table; empty where none does.
func suggestion(t *catalog.Table, k int) string {
	pick := func(ok func(c *catalog.Column) bool) string {
		for i := range t.Columns {
			if c := &t.Columns[i]; !c.Hidden && ok(c) {
				return words(c.Name)
			}
		}
		return ""
	}
	amount := pick(func(c *catalog.Column) bool { return c.Role == catalog.Measure && c.Type.Numeric() })
	rate := pick(func(c *catalog.Column) bool {
		return (c.Role == catalog.Rate || c.Role == catalog.Price) && c.Type.Numeric()
	})
	kind := pick(func(c *catalog.Column) bool {
		return (c.Role == catalog.Dimension || c.Role == catalog.Geo) && c.Type == table.String && c.Stats.Distinct > 1 && c.Stats.Distinct <= 60
	})
	date := pick(func(c *catalog.Column) bool { return c.Type.Temporal() })
	switch {
	case k == 0 && amount != "" && kind != "":
		return fmt.Sprintf("total %s by %s", amount, kind)
	case k == 1 && amount != "" && date != "":
		return fmt.Sprintf("total %s by month", amount)
	case k == 2 && rate != "" && kind != "":
		return fmt.Sprintf("average %s by %s", rate, kind)
	case k == 3 && amount != "" && kind != "":
		return fmt.Sprintf("top 5 %s by %s", kind, amount)
	case k == 4:
		return "how many rows are in " + words(t.Name)
	case k == 5 && kind != "":
		return fmt.Sprintf("number of rows by %s", kind)
	}
	return ""
}

// words writes a name of the data as a person says it.
func words(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", " ")) }
