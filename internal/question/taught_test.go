package question

import (
	"strings"
	"testing"
	"time"

	"tabletalk/internal/catalog"
	"tabletalk/internal/table"
)

// shop is two joined tables with terms that people defined.
func shop(terms ...catalog.Term) *catalog.Catalog {
	id := catalog.BuildIndex([]catalog.ColumnValues{{Column: "region", Values: []string{"North", "South"}, Rows: []int64{2, 2}, Complete: true}})
	return &catalog.Catalog{Terms: terms, Joins: []catalog.Join{{Many: catalog.ColumnRef{Table: "orders", Column: "customer_id"}, One: catalog.ColumnRef{Table: "customers", Column: "customer_id"}, Unique: true, Inclusion: 1}},
		Tables: []catalog.Table{
			{Name: "orders", Rows: 4, Values: id, Columns: []catalog.Column{
				{Name: "order_id", Type: table.Integer, Role: catalog.ID, Stats: catalog.Stats{Distinct: 4}},
				{Name: "customer_id", Type: table.Integer, Role: catalog.ID, Stats: catalog.Stats{Distinct: 2}},
				{Name: "region", Type: table.String, Role: catalog.Dimension, Stats: catalog.Stats{Distinct: 2}},
				{Name: "revenue", Type: table.Float, Role: catalog.Measure, Stats: catalog.Stats{Distinct: 4}},
				{Name: "profit", Type: table.Float, Role: catalog.Measure, Stats: catalog.Stats{Distinct: 4}}}},
			{Name: "customers", Rows: 2, Columns: []catalog.Column{
				{Name: "customer_id", Type: table.Integer, Role: catalog.ID, Stats: catalog.Stats{Distinct: 2}},
				{Name: "score", Type: table.Float, Role: catalog.Rate, Stats: catalog.Stats{Distinct: 2}}}},
		}}
}

func firstPlan(t *testing.T, q string, c *catalog.Catalog) string {
	t.Helper()
	o := Understand(Input{Text: q, Catalog: c, Now: time.Date(2025, 6, 18, 0, 0, 0, 0, time.UTC), Settings: DefaultSettings()})
	if o.Refusal != nil {
		return "refused: " + strings.Join(o.Refusal.Words, ", ")
	}
	return o.Readings[0].Plan.String()
}

func TestTaughtTerms(t *testing.T) {
	tests := []struct {
		name, question string
		term           catalog.Term
		want           string // part of the plan, or of the refusal, with the term and only then
	}{
		{"another name of a column", "total zorp by region", catalog.Term{Phrase: "zorps", Kind: catalog.TermSynonym, Table: "orders", Column: "profit"}, "sum(profit)"},
		{"another name of a table", "how many purchases", catalog.Term{Phrase: "purchases", Kind: catalog.TermSynonym, Table: "orders"}, "orders | count()"},
		{"another name of a value", "total revenue in upcountry", catalog.Term{Phrase: "upcountry", Kind: catalog.TermSynonym, Table: "orders", Column: "region", Text: "North"}, "region = 'North'"},
		{"a metric", "basket worth by region", catalog.Term{Phrase: "basket worth", Kind: catalog.TermMetric, Table: "orders", Text: "sum(revenue) / count(distinct order_id)"}, "sum(revenue) / count(distinct order_id)"},
		{"a metric before one that ships", "profit margin by region", catalog.Term{Phrase: "profit margin", Kind: catalog.TermMetric, Table: "orders", Text: "avg(profit / revenue)"}, "avg(profit / revenue)"},
		{"a filter", "how many loss-making orders", catalog.Term{Phrase: "loss making", Kind: catalog.TermFilter, Table: "orders", Text: "profit < 0"}, "profit < 0"},
		{"a filter of a joined table", "total revenue of happy folks by region", catalog.Term{Phrase: "happy folks", Kind: catalog.TermFilter, Table: "customers", Text: "score >= 4"}, "customers.score >= 4"},
		{"a phrase that must not mean a column", "total turnover", catalog.Term{Phrase: "turnover", Kind: catalog.TermForbidden, Table: "orders", Column: "revenue"}, "refused: turnover"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := firstPlan(t, tt.question, shop()); strings.Contains(got, tt.want) {
				t.Errorf("untaught it is the same: %s", got)
			}
			if got := firstPlan(t, tt.question, shop(tt.term)); !strings.Contains(got, tt.want) {
				t.Errorf("taught: %s, want %s in it", got, tt.want)
			}
		})
	}
}

func TestColumnsAsPeopleSaid(t *testing.T) {
	c := shop()
	c.Table("orders").Column("revenue").Summed = "median"
	if got := firstPlan(t, "revenue by region", c); !strings.Contains(got, "median(revenue)") {
		t.Errorf("summed up as %s", got)
	}
	c.Table("orders").Column("revenue").Hidden = true
	if got := firstPlan(t, "total revenue by region", c); strings.Contains(got, "revenue") && !strings.HasPrefix(got, "refused") {
		t.Errorf("a hidden column was used: %s", got)
	}
}

// Another column that would do for one without the name is no stand-in for a
// hidden one that has it.
func TestAHiddenColumnHasNoStandIn(t *testing.T) {
	c := shop()
	o := c.Table("orders")
	o.Columns = append(o.Columns, catalog.Column{Name: "cost", Type: table.Float, Role: catalog.Measure, Stats: catalog.Stats{Distinct: 4}},
		catalog.Column{Name: "unit_price", Type: table.Float, Role: catalog.Price, Stats: catalog.Stats{Distinct: 4}})
	if got := firstPlan(t, "cost by region", c); !strings.Contains(got, "sum(cost)") {
		t.Errorf("shown: %s", got)
	}
	c.Table("orders").Column("cost").Hidden = true
	if got := firstPlan(t, "cost by region", c); got != "refused: cost" {
		t.Errorf("hidden: %s", got)
	}
}
