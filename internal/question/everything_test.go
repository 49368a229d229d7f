package question

import (
	"testing"

	"tabletalk/internal/catalog"
)

// All rows are an answer where there is one table, and a question back where
// there are several; who says more, or less, asks for something else.
func TestEverything(t *testing.T) {
	one := readCatalog(t, "sales")
	one.Tables = one.Tables[:1]
	other := one.Tables[0]
	other.Name = "elsewhere"
	two := &catalog.Catalog{Tables: append(append([]catalog.Table{}, one.Tables...), other)}
	for _, tt := range []struct {
		question string
		whole    bool
	}{
		{"show everything", true}, {"show me all rows", true}, {"The whole table, please", true}, {"all the data", true}, {"every record", true},
		{"all", false}, {"rows", false}, {"everything about Atlantis", false}, {"", false},
	} {
		_, d := ask(one, tt.question)
		if whole := d.Status == Answered && d.Reading.Confidence == High && d.Reading.Plan.String() == one.Tables[0].Name; whole != tt.whole {
			t.Errorf("%q gives %v of one table, whole %v", tt.question, d.Status, tt.whole)
		}
		o, _ := ask(two, tt.question)
		if tt.whole != (len(o.Readings) == 2) {
			t.Errorf("%q has %d readings over two tables, whole %v", tt.question, len(o.Readings), tt.whole)
		}
	}
}
