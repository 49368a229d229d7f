package readback

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tabletalk/internal/catalog"
	"tabletalk/internal/explain"
	"tabletalk/internal/plan"
	"tabletalk/internal/question/fixture"
)

// openings and closings of a question that say nothing of what is asked.
var (
	openings = []string{"", "show me the ", "what is the ", "Please give me the ", "can you tell me the ", "I want to see the ", "could you show the ", "list the "}
	closings = []string{"", "?", " please", ", please.", "!"}
)

// swaps are phrases that mean the same wherever they stand.
var swaps = [][]string{
	{"total ", "sum of ", "the total ", "overall "},
	{"average ", "mean ", "avg "},
	{" is more than ", " is greater than ", " is over ", " > ", " is above "},
	{" is at least ", " >= ", " is no less than "},
	{" is less than ", " is under ", " is below ", " < "},
	{" is at most ", " <= ", " is no more than "},
	{"number of different ", "number of distinct ", "number of unique ", "count of distinct "},
	{" is not empty", " is not missing"},
	{" is empty", " is missing"},
	{"highest first", "in descending order", "sorted from highest to lowest"},
	{"standard deviation of ", "stddev of "},
	{" in January 2024", " in Jan 2024", " during January 2024", " in 2024-01"},
	{" in Q1 2024", " in the first quarter of 2024", " during Q1 2024"},
	{" in 2024", " during 2024", " in the year 2024"},
}

// Politeness, case, the order of conditions and words that mean the same leave
// a question what it is.
func TestOtherWordsAskTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := fixture.Catalog(t, rapid.SampledFrom(catalogs).Draw(t, "catalog"))
		p := drawPlan(t, c, rapid.SampledFrom([]string{"number", "groups", "two keys", "series", "share", "having"}).Draw(t, "shape"))
		if p == nil {
			return
		}
		want := meaning(p)
		shuffled := p.Clone()
		if w := shuffled.Where; w != nil && w.Op == plan.OpAnd {
			w.Args = rapid.Permutation(w.Args).Draw(t, "conditions")
		}
		q := strings.TrimSuffix(explain.Restate(shuffled, c), ".")
		for _, same := range swaps {
			if i := slices.IndexFunc(same, func(s string) bool { return strings.Contains(strings.ToLower(q), strings.ToLower(s)) }); i == 0 && !cuts(q, same[0]) {
				q = replace(q, same[0], rapid.SampledFrom(same).Draw(t, "word"))
			}
		}
		q = rapid.SampledFrom(openings).Draw(t, "opening") + q + rapid.SampledFrom(closings).Draw(t, "closing")
		switch rapid.IntRange(0, 3).Draw(t, "case") {
		case 0:
			q = strings.ToLower(q)
		case 1:
			q = strings.ToUpper(q)
		}
		if got := reading(understood(q, c)); got != unquoted(want) && unquoted(got) != unquoted(want) {
			t.Fatalf("%s\n got %s\nwant %s", q, got, want)
		}
	})
}

// cuts reports whether a phrase stands where it is part of a longer one.
func cuts(q, phrase string) bool {
	at := strings.Index(strings.ToLower(q), strings.ToLower(phrase)) + len(phrase)
	return phrase == " in 2024" && at < len(q) && q[at] != ',' || phrase == "total " && strings.Contains(q, "its share")
}

// replace puts another phrase in the place of the first of its kind.
func replace(q, from, to string) string {
	at := strings.Index(strings.ToLower(q), strings.ToLower(from))
	return q[:at] + to + q[at+len(from):]
}

// unquoted leaves out the case of what a text is searched for: it is looked
// for in any case.
func unquoted(s string) string { return strings.ToLower(s) }

// A question that differs in one thing is read as another.
func TestOneOtherThingIsAnotherQuestion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := fixture.Catalog(t, rapid.SampledFrom(catalogs).Draw(t, "catalog"))
		p := drawPlan(t, c, rapid.SampledFrom([]string{"number", "groups", "top", "series", "sorted rows", "having"}).Draw(t, "shape"))
		if p == nil {
			return
		}
		other := changed(t, p)
		if other == nil || plan.Validate(other, c) != nil {
			return
		}
		q, r := explain.Restate(p, c), explain.Restate(other, c)
		if a, b := reading(understood(q, c)), reading(understood(r, c)); q == r || a == b {
			t.Fatalf("%s\n%s\nare both read as %s", q, r, a)
		}
	})
}

// changed is a plan with one thing changed; nil where that thing is not there.
func changed(t *rapid.T, p *plan.Plan) *plan.Plan {
	c := p.Clone()
	switch rapid.SampledFrom([]string{"aggregate", "direction", "limit", "condition", "bound", "period"}).Draw(t, "change") {
	case "aggregate":
		if len(c.Measures) == 0 || len(c.Measures[0].Expr.Args) == 0 || c.Measures[0].Expr.Distinct || c.Having != nil {
			return nil
		}
		e := c.Measures[0].Expr
		e.Op = map[plan.Op]plan.Op{plan.OpSum: plan.OpAvg, plan.OpAvg: plan.OpSum, plan.OpMin: plan.OpMax, plan.OpMax: plan.OpMin, plan.OpMedian: plan.OpAvg}[e.Op]
	case "direction":
		if len(c.Order) != 1 || c.Kind == plan.Series {
			return nil
		}
		c.Order[0].Desc = !c.Order[0].Desc
	case "limit":
		if c.Limit == nil {
			return nil
		}
		c.Limit.N += 3
	case "condition":
		if c.Where == nil {
			return nil
		}
		list := plan.Conjuncts(c.Where)
		if list[0].Op == plan.OpNotNull {
			return nil // of a key that is ranked, it goes without saying
		}
		c.Where = plan.And(list[1:]...)
	case "bound":
		if c.Having == nil {
			return nil
		}
		c.Having.Args[1] = plan.Int(77)
	default:
		if c.TimeKey() == nil {
			return nil
		}
		e := c.TimeKey().Expr
		e.Unit = map[string]string{"day": "week", "week": "month", "month": "quarter", "quarter": "year", "year": "month"}[e.Unit]
	}
	return c
}

// nouns are words that no lexicon knows, to name columns and tables with.
var nouns = strings.Fields(`lantern pebble thimble acorn gravel violin marmot saffron tundra cobalt juniper kettle magnet nutmeg otter paprika
	quartz raven sparrow turnip velvet willow zephyr bramble cricket dahlia ember falcon ginger heron jasper kelp lichen mango nectar opal plover
	sickle trellis urchin vulture wombat yucca`)

// Whatever the columns, the tables and the values are called, what is said is
// read back.
func TestNamesAreOnlyNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := fixture.Catalog(t, rapid.SampledFrom(catalogs).Draw(t, "catalog"))
		rename(t, c)
		p := drawPlan(t, c, rapid.SampledFrom(shapes).Draw(t, "shape"))
		if p == nil {
			return
		}
		said := explain.Restate(p, c)
		if got, want := reading(understood(said, c)), meaning(p); got != want {
			t.Fatalf("%s\n got %s\nwant %s", said, got, want)
		}
	})
}

// rename gives the tables, columns and values of a catalog other names.
func rename(t *rapid.T, c *catalog.Catalog) {
	names := rapid.Permutation(nouns).Draw(t, "names")
	take := func() string {
		n := names[0]
		names = names[1:]
		return n
	}
	for i := range c.Tables {
		tab := &c.Tables[i]
		tab.Name = take() + "s"
		var values []catalog.ColumnValues
		for k := range tab.Columns {
			col := &tab.Columns[k]
			var list []string
			for _, h := range tab.Values.Values(col.Name, 50) {
				list = append(list, "Zu"+strings.ToLower(h.Value)+"mo")
			}
			was := col.Name
			col.Name = take()
			t.Logf("%s is called %s", was, col.Name)
			if len(list) > 0 {
				values = append(values, catalog.ColumnValues{Column: col.Name, Values: list, Complete: true})
			}
		}
		tab.Values = catalog.BuildIndex(values)
	}
	c.Joins = nil
}
