package question

import (
	"slices"
	"testing"

	"tabletalk/internal/table"
)

// What the data gives settles doubts and raises others.
func TestSeen(t *testing.T) {
	row := func(values ...table.Value) []table.Value { return values }
	one, twice, none := table.Rows{Values: [][]table.Value{row("a"), row("b")}}, table.Rows{Values: [][]table.Value{row("a"), row("a")}}, table.Rows{}
	single, empty := table.Rows{Values: [][]table.Value{row("a")}}, table.Rows{Values: [][]table.Value{row(nil)}}
	tied := table.Rows{Values: one.Values, Tied: 1}
	cut := table.Rows{Values: one.Values, Truncated: true}
	for _, tt := range []struct {
		text   string
		rows   table.Rows
		before Confidence
		after  Confidence
		doubt  string // that the result raises or leaves
	}{
		{"which country has the city Paris", single, High, High, ""},
		{"which country has the city Paris", one, High, Medium, "several"},
		{"what is the rating of order_id 1002", single, Medium, High, ""},
		{"what is the rating of order_id 1002", one, Medium, Medium, "several"},
		{"what is the rating of order_id 1002", twice, Medium, Medium, "repeats"},
		{"what is the rating of order_id 1002", cut, Medium, Medium, "repeats"},
		{"revenue by channel", one, High, High, ""},
		{"revenue by channel", none, High, Medium, "nothing"},
		{"average revenue in the west region", empty, High, Medium, "nothing"},
		{"top 5 customers by revenue", one, High, High, ""},
		{"top 5 customers by revenue", tied, High, Medium, "tied"},
	} {
		in := Input{Text: tt.text, Catalog: readCatalog(t, "sales"), Now: clock, Settings: DefaultSettings()}
		r := Understand(in).Readings[0]
		got := Seen(r, &tt.rows)
		if r.Confidence != tt.before || got.Confidence != tt.after || tt.doubt != "" && !slices.Contains(got.Features, tt.doubt) {
			t.Errorf("%s (%s): %s %v, then %s %v", tt.text, r.Plan, r.Confidence, r.Features, got.Confidence, got.Features)
		}
		if again := Seen(got, &none); again.Confidence != got.Confidence {
			t.Errorf("%s: what was seen is seen again", tt.text)
		}
	}
}

// Only what the last kept row shares all its places with is tied.
func TestCutTied(t *testing.T) {
	rows := table.Rows{Values: [][]table.Value{{"a", 3}, {"b", 2}, {"c", 2}, {"d", 1}}}
	CutTied(&rows, 2, []int{1})
	if rows.Tied != 1 || len(rows.Values) != 2 || rows.Total != 2 {
		t.Errorf("%+v", rows)
	}
	few := table.Rows{Values: [][]table.Value{{"a", 3}}, Total: 1}
	CutTied(&few, 2, []int{1})
	if few.Tied != 0 || len(few.Values) != 1 {
		t.Errorf("%+v", few)
	}
}
