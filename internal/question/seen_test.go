package question

import (
	"testing"

	"tabletalk/internal/table"
)

// What was found can speak against a reading that its words left no doubt of.
func TestSeenRowsLowerConfidence(t *testing.T) {
	one := [][]table.Value{{"Reds", int64(5)}}
	for _, c := range []struct {
		name string
		rows table.Rows
		want Confidence
	}{
		{"a row", table.Rows{Values: one}, High},
		{"no row", table.Rows{}, Medium},
		{"a number of nothing", table.Rows{Values: [][]table.Value{{nil}}}, Medium},
		{"none counted", table.Rows{Values: [][]table.Value{{int64(0)}}}, High},
		{"a row among equals", table.Rows{Values: one, Tied: 1}, Medium},
	} {
		got := Seen(Reading{Confidence: High}, &c.rows)
		if got.Confidence != c.want || (len(got.Reasons) > 0) != (c.want == Medium) {
			t.Errorf("%s: %s %v", c.name, got.Confidence, got.Reasons)
		}
	}
	if got := Seen(Reading{Confidence: Low}, &table.Rows{}); got.Confidence != Low || got.Reasons != nil {
		t.Errorf("a low reading: %s %v", got.Confidence, got.Reasons)
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
